"""Fiscal years of days."""

from datetime import date, datetime, timedelta

import pytest

from domain.periods import fiscal_year_of, latest_day, takes_postings


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


@pytest.mark.parametrize(
    ("day", "month", "open_years", "takes"),
    [
        (date(2999, 1, 1), 1, [], True),
        (date(2026, 5, 1), 1, ["2026"], True),
        (date(2016, 1, 1), 1, ["2026", "2030"], True),
        (date(2015, 12, 31), 1, ["2026", "2030"], False),
        (date(2015, 1, 1), 1, ["2000", "2030"], True),
        (date(1970, 1, 1), 4, ["2026-27"], False),
        (date(2036, 12, 31), 1, ["2025", "2026"], True),
        (date(2037, 1, 1), 1, ["2025", "2026"], False),
        (date(2037, 3, 31), 4, ["2026-27"], True),
        (date(2037, 4, 1), 4, ["2026-27"], False),
        (date(2037, 4, 1), 4, ["2026-27", "2037-38"], True),
        (date.max, 12, ["2026-27"], False),
    ],
)
def test_a_year_opens_itself_unless_it_lies_far_off(
    day: date, month: int, open_years: list[str], takes: bool
) -> None:
    assert takes_postings(fiscal_year_of(day, month), open_years) is takes


@pytest.mark.parametrize(
    ("now", "days", "latest"),
    [
        ("2026-11-29T00:00", 0, date(2026, 11, 29)),
        ("2026-11-29T09:59", 0, date(2026, 11, 29)),
        ("2026-11-29T10:00", 0, date(2026, 11, 30)),  # it is tomorrow on Kiritimati
        ("2026-11-29T00:00", 366, date(2027, 11, 30)),
    ],
)
def test_today_is_where_it_is_latest(now: str, days: int, latest: date) -> None:
    assert latest_day(datetime.fromisoformat(now), days) == latest
