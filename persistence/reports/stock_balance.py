"""The stock balance: what lies where and what it is worth, by item and warehouse."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from psycopg import AsyncConnection

from domain.money import DISPLAY_DIGITS
from persistence.paging import Ordering, Page, both_ways
from persistence.reports.query import compose, conditions, fetch_one, fetch_page
from persistence.reports.scope import Scope
from persistence.reports.trees import BELOW_WAREHOUSE, STOCK_ACCOUNTS, WITHIN_WAREHOUSES

ORDERING = Ordering(
    name="stockBalance",
    columns=("item.sku", "warehouse.code"),
    attributes=("item_sku", "warehouse_code"),
    types=(str, str),
)
"""By SKU, then warehouse code."""

ORDERS = both_ways(
    ORDERING.name,
    ITEM=ORDERING,
    WAREHOUSE=ORDERING.led_by("warehouse.code", "warehouse_code", str),
    QUANTITY=ORDERING.led_by("balance.quantity", "quantity", Decimal),
    VALUE=ORDERING.led_by("round(balance.value, %(digits)s)", "value", Decimal),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StockBalanceRow:
    """An item in a warehouse: quantity in the item's unit, value in company currency.

    `account_*` is the stock account that the warehouse resolves to now (null: none is set);
    `expected_value` is the part of the value that is not invoiced yet; `unit_cost` is for display,
    null for no quantity.
    """

    company_id: UUID
    item_id: UUID
    item_sku: str
    item_name: str
    warehouse_id: UUID
    warehouse_code: str
    account_id: UUID | None
    account_code: str | None
    quantity: Decimal
    value: Decimal
    expected_value: Decimal
    unit_cost: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StockBalanceTotals:
    """The value of the whole filter, in company currency; quantities of unlike items do not add."""

    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class StockFilter:
    """Which bins: one item; a warehouse with all below it; those without quantity and value too."""

    item_id: UUID | None = None
    warehouse_id: UUID | None = None
    include_zero: bool = False


# A cancelled movement and its mirror count on the same day and cancel out: no need to skip them.
_HISTORY = """
    select item_id, warehouse_id, quantity, 0 as value from movement
     where company_id = %(company)s and seq <= %(seq)s /*dated*/ /*bins*/
    union all
    select item_id, warehouse_id, 0, actual + expected from cost_entry
     where company_id = %(company)s and seq <= %(seq)s /*dated*/ /*bins*/ /*its*/
"""
_ITS_MOVEMENTS = "select id from movement where company_id = %(company)s and item_id = %(item)s"
_NOW = """
    select item_id, warehouse_id, quantity, value from bin where company_id = %(company)s /*bins*/
"""

# Item by item: in the order of items only those of the page are looked at, by the bins' key. What
# is waiting for its invoice is asked of rows that are shown, or else would be left out.
_PAGE = """
select item.company_id, item.id as item_id, item.sku as item_sku, item.name as item_name,
       warehouse.id as warehouse_id, warehouse.code as warehouse_code,
       account.id as account_id, account.code as account_code,
       trim_scale(balance.quantity) as quantity,
       round(balance.value, %(digits)s) as value,
       round(/*waiting*/, %(digits)s) as expected_value,
       trim_scale(round(balance.value / nullif(balance.quantity, 0), %(display)s)) as unit_cost
  from item
  join lateral (
    select item_id, warehouse_id, sum(quantity) as quantity, sum(value) as value
      from (/*facts*/) fact /*by_item*/ group by item_id, warehouse_id
       ) balance on balance.item_id = item.id
  join warehouse on warehouse.company_id = %(company)s and warehouse.id = balance.warehouse_id
  join /*accounts*/ resolved on resolved.warehouse_id = warehouse.id
  left join account on account.company_id = %(company)s and account.id = resolved.account_id
 where item.company_id = %(company)s /*only*/
   and (%(include_zero)s or balance.quantity <> 0 or balance.value <> 0 or /*waiting*/ <> 0)
       /*after*/
 order by /*order*/ /*limit*/
"""
_WAITING = """(
    select coalesce(sum(expected), 0) from cost_entry
     where company_id = %(company)s and item_id = item.id and warehouse_id = warehouse.id
       and expected <> 0 and seq <= %(seq)s /*dated*/)"""

_TOTALS = """
select round(coalesce(sum(value), 0), %(digits)s) as value from (/*facts*/) fact
"""


def values_of(scope: Scope, which: StockFilter) -> dict[str, object]:
    """The parameters of what balances of a filter add up."""
    return scope.values(
        item=which.item_id, warehouse=which.warehouse_id, include_zero=which.include_zero
    )


def facts_of(scope: Scope, values: dict[str, object]) -> str:
    """What balances add up: bins from the cache if nothing limits the scope, else all history."""
    bins = conditions(
        values,
        {
            "item": "item_id = %(item)s",
            "warehouse": f"warehouse_id in {BELOW_WAREHOUSE}",
            "within": f"warehouse_id in {WITHIN_WAREHOUSES}",
        },
    )
    # Costs of an item are found by its movements.
    its = conditions(values, {"item": f"movement_id in ({_ITS_MOVEMENTS})"})
    return compose(_NOW if scope.is_now else _HISTORY, bins=bins, dated=_dated(values), its=its)


def _dated(values: dict[str, object]) -> str:
    return conditions(values, {"as_of": "posting_date <= %(as_of)s"})


async def stock_balance(
    connection: AsyncConnection, scope: Scope, page: Page, which: StockFilter | None = None
) -> list[StockBalanceRow]:
    """One page of balances, as read with `page.fetch`."""
    values = values_of(scope, which or StockFilter()) | {"display": DISPLAY_DIGITS}
    sql = compose(
        _PAGE,
        facts=facts_of(scope, values),
        waiting=compose(_WAITING, dated=_dated(values)),
        accounts=STOCK_ACCOUNTS,
        only=conditions(values, {"item": "item.id = %(item)s"}),
        by_item="where item_id = item.id" if scope.is_now else "",
    )
    return await fetch_page(connection, StockBalanceRow, sql, values, page)


async def stock_balance_totals(
    connection: AsyncConnection, scope: Scope, which: StockFilter | None = None
) -> StockBalanceTotals:
    """The totals of the whole filter, whatever page is shown."""
    values = values_of(scope, which or StockFilter())
    sql = compose(_TOTALS, facts=facts_of(scope, values))
    return await fetch_one(connection, StockBalanceTotals, sql, values)
