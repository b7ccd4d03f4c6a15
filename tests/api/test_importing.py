"""`perpetuo import`: the books of single documents, bad lines told, going on after a break."""

from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import pytest

from api.commands.terminal import CommandError
from api.importing import posting
from api.importing.entries import Entry
from persistence.database import Database
from persistence.posting.post import Poster
from persistence.statistics import gather_due
from tests.api.desk import Desk, Paper, cancelling, delivery, goods, payment, receipt, sale
from tests.api.importing import Import, named


@pytest.fixture
def importing(server: str, server_database: str, tmp_path: Path) -> Import:
    return Import(Desk(server), server_database, tmp_path)


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "CHUNK", 7)


def some_papers(random: Random, count: int) -> list[Paper]:
    """Receipts and deliveries of any days, of which enough is in stock all the time."""
    papers = [named(receipt("2026-01-01", goods("1000", "200")))]
    for _ in range(count - 1):
        day = f"2026-{random.randint(1, 9):02}-{random.randint(2, 28):02}"
        quantity = str(random.randint(1, 9))
        lines = [goods(quantity, str(random.randint(190, 230))) for _ in range(2)]
        papers.append(named(random.choice((receipt, delivery))(day, *lines)))
    return papers


@pytest.mark.usefixtures("small_chunks")
def test_what_single_documents_post_is_posted_whatever_order_files_have(
    importing: Import, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gathered: list[Database] = []

    async def gather(database: Database) -> None:
        gathered.append(database)
        await gather_due(database)

    monkeypatch.setattr(posting, "gather_due", gather)
    papers = some_papers(Random(4), 40)
    files = importing.file("a.jsonl", *papers[::2]), importing.file("b.jsonl", *papers[1::2])
    # Of one day the first file comes first.
    ordered = sorted([*papers[::2], *papers[1::2]], key=lambda paper: paper[1]["postingDate"])
    one_by_one = Desk(server)
    for paper in ordered:
        one_by_one.post((paper[0], {**paper[1], "id": None}))
    assert importing(*files) == (True, [])
    assert importing.desk.books() == one_by_one.books()
    assert len(gathered) == 3, "after 1, 2 and 4 of 6 transactions"


def test_what_is_reversed_later_is_open_again_for_what_comes_after_it(importing: Import) -> None:
    line = {"account": {"code": "Sales"}, "quantity": "1", "rate": "100"}
    sold = named(sale("2026-01-10", line))
    owed = {sold[1]["id"]: "100"}
    bounced = named(payment("2026-01-20", "RECEIVE", "100", owed))
    papers = (
        named(payment("2026-03-20", "RECEIVE", "100", owed)),
        named(cancelling(bounced[1], reverseOn="2026-03-10")),
        bounced,
        sold,
    )
    assert importing(importing.file("all.jsonl", *papers)) == (True, [])
    assert importing.desk.balances() == {"Bank": "100.00", "Sales": "-100.00"}


BAD = [
    pytest.param("{", "", "BAD_USER_INPUT", id="no JSON"),
    pytest.param(["a"], "", "BAD_USER_INPUT", id="no object"),
    pytest.param(("Nonsense", {"id": str(uuid4())}), "", "BAD_USER_INPUT", id="no such kind"),
    pytest.param(delivery("2026-02-01", goods("1", "1")), "id", "REQUIRED", id="no id"),
    pytest.param({"party": {"roles": []}}, "code", "REQUIRED", id="no code"),
    pytest.param(named(delivery("2026-02-30", goods("1", "1"))), "postingDate", "BAD_USER_INPUT",
                 id="no day"),
    pytest.param(named(delivery("2026-02-01", goods("1", "1"), goods("x", "1"))),
                 "lines.1.quantity", "BAD_USER_INPUT", id="no number"),
    pytest.param(named(delivery("2026-02-01", goods("1", "1", sku="NONE"))), "lines.0.item",
                 "NOT_FOUND", id="no such item"),
    pytest.param(named(delivery("2026-02-01", goods("1", "1")), company={"code": "DEMO"}),
                 "company", "NOT_FOUND", id="another company"),
    pytest.param(named(delivery("2026-02-01", goods("99", "1"))), "lines.0.quantity",
                 "INSUFFICIENT_STOCK", id="no stock"),
]  # fmt: skip


def test_bad_lines_are_told_and_the_others_posted(importing: Import) -> None:
    good = [named(receipt("2026-01-10", goods("10", "200"))),
            named(delivery("2026-03-10", goods("4", "300")))]  # fmt: skip
    lines = [good[0], *(one.values[0] for one in BAD), "", good[1]]
    done, told = importing(importing.file("all.jsonl", *lines), stops=False)
    assert not done
    expected = [("all.jsonl", 2 + place, *one.values[1:]) for place, one in enumerate(BAD)]
    assert sorted(told) == sorted(expected)
    assert importing.desk.stock() == {"RM0001 in Stores": ("6", "1200.00")}
    assert importing.desk.numbers() == ["PR-2026-00001", "DN-2026-00001"]


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize(("bad", "path", "code"), BAD)
def test_with_stop_nothing_of_its_transaction_is_posted(
    importing: Import, bad: Any, path: str, code: str
) -> None:
    first = [named(receipt("2026-01-10", goods("10", "200"))) for _ in range(7)]
    file = importing.file("all.jsonl", *first, named(receipt("2026-01-11", goods("1", "1"))), bad)
    assert importing(file) == (False, [("all.jsonl", 9, path, code)])
    posted = 0 if isinstance(bad, dict) else 7  # a party comes before all documents
    assert len(importing.desk.numbers()) == posted
    # The mended file goes on where the first one was stopped.
    mended = file.read_text().splitlines()[:-1]
    assert importing(importing.file("all.jsonl", *mended)) == (True, [])
    assert len(importing.desk.numbers()) == 8


@pytest.mark.usefixtures("small_chunks")
def test_a_run_that_was_broken_off_goes_on(
    importing: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = importing.file("all.jsonl", *some_papers(Random(9), 30))
    post, calls = Poster.submit_batch, []

    async def fail_at_the_third(self: Poster, *given: Any, **more: Any) -> Any:
        calls.append(1)
        if len(calls) == 3:
            raise ConnectionError("the machine is gone")
        return await post(self, *given, **more)

    with monkeypatch.context() as patched:
        patched.setattr(Poster, "submit_batch", fail_at_the_third)
        with pytest.raises(ConnectionError):
            importing(file)
    assert len(importing.desk.numbers()) == 14
    assert importing(file) == (True, [])
    assert len(importing.desk.numbers()) == 30
    before = importing.desk.books()
    assert importing(file) == (True, [])
    assert importing.desk.books() == before


def test_a_transaction_is_no_longer_than_memory_has_room_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(posting, "CHUNK", 3)
    monkeypatch.setattr(posting, "CHUNK_LINES", 6)
    inputs = [{"lines": [{}] * lines} for lines in (2, 3, 4, 1, 1, 1, 9)]
    entries = [Entry("a.jsonl", (1,), "deliveryNote", one) for one in [*inputs, "no document"]]
    assert [len(one) for one in posting._chunks(entries)] == [3, 3, 1, 1]


def test_another_content_under_a_known_id_is_told(importing: Import) -> None:
    paper = named(receipt("2026-01-10", goods("10", "200")))
    assert importing(importing.file("a.jsonl", paper)) == (True, [])
    other = paper[0], {**paper[1], "remarks": "later"}
    told = [("a.jsonl", 1, "id", "IDEMPOTENCY_CONFLICT")]
    assert importing(importing.file("a.jsonl", other)) == (False, told)


@pytest.mark.usefixtures("small_chunks")
def test_documents_of_files_build_on_each_other(importing: Import) -> None:
    papers = [named(receipt("2026-01-10", goods("9", "200")))]
    for day in ("2026-01-11", "2026-01-12", "2026-01-13"):
        out = named(delivery(day, goods("1", "300")))
        line = {"quantity": "1", "rate": "300", "deliveryLine": {"inDocument": f"{out[1]['id']}/1"}}
        sold = named(sale(day, line))
        papers += [out, sold, named(payment(day, "RECEIVE", "300", {sold[1]["id"]: "300"}))]
    files = (
        importing.file("a.jsonl", *papers),
        importing.file("delivery-notes.csv",
                       "document,postingDate,customer,item,warehouse,quantity,rate",
                       "D/1,2026-01-14,UTAH,RM0001,Stores,2,300"),
        importing.file("sales-invoices.csv",
                       "document,postingDate,customer,quantity,rate,deliveryLine.document",
                       "S1,2026-01-14,UTAH,2,300,deliveryNote D/1/1"),
        importing.file("credit-notes.csv",
                       "document,postingDate,side,creditKind,party,invoice.document,"
                       "invoiceLine.document,amount",
                       "C1,2026-01-15,SALES,OVERCHARGE,UTAH,salesInvoice S1,salesInvoice S1/1,20"),
    )  # fmt: skip
    assert importing(*files, dry_run=True) == (True, [])
    assert importing.desk.numbers() == []
    assert importing(*files) == (True, [])
    books = importing.desk.books()
    assert (books.balances["Debtors"], len(books.numbers)) == ("580.00", 13)
    assert importing(*files) == (True, [])
    assert importing.desk.books() == books


def test_a_trial_says_what_would_be_refused_and_keeps_nothing(importing: Import) -> None:
    file = importing.file(
        "all.jsonl", named(receipt("2026-01-10", goods("10", "200"))),
        named(delivery("2026-01-11", goods("8", "300"))),
        named(delivery("2026-01-12", goods("8", "300"))),
        named(sale("2026-01-13", goods("2", "300"), updateStock=True)),
    )  # fmt: skip
    before = importing.desk.books()
    told = [("all.jsonl", 3, "lines.0.quantity", "INSUFFICIENT_STOCK")]
    assert importing(file, dry_run=True, stops=False) == (False, told)
    assert importing.desk.books() == before
    assert importing(file, stops=False) == (False, told)
    assert importing.desk.stock() == {}


@pytest.mark.parametrize(
    ("name", "lines", "said"),
    [
        ("a.docx", [], "should end in .jsonl, .csv or .xlsx"),
        ("a.ods", [], "save it as .xlsx or .csv"),
        ("things.csv", ["sku"], "does not say what its rows are"),
        ("items.csv", ["sku,,name"], "items.csv has no name of its column 2."),
        ("items.csv", ["sku,name, sku"], "items.csv has two columns 'sku'."),
        ("items.csv", ["sku,colour"], "has a column 'colour', which CreateItemInput has no field"),
    ],
)
def test_a_file_that_nobody_can_read_is_told_before_anything_is_posted(
    importing: Import, name: str, lines: list[str], said: str
) -> None:
    good = importing.file("good.jsonl", named(receipt("2026-01-10", goods("10", "200"))))
    with pytest.raises(CommandError, match=said):
        importing(good, importing.file(name, *lines))
    missing = importing.folder / "missing.jsonl"
    with pytest.raises(CommandError) as told:
        importing(good, missing)
    assert str(told.value) == f"{missing} cannot be read: No such file or directory."
    assert importing.desk.numbers() == []
