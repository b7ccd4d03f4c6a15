"""The way to the database: a psycopg pool for posting and reports, SQLAlchemy sessions for masters.

Connections of both become the role `perpetuo_app`, which row-level security and grants bind,
whoever logs in, and live in UTC, wherever the server is. Every transaction names its company;
without one it sees no books.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, Self
from uuid import UUID

import orjson
import psycopg
from psycopg import AsyncConnection, sql
from psycopg.types.json import set_json_loads
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection as SessionConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from persistence.citus.nodes import BooksConnection, tell_nodes, tell_nodes_in
from persistence.places import Places
from persistence.pool import Pool, within_time
from persistence.probe import CONNECT_SECONDS, DatabaseUnavailableError
from persistence.round_trip import COMMIT, RoundTrip, Statement
from persistence.sessions import APPLICATION_ROLE, AS_BUILT_FOR

_SET_COMPANY = Statement.of("select set_config('app.company_id', %(company)s, true)")
_ONE_MOMENT = Statement.of("set transaction isolation level repeatable read, read only")
# What is committed is flushed, unless the server was told not to wait for that. The log may go on
# beyond, with what others have not committed and nobody sends to replicas before somebody does.
_WRITTEN = """
select (case when current_setting('synchronous_commit') = 'off' then pg_current_wal_insert_lsn()
             else pg_current_wal_flush_lsn() end - '0/0')::bigint
