"""`goodsInTransit`: what was sent and nobody has received, tied to the transit warehouses."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import strawberry

from api.context import Info
from api.documents.lots import Lot
from api.documents.reading.loaders import loaders_of
from api.documents.reading.parts import line_of
from api.documents.reading.related import document_named, related
from api.masters.common import CompanyArgument
from api.masters.items import Item
from api.masters.warehouses import Warehouse
from api.reports.common import AsOf, Covered, ItemArgument, KnownAt, id_of, reading, scope_for
from api.types.connections import After, Before, Connection, First, Last, connect, page_of
from api.types.refs import WarehouseRef
from api.types.sorting import GoodsInTransitSort, sorted_by
from persistence.reports import goods_in_transit as report

TransitArgument = Annotated[
    WarehouseRef | None,
    strawberry.argument(description="Only this transit warehouse and those below it."),
]


@strawberry.type(description="A line of goods that were sent and are not all received.")
class GoodsInTransitRow:
    """One for each batch or serial number."""

    document: Any = document_named("document_id", "What sent them.", required=True)
    item: Any = related("item", "item_id", Item, "The item.")
    from_warehouse: Any = related(
        "warehouse", "from_warehouse_id", Warehouse | None, "Where they left."
    )
    transit_warehouse: Any = related(
        "warehouse", "transit_warehouse_id", Warehouse, "Where they are meanwhile."
    )
    sent_on: date = strawberry.field(description="The day on which they left.")
    sent_quantity: Decimal = strawberry.field(description="How much left, in the item's unit.")
    received_quantity: Decimal = strawberry.field(
        description="How much of it has been received or was lost, in the item's unit."
    )
    quantity: Decimal = strawberry.field(
        description="How much is still on its way, in the item's unit."
    )
    value: Decimal = strawberry.field(
        description="Its share of what the transit warehouse holds of the item, by quantity; in "
        "company currency."
    )

    line: Any = line_of("The line that sent them; what receives them names it.")

    @strawberry.field(description="The batch or serial number, where the item has them.")
    async def lot(self, info: Info) -> Lot | None:
        """By its loader."""
        row: Any = self
        if row.lot_id is None:
            return None
        found: Any = await loaders_of(info.context).lot.load((row.company_id, row.lot_id))
        return found


@strawberry.type(description="What is on its way, and what transit warehouses hold.")
class GoodsInTransitTotals:
    """All in company currency."""

    value: Decimal = strawberry.field(description="Of all lines of the filter.")
    stock_value: Decimal = strawberry.field(
        description="Of all stock in the transit warehouses of the filter."
    )
    difference: Decimal = strawberry.field(
        description="Value less stock value: what other documents took out of transit warehouses "
        "or brought into them; else zero."
    )


@strawberry.type(description="A page of goods in transit.")
class GoodsInTransitConnection(Connection[GoodsInTransitRow], Covered):
    """The oldest sending first."""

    item_id: strawberry.Private[UUID | None]
    warehouse_id: strawberry.Private[UUID | None]

    @strawberry.field(description="The totals of the whole filter, not of the page.")
    async def totals(self, info: Info) -> GoodsInTransitTotals:
        """Computed only when asked for."""
        async with reading(info.context, self.scope) as connection:
            found: Any = await report.goods_in_transit_totals(
                connection, self.scope, self.item_id, self.warehouse_id
            )
        return found


@strawberry.type
class GoodsInTransitQuery:
    """Goods in transit."""

    @strawberry.field(
        description="Goods sent into transit warehouses and not yet received, by sending line."
    )
    async def goods_in_transit(
        self,
        info: Info,
        *,
        company: CompanyArgument,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        item: ItemArgument = None,
        transit_warehouse: TransitArgument = None,
        sort: Annotated[Any, sorted_by(GoodsInTransitSort)] = GoodsInTransitSort.SENT_ON_ASC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> GoodsInTransitConnection:
        """A keyset page."""
        page = page_of(sort.ordering, first, after, last, before)
        scope = await scope_for(info, company, as_of, known_at)
        item_id = await id_of(info, scope.company_id, "item", item)
        warehouse_id = await id_of(info, scope.company_id, "transitWarehouse", transit_warehouse)
        async with reading(info.context, scope) as connection:
            rows = await report.goods_in_transit(connection, scope, page, item_id, warehouse_id)
        return connect(
            page,
            rows,
            GoodsInTransitConnection,
            scope=scope,
            item_id=item_id,
            warehouse_id=warehouse_id,
        )
