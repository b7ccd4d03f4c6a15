"""Goods received and not billed yet, per receipt line, and how they tie to their account.

The sub-ledger is `billing_entry`: what was received, billed and returned on each receipt line, at
the receipt's price. Its account also hears of other things; each is a named residue, so that
account balance = pending amount + residues, always.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from psycopg import AsyncConnection

from domain.accounts import Role
from persistence.paging import Ordering, Page
from persistence.reports.query import compose, conditions, fetch_all, fetch_one, fetch_page
from persistence.reports.scope import Scope

ORDERING = Ordering(
    name="receivedNotBilled",
    columns=("receipt.posting_date", "receipt.seq", "line.line_no"),
    attributes=("receipt_date", "receipt_seq", "line"),
    types=(date, int, int),
)
"""The oldest receipt first, then by line."""


class ResidueKind(StrEnum):
    """Why the account and the pending receipts differ."""

    BILLED_NOT_RECEIVED = "BILLED_NOT_RECEIVED"
    KEPT_DIFFERENCE = "KEPT_DIFFERENCE"
    MANUAL_JOURNAL = "MANUAL_JOURNAL"
    NOT_POSTED = "NOT_POSTED"
    UNEXPLAINED = "UNEXPLAINED"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedNotBilledRow:
    """One receipt line: quantities in the item's unit, amounts in company currency.

    Pending = received - billed - returned. `line` counts from 1; `age_in_days` from the receipt's
    posting date to the report's day (today, when it has none).
    """

    company_id: UUID
    line_id: UUID
    line: int
    receipt_id: UUID
    receipt_number: str
    receipt_date: date
    receipt_seq: int
    supplier_id: UUID | None
    supplier_code: str | None
    item_id: UUID | None
    item_sku: str | None
    received_quantity: Decimal
    billed_quantity: Decimal
    returned_quantity: Decimal
    pending_quantity: Decimal
    received_amount: Decimal
    billed_amount: Decimal
    returned_amount: Decimal
    pending_amount: Decimal
    age_in_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedNotBilledTotals:
    """All suppliers and items (an account balance knows no filter), in company currency.

    `account_balance` is that of the accrual account, or accounts, credit positive;
    `difference` = account balance - pending amount = the sum of the residues.
    """

    pending_amount: Decimal
    account_balance: Decimal
    difference: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidueRow:
    """An amount on the account that is no pending receipt, credit positive, and its document."""

    company_id: UUID
    kind: str
    amount: Decimal
    document_id: UUID
    document_kind: str
    document_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedNotBilledFilter:
    """Which receipt lines; null = any. `include_cleared`: also those with nothing pending."""

    supplier_id: UUID | None = None
    item_id: UUID | None = None
    receipt_id: UUID | None = None
    include_cleared: bool = False


# Signed so that what is added up stands on the account: goods received are a credit. A line that
# was neither received nor delivered is an invoice's own, and only a purchase's belongs here; what
# an invoice received itself never waited for its bill, and does not.
_EVENTS = """
    select event.line_id, event.document_id, event.account_id, state.is_received,
           case when event.kind = 'RECEIVED' then event.amount else -event.amount end as pending
      from billing_entry event
      join (select line_id, bool_or(kind = 'RECEIVED') as is_received,
                   bool_or(kind = 'DELIVERED') as is_delivered
              from billing_entry
             where company_id = %(company)s and seq <= %(seq)s /*dated*/
             group by line_id) state using (line_id)
     where event.company_id = %(company)s and event.seq <= %(seq)s /*event_dated*/
       and not state.is_delivered
       and exists (
           select from document_line line
             join document on document.company_id = %(company)s and document.id = line.document_id
            where line.company_id = %(company)s and line.id = event.line_id
              and document.kind = case when state.is_received then 'PURCHASE_RECEIPT'
                                       else 'PURCHASE_INVOICE' end)
"""

_ROWS = """
with line_sum as (
    select line_id,
           coalesce(sum(quantity) filter (where kind = 'RECEIVED'), 0) as received_quantity,
           coalesce(sum(quantity) filter (where kind = 'BILLED'), 0) as billed_quantity,
           coalesce(sum(quantity) filter (where kind = 'RETURNED'), 0) as returned_quantity,
           coalesce(sum(amount) filter (where kind = 'RECEIVED'), 0) as received_amount,
           coalesce(sum(amount) filter (where kind = 'BILLED'), 0) as billed_amount,
           coalesce(sum(amount) filter (where kind = 'RETURNED'), 0) as returned_amount
      from billing_entry
     where company_id = %(company)s and seq <= %(seq)s /*dated*/
     group by line_id
    having bool_or(kind = 'RECEIVED')
), open_line as (
    select *, received_quantity - billed_quantity - returned_quantity as pending_quantity,
           received_amount - billed_amount - returned_amount as pending_amount
      from line_sum
)
select line.company_id, line.id as line_id, line.line_no as line,
       receipt.id as receipt_id, receipt.number as receipt_number,
       receipt.posting_date as receipt_date, receipt.seq as receipt_seq,
       supplier.id as supplier_id, supplier.code as supplier_code,
       item.id as item_id, item.sku as item_sku,
       trim_scale(received_quantity) as received_quantity,
       trim_scale(billed_quantity) as billed_quantity,
       trim_scale(returned_quantity) as returned_quantity,
       trim_scale(pending_quantity) as pending_quantity,
       round(received_amount, %(digits)s) as received_amount,
       round(billed_amount, %(digits)s) as billed_amount,
       round(returned_amount, %(digits)s) as returned_amount,
       round(pending_amount, %(digits)s) as pending_amount,
       coalesce(%(as_of)s::date, current_date) - receipt.posting_date as age_in_days
  from open_line
  join document_line line on line.company_id = %(company)s and line.id = open_line.line_id
  join document receipt on receipt.company_id = %(company)s and receipt.id = line.document_id
  left join party supplier
    on supplier.company_id = %(company)s and supplier.id = receipt.party_id
  left join item on item.company_id = %(company)s and item.id = line.item_id
 where receipt.kind = 'PURCHASE_RECEIPT'
   and (%(include_cleared)s or pending_quantity <> 0 or pending_amount <> 0) /*filters*/ /*after*/
 order by /*order*/ /*limit*/
