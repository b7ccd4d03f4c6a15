"""A count of serial numbers lists all that there are: what is entered later and counts before it.

As with other goods, what was counted stands, in whichever order documents come.
"""

from typing import Any

import pytest

from tests.api.correcting import count, counted
from tests.api.desk import COGS, Desk, delivery, goods, is_clean, receipt, refusals, stock_entry

ADJUSTMENT = "Stock Adjustment"


@pytest.fixture
def desk(server: str) -> Desk:
    desk = Desk(server)
    desk.item("SN", "SERIAL")
    return desk


def units(*serials: str, rate: Any = "10", **more: Any) -> Any:
    return goods(str(len(serials)), rate, "SN", serials=list(serials), **more)


def listed(*serials: str, **more: Any) -> Any:
    return counted(str(len(serials)), None, "SN", serials=list(serials), **more)


def stock(desk: Desk) -> dict[str, tuple[str, str]]:
    return {place: one for place, one in desk.stock().items() if one[0] != "0"}


def test_a_late_receipt_is_counted_as_gone_by_a_later_count(desk: Desk) -> None:
    """S2 came on the 5th, and was not among what was counted on the 10th. Cancelled, it never came;
    without the count it is there."""
    desk.post(receipt("2026-01-04", units("S1")))
    found = desk.post(count("2026-01-10", listed("S1")))
    late = desk.post(receipt("2026-01-05", units("S2", rate="7")))
    assert stock(desk) == {"SN in Stores": ("1", "10.00")}
    assert desk.balances()[ADJUSTMENT] == "7.00"
    assert is_clean(desk)
    assert refusals(desk, delivery("2026-01-12", units("S2"))) == [
        ("SERIAL_NOT_AVAILABLE", "lines.0.quantity")
    ]
    desk.cancelled(late)
    assert ADJUSTMENT not in desk.balances()
    again = desk.post(receipt("2026-01-06", units("S2", rate="8")))
    assert desk.balances()[ADJUSTMENT] == "8.00"
    desk.cancelled(found)
    assert stock(desk) == {"SN in Stores": ("2", "18.00")}
    assert is_clean(desk)
    desk.cancelled(again)
    assert stock(desk) == {"SN in Stores": ("1", "10.00")}
    assert is_clean(desk)


def test_a_unit_that_came_back_into_stock_before_a_count_is_gone_by_it(desk: Desk) -> None:
    """By a delivery that is cancelled, a transfer, or a count of before, which found it."""
    desk.post(receipt("2026-01-04", units("S1", "S2", "S3")))
    sold = desk.post(delivery("2026-01-05", units("S2")))
    there = {"warehouse": {"code": "Finished Goods"}}
    desk.post(receipt("2026-01-04", units("S4", **there)))
    desk.post(count("2026-01-10", listed("S1"), listed(**there)))
    assert stock(desk) == {"SN in Stores": ("1", "10.00")}
    desk.cancelled(sold)
    assert stock(desk) == {"SN in Stores": ("1", "10.00")}
    assert COGS not in desk.balances()
    desk.post(receipt("2026-01-04", units("S5")))
    moving = units("S5", rate=None, toWarehouse=there["warehouse"])
    desk.post(stock_entry("2026-01-05", "TRANSFER", moving))
    desk.post(count("2026-01-03", counted("1", "4", "SN", serials=["S6"])))
    assert stock(desk) == {"SN in Stores": ("1", "10.00")}
    assert desk.balances()[ADJUSTMENT] == "40.00"
    assert is_clean(desk)


def test_what_is_entered_after_a_count_of_its_day_counts_after_it(desk: Desk) -> None:
    desk.post(receipt("2026-01-04", units("S1")))
    desk.post(count("2026-01-10", listed("S1"), postingTime="12:00:00"))
    desk.post(receipt("2026-01-10", units("S2")))
    desk.post(receipt("2026-01-10", units("S3"), postingTime="11:00:00"))
    assert stock(desk) == {"SN in Stores": ("2", "20.00")}
    desk.post(receipt("2026-01-09", units("S4")))
    assert stock(desk) == {"SN in Stores": ("2", "20.00")}
    assert is_clean(desk)


@pytest.mark.parametrize("listing", [listed("S2"), counted("0", None, "SN")])
def test_a_late_count_does_not_pass_over_what_has_been_sold_since(desk: Desk, listing: Any) -> None:
    """S1 was sold on the 12th: a count of the 10th that does not list it contradicts that."""
    desk.post(receipt("2026-01-04", units("S1", "S2")))
    desk.post(delivery("2026-01-12", units("S1")))
    late = count("2026-01-10", listing)
    assert refusals(desk, late) == [("SERIAL_NOT_AVAILABLE", "lines.0.quantity")]
    desk.post(count("2026-01-10", listed("S1", "S2")))
    assert stock(desk) == {"SN in Stores": ("1", "10.00")}
    assert is_clean(desk)
