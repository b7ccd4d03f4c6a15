"""What counts find and what making leaves: costs that must be known, lots that must be named."""

from typing import Any

import pytest

from tests.api.correcting import (
    FREIGHT,
    count,
    counted,
    given_back,
    made,
    product,
)
from tests.api.desk import (
    IN_STORES,
    Desk,
    adjustments,
    bill,
    billed,
    cancelling,
    delivery,
    entries,
    goods,
    is_clean,
    moved,
    receipt,
    refusals,
    shown_and_kept,
    stock_entry,
)
from tests.api.explaining import assert_every_figure_is_explained
from tests.api.house import House

ADJUSTMENT = "Stock Adjustment"


def test_goods_that_a_count_finds_have_a_cost(desk: Desk) -> None:
    """By the rate given, else what they cost there last; else nobody knows it."""
    desk.item("B", "BATCH")
    elsewhere: Any = {"warehouse": {"code": "Finished Goods"}}
    missing = [("VALUATION_RATE_MISSING", "lines.0.rate")]
    assert refusals(desk, count("2026-01-02", counted("3"))) == missing
    desk.post(receipt("2026-01-03", goods("5", "8")))
    desk.post(delivery("2026-01-04", goods("5", "20")))
    found = shown_and_kept(desk, count("2026-01-05", counted("2")))
    assert entries(found) == {"Stores": "16.00", ADJUSTMENT: "-16.00"}
    assert refusals(desk, count("2026-01-05", counted("2", **elsewhere))) == missing
    assert refusals(desk, count("2026-01-05", counted("2", None, "B", batch="NEW"))) == missing
    free = shown_and_kept(desk, count("2026-01-05", counted("2", "0", **elsewhere)))
    assert entries(free) == {}
    nothing = shown_and_kept(desk, count("2026-01-06", counted("0", None, "B", batch="NEW")))
    assert moved(nothing) == {"B in Stores": ("0", "0.00")}
    assert is_clean(desk)


def test_a_rate_alone_names_the_lots_that_come_to_cost_it(desk: Desk) -> None:
    desk.item("B", "BATCH")
    desk.item("S", "SERIAL")
    batches = [goods("5", "8", "B", batch="B1"), goods("5", "4", "B", batch="B2")]
    desk.post(receipt("2026-01-02", *batches, goods("3", "10", "S", serials=["a", "b", "c"])))
    assert refusals(desk, count("2026-01-03", counted(None, "9", "B"))) == [
        ("REQUIRED", "lines.0.batch")
    ]
    assert refusals(desk, count("2026-01-03", counted(None, "9", "S"))) == [
        ("REQUIRED", "lines.0.serials")
    ]
    assert refusals(desk, count("2026-01-03", counted(None, "9", "S", serials=["z"]))) == [
        ("NOT_FOUND", "lines.0.serials")
    ]
    dearer = [counted(None, "9", "B", batch="B1"), counted(None, "12", "S", serials=["a", "c"])]
    done = shown_and_kept(desk, count("2026-01-03", *dearer))
    assert entries(done) == {"Stores": "9.00", ADJUSTMENT: "-9.00"}
    assert desk.stock() == {"B in Stores": ("10", "65.00"), "S in Stores": ("3", "34.00")}
    desk.cancelled(done)
    assert desk.stock() == {"B in Stores": ("10", "60.00"), "S in Stores": ("3", "30.00")}
    assert is_clean(desk)


def test_a_serial_number_bought_again_keeps_its_return(desk: Desk) -> None:
    desk.item("S", "SERIAL")
    first = desk.post(receipt("2026-01-02", goods("1", "10", "S", serials=["a"])))
    back = desk.post(given_back("PurchaseReturn", "2026-01-03", first, "1", serials=["a"]))
    desk.post(receipt("2026-01-04", goods("1", "15", "S", serials=["a"])))
    assert refusals(desk, cancelling(back)) == [("SERIAL_IN_STOCK", "document")]


