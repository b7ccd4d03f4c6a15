"""Goods whose arrival trued up others: what they cost is what was paid for them, nothing else.

4 are delivered at no known cost, then 7 come at 33.335, 233.35 in all: 3 are left, worth 100.01,
and the other 133.34 trued up the delivery.
"""

from decimal import Decimal
from typing import Any

import pytest

from tests.api.correcting import FREIGHT, landed
from tests.api.desk import (
    ACCRUAL,
    COGS,
    Desk,
    Paper,
    adjustments,
    cancelling,
    delivery,
    entries,
    goods,
    receipt,
    shown_and_kept,
    stock_entry,
)
from tests.api.explaining import assert_every_figure_is_explained

STORES, FINISHED, ROAD, DUTY = "Stores", "Finished Goods", "Goods in Transit", "Customs Duty"
TRUE_UP = "Negative Stock"
METHODS = ("FIFO", "LIFO", "MOVING_AVERAGE")

GONE = delivery("2026-01-05", *(goods("4", "50", sku) for sku in METHODS))
CAME = receipt("2026-01-08", *(goods("7", "33.335", sku) for sku in METHODS))
MORE = receipt("2026-01-08", *(goods("5", "40", sku) for sku in METHODS))


@pytest.fixture
def desk(server: str) -> Desk:
    desk = Desk(server)
    desk.make("createAccount", "account", company=desk.company, name=TRUE_UP, root="EXPENSE",
              type="EXPENSE")  # fmt: skip
    desk.make("updateCompany", "company", company=desk.company,
              settings={"allowNegativeStock": True},
              defaults={"negativeStockAdjustment": {"code": TRUE_UP}})  # fmt: skip
    for method in METHODS:
        desk.item(method, method)
    return desk


def returned(desk: Desk, quantity: str, *after: Paper) -> tuple[Any, Any, Any]:
    """The delivery, the receipt, and the return of some of its goods after further documents."""
    gone, came = desk.post(GONE), desk.post(CAME)
    assert entries(came) == {STORES: "300.03", ACCRUAL: "-700.05", TRUE_UP: "400.02"}
    for paper in after:
        desk.post(paper)
    lines = [{"line": {"id": one["id"]}, "quantity": quantity} for one in came["lines"]]
    back = "PurchaseReturn", {"postingDate": "2026-01-09", "lines": lines}
    return gone, came, shown_and_kept(desk, back)


def costs(document: Any) -> list[str]:
    """What each movement of a document costs now."""
    return [one["cost"] for one in document["stockMovements"]]


@pytest.mark.parametrize(
    ("quantity", "price", "left"),
    [("1", "33.34", "66.67"), ("3", "100.01", "0.00"), ("5", "166.68", "-66.67")],
)
def test_goods_go_back_at_what_they_came_for(
    desk: Desk, quantity: str, price: str, left: str
) -> None:
    _, _, back = returned(desk, quantity)
    assert costs(back) == [f"-{price}"] * 3
    assert [one["valueAfter"] for one in back["stockMovements"]] == [left] * 3
    assert set(entries(back)) == {STORES, ACCRUAL}
    assert_every_figure_is_explained(desk)


def test_of_several_receipts_the_method_says_which_goods_go_back(desk: Desk) -> None:
    """The oldest, the newest at 40, or at the average of 300.01 for 8: each for 33.34."""
    _, _, back = returned(desk, "1", MORE)
    assert costs(back) == ["-33.34", "-40.00", "-37.50"]
    assert entries(back) == {STORES: "-110.84", ACCRUAL: "100.02", COGS: "10.82"}
    assert_every_figure_is_explained(desk)


EARLIER = receipt("2026-01-04", *(goods("4", "30", sku) for sku in METHODS))
FURTHER = delivery("2026-01-06", *(goods("2", "50", sku) for sku in METHODS))


