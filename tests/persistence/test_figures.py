"""Which sums of the ledger make up opening and turnover of a report: each day once, by few."""

from datetime import date, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from persistence.reports.figures import _Stretch, _stretches

DAYS = st.dates(date(2021, 1, 1), date(2024, 12, 31))
FIRST, LAST = date(2019, 1, 1), date(2026, 12, 31)


def _counts(stretches: list[_Stretch], day: date) -> tuple[int, int]:
    """How often a day counts in opening and in turnover."""
    own = {"day": day, "month": day.replace(day=1), "year": day.replace(month=1, day=1)}
    passed = [one for one in stretches if one.first <= own[one.period] < one.end]
    return sum(one.opening for one in passed), sum(one.turnover for one in passed)


@given(DAYS | st.just(date.min), DAYS | st.just(date.max), DAYS)
@example(date(2023, 2, 7), date(2024, 5, 13), date(2023, 2, 3))
@example(date(2024, 1, 1), date(2024, 12, 31), date(2024, 12, 31))
@example(date(2024, 2, 29), date(2024, 2, 29), date(2024, 2, 29))
@example(date.min, date.max, FIRST)
@example(date(2024, 3, 1), date(2023, 3, 1), date(2023, 3, 1))
def test_every_day_counts_where_it_belongs(from_date: date, as_of: date, day: date) -> None:
    found = _stretches(from_date, as_of, opening=True)
    for near in (day, FIRST, LAST, from_date, as_of, _before(from_date), _before(as_of)):
        if not FIRST <= near <= LAST:
            continue
        opening, turnover = near < from_date and near <= as_of, from_date <= near <= as_of
        assert _counts(found, near) == (opening, turnover), near
    turnovers = _stretches(from_date, as_of, opening=False)
    assert [one for one in found if one.turnover] == turnovers


@given(DAYS, DAYS)
def test_at_most_half_of_a_year_and_of_a_month_are_read(one: date, other: date) -> None:
    stretches = _stretches(*sorted((one, other)), opening=True)
    days = sum((s.end - s.first).days for s in stretches if s.period == "day")
    months = sum(_months(s.end) - _months(s.first) for s in stretches if s.period == "month")
    assert days <= 30
    assert months <= 12


def test_the_last_day_there_is_can_be_asked_for() -> None:
    for last in (date.max, date.max - timedelta(days=1), date(9999, 11, 30), date(9999, 7, 1)):
        found = _stretches(date(9999, 1, 1), last, opening=True)
        assert _counts(found, last) == (0, 1)
        assert _counts(found, date(9999, 1, 1)) == (0, 1)
        assert _counts(found, date(9998, 12, 31)) == (1, 0)


def _before(day: date) -> date:
    return max(day, FIRST) - timedelta(days=1)


def _months(day: date) -> int:
    return day.year * 12 + day.month
