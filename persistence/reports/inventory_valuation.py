"""The inventory valuation of a period: what lay where, what came, what went, and what is left.

Columns as in Business Central's report of that name and ERPNext's stock balance: opening +
increase - decrease = closing, of quantity and of value, by item and warehouse.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from domain.money import DISPLAY_DIGITS
from persistence.paging import Ordering, Page, both_ways
from persistence.reports.query import (
    compose,
    conditions,
    fetch_all,
    fetch_one,
    looked_up,
    on_page,
)
from persistence.reports.scope import Scope
from persistence.reports.trees import BELOW_WAREHOUSE, WITHIN_WAREHOUSES

ORDERING = Ordering(
    name="inventoryValuation",
    columns=("item_sku", "warehouse_code"),
    attributes=("item_sku", "warehouse_code"),
    types=(str, str),
)
"""By SKU, then warehouse code."""

ORDERS = both_ways(
    ORDERING.name,
    ITEM=ORDERING,
    WAREHOUSE=ORDERING.led_by("warehouse_code", "warehouse_code", str),
    CLOSING_VALUE=ORDERING.led_by("closing_value", "closing_value", Decimal),
    DECREASE_VALUE=ORDERING.led_by("decrease_value", "decrease_value", Decimal),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryValuationTotals:
    """Values of the whole filter in company currency; quantities of unlike items do not add."""

    opening_value: Decimal
    increase_value: Decimal
    decrease_value: Decimal
    closing_value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryValuationRow(InventoryValuationTotals):
    """An item in a warehouse: quantities in the item's unit, values in company currency.

    What a cancellation undid is on neither side. A later cost of goods is on the side on which they
    moved; `unit_cost` is that of the closing, for display, null for no quantity.
    """

    company_id: UUID
    item_id: UUID
    item_sku: str
    warehouse_id: UUID
    warehouse_code: str
    opening_quantity: Decimal
    increase_quantity: Decimal
    decrease_quantity: Decimal
    closing_quantity: Decimal
    unit_cost: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ValuationFilter:
    """Which bins, and the period's first day (null: there is no opening).

    A warehouse stands for all below it. `include_zero`: also those without stock and movements.
    """

    from_date: date | None = None
    item_id: UUID | None = None
    warehouse_id: UUID | None = None
    include_zero: bool = False


# Everything from the first day on, and what the report does not know of: the bins as they are now,
# less all that, are the opening. So a month adds up a month, however long the history is. A mirror
# counts on the side of what it voids, so that a cancelled document is on neither. Goods that were
# only revalued moved nowhere: what made them dearer is an increase.
_SINCE = """
    select moved.item_id, moved.warehouse_id, moved.quantity, 0 as value,
           moved.seq <= %(seq)s /*moved_dated*/ as is_known,
           (moved.quantity > 0) = (moved.voids_id is null) as is_increase
      from movement moved
     where moved.company_id = %(company)s and moved.quantity <> 0 /*moved_since*/ /*moved_bins*/
    union all
    select entry.item_id, entry.warehouse_id, 0, entry.actual + entry.expected,
           entry.seq <= %(seq)s /*cost_dated*/,
           (coalesce(nullif(moved.quantity, 0), entry.actual + entry.expected) > 0)
               = (moved.voids_id is null)
      from cost_entry entry
      join movement moved on moved.company_id = %(company)s and moved.id = entry.movement_id
     where entry.company_id = %(company)s /*cost_since*/ /*cost_bins*/ /*its*/
