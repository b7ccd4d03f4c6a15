"""What stands in the way of a migration."""

from dataclasses import dataclass
from decimal import Decimal

from domain.errors.refusal import Refusal


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
class OpenShipment(Refusal):
    """Only its closing clears what waits on a shipment, and only BY_LEVEL knows that."""

    code = "OPEN_SHIPMENT"
    meaning = "Bills and charges of a shipment wait in suspense until it is closed."
    fix = (
        "Close the shipment (closeShipment), when all of its goods are billed; or cancel what "
        "was billed of it."
    )
    shipment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedSinceMigration(Refusal):
    """A migration is cancelled only while nothing was posted after it."""

    code = "POSTED_SINCE_MIGRATION"
    meaning = "Something was posted since the migration that is to be cancelled."
    fix = (
        "Migrate back, which takes up what was posted; or, where the flow of costs is the same, "
        "cancel the documents named first."
    )
    documents: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationPastNotKept(Refusal):
    """A migration of an earlier release did not keep what cancelling it would put back."""

    code = "MIGRATION_PAST_NOT_KEPT"
    meaning = "The migration was made by a release that did not keep what was there before."
    fix = "Migrate back."
    document: str


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


@dataclass(frozen=True, slots=True, kw_only=True)
class AlreadyInScheme(Refusal):
    """The company has the scheme that it would be migrated to."""

    code = "ALREADY_IN_SCHEME"
    meaning = "The company keeps its books by that scheme already."
    fix = "Nothing is left to migrate."
    scheme: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryCostNotPosted(Refusal):
    """Stock cost waits for a batch: the ledger would hear of it against the wrong account."""

    code = "INVENTORY_COST_NOT_POSTED"
    meaning = "Stock cost has not been posted to the ledger yet."
    fix = "Post inventory cost first."
    entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LotsNotKept(Refusal):
    """Goods lie here by batch or serial number, and the new scheme keeps one cost per item."""

    code = "LOTS_NOT_KEPT"
    meaning = "The scheme keeps one cost for an item: batches and serial numbers have none."
    fix = "Move the goods to an item without batches and serial numbers first."
    item: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDrafts(Refusal):
    """Drafts wait: one dated on the migration date or before will be refused afterwards."""

    code = "OPEN_DRAFTS"
    meaning = "Documents wait as drafts; on the migration date or before they cannot post any more."
    fix = "Post or discard those that are dated up to the migration date."
    drafts: int
