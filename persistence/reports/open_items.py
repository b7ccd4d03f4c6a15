"""Open items: what customers and suppliers owe, or are owed, document by document.

Everything on a party's control account belongs to an item: the invoice, credit note or payment that
opened it, else the document that posted it. So the items of an account add up to its balance.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from domain.money import ZERO, round_to
from persistence.paging import Ordering, Page, both_ways
from persistence.reports.query import (
    Amounts,
    compose,
    conditions,
    fetch_amounts,
    looked_up,
    on_page,
)
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
    "discount_available": "currency",
}
_TOTAL_AMOUNTS: Amounts = {
    "outstanding_amount": "currency",
    "overdue_amount": "currency",
    "balance": "company_currency",
    "overdue_balance": "company_currency",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItemRow:
    """An item that is not settled: `outstanding_amount` in `currency`, debit positive.

    `amount` is what opened it, `balance` what of it stands on the control account, in company
    currency. `age_in_days` counts from the document's posting date, `overdue_days` from the day it
    is due (zero until then), both to the report's day, or today. `discount_available` is what its
    payment terms grant who pays all of it on that day; None: nothing, or no more.
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
    discount_until: date | None = None
    discount_available: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItemFilter:
    """Which items; null = any. `overdue`: only those whose day has passed."""

    party_id: UUID | None = None
    account_id: UUID | None = None
    overdue: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItemCurrency:
    """The items in one currency: what is outstanding in it, and in company currency."""

    currency: str
    outstanding_amount: Decimal
    overdue_amount: Decimal
    balance: Decimal
    overdue_balance: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItemTotals:
    """All items of the filter, in company currency and by the currencies that they are in."""

    balance: Decimal
    overdue_balance: Decimal
    currencies: list[OpenItemCurrency]


# What a cancellation takes back belongs to the document that it cancels. What is settled, which is
# most of a long history, is left out before anything is looked up. By no index but the document's
# is what opened an item found: a party may have as many entries as there are.
ITEMS = f"""
with owed as materialized (
    select coalesce(entry.against_id, entry.document_id) as about_id, entry.party_id,
           entry.account_id, entry.currency, sum(entry.currency_amount) as outstanding_amount,
           sum(entry.amount) as balance
      from party_entry entry
     where entry.company_id = %(company)s and entry.seq <= %(seq)s /*dated*/ /*filters*/
     group by 1, entry.party_id, entry.account_id, entry.currency
    having sum(entry.currency_amount) <> 0 or sum(entry.amount) <> 0
), open_item as materialized (
    select coalesce(about.cancels_id, about.id) as document_id, owed.party_id, owed.account_id,
           owed.currency, sum(owed.outstanding_amount) as outstanding_amount,
           sum(owed.balance) as balance
      from owed {looked_up("document", "about", "owed.about_id")}
     group by 1, owed.party_id, owed.account_id, owed.currency
    having sum(owed.outstanding_amount) <> 0 or sum(owed.balance) <> 0
), item as (
    select open_item.*, document.company_id, document.seq as document_seq, document.posting_date,
           coalesce((document.content ->> 'due_date')::date, document.posting_date) as due_date,
           (document.content ->> 'discount_until')::date as discount_until,
           (document.content ->> 'discount_percent')::numeric as discount_percent,
           party.code as party_code, account.code as account_code, account.type as account_type
      from open_item
           {looked_up("document", "document", "open_item.document_id")}
           {looked_up("party", "party", "open_item.party_id")}
           {looked_up("account", "account", "open_item.account_id")}
)
"""  # noqa: S608 - constant names
"""What every statement about open items begins with: `item`, each of the filter's as of its day."""

_PAGE = f"""{ITEMS}
select item.company_id, document_id, document_seq, posting_date, due_date, party_id, party_code,
       account_id, account_code, item.currency,
       (select coalesce(sum(entry.currency_amount), 0)
          from party_entry entry
         where entry.company_id = %(company)s and entry.document_id = item.document_id
           and coalesce(entry.against_id, item.document_id) = item.document_id
           and (entry.party_id, entry.account_id, entry.currency)
               is not distinct from (item.party_id, item.account_id, item.currency)
           and entry.seq <= %(seq)s /*dated*/) as amount,
       outstanding_amount, balance, company.currency as company_currency,
       coalesce(%(as_of)s::date, current_date) - posting_date as age_in_days,
       greatest(coalesce(%(as_of)s::date, current_date) - due_date, 0) as overdue_days,
       discount_until, case when discount_until >= coalesce(%(as_of)s::date, current_date)
                            then outstanding_amount * discount_percent / 100
                       end as discount_available
  from item join company on company.id = item.company_id
 where true /*due*/ /*after*/
 order by /*order*/ /*limit*/
"""  # noqa: S608 - constant names


_LATE = "due_date < coalesce(%(as_of)s::date, current_date)"

_TOTALS = f"""{ITEMS}
select item.currency, company.currency as company_currency,
       sum(outstanding_amount) as outstanding_amount, sum(balance) as balance,
       coalesce(sum(outstanding_amount) filter (where {_LATE}), 0) as overdue_amount,
       coalesce(sum(balance) filter (where {_LATE}), 0) as overdue_balance
  from item join company on company.id = item.company_id
 where true /*due*/
 group by item.currency, company.currency order by item.currency
"""  # noqa: S608 - constant names


def statement_of(template: str, scope: Scope, which: OpenItemFilter) -> tuple[str, dict[str, Any]]:
    """A template that begins with `ITEMS`, its filters in their places, and its parameters."""
    values = scope.values(
        party=which.party_id, account=which.account_id, overdue=which.overdue or None
    )
    sql = compose(
        template,
        dated=conditions(values, {"as_of": "entry.posting_date <= %(as_of)s"}),
        filters=conditions(
            values,
            {"party": "entry.party_id = %(party)s", "account": "entry.account_id = %(account)s"},
        ),
        due=conditions(values, {"overdue": _LATE}),
    )
    return sql, values


def page_statement(
    scope: Scope, page: Page, which: OpenItemFilter
) -> tuple[str, dict[str, object]]:
    """The statement of a page of open items, and its parameters."""
    sql, values = statement_of(on_page(_PAGE, page), scope, which)
    return sql, {**values, **page.params}


async def open_items(
    connection: AsyncConnection, scope: Scope, page: Page, which: OpenItemFilter | None = None
) -> list[OpenItemRow]:
    """One page of open items as of the scope's day, as read with `page.fetch`."""
    sql, values = page_statement(scope, page, which or OpenItemFilter())
    return await fetch_amounts(connection, OpenItemRow, sql, values, _AMOUNTS)


async def open_item_totals(
    connection: AsyncConnection, scope: Scope, which: OpenItemFilter | None = None
) -> OpenItemTotals:
    """The totals of the whole filter, whatever page is shown."""
    sql, values = statement_of(_TOTALS, scope, which or OpenItemFilter())
    found = await fetch_amounts(connection, OpenItemCurrency, sql, values, _TOTAL_AMOUNTS)
    return OpenItemTotals(
        balance=round_to(sum((one.balance for one in found), ZERO), scope.digits),
        overdue_balance=round_to(sum((one.overdue_balance for one in found), ZERO), scope.digits),
        currencies=found,
    )
