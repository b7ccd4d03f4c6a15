"""`stockBalance`: what lies where and what it is worth."""

from decimal import Decimal
from typing import Annotated, Any

import strawberry

from api.context import Info
from api.documents.reading.related import related
from api.masters.accounts import Account
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
    id_of,
    reading,
    scope_for,
)
from api.types.connections import After, Before, Connection, First, Last, connect, page_of
from api.types.sorting import StockBalanceSort, sorted_by
from persistence.reports import stock_balance as report


@strawberry.type(description="An item in a warehouse.")
class StockBalanceRow:
    """Quantity in the item's unit, value in company currency."""

    item: Any = related("item", "item_id", Item, "The item.")
    warehouse: Any = related("warehouse", "warehouse_id", Warehouse, "The warehouse.")
    account: Any = related(
        "account",
        "account_id",
        Account | None,
        "The stock account that the warehouse resolves to now; null: none is set.",
    )
    quantity: Decimal = strawberry.field(description="In the item's unit of measure.")
    value: Decimal = strawberry.field(description="In company currency.")
    expected_value: Decimal = strawberry.field(
        description="The part of the value that is not invoiced yet; in company currency."
    )
    unit_cost: Decimal | None = strawberry.field(
        description="Value per unit, to nine decimal places for display; null for no quantity."
    )


@strawberry.type(description="The totals of a stock balance, over the whole filter.")
class StockBalanceTotals:
    """Quantities of unlike items do not add."""

    value: Decimal = strawberry.field(description="In company currency.")


@strawberry.type(description="A page of the stock balance.")
class StockBalanceConnection(Connection[StockBalanceRow], Covered):
    """Ordered by SKU and warehouse code."""

    which: strawberry.Private[report.StockFilter]

    @strawberry.field(description="The totals of the whole filter, not of the page.")
    async def totals(self, info: Info) -> StockBalanceTotals:
        """Computed only when asked for."""
        async with reading(info.context, self.scope) as connection:
            found: Any = await report.stock_balance_totals(connection, self.scope, self.which)
        return found


@strawberry.type
class StockBalanceQuery:
    """The stock balance."""

    @strawberry.field(
        description="Quantity and value by item and warehouse; what is used up is left out."
    )
    async def stock_balance(
        self,
        info: Info,
        *,
        company: CompanyArgument,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        item: ItemArgument = None,
        warehouse: WarehouseArgument = None,
        include_zero: IncludeZero = False,
        sort: Annotated[Any, sorted_by(StockBalanceSort)] = StockBalanceSort.ITEM_ASC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> StockBalanceConnection:
        """A keyset page."""
        page = page_of(sort.ordering, first, after, last, before)
        scope = await scope_for(info, company, as_of, known_at)
        which = report.StockFilter(
            item_id=await id_of(info, scope.company_id, "item", item),
            warehouse_id=await id_of(info, scope.company_id, "warehouse", warehouse),
            include_zero=include_zero,
        )
        async with reading(info.context, scope) as connection:
            rows = await report.stock_balance(connection, scope, page, which)
        return connect(page, rows, StockBalanceConnection, scope=scope, which=which)
