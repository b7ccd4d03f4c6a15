"""Stock balance and stock ledger, read from movements and cost entries made by hand."""

from typing import Any
from uuid import UUID

import pytest

from persistence.database import Database
from persistence.paging import Page
from persistence.reports import stock_balance as balance
from persistence.reports import stock_ledger as ledger
from persistence.reports.scope import Scope, scope_of
from persistence.reports.stock_balance import StockFilter
from persistence.reports.stock_ledger import StockLedgerFilter
from tests.persistence.handmade import HandmadeBooks, day, moment

pytestmark = pytest.mark.anyio


def post_backdated(books: HandmadeBooks) -> list[UUID]:
    """FIFO by hand: 10 for 2000 on the 5th, 4 out on the 10th; 2 for 500 backdated to the 3rd.

    The backdated goods leave first: the issue cost 800, and costs 900 once they are known.
    """
    first = books.document("STOCK_ENTRY", "2026-01-05")
    books.stock(first, "2026-01-05", "10", "2000")
    issue = books.document("STOCK_ENTRY", "2026-01-10")
    out = books.movement(issue, "2026-01-10", "-4")
    books.cost(out, issue, "2026-01-10", "-800", kind="ISSUE")
    late = books.document("STOCK_ENTRY", "2026-01-03")
    books.stock(late, "2026-01-03", "2", "500")
    books.cost(out, issue, "2026-01-10", "-100", kind="ADJUSTMENT", because_id=late)
    return [first, issue, late]


async def scoped(
    connection: Any, books: HandmadeBooks, as_of: str | None, known: int | None
) -> Scope:
    return await scope_of(
        connection,
        books.company_id,
        as_of=day(as_of) if as_of else None,
        known_at=moment(known) if known is not None else None,
    )


async def balances(
    database: Database, books: HandmadeBooks, *, as_of: str | None = None,
    known: int | None = None, limit: int = 50, **which: Any,
) -> list[str]:  # fmt: skip
    """All pages, then the total: SKU, warehouse, account, quantity, value, unit cost."""
    lines, after = [], None
    async with database.transaction(books.company_id) as connection:
        scope = await scoped(connection, books, as_of, known)
        while True:
            page = Page(balance.ORDERING, limit, after=after)
            found = page.of(
                await balance.stock_balance(connection, scope, page, StockFilter(**which))
            )
            lines += [
                f"{row.item_sku} {row.warehouse_code} {row.account_code} "
                f"{row.quantity} {row.value} {row.unit_cost}"
                for row in found.rows
            ]
            if not found.has_next:
                break
            after = balance.ORDERING.key(found.rows[-1])
        totals = await balance.stock_balance_totals(connection, scope, StockFilter(**which))
    return [*lines, str(totals.value)]


async def test_stock_as_of_a_day_is_what_counted_by_then(
    database: Database, books: HandmadeBooks
) -> None:
    post_backdated(books)
    for as_of, expected in (
        ("2026-01-02", ["0.00"]),
        ("2026-01-03", ["RM0001 Stores Stores 2 500.00 250", "500.00"]),
        ("2026-01-09", ["RM0001 Stores Stores 12 2500.00 208.333333333", "2500.00"]),
        ("2026-01-10", ["RM0001 Stores Stores 8 1600.00 200", "1600.00"]),
    ):
        assert await balances(database, books, as_of=as_of) == expected


async def test_stock_known_at_a_moment_knows_nothing_recorded_later(
    database: Database, books: HandmadeBooks
) -> None:
    post_backdated(books)
    for known, expected in (
        (0, ["0.00"]),
        (1, ["RM0001 Stores Stores 10 2000.00 200", "2000.00"]),
        (2, ["RM0001 Stores Stores 6 1200.00 200", "1200.00"]),
        (3, ["RM0001 Stores Stores 8 1600.00 200", "1600.00"]),
    ):
        assert await balances(database, books, known=known) == expected
    assert await balances(database, books, as_of="2026-01-04", known=2) == ["0.00"]


