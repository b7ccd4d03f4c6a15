"""Gross profit: what sales brought in, and what the goods cost, by item, group or customer.

Revenue counts when it is billed and cost when goods go, as income and the cost of goods sold do in
the ledger: what is delivered and not billed yet has a cost and no revenue (`deliveredNotBilled`).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from domain.accounts import Root
from domain.documents.credit_note import SIDE
from domain.documents.document import DocumentKind
from domain.documents.parts.credit_line import CreditSide
from domain.movements import Nature
from persistence.paging import Ordering, Page, both_ways
from persistence.reports.query import (
    compose,
    conditions,
    fetch_all,
    fetch_one,
    looked_up,
    on_page,
)
from persistence.reports.scope import Scope

ORDERING = Ordering(name="grossProfit", columns=("code",), attributes=("code",), types=(str,))
"""By SKU, or the group's or customer's code; what has none comes first."""

ORDERS = both_ways(
    ORDERING.name,
    CODE=ORDERING,
    REVENUE=ORDERING.led_by("revenue", "revenue", Decimal),
    COST=ORDERING.led_by("cost", "cost", Decimal),
    GROSS_PROFIT=ORDERING.led_by("gross_profit", "gross_profit", Decimal),
)


class GrossProfitBy(StrEnum):
    """What the rows are of."""

    ITEM = "ITEM"
    ITEM_GROUP = "ITEM_GROUP"
    CUSTOMER = "CUSTOMER"


@dataclass(frozen=True, slots=True, kw_only=True)
class GrossProfitTotals:
    """In company currency: `gross_profit` = revenue - cost, `percent` of it in the revenue.

    The percentage has two decimal places, null for no revenue.
    """

    revenue: Decimal
    cost: Decimal
    gross_profit: Decimal
    percent: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GrossProfitRow(GrossProfitTotals):
    """The same of one item, group or customer; all null: lines that name none.

    `quantity` is what was delivered less what came back, in the item's unit; null unless by item.
    """

    company_id: UUID
    item_id: UUID | None
    item_group_id: UUID | None
    customer_id: UUID | None
    code: str
    quantity: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfitFilter:
    """What the rows are of, and of which sales: null = any. The first day counts too."""

    by: GrossProfitBy = GrossProfitBy.ITEM
    from_date: date | None = None
    item_id: UUID | None = None
    customer_id: UUID | None = None


_KEYS = {
    GrossProfitBy.ITEM: ("sale.item_id", "item", "found.sku"),
    GrossProfitBy.ITEM_GROUP: ("item.group_id", "item_group", "found.code"),
    GrossProfitBy.CUSTOMER: ("sale.party_id", "party", "found.code"),
}
"""Of each grouping the key of a sale, its table, and what people see of it."""

# Lines as they are posted to income: a line of a bill that goes to another account (freight passed
# on, what a credit writes off) is none. A return takes back income where an invoice had moved its
# goods. A cancelled document counts on no day: its mirror has its date.
_SALES = f"""
    select line.item_id, document.party_id, 0 as quantity, 0 as cost,
           case document.kind when '{DocumentKind.SALES_INVOICE}' then 1 else -1 end
               * round(line.amount * document.exchange_rate, %(digits)s) as revenue
      from document
      join document_line line
        on line.company_id = %(company)s and line.document_id = document.id
     where document.company_id = %(company)s and document.seq <= %(seq)s /*dated*/ /*of*/
       and (document.kind = '{DocumentKind.SALES_INVOICE}'
            or document.kind = '{DocumentKind.CREDIT_NOTE}'
               and document.content ->> '{SIDE}' = '{CreditSide.SALES}'
            or document.kind = '{DocumentKind.SALES_RETURN}' and exists (
               select from document_line sold
                 join document invoice
                   on invoice.company_id = %(company)s and invoice.id = sold.document_id
                where sold.company_id = %(company)s and sold.id = line.against_line_id
                  and invoice.kind = '{DocumentKind.SALES_INVOICE}'))
       and not exists (
           select from voiding
            where voiding.company_id = %(company)s and voiding.document_id = document.id
              and voiding.seq <= %(seq)s)
       and not exists (
           select from account
            where account.company_id = %(company)s and account.id = line.account_id
              and account.root <> '{Root.INCOME}')
    union all
    select moved.item_id, moved.party_id, -moved.quantity, 0, 0
      from movement moved
     where moved.company_id = %(company)s and moved.seq <= %(seq)s
       and moved.nature = '{Nature.SALE}' /*moved_dated*/ /*moved_of*/
    union all
    select moved.item_id, moved.party_id, 0, -(entry.actual + entry.expected), 0
      from cost_entry entry
      join movement moved on moved.company_id = %(company)s and moved.id = entry.movement_id
     where entry.company_id = %(company)s and entry.seq <= %(seq)s
       and moved.nature = '{Nature.SALE}' /*cost_dated*/ /*moved_of*/