"""

_ACCRUAL_ACCOUNTS = """
    select account_id from event where account_id is not null
    union
    select account_id from account_role
     where company_id = %(company)s and role = '/*role*/'
""".replace("/*role*/", Role.STOCK_RECEIVED_NOT_BILLED)

_TOTALS = """
with event as (/*events*/), accrual as (/*accrual*/), total as (
    select (select coalesce(sum(pending), 0) from event where is_received) as pending,
           (select coalesce(-sum(amount), 0) from journal_line
             where company_id = %(company)s and seq <= %(seq)s /*dated*/
               and account_id in (select account_id from accrual)) as balance
)
select round(pending, %(digits)s) as pending_amount,
       round(balance, %(digits)s) as account_balance,
       round(balance - pending, %(digits)s) as difference
  from total
"""

# What a document posted on the account, less what the sub-ledger says it should have, is a
# residue of that document; a cancellation counts for the document it cancels, and undoes its
# residue. Then there are the parts of the sub-ledger that are no pending receipt on the account.
_RESIDUES = """
with event as (/*events*/), accrual as (/*accrual*/), posted as (
    select entry.because_id as document_id, -sum(line.amount) as amount
      from journal_line line
      join journal_entry entry
        on entry.company_id = %(company)s and entry.id = line.journal_entry_id
     where line.company_id = %(company)s and line.seq <= %(seq)s
       and line.account_id in (select account_id from accrual) /*line_dated*/
     group by entry.because_id
), explained as (
    select document_id, sum(pending) as amount
      from event where account_id is not null group by document_id
), left_over as (
    select coalesce(document.cancels_id, document.id) as document_id,
           sum(coalesce(posted.amount, 0) - coalesce(explained.amount, 0)) as amount,
           bool_or(explained.document_id is not null) as is_explained
      from posted full join explained using (document_id)
      join document on document.company_id = %(company)s and document.id = document_id
     group by 1
), residue as (
    select case when document.kind = 'PURCHASE_RECEIPT' then '/*unexplained*/'
                when is_explained then '/*kept*/'
                else '/*manual*/' end as kind, amount, document_id
      from left_over
      join document on document.company_id = %(company)s and document.id = document_id
    union all
    select case when is_received then '/*not_posted*/' else '/*not_received*/' end,
           sum(case when is_received then -pending else pending end), line.document_id
      from event
      join document_line line on line.company_id = %(company)s and line.id = event.line_id
     where is_received = (event.account_id is null)
     group by is_received, line.document_id
)
select document.company_id, residue.kind, round(residue.amount, %(digits)s) as amount,
       residue.document_id, document.kind as document_kind, document.number as document_number
  from residue
  join document on document.company_id = %(company)s and document.id = residue.document_id
 where residue.amount <> 0
 order by document.posting_date, document.seq, residue.kind
"""


async def received_not_billed(
    connection: AsyncConnection,
    scope: Scope,
    page: Page,
    which: ReceivedNotBilledFilter | None = None,
) -> list[ReceivedNotBilledRow]:
    """One page of receipt lines, as read with `page.fetch`."""
    which = which or ReceivedNotBilledFilter()
    values = scope.values(
        supplier=which.supplier_id,
        item=which.item_id,
        receipt=which.receipt_id,
        include_cleared=which.include_cleared,
    )
    filters = conditions(
        values,
        {
            "supplier": "receipt.party_id = %(supplier)s",
            "item": "line.item_id = %(item)s",
            "receipt": "receipt.id = %(receipt)s",
        },
    )
    sql = _statement(_ROWS, scope, filters=filters)
    return await fetch_page(connection, ReceivedNotBilledRow, sql, values, page)


async def received_not_billed_totals(
    connection: AsyncConnection, scope: Scope
) -> ReceivedNotBilledTotals:
    """Pending against the account, over all suppliers and items."""
    return await fetch_one(
        connection, ReceivedNotBilledTotals, _statement(_TOTALS, scope), scope.values()
    )


async def received_not_billed_residues(
    connection: AsyncConnection, scope: Scope
) -> list[ResidueRow]:
    """Every residue of the account; they add up to the difference of the totals."""
    kinds = {
        "unexplained": ResidueKind.UNEXPLAINED,
        "kept": ResidueKind.KEPT_DIFFERENCE,
        "manual": ResidueKind.MANUAL_JOURNAL,
        "not_received": ResidueKind.BILLED_NOT_RECEIVED,
        "not_posted": ResidueKind.NOT_POSTED,
    }
    return await fetch_all(
        connection, ResidueRow, _statement(_RESIDUES, scope, **kinds), scope.values()
    )


def _statement(template: str, scope: Scope, **parts: str) -> str:
    def dated(column: str) -> str:
        return conditions(scope.values(), {"as_of": f"{column} <= %(as_of)s"})

    return compose(
        template,
        events=compose(
            _EVENTS, dated=dated("posting_date"), event_dated=dated("event.posting_date")
        ),
        accrual=_ACCRUAL_ACCOUNTS,
        dated=dated("posting_date"),
        line_dated=dated("line.posting_date"),
        **parts,
    )
