"""A movement while its cost is being settled: what is recorded, what is new, what it comes to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.costing.linked.facts import Link, LinkedMovement, Revaluation
from domain.money import ZERO
from domain.movements import UNRECORDED, EntryKind, Given, Movement, Nature

AVERAGE = "AVERAGE_PERIOD"
STANDARD = "STANDARD"
BILLED = frozenset({Nature.PURCHASE, Nature.SALE})
"""The natures of what is invoiced, at once or later."""


@dataclass(slots=True, kw_only=True)
class Node:
    """Mutable, and gone when the settling is over.

    `derived` is the first cost and all adjustments as they should be, `offset` a variance that
    keeps a product at its standard cost. `is_new` says that the movement is being recorded now,
    `touched` that its cost was worked out again, `is_void` that its document is being cancelled.
    `matched` is how much of it came back, or gives back, before it was billed (`returned`).
    """

    facts: LinkedMovement
    is_new: bool = False
    given: list[Given] = field(default_factory=list[Given])
    new_links: list[Link] = field(default_factory=list[Link])
    new_revaluations: list[Revaluation] = field(default_factory=list[Revaluation])
    taken_back: set[UUID] = field(default_factory=set[UUID])
    new_feeds: list[UUID] = field(default_factory=list[UUID])
    derived: Decimal = ZERO
    offset: Decimal = ZERO
    valuation_date: date = date.min
    open: Decimal = ZERO
    matched: Decimal = ZERO
    touched: bool = False
    is_void: bool = False

    @classmethod
    def of(cls, facts: LinkedMovement, *, is_new: bool = False) -> "Node":
        """A node as the books have the movement."""
        return cls(
            facts=facts,
            is_new=is_new,
            derived=facts.derived,
            valuation_date=facts.valuation_date,
            open=facts.open,
            matched=facts.matched,
        )

    @property
    def id(self) -> UUID:
        """The movement's."""
        return self.facts.id

    @property
    def movement(self) -> Movement:
        """The movement."""
        return self.facts.movement

    @property
    def quantity(self) -> Decimal:
        """Signed."""
        return self.facts.movement.quantity

    @property
    def links(self) -> Iterable[Link]:
        """Recorded and new."""
        return (*self.facts.links, *self.new_links)

    @property
    def revaluations(self) -> tuple[Revaluation, ...]:
        """Recorded and new."""
        kept = (one for one in self.facts.revaluations if one.because not in self.taken_back)
        return (*kept, *self.new_revaluations)

    @property
    def new_origins(self) -> Iterable[UUID]:
        """What it takes its cost from by its sources and by new links."""
        yield from (one.movement for one in self.movement.sources)
        yield from (one.increase for one in self.new_links if one.decrease == self.id)

    @property
    def feeds(self) -> tuple[UUID, ...]:
        """What takes its cost from this one."""
        return (*self.facts.feeds, *self.new_feeds)

    @property
    def given_total(self) -> Decimal:
        """All that documents gave it, expected amounts included."""
        new = sum((one.amount + one.expected for one in self.given), ZERO)
        return self.facts.given_actual + self.facts.given_expected + new

    @property
    def cost(self) -> Decimal:
        """What it comes to, without left-over cents."""
        return self.given_total + self.derived + self.offset

    @property
    def invoiced(self) -> Decimal:
        """How much of it is invoiced, without a sign, this document's share included.

        What is neither bought nor sold is never billed: it counts as invoiced when posted.
        """
        if self.movement.nature not in BILLED:
            return abs(self.quantity)
        return self.billed + self.matched

    @property
    def billed(self) -> Decimal:
        """How much of it bills and credits have invoiced: all but what is matched."""
        recorded = self.facts.invoiced - self.facts.matched
        return recorded + sum((one.invoiced for one in self.given), ZERO)

    @property
    def is_used_up(self) -> bool:
        """An increase of which nothing is left, with its bill in: its cents can be settled."""
        return self.quantity > 0 and self.open == 0 and self.invoiced >= self.quantity

    @property
    def is_fixed(self) -> bool:
        """A decrease that names the receipt that it is linked to, and costs what that does."""
        return self.quantity < 0 and any(one.is_fixed for one in self.links)

    @property
    def has_changed(self) -> bool:
        """Whether the document makes, costs, links or voids it, or gives it anything."""
        is_matched_anew = self.matched != self.facts.matched
        return bool(self.touched or self.given or self.new_links or self.is_void or is_matched_anew)

    @property
    def is_average(self) -> bool:
        """Whether the item is costed by the average of a period."""
        return self.facts.method == AVERAGE

    def give(self, given: Given, posting_date: date, because: UUID) -> None:
        """A document gives it further cost."""
        self.given.append(given)
        if given.kind is EntryKind.REVALUATION and given.covered:
            amount = given.amount + given.expected
            self.new_revaluations.append(
                Revaluation(amount, posting_date, UNRECORDED, given.covered, because)
            )

    def is_gone(self, revaluation: Revaluation) -> bool:
        """Whether a recorded one goes with this document: it, or its receipt, is cancelled."""
        return self.is_void or revaluation.because in self.taken_back

    def take_back(self, given: Given, cancelled: UUID) -> None:
        """A cancelled document's cost, with the sign turned; its revaluation never was."""
        self.given.append(given)
        if given.kind is EntryKind.REVALUATION:
            self.taken_back.add(cancelled)
