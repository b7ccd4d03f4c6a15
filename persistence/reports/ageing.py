"""Ageing: what customers owe, or suppliers are owed, by party and by how long it has been so.

Made of the open items, so that it adds up to them, and they to the control accounts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from domain.accounts import AccountType
from domain.ageing import Interval
from domain.money import ZERO, round_to
from persistence.paging import Ordering, Page, both_ways
from persistence.reports.figures import figures_of
from persistence.reports.open_items import ITEMS, OpenItemFilter, statement_of
from persistence.reports.query import Amounts, compose, conditions, fetch_amounts, on_page
from persistence.reports.scope import Scope

ORDERING = Ordering(
    name="ageing",
    columns=("party_code", "account_code", "currency"),
    attributes=("party_code", "account_code", "currency"),
    types=(str, str, str),
)
"""By party."""

ORDERS = both_ways(
    ORDERING.name, PARTY=ORDERING, BALANCE=ORDERING.led_by("balance", "balance", Decimal)
)

_AMOUNTS: Amounts = {
    "outstanding_amount": "currency",
    "outstanding_amounts": "currency",
    "balance": "company_currency",
    "balances": "company_currency",
}


class AgeingBasis(StrEnum):
    """The day from which an item ages."""

    DUE_DATE = "DUE_DATE"
    POSTING_DATE = "POSTING_DATE"


_SIDES = {AccountType.RECEIVABLE: 1, AccountType.PAYABLE: -1}
"""The control accounts of each report, and what makes their usual balance positive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeingFilter:
    """Which items, from when they age, and the intervals (of `domain.ageing`) they fall into."""

    type: AccountType
    basis: AgeingBasis
    intervals: Sequence[Interval]
    party_id: UUID | None = None
    account_id: UUID | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class AgeingBucket:
    """What of it is so many days old: `outstanding_amount` in its currency (None of several)."""

    from_day: int | None
    to_day: int | None
    outstanding_amount: Decimal | None
    balance: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeingCurrency:
    """The items in one currency; positive: it is owed by customers, or to suppliers.

    `outstanding_amount` is in that currency, `balance` in company currency; the lists have a part
    of each for each interval, from the first days that are given on.
    """

    currency: str
    outstanding_amount: Decimal
    balance: Decimal
    first_days: list[int]
    outstanding_amounts: list[Decimal]
    balances: list[Decimal]

    @property
    def buckets(self) -> list[AgeingBucket]:
        """What is not due yet, and then interval by interval."""
        begins = [None, *self.first_days]
        ends = [*(first - 1 for first in self.first_days), None]
        parts = zip(begins, ends, self.outstanding_amounts, self.balances, strict=True)
        return [AgeingBucket(*part) for part in parts]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeingRow(AgeingCurrency):
    """The same of one party on one account."""

    company_id: UUID
    party_id: UUID
    party_code: str
    account_id: UUID
    account_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeingTotals:
    """All items of the filter, in company currency and by the currencies that they are in.

    `account_balance` is what the ledger has on the control accounts, or on the one of the filter;
    None where the filter is of what an account does not know (a party, a currency). `difference` =
    account balance - balance: what was posted there without a party.
    """

    balance: Decimal
    buckets: list[AgeingBucket]
    account_balance: Decimal | None
    difference: Decimal | None
    currencies: list[AgeingCurrency]


# What falls on the first day of no interval before it: 0 is what is not due yet.
_ROWS = f"""{ITEMS}, aged as (
    select item.*, company.currency as company_currency,
           width_bucket(coalesce(%(as_of)s::date, current_date) - item./*aged_from*/,
                        %(first_days)s::int[]) as place
      from item join company on company.id = item.company_id
     where item.account_type = %(type)s /*of_currency*/
), summed as (
    select /*columns*/, currency, company_currency,
           %(sign)s * sum(outstanding_amount) as outstanding_amount,
           %(sign)s * sum(balance) as balance,
           %(first_days)s::int[] as first_days,
           /*outstanding_amounts*/ as outstanding_amounts, /*balances*/ as balances
      from aged group by /*columns*/, currency, company_currency
)
select * from summed where true /*after*/ order by /*order*/ /*limit*/
"""  # noqa: S608 - constant names
_OF_PARTY = "company_id, party_id, party_code, account_id, account_code"

