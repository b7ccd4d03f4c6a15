"""`negativeStock`: what left before it came, at a cost that is still provisional."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import strawberry

from api.context import Info
from api.documents.lots import Lot
from api.documents.reading.loaders import loaders_of
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
from api.types.sorting import NegativeStockSort, sorted_by
from persistence.reports import negative_stock as report


@strawberry.type(description="An issue whose cost is provisional: its goods had not come yet.")
class ProvisionalIssue:
    """Resolved when receipts have covered it, the oldest issue first."""

    document: Any = document_named("document_id", "What issued the goods.", required=True)
    posting_date: date = strawberry.field(description="The day on which it counts.")
    issued: Decimal = strawberry.field(description="All that it issued, in the item's unit.")
    quantity: Decimal = strawberry.field(
        description="How much of that no receipt has covered yet, in the item's unit."
    )
    provisional_cost: Decimal = strawberry.field(
        description="What that quantity provisionally costs, in company currency."
    )


@strawberry.type(description="An item in a warehouse whose balance is below zero.")
class NegativeStockRow:
    """Listed until a receipt, transfer or count brings the balance back to zero or above."""

    item: Any = related("item", "item_id", Item, "The item.")
    warehouse: Any = related("warehouse", "warehouse_id", Warehouse, "The warehouse.")
    quantity: Decimal = strawberry.field(description="In the item's unit, below zero.")
    value: Decimal = strawberry.field(
        description="In company currency, at the provisional cost; zero or below."
    )
    unit_cost: Decimal = strawberry.field(
        description="The provisional cost per unit: the last known one; to nine decimal places "
        "for display."
    )
    since: date = strawberry.field(description="The day on which it went below zero.")
    since_document: Any = document_named(
        "since_document_id", "What took it below zero.", required=True
    )
    issues: list[ProvisionalIssue] = strawberry.field(
        description="The issues whose cost is provisional, in posting order; their quantities add "
        "up to what is owed."
    )

    @strawberry.field(description="The batch or serial number, where the item has them.")
    async def lot(self, info: Info) -> Lot | None:
        """By its loader."""
        row: Any = self
        if row.lot_id is None:
            return None
        found: Any = await loaders_of(info.context).lot.load((row.company_id, row.lot_id))
        return found


@strawberry.type(description="A page of the bins below zero.")
class NegativeStockConnection(Connection[NegativeStockRow], Covered):
    """Ordered by SKU, warehouse code and batch."""


@strawberry.type
class NegativeStockQuery:
    """Negative stock."""

    @strawberry.field(
        description="Bins below zero, with the issues whose cost is provisional until receipts "
        "cover them."
    )
    async def negative_stock(
        self,
        info: Info,
        *,
        company: CompanyArgument,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        item: ItemArgument = None,
        warehouse: WarehouseArgument = None,
        sort: Annotated[Any, sorted_by(NegativeStockSort)] = NegativeStockSort.ITEM_ASC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> NegativeStockConnection:
        """A keyset page."""
        page = page_of(sort.ordering, first, after, last, before)
        scope = await scope_for(info, company, as_of, known_at)
        item_id = await id_of(info, scope.company_id, "item", item)
        warehouse_id = await id_of(info, scope.company_id, "warehouse", warehouse)
        async with reading(info.context, scope) as connection:
            rows = await report.negative_stock(connection, scope, page, item_id, warehouse_id)
        return connect(page, rows, NegativeStockConnection, scope=scope)
