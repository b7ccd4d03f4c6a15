"""Goods in transit: what stock entries sent into transit warehouses and nobody received."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from psycopg import AsyncConnection

from persistence.paging import Ordering, Page, both_ways
from persistence.reports.query import compose, conditions, fetch_one, fetch_page
from persistence.reports.scope import Scope
from persistence.reports.trees import BELOW_WAREHOUSE

ORDERING = Ordering(
    name="goodsInTransit",
    columns=("valued.posting_date", "valued.seq", "valued.ordinal"),
    attributes=("sent_on", "seq", "ordinal"),
    types=(date, int, int),
)
"""The oldest sending first."""

ORDERS = both_ways(ORDERING.name, SENT_ON=ORDERING)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsInTransitRow:
    """A line (and lot) that is still on its way: quantities in the item's unit.

    `value`, in company currency, is its share of what the transit warehouse holds of the item.
    """

    company_id: UUID
    seq: int
    ordinal: int
    document_id: UUID
    line_id: UUID
    sent_on: date
    item_id: UUID
    from_warehouse_id: UUID | None
    transit_warehouse_id: UUID
    lot_id: UUID | None
    sent_quantity: Decimal
    received_quantity: Decimal
    quantity: Decimal
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsInTransitTotals:
    """The value on its way, and the value of all stock in transit warehouses."""

    value: Decimal
    stock_value: Decimal
    difference: Decimal


_KNOWN = """{m}.seq <= %(seq)s and (%(as_of)s::date is null or {m}.posting_date <= %(as_of)s)"""
_LIVE = """{m}.voids_id is null and not exists (
           select from voiding v where v.company_id = {m}.company_id
              and v.document_id = {m}.document_id and v.seq <= %(seq)s)"""
_SENT = _KNOWN.format(m="m") + " and " + _LIVE.format(m="m")
_TAKEN = _KNOWN.format(m="r") + " and " + _LIVE.format(m="r")

# A pool's value is laid on the lines by cumulative quantity, so that shares add up to the cent.
_VALUED = f"""
with sent as (
    select m.*, (select coalesce(-sum(r.quantity), 0) from movement r
                  where r.company_id = m.company_id and r.returns_id = m.id and {_TAKEN})
                as received
      from warehouse road
      join movement m on m.company_id = road.company_id and m.warehouse_id = road.id
      join document d on d.company_id = m.company_id and d.id = m.document_id
     where road.company_id = %(company)s and road.is_transit and d.kind = 'STOCK_ENTRY'
       and m.leg = 'IN' and m.nature in ('TRANSFER', 'STOCK') and {_SENT}
), pool as (
    select m.item_id, m.warehouse_id, m.lot_id, sum(m.quantity) as quantity,
           (select coalesce(sum(e.actual + e.expected), 0)
              from cost_entry e join movement o
                on o.company_id = e.company_id and o.id = e.movement_id
             where e.company_id = %(company)s and o.item_id = m.item_id
               and o.warehouse_id = m.warehouse_id and o.lot_id is not distinct from m.lot_id
               and e.seq <= %(seq)s
               and (%(as_of)s::date is null or e.posting_date <= %(as_of)s)) as value
      from movement m
     where m.company_id = %(company)s and {_KNOWN.format(m="m")}
       and m.warehouse_id in (select id from warehouse
                               where company_id = %(company)s and is_transit)
     group by 1, 2, 3
), road as (
    select sent.*, sent.quantity - sent.received as pending, pool.quantity as held,
           pool.value as worth,
           sum(sent.quantity - sent.received) over (
               partition by sent.item_id, sent.warehouse_id, sent.lot_id
               order by sent.posting_date, sent.seq, sent.ordinal) as so_far
      from sent
      join pool on pool.item_id = sent.item_id and pool.warehouse_id = sent.warehouse_id
       and pool.lot_id is not distinct from sent.lot_id
     where sent.quantity > sent.received
), valued as (
    select road.*, coalesce(round(worth * so_far / nullif(held, 0), %(digits)s)
                          - round(worth * (so_far - pending) / nullif(held, 0), %(digits)s), 0)
                   as share
      from road
)
"""  # noqa: S608 - constant pieces

_PAGE = (
    _VALUED
    + """
select valued.company_id, valued.seq, valued.ordinal, valued.document_id, valued.line_id,
       valued.posting_date as sent_on, valued.item_id, line.warehouse_id as from_warehouse_id,
       valued.warehouse_id as transit_warehouse_id, valued.lot_id,
       trim_scale(valued.quantity) as sent_quantity, trim_scale(received) as received_quantity,
       trim_scale(pending) as quantity, share as value
  from valued
  join document_line line on line.company_id = valued.company_id and line.id = valued.line_id
 where true /*filters*/ /*after*/
 order by /*order*/ /*limit*/
"""
)

_TOTALS = (
    _VALUED  # noqa: S608 - constant pieces
    + """
, total as (select coalesce(sum(share), 0) as value from valued where true /*filters*/),
stock as (select coalesce(sum(value), 0) as value from pool as valued where true /*filters*/)
select round(total.value, %(digits)s) as value, round(stock.value, %(digits)s) as stock_value,
       round(total.value - stock.value, %(digits)s) as difference
  from total, stock
"""
)


def _values(scope: Scope, item_id: UUID | None, warehouse_id: UUID | None) -> dict[str, object]:
    return scope.values(item=item_id, warehouse=warehouse_id)


_FILTERS = {
    "item": "valued.item_id = %(item)s",
    "warehouse": f"valued.warehouse_id in {BELOW_WAREHOUSE}",
}


async def goods_in_transit(
    connection: AsyncConnection,
    scope: Scope,
    page: Page,
    item_id: UUID | None = None,
    warehouse_id: UUID | None = None,
) -> list[GoodsInTransitRow]:
    """One page of what is on its way as of the scope's day, as read with `page.fetch`."""
    values = _values(scope, item_id, warehouse_id)
    sql = compose(_PAGE, filters=conditions(values, _FILTERS))
    return await fetch_page(connection, GoodsInTransitRow, sql, values, page)


async def goods_in_transit_totals(
    connection: AsyncConnection,
    scope: Scope,
    item_id: UUID | None = None,
    warehouse_id: UUID | None = None,
) -> GoodsInTransitTotals:
    """The totals of the whole filter, whatever page is shown."""
    values = _values(scope, item_id, warehouse_id)
    sql = compose(_TOTALS, filters=conditions(values, _FILTERS))
    return await fetch_one(connection, GoodsInTransitTotals, sql, values)
