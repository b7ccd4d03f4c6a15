"""Refusals: what a person's request can be refused for, as nouns with data.

A refusal is a value, not an exception: all of a document's refusals come back at once, each with
the path into the input that caused it. `Refused` carries them where a call chain must end. The
texts that people read are made at the edge (api/messages), in their language.
"""

from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import ClassVar

type_registry: "dict[str, type[Refusal]]" = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One reason for refusing a request.

    `path` points into the input: ("lines", "0", "quantity"). `retryable` says whether the very
    same request may succeed later without being changed.
    """

    code: ClassVar[str] = ""
    meaning: ClassVar[str] = ""
    fix: ClassVar[str] = ""
    retryable: ClassVar[bool] = False

    path: tuple[str, ...] = field(default=())

    def __init_subclass__(cls) -> None:
        """List every refusal by its code: the error catalogue is read from here.

        Slotted dataclasses are made twice; the second, final class replaces the first.
        """
        type_registry[cls.code] = cls

    def params(self) -> dict[str, object]:
        """The refusal's own data (without the path), for messages and typed errors."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name != "path"}


class Refused(Exception):  # noqa: N818 - a refusal is an outcome, not an error of the program
    """Ends a call chain with one or more refusals; nothing has been written."""

    def __init__(self, *refusals: Refusal) -> None:
        """Keep the refusals, in the order in which they were found."""
        super().__init__(", ".join(f"{r.code}@{'.'.join(r.path)}" for r in refusals))
        self.refusals = refusals


# -- input ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class InvalidValue(Refusal):
    """A value that can never be right: `reason` is a key such as "must_be_positive"."""

    code = "INVALID_VALUE"
    meaning = "A value is outside what the field can hold."
    fix = "Correct the value at the path."
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Required(Refusal):
    """A field that this document needs is missing."""

    code = "REQUIRED"
    meaning = "A field that is needed here is missing."
    fix = "Give the field at the path."


@dataclass(frozen=True, slots=True, kw_only=True)
class NotFound(Refusal):
    """A reference that names nothing in this company."""

    code = "NOT_FOUND"
    meaning = "What the reference names does not exist in this company."
    fix = "Correct the reference, or create the record first."
    kind: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeTaken(Refusal):
    """A code, SKU or barcode that another record of the company has already."""

    code = "CODE_TAKEN"
    meaning = "Another record of this company has that code."
    fix = "Choose another code, or update the existing record."
    kind: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotencyConflict(Refusal):
    """The id was used before with another body, or for another kind of document."""

    code = "IDEMPOTENCY_CONFLICT"
    meaning = "This id belongs to an earlier request with different content."
    fix = "Use a new id for a new document; repeat the exact same content to get the first result."
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionConflict(Refusal):
    """A master was changed by somebody else since it was read."""

    code = "VERSION_CONFLICT"
    meaning = "The record has changed since you read it."
    fix = "Read it again and repeat the change."
    expected: int
    current: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InUse(Refusal):
    """A master that has postings or is referred to, and therefore cannot be deleted or changed."""

    code = "IN_USE"
    meaning = "The record has postings or is referred to."
    fix = "Deactivate it instead, or remove what refers to it."
    kind: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inactive(Refusal):
    """A deactivated account, warehouse, item, party, cost center or company."""

    code = "INACTIVE"
    meaning = "The record is deactivated."
    fix = "Activate it again, or use another one."
    kind: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IsGroup(Refusal):
    """A group account, warehouse or cost center: groups hold no postings."""

    code = "IS_GROUP"
    meaning = "Groups structure the tree and hold no postings or stock."
    fix = "Use one of the records below the group."
    kind: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvalidParent(Refusal):
    """A parent that is no group, is below the record itself, or has another root."""

    code = "INVALID_PARENT"
    meaning = "The parent is not a group, lies below the record, or is of another kind."
    fix = "Choose a group of the same tree and root."
    kind: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongAccountType(Refusal):
    """An account of a type that cannot be used in this place."""

    code = "WRONG_ACCOUNT_TYPE"
    meaning = "The account's type does not fit its use here."
    fix = "Choose an account of the type named."
    account: str
    expected: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongRole(Refusal):
    """A party without the role (CUSTOMER, SUPPLIER) that the document needs."""

    code = "WRONG_ROLE"
    meaning = "The party does not have the role that this document needs."
    fix = "Add the role to the party, or choose another party."
    party: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAStockItem(Refusal):
    """A service or other non-stock item where stock is moved."""

    code = "NOT_A_STOCK_ITEM"
    meaning = "The item is not kept in stock."
    fix = "Use a stock item here."
    item: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSupported(Refusal):
    """A choice that the API knows by name but that is not built yet."""

    code = "NOT_SUPPORTED"
    meaning = "This choice is not supported yet."
    fix = "Choose one of the supported values."
    feature: str
    value: str
    supported: tuple[str, ...]


