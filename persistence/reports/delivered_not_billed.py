"""Goods delivered and not billed yet, per delivery line, at their selling price.

A delivery posts nothing of its selling price, so there is no account that this could tie to.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from psycopg import AsyncConnection

from persistence.paging import Ordering, Page, both_ways
from persistence.reports.accruals import LineFilter, Side, lines_statement
from persistence.reports.query import compose, conditions, fetch_one, fetch_page
from persistence.reports.scope import Scope

ORDERING = Ordering(
    name="deliveredNotBilled",
    columns=("delivery.posting_date", "delivery.seq", "line.line_no"),
    attributes=("delivery_date", "delivery_seq", "line"),
    types=(date, int, int),
)
"""The oldest delivery first, then by line."""

ORDERS = both_ways(
    ORDERING.name,
    DATE=ORDERING,
    CUSTOMER=ORDERING.led_by("coalesce(party.code, '')", "customer_code", str),
    ITEM=ORDERING.led_by("coalesce(item.sku, '')", "item_sku", str),
)

DELIVERIES = Side(
    kind="DELIVERY_NOTE",
    origin="delivery",
    party="customer",
    figures={
        "delivered": "came",
        "billed": "billed",
        "returned": "returned",
        "cleared": "cleared",
        "pending": "pending",
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveredNotBilledRow:
    """One delivery line: quantities in the item's unit, amounts in company currency.

    Amounts are at the delivery's selling price, before taxes. Pending = delivered - billed -
    returned - cleared. `line` counts from 1; `age_in_days` from the delivery's posting date.
    """

    company_id: UUID
    line_id: UUID
    line: int
    delivery_id: UUID
    delivery_number: str
    delivery_date: date
    delivery_seq: int
    customer_id: UUID | None
    customer_code: str | None
    item_id: UUID | None
    item_sku: str | None
    delivered_quantity: Decimal
    billed_quantity: Decimal
    returned_quantity: Decimal
    cleared_quantity: Decimal
    pending_quantity: Decimal
    delivered_amount: Decimal
    billed_amount: Decimal
    returned_amount: Decimal
    cleared_amount: Decimal
    pending_amount: Decimal
    age_in_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveredNotBilledTotals:
    """What is still to be billed of all deliveries, in company currency."""

    pending_amount: Decimal


_TOTALS = """
select round(coalesce(sum(case when entry.kind = 'DELIVERED' then entry.amount
                               else -entry.amount end), 0), %(digits)s) as pending_amount
  from billing_entry entry
  join document_line line on line.company_id = %(company)s and line.id = entry.line_id
  join document delivery on delivery.company_id = %(company)s and delivery.id = line.document_id
 where entry.company_id = %(company)s and entry.seq <= %(seq)s
   and delivery.kind = 'DELIVERY_NOTE' /*dated*/
"""


async def delivered_not_billed(
    connection: AsyncConnection, scope: Scope, page: Page, which: LineFilter | None = None
) -> list[DeliveredNotBilledRow]:
    """One page of delivery lines, as read with `page.fetch`."""
    sql, values = lines_statement(DELIVERIES, scope, which or LineFilter())
    return await fetch_page(connection, DeliveredNotBilledRow, sql, values, page)


async def delivered_not_billed_totals(
    connection: AsyncConnection, scope: Scope
) -> DeliveredNotBilledTotals:
    """Pending over all customers and items."""
    values = scope.values()
    dated = conditions(values, {"as_of": "entry.posting_date <= %(as_of)s"})
    sql = compose(_TOTALS, dated=dated)
    return await fetch_one(connection, DeliveredNotBilledTotals, sql, values)
