"""The trial balance: opening, turnover and closing of every posting account, in chart order."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from psycopg import AsyncConnection

from domain.money import ZERO, round_to
from domain.periods import fiscal_year_of
from persistence.masters.rows import AccountRow, columns
from persistence.reports.carried_results import CARRIED, carried_before
from persistence.reports.figures import figures_of
from persistence.reports.query import compose
from persistence.reports.scope import Scope
from persistence.round_trip import RoundTrip, Statement


class TrialBalanceRow(NamedTuple):
    """One posting account, in company currency.

    Opening and closing are net and stand on one side; turnover is the sum of the debit lines and
    the sum of the credit lines of the period, reversals included as what they are.
    """

    account: AccountRow
    opening_debit: Decimal
    opening_credit: Decimal
    debit: Decimal
    credit: Decimal
    closing_debit: Decimal
    closing_credit: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialBalanceTotals:
    """The sums of all rows of the filter.

    Each debit equals its credit unless a cost center is filtered, for entries balance as a whole
    and not per cost center.
    """

    opening_debit: Decimal
    opening_credit: Decimal
    debit: Decimal
    credit: Decimal
    closing_debit: Decimal
    closing_credit: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialBalance:
    """The report: `from_date` is the first day of the turnover; `scope` what it covers."""

    scope: Scope
    from_date: date | None
    rows: list[TrialBalanceRow]
    totals: TrialBalanceTotals


_TRIAL_BALANCE = f"""
with balance as (
    select account_id, coalesce(sum(opening), 0) as opening,
           coalesce(sum(debit), 0) as debit, coalesce(sum(credit), 0) as credit
      from (/*figures*/) figure group by account_id
), posting_account as (
    select t.*, coalesce(opening, 0) as opening, coalesce(debit, 0) as debit,
           coalesce(credit, 0) as credit, coalesce(opening + debit - credit, 0) as closing
      from account t left join balance on balance.account_id = t.id
     where t.company_id = %(company)s and not t.is_group
)
select {columns(AccountRow)},
       round(greatest(opening, 0), %(digits)s), round(greatest(-opening, 0), %(digits)s),
       round(debit, %(digits)s), round(credit, %(digits)s),
       round(greatest(closing, 0), %(digits)s), round(greatest(-closing, 0), %(digits)s)
  from posting_account t
 where %(include_zero)s or opening <> 0 or debit <> 0 or credit <> 0
 order by position, code
"""  # noqa: S608 - our names
_OF_ACCOUNT = len(AccountRow._fields)

_LAST_DAY = b"""
select posting_date from journal_entry where company_id = %(company)s and seq <= %(seq)s
 order by posting_date desc limit 1
"""


async def trial_balance(
    connection: AsyncConnection,
    scope: Scope,
    *,
    from_date: date | None = None,
    cost_center_id: UUID | None = None,
    include_zero: bool = False,
    carry_results: bool = False,
) -> TrialBalance:
    """The trial balance of the scope.

    Args:
        connection: in a transaction that names the company.
        scope: what counted by when, known at when.
        from_date: first day of the turnover; null = the start of the fiscal year of `scope.as_of`
            (of the last day posted, when that is null too).
        cost_center_id: only lines of this cost center or one below it.
        include_zero: also accounts without opening and turnover.
        carry_results: income and expense begin the fiscal year of `from_date` at zero, and what
            the years before came to opens the account of retained earnings. Else openings are
            cumulative for all accounts.

    Raises:
        Refused: DEFAULT_ACCOUNT_MISSING, results are to be carried to no known account.
    """
    if from_date is None:
        from_date = await start_of_fiscal_year(connection, scope)
    figures = figures_of(scope, from_date or date.max, cost_center_id)
    values = {**figures.values, "include_zero": include_zero}
    source = figures.sql
    if carry_results and from_date is not None:
        values |= await carried_before(connection, scope, from_date, cost_center_id)
        source = f"{source} union all {CARRIED}"
    sql = compose(_TRIAL_BALANCE, figures=source)
    async with RoundTrip(connection) as trip:
        found = trip.ask(Statement.of(sql), values)
    rows = [
        TrialBalanceRow(AccountRow._make(row[:_OF_ACCOUNT]), *row[_OF_ACCOUNT:])
        for row in found.rows
    ]
    return TrialBalance(
        scope=scope, from_date=from_date, rows=rows, totals=_totals(rows, scope.digits)
    )


async def start_of_fiscal_year(connection: AsyncConnection, scope: Scope) -> date | None:
    """The first day of the fiscal year of a scope's last day, or of the last day posted.

    Null when nothing is posted and no day is given.
    """
    day = scope.as_of
    if day is None:
        cursor = await connection.execute(_LAST_DAY, scope.values())
        (day,) = await cursor.fetchone() or (None,)
    if day is None:
        return None
    return fiscal_year_of(day, scope.fiscal_year_start_month).start_date


def _totals(rows: list[TrialBalanceRow], digits: int) -> TrialBalanceTotals:
    names = TrialBalanceTotals.__dataclass_fields__
    columns = zip(*map(attrgetter(*names), rows), strict=True) if rows else ((),) * len(names)
    sums = (round_to(sum(column, ZERO), digits) for column in columns)
    return TrialBalanceTotals(**dict(zip(names, sums, strict=True)))
