"""Reading and writing what the CARRIED flow needs: items locked in key order, with all their bins.

Everything is known from the document itself, so that one round is enough.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from domain.costing.carried.facts import CarriedFacts, CarriedItem, Later
from domain.costing.carried.flow import carried_items
from domain.costing.linked.facts import BinTotals
from domain.decide import Decision
from domain.documents.causes import Causes
from domain.facts import Facts
from domain.movements import Pool, PostingKey, UnitCost
from persistence.posting.reading import linked_statements as linked
from persistence.posting.reading import references
from persistence.posting.reading.movements import movements_by_id
from persistence.posting.writing.section import Section

_CARDS = """
select item_id, card_value, card_quantity from item_cost
 where company_id = %(company)s and item_id = any(%(items)s)
"""
_BINS = """
select b.item_id, b.warehouse_id, b.lot_id, b.quantity, b.value, b.movements, b.last_date,
       b.last_time, b.last_seq, b.last_ordinal
  from bin b
 where b.company_id = %(company)s and b.item_id = any(%(items)s)
"""
# Day by day backwards: what moved after the end of a day, in all and at the most.
_LATER = """
select item_id, warehouse_id, lot_id, (array_agg(after order by posting_date))[1], max(after)
  from (
    select m.item_id, m.warehouse_id, u.lot_id, m.posting_date,
           sum(sum(m.quantity)) over (partition by m.item_id, m.warehouse_id, u.lot_id
                                      order by m.posting_date desc) as after
      from unnest(%(items)s::uuid[], %(warehouses)s::uuid[], %(lots)s::uuid[])
           as u (item_id, warehouse_id, lot_id)
      join movement m
        on m.company_id = %(company)s and m.item_id = u.item_id
       and m.warehouse_id = u.warehouse_id and m.posting_date > %(day)s
       and coalesce(m.lot_id, '00000000-0000-0000-0000-000000000000') = u.lot_id
     group by m.item_id, m.warehouse_id, u.lot_id, m.posting_date) d
 group by item_id, warehouse_id, lot_id
"""


async def read_carried(connection: AsyncConnection, causes: Causes, *, keep: bool) -> CarriedFacts:
    """The facts of one decision, inside its transaction; a preview (`keep` False) locks nothing."""
    items = sorted(carried_items(causes))
    if not items:
        return CarriedFacts(items={})
    company = causes.facts.company.id
    params: dict[str, Any] = {"company": company, "items": items}
    moved = sorted({one.pool for one in causes.movements})
    if keep:
        keys = {"company": company, **_columns(moved)}
        async with connection.pipeline():
            await connection.execute(linked.MAKE_ITEMS, params)
            await connection.execute(linked.LOCK_ITEMS, params)
            await connection.execute(linked.MAKE_BINS, keys)
    async with connection.pipeline():
        card_cursor = await connection.execute(_CARDS, params)
        bin_cursor = await connection.execute(_BINS, params)
        cards = await card_cursor.fetchall()
        bins = await bin_cursor.fetchall()
    facts = _facts(items, cards, bins)
    return CarriedFacts(
        items=facts,
        later=await _later(connection, causes, facts),
        movements=await movements_by_id(
            connection, company, [one.movement for one in causes.regiven]
        ),
    )


def _columns(pools: Sequence[Pool]) -> dict[str, list[UUID]]:
    return {
        "items": [pool.item for pool in pools],
        "warehouses": [pool.warehouse for pool in pools],
        "lots": [pool.lot for pool in pools],
    }


def _facts(
    items: Sequence[UUID], cards: Sequence[Sequence[Any]], bins: Sequence[Sequence[Any]]
) -> dict[UUID, CarriedItem]:
    card_of = {row[0]: UnitCost(row[1], row[2]) for row in cards if row[1] is not None}
    bins_of: dict[UUID, dict[Pool, BinTotals]] = {item: {} for item in items}
    for row in bins:
        last = PostingKey(*row[6:10]) if row[6] is not None else None
        bins_of[row[0]][Pool(*row[:3])] = BinTotals(row[3], row[4], row[5], last)
    return {item: CarriedItem(card_of.get(item), bins_of[item]) for item in items}


async def _later(
    connection: AsyncConnection, causes: Causes, items: dict[UUID, CarriedItem]
) -> dict[Pool, Later]:
    """What moved after the document's date, in the bins that it counts or takes goods from."""
    pools = {one.pool for one in causes.movements if one.quantity < 0 or one.counted is not None}
    late = sorted(pool for pool in pools if _is_late(causes, pool, items))
    if not late:
        return {}
    params = {"company": causes.facts.company.id, "day": causes.posting_date, **_columns(late)}
    cursor = await connection.execute(_LATER, params)
    return {Pool(*row[:3]): Later(row[3], row[4]) for row in await cursor.fetchall()}


def _is_late(causes: Causes, pool: Pool, items: dict[UUID, CarriedItem]) -> bool:
    """Whether anything is recorded in the bin that counts after the document's date."""
    known = items[pool.item].bins.get(pool)
    last = known.last_key if known else None
    return last is not None and last.posting_date > causes.posting_date


async def with_parties(connection: AsyncConnection, causes: Causes, carried: CarriedFacts) -> Facts:
    """With the parties of movements that the document does not name: rules ask for their areas."""
    facts = causes.facts
    moved = (*causes.movements, *carried.movements.values())
    missing = {one.party for one in moved if one.party} - facts.parties_by_id.keys()
    if not missing:
        return facts
    refs = references.refs_of_ids("party", missing)
    found = await references.parties(connection, facts.company.id, refs)
    return replace(facts, parties={**facts.parties, **found})


def _cards(decision: Decision) -> Iterable[Sequence[Any]]:
    for item, card in decision.cards.items():
        yield (item, card.value if card else None, card.quantity if card else None)


CARRIED_SECTION = Section(
    "cc", "item_cost", "company_id",
    "item_id, card_value, card_quantity", "uuid, numeric, numeric", _cards,
    "on conflict (company_id, item_id) do update set"
    " card_value = excluded.card_value, card_quantity = excluded.card_quantity",
)  # fmt: skip
"""The items that have come to another cost in force."""
