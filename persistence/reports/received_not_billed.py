"""Goods received and not billed yet, per receipt line, and how they tie to their account."""

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
    name="receivedNotBilled",
    columns=("receipt.posting_date", "receipt.seq", "line.line_no"),
    attributes=("receipt_date", "receipt_seq", "line"),
    types=(date, int, int),
)
"""The oldest receipt first, then by line."""

ORDERS = both_ways(
    ORDERING.name,
    DATE=ORDERING,
    SUPPLIER=ORDERING.led_by("coalesce(party.code, '')", "supplier_code", str),
    ITEM=ORDERING.led_by("coalesce(item.sku, '')", "item_sku", str),
)

RECEIPTS = Side(
    kind="PURCHASE_RECEIPT",
    origin="receipt",
    party="supplier",
    figures={
        "received": "came",
        "billed": "billed",
        "returned": "returned",
        "cleared": "cleared",
        "pending": "pending",
    },
    is_received=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedNotBilledRow:
    """One receipt line: quantities in the item's unit, amounts in company currency.

    Pending = received - billed - returned - cleared. `line` counts from 1; `age_in_days` from the
    receipt's posting date to the report's day (today, when it has none).
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
    cleared_quantity: Decimal
    pending_quantity: Decimal
    received_amount: Decimal
    billed_amount: Decimal
    returned_amount: Decimal
    cleared_amount: Decimal
    pending_amount: Decimal
    age_in_days: int


async def received_not_billed(
    connection: AsyncConnection, scope: Scope, page: Page, which: LineFilter | None = None
) -> list[ReceivedNotBilledRow]:
    """One page of receipt lines, as read with `page.fetch`."""
    sql, values = lines_statement(RECEIPTS, scope, which or LineFilter())
    return await fetch_page(connection, ReceivedNotBilledRow, sql, values, page)


async def received_not_billed_totals(connection: AsyncConnection, scope: Scope) -> AccrualTotals:
    """Pending against the account, credit positive."""
    return await accrual_totals(connection, scope, RECEIPTS)


async def received_not_billed_residues(
    connection: AsyncConnection, scope: Scope
) -> list[ResidueRow]:
    """Every residue of the account; they add up to the difference of the totals."""
    return await accrual_residues(connection, scope, RECEIPTS)
