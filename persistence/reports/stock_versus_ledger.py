"""Stock against the ledger: per stock account, what the stock is worth and what the books say."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from psycopg import AsyncConnection

from persistence.reports.posted_stock import POSTED_STOCK
from persistence.reports.query import compose, conditions, fetch_all
from persistence.reports.scope import Scope
from persistence.reports.trees import STOCK_ACCOUNTS


@dataclass(frozen=True, slots=True, kw_only=True)
class StockVersusLedgerRow:
    """A stock account, in company currency: `difference` = stock value less ledger balance.

    Cost that was posted counts for the account it was posted to; cost that was not (a company
    under PERIODIC) for the account that its warehouse resolves to now. Cost that waits for a batch
    (CONTINENTAL) counts for no account yet. Expected cost counts for its interim account.
    """

    company_id: UUID
    account_id: UUID
    account_code: str
    stock_value: Decimal
    ledger_balance: Decimal
    difference: Decimal


_STOCK_VERSUS_LEDGER = """
with resolved as (/*accounts*/), posted as (/*posted*/), stock as (
    select account_id, sum(value) as value from posted
     where seq <= %(seq)s /*dated*/ group by 1
), stock_account as (
    select id as account_id from account
     where company_id = %(company)s and type = 'STOCK' and not is_group
    union select account_id from stock where account_id is not null
    union select account_id from resolved where account_id is not null
), ledger as (
    select account_id, sum(amount) as balance from journal_line
     where company_id = %(company)s and seq <= %(seq)s /*dated*/
       and account_id in (select account_id from stock_account)
     group by account_id
), compared as (
    select account_id, coalesce(value, 0) as value, coalesce(balance, 0) as balance
      from stock_account
      left join stock using (account_id)
      left join ledger using (account_id)
)
select account.company_id, account_id, account.code as account_code,
       round(value, %(digits)s) as stock_value,
       round(balance, %(digits)s) as ledger_balance,
       round(value - balance, %(digits)s) as difference
  from compared
  join account on account.company_id = %(company)s and account.id = compared.account_id
 order by account.position, account.code
"""


async def stock_versus_ledger(
    connection: AsyncConnection, scope: Scope
) -> list[StockVersusLedgerRow]:
    """Every stock account in chart order, those without balance included."""
    values = scope.values()
    dated = conditions(values, {"as_of": "posting_date <= %(as_of)s"})
    sql = compose(_STOCK_VERSUS_LEDGER, accounts=STOCK_ACCOUNTS, posted=POSTED_STOCK, dated=dated)
    return await fetch_all(connection, StockVersusLedgerRow, sql, values)
