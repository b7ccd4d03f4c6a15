"""Profit and loss, and the balance sheet: balances rolled up the tree of accounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from psycopg import AsyncConnection

from domain.accounts import Root
from domain.money import ZERO, round_to
from persistence.reports.figures import Figures, figures_of
from persistence.reports.query import compose, fetch_all
from persistence.reports.scope import Scope
from persistence.reports.trial_balance import start_of_fiscal_year

RESULT_ROOTS = (Root.INCOME, Root.EXPENSE)
BALANCE_ROOTS = (Root.ASSET, Root.LIABILITY, Root.EQUITY)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRow:
    """An account, or a group with all below it, in company currency; `level` counts from 0.

    `amount` has the statement's sign: income positive and cost negative in profit and loss, the
    natural sign of assets, of liabilities and of equity in the balance sheet. Of it
    `brought_forward` counted before the period, on the account itself.
    """

    company_id: UUID
    account_id: UUID
    root: str
    level: int
    is_group: bool
    amount: Decimal
    brought_forward: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """The report: its rows in chart order, the sum of each root, and the result.

    `result` is that of the period in profit and loss; in the balance sheet that of all time, which
    is part of equity; `brought_forward` of it is that of the fiscal years before (else zero).
    """

    scope: Scope
    from_date: date | None
    rows: list[StatementRow]
    totals: dict[Root, Decimal]
    result: Decimal
    brought_forward: Decimal


_STATEMENT = """
with recursive balance as (
    select account_id, coalesce(sum(opening), 0) as opening,
           coalesce(sum(opening), 0) + coalesce(sum(debit - credit), 0) as amount
      from (/*figures*/) figure group by account_id
), tree(id, root, level) as (
    select id, root, 0 from account where company_id = %(company)s and parent_id is null
    union all
    select child.id, child.root, tree.level + 1
      from tree join account child on child.company_id = %(company)s and child.parent_id = tree.id
), up(account_id, parent_id, amount) as (
    select account.id, account.parent_id, balance.amount
      from balance
      join account on account.company_id = %(company)s and account.id = balance.account_id
    union all
    select above.id, above.parent_id, up.amount
      from up join account above on above.company_id = %(company)s and above.id = up.parent_id
), rolled as (
    select account_id, sum(amount) as amount from up group by account_id
)
select account.company_id, account.id as account_id, account.root, tree.level, account.is_group,
       round(coalesce(rolled.amount, 0) * case when account.root = 'ASSET' then 1 else -1 end,
             %(digits)s) as amount,
       round(coalesce(balance.opening, 0) * case when account.root = 'ASSET' then 1 else -1 end,
             %(digits)s) as brought_forward
  from account
  join tree on tree.id = account.id
  left join balance on balance.account_id = account.id
  left join rolled on rolled.account_id = account.id
 where account.company_id = %(company)s
   and (%(include_zero)s or coalesce(rolled.amount, 0) <> 0)
 order by account.position, account.code
"""


async def profit_and_loss(
    connection: AsyncConnection,
    scope: Scope,
    *,
    from_date: date | None = None,
    cost_center_id: UUID | None = None,
    include_zero: bool = False,
) -> Statement:
    """Income and expense of a period, and the result.

    Args:
        connection: in a transaction that names the company.
        scope: what counted by when, known at when.
        from_date: the first day; null = the start of the fiscal year of `scope.as_of` (of the last
            day posted, when that is null too).
        cost_center_id: only lines of this cost center or one below it.
        include_zero: also accounts without a balance.
    """
    if from_date is None:
        from_date = await start_of_fiscal_year(connection, scope)
    figures = figures_of(scope, from_date or date.min, cost_center_id, opening=False)
    rows = await _rows(connection, figures, include_zero=include_zero)
    return _statement(scope, from_date, rows, RESULT_ROOTS)


async def balance_sheet(
    connection: AsyncConnection, scope: Scope, *, include_zero: bool = False
) -> Statement:
    """Assets, liabilities and equity of a day, with the result so far as part of equity.

    Args:
        connection: in a transaction that names the company.
        scope: what counted by when, known at when.
        include_zero: also accounts without a balance.
    """
    year = await start_of_fiscal_year(connection, scope)
    figures = figures_of(scope, year or date.min, None)
    rows = await _rows(connection, figures, include_zero=include_zero)
    return _statement(scope, None, rows, BALANCE_ROOTS)


async def _rows(
    connection: AsyncConnection, figures: Figures, *, include_zero: bool
) -> list[StatementRow]:
    values = {**figures.values, "include_zero": include_zero}
    sql = compose(_STATEMENT, figures=figures.sql)
    return await fetch_all(connection, StatementRow, sql, values)


def _statement(
    scope: Scope, from_date: date | None, rows: list[StatementRow], roots: Sequence[Root]
) -> Statement:
    totals = {root: _total(rows, root, scope.digits) for root in Root}
    result = round_to(totals[Root.INCOME] + totals[Root.EXPENSE], scope.digits)
    earlier = (row.brought_forward for row in rows if row.root in RESULT_ROOTS)
    if Root.EQUITY in roots:
        totals[Root.EQUITY] = round_to(totals[Root.EQUITY] + result, scope.digits)
    return Statement(
        scope=scope,
        from_date=from_date,
        rows=[row for row in rows if row.root in roots],
        totals={root: totals[root] for root in roots},
        result=result,
        brought_forward=round_to(sum(earlier, ZERO), scope.digits),
    )


def _total(rows: list[StatementRow], root: Root, digits: int) -> Decimal:
    own = (row.amount for row in rows if row.root == root and not row.is_group)
    return round_to(sum(own, ZERO), digits)
