"""The lane: documents that wait at the same moment are posted in one transaction.

One writer for each company and process posts whatever is waiting, without waiting itself for more
to come: a lone document goes at once, and under load what comes in during one transaction is the
next one. Each document's outcome is its own; one that cannot go with the others is handed back,
to be posted by itself.

Few transactions run at a time, whatever the number of companies: a process decides one document
after the other anyway, and what waits meanwhile goes along with the next. A transaction costs as
much as deciding two documents.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeAlias
from uuid import UUID

import psycopg
import structlog

from domain.ports import Recorded
from persistence.database import Database
from persistence.measures import POSTED_TOGETHER, POSTING_RETRIES
from persistence.posting.attempt import Attempt
from persistence.posting.book import Books, StaleMastersError
from persistence.posting.together import MOST, goes_together, post_together

log = structlog.get_logger("perpetuo.posting")

_Waiting: TypeAlias = tuple[Attempt, "asyncio.Future[Recorded | None]"]

_HINDRANCES = (StaleMastersError, psycopg.errors.UniqueViolation, psycopg.OperationalError)
"""What others cause, and the database being away or full (`PoolTimeout` too)."""

AT_ONCE = 2
"""Transactions at a time: while the database is at one, the process is at the other."""

LONG_SECONDS = 0.1
"""Whoever takes longer waits for others' locks, and no other company waits for him."""


class Lane:
    """The documents that wait in this process, by company."""

    def __init__(self, database: Database, books: Books, *, at_once: int = AT_ONCE) -> None:
        """Begin with none; `at_once` says how many transactions run at a time."""
        self._database = database
        self._books = books
        self._places = asyncio.Semaphore(at_once)
        self._waiting: dict[UUID, list[_Waiting]] = {}
        self._writers: dict[UUID, asyncio.Task[Any]] = {}

    async def submit(self, attempt: Attempt) -> Recorded | None:
        """Post a document with those that wait too; None: it must be posted by itself."""
        book = self._books.at_hand(attempt.document.company)
        if book is None or not goes_together(book, attempt):
            return None
        company_id = book.company.id
        future: asyncio.Future[Recorded | None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(company_id, []).append((attempt, future))
        if company_id not in self._writers:
            self._writers[company_id] = asyncio.create_task(self._write_out(company_id))
        return await future

    async def _write_out(self, company_id: UUID) -> None:
        """Post until nothing is waiting."""
        waiting = self._waiting[company_id]
        try:
            while waiting:
                async with self._place():
                    taken, waiting[:MOST] = waiting[:MOST], []
                    await self._post(company_id, taken)
        finally:
            del self._writers[company_id]
            _hand_back(waiting)

    @asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        """One of the places to run a transaction, given up early by one that takes long."""
        await self._places.acquire()
        held = [self._places]

        def give_up() -> None:
            if held:
                held.pop().release()

        early = asyncio.get_running_loop().call_later(LONG_SECONDS, give_up)
        try:
            yield
        finally:
            early.cancel()
            give_up()

    async def _post(self, company_id: UUID, taken: list[_Waiting]) -> None:
        """One transaction. If it fails as a whole, each document is handed back: it retries."""
        try:
            async with self._database.pool.connection() as connection:
                outcomes = await post_together(
                    connection,
                    self._books,
                    company_id,
                    [attempt for attempt, _ in taken],
                    in_order=False,
                )
            posted = [one for one in outcomes if isinstance(one, Recorded)]
            POSTED_TOGETHER.observe(len(posted))
            for (_, future), outcome in zip(taken, outcomes, strict=True):
                if isinstance(outcome, Recorded):
                    self._books.note_year(outcome)
                    if not future.done():
                        future.set_result(outcome)
        except _HINDRANCES as hindrance:
            POSTING_RETRIES.labels(type(hindrance).__name__).inc()
        except Exception as fault:
            # Whose it is shows when each is posted by itself; nobody else must suffer.
            POSTING_RETRIES.labels(type(fault).__name__).inc()
            log.exception("posting_together_failed", documents=len(taken))
        finally:
            _hand_back(taken)


def _hand_back(waiting: list[_Waiting]) -> None:
    """Whoever has no outcome yet posts by himself."""
    for _, future in waiting:
        if not future.done():
            future.set_result(None)
    waiting.clear()
