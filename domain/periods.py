"""Fiscal years: twelve months from the company's first month, and the code that stands in numbers.

A year opens itself on the first posting in it, unless it lies so far from those that are open that
the date is taken for a slip of the pen, or of a clock.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from domain.errors import InvalidValue, PostingDateAhead, Refused

JANUARY = 1
DECEMBER = 12
YEARS_APART = 10
"""How far before or beyond the open years a year still opens itself: far enough for books that
rested or are brought in, and not for 2062 in place of 2026, nor for a clock that begins in 1970."""

_LATEST_OFFSET = timedelta(hours=14)
"""Where on Earth a day begins first."""

_EARLIEST_OFFSET = timedelta(hours=12)
"""Where on Earth a day ends last."""


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
    first, last = _first_calendar_year(min(open_years)), _first_calendar_year(max(open_years))
    return first - YEARS_APART <= _first_calendar_year(year.code) <= last + YEARS_APART


def nearest_open(year: FiscalYear, open_years: Collection[str]) -> str:
    """Of the open years the first, of a year before all of them, and else the last."""
    return min(open_years) if year.code < min(open_years) else max(open_years)


def latest_day(now: datetime, days_ahead: int) -> date:
    """The last day that a document may be dated on: so many days after today.

    Today is where it is latest on Earth, so that nobody's own day is ahead. `now` is in UTC.
    """
    return (now + _LATEST_OFFSET).date() + timedelta(days=days_ahead)


def refuse_long_ago(path: tuple[str, ...], day: date, now: datetime, days: int) -> None:
    """Nothing is opened more than so many days before today, where that is earliest on Earth.

    Raises:
        Refused: INVALID_VALUE.
    """
    if day < (now - _EARLIEST_OFFSET).date() - timedelta(days=days):
        raise Refused(InvalidValue(path=path, reason="too_long_ago"))


def refuse_ahead(path: tuple[str, ...], day: date, latest: date) -> None:
    """Nothing is dated, closed or opened later than that.

    Raises:
        Refused: POSTING_DATE_AHEAD.
    """
    if day > latest:
        ahead = PostingDateAhead(path=path, posting_date=day.isoformat(), latest=latest.isoformat())
        raise Refused(ahead)


def _first_calendar_year(code: str) -> int:
    return int(code[:4])
