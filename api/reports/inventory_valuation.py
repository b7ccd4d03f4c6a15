"""`inventoryValuation`: what lay where, what came, what went, and what is left of it."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import strawberry

from api.context import Info
from api.documents.reading.related import related
from api.masters.common import CompanyArgument
from api.masters.items import Item
from api.masters.warehouses import Warehouse
from api.reports.common import (
    AsOf,
    Covered,
    IncludeZero,
    ItemArgument,
    KnownAt,
    WarehouseArgument,
    check_period,
    id_of,
    reading,
    scope_for,
)
from api.types.connections import After, Before, Connection, First, Last, connect, page_of
from api.types.sorting import InventoryValuationSort, sorted_by
from persistence.reports import inventory_valuation as report

FirstDay = Annotated[
    date | None,
    strawberry.argument(
        name="from",
        description="The first day of the period, what counted before being the opening; null: "
        "there is none.",
    ),
]


@strawberry.type
class _Values:
    opening_value: Decimal = strawberry.field(
        description="Before the first day; nothing without `from`. In company currency."
    )
    increase_value: Decimal = strawberry.field(
        description="Of what came, with what its cost changed by later. In company currency."
    )
    decrease_value: Decimal = strawberry.field(
        description="Of what went, with what its cost changed by later. In company currency."
    )
    closing_value: Decimal = strawberry.field(
        description="Opening + increase - decrease. In company currency."
    )


@strawberry.type(description="An item in a warehouse over a period.")
class InventoryValuationRow(_Values):
    """What a cancellation undid is on neither side."""

    item: Any = related("item", "item_id", Item, "The item.")
    warehouse: Any = related("warehouse", "warehouse_id", Warehouse, "The warehouse.")
    opening_quantity: Decimal = strawberry.field(
        description="Before the first day; nothing without `from`. In the item's unit of measure."
    )
    increase_quantity: Decimal = strawberry.field(
        description="What came, from other warehouses too. In the item's unit of measure."
    )
    decrease_quantity: Decimal = strawberry.field(
        description="What went, to other warehouses too. In the item's unit of measure."
    )
    closing_quantity: Decimal = strawberry.field(
        description="Opening + increase - decrease. In the item's unit of measure."
    )
    unit_cost: Decimal | None = strawberry.field(
        description="Closing value per unit, to nine decimal places for display; null for no "
        "quantity."
    )


@strawberry.type(description="The totals of an inventory valuation, over the whole filter.")
class InventoryValuationTotals(_Values):
    """Quantities of unlike items do not add."""


@strawberry.type(description="A page of the inventory valuation.")
class InventoryValuationConnection(Connection[InventoryValuationRow], Covered):
    """By item and warehouse."""

    which: strawberry.Private[report.ValuationFilter]

    @strawberry.field(description="The totals of the whole filter, not of the page.")
    async def totals(self, info: Info) -> InventoryValuationTotals:
        """Computed only when asked for."""
        async with reading(info.context, self.scope) as connection:
            found: Any = await report.inventory_valuation_totals(connection, self.scope, self.which)
        return found


@strawberry.type
class InventoryValuationQuery:
    """The inventory valuation."""

    @strawberry.field(
        description="Opening, increase, decrease and closing of stock in a period, in quantity and "
        "value, by item and warehouse; what neither lay nor moved there is left out."
    )
    async def inventory_valuation(
        self,
        info: Info,
        *,
        company: CompanyArgument,
        from_: FirstDay = None,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        item: ItemArgument = None,
        warehouse: WarehouseArgument = None,
        include_zero: IncludeZero = False,
        sort: Annotated[Any, sorted_by(InventoryValuationSort)] = InventoryValuationSort.ITEM_ASC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> InventoryValuationConnection:
        """A keyset page."""
        page = page_of(sort.ordering, first, after, last, before)
        check_period(from_, as_of)
        scope = await scope_for(info, company, as_of, known_at)
        which = report.ValuationFilter(
            from_date=from_,
            item_id=await id_of(info, scope.company_id, "item", item),
            warehouse_id=await id_of(info, scope.company_id, "warehouse", warehouse),
            include_zero=include_zero,
        )
        async with reading(info.context, scope) as connection:
            rows = await report.inventory_valuation(connection, scope, page, which)
        return connect(page, rows, InventoryValuationConnection, scope=scope, which=which)
