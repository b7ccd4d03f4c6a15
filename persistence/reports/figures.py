"""What reports add up: the ledger, or its sums of years to days and what is not in them yet.

Both ways give the same figures at every moment, whatever is posted or folded meanwhile. The sums
know the ledger up to a recording, `ledger_fold.seq`; the report wants it up to another, its own.
The lines recorded between the two are read from the ledger: added when the sums are behind, taken
off again when they are ahead. The statement reads sums, fold and lines in one snapshot.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from persistence.reports.query import compose, conditions
from persistence.reports.scope import Scope
from persistence.reports.trees import BELOW_COST_CENTER

_DAY = timedelta(days=1)
MOST_BETWEEN = 20_000
"""Recordings between sums and report up to which the sums are the shorter way."""


@dataclass(frozen=True, slots=True)
class Figures:
    """SQL of rows (account_id, debit, credit, in_period), and its parameters.

    `in_period` says whether a row counts on or after the first day. Rows are not one for each
    account, and a debit or credit may be negative: only their sums mean something.
    """

    sql: str
    values: dict[str, Any]


_FROM_LEDGER = """
select account_id, greatest(amount, 0) as debit, greatest(-amount, 0) as credit,
       posting_date >= %(from_date)s as in_period
  from journal_line
 where company_id = %(company)s and seq <= %(seq)s and posting_date <= %(as_of)s
       /*cost_center*/ /*entered*/
"""

# The lines between are looked up document by document, the fenced way: a planner that cannot know
# how few they are would read the whole ledger.
_FROM_SUMS = """
select account_id, debit, credit, year >= %(from_month)s as in_period
  from ledger_year
 where company_id = %(company)s and year <= %(as_of)s and year <> all(%(broken)s::date[])
       /*cost_center*/ /*entered_year*/
/*months*/
/*days*/
union all
select account_id, sign * greatest(amount, 0), sign * greatest(-amount, 0),
       posting_date >= %(from_date)s
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
"""

_MONTHS = """
union all
select account_id, debit, credit, month >= %(from_month)s
  from ledger_month
 where company_id = %(company)s and month >= %(year_{n})s and month <= %(upto_{n})s
       and month <> all(%(left_out)s::date[])
       /*cost_center*/ /*entered_month*/
"""
_DAYS = """
union all
select account_id, {sign}debit, {sign}credit, {in_period}
  from ledger_day
 where company_id = %(company)s and day >= %(first_{n})s and day <= %(last_{n})s
       /*cost_center*/
"""


@dataclass(frozen=True, slots=True)
class _Days:
    """Days of a month that are added, or taken off again where all of the month was added."""

    first: date
    last: date
    in_period: bool
    taken_off: bool = False

    def sql(self, n: int) -> str:
        """The rows, `first_n` and `last_n` being the parameters."""
        sign = "-" if self.taken_off else ""
        return _DAYS.format(n=n, sign=sign, in_period=str(self.in_period).lower())


@dataclass(frozen=True, slots=True)
class _Months:
    """How the sums cover a period: months from `from_month` are in it, some are left out."""

    from_month: date
    left_out: tuple[date, ...]
    days: tuple[_Days, ...]


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
    months = _months(from_date, as_of)
    broken = _broken_years(months.from_month, as_of)
    days = [one for one in months.days if opening or one.in_period]
    values = scope.values(
        from_date=from_date,
        cost_center=cost_center_id,
        from_month=months.from_month,
        left_out=list(months.left_out),
        broken=broken,
    ) | {"as_of": as_of}
    for n, year in enumerate(broken):
        values |= {f"year_{n}": year, f"upto_{n}": min(as_of, year.replace(month=12))}
    for n, one in enumerate(days):
        values |= {f"first_{n}": one.first, f"last_{n}": one.last}
    has_sums = scope.folded > 0 and abs(scope.seq - scope.folded) <= MOST_BETWEEN
    sql = compose(
        _FROM_SUMS if has_sums else _FROM_LEDGER,
        months="".join(_MONTHS.format(n=n) for n in range(len(broken))),
        days="".join(one.sql(n) for n, one in enumerate(days)),
        cost_center=conditions(values, {"cost_center": f"cost_center_id in {BELOW_COST_CENTER}"}),
        entered="" if opening else "and posting_date >= %(from_date)s",
        entered_year="" if opening else "and year >= %(from_month)s",
        entered_month="" if opening else "and month >= %(from_month)s",
    )
    return Figures(sql, values)


def _broken_years(from_month: date, as_of: date) -> list[date]:
    """The first days of the years within which a period begins or ends: these are read by month."""
    begun, ended = from_month.replace(month=1, day=1), as_of.replace(month=1, day=1)
    is_begun, is_ended = from_month > begun, as_of < as_of.replace(month=12, day=31)
    return sorted({year for year, is_broken in ((begun, is_begun), (ended, is_ended)) if is_broken})


def _months(from_date: date, as_of: date) -> _Months:
    """A month that the period begins or ends within is read by the fewer of its days."""
    begun, ended = from_date.replace(day=1), as_of.replace(day=1)
    is_begun, is_ended = from_date > begun and begun <= ended, as_of < _end_of_month(as_of)
    if is_begun and begun == ended:
        upto = min(from_date - _DAY, as_of)
        days = (_Days(begun, upto, in_period=False), _Days(from_date, as_of, in_period=True))
        return _Months(from_date, (begun,), days)
    first = _beginning(from_date) if is_begun else _Months(from_date, (), ())
    last = _ending(as_of, in_period=from_date <= as_of) if is_ended else _Months(from_date, (), ())
    return _Months(first.from_month, first.left_out + last.left_out, first.days + last.days)


def _beginning(from_date: date) -> _Months:
    """The month in which a period begins: as one within it, or as one before it."""
    month, end = from_date.replace(day=1), _end_of_month(from_date)
    if from_date.day - 1 <= (end - from_date).days:
        before = (month, from_date - _DAY)
        days = (_Days(*before, in_period=False), _Days(*before, in_period=True, taken_off=True))
        return _Months(month, (), days)
    after = (from_date, end)
    days = (_Days(*after, in_period=True), _Days(*after, in_period=False, taken_off=True))
    return _Months(from_date, (), days)


def _ending(as_of: date, *, in_period: bool) -> _Months:
    """The month in which a report ends: its days, or all of it without those that follow."""
    month, end = as_of.replace(day=1), _end_of_month(as_of)
    if as_of.day <= (end - as_of).days:
        return _Months(as_of, (month,), (_Days(month, as_of, in_period),))
    return _Months(as_of, (), (_Days(as_of + _DAY, end, in_period, taken_off=True),))


def _end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])
