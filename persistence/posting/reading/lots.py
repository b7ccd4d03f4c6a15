"""Batches and serial numbers, read for a decision: by code, where they are, what moved them."""

from collections.abc import Iterable
from uuid import UUID

from psycopg import AsyncConnection

from domain.facts import LotFacts
from domain.movements import PostingKey
from domain.open_lines import SerialFacts
from domain.records import LotKind

_LOTS = """
select item_id, id, code, kind, expiry_date, manufactured_on, hold from lot
 where company_id = %(company)s and item_id = any(%(items)s) and code = any(%(codes)s)
"""
_PRESENT = """
select b.item_id, b.warehouse_id, l.id, l.code, l.kind, l.expiry_date, l.manufactured_on, l.hold
  from bin b
  join lot l on l.company_id = b.company_id and l.id = b.lot_id
 where b.company_id = %(company)s and b.item_id = any(%(items)s) and b.quantity <> 0
 order by b.item_id, b.warehouse_id, l.code
"""


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
    connection: AsyncConnection, company: UUID, items: Iterable[UUID]
) -> tuple[dict[tuple[UUID, UUID], tuple[UUID, ...]], dict[UUID, LotFacts]]:
    """The lots that items have in each warehouse now, and what these are."""
    cursor = await connection.execute(_PRESENT, {"company": company, "items": list(items)})
    there: dict[tuple[UUID, UUID], tuple[UUID, ...]] = {}
    facts: dict[UUID, LotFacts] = {}
    for item, warehouse, lot, code, kind, *rest in await cursor.fetchall():
        there[item, warehouse] = (*there.get((item, warehouse), ()), lot)
        facts[lot] = LotFacts(lot, code, LotKind(kind), *rest)
    return there, facts


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
