"""The general ledger: journal lines in the order in which they count, with a running balance."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from psycopg import AsyncConnection

from persistence.paging import Ordering, Page, both_ways
from persistence.reports.query import compose, conditions, fetch_one, fetch_page
from persistence.reports.scope import Scope
from persistence.reports.trees import BELOW_ACCOUNT, BELOW_COST_CENTER

ORDERING = Ordering(
    name="generalLedger",
    columns=("posting_date", "seq", "ordinal", "line_no"),
    attributes=("posting_date", "seq", "ordinal", "line_no"),
    types=(date, int, int, int),
)
"""By posting date, then as recorded."""

ORDERS = both_ways(ORDERING.name, POSTING=ORDERING)


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneralLedgerRow:
    """One journal line, in company currency; `balance` is debit positive.

    The balance is that of the line's account over the filter's party and cost center, up to and
    including this line. `document_*` is what the entry is about, `because_*` what made it.
    `currency_amount` and `currency_balance` are in the currency that the account is `kept_in`,
    where that is not the company's.
    """

    company_id: UUID
    entry_id: UUID
    line_no: int
    account_id: UUID
    account_code: str
    account_name: str
    posting_date: date
    recorded_at: datetime
    seq: int
    ordinal: int
    document_id: UUID
    document_kind: str
    document_number: str
    because_id: UUID
    because_kind: str
    because_number: str
    source: str
    party_id: UUID | None
    party_code: str | None
    cost_center_id: UUID | None
    cost_center_code: str | None
    debit: Decimal
    credit: Decimal
    balance: Decimal
    kept_in: str | None
    currency_amount: Decimal | None
    currency_balance: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneralLedgerTotals:
    """The whole filter, in company currency: opening + debit - credit = closing, debit positive.

    The opening is everything dated before the filter's first day (zero without one). With a
    document or a sequence in the filter only the lines shown count, and the opening is zero.
    """

    opening: Decimal
    debit: Decimal
    credit: Decimal
    closing: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneralLedgerFilter:
    """Which lines; null = any. Accounts and cost centers stand for all below them.

    `document_id` is the document that the entries are about, `recorded_after` a sequence after
    which they were recorded; these limit what is shown, not the running balance.
    """

    account_id: UUID | None = None
    from_date: date | None = None
    party_id: UUID | None = None
    cost_center_id: UUID | None = None
    document_id: UUID | None = None
    recorded_after: int | None = None


_LINES = """
    select line.*, entry.ordinal, entry.document_id, entry.because_id, entry.source
      from journal_line line
      join journal_entry entry
        on entry.company_id = %(company)s and entry.id = line.journal_entry_id
     where line.company_id = %(company)s and line.seq <= %(seq)s /*filters*/
"""

# The page first. Then, for the accounts that it touches, one sum of all before its first line, and
# from there on the running balance: a filter may show any few of the lines that it counts.
_GENERAL_LEDGER = """
with line as not materialized (/*lines*/), page as (
    select *, row_number() over (order by /*order*/) as place
      from line where true /*shown*/ /*after*/
     order by /*order*/ /*limit*/
), first as (
    select posting_date, seq from page order by posting_date, seq limit 1
), last as (
    select posting_date, seq from page order by posting_date desc, seq desc limit 1
), earlier as (
    select line.account_id, sum(line.amount) as balance, sum(line.currency_amount) as kept
      from journal_line line
     where line.company_id = %(company)s and line.seq <= %(seq)s /*filters*/
       and line.account_id in (select account_id from page)
       and (line.posting_date, line.seq) < (select posting_date, seq from first)
     group by line.account_id
), running as (
    select line.journal_entry_id, line.line_no,
           coalesce(earlier.balance, 0) + sum(line.amount) over so_far as balance,
           coalesce(earlier.kept, 0) + sum(line.currency_amount) over so_far as kept
      from line left join earlier on earlier.account_id = line.account_id
     where line.account_id in (select account_id from page)
       and (line.posting_date, line.seq) >= (select posting_date, seq from first)
       and (line.posting_date, line.seq) <= (select posting_date, seq from last)
    window so_far as (
               partition by line.account_id
               order by line.posting_date, line.seq, line.ordinal, line.line_no)
)
select page.company_id, page.journal_entry_id as entry_id, page.line_no,
       page.account_id, account.code as account_code, account.name as account_name,
       page.posting_date, because.recorded_at, page.seq, page.ordinal,
       page.document_id, document.kind as document_kind, document.number as document_number,
       page.because_id, because.kind as because_kind, because.number as because_number,
       page.source, page.party_id, party.code as party_code,
       page.cost_center_id, cost_center.code as cost_center_code,
       round(greatest(page.amount, 0), %(digits)s) as debit,
       round(greatest(-page.amount, 0), %(digits)s) as credit,
       round(running.balance, %(digits)s) as balance,
       page.currency as kept_in, page.currency_amount, running.kept as currency_balance
  from page
  join running using (journal_entry_id, line_no)
  join account on account.company_id = %(company)s and account.id = page.account_id
  join document on document.company_id = %(company)s and document.id = page.document_id
  join document because on because.company_id = %(company)s and because.id = page.because_id
  left join party on party.company_id = %(company)s and party.id = page.party_id
  left join cost_center
    on cost_center.company_id = %(company)s and cost_center.id = page.cost_center_id
 order by page.place
