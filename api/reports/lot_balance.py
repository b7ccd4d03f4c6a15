"""`lotBalance`: what lies where of each batch and serial number, as of any day."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import strawberry

from api.context import Info
from api.documents.lots import lot_of
from api.documents.reading.related import look_up_for, related
from api.masters.common import CompanyArgument
from api.masters.items import Item
from api.masters.warehouses import Warehouse
from api.reports.common import (
    AsOf,
    Covered,
    ItemArgument,
    KnownAt,
    WarehouseArgument,
    id_of,
    reading,
    scope_for,
)
from api.types.connections import After, Before, Connection, First, Last, connect, page_of
from api.types.sorting import LotBalanceSort, sorted_by
from persistence.reports import lot_balance as report


@strawberry.type(description="A batch or serial number in a warehouse.")
class LotBalanceRow:
    """Reads from `persistence.reports.lot_balance`."""

    item: Any = related("item", "item_id", Item, "The item.")
    lot: Any = lot_of("The batch or serial number, as it is now.")
    warehouse: Any = related("warehouse", "warehouse_id", Warehouse, "The warehouse.")
    quantity: Decimal = strawberry.field(description="In the item's unit of measure.")
    value: Decimal = strawberry.field(description="In company currency.")
    unit_cost: Decimal | None = strawberry.field(
        description="Value per unit, to nine decimal places for display; null for no quantity."
    )


@strawberry.type(description="What all lots of the filter are worth.")
class LotBalanceTotals:
    """Reads from `persistence.reports.lot_balance`."""

    value: Decimal = strawberry.field(description="In company currency.")


@strawberry.type(description="A page of the lot balance.")
class LotBalanceConnection(Connection[LotBalanceRow], Covered):
    """Ordered by SKU, code and warehouse code."""

    which: strawberry.Private[report.LotBalanceFilter]

    @strawberry.field(description="Of the whole filter, whatever page is shown.")
    async def totals(self, info: Info) -> LotBalanceTotals:
        """One statement, where it is asked for."""
        async with reading(info.context, self.scope) as connection:
            found: Any = await report.lot_balance_totals(connection, self.scope, self.which)
        return found


@strawberry.type
class LotBalanceQuery:
    """Stock by batch and serial number."""

    @strawberry.field(
        description="Quantity and value of batches and serial numbers by warehouse, as of any day; "
        "what is used up is left out. It adds up to `stockBalance` of items that are kept so."
    )
    async def lot_balance(
        self,
        info: Info,
        *,
        company: CompanyArgument,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        item: ItemArgument = None,
        warehouse: WarehouseArgument = None,
        expires_by: Annotated[
            date | None,
            strawberry.argument(description="Only what is good no longer than this day."),
        ] = None,
        sort: Annotated[Any, sorted_by(LotBalanceSort)] = LotBalanceSort.ITEM_ASC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> LotBalanceConnection:
        """A keyset page."""
        page = page_of(sort.ordering, first, after, last, before)
        scope = await scope_for(info, company, as_of, known_at)
        which = report.LotBalanceFilter(
            item_id=await id_of(info, scope.company_id, "item", item),
            warehouse_id=await id_of(info, scope.company_id, "warehouse", warehouse),
            expires_by=expires_by,
        )
        async with reading(info.context, scope) as connection:
            rows = await report.lot_balance(connection, scope, page, which)
        await look_up_for(info, rows, LotBalanceRow)
        return connect(page, rows, LotBalanceConnection, scope=scope, which=which)
