"""`openMovements`: what links have not covered yet (flow LINKED)."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import strawberry

from api.context import Info
from api.documents.reading.related import document_named, related
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
from api.types.sorting import OpenMovementSort, sorted_by
from persistence.reports import open_movements as report

Uncovered = Annotated[
    bool, strawberry.argument(description="Only issues that no receipt covers yet.")
]


@strawberry.type(description="A movement that is not used up, or that no receipt covers yet.")
class OpenMovementRow:
    """Quantities in the item's unit."""

    id: strawberry.ID = strawberry.field(description="The movement.")
    document: Any = document_named("document_id", "What moved the goods.", required=True)
    line_id: strawberry.ID | None = strawberry.field(description="Its line.")
    posting_date: date = strawberry.field(description="The day on which it counts.")
    item: Any = related("item", "item_id", Item, "The item.")
    warehouse: Any = related("warehouse", "warehouse_id", Warehouse, "The warehouse.")
    quantity: Decimal = strawberry.field(description="What moved, negative for issues.")
    remaining: Decimal = strawberry.field(
        description="What is left of a receipt; negative: what no receipt covers of an issue."
    )


@strawberry.type(description="A page of open movements.")
class OpenMovementConnection(Connection[OpenMovementRow], Covered):
    """The oldest first."""


@strawberry.type
class OpenMovementQuery:
    """Open movements."""

    @strawberry.field(
        description="Receipts that are not used up and issues that no receipt covers yet, where "
        "costs travel along links (flow LINKED); none elsewhere."
    )
    async def open_movements(
        self,
        info: Info,
        *,
        company: CompanyArgument,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        item: ItemArgument = None,
        warehouse: WarehouseArgument = None,
        uncovered: Uncovered = False,
        sort: Annotated[Any, sorted_by(OpenMovementSort)] = OpenMovementSort.POSTING_DATE_ASC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> OpenMovementConnection:
        """One statement."""
        page = page_of(sort.ordering, first, after, last, before)
        scope = await scope_for(info, company, as_of, known_at)
        item_id = await id_of(info, scope.company_id, "item", item)
        warehouse_id = await id_of(info, scope.company_id, "warehouse", warehouse)
        async with reading(info.context, scope) as connection:
            rows = await report.open_movements(
                connection, scope, page, item_id, warehouse_id, uncovered=uncovered
            )
        return connect(page, rows, OpenMovementConnection, scope=scope)
