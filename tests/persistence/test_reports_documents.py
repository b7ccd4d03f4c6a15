"""Documents with all that belongs to them, and lists of them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest

from persistence.database import Database
from persistence.documents import lists, reading
from persistence.documents.lists import DocumentFilter
from persistence.documents.rows import DocumentRow, JournalLineRow
from persistence.paging import Ordering, Page
from tests.persistence.handmade import HandmadeBooks, day

pytestmark = pytest.mark.anyio


async def one(database: Database, books: HandmadeBooks, document_id: UUID) -> DocumentRow:
    async with database.transaction(books.company_id) as connection:
        (row,) = await reading.documents(connection, books.company_id, [document_id])
    return row


# -- a document and its parts -----------------------------------------------------------------


async def test_totals_have_the_digits_of_the_documents_currency(
    database: Database, books: HandmadeBooks
) -> None:
    for currency, printed in (("USD", "12.50"), ("JPY", "13"), ("KWD", "12.500")):
        document = books.document(
            "PURCHASE_RECEIPT", "2026-01-10", currency=currency, net_total="12.5"
        )
        row = await one(database, books, document)
        assert (str(row.net_total), row.status) == (printed, "SUBMITTED")
        assert row.outstanding_amount is None


async def test_what_is_outstanding_is_positive_for_customers_and_suppliers(
    database: Database, books: HandmadeBooks
) -> None:
    for kind, sign, settled, void, outstanding in (
        ("SALES_INVOICE", 1, 30, False, "70.00"),
        ("PURCHASE_INVOICE", -1, -100, False, "0.00"),
        ("PURCHASE_INVOICE", -1, -25, False, "75.00"),
        ("SALES_INVOICE", 1, 0, True, "0.00"),
    ):
        invoice = books.document(kind, "2026-01-10")
        books.own_rows("open_item", [{
            "document_id": invoice, "party_id": books.ids["ARCU"], "currency": "USD",
            "account_id": books.ids["Debtors"], "amount": sign * 100, "settled": settled,
            "is_void": void,
        }])  # fmt: skip
        assert str((await one(database, books, invoice)).outstanding_amount) == outstanding


async def test_a_cancelled_document_and_its_cancellation_name_each_other(
    database: Database, books: HandmadeBooks
) -> None:
    mistake = books.document("STOCK_ENTRY", "2026-01-05")
    cancellation = books.document("CANCELLATION", "2026-01-05", cancels_id=mistake)
    books.void(mistake, cancellation)
    cancelled = await one(database, books, mistake)
    assert (cancelled.status, cancelled.cancelled_by_id) == ("CANCELLED", cancellation)
    cancelling = await one(database, books, cancellation)
    assert (cancelling.status, cancelling.cancels_id) == ("SUBMITTED", mistake)


async def test_lines_carry_valuation_and_what_later_documents_did(
    database: Database, books: HandmadeBooks
) -> None:
    receipt = books.document("PURCHASE_RECEIPT", "2026-01-10", currency="JPY", exchange_rate=2)
    second = books.line(receipt, 2, item_id=None)
    first = books.line(
        receipt, 1, quantity="3.000", rate="33.3300", amount="100", valuation_amount="100"
    )
    books.own_rows("billing_state", [{
        "line_id": first, "document_id": receipt, "quantity": 3, "billed_quantity": "2.0",
        "returned_quantity": 0, "is_void": False,
    }])  # fmt: skip
    async with database.transaction(books.company_id) as connection:
        rows = await reading.lines_of_documents(connection, books.company_id, [receipt])
        again = await reading.lines(connection, books.company_id, [first])
    assert [row.id for row in rows] == [first, second]
    assert again == rows[:1]
    line = rows[0]
    assert [str(line.quantity), str(line.rate), str(line.amount)] == ["3", "33.33", "100"]
    assert str(line.valuation_amount) == "100.00"
    assert str(line.valuation_rate) == "33.333333333"
    assert [str(line.billed_quantity), str(line.returned_quantity)] == ["2", "0"]
    assert (rows[1].billed_quantity, rows[1].valuation_rate) == (None, None)


async def test_charges_come_in_their_order(database: Database, books: HandmadeBooks) -> None:
    receipt = books.document("PURCHASE_RECEIPT", "2026-01-10")
    rows = [
        {
            "document_id": receipt, "charge_no": no, "account_id": books.ids["Sales"],
            "category": "TOTAL", "rate": rate, "amount": amount,
        }
        for no, rate, amount in ((2, None, 100), (1, "10.0", "200.5"))
    ]  # fmt: skip
    books.own_rows("document_charge", rows)
    async with database.transaction(books.company_id) as connection:
        charges = await reading.charges_of_documents(connection, books.company_id, [receipt])
    assert [(str(one.amount), str(one.rate)) for one in charges] == [
        ("200.50", "10"), ("100.00", "None")
    ]  # fmt: skip


async def test_journal_lines_about_a_document_and_because_of_it(
    database: Database, books: HandmadeBooks
) -> None:
    issue = books.document("STOCK_ENTRY", "2026-01-10")
    books.journal(issue, "2026-01-10", {"Cost of Goods Sold": "800", "Stores": "-800"})
    late = books.document("STOCK_ENTRY", "2026-01-03")
    books.journal(late, "2026-01-03", {"Stores": "500", "Sales": "-500"})
    books.journal(
        issue, "2026-01-10", {"Cost of Goods Sold": "100", "Stores": "-100"},
        because_id=late, source="COST_ADJUSTMENT",
    )  # fmt: skip
    names = {account: name for name, account in books.ids.items()}
    async with database.transaction(books.company_id) as connection:
        about = await reading.journal_lines_about(connection, books.company_id, [issue])
        because = await reading.journal_lines_because_of(connection, books.company_id, [late])

    def text(rows: Sequence[JournalLineRow]) -> list[str]:
        return [f"{row.source} {names[row.account_id]} {row.debit} {row.credit}" for row in rows]

    adjustment = [
        "COST_ADJUSTMENT Cost of Goods Sold 100.00 0.00",
        "COST_ADJUSTMENT Stores 0.00 100.00",
    ]
    assert text(about) == [
        "TEST Cost of Goods Sold 800.00 0.00", "TEST Stores 0.00 800.00", *adjustment
    ]  # fmt: skip
    assert text(because) == ["TEST Stores 500.00 0.00", "TEST Sales 0.00 500.00", *adjustment]


async def test_movements_show_cost_now_and_the_balance_after_them(
    database: Database, books: HandmadeBooks
) -> None:
    receipt = books.document("STOCK_ENTRY", "2026-01-05")
    books.stock(receipt, "2026-01-05", "10", "2000")
    mistake = books.document("STOCK_ENTRY", "2026-01-06")
    wrong = books.stock(mistake, "2026-01-06", "5", "7")
    cancellation = books.document("CANCELLATION", "2026-01-06", cancels_id=mistake)
    books.void(mistake, cancellation)
    books.stock(cancellation, "2026-01-06", "-5", "-7", voids_id=wrong)
    issue = books.document("STOCK_ENTRY", "2026-01-10")
    out = books.movement(issue, "2026-01-10", "-4")
    books.cost(out, issue, "2026-01-10", "-800", kind="ISSUE")
    late = books.document("STOCK_ENTRY", "2026-01-03")
    books.stock(late, "2026-01-03", "2", "500")
    books.cost(out, issue, "2026-01-10", "-100", kind="ADJUSTMENT", because_id=late)
    books.bin("RM0001", "Stores", "8", "1600")
    async with database.transaction(books.company_id) as connection:
        ids = [late, receipt, mistake, issue]
        rows = await reading.movements_of_documents(connection, books.company_id, ids)
    assert {
        row.document_id: f"{row.quantity} {row.cost} -> {row.quantity_after} {row.value_after} "
        f"{row.unit_cost_after}"
        for row in rows
    } == {
        late: "2 500.00 -> 2 500.00 250",
        receipt: "10 2000.00 -> 12 2500.00 208.333333333",
        mistake: "5 7.00 -> 12 2500.00 208.333333333",
        issue: "-4 -900.00 -> 8 1600.00 200",
    }


# -- lists ------------------------------------------------------------------------------------


async def numbers(
    database: Database, books: HandmadeBooks, ordering: Ordering = lists.OLDEST_FIRST,
    *, limit: int = 50, **which: Any,
) -> list[str]:  # fmt: skip
    found, after = [], None
    async with database.transaction(books.company_id) as connection:
        while True:
            page = Page(ordering, limit, after=after)
            rows = page.of(
                await lists.list_documents(
                    connection, books.company_id, page, DocumentFilter(**which)
                )
            )
            found += [row.number[-1] for row in rows.rows]
            if not rows.has_next:
                return found
            after = ordering.key(rows.rows[-1])


def three_documents(books: HandmadeBooks) -> None:
    """1: receipt of the 10th from ARCU; 2: receipt of the 5th, cancelled; 3: entry of the 10th."""
    books.document(
        "PURCHASE_RECEIPT", "2026-01-10", party_id=books.ids["ARCU"], remarks="100% wool"
    )
    receipt = books.document("PURCHASE_RECEIPT", "2026-01-05", reference="Order A_1")
    books.line(receipt, item_id=books.ids["RM0002"])
    entry = books.document("STOCK_ENTRY", "2026-01-10")
    books.void(receipt, entry)


@pytest.mark.parametrize("limit", [1, 2, 50])
async def test_lists_in_every_order(database: Database, books: HandmadeBooks, limit: int) -> None:
    three_documents(books)
    for ordering, expected in (
        (lists.OLDEST_FIRST, "213"),
        (lists.NEWEST_FIRST, "312"),
        (lists.BY_NUMBER, "123"),
        (lists.BY_NUMBER_DESCENDING, "321"),
        (lists.AS_RECORDED, "123"),
        (lists.LAST_RECORDED_FIRST, "321"),
    ):
        found = await numbers(database, books, ordering, limit=limit)
        assert found == list(expected), ordering.name


async def test_every_filter_of_lists(database: Database, books: HandmadeBooks) -> None:
    three_documents(books)
    cases: list[tuple[dict[str, Any], str]] = [
        ({"kinds": ["PURCHASE_RECEIPT"]}, "21"),
        ({"kinds": ["PURCHASE_RECEIPT", "STOCK_ENTRY"]}, "213"),
        ({"from_date": day("2026-01-10")}, "13"),
        ({"to_date": day("2026-01-09")}, "2"),
        ({"party_id": books.ids["ARCU"]}, "1"),
        ({"status": "CANCELLED"}, "2"),
        ({"status": "SUBMITTED"}, "13"),
        ({"number": "STOCK_ENTRY-00003"}, "3"),
        ({"number": "STOCK_ENTRY"}, ""),
        ({"item_id": books.ids["RM0002"]}, "2"),
        ({"text": "order a_"}, "2"),
        ({"text": "0% W"}, "1"),
        ({"text": "%"}, "1"),
        ({"text": "receipt-"}, "21"),
        ({"text": "x\0"}, ""),
        ({"kinds": ["STOCK_ENTRY"], "party_id": books.ids["ARCU"]}, ""),
    ]
    for which, expected in cases:
        assert await numbers(database, books, **which) == list(expected), which


async def test_another_companys_documents_are_not_found(
    database: Database, books: HandmadeBooks
) -> None:
    other = HandmadeBooks(books.connection, code="OTHER")
    document = other.document("STOCK_ENTRY", "2026-01-10")
    async with database.transaction(books.company_id) as connection:
        assert await reading.documents(connection, other.company_id, [document]) == []
        assert await reading.documents(connection, books.company_id, [document]) == []
