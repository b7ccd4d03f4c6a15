"""What a document orders of costs, beside moving goods: to be spread, revalued, repriced, moved."""

from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from domain.errors import Refusal
from domain.movements import Contra, CostEntry, Pool


class Spread(NamedTuple):
    """An additional cost (company currency) to spread over goods that come in, by their cost."""

    movements: tuple[UUID, ...]
    account: UUID
    amount: Decimal
    cost_center: UUID | None = None


class RevaluationOrder(NamedTuple):
    """What is left in the pools, or of the receipt line named, comes to a new cost.

    `unit_cost` per unit, or `value` in all.
    """

    pools: tuple[Pool, ...]
    receipt: UUID | None
    unit_cost: Decimal | None
    value: Decimal | None
    contra: UUID | None


class Skipped(NamedTuple):
    """A cost entry that a batch could not post, of the document numbered so, and why not."""

    entry: CostEntry
    number: str
    refusal: Refusal


class Repricing(NamedTuple):
    """A bill says that goods cost something else than they came in at (flow CARRIED).

    `difference` is by how much more `quantity` of the item was billed than it came in at, `billed`
    what it was billed at, in company currency. `contra` has the difference already: what stock
    takes up is taken from there. A credit (`is_credit`) changes only the cost of what is on hand.
    """

    item: UUID
    quantity: Decimal
    difference: Decimal
    billed: Decimal
    contra: Contra | None
    line: UUID | None
    is_credit: bool = False


class Regrouping(NamedTuple):
    """A bin's value comes to stand on another stock account (flow CARRIED)."""

    pool: Pool
    before: UUID
    after: UUID
    line: UUID