# -- accounts and dates -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultAccountMissing(Refusal):
    """A posting needs a company default (role) that is not set."""

    code = "DEFAULT_ACCOUNT_MISSING"
    meaning = "The company has no default account for a role that this posting needs."
    fix = "Set the company's default account for the role."
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WarehouseAccountMissing(Refusal):
    """A warehouse finds a stock account at none of the three levels."""

    code = "WAREHOUSE_ACCOUNT_MISSING"
    meaning = "Neither the warehouse, nor a parent, nor the company has a stock account for it."
    fix = "Give the warehouse or a parent an account, or set the company default stockInHand."
    warehouse: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CostCenterRequired(Refusal):
    """A profit and loss posting without a cost center, where the company requires one."""

    code = "COST_CENTER_REQUIRED"
    meaning = "The company requires a cost center on profit and loss lines."
    fix = "Give a cost center on the line, or set the company's default."
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodClosed(Refusal):
    """A posting date on or before the day through which the books are closed."""

    code = "PERIOD_CLOSED"
    meaning = "The books are closed for that date."
    fix = "Use a later posting date, or have the period opened."
    posting_date: str
    closed_through: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnbalancedEntry(Refusal):
    """Debits and credits of a journal differ."""

    code = "UNBALANCED_ENTRY"
    meaning = "Debits and credits are not equal."
    fix = "Correct the lines so that both sides add up to the same amount."
    debit: Decimal
    credit: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class StockAccountLocked(Refusal):
    """A manual journal on a stock account that agrees with its stock value."""

    code = "STOCK_ACCOUNT_LOCKED"
    meaning = "The stock account agrees with the value of its stock; a journal would part them."
    fix = "Post a stock document instead."
    account: str


# -- stock ------------------------------------------------------------------------------------


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
    """A receipt into stock without cost, for an item with no known cost."""

    code = "VALUATION_RATE_MISSING"
    meaning = "No rate was given and no earlier cost of the item is known."
    fix = "Give a rate, or allow zero valuation on the line."
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
class LotsMismatch(Refusal):
    """Batch or serial numbers that do not fit the item or the quantity."""

    code = "LOTS_MISMATCH"
    meaning = "The batch or serial numbers do not fit the item or the quantity."
    fix = "Give one batch for a batch item, as many serial numbers as units for a serial item."
    item: str
    quantity: Decimal


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
    """A stock account where a charge's own account is needed."""

    code = "STOCK_ACCOUNT_NOT_ALLOWED"
    meaning = "A charge cannot stand on a stock account."
    fix = "Use the account that the charge was booked on."
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingToDistributeOn(Refusal):
    """Charges to spread over lines that come to nothing."""

    code = "NOTHING_TO_DISTRIBUTE_ON"
    meaning = "The lines add up to zero in what the charges are to be spread by."
    fix = "Spread by another basis, or by hand."
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
class ReturnExceedsOriginal(Refusal):
    """More returned than the line had."""

    code = "RETURN_EXCEEDS_ORIGINAL"
    meaning = "More would be returned than the line had, less what was returned before."
    fix = "Return no more than what is left of the line."
    returnable: Decimal
    requested: Decimal


# -- documents --------------------------------------------------------------------------------


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
    """More billed than was received or delivered on a line."""

    code = "OVER_BILLED"
    meaning = "More would be billed than was received or delivered on that line."
    fix = "Bill no more than the open quantity."
    open_quantity: Decimal
    requested: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class OverAllocated(Refusal):
    """More paid on an invoice than is outstanding, or more allocated than was paid."""

    code = "OVER_ALLOCATED"
    meaning = "The allocation is larger than what is open on the invoice or left of the payment."
    fix = "Allocate no more than the open amount."
    open_amount: Decimal
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


# -- migration --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class NegativeBin(Refusal):
    """A balance below zero on the migration date."""

    code = "NEGATIVE_BALANCE"
    meaning = "The stock of an item in a warehouse is below zero."
    fix = "Receive or count the stock before migrating."
    item: str
    warehouse: str
    quantity: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterDocuments(Refusal):
    """Documents dated after the migration date."""

    code = "DOCUMENTS_AFTER_DATE"
    meaning = "Documents are dated after the migration date."
    fix = "Migrate as of the last document's date or later, or cancel the later documents."
    documents: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledNotReceived(Refusal):
    """Goods billed whose receipt is still to come: it would leave a credit that never clears."""

    code = "BILLED_NOT_RECEIVED"
    meaning = "Goods were billed and expensed that have not been received."
    fix = "Receive them first, or accrue them with accrueBilledNotReceived."
    document: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountHasBalance(Refusal):
    """Received-not-billed has a balance before anything was ever accrued on it."""

    code = "ACCOUNT_HAS_BALANCE"
    meaning = "The account has a balance already."
    fix = "Clear it by a journal entry, or accept that it stays beside the accruals."
    account: str
    balance: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class BooksDisagree(Refusal):
    """Journals made by hand do not come to the value of the stock or the open receipts."""

    code = "BOOKS_DISAGREE"
    meaning = "The account does not agree with the stock or the open receipts behind it."
    fix = "Post the difference by a journal entry, or let the migration make the journals."
    account: str
    difference: Decimal


# -- the program itself --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemBusy(Refusal):
    """Bounded retries did not get through: too much contention, or the database is away."""

    code = "TRY_AGAIN"
    meaning = "The request could not be completed just now; nothing was written."
    fix = "Repeat the very same request with the same id."
    retryable = True


@dataclass(frozen=True, slots=True, kw_only=True)
class InternalError(Refusal):
    """A fault of the program; the id finds it in the log."""

    code = "INTERNAL_ERROR"
    meaning = "Something went wrong inside; nothing was written."
    fix = "Report the incident id."
    incident: str


def catalogue() -> list[type[Refusal]]:
    """Every refusal there is, in the order of their codes."""
    return [type_registry[code] for code in sorted(type_registry)]
