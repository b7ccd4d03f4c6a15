"""The feed: everything that was recorded in a company, in the order of its sequence, without gaps.

The sequence is given under the lock of the company's counter, which is held until the commit: who
sees a sequence sees all lower ones. So a reader needs to remember one number, and goes on from it
after any interruption, at whichever server process. Nothing is pushed but how far a feed has
come: `Watch` asks that once a moment for all companies that anybody of this process follows.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
import structlog
from psycopg.rows import args_row
from psycopg_pool import PoolTimeout

from domain.errors import Refused, TooManySubscriptions
from persistence.database import Database

log = structlog.get_logger("perpetuo.feed")

EVERY_SECONDS = 0.2
"""How often a followed feed is looked at: what is recorded is told within so much."""

MOST_READERS = 1_000
"""Subscriptions of one server process."""


class ChangeRow(NamedTuple):
    """One thing that was recorded."""

    company_id: UUID
    seq: int
    recorded_at: datetime
    recorded_by: str | None
    kind: str
    document_id: UUID


class StockLevelRow(NamedTuple):
    """A bin as it is now; `seq` says how far the feed had been read for it."""

    company_id: UUID
    item_id: UUID
    warehouse_id: UUID
    lot_id: UUID | None
    quantity: Decimal
    value: Decimal
    seq: int


_CHANGES = """
select company_id, seq, recorded_at, recorded_by, kind, id
  from document
 where company_id = %(company)s and seq > %(after)s
 order by seq
 limit %(limit)s
"""
_HEAD = "select seq from company_counter where company_id = %s"
_HEADS = "select company_id, seq from feed_heads(%s)"
# By the documents recorded meanwhile: what they moved, and what they changed of others' costs. A
# count that one of them corrected is of a bin that it has moved itself.
_CHANGED_BINS = """
with recorded as (
  select id from document
   where company_id = %(company)s and seq > %(after)s and seq <= %(through)s)
select b.company_id, b.item_id, b.warehouse_id,
       nullif(b.lot_id, '00000000-0000-0000-0000-000000000000'), b.quantity, b.value,
       %(through)s::bigint
  from bin b
 where b.company_id = %(company)s and b.warehouse_id = %(warehouse)s
   and (b.item_id, b.lot_id) in (
       select m.item_id, coalesce(m.lot_id, '00000000-0000-0000-0000-000000000000')
         from recorded d
         join movement m on m.company_id = %(company)s and m.document_id = d.id
        where m.warehouse_id = %(warehouse)s
       union
       select m.item_id, coalesce(m.lot_id, '00000000-0000-0000-0000-000000000000')
         from recorded d
         join cost_entry e on e.company_id = %(company)s and e.because_id = d.id
          and e.document_id <> e.because_id
         join movement m on m.company_id = e.company_id and m.id = e.movement_id
        where e.warehouse_id = %(warehouse)s)
 order by b.item_id, b.lot_id
"""


async def changes(
    database: Database, company: UUID, after: int, limit: int
) -> tuple[list[ChangeRow], int]:
    """The changes after a sequence, in order, and how far the feed has come."""
    params = {"company": company, "after": after, "limit": limit}
    async with (
        database.transaction(company) as connection,
        connection.cursor(row_factory=args_row(ChangeRow)) as cursor,
    ):
        head: Any = await (await connection.execute(_HEAD, (company,))).fetchone()
        await cursor.execute(_CHANGES, params)
        return await cursor.fetchall(), head[0]


async def changed_bins(
    database: Database, company: UUID, warehouse: UUID, after: int, through: int
) -> list[StockLevelRow]:
    """The bins of a warehouse that anything recorded in (after, through] has moved or revalued."""
    params = {"company": company, "warehouse": warehouse, "after": after, "through": through}
    async with (
        database.transaction(company) as connection,
        connection.cursor(row_factory=args_row(StockLevelRow)) as cursor,
    ):
        await cursor.execute(_CHANGED_BINS, params)
        return await cursor.fetchall()


async def heads(database: Database, companies: list[UUID]) -> dict[UUID, int]:
    """How far each company's feed has come, in one statement."""
    async with database.transaction(None) as connection:
        cursor = await connection.execute(_HEADS, (companies,))
        rows: list[Any] = await cursor.fetchall()
    return dict(rows)


class Watch:
    """Tells the readers of this process how far feeds have come; it asks only while there are any.

    Anything that was missed, by a restart or a lost connection, is in the next answer.
    """

    def __init__(
        self, database: Database, every: float = EVERY_SECONDS, most: int = MOST_READERS
    ) -> None:
        """Nobody reads yet."""
        self._database = database
        self._every = every
        self._most = most
        self._readers: Counter[UUID] = Counter()
        self._heads: dict[UUID, int] = {}
        self._advanced: dict[UUID, asyncio.Event] = {}
        self._asking: asyncio.Task[None] | None = None

    @contextmanager
    def reader(self, company: UUID) -> Iterator[None]:
        """Be told of a company's feed for as long as this lasts.

        Raises:
            Refused: TOO_MANY_SUBSCRIPTIONS.
        """
        if self._readers.total() >= self._most:
            raise Refused(TooManySubscriptions(most=self._most))
        self._readers[company] += 1
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask(), name="feed")
        try:
            yield
        finally:
            self._readers[company] -= 1
            if not self._readers[company]:
                del self._readers[company]
                self._heads.pop(company, None)

    async def beyond(self, company: UUID, seq: int) -> int:
        """Wait until something is recorded after `seq`; how far the feed has come by then."""
        while (head := self._heads.get(company, 0)) <= seq:
            await self._advanced.setdefault(company, asyncio.Event()).wait()
        return head

    async def close(self) -> None:
        """Stop asking."""
        if self._asking is not None:
            self._asking.cancel()

    async def _ask(self) -> None:
        while self._readers:
            try:
                found = await heads(self._database, list(self._readers))
            except (psycopg.Error, PoolTimeout) as fault:
                log.warning("feed_unreachable", fault=repr(fault))
                found = {}
            for company, seq in found.items():
                if seq > self._heads.get(company, 0):
                    self._heads[company] = seq
                    self._advanced.pop(company, asyncio.Event()).set()
            await asyncio.sleep(self._every)
