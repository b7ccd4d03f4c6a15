"""Ageing: how long what is owed has been owed, and goods have been there, in intervals of days."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from domain.errors import InvalidValue, Refused

USUAL_BOUNDARIES = (30, 60, 90)
"""0-30, 31-60, 61-90 and over 90 days."""
MOST_BOUNDARIES = 12


@dataclass(frozen=True, slots=True)
class Interval:
    """From a number of days to another, both of them in it; None = without end.

    Days before the first are below zero: it is not due yet.
    """

    first_day: int | None
    last_day: int | None


def intervals_of(boundaries: Sequence[int]) -> tuple[Interval, ...]:
    """What is not due yet, and the intervals that end with each boundary, and what is older.

    Raises:
        Refused: INVALID_VALUE, boundaries that do not grow, are below zero or too many.
    """
    path = ("boundaries",)
    if len(boundaries) > MOST_BOUNDARIES:
        raise Refused(InvalidValue(path=path, reason="too_long"))
    if any(not 0 <= one <= 36_500 for one in boundaries):
        raise Refused(InvalidValue(path=path, reason="out_of_range", least=0, most=36_500))
    if any(later <= earlier for earlier, later in pairwise(boundaries)):
        raise Refused(InvalidValue(path=path, reason="must_grow"))
    begins = (0, *(one + 1 for one in boundaries))
    aged = (Interval(first, last) for first, last in zip(begins, (*boundaries, None), strict=True))
    return (Interval(None, -1), *aged)


def aged_intervals_of(boundaries: Sequence[int]) -> tuple[Interval, ...]:
    """The same of what cannot be due: nothing there is younger than a day of none.

    Raises:
        Refused: as `intervals_of`.
    """
    return intervals_of(boundaries)[1:]
