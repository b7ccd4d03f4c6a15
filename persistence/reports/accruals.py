"""What stands between goods and their bills, per line, and how it ties to the accrual account.

The sub-ledger is `billing_entry`: what came (or went), was billed, returned and cleared on each
line of a receipt or delivery, and on each line of an invoice that came first. Goods received are a
credit, goods billed ahead a debit on one account, which hears of other things too: each is a named
residue, so that account balance = pending amount + residues, always, seen from either side.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from psycopg import AsyncConnection

from domain.accounts import Role
from persistence.moved_goods import moved_goods
from persistence.reports.query import compose, conditions, fetch_all, fetch_one, looked_up
from persistence.reports.scope import Scope


class ResidueKind(StrEnum):
    """Why the account and the pending lines differ."""

    BILLED_NOT_RECEIVED = "BILLED_NOT_RECEIVED"
    RECEIVED_NOT_BILLED = "RECEIVED_NOT_BILLED"
    RETURNED_NOT_CREDITED = "RETURNED_NOT_CREDITED"
    KEPT_DIFFERENCE = "KEPT_DIFFERENCE"
    MANUAL_JOURNAL = "MANUAL_JOURNAL"
    NOT_POSTED = "NOT_POSTED"
    UNEXPLAINED = "UNEXPLAINED"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccrualTotals:
    """All parties and items (an account balance knows no filter), in company currency.

    `account_balance` is that of the accrual account, or accounts, credit positive for receipts and
    debit positive for invoices; `difference` = account balance - pending amount = the sum of the
    residues.
    """

    pending_amount: Decimal
    account_balance: Decimal
    difference: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidueRow:
    """What the account has that is no pending line, in the direction of `AccrualTotals`."""

    company_id: UUID
    kind: str
    amount: Decimal
    document_id: UUID
    document_kind: str
    document_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFilter:
    """Which lines: of one party, item or document; with `include_cleared` also settled ones."""

    party_id: UUID | None = None
    item_id: UUID | None = None
    document_id: UUID | None = None
    include_cleared: bool = False


@dataclass(frozen=True, slots=True)
class Side:
    """One of the three lists: whose lines, what they are called, and which sums they show.

    `figures` names each shown pair of quantity and amount, and how it comes from `open_line`.
    """

    kind: str
    origin: str
    party: str
    figures: Mapping[str, str]
    is_received: bool = False

    @property
    def sign(self) -> int:
        """Credit is what goods received are, debit what was billed ahead."""
        return 1 if self.is_received else -1


_LINES = f"""
with line_sum as (
    select line_id,
           coalesce(sum(quantity) filter (where kind in ('RECEIVED', 'DELIVERED')), 0)
               as came_quantity,
           coalesce(sum(quantity) filter (where kind = 'BILLED'), 0) as billed_quantity,
           coalesce(sum(quantity) filter (where kind = 'RETURNED'), 0) as returned_quantity,
           coalesce(sum(quantity) filter (where kind = 'CLEARED'), 0) as cleared_quantity,
           coalesce(sum(amount) filter (where kind in ('RECEIVED', 'DELIVERED')), 0)
               as came_amount,
           coalesce(sum(amount) filter (where kind = 'BILLED'), 0) as billed_amount,
           coalesce(sum(amount) filter (where kind = 'RETURNED'), 0) as returned_amount,
           coalesce(sum(amount) filter (where kind = 'CLEARED'), 0) as cleared_amount
      from billing_entry
     where company_id = %(company)s and seq <= %(seq)s /*dated*/
     group by line_id
), open_line as (
    select *, came_quantity - billed_quantity - returned_quantity - cleared_quantity
                  as pending_quantity,
           came_amount - billed_amount - returned_amount - cleared_amount as pending_amount
      from line_sum
), shown as materialized (
    select * from open_line
     where %(include_cleared)s or pending_quantity <> 0 or pending_amount <> 0
)
select line.company_id, line.id as line_id, line.line_no as line,
       /*origin*/.id as /*origin*/_id, /*origin*/.number as /*origin*/_number,
       /*origin*/.posting_date as /*origin*/_date, /*origin*/.seq as /*origin*/_seq,
       party.id as /*party*/_id, party.code as /*party*/_code,
       item.id as item_id, item.sku as item_sku, /*figures*/,
       coalesce(%(as_of)s::date, current_date) - /*origin*/.posting_date as age_in_days
  from shown
       {looked_up("document_line", "line", "shown.line_id")}
       {looked_up("document", "/*origin*/", "line.document_id")}
       {looked_up("party", "party", "/*origin*/.party_id", join="left join")}
       {looked_up("item", "item", "line.item_id", join="left join")}
 where /*origin*/.kind = '/*kind*/' and not {moved_goods("/*origin*/", "line.id")}
       /*filters*/ /*after*/
 order by /*order*/ /*limit*/
