"""The way to the database: a psycopg pool for posting and reports, SQLAlchemy sessions for masters.

Connections of both become the role `perpetuo_app`, which row-level security and grants bind,
whoever logs in. Every transaction names its company; without one it sees no books.
"""

import select
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Self
from uuid import UUID

import psycopg
from psycopg import AsyncConnection, sql
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from persistence.probe import CONNECT_SECONDS, DatabaseUnavailableError

APPLICATION_ROLE = "perpetuo_app"
READER_ROLE = "perpetuo_reader"

_SET_COMPANY = "select set_config('app.company_id', %s, true)"


@dataclass(frozen=True, slots=True)
class Database:
    """The open database of one process: close it when the process is done."""

    pool: AsyncConnectionPool[AsyncConnection]
    engine: AsyncEngine

    @classmethod
    async def open(cls, url: str, *, most_connections: int = 10) -> Self:
        """Open the pools and wait for the first connection.

        Args:
            url: libpq's address of the database: a URL, or names and values.
            most_connections: the posting pool's limit; SQLAlchemy adds half as many.

        Raises:
            DatabaseUnavailableError: no connection could be had.
        """
        pool: AsyncConnectionPool[AsyncConnection] = AsyncConnectionPool(
            url,
            min_size=min(2, most_connections),
            max_size=most_connections,
            configure=_become_application,
            check=_check_when_signalled,
            open=False,
            name="perpetuo",
        )
        try:
            await pool.open(wait=True, timeout=CONNECT_SECONDS)
        except PoolTimeout as error:
            await pool.close()
            raise DatabaseUnavailableError(
                f"The database does not answer within {CONNECT_SECONDS} seconds."
            ) from error

        async def connect() -> AsyncConnection:
            connection = await AsyncConnection.connect(url)
            await _become_application(connection)
            return connection

        engine = create_async_engine(
            "postgresql+psycopg://",
            async_creator=connect,
            pool_pre_ping=True,
            pool_size=1,
            max_overflow=max(1, most_connections // 2),
        )
        return cls(pool=pool, engine=engine)

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()
        await self.pool.close()

    @asynccontextmanager
    async def transaction(self, company_id: UUID | None) -> AsyncIterator[AsyncConnection]:
        """One transaction in the books of a company: committed at the end, or undone by an error.

        With None no company is named and its tables show nothing.
        """
        async with self.pool.connection() as connection:
            if company_id is not None:
                await connection.execute(_SET_COMPANY, (str(company_id),))
            yield connection

    @asynccontextmanager
    async def session(self, company_id: UUID | None) -> AsyncIterator[AsyncSession]:
        """The same as `transaction`, as a session of SQLModel; for masters, never for posting."""
        async with AsyncSession(self.engine, expire_on_commit=False) as session, session.begin():
            if company_id is not None:
                connection = await session.connection()
                await connection.execute(
                    text("select set_config('app.company_id', :company, true)"),
                    {"company": str(company_id)},
                )
            yield session

    async def answers(self) -> bool:
        """Whether the database answers now."""
        try:
            async with self.pool.connection(timeout=2) as connection:
                await connection.execute("select 1")
        except (psycopg.Error, PoolTimeout):
            return False
        return True


async def _become_application(connection: AsyncConnection) -> None:
    await connection.execute(sql.SQL("set role {}").format(sql.Identifier(APPLICATION_ROLE)))
    await connection.commit()


async def _check_when_signalled(connection: AsyncConnection) -> None:
    """Ask the server only if an idle connection has something to say: mostly that it is closed.

    A healthy idle connection is silent, so that this costs no round trip.
    """
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    if poll.poll(0):
        await AsyncConnectionPool.check_connection(connection)
