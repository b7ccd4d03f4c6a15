"""What was let through once and is refused now, over the wire: exact codes and paths."""

from typing import Any

from tests.api.correcting import count, counted, landed
from tests.api.desk import (
    Desk,
    Paper,
    charge,
    delivery,
    goods,
    is_clean,
    receipt,
    refusals,
    stock_entry,
)


def test_a_landed_cost_comes_after_its_receipts(desk: Desk) -> None:
    early = desk.post(receipt("2026-01-05", goods("1", "10")))
    came = desk.post(receipt("2026-01-10", goods("1", "10"), postingTime="12:00"))
    assert refusals(desk, landed("2026-01-09", early, came)) == [("INVALID_VALUE", "postingDate")]
    at_eleven = landed("2026-01-10", came, postingTime="11:00")
    assert refusals(desk, at_eleven) == [("INVALID_VALUE", "postingTime")]
    part = {"line": {"id": came["lines"][0]["id"]}, "amount": "60"}
    idle = landed("2026-01-10", came, basis="AMOUNT", lines=[part])
    assert refusals(desk, idle) == [("INVALID_VALUE", "lines")]
    desk.post(landed("2026-01-10", early, came))
    assert is_clean(desk)


def test_goods_are_counted_once(desk: Desk) -> None:
    desk.item("BATCHED", "BATCH")
    desk.item("SERIAL", "SERIAL")
    paper = count(
        "2026-01-10",
        counted("5", "2"), counted("6", "2", warehouse={"code": "Finished Goods"}),
        counted("7"), counted("1", "2", "BATCHED", batch="B1"),
        counted("2", "2", "BATCHED", batch="B2"), counted("3", "2", "BATCHED", batch="B1"),
        counted("1", "2", "SERIAL", serials=["S1"]), counted("1", "2", "SERIAL", serials=["S1"]),
    )  # fmt: skip
    assert refusals(desk, paper) == [
        ("INVALID_VALUE", "lines.2.item"),
        ("INVALID_VALUE", "lines.5.batch"),
        ("INVALID_VALUE", "lines.7.serials"),
    ]


def test_an_additional_cost_is_not_negative(desk: Desk) -> None:
    charges = [charge("Customs Duty", "5"), charge("Customs Duty", "-1")]
    paper = stock_entry("2026-01-10", "RECEIPT", goods("1", "10"), charges=charges)
    assert refusals(desk, paper) == [("INVALID_VALUE", "charges.1.amount")]


def serial(number: str, rate: str | None = "10", **more: Any) -> Any:
    """A unit with that serial number."""
    return goods("1", rate, "SERIAL", serials=[number], **more)


def test_a_serial_number_is_in_one_place_at_a_time(desk: Desk) -> None:
    desk.item("SERIAL", "SERIAL")
    desk.post(receipt("2026-01-10", serial("S1")))
    elsewhere: Any = {"warehouse": {"code": "Finished Goods"}}
    twice: list[Paper] = [
        receipt("2026-01-12", serial("S1")),
        receipt("2026-01-12", serial("S1", **elsewhere)),
        receipt("2026-01-05", serial("S1", **elsewhere)),
        stock_entry("2026-01-12", "RECEIPT", serial("S1", **elsewhere)),
        receipt("2026-01-12", serial("S2"), serial("S2")),
    ]
    for paper in twice:
        assert {code for code, _ in refusals(desk, paper)} == {"SERIAL_IN_STOCK"}
    there = counted("1", "2", "SERIAL", serials=["S1"], **elsewhere)
    assert refusals(desk, count("2026-01-12", there)) == [("SERIAL_IN_STOCK", "lines.0.quantity")]
    moved: Any = {"toWarehouse": {"code": "Finished Goods"}}
    desk.post(stock_entry("2026-01-13", "TRANSFER", serial("S1", None, **moved)))
    sold = desk.post(delivery("2026-01-15", serial("S1", **elsewhere)))
    between = receipt("2026-01-14", serial("S1"))
    assert refusals(desk, between) == [("SERIAL_IN_STOCK", "lines.0.quantity")]
    again = desk.post(receipt("2026-01-20", serial("S1")))
    cancelling: Paper = ("Cancellation", {"document": {"id": sold["id"]}})
    assert {code for code, _ in refusals(desk, cancelling)} == {"SERIAL_IN_STOCK"}
    desk.cancelled(again)
    desk.cancelled(sold)
    assert is_clean(desk)
