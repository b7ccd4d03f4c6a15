"""A document is posted once: repeated, previewed, at the same moment, several in one request."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from persistence.posting.writing.section import FEW_ROWS
from tests.api.bookkeeper import PURCHASE_CHARGES
from tests.api.desk import (
    ERRORS,
    Desk,
    Paper,
    bill,
    billed,
    cancelling,
    charge,
    delivery,
    entries,
    goods,
    journal,
    payment,
    receipt,
    sale,
    stock_entry,
)

RECEIPT = receipt("2026-01-10", goods("10", "200"), charges=PURCHASE_CHARGES)
AT_ONCE = 8


# -- repeated -------------------------------------------------------------------------------------


def test_the_same_body_again_gives_the_first_result(desk: Desk) -> None:
    id_ = str(uuid4())
    first = desk.hand_in(RECEIPT, id=id_)
    again = desk.hand_in(RECEIPT, id=id_)
    assert (first["replayed"], again["replayed"]) == (False, True)
    assert again["document"] == first["document"]
    assert desk.numbers() == ["PR-2026-00001"]


def test_what_says_the_same_is_the_same_body(desk: Desk) -> None:
    id_ = str(uuid4())
    desk.post(RECEIPT, id=id_)
    spelt = receipt(
        "2026-01-10", goods("10.000", "200.0", costCenter=None), charges=PURCHASE_CHARGES,
        postingTime=None, remarks=None,
    )  # fmt: skip
    assert desk.hand_in(spelt, id=id_.upper())["replayed"]


@pytest.mark.parametrize(
    "other",
    [
        receipt("2026-01-10", goods("11", "200"), charges=PURCHASE_CHARGES),
        receipt("2026-01-11", goods("10", "200"), charges=PURCHASE_CHARGES),
        bill("2026-01-10", billed("10", "200")),
    ],
    ids=["another quantity", "another day", "another kind of document"],
)
def test_another_body_under_the_id_is_refused(desk: Desk, other: Paper) -> None:
    id_ = str(uuid4())
    desk.post(RECEIPT, id=id_)
    (error,) = desk.refused(other, id=id_)
    assert (error["code"], error["path"]) == ("IDEMPOTENCY_CONFLICT", ["id"])


def test_a_replay_is_given_even_after_the_books_have_closed(desk: Desk) -> None:
    id_ = str(uuid4())
    desk.post(RECEIPT, id=id_)
    desk.make("updateCompany", "company", company=desk.company, frozenThrough="2026-12-31")
    assert desk.hand_in(RECEIPT, id=id_)["replayed"]


def test_a_cancellation_is_repeated_under_its_own_id(desk: Desk) -> None:
    document, id_ = desk.post(RECEIPT), str(uuid4())
    first = desk.hand_in(cancelling(document), id=id_)
    again = desk.hand_in(cancelling(document), id=id_)
    assert again["replayed"]
    assert again["document"] == first["document"]
    assert desk.numbers() == ["PR-2026-00001", "CAN-2026-00001"]


# -- at the same moment ---------------------------------------------------------------------------


def at_once(papers: list[Any]) -> list[Any]:
    """The payloads of (desk, paper, id), all handed in at once."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(lambda one: one[0].hand_in(one[1], id=one[2]), papers))


def test_duplicates_at_the_same_moment_are_one_document(desk: Desk) -> None:
    id_ = str(uuid4())
    payloads = at_once([(desk, RECEIPT, id_)] * AT_ONCE)
    assert all(payload["errors"] == [] for payload in payloads)
    assert [payload["replayed"] for payload in payloads].count(False) == 1
    assert {payload["document"]["number"] for payload in payloads} == {"PR-2026-00001"}
    assert desk.stock() == {"RM0001 in Stores": ("10", "2250.00")}


