"""Explaining what goods cost by each method: layers, averages, lots, and cents left over."""

from typing import Any

import pytest

from tests.api.correcting import count, counted, landed
from tests.api.desk import Desk, delivery, goods, receipt
from tests.api.explaining import DUTY, adjusted, assert_every_figure_is_explained, cost
from tests.api.house import House
from tests.api.test_costing_changes import method_change
from tests.crowd.wider import furnish


def test_fifo_layers_charges_and_what_came_later(desk: Desk) -> None:
    first = desk.post(receipt("2026-01-10", goods("10", "200"), charges=DUTY))
    desk.post(receipt("2026-01-11", goods("10", "220")))
    sold = desk.post(delivery("2026-01-12", goods("12", "300")))
    assert cost(desk, sold) == [
        (0, "COST", "-2590.00", "-12", "DN-2026-00001"),
        (1, "LAYER", "-2150.00", "-10", "PR-2026-00001"),
        (2, "DIRECT", "-2000.00", None, "PR-2026-00001"),
        (2, "CHARGE", "-150.00", None, "PR-2026-00001"),
        (1, "LAYER", "-440.00", "-2", "PR-2026-00002"),
        (2, "DIRECT", "-440.00", None, "PR-2026-00002"),
    ]
    later = desk.post(landed("2026-01-20", first))
    assert adjusted(desk, sold, later, "Cost of Goods Sold") == [
        (0, "JOURNAL_LINE", "60.00", None, "LC-2026-00001"),
        (1, "ADJUSTMENT", "60.00", None, "LC-2026-00001"),
        (2, "CHANGE", "60.00", "10", "PR-2026-00001"),
        (3, "LANDED_COST", "60.00", None, "LC-2026-00001"),
    ]
    late = desk.post(receipt("2026-01-09", goods("5", "100")))
    assert adjusted(desk, sold, late, "Stores") == [
        (0, "JOURNAL_LINE", "603.00", None, "PR-2026-00003"),
        (1, "ADJUSTMENT", "603.00", None, "PR-2026-00003"),
        (2, "LAYER", "-500.00", "-5", "PR-2026-00003"),
        (3, "DIRECT", "-500.00", None, "PR-2026-00003"),
        (2, "LAYER", "663.00", "3", "PR-2026-00001"),
        (3, "DIRECT", "600.00", None, "PR-2026-00001"),
        (3, "CHARGE", "45.00", None, "PR-2026-00001"),
        (3, "LANDED_COST", "18.00", None, "LC-2026-00001"),
        (2, "LAYER", "440.00", "2", "PR-2026-00002"),
        (3, "DIRECT", "440.00", None, "PR-2026-00002"),
    ]
    # What was written first still says what was known then.
    assert adjusted(desk, sold, sold, "Stores", depth=2) == [
        (0, "JOURNAL_LINE", "-2590.00", None, "DN-2026-00001"),
        (1, "ISSUE", "-2590.00", None, "DN-2026-00001"),
        (2, "LAYER", "-2150.00", "-10", "PR-2026-00001"),
        (2, "LAYER", "-440.00", "-2", "PR-2026-00002"),
    ]
    back = desk.cancelled(late)
    assert adjusted(desk, sold, back, "Stores", depth=1)[1][1] == "ADJUSTMENT"
    assert_every_figure_is_explained(desk)


def test_lifo_takes_from_the_top(desk: Desk) -> None:
    desk.item("L", "LIFO")
    desk.post(receipt("2026-01-10", goods("10", "10", "L")))
    desk.post(receipt("2026-01-11", goods("10", "12", "L")))
    sold = desk.post(delivery("2026-01-12", goods("12", "30", "L")))
    assert cost(desk, sold, depth=1) == [
        (0, "COST", "-140.00", "-12", "DN-2026-00001"),
        (1, "LAYER", "-120.00", "-10", "PR-2026-00002"),
        (1, "LAYER", "-20.00", "-2", "PR-2026-00001"),
    ]
    assert_every_figure_is_explained(desk)


