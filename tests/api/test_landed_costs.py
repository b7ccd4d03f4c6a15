"""Later costs of goods: whom they follow, how they are spread, and what is refused."""

from decimal import Decimal
from uuid import uuid4

import pytest

from tests.api.correcting import landed
from tests.api.desk import (
    IN_STORES,
    Desk,
    adjustments,
    charge,
    delivery,
    goods,
    is_clean,
    receipt,
    refusals,
    shown_and_kept,
)


def test_a_landed_cost_follows_the_goods_that_left(desk: Desk) -> None:
    bought = desk.post(receipt("2026-01-10", goods("10", "200")))
    sold = desk.post(delivery("2026-01-12", goods("5", "300")))
    late = shown_and_kept(desk, landed("2026-01-20", bought))
    assert adjustments(late)[sold["number"]] == {"Stores": "-30.00", "Cost of Goods Sold": "30.00"}
    assert desk.stock() == {IN_STORES: ("5", "1030.00")}
    assert desk.balances()["Customs Duty"] == "-60.00"
    desk.cancelled(late)
    assert desk.stock() == {IN_STORES: ("5", "1000.00")}
    assert is_clean(desk)


@pytest.mark.parametrize(
    ("basis", "first"),
    [("AMOUNT", "1015.00"), ("QUANTITY", "1045.00"), ("EQUAL", "1030.00"), ("MANUAL", "1010.00")],
)
def test_charges_are_spread_as_asked(desk: Desk, basis: str, first: str) -> None:
    desk.item("RM0002")
    bought = desk.post(receipt("2026-01-10", goods("15", "66.6666666", ), goods(
        "5", "600", sku="RM0002")))  # fmt: skip
    by_hand = [
        {"line": {"id": line["id"]}, "amount": amount}
        for line, amount in zip(bought["lines"], ("10", "50"), strict=True)
    ]
    more = {"lines": by_hand} if basis == "MANUAL" else {}
    desk.post(landed("2026-01-11", bought, basis=basis, **more))
    assert desk.stock()[IN_STORES] == ("15", first)


@pytest.mark.parametrize(
    ("parts", "amounts"),
    [(("10.01", "10.01"), ("10.01", "10.01")), (("0.01", "0.01"), ("0.01", "0.01")),
     (("33.33", "0.01"), ("0.02", "33.32")), (("0", "5"), ("2.50", "2.50"))],
)  # fmt: skip
def test_each_line_takes_what_was_given_by_hand_to_the_cent(
    desk: Desk, parts: tuple[str, str], amounts: tuple[str, str]
) -> None:
    """Two charges, each an account of its own: cents of the one are made up by the other."""
    desk.item("RM0002")
    bought = desk.post(receipt("2026-01-10", goods("10", "20"), goods("5", "60", sku="RM0002")))
    accounts = ("Customs Duty", "Shipping Charges")
    charges = [charge(account, part) for account, part in zip(accounts, amounts, strict=True)]
    by_hand = [
        {"line": {"id": line["id"]}, "amount": part}
        for line, part in zip(bought["lines"], parts, strict=True)
    ]
    paper = landed("2026-01-11", bought, basis="MANUAL", charges=charges, lines=by_hand)
    late = shown_and_kept(desk, paper)
    assert [line["amount"] for line in late["lines"]] == [f"{Decimal(one):.2f}" for one in parts]
    value = {sku: stock[1] for sku, stock in desk.stock().items()}
    assert value[IN_STORES] == f"{200 + Decimal(parts[0]):.2f}"
    assert [desk.balances()[one] for one in accounts] == [f"-{part}" for part in amounts]
    assert is_clean(desk)
    for part, path in (("-1", "lines.1.amount"), ("1.001", "lines.1.amount")):
        wrong = [by_hand[0], {**by_hand[1], "amount": part}]
        given = landed("2026-01-11", bought, basis="MANUAL", charges=charges, lines=wrong)
        assert ("INVALID_VALUE", path) in refusals(desk, given)


def test_nothing_is_spread_by_a_weight_that_nobody_recorded(desk: Desk) -> None:
    desk.item("HEAVY", weight="3")
    desk.item("LIGHT", weight="0")
    known, unknown = goods("1", "20", "HEAVY"), goods("1", "20")
    bought = desk.post(receipt("2026-01-10", known, goods("1", "20", "LIGHT"), unknown))
    given = landed("2026-01-11", bought, basis="WEIGHT")
    assert refusals(desk, given) == [("MEASURE_MISSING", "basis")]
    lines = [{"id": line["id"]} for line in bought["lines"][:2]]
    late = desk.post(landed("2026-01-11", bought, basis="WEIGHT", appliesTo=lines))
    assert [line["amount"] for line in late["lines"]] == ["60.00", "0.00"]
    assert is_clean(desk)


def test_landed_costs_are_refused(desk: Desk) -> None:
    bought = desk.post(receipt("2026-01-10", goods("10", "200")))
    assert refusals(desk, landed("2026-01-11")) == [("REQUIRED", "receipts")]
    assert refusals(desk, landed("2026-01-11", {"id": str(uuid4())})) == [
        ("NOT_FOUND", "receipts.0")
    ]
    gone = desk.post(delivery("2026-01-11", goods("1", "300")))
    assert refusals(desk, landed("2026-01-11", gone)) == [("INVALID_VALUE", "receipts.0")]
    stock = [{"account": {"code": "Stores"}, "amount": "1"}]
    assert refusals(desk, landed("2026-01-11", bought, charges=stock)) == [
        ("STOCK_ACCOUNT_NOT_ALLOWED", "charges.0.account")
    ]
    by_weight = refusals(desk, landed("2026-01-11", bought, basis="WEIGHT"))
    assert [code for code, _ in by_weight] == ["NOTHING_TO_DISTRIBUTE_ON"]
    share = [{"line": {"id": bought["lines"][0]["id"]}, "amount": "59"}]
    by_hand = refusals(desk, landed("2026-01-11", bought, basis="MANUAL", lines=share))
    assert [code for code, _ in by_hand] == ["DISTRIBUTION_MISMATCH"]
