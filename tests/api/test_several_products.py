"""Goods that become several products: each takes its part of what they cost, to the cent."""

from typing import Any

import pytest

from tests.api.correcting import FREIGHT, landed, made, product
from tests.api.desk import Desk, delivery, goods, is_clean, receipt, refusals
from tests.api.desk import shown_and_kept as shown
from tests.api.explaining import assert_every_figure_is_explained
from tests.api.house import House

FINISHED = {"warehouse": {"code": "Finished Goods"}}
METHODS = {
    "PERPETUAL": ("FIFO", "MOVING_AVERAGE"),
    "CONTINENTAL": ("FIFO", "AVERAGE_PERIOD"),
    "BY_LEVEL": ("WEIGHTED_AVERAGE", "WEIGHTED_AVERAGE"),
}


def _worth(desk: Desk) -> dict[str, str]:
    """What products are worth."""
    stock = desk.stock()
    return {
        place.partition(" ")[0]: value
        for place, (_, value) in stock.items()
        if place.endswith("Finished Goods")
    }


@pytest.mark.parametrize("scheme", METHODS)
def test_products_share_the_cost_whatever_it_becomes(server: str, scheme: str) -> None:
    """100 in three is 33.33, 33.34 and 33.33; 60 of freight later it is 53.33, 53.34 and 53.33."""
    house = House(server, scheme=scheme)
    first, second = METHODS[scheme]
    house.item("RAW", second, **({"standardCost": "10"} if scheme == "BY_LEVEL" else {}))
    for sku, method in (("P", first), ("Q", second), ("R", first)):
        house.item(sku, method)
    bought = house.post(receipt("2026-01-03", goods("10", "10", "RAW")))
    lines = [goods("10", None, "RAW"), *(product("2", sku) for sku in "PQR")]
    entry = shown(house, made("REPACK", "2026-01-05", *lines))
    assert _worth(house) == {"P": "33.33", "Q": "33.34", "R": "33.33"}
    sold = house.post(delivery("2026-01-06", goods("1", "90", "Q", **FINISHED)))
    before = house.books()
    if scheme != "BY_LEVEL":  # where what is gone is not charged any more
        late = shown(house, landed("2026-01-07", bought))
        assert _worth(house) == {"P": "53.33", "Q": "26.67", "R": "53.33"}
        assert_every_figure_is_explained(house)
        house.cancelled(late)
        assert (house.balances(), house.stock()) == (before.balances, before.stock)
    house.cancelled(sold)
    house.cancelled(entry)
    assert house.stock() == {"RAW in Stores": ("10", "100.00")}
    house.check()


def test_shares_that_are_given_scrap_additional_costs_and_serial_numbers(desk: Desk) -> None:
    """800 less 50 of scrap: 3 in 4 for A, 1 in 4 for the two of B; 60 of freight by cost."""
    for sku, method in (("A", "FIFO"), ("B", "SERIAL"), ("S", "FIFO")):
        desk.item(sku, method)
    desk.post(receipt("2026-01-03", goods("4", "200")))
    entry = shown(
        desk,
        made(
            "MANUFACTURE",
            "2026-01-05",
            goods("4"),
            product("5", "A", costShare="75"),
            product("2", "B", costShare="25", serials=["one", "two"]),
            product("1", "S", rate="50", scrap=True),
            charges=[FREIGHT],
        ),
    )
    assert _worth(desk) == {"A": "607.50", "B": "202.50", "S": "50.00"}
    assert_every_figure_is_explained(desk)
    one = goods("1", "300", "B", serials=["one"], **FINISHED)
    sold = desk.post(delivery("2026-01-06", one))
    assert _worth(desk)["B"] == "101.25"
    desk.cancelled(sold)
    desk.cancelled(entry)
    assert desk.stock() == {"RM0001 in Stores": ("4", "800.00")}
    assert is_clean(desk)


SHARE = "costShare"


@pytest.mark.parametrize(
    ("lines", "refused"),
    [
        (
            (goods("1"), product("1", "A", costShare="1"), product("1", "B")),
            [("REQUIRED", "lines.2.costShare")],
        ),
        (
            (goods("1"), product("1", "A"), product("1", "KG")),
            [("REQUIRED", "lines.1.costShare"), ("REQUIRED", "lines.2.costShare")],
        ),
        (
            (goods("1", costShare="1"), product("1", "A", costShare="0")),
            [("INVALID_VALUE", "lines.0.costShare"), ("INVALID_VALUE", "lines.1.costShare")],
        ),
        (
            (goods("1"), product("1", "A"), product("1", "B", rate="0", scrap=True, costShare="1")),
            [("INVALID_VALUE", "lines.2.costShare")],
        ),
        (
            (goods("1"), product("1", "B", rate="1", scrap=True)),
            [("INVALID_VALUE", "lines")],
        ),
    ],
)  # fmt: skip
def test_shares_that_are_refused(desk: Desk, lines: Any, refused: list[tuple[str, str]]) -> None:
    for sku, more in (("A", {}), ("B", {}), ("KG", {"uom": "kg"})):
        desk.item(sku, **more)
    desk.post(receipt("2026-01-03", goods("4", "200")))
    assert refusals(desk, made("REPACK", "2026-01-05", *lines)) == refused
