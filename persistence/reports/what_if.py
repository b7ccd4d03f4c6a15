"""What happened to items, for comparing costing methods: movements, and what they were sold for.

What goods came in at is what documents gave them; where a cost was carried, what was paid for them
(persistence/reports/carried_prices.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from domain.costing.what_if import Happened
from domain.money import ZERO, round_to
from domain.movements import (
    NO_LOT,
    Assertion,
    Leg,
    Movement,
    Nature,
    Pool,
    PostingKey,
    Returned,
    UnitCost,
)
from persistence.posting.reading.sources import sources_of
from persistence.reports.carried_prices import ERAS, carried_prices

# Where a cost was carried, goods came in at that, and changes of it moved nothing.
# Goods made of other items keep the cost that they were made at: those are not compared.
# The issue and receipt by which a migration opens another flow are left out: no goods moved, and as
# one layer at their recorded value they would hide what the goods had come in at.
_MOVEMENTS = f"""
with era as materialized ({ERAS})
select m.id, m.posting_date, m.posting_time, m.seq, m.ordinal, m.item_id, m.warehouse_id, m.lot_id,
       m.quantity, m.nature, m.leg, m.document_id, m.returns_id, r.quantity, m.card_value,
       m.card_quantity, m.counted_quantity, m.counted_rate, m.counted_value,
       m.nature = 'COUNT' and flow.then = 'REPLAY' and flow.now <> 'LINKED' as is_count,
       case when s.made then c.total when flow.then <> 'CARRIED' then c.given
            else c.charged + case when l.rate <> 0 and m.quantity > 0 and m.nature = 'STOCK'
                                  then m.quantity * l.rate else c.direct end end,
       c.invoiced, case when s.made then null else s.sources end,
       flow.then is null and (m.nature = 'COST' or m.nature = 'PURCHASE' and m.returns_id is null
                                                   and c.in_force <> 0), c.charged,
       (select bool_or(flow = 'CARRIED') from era)
  from movement m
 cross join lateral (
    select (select flow from era where era.seq >= m.seq order by era.seq limit 1) as then,
           (select flow from era order by seq desc limit 1) as now) flow
  left join document_line l on l.company_id = m.company_id and l.id = m.line_id
  left join movement r on r.company_id = m.company_id and r.id = m.returns_id
  cross join lateral (
    select coalesce(sum(actual + expected) filter (where kind not in
                    ('ISSUE', 'ADJUSTMENT', 'DIFFERENCE', 'ROUNDING', 'NEGATIVE_STOCK')), 0)
             as given,
           coalesce(sum(actual + expected), 0) as total,
           coalesce(sum(actual + expected) filter (where kind = 'ISSUE'), 0) as in_force,
           coalesce(sum(actual) filter (where kind = 'DIRECT'), 0) as direct,
           coalesce(sum(actual) filter (where kind in ('CHARGE', 'OVERHEAD')), 0) as charged,
           coalesce(sum(invoiced_quantity), 0) as invoiced
      from cost_entry where company_id = m.company_id and movement_id = m.id) c
  cross join lateral (
    select array_agg(array[s.source_id::text, s.fraction::text, s.before::text]) as sources,
           bool_or(o.item_id <> m.item_id) as made
      from movement_source s
      join movement o on o.company_id = s.company_id and o.id = s.source_id
     where s.company_id = m.company_id and s.movement_id = m.id) s
 where m.company_id = %(company)s and m.item_id = any(%(items)s)
   and m.voids_id is null and m.corrects_id is null
   and not (m.nature = 'COST' and flow.then is not distinct from 'CARRIED')
   and not exists (select from document d where d.company_id = m.company_id
                      and d.id = m.document_id and d.kind = 'MIGRATION')
   and (%(as_of)s::date is null or m.posting_date <= %(as_of)s)
   and not exists (select from voiding v where v.company_id = m.company_id
                      and v.document_id = m.document_id)
 order by m.seq, m.ordinal
"""  # noqa: S608 - constant pieces
# What goods were billed for, less what was credited, in company currency:
# a write-off is an expense.
_SALES = """
select l.item_id,
       sum(case when d.kind = 'SALES_INVOICE' then l.amount else -l.amount end * d.exchange_rate)
  from document d
  join document_line l on l.company_id = d.company_id and l.document_id = d.id
  left join document_line o on o.company_id = l.company_id and o.id = l.against_line_id
  left join document od on od.company_id = o.company_id and od.id = o.document_id
 where d.company_id = %(company)s and l.item_id = any(%(items)s)
   and (d.kind = 'SALES_INVOICE' or d.kind = 'SALES_RETURN' and od.kind = 'SALES_INVOICE'
        or d.kind = 'CREDIT_NOTE' and d.content ->> 'side' = 'SALES' and d.purpose <> 'WRITE_OFF')
   and (%(as_of)s::date is null or d.posting_date <= %(as_of)s)
   and not exists (select from voiding v where v.company_id = d.company_id
                      and v.document_id = d.id)
 group by 1
"""


@dataclass(frozen=True, slots=True)
class ItemHistory:
    """All that happened to an item, and what it was sold for in all.

    `is_lost`: a cost in force was carried (flow CARRIED) before a migration that kept no record of
    that, so that nobody knows what each of the goods came in at.
    """

    happened: Sequence[Happened]
    sales: Decimal
    is_lost: bool


async def item_histories(
    connection: AsyncConnection,
    company: UUID,
    items: Sequence[UUID],
    as_of: date | None,
    digits: int,
) -> Mapping[UUID, ItemHistory]:
    """The histories of items, of documents that are not cancelled, through a day.

    `digits` are the decimal places of the company's currency.
    """
    params = {"company": company, "items": list(items), "as_of": as_of}
    cursor = await connection.execute(_MOVEMENTS.encode(), params)
    rows = await cursor.fetchall()
    prices: Mapping[UUID, Decimal] = {}
    differences: Mapping[UUID, Decimal] = {}
    if rows and rows[0][25]:
        prices, differences = await carried_prices(connection, params)
    happened: dict[UUID, list[Happened]] = {item: [] for item in items}
    lost: set[UUID] = set()
    for row in rows:
        given = row[20] + differences.get(row[0], ZERO)
        if row[0] in prices:
            given = prices[row[0]] + row[24]
        movement = _movement(row, round_to(given, digits))
        happened[row[5]].append(Happened(movement=movement, invoiced=row[21]))
        if row[23]:
            lost.add(row[5])
    cursor = await connection.execute(_SALES, params)
    sales: dict[UUID, Decimal] = dict(await cursor.fetchall())
    return {
        item: ItemHistory(happened[item], sales.get(item, ZERO), is_lost=item in lost)
        for item in items
    }


def _movement(row: Sequence[Any], given: Decimal) -> Movement:
    return Movement(
        id=row[0],
        key=PostingKey(*row[1:5]),
        pool=Pool(row[5], row[6], row[7] or NO_LOT),
        quantity=row[8],
        nature=Nature(row[9]),
        leg=Leg(row[10]),
        document=row[11],
        returns=None if row[12] is None else Returned(row[12], row[13], ZERO),
        card=None if row[14] is None else UnitCost(row[14], row[15]),
        counted=Assertion(row[16], row[17], row[18]) if row[19] else None,
        given_recorded=given,
        sources=sources_of(row[22]),
    )
