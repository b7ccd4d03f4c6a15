"""`perpetuo import`: the books of single documents, bad lines told, going on after a break."""

import json
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from uuid import uuid4

import pytest

from api.commands.importing import Request, import_files
from api.commands.terminal import CommandError
from api.importing import posting
from api.importing.entries import Entry
from api.settings import Settings
from persistence.database import Database
from persistence.posting.post import Poster
from persistence.statistics import gather_due
from tests.api.desk import Desk, Paper, delivery, goods, is_clean, payment, receipt, sale


class Import(NamedTuple):
    """A desk, and the database that files are imported into beside its server."""

    desk: Desk
    url: str
    folder: Path

    def __call__(self, *files: Path, **how: Any) -> tuple[bool, list[tuple[Any, ...]]]:
        """Whether nothing was refused, and (file, line, path, code) of what was."""
        rejects = self.folder / "rejects.jsonl"
        given = {"kind": None, "stops": True, "dry_run": False, "rejects": rejects, **how}
        settings = Settings.load({"database_url": self.url})
        done = import_files(settings, Request(files=files, company=self.desk.code, **given))
        told = [json.loads(line) for line in rejects.open()] if rejects.exists() else []
        assert all(one["message"] for one in told)
        where = [
            (Path(one["file"]).name, one["line"], ".".join(one["path"]), one["code"])
            for one in told
        ]
        return done, where

    def file(self, name: str, *lines: Any) -> Path:
        """A file: JSON of papers and other objects, text as it is."""
        path = self.folder / name
        path.write_text("".join(f"{_line(line)}\n" for line in lines))
        return path


def _line(line: Any) -> str:
    if isinstance(line, str):
        return line
    if isinstance(line, tuple):
        kind, given = line
        line = {kind[0].lower() + kind[1:]: given}
    return json.dumps(line)


def named(paper: Paper, **more: Any) -> Paper:
    """The paper with an id of its own."""
    return paper[0], {"id": str(uuid4()), **paper[1], **more}


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


def test_tables_make_items_parties_stock_and_documents(importing: Import) -> None:
    files = (
        importing.file("delivery-notes-2026.csv",
                       "document,postingDate,customer,item,warehouse,quantity,rate",
                       "D1,2026-02-01,C1,I1,Stores,1,9.50", "D1,,,I2,Stores,2,9.50",
                       "D2,2026-02-02,C1,I2,Stores,3,9.50"),
        importing.file("sales-invoices.csv",
                       "postingDate,customer,item,warehouse,quantity,rate,updateStock,paidInto,id",
                       f"2026-02-03,C1,I1,Stores,1,9.50,true,Cash,{uuid4()}"),
        importing.file("opening-stock.csv", "document,postingDate,item,warehouse,quantity,rate,uom",
                       "O1,2026-01-01,I1,Stores,20,2.5,Half", "O1,2026-01-01,I2,Stores,10,7,"),
        importing.file("items.csv", "sku,name,isStockItem,barcodes,units",
                       "I1,First,true,a;b,Pair=2; Half = 0.5", 'I2,"Second, and last",,,'),
        importing.file("parties.csv", "code,roles", "C1,CUSTOMER;SUPPLIER"),
    )  # fmt: skip
    assert importing(*files, dry_run=True) == (True, [])
    assert importing.desk.numbers() == []
    assert importing(*files) == (True, [])
    assert importing.desk.stock() == {
        "I1 in Stores": ("8", "40.00"), "I2 in Stores": ("5", "35.00"),
    }  # fmt: skip
    assert importing.desk.balances()["Cash"] == "9.50"
    assert len(importing.desk.numbers()) == 4
    assert importing(*files) == (True, [])
    assert len(importing.desk.numbers()) == 4


