"""Documents of one request that build on each other: whoever makes them knows their ids."""

from typing import Any
from uuid import uuid4

import pytest

from tests.api.correcting import landed
from tests.api.desk import (
    Desk,
    Paper,
    bill,
    billed,
    cancelling,
    delivery,
    entries,
    goods,
    is_clean,
    payment,
    receipt,
    refusals,
    sale,
)
from tests.api.house import note
from tests.api.test_accrual_clearing import clearing
from tests.api.test_amending import amend, given
from tests.api.test_batches import batch, codes, members, named
from tests.api.test_drafts import preview, save, submit
from tests.api.test_transit import ROAD, sent


def on(paper: Paper, line: int = 1) -> dict[str, str]:
    """A line of a document that may not be posted yet."""
    return {"inDocument": f"{paper[1]['id']}/{line}"}


def back(kind: str, day: str, line: Any, quantity: str) -> Paper:
    """A return of goods of a line."""
    return kind, {"postingDate": day, "lines": [{"line": line, "quantity": quantity}]}


def day_of_a_phone() -> list[Paper]:
    """What somebody without a connection did: each line and document that can be named is."""
    bought = named(receipt("2026-01-10", goods("1", "7"), goods("20", "200")))
    by_hand = [{"line": on(bought, 2), "amount": "60"}]
    out = named(delivery("2026-01-13", goods("6", "300")))
    sold = named(sale("2026-01-14", {"quantity": "6", "rate": "300", "deliveryLine": on(out)}))
    came_back = named(back("SalesReturn", "2026-01-15", on(out), "2"))
    credit = {"invoiceLine": on(sold), "returnLine": on(came_back), "quantity": "2"}
    ahead = named(bill("2026-01-16", billed("5", "90")))
    came = goods("3", "90", invoiceLine=on(ahead))
    on_road = named(sent("2026-01-18", "4"))
    arrived = {"item": {"sku": "RM0001"}, "quantity": "4", "sentLine": on(on_road)}
    arriving = {"purpose": "RECEIVE_FROM_TRANSIT", "postingDate": "2026-01-19"}
    undone = named(receipt("2026-01-20", goods("1", "1")))
    return [
        bought,
        landed("2026-01-11", bought[1], appliesTo=[on(bought, 2)]),
        landed("2026-01-11", bought[1], basis="MANUAL", lines=by_hand),
        bill("2026-01-12", {"quantity": "15", "rate": "200", "receiptLine": on(bought, 2)}),
        out,
        sold,
        came_back,
        note("SALES", "RETURN", "2026-01-15", credit, invoice={"id": sold[1]["id"]}),
        payment("2026-01-16", "RECEIVE", "1200", {sold[1]["id"]: "1200"}),
        ahead,
        receipt("2026-01-17", came),
        back("PurchaseReturn", "2026-01-17", on(bought, 2), "2"),
        clearing("2026-01-18", {"line": on(bought)}, {"line": on(ahead)}),
        on_road,
        ("StockEntry", {**arriving, "lines": [{**arrived, "toWarehouse": {"code": "Stores"}}]}),
        undone,
        cancelling(undone[1]),
    ]


@pytest.fixture
def desk(server: str) -> Desk:
    return _desk(server)


def _desk(server: str) -> Desk:
    desk = Desk(server)
    desk.make("createAccount", "account", company=desk.company, name=ROAD, type="STOCK",
              parent={"code": "Stock Assets"})  # fmt: skip
    desk.make("createWarehouse", "warehouse", company=desk.company, code=ROAD, name=ROAD,
              account={"code": ROAD}, isTransit=True)  # fmt: skip
    return desk


def test_a_batch_posts_what_its_documents_post_one_by_one(desk: Desk, server: str) -> None:
    papers = [named(paper) for paper in day_of_a_phone()]
    before = desk.books()
    seen = batch(desk, papers, verb="preview")
    assert codes(seen) == [[]] * len(papers)
    assert desk.books() == before
    results = batch(desk, papers)
    assert codes(results) == [[]] * len(papers)
    one_by_one = _desk(server)
    singles = [one_by_one.post(paper) for paper in day_of_a_phone()]
    for shown in (seen, results):
        assert [entries(one["document"]) for one in shown] == [entries(one) for one in singles]
    assert desk.books() == one_by_one.books()
    assert is_clean(desk)
    again = batch(desk, papers)
    assert all(one["replayed"] for one in again)


def delivered_and_billed() -> list[Paper]:
    """Goods that are there; some are delivered, and that is billed."""
    out = named(delivery("2026-01-13", goods("6", "300")))
    line = {"quantity": "6", "rate": "300", "deliveryLine": on(out)}
    return [receipt("2026-01-10", goods("10", "200")), out, sale("2026-01-14", line)]


