"""`perpetuo migrate-to-perpetual`: the plan printed and saved, exit codes, beside a server."""

import csv
import re
import zipfile
import zlib
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.api.commands import run, serving
from tests.api.periodic import AFTER, AS_OF, Periodic
from tests.api.test_scheme_migrations import Books

ACCRUAL = "Stock Received But Not Billed"


def migrating(folder: Path, books: Periodic, *more: str, **settings: str) -> CompletedProcess[str]:
    named = ("--company", books.code, "--as-of", AS_OF)
    return run(folder, "migrate-to-perpetual", *named, *more, **settings)


def errors_of(outcome: CompletedProcess[str]) -> list[str]:
    assert "Traceback" not in outcome.stderr
    lines = outcome.stderr.splitlines()
    return [line.removeprefix("error: ") for line in lines if line.startswith("error: ")]


@pytest.fixture
def books(server: str) -> Periodic:
    books = Periodic(server)
    books.receive("2026-01-10", "10", "200")
    books.receive("2026-01-11", "3", "33.33", "Yard")
    return books


def test_the_plan_is_printed_and_nothing_is_kept(
    tmp_path: Path, books: Periodic, server_database: str
) -> None:
    outcome = migrating(tmp_path, books, "--preview", database_url=server_database)
    assert (outcome.returncode, errors_of(outcome)) == (0, [])
    text = outcome.stdout
    titles = ("Problems", "Migration", "Warehouses", "Stock accounts", "Received, not billed")
    assert [text.index(title) for title in titles] == sorted(text.index(title) for title in titles)
    assert "None: every check has passed." in text
    for row in (
        r"Yard +Stock In Hand +the company default +99\.99",
        r"Stores +2,000\.00 +0\.00 +2,000\.00",
        r"PR-2026-00002 +2026-01-11 +ARCU +1 +RM0001 +99\.99",
        rf"2 +Received, not billed +{ACCRUAL} +0\.00 +2,099\.99",
    ):
        assert re.search(row, text), row
    assert re.search(r"State +preview *\n", text)
    assert f"{books.code} can be migrated as of {AS_OF}. Nothing was changed." in text
    assert books.balances() == {}


def test_it_migrates_once_and_the_running_server_knows(
    tmp_path: Path, books: Periodic, server_database: str
) -> None:
    outcome = migrating(tmp_path, books, "--save", "plan.csv", database_url=server_database)
    assert (outcome.returncode, errors_of(outcome)) == (0, [])
    assert "is migrated to perpetual inventory as of 2026-03-31: MIG-2026-00001." in outcome.stdout
    assert "migrated by MIG-2026-00001" in (tmp_path / "plan.csv").read_text("utf-8-sig")
    assert re.search(r"State +migrated by MIG-2026-00001 *\n", outcome.stdout)
    assert books.balances() == {
        "Stores": "2000.00", "Stock In Hand": "99.99", ACCRUAL: "-2099.99",
    }  # fmt: skip
    assert books.deliver(AFTER, "1")["journalLines"]
    assert books.faults() == []
    again = migrating(tmp_path, books, database_url=server_database)
    assert again.returncode == 1
    assert errors_of(again) == ["The company already keeps perpetual inventory."]


def test_what_blocks_it_comes_first_with_its_fix_and_fails(
    tmp_path: Path, books: Periodic, server_database: str
) -> None:
    books.receive("2026-05-01", "1", "1")
    for more in (("--preview", "--save", "plan.csv"), ()):
        outcome = migrating(tmp_path, books, *more, database_url=server_database)
        assert outcome.returncode == 1
        (line,) = errors_of(outcome)
        assert line == f"The migration of {books.code} is blocked by 1 problem, see above."
        assert outcome.stdout.startswith("Problems")
        assert re.search(r"BLOCKING +DOCUMENTS_AFTER_DATE", outcome.stdout)
        assert re.search(r"State +blocked *\n", outcome.stdout)
        assert "Migrate as of the last document's date or later" in outcome.stdout
    assert "BLOCKING,DOCUMENTS_AFTER_DATE" in (tmp_path / "plan.csv").read_text("utf-8-sig")
    assert books.balances() == {}


MISTAKES = (
    (("--company", "NOBODY"), 1, "NOBODY"),
    (("--expense-account", "Stores"), 1, "Stores"),
    (("--save", "plan.doc"), 1, r"\.csv, \.xlsx, \.pdf"),
    (("--save", "nowhere/plan.csv"), 1, "no such folder"),
    (("--journals", "some"), 2, "--journals"),
    (("--as-of", "2026-02-30"), 2, "--as-of"),
)


def test_mistakes_are_one_line_each(tmp_path: Path, books: Periodic, server_database: str) -> None:
    for more, code, says in MISTAKES:
        given = {"--company": books.code, "--as-of": AS_OF, more[0]: more[1]}
        arguments = [text for pair in given.items() for text in pair]
        outcome = run(tmp_path, "migrate-to-perpetual", *arguments, database_url=server_database)
        assert outcome.returncode == code
        (line,) = errors_of(outcome)
        assert re.search(says, line)
    assert list(tmp_path.iterdir()) == []
    assert books.balances() == {}


