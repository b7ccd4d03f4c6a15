"""Sums of years to days and what is not in them yet: together the ledger, at every moment."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import psycopg
import pytest
from psycopg import AsyncConnection
from uuid_utils.compat import uuid7

from api.commands.fold import fold as fold_command
from api.serving.folding import Folding
from domain.errors import Refused
from persistence import ledger_sums
from persistence.checking.check import BooksRule, check_books, one_moment
from persistence.database import Database
from persistence.ledger_sums import Progress
from persistence.posting.post import Poster
from persistence.reports.scope import Scope, scope_of
from persistence.reports.statements import balance_sheet, profit_and_loss
from persistence.reports.trial_balance import trial_balance
from tests.invariants import assert_books_are_clean
from tests.model.handing_in import HandingIn
from tests.model.opening import open_company
from tests.model.operations import Switches
from tests.persistence.handmade import HandmadeBooks
from tests.persistence.test_together import operations

pytestmark = pytest.mark.anyio

FIRST_DAY = date(2025, 11, 20)
YEARS_BEFORE = (0, 0, 0, -365, -730, -1095)
"""Days from which on postings count: most of them in the last months, across the turn of a year."""

ACCOUNTS = ("Stores", "Debtors", "Creditors", "Sales", "Cost of Goods Sold")
CENTERS = (None, "cc:Main", "cc:North")


def record(books: HandmadeBooks, random: Random) -> None:
    """A document of any day with entries of any accounts; the counter moves with it."""
    day = str(FIRST_DAY + timedelta(days=random.choice(YEARS_BEFORE) + random.randrange(140)))
    document = books.document("JOURNAL_ENTRY", day)
    for _ in range(random.randint(1, 2)):
        one, other = random.sample(ACCOUNTS, 2)
        amount, center = random.randint(1, 9_999), random.choice(CENTERS)
        books.journal(
            document, day, {one: f"{amount / 100}", other: f"-{amount / 100}"},
            cost_center_id=books.ids[center] if center else None,
        )  # fmt: skip
    count_on(books)


def count_on(books: HandmadeBooks) -> None:
    books.connection.execute(
        "update company_counter set seq = %s where company_id = %s", (books.seq, books.company_id)
    )


async def reports(connection: AsyncConnection, scope: Scope, **which: Any) -> list[Any]:
    """All three, without the scope that they name."""
    center = which.pop("cost_center_id", None)
    found = await trial_balance(connection, scope, cost_center_id=center, **which)
    result = await profit_and_loss(connection, scope, cost_center_id=center, **which)
    sheet = await balance_sheet(connection, scope)
    return [
        found.rows, found.totals, found.from_date, result.rows, result.totals, result.from_date,
        sheet.rows, sheet.totals,
    ]  # fmt: skip


async def assert_sums_say_what_the_ledger_says(
    connection: AsyncConnection, scope: Scope, **which: Any
) -> None:
    by_ledger = await reports(connection, replace(scope, folded=0), **which)
    by_sums = await reports(connection, replace(scope, folded=max(1, scope.seq)), **which)
    assert by_sums == by_ledger


@pytest.mark.parametrize("seed", range(3))
async def test_every_day_center_and_moment_comes_to_the_same(
    database: Database, books: HandmadeBooks, seed: int
) -> None:
    random = Random(seed)
    for _ in range(40):
        record(books, random)
    horizons = sorted(random.sample(range(1, 40), 3))
    for before, horizon in zip([0, *horizons], horizons, strict=False):
        folded = await ledger_sums.fold(database, books.company_id, step=horizon - before)
        assert folded == Progress(recorded=40, folded=horizon)
        async with one_moment(database, books.company_id) as connection:
            scope = await scope_of(connection, books.company_id)
            assert scope.folded == horizon
            for _ in range(12):
                chosen = random.choice((*CENTERS, None))
                await assert_sums_say_what_the_ledger_says(
                    connection,
                    replace(scope, seq=random.randint(0, 40), as_of=_any_day(random)),
                    from_date=_any_day(random),
                    cost_center_id=books.ids[chosen] if chosen else None,
                )


def _any_day(random: Random) -> date | None:
    """Among the postings, or long before or after them; often the edge of a month."""
    edges = (
        None, date(2025, 12, 1), date(2025, 12, 31), date(2026, 2, 28), date.min, date.max,
        date(2024, 1, 1), date(2024, 12, 31), date(2026, 1, 1), date(2024, 1, 10),
        date(2024, 12, 20),
    )  # fmt: skip
    if random.random() < 0.5:
        return random.choice(edges)
    return FIRST_DAY + timedelta(days=random.choice(YEARS_BEFORE) + random.randrange(-5, 145))


async def test_reports_stay_right_while_many_post_late_and_two_fold(
    database: Database, database_url: str
) -> None:
    with psycopg.connect(database_url) as owner:
        company = open_company(owner, "BUSY", Switches())
    poster, hand_in, is_done = Poster(database), HandingIn("BUSY", uuid7), asyncio.Event()
    documents = [hand_in.document(one) for one in operations(7)[:80]]
    seen: set[int] = set()
    refusals: set[str] = set()

    async def post(portion: int) -> None:
        for document in documents[portion::4]:
            try:
                await poster.submit(document, "test")
            except Refused as refused:
                refusals.update(one.code for one in refused.refusals)

    async def keep_folding() -> None:
        while not is_done.is_set():
            done = await ledger_sums.fold(database, company, step=3)
            seen.update([done.folded] if done else [])
            await asyncio.sleep(0)

    async def keep_reading() -> None:
        while not is_done.is_set():
            async with one_moment(database, company) as connection:
                scope = await scope_of(connection, company)
                await assert_sums_say_what_the_ledger_says(connection, scope)
            async with database.transaction(company) as connection:
                scope = replace(await scope_of(connection, company), folded=1)
                first = await reports(connection, scope)
                await asyncio.sleep(0.01)  # more is posted and folded: the report's moment stays
                assert await reports(connection, scope) == first

    others = [asyncio.create_task(one()) for one in (keep_folding, keep_folding, keep_reading)]
    await asyncio.gather(*(post(portion) for portion in range(4)))
    is_done.set()
    await asyncio.gather(*others)
    assert refusals <= {"INSUFFICIENT_STOCK"}
    assert len(seen) > 5
    while (done := await ledger_sums.fold(database, company)) is None or done[0] > done[1]:
        pass
    assert done.recorded == done.folded > 20
    check = await assert_books_are_clean(database, company)
    (rule,) = (one for one in check.results if one.rule == BooksRule.LEDGER_SUMS_REBUILT)
    assert rule.examined > 0


async def test_what_is_not_committed_is_neither_folded_nor_waited_for(
    database: Database, database_url: str, books: HandmadeBooks
) -> None:
    random = Random(0)
    record(books, random)
    committed = books.connection
    with psycopg.connect(database_url) as books.connection:
        record(books, random)  # holds the counter's row, as a posting does until its commit
        assert await ledger_sums.fold(database, books.company_id) == Progress(1, 1)
        books.connection.commit()
    books.connection = committed
    assert await ledger_sums.fold(database, books.company_id) == Progress(2, 2)
    async with one_moment(database, books.company_id) as connection:
        scope = await scope_of(connection, books.company_id)
        await assert_sums_say_what_the_ledger_says(connection, scope)


async def test_one_folds_at_a_time(
    database: Database, database_url: str, books: HandmadeBooks
) -> None:
    record(books, Random(0))
    await ledger_sums.fold(database, books.company_id)
    with psycopg.connect(database_url) as other:
        other.execute("select from ledger_fold for update")
        assert await ledger_sums.fold(database, books.company_id) is None


async def test_a_server_folds_what_is_worth_it(database: Database, books: HandmadeBooks) -> None:
    small = HandmadeBooks(books.connection, code="SMALL")
    record(small, Random(1))
    for _ in range(3):
        record(books, Random(0))
    await Folding(database, enough=3).sweep()
    progress = {one.company_id: one.folded for one in await ledger_sums.behind(database, 0)}
    assert progress == {books.company_id: 3, small.company_id: 0}
    assert await ledger_sums.behind(database, 1) == [(small.company_id, 1, 0)]


async def test_sums_are_made_anew_and_nothing_is_lost_meanwhile(
    database: Database, database_url: str, books: HandmadeBooks
) -> None:
    random = Random(0)
    for _ in range(5):
        record(books, random)
    await ledger_sums.fold(database, books.company_id)
    books.connection.execute("update ledger_day set debit = debit + 1")
    books.connection.execute("update ledger_month set credit = credit + 1")
    books.connection.execute("update ledger_year set credit = credit + 1")
    assert await faults(database, books) > 0
    await ledger_sums.forget(database, books.company_id)
    async with one_moment(database, books.company_id) as connection:
        scope = await scope_of(connection, books.company_id)
        await assert_sums_say_what_the_ledger_says(connection, scope)
    await asyncio.to_thread(fold_command, database_url, None, anew=True, on_stage=[].append)
    assert await ledger_sums.behind(database, 0) == [(books.company_id, 5, 5)]
    assert await faults(database, books) == 0


async def faults(database: Database, books: HandmadeBooks) -> int:
    async with one_moment(database, books.company_id) as connection:
        check = await check_books(connection, books.company_id)
    return next(one.faults for one in check.results if one.rule == BooksRule.LEDGER_SUMS_REBUILT)
