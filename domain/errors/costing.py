"""What can be wrong with costs: flows and methods that do not fit, days closed to stock."""

from dataclasses import dataclass

from domain.errors.refusal import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class NotLinked(Refusal):
    """A company whose costs do not travel along links has none to adjust."""

    code = "NOT_LINKED"
    meaning = "The company's costs are decided again with each late document: nothing waits."
    fix = "There is nothing to do."


@dataclass(frozen=True, slots=True, kw_only=True)
class NotPostedByBatch(Refusal):
    """A scheme that posts stock with each document, or not at all, leaves nothing to a batch."""

    code = "NOT_POSTED_BY_BATCH"
    meaning = (
        "Each document posts its own stock, or none is posted at all: nothing waits for a batch."
    )
    fix = "There is nothing to do."


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAtStandardCost(Refusal):
    """Only items at standard cost have one to be changed."""

    code = "NOT_AT_STANDARD_COST"
    meaning = "The item is not costed at standard cost."
    fix = "Revalue its stock instead."
    item: str
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingDateNotAllowed(Refusal):
    """A posting date before the first day that may be posted on."""

    code = "POSTING_DATE_NOT_ALLOWED"
    meaning = "The date lies before the first day that may be posted on."
    fix = "Use a later posting date, or have the first day set to an earlier one."
    posting_date: str
    allowed_from: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryPeriodClosed(Refusal):
    """Stock may not be moved or valued in an inventory period that is closed."""

    code = "INVENTORY_PERIOD_CLOSED"
    meaning = "The inventory period is closed: stock may not be moved or valued in it."
    fix = "Use a later posting date, or have the inventory period reopened."
    posting_date: str
    closed_through: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NegativeInventoryInPeriod(Refusal):
    """An inventory period cannot close while goods have left that no receipt covers."""

    code = "NEGATIVE_INVENTORY_IN_PERIOD"
    meaning = "Goods have left in the period that no receipt covers yet."
    fix = "Receive the goods, or count them, in the period first."
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CostsNotAdjusted(Refusal):
    """An inventory period cannot close while costs in it wait to be adjusted."""

    code = "COSTS_NOT_ADJUSTED"
    meaning = "Costs of the period wait to be adjusted."
    fix = "Adjust costs first."
    items: tuple[str, ...]