def test_journals_made_by_hand_only_switch(
    tmp_path: Path, books: Periodic, server_database: str
) -> None:
    by_hand = ("--journals", "none")
    blocked = migrating(tmp_path, books, *by_hand, database_url=server_database)
    assert blocked.returncode == 1
    assert blocked.stdout.count("BOOKS_DISAGREE") == 3
    for account, amount in (("Stores", "2000"), ("Stock In Hand", "99.99")):
        given = books.journal(AS_OF, account, ACCRUAL, amount)
        books.make("submitJournalEntry", "journalEntry", **given)
    before = books.balances()
    outcome = migrating(tmp_path, books, *by_hand, database_url=server_database)
    assert outcome.returncode == 0
    assert "None are needed." in outcome.stdout
    assert books.balances() == before


def test_another_scheme_is_named_and_migrated_to(
    tmp_path: Path, server: str, server_database: str
) -> None:
    """10 came at 100 and 4 went, nothing of it billed: no journal is needed, costs go by links."""
    books = Books(server, "PERPETUAL")
    books.receive("2026-03-01", "10", "100")
    books.deliver("2026-03-02", "4")
    before = books.balances()
    named = ("--company", books.code, "--as-of", AS_OF, "--scheme")
    shown = run(tmp_path, "migrate-company", *named, "CONTINENTAL", "--preview",
                database_url=server_database)  # fmt: skip
    assert (shown.returncode, errors_of(shown)) == (0, [])
    assert "None are needed." in shown.stdout
    written = ("continental", "--journals", "Generate")
    outcome = run(tmp_path, "migrate-company", *named, *written, database_url=server_database)
    assert (outcome.returncode, errors_of(outcome)) == (0, [])
    done = "is migrated to scheme CONTINENTAL as of 2026-03-31: MIG-2026-00001."
    assert done in outcome.stdout
    assert books.balances() == before
    scheme = "query($company: CompanyRef!) { company(company: $company) { scheme } }"
    assert books.ask(scheme)["company"]["scheme"] == "CONTINENTAL"
    assert books.faults() == []
    again = run(tmp_path, "migrate-company", *named, "CONTINENTAL", database_url=server_database)
    assert again.returncode == 1
    assert len(errors_of(again)) == 1


# -- files ------------------------------------------------------------------------------------


def test_the_plan_is_saved_for_the_auditor(
    tmp_path: Path, books: Periodic, server_database: str
) -> None:
    books.submit("PurchaseInvoice", "2026-02-03", books.line("1", "50"))
    for name in ("plan.csv", "plan.xlsx", "plan.PDF"):
        more = ("--preview", "--save", name)
        assert migrating(tmp_path, books, *more, database_url=server_database).returncode == 0
    with (tmp_path / "plan.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == [f"Migration of {books.code} to perpetual inventory as of {AS_OF}"]
    for row in (
        ["Stock accounts"],
        ["Stores", "2000.00", "0.00", "2000.00"],
        ["PI-2026-00001", "2026-02-03", "ARCU", "1", "RM0001", "50.00"],
        ["2", "Received, not billed", ACCRUAL, "0.00", "2099.99"],
        ["Total", "", "", "4199.98", "4199.98"],
        ["RM0001", "Yard", "Stock In Hand", "3", "99.99"],
    ):
        assert row in rows
    with zipfile.ZipFile(tmp_path / "plan.xlsx") as workbook:
        names = re.findall(r'<sheet name="([^"]+)"', workbook.read("xl/workbook.xml").decode())
        accounts = workbook.read("xl/worksheets/sheet4.xml").decode()
    assert names == [
        "Problems", "Migration", "Warehouses", "Stock accounts", "Received, not billed",
        "Billed, not received", "Journals", "Stock",
    ]  # fmt: skip
    assert "<v>2099.99</v>" in accounts
    pdf = (tmp_path / "plan.PDF").read_bytes()
    assert pdf.startswith(b"%PDF-")
    shown = b"".join(
        zlib.decompress(stream)
        for stream in re.findall(rb"/FlateDecode.*?stream\n(.*?)\nendstream", pdf, re.DOTALL)
    )
    for text in (b"BILLED_NOT_RECEIVED", b"2,099.99", b"PR-2026-00002", b"Stock In Hand"):
        assert text in shown


def test_it_works_beside_a_server_on_the_same_folder_and_without_one(tmp_path: Path) -> None:
    with serving(tmp_path, "--no-demo") as served:
        books = Periodic(served.base)
        books.receive("2026-01-10", "10", "200")
        outcome = migrating(tmp_path, books, "--preview")
        assert (outcome.returncode, errors_of(outcome)) == (0, [])
        assert "- Using the database of the server that is running" in outcome.stderr
    outcome = migrating(tmp_path, books)
    assert (outcome.returncode, errors_of(outcome)) == (0, [])
    assert "MIG-2026-00001" in outcome.stdout
    with serving(tmp_path, "--no-demo") as served:
        books.base = served.base
        books.client.base_url = served.base
        assert books.out_of_step() == {}
        books.client.close()
