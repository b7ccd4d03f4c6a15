"""Received not billed: each receipt line, the account, and every residue between them."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from persistence.database import Database
from persistence.paging import Page
from persistence.reports import received_not_billed as report
from persistence.reports.accruals import LineFilter
from persistence.reports.scope import Scope, scope_of
from tests.persistence.handmade import HandmadeBooks, day, moment

pytestmark = pytest.mark.anyio

ACCOUNT = "Stock Received But Not Billed"


async def scoped(
    connection: Any, books: HandmadeBooks, as_of: str | None, known: int | None
) -> Scope:
    return await scope_of(
        connection,
        books.company_id,
        as_of=day(as_of) if as_of else None,
        known_at=moment(known) if known is not None else None,
    )


async def lines_of(
    database: Database, books: HandmadeBooks, *, as_of: str | None = "2026-12-31",
    known: int | None = None, limit: int = 50, **which: Any,
) -> list[str]:  # fmt: skip
    """All pages: receipt, line, supplier, item; received, billed, returned, pending; days."""
    lines, after = [], None
    async with database.transaction(books.company_id) as connection:
        scope = await scoped(connection, books, as_of, known)
        while True:
            page = Page(report.ORDERING, limit, after=after)
            found = page.of(
                await report.received_not_billed(connection, scope, page, LineFilter(**which))
            )
            lines += [
                f"{row.receipt_number} {row.line} {row.supplier_code} {row.item_sku}: "
                f"{row.received_quantity} {row.billed_quantity} {row.returned_quantity} "
                f"{row.pending_quantity} = {row.received_amount} {row.billed_amount} "
                f"{row.returned_amount} {row.pending_amount}, {row.age_in_days} days"
                for row in found.rows
            ]
            if not found.has_next:
                return lines
            after = report.ORDERING.key(found.rows[-1])


async def tied(
    database: Database, books: HandmadeBooks, *, as_of: str | None = "2026-12-31",
    known: int | None = None,
) -> list[str]:  # fmt: skip
    """Pending, balance, difference; then the residues, which are proved to add up to it."""
    async with database.transaction(books.company_id) as connection:
        scope = await scoped(connection, books, as_of, known)
        totals = await report.received_not_billed_totals(connection, scope)
        residues = await report.received_not_billed_residues(connection, scope)
    assert totals.difference == totals.account_balance - totals.pending_amount
    assert sum((row.amount for row in residues), Decimal(0)) == totals.difference
    return [
        f"{totals.pending_amount} {totals.account_balance} {totals.difference}",
        *(f"{row.kind} {row.amount} {row.document_number}" for row in residues),
    ]


def receive(books: HandmadeBooks, posted: str, *, account: str | None = ACCOUNT) -> UUID:
    """10 at 200; the receipt's line is returned."""
    receipt = books.document("PURCHASE_RECEIPT", posted, party_id=books.ids["ARCU"])
    line = books.line(receipt, quantity=10)
    books.billing(line, receipt, posted, "RECEIVED", quantity="10", amount="2000", account=account)
    if account:
        books.journal(receipt, posted, {"Stores": "2000", account: "-2000"})
    return line


def bill(
    books: HandmadeBooks, line: UUID, posted: str, quantity: str, amount: str,
    *, invoiced: str | None = None,
) -> UUID:  # fmt: skip
    """An invoice that clears `amount`, and debits `invoiced` where its price is another."""
    invoice = books.document("PURCHASE_INVOICE", posted, party_id=books.ids["ARCU"])
    books.billing(line, invoice, posted, "BILLED", quantity=quantity, amount=amount)
    debit = invoiced or amount
    books.journal(invoice, posted, {ACCOUNT: debit, "Creditors": f"-{debit}"})
    return invoice


async def test_a_receipt_is_pending_until_it_is_billed(
    database: Database, books: HandmadeBooks
) -> None:
    line = receive(books, "2026-01-10")
    bill(books, line, "2026-02-10", "4", "800")
    head = "PURCHASE_RECEIPT-00001 1 ARCU RM0001:"
    assert await lines_of(database, books, as_of="2026-01-31") == [
        f"{head} 10 0 0 10 = 2000.00 0.00 0.00 2000.00, 21 days"
    ]
    assert await lines_of(database, books, as_of="2026-02-10") == [
        f"{head} 10 4 0 6 = 2000.00 800.00 0.00 1200.00, 31 days"
    ]
    assert await lines_of(database, books, as_of="2026-02-10", known=1) == [
        f"{head} 10 0 0 10 = 2000.00 0.00 0.00 2000.00, 31 days"
    ]
    assert await lines_of(database, books, as_of="2026-01-09") == []
    assert await tied(database, books, as_of="2026-01-31") == ["2000.00 2000.00 0.00"]
    assert await tied(database, books) == ["1200.00 1200.00 0.00"]


async def test_cleared_lines_are_shown_on_demand(database: Database, books: HandmadeBooks) -> None:
    line = receive(books, "2026-01-10")
    bill(books, line, "2026-02-10", "10", "2000")
    assert await lines_of(database, books) == []
    assert await lines_of(database, books, as_of="2026-02-10", include_cleared=True) == [
        "PURCHASE_RECEIPT-00001 1 ARCU RM0001: 10 10 0 0 = 2000.00 2000.00 0.00 0.00, 31 days"
    ]
    assert await tied(database, books) == ["0.00 0.00 0.00"]