@pytest.mark.parametrize(
    ("scrap", "charges", "refusal"),
    [
        ({"rate": "8"}, "0", ("INVALID_VALUE", "lines")),
        ({"rate": "8"}, "3", ("INVALID_VALUE", "lines")),
        ({}, "0", ("REQUIRED", "lines.2.rate")),
    ],
    ids=["dearer than what is consumed", "and the additional cost", "of no rate"],
)
def test_scrap_that_is_refused(
    desk: Desk, scrap: dict[str, str], charges: str, refusal: tuple[str, str]
) -> None:
    desk.item("FG0001")
    desk.item("SCRAP")
    desk.post(receipt("2026-01-10", goods("10", "10")))
    lines = [goods("2"), product("1", "FG0001"), product("3", "SCRAP", scrap=True, **scrap)]
    more: Any = {"charges": [{"account": {"code": "Customs Duty"}, "amount": charges}]}
    assert refusals(desk, made("MANUFACTURE", "2026-01-11", *lines, **more)) == [refusal]


def test_scrap_may_leave_nothing_for_the_product_and_only_what_is_made_is_scrap(desk: Desk) -> None:
    desk.item("FG0001")
    desk.item("SCRAP")
    desk.post(receipt("2026-01-10", goods("10", "10")))
    lines = [goods("2"), product("1", "FG0001"), product("4", "SCRAP", scrap=True, rate="5")]
    done = shown_and_kept(desk, made("MANUFACTURE", "2026-01-11", *lines))
    assert moved(done)["FG0001 in Finished Goods"] == ("1", "0.00")
    lines = [goods("2", scrap=True), product("1", "FG0001")]
    assert refusals(desk, made("MANUFACTURE", "2026-01-11", *lines)) == [
        ("INVALID_VALUE", "lines.0.scrap")
    ]
    assert is_clean(desk)


MADE = {"warehouse": None, "toWarehouse": {"code": "Finished Goods"}}


@pytest.mark.parametrize("scheme", ["PERPETUAL", "CONTINENTAL"])
@pytest.mark.parametrize("item", ["CHAIR", "MEAN"])
def test_a_product_is_worth_nothing_at_least(server: str, scheme: str, item: str) -> None:
    """Of 100 consumed 40 are scrap and 60 the product; the bill says that 10 were consumed.

    The scrap stays 40 and the product is worth nothing: 30 are a gain, until the bill is cancelled.
    """
    house = House(server, scheme=scheme)
    if scheme == "PERPETUAL":
        house.settings(invoiceRatePolicy="ADJUST_RECEIPT_COST")
    method = {"CHAIR": "FIFO", "MEAN": "MOVING_AVERAGE" if scheme == "PERPETUAL" else "FIFO"}[item]
    for sku in ("P", "S"):
        house.item(sku, method)
    bought = house.post(receipt("2026-01-03", goods("10", "10", item)))
    lines = [goods("10", None, item), goods("5", None, "P", **MADE),
             goods("5", "8", "S", scrap=True, **MADE)]  # fmt: skip
    made = house.post(
        ("StockEntry", {"postingDate": "2026-01-05", "purpose": "MANUFACTURE", "lines": lines})
    )
    house.post(delivery("2026-01-06", goods("2", "9", "P", warehouse={"code": "Finished Goods"})))
    before, product = house.books(), "P in Finished Goods"
    assert before.stock[product] == ("3", "36.00")
    billed_at_1 = billed("10", "1", bought["lines"][0], item)
    late = shown_and_kept(house, bill("2026-01-07", billed_at_1))
    assert adjustments(late)[made["number"]] == {
        "Stores": "90.00", "Finished Goods": "-60.00", "Stock Adjustment": "-30.00",
    }  # fmt: skip
    assert house.stock()[product] == ("3", "0.00")
    assert house.stock()["S in Finished Goods"] == ("5", "40.00")
    assert_every_figure_is_explained(house)
    house.cancelled(late)
    assert house.balances() == before.balances
    assert house.stock() == before.stock
    house.check()