"""

_TOTALS = """
with line as not materialized (/*lines*/), total as (
    select coalesce(sum(amount) filter (where not /*in_period*/), 0) as opening,
           coalesce(sum(amount) filter (where /*in_period*/ and amount > 0), 0) as debit,
           coalesce(-sum(amount) filter (where /*in_period*/ and amount < 0), 0) as credit
      from line where true /*shown*/
)
select round(opening, %(digits)s) as opening, round(debit, %(digits)s) as debit,
       round(credit, %(digits)s) as credit, round(opening + debit - credit, %(digits)s) as closing
  from total
"""

_SHOWN = {
    "document": "document_id = %(document)s",
    "recorded_after": "seq > %(recorded_after)s",
}
"""What limits the lines that are shown, and no balance of theirs."""


def _values(scope: Scope, which: GeneralLedgerFilter) -> dict[str, object]:
    return scope.values(
        account=which.account_id,
        from_date=which.from_date,
        party=which.party_id,
        cost_center=which.cost_center_id,
        document=which.document_id,
        recorded_after=which.recorded_after,
    )


def _counted(values: dict[str, object]) -> str:
    """What limits both the lines and their balances."""
    return conditions(
        values,
        {
            "as_of": "line.posting_date <= %(as_of)s",
            "account": f"line.account_id in {BELOW_ACCOUNT}",
            "party": "line.party_id = %(party)s",
            "cost_center": f"line.cost_center_id in {BELOW_COST_CENTER}",
        },
    )


async def general_ledger(
    connection: AsyncConnection,
    scope: Scope,
    page: Page,
    which: GeneralLedgerFilter | None = None,
) -> list[GeneralLedgerRow]:
    """One page of journal lines, as read with `page.fetch`."""
    values = _values(scope, which or GeneralLedgerFilter())
    shown = conditions(values, {"from_date": "posting_date >= %(from_date)s", **_SHOWN})
    sql = compose(_GENERAL_LEDGER, lines=_LINES, filters=_counted(values), shown=shown)
    return await fetch_page(connection, GeneralLedgerRow, sql, values, page)


async def general_ledger_totals(
    connection: AsyncConnection, scope: Scope, which: GeneralLedgerFilter | None = None
) -> GeneralLedgerTotals:
    """Opening, turnover and closing of the whole filter, whatever page is shown."""
    values = _values(scope, which or GeneralLedgerFilter())
    has_opening = values["from_date"] is not None and all(values[name] is None for name in _SHOWN)
    dated = conditions(values, {"from_date": "posting_date >= %(from_date)s"})
    shown = conditions(values, _SHOWN) + ("" if has_opening else dated)
    sql = compose(
        _TOTALS,
        lines=_LINES,
        filters=_counted(values),
        shown=shown,
        in_period="(posting_date >= %(from_date)s)" if has_opening else "true",
    )
    return await fetch_one(connection, GeneralLedgerTotals, sql, values)
