"""The check of the books: clean where documents were posted, loud where a row was touched."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from psycopg import AsyncConnection
from uuid_utils.compat import uuid7

from domain.documents.journal_entry import JournalVoucher, JournalVoucherLine
from domain.documents.parts.settlement import Allocation
from domain.documents.payment import Payment, PaymentType
from domain.references import Ref
from persistence.checking.check import BooksCheck, BooksRule, check_books
from persistence.database import Database
from persistence.embedded import EmbeddedPostgres
from persistence.ledger_sums import fold
from persistence.posting.post import Poster
from persistence.round_trip import AskingConnection
from tests.api.commands import refusals, run
from tests.invariants import assert_all_books_are_clean, assert_books_are_clean, faults_of
from tests.model.handing_in import HandingIn
from tests.model.opening import open_company
from tests.model.operations import Charge, Kind, Line, LineOf, Operation, Switches
from tests.servers import new_database

D = Decimal


def goods(item: str, warehouse: str, quantity: str, rate: str = "0", **more: object) -> Line:
    return Line(item=item, warehouse=warehouse, quantity=D(quantity), rate=D(rate), **more)  # type: ignore[arg-type] - LineOf and text, as Line has them


FREIGHT = Charge(account="Freight", amount=D(5), category="VALUATION_AND_TOTAL")
STORY = (
    Operation(no=1, kind=Kind.RECEIPT, day=2, lines=(goods("fifo", "main", "10", "10"),),
              charges=(FREIGHT,)),
    Operation(no=2, kind=Kind.RECEIPT, day=2, lines=(
        goods("average", "shop", "3", "33.333333333"),
    )),
    Operation(no=3, kind=Kind.BILL, day=3, lines=(
        goods("fifo", "main", "4", "10", of=LineOf(1, 0)),
        goods("average", "main", "5", "2"),
    )),
    Operation(no=4, kind=Kind.DELIVERY, day=3, lines=(goods("fifo", "main", "3", "20"),)),
    Operation(no=5, kind=Kind.SALE, day=4, lines=(goods("average", "shop", "1", "50"),),
              update_stock=True),
    Operation(no=6, kind=Kind.TRANSFER, day=4, lines=(goods("fifo", "main", "2", to="shop"),)),
    Operation(no=7, kind=Kind.COLLECT, day=5, amount=D(30),
              lines=(Line(of=LineOf(5, -1), amount=D(20)),)),
    Operation(no=8, kind=Kind.MATERIAL_RECEIPT, day=1, lines=(goods("fifo", "main", "2", "7"),)),
    Operation(no=9, kind=Kind.DELIVERY, day=6, lines=(goods("fifo", "main", "1", "20"),)),
    Operation(no=10, kind=Kind.CANCEL, day=0, of=9),
    Operation(no=11, kind=Kind.JOURNAL, day=6, lines=(
        Line(account="Debtors", amount=D(9)), Line(account="Capital", amount=D(-9)),
    )),
    Operation(no=12, kind=Kind.RECEIPT, day=6,
              lines=tuple(goods("fifo", "yard", "1", "1") for _ in range(70))),
    Operation(no=13, kind=Kind.RECEIPT, day=6, lines=(goods("fifo-", "main", "1", "10"),)),
    Operation(no=14, kind=Kind.DELIVERY, day=6, lines=(goods("fifo-", "main", "1", "20"),)),
    Operation(no=15, kind=Kind.RECEIPT, day=6, lines=(goods("fifo-", "main", "2", "12"),)),
    Operation(no=16, kind=Kind.PURCHASE_RETURN, day=6, lines=(
        Line(of=LineOf(13, 0), quantity=D(1)),
    )),
    Operation(no=17, kind=Kind.SALE, day=6, update_stock=True,
              lines=(goods("fifo", "yard", "1", "50", taxes=("VAT",), off=D(20)),)),
)  # fmt: skip

POUND_BANK = """
insert into account (company_id, id, code, name, type, root, is_group, position, currency)
values (%(company)s, gen_random_uuid(), 'Pounds', 'Pounds', 'BANK', 'ASSET', false, 99, 'GBP')
"""
POUNDS = JournalVoucher(
    id=uuid7(),
    company=Ref("company", "code", "ACME"),
    posting_date=date(2026, 1, 8),
    lines=(
        JournalVoucherLine(
            account=Ref("account", "code", "Pounds"), debit=D(11), currency_amount=D(10)
        ),
        JournalVoucherLine(account=Ref("account", "code", "Capital"), credit=D(11)),
    ),
)


def discounted(sale: UUID) -> Payment:
    """A sale of 40 and its tax of 8.40 settled, but for a discount of 4.84."""
    of = Allocation(
        invoice=Ref("document", "id", str(sale)),
        amount=D("43.56"),
        discount=D("4.84"),
        adjust_taxes=True,
    )
    return Payment(
        id=uuid7(),
        company=Ref("company", "code", "ACME"),
        posting_date=date(2026, 1, 9),
        type=PaymentType.RECEIVE,
        party=Ref("party", "code", "customer"),
        amount=D("43.56"),
        allocations=(of,),
    )


@pytest.fixture(scope="module")
def story(postgres: EmbeddedPostgres) -> Iterator[tuple[str, UUID]]:
    """A database where all kinds of documents were posted, and the company."""
    with new_database(postgres) as url:
        yield url, asyncio.run(_post(url))


async def _post(url: str) -> UUID:
    with psycopg.connect(url) as owner:
        company = open_company(owner, "ACME", Switches())
        owner.execute(POUND_BANK, {"company": company})
    database = await Database.open(url)
    poster, handing_in = Poster(database), HandingIn("ACME", uuid7)
    for operation in STORY:
        recorded = await poster.submit(handing_in.document(operation), "test")
        assert recorded.decision is not None
        handing_in.recorded(operation, recorded.decision)
    await poster.submit(POUNDS, "test")
    await poster.submit(discounted(handing_in.ids[17]), "test")
    await fold(database, company)
    await database.close()
    return company


@pytest.fixture(scope="module")
async def behind(story: tuple[str, UUID]) -> AsyncIterator[tuple[AsyncConnection, UUID]]:
    """The owner behind the triggers' back, and the company; the rules' statements stay planned."""
    url, company = story
    async with await AskingConnection.connect(url) as owner:
        await owner.execute("set session_replication_role = replica")
        await owner.commit()
        yield owner, company


@asynccontextmanager
async def corrupted(
    behind: tuple[AsyncConnection, UUID], *statements: str
) -> AsyncIterator[BooksCheck]:
    """The check of books that somebody has changed; undone afterwards."""
    owner, company = behind
    try:
        await owner.execute("select set_config('app.company_id', %s, true)", (str(company),))
        for statement in statements:
            cursor = await owner.execute(statement.encode())
            assert cursor.rowcount > 0, "something is corrupted"
        yield await check_books(owner, company)
    finally:
        await owner.rollback()


async def test_posted_books_are_clean_and_what_differs_by_hand_is_named(
    story: tuple[str, UUID],
) -> None:
    url, company = story
    database = await Database.open(url)
    check = await assert_books_are_clean(database, company)
    await database.close()

    examined = {result.rule: result.examined for result in check.results}
    explained = [
        (result.rule, finding.subject, finding.problem, finding.found)
        for result in check.results
        for finding in result.findings
    ]
    assert list(examined) == list(BooksRule)
    assert all(examined.values()), "every rule had something to look at"
    assert explained == [
        ("PARTIES_EQUAL_LEDGER", "Debtors, JE-2026-00001", "posted by hand, of no party", "9"),
        ("RECEIVED_NOT_BILLED", "PI-2026-00001", "BILLED_NOT_RECEIVED", "-10.00"),
    ]


async def test_all_companies_of_a_database_are_checked(story: tuple[str, UUID]) -> None:
    await assert_all_books_are_clean(story[0])


CORRUPTIONS = {
    BooksRule.JOURNAL_BALANCES: """
        update journal_line set amount = amount + 1 where line_no = 1;
        update journal_line set amount = amount * 1.0001;
        update journal_line set posting_date = posting_date + 1;
        delete from journal_line
    """,
    BooksRule.NUMBERS_GAPLESS: """
        delete from document where number = 'PR-2026-00002';
        update number_series set last_number = 7 where series = 'PR';
        update document set number = 'DN-2025-00002' where number = 'DN-2026-00002';
        update document set posting_date = '2027-01-01' where number = 'SI-2026-00001'
    """,
    BooksRule.SEQUENCE_GAPLESS: """
        delete from document where seq = 3;
        update company_counter set seq = seq + 1;
        delete from company_counter;
        update document set recorded_at = recorded_at - interval '1 hour' where seq = 5;
        update document set seq = seq + 100 where kind = 'PAYMENT'
    """,
    BooksRule.RECORDINGS_AGREE: """
        update movement set seq = seq + 1 where ordinal = 0;
        update party_entry set seq = 1;
        update document_line set document_id = gen_random_uuid();
        update journal_entry set document_id = gen_random_uuid() where seq = 1;
        update movement set document_id = gen_random_uuid() where ordinal = 0;
        update journal_line set journal_entry_id = gen_random_uuid() where seq = 1;
        update document set party_id = gen_random_uuid() where party_id is not null;
        update document_line set item_id = gen_random_uuid() where item_id is not null;
        update document_line set warehouse_id = gen_random_uuid() where warehouse_id is not null;
        update movement set item_id = gen_random_uuid();
        update movement set warehouse_id = gen_random_uuid();
        delete from account where id in (select account_id from journal_line);
        update document set posting_time = '00:00:01' where kind = 'DELIVERY_NOTE';
        update movement set line_id = gen_random_uuid() where line_id is not null;
        update document_line set quantity = quantity + 1;
        update document_line set quantity = quantity - 1
    """,
    BooksRule.DOCUMENTS_ADD_UP: """
        update document_line set amount = amount + 1 where rate is not null;
        update document_line set rate = rate * 2;
        update document_line set discount_percent = discount_percent + 1;
        update document_line set valuation_amount = valuation_amount + 0.01;
        update document_line set amount = amount + 1 where against_id is not null;
        update document_line set amount = amount * 2 where account_id is not null and rate is null;
        update document_charge set amount = amount + 1;
        update document_charge set rate = 1;
        update document_tax set amount = amount + 1;
        update document_tax set base = base + 1;
        update document_line_tax set amount = amount + 1;
        update document_line_tax set amount = amount + 1 where document_id in (
            select id from document where kind = 'PAYMENT');
        update document set net_total = net_total + 1 where kind = 'PURCHASE_INVOICE';
        update document set charges_total = charges_total - 1;
        update document set taxes_total = taxes_total - 1;
        update document set grand_total = grand_total + 0.01 where kind = 'SALES_INVOICE';
        update document set freight = freight + 1;
        update document set exchange_rate = 2
    """,
    BooksRule.CURRENCIES_AGREE: """
        update journal_line set currency = 'JPY' where currency is not null;
        update journal_line set currency_amount = null where currency is not null;
        update journal_line set currency_amount = 1 where currency is not null;
        update document_line set currency_amount = 1 where currency_amount is not null
    """,
    BooksRule.CANCELLATIONS_MIRROR: """
        update journal_line set account_id = (select id from account where code = 'Bank')
            where amount > 0 and seq = 10;
        delete from billing_entry where seq = 10;
        update document set cancels_id = id where seq = 10;
        update document set posting_date = posting_date + 1 where seq = 10
    """,
    BooksRule.BINS_ADD_UP: """
        update bin set quantity = quantity + 1 where quantity > 0;
        update bin set value = value - 0.01 where quantity > 0;
        delete from bin;
        delete from cost_entry where kind = 'ISSUE'
    """,
    BooksRule.MOVEMENTS_COST: """
        update cost_entry set actual = actual + 0.001;
        update movement set quantity = 0 where quantity = 10;
        delete from movement where voids_id is not null;
        update cost_entry set warehouse_id = (select id from warehouse where code = 'yard')
            where kind = 'ISSUE';
        insert into cost_entry (company_id, id, seq, movement_id, document_id, because_id,
            item_id, warehouse_id, kind, posting_date, actual) select company_id,
            gen_random_uuid(), seq, id, document_id, document_id, item_id, warehouse_id,
            'ISSUE', posting_date, 1 from movement where voids_id is not null
    """,
    BooksRule.BILLING_REBUILT: """
        update billing_state set billed_amount = billed_amount + 0.01;
        update billing_state set is_void = not is_void;
        delete from billing_state;
        update billing_entry set quantity = quantity + 1
    """,
    BooksRule.OPEN_ITEMS_REBUILT: """
        update open_item set settled = 0 where settled <> 0;
        update open_item set is_void = true;
        delete from open_item
    """,
    BooksRule.STOCK_EQUALS_LEDGER: """
        update cost_entry set actual = actual + 1 where kind = 'DIRECT';
        update cost_entry set posting_date = posting_date + 1 where kind = 'ISSUE';
        update journal_line set account_id = (select id from account where code = 'Stock B')
            where account_id = (select id from account where code = 'Stock A')
    """,
    BooksRule.PARTIES_EQUAL_LEDGER: """
        update party_entry set amount = amount + 1;
        update party_entry set posting_date = posting_date + 1;
        update journal_line set party_id = null where party_id is not null
    """,
    BooksRule.LEDGER_SUMS_REBUILT: """
        update ledger_day set debit = debit + 1;
        update ledger_month set credit = credit + 1;
        delete from ledger_month;
        update ledger_year set debit = debit + 1;
        delete from ledger_year;
        update ledger_fold set seq = seq - 1
    """,
    BooksRule.BINS_REBUILT: """
        update bin set issued = issued + 1 where issued > 0;
        update bin set first_layer = first_layer + 1 where next_layer > 0;
        update layer set value = value + 0.0000000001 where no = 1;
        delete from layer where no = 0;
        update bin_snapshot set last_value = last_value + 1;
        delete from bin_snapshot;
        update cost_entry set actual = actual - 0.01 where kind = 'ISSUE';
        update bin set last_seq = last_seq + 1;
        update movement set nature = 'MAGIC' where quantity = 10;
        update movement set leg = 'WOODEN' where quantity = 10;
        update cost_entry set kind = 'WHIM' where kind = 'ISSUE'
    """,
    BooksRule.RECEIVED_NOT_BILLED: """
        update journal_line set amount = amount * 2 where account_id = (select id from
            account where code = 'Accrual') and seq = 1;
        update billing_entry set amount = amount + 1 where seq = 1
    """,
}
"""For each rule the statements, one at a time, that break it."""


@pytest.mark.parametrize(
    ("rule", "statement"),
    [
        pytest.param(rule, " ".join(statement.split()), id=f"{rule}-{number}")
        for rule, statements in CORRUPTIONS.items()
        for number, statement in enumerate(statements.split(";"))
    ],
)
async def test_a_corrupted_row_is_found_by_the_rule_that_it_breaks(
    behind: tuple[AsyncConnection, UUID], rule: BooksRule, statement: str
) -> None:
    async with corrupted(behind, statement) as check:
        results = {result.rule: result for result in check.results}

        assert not check.is_clean
        assert results[rule].faults > 0
        finding = results[rule].findings[0]
        assert not finding.is_explained
        assert finding.subject
        assert finding.expected != finding.found
        assert any(rule in line and finding.subject in line for line in faults_of(check))


async def test_a_fault_says_what_to_look_up_and_both_figures(
    behind: tuple[AsyncConnection, UUID],
) -> None:
    async with corrupted(behind, "update bin set value = 1 where quantity = 7") as check:
        faults = list(faults_of(check))

    assert "ACME, BINS_ADD_UP: fifo in main: value of the bin: expected 73.50, found 1" in faults


async def test_what_goods_given_back_leave_may_be_named_as_an_earlier_release_did(
    behind: tuple[AsyncConnection, UUID],
) -> None:
    earlier = """
        update layer l set movement_id = (select x.id from movement x
                 where x.company_id = l.company_id and x.item_id = l.item_id and x.quantity > 0
                 limit 1)
          from movement m
         where m.company_id = l.company_id and m.id = l.movement_id and m.returns_id is not null"""
    async with corrupted(behind, earlier) as check:
        assert check.is_clean


def test_every_rule_is_corrupted_above() -> None:
    assert list(CORRUPTIONS) == list(BooksRule)


def test_the_command_prints_a_table_and_its_exit_code_tells(
    postgres: EmbeddedPostgres, tmp_path: Path
) -> None:
    with new_database(postgres) as url:
        company = asyncio.run(_post(url))
        clean = run(tmp_path, "check", "--company", "ACME", database_url=url)
        with psycopg.connect(url) as owner:
            owner.execute("set session_replication_role = replica")
            owner.execute("select set_config('app.company_id', %s, true)", (str(company),))
            owner.execute("delete from document where seq = 3")
        broken = run(tmp_path, "check", database_url=url)
        unknown = run(tmp_path, "check", "--company", "NOBODY", database_url=url)

    assert clean.returncode == 0
    assert all(rule in clean.stdout for rule in BooksRule)
    assert "ACME PARTIES_EQUAL_LEDGER: Debtors, JE-2026-00001" in clean.stdout
    assert broken.returncode == 1
    assert "ACME SEQUENCE_GAPLESS: recording 4: place in the sequence" in broken.stdout
    assert refusals(unknown) == ["--company: there is no company 'NOBODY'."]
