"""Goods billed before they came, per invoice line, and how they tie to the accrual account."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from psycopg import AsyncConnection

from persistence.paging import Ordering, Page, both_ways
from persistence.reports.accruals import (
    AccrualTotals,
    LineFilter,
    ResidueRow,
    Side,
    accrual_residues,
    accrual_totals,
    lines_statement,
)
from persistence.reports.query import fetch_page
from persistence.reports.scope import Scope

ORDERING = Ordering(
    name="billedNotReceived",
    columns=("invoice.posting_date", "invoice.seq", "line.line_no"),
    attributes=("invoice_date", "invoice_seq", "line"),
    types=(date, int, int),
)
"""The oldest invoice first, then by line."""

ORDERS = both_ways(
    ORDERING.name,
    DATE=ORDERING,
    SUPPLIER=ORDERING.led_by("coalesce(party.code, '')", "supplier_code", str),
    ITEM=ORDERING.led_by("coalesce(item.sku, '')", "item_sku", str),
)

INVOICES = Side(
    kind="PURCHASE_INVOICE",
    origin="invoice",
    party="supplier",
    figures={
        "billed": "billed",
        "received": "came",
        "cleared": "-cleared",
        "pending": "-pending",
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledNotReceivedRow:
    """One invoice line: quantities in the item's unit, amounts in company currency.

    `billed` is what was billed ahead of any receipt; pending = billed - received - cleared. `line`
    counts from 1; `age_in_days` from the invoice's posting date to the report's day.
    """

    company_id: UUID
    line_id: UUID
    line: int
    invoice_id: UUID
    invoice_number: str
    invoice_date: date
    invoice_seq: int
    supplier_id: UUID | None
    supplier_code: str | None
    item_id: UUID | None
    item_sku: str | None
    billed_quantity: Decimal
    received_quantity: Decimal
    cleared_quantity: Decimal
    pending_quantity: Decimal
    billed_amount: Decimal
    received_amount: Decimal
    cleared_amount: Decimal
    pending_amount: Decimal
    age_in_days: int


async def billed_not_received(
    connection: AsyncConnection, scope: Scope, page: Page, which: LineFilter | None = None
) -> list[BilledNotReceivedRow]:
    """One page of invoice lines, as read with `page.fetch`."""
    sql, values = lines_statement(INVOICES, scope, which or LineFilter())
    return await fetch_page(connection, BilledNotReceivedRow, sql, values, page)


async def billed_not_received_totals(connection: AsyncConnection, scope: Scope) -> AccrualTotals:
    """Pending against the account, debit positive."""
    return await accrual_totals(connection, scope, INVOICES)


async def billed_not_received_residues(
    connection: AsyncConnection, scope: Scope
) -> list[ResidueRow]:
    """Every residue of the account; they add up to the difference of the totals."""
    return await accrual_residues(connection, scope, INVOICES)
