"""Batches over the wire: order, all or nothing, skipping, ids and numbers, many at once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from tests.api.desk import (
    DOCUMENT,
    ERRORS,
    Desk,
    Paper,
    cancelling,
    delivery,
    entries,
    goods,
    journal,
    moved,
    payment,
    receipt,
    sale,
)

RESULTS = f"results {{ document {{ ...DocumentFields }} {ERRORS} replayed }}"


def batch(desk: Desk, papers: list[Paper], verb: str = "submit", **more: Any) -> Any:
    """The results of a batch, in order."""
    payload = desk.ask(
        f"mutation($input: SubmitBatchInput!) {{ done: {verb}Batch(input: $input) {{"
        f" {RESULTS} errors {{ code path message }} replayed }} }} {DOCUMENT}",
        input={"company": desk.company, "documents": members(desk, papers), **more},
    )["done"]
    assert payload["errors"] == [], payload["errors"]
    return payload["results"]


def members(desk: Desk, papers: list[Paper]) -> Any:
    """The papers as a batch holds them."""
    company = desk.company
    return [{kind[0].lower() + kind[1:]: {"company": company, **one}} for kind, one in papers]


def named(paper: Paper) -> Paper:
    """The paper with an id of its own."""
    return paper[0], {"id": str(uuid4()), **paper[1]}


IN = receipt("2026-01-10", goods("10", "200"))
IN_LATE = receipt("2026-01-09", goods("5", "180"))
OUT = delivery("2026-01-12", goods("4", "300"))
TOO_MANY = delivery("2026-01-12", goods("50", "300"))


def codes(results: Any) -> list[list[str]]:
    """The codes of each document's errors."""
    return [[error["code"] for error in one["errors"]] for one in results]


def test_each_document_finds_the_books_as_the_one_before_left_them(desk: Desk) -> None:
    results = batch(desk, [IN, OUT, IN_LATE, OUT])
    assert codes(results) == [[], [], [], []]
    numbers = [one["document"]["number"] for one in results]
    assert numbers == ["PR-2026-00001", "DN-2026-00001", "PR-2026-00002", "DN-2026-00002"]
    assert desk.numbers() == numbers
    assert moved(results[1]["document"]) == {"RM0001 in Stores": ("-4", "-800.00")}
    # By then the late receipt lies before it: 1 at 180 is left of it, and 3 at 200 follow.
    assert moved(results[3]["document"]) == {"RM0001 in Stores": ("-4", "-780.00")}
    assert desk.stock() == {"RM0001 in Stores": ("7", "1400.00")}


def test_a_batch_posts_what_single_documents_post(desk: Desk, server: str) -> None:
    other = Desk(server)
    papers = [IN, OUT, IN_LATE, OUT, journal("2026-01-15", {"Bank": "5", "Sales": "-5"})]
    results = batch(desk, papers)
    singles = [other.post(paper) for paper in papers]
    assert [entries(one["document"]) for one in results] == [entries(one) for one in singles]
    assert desk.books() == other.books()


def test_a_later_document_names_an_earlier_one_by_its_id(desk: Desk) -> None:
    invoice = named(sale("2026-01-12", goods("4", "300"), updateStock=True))
    paid = payment("2026-01-13", "RECEIVE", "1200", {invoice[1]["id"]: "1200"})
    undone = named(IN)
    results = batch(desk, [IN, invoice, paid, undone, cancelling(undone[1])])
    assert codes(results) == [[]] * 5
    assert desk.outstanding(invoice[1]) == "0.00"
    assert desk.status(undone[1]) == "CANCELLED"


def test_what_is_too_much_to_hold_is_read_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers = [named(one) for one in (IN, OUT, IN_LATE, OUT)]
    held = batch(desk, papers, verb="preview")
    monkeypatch.setattr("persistence.posting.batches.MOST_HELD", 0)
    assert codes(batch(desk, [*papers, TOO_MANY], onError="ROLLBACK_ALL")) == [
        *[["BATCH_ROLLED_BACK"]] * 4,
        ["INSUFFICIENT_STOCK"],
    ]
    results = batch(desk, papers, onError="ROLLBACK_ALL")
    assert [one["document"]["id"] for one in results] == [one[1]["id"] for one in papers]
    assert not any(one["replayed"] for one in results)
    posted = [entries(one["document"]) for one in results]
    assert posted == [entries(one["document"]) for one in held]
    assert all(one["replayed"] for one in batch(desk, papers))


