"""Hearing of changes of who may do what, in every server process, as soon as they are committed.

Whoever changes keys, principals or roles notifies; posting notifies nobody. A process that hears
may go on with what it knows. One that does not (its connection is gone) is told so, and asks.
"""

import asyncio
from typing import Protocol

import psycopg
import structlog
from psycopg import AsyncConnection

log = structlog.get_logger("perpetuo.access")

_LISTEN = "listen perpetuo_access"
NOTIFY = "select pg_notify('perpetuo_access', '')"

_STILL_THERE_SECONDS = 2.0
"""How often a silent connection is asked whether it is there, and how long the answer may take."""


class Hearer(Protocol):
    """Whoever remembers something of who may do what."""

    def changed(self) -> None:
        """Anything may have changed; of what changes from now on, you hear."""
        ...

    def deaf(self) -> None:
        """You do not hear of changes until `changed` is called."""
        ...


async def listen(database_url: str, hearer: Hearer) -> None:
    """Tell of changes until cancelled; over a connection of its own, sought again if it is lost."""
    while True:
        try:
            async with await _connected(database_url) as connection:
                await _tell(connection, hearer)
        except (psycopg.Error, OSError, TimeoutError) as fault:
            log.warning("access_changes_unheard", fault=repr(fault))
        finally:
            hearer.deaf()
        await asyncio.sleep(_STILL_THERE_SECONDS)


async def _connected(database_url: str) -> AsyncConnection:
    async with asyncio.timeout(_STILL_THERE_SECONDS):
        return await AsyncConnection.connect(database_url, autocommit=True)


async def _tell(connection: AsyncConnection, hearer: Hearer) -> None:
    await connection.execute(_LISTEN)
    hearer.changed()  # whatever was missed before
    while True:
        async for _ in connection.notifies(timeout=_STILL_THERE_SECONDS, stop_after=1):
            hearer.changed()
        async with asyncio.timeout(_STILL_THERE_SECONDS):
            await connection.execute("select 1")
