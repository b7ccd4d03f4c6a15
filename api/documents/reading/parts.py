"""What a document consists of: lines, charges, taxes. What it caused is in `caused`.

The types only declare fields; what resolvers return are the rows of persistence.documents.reading.
"""

from collections.abc import Awaitable, Sequence
from decimal import Decimal
from typing import Annotated, Any, cast

import strawberry

from api.context import Info
from api.documents.inputs.choices import ChargeCategory, DistributionBasis, DocumentKind, Leg
from api.documents.lots import Lot
from api.documents.reading.loaders import loaders_of
from api.documents.reading.related import document_named, related
from api.documents.reading.sight import line_named, moving
from api.masters.accounts import Account
from api.masters.cost_centers import CostCenter
from api.masters.items import Item
from api.masters.parties import Party
from api.masters.taxes import Tax
from api.masters.warehouses import Warehouse
from api.types.nodes import Node
from domain.money import ZERO
from persistence.documents.rows import LineRow, MovementRow

_GOODS = (DocumentKind.PURCHASE_RECEIPT, DocumentKind.DELIVERY_NOTE)
_LAZY_LINE: Any = Annotated["DocumentLine", strawberry.lazy("api.documents.reading.parts")]
_RETURNS = (DocumentKind.PURCHASE_RETURN, DocumentKind.SALES_RETURN)


def _returned(self: Any, info: Info) -> Awaitable[Any] | None:
    if self.against_line_id is None or self.document_kind not in _RETURNS:
        return None
    return line_named(info.context, self.company_id, self.against_line_id)


def _credited(self: Any, info: Info) -> Awaitable[Any] | None:
    if self.against_line_id is None or self.document_kind != DocumentKind.CREDIT_NOTE:
        return None
    return line_named(info.context, self.company_id, self.against_line_id)


def _credited_return(self: Any, info: Info) -> Awaitable[Any] | None:
    if self.returned_line_id is None:
        return None
    return line_named(info.context, self.company_id, self.returned_line_id)


@strawberry.type(description="What of a document's tax belongs to one of its lines.")
class LineTax:
    """In the document's currency; the lines of a tax and its freight add up to the document's.

    Of a payment's discount in the currency of the bill.
    """

    tax: Any = related("tax", "tax_id", Tax, "The tax.")
    base: Decimal = strawberry.field(
        description="What it is charged on, in its currency; of a discount in the bill's."
    )
    amount: Decimal = strawberry.field(
        description="What it comes to, in its currency; of a discount in the bill's."
    )


async def taxes_of_line(row: Any, info: Info) -> list[LineTax]:
    """Those of a line, read for all lines of its document at once."""
    found = await loaders_of(info.context).line_taxes.load((row.company_id, row.document_id))
    return cast("list[LineTax]", [one for one in found if one.line_id == row.id])


