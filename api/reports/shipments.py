"""`shipments` and `shipment`: goods that came together, their charges, and what they came to."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import strawberry

from api.context import Context, Info
from api.documents.reading.loaders import loaders_of
from api.documents.reading.parts import line_of
from api.documents.reading.related import document_named, related
from api.masters.common import CompanyArgument
from api.masters.items import Item
from api.masters.parties import Party
from api.masters.warehouses import Warehouse
from api.reports.accruals import SupplierArgument
from api.reports.common import AsOf, Covered, ItemArgument, KnownAt, id_of, reading, scope_for
from api.types.connections import After, Before, Connection, First, Last, connect, page_of
from api.types.enums import described
from api.types.sorting import ShipmentSort, sorted_by
from persistence.reports import shipments as report
from persistence.reports.scope import Scope
from persistence.reports.shipments import ShipmentFilter, ShipmentStatus

described(
    ShipmentStatus,
    "Whether a shipment takes more goods and charges.",
    {
        ShipmentStatus.OPEN: "Its bills and charges wait in suspense.",
        ShipmentStatus.CLOSED: "Its charges are spread, and nothing waits.",
    },
)

StatusArgument = Annotated[
    ShipmentStatus | None, strawberry.argument(description="Only open or only closed ones.")
]
SearchArgument = Annotated[
    str | None, strawberry.argument(description="Part of the code, in any case.")
]


@strawberry.type(description="A receipt line of a shipment.")
class ShipmentGoods:
    """Quantities in the item's unit, amounts in company currency."""

    receipt: Any = document_named("document_id", "What brought the goods.", required=True)
    line: Any = line_of("Its line.")
    supplier: Any = related("party", "party_id", Party | None, "Who sent them.")
    item: Any = related("item", "item_id", Item | None, "What came.")
    warehouse: Any = related("warehouse", "warehouse_id", Warehouse | None, "Where to.")
    received_quantity: Decimal = strawberry.field(description="Received.")
    returned_quantity: Decimal = strawberry.field(description="Sent back.")
    billed_quantity: Decimal = strawberry.field(description="Billed.")
    pending_quantity: Decimal = strawberry.field(
        description="Still to be billed; zero throughout before a shipment can be closed."
    )
    received_amount: Decimal = strawberry.field(
        description="What the goods came in at, less what was sent back or written off."
    )
    billed_amount: Decimal = strawberry.field(description="What was billed of them.")
    landed_amount: Decimal | None = strawberry.field(
        description="What they came to with their share of the charges, by what was billed of "
        "them; null until the shipment is closed."
    )
    variance: Decimal | None = strawberry.field(
        description="Landed less received amount; null until the shipment is closed."
    )


@strawberry.type(description="A line of a bill that is a charge on a shipment.")
class ShipmentCharge:
    """In company currency."""

    invoice: Any = document_named("document_id", "The bill.", required=True)
    line: Any = line_of("Its line.")
    supplier: Any = related("party", "party_id", Party | None, "Who charged it.")
    amount: Decimal = strawberry.field(description="Charged, less what was credited.")


def _listed(read: Any, of: Any, description: str) -> Any:
    """Rows of each shipment, one statement for all shipments of a scope that are asked for."""

    async def resolve(self: Any, info: Info) -> Any:
        key = (self.scope, self.code)
        return await loaders_of(info.context).of_scope(read, "shipment").load(key)

    return strawberry.field(resolver=resolve, description=description, graphql_type=list[of])


@strawberry.type(
    description="Goods that came together, and what was charged on them (scheme BY_LEVEL): named "
    "by receipts and bills, closed by `closeShipment`. Amounts are in company currency; those of a "
    "closed one are what its closing met."
)
class Shipment:
    """Nothing is kept of it: it is what its documents say."""

    code: str = strawberry.field(description="Its code, as receipts and bills give it.")
    opened_on: date = strawberry.field(
        description="The day of its first goods or charge that count."
    )
    closed_on: date | None = strawberry.field(
        description="The day on which it was closed; null while it is open."
    )
    closing: Any = document_named("closing_id", "What closed it; null while it is open.")
    is_billed: bool = strawberry.field(
        description="Whether all of its goods are billed: before that it cannot be closed."
    )
    received_amount: Decimal = strawberry.field(
        description="What its goods came in at, less what was sent back or written off."
    )
    billed_amount: Decimal = strawberry.field(description="What was billed of its goods.")
    charged_amount: Decimal = strawberry.field(description="What was charged on it.")
    landed_amount: Decimal = strawberry.field(
        description="What its goods came to: billed and charged."
    )
    variance: Decimal = strawberry.field(
        description="Landed less received amount: what closing makes a price variance, or at "
        "weighted average a change of cost; so far, while goods wait for their bill."
    )
    goods: Any = _listed(
        report.goods_of_shipments, ShipmentGoods, "Its receipt lines, as they came."
    )
    charges: Any = _listed(
        report.charges_of_shipments, ShipmentCharge, "The charges on it, as they were billed."
    )

    @strawberry.field(description="Whether it takes more goods and charges.")
    def status(self) -> ShipmentStatus:
        """It was closed or was not."""
        return ShipmentStatus.OPEN if self.closed_on is None else ShipmentStatus.CLOSED


@strawberry.type(description="A page of shipments.")
class ShipmentConnection(Connection[Shipment], Covered):
    """By code unless asked otherwise."""


@strawberry.type
class ShipmentQuery:
    """Shipments."""

    @strawberry.field(
        description="Shipments, open and closed, with what was received, billed and charged."
    )
    async def shipments(
        self,
        info: Info,
        *,
        company: CompanyArgument,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        status: StatusArgument = None,
        supplier: SupplierArgument = None,
        item: ItemArgument = None,
        search: SearchArgument = None,
        sort: Annotated[Any, sorted_by(ShipmentSort)] = ShipmentSort.CODE_ASC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> ShipmentConnection:
        """A keyset page, by one statement."""
        page = page_of(sort.ordering, first, after, last, before)
        scope = await scope_for(info, company, as_of, known_at)
        which = ShipmentFilter(
            search=search,
            status=status,
            supplier_id=await id_of(info, scope.company_id, "supplier", supplier),
            item_id=await id_of(info, scope.company_id, "item", item),
        )
        async with reading(info.context, scope) as connection:
            rows = await report.list_shipments(connection, scope, page, which)
        return connect(page, rows, ShipmentConnection, scope=scope)

    @strawberry.field(description="A shipment by its code; null when no document names it.")
    async def shipment(
        self,
        info: Info,
        *,
        company: CompanyArgument,
        code: Annotated[str, strawberry.argument(description="Its code.")],
        as_of: AsOf = None,
        known_at: KnownAt = None,
    ) -> Shipment | None:
        """As a list of one."""
        scope = await scope_for(info, company, as_of, known_at)
        return await _named(info.context, scope, code)


async def _named(context: Context, scope: Scope, code: str) -> Any:
    page = page_of(ShipmentSort.CODE_ASC.ordering, 1)
    which = ShipmentFilter(code=code.replace("\0", ""))
    async with reading(context, scope) as connection:
        rows = await report.list_shipments(connection, scope, page, which)
    return rows[0] if rows else None
