"""Stock that has not moved for long; and records by several ids at once."""

from typing import Any
from uuid import uuid4

import pytest

from tests.api.desk import Desk, cancelling, delivery, goods, receipt, stock_entry

IDLE = """
query($company: CompanyRef!, $since: Date, $asOf: Date, $sort: IdleStockSort! = LAST_MOVED_ASC) {
  idleStock(company: $company, since: $since, asOf: $asOf, sort: $sort) {
    nodes { item { sku } warehouse { code } quantity value lastMovedOn lastIssuedOn }
    totals { value } } }
"""
AWAY = {"code": "Work In Progress"}


@pytest.fixture(scope="module")
def desk(server: str) -> Desk:
    """Old lies since the 5th, but for one that went; New came late; Gone is used up."""
    desk = Desk(server)
    for sku in ("OLD", "NEW", "GONE"):
        desk.item(sku)
    desk.post(receipt("2026-01-05", goods("10", "2", "OLD"), goods("3", "5", "GONE")))
    desk.post(receipt("2026-01-06", goods("4", "1", "OLD", warehouse=AWAY)))
    desk.post(delivery("2026-01-09", goods("1", "9", "OLD"), goods("3", "9", "GONE")))
    desk.cancelled(desk.post(delivery("2026-01-20", goods("1", "9", "OLD"))))
    desk.post(receipt("2026-01-25", goods("2", "7", "NEW")))
    desk.post(
        ("StockRevaluation", {"postingDate": "2026-01-28",
                              "lines": [{"item": {"sku": "OLD"}, "unitCost": "3"}]})
    )  # fmt: skip
    return desk


def idle(desk: Desk, **given: Any) -> tuple[list[str], str]:
    found = desk.ask(IDLE, **given)["idleStock"]
    return [
        " ".join((
            one["item"]["sku"], one["warehouse"]["code"][:1], one["quantity"], one["value"],
            one["lastMovedOn"][8:], (one["lastIssuedOn"] or "-")[-2:],
        ))
        for one in found["nodes"]
    ], found["totals"]["value"]  # fmt: skip


OLD, OLD_AWAY, NEW = "OLD S 9 27.00 09 09", "OLD W 4 12.00 06 -", "NEW S 2 14.00 25 -"
BEFORE = ["GONE S 3 15.00 05 -", "OLD S 10 20.00 05 -", "OLD W 4 4.00 06 -"]


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, ([OLD_AWAY, OLD, NEW], "53.00")),
        ({"since": "2026-01-10"}, ([OLD_AWAY, OLD], "39.00")),
        ({"since": "2026-01-09"}, ([OLD_AWAY], "12.00")),
        ({"since": "2026-01-06"}, ([], "0.00")),
        ({"sort": "VALUE_DESC"}, ([OLD, NEW, OLD_AWAY], "53.00")),
        ({"asOf": "2026-01-07"}, (BEFORE, "39.00")),
    ],
)  # fmt: skip
def test_what_has_lain_longest_comes_first(
    desk: Desk, given: Any, found: tuple[list[str], str]
) -> None:
    assert idle(desk, **given) == found


def test_what_came_back_has_moved(server: str) -> None:
    desk = Desk(server)
    came = desk.post(receipt("2026-01-05", goods("10", "2")))
    desk.post(stock_entry("2026-01-07", "TRANSFER", goods("1", toWarehouse=AWAY)))
    late = desk.post(receipt("2026-01-12", goods("1", "2")))
    desk.post(cancelling(late))
    rows, _ = idle(desk)
    assert rows == ["RM0001 S 9 18.00 07 07", "RM0001 W 1 2.00 07 -"]
    nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
    ids = [late["id"], str(uuid4()), came["lines"][0]["id"], came["id"], late["id"]]
    found = desk.ask(nodes, ids=ids)["nodes"]
    assert [one and (one["__typename"], one["id"]) for one in found] == [
        ("PurchaseReceipt", ids[0]), None, ("DocumentLine", ids[2]), ("PurchaseReceipt", ids[3]),
        ("PurchaseReceipt", ids[4]),
    ]  # fmt: skip
    answer = desk.answer(nodes, ids=ids * 21)
    assert [one["extensions"]["code"] for one in answer["errors"]] == ["INVALID_VALUE"]
