"""Goods on their way: sent, received in parts, never more than sent, at what they cost."""

from typing import Any

import pytest

from tests.api.correcting import landed
from tests.api.desk import (
    Desk,
    Paper,
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
from tests.api.house import House

ROAD = "Goods in Transit"
STORES, FINISHED = "Stores", "Finished Goods"
IN_TRANSIT = """
query($company: CompanyRef!, $asOf: Date) {
  goodsInTransit(company: $company, asOf: $asOf) {
    nodes { document { number } line { id } item { sku } lot { code } fromWarehouse { code }
            transitWarehouse { code } sentOn sentQuantity receivedQuantity quantity value }
    totals { value stockValue difference } } }
"""


@pytest.fixture
def desk(server: str) -> Desk:
    desk = Desk(server)
    desk.make("createAccount", "account", company=desk.company, name=ROAD, type="STOCK",
              parent={"code": "Stock Assets"})  # fmt: skip
    desk.make("createWarehouse", "warehouse", company=desk.company, code=ROAD, name=ROAD,
              account={"code": ROAD}, isTransit=True)  # fmt: skip
    return desk


def sent(day: str, quantity: str, sku: str = "RM0001", **more: Any) -> Paper:
    return "StockEntry", {
        "postingDate": day,
        "purpose": "SEND_TO_TRANSIT",
        "lines": [goods(quantity, None, sku, **more)],
    }


def received(day: str, line: Any, quantity: str, sku: str = "RM0001", **more: Any) -> Paper:
    given = {"item": {"sku": sku}, "quantity": quantity, "sentLine": {"id": line["id"]}}
    given |= {"toWarehouse": {"code": FINISHED}, **more}
    return "StockEntry", {"postingDate": day, "purpose": "RECEIVE_FROM_TRANSIT", "lines": [given]}


def on_the_road(desk: Desk, day: str | None = None) -> tuple[list[tuple[str, ...]], Any]:
    """(number, sent, received, pending, value) of each line; and the totals."""
    found = desk.ask(IN_TRANSIT, asOf=day)["goodsInTransit"]
    rows = [
        (row["document"]["number"], row["sentQuantity"], row["receivedQuantity"],
         row["quantity"], row["value"])
        for row in found["nodes"]
    ]  # fmt: skip
    totals = found["totals"]
    assert totals["value"] == totals["stockValue"]
    assert totals["difference"] == "0.00"
    return rows, totals["value"]


def test_goods_travel_in_two_steps(desk: Desk) -> None:
    desk.post(receipt("2026-01-02", goods("4", "10"), goods("6", "20")))
    sending = shown_and_kept(desk, sent("2026-01-05", "6"))
    assert entries(sending) == {STORES: "-80.00", ROAD: "80.00"}
    line = sending["lines"][0]
    number = sending["number"]
    part = shown_and_kept(desk, received("2026-01-08", line, "2"))
    assert entries(part) == {ROAD: "-26.67", FINISHED: "26.67"}
    assert on_the_road(desk) == ([(number, "6", "2", "4", "53.33")], "53.33")
    assert on_the_road(desk, "2026-01-06") == ([(number, "6", "0", "6", "80.00")], "80.00")
    assert on_the_road(desk, "2026-01-04") == ([], "0.00")
    rest = desk.post(received("2026-01-09", line, "4"))
    assert entries(rest) == {ROAD: "-53.33", FINISHED: "53.33"}
    assert on_the_road(desk) == ([], "0.00")
    shown = desk.ask("query($id: ID!) { document(id: $id) { lines { sentLine { id } } } }",
                     id=rest["id"])["document"]["lines"]  # fmt: skip
    assert shown == [{"sentLine": {"id": line["id"]}}]
    assert is_clean(desk)


def test_what_is_received_is_what_was_sent(desk: Desk) -> None:
    desk.post(receipt("2026-01-02", goods("2", "10"), goods("2", "20")))
    first = desk.post(sent("2026-01-05", "2"))
    second = desk.post(sent("2026-01-06", "2"))
    late = desk.post(received("2026-01-07", second["lines"][0], "2"))
    assert entries(late) == {ROAD: "-40.00", FINISHED: "40.00"}
    early = desk.post(received("2026-01-08", first["lines"][0], "2"))
    assert entries(early) == {ROAD: "-20.00", FINISHED: "20.00"}
    kind, again = received("2026-01-09", first["lines"][0], "2")
    again["charges"] = [{"account": {"code": "Customs Duty"}, "amount": "5"}]
    assert refusals(desk, (kind, again)) == [("RECEIVED_EXCEEDS_SENT", "lines.0.quantity")]
    assert is_clean(desk)


@pytest.mark.parametrize("method", ["FIFO", "LIFO", "MOVING_AVERAGE"])
def test_late_costs_travel_along(desk: Desk, method: str) -> None:
    sku = f"T{method}"
    desk.item(sku, method)
    bought = desk.post(receipt("2026-01-02", goods("10", "10", sku)))
    sending = desk.post(sent("2026-01-05", "6", sku))
    part = desk.post(received("2026-01-08", sending["lines"][0], "2", sku))
    sold = desk.post(delivery("2026-01-09", goods("1", "50", sku, warehouse={"code": FINISHED})))
    later = desk.post(landed("2026-01-20", bought))
    assert adjustments(later) == {
        bought["number"]: {STORES: "60.00", "Customs Duty": "-60.00"},
        sending["number"]: {STORES: "-36.00", ROAD: "36.00"},
        part["number"]: {ROAD: "-12.00", FINISHED: "12.00"},
        sold["number"]: {FINISHED: "-6.00", "Cost of Goods Sold": "6.00"},
    }
    assert on_the_road(desk) == ([(sending["number"], "6", "2", "4", "64.00")], "64.00")
    assert is_clean(desk)


def test_batches_travel_by_name(desk: Desk) -> None:
    desk.item("B", "BATCH")
    desk.post(receipt("2026-01-02", goods("4", "10", "B", batch="B1")))
    sending = desk.post(sent("2026-01-05", "4", "B", batch="B1"))
    line = sending["lines"][0]
    part = desk.post(received("2026-01-08", line, "1", "B"))
    assert moved(part) == {f"B in {ROAD}": ("-1", "-10.00"), f"B in {FINISHED}": ("1", "10.00")}
    desk.post(received("2026-01-08", line, "1", "B", batch="B1"))
    (error,) = desk.refused(received("2026-01-08", line, "1", "B", batch="B2"))
    assert error["code"] == "RECEIVED_EXCEEDS_SENT"
    trace = desk.ask("""query($company: CompanyRef!) { lots(company: $company, code: "B1") {
        nodes { trace { warehouse { code } quantity } } } }""")["lots"]["nodes"][0]["trace"]
    assert [(one["warehouse"]["code"], one["quantity"]) for one in trace] == [
        (STORES, "4"), (STORES, "-4"), (ROAD, "4"), (ROAD, "-1"), (FINISHED, "1"),
        (ROAD, "-1"), (FINISHED, "1"),
    ]  # fmt: skip
    assert is_clean(desk)


def test_cancelling_puts_goods_back_on_the_road(desk: Desk) -> None:
    desk.post(receipt("2026-01-02", goods("4", "10")))
    sending = desk.post(sent("2026-01-05", "4"))
    part = desk.post(received("2026-01-08", sending["lines"][0], "3"))
    (error,) = desk.refused(cancelling(sending))
    assert (error["code"], error["documents"]) == ("HAS_DEPENDENTS", [part["number"]])
    desk.cancelled(part)
    assert on_the_road(desk) == ([(sending["number"], "4", "0", "4", "40.00")], "40.00")
    desk.cancelled(sending)
    assert on_the_road(desk) == ([], "0.00")
    assert desk.stock() == {"RM0001 in Stores": ("4", "40.00")}
    assert is_clean(desk)


def test_what_others_take_is_a_difference(desk: Desk) -> None:
    desk.post(receipt("2026-01-02", goods("4", "10")))
    desk.post(sent("2026-01-05", "4"))
    desk.post(stock_entry("2026-01-06", "ISSUE", goods("1", warehouse={"code": ROAD})))
    totals = desk.ask(IN_TRANSIT)["goodsInTransit"]["totals"]
    assert totals == {"value": "40.00", "stockValue": "30.00", "difference": "10.00"}
    assert is_clean(desk)


def lost(day: str, line: Any, quantity: str, sku: str = "RM0001", **more: Any) -> Paper:
    given = {"item": {"sku": sku}, "quantity": quantity, "sentLine": {"id": line["id"]}, **more}
    return stock_entry(day, "ISSUE", given)


@pytest.mark.parametrize("method", ["FIFO", "LIFO", "MOVING_AVERAGE"])
def test_what_is_lost_on_the_way_is_no_longer_on_it(desk: Desk, method: str) -> None:
    """Six of ten at 12 each are sent: three arrive, one is lost, two arrive."""
    sku = f"L{method}"
    desk.item(sku, method)
    bought = desk.post(receipt("2026-01-02", goods("10", "12", sku)))
    sending = desk.post(sent("2026-01-05", "6", sku))
    line, number = sending["lines"][0], sending["number"]
    desk.post(received("2026-01-08", line, "3", sku))
    claim = {"differenceAccount": {"code": "Customs Duty"}}
    gone = shown_and_kept(desk, lost("2026-01-09", line, "1", sku, **claim))
    assert entries(gone) == {ROAD: "-12.00", "Customs Duty": "12.00"}
    assert moved(gone) == {f"{sku} in {ROAD}": ("-1", "-12.00")}
    assert on_the_road(desk) == ([(number, "6", "4", "2", "24.00")], "24.00")
    (error,) = desk.refused(received("2026-01-10", line, "3", sku))
    assert (error["code"], error["path"]) == ("RECEIVED_EXCEEDS_SENT", ["lines", "0", "quantity"])
    rest = desk.post(received("2026-01-10", line, "2", sku))
    assert on_the_road(desk) == ([], "0.00")
    later = desk.post(landed("2026-01-20", bought))
    assert adjustments(later)[gone["number"]] == {ROAD: "-6.00", "Customs Duty": "6.00"}
    assert desk.stock() == {
        f"{sku} in Stores": ("4", "72.00"), f"{sku} in {FINISHED}": ("5", "90.00"),
    }  # fmt: skip
    (error,) = desk.refused(cancelling(sending))
    assert gone["number"] in error["documents"]
    desk.cancelled(rest)
    desk.cancelled(gone)
    assert on_the_road(desk) == ([(number, "6", "3", "3", "54.00")], "54.00")
    assert is_clean(desk)


def test_losses_that_are_refused(desk: Desk) -> None:
    desk.item("B", "BATCH")
    desk.item("OTHER")
    desk.post(receipt("2026-01-02", goods("4", "10", "B", batch="B1")))
    line = desk.post(sent("2026-01-05", "4", "B", batch="B1"))["lines"][0]
    cases: list[tuple[Paper, list[tuple[str, str]]]] = [
        (lost("2026-01-06", line, "5", "B"), [("RECEIVED_EXCEEDS_SENT", "lines.0.quantity")]),
        (lost("2026-01-06", line, "1", "OTHER"), [("ITEM_MISMATCH", "lines.0.sentLine")]),
        (lost("2026-01-04", line, "1", "B"), [("INVALID_VALUE", "postingDate")]),
        (lost("2026-01-06", line, "1", "B", warehouse={"code": ROAD}),
         [("INVALID_VALUE", "lines.0.warehouse")]),
        (lost("2026-01-06", line, "1", "B", rate="3"), [("INVALID_VALUE", "lines.0.rate")]),
        (lost("2026-01-06", line, "1", "B", toWarehouse={"code": FINISHED}),
         [("INVALID_VALUE", "lines.0.toWarehouse")]),
    ]  # fmt: skip
    for paper, expected in cases:
        assert refusals(desk, paper) == expected
    both = lost("2026-01-06", line, "3", "B")
    both[1]["lines"].append({**both[1]["lines"][0], "quantity": "2"})
    assert refusals(desk, both) == [("RECEIVED_EXCEEDS_SENT", "lines.1.quantity")]
    both[1]["lines"][1]["quantity"] = "1"
    assert moved(desk.post(both)) == {f"B in {ROAD}": ("-1", "-10.00")}
    assert on_the_road(desk) == ([], "0.00")
    assert is_clean(desk)


def test_transits_that_are_refused(desk: Desk) -> None:
    desk.post(receipt("2026-01-02", goods("10", "10")))
    sending = desk.post(sent("2026-01-05", "4"))
    line = sending["lines"][0]
    plain = desk.post(stock_entry("2026-01-05", "TRANSFER",
                                  goods("1", toWarehouse={"code": FINISHED})))  # fmt: skip

    def codes(paper: Paper) -> list[tuple[str, str]]:
        found = [(one["code"], ".".join(one["path"])) for one in desk.refused(paper)]
        assert [one["code"] for one in desk.refused(paper, "preview")] == [c for c, _ in found]
        return found

    at = "lines.0"
    assert codes(received("2026-01-08", line, "5")) == [("RECEIVED_EXCEEDS_SENT", f"{at}.quantity")]
    assert codes(received("2026-01-04", line, "1")) == [("INVALID_VALUE", "postingDate")]
    assert codes(received("2026-01-08", plain["lines"][0], "1")) == [
        ("INVALID_VALUE", f"{at}.sentLine")
    ]
    assert codes(received("2026-01-08", line, "1", warehouse={"code": ROAD})) == [
        ("INVALID_VALUE", f"{at}.warehouse")
    ]
    assert codes(received("2026-01-08", line, "1", sentLine=None)) == [
        ("REQUIRED", f"{at}.sentLine")
    ]
    assert codes(received("2026-01-08", line, "1", toWarehouse=None)) == [
        ("REQUIRED", f"{at}.toWarehouse")
    ]
    assert codes(received("2026-01-08", line, "1", toWarehouse={"code": ROAD})) == [
        ("INVALID_VALUE", f"{at}.toWarehouse")
    ]
    desk.item("OTHER")
    assert codes(received("2026-01-08", line, "1", "OTHER")) == [
        ("ITEM_MISMATCH", f"{at}.sentLine")
    ]
    assert codes(sent("2026-01-08", "1", toWarehouse={"code": FINISHED})) == [
        ("INVALID_VALUE", f"{at}.toWarehouse")
    ]
    assert codes(sent("2026-01-08", "1", sentLine={"id": line["id"]})) == [
        ("INVALID_VALUE", f"{at}.sentLine")
    ]
    twice = received("2026-01-08", line, "3")
    twice[1]["lines"] *= 2
    assert codes(twice) == [("RECEIVED_EXCEEDS_SENT", "lines.1.quantity")]
    desk.make("createWarehouse", "warehouse", company=desk.company, code="Ship", name="Ship",
              account={"code": ROAD}, isTransit=True)  # fmt: skip
    assert codes(sent("2026-01-08", "1")) == [("REQUIRED", f"{at}.toWarehouse")]
    assert codes(("StockEntry", {"postingDate": "2026-01-08", "purpose": "RECEIVE_FROM_TRANSIT",
                                 "lines": []})) == [("REQUIRED", "lines")]  # fmt: skip


def test_a_used_warehouse_stays_what_it_is(desk: Desk) -> None:
    desk.post(receipt("2026-01-02", goods("4", "10")))
    errors = desk.ask(
        "mutation($input: UpdateWarehouseInput!) { updateWarehouse(input: $input) {"
        " errors { code path } } }",
        input={"company": desk.company, "warehouse": {"code": STORES}, "isTransit": True},
    )["updateWarehouse"]["errors"]
    assert errors == [{"code": "IN_USE", "path": ["isTransit"]}]


@pytest.mark.parametrize(
    ("scheme", "item", "lost_at", "cheaper", "left"),
    [
        ("CONTINENTAL", "CHAIR", "18.00", {"Stock Adjustment": "6.00", ROAD: "-6.00"}, "12.00"),
        ("CONTINENTAL", "MEAN", "18.00", {"Stock Adjustment": "6.00", ROAD: "-6.00"}, "12.00"),
        ("BY_LEVEL", "CHAIR", "160.00", {}, "80.00"),
        ("BY_LEVEL", "MEAN", "2.00", {}, "12.00"),
    ],
)
def test_losses_on_the_way_under_other_schemes(
    server: str, scheme: str, item: str, lost_at: str, cheaper: dict[str, str], left: str
) -> None:
    """Ten received at 9 (in force are 80 and 1): 7 arrive, 2 are lost, and all are billed at 12.

    By links the loss becomes dearer with the bill; a carried cost is what it was, and a bill makes
    only what is still there dearer.
    """
    house = House(server, scheme=scheme)
    house.make("createAccount", "account", company=house.company, name=ROAD, type="STOCK",
               parent={"code": "Stock Assets"})  # fmt: skip
    house.make("createWarehouse", "warehouse", company=house.company, code=ROAD, name=ROAD,
               account={"code": ROAD}, isTransit=True)  # fmt: skip
    bought = house.post(receipt("2026-01-02", goods("10", "9", item)))
    line = house.post(sent("2026-01-03", "10", item))["lines"][0]
    house.post(received("2026-01-04", line, "7", item))
    gone = shown_and_kept(house, lost("2026-01-05", line, "2", item))
    assert entries(gone) == {"Stock Adjustment": lost_at, ROAD: f"-{lost_at}"}
    late = house.post(bill("2026-01-06", billed("10", "12", bought["lines"][0], item)))
    assert adjustments(late).get(gone["number"], {}) == cheaper
    assert on_the_road(house)[1] == left
    (error,) = house.refused(lost("2026-01-07", line, "2", item))
    assert error["code"] == "RECEIVED_EXCEEDS_SENT"
    house.check()
