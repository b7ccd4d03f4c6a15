"""What documents take off each other's open items: payments, credit notes, returns, allocations."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from psycopg import AsyncConnection

from persistence.reports.query import Amounts, fetch_amounts


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementRow:
    """What `document_id` takes off the item of `item_id`, debit positive.

    `amount` in the item's currency; `balance` is what that is on the party's account, in company
    currency, at the item's own rate.
    """

    company_id: UUID
    document_id: UUID
    item_id: UUID
    currency: str
    amount: Decimal
    balance: Decimal


# What an exchange revaluation says of an item comes to nothing.
_SETTLEMENTS = """
select entry.company_id, entry.document_id, entry.against_id as item_id, entry.currency,
       sum(entry.currency_amount) as amount, sum(entry.amount) as balance,
       company.currency as company_currency
  from party_entry entry
  join document on document.company_id = entry.company_id and document.id = entry.document_id
  join company on company.id = entry.company_id
 where entry.company_id = %(company)s and entry.against_id <> entry.document_id
   and {which}
 group by entry.company_id, entry.document_id, entry.against_id, entry.currency, document.seq,
          company.currency
having sum(entry.currency_amount) <> 0 or sum(entry.amount) <> 0
 order by document.seq, min(entry.seq), entry.against_id
"""
_BY = _SETTLEMENTS.format(which="entry.document_id = any(%(ids)s)")
# A document that was cancelled, and its cancellation, come to nothing together.
_OF = _SETTLEMENTS.format(
    which="""entry.against_id = any(%(ids)s) and document.cancels_id is null
   and not exists (select from voiding where voiding.company_id = entry.company_id
                                         and voiding.document_id = entry.document_id)"""
)
_AMOUNTS: Amounts = {"amount": "currency", "balance": "company_currency"}


async def settled_by_documents(
    connection: AsyncConnection, company_id: UUID, document_ids: Sequence[UUID]
) -> list[SettlementRow]:
    """What these documents took off other documents' items, cancelled or not."""
    values = {"company": company_id, "ids": list(document_ids)}
    return await fetch_amounts(connection, SettlementRow, _BY, values, _AMOUNTS)


async def settlements_of_items(
    connection: AsyncConnection, company_id: UUID, document_ids: Sequence[UUID]
) -> list[SettlementRow]:
    """What other documents that count took off the items of these, as recorded."""
    values = {"company": company_id, "ids": list(document_ids)}
    return await fetch_amounts(connection, SettlementRow, _OF, values, _AMOUNTS)