def test_a_moving_average_is_its_balance_and_its_last_receipt(desk: Desk) -> None:
    desk.item("A", "MOVING_AVERAGE")
    desk.post(receipt("2026-01-10", goods("10", "10", "A")))
    desk.post(delivery("2026-01-11", goods("4", "30", "A")))
    second = desk.post(receipt("2026-01-12", goods("4", "15", "A")))
    sold = desk.post(delivery("2026-01-13", goods("5", "30", "A")))
    assert cost(desk, sold) == [
        (0, "COST", "-60.00", "-5", "DN-2026-00002"),
        (1, "AVERAGE", "-60.00", "-5", "PR-2026-00002"),
        (2, "AVERAGE", "-30.00", "-3", "PR-2026-00001"),
        (3, "RECEIPT", "-30.00", "-3", "PR-2026-00001"),
        (4, "DIRECT", "-30.00", None, "PR-2026-00001"),
        (2, "RECEIPT", "-30.00", "-2", "PR-2026-00002"),
        (3, "DIRECT", "-30.00", None, "PR-2026-00002"),
    ]
    later = desk.post(landed("2026-01-20", second))
    assert adjusted(desk, sold, later, "Stores", depth=4) == [
        (0, "JOURNAL_LINE", "-30.00", None, "LC-2026-00001"),
        (1, "ADJUSTMENT", "-30.00", None, "LC-2026-00001"),
        (2, "AVERAGE", "-90.00", "-5", "PR-2026-00002"),
        (3, "AVERAGE", "-30.00", "-3", "PR-2026-00001"),
        (4, "RECEIPT", "-30.00", "-3", "PR-2026-00001"),
        (3, "RECEIPT", "-60.00", "-2", "PR-2026-00002"),
        (4, "DIRECT", "-30.00", None, "PR-2026-00002"),
        (4, "LANDED_COST", "-30.00", None, "LC-2026-00001"),
        (2, "AVERAGE", "60.00", "5", "PR-2026-00002"),
        (3, "AVERAGE", "30.00", "3", "PR-2026-00001"),
        (4, "RECEIPT", "30.00", "3", "PR-2026-00001"),
        (3, "RECEIPT", "30.00", "2", "PR-2026-00002"),
        (4, "DIRECT", "30.00", None, "PR-2026-00002"),
    ]
    assert_every_figure_is_explained(desk)


def test_a_long_average_is_found_beyond_snapshots(desk: Desk) -> None:
    desk.item("A", "MOVING_AVERAGE")
    desk.post(receipt("2026-01-10", goods("100", "10", "A")))
    for _ in range(65):
        desk.post(delivery("2026-01-11", goods("1", "30", "A")))
    sold = desk.post(delivery("2026-01-13", goods("5", "30", "A")))
    assert cost(desk, sold, depth=2) == [
        (0, "COST", "-50.00", "-5", "DN-2026-00066"),
        (1, "AVERAGE", "-50.00", "-5", "PR-2026-00001"),
        (2, "RECEIPT", "-50.00", "-5", "PR-2026-00001"),
    ]


@pytest.mark.parametrize(("method", "lot"), [("BATCH", {"batch": "B1"}), ("SERIAL", None)])
def test_batches_and_serial_numbers(desk: Desk, method: str, lot: Any) -> None:
    desk.item("B", method)
    both, one = lot or {"serials": ["S1", "S2"]}, lot or {"serials": ["S2"]}
    desk.post(receipt("2026-01-10", goods("2", "10", "B", **both), charges=DUTY))
    sold = desk.post(delivery("2026-01-12", goods("1", "30", "B", **one)))
    assert cost(desk, sold) == [
        (0, "COST", "-85.00", "-1", "DN-2026-00001"),
        (1, "AVERAGE", "-85.00", "-1", "PR-2026-00001"),
        (2, "RECEIPT", "-85.00", "-1", "PR-2026-00001"),
        (3, "DIRECT", "-10.00", None, "PR-2026-00001"),
        (3, "CHARGE", "-75.00", None, "PR-2026-00001"),
    ]
    assert_every_figure_is_explained(desk)


def test_cents_that_rounding_leaves_over_are_named(desk: Desk) -> None:
    desk.post(receipt("2026-01-10", goods("3", "33.333333")))
    sold = [desk.post(delivery("2026-01-12", goods("1", "50"))) for _ in range(3)]
    assert [cost(desk, one, depth=1) for one in sold] == [
        [
            (0, "COST", "-33.33", "-1", "DN-2026-00001"),
            (1, "LAYER", "-33.33", "-1", "PR-2026-00001"),
        ],
        [
            (0, "COST", "-33.34", "-1", "DN-2026-00002"),
            (1, "LAYER", "-33.33", "-1", "PR-2026-00001"),
            (1, "ROUNDING", "-0.01", None, "DN-2026-00002"),
        ],
        [
            (0, "COST", "-33.33", "-1", "DN-2026-00003"),
            (1, "LAYER", "-33.33", "-1", "PR-2026-00001"),
        ],
    ]