"""
_ITS_MOVEMENTS = "select id from movement where company_id = %(company)s and item_id = %(item)s"

_SUMS = f"""
with since as (/*changes*/), part as (
    select item_id, warehouse_id, quantity as opening_quantity, value as opening_value,
           0 as increase_quantity, 0 as increase_value, 0 as decrease_quantity, 0 as decrease_value
      from bin where company_id = %(company)s /*bins*/
    union all
    select item_id, warehouse_id, -sum(quantity), -sum(value),
           coalesce(sum(quantity) filter (where is_known and is_increase), 0),
           coalesce(sum(value) filter (where is_known and is_increase), 0),
           coalesce(-sum(quantity) filter (where is_known and not is_increase), 0),
           coalesce(-sum(value) filter (where is_known and not is_increase), 0)
      from since group by item_id, warehouse_id
), summed as (
    select item_id, warehouse_id, sum(opening_quantity) as opening_quantity,
           sum(opening_value) as opening_value, sum(increase_quantity) as increase_quantity,
           sum(increase_value) as increase_value, sum(decrease_quantity) as decrease_quantity,
           sum(decrease_value) as decrease_value,
           sum(opening_quantity + increase_quantity - decrease_quantity) as closing_quantity,
           sum(opening_value + increase_value - decrease_value) as closing_value
      from part group by item_id, warehouse_id
), kept as materialized (
    select * from summed
     where %(include_zero)s or opening_quantity <> 0 or opening_value <> 0
        or increase_quantity <> 0 or increase_value <> 0
        or decrease_quantity <> 0 or decrease_value <> 0
), valuation as (
    select item.company_id, item.id as item_id, item.sku as item_sku,
           warehouse.id as warehouse_id, warehouse.code as warehouse_code,
           trim_scale(opening_quantity) as opening_quantity,
           trim_scale(increase_quantity) as increase_quantity,
           trim_scale(decrease_quantity) as decrease_quantity,
           trim_scale(closing_quantity) as closing_quantity,
           round(opening_value, %(digits)s) as opening_value,
           round(increase_value, %(digits)s) as increase_value,
           round(decrease_value, %(digits)s) as decrease_value,
           round(closing_value, %(digits)s) as closing_value,
           trim_scale(round(closing_value / nullif(closing_quantity, 0), %(display)s))
               as unit_cost
      from kept
           {looked_up("item", "item", "kept.item_id")}
           {looked_up("warehouse", "warehouse", "kept.warehouse_id")}
)
"""  # noqa: S608 - constant names
_PAGE = f"""{_SUMS}
select * from valuation where true /*after*/ order by /*order*/ /*limit*/
"""  # noqa: S608 - the same statement
_TOTALS = f"""{_SUMS}
select round(coalesce(sum(opening_value), 0), %(digits)s) as opening_value,
       round(coalesce(sum(increase_value), 0), %(digits)s) as increase_value,
       round(coalesce(sum(decrease_value), 0), %(digits)s) as decrease_value,
       round(coalesce(sum(closing_value), 0), %(digits)s) as closing_value
  from valuation
"""  # noqa: S608 - the same statement


def page_statement(scope: Scope, page: Page, which: ValuationFilter) -> tuple[str, dict[str, Any]]:
    """The statement of a page of the report, and its parameters."""
    sql, values = _statement(on_page(_PAGE, page), scope, which)
    return sql, {**values, **page.params}


def _statement(template: str, scope: Scope, which: ValuationFilter) -> tuple[str, dict[str, Any]]:
    values = scope.values(
        from_date=which.from_date,
        item=which.item_id,
        warehouse=which.warehouse_id,
        include_zero=which.include_zero,
        display=DISPLAY_DIGITS,
    )

    def bins(table: str) -> str:
        return conditions(
            values,
            {
                "item": f"{table}.item_id = %(item)s",
                "warehouse": f"{table}.warehouse_id in {BELOW_WAREHOUSE}",
                "within": f"{table}.warehouse_id in {WITHIN_WAREHOUSES}",
            },
        )

    def dated(table: str) -> str:
        return conditions(values, {"as_of": f"{table}.posting_date <= %(as_of)s"})

    def since(table: str) -> str:
        day = f"({table}.posting_date >= %(from_date)s or {table}.seq > %(seq)s)"
        return conditions(values, {"from_date": day})

    changes = compose(
        _SINCE,
        moved_dated=dated("moved"),
        moved_since=since("moved"),
        moved_bins=bins("moved"),
        cost_dated=dated("entry"),
        cost_since=since("entry"),
        cost_bins=bins("entry"),
        # Costs of an item are found by its movements.
        its=conditions(values, {"item": f"entry.movement_id in ({_ITS_MOVEMENTS})"}),
    )
    return compose(template, changes=changes, bins=bins("bin")), values


async def inventory_valuation(
    connection: AsyncConnection, scope: Scope, page: Page, which: ValuationFilter
) -> list[InventoryValuationRow]:
    """One page of bins, as read with `page.fetch`."""
    sql, values = page_statement(scope, page, which)
    return await fetch_all(connection, InventoryValuationRow, sql, values)


async def inventory_valuation_totals(
    connection: AsyncConnection, scope: Scope, which: ValuationFilter
) -> InventoryValuationTotals:
    """The totals of the whole filter, whatever page is shown."""
    sql, values = _statement(_TOTALS, scope, which)
    return await fetch_one(connection, InventoryValuationTotals, sql, values)
