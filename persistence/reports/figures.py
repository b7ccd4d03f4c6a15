"""What reports add up: the ledger, or its sums of months and days and what is not in them yet.

Both ways give the same figures at every moment, whatever is posted or folded meanwhile. The sums
know the ledger up to a recording, `ledger_fold.seq`; the report wants it up to another, its own.
The lines recorded between the two are read from the ledger: added when the sums are behind, taken
off again when they are ahead. The statement reads sums, fold and lines in one snapshot.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from persistence.reports.query import compose, conditions
from persistence.reports.scope import Scope
from persistence.reports.trees import BELOW_COST_CENTER

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
select account_id, debit, credit, month >= %(from_date)s as in_period
  from ledger_month
 where company_id = %(company)s and month <= %(as_of)s and month <> all(%(broken)s::date[])
       /*cost_center*/ /*entered_month*/
/*days*/
union all
select account_id, sign * greatest(amount, 0), sign * greatest(-amount, 0),
       posting_date >= %(from_date)s
  from (select least(seq, %(seq)s) as above, greatest(seq, %(seq)s) as upto,
               case when seq < %(seq)s then 1 else -1 end as sign
          from (select coalesce(max(seq), 0) as seq
                  from ledger_fold where company_id = %(company)s) folded) fold
 cross join lateral (
       select seq, document_id from change
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

_DAYS = """
union all
select account_id, debit, credit, day >= %(from_date)s
  from ledger_day
 where company_id = %(company)s and day >= %(first_{n})s and day <= %(last_{n})s
       /*cost_center*/ /*entered_day*/
"""


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
    broken = _broken_months(from_date, as_of)
    values = scope.values(from_date=from_date, cost_center=cost_center_id, broken=list(broken)) | {
        "as_of": as_of
    }
    for n, (first, last) in enumerate(broken.items()):
        values |= {f"first_{n}": first, f"last_{n}": last}
    has_sums = scope.folded > 0 and abs(scope.seq - scope.folded) <= MOST_BETWEEN
    entered = "" if opening else "and {} >= %(from_date)s"
    sql = compose(
        _FROM_SUMS if has_sums else _FROM_LEDGER,
        days="".join(_DAYS.format(n=n) for n in range(len(broken))),
        cost_center=conditions(values, {"cost_center": f"cost_center_id in {BELOW_COST_CENTER}"}),
        entered=entered.format("posting_date"),
        entered_month=entered.format("month"),
        entered_day=entered.format("day"),
    )
    return Figures(sql, values)


def _broken_months(from_date: date, as_of: date) -> dict[date, date]:
    """The months that are read by their days, up to which day: where period or report break one."""
    broken: dict[date, date] = {}
    if from_date.day > 1:
        broken[from_date.replace(day=1)] = min(_end_of_month(from_date), as_of)
    if as_of < _end_of_month(as_of):
        broken[as_of.replace(day=1)] = as_of
    return broken


def _end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])
