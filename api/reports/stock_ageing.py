"""`stockAgeing`: how long what is there has been there, by item and intervals of days."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import strawberry

from api.context import Info
from api.documents.reading.related import look_up_for, related
from api.exporting.spread import spread_over
from api.masters.common import CompanyArgument
from api.masters.items import Item
from api.reports.ageing import Boundaries
from api.reports.common import (
    AsOf,
    Covered,
    ItemArgument,
    KnownAt,
    id_of,
    reading,
    scope_for,
)
from api.types.connections import After, Before, Connection, First, Last, connect, page_of
from api.types.refs import WarehouseRef
from api.types.sorting import StockAgeingSort, sorted_by
from domain.ageing import USUAL_BOUNDARIES, Interval, aged_intervals_of
from persistence.reports import stock_ageing as report
from persistence.reports.stock_balance import StockFilter


@strawberry.type
class _StockAge:
    from_day: int = strawberry.field(description="The first day.")
    to_day: int | None = strawberry.field(description="The last day; null: what is older still.")
    value: Decimal = strawberry.field(description="What it is worth, in company currency.")


@strawberry.type(description="What has been there for so many days.")
class StockAge(_StockAge):
    """Of one item."""

    quantity: Decimal = strawberry.field(description="How much, in the item's unit.")


@strawberry.type(description="What of all items has been there for so many days.")
class StockAgeTotal(_StockAge):
    """Of unlike items, in company currency."""


@strawberry.type(description="How long what is there of an item has been there.")
class StockAgeingRow:
    """Reads from `persistence.reports.stock_ageing`."""

    item: Any = related("item", "item_id", Item, "The item.")
    quantity: Decimal = strawberry.field(description="What is there, in the item's unit.")
    value: Decimal = strawberry.field(description="What it is worth, in company currency.")
    average_age: Decimal = strawberry.field(
        description="How many days it has been there on average, by quantity."
    )
    oldest_on: date = strawberry.field(description="The day on which the oldest of it came in.")
    buckets: list[StockAge] = strawberry.field(
        description="The same, interval by interval; they add up to the above.",
        metadata=spread_over(
            lambda given: len(aged_intervals_of(given.get("boundaries") or USUAL_BOUNDARIES)),
            "quantity",
            "value",
        ),
    )


@strawberry.type(description="The stock of the filter by age.")
class StockAgeingTotals:
    """In company currency."""

    value: Decimal = strawberry.field(description="What it is worth, in company currency.")
    buckets: list[StockAgeTotal] = strawberry.field(description="The same by interval.")


@strawberry.type(description="A page of items by the age of what is there.")
class StockAgeingConnection(Connection[StockAgeingRow], Covered):
    """By SKU."""

    which: strawberry.Private[StockFilter]
    intervals: strawberry.Private[tuple[Interval, ...]]

    @strawberry.field(description="Of the whole filter, whatever page is shown.")
    async def totals(self, info: Info) -> StockAgeingTotals:
        """One statement, where it is asked for."""
        async with reading(info.context, self.scope) as connection:
            found: Any = await report.stock_ageing_totals(
                connection, self.scope, self.which, self.intervals
            )
        return found


WithinWarehouse = Annotated[
    WarehouseRef | None,
    strawberry.argument(
        description="Only what is in this warehouse or those below it; then goods are as old as "
        "they have been there."
    ),
]


@strawberry.type
class StockAgeingQuery:
    """The age of stock."""

    @strawberry.field(
        description="How long what is there has been there, by item: the oldest is taken to have "
        "left first, whatever the costing method. Goods that were only moved, or that customers "
        "gave back, are as old as they were. Each age has the part of the item's value that it has "
        "of the quantity."
    )
    async def stock_ageing(
        self,
        info: Info,
        *,
        company: CompanyArgument,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        boundaries: Boundaries = None,
        item: ItemArgument = None,
        warehouse: WithinWarehouse = None,
        sort: Annotated[Any, sorted_by(StockAgeingSort)] = StockAgeingSort.ITEM_ASC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> StockAgeingConnection:
        """A keyset page."""
        page = page_of(sort.ordering, first, after, last, before)
        intervals = aged_intervals_of(USUAL_BOUNDARIES if boundaries is None else boundaries)
        scope = await scope_for(info, company, as_of, known_at)
        which = StockFilter(
            item_id=await id_of(info, scope.company_id, "item", item),
            warehouse_id=await id_of(info, scope.company_id, "warehouse", warehouse),
        )
        async with reading(info.context, scope) as connection:
            rows = await report.stock_ageing(connection, scope, page, which, intervals)
        await look_up_for(info, rows, StockAgeingRow)
        return connect(
            page, rows, StockAgeingConnection, scope=scope, which=which, intervals=intervals
        )
