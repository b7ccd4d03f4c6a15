"""The inputs of returns and landed costs, each with its `to_command()`."""

from decimal import Decimal

import strawberry

from api.documents.input_parts import BATCH, QUANTITY, SERIALS, DocumentInput, about
from api.refs import AccountRef, DocumentRef, LineRef
from domain.documents.landed_cost import (
    DistributionBasis,
    LandedCharge,
    LandedCost,
    LandedShare,
)
from domain.documents.purchase_return import PurchaseReturn
from domain.documents.returns import ReturnLine
from domain.documents.sales_return import SalesReturn


@strawberry.input(description="Goods given back to a supplier.")
class PurchaseReturnLineInput:
    """A line of a purchase return."""

    line: LineRef = about(
        "The line that brought them: of a purchase receipt, or of a purchase invoice with"
        " updateStock."
    )
    quantity: Decimal = about(QUANTITY)
    from_rejected: bool = about("Whether they are of those rejected.", default=False)
    batch: str | None = about(BATCH, default=None)
    serials: list[str] = about(SERIALS, default_factory=list)

    def to_command(self) -> ReturnLine:
        """The line as the domain knows it."""
        return ReturnLine(
            line=self.line.to_ref(),
            quantity=self.quantity,
            from_rejected=self.from_rejected,
            batch=self.batch,
            serials=tuple(self.serials),
        )


@strawberry.input(
    description="Goods go back to a supplier, at the cost that their receipt has now."
)
class SubmitPurchaseReturnInput(DocumentInput):
    """A purchase return."""

    lines: list[PurchaseReturnLineInput] = about("What is given back, at least one line.")

    def to_command(self) -> PurchaseReturn:
        """The document as the domain knows it."""
        return PurchaseReturn(
            **self.common(), lines=tuple(line.to_command() for line in self.lines)
        )


@strawberry.input(description="Goods that a customer gives back.")
class SalesReturnLineInput:
    """A line of a sales return."""

    line: LineRef = about(
        "The line that delivered them: of a delivery note, or of a sales invoice with updateStock."
    )
    quantity: Decimal = about(QUANTITY)
    batch: str | None = about(BATCH, default=None)
    serials: list[str] = about(SERIALS, default_factory=list)

    def to_command(self) -> ReturnLine:
        """The line as the domain knows it."""
        return ReturnLine(
            line=self.line.to_ref(),
            quantity=self.quantity,
            batch=self.batch,
            serials=tuple(self.serials),
        )


@strawberry.input(
    description="Goods come back from a customer, at the cost that their delivery has now."
)
class SubmitSalesReturnInput(DocumentInput):
    """A sales return."""

    lines: list[SalesReturnLineInput] = about("What comes back, at least one line.")

    def to_command(self) -> SalesReturn:
        """The document as the domain knows it."""
        return SalesReturn(**self.common(), lines=tuple(line.to_command() for line in self.lines))


@strawberry.input(description="A later cost of goods received: freight, duty, insurance.")
class LandedCostChargeInput:
    """A charge of a landed cost."""

    account: AccountRef = about("The account credited; no stock account.")
    amount: Decimal = about("The amount, in the charge's currency, above zero.")
    currency: str | None = about(
        "ISO 4217 code of the charge's amount; the document's unless given.", default=None
    )
    exchange_rate: Decimal | None = about(
        "Company currency per unit of the charge's currency; the document's unless given.",
        default=None,
    )

    def to_command(self) -> LandedCharge:
        """The charge as the domain knows it."""
        return LandedCharge(
            account=self.account.to_ref(),
            amount=self.amount,
            currency=self.currency,
            exchange_rate=self.exchange_rate,
        )


@strawberry.input(description="By hand: how much of the charges a receipt line takes.")
class LandedCostLineInput:
    """A line of a landed cost; only with basis MANUAL."""

    line: LineRef = about("The line of one of the receipts.")
    amount: Decimal = about("Its part of the charges, in the company's currency.")

    def to_command(self) -> LandedShare:
        """The share as the domain knows it."""
        return LandedShare(line=self.line.to_ref(), amount=self.amount)


@strawberry.input(
    description="Later costs of goods received. Whatever became of the goods is valued anew."
)
class SubmitLandedCostInput(DocumentInput):
    """A landed cost."""

    receipts: list[DocumentRef] = about(
        "The purchase receipts, or purchase invoices with updateStock, that brought the goods."
    )
    charges: list[LandedCostChargeInput] = about("What came up, at least one charge.")
    basis: DistributionBasis = about(
        "What the charges are spread by over the receipts' lines.",
        default=DistributionBasis.AMOUNT,
    )
    lines: list[LandedCostLineInput] = about(
        "With basis MANUAL: each line's part; they add up to the charges.", default_factory=list
    )

    def to_command(self) -> LandedCost:
        """The document as the domain knows it."""
        return LandedCost(
            **self.common(),
            receipts=tuple(receipt.to_ref() for receipt in self.receipts),
            charges=tuple(charge.to_command() for charge in self.charges),
            basis=self.basis,
            lines=tuple(line.to_command() for line in self.lines),
        )
