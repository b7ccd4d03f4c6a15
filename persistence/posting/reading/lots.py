"""Batches and serial numbers, read for a decision: by code, where they are, what moved them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, time
from uuid import UUID

from psycopg import AsyncConnection

from domain.company import CostingMethod, Flow
from domain.documents.document import Document
from domain.facts import CompanyFacts, Facts, ItemFacts, LotFacts
from domain.movements import Pool, PostingKey
from domain.open_lines import SerialCount, SerialFacts
from domain.records import LotKind

_LOTS = """
select item_id, id, code, kind, expiry_date, manufactured_on, hold from lot
 where company_id = %(company)s and item_id = any(%(items)s) and code = any(%(codes)s)
"""
# Those that have gone since may have been there when it was counted.
_PRESENT = """
select b.item_id, b.warehouse_id, l.id, l.code, l.kind, l.expiry_date, l.manufactured_on, l.hold
  from bin b
  join lot l on l.company_id = b.company_id and l.id = b.lot_id
 where b.company_id = %(company)s and b.item_id = any(%(items)s)
   and (b.quantity <> 0
        or (b.last_date, b.last_time) > (%(day)s, coalesce(%(time)s::time, time '24:00')))
 order by b.item_id, b.warehouse_id, l.code
"""

_BY_SERIAL = (CostingMethod.SERIAL, CostingMethod.SPECIFIC)
"""The methods whose goods may be kept by serial number."""


async def named(
    connection: AsyncConnection, company: UUID, items: Iterable[UUID], codes: Iterable[str]
) -> dict[tuple[UUID, str], LotFacts]:
    """The batches and serial numbers of these items that have one of the codes."""
    codes = list(codes)
    if not codes:
        return {}
    cursor = await connection.execute(
        _LOTS, {"company": company, "items": list(items), "codes": codes}
    )
    return {
        (item, code): LotFacts(id_, code, LotKind(kind), *rest)
        for item, id_, code, kind, *rest in await cursor.fetchall()
    }


async def present(
    connection: AsyncConnection,
    company: CompanyFacts,
    items: Mapping[UUID, ItemFacts],
    day: date,
    at: time | None,
) -> tuple[dict[tuple[UUID, UUID], tuple[UUID, ...]], dict[UUID, LotFacts]]:
    """The lots that items have in each warehouse, or had there after a moment, and what these are.

    No others of the items come or go until the end: whoever moves serial numbers before a count
    asks for it (`serial_counts`).
    """
    held = _by_serial(company, items.values())
    if held:
        await connection.execute(_HOLD, {"items": held})
    params = {"company": company.id, "items": list(items), "day": day, "time": at}
    cursor = await connection.execute(_PRESENT, params)
    there: dict[tuple[UUID, UUID], tuple[UUID, ...]] = {}
    facts: dict[UUID, LotFacts] = {}
    for item, warehouse, lot, code, kind, *rest in await cursor.fetchall():
        there[item, warehouse] = (*there.get((item, warehouse), ()), lot)
        facts[lot] = LotFacts(lot, code, LotKind(kind), *rest)
    return there, facts


_HOLD = """
select pg_advisory_xact_lock(hashtextextended(item::text, 2))
  from (select unnest(%(items)s::uuid[]) as item order by 1) counted
"""
_HOLD_WITH_OTHERS = _HOLD.replace("_lock(", "_lock_shared(")
# A line that counts goods lists all serial numbers; one that says what they cost names some.
_SERIAL_COUNTS = """
select d.id, l.id, l.item_id, l.warehouse_id, d.posting_date, d.posting_time, d.seq, l.account_id,
       l.cost_center_id,
       coalesce(array_agg(m.lot_id) filter (where m.lot_id is not null), '{}')
  from document d
  join document_line l on l.company_id = d.company_id and l.document_id = d.id
  left join movement m
    on m.company_id = l.company_id and m.document_id = d.id and m.line_id = l.id
   and m.corrects_id is null and m.voids_id is null
 where d.company_id = %(company)s and d.kind = 'STOCK_RECONCILIATION'
   and d.posting_date >= %(day)s and l.item_id = any(%(items)s)
   and not exists (select from voiding v
                    where v.company_id = d.company_id and v.document_id = d.id)
 group by d.id, l.id, l.item_id, l.warehouse_id, d.posting_date, d.posting_time, d.seq,
       l.account_id, l.cost_center_id