def test_duplicates_that_use_up_the_stock_are_one_document_too(desk: Desk) -> None:
    desk.post(RECEIPT)
    note, id_ = delivery("2026-01-12", goods("10", "300")), str(uuid4())
    payloads = at_once([(desk, note, id_)] * AT_ONCE)
    assert all(payload["errors"] == [] for payload in payloads)
    assert [payload["replayed"] for payload in payloads].count(False) == 1
    assert desk.stock() == {}


def test_numbers_have_no_gaps_whatever_is_posted_or_refused_meanwhile(desk: Desk) -> None:
    desk.post(stock_entry("2026-01-10", "RECEIPT", goods("16", "10")))
    note, entry = (
        delivery("2026-01-12", goods("1", "30")),
        journal("2026-01-12", {"Cash": "1", "Bank": "-1"}),
    )
    papers = [(desk, paper, str(uuid4())) for paper in [note] * 24 + [entry] * 8]
    payloads = at_once(papers[::2] + papers[1::2])
    refused = [payload["errors"][0]["code"] for payload in payloads if payload["errors"]]
    assert refused == ["INSUFFICIENT_STOCK"] * 8
    assert sorted(desk.numbers()) == [
        *(f"DN-2026-{n:05}" for n in range(1, 17)),
        *(f"JE-2026-{n:05}" for n in range(1, 9)),
        "SE-2026-00001",
    ]
    assert desk.stock() == {}


def test_crossing_and_late_documents_at_once_leave_clean_books(desk: Desk) -> None:
    first, second, away = "RM0001", "RM0002", {"code": "Finished Goods"}
    desk.item(second, "MOVING_AVERAGE")
    for day in ("2026-01-10", "2026-01-20"):
        desk.post(stock_entry(day, "RECEIPT", goods("90", "3"), goods("90", "7", second)))
    gone = [desk.post(delivery("2026-01-21", goods("1"), goods("1", sku=second))) for _ in range(6)]
    papers: list[Paper] = [cancelling(document) for document in gone]
    for turn in range(8):
        one, other = (first, second) if turn % 2 else (second, first)
        papers += [
            delivery("2026-01-22", goods("2", sku=one), goods("1", sku=other)),
            stock_entry("2026-01-21", "TRANSFER", goods("1", sku=one, toWarehouse=away)),
            receipt(f"2026-01-{11 + turn}", goods("1", f"{turn}.33", one), goods("3", "5", other)),
        ]
    payloads = at_once([(desk, paper, str(uuid4())) for paper in papers])
    assert [payload["errors"] for payload in payloads] == [[]] * len(papers)
    query = "query($company: CompanyRef!) { booksCheck(company: $company) { isClean } }"
    assert desk.ask(query)["booksCheck"]["isClean"]
    assert len(desk.numbers()) == 2 + 6 + len(papers)
    assert {place: quantity for place, (quantity, _) in desk.stock().items()} == {
        "RM0001 in Finished Goods": "4",
        "RM0001 in Stores": "180",
        "RM0002 in Finished Goods": "4",
        "RM0002 in Stores": "180",
    }


def test_numbers_follow_the_fiscal_year_of_the_posting_date(desk: Desk) -> None:
    entry = {"Cash": "1", "Bank": "-1"}
    days = ("2026-12-31", "2027-01-01", "2026-12-31", "2025-06-30")
    assert [desk.post(journal(day, entry))["number"] for day in days] == [
        "JE-2026-00001",
        "JE-2027-00001",
        "JE-2026-00002",
        "JE-2025-00001",
    ]


# -- previewed ------------------------------------------------------------------------------------


