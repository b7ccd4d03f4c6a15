"""Negative stock: bins below zero, and the issues in them whose cost is still provisional.

Goods that leave before they have come are valued at the last known cost. The receipts that follow
cover what was owed, the oldest issue first; until then an issue's cost is provisional.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import dict_row

from domain.money import DISPLAY_DIGITS, multiply, plain, round_to
from persistence.paging import Ordering, Page, both_ways
from persistence.reports.query import compose, conditions
from persistence.reports.scope import Scope
from persistence.reports.trees import BELOW_WAREHOUSE, WITHIN_WAREHOUSES

ORDERING = Ordering(
    name="negativeStock",
    columns=("item.sku", "warehouse.code", "coalesce(lot.code, '')"),
    attributes=("item_sku", "warehouse_code", "lot_code"),
    types=(str, str, str),
)
"""By SKU, warehouse code and batch."""

ORDERS = both_ways(
    ORDERING.name,
    ITEM=ORDERING,
    WAREHOUSE=ORDERING.led_by("warehouse.code", "warehouse_code", str),
    SINCE=ORDERING.led_by("bin.since", "since", date),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvisionalIssueRow:
    """An issue of which `quantity` (of `issued`, in the item's unit) has no cost of its own yet."""

    company_id: UUID
    document_id: UUID
    posting_date: date
    issued: Decimal
    quantity: Decimal
    provisional_cost: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class NegativeStockRow:
    """A bin below zero: quantity in the item's unit, value in company currency, both negative.

    `unit_cost` is what a unit is provisionally worth, for display; `since_*` the movement that took
    the bin below zero.
    """

    company_id: UUID
    item_id: UUID
    item_sku: str
    warehouse_id: UUID
    warehouse_code: str
    lot_id: UUID | None
    lot_code: str
    quantity: Decimal
    value: Decimal
    unit_cost: Decimal
    since: date
    since_document_id: UUID
    issues: tuple[ProvisionalIssueRow, ...]


_DATED = " and (%(as_of)s::date is null or m.posting_date <= %(as_of)s)"

# A cancelled movement and its mirror add up to nothing where they stand; left out, no balance
# looks as if they had been there. The stretch below zero are the movements after the last balance
# that was not; in it what is still owed is laid on the issues from the newest backwards, since
# receipts have covered the oldest first.
_PAGE = f"""
with owed as (
    select m.item_id, m.warehouse_id, m.lot_id, sum(m.quantity) as quantity
      from movement m
     where m.company_id = %(company)s and m.seq <= %(seq)s {_DATED} /*bins*/
     group by 1, 2, 3 having sum(m.quantity) < 0
), stretch as (
    select m.*, owed.quantity as balance,
           sum(m.quantity) over (pool rows between unbounded preceding and current row) as after,
           coalesce(sum(-m.quantity) filter (where m.quantity < 0)
                    over (pool rows between 1 following and unbounded following), 0) as issued_later
      from owed
      join movement m on m.company_id = %(company)s and m.item_id = owed.item_id
       and m.warehouse_id = owed.warehouse_id and m.lot_id is not distinct from owed.lot_id
     where m.seq <= %(seq)s {_DATED} and m.voids_id is null
       and not exists (select from voiding v where v.company_id = m.company_id
                          and v.document_id = m.document_id and v.seq <= %(seq)s)
    window pool as (partition by m.item_id, m.warehouse_id, m.lot_id
                    order by m.posting_date, m.posting_time, m.seq, m.ordinal)
), below as (
    select *, count(*) filter (where after >= 0) over (
                  partition by item_id, warehouse_id, lot_id
                  order by posting_date, posting_time, seq, ordinal
                  rows between current row and unbounded following) as recoveries
      from stretch
), worth as (
    select m.item_id, m.warehouse_id, m.lot_id, sum(entry.actual + entry.expected) as value
      from owed
      join movement m on m.company_id = %(company)s and m.item_id = owed.item_id
       and m.warehouse_id = owed.warehouse_id and m.lot_id is not distinct from owed.lot_id
      join cost_entry entry on entry.company_id = m.company_id and entry.movement_id = m.id
     where entry.seq <= %(seq)s and (%(as_of)s::date is null or entry.posting_date <= %(as_of)s)
     group by 1, 2, 3
), bin as (
    select below.item_id, below.warehouse_id, below.lot_id, min(balance) as quantity,
           (array_agg(below.posting_date order by posting_date, posting_time, seq, ordinal))[1]
               as since,
           (array_agg(below.document_id order by posting_date, posting_time, seq, ordinal))[1]
               as since_document_id,
           jsonb_agg(jsonb_build_array(document_id, posting_date, (-below.quantity)::text,
                         least(-below.quantity, -balance - issued_later)::text)
                     order by posting_date, posting_time, seq, ordinal)
               filter (where below.quantity < 0 and -balance > issued_later) as issues
      from below where recoveries = 0 group by 1, 2, 3
)
select item.company_id, item.id as item_id, item.sku as item_sku, warehouse.id as warehouse_id,
       warehouse.code as warehouse_code, lot.id as lot_id, coalesce(lot.code, '') as lot_code,
       trim_scale(bin.quantity) as quantity, round(coalesce(worth.value, 0), %(digits)s) as value,
       coalesce(worth.value, 0) / bin.quantity as exact_cost, bin.since, bin.since_document_id,
       coalesce(bin.issues, '[]') as issues
  from bin
  left join worth on worth.item_id = bin.item_id and worth.warehouse_id = bin.warehouse_id
   and worth.lot_id is not distinct from bin.lot_id
  join item on item.company_id = %(company)s and item.id = bin.item_id
  join warehouse on warehouse.company_id = %(company)s and warehouse.id = bin.warehouse_id
  left join lot on lot.company_id = %(company)s and lot.id = bin.lot_id
 where true /*after*/
 order by /*order*/ /*limit*/
"""  # noqa: S608 - constant pieces


async def negative_stock(
    connection: AsyncConnection,
    scope: Scope,
    page: Page,
    item_id: UUID | None = None,
    warehouse_id: UUID | None = None,
) -> list[NegativeStockRow]:
    """One page of bins below zero as of the scope's day, as read with `page.fetch`."""
    values = scope.values(item=item_id, warehouse=warehouse_id)
    bins = conditions(
        values,
        {
            "item": "m.item_id = %(item)s",
            "warehouse": f"m.warehouse_id in {BELOW_WAREHOUSE}",
            "within": f"m.warehouse_id in {WITHIN_WAREHOUSES}",
        },
    )
    sql = compose(
        _PAGE, bins=bins, after=f" and {page.where}", order=page.order_by,
        limit=f"limit {page.fetch}",
    )  # fmt: skip
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(sql.encode(), {**values, **page.params})
        return [_row(found, scope.digits) for found in await cursor.fetchall()]


def _row(found: dict[str, Any], digits: int) -> NegativeStockRow:
    cost: Decimal = found.pop("exact_cost")
    issues = tuple(
        ProvisionalIssueRow(
            company_id=found["company_id"],
            document_id=UUID(document),
            posting_date=date.fromisoformat(day),
            issued=plain(Decimal(issued)),
            quantity=plain(Decimal(quantity)),
            provisional_cost=round_to(multiply(cost, Decimal(quantity)), digits),
        )
        for document, day, issued, quantity in found.pop("issues")
    )
    return NegativeStockRow(**found, unit_cost=plain(round_to(cost, DISPLAY_DIGITS)), issues=issues)