async def test_stock_now_is_read_from_the_bins(database: Database, books: HandmadeBooks) -> None:
    post_backdated(books)
    books.bin("RM0001", "Stores", "8.50", "1600")
    books.bin("RM0002", "Yard", "0", "0")
    assert await balances(database, books) == [
        "RM0001 Stores Stores 8.5 1600.00 188.235294118", "1600.00"
    ]  # fmt: skip
    assert await balances(database, books, include_zero=True) == [
        "RM0001 Stores Stores 8.5 1600.00 188.235294118",
        "RM0002 Yard Stock In Hand 0 0.00 None",
        "1600.00",
    ]


async def test_used_up_stock_is_shown_on_demand(database: Database, books: HandmadeBooks) -> None:
    document = books.document("STOCK_ENTRY", "2026-01-05")
    books.stock(document, "2026-01-05", "3", "10")
    books.stock(document, "2026-01-05", "-3", "-10")
    assert await balances(database, books, as_of="2026-12-31") == ["0.00"]
    assert await balances(database, books, as_of="2026-12-31", include_zero=True) == [
        "RM0001 Stores Stores 0 0.00 None", "0.00"
    ]  # fmt: skip


@pytest.mark.parametrize("limit", [1, 2, 50])
async def test_pages_filters_and_warehouse_trees(
    database: Database, books: HandmadeBooks, limit: int
) -> None:
    document = books.document("STOCK_ENTRY", "2026-01-05")
    for item, warehouse, amount in (
        ("RM0002", "Stores", "1"),
        ("RM0001", "Yard", "2"),
        ("RM0001", "Finished Goods", "4"),
    ):
        books.stock(document, "2026-01-05", "1", amount, item=item, warehouse=warehouse)
    goods, yard, other = (
        "RM0001 Finished Goods Finished Goods 1 4.00 4",
        "RM0001 Yard Stock In Hand 1 2.00 2",
        "RM0002 Stores Stores 1 1.00 1",
    )
    read = {"as_of": "2026-01-05", "limit": limit}
    assert await balances(database, books, **read) == [goods, yard, other, "7.00"]
    below = books.ids["warehouse:All"]
    assert await balances(database, books, **read, warehouse_id=below) == [goods, other, "5.00"]
    item = books.ids["RM0001"]
    assert await balances(database, books, **read, item_id=item) == [goods, yard, "6.00"]


async def test_a_cancelled_document_counts_until_its_cancellation_is_known(
    database: Database, books: HandmadeBooks
) -> None:
    cancel(books)
    stock = "RM0001 Stores Stores {} {} 200"
    assert await balances(database, books, as_of="2026-01-31", known=2) == [
        stock.format(15, "3000.00"), "3000.00"
    ]  # fmt: skip
    for as_of in ("2026-01-05", "2026-01-31"):
        assert await balances(database, books, as_of=as_of) == [
            stock.format(10, "2000.00"), "2000.00"
        ]  # fmt: skip


def cancel(books: HandmadeBooks) -> None:
    """10 for 2000, 5 for 1000 on the same day and hour; the latter cancelled two weeks later."""
    kept = books.document("STOCK_ENTRY", "2026-01-05")
    books.stock(kept, "2026-01-05", "10", "2000")
    mistake = books.document("STOCK_ENTRY", "2026-01-05")
    moved = books.stock(mistake, "2026-01-05", "5", "1000")
    cancellation = books.document("CANCELLATION", "2026-01-05", cancels_id=mistake)
    books.void(mistake, cancellation)
    books.stock(cancellation, "2026-01-05", "-5", "-1000", voids_id=moved)


# -- the stock ledger -------------------------------------------------------------------------


