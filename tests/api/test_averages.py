"""Another period, or another place, to average over: costs wait until a run has adjusted them."""

from typing import Any

import pytest

from tests.api.desk import delivery, goods, receipt
from tests.api.house import House

FINISHED = {"warehouse": {"code": "Finished Goods"}}


def mean(quantity: str, rate: str, **more: Any) -> Any:
    return goods(quantity, rate, "MEAN", **more)


@pytest.mark.parametrize(
    ("settings", "left"),
    [
        # 30 pieces came in January at 800 in all, and eight left.
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
    refused = house.ask(
        "mutation($input: ClosePeriodInput!) { done: closeInventoryPeriod(input: $input)"
        " { errors { code } } }",
        input={"company": house.company, "through": "2026-01-31"},
    )["done"]["errors"]
    assert refused == [{"code": "COSTS_NOT_ADJUSTED"}]
    house.post(("CostAdjustment", {"postingDate": "2026-01-31"}))
    assert house.stock()["MEAN in Stores"] == ("12", left)
    house.check()