def test_masters_are_made_before_what_names_them(importing: Import) -> None:
    files = (
        importing.file("items.csv", "sku,group,barcodes", "I1,Wood,a", "I2,Oak,"),
        importing.file("parties.jsonl", {"party": {
            "code": "C1", "roles": ["CUSTOMER"], "paymentTerm": {"code": "30D"}}}),
        importing.file("item-groups.csv", "code,name,parent", "Wood,Wood,", "Oak,Oak,Wood"),
        importing.file("payment-terms.csv", "code,name,dueDays", "30D,30 days,30"),
        importing.file("taxes.csv", "code,name,rate,salesAccount,purchaseAccount",
                       "VAT21,VAT,21,4770,4770"),
        importing.file("warehouses.csv", "code,name,account", "North,North,3000"),
        importing.file("cost-centers.csv", "code,name,isGroup,parent", "All,All,true,",
                       "Shop,Shop,,All"),
        importing.file("accounts.csv", "code,name,root,type,isGroup,parent",
                       "3,Goods,ASSET,,true,", "3000,Stock,ASSET,STOCK,,3",
                       "4770,VAT due,LIABILITY,TAX,,"),
    )  # fmt: skip
    assert importing(*files, dry_run=True) == (True, [])
    assert importing(*files) == (True, [])
    found = importing.desk.ask(
        """query($company: CompanyRef!) {
          warehouse(company: $company, warehouse: {code: "North"}) { account { parent { code } } }
          item(company: $company, item: {sku: "I2"}) { group { parent { code } } }
          party(company: $company, party: {code: "C1"}) { paymentTerm { dueDays } }
          tax(company: $company, tax: {code: "VAT21"}) { salesAccount { name } }
          costCenter(company: $company, costCenter: {code: "Shop"}) { parent { code } } }"""
    )
    assert found == {
        "warehouse": {"account": {"parent": {"code": "3"}}},
        "item": {"group": {"parent": {"code": "Wood"}}},
        "party": {"paymentTerm": {"dueDays": 30}},
        "tax": {"salesAccount": {"name": "VAT due"}},
        "costCenter": {"parent": {"code": "All"}},
    }
    assert importing(*files) == (True, [])
    other = importing.file("items.csv", "sku,barcodes", "I1,b", "I3,a")
    assert importing(other) == (False, [("items.csv", 3, "barcodes.0", "CODE_TAKEN")])


def test_a_file_with_semicolons_has_decimal_commas(importing: Import) -> None:
    items = importing.file("items.csv", "sku;name;units;weight", 'I1;"One; two";Half=0,5;1,25')
    stock = "document;postingDate;item;warehouse;quantity;rate;uom"
    good = importing.file("opening-stock.csv", stock, "O1;2026-01-01;I1;Stores;20;2,5;Half")
    assert importing(items, good) == (True, [])
    assert importing.desk.stock() == {"I1 in Stores": ("10", "50.00")}
    bad = importing.file("opening-stock.csv", stock, "O2;2026-01-02;I1;Stores;1.000;2,5;")
    assert importing(bad) == (
        False, [("opening-stock.csv", 2, "lines.0.quantity", "BAD_USER_INPUT")],
    )  # fmt: skip


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


def test_rows_are_elements_of_each_list_that_they_say_something_of(importing: Import) -> None:
    files = (
        importing.file("journal-entries.csv",
                       "document,postingDate,account,party,debit,credit",
                       "J1,2026-01-01,Debtors,UTAH,100,", "J1,,Opening Balance Equity,,,100",
                       "J2,2026-01-01,Debtors,UTAH,50,", "J2,,Opening Balance Equity,,,50"),
        importing.file("payments.csv",
                       "document,postingDate,type,party,account,amount,"
                       "allocations.invoice.document,allocations.amount,allocations.writeOff",
                       "P1,2026-01-20,RECEIVE,UTAH,Bank,149.50,journalEntry J1,100,",
                       "P1,,,,,,journalEntry J2,49.50,0.50"),
        importing.file("purchase-receipts.csv",
                       "document,postingDate,supplier,item,warehouse,quantity,rate,"
                       "charges.account,charges.amount,charges.category",
                       "R1,2026-01-02,ARCU,RM0001,Stores,10,200,Shipping Charges,30,VALUATION",
                       "R1,,,,,,,Customs Duty,20,VALUATION",
                       "R1,,,RM0001,Stores,5,200,,,"),
    )  # fmt: skip
    assert importing(*files) == (True, [])
    assert importing.desk.balances() == {
        "Bank": "149.50", "Write Off": "0.50", "Opening Balance Equity": "-150.00",
        "Stores": "3050.00", "Stock Received But Not Billed": "-3000.00",
        "Shipping Charges": "-30.00", "Customs Duty": "-20.00",
    }  # fmt: skip


