"""A bill of a receipt's or a delivery's line needs to name no item: it is the line's."""

from typing import Any

import pytest

from tests.api.clerk import Clerk
from tests.api.desk import Desk, Paper, bill, delivery, entries, goods, receipt, sale

METHODS = {"PERPETUAL": "FIFO", "PERIODIC": "FIFO", "CONTINENTAL": "FIFO",
           "BY_LEVEL": "WEIGHTED_AVERAGE"}  # fmt: skip


class SchemeDesk(Desk):
    """A company of any scheme, with the masters of the papers."""

    scheme = "PERPETUAL"

    def __post_init__(self) -> None:
        clerk = Clerk(self.base)
        method = METHODS[self.scheme]
        clerk.open(scheme=self.scheme, costingMethod=method)
        self.client, self.code, self.company = clerk.client, clerk.code, clerk.company
        clerk.made("createWarehouse", "warehouse", code="Stores", account={"code": "Stores"})
        clerk.made("createItem", "item", sku="RM0001", costingMethod=method)
        for code, role in (("ARCU", "SUPPLIER"), ("UTAH", "CUSTOMER")):
            clerk.made("createParty", "party", code=code, roles=[role])


@pytest.fixture(params=METHODS)
def desk(server: str, request: pytest.FixtureRequest) -> Desk:
    kind = type(request.param, (SchemeDesk,), {"scheme": request.param})
    return kind(server)


def _bills(desk: Desk) -> tuple[Paper, Paper]:
    """Bills of a receipt and of a delivery, whose lines name no item."""
    came = desk.post(receipt("2026-01-10", goods("10", "200")))["lines"][0]
    went = desk.post(delivery("2026-01-11", goods("4", "300")))["lines"][0]
    return (
        bill("2026-01-12", {"receiptLine": {"id": came["id"]}, "quantity": "10", "rate": "200"}),
        sale("2026-01-13", {"deliveryLine": {"id": went["id"]}, "quantity": "4", "rate": "300"}),
    )


def _with_item(paper: Paper, sku: str = "RM0001") -> Paper:
    kind, given = paper
    return kind, {**given, "lines": [{**one, "item": {"sku": sku}} for one in given["lines"]]}


def _without_line(paper: Paper) -> Paper:
    kind, given = paper
    named = {"receiptLine", "deliveryLine"}
    lines = [{k: v for k, v in one.items() if k not in named} for one in given["lines"]]
    return kind, {**given, "lines": lines}


def _of_nothing(paper: Paper) -> Paper:
    kind, given = paper
    unknown: dict[str, Any] = {"id": "01a00000-0000-7000-8000-000000000000"}
    lines = [
        {k: unknown if k.endswith("Line") else v for k, v in one.items()} for one in given["lines"]
    ]
    return kind, {**given, "lines": lines}


def test_it_is_the_line_s_item(desk: Desk) -> None:
    for paper in _bills(desk):
        named = desk.hand_in(_with_item(paper), "preview")
        assert named["errors"] == []
        document = desk.post(paper)
        assert entries(document) == entries(named["document"]) != {}
        assert [one["item"] for one in document["lines"]] == [{"sku": "RM0001"}]


def test_a_line_that_names_neither_is_told_what_it_lacks(desk: Desk) -> None:
    bought, sold = _bills(desk)
    for paper, code, path in (
        (_without_line(bought), "REQUIRED", ["lines", "0", "account"]),
        (_without_line(sold), "REQUIRED", ["lines", "0", "item"]),
        (_of_nothing(bought), "NOT_FOUND", ["lines", "0", "receiptLine"]),
        (_of_nothing(sold), "NOT_FOUND", ["lines", "0", "deliveryLine"]),
    ):
        (error,) = desk.refused(paper)
        assert (error["code"], error["path"]) == (code, path)
