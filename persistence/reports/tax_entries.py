"""The taxes of a period document by document: the books of bills received and made.

They add up to the tax report: what is cancelled is in neither, what is reversed later in both.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from psycopg import AsyncConnection

from persistence.paging import Ordering, Page, both_ways
from persistence.reports.query import conditions, fetch_page, looked_up
from persistence.reports.scope import Scope
from persistence.reports.tax_report import CHARGED, TaxFilter, statement_of

ORDERING = Ordering(
    name="taxEntries",
    columns=(
        "document.posting_date", "document.seq", "account.code", "coalesce(tax.code, '')",
    ),
    attributes=("posting_date", "document_seq", "account_code", "tax_code"),
    types=(date, int, str, str),
)  # fmt: skip
"""The oldest document first; of one by account and tax."""

ORDERS = both_ways(
    ORDERING.name,
    POSTING_DATE=ORDERING,
    PARTY=ORDERING.led_by("coalesce(party.code, '')", "party_code", str),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxEntryFilter(TaxFilter):
    """Also of which tax, and which way."""

    tax_id: UUID | None = None
    direction: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxEntryRow:
    """What a document charges of a tax on an account, in company currency, as a bill is positive.

    `tax_id` None: charged without a tax, at `rate` percent (None: as an amount).
    """

    company_id: UUID
    document_id: UUID
    document_seq: int
    posting_date: date
    party_id: UUID | None
    party_code: str | None
    tax_id: UUID | None
    tax_code: str | None
    account_id: UUID
    account_code: str
    direction: str
    rate: Decimal | None
    base_amount: Decimal
    tax_amount: Decimal


_PAGE = f"""{CHARGED}
select document.company_id, document.id as document_id, document.seq as document_seq,
       document.posting_date, party.id as party_id, party.code as party_code,
       tax.id as tax_id, tax.code as tax_code, account.id as account_id,
       account.code as account_code, direction, by_document.rate,
       round(base_amount, %(digits)s) as base_amount,
       round(case direction when 'INPUT' then debit else -debit end, %(digits)s) as tax_amount
  from by_document
       {looked_up("document", "document", "by_document.shown_id")}
       {looked_up("account", "account", "by_document.account_id")}
       {looked_up("tax", "tax", "by_document.tax_id", join="left join")}
       {looked_up("party", "party", "document.party_id", join="left join")}
 where true {{shown}} /*after*/
 order by /*order*/ /*limit*/
"""  # noqa: S608 - constant names


async def tax_entries(
    connection: AsyncConnection, scope: Scope, page: Page, which: TaxEntryFilter
) -> list[TaxEntryRow]:
    """One page of documents with their taxes, as read with `page.fetch`."""
    chosen = {"tax": which.tax_id, "direction": which.direction}
    filters = {"tax": "tax.id = %(tax)s", "direction": "direction = %(direction)s"}
    template = _PAGE.replace("{shown}", conditions(chosen, filters))
    sql, values = statement_of(template, scope, which)
    return await fetch_page(connection, TaxEntryRow, sql, {**values, **chosen}, page)