def test_a_payment_settles_what_is_owed_in_another_currency(importing: Import) -> None:
    """49 of 50 EUR owed at 1.2 are 60 USD, 1 EUR is given up; 10 EUR are 13 USD on account."""
    files = (
        importing.file("journal-entries.csv",
                       "document,postingDate,currency,exchangeRate,account,party,debit,credit",
                       "J1,2026-01-01,EUR,1.2,Debtors,UTAH,50,",
                       "J1,,,,Opening Balance Equity,,,50",
                       "J2,2026-01-01,EUR,1.2,Debtors,UTAH,10,",
                       "J2,,,,Opening Balance Equity,,,10"),
        importing.file("payments.csv",
                       "document,postingDate,type,party,account,amount,"
                       "allocations.invoice.document,allocations.amount,allocations.itemAmount,"
                       "allocations.writeOff",
                       "P1,2026-01-20,RECEIVE,UTAH,Bank,73,journalEntry J1,60,49,1"),
        importing.file("allocations.csv",
                       "document,postingDate,party,allocations.invoice.document,"
                       "allocations.amount,allocations.itemAmount",
                       "A1,2026-01-21,UTAH,payment P1,13,", "A1,,,journalEntry J2,13,10"),
    )  # fmt: skip
    assert importing(*files) == (True, [])
    assert importing.desk.balances() == {
        "Bank": "73.00", "Write Off": "1.20", "Exchange Gain/Loss": "-2.20",
        "Opening Balance Equity": "-72.00",
    }  # fmt: skip
    assert is_clean(importing.desk)


def test_an_element_that_is_wrong_is_told_by_its_line(importing: Import) -> None:
    file = importing.file(
        "purchase-receipts.csv",
        "document,postingDate,supplier,item,warehouse,quantity,rate,charges.account,charges.amount",
        "R1,2026-01-02,ARCU,RM0001,Stores,10,200,,",
        "R1,,,RM0001,Stores,10,200,Shipping Charges,1",
        "R1,2026-01-03,,,,,,None,1",
    )  # fmt: skip
    assert importing(file)[1] == [
        ("purchase-receipts.csv", 4, "charges.1.postingDate", "BAD_USER_INPUT"),
    ]
    mended = file.read_text().replace("R1,2026-01-03", "R1,")
    assert importing(importing.file(file.name, *mended.splitlines()))[1] == [
        ("purchase-receipts.csv", 4, "charges.1.account", "NOT_FOUND"),
    ]


def test_a_row_that_is_wrong_is_told_by_its_line(importing: Import) -> None:
    file = importing.file(
        "receipts.csv",
        "document,postingDate,supplier,item,warehouse,quantity,rate,orderLine,invoiceLine.document",
        'R1,2026-02-01,ARCU,RM0001,Stores,1,"5"', "R1,,,NONE,Stores,1,5", "",
        "R2,2026-02-01,ARCU,RM0001,Stores,1,5,six,purchaseInvoice P1",
        "R3,2026-02-01,ARCU,RM0001,Stores,1,5", "R3,2026-02-02,ARCU,RM0001,Stores,1,5",
    )  # fmt: skip
    done, told = importing(file, kind="purchaseReceipt", stops=False)
    assert not done
    assert told == [
        ("receipts.csv", 3, "lines.1.item", "NOT_FOUND"),
        ("receipts.csv", 5, "lines.0.orderLine", "BAD_USER_INPUT"),
        ("receipts.csv", 5, "lines.0.invoiceLine", "BAD_USER_INPUT"),
        ("receipts.csv", 7, "lines.1.postingDate", "BAD_USER_INPUT"),
    ]
    assert importing.desk.numbers() == []


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
        ("a.xlsx", [], "should end in .jsonl or .csv"),
        ("things.csv", ["sku"], "does not say what its rows are"),
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
