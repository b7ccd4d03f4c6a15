"""Where an average that comes of itself ends: found ahead of the way there.

Goods made of others of the same average and period (reworked, filled up, moved there and back) come
in at what that average gives out: each fold of it changes the next. What it changes by shrinks by
the same factor each time, the part of the goods that are so; three averages tell it, and so the
sum of all that is still to come (Aitken's process).
"""

from datetime import date
from decimal import Decimal

from domain.money import ZERO, divide, multiply

FOLDS = 40
"""After how many folds of an average pool in one settling a change of a cent stays where it is."""

MOST_FOLDS = 400
"""How often a pool is folded at all; what would still change then waits for another adjustment."""

_EACH = 4
"""One of so many folds goes ahead, while there is more than a cent to be found."""


class Course:
    """The folds of an average pool in one settling: `folds` so far, `is_ahead` the last of them."""

    def __init__(self, cent: Decimal) -> None:
        """None yet; what is less than a `cent` in all is not looked for."""
        self._cent = cent
        self.folds = 0
        self.is_ahead = False
        self._averages: dict[date, list[Decimal]] = {}

    def begin(self) -> None:
        """Another fold."""
        self.folds += 1
        self.is_ahead = False

    def steered(self, start: date, quantity: Decimal, value: Decimal) -> Decimal:
        """The value that a period gives out: its own, or the one at which it will stay.

        A fold that goes ahead says nothing by itself: the next one has to find the same.
        """
        if quantity <= 0:
            return value
        seen = self._averages.setdefault(start, [])
        seen.append(divide(value, quantity))
        if self.folds % _EACH or self.folds > FOLDS:
            return value
        end = _end_of(seen[-3:])
        if end is None or abs(multiply(end, quantity) - value) < self._cent:
            return value
        self.is_ahead = True
        self._averages[start] = [end]
        return multiply(end, quantity)


def _end_of(averages: list[Decimal]) -> Decimal | None:
    """Where averages go that come nearer to it each time; None where these do not."""
    if len(averages) < 3:
        return None
    first, second, third = averages
    earlier, latest = second - first, third - second
    if not earlier or not ZERO < divide(latest, earlier) < 1:
        return None
    return third + divide(multiply(latest, latest), earlier - latest)
