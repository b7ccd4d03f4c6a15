"""Later costs of goods that were not bought with the line: moved, made, found, or given back."""

from decimal import Decimal
from typing import Any

import pytest

from tests.api.correcting import FREIGHT, given_back, landed, made, product
from tests.api.desk import (
    Desk,
    bill,
    cancelling,
    delivery,
    goods,
    is_clean,
    receipt,
    refusals,
    sale,
    shown_and_kept,
    stock_entry,
)
from tests.api.explaining import assert_every_figure_is_explained
from tests.api.house import House

FINISHED: dict[str, Any] = {"warehouse": {"code": "Finished Goods"}}
TO_FINISHED: dict[str, Any] = {"toWarehouse": {"code": "Finished Goods"}}
BOTH = {"PERPETUAL": (receipt, delivery), "CONTINENTAL": (bill, sale), "BY_LEVEL": (receipt, sale)}
"""What buys and sells in a scheme, each with the goods' actual cost."""


def _items(house: House, *skus: str) -> None:
    """Items that cost 10, also where costs are carried from one receipt to the next."""
    for sku in skus:
        if house.scheme == "BY_LEVEL":
            house.item(sku, "WEIGHTED_AVERAGE", standardCost="10")
        else:
            house.item(sku)


def _there(house: Desk, sku: str) -> str:
    return house.stock()[f"{sku} in Finished Goods"][1]


@pytest.mark.parametrize(
    ("scheme", "sku"),
    [("PERPETUAL", "CHAIR"), ("PERPETUAL", "MEAN"), ("CONTINENTAL", "CHAIR")],
)
def test_what_moving_goods_cost_goes_with_them(server: str, scheme: str, sku: str) -> None:
    """6 of 10 at 10 are moved and 2 of them sold: of 60 of freight 40 stay, 20 are sold."""
    house, (buy, sell) = House(server, scheme=scheme), BOTH[scheme]
    house.post(buy("2026-01-03", goods("10", "10", sku)))
    moved = house.post(stock_entry("2026-01-04", "TRANSFER", goods("6", None, sku, **TO_FINISHED)))
    house.post(sell("2026-01-05", goods("2", "90", sku, **FINISHED)))
    before = house.books()
    late = shown_and_kept(house, landed("2026-01-07", moved))
    assert [line["amount"] for line in late["lines"]] == ["60.00"]
    assert (_there(house, sku), house.stock()[f"{sku} in Stores"]) == ("80.00", ("4", "40.00"))
    sold = [Decimal(one["Cost of Goods Sold"]) for one in (before.balances, house.balances())]
    assert sold[1] - sold[0] == 20
    assert_every_figure_is_explained(house)
    assert refusals(house, cancelling(moved)) == [("HAS_DEPENDENTS", "document")]
    house.cancelled(late)
    assert (house.balances(), house.stock()) == (before.balances, before.stock)
    house.check()


@pytest.mark.parametrize("scheme", BOTH)
def test_products_take_later_costs_and_scrap_none(server: str, scheme: str) -> None:
    """80 less 5 of scrap are 60 and 15 by their shares: 60 more by cost are 48 and 12."""
    house, (buy, _) = House(server, scheme=scheme), BOTH[scheme]
    _items(house, "RAW", "P", "Q", "S")
    house.post(buy("2026-01-03", goods("8", "10", "RAW")))
    lines = [
        goods("8", None, "RAW"),
        product("2", "P", costShare="80"),
        product("1", "Q", costShare="20"),
        product("1", "S", rate="5", scrap=True),
    ]
    entry = house.post(made("MANUFACTURE", "2026-01-05", *lines))
    worth = {sku: _there(house, sku) for sku in "PQS"}
    late = shown_and_kept(house, landed("2026-01-07", entry))
    assert worth == {"P": "60.00", "Q": "15.00", "S": "5.00"}
    assert {sku: _there(house, sku) for sku in "PQS"} == {
        "P": "108.00", "Q": "27.00", "S": "5.00",
    }  # fmt: skip
    assert_every_figure_is_explained(house)
    scrap = [{"id": entry["lines"][3]["id"]}]
    only_scrap = landed("2026-01-07", entry, appliesTo=scrap)
    assert refusals(house, only_scrap) == [("NOT_FOUND", "appliesTo.0")]
    house.cancelled(late)
    assert {sku: _there(house, sku) for sku in "PQS"} == worth
    house.check()


