"""What reports add up: the ledger, or its sums of years to days and what is not in them yet.

Both ways give the same figures at every moment, whatever is posted or folded meanwhile. The sums
know the ledger up to a recording, `ledger_fold.seq`; the report wants it up to another, its own.
The lines recorded between the two are read from the ledger: added when the sums are behind, taken
off again when they are ahead. The statement reads sums, fold and lines in one snapshot.

What counted before a day is made of all years up to the nearest one, and of the months and days
from there: added, or taken off where the day is the earlier. A period is what counted before its
end, less what counted before its beginning; a sum that both are made of is read once.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID

from persistence.reports.query import compose, conditions
from persistence.reports.scope import Scope
from persistence.reports.trees import BELOW_COST_CENTER

_DAY = timedelta(days=1)
MOST_BETWEEN = 20_000
"""Recordings between sums and report up to which the sums are the shorter way."""


@dataclass(frozen=True, slots=True)
class Figures:
    """SQL of rows (account_id, opening, debit, credit), and its parameters.

    `opening` is what counts before the first day, debit less credit; debit and credit count from
    then on. Rows are not one for each account, each of the three may be null, and a debit or credit
    negative: only their sums mean something.
    """

    sql: str
    values: dict[str, Any]


_COLUMNS = """
select account_id, case when posting_date < %(from_date)s then {sign}amount end as opening,
       case when posting_date >= %(from_date)s then {sign}greatest(amount, 0) end as debit,
       case when posting_date >= %(from_date)s then {sign}greatest(-amount, 0) end as credit
"""
_FROM_LEDGER = """
/*columns*/
  from journal_line
 where company_id = %(company)s and seq <= %(seq)s and posting_date <= %(as_of)s
       /*cost_center*/ /*entered*/
"""

# The lines between are looked up document by document, the fenced way: a planner that cannot know
# how few they are would read the whole ledger.
_FROM_SUMS = """
/*columns*/
  from (select least(seq, %(seq)s) as above, greatest(seq, %(seq)s) as upto,
               case when seq < %(seq)s then 1 else -1 end as sign
          from (select coalesce(max(seq), 0) as seq
                  from ledger_fold where company_id = %(company)s) folded) fold
 cross join lateral (
       select seq, id as document_id from document
        where company_id = %(company)s and seq > fold.above and seq <= fold.upto offset 0
       ) recorded
 cross join lateral (
       select line.account_id, line.amount, line.posting_date, line.cost_center_id
         from journal_entry entry
         join journal_line line
           on line.company_id = entry.company_id and line.journal_entry_id = entry.id
        where entry.company_id = %(company)s and entry.because_id = recorded.document_id
          and entry.seq = recorded.seq offset 0
       ) between_them
 where posting_date <= %(as_of)s /*cost_center*/ /*entered*/
/*sums*/
"""

_SUMS = """
union all
select account_id, {opening}, {debit}, {credit}
  from ledger_{period}
 where company_id = %(company)s and {period} >= %({first})s and {period} < %({end})s
       /*cost_center*/
"""
_OPENING = {1: "debit - credit", 0: "null", -1: "credit - debit"}
_DEBIT = {1: "debit", 0: "null", -1: "-debit"}
_CREDIT = {1: "credit", 0: "null", -1: "-credit"}


class _Way(NamedTuple):
    """To a day: all years before `year`; the months from there to `month`; the days to `day`.

    Months and days are added where they go forwards, and taken off where they go back.
    """

    year: date
    month: date
    day: date


_FOR_EVER = _Way(date.max, date.max, date.max)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Consecutive sums: added to opening and turnover (1), taken off (-1), or not in it (0)."""

    period: str
    first: date
    end: date
    opening: int
    turnover: int


def figures_of(
    scope: Scope, from_date: date, cost_center_id: UUID | None, *, opening: bool = True
) -> Figures:
    """The figures of a scope.

    Args:
        scope: what counted by when, known at when.
        from_date: the first day of the period; `date.min` when it has none.
        cost_center_id: only this cost center and those below it.
        opening: also what counts before the period.
    """
    as_of = scope.as_of or date.max
    values = scope.values(from_date=from_date, cost_center=cost_center_id) | {"as_of": as_of}
    has_sums = scope.folded > 0 and abs(scope.seq - scope.folded) <= MOST_BETWEEN
    stretches = _stretches(from_date, as_of, opening=opening) if has_sums else ()
    sums: list[str] = []
    for n, one in enumerate(stretches):
        first, end = f"first_{n}", f"end_{n}"
        values |= {first: one.first, end: one.end}
        columns = {
            "opening": _OPENING[one.opening if opening else 0],
            "debit": _DEBIT[one.turnover],
            "credit": _CREDIT[one.turnover],
        }
        sums.append(_SUMS.format(**columns, period=one.period, first=first, end=end))
    sql = compose(
        _FROM_SUMS if has_sums else _FROM_LEDGER,
        columns=_COLUMNS.format(sign="sign * " if has_sums else ""),
        sums="".join(sums),
        cost_center=conditions(values, {"cost_center": f"cost_center_id in {BELOW_COST_CENTER}"}),
        entered="" if opening else "and posting_date >= %(from_date)s",
    )
    return Figures(sql, values)


def _stretches(from_date: date, as_of: date, *, opening: bool) -> list[_Stretch]:
    """The sums that opening and turnover are made of, or turnover alone."""
    end = _FOR_EVER if as_of == date.max else _way_to(as_of + _DAY)
    begin = min(_way_to(from_date), end)
    found = (
        *_split("year", (date.min, begin.year), (date.min, end.year)),
        *_split("month", (begin.year, begin.month), (end.year, end.month)),
        *_split("day", (begin.month, begin.day), (end.month, end.day)),
    )
    return [one for one in found if opening or one.turnover]


def _way_to(day: date) -> _Way:
    """By the nearest beginnings of a month and of a year; there is none after the last year."""
    month = day.replace(day=1)
    length = monthrange(month.year, month.month)[1]
    if day.day - 1 > length - day.day + 1 and (month.year, month.month) < (MAXYEAR, 12):
        month += timedelta(days=length)
    year = month.replace(month=1)
    if month.month - 1 > 13 - month.month and year.year < MAXYEAR:
        year = year.replace(year=year.year + 1)
    return _Way(year, month, day)


def _split(period: str, before: tuple[date, date], upto: tuple[date, date]) -> Iterator[_Stretch]:
    """The sums on the way to the beginning and to the end of a period, each of them once."""
    for first, end in pairwise(sorted({*before, *upto})):
        in_opening, in_both = _sign(before, first), _sign(upto, first)
        if in_opening or in_both:
            yield _Stretch(period, first, end, in_opening, in_both - in_opening)


def _sign(way: tuple[date, date], at: date) -> int:
    """Whether a sum is passed on a way forwards (1), back (-1), or not at all (0)."""
    return (way[0] <= at < way[1]) - (way[1] <= at < way[0])
