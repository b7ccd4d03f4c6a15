"""Reading what the LINKED flow needs: items locked in key order, what is open, movements by links.

A decision names what it lacks, and this reads it: the first time what its own movements need, then
whatever a changed cost reaches. Where costs are adjusted at once, everything downstream of a
movement comes with it, so that few rounds are needed.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from domain.costing.linked.facts import (
    AverageFacts,
    AveragePool,
    BinTotals,
    ItemState,
    Link,
    LinkedFacts,
    LinkedMovement,
    MissingLinked,
    Revaluation,
)
from domain.documents.causes import Causes
from domain.facts import ItemFacts
from domain.money import MAX_AMOUNT, ZERO
from domain.movements import (
    NO_LOT,
    Leg,
    Movement,
    Nature,
    Pool,
    PostingKey,
    Returned,
    UnitCost,
)
from persistence.posting.book import Book
from persistence.posting.reading import linked_statements as sql
from persistence.posting.reading.sources import sources_of


class LinkedReader:
    """Reads the facts of one decision, on one connection, inside its transaction."""

    def __init__(
        self,
        connection: AsyncConnection,
        causes: Causes,
        items: Mapping[UUID, ItemFacts],
        *,
        keep: bool,
    ) -> None:
        """`items` are the facts of every item wanted; `keep` False (a preview) locks nothing."""
        self._connection = connection
        self._causes = causes
        self._items = items
        self._keep = keep
        self._company = causes.facts.company.id
        self._movements: dict[UUID, LinkedMovement] = {}
        self._bins: dict[Pool, BinTotals] = {}

    async def read(self, wants: MissingLinked) -> LinkedFacts:
        """All that is wanted, the items locked in key order first."""
        items = await self._lock_items(sorted(wants.items))
        await self._read_bins(sorted(wants.pools))
        opened = await self._open(sorted(wants.pools))
        left = await self._left(sorted(wants.left))
        averages = await self._averages(wants.averages)
        dirty = await self._dirty()
        ids = {*wants.movements, *dirty}
        for group in (*opened.values(), *left.values(), *(a.members for a in averages.values())):
            ids.update(group)
        await self._read_movements(ids)
        waits = any(self._waits(ids) for ids in opened.values())
        upstream = await self._upstream(opened) if waits else {}
        await self._read_bins({one.movement.pool for one in self._movements.values()})
        return LinkedFacts(
            items=items,
            bins=self._bins,
            movements=self._movements,
            open=opened,
            averages=averages,
            upstream=upstream,
            later=await self._later(),
            left=left,
            dirty=frozenset(dirty),
            beside=await self._beside(wants.beside),
        )

    async def _rows(self, query: str, **params: object) -> list[tuple[Any, ...]]:
        cursor = await self._connection.execute(
            query.encode(), {"company": self._company, **params}
        )
        return await cursor.fetchall()

    # -- items and bins ---------------------------------------------------------------------------

    async def _lock_items(self, ids: Sequence[UUID]) -> dict[UUID, ItemState]:
        if self._keep:
            await self._connection.execute(sql.MAKE_ITEMS, {"company": self._company, "items": ids})
            await self._rows(sql.LOCK_ITEMS, items=ids)
        states: dict[UUID, ItemState] = dict.fromkeys(
            ids, ItemState(None, is_invoiced=False, quantity=ZERO, value=ZERO)
        )
        for item, value, quantity, invoiced, held, worth in await self._rows(sql.ITEMS, items=ids):
            card = UnitCost(value, quantity) if value is not None else None
            states[item] = ItemState(card, invoiced, held, worth)
        return states

    async def _read_bins(self, pools: Iterable[Pool]) -> None:
        wanted = sorted(set(pools) - self._bins.keys())
        if not wanted:
            return
        if self._keep:
            await self._connection.execute(sql.MAKE_BINS, self._keys(wanted))
        for pool in wanted:
            self._bins[pool] = BinTotals()
        for row in await self._rows(sql.BINS, **self._keys(wanted)):
            last = PostingKey(*row[6:10]) if row[6] is not None else None
            self._bins[Pool(*row[:3])] = BinTotals(row[3], row[4], row[5], last)

    def _keys(self, pools: Sequence[Pool]) -> dict[str, object]:
        return {
            "company": self._company,
            "items": [pool.item for pool in pools],
            "warehouses": [pool.warehouse for pool in pools],
            "lots": [pool.lot for pool in pools],
        }

    # -- which movements --------------------------------------------------------------------------

    async def _open(self, pools: Sequence[Pool]) -> dict[Pool, tuple[UUID, ...]]:
        """What is open: as many increases as the document asks for, and all decreases."""
        opened: dict[Pool, list[UUID]] = {pool: [] for pool in pools}
        if pools:
            wanted = [self._wanted(pool) for pool in pools]
            newest = [self._items[pool.item].costing_method == "LIFO" for pool in pools]
            rows = await self._rows(sql.OPEN, **self._keys(pools), wanted=wanted, newest=newest)
            for item, warehouse, lot, movement in rows:
                opened[Pool(item, warehouse, lot)].append(movement)
        return {pool: tuple(ids) for pool, ids in opened.items()}

    def _wanted(self, pool: Pool) -> Decimal:
        """How much the document may take out of a pool; a count says only what there is."""
        wanted = ZERO
        for one in self._causes.movements:
            if one.pool == pool and one.voids is None:
                wanted += MAX_AMOUNT if one.counted is not None else max(-one.quantity, ZERO)
        return wanted

    async def _left(self, pools: Sequence[Pool]) -> dict[Pool, tuple[UUID, ...]]:
        """For revaluations: the receipts of which something is left at the document's date."""
        left: dict[Pool, list[UUID]] = {pool: [] for pool in pools}
        if pools:
            day = self._causes.posting_date
            for row in await self._rows(sql.LEFT, **self._keys(pools), day=day):
                left[Pool(*row[:3])].append(row[3])
        return {pool: tuple(ids) for pool, ids in left.items()}

    async def _averages(
        self, wanted: Mapping[AveragePool, date]
    ) -> dict[AveragePool, AverageFacts]:
        """Each pool from its day on; a statement for all of them, not for each."""
        if not wanted:
            return {}
        params = {
            "items": [pool.item for pool in wanted],
            "warehouses": [pool.warehouse for pool in wanted],
            "since": list(wanted.values()),
        }
        totals = await self._rows(sql.AVERAGE_TOTALS, **params)
        members = _by_pool(await self._rows(sql.AVERAGE_MEMBERS, **params))
        revaluations = _by_pool(await self._rows(sql.AVERAGE_REVALUATIONS, **params))
        return {
            pool: AverageFacts(
                since=wanted[pool],
                quantity=quantity,
                value=value,
                members=frozenset(row[0] for row in members.get(pool, ())),
                revaluations=tuple(
                    (row[0], Revaluation(*row[1:])) for row in revaluations.get(pool, ())
                ),
            )
            for pool, quantity, value in (
                (AveragePool(item, place), quantity, value)
                for item, place, quantity, value in totals
            )
        }

    async def _beside(self, wanted: frozenset[UUID]) -> dict[UUID, tuple[UUID, ...]]:
        """For what was given back: all that its line moved and is billed."""
        if not wanted:
            return {}
        rows = await self._rows(sql.BESIDE, movements=list(wanted))
        return {row[0]: tuple(row[1]) for row in rows}

    async def _dirty(self) -> list[UUID]:
        items = list(self._causes.adjusted_items)
        if not items:
            return []
        return [row[0] for row in await self._rows(sql.DIRTY, items=items)]

    def _waits(self, ids: Iterable[UUID]) -> bool:
        return any(self._movements[id_].open < 0 for id_ in ids)

    async def _upstream(self, opened: Mapping[Pool, Sequence[UUID]]) -> dict[UUID, frozenset[UUID]]:
        """What the document's goods may take their cost from, each with all that it has its from.

        They take it from recorded sources, or from its own issues and thus from what is open.
        """
        origins = {source.movement for one in self._causes.movements for source in one.sources}
        own = {one.id: one for one in self._causes.movements}
        issues = [own[id_] for id_ in origins & own.keys()]
        taken = (opened.get(one.pool, ()) for one in issues)
        named = {one.takes_only for one in issues} - {None}
        recorded = (origins - own.keys()).union(named, *taken)
        if not recorded:
            return {}
        rows = await self._rows(sql.UPSTREAM, movements=list(recorded))
        return {row[0]: frozenset(row[1]) for row in rows}

    async def _later(self) -> dict[Pool, Decimal]:
        """For counts: what moved in their pools after their date."""
        pools = sorted({one.pool for one in self._causes.movements if one.counted is not None})
        if not pools:
            return {}
        day = self._causes.posting_date
        rows = await self._rows(sql.LATER, **self._keys(pools), day=day)
        return {Pool(*row[:3]): row[3] for row in rows}

    # -- movements --------------------------------------------------------------------------------

    async def _read_movements(self, ids: Iterable[UUID]) -> None:
        wanted = list(set(ids) - self._movements.keys())
        if not wanted:
            return
        adjusts = self._causes.facts.company.settings.adjusts_at_once or self._causes.adjusts_costs
        if adjusts:
            rows = await self._rows(sql.DOWNSTREAM, movements=wanted)
            wanted = [row[0] for row in rows]
        for row in await self._rows(sql.MOVEMENTS, movements=wanted):
            known = self._items.get(row[5])
            method = known.costing_method if known is not None else row[33] or "FIFO"
            self._movements[row[0]] = linked_movement(row, method)


