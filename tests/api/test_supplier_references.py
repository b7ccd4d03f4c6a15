"""A supplier's own number of a bill is taken once, where the company wants it so."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.api.correcting import landed
from tests.api.desk import Desk, bill, billed, goods, is_clean, receipt, refusals, sale

TAKEN = [("DUPLICATE_REFERENCE", "reference")]
OTHER = {"supplier": {"code": "OTHER"}}


@pytest.fixture
def desk(server: str) -> Desk:
    """Numbers are unique; OTHER is another supplier."""
    desk = Desk(server)
    settings = {"uniqueSupplierReference": True}
    desk.make("updateCompany", "company", company=desk.company, settings=settings)
    party = {"code": "OTHER", "roles": ["SUPPLIER"]}
    desk.make("createParty", "party", company=desk.company, **party)
    return desk


def test_no_bill_is_entered_twice(desk: Desk) -> None:
    first = desk.post(bill("2026-01-10", billed("1", "20"), reference="A-17"))
    for same in ("A-17", " a-17 "):
        (error,) = desk.refused(bill("2026-02-11", billed("1", "20"), reference=same))
        assert (error["code"], error["path"]) == ("DUPLICATE_REFERENCE", ["reference"])
        assert first["number"] in error["message"]
        assert refusals(desk, bill("2026-02-11", billed("1", "20"), reference=same)) == TAKEN
    came = desk.post(receipt("2026-01-09", goods("2", "20"), reference="A-17"))
    freight: dict[str, Any] = {"supplier": {"code": "ARCU"}, "reference": "A-17"}
    assert refusals(desk, landed("2026-01-12", came, **freight)) == TAKEN
    desk.post(landed("2026-01-12", came, **{**freight, **OTHER}))
    assert refusals(desk, bill("2026-01-12", billed("1", "9"), reference="A-17", **OTHER)) == TAKEN
    for paper in (
        landed("2026-01-12", came, reference="A-17"),
        bill("2026-01-10", billed("1", "20"), reference="A-18"),
        bill("2026-01-10", billed("1", "20")),
        bill("2026-01-10", billed("1", "20"), reference=" "),
        bill("2026-01-10", billed("1", "20"), reference=" "),
        *(sale("2026-01-10", goods("1", "20"), reference="A-17") for _ in range(2)),
    ):
        desk.post(paper)
    desk.cancelled(first)
    desk.post(bill("2026-01-10", billed("1", "20"), reference="A-17"))
    assert is_clean(desk)


def test_of_bills_at_once_one_has_the_number_and_a_repetition_is_no_other(desk: Desk) -> None:
    papers = [bill("2026-01-10", billed("1", f"{n}"), reference="B-1") for n in range(1, 7)]
    with ThreadPoolExecutor(6) as clients:
        answers = list(clients.map(desk.hand_in, papers))
    errors = [one["code"] for answer in answers for one in answer["errors"]]
    assert errors == ["DUPLICATE_REFERENCE"] * 5
    own = {"id": "01900000-0000-7000-8000-00000000b111", "reference": "B-2"}
    paper = bill("2026-01-10", billed("1", "3"), **own)
    with ThreadPoolExecutor(4) as clients:
        answers = list(clients.map(desk.hand_in, [paper] * 4))
    assert [answer["errors"] for answer in answers] == [[]] * 4
    assert len({answer["document"]["number"] for answer in answers}) == 1
    documents = [
        {"purchaseInvoice": {"company": desk.company, **bill("2026-01-10", line, **more)[1]}}
        for line, more in ((billed("1", "4"), {"reference": "B-3"}),) * 2
    ]
    results = desk.ask(
        """mutation($input: SubmitBatchInput!) { submitBatch(input: $input) {
        results { errors { code } } } }""",
        input={"company": desk.company, "documents": documents},
    )["submitBatch"]["results"]
    assert [[one["code"] for one in result["errors"]] for result in results] == [
        ["BATCH_ROLLED_BACK"], ["DUPLICATE_REFERENCE"],
    ]  # fmt: skip


def test_unless_set_numbers_may_repeat(server: str) -> None:
    desk = Desk(server)
    for _ in range(2):
        desk.post(bill("2026-01-10", billed("1", "20"), reference="A-17"))
