"""`idleStock`: what lies somewhere and has not moved for long."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import strawberry

from api.context import Info
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
from api.types.sorting import IdleStockSort, sorted_by
from persistence.reports import idle_stock as report
from persistence.reports.stock_balance import StockFilter


@strawberry.type(description="An item that lies in a warehouse and has not moved for long.")
class IdleStockRow:
    """Reads from `persistence.reports.idle_stock`."""

    item: Any = related("item", "item_id", Item, "The item.")
    warehouse: Any = related("warehouse", "warehouse_id", Warehouse, "The warehouse.")
    quantity: Decimal = strawberry.field(description="What lies there, in the item's unit.")
    value: Decimal = strawberry.field(description="What it is worth, in company currency.")
    last_moved_on: date = strawberry.field(
        description="The day on which some last came or went; what was cancelled moved nothing."
    )
    last_issued_on: date | None = strawberry.field(
        description="The day on which some last went; null when none ever did."
    )


@strawberry.type(description="What all idle stock of the filter is worth.")
class IdleStockTotals:
    """Reads from `persistence.reports.idle_stock`."""

    value: Decimal = strawberry.field(description="In company currency.")


@strawberry.type(description="A page of idle stock.")
class IdleStockConnection(Connection[IdleStockRow], Covered):
    """What has lain longest comes first."""

    which: strawberry.Private[StockFilter]
    since: strawberry.Private[date | None]

    @strawberry.field(description="Of the whole filter, whatever page is shown.")
    async def totals(self, info: Info) -> IdleStockTotals:
        """One statement, where it is asked for."""
        async with reading(info.context, self.scope) as connection:
            found: Any = await report.idle_stock_totals(
                connection, self.scope, self.since, self.which
            )
        return found


@strawberry.type
class IdleStockQuery:
    """Idle stock."""

    @strawberry.field(
        description="What lies where and has not moved since a day, or all: slow movers, by item"
        " and warehouse, those first that have lain longest."
    )
    async def idle_stock(
        self,
        info: Info,
        *,
        company: CompanyArgument,
        since: Annotated[
            date | None,
            strawberry.argument(description="Only what did not move on this day or after it."),
        ] = None,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        item: ItemArgument = None,
        warehouse: WarehouseArgument = None,
        sort: Annotated[Any, sorted_by(IdleStockSort)] = IdleStockSort.LAST_MOVED_ASC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> IdleStockConnection:
        """A keyset page."""
        page = page_of(sort.ordering, first, after, last, before)
        scope = await scope_for(info, company, as_of, known_at)
        which = StockFilter(
            item_id=await id_of(info, scope.company_id, "item", item),
            warehouse_id=await id_of(info, scope.company_id, "warehouse", warehouse),
        )
        async with reading(info.context, scope) as connection:
            rows = await report.idle_stock(connection, scope, page, since, which)
        await look_up_for(info, rows, IdleStockRow)
        return connect(page, rows, IdleStockConnection, scope=scope, which=which, since=since)