@pytest.mark.parametrize("scheme", BOTH)
def test_goods_found_and_goods_given_back_take_later_costs(server: str, scheme: str) -> None:
    """Found 2 at 15 and given back 1 at 10: by cost 60 are 45 and 15, by quantity 40 and 20.

    Where costs are carried, what is found comes in at the cost in force, which is 10.
    """
    house, (buy, sell) = House(server, scheme=scheme), BOTH[scheme]
    _items(house, "P", "Q")
    house.post(buy("2026-01-03", goods("1", "10", "P")))
    sold = house.post(sell("2026-01-04", goods("1", "90", "P")))
    found = house.post(stock_entry("2026-01-05", "RECEIPT", goods("2", "15", "Q", **FINISHED)))
    back = house.post(given_back("SalesReturn", "2026-01-06", sold, "1"))
    carried = scheme == "BY_LEVEL"
    by_cost = ("30.00", "60.00") if carried else ("25.00", "75.00")
    by_quantity = ("30.00", "60.00" if carried else "70.00")
    for basis, worth in (("AMOUNT", by_cost), ("QUANTITY", by_quantity)):
        late = shown_and_kept(house, landed("2026-01-07", found, back, basis=basis))
        assert (house.stock()["P in Stores"][1], _there(house, "Q")) == worth
        assert_every_figure_is_explained(house)
        house.cancelled(late)
    house.check()


def test_a_charge_on_goods_in_transit_arrives_with_them(desk: Desk) -> None:
    desk.post(receipt("2026-01-03", goods("10", "200")))
    to: dict[str, Any] = {"toWarehouse": {"code": "Stores"}}
    moved = desk.post(stock_entry("2026-01-04", "TRANSFER", goods("3", **TO_FINISHED)))
    again = desk.post(stock_entry("2026-01-05", "TRANSFER", goods("2", **FINISHED, **to)))
    late = desk.post(landed("2026-01-07", moved))
    assert desk.stock() == {
        "RM0001 in Stores": ("9", "1840.00"), "RM0001 in Finished Goods": ("1", "220.00"),
    }  # fmt: skip
    desk.cancelled(late)
    by_weight: dict[str, Any] = {"basis": "WEIGHT"}
    nobody = landed("2026-01-07", moved, again, **by_weight)
    assert refusals(desk, nobody) == [("NOTHING_TO_DISTRIBUTE_ON", "basis")]
    issued = desk.post(stock_entry("2026-01-08", "ISSUE", goods("1")))
    assert refusals(desk, landed("2026-01-09", issued)) == [("INVALID_VALUE", "receipts.0")]
    assert refusals(desk, landed("2026-01-03", moved)) == [("INVALID_VALUE", "postingDate")]
    assert is_clean(desk)


def test_a_supplier_may_bill_what_moving_cost(server: str) -> None:
    """CONTINENTAL: the bill is a purchase, the goods take its cost as direct cost applied."""
    house = House(server, scheme="CONTINENTAL")
    house.post(bill("2026-01-03", goods("10", "10", "CHAIR")))
    moved = house.post(
        stock_entry("2026-01-04", "TRANSFER", goods("5", None, "CHAIR", **TO_FINISHED))
    )
    before = house.balances()
    freight = [{"amount": FREIGHT["amount"]}]
    late = landed("2026-01-07", moved, supplier={"code": "ARCU"}, charges=freight)
    shown_and_kept(house, late)
    changed = {
        name: str(Decimal(amount) - Decimal(before[name]))
        for name, amount in house.balances().items()
        if before[name] != amount
    }
    assert changed == {
        "Cost of Goods Sold": "60.00",  # this chart has purchases there
        "Creditors": "-60.00",
        "Finished Goods": "60.00",
        "Expenses Included In Valuation": "-60.00",  # direct cost applied
    }
    house.check()
