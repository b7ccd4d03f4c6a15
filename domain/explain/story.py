"""What an explanation knows of a movement: facts up to a sequence, as the books knew them."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from domain.costing.fold import PoolFacts
from domain.explain.nodes import NodeKind
from domain.money import ZERO
from domain.movements import GIVEN_KINDS, EntryKind, Movement


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A cost entry as it is in the books; amount in company currency."""

    id: UUID
    movement: UUID
    kind: EntryKind
    amount: Decimal
    seq: int
    document: UUID
    because: UUID

    @property
    def is_given(self) -> bool:
        """Whether a document gave it; the others costing derived."""
        return self.kind in GIVEN_KINDS

    @property
    def shown_as(self) -> NodeKind:
        """How an explanation calls it: a charge that came later is a landed cost."""
        if self.kind is EntryKind.CHARGE and self.because != self.document:
            return NodeKind.LANDED_COST
        return _SHOWN.get(self.kind) or NodeKind(self.kind.value)


_SHOWN = {EntryKind.PRICE: NodeKind.PRICE_DIFFERENCE, EntryKind.ROUNDING: NodeKind.DIFFERENCE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A movement as it was known at `seq`, with its cost entries up to then, in order.

    `movement` has its sources' costs and what it gives back as of then. `pool` is its pool then, up
    to and with the movement; None where the question does not need it. `mirrors` are the entries of
    the movement that this one voids, `other_legs` those sources that are the same document line's:
    a transfer takes from its other leg, a product from what other lines consume.
    """

    movement: Movement
    seq: int
    entries: tuple[Recorded, ...]
    pool: PoolFacts | None = None
    mirrors: tuple[Recorded, ...] = ()
    other_legs: frozenset[UUID] = frozenset()

    @property
    def cost(self) -> Decimal:
        """The sum of its entries."""
        return sum((one.amount for one in self.entries), ZERO)
