"""What goods can be refused for: balances, lots, costs."""

from dataclasses import dataclass
from decimal import Decimal

from domain.errors.refusal import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class InsufficientStock(Refusal):
    """At some date, now or later, the balance would go below zero."""

    code = "INSUFFICIENT_STOCK"
    meaning = "The warehouse does not hold that much, at the document's date or at a later one."
    fix = "Receive or transfer stock first, or deliver less; the same request may be repeated."
    retryable = True
    item: str
    warehouse: str
    available: Decimal
    requested: Decimal
    posting_date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ValuationRateMissing(Refusal):
    """Goods that come in or are found by a count without a cost, of an item with no known cost."""

    code = "VALUATION_RATE_MISSING"
    meaning = "No rate was given and no earlier cost of the item is known."
    fix = "Give a rate (0 in a count of goods that are worth nothing), or allow zero valuation."
    item: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SerialNotAvailable(Refusal):
    """A serial number that is not in that warehouse (at the document's date, or later)."""

    code = "SERIAL_NOT_AVAILABLE"
    meaning = "The serial number is not in that warehouse."
    fix = "Choose a serial number that the warehouse holds."
    retryable = True
    item: str
    warehouse: str
    serial: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SerialInStock(Refusal):
    """A serial number that comes in and is in stock already, in whichever warehouse."""

    code = "SERIAL_IN_STOCK"
    meaning = "The serial number is in stock already: there would be two of it."
    fix = "Correct the serial number, or let the unit that has it leave first."
    item: str
    serial: str
    posting_date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LotsMismatch(Refusal):
    """Batch or serial numbers that do not fit the item or the quantity: `reason` is a key."""

    code = "LOTS_MISMATCH"
    meaning = "The batch or serial numbers do not fit the item or the quantity."
    fix = "Give one batch for a batch item, as many serial numbers as units for a serial item."
    item: str
    quantity: Decimal
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LotExpired(Refusal):
    """Goods that are no longer good, to be sold or used."""

    code = "LOT_EXPIRED"
    meaning = "The batch or serial number has expired by the document's date."
    fix = "Use another, write it off, or let the company's `allowExpiredLots` allow it."
    item: str
    lot: str
    expiry_date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LotOnHold(Refusal):
    """Goods that are quarantined or blocked, to be sold or used."""

    code = "LOT_ON_HOLD"
    meaning = "The batch or serial number is quarantined or blocked."
    fix = "Use another, or release it (`updateLot`)."
    item: str
    lot: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LotDatesDiffer(Refusal):
    """Other dates for a lot than those recorded; `recorded` None: none is."""

    code = "LOT_DATES_DIFFER"
    meaning = "The batch or serial number is recorded with another date."
    fix = "Leave the date out, name another lot, or correct the lot (`updateLot`)."
    item: str
    lot: str
    recorded: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpiryDateRequired(Refusal):
    """A new lot without an expiry date, of an item that requires one."""

    code = "EXPIRY_DATE_REQUIRED"
    meaning = "The item requires an expiry date for each new batch or serial number."
    fix = "Give the line's expiry date."
    item: str
    lot: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedQuantityMismatch(Refusal):
    """Received is not accepted plus rejected."""

    code = "RECEIVED_QTY_MISMATCH"
    meaning = "The received quantity is not the accepted plus the rejected quantity."
    fix = "Correct one of the three quantities, or leave the received quantity out."
    received: Decimal
    accepted: Decimal
    rejected: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningDifferenceAccount(Refusal):
    """Opening stock against a profit and loss account."""

    code = "OPENING_DIFFERENCE_ACCOUNT"
    meaning = "Opening stock cannot be posted against a profit and loss account."
    fix = "Use the temporary opening account or another balance sheet account."
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StockAccountNotAllowed(Refusal):
    """A stock account where another one is needed: what its stock is worth stands on it."""

    code = "STOCK_ACCOUNT_NOT_ALLOWED"
    meaning = "Nothing but stock is posted on a stock account."
    fix = "Name another account: of a charge the one that it was booked on."
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingToRevalue(Refusal):
    """A new cost for stock that is not there."""

    code = "NOTHING_TO_REVALUE"
    meaning = "The warehouse holds nothing of the item on that date whose cost could be set."
    fix = "Revalue on a date when there is stock, or in a warehouse that holds some."
    item: str
    warehouse: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodNeedsLots(Refusal):
    """A change to or from a method that keeps goods apart by batch or serial number."""

    code = "METHOD_NEEDS_LOTS"
    meaning = "Goods kept by batch or serial number and others cannot change into each other."
    fix = "Issue the goods and receive them as a new item that is costed by the other method."
    item: str
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterMethodChange(Refusal):
    """A change of method before one that is recorded."""

    code = "LATER_METHOD_CHANGE"
    meaning = "The item has come under another costing method on that date or later already."
    fix = "Choose a date after the last change, or cancel that first."
    item: str
    changed_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingToDistributeOn(Refusal):
    """Charges to spread over lines that come to nothing."""

    code = "NOTHING_TO_DISTRIBUTE_ON"
    meaning = "The lines add up to zero in what the charges are to be spread by."
    fix = "Spread by another basis, or by hand."
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureMissing(Refusal):
    """Charges to spread by weight or volume over goods of which nobody knows it."""

    code = "MEASURE_MISSING"
    meaning = "Charges are to be spread by what the item's record does not tell."
    fix = "Record the item's weight or volume (0 if it takes none), or leave its line out."
    item: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DistributionMismatch(Refusal):
    """Amounts by hand that do not add up to the charges."""

    code = "DISTRIBUTION_MISMATCH"
    meaning = "The amounts given by hand do not add up to the charges."
    fix = "Correct the amounts so that they add up."
    charges: Decimal
    distributed: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedExceedsSent(Refusal):
    """More received from transit than is on its way."""

    code = "RECEIVED_EXCEEDS_SENT"
    meaning = "More would be received than was sent, less what was received before."
    fix = "Receive no more than what is still on its way; book what is found besides as a receipt."
    in_transit: Decimal
    requested: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnExceedsOriginal(Refusal):
    """More returned than the line had."""

    code = "RETURN_EXCEEDS_ORIGINAL"
    meaning = "More would be returned than the line had, less what was returned before."
    fix = "Return no more than what is left of the line."
    returnable: Decimal
    requested: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptShort(Refusal):
    """Goods to be taken of one receipt, of which not so much is left."""

    code = "RECEIPT_SHORT"
    meaning = "Not so much is left of the goods that the line named brought in."
    fix = "Take the rest of another line, on a line of its own, or name none (`takesFrom`)."
    item: str
    warehouse: str
    left: Decimal
    requested: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptUsed(Refusal):
    """A receipt whose goods were taken by others cannot be undone."""

    code = "RECEIPT_USED"
    meaning = "Goods of the receipt have been issued: it cannot be cancelled."
    fix = "Cancel the documents that took the goods first, or return the goods instead."
    item: str
    warehouse: str
    received: Decimal
    left: Decimal