def test_what_lay_there_when_a_count_took_it_over_may_change(desk: Desk) -> None:
    desk.post(receipt("2026-01-10", goods("10", "10")))
    desk.post(count("2026-01-12", counted("8")))
    sold = desk.post(delivery("2026-01-13", goods("2", "30")))
    late = desk.post(receipt("2026-01-09", goods("10", "20")))
    assert adjusted(desk, sold, late, "Stores", depth=3) == [
        (0, "JOURNAL_LINE", "-10.00", None, "PR-2026-00002"),
        (1, "ADJUSTMENT", "-10.00", None, "PR-2026-00002"),
        (2, "CHANGE", "-10.00", "-2", "SR-2026-00001"),
        (3, "LAYER", "-20.00", "-1", "PR-2026-00002"),
        (3, "LAYER", "10.00", "1", "PR-2026-00001"),
    ]


def test_what_lay_there_when_a_method_began_may_change(desk: Desk) -> None:
    desk.item("A", "MOVING_AVERAGE")
    desk.post(receipt("2026-01-10", goods("10", "10", "A")))
    desk.post(method_change("2026-01-12", "FIFO", "A"))
    sold = desk.post(delivery("2026-01-13", goods("2", "30", "A")))
    late = desk.post(receipt("2026-01-09", goods("10", "20", "A")))
    assert adjusted(desk, sold, late, "Stores", depth=4) == [
        (0, "JOURNAL_LINE", "-10.00", None, "PR-2026-00002"),
        (1, "ADJUSTMENT", "-10.00", None, "PR-2026-00002"),
        (2, "CHANGE", "-10.00", "-2", "CMC-2026-00001"),
        (3, "AVERAGE", "-30.00", "-2", "PR-2026-00001"),
        (4, "AVERAGE", "-20.00", "-1", "PR-2026-00002"),
        (4, "RECEIPT", "-10.00", "-1", "PR-2026-00001"),
        (3, "AVERAGE", "20.00", "2", "PR-2026-00001"),
        (4, "RECEIPT", "20.00", "2", "PR-2026-00001"),
    ]


@pytest.mark.parametrize(
    ("method", "parts"),
    [
        ("FIFO", [("BALANCE", "-160.00", "-10"), ("LAYER", "-40.00", "-2")]),
        ("LIFO", [("LAYER", "-100.00", "-5"), ("BALANCE", "-112.00", "-7")]),
    ],
)
def test_goods_of_a_bin_that_was_not_there_when_a_method_began(
    desk: Desk, method: str, parts: list[tuple[str, str, str]]
) -> None:
    """What lay there and what came next have one name, and are told apart."""
    desk.item("A", "MOVING_AVERAGE")
    elsewhere = {"warehouse": {"code": "Work In Progress"}}
    desk.post(receipt("2026-01-09", goods("1", "10", "A")))
    desk.post(method_change("2026-01-12", method, "A"))
    late = desk.post(receipt("2026-01-10", goods("10", "10", "A", **elsewhere)))
    desk.post(receipt("2026-01-13", goods("5", "20", "A", **elsewhere)))
    sold = desk.post(delivery("2026-01-14", goods("12", "30", "A", **elsewhere)))
    desk.post(landed("2026-01-15", late))
    found = cost(desk, sold, depth=1)
    assert [one[1:4] for one in found[1:]] == parts
    assert {one[4] for one in found[1:]} == {"PR-2026-00003"}
    assert_every_figure_is_explained(desk)


def test_what_arrives_costs_the_average_that_its_item_has_come_to(fresh_server: str) -> None:
    house = House(fresh_server, scheme="CONTINENTAL")
    furnish(house)
    house.post(receipt("2026-01-01", goods("80", "10", "MEAN")))
    house.post(receipt("2026-03-01", goods("6", "5.63", "MEAN")))
    sent = {**goods("8", sku="MEAN"), "rate": None}
    away = {"postingDate": "2026-02-14", "purpose": "SEND_TO_TRANSIT", "lines": [sent]}
    line = house.post(("StockEntry", away))["lines"][0]
    came: dict[str, Any] = {"item": {"sku": "MEAN"}, "quantity": "1"}
    came["sentLine"] = {"id": line["id"]}
    came["toWarehouse"] = {"code": "Finished Goods"}
    here = {"postingDate": "2026-03-01", "purpose": "RECEIVE_FROM_TRANSIT", "lines": [came]}
    house.post(("StockEntry", here))
    assert house.stock()["MEAN in Finished Goods"] == ("1", "9.70")
    assert_every_figure_is_explained(house)