async def lines_of(
    database: Database, books: HandmadeBooks, *, as_of: str | None = None,
    known: int | None = None, limit: int = 50, **which: Any,
) -> list[str]:  # fmt: skip
    """All pages: date, quantity, cost, and quantity, value and unit cost after."""
    lines, after = [], None
    async with database.transaction(books.company_id) as connection:
        scope = await scoped(connection, books, as_of, known)
        while True:
            page = Page(ledger.ORDERING, limit, after=after)
            found = page.of(
                await ledger.stock_ledger(connection, scope, page, StockLedgerFilter(**which))
            )
            lines += [
                f"{row.posting_date:%d} {row.quantity} {row.cost} -> "
                f"{row.quantity_after} {row.value_after} {row.unit_cost_after}"
                + (" cancelled" if row.is_cancelled else "")
                for row in found.rows
            ]
            if not found.has_next:
                return lines
            after = ledger.ORDERING.key(found.rows[-1])


THREE_MOVEMENTS = [
    "03 2 500.00 -> 2 500.00 250",
    "05 10 2000.00 -> 12 2500.00 208.333333333",
    "10 -4 -900.00 -> 8 1600.00 200",
]


@pytest.mark.parametrize("limit", [1, 2, 50])
async def test_the_balance_after_is_right_on_every_page(
    database: Database, books: HandmadeBooks, limit: int
) -> None:
    post_backdated(books)
    assert await lines_of(database, books, limit=limit) == THREE_MOVEMENTS


async def test_it_reads_backwards_with_the_same_balances(
    database: Database, books: HandmadeBooks
) -> None:
    post_backdated(books)
    async with database.transaction(books.company_id) as connection:
        page = Page(ledger.ORDERING, 2, backward=True)
        scope = await scope_of(connection, books.company_id)
        found = page.of(await ledger.stock_ledger(connection, scope, page))
    assert [str(row.value_after) for row in found.rows] == ["2500.00", "1600.00"]


async def test_filters_choose_rows_and_not_balances(
    database: Database, books: HandmadeBooks
) -> None:
    _, issue, _ = post_backdated(books)
    assert await lines_of(database, books, document_id=issue) == THREE_MOVEMENTS[2:]
    assert await lines_of(database, books, from_date=day("2026-01-05")) == THREE_MOVEMENTS[1:]
    assert await lines_of(database, books, as_of="2026-01-05") == THREE_MOVEMENTS[:2]
    assert await lines_of(database, books, item_id=books.ids["RM0002"]) == []
    everywhere = books.ids["warehouse:All"]
    assert await lines_of(database, books, warehouse_id=everywhere) == THREE_MOVEMENTS


async def test_known_at_shows_costs_as_they_were(database: Database, books: HandmadeBooks) -> None:
    post_backdated(books)
    assert await lines_of(database, books, known=2) == [
        "05 10 2000.00 -> 10 2000.00 200",
        "10 -4 -800.00 -> 6 1200.00 200",
    ]


async def test_an_adjustment_dated_later_is_not_in_an_earlier_balance(
    database: Database, books: HandmadeBooks
) -> None:
    receipt = books.document("STOCK_ENTRY", "2026-01-05")
    moved = books.stock(receipt, "2026-01-05", "10", "2000")
    bill = books.document("PURCHASE_INVOICE", "2026-02-01")
    books.cost(moved, receipt, "2026-02-01", "50", kind="PRICE", because_id=bill)
    assert await lines_of(database, books, as_of="2026-01-31") == [
        "05 10 2000.00 -> 10 2000.00 200"
    ]
    assert await lines_of(database, books) == ["05 10 2050.00 -> 10 2050.00 205"]


async def test_a_cancelled_pair_is_hidden_once_it_is_known(
    database: Database, books: HandmadeBooks
) -> None:
    cancel(books)
    kept, mistake = "05 10 2000.00 -> 10 2000.00 200", "05 5 1000.00 -> 15 3000.00 200"
    assert await lines_of(database, books, known=2) == [kept, mistake]
    assert await lines_of(database, books) == [kept]
    assert await lines_of(database, books, include_cancelled=True) == [
        kept,
        "05 5 1000.00 -> 10 2000.00 200 cancelled",
        "05 -5 -1000.00 -> 10 2000.00 200 cancelled",
    ]
