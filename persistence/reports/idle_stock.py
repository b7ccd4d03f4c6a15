"""Idle stock: what lies somewhere and has not moved for long, and when it last did."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from psycopg import AsyncConnection

from persistence.paging import Ordering, Page, both_ways
from persistence.reports.query import compose, conditions, fetch_one, fetch_page
from persistence.reports.scope import Scope
from persistence.reports.stock_balance import StockFilter, facts_of, values_of

ORDERING = Ordering(
    name="idleStock",
    columns=("item.sku", "warehouse.code"),
    attributes=("item_sku", "warehouse_code"),
    types=(str, str),
)
"""By SKU, then warehouse code."""

ORDERS = both_ways(
    ORDERING.name,
    LAST_MOVED=ORDERING.led_by("moved.posting_date", "last_moved_on", date),
    ITEM=ORDERING,
    VALUE=ORDERING.led_by("round(balance.value, %(digits)s)", "value", Decimal),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class IdleStockRow:
    """An item in a warehouse: quantity in the item's unit, value in company currency.

    `last_issued_on` is null where none ever left.
    """

    company_id: UUID
    item_id: UUID
    item_sku: str
    warehouse_id: UUID
    warehouse_code: str
    quantity: Decimal
    value: Decimal
    last_moved_on: date
    last_issued_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IdleStockTotals:
    """The value of the whole filter, in company currency."""

    value: Decimal


# From the end of a bin's movements backwards: mostly the first one tells.
_LAST = """
select live.posting_date from movement live
 where live.company_id = %(company)s and live.item_id = balance.item_id
   and live.warehouse_id = balance.warehouse_id and live.seq <= %(seq)s /*dated*/
   and live.quantity /*sign*/ 0 and live.voids_id is null
   and not exists (select from voiding
                    where voiding.company_id = %(company)s
                      and voiding.document_id = live.document_id and voiding.seq <= %(seq)s)
 order by live.posting_date desc, live.posting_time desc, live.seq desc, live.ordinal desc
 limit 1
"""
_IDLE = """
  from (select item_id, warehouse_id, sum(quantity) as quantity, sum(value) as value
          from (/*facts*/) fact group by item_id, warehouse_id) balance
  join item on item.company_id = %(company)s and item.id = balance.item_id
  join warehouse on warehouse.company_id = %(company)s and warehouse.id = balance.warehouse_id
 cross join lateral (/*moved*/) moved
 where balance.quantity > 0 /*since*/
"""
_PAGE = (
    """
select item.company_id, item.id as item_id, item.sku as item_sku,
       warehouse.id as warehouse_id, warehouse.code as warehouse_code,
       trim_scale(balance.quantity) as quantity, round(balance.value, %(digits)s) as value,
       moved.posting_date as last_moved_on, (/*issued*/) as last_issued_on"""
    + _IDLE
    + "/*after*/ order by /*order*/ /*limit*/"
)
_TOTALS = f"select round(coalesce(sum(balance.value), 0), %(digits)s) as value{_IDLE}"


def _sql(template: str, values: dict[str, object], scope: Scope) -> str:
    dated = conditions(values, {"as_of": "live.posting_date <= %(as_of)s"})
    since = conditions(values, {"since": "moved.posting_date < %(since)s"})
    sql = compose(template, facts=facts_of(scope, values), since=since)
    for name, sign in (("moved", "<>"), ("issued", "<")):
        sql = compose(sql, **{name: compose(_LAST, dated=dated, sign=sign)})
    return sql


async def idle_stock(
    connection: AsyncConnection, scope: Scope, page: Page, since: date | None, which: StockFilter
) -> list[IdleStockRow]:
    """One page of what lies there and did not move on `since` or after it; null = all."""
    values = values_of(scope, which) | {"since": since}
    return await fetch_page(connection, IdleStockRow, _sql(_PAGE, values, scope), values, page)


async def idle_stock_totals(
    connection: AsyncConnection, scope: Scope, since: date | None, which: StockFilter
) -> IdleStockTotals:
    """The totals of the whole filter, whatever page is shown."""
    values = values_of(scope, which) | {"since": since}
    return await fetch_one(connection, IdleStockTotals, _sql(_TOTALS, values, scope), values)
