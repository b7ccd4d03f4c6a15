"""What documents can be refused for."""

from dataclasses import dataclass
from decimal import Decimal

from domain.errors.refusal import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateReference(Refusal):
    """A supplier's number of a bill that another bill of theirs has already."""

    code = "DUPLICATE_REFERENCE"
    meaning = "Another bill of this supplier has the same number (`reference`)."
    fix = "Look whether it is the same bill; cancel the other, or give this one its own number."
    reference: str
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RateMismatch(Refusal):
    """An invoice at another rate than its receipt line, where rates must match."""

    code = "RATE_MISMATCH"
    meaning = (
        "The invoice's rate differs from the receipt's and the company's policy is MUST_MATCH."
    )
    fix = "Correct the rate, or change the company's invoice rate policy."
    expected: Decimal
    given: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class OverBilled(Refusal):
    """More billed than was received or delivered on a line, and than the tolerance allows.

    `open_quantity` without the tolerance, which is in percent of the quantity received.
    """

    code = "OVER_BILLED"
    meaning = "More would be billed than was received or delivered on that line."
    fix = "Bill no more than the open quantity and the tolerance."
    open_quantity: Decimal
    requested: Decimal
    tolerance: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class OverReceived(Refusal):
    """More received than was billed on a line, and than the tolerance (percent) allows."""

    code = "OVER_RECEIVED"
    meaning = "More would be received than was billed on that line."
    fix = "Receive no more than what is still to come and the tolerance."
    open_quantity: Decimal
    requested: Decimal
    tolerance: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class OverDelivered(Refusal):
    """More delivered than was billed on a line, and than the tolerance (percent) allows."""

    code = "OVER_DELIVERED"
    meaning = "More would be delivered than was billed on that line."
    fix = "Deliver no more than what is still to go and the tolerance."
    open_quantity: Decimal
    requested: Decimal
    tolerance: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class OverCleared(Refusal):
    """More written off of a line than is open, in the item's unit."""

    code = "OVER_CLEARED"
    meaning = "More would be written off than is open on that line."
    fix = "Write off no more than the open quantity, or leave the quantity out."
    open_quantity: Decimal
    requested: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingOpen(Refusal):
    """Nothing is left to write off on the line, or of the document's residue."""

    code = "NOTHING_OPEN"
    meaning = "Nothing is open there that could be written off."
    fix = "Leave the line out: it is billed, received, returned or written off already."
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OverAllocated(Refusal):
    """More paid on an invoice than is outstanding, or more allocated than was paid."""

    code = "OVER_ALLOCATED"
    meaning = "The allocation is larger than what is open on the invoice or left of the payment."
    fix = "Allocate no more than the open amount."
    open_amount: Decimal
    requested: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class OverCredited(Refusal):
    """More credited than was invoiced, or than goods went back."""

    code = "OVER_CREDITED"
    meaning = "More would be credited than was invoiced, or than went back, less earlier credits."
    fix = "Credit no more than what is left."
    creditable: Decimal
    requested: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongParty(Refusal):
    """The referenced document belongs to another party."""

    code = "WRONG_PARTY"
    meaning = "The referenced document belongs to another customer or supplier."
    fix = "Refer to a document of the same party."
    party: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemMismatch(Refusal):
    """A line bills or returns a line of another item."""

    code = "ITEM_MISMATCH"
    meaning = "The line refers to a line of another item."
    fix = "Refer to a line of the same item, or correct the item."
    expected: str
    given: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HasDependents(Refusal):
    """A document that a live invoice, return or payment refers to cannot be cancelled."""

    code = "HAS_DEPENDENTS"
    meaning = "Other live documents refer to this one."
    fix = "Cancel the documents named first."
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledAgain(Refusal):
    """A credit note whose credited quantity was billed or cleared again cannot be cancelled."""

    code = "BILLED_AGAIN"
    meaning = (
        "What this credit note took off a bill has been billed, received or written off since."
    )
    fix = "Cancel the documents named first."
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotReversible(Refusal):
    """Only what moves money and the ledger alone is reversed on a later day.

    `taken_back_by` are the kinds of documents that take it back on such a day.
    """

    code = "NOT_REVERSIBLE"
    meaning = "Documents of this kind are cancelled as of their own day, not reversed later."
    fix = "Take it back by a document of one of the kinds in `takenBackBy`, dated on that day."
    document: str
    taken_back_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlreadyCancelled(Refusal):
    """The document is cancelled, or is itself a cancellation."""

    code = "ALREADY_CANCELLED"
    meaning = "The document is already cancelled, or is a cancellation."
    fix = "Nothing is left to cancel."
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlreadyPerpetual(Refusal):
    """The company posts stock to the ledger at once already."""

    code = "ALREADY_PERPETUAL"
    meaning = "The company already keeps perpetual inventory."
    fix = "Nothing is left to migrate."


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingRateMissing(Refusal):
    """Something is open in currencies of which no closing rate is given."""

    code = "CLOSING_RATE_MISSING"
    meaning = "Something is open on that day in a currency of which no closing rate is given."
    fix = "Give the closing rate of each of these currencies."
    currencies: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentNotBilled(Refusal):
    """A shipment closes only with the bills of all its goods."""

    code = "SHIPMENT_NOT_BILLED"
    meaning = "Goods of the shipment have not been billed yet."
    fix = "Enter the bills of the receipts named, or send the goods back, first."
    shipment: str
    receipts: tuple[str, ...]