"""
_REPLAYED = """
select case when pg_is_in_recovery() then (pg_last_wal_replay_lsn() - '0/0')::bigint end
"""

_CLOSE_SECONDS = 5.0
_REPLICA_SECONDS = 1.0
"""How long a connection to a replica is waited for."""


class ReplicaFailedError(Exception):
    """A replica could not answer, or had not replayed what its reader knows: the primary can."""

    def __init__(
        self, pool: AsyncConnectionPool[BooksConnection], what: str, *, is_lost: bool = False
    ) -> None:
        super().__init__(what)
        self.pool = pool
        self.is_lost = is_lost
        """Whether it cannot be reached at all."""


class ReplicaBehindError(ReplicaFailedError):
    """It is further back than it was."""


@dataclass(frozen=True, slots=True)
class Database:
    """The open database of one process: close it when the process is done.

    Of a replica, `replays` is the position in the write-ahead log that each transaction finds
    replayed, or else fails; None for the primary. For a `reader` each transaction takes one of the
    `places` first, which are shared by who reads. Masters are changed in the name of `principal`.
    """

    pool: AsyncConnectionPool[BooksConnection]
    engine: AsyncEngine
    places: Places
    replays: int | None = None
    reader: str | None = None
    principal: str | None = None

    @classmethod
    async def open(cls, url: str, *, most_connections: int = 10) -> Self:
        """Open the pools and wait for the first connection.

        Args:
            url: libpq's address of the database: a URL, or names and values.
            most_connections: the posting pool's limit; SQLAlchemy adds half as many.

        Raises:
            DatabaseUnavailableError: no connection could be had.
        """
        url = within_time(url)
        pool = Pool(
            url,
            _become_application,
            name="perpetuo",
            min_size=min(2, most_connections),
            max_size=most_connections,
        )
        try:
            await pool.open(wait=True, timeout=CONNECT_SECONDS)
        except PoolTimeout as error:
            await pool.close()
            raise DatabaseUnavailableError(
                f"The database does not answer within {CONNECT_SECONDS} seconds."
            ) from error

        return cls(pool, _engine(url, most_connections), Places(_for_readers(most_connections)))

    @classmethod
    async def open_replica(cls, url: str, *, name: str, most_connections: int = 10) -> Self:
        """Open the pool of a streaming replica; whether it answers shows when it is asked.

        Args:
            url: libpq's address of it.
            name: what it is called in the log.
            most_connections: the pool's limit.
        """
        pool = Pool(
            url,
            _become_application,
            name=name,
            kwargs={"connect_timeout": 2},
            min_size=1,
            max_size=most_connections,
            timeout=_REPLICA_SECONDS,
            reconnect_timeout=2 * _REPLICA_SECONDS,
        )
        await pool.open()
        return cls(pool, _engine(url, most_connections), Places(most_connections), replays=0)

    def as_of(self, position: int) -> Self:
        """This replica, for a reader who knows of what is written up to a position."""
        return replace(self, replays=position)

    def read_by(self, who: str) -> Self:
        """The same, for somebody who only reads, and has a share of the connections for that."""
        return replace(self, reader=who)

    def acting_for(self, principal: str) -> Self:
        """The same database, for somebody who changes masters: the log says so."""
        return replace(self, principal=principal)

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()
        # Whoever still tries to reach a replica that is away is not waited for long.
        await self.pool.close(_CLOSE_SECONDS if self.replays is None else _REPLICA_SECONDS)

    @asynccontextmanager
    async def transaction(
        self, company_id: UUID | None, *, one_moment: bool = False
    ) -> AsyncIterator[AsyncConnection]:
        """One transaction in the books of a company: committed at the end, or undone by an error.

        With None no company is named and its tables show nothing. With `one_moment` it only reads,
        and goes on seeing the books as they were at its beginning.

        Raises:
            ReplicaFailedError: this is a replica, and something is the matter with it.
        """
        async with self._connected() as connection:
            if one_moment or company_id is not None:
                async with RoundTrip(connection) as trip:
                    _begin(trip, connection, company_id, one_moment=one_moment)
            yield connection

    async def ask(
        self, company_id: UUID | None, statement: Statement, params: Mapping[str, Any]
    ) -> list[tuple[Any, ...]]:
        """The rows of one statement in a transaction of its own, all in one round trip.

        Raises:
            ReplicaFailedError: this is a replica, and something is the matter with it.
        """
        async with self._connected() as connection:
            async with RoundTrip(connection) as trip:
                _begin(trip, connection, company_id)
                answer = trip.ask(statement, params)
                trip.ask(COMMIT, {})
            return answer.rows

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[AsyncConnection]:
        """A connection for one transaction; to a replica, once that has replayed enough."""
        if self.reader is None:
            async with self._at_hand() as connection:
                yield connection
            return
        async with self.places.one(self.reader), self._at_hand() as connection:
            yield connection

    @asynccontextmanager
    async def _at_hand(self) -> AsyncIterator[AsyncConnection]:
        if self.replays is None:
            async with self.pool.connection() as connection:
                yield connection
            return
        try:
            async with self.pool.connection() as connection:
                await self._require_replayed(connection, self.replays)
                yield connection
        except (psycopg.Error, PoolTimeout) as fault:
            raise ReplicaFailedError(self.pool, repr(fault), is_lost=_is_lost(fault)) from fault

    async def _require_replayed(self, connection: AsyncConnection, position: int) -> None:
        """In a transaction of its own: what comes after it sees as much, or more."""
        row: Any = await (await connection.execute(_REPLAYED)).fetchone()
        await connection.commit()
        if row[0] is None or row[0] < position:
            raise ReplicaBehindError(self.pool, f"at {row[0]}, before {position}")

    async def written_position(self) -> int:
        """Where the write-ahead log is: after everything that was committed until now."""
        async with self.pool.connection() as connection:
            row: Any = await (await connection.execute(_WRITTEN)).fetchone()
        return row[0]

    async def replayed_position(self) -> int | None:
        """How far a replica has replayed the log; None when it is no replica any more."""
        async with self.pool.connection() as connection:
            row: Any = await (await connection.execute(_REPLAYED)).fetchone()
        return row[0]

    @asynccontextmanager
    async def session(self, company_id: UUID | None) -> AsyncIterator[AsyncSession]:
        """The same as `transaction`, as a session of SQLModel; for masters, never for posting."""
        async with AsyncSession(self.engine, expire_on_commit=False) as session, session.begin():
            if company_id is not None:
                connection = await session.connection()
                await tell_nodes(await books_of(connection), "company_id", company_id)
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


def _engine(url: str, most_connections: int) -> AsyncEngine:
    async def connect() -> BooksConnection:
        connection = await BooksConnection.connect(url)
        await _become_application(connection)
        return connection

    engine = create_async_engine(
        "postgresql+psycopg://",
        async_creator=connect,
        pool_pre_ping=True,
        pool_size=1,
        max_overflow=max(1, most_connections // 2),
    )
    # All rows of a table by one statement (a company's roles of accounts), instead of one by one.
    engine.dialect.use_insertmanyvalues_wo_returning = True
    return engine


async def books_of(connection: SessionConnection) -> AsyncConnection:
    """The driver's own connection of a session, in the same transaction."""
    adapted: Any = await connection.get_raw_connection()
    return adapted.driver_connection


def _for_readers(connections: int) -> int:
    """How many connections may read: a fifth, and one at least, is left to those who post."""
    return max(1, connections - max(1, connections // 5))


def _is_lost(fault: psycopg.Error | PoolTimeout) -> bool:
    """Whether the server is away, rather than unwilling to run one statement."""
    if isinstance(fault, PoolTimeout):
        return True
    state = fault.sqlstate or ""
    no_answer = isinstance(fault, psycopg.OperationalError) and not state
    return no_answer or state.startswith(("08", "57P"))


def _begin(
    trip: RoundTrip,
    connection: AsyncConnection,
    company_id: UUID | None,
    *,
    one_moment: bool = False,
) -> None:
    """Begin a transaction with a round trip's first statements."""
    if one_moment:
        trip.ask(_ONE_MOMENT, {})
    if company_id is not None:
        tell_nodes_in(trip, connection, "company_id", company_id)
        trip.ask(_SET_COMPANY, {"company": str(company_id)})


async def _become_application(connection: BooksConnection) -> None:
    set_json_loads(orjson.loads, connection)
    await connection.find_nodes()
    await connection.execute(sql.SQL("set role {}").format(sql.Identifier(APPLICATION_ROLE)))
    await connection.execute(AS_BUILT_FOR, prepare=False)  # several statements never can be
    await connection.commit()
