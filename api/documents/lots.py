"""Batches and serial numbers over GraphQL: what they are, where they are, and their trace."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, cast
from uuid import UUID

import strawberry

from api.context import Context, Info
from api.documents.inputs.choices import LotHold, LotKind, LotStatus
from api.documents.reading.loaders import loaders_of
from api.documents.reading.related import document_named, related
from api.documents.reading.sight import only_within
from api.masters.common import CompanyArgument, company_id_of, option, optional_value
from api.masters.items import Item
from api.masters.warehouses import Warehouse
from api.types.connections import After, Before, Connection, First, Last, connect, page_of
from api.types.mutations import Input, Payload, mutation
from api.types.nodes import Node, node_reader
from api.types.refs import CompanyRef, ItemRef, WarehouseRef
from api.types.sorting import LotSort, sorted_by
from domain.records import lot_status
from domain.roles import Permission
from persistence.masters import lookups, lots
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


@strawberry.type(description="What a batch or serial number was from then on.")
class LotChange:
    """Appended by each correction, hold and release."""

    expiry_date: date | None = strawberry.field(description="The last day on which it is good.")
    manufactured_on: date | None = strawberry.field(description="The day on which it was made.")
    reason: str | None = strawberry.field(description="Why, if it was said.")
    recorded_at: datetime = strawberry.field(description="When.")
    recorded_by: str | None = strawberry.field(description="Who did it.")

    @strawberry.field(description="Whether it might be used from then on.")
    def status(self) -> LotHold:
        """As a person set it."""
        row: Any = self
        return LotHold(row.hold or LotHold.AVAILABLE)


def _listed(loader: str, of: Any, description: str) -> Any:
    def resolve(self: Any, info: Info) -> Any:
        return getattr(loaders_of(info.context), loader).load((self.company_id, self.id))

    return strawberry.field(resolver=resolve, description=description, graphql_type=list[of])


def _in_sight(loader: str, of: Any, description: str) -> Any:
    """Rows of a lot that name a warehouse: those in which whoever asks may see stock."""

    async def resolve(self: Any, info: Info) -> Any:
        rows = await getattr(loaders_of(info.context), loader).load((self.company_id, self.id))
        limits = info.context.within(self.company_id, Permission.STOCK_READ)
        return await only_within(info.context, self.company_id, limits, rows)

    return strawberry.field(resolver=resolve, description=description, graphql_type=list[of])


@strawberry.type(description="A batch or a serial number of an item.")
class Lot(Node):
    """Made by the first document that names it."""

    item: Any = related("item", "item_id", Item, "The item.")
    code: str = strawberry.field(description="What a person sees; unique for its item.")
    kind: LotKind = strawberry.field(description="Which of the two it is.")
    expiry_date: date | None = strawberry.field(description="The last day on which it is good.")
    manufactured_on: date | None = strawberry.field(description="The day on which it was made.")
    version: int = strawberry.field(description="Counts its changes, for `expectedVersion`.")
    changes: Any = _listed(
        "lot_changes", LotChange, "Every correction, hold and release of it, as recorded."
    )

    @strawberry.field(description="Whether it may be sold or used.")
    async def status(
        self,
        info: Info,
        as_of: Annotated[
            date | None,
            strawberry.argument(description="The day to judge its expiry by; null = today."),
        ] = None,
    ) -> LotStatus:
        """What is left of it is what there is now, all dates included."""
        row: Any = self
        stock = await loaders_of(info.context).lot_stock.load((row.company_id, row.id))
        day = as_of or datetime.now(UTC).date()
        return lot_status(row.hold, row.expiry_date, day, is_left=bool(stock))

    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        """Rows are returned as they are."""
        return isinstance(value, reading.LotRow | Lot)

    stock: Any = _in_sight(
        "lot_stock", LotStock, "Where it is now, by warehouse: those that one may see."
    )
    trace: Any = _in_sight(
        "lot_moves",
        LotMove,
        "Every movement that counts, in posting order, in the warehouses that one may see.",
    )


def lot_of(description: str, type_: Any = Lot) -> Any:
    """A field that shows the batch or serial number that a row is about (`lot_id`), if it has one.

    `type_` is `Lot | None` where there are rows that have none.
    """

    def resolve(self: Any, info: Info) -> Any:
        if self.lot_id is None:
            return None
        return loaders_of(info.context).lot.load((self.company_id, self.lot_id))

    return strawberry.field(resolver=resolve, description=description, graphql_type=type_)


@node_reader("lot")
async def read_lot(context: Context, company_id: UUID, one: UUID) -> Any:
    """A batch or serial number by its id, for `node(id:)`."""
    return await loaders_of(context).lot.load((company_id, one))


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
        expires_by: Annotated[
            date | None, _argument("Only those whose last good day is this one or before.")
        ] = None,
        sort: Annotated[Any, sorted_by(LotSort)] = LotSort.CODE_ASC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Lot]:
        """A keyset page."""
        page = page_of(sort.ordering, first, after, last, before)
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
            expires_by=expires_by,
            within=info.context.within(company_id, Permission.STOCK_READ),
        )
        async with database.transaction(company_id) as connection:
            rows = await reading.list_lots(connection, company_id, page, which)
        return cast("Connection[Lot]", connect(page, rows, Connection[Lot]))


@strawberry.input(description="What is to change of a batch or serial number; the rest stays.")
class UpdateLotInput:
    """Changes of a lot."""

    company: CompanyRef = strawberry.field(description="The company.")
    item: ItemRef = strawberry.field(description="The item.")
    code: str = strawberry.field(description="The code of its batch or serial number.")
    expiry_date: date | None = option("The last day on which it is good; null = not known.")
    manufactured_on: date | None = option("The day on which it was made; null = not known.")
    status: LotHold | None = option("Hold it back, or release it.")
    reason: str | None = option("Why, for the record.")
    expected_version: int | None = option(
        "The version of it you have seen; refused if it is another now."
    )

    def to_change(self, by: str) -> lots.LotChange:
        """The pure form."""
        values: dict[str, Any] = {
            name: value
            for name, value in (
                ("expiry_date", self.expiry_date),
                ("manufactured_on", self.manufactured_on),
                ("hold", self.status),
            )
            if value is not strawberry.UNSET and not (name == "hold" and value is None)
        }
        return lots.LotChange(
            company=self.company.to_ref(),
            item=self.item.to_ref(),
            code=self.code,
            values=values,
            reason=optional_value(self.reason),
            by=by,
            expected_version=optional_value(self.expected_version),
        )


@strawberry.type(description="The batch or serial number that was changed.")
class LotPayload(Payload):
    """A lot, or why not."""

    lot: Lot | None = strawberry.field(
        description="The batch or serial number; null when it was refused.", default=None
    )


@strawberry.type
class LotMutations:
    """Changing batches and serial numbers."""

    @mutation("Corrects a batch's or serial number's dates, holds it back or releases it.")
    async def update_lot(self, info: Info, input_: Input[UpdateLotInput]) -> LotPayload:
        """Recorded with who did it and why."""
        context = info.context
        outcome = await lots.update(context.masters, input_.to_change(context.principal.name))
        lot: Any = await loaders_of(context).lot.load((outcome.company_id, outcome.id))
        return LotPayload(lot=lot)