def _by_pool(rows: Iterable[Sequence[Any]]) -> dict[AveragePool, list[Sequence[Any]]]:
    """Rows that begin with an item and a warehouse, by the pool that these are."""
    found: dict[AveragePool, list[Sequence[Any]]] = {}
    for item, place, *rest in rows:
        found.setdefault(AveragePool(item, place), []).append(rest)
    return found


async def all_movements(connection: AsyncConnection, book: Book) -> list[LinkedMovement]:
    """Every live movement of a company, with its links and what is recorded on it."""
    company = book.company.id
    cursor = await connection.execute(sql.ALL, {"company": company})
    ids = [row[0] for row in await cursor.fetchall()]
    cursor = await connection.execute(
        sql.MOVEMENTS.encode(), {"company": company, "movements": ids}
    )
    default = book.costing_method.value
    return [linked_movement(row, row[33] or default) for row in await cursor.fetchall()]


def linked_movement(row: Sequence[Any], method: str) -> LinkedMovement:
    """A row of `MOVEMENTS`, of an item that is costed by `method`."""
    given_actual, given_expected, derived_actual, derived_expected = row[20:24]
    return LinkedMovement(
        movement=_movement(row),
        method=method,
        given_actual=given_actual,
        given_expected=given_expected,
        derived_actual=derived_actual,
        derived_expected=derived_expected,
        rounding=row[24],
        has_cost=row[25],
        interim=row[26],
        invoiced=row[27],
        matched=row[36],
        invoiced_on=row[28],
        revaluations=tuple(_revaluation(one) for one in row[29] or ()),
        links=tuple(_link(one) for one in row[30] or ()),
        feeds=tuple(row[31] or ()),
        valuation_date=row[35],
        open=row[32],
    )


def _movement(row: Sequence[Any]) -> Movement:
    returns = None if row[17] is None else Returned(row[17], ZERO, ZERO)
    card = None if row[18] is None else UnitCost(row[18], row[19])
    return Movement(
        id=row[0],
        key=PostingKey(*row[1:5]),
        pool=Pool(row[5], row[6], row[7] or NO_LOT),
        quantity=row[8],
        nature=Nature(row[9]),
        leg=Leg(row[10]),
        document=row[11],
        line=row[12],
        party=row[13],
        party_group=row[14],
        cost_center=row[15],
        contra=row[16],
        returns=returns,
        card=card,
        sources=sources_of(row[34]),
    )


def _revaluation(one: Sequence[Any]) -> Revaluation:
    amount, day, seq, covered, because, entry = one
    return Revaluation(
        Decimal(amount), date.fromisoformat(day), seq, Decimal(covered), UUID(because), UUID(entry)
    )


def _link(one: Sequence[Any]) -> Link:
    id_, decrease, increase, quantity, day, seq, is_fixed, returns = one
    return Link(
        UUID(id_),
        UUID(decrease),
        UUID(increase),
        Decimal(quantity),
        date.fromisoformat(day),
        seq,
        is_fixed,
        returns,
    )
