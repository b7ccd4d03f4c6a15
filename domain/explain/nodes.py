"""The tree of an explanation: nodes whose amounts are the sums of their children's."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from domain.money import ZERO, quantum, round_to, share


class NodeKind(StrEnum):
    """What a figure, or a part of one, is."""

    JOURNAL_LINE = "JOURNAL_LINE"
    DOCUMENT = "DOCUMENT"
    COST = "COST"
    DIRECT = "DIRECT"
    CHARGE = "CHARGE"
    OVERHEAD = "OVERHEAD"
    LANDED_COST = "LANDED_COST"
    PRICE_DIFFERENCE = "PRICE_DIFFERENCE"
    VARIANCE = "VARIANCE"
    REVALUATION = "REVALUATION"
    ISSUE = "ISSUE"
    ADJUSTMENT = "ADJUSTMENT"
    DIFFERENCE = "DIFFERENCE"
    NEGATIVE_STOCK = "NEGATIVE_STOCK"
    CANCELLATION = "CANCELLATION"
    EXPECTED = "EXPECTED"
    EXPECTED_ISSUE = "EXPECTED_ISSUE"
    INTERIM = "INTERIM"
    LAYER = "LAYER"
    RECEIPT = "RECEIPT"
    AVERAGE = "AVERAGE"
    BALANCE = "BALANCE"
    COUNT = "COUNT"
    PROVISIONAL = "PROVISIONAL"
    COVERED = "COVERED"
    TAKEN = "TAKEN"
    IN_FORCE = "IN_FORCE"
    TRANSFER = "TRANSFER"
    CONSUMPTION = "CONSUMPTION"
    RETURN = "RETURN"
    CHANGE = "CHANGE"
    RECORDED = "RECORDED"
    ROUNDING = "ROUNDING"
    UNEXPLAINED = "UNEXPLAINED"


LINES = frozenset({NodeKind.JOURNAL_LINE})
DERIVED = frozenset(
    {
        NodeKind.ISSUE,
        NodeKind.ADJUSTMENT,
        NodeKind.DIFFERENCE,
        NodeKind.NEGATIVE_STOCK,
        NodeKind.CANCELLATION,
        NodeKind.EXPECTED_ISSUE,
    }
)
"""Cost entries that costing derived, and mirrored ones: their `id` is the entry's."""

COSTS = frozenset({NodeKind.COST, NodeKind.TRANSFER, NodeKind.CONSUMPTION, NodeKind.RETURN})
"""The cost of a whole movement, or of a part of it: the `id` is the movement's."""

CAME_IN = frozenset({NodeKind.LAYER, NodeKind.RECEIPT})
"""Goods that a movement brought in, at what they came in at."""

OPENABLE = LINES | DERIVED | COSTS | CAME_IN | {NodeKind.AVERAGE, NodeKind.BALANCE, NodeKind.CHANGE}
"""Kinds that consist of something; the others are where an explanation ends."""


class Subject(NamedTuple):
    """What a node is about, and all that is needed to explain it further.

    `id` is that of a journal entry (with `line`), a cost entry or a movement, by the kind. `seq` is
    the company's sequence up to which facts count: what the books knew. `amount` is signed as the
    node shows it, in company currency; `quantity` is signed likewise, in the item's unit. `since`
    is, for a change, the sequence up to which the earlier cost had counted.
    """

    kind: NodeKind
    id: UUID
    seq: int
    amount: Decimal
    quantity: Decimal | None = None
    line: int = 0
    since: int = 0


class Part(NamedTuple):
    """A part of a figure, exact: not yet rounded, and not yet scaled to what it is a part of."""

    kind: NodeKind
    id: UUID
    seq: int
    amount: Decimal
    quantity: Decimal | None = None
    since: int = 0


class UnexplainedError(Exception):
    """A fault of the program: a node that is not the sum of its parts."""


@dataclass(frozen=True, slots=True)
class Node:
    """A figure with what it consists of; `children` None: not opened (there may be some)."""

    subject: Subject
    children: tuple["Node", ...] | None = None

    def __post_init__(self) -> None:
        """Refuse to exist unexplained."""
        if not self.children:
            return
        total = sum((child.subject.amount for child in self.children), ZERO)
        if total != self.subject.amount:
            raise UnexplainedError(f"{self.subject}: its parts add up to {total}")


def scaled(
    subject: Subject, parts: Iterable[Part], whole: Decimal, digits: int, *, beyond: bool = False
) -> tuple[Subject, ...]:
    """Parts of a figure of `whole`, as parts of the subject's share of it, in whole cents.

    What rounding leaves over is a part of its own, so that they add up to the subject's amount.
    A subject that is more than the whole is no share of it, and has no parts here, unless it is
    known to be the same goods at the same cost (`beyond`).
    """
    is_all = subject.amount == whole
    is_more = abs(subject.amount) > abs(whole) + quantum(digits)
    if not is_all and (not whole or (is_more and not beyond)):
        return ()
    found: list[Subject] = []
    for part in parts:
        exact, quantity = part.amount, part.quantity
        if not is_all:
            exact = share(exact, subject.amount, whole)
            quantity = share(quantity, subject.amount, whole) if quantity else quantity
        amount = round_to(exact, digits)
        if amount:
            found.append(Subject(part.kind, part.id, part.seq, amount, quantity, since=part.since))
    rest = subject.amount - sum((one.amount for one in found), ZERO)
    if rest:
        found.append(Subject(NodeKind.ROUNDING, subject.id, subject.seq, rest))
    return tuple(found)