"""  # noqa: S608 - constant names

# Signed so that what is added up stands on the account: goods received are a credit. What an
# invoice received or delivered itself never waited for its bill. Goods that went back of no known
# receipt are on neither side: they wait for the supplier's credit.
_EVENTS = f"""
    select event.line_id, event.document_id, event.account_id, line.document_id as origin_id,
           case when origin.kind <> 'PURCHASE_RETURN' then origin.kind = 'PURCHASE_RECEIPT' end
               as is_received,
           case when event.kind = 'RECEIVED' then event.amount else -event.amount end as pending
      from billing_entry event
      join document_line line on line.company_id = %(company)s and line.id = event.line_id
      join document origin
        on origin.company_id = %(company)s and origin.id = line.document_id
     where event.company_id = %(company)s and event.seq <= %(seq)s /*event_dated*/
       and (origin.kind in ('PURCHASE_RECEIPT', 'PURCHASE_RETURN')
            or origin.kind = 'PURCHASE_INVOICE' and not {moved_goods("origin", "line.id")})
"""  # noqa: S608 - constant names

_ACCRUAL_ACCOUNTS = """
    select account_id from event where account_id is not null
    union
    select account_id from account_role
     where company_id = %(company)s and role = '/*role*/'
""".replace("/*role*/", Role.STOCK_RECEIVED_NOT_BILLED)

# Cost that is expected and stands on the accrual account (CONTINENTAL, where one account is the
# other side of both): what the ledger has heard of lines that post nothing themselves, by the
# receipt whose goods it is about. Only where cost can be expected is there anything to look for.
_EXPECTED = """
    select entry.because_id as document_id, cost.interim as amount,
           coalesce(returned.document_id, voided.document_id, movement.document_id) as origin_id
      from (select movement_id, journal_entry_id, posting_date, seq, interim,
                   interim_contra_account_id
              from cost_entry where company_id = %(company)s and interim <> 0
            union all
            select known.movement_id, late.journal_entry_id, late.posting_date, late.seq,
                   late.interim, late.interim_contra_account_id
              from cost_posting late
              join cost_entry known
                on known.company_id = %(company)s and known.id = late.cost_entry_id
             where late.company_id = %(company)s and late.interim <> 0) cost
      join journal_entry entry
        on entry.company_id = %(company)s and entry.id = cost.journal_entry_id
      join movement on movement.company_id = %(company)s and movement.id = cost.movement_id
      left join movement voided
        on voided.company_id = %(company)s and voided.id = movement.voids_id
      left join movement returned
        on returned.company_id = %(company)s
       and returned.id = coalesce(voided.returns_id, movement.returns_id)
       and movement.nature = 'PURCHASE'
     where cost.seq <= %(seq)s /*cost_dated*/
       and cost.interim_contra_account_id in (select account_id from accrual)
       and exists (select from company where id = %(company)s
                      and (scheme = 'CONTINENTAL' or scheme_since > 0))
"""

_TOTALS = """
with event as (/*events*/), accrual as (/*accrual*/), total as (
    select (select coalesce(sum(pending), 0) from event where is_received = %(is_received)s)
               * %(sign)s as pending,
           (select coalesce(-sum(amount), 0) from journal_line
             where company_id = %(company)s and seq <= %(seq)s /*dated*/
               and account_id in (select account_id from accrual)) * %(sign)s as balance
)
select round(pending, %(digits)s) as pending_amount,
       round(balance, %(digits)s) as account_balance,
       round(balance - pending, %(digits)s) as difference
  from total