def test_a_count_sets_quantity_and_cost(desk: Desk) -> None:
    desk.post(receipt("2026-01-10", goods("10", "200")))
    less = shown_and_kept(desk, count("2026-01-11", counted("9")))
    assert entries(less) == {"Stores": "-200.00", "Stock Adjustment": "200.00"}
    dearer = shown_and_kept(desk, count("2026-01-12", counted(None, "210")))
    assert entries(dearer) == {"Stores": "90.00", "Stock Adjustment": "-90.00"}
    assert desk.stock() == {IN_STORES: ("9", "1890.00")}
    late = desk.post(receipt("2026-01-10", goods("1", "200")))
    assert desk.stock() == {IN_STORES: ("9", "1890.00")}
    assert adjustments(late)[less["number"]] == {"Stores": "-200.00", "Stock Adjustment": "200.00"}
    assert is_clean(desk)


def test_opening_stock_stands_against_the_opening_account(desk: Desk) -> None:
    opened = shown_and_kept(desk, count("2026-01-01", counted("4", "25"), purpose="OPENING"))
    assert entries(opened) == {"Stores": "100.00", "Opening Balance Equity": "-100.00"}
    sold = {"differenceAccount": {"code": "Cost of Goods Sold"}, "purpose": "OPENING"}
    assert refusals(desk, count("2026-01-01", counted("4", "25", sku="RM0001"), **sold)) == [
        ("OPENING_DIFFERENCE_ACCOUNT", "differenceAccount")
    ]
    assert refusals(desk, count("2026-01-02")) == [("REQUIRED", "lines")]


def test_a_product_costs_what_was_consumed_less_scrap_and_the_additional_costs(desk: Desk) -> None:
    desk.item("FG0001")
    desk.item("SCRAP")
    desk.post(receipt("2026-01-10", goods("10", "200")))
    lines = (goods("4"), product("2", "FG0001"), product("1", "SCRAP", rate="50", scrap=True))
    done = shown_and_kept(desk, made("MANUFACTURE", "2026-01-11", *lines, charges=[FREIGHT]))
    assert entries(done) == {"Stores": "-800.00", "Finished Goods": "860.00",
                             "Customs Duty": "-60.00"}  # fmt: skip
    assert desk.stock()["FG0001 in Finished Goods"] == ("2", "810.00")
    assert desk.stock()["SCRAP in Finished Goods"] == ("1", "50.00")
    assert refusals(desk, made("REPACK", "2026-01-11", goods("1"))) == [("INVALID_VALUE", "lines")]
    both = goods("1", toWarehouse={"code": "Finished Goods"})
    assert refusals(desk, made("REPACK", "2026-01-11", both))[0] == ("INVALID_VALUE", "lines.0")
    issue = stock_entry("2026-01-12", "ISSUE", goods("1"), charges=[FREIGHT])
    assert refusals(desk, issue) == [("INVALID_VALUE", "charges")]
    costs = [{**FREIGHT, "account": {"code": "Stores"}}]
    found = stock_entry("2026-01-12", "RECEIPT", goods("1", "5"), charges=costs)
    assert refusals(desk, found) == [("STOCK_ACCOUNT_NOT_ALLOWED", "charges.0.account")]
    assert refusals(desk, given_back("PurchaseReturn", "2026-01-12", done, "1")) == [
        ("NOT_FOUND", "lines.0.line")
    ]
    assert is_clean(desk)


def test_a_line_of_a_count_names_the_account_of_its_difference(desk: Desk) -> None:
    desk.item("OTHER")
    desk.post(receipt("2026-01-09", goods("10", "10"), goods("10", "10", "OTHER")))
    named: Any = {"differenceAccount": {"code": "Customs Duty"}}
    stolen = count("2026-01-10", counted("8"), counted("7", None, "OTHER", **named))
    found = shown_and_kept(desk, stolen)
    assert entries(found) == {
        "Stores": "-50.00",
        "Stock Adjustment": "20.00",
        "Customs Duty": "30.00",
    }
    desk.post(receipt("2026-01-09", goods("2", "10", "OTHER")))
    assert desk.balances()["Customs Duty"] == "50.00"
    kind, given = count("2026-01-11", counted("1", "5", **named))
    assert refusals(desk, (kind, {**given, "purpose": "OPENING"})) == [
        ("OPENING_DIFFERENCE_ACCOUNT", "lines.0.differenceAccount")
    ]
    assert is_clean(desk)
