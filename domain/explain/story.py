"""What an explanation knows of a movement: facts up to a sequence, as the books knew them."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from domain.costing.carried.facts import CarriedStory
from domain.costing.fold import PoolFacts
from domain.costing.linked.facts import LinkedStory
from domain.explain.nodes import NodeKind
from domain.money import ONE, ZERO
from domain.movements import GIVEN_KINDS, EntryKind, Movement


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A cost entry as it is in the books; amounts in company currency.

    `amount` is actual cost, `expected` what is not invoiced yet, of which `interim` was posted.
    `is_for_the_rest` says of a revaluation that it belongs to the goods that were left when it was
    made, not to all that its movement brought in (flow LINKED).
    """

    id: UUID
    movement: UUID
    kind: EntryKind
    amount: Decimal
    seq: int
    document: UUID
    because: UUID
    expected: Decimal = ZERO
    interim: Decimal = ZERO
    invoiced: Decimal = ZERO
    is_for_the_rest: bool = False

    @property
    def is_given(self) -> bool:
        """Whether a document gave it; the others costing derived."""
        return self.kind in GIVEN_KINDS

    @property
    def makes_actual(self) -> bool:
        """Whether it says of goods that came back before their bill that none will come, only."""
        return self.kind is EntryKind.ADJUSTMENT and self.amount == -self.expected

    @property
    def shown_as(self) -> NodeKind:
        """How an explanation calls it: a charge that came later is a landed cost."""
        if self.kind is EntryKind.CHARGE and self.because != self.document:
            return NodeKind.LANDED_COST
        return _SHOWN.get(self.kind) or NodeKind(self.kind.value)

    @property
    def expected_as(self) -> NodeKind:
        """How its expected part is called: what costing expects can be opened further."""
        return NodeKind.EXPECTED if self.is_given else NodeKind.EXPECTED_ISSUE


_SHOWN = {EntryKind.PRICE: NodeKind.PRICE_DIFFERENCE, EntryKind.ROUNDING: NodeKind.DIFFERENCE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A movement as it was known at `seq`, with its cost entries up to then, in order.

    `movement` has its sources' costs and what it gives back as of then. `pool` is its pool then, up
    to and with the movement; None where the question does not need it: the flow LINKED has `linked`
    and, for the cents that links leave over, `used_up` instead, the flow CARRIED `carried`.
    `worked_out` is the sequence at which its derived cost was last worked out, where that may wait
    (flow LINKED), else `seq`; `billed` (part, whole) how much of it is actual cost. `mirrors` are
    the entries of the movement that this one voids, `other_legs` those sources that are the same
    document line's: a transfer takes from its other leg, a product from what others consume.
    """

    movement: Movement
    seq: int
    entries: tuple[Recorded, ...]
    worked_out: int
    billed: tuple[Decimal, Decimal] = (ONE, ONE)
    pool: PoolFacts | None = None
    linked: LinkedStory | None = None
    used_up: LinkedStory | None = None
    carried: CarriedStory | None = None
    mirrors: tuple[Recorded, ...] = ()
    other_legs: frozenset[UUID] = frozenset()

    @property
    def cost(self) -> Decimal:
        """The sum of its entries."""
        return sum((one.amount + one.expected for one in self.entries), ZERO)
