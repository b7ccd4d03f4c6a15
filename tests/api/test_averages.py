"""Another period, or another place, to average over: costs wait until a run has adjusted them."""

from typing import Any

import psycopg
import pytest

from tests.api.correcting import made, product
from tests.api.desk import delivery, goods, receipt
from tests.api.explaining import assert_every_figure_is_explained, cost
from tests.api.house import House
from tests.api.test_batches import batch

FINISHED = {"warehouse": {"code": "Finished Goods"}}


def mean(quantity: str, rate: str, **more: Any) -> Any:
    return goods(quantity, rate, "MEAN", **more)


FORGOTTEN = "update company set settings = settings - 'former_averages' where code = %s"


@pytest.mark.parametrize(
    ("settings", "left"),
    [
        # 30 pieces came in January at 800 in all, and nine left.
        ({"averageCostPeriod": "MONTH"}, "186.67"),
        # In Stores alone: four of ten at 10, then four of 6 at 10 and 10 at 30.
        ({"averageCostCalcType": "ITEM_WAREHOUSE"}, "270.00"),
    ],
)
def test_what_left_is_averaged_anew(server: str, settings: dict[str, str], left: str) -> None:
    house = House(server)
    house.post(receipt("2026-01-02", mean("10", "10"), mean("10", "40", **FINISHED)))
    house.post(delivery("2026-01-10", mean("4", "50")))
    house.post(receipt("2026-01-20", mean("10", "30")))
    house.post(delivery("2026-01-25", mean("4", "50")))
    house.settings(**settings)
    house.check()
    assert_every_figure_is_explained(house)
    house.post(delivery("2026-01-26", mean("1", "50", **FINISHED)))
    assert_every_figure_is_explained(house)
    refused = house.ask(
        "mutation($input: ClosePeriodInput!) { done: closeInventoryPeriod(input: $input)"
        " { errors { code } } }",
        input={"company": house.company, "through": "2026-01-31"},
    )["done"]["errors"]
    assert refused == [{"code": "COSTS_NOT_ADJUSTED"}]
    house.post(("CostAdjustment", {"postingDate": "2026-01-31"}))
    assert house.stock()["MEAN in Stores"] == ("12", left)
    house.check()
    assert_every_figure_is_explained(house)


def test_what_no_known_rule_comes_to_is_said_so(server: str, server_database: str) -> None:
    """Averages of books that an earlier release changed and did not remember how they were."""
    house = House(server)
    house.post(receipt("2026-01-02", mean("10", "10"), mean("10", "40", **FINISHED)))
    sold = house.post(delivery("2026-01-10", mean("4", "50")))
    house.settings(averageCostCalcType="ITEM_WAREHOUSE")
    with psycopg.connect(server_database) as owner:
        owner.execute(FORGOTTEN, (house.code,))
    assert cost(house, sold) == [
        (0, "COST", "-100.00", "-4", "DN-2026-00001"),
        (1, "UNEXPLAINED", "-100.00", "-4", "DN-2026-00001"),
    ]


def test_an_average_counts_from_what_its_goods_were_made_of(server: str) -> None:
    """Two of them are made of chairs that come on the 20th: what is sold is averaged then."""
    house = House(server)
    house.post(receipt("2026-01-20", goods("10", "10", "CHAIR")))
    house.post(made("REPACK", "2026-01-05", goods("2", None, "CHAIR"), product("2", "MEAN")))
    house.post(receipt("2026-01-10", mean("8", "30", **FINISHED)))
    house.post(receipt("2026-01-15", mean("10", "60", **FINISHED)))
    sold = house.post(delivery("2026-01-12", mean("4", "90", **FINISHED)))
    told = [one[:4] for one in cost(house, sold, depth=2)]
    assert told[:2] == [(0, "COST", "-172.00", "-4"), (1, "AVERAGE", "-172.00", "-4")]
    assert_every_figure_is_explained(house)


def test_an_average_is_of_what_is_recorded_while_adjustments_wait(server: str) -> None:
    house = House(server)
    house.settings(automaticCostAdjustment="NEVER")
    house.post(receipt("2026-01-02", mean("10", "10")))
    first = house.post(delivery("2026-01-10", mean("4", "50")))
    house.post(receipt("2026-01-05", mean("10", "40")))  # four of twenty at 500 would cost 100
    house.post(receipt("2026-01-15", mean("10", "10")))
    # It is of all three receipts, so from the 15th on: 18 of 26 that stand there at 600 less 40.
    sold = house.post(delivery("2026-01-03", mean("18", "50")))
    assert [cost(house, one, depth=1)[1][1:4] for one in (first, sold)] == [
        ("AVERAGE", "-40.00", "-4"), ("AVERAGE", "-387.69", "-18"),
    ]  # fmt: skip
    assert_every_figure_is_explained(house)


def test_an_average_of_what_it_gives_out_itself_is_found(server: str) -> None:
    """Five pieces with a part of 5 become five pieces, again and again, of twenty that were bought.

    20 at 10 and 24 parts at 5 are worth 320: each piece costs 16; twelve of 320 leave at 192.
    """
    house = House(server)
    house.settings(averageCostPeriod="MONTH", automaticCostAdjustment="NEVER")
    house.post(receipt("2026-01-02", mean("20", "10"), goods("200", "5", "CHAIR")))
    part = goods("1", None, "CHAIR")
    again = goods("5", None, "MEAN"), part, product("5", "MEAN", toWarehouse={"code": "Stores"})
    reworked = [made("REPACK", f"2026-01-{number:02d}", *again) for number in range(3, 27)]
    assert all(one["errors"] == [] for one in batch(house, reworked))
    sold = house.post(delivery("2026-01-30", mean("12", "50")))
    house.post(("CostAdjustment", {"postingDate": "2026-01-31"}))
    assert [one[:4] for one in cost(house, sold, depth=1)][:1] == [(0, "COST", "-192.00", "-12")]
    assert house.stock()["MEAN in Stores"] == ("8", "128.00")
    house.check()
