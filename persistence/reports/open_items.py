"""Open items: what customers and suppliers owe, or are owed, document by document.

Everything on a party's control account belongs to an item: the invoice, credit note or payment that
opened it, else the document that posted it. So the items of an account add up to its balance.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from psycopg import AsyncConnection

from persistence.paging import Ordering, Page, both_ways
from persistence.reports.query import Amounts, compose, conditions, fetch_amounts
from persistence.reports.scope import Scope

ORDERING = Ordering(
    name="openItems",
    columns=(
        "item.party_code", "item.due_date", "item.document_seq", "item.account_code",
        "item.currency",
    ),
    attributes=("party_code", "due_date", "document_seq", "account_code", "currency"),
    types=(str, date, int, str, str),
)  # fmt: skip
"""By party, what is due first before the rest."""

ORDERS = both_ways(
    ORDERING.name,
    PARTY=ORDERING,
    DUE_DATE=ORDERING.led_by("item.due_date", "due_date", date),
    POSTING_DATE=ORDERING.led_by("item.posting_date", "posting_date", date),
)

_AMOUNTS: Amounts = {
    "amount": "currency",
    "outstanding_amount": "currency",
    "balance": "company_currency",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItemRow:
    """An item that is not settled: `outstanding_amount` in `currency`, debit positive.

    `amount` is what opened it, `balance` what of it stands on the control account, in company
    currency. `age_in_days` counts from the document's posting date, `overdue_days` from the day it
    is due (zero until then), both to the report's day, or today.
    """

    company_id: UUID
    document_id: UUID
    document_seq: int
    posting_date: date
    due_date: date
    party_id: UUID
    party_code: str
    account_id: UUID
    account_code: str
    currency: str
    amount: Decimal
    outstanding_amount: Decimal
    balance: Decimal
    age_in_days: int
    overdue_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItemFilter:
    """Which items; null = any. `overdue`: only those whose day has passed."""

    party_id: UUID | None = None
    account_id: UUID | None = None
    overdue: bool | None = None


# What a cancellation takes back belongs to the document that it cancels.
_PAGE = """
with item as (
    select document.company_id, document.id as document_id, document.seq as document_seq,
           document.posting_date,
           coalesce((document.content ->> 'due_date')::date, document.posting_date) as due_date,
           party.id as party_id, party.code as party_code, account.id as account_id,
           account.code as account_code, entry.currency,
           sum(entry.currency_amount) filter (where entry.document_id = document.id) as amount,
           sum(entry.currency_amount) as outstanding_amount, sum(entry.amount) as balance
      from party_entry entry
      join document posted
        on posted.company_id = entry.company_id and posted.id = entry.document_id
      join document
        on document.company_id = entry.company_id
       and document.id = coalesce(entry.against_id, posted.cancels_id, posted.id)
      join party on party.company_id = entry.company_id and party.id = entry.party_id
      join account on account.company_id = entry.company_id and account.id = entry.account_id
     where entry.company_id = %(company)s and entry.seq <= %(seq)s /*dated*/ /*filters*/
     group by document.company_id, document.id, party.id, party.code, account.id, account.code,
              entry.currency, document.seq, document.posting_date, document.content
    having sum(entry.currency_amount) <> 0 or sum(entry.amount) <> 0
)
select item.company_id, document_id, document_seq, posting_date, due_date, party_id, party_code,
       account_id, account_code, item.currency, coalesce(amount, 0) as amount, outstanding_amount,
       balance, company.currency as company_currency,
       coalesce(%(as_of)s::date, current_date) - posting_date as age_in_days,
       greatest(coalesce(%(as_of)s::date, current_date) - due_date, 0) as overdue_days
  from item join company on company.id = item.company_id
 where true /*due*/ /*after*/
 order by /*order*/ /*limit*/
"""


async def open_items(
    connection: AsyncConnection, scope: Scope, page: Page, which: OpenItemFilter | None = None
) -> list[OpenItemRow]:
    """One page of open items as of the scope's day, as read with `page.fetch`."""
    which = which or OpenItemFilter()
    values = scope.values(
        party=which.party_id, account=which.account_id, overdue=which.overdue or None
    )
    sql = compose(
        _PAGE,
        dated=conditions(values, {"as_of": "entry.posting_date <= %(as_of)s"}),
        filters=conditions(
            values,
            {"party": "entry.party_id = %(party)s", "account": "entry.account_id = %(account)s"},
        ),
        due=conditions(values, {"overdue": "due_date < coalesce(%(as_of)s::date, current_date)"}),
        after=f" and {page.where}",
        order=page.order_by,
        limit=f"limit {page.fetch}",
    )
    return await fetch_amounts(connection, OpenItemRow, sql, {**values, **page.params}, _AMOUNTS)