having bool_and(m.counted_quantity is not null or m.id is null)
 order by d.posting_date, d.posting_time, d.seq
"""


async def serial_counts(
    connection: AsyncConnection, company: UUID, items: Iterable[UUID], day: date
) -> tuple[SerialCount, ...]:
    """The counts of items kept by serial number on a day or later; none is made until the end."""
    params = {"company": company, "items": list(items), "day": day}
    async with connection.pipeline():
        await connection.execute(_HOLD_WITH_OTHERS, params)
        cursor = await connection.execute(_SERIAL_COUNTS, params)
        rows = await cursor.fetchall()
    return tuple(
        SerialCount(
            document, line, item, warehouse, PostingKey(on, at, seq, 0), contra, center,
            frozenset(lots),
        )
        for document, line, item, warehouse, on, at, seq, contra, center, lots in rows
    )  # fmt: skip


_LOCK_SERIALS = """
select 1 from lot
 where company_id = %(company)s and id = any(%(lots)s) and kind = 'SERIAL' order by id for update
"""
_SERIALS = """
select l.id, l.code, m.posting_date, m.posting_time, m.seq, m.ordinal, m.quantity
  from lot l
  left join movement m on m.company_id = l.company_id and m.item_id = l.item_id and m.lot_id = l.id
   and m.voids_id is null
   and not exists (select from voiding v
                    where v.company_id = m.company_id and v.document_id = m.document_id)
 where l.company_id = %(company)s and l.id = any(%(lots)s) and l.kind = 'SERIAL'
"""


async def serials(
    connection: AsyncConnection, company: UUID, lots: Iterable[UUID]
) -> dict[UUID, SerialFacts]:
    """The serial numbers among lots, with all that moved them.

    They are locked, so that none comes in twice at once.
    """
    params = {"company": company, "lots": list(lots)}
    async with connection.pipeline():
        await connection.execute(_LOCK_SERIALS, params)
        cursor = await connection.execute(_SERIALS, params)
        rows = await cursor.fetchall()
    found: dict[UUID, SerialFacts] = {}
    for id_, code, *key, quantity in rows:
        known = found.get(id_, SerialFacts(code, ()))
        moves = () if quantity is None else ((PostingKey(*key), quantity),)
        found[id_] = known._replace(moves=(*known.moves, *moves))
    return found


async def with_serials(connection: AsyncConnection, document: Document, facts: Facts) -> Facts:
    """The facts with the serial numbers that the document may move, and later counts of them."""
    company = facts.company
    counted = _by_serial(company, facts.items_by_id.values())
    if counted:
        day = min([document.posting_date, *(one.posting_date for one in facts.documents.values())])
        counts = await serial_counts(connection, company.id, counted, day)
        facts = replace(facts, serial_counts=counts)
    moved = _serials(facts)
    return replace(facts, serials=await serials(connection, company.id, moved)) if moved else facts


def _by_serial(company: CompanyFacts, items: Iterable[ItemFacts]) -> list[UUID]:
    """The items of which a later count says all that there is, under REPLAY."""
    if company.flow is not Flow.REPLAY:
        return []
    return sorted(one.id for one in items if one.costing_method == CostingMethod.SERIAL)


def _serials(facts: Facts) -> set[UUID]:
    """The lots that a document names or may move and that can be serial numbers."""
    batches = {one.id for one in facts.lot_facts.values() if one.kind is LotKind.BATCH}
    serials = {one.id for one in facts.lot_facts.values() if one.kind is LotKind.SERIAL}
    named = {(item, lot) for (item, _), lot in facts.lots.items()}
    pools = {
        *(m.pool for one in facts.documents.values() for m in one.movements),
        *(m.pool for one in facts.originals.values() for m in one.movements),
        *(Pool(*place, lot) for place, lots in facts.present.items() for lot in lots),
    }
    return {
        lot
        for item, lot in (*named, *((pool.item, pool.lot) for pool in pools))
        if lot in serials
        or (
            lot not in batches
            and item in facts.items_by_id
            and facts.items_by_id[item].costing_method in _BY_SERIAL
        )
    }
