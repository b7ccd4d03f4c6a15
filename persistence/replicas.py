"""Streaming replicas: which of them answers a reader, and who answers when none can.

A reader may name a position in the write-ahead log, that of something it has written. A replica
answers it only once it has replayed so far: that is proved anew in every transaction, since one
that was restarted, or made again from an older copy, may be further back than it was.
"""

import asyncio
from collections.abc import Sequence
from itertools import count
from typing import Self

import psycopg
import structlog
from psycopg_pool import PoolTimeout

from persistence.database import Database, ReplicaFailedError
from persistence.measures import REPLICAS_UP

log = structlog.get_logger("perpetuo.replicas")

_ANSWER_SECONDS = 1.0
"""A replica that does not answer for so long is passed over until it does."""
_LOOK_EVERY_SECONDS = 1.0
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.002, 0.05


class _Replica:
    """One of them, and what was last heard of it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.is_up = False
        self.replayed = 0

    async def look(self) -> None:
        """Ask how far it has replayed, and so whether it answers."""
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                position = await self.database.replayed_position()
        except (psycopg.Error, PoolTimeout, TimeoutError) as fault:
            self._down(repr(fault))
            return
        if position is None:
            self._down("it is no replica any more")
            return
        if not self.is_up:
            log.info("replica_up", replica=self.database.pool.name)
        self.is_up, self.replayed = True, position

    def failed(self, failure: ReplicaFailedError) -> None:
        """Pass it over until it answers; if it does, ask anew how far it is."""
        self.replayed = 0
        if failure.is_lost:
            self._down(repr(failure.__cause__))

    def _down(self, why: str) -> None:
        if self.is_up:
            log.warning("replica_down", replica=self.database.pool.name, fault=why)
        self.is_up, self.replayed = False, 0


class Replicas:
    """The replicas of one process's database; close them when the process is done.

    Args:
        databases: their pools.
        wait_seconds: how long a reader waits at most until its position is replayed.
    """

    def __init__(self, databases: Sequence[Database], *, wait_seconds: float) -> None:
        self._replicas = [_Replica(one) for one in databases]
        self._wait_seconds = wait_seconds
        self._turns = count()

    @classmethod
    async def open(cls, urls: Sequence[str], *, most_connections: int, wait_seconds: float) -> Self:
        """Open the pools; one that does not answer yet is used once it does."""
        databases = [
            await Database.open_replica(
                url, name=f"replica {number}", most_connections=most_connections
            )
            for number, url in enumerate(urls, 1)
        ]
        return cls(databases, wait_seconds=wait_seconds)

    async def close(self) -> None:
        """Close all connections."""
        for one in self._replicas:
            await one.database.close()

    async def run(self) -> None:
        """Look after them for ever."""
        while True:
            await asyncio.gather(*(one.look() for one in self._replicas))
            REPLICAS_UP.set(sum(one.is_up for one in self._replicas))
            await asyncio.sleep(_LOOK_EVERY_SECONDS)

    @property
    def any_up(self) -> bool:
        """Whether some replica answers."""
        return any(one.is_up for one in self._replicas)

    async def reader(self, position: int) -> Database | None:
        """A replica that has replayed so far, waited for a moment; None: the primary is to answer.

        The next in turn of those that are there already; or else the first that gets there.
        """
        up = [one for one in self._replicas if one.is_up]
        there = [one for one in up if one.replayed >= position]
        if not there and up:
            there = await self._first_there(up, position)
        if not there:
            return None
        return there[next(self._turns) % len(there)].database.as_of(position)

    async def _first_there(self, waiting: Sequence[_Replica], position: int) -> list[_Replica]:
        pause = _FIRST_PAUSE_SECONDS
        try:
            async with asyncio.timeout(self._wait_seconds):
                while True:
                    await asyncio.gather(*(one.look() for one in waiting))
                    there = [one for one in waiting if one.is_up and one.replayed >= position]
                    if there or not any(one.is_up for one in waiting):
                        return there
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
        except TimeoutError:
            return []

    def failed(self, failure: ReplicaFailedError) -> None:
        """A replica failed its reader: if it is lost, nobody is led to it until it answers."""
        for one in self._replicas:
            if one.database.pool is failure.pool:
                one.failed(failure)
