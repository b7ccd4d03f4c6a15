"""The inputs of returns and landed costs, each with its `to_command()`."""

from decimal import Decimal

import strawberry

from api.documents.inputs.paid_at_once import (
    REFUND_ACCOUNT,
    REFUNDS,
    PaidAtOnceInput,
    parts,
)
from api.documents.inputs.parts import (
    BATCH,
    CENTER,
    QUANTITY,
    SERIALS,
    TAKES_FROM,
    UOM,
    DocumentInput,
    about,
    maybe,
)
from api.types.refs import (
    AccountRef,
    CostCenterRef,
    DocumentRef,
    ItemRef,
    LineRef,
    PartyRef,
    WarehouseRef,
)
from domain.documents.landed_cost import LandedCost, LandedShare
from domain.documents.parts.landed_charges import DistributionBasis, LandedCharge
from domain.documents.parts.returns import ReturnLine
from domain.documents.purchase_return import PurchaseReturn
from domain.documents.sales_return import SalesReturn

_ITEM = "Without an original: the item that is given back."


@strawberry.input(
    description="Goods given back to a supplier: of a line that brought them, or of an item."
)
class PurchaseReturnLineInput:
    """A line of a purchase return."""

    quantity: Decimal = about(QUANTITY)
    line: LineRef | None = about(
        "The original, the line that brought them: of a purchase receipt, or of a purchase invoice"
        " with updateStock. Either this or an item.",
        default=None,
    )
    item: ItemRef | None = about(_ITEM, default=None)
    warehouse: WarehouseRef | None = about(
        "The warehouse that they leave; of an original the one that they came into unless given. "
        "Under CONTINENTAL goods of an original, and everywhere those rejected, leave no other.",
        default=None,
    )
    rate: Decimal | None = about(
        "Without an original: the price per unit that the supplier is to credit, in the document's"
        " currency, up to 12 decimal places; needed then.",
        default=None,
    )
    cost_center: CostCenterRef | None = about(CENTER, default=None)
    from_rejected: bool = about("Whether they are of those rejected.", default=False)
    batch: str | None = about(BATCH, default=None)
    serials: list[str] = about(SERIALS, default_factory=list)
    uom: str | None = about(UOM, default=None)
    takes_from: LineRef | None = about(
        "Without an original. " + TAKES_FROM,
        default=None,
    )

    def to_command(self) -> ReturnLine:
        """The line as the domain knows it."""
        return ReturnLine(
            line=maybe(self.line),
            quantity=self.quantity,
            item=maybe(self.item),
            warehouse=maybe(self.warehouse),
            rate=self.rate,
            cost_center=maybe(self.cost_center),
            from_rejected=self.from_rejected,
            batch=self.batch,
            serials=tuple(self.serials),
            uom=self.uom,
            takes_from=maybe(self.takes_from),
        )


@strawberry.input(
    description="Goods go back to a supplier: at the cost that their receipt has now, or where no"
    " receipt is named, at what the costing method says."
)
class SubmitPurchaseReturnInput(DocumentInput):
    """A purchase return."""

    supplier: PartyRef | None = about(
        "The supplier; that of the originals unless given, needed where no line names one.",
        default=None,
    )
    lines: list[PurchaseReturnLineInput] = about("What is given back, at least one line.")

    refund_account: AccountRef | None = about(REFUND_ACCOUNT, default=None)
    refunds: list[PaidAtOnceInput] = about(REFUNDS, default_factory=list)

    def to_command(self) -> PurchaseReturn:
        """The document as the domain knows it."""
        return PurchaseReturn(
            **self.common(),
            supplier=maybe(self.supplier),
            lines=tuple(line.to_command() for line in self.lines),
            refund_account=maybe(self.refund_account),
            refunds=parts(self.refunds),
        )


@strawberry.input(
    description="Goods that a customer gives back: of a line that delivered them, or of an item."
)
class SalesReturnLineInput:
    """A line of a sales return."""

    quantity: Decimal = about(QUANTITY)
    line: LineRef | None = about(
        "The original, the line that delivered them: of a delivery note, or of a sales invoice with"
        " updateStock. Either this or an item.",
        default=None,
    )
    item: ItemRef | None = about(_ITEM, default=None)
    warehouse: WarehouseRef | None = about(
        "The warehouse that they come into; of an original the one that they left unless given.",
        default=None,
    )
    rate: Decimal | None = about(
        "Without an original: what a unit costs, in the document's currency, up to 12 decimal"
        " places; the last known cost of the item in that warehouse unless given.",
        default=None,
    )
    allow_zero_valuation: bool = about(
        "Without an original: whether they may come in at no cost where none is known.",
        default=False,
    )
    cost_center: CostCenterRef | None = about(CENTER, default=None)
    batch: str | None = about(BATCH, default=None)
    serials: list[str] = about(SERIALS, default_factory=list)
    uom: str | None = about(UOM, default=None)
    cost_of_goods_sold_account: AccountRef | None = about(
        "Without an original: the account that its cost went to; the item's, its group's, that of "
        "posting rules or the company's unless given.",
        default=None,
    )

    def to_command(self) -> ReturnLine:
        """The line as the domain knows it."""
        return ReturnLine(
            line=maybe(self.line),
            quantity=self.quantity,
            item=maybe(self.item),
            warehouse=maybe(self.warehouse),
            rate=self.rate,
            allow_zero_valuation=self.allow_zero_valuation,
            cost_center=maybe(self.cost_center),
            batch=self.batch,
            serials=tuple(self.serials),
            uom=self.uom,
            cost_of_goods_sold_account=maybe(self.cost_of_goods_sold_account),
        )