def test_a_preview_shows_what_a_line_is_about(desk: Desk) -> None:
    data = desk.ask(
        "mutation($input: SubmitBatchInput!) { previewBatch(input: $input) { results { document {"
        " ... on SalesInvoice { lines { deliveryLine { line item { sku } document { kind } } } }"
        " } } } }",
        input={"company": desk.company, "documents": members(desk, delivered_and_billed())},
    )
    about = {"line": 1, "item": {"sku": "RM0001"}, "document": {"kind": "DELIVERY_NOTE"}}
    assert data["previewBatch"]["results"][2]["document"]["lines"] == [{"deliveryLine": about}]


def test_a_batch_that_is_rolled_back_leaves_nothing_to_build_on(desk: Desk) -> None:
    before = desk.books()
    came, out, sold = (named(paper) for paper in delivered_and_billed())
    early = batch(desk, [came, sold, out])
    assert codes(early) == [["BATCH_ROLLED_BACK"], ["NOT_FOUND"], ["BATCH_ROLLED_BACK"]]
    assert early[1]["errors"][0]["path"] == [
        "documents", "1", "salesInvoice", "lines", "0", "deliveryLine",
    ]  # fmt: skip
    assert desk.books() == before
    assert refusals(desk, sold) == [("NOT_FOUND", "lines.0.deliveryLine")]
    assert codes(batch(desk, [out, sold, came], onError="SKIP_FAILED")) == [
        ["INSUFFICIENT_STOCK"], ["NOT_FOUND"], [],
    ]  # fmt: skip
    assert codes(batch(desk, [came, out, sold])) == [[], [], []]


def test_a_line_is_the_same_by_whichever_name(desk: Desk) -> None:
    papers = [named(paper) for paper in delivered_and_billed()]
    _, out, sold = (desk.post(paper) for paper in papers)
    id_, line = papers[1][1]["id"], out["lines"][0]["id"]
    names = (
        {"inDocument": f"{id_.replace('-', '').upper()}/1"},
        {"number": f"{out['number']}/1"},
        {"id": line},
    )
    for name in names:
        again = {**papers[2][1], "lines": [{**papers[2][1]["lines"][0], "deliveryLine": name}]}
        payload = desk.hand_in((papers[2][0], again))
        assert payload["errors"] == []
        assert (payload["replayed"], payload["document"]["id"]) == (True, sold["id"])
    nowhere = ("", id_, f"{id_}/", f"{id_}/0", f"{id_}/01", f"{id_}/2", f"{id_}/1/1", "x/1",
               f"{uuid4()}/1", f"{out['number']}/1")  # fmt: skip
    for wrong in nowhere:
        line = {"line": {"inDocument": wrong}, "quantity": "1"}
        paper = "SalesReturn", {"postingDate": "2026-01-15", "lines": [line]}
        assert refusals(desk, paper) == [("NOT_FOUND", "lines.0.line")]


def test_drafts_wait_for_what_they_build_on(desk: Desk) -> None:
    came, out, sold = (named(paper) for paper in delivered_and_billed())
    draft = save(desk, sold)
    assert {one["code"] for one in preview(desk, draft)["errors"]} == {"NOT_FOUND"}
    desk.post(came)
    line = desk.post(out)["lines"][0]
    posted = submit(desk, draft)["document"]
    assert given(desk, posted)["given"]["salesInvoice"]["lines"] == [
        {"quantity": "6", "rate": "300", "deliveryLine": {"id": line["id"]}}
    ]
    desk.cancelled(posted)
    assert submit(desk, amend(desk, posted)["draft"])["errors"] == []


def test_what_builds_on_a_document_that_waits_for_approval_is_told_so(desk: Desk) -> None:
    desk.make("updateCompany", "company", company=desk.company, settings={"fourEyes": True})
    came = named(receipt("2026-01-10", goods("10", "200")))
    invoice = bill("2026-01-11", {"receiptLine": on(came), "quantity": "1", "rate": "200"})
    told = (
        "The document {} waits for the approval of a second person: it can be built on once it is"
        " posted."
    )
    results = batch(desk, [came, invoice], onError="SKIP_FAILED")
    assert codes(results) == [["APPROVAL_REQUIRED"], ["NOT_FOUND"]]
    id_, other = came[1]["id"], str(uuid4())
    (later,) = desk.refused(invoice)
    assert [results[1]["errors"][0]["message"], later["message"]] == [told.format(f"{id_}/1")] * 2
    for one, message in (
        (id_, told.format(id_)),
        (other, f"There is no document “{other}” in this company."),
    ):
        (error,) = desk.refused(cancelling({"id": one}))
        assert (error["code"], error["message"]) == ("NOT_FOUND", message)