def test_all_or_nothing_leaves_nothing_and_says_all_that_is_wrong(desk: Desk) -> None:
    before = desk.books()
    unknown = receipt("2026-01-10", goods("1", "1", sku="NONE"))
    papers = [named(IN), TOO_MANY, unknown, OUT]
    results = batch(desk, papers)
    assert codes(results) == [
        ["BATCH_ROLLED_BACK"], ["INSUFFICIENT_STOCK"], ["NOT_FOUND"], ["BATCH_ROLLED_BACK"],
    ]  # fmt: skip
    assert all(one["document"] is None for one in results)
    assert results[1]["errors"][0]["path"] == [
        "documents", "1", "deliveryNote", "lines", "0", "quantity",
    ]  # fmt: skip
    assert results[1]["errors"][0]["available"] == "10"
    assert results[2]["errors"][0]["path"] == [
        "documents", "2", "purchaseReceipt", "lines", "0", "item",
    ]  # fmt: skip
    assert desk.books() == before
    assert desk.post(papers[0])["number"] == "PR-2026-00001"


def test_skipping_posts_the_others_without_gaps(desk: Desk) -> None:
    results = batch(desk, [TOO_MANY, IN, TOO_MANY, OUT], onError="SKIP_FAILED")
    assert codes(results) == [["INSUFFICIENT_STOCK"], [], ["INSUFFICIENT_STOCK"], []]
    assert desk.numbers() == ["PR-2026-00001", "DN-2026-00001"]
    assert desk.post(OUT)["number"] == "DN-2026-00002"


def test_sent_again_it_gives_the_first_results(desk: Desk) -> None:
    papers = [named(IN), named(OUT)]
    first, again = batch(desk, papers), batch(desk, papers)
    assert [one["replayed"] for one in (*first, *again)] == [False, False, True, True]
    assert [one["document"] for one in again] == [one["document"] for one in first]
    assert len(desk.numbers()) == 2


def test_the_same_id_twice_is_one_document_or_a_conflict(desk: Desk) -> None:
    paper = named(IN)
    twice = batch(desk, [paper, paper])
    assert [one["replayed"] for one in twice] == [False, True]
    other = (OUT[0], {**OUT[1], "id": paper[1]["id"]})
    assert codes(batch(desk, [IN, other], onError="SKIP_FAILED")) == [[], ["IDEMPOTENCY_CONFLICT"]]


def test_a_preview_shows_the_fold_and_keeps_nothing(desk: Desk) -> None:
    before = desk.books()
    papers = [named(IN), OUT, TOO_MANY]
    results = batch(desk, papers, "preview", onError="SKIP_FAILED")
    assert codes(results) == [[], [], ["INSUFFICIENT_STOCK"]]
    assert [one["document"]["number"] for one in results[:2]] == ["", ""]
    assert moved(results[1]["document"]) == {"RM0001 in Stores": ("-4", "-800.00")}
    assert desk.books() == before
    assert codes(batch(desk, papers, onError="SKIP_FAILED"))[2] == ["INSUFFICIENT_STOCK"]


def test_documents_of_another_company_are_refused(desk: Desk, server: str) -> None:
    other = Desk(server)
    foreign = (IN[0], {**IN[1], "company": other.company})
    (result,) = batch(desk, [foreign])
    (error,) = result["errors"]
    assert error["code"] == "INVALID_VALUE"
    assert error["path"] == ["documents", "0", "purchaseReceipt", "company"]


def test_an_empty_batch_is_refused_as_such(desk: Desk) -> None:
    payload = desk.ask(
        "mutation($company: CompanyRef!) { done: submitBatch(input: {company: $company,"
        " documents: []}) { results { replayed } errors { code path } } }"
    )["done"]
    assert payload == {
        "results": [],
        "errors": [{"code": "INVALID_VALUE", "path": ["documents"]}],
    }


def test_what_a_batch_changes_in_the_masters_goes_with_it(desk: Desk) -> None:
    change = (
        "CostingMethodChange",
        {
            "postingDate": "2026-01-11",
            "lines": [{"item": {"sku": "RM0001"}, "costingMethod": "MOVING_AVERAGE"}],
        },
    )
    papers = [IN, change, receipt("2026-01-12", goods("10", "300")), OUT]
    results = batch(desk, [*papers, TOO_MANY])
    assert codes(results)[-1] == ["INSUFFICIENT_STOCK"]
    single = desk.post(IN)
    assert moved(single) == {"RM0001 in Stores": ("10", "2000.00")}
    results = batch(desk, papers[1:])
    assert codes(results) == [[], [], []]
    assert moved(results[2]["document"]) == {"RM0001 in Stores": ("-4", "-1000.00")}


def test_batches_and_single_documents_at_the_same_moment(desk: Desk) -> None:
    for sku in ("A", "B"):
        desk.item(sku)
    there = [receipt("2026-01-10", goods("2", "10", sku=sku)) for sku in ("A", "B")]
    jobs: list[Any] = [lambda: batch(desk, there), lambda: batch(desk, there[::-1])] * 3
    jobs += [lambda: desk.post(there[0]), lambda: desk.post(there[1])] * 4
    with ThreadPoolExecutor(8) as threads:
        for done in [threads.submit(job) for job in jobs]:
            done.result()
    assert desk.stock() == {
        "A in Stores": ("20", "200.00"), "B in Stores": ("20", "200.00"),
    }  # fmt: skip
    assert len(desk.numbers()) == 20