@strawberry.input(
    description="Goods come back from a customer: at the cost that their delivery has now, or where"
    " no delivery is named, at a cost given or the last known one."
)
class SubmitSalesReturnInput(DocumentInput):
    """A sales return."""

    customer: PartyRef | None = about(
        "The customer; that of the originals unless given, needed where no line names one.",
        default=None,
    )
    lines: list[SalesReturnLineInput] = about("What comes back, at least one line.")
    freight: Decimal | None = about(
        "What is credited of the freight of the invoice that delivered the goods, without its"
        " taxes; its share by net amount unless given. Of several invoices only one may have some.",
        default=None,
    )

    refund_account: AccountRef | None = about(REFUND_ACCOUNT, default=None)
    refunds: list[PaidAtOnceInput] = about(REFUNDS, default_factory=list)

    def to_command(self) -> SalesReturn:
        """The document as the domain knows it."""
        return SalesReturn(
            **self.common(),
            customer=maybe(self.customer),
            lines=tuple(line.to_command() for line in self.lines),
            freight=self.freight,
            refund_account=maybe(self.refund_account),
            refunds=parts(self.refunds),
        )


@strawberry.input(description="A later cost of goods received: freight, duty, insurance.")
class LandedCostChargeInput:
    """A charge of a landed cost."""

    account: AccountRef | None = about(
        "The account credited (with a supplier: debited by the bill); no stock account. Scheme "
        "CONTINENTAL books a supplier's charge as a purchase unless given.",
        default=None,
    )
    amount: Decimal = about("The amount, in the charge's currency, above zero.")
    currency: str | None = about(
        "ISO 4217 code of the charge's amount; the document's unless given.", default=None
    )
    exchange_rate: Decimal | None = about(
        "Company currency per unit of the charge's currency, unless that is the company's or the "
        "document's.",
        default=None,
    )
    basis: DistributionBasis | None = about(
        "What it is spread by; as the document's charges are unless given.", default=None
    )
    cost_center: CostCenterRef | None = about(
        "The cost center of what it posts to its account; those of the lines that take it unless"
        " given.",
        default=None,
    )

    def to_command(self) -> LandedCharge:
        """The charge as the domain knows it."""
        return LandedCharge(
            account=maybe(self.account),
            amount=self.amount,
            currency=self.currency,
            exchange_rate=self.exchange_rate,
            basis=self.basis,
            cost_center=maybe(self.cost_center),
        )


@strawberry.input(description="How much of the charges by hand a line takes.")
class LandedCostLineInput:
    """A line of a landed cost; only with basis MANUAL."""

    line: LineRef = about("The line of one of the receipts.")
    amount: Decimal = about("Its part of the charges, in the company's currency.")

    def to_command(self) -> LandedShare:
        """The share as the domain knows it."""
        return LandedShare(line=self.line.to_ref(), amount=self.amount)


@strawberry.input(
    description="Later costs of goods that came in. Whatever became of the goods is valued anew."
)
class SubmitLandedCostInput(DocumentInput):
    """A landed cost."""

    receipts: list[DocumentRef] = about(
        "The documents that brought the goods: purchase receipts, purchase invoices with "
        "updateStock, stock entries (goods found, moved, or made; no scrap), sales returns."
    )
    charges: list[LandedCostChargeInput] = about("What came up, at least one charge.")
    supplier: PartyRef | None = about(
        "Who bills the charges; then this is the bill too. Nobody unless given.", default=None
    )
    applies_to: list[LineRef] = about(
        "The lines that take the charges; all lines of the receipts unless given.",
        default_factory=list,
    )
    basis: DistributionBasis = about(
        "What the charges are spread by over the receipts' lines, unless one says otherwise.",
        default=DistributionBasis.AMOUNT,
    )
    lines: list[LandedCostLineInput] = about(
        "Each line's part of the charges with basis MANUAL; they add up to them.",
        default_factory=list,
    )

    def to_command(self) -> LandedCost:
        """The document as the domain knows it."""
        return LandedCost(
            **self.common(),
            receipts=tuple(receipt.to_ref() for receipt in self.receipts),
            charges=tuple(charge.to_command() for charge in self.charges),
            basis=self.basis,
            lines=tuple(line.to_command() for line in self.lines),
            supplier=maybe(self.supplier),
            applies_to=tuple(line.to_ref() for line in self.applies_to),
        )