_ACCOUNTS = """
select coalesce(sum(coalesce(opening, 0) + coalesce(debit, 0) - coalesce(credit, 0)), 0)
  from (/*figures*/) figure
 where account_id in (
       select id from account where company_id = %(company)s and type = %(type)s /*account*/)
"""


def page_statement(scope: Scope, page: Page, which: AgeingFilter) -> tuple[str, dict[str, Any]]:
    """The statement of a page of the report, and its parameters."""
    sql, values = _statement(scope, which, on_page(_ROWS, page), _OF_PARTY)
    return sql, {**values, **page.params}


async def ageing(
    connection: AsyncConnection, scope: Scope, page: Page, which: AgeingFilter
) -> list[AgeingRow]:
    """One page of parties as of the scope's day, as read with `page.fetch`."""
    sql, values = page_statement(scope, page, which)
    return await fetch_amounts(connection, AgeingRow, sql, values, _AMOUNTS)


async def ageing_totals(
    connection: AsyncConnection, scope: Scope, which: AgeingFilter
) -> AgeingTotals:
    """The totals of the whole filter, and what the ledger has on the same accounts."""
    template = compose(_ROWS, after="", order="currency", limit="")
    sql, values = _statement(scope, which, template, "company_id")
    found = await fetch_amounts(connection, AgeingCurrency, sql, values, _AMOUNTS)
    buckets = [
        AgeingBucket(one.first_day, one.last_day, None, _sum(scope, (c.balances[n] for c in found)))
        for n, one in enumerate(which.intervals)
    ]
    balance = _sum(scope, (one.balance for one in found))
    of_account: Decimal | None = None
    if which.party_id is None and which.currency is None:
        of_account = await _account_balance(connection, scope, which)
    return AgeingTotals(
        balance=balance,
        buckets=buckets,
        account_balance=of_account,
        difference=None if of_account is None else of_account - balance,
        currencies=found,
    )


def _statement(
    scope: Scope, which: AgeingFilter, template: str, columns: str
) -> tuple[str, dict[str, Any]]:
    items = OpenItemFilter(party_id=which.party_id, account_id=which.account_id)
    sql, values = statement_of(template, scope, items)
    values |= {
        "type": which.type.value,
        "sign": _SIDES[which.type],
        "currency": which.currency,
        "first_days": [one.first_day for one in which.intervals if one.first_day is not None],
    }
    sql = compose(
        sql,
        columns=columns,
        aged_from=which.basis.value.lower(),
        of_currency=conditions(values, {"currency": "item.currency = %(currency)s"}),
        outstanding_amounts=_parts("outstanding_amount", len(which.intervals)),
        balances=_parts("balance", len(which.intervals)),
    )
    return sql, values


def _sum(scope: Scope, amounts: Iterable[Decimal]) -> Decimal:
    return round_to(sum(amounts, ZERO), scope.digits)


def _parts(amount: str, length: int) -> str:
    """SQL of the list of sums of an amount, one for each interval."""
    sums = (
        f"coalesce(%(sign)s * sum({amount}) filter (where place = {place}), 0)"
        for place in range(length)
    )
    return f"array[{', '.join(sums)}]"


async def _account_balance(
    connection: AsyncConnection, scope: Scope, which: AgeingFilter
) -> Decimal:
    figures = figures_of(scope, date.max, None)
    values = {**figures.values, "type": which.type.value, "account": which.account_id}
    only = conditions(values, {"account": "id = %(account)s"})
    sql = compose(_ACCOUNTS, figures=figures.sql, account=only)
    cursor = await connection.execute(sql.encode(), values)
    (balance,) = await cursor.fetchone() or (ZERO,)
    return round_to(_SIDES[which.type] * balance, scope.digits)
