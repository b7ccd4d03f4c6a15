"""What is open or held in other currencies than the company's at the end of a day."""

from datetime import date

from psycopg import AsyncConnection

from domain.facts import CompanyFacts
from domain.open_lines import ForeignBalance, ForeignItem

# As reports have open items: what is about a cancellation is about what that cancels.
_FOREIGN_ITEMS = """
with owed as materialized (
    select coalesce(entry.against_id, entry.document_id) as about_id, entry.party_id,
           entry.account_id, entry.currency, sum(entry.currency_amount) as amount,
           sum(entry.amount) as in_company
      from party_entry entry
     where entry.company_id = %(company)s and entry.posting_date <= %(day)s
       and entry.currency <> %(currency)s
     group by 1, entry.party_id, entry.account_id, entry.currency
    having sum(entry.currency_amount) <> 0 or sum(entry.amount) <> 0
), item as materialized (
    select coalesce(about.cancels_id, about.id) as document_id, owed.party_id, owed.account_id,
           owed.currency, sum(owed.amount) as amount, sum(owed.in_company) as in_company
      from owed
     cross join lateral (select * from document found
                          where found.company_id = %(company)s and found.id = owed.about_id
                          limit 1) about
     group by 1, owed.party_id, owed.account_id, owed.currency
    having sum(owed.amount) <> 0 or sum(owed.in_company) <> 0
)
select item.document_id, item.party_id, item.account_id, item.currency, amount, in_company
  from item
 cross join lateral (select * from party found
                      where found.company_id = %(company)s and found.id = item.party_id
                      limit 1) party
 order by party.code, item.account_id, item.currency, item.document_id
"""
_FOREIGN_BALANCES = """
select account.id, kept.amount, kept.in_company
  from account
 cross join lateral (
       select coalesce(sum(line.currency_amount), 0) as amount, sum(line.amount) as in_company
         from journal_line line
        where line.company_id = %(company)s and line.account_id = account.id
          and line.posting_date <= %(day)s
       ) kept
 where account.company_id = %(company)s and account.id = any(%(accounts)s)
   and (kept.amount <> 0 or kept.in_company <> 0)
 order by account.position, account.code
"""


async def foreign_items(
    connection: AsyncConnection, company: CompanyFacts, day: date | None
) -> tuple[ForeignItem, ...]:
    """What is open in other currencies than the company's at the end of a day; of none nothing."""
    if day is None:
        return ()
    values = {"company": company.id, "currency": company.currency, "day": day}
    cursor = await connection.execute(_FOREIGN_ITEMS, values)
    return tuple(ForeignItem(*row) for row in await cursor.fetchall())


async def foreign_balances(
    connection: AsyncConnection, company: CompanyFacts, day: date | None
) -> tuple[ForeignBalance, ...]:
    """What accounts in other currencies have at the end of a day; of none nothing."""
    kept = [one.id for one in company.accounts.values() if one.currency is not None]
    if day is None or not kept:
        return ()
    values = {"company": company.id, "accounts": kept, "day": day}
    cursor = await connection.execute(_FOREIGN_BALANCES, values)
    return tuple(
        ForeignBalance(account, company.accounts[account].currency or "", amount, in_company)
        for account, amount, in_company in await cursor.fetchall()
    )
