"""Taxes of a period: what was charged by tax, account and direction, tied to the accounts.

A tax's amount is that of its documents, in company currency, so that it agrees with the ledger;
what a bill charges on a tax account without a tax is a row of its own, on its net total. What a
discount for early payment takes off a bill's taxes counts in the payment's period. Whatever else
stands on these accounts (journals, what was paid of them) is their `other`.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from psycopg import AsyncConnection

from domain.money import ZERO, round_to
from domain.tax_sides import TAX_SIDES, TaxDirection
from persistence.reports.query import compose, conditions, fetch_all, looked_up
from persistence.reports.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxFilter:
    """From which day on, and of which account; null = any."""

    from_date: date | None = None
    account_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxReportRow:
    """A tax on an account in a direction, in company currency; positive as bills charge it.

    `tax_id` None: charged without a tax, at `rate` percent of the net total (None: as amounts).
    `document_count` leaves out what was cancelled as of its own day.
    """

    company_id: UUID
    tax_id: UUID | None
    account_id: UUID
    direction: str
    rate: Decimal | None
    base_amount: Decimal
    tax_amount: Decimal
    document_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxAccountRow:
    """A tax account over the period, in company currency, credit (what is owed) positive.

    output - input + other = turnover, its credits less its debits.
    """

    company_id: UUID
    account_id: UUID
    input: Decimal
    output: Decimal
    other: Decimal
    turnover: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxReportTotals:
    """All rows by direction; `payable` = output - input."""

    input_base: Decimal
    input_tax: Decimal
    output_base: Decimal
    output_tax: Decimal
    payable: Decimal


_SIDES = ", ".join(
    f"('{one.kind}', {one.sign}, '{one.direction}', {one.direction.debited * one.sign},"
    f" {repr(one.credit_side.value) if one.credit_side else 'null'})"
    for one in TAX_SIDES
)

_PAYING = "'PAYMENT', 'ALLOCATION'"
"""The kinds whose discounts lower taxes: those of the bill that a line settles, at its rate."""

# What a document posts on the account of its taxes beyond them are the cents of the last credit of
# an invoice in another currency, unless it names that account on a line or charge too. Rows are
# looked up one by one: without statistics a planner would compare each with each other. What was
# reversed later is in the period of either, each as itself.
CHARGED = f"""
with side (kind, sign, direction, debited, credit_side) as (values {_SIDES}),
tax_account as (
    select id from account where company_id = %(company)s and type = 'TAX' and not is_group
    union select sales_account_id from tax where company_id = %(company)s
    union select purchase_account_id from tax where company_id = %(company)s
    union select account_id from document_tax where company_id = %(company)s
), posted as (
    select entry.because_id as document_id, line.account_id, line.posting_date,
           sum(line.amount) as amount
      from journal_line line
      join journal_entry entry
        on entry.company_id = %(company)s and entry.id = line.journal_entry_id
     where line.company_id = %(company)s and line.seq <= %(seq)s
       and line.account_id in (select id from tax_account) /*posted_in*/ /*account*/
     group by 1, 2, 3
), billed as (
    select document.id, document.posting_date, document.id as about_id, document.id as shown_id,
           document.kind, document.content, document.exchange_rate, 1 as counts
      from document
     where document.company_id = %(company)s and document.seq <= %(seq)s /*billed_in*/
       and (document.kind in (select kind from side) or document.kind in ({_PAYING}))
    union all
    select document.id, document.posting_date, about.id,
           case when document.posting_date = about.posting_date then about.id else document.id end,
           about.kind, about.content, about.exchange_rate, -1
      from document {looked_up("document", "about", "document.cancels_id")}
     where document.company_id = %(company)s and document.seq <= %(seq)s /*billed_in*/
       and document.cancels_id is not null
), lowered as (
    select billed.id as document_id, billed.posting_date, billed.about_id, billed.shown_id,
           side.direction, line.tax_id, line.account_id,
           -counts * sign * discount.base * bill.exchange_rate as base_amount,
           -counts * debited * discount.amount * bill.exchange_rate as debit
      from billed
     cross join lateral (
           select * from document_line_tax kept
            where kept.company_id = %(company)s and kept.document_id = billed.about_id
           offset 0) discount
           {looked_up("document_line", "paying", "discount.line_id")}
           {looked_up("document", "bill", "paying.against_id")}
      join side on side.kind = bill.kind
       and (side.credit_side is null or side.credit_side = bill.content ->> 'side')
     cross join lateral (
           select * from document_tax line
            where line.company_id = %(company)s and line.document_id = bill.id
              and line.tax_id = discount.tax_id /*account*/
           offset 0) line
     where billed.kind in ({_PAYING})
), taxed as (
    select *, row_number() over (partition by document_id, account_id
                                 order by abs(debit) desc, tax_id, direction) as place
      from (select billed.id as document_id, billed.posting_date, billed.about_id,
                   billed.shown_id, side.direction, line.tax_id, line.account_id,
                   counts * sign * round(line.base * billed.exchange_rate, %(digits)s)
                       as base_amount,
                   counts * debited * round(line.amount * billed.exchange_rate, %(digits)s)
                       as debit
              from billed
              join side on side.kind = billed.kind
               and (side.credit_side is null or side.credit_side = billed.content ->> 'side')
             cross join lateral (
                   select * from document_tax line
                    where line.company_id = %(company)s
                      and line.document_id = billed.about_id /*account*/
                   offset 0) line
             union all
            select document_id, posting_date, about_id, shown_id, direction, tax_id, account_id,
                   round(sum(base_amount), %(digits)s), round(sum(debit), %(digits)s)
              from lowered
             group by document_id, posting_date, about_id, shown_id, direction, tax_id,
                      account_id) one
), part as (
    select *, sum(unexplained) over (partition by document_id, account_id, posting_date) as rest
      from (select *, -debit as unexplained from taxed
             union all
            select document_id, posting_date, null, null, null, null, account_id, null, null, null,
                   amount
              from posted) part
), charged as (
    -- by tax
    select shown_id, direction, tax_id, account_id, null::numeric as rate, base_amount,
           debit + case when rest <> 0 and place = 1 and not exists (
                   select from document_line line
                    where line.company_id = %(company)s and line.document_id = part.about_id
                      and line.account_id = part.account_id)
               and not exists (
                   select from document_charge line
                    where line.company_id = %(company)s and line.document_id = part.about_id
                      and line.account_id = part.account_id)
               then rest else 0 end as debit
      from part where tax_id is not null
    union all
    -- without one: of a credit note at the rate of what it credits
    select about.id, side.direction, null, part.account_id, charge.rate,
           counts * sign * round(about.net_total * about.exchange_rate, %(digits)s), part.rest
      from part
           {looked_up("document", "document", "part.document_id")}
           {looked_up("document", "about", "coalesce(document.cancels_id, document.id)")}
      join side on side.kind = about.kind
       and (side.credit_side is null or side.credit_side = about.content ->> 'side')
     cross join lateral (
           select case when document.cancels_id is null then 1 else -1 end as counts) turned
           {looked_up("account", "account", "part.account_id")}
     cross join lateral (
           select min(found.rate) as rate
             from (select about.id as document_id
                    union
                   select credited.against_id from document_line credited
                    where credited.company_id = %(company)s and credited.document_id = about.id
                  ) named
            cross join lateral (
                  select * from document_charge found
                   where found.company_id = %(company)s and found.document_id = named.document_id
                  offset 0) found
            where found.account_id = part.account_id and found.category <> 'VALUATION'
           having count(*) > 0) charge
     where part.tax_id is null and part.rest <> 0 and account.type = 'TAX'
       and document.posting_date = part.posting_date
), by_document as (
    select shown_id, direction, tax_id, account_id, rate, sum(base_amount) as base_amount,
           sum(debit) as debit
      from charged group by shown_id, direction, tax_id, account_id, rate
    having sum(base_amount) <> 0 or sum(debit) <> 0
)
"""  # noqa: S608 - constant names
"""What every statement about taxes begins with: `by_document`, what each charges on an account."""

_ROWS = f"""{CHARGED}
select account.company_id, tax_id, account.id as account_id, direction, by_document.rate,
       round(sum(base_amount), %(digits)s) as base_amount,
       round(case direction when 'INPUT' then sum(debit) else -sum(debit) end, %(digits)s)
           as tax_amount,
       count(*) as document_count
  from by_document
  join account on account.company_id = %(company)s and account.id = by_document.account_id
  left join tax on tax.company_id = %(company)s and tax.id = by_document.tax_id
 group by account.company_id, tax_id, tax.position, tax.code, account.id, account.position,
          account.code, direction, by_document.rate
 order by direction, account.position, account.code, tax.position, tax.code, by_document.rate
