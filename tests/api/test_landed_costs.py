"""Later costs of goods: whom they follow, how they are spread, and what is refused."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from tests.api.correcting import landed
from tests.api.desk import (
    IN_STORES,
    Desk,
    adjustments,
    charge,
    delivery,
    entries,
    goods,
    is_clean,
    payment,
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


def test_each_charge_may_be_spread_by_a_basis_of_its_own(desk: Desk) -> None:
    """Freight by quantity, insurance by value, duty by hand: 10 at 20 and 5 at 60."""
    desk.item("RM0002")
    bought = desk.post(receipt("2026-01-10", goods("10", "20"), goods("5", "60", sku="RM0002")))
    bases = {"QUANTITY": "30", None: "20", "MANUAL": "9"}
    charges = [charge("Customs Duty", amount, basis=basis) for basis, amount in bases.items()]
    by_hand = {"line": {"id": bought["lines"][0]["id"]}, "amount": "9"}
    kept = shown_and_kept(desk, landed("2026-01-11", bought, charges=charges, lines=[by_hand]))
    assert desk.stock() == {IN_STORES: ("10", "237.00"), "RM0002 in Stores": ("5", "322.00")}
    query = "query($id: ID!) { document(id: $id) { charges { basis } } }"
    shown = desk.ask(query, id=kept["id"])["document"]["charges"]
    assert [one["basis"] for one in shown] == list(bases)
    assert is_clean(desk)
    short = landed("2026-01-11", bought, charges=charges, lines=[{**by_hand, "amount": "8"}])
    assert refusals(desk, short) == [("DISTRIBUTION_MISMATCH", "lines")]
    charges[0]["basis"] = "WEIGHT"
    heavy = landed("2026-01-11", bought, charges=charges, lines=[by_hand])
    assert ("NOTHING_TO_DISTRIBUTE_ON", "charges.0.basis") in refusals(desk, heavy)


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


EUROS = {"currency": "EUR", "exchangeRate": "1.1"}


@pytest.mark.parametrize(
    ("head", "charges", "amounts", "stock"),
    [
        ({}, [{"amount": "100", **EUROS}, {"amount": "5", "currency": "USD"}],
         ["110.00", "5.00"], "2115.00"),
        (EUROS, [{"amount": "100"}, {"amount": "50", **EUROS}], ["100.00", "50.00"], "2165.00"),
        (EUROS, [{"amount": "55", "currency": "USD"},
                 {"amount": "1000", "currency": "JPY", "exchangeRate": "0.0066"}],
         ["50.00", "6.00"], "2061.60"),
    ],
    ids=["in dollars", "in euros", "in euros, charges in others"],
)  # fmt: skip
def test_a_charge_may_be_in_a_currency_of_its_own(
    desk: Desk, head: dict[str, str], charges: list[Any], amounts: list[str], stock: str
) -> None:
    """The document, its charges and its lines are in the document's currency."""
    bought = desk.post(receipt("2026-01-10", goods("10", "200")))
    given = [charge("Customs Duty", **one) for one in charges]
    late = shown_and_kept(desk, landed("2026-01-11", bought, charges=given, **head))
    assert desk.stock() == {IN_STORES: ("10", stock)}
    shown = desk.ask("""query($id: ID!) { document(id: $id) { currency netTotal grandTotal
        charges { amount } lines { amount } } }""", id=late["id"])["document"]  # fmt: skip
    total = str(sum(map(Decimal, amounts)))
    assert shown == {
        "currency": head.get("currency", "USD"), "netTotal": total, "grandTotal": total,
        "charges": [{"amount": one} for one in amounts], "lines": [{"amount": total}],
    }  # fmt: skip
    assert is_clean(desk)


def test_a_supplier_is_owed_all_charges_in_the_currency_of_the_bill(desk: Desk) -> None:
    bought = desk.post(receipt("2026-01-10", goods("10", "200")))
    given = [charge("Customs Duty", "100"), charge("Customs Duty", "55", currency="USD")]
    paper = landed("2026-01-11", bought, charges=given, supplier={"code": "ARCU"}, **EUROS)
    late = shown_and_kept(desk, paper)
    assert entries(late) == {"Customs Duty": "165.00", "Creditors": "-165.00"}
    dearer = {"currency": "EUR", "exchangeRate": "1.2"}
    paid = desk.post(payment("2026-01-12", "PAY", "150", {late["id"]: "150"}, **dearer))
    assert entries(paid) == {
        "Creditors": "165.00", "Exchange Gain/Loss": "15.00", "Bank": "-180.00",
    }  # fmt: skip
    assert is_clean(desk)


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"currency": "EUR"}, "REQUIRED", "exchangeRate"),
        ({"currency": "EUR", "exchangeRate": "0"}, "INVALID_VALUE", "exchangeRate"),
        ({"currency": "EUR", "exchangeRate": "-1.1"}, "INVALID_VALUE", "exchangeRate"),
        ({"currency": "USD", "exchangeRate": "1.1"}, "INVALID_VALUE", "exchangeRate"),
        ({"exchangeRate": "1.1"}, "INVALID_VALUE", "exchangeRate"),
        ({"currency": "XXQ", "exchangeRate": "1.1"}, "INVALID_VALUE", "currency"),
        ({"currency": "JPY", "exchangeRate": "0.0066", "amount": "0.5"}, "INVALID_VALUE", "amount"),
    ],
)
def test_a_charge_is_never_counted_at_a_rate_that_nobody_gave(
    desk: Desk, given: dict[str, str], code: str, field: str
) -> None:
    bought = desk.post(receipt("2026-01-10", goods("10", "200")))
    charges = [charge("Customs Duty", **{"amount": "100", **given})]
    paper = landed("2026-01-11", bought, charges=charges)
    assert refusals(desk, paper) == [(code, f"charges.0.{field}")]


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
