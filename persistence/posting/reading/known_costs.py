"""What movements are recorded to cost, kept while a batch goes on.

Each late document of a batch adds entries about the movements after it, by the hundred. Adding all
of them up again for the next one would take the longer the more there are.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from domain.decide import Decision
from domain.money import ZERO
from domain.movements import EntryKind

Costs = Sequence[Decimal | None]
"""Of a movement: what it was given, its base, the difference, the true-up; None: no such entry."""

NO_COSTS: Costs = (None, None, None, None)
_GIVEN, _BASE, _DIFFERENCE, _TRUE_UP = range(4)
_PLACE_OF = {
    EntryKind.ISSUE.value: _BASE,
    EntryKind.ADJUSTMENT.value: _BASE,
    EntryKind.DIFFERENCE.value: _DIFFERENCE,
    EntryKind.ROUNDING.value: _DIFFERENCE,
    EntryKind.NEGATIVE_STOCK.value: _TRUE_UP,
}
"""Where an entry of a kind is added; all others are given."""

MOST_KNOWN = 100_000
"""Movements, some 50 MB: with more it begins anew."""


class KnownCosts(dict[int, list[Decimal | None]]):
    """The costs of movements, by the number that an id is."""

    def unknown(self, movements: Sequence[UUID]) -> Sequence[UUID]:
        """Those that are to be read."""
        if len(self) > MOST_KNOWN:
            self.clear()
        return [one for one in movements if one.int not in self]

    def keep(self, movements: Iterable[UUID], found: Mapping[int, Costs]) -> None:
        """What was read of movements; what was not found has no entries."""
        self.update((one.int, list(found.get(one.int, NO_COSTS))) for one in movements)

    def add(self, decision: Decision) -> None:
        """What has been written now."""
        for cost in decision.costs:
            known = self.get(cost.movement_id.int)
            if known is not None:
                place = _PLACE_OF.get(cost.kind, _GIVEN)
                known[place] = (known[place] or ZERO) + cost.actual
