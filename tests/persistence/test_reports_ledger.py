"""The trial balance and the general ledger, read from entries made by hand."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from persistence.database import Database
from persistence.paging import Page
from persistence.reports import general_ledger as gl
from persistence.reports.general_ledger import GeneralLedgerFilter
from persistence.reports.scope import scope_of
from persistence.reports.stock_versus_ledger import stock_versus_ledger
from persistence.reports.trial_balance import TrialBalance, trial_balance
from tests.persistence.handmade import HandmadeBooks, day, moment

pytestmark = pytest.mark.anyio

AMOUNTS = ("opening_debit", "opening_credit", "debit", "credit", "closing_debit", "closing_credit")


async def balance_of(
    database: Database, books: HandmadeBooks, *, known: int | None = None,
    as_of: str | None = None, **options: Any,
) -> TrialBalance:  # fmt: skip
    async with database.transaction(books.company_id) as connection:
        scope = await scope_of(
            connection,
            books.company_id,
            as_of=day(as_of) if as_of else None,
            known_at=moment(known) if known is not None else None,
        )
        return await trial_balance(connection, scope, **options)


def table(balance: TrialBalance) -> list[str]:
    """The rows as text, so that digits count: account, then the six amounts."""
    return [
        " ".join([row.account.code, *(str(getattr(row, name)) for name in AMOUNTS)])
        for row in balance.rows
    ]


def totals(balance: TrialBalance) -> str:
    return " ".join(str(getattr(balance.totals, name)) for name in AMOUNTS)


def post_two_years(books: HandmadeBooks) -> None:
    """2025: bought 1000. 2026: sold half of it in January, an issue backdated to 2025 last."""
    bought = books.document("PURCHASE_RECEIPT", "2025-12-20")
    books.journal(
        bought, "2025-12-20", {"Stores": "1000", "Stock Received But Not Billed": "-1000"}
    )
    sold = books.document("DELIVERY_NOTE", "2026-01-15")
    books.journal(sold, "2026-01-15", {"Cost of Goods Sold": "500.5", "Stores": "-500.5"})
    late = books.document("STOCK_ENTRY", "2025-12-31")
    books.journal(late, "2025-12-31", {"Cost of Goods Sold": "20", "Stores": "-20"})


async def test_rows_are_in_chart_order_with_the_currencys_digits(
    database: Database, books: HandmadeBooks
) -> None:
    post_two_years(books)
    balance = await balance_of(database, books, as_of="2026-12-31")
    assert table(balance) == [
        "Stores 980.00 0.00 0.00 500.50 479.50 0.00",
        "Stock Received But Not Billed 0.00 1000.00 0.00 0.00 0.00 1000.00",
        "Cost of Goods Sold 20.00 0.00 500.50 0.00 520.50 0.00",
    ]
    assert totals(balance) == "1000.00 1000.00 500.50 500.50 1000.00 1000.00"
    assert balance.from_date == date(2026, 1, 1)
    assert (balance.rows[0].account.type, balance.rows[0].account.root) == ("STOCK", "ASSET")


async def test_as_of_leaves_out_what_counts_later(database: Database, books: HandmadeBooks) -> None:
    post_two_years(books)
    balance = await balance_of(database, books, as_of="2025-12-31")
    assert balance.from_date == date(2025, 1, 1)
    assert table(balance) == [
        "Stores 0.00 0.00 1000.00 20.00 980.00 0.00",
        "Stock Received But Not Billed 0.00 0.00 0.00 1000.00 0.00 1000.00",
        "Cost of Goods Sold 0.00 0.00 20.00 0.00 20.00 0.00",
    ]


async def test_known_at_leaves_out_what_was_recorded_later(
    database: Database, books: HandmadeBooks
) -> None:
    post_two_years(books)
    before_the_late_issue = await balance_of(database, books, as_of="2025-12-31", known=2)
    assert table(before_the_late_issue) == [
        "Stores 0.00 0.00 1000.00 0.00 1000.00 0.00",
        "Stock Received But Not Billed 0.00 0.00 0.00 1000.00 0.00 1000.00",
    ]
    assert table(await balance_of(database, books, known=0)) == []
    now = await balance_of(database, books)
    assert now.scope.known_at == moment(3)


async def test_without_dates_the_year_of_the_last_posting_is_shown(
    database: Database, books: HandmadeBooks
) -> None:
    post_two_years(books)
    balance = await balance_of(database, books)
    assert balance.from_date == date(2026, 1, 1)
    assert totals(balance) == "1000.00 1000.00 500.50 500.50 1000.00 1000.00"


async def test_from_moves_the_opening(database: Database, books: HandmadeBooks) -> None:
    post_two_years(books)
    balance = await balance_of(database, books, from_date=day("2025-12-31"))
    assert table(balance)[0] == "Stores 1000.00 0.00 0.00 520.50 479.50 0.00"


async def test_fiscal_years_may_start_in_any_month(
    books: HandmadeBooks, database: Database
) -> None:
    april = HandmadeBooks(books.connection, code="APRIL", year_starts_in=4)
    post_two_years(april)
    for as_of, starts in (("2026-03-31", date(2025, 4, 1)), ("2026-04-01", date(2026, 4, 1))):
        assert (await balance_of(database, april, as_of=as_of)).from_date == starts


async def test_accounts_without_anything_are_shown_on_demand(
    database: Database, books: HandmadeBooks
) -> None:
    empty = await balance_of(database, books)
    assert (empty.rows, empty.from_date) == ([], None)
    assert totals(empty) == "0.00 0.00 0.00 0.00 0.00 0.00"
    everything = await balance_of(database, books, include_zero=True)
    assert [row.account.code for row in everything.rows] == [
        "Debtors", "Stores", "Finished Goods", "Stock In Hand", "Creditors",
        "Stock Received But Not Billed", "Sales", "Cost of Goods Sold",
    ]  # fmt: skip


async def test_a_cost_center_stands_for_those_below_it(
    database: Database, books: HandmadeBooks
) -> None:
    north = books.document("JOURNAL_ENTRY", "2026-01-10")
    lines = {"Cost of Goods Sold": "7", "Stores": "-7"}
    books.journal(north, "2026-01-10", lines, cost_center_id=books.ids["cc:North"])
    books.journal(north, "2026-01-10", {"Cost of Goods Sold": "5", "Stores": "-5"})
    for cost_center, amount in (("cc:Main", "7.00"), ("cc:North", "7.00"), (None, "12.00")):
        chosen = books.ids[cost_center] if cost_center else None
        balance = await balance_of(database, books, cost_center_id=chosen)
        assert balance.totals.debit == Decimal(amount)


async def test_yen_have_no_decimals_and_companies_do_not_mix(
    database: Database, books: HandmadeBooks
) -> None:
    post_two_years(books)
    yen = HandmadeBooks(books.connection, code="YEN", currency="JPY")
    post = yen.document("JOURNAL_ENTRY", "2026-01-10")
    yen.journal(post, "2026-01-10", {"Stores": "7", "Sales": "-7"})
    assert table(await balance_of(database, yen)) == ["Stores 0 0 7 0 7 0", "Sales 0 0 0 7 0 7"]


# -- the general ledger -----------------------------------------------------------------------


def post_days(books: HandmadeBooks) -> list[UUID]:
    """Stores: +100 on the 5th, +30 on the 10th, -50 on the 7th recorded last."""
    documents = []
    for posted, amount in (("2026-01-05", "100"), ("2026-01-10", "30"), ("2026-01-07", "-50")):
        document = books.document("STOCK_ENTRY", posted)
        opposite = str(-Decimal(amount))
        books.journal(document, posted, {"Stores": amount, "Stock In Hand": opposite})
        documents.append(document)
    return documents


async def ledger_of(
    database: Database, books: HandmadeBooks, *, limit: int = 50, known: int | None = None,
    as_of: str | None = None, **which: Any,
) -> list[list[str]]:  # fmt: skip
    """All pages, each row as text: date, account, debit, credit, balance."""
    pages, after = [], None
    async with database.transaction(books.company_id) as connection:
        scope = await scope_of(
            connection,
            books.company_id,
            as_of=day(as_of) if as_of else None,
            known_at=moment(known) if known is not None else None,
        )
        while True:
            page = Page(gl.ORDERING, limit, after=after)
            found = page.of(
                await gl.general_ledger(connection, scope, page, GeneralLedgerFilter(**which))
            )
            pages.append(
                [
                    f"{row.posting_date} {row.account_code} {row.debit} {row.credit} {row.balance}"
                    for row in found.rows
                ]
            )
            if not found.has_next:
                return pages
            after = gl.ORDERING.key(found.rows[-1])


STORES_LINES = [
    "2026-01-05 Stores 100.00 0.00 100.00",
    "2026-01-07 Stores 0.00 50.00 50.00",
    "2026-01-10 Stores 30.00 0.00 80.00",
]


@pytest.mark.parametrize("limit", [1, 2, 50])
async def test_the_balance_runs_in_the_order_in_which_lines_count(
    database: Database, books: HandmadeBooks, limit: int
) -> None:
    post_days(books)
    pages = await ledger_of(database, books, limit=limit, account_id=books.ids["Stores"])
    assert [line for page in pages for line in page] == STORES_LINES
    assert max(map(len, pages)) <= limit


async def test_it_reads_backwards_too(database: Database, books: HandmadeBooks) -> None:
    post_days(books)
    which = GeneralLedgerFilter(account_id=books.ids["Stores"])
    async with database.transaction(books.company_id) as connection:
        scope = await scope_of(connection, books.company_id)
        page = Page(gl.ORDERING, 2, backward=True)
        found = page.of(await gl.general_ledger(connection, scope, page, which))
    assert [str(row.balance) for row in found.rows] == ["50.00", "80.00"]
    assert found.has_previous


async def test_a_first_day_has_an_opening_balance(database: Database, books: HandmadeBooks) -> None:
    post_days(books)
    which: dict[str, Any] = {"account_id": books.ids["Stores"], "from_date": day("2026-01-06")}
    assert await ledger_of(database, books, **which) == [STORES_LINES[1:]]
    assert await ledger_of(database, books, as_of="2026-01-09", **which) == [STORES_LINES[1:2]]
    async with database.transaction(books.company_id) as connection:
        scope = await scope_of(connection, books.company_id)
        total = await gl.general_ledger_totals(connection, scope, GeneralLedgerFilter(**which))
    assert [str(total.opening), str(total.debit), str(total.credit), str(total.closing)] == [
        "100.00", "30.00", "50.00", "80.00"
    ]  # fmt: skip


async def test_known_at_takes_a_late_line_out_of_the_balances_after_it(
    database: Database, books: HandmadeBooks
) -> None:
    post_days(books)
    lines = await ledger_of(database, books, known=2, account_id=books.ids["Stores"])
    assert lines == [[STORES_LINES[0], "2026-01-10 Stores 30.00 0.00 130.00"]]


async def test_a_document_shows_its_lines_with_the_accounts_balances(
    database: Database, books: HandmadeBooks
) -> None:
    documents = post_days(books)
    assert await ledger_of(database, books, document_id=documents[1]) == [
        ["2026-01-10 Stores 30.00 0.00 80.00", "2026-01-10 Stock In Hand 0.00 30.00 -80.00"]
    ]


async def test_a_party_has_a_balance_of_its_own(database: Database, books: HandmadeBooks) -> None:
    invoice = books.document("PURCHASE_INVOICE", "2026-01-05", party_id=books.ids["ARCU"])
    lines = {"Creditors": "-40", "Stores": "40"}
    books.journal(invoice, "2026-01-05", {"Creditors": "-9", "Stores": "9"})
    books.journal(invoice, "2026-01-05", lines, party_id=books.ids["ARCU"])
    which: dict[str, Any] = {"account_id": books.ids["Creditors"], "party_id": books.ids["ARCU"]}
    assert await ledger_of(database, books, **which) == [["2026-01-05 Creditors 0.00 40.00 -40.00"]]


# -- stock against the ledger -----------------------------------------------------------------


async def test_stock_is_compared_with_its_accounts(
    database: Database, books: HandmadeBooks
) -> None:
    receipt = books.document("STOCK_ENTRY", "2026-01-05")
    books.stock(receipt, "2026-01-05", "10", "1000")
    books.journal(receipt, "2026-01-05", {"Stores": "1000", "Sales": "-1000"})
    unposted = books.document("STOCK_ENTRY", "2026-01-06")
    books.stock(unposted, "2026-01-06", "1", "50", warehouse="Yard", account=None)
    manual = books.document("JOURNAL_ENTRY", "2026-01-07")
    books.journal(manual, "2026-01-07", {"Finished Goods": "3", "Sales": "-3"})
    async with database.transaction(books.company_id) as connection:
        rows = await stock_versus_ledger(connection, await scope_of(connection, books.company_id))
    assert [
        f"{row.account_code} {row.stock_value} {row.ledger_balance} {row.difference}"
        for row in rows
    ] == [
        "Stores 1000.00 1000.00 0.00",
        "Finished Goods 0.00 3.00 -3.00",
        "Stock In Hand 50.00 0.00 50.00",
    ]
