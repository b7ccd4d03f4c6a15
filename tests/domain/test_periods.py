"""Fiscal years of days."""

from datetime import date, timedelta

import pytest

from domain.periods import fiscal_year_of


@pytest.mark.parametrize(
    ("day", "month", "code", "start", "end"),
    [
        (date(2026, 5, 17), 1, "2026", date(2026, 1, 1), date(2026, 12, 31)),
        (date(2026, 1, 1), 1, "2026", date(2026, 1, 1), date(2026, 12, 31)),
        (date(2026, 3, 31), 4, "2025-26", date(2025, 4, 1), date(2026, 3, 31)),
        (date(2026, 4, 1), 4, "2026-27", date(2026, 4, 1), date(2027, 3, 31)),
        (date(2024, 2, 29), 3, "2023-24", date(2023, 3, 1), date(2024, 2, 29)),
        (date(1999, 12, 1), 12, "1999-00", date(1999, 12, 1), date(2000, 11, 30)),
    ],
)
def test_the_year_of_a_day(day: date, month: int, code: str, start: date, end: date) -> None:
    year = fiscal_year_of(day, month)
    assert (year.code, year.start_date, year.end_date) == (code, start, end)


@pytest.mark.parametrize("month", range(1, 13))
def test_years_follow_each_other_without_gap_or_overlap(month: int) -> None:
    year = fiscal_year_of(date(2025, 6, 15), month)
    following = fiscal_year_of(year.end_date + timedelta(days=1), month)
    assert following.start_date == year.end_date + timedelta(days=1)
    assert year.end_date in year
    assert year.end_date not in following


@pytest.mark.parametrize("month", range(1, 13))
def test_the_first_and_last_days_there_are_have_a_year(month: int) -> None:
    assert date.min in fiscal_year_of(date.min, month)
    assert date.max in fiscal_year_of(date.max, month)