async def test_returned_goods_are_no_longer_pending(
    database: Database, books: HandmadeBooks
) -> None:
    line = receive(books, "2026-01-10")
    back = books.document("PURCHASE_RETURN", "2026-01-12")
    books.billing(line, back, "2026-01-12", "RETURNED", quantity="3", amount="600")
    books.journal(back, "2026-01-12", {ACCOUNT: "600", "Stores": "-600"})
    assert await lines_of(database, books, as_of="2026-01-12") == [
        "PURCHASE_RECEIPT-00001 1 ARCU RM0001: 10 0 3 7 = 2000.00 0.00 600.00 1400.00, 2 days"
    ]
    assert await tied(database, books) == ["1400.00 1400.00 0.00"]


async def test_a_cancelled_invoice_leaves_nothing_behind(
    database: Database, books: HandmadeBooks
) -> None:
    line = receive(books, "2026-01-10")
    invoice = bill(books, line, "2026-01-20", "10", "2000", invoiced="2100")
    kept = ["0.00 -100.00 -100.00", "KEPT_DIFFERENCE -100.00 PURCHASE_INVOICE-00002"]
    assert await tied(database, books) == kept
    undone = books.document("CANCELLATION", "2026-01-20", cancels_id=invoice)
    books.void(invoice, undone)
    books.billing(line, undone, "2026-01-20", "BILLED", quantity="-10", amount="-2000")
    books.journal(undone, "2026-01-20", {ACCOUNT: "-2100", "Creditors": "2100"})
    assert await tied(database, books) == ["2000.00 2000.00 0.00"]
    assert await tied(database, books, known=2) == kept
    assert await lines_of(database, books, as_of="2026-01-20") == [
        "PURCHASE_RECEIPT-00001 1 ARCU RM0001: 10 0 0 10 = 2000.00 0.00 0.00 2000.00, 10 days"
    ]


async def test_goods_billed_without_a_receipt_are_named(
    database: Database, books: HandmadeBooks
) -> None:
    receive(books, "2026-01-10")
    invoice = books.document("PURCHASE_INVOICE", "2026-01-11")
    line = books.line(invoice, quantity=2)
    books.billing(line, invoice, "2026-01-11", "BILLED", quantity="2", amount="300")
    books.journal(invoice, "2026-01-11", {ACCOUNT: "300", "Creditors": "-300"})
    assert await tied(database, books) == [
        "2000.00 1700.00 -300.00",
        "BILLED_NOT_RECEIVED -300.00 PURCHASE_INVOICE-00002",
    ]
    assert len(await lines_of(database, books, include_cleared=True)) == 1


async def test_a_journal_by_hand_is_named_and_so_is_what_nothing_explains(
    database: Database, books: HandmadeBooks
) -> None:
    receipt = books.document("PURCHASE_RECEIPT", "2026-01-10")
    books.journal(receipt, "2026-01-10", {"Stores": "5", ACCOUNT: "-5"})
    journal = books.document("JOURNAL_ENTRY", "2026-01-12")
    books.journal(journal, "2026-01-12", {"Sales": "40", ACCOUNT: "-40"})
    assert await tied(database, books) == [
        "0.00 45.00 45.00",
        "UNEXPLAINED 5.00 PURCHASE_RECEIPT-00001",
        "MANUAL_JOURNAL 40.00 JOURNAL_ENTRY-00002",
    ]
    assert await tied(database, books, as_of="2026-01-11") == [
        "0.00 5.00 5.00", "UNEXPLAINED 5.00 PURCHASE_RECEIPT-00001"
    ]  # fmt: skip


async def test_receipts_that_posted_nothing_are_named(
    database: Database, books: HandmadeBooks
) -> None:
    receive(books, "2026-01-10", account=None)
    assert await tied(database, books) == [
        "2000.00 0.00 -2000.00",
        "NOT_POSTED -2000.00 PURCHASE_RECEIPT-00001",
    ]


async def test_delivered_goods_are_another_matter(database: Database, books: HandmadeBooks) -> None:
    note = books.document("DELIVERY_NOTE", "2026-01-10")
    line = books.line(note)
    books.billing(line, note, "2026-01-10", "DELIVERED", quantity="1", amount="300", account=None)
    invoice = books.document("SALES_INVOICE", "2026-01-11")
    books.billing(line, invoice, "2026-01-11", "BILLED", quantity="1", amount="300", account=None)
    assert await lines_of(database, books, include_cleared=True) == []
    assert await tied(database, books) == ["0.00 0.00 0.00"]


@pytest.mark.parametrize("limit", [1, 2, 50])
async def test_pages_are_oldest_first_and_filters_choose_lines(
    database: Database, books: HandmadeBooks, limit: int
) -> None:
    lines = [receive(books, posted) for posted in ("2026-01-12", "2026-01-10", "2026-01-12")]
    ages = [line.rsplit(" ", 2)[-2] for line in await lines_of(
        database, books, as_of="2026-01-12", limit=limit
    )]  # fmt: skip
    assert ages == ["2", "0", "0"]
    chosen: list[tuple[dict[str, Any], int]] = [
        ({"party_id": books.ids["ARCU"]}, 3),
        ({"party_id": books.ids["UTAH"]}, 0),
        ({"item_id": books.ids["RM0002"]}, 0),
        ({"document_id": books.ids["PURCHASE_RECEIPT-00002"]}, 1),
    ]
    for which, found in chosen:
        assert len(await lines_of(database, books, limit=limit, **which)) == found
    assert len(lines) == 3
    assert await tied(database, books) == ["6000.00 6000.00 0.00"]
