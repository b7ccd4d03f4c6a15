"""The lot balance: what lies where of each batch and serial number, as of any day."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from psycopg import AsyncConnection

from domain.money import DISPLAY_DIGITS
from persistence.paging import Ordering, Page, both_ways
from persistence.reports.query import compose, conditions, fetch_one, fetch_page
from persistence.reports.scope import Scope
from persistence.reports.trees import BELOW_WAREHOUSE, WITHIN_WAREHOUSES
from persistence.tables.columns import NO_LOT

ORDERING = Ordering(
    name="lotBalance",
    columns=("item.sku", "lot.code", "warehouse.code"),
    attributes=("item_sku", "lot_code", "warehouse_code"),
    types=(str, str, str),
)
"""By SKU, then the lot's code, then warehouse code."""

ORDERS = both_ways(
    ORDERING.name,
    ITEM=ORDERING,
    EXPIRY_DATE=ORDERING.led_by("coalesce(lot.expiry_date, date '9999-12-31')", "expires_on", date),
    QUANTITY=ORDERING.led_by("balance.quantity", "quantity", Decimal),
    VALUE=ORDERING.led_by("round(balance.value, %(digits)s)", "value", Decimal),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LotBalanceRow:
    """A lot in a warehouse: quantity in the item's unit, value in company currency.

    `expires_on` is the last day on which it is good as it is known now, the last of all where there
    is none; `unit_cost` is for display, null for no quantity.
    """

    company_id: UUID
    item_id: UUID
    item_sku: str
    lot_id: UUID
    lot_code: str
    expires_on: date
    warehouse_id: UUID
    warehouse_code: str
    quantity: Decimal
    value: Decimal
    unit_cost: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LotBalanceTotals:
    """The value of the whole filter, in company currency."""

    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class LotBalanceFilter:
    """Which lots: of an item; in a warehouse or below it; good no longer than `expires_by`."""

    item_id: UUID | None = None
    warehouse_id: UUID | None = None
    expires_by: date | None = None


_NOW = """
    select item_id, warehouse_id, lot_id, quantity, value from bin
     where company_id = %(company)s and lot_id <> %(no_lot)s /*bins*/
"""
# A cancelled movement and its mirror count on the same day and cancel out: no need to skip them.
_HISTORY = """
    select item_id, warehouse_id, lot_id, quantity, 0 as value from movement
     where company_id = %(company)s and lot_id is not null and seq <= %(seq)s
           /*dated*/ /*bins*/
    union all
    select of_lot.item_id, of_lot.warehouse_id, of_lot.lot_id, 0, cost.actual + cost.expected
      from (select id, item_id, warehouse_id, lot_id from movement
             where company_id = %(company)s and lot_id is not null /*bins*/) of_lot
      join cost_entry cost on cost.company_id = %(company)s and cost.movement_id = of_lot.id
     where cost.seq <= %(seq)s /*cost_dated*/
"""
_BALANCE = """
  from (select item_id, warehouse_id, lot_id, sum(quantity) as quantity, sum(value) as value
          from (/*facts*/) fact group by item_id, warehouse_id, lot_id) balance
  join item on item.company_id = %(company)s and item.id = balance.item_id
  join warehouse on warehouse.company_id = %(company)s and warehouse.id = balance.warehouse_id
  join lot on lot.company_id = %(company)s and lot.id = balance.lot_id
 where (balance.quantity <> 0 or balance.value <> 0) /*expires*/
"""
_PAGE = (
    """
select item.company_id, item.id as item_id, item.sku as item_sku,
       lot.id as lot_id, lot.code as lot_code,
       coalesce(lot.expiry_date, date '9999-12-31') as expires_on,
       warehouse.id as warehouse_id, warehouse.code as warehouse_code,
       trim_scale(balance.quantity) as quantity, round(balance.value, %(digits)s) as value,
       trim_scale(round(balance.value / nullif(balance.quantity, 0), %(display)s)) as unit_cost"""
    + _BALANCE
    + "/*after*/ order by /*order*/ /*limit*/"
)
_TOTALS = f"select round(coalesce(sum(balance.value), 0), %(digits)s) as value{_BALANCE}"


def _asked(scope: Scope, which: LotBalanceFilter, template: str) -> tuple[str, dict[str, object]]:
    values = scope.values(
        item=which.item_id, warehouse=which.warehouse_id, expires_by=which.expires_by
    )
    bins = conditions(
        values,
        {
            "item": "item_id = %(item)s",
            "warehouse": f"warehouse_id in {BELOW_WAREHOUSE}",
            "within": f"warehouse_id in {WITHIN_WAREHOUSES}",
        },
    )
    facts = compose(
        _NOW if scope.is_now else _HISTORY,
        bins=bins,
        dated=conditions(values, {"as_of": "posting_date <= %(as_of)s"}),
        cost_dated=conditions(values, {"as_of": "cost.posting_date <= %(as_of)s"}),
    )
    expires = conditions(values, {"expires_by": "lot.expiry_date <= %(expires_by)s"})
    sql = compose(template, facts=facts, expires=expires)
    return sql, values | {"no_lot": NO_LOT, "display": DISPLAY_DIGITS}


async def lot_balance(
    connection: AsyncConnection, scope: Scope, page: Page, which: LotBalanceFilter
) -> list[LotBalanceRow]:
    """One page of what there is of lots; of which nothing is, they are left out."""
    sql, values = _asked(scope, which, _PAGE)
    return await fetch_page(connection, LotBalanceRow, sql, values, page)


async def lot_balance_totals(
    connection: AsyncConnection, scope: Scope, which: LotBalanceFilter
) -> LotBalanceTotals:
    """The totals of the whole filter, whatever page is shown."""
    sql, values = _asked(scope, which, _TOTALS)
    return await fetch_one(connection, LotBalanceTotals, sql, values)