@strawberry.type(description="A line of a document; what its kind does not have is null.")
class DocumentLine(Node):
    """One type for all kinds, so that a list of documents needs no fragments for its lines."""

    line_no: int = strawberry.field(description="Its number, from 1.", name="line")
    document: Any = document_named("document_id", "The document.", required=True)
    item: Any = related("item", "item_id", Item | None, "What is bought, sold or moved.")
    warehouse: Any = related(
        "warehouse", "warehouse_id", Warehouse | None, "Where goods came or went."
    )
    to_warehouse: Any = related(
        "warehouse", "to_warehouse_id", Warehouse | None, "Where a transfer brought them."
    )
    quantity: Decimal = strawberry.field(
        description="In the item's stock unit, whatever unit the line was entered in."
    )
    rate: Decimal | None = strawberry.field(
        description="Price per stock unit in the document's currency, net of the line's discount; "
        "cost per unit of a stock entry, "
        "and of goods that a customer gave back of no known delivery. To 12 decimal places: "
        "`uomRate` is exact of a line that was entered in another unit."
    )
    list_rate: Decimal | None = strawberry.field(
        description="Price per stock unit before the line's discount, in the document's currency, "
        "to 12 decimal places; null where there is none."
    )
    discount_percent: Decimal | None = strawberry.field(
        description="Discount in percent of the list rate; null where there is none."
    )
    amount: Decimal = strawberry.field(
        description="In the document's currency; of a journal entry, debit positive."
    )
    valuation_amount: Decimal | None = strawberry.field(
        description="What the goods brought into stock, in the company's currency: their price "
        "and their share of the valuation charges."
    )
    valuation_rate: Decimal | None = strawberry.field(
        description="Valuation amount per unit, to nine decimal places for display."
    )
    billed_quantity: Decimal | None = strawberry.field(
        description="How much has been billed of a line that received or delivered goods."
    )
    returned_quantity: Decimal | None = strawberry.field(
        description="How much has been sent back of a line that received or delivered goods."
    )
    account: Any = related(
        "account", "account_id", Account | None, "The account that the line names or posts to."
    )
    cost_center: Any = related(
        "cost_center",
        "cost_center_id",
        CostCenter | None,
        "Its own cost center, else the company's default when it was recorded.",
    )
    party: Any = related("party", "party_id", Party | None, "The party of a journal's line.")
    returns: Any = strawberry.field(
        resolver=_returned,
        description="The line of which a return's line gives goods back.",
        graphql_type=_LAZY_LINE | None,
    )
    credits_line: Any = strawberry.field(
        resolver=_credited,
        description="The invoice's line that a credit note's line credits.",
        graphql_type=_LAZY_LINE | None,
    )
    credits_return: Any = strawberry.field(
        resolver=_credited_return,
        description="The return's line whose goods a credit note's line credits.",
        graphql_type=_LAZY_LINE | None,
    )
    settles: Any = document_named(
        "against_id",
        "The invoice that a payment's line settles, a credit note's line credits, or whose residue "
        "a clearing's line writes off.",
    )
    description: str | None = strawberry.field(description="A remark on the line.")
    order_code: str | None = strawberry.field(
        description="The purchase order by which goods were received or billed.", name="order"
    )
    order_line: int | None = strawberry.field(description="The line of that order.")
    shipment: str | None = strawberry.field(
        description="The shipment that goods came with, or that a bill's line is a charge on."
    )

    uom: str | None = strawberry.field(
        description="The unit that the line was entered in; null where it named none and is in the "
        "item's stock unit."
    )
    uom_factor: Decimal | None = strawberry.field(
        description="How many stock units one of that unit was then; null where it named none."
    )
    uom_quantity: Decimal | None = strawberry.field(
        description="Its quantity in that unit; null where it named none."
    )
    uom_rate: Decimal | None = strawberry.field(
        description="Its price per such a unit, net of the line's discount; null where it named "
        "none, or has no price."
    )
    uom_list_rate: Decimal | None = strawberry.field(
        description="Its price per such a unit before the discount; null where there is none."
    )

    @strawberry.field(
        description="The taxes of a bill's or credit note's line, in the order in which they are "
        "charged; of a payment's or allocation's what a discount takes off them."
    )
    async def taxes(self, info: Info) -> list[LineTax]:
        """See `taxes_of_line`."""
        return await taxes_of_line(self, info)

    @strawberry.field(description="The batch or serial numbers that it moved.")
    async def lots(self, info: Info) -> list[Lot]:
        """Found on its movements, each once."""
        line, loaders = cast("LineRow", self), loaders_of(info.context)
        movements = await loaders.movements.load((line.company_id, line.document_id))
        ids = {one.lot_id: one for one in movements if one.line_id == line.id and one.lot_id}
        return cast("list[Lot]", await loaders.lot.load_many([(line.company_id, i) for i in ids]))

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        """Rows are returned as they are."""
        return isinstance(obj, LineRow)

    @strawberry.field(description="The receipt line that a purchase invoice's line bills.")
    def receipt_line(self, info: Info) -> "DocumentLine | None":
        """Null for others."""
        return _against(self, info, DocumentKind.PURCHASE_INVOICE)

    @strawberry.field(description="The delivery line that a sales invoice's line bills.")
    def delivery_line(self, info: Info) -> "DocumentLine | None":
        """Null for others."""
        return _against(self, info, DocumentKind.SALES_INVOICE)

    @strawberry.field(
        description="The invoice line that billed a receipt's or delivery's goods before they came."
    )
    def invoice_line(self, info: Info) -> "DocumentLine | None":
        """Null for others."""
        return _against(self, info, *_GOODS)

    @strawberry.field(description="The line of which a clearing's line writes something off.")
    def clears(self, info: Info) -> "DocumentLine | None":
        """Null for others."""
        return _against(self, info, DocumentKind.ACCRUAL_CLEARING)

    @strawberry.field(description="The line whose goods a landed cost's line made dearer.")
    def charged_line(self, info: Info) -> "DocumentLine | None":
        """Null for others."""
        return _against(self, info, DocumentKind.LANDED_COST)

    @strawberry.field(
        description="How much was rejected besides of a line that received goods; null for others."
    )
    async def rejected_quantity(self, info: Info) -> Decimal | None:
        """Found on its movements."""
        rejected = await _rejected(self, info)
        return None if rejected is None else sum((one.quantity for one in rejected), ZERO)

    @strawberry.field(description="Where rejected goods came in; null where none did.")
    async def rejected_warehouse(self, info: Info) -> Warehouse | None:
        """Found on its movements."""
        line: Any = self
        for one in await _rejected(self, info) or ():
            found: Any = info.context.loaders.warehouse.load((line.company_id, one.warehouse_id))
            return await found
        return None

    @strawberry.field(description="The line that sent the goods which this one received.")
    def sent_line(self, info: Info) -> "DocumentLine | None":
        """Null but of stock entries that receive from transit."""
        line: Any = self
        if line.against_line_id is None or line.document_kind != DocumentKind.STOCK_ENTRY:
            return None
        found: Any = line_named(info.context, line.company_id, line.against_line_id)
        return found

    @strawberry.field(description="The line whose goods it took, where it said so.")
    def takes_from(self, info: Info) -> "DocumentLine | None":
        """Null where the costing method said which."""
        line: Any = self
        if line.takes_line_id is None:
            return None
        found: Any = line_named(info.context, line.company_id, line.takes_line_id)
        return found

    currency_amount: Decimal | None = strawberry.field(
        description="Of a journal's line, in the currency that its account is kept in, debit "
        "positive; null where that is the company's. Of a payment's or allocation's, in that of "
        "the item that it settles; null where that is the document's."
    )

    @strawberry.field(description="A journal's debit, in the document's currency.")
    def debit(self) -> Decimal | None:
        """Null for other kinds of documents."""
        return _one_side(self, 1)

    @strawberry.field(description="A journal's credit, in the document's currency.")
    def credit(self) -> Decimal | None:
        """Null for other kinds of documents."""
        return _one_side(self, -1)


