"""Intervals of days by which what is owed is aged."""

import pytest

from domain.ageing import MOST_BOUNDARIES, USUAL_BOUNDARIES, Interval, intervals_of
from domain.errors import Refused


@pytest.mark.parametrize(
    ("boundaries", "intervals"),
    [
        (USUAL_BOUNDARIES, [(None, -1), (0, 30), (31, 60), (61, 90), (91, None)]),
        ((0,), [(None, -1), (0, 0), (1, None)]),
        ((), [(None, -1), (0, None)]),
        ((7, 8), [(None, -1), (0, 7), (8, 8), (9, None)]),
    ],
)
def test_intervals_leave_no_day_out(
    boundaries: tuple[int, ...], intervals: list[tuple[int | None, int | None]]
) -> None:
    assert intervals_of(boundaries) == tuple(Interval(*one) for one in intervals)


@pytest.mark.parametrize(
    ("boundaries", "reason"),
    [
        ((30, 30), "must_grow"),
        ((60, 30), "must_grow"),
        ((-1, 30), "out_of_range"),
        ((36_501,), "out_of_range"),
        (tuple(range(MOST_BOUNDARIES + 1)), "too_long"),
    ],
)
def test_boundaries_grow_from_zero(boundaries: tuple[int, ...], reason: str) -> None:
    with pytest.raises(Refused) as refused:
        intervals_of(boundaries)
    assert [vars_of(one) for one in refused.value.refusals] == [(("boundaries",), reason)]


def vars_of(refusal: object) -> tuple[object, object]:
    """Where and why."""
    return getattr(refusal, "path", None), getattr(refusal, "reason", None)