def of_every_kind(desk: Desk) -> list[Paper]:
    """A paper of every kind that this desk can post now, each on its own."""
    received = desk.post(receipt("2026-01-10", goods("30", "200")))
    late = desk.post(receipt("2026-01-20", goods("5", "210")))
    desk.post(delivery("2026-01-21", goods("22", "300")))
    service = sale("2026-01-21", billed("1", "90", sku="SV0001"))
    paid, unpaid = desk.post(service), desk.post(service)
    vat = charge("VAT", rate="10")
    return [
        receipt("2026-01-09", goods("1", "100"), charges=PURCHASE_CHARGES),
        bill("2026-01-22", billed("7", "200", received["lines"][0]), charges=[vat]),
        bill("2026-01-22", goods("1", "205"), billed("1", "9", sku="SV0001"), updateStock=True),
        delivery("2026-01-11", goods("3", "300")),
        sale("2026-01-22", goods("1", "300"), charges=[vat], updateStock=True),
        stock_entry("2026-01-10", "RECEIPT", goods("1", "10")),
        stock_entry("2026-01-22", "ISSUE", goods("1")),
        stock_entry("2026-01-22", "TRANSFER", goods("2", toWarehouse={"code": "Finished Goods"})),
        journal("2026-01-22", {"Customs Duty": "5", "Cash": "-5"}),
        payment("2026-01-22", "RECEIVE", "90", {paid["id"]: "90"}),
        payment("2026-01-22", "PAY", "7.50", {}),
        cancelling(unpaid),
        cancelling(late),
    ]  # fmt: skip


def test_a_preview_is_what_submitting_then_does_and_keeps_nothing(desk: Desk) -> None:
    for paper in of_every_kind(desk):
        before = desk.books()
        preview = desk.hand_in(paper, "preview")
        assert desk.books() == before, paper[0]
        made = desk.hand_in(paper)
        assert comparable(preview) == comparable(made), paper[0]
        assert preview["errors"] == []


def comparable(payload: Any) -> Any:
    """What a preview and a submit have in common: all but identities and numbers."""
    document = payload["document"]
    if document is None:
        return payload["errors"]
    caused = [
        {**line, "entry": {**line["entry"], "document": None}}
        if line["entry"]["source"] != "COST_ADJUSTMENT"
        else line
        for line in document["causedJournalLines"]
    ]
    lines = [{**line, "id": None} for line in document["lines"]]
    return {**document, "id": None, "number": None, "lines": lines, "causedJournalLines": caused}


# -- several in one request -----------------------------------------------------------------------


def test_several_documents_in_one_request_are_posted_in_order(desk: Desk) -> None:
    papers = {
        "receipt": receipt("2026-01-10", goods("10", "200")),
        "note": delivery("2026-01-12", goods("4", "300")),
        "tooMuch": delivery("2026-01-12", goods("7", "300")),
        "rest": delivery("2026-01-12", goods("6", "300")),
    }
    variables = ", ".join(f"${name}: Submit{kind}Input!" for name, (kind, _) in papers.items())
    fields = "".join(
        f" {name}: submit{kind}(input: ${name}) {{ document: {kind[0].lower() + kind[1:]} {{"
        f" number journalLines {{ account {{ code }} debit credit }} }} {ERRORS} }}"
        for name, (kind, _) in papers.items()
    )
    given = {name: {"company": desk.company, **paper} for name, (_, paper) in papers.items()}
    data = desk.ask(f"mutation({variables}) {{{fields} }}", **given)
    assert data["tooMuch"]["document"] is None
    assert data["tooMuch"]["errors"][0]["code"] == "INSUFFICIENT_STOCK"
    assert data["tooMuch"]["errors"][0]["available"] == "6"
    assert entries(data["rest"]["document"]) == {
        "Cost of Goods Sold": "1200.00",
        "Stores": "-1200.00",
    }
    assert desk.numbers() == ["PR-2026-00001", "DN-2026-00001", "DN-2026-00002"]
    assert desk.stock() == {}


# -- long documents -------------------------------------------------------------------------------


def test_lines_arrive_in_order_however_many_they_are(desk: Desk) -> None:
    for count in (FEW_ROWS, FEW_ROWS + 1):
        came = [goods(f"{no}", "2", description="x" if no % 7 else None) for no in range(1, count)]
        document = desk.post(receipt("2026-01-10", *came, goods("0.5", "2")))
        quantities = [line["quantity"] for line in document["lines"]]
        assert quantities == [*(f"{no}" for no in range(1, count)), "0.5"]
        assert [row["quantity"] for row in document["stockMovements"]] == quantities
