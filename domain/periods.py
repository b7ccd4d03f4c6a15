"""Fiscal years: twelve months from the company's first month, and the code that stands in numbers.

A year opens itself on the first posting in it, unless it lies so far ahead that the date is taken
for a slip of the pen.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

JANUARY = 1
DECEMBER = 12
YEARS_AHEAD = 10
"""How far beyond the last open year a year still opens itself: far enough for books that rested,
and not for 2062 in place of 2026."""


@dataclass(frozen=True, slots=True)
class FiscalYear:
    """A fiscal year: both days belong to it."""

    code: str
    start_date: date
    end_date: date

    def __contains__(self, day: date) -> bool:
        return self.start_date <= day <= self.end_date


@lru_cache(maxsize=1024)
def fiscal_year_of(day: date, start_month: int = JANUARY) -> FiscalYear:
    """The fiscal year that a day falls in.

    Its code is "2026", or "2026-27" when it spans two calendar years.

    Args:
        day: any day; the first and last years that a date can hold may be shorter.
        start_month: 1 to 12, the month in which the company's years begin.
    """
    first = day.year if day.month >= start_month else day.year - 1
    start = date(first, start_month, 1) if first >= date.min.year else date.min
    if first + 1 > date.max.year:
        end = date.max
    else:
        end = date(first + 1, start_month, 1) - timedelta(days=1)
    spans_two = start_month != JANUARY
    code = f"{first:04}-{(first + 1) % 100:02}" if spans_two else f"{first:04}"
    return FiscalYear(code, start, end)


def takes_postings(year: FiscalYear, open_years: Collection[str]) -> bool:
    """Whether a year is open or opens itself, where these years (by code) are open.

    Any year can be a company's first.
    """
    if year.code in open_years or not open_years:
        return True
    return _first_calendar_year(year.code) <= _first_calendar_year(max(open_years)) + YEARS_AHEAD


def _first_calendar_year(code: str) -> int:
    return int(code[:4])
