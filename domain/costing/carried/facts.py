"""What the CARRIED flow may know: items with their cost in force, their bins, earlier movements."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from domain.costing.linked.facts import BinTotals
from domain.money import ZERO
from domain.movements import Movement, Pool, UnitCost


class Later(NamedTuple):
    """What moved in a bin after the document's date: in all, and the most that had ever gone in.

    What was there at the end of the date is the bin's quantity less `moved`; at no time since then
    was there less than the bin's quantity less `most`.
    """

    moved: Decimal = ZERO
    most: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class CarriedItem:
    """An item, locked: its cost in force (None: it never had one) and all of its bins."""

    card: UnitCost | None
    bins: Mapping[Pool, BinTotals]


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedFacts:
    """All that is needed to value a document; `movements` are those it gives further cost."""

    items: Mapping[UUID, CarriedItem]
    later: Mapping[Pool, Later] = field(default_factory=dict[Pool, Later])
    movements: Mapping[UUID, Movement] = field(default_factory=dict[UUID, Movement])


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedStory:
    """What a bin and its item's cost in force were around a movement, to explain what it costs.

    `card` is the cost in force that the movement was valued at. `held` and `worth` are the bin's
    before it; `own` (movement, quantity, cost) what its document had moved there before it.
    """

    card: UnitCost | None
    held: Decimal
    worth: Decimal
    own: tuple[tuple[UUID, Decimal, Decimal], ...] = ()
