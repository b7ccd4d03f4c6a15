"""Batches and serial numbers over GraphQL: what they are, where they are, and their trace."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, cast

import strawberry

from api.connections import After, Before, Connection, First, Last, connect, page_of
from api.context import Info
from api.documents.choices import LotKind
from api.documents.reading_loaders import loaders_of
from api.documents.related import document_named, related
from api.items import Item
from api.masters import CompanyArgument, company_id_of
from api.refs import ItemRef, WarehouseRef
from api.warehouses import Warehouse
from persistence.masters import lookups
from persistence.reports import lots as reading


@strawberry.type(description="What there is of a batch or serial number in a warehouse, now.")
class LotStock:
    """All dates included."""

    warehouse: Any = related("warehouse", "warehouse_id", Warehouse, "The warehouse.")
    quantity: Decimal = strawberry.field(description="In the item's unit.")
    value: Decimal = strawberry.field(description="What it is worth, in the company's currency.")


@strawberry.type(description="A step of a batch or serial number: where from, where to.")
class LotMove:
    """Cancelled documents have none."""

    document: Any = document_named("document_id", "What moved it.", required=True)
    warehouse: Any = related("warehouse", "warehouse_id", Warehouse, "Where it came or went.")
    posting_date: date = strawberry.field(description="The day on which it counts.")
    quantity: Decimal = strawberry.field(
        description="In the item's unit: positive when it came, negative when it went."
    )


def _listed(loader: str, of: Any, description: str) -> Any:
    def resolve(self: Any, info: Info) -> Any:
        return getattr(loaders_of(info.context), loader).load((self.company_id, self.id))

    return strawberry.field(resolver=resolve, description=description, graphql_type=list[of])


@strawberry.type(description="A batch or a serial number of an item.")
class Lot:
    """Made by the first document that names it."""

    id: strawberry.ID = strawberry.field(description="Its identifier.")
    item: Any = related("item", "item_id", Item, "The item.")
    code: str = strawberry.field(description="What a person sees; unique for its item.")
    kind: LotKind = strawberry.field(description="Which of the two it is.")
    expiry_date: date | None = strawberry.field(description="The last day on which it is good.")
    stock: Any = _listed("lot_stock", LotStock, "Where it is now, by warehouse.")
    trace: Any = _listed("lot_moves", LotMove, "Every movement that counts, in posting order.")


def _argument(description: str) -> Any:
    return strawberry.argument(description=description)


@strawberry.type
class LotQuery:
    """Reading batches and serial numbers."""

    @strawberry.field(description="The company's batches and serial numbers, by code.")
    async def lots(
        self,
        info: Info,
        *,
        company: CompanyArgument,
        item: Annotated[ItemRef | None, _argument("Only of this item.")] = None,
        warehouse: Annotated[
            WarehouseRef | None, _argument("Only those of which something is in it now.")
        ] = None,
        code: Annotated[str | None, _argument("The whole code.")] = None,
        in_stock: Annotated[
            bool | None, _argument("Only those that are somewhere now, or only the others.")
        ] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Lot]:
        """A keyset page."""
        page = page_of(reading.BY_CODE, first, after, last, before)
        company_id = await company_id_of(info, company)
        database = info.context.database

        async def id_of(reference: Any, name: str) -> Any:
            if reference is None:
                return None
            return (await lookups.find(database, company_id, reference.to_ref(), (name,))).id

        which = reading.LotFilter(
            item_id=await id_of(item, "item"),
            warehouse_id=await id_of(warehouse, "warehouse"),
            code=None if code is None else code.replace("\0", ""),
            in_stock=in_stock,
        )
        async with database.transaction(company_id) as connection:
            rows = await reading.list_lots(connection, company_id, page, which)
        return cast("Connection[Lot]", connect(page, rows, Connection[Lot]))
