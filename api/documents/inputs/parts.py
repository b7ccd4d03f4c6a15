"""What the inputs of all documents share: the fields of every document, and charges.

References stay references here; what they name is looked up when the document is posted.
"""

from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import strawberry
from uuid_utils.compat import uuid7

from api.documents.inputs.choices import ChargeCategory
from api.types.refs import AccountRef, CompanyRef, CostCenterRef
from domain.documents.parts.charges import Charge
from domain.money import ONE
from domain.references import Ref

RATE = "Price per unit in the document's currency, up to 12 decimal places."
QUANTITY = "Quantity in the line's unit (`uom`), above zero, up to 6 decimal places."
UOM = (
    "The unit of the line's quantities and rate: one that the item has; the item's stock unit"
    " unless given. Stock moves by quantity x the unit's factor. The unit of a line that is billed,"
    " returned, credited or received counts as it did then."
)
TAKES_FROM = (
    "The line that brought the goods into the warehouse, by whichever document: just these are"
    " taken, at what they cost, also when that changes later, instead of those that the costing"
    " method says (scheme CONTINENTAL). Never more than is left of them (`RECEIPT_SHORT`)."
)
COST_OF_GOODS_SOLD = (
    "The account that what these goods cost goes to; the item's, its group's, that of posting rules"
    " or the company's unless given. Only where the line moves goods."
)
WAREHOUSE = "The warehouse; needed where stock moves."
PAYMENT_TERM = "The payment terms that it is made under; those of the party unless given."
DISCOUNT = "Discount in percent of the rate, from 0 to 100; the net price is what counts."
TAXES = "The taxes on the line's net amount, each once."
CENTER = "Cost center of its profit and loss postings; the company's default unless given."
TEXT = "Free text, kept with the line."
BATCH = "The batch, for items that are kept by batch."
SERIALS = "The serial numbers, one a unit, for items that are kept by serial number."
BATCH = "The batch's code, for items costed by batch."
SERIALS = "The serial numbers, one a unit, for items costed by serial number."

EXPIRY = "The last day on which a new batch or serial number is good; of a known one, its own."
MANUFACTURED = "The day on which a new batch or serial number was made; of a known one, its own."


def about(description: str, **options: Any) -> Any:
    """A described input field."""
    return strawberry.field(description=description, **options)


def maybe(reference: Any) -> Ref | None:
    """The pure form of an optional reference."""
    return reference.to_ref() if reference is not None else None


@strawberry.input(description="What all documents have in common.")
class DocumentInput:
    """Base of the inputs of documents."""

    company: CompanyRef = about("The company whose books the document goes into.")
    posting_date: date = about("The day on which it counts.")
    id: UUID | None = about(
        "The document's identity, made by the client: sending the same document again under its"
        " id gives the first result again. Made by the server unless given.",
        default=None,
    )
    posting_time: time | None = about(
        "The time of day at which it counts; after everything already recorded on that date"
        " unless given.",
        default=None,
    )
    currency: str | None = about(
        "ISO 4217 code of the document's amounts; the company's unless given.", default=None
    )
    exchange_rate: Decimal | None = about(
        "Company currency per unit of the document's currency: needed where that is another one,"
        " but by what has the rates of earlier documents: an allocation, a credit note of an"
        " invoice, a return of what came or went.",
        default=None,
    )
    reference: str | None = about("The other side's number for it.", default=None)
    remarks: str | None = about("Free text.", default=None)

    def common(self) -> dict[str, Any]:
        """The fields that every document has."""
        return {
            "id": self.id or uuid7(),
            "company": self.company.to_ref(),
            "posting_date": self.posting_date,
            "posting_time": self.posting_time,
            "currency": self.currency,
            "exchange_rate": self.exchange_rate if self.exchange_rate is not None else ONE,
            "rate_given": self.exchange_rate is not None,
            "reference": self.reference,
            "remarks": self.remarks,
        }


@strawberry.input(description="A charge of a purchase: freight, duty, tax.")
class PurchaseChargeInput:
    """A charge: an amount, or a rate on the net total."""

    account: AccountRef = about("The account of the charge.")
    amount: Decimal | None = about("The amount, in the document's currency.", default=None)
    rate: Decimal | None = about("Instead: percent of the net total.", default=None)
    category: ChargeCategory = about(
        "Whether it is billed, makes goods dearer, or both.", default=ChargeCategory.TOTAL
    )
    cost_center: CostCenterRef | None = about(CENTER, default=None)

    def to_command(self) -> Charge:
        """The charge as the domain knows it."""
        return Charge(
            account=self.account.to_ref(),
            amount=self.amount,
            rate=self.rate,
            category=self.category,
            cost_center=maybe(self.cost_center),
        )


@strawberry.input(description="A tax or charge on a sale; it is always part of the bill.")
class SalesChargeInput:
    """A charge: an amount, or a rate on the net total."""

    account: AccountRef = about("The account of the tax or charge.")
    amount: Decimal | None = about("The amount, in the document's currency.", default=None)
    rate: Decimal | None = about("Instead: percent of the net total.", default=None)
    cost_center: CostCenterRef | None = about(CENTER, default=None)

    def to_command(self) -> Charge:
        """The charge as the domain knows it."""
        return Charge(
            account=self.account.to_ref(),
            amount=self.amount,
            rate=self.rate,
            cost_center=maybe(self.cost_center),
        )