"""  # noqa: S608 - constant names
_ROWS = f"""
with sale as (/*sales*/), summed as (
    select /*key*/ as key, sum(sale.quantity) as quantity,
           round(sum(sale.revenue), %(digits)s) as revenue,
           round(sum(sale.cost), %(digits)s) as cost
      from sale left join item on item.company_id = %(company)s and item.id = sale.item_id
     group by 1
), profit as materialized (
    select %(company)s::uuid as company_id, key,
           coalesce(/*code*/, '') as code, trim_scale(quantity) as quantity, revenue, cost,
           revenue - cost as gross_profit,
           round(100 * (revenue - cost) / nullif(revenue, 0), 2) as percent
      from summed {looked_up("/*table*/", "found", "summed.key", join="left join")}
     where quantity <> 0 or revenue <> 0 or cost <> 0
)
"""  # noqa: S608 - constant names
_PAGE = f"""{_ROWS}
select company_id, code, revenue, cost, gross_profit, percent,
       case when %(by)s = 'ITEM' then key end as item_id,
       case when %(by)s = 'ITEM_GROUP' then key end as item_group_id,
       case when %(by)s = 'CUSTOMER' then key end as customer_id,
       case when %(by)s = 'ITEM' then quantity end as quantity
  from profit where true /*after*/ order by /*order*/ /*limit*/
"""  # noqa: S608 - the same statement
_TOTALS = f"""{_ROWS}
select round(coalesce(sum(revenue), 0), %(digits)s) as revenue,
       round(coalesce(sum(cost), 0), %(digits)s) as cost,
       round(coalesce(sum(gross_profit), 0), %(digits)s) as gross_profit,
       round(100 * sum(gross_profit) / nullif(sum(revenue), 0), 2) as percent
  from profit
"""  # noqa: S608 - the same statement


def page_statement(scope: Scope, page: Page, which: ProfitFilter) -> tuple[str, dict[str, Any]]:
    """The statement of a page of the report, and its parameters."""
    sql, values = _statement(on_page(_PAGE, page), scope, which)
    return sql, {**values, **page.params}


def _statement(template: str, scope: Scope, which: ProfitFilter) -> tuple[str, dict[str, Any]]:
    values = scope.values(
        by=which.by.value,
        from_date=which.from_date,
        item=which.item_id,
        customer=which.customer_id,
    )

    def dated(table: str) -> str:
        return conditions(
            values,
            {
                "from_date": f"{table}.posting_date >= %(from_date)s",
                "as_of": f"{table}.posting_date <= %(as_of)s",
            },
        )

    def of(goods: str, document: str) -> str:
        return conditions(
            values,
            {
                "item": f"{goods}.item_id = %(item)s",
                "customer": f"{document}.party_id = %(customer)s",
            },
        )

    key, table, code = _KEYS[which.by]
    sales = compose(
        _SALES,
        dated=dated("document"),
        of=of("line", "document"),
        moved_dated=dated("moved"),
        cost_dated=dated("entry"),
        moved_of=of("moved", "moved"),
    )
    return compose(template, sales=sales, key=key, table=table, code=code), values


async def gross_profit(
    connection: AsyncConnection, scope: Scope, page: Page, which: ProfitFilter
) -> list[GrossProfitRow]:
    """One page of items, groups or customers, as read with `page.fetch`."""
    sql, values = page_statement(scope, page, which)
    return await fetch_all(connection, GrossProfitRow, sql, values)


async def gross_profit_totals(
    connection: AsyncConnection, scope: Scope, which: ProfitFilter
) -> GrossProfitTotals:
    """The totals of the whole filter, whatever page is shown."""
    sql, values = _statement(_TOTALS, scope, which)
    return await fetch_one(connection, GrossProfitTotals, sql, values)