@pytest.mark.parametrize(
    ("late", "stock_of_delivery", "stock_of_receipt"),
    [(EARLIER, "-360.00", "400.02"), (FURTHER, None, "-200.01"), (None, None, "400.02")],
    ids=["a receipt before the delivery", "a further delivery", "the delivery is cancelled"],
)
def test_another_true_up_does_not_change_what_goes_back(
    desk: Desk, late: Paper | None, stock_of_delivery: str | None, stock_of_receipt: str
) -> None:
    gone, came, _ = returned(desk, "1")
    done = desk.post(late or cancelling(gone))
    expected = {
        came["number"]: {STORES: stock_of_receipt, TRUE_UP: str(-Decimal(stock_of_receipt))}
    }
    if stock_of_delivery:
        expected[gone["number"]] = {
            STORES: stock_of_delivery,
            COGS: str(-Decimal(stock_of_delivery)),
        }
    assert adjustments(done) == expected
    assert_every_figure_is_explained(desk)


def test_a_later_cost_of_the_goods_does(desk: Desk) -> None:
    """60 more for each: 3 of 7 at 293.35 are 125.72, and one of them is 41.91."""
    _, came, back = returned(desk, "1")
    freight = {**FREIGHT, "amount": "180"}
    later = desk.post(landed("2026-01-10", came, charges=[freight]))
    assert adjustments(later) == {
        came["number"]: {STORES: "77.13", TRUE_UP: "102.87", DUTY: "-180.00"},
        back["number"]: {STORES: "-25.71", COGS: "25.71"},
    }
    assert set(desk.stock().values()) == {("2", "83.81")}
    assert_every_figure_is_explained(desk)


def test_goods_leave_the_road_at_what_they_came_there_for(desk: Desk) -> None:
    desk.make("createAccount", "account", company=desk.company, name=ROAD, type="STOCK",
              parent={"code": "Stock Assets"})  # fmt: skip
    desk.make("createWarehouse", "warehouse", company=desk.company, code=ROAD, name=ROAD,
              account={"code": ROAD}, isTransit=True)  # fmt: skip
    away = goods("4", None, "FIFO", warehouse={"code": ROAD})
    desk.post(stock_entry("2026-01-05", "ISSUE", away))
    desk.post(receipt("2026-01-08", goods("7", "33.335", "FIFO")))
    lines = [goods("7", None, "FIFO")]
    sending = {"postingDate": "2026-01-09", "purpose": "SEND_TO_TRANSIT", "lines": lines}
    sent = shown_and_kept(desk, ("StockEntry", sending))
    assert entries(sent) == {STORES: "-233.35", ROAD: "100.01", TRUE_UP: "133.34"}
    line = {"item": {"sku": "FIFO"}, "sentLine": {"id": sent["lines"][0]["id"]}}
    arriving = {**line, "quantity": "2", "toWarehouse": {"code": FINISHED}}
    paper = {"postingDate": "2026-01-10", "purpose": "RECEIVE_FROM_TRANSIT", "lines": [arriving]}
    assert entries(shown_and_kept(desk, ("StockEntry", paper))) == {
        ROAD: "-66.67", FINISHED: "66.67",
    }  # fmt: skip
    lost = shown_and_kept(desk, stock_entry("2026-01-11", "ISSUE", {**line, "quantity": "1"}))
    assert entries(lost) == {ROAD: "-33.34", "Stock Adjustment": "33.34"}
    assert_every_figure_is_explained(desk)


def test_additional_costs_are_spread_by_what_the_goods_cost(desk: Desk) -> None:
    """Both cost 50, so that each takes 30; of the first, 4 of 5 had left Stores before."""
    desk.post(delivery("2026-01-05", goods("4", "50", "FIFO")))
    there = {"warehouse": {"code": FINISHED}}
    both = ("FIFO", "LIFO")
    desk.post(receipt("2026-01-06", *(goods("5", "10", sku, **there) for sku in both)))
    lines = [goods("5", None, sku, **there, toWarehouse={"code": STORES}) for sku in both]
    done = shown_and_kept(desk, stock_entry("2026-01-08", "TRANSFER", *lines, charges=[FREIGHT]))
    assert entries(done) == {FINISHED: "-100.00", STORES: "96.00", TRUE_UP: "64.00", DUTY: "-60.00"}
    assert desk.stock() == {"FIFO in Stores": ("1", "16.00"), "LIFO in Stores": ("5", "80.00")}
    assert_every_figure_is_explained(desk)