"""

# What a document posted on the account, less what the sub-ledger says it should have, is a
# residue of that document; a cancellation counts for the document it cancels, and undoes its
# residue. A bill or a credit note changes what goods have cost from their day on: up to its own
# day that is a difference which it keeps there. What a clearing wrote off of a residue counts for
# the document that had left it. Then there are the parts of the sub-ledger that are no pending
# line on the account.
_RESIDUES = """
with event as (/*events*/), accrual as (/*accrual*/), expected as (/*expected*/), posted as (
    select entry.because_id as document_id, -sum(line.amount) as amount
      from journal_line line
      join journal_entry entry
        on entry.company_id = %(company)s and entry.id = line.journal_entry_id
     where line.company_id = %(company)s and line.seq <= %(seq)s
       and line.account_id in (select account_id from accrual) /*line_dated*/
     group by entry.because_id
), explained as (
    select document_id, sum(pending) as amount, bool_or(not is_received) as is_of_invoice
      from event where account_id is not null group by document_id
), cleared as (
    select line.against_id as document_id, clearing.id as clearing_id, line.amount
      from document clearing
      join document_line line
        on line.company_id = %(company)s and line.document_id = clearing.id
     where clearing.company_id = %(company)s and clearing.kind = 'ACCRUAL_CLEARING'
       and line.against_id is not null and clearing.seq <= %(seq)s /*clearing_dated*/
       and not exists (select from voiding
                        where voiding.company_id = %(company)s and voiding.seq <= %(seq)s
                          and voiding.document_id = clearing.id)
), heard (origin_id, is_received, amount) as (
    select origin_id, is_received,
           case when is_received = %(is_received)s then -pending else pending end
      from event where coalesce(is_received = %(is_received)s, false) = (account_id is null)
    union all select origin_id, true, amount from expected
), part (document_id, amount, is_explained, is_of_invoice) as (
    select document_id, amount, false, false from posted
    union all select document_id, -amount, true, is_of_invoice from explained
    union all select document_id, -amount, false, false from expected
    union all select document_id, -amount, false, false from cleared
    union all select clearing_id, amount, false, false from cleared
), left_over as (
    select coalesce(document.cancels_id, document.id) as document_id, sum(amount) as amount,
           bool_or(is_explained) as is_explained, bool_or(is_of_invoice) as is_of_invoice
      from part
      join document on document.company_id = %(company)s and document.id = document_id
     group by 1
), residue as (
    select case when document.kind = 'PURCHASE_RECEIPT' and not is_of_invoice
                then '/*unexplained*/'
                when is_explained or document.kind in ('PURCHASE_INVOICE', 'CREDIT_NOTE')
                then '/*kept*/'
                else '/*manual*/' end as kind, amount, document_id
      from left_over
      join document on document.company_id = %(company)s and document.id = document_id
    union all
    select case when is_received is null then '/*not_credited*/'
                when is_received = %(is_received)s then '/*not_posted*/'
                when is_received then '/*not_billed*/' else '/*not_received*/' end,
           sum(amount), origin_id
      from heard
     group by is_received, origin_id
)
select document.company_id, residue.kind, round(residue.amount * %(sign)s, %(digits)s) as amount,
       residue.document_id, document.kind as document_kind, document.number as document_number
  from residue
  join document on document.company_id = %(company)s and document.id = residue.document_id
 where residue.amount <> 0
 order by document.posting_date, document.seq, residue.kind
"""


def lines_statement(side: Side, scope: Scope, which: LineFilter) -> tuple[str, dict[str, object]]:
    """The statement of a page of lines, and its parameters."""
    values = scope.values(
        party=which.party_id,
        item=which.item_id,
        document=which.document_id,
        include_cleared=which.include_cleared,
    )
    filters = conditions(
        values,
        {
            "party": "/*origin*/.party_id = %(party)s",
            "item": "line.item_id = %(item)s",
            "document": "/*origin*/.id = %(document)s",
        },
    )
    figures = ", ".join(
        f"trim_scale({source}_quantity) as {name}_quantity,"
        f" round({source}_amount, %(digits)s) as {name}_amount"
        for name, source in side.figures.items()
    )
    parts = {"figures": figures, "filters": filters, "kind": side.kind, "party": side.party}
    return compose(_statement(_LINES, scope, **parts), origin=side.origin), values


async def accrual_totals(connection: AsyncConnection, scope: Scope, side: Side) -> AccrualTotals:
    """Pending against the account, over all parties and items."""
    values = scope.values(is_received=side.is_received, sign=side.sign)
    return await fetch_one(connection, AccrualTotals, _statement(_TOTALS, scope), values)


async def accrual_residues(
    connection: AsyncConnection, scope: Scope, side: Side
) -> list[ResidueRow]:
    """Every residue of the account; they add up to the difference of the totals."""
    kinds = {
        "unexplained": ResidueKind.UNEXPLAINED,
        "kept": ResidueKind.KEPT_DIFFERENCE,
        "manual": ResidueKind.MANUAL_JOURNAL,
        "not_received": ResidueKind.BILLED_NOT_RECEIVED,
        "not_billed": ResidueKind.RECEIVED_NOT_BILLED,
        "not_credited": ResidueKind.RETURNED_NOT_CREDITED,
        "not_posted": ResidueKind.NOT_POSTED,
    }
    values = scope.values(is_received=side.is_received, sign=side.sign)
    return await fetch_all(connection, ResidueRow, _statement(_RESIDUES, scope, **kinds), values)


def _statement(template: str, scope: Scope, **parts: str) -> str:
    def dated(column: str) -> str:
        return conditions(scope.values(), {"as_of": f"{column} <= %(as_of)s"})

    return compose(
        template,
        events=compose(_EVENTS, event_dated=dated("event.posting_date")),
        accrual=_ACCRUAL_ACCOUNTS,
        dated=dated("posting_date"),
        line_dated=dated("line.posting_date"),
        expected=compose(_EXPECTED, cost_dated=dated("cost.posting_date")),
        clearing_dated=dated("clearing.posting_date"),
        **parts,
    )
