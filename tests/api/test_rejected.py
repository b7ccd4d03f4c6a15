"""Rejected goods: their warehouse, whether they are paid for, and who bears later costs."""

from typing import Any

import pytest

from tests.api.correcting import given_back, landed
from tests.api.desk import (
    ACCRUAL,
    IN_STORES,
    Desk,
    Signed,
    billed,
    delivery,
    entries,
    goods,
    is_clean,
    moved,
    receipt,
    refusals,
    shown_and_kept,
)
from tests.api.desk import bill as billing
from tests.api.test_billing import tolerate

REJECTED = "RM0001 in Work In Progress"


def judged(accepted: str, rejected: str, rate: str = "200", **more: Any) -> Any:
    """Goods of which some are rejected."""
    away = {"rejectedQuantity": rejected, "rejectedWarehouse": {"code": "Work In Progress"}}
    return goods(accepted, rate, **{**away, **more})


def test_rejected_goods_come_in_at_no_value_and_go_back(desk: Desk) -> None:
    line = judged("8", "2")
    assert refusals(desk, receipt("2026-01-10", {**line, "receivedQuantity": "9"})) == [
        ("RECEIVED_QTY_MISMATCH", "lines.0.receivedQuantity")
    ]
    bought = shown_and_kept(desk, receipt("2026-01-10", {**line, "receivedQuantity": "10"}))
    assert moved(bought) == {IN_STORES: ("8", "1600.00"), REJECTED: ("2", "0.00")}
    paper = given_back("PurchaseReturn", "2026-01-11", bought, "2", fromRejected=True)
    back = shown_and_kept(desk, paper)
    assert moved(back) == {REJECTED: ("-2", "0.00")}
    assert entries(back) == {}
    assert is_clean(desk)


def test_more_may_be_rejected_than_is_accepted(desk: Desk) -> None:
    bought = desk.post(receipt("2026-01-10", judged("1", "3")))
    assert moved(bought) == {IN_STORES: ("1", "200.00"), REJECTED: ("3", "0.00")}
    assert is_clean(desk)


@pytest.mark.parametrize(
    ("pays", "came", "charged", "dearer"),
    [
        (False, {IN_STORES: ("8", "1600.00"), REJECTED: ("2", "0.00")},
         {IN_STORES: ("8", "1660.00"), REJECTED: ("2", "0.00")},
         {IN_STORES: ("8", "1740.00"), REJECTED: ("2", "0.00")}),
        (True, {IN_STORES: ("8", "1600.00"), REJECTED: ("2", "400.00")},
         {IN_STORES: ("8", "1648.00"), REJECTED: ("2", "412.00")},
         {IN_STORES: ("8", "1728.00"), REJECTED: ("2", "432.00")}),
    ],
)  # fmt: skip
def test_later_costs_are_borne_by_what_is_paid_for(
    desk: Desk,
    pays: bool,
    came: dict[str, tuple[str, str]],
    charged: dict[str, tuple[str, str]],
    dearer: dict[str, tuple[str, str]],
) -> None:
    """A landed cost of 60, then a bill that is 10 a unit dearer than the receipt."""
    tolerate(desk, valueRejected=pays, invoiceRatePolicy="ADJUST_RECEIPT_COST")
    bought = desk.post(receipt("2026-01-10", judged("8", "2")))
    assert desk.stock() == came == moved(bought)
    late = shown_and_kept(desk, landed("2026-01-11", bought))
    assert desk.stock() == charged
    quantity = "10" if pays else "8"
    paper = billing("2026-01-12", billed(quantity, "210", bought["lines"][0]))
    bill = shown_and_kept(desk, paper)
    assert desk.stock() == dearer
    assert ACCRUAL not in desk.balances()
    assert is_clean(desk)
    desk.cancelled(bill)
    desk.cancelled(late)
    assert desk.stock() == came
    assert is_clean(desk)


@pytest.mark.parametrize(
    ("pays", "posted"),
    [(False, {}), (True, {"Work In Progress": "-400.00", ACCRUAL: "400.00"})],
)
def test_what_was_rejected_is_given_back_by_itself(desk: Desk, pays: bool, posted: Signed) -> None:
    tolerate(desk, valueRejected=pays)
    bought = desk.post(receipt("2026-01-10", judged("8", "2")))
    desk.post(delivery("2026-01-11", goods("8", "300")))
    paper = given_back("PurchaseReturn", "2026-01-12", bought, "3", fromRejected=True)
    assert refusals(desk, paper) == [("RETURN_EXCEEDS_ORIGINAL", "lines.0.quantity")]
    paper = given_back("PurchaseReturn", "2026-01-12", bought, "2", fromRejected=True)
    assert entries(shown_and_kept(desk, paper)) == posted
    over = billing("2026-01-13", billed("9", "200", bought["lines"][0]))
    assert refusals(desk, over) == [("OVER_BILLED", "lines.0.quantity")]
    desk.post(billing("2026-01-13", billed("8", "200", bought["lines"][0])))
    assert ACCRUAL not in desk.balances()
    assert is_clean(desk)


def test_what_cannot_be_rejected_is_refused(desk: Desk) -> None:
    desk.item("SERIAL", "SERIAL")
    cases: list[tuple[Any, tuple[str, str]]] = [
        (judged("1", "1", rejectedWarehouse={"code": "Stores"}),
         ("INVALID_VALUE", "lines.0.rejectedWarehouse")),
        (judged("1", "1", rejectedWarehouse=None), ("REQUIRED", "lines.0.rejectedWarehouse")),
        (judged("1", "1", sku="SV0001"), ("INVALID_VALUE", "lines.0.rejectedQuantity")),
        (judged("1", "1", sku="SERIAL", serials=["S1"]),
         ("INVALID_VALUE", "lines.0.rejectedQuantity")),
        (judged("1", "-1"), ("INVALID_VALUE", "lines.0.rejectedQuantity")),
    ]  # fmt: skip
    for line, refusal in cases:
        assert refusal in refusals(desk, receipt("2026-01-10", line))
