"""Accounts that are kept in another currency: what they have in it, and what the ledger says."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from psycopg import AsyncConnection

from domain.accounts import KEPT_IN_CURRENCY
from persistence.reports.query import fetch_amounts
from persistence.reports.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyBalanceRow:
    """An account; `balance` is in the currency that it is `kept_in`, `booked` in the company's."""

    company_id: UUID
    account_id: UUID
    kept_in: str
    balance: Decimal
    booked: Decimal


_BALANCES = """
select account.company_id, account.id as account_id, account.currency as kept_in,
       coalesce(kept.balance, 0) as balance, coalesce(kept.booked, 0) as booked,
       %(currency)s::text as currency
  from account
 cross join lateral (
       select sum(line.currency_amount) as balance, sum(line.amount) as booked
         from journal_line line
        where line.company_id = %(company)s and line.account_id = account.id
          and line.seq <= %(seq)s and line.posting_date <= coalesce(%(as_of)s, date 'infinity')
       ) kept
 where account.company_id = %(company)s and not account.is_group
   and account.type = any(%(types)s) and account.currency <> %(currency)s
   and (%(include_zero)s or kept.balance <> 0 or kept.booked <> 0)
 order by account.position, account.code
"""


async def currency_balances(
    connection: AsyncConnection, scope: Scope, *, include_zero: bool = False
) -> list[CurrencyBalanceRow]:
    """All of them, in chart order; also those that have nothing where `include_zero`."""
    values = scope.values(include_zero=include_zero, types=sorted(KEPT_IN_CURRENCY))
    values |= {"currency": scope.currency, "as_of": scope.as_of}
    amounts = {"balance": "kept_in", "booked": "currency"}
    return await fetch_amounts(connection, CurrencyBalanceRow, _BALANCES, values, amounts)