"""  # noqa: S608 - constant names

_ACCOUNTS = f"""{CHARGED}, by_account as (
    select account_id, coalesce(sum(debit) filter (where direction = 'INPUT'), 0) as input,
           coalesce(-sum(debit) filter (where direction = 'OUTPUT'), 0) as output
      from by_document group by account_id
), turned as (
    select account_id, -sum(amount) as turnover from posted group by account_id
)
select account.company_id, account.id as account_id, round(coalesce(input, 0), %(digits)s) as input,
       round(coalesce(output, 0), %(digits)s) as output,
       round(coalesce(turnover, 0) - coalesce(output, 0) + coalesce(input, 0), %(digits)s)
           as other,
       round(coalesce(turnover, 0), %(digits)s) as turnover
  from account
  left join by_account on by_account.account_id = account.id
  left join turned on turned.account_id = account.id
 where account.company_id = %(company)s and (input is not null or turnover is not null)
 order by account.position, account.code
"""  # noqa: S608 - constant names


def statement_of(template: str, scope: Scope, which: TaxFilter) -> tuple[str, dict[str, object]]:
    """A template that begins with `CHARGED`, its filters in their places, and its parameters."""
    values = scope.values(from_date=which.from_date, account=which.account_id)

    def dated(column: str) -> str:
        first, last = f"{column} >= %(from_date)s", f"{column} <= %(as_of)s"
        return conditions(values, {"from_date": first, "as_of": last})

    sql = compose(
        template,
        posted_in=dated("line.posting_date"),
        billed_in=dated("document.posting_date"),
        account=conditions(values, {"account": "line.account_id = %(account)s"}),
    )
    return sql, values


async def tax_report(
    connection: AsyncConnection, scope: Scope, which: TaxFilter
) -> list[TaxReportRow]:
    """Every tax of the period: input first, by account and the order of taxes."""
    sql, values = statement_of(_ROWS, scope, which)
    return await fetch_all(connection, TaxReportRow, sql, values)


async def tax_accounts(
    connection: AsyncConnection, scope: Scope, which: TaxFilter
) -> list[TaxAccountRow]:
    """Every tax account that moved in the period, in chart order."""
    sql, values = statement_of(_ACCOUNTS, scope, which)
    return await fetch_all(connection, TaxAccountRow, sql, values)


def tax_totals(rows: list[TaxReportRow], digits: int) -> TaxReportTotals:
    """The sums of the rows."""

    def total(direction: TaxDirection, name: str) -> Decimal:
        of = (getattr(one, name) for one in rows if one.direction == direction)
        return round_to(sum(of, ZERO), digits)

    output = total(TaxDirection.OUTPUT, "tax_amount")
    input_ = total(TaxDirection.INPUT, "tax_amount")
    return TaxReportTotals(
        input_base=total(TaxDirection.INPUT, "base_amount"),
        input_tax=input_,
        output_base=total(TaxDirection.OUTPUT, "base_amount"),
        output_tax=output,
        payable=output - input_,
    )