def line_of(description: str) -> Any:
    """A field that shows the document line that a row is about (`line_id`)."""

    def resolve(self: Any, info: Info) -> Awaitable[Any]:
        return line_named(info.context, self.company_id, self.line_id)

    return strawberry.field(resolver=resolve, description=description, graphql_type=DocumentLine)


def _against(line: Any, info: Info, *kinds: DocumentKind) -> Any:
    if line.against_line_id is None or line.document_kind not in kinds:
        return None
    return line_named(info.context, line.company_id, line.against_line_id)


async def _rejected(line: Any, info: Info) -> Sequence[MovementRow] | None:
    """The movements of rejected goods of a receipt's line, as far as they are seen."""
    if line.document_kind != DocumentKind.PURCHASE_RECEIPT:
        return None
    of_document = loaders_of(info.context).movements.load((line.company_id, line.document_id))
    seen: Sequence[MovementRow] = await moving(info.context, line.company_id, of_document)
    return [one for one in seen if one.line_id == line.id and one.leg == Leg.REJECTED]


def _one_side(line: Any, sign: int) -> Decimal | None:
    if line.document_kind != DocumentKind.JOURNAL_ENTRY:
        return None
    return max(sign * line.amount, line.amount * ZERO)


@strawberry.type(description="A charge or tax of a document.")
class DocumentCharge:
    """In the document's currency."""

    account: Any = related("account", "account_id", Account, "The account it is posted to.")
    category: ChargeCategory = strawberry.field(
        description="Whether it is part of the bill, of the goods' cost, or of both."
    )
    rate: Decimal | None = strawberry.field(
        description="In percent of the net total, if it was given so."
    )
    amount: Decimal = strawberry.field(description="In the document's currency.")
    cost_center: Any = related(
        "cost_center", "cost_center_id", CostCenter | None, "Its cost center."
    )
    basis: DistributionBasis | None = strawberry.field(
        description="Of a landed cost: what it was spread by; null = by the document's basis."
    )


@strawberry.type(description="A tax of a document.")
class DocumentTax:
    """In the document's currency."""

    tax: Any = related("tax", "tax_id", Tax, "The tax.")
    account: Any = related("account", "account_id", Account, "The account it is posted to.")
    base: Decimal = strawberry.field(description="What it is charged on, in its currency.")
    amount: Decimal = strawberry.field(description="What it comes to, in its currency.")
