"""Shipments over the wire: what came, was billed and charged, and what it comes to, day by day."""

from typing import Any

import pytest

from tests.api.desk import Paper, bill, billed, cancelling, goods, receipt
from tests.api.house import House, back, note, of_bill

LIST = """
query($company: CompanyRef!, $asOf: Date, $knownAt: DateTime, $status: ShipmentStatus,
      $supplier: PartyRef, $item: ItemRef, $search: String, $sort: ShipmentSort! = CODE_ASC) {
  shipments(company: $company, asOf: $asOf, knownAt: $knownAt, status: $status, sort: $sort,
            supplier: $supplier, item: $item, search: $search) {
    knownAt nodes { code status openedOn closedOn isBilled receivedAmount billedAmount
                    chargedAmount landedAmount variance } } }
"""
ONE = """
query($company: CompanyRef!, $code: String!, $asOf: Date) {
  shipment(company: $company, code: $code, asOf: $asOf) {
    code variance closing { number }
    goods { receipt { number } line { line } supplier { code } item { sku } warehouse { code }
            receivedQuantity returnedQuantity billedQuantity pendingQuantity receivedAmount
            billedAmount landedAmount variance }
    charges { invoice { number } line { line } supplier { code } amount } } }
"""


@pytest.fixture
def house(server: str) -> House:
    house = House(server, scheme="BY_LEVEL")
    make = {"company": house.company, "costingMethod": "STANDARD", "standardCost": "5"}
    house.make("createItem", "item", sku="HOSE", **make)
    house.make("createParty", "party", company=house.company, code="CARRIER", roles=["SUPPLIER"])
    return house


def came(house: House, day: str = "2026-02-03", shipment: str = "SHP-1") -> Any:
    """Ten chairs bought at 75, their standard being 80, and fifty hoses at 5."""
    lines = goods("10", "75", "CHAIR"), goods("50", "5", "HOSE")
    return house.post(receipt(day, *lines, shipment=shipment))


def bill_of(document: Any, day: str = "2026-02-10") -> Paper:
    chair, hose = document["lines"]
    return bill(day, billed("10", "75", chair, "CHAIR"), billed("50", "5", hose, "HOSE"))


def charge(amount: str, day: str = "2026-02-10", shipment: str = "SHP-1") -> Paper:
    line = {"quantity": "1", "rate": amount, "shipment": shipment}
    return bill(day, line, supplier={"code": "CARRIER"})


def close(house: House, shipment: str = "SHP-1", day: str = "2026-02-28", **more: Any) -> Any:
    given = {"company": house.company, "postingDate": day, "shipment": shipment, **more}
    return house.make("closeShipment", "shipmentClosing", "id number", **given)


def listed(house: House, **which: Any) -> dict[str, str]:
    """Each shipment as one line: status, days, whether billed, and the five figures."""
    nodes = house.ask(LIST, **which)["shipments"]["nodes"]
    return {
        row["code"]: " ".join(
            ("billed" if value else "waiting") if name == "isBilled" else value or "-"
            for name, value in row.items()
            if name != "code"
        )
        for row in nodes
    }


def test_a_shipment_says_what_it_comes_to_at_every_stage(house: House) -> None:
    document = came(house)
    opened = "OPEN 2026-02-03 -"
    assert listed(house) == {"SHP-1": f"{opened} waiting 1050.00 0.00 0.00 0.00 -1050.00"}
    house.post(bill_of(document))
    assert listed(house) == {"SHP-1": f"{opened} billed 1050.00 1000.00 0.00 1000.00 -50.00"}
    house.post(charge("120"))
    billed_whole = {"SHP-1": f"{opened} billed 1050.00 1000.00 120.00 1120.00 70.00"}
    assert listed(house) == billed_whole
    before = house.ask(LIST)["shipments"]["knownAt"]
    close(house, updateStandardCost=True)
    closed = "CLOSED 2026-02-03 2026-02-28 billed 1050.00 1000.00 120.00 1120.00 70.00"
    assert listed(house) == {"SHP-1": closed}
    assert listed(house, asOf="2026-02-27") == listed(house, knownAt=before) == billed_whole
    assert listed(house, asOf="2026-02-09") == {
        "SHP-1": f"{opened} waiting 1050.00 0.00 0.00 0.00 -1050.00"
    }
    assert listed(house, asOf="2026-02-02") == {}


def test_one_shipment_shows_its_goods_and_charges(house: House) -> None:
    document = came(house)
    house.post(bill_of(document))
    house.post(charge("120"))

    def lines(as_of: str | None = None) -> list[tuple[str, ...]]:
        found = house.ask(ONE, code="SHP-1", asOf=as_of)["shipment"]
        (freight,) = found["charges"]
        assert (freight["invoice"]["number"], freight["amount"]) == ("PI-2026-00002", "120.00")
        assert freight["supplier"]["code"] == "CARRIER"
        assert {one["supplier"]["code"] for one in found["goods"]} == {"ARCU"}
        return [
            (one["item"]["sku"], one["receivedQuantity"], one["pendingQuantity"],
             one["receivedAmount"], one["billedAmount"], one["landedAmount"], one["variance"])
            for one in found["goods"]
        ]  # fmt: skip

    waiting = [
        ("CHAIR", "10", "0", "800.00", "750.00", None, None),
        ("HOSE", "50", "0", "250.00", "250.00", None, None),
    ]
    assert lines() == waiting
    suspense = house.balances()["Stock Received But Not Billed"]
    close(house)
    assert suspense == "70.00"  # the variance is what suspense was debited too much
    assert "Stock Received But Not Billed" not in house.balances()
    assert house.balances()["Stock Adjustment"] == "70.00"
    # 120 by what was billed: 90 on the chairs and 30 on the hoses.
    assert lines() == [
        ("CHAIR", "10", "0", "800.00", "750.00", "840.00", "40.00"),
        ("HOSE", "50", "0", "250.00", "250.00", "280.00", "30.00"),
    ]
    assert lines("2026-02-27") == waiting
    assert house.ask(ONE, code="SHP-2")["shipment"] is None


def test_returns_and_credits_count_until_it_is_closed(house: House) -> None:
    document = came(house)
    house.post(bill_of(document))
    freight = house.post(charge("120"))
    house.post(back("PurchaseReturn", "2026-02-15", document, "4"))
    line = of_bill(freight, amount="20")
    credit = note("PURCHASE", "OVERCHARGE", "2026-02-16", line, party={"code": "CARRIER"})
    house.post(credit)
    # Six chairs at 80 and the hoses; four chairs at 75 are billed and gone.
    opened = "OPEN 2026-02-03 - waiting 730.00 1000.00 100.00 1100.00 370.00"
    assert listed(house) == {"SHP-1": opened}
    (chair, _) = house.ask(ONE, code="SHP-1")["shipment"]["goods"]
    assert (chair["returnedQuantity"], chair["pendingQuantity"]) == ("4", "-4")


def test_what_is_credited_afterwards_is_not_the_shipments(house: House) -> None:
    house.post(bill_of(came(house)))
    freight = house.post(charge("120"))
    closed = close(house)
    stood = listed(house)
    line = of_bill(freight, amount="20")
    house.post(note("PURCHASE", "OVERCHARGE", "2026-03-02", line, party={"code": "CARRIER"}))
    assert listed(house) == stood
    house.cancelled(closed)
    assert next(iter(listed(house).values())).startswith("OPEN 2026-02-03 - billed")


def test_what_is_cancelled_does_not_count(house: House) -> None:
    document = came(house)
    house.post(cancelling(house.post(charge("120"))))
    assert listed(house) == {"SHP-1": "OPEN 2026-02-03 - waiting 1050.00 0.00 0.00 0.00 -1050.00"}
    house.post(cancelling(document))
    assert listed(house) == {}


def test_shipments_are_found_by_what_is_known_of_them(house: House) -> None:
    house.post(bill_of(came(house)))
    close(house, day="2026-03-31")
    house.post(receipt("2026-01-20", goods("1", "80", "CHAIR"), shipment="SHP-2"))
    house.post(charge("5", "2026-02-20", "AIR_3"))

    def codes(**which: Any) -> list[str]:
        return list(listed(house, **which))

    assert codes() == ["AIR_3", "SHP-1", "SHP-2"]
    assert codes(status="OPEN") == ["AIR_3", "SHP-2"]
    assert codes(status="CLOSED") == ["SHP-1"]
    assert codes(status="OPEN", asOf="2026-02-28") == ["AIR_3", "SHP-1", "SHP-2"]
    assert codes(supplier={"code": "CARRIER"}) == ["AIR_3"]
    assert codes(item={"sku": "HOSE"}) == ["SHP-1"]
    assert codes(search="shp") == ["SHP-1", "SHP-2"]
    assert codes(search="_") == ["AIR_3"]
    assert codes(sort="OPENED_ON_ASC") == ["SHP-2", "SHP-1", "AIR_3"]
    assert codes(sort="CLOSED_ON_DESC") == ["SHP-2", "AIR_3", "SHP-1"]
    refused = house.answer(LIST, supplier={"code": "NOBODY"})["errors"][0]["extensions"]
    assert refused["code"] == "NOT_FOUND"


def test_no_other_scheme_could_close_what_waits_on_a_shipment(house: House) -> None:
    """Goods that are only received wait for no closing; a bill or a charge does."""
    query = """mutation($input: MigrateCompanyInput!) {
      previewMigrateCompany(input: $input) { plan { problems { code message blocking } } } }"""
    given = {"company": house.company, "scheme": "PERPETUAL", "asOf": "2026-04-30"}

    def open_ones() -> list[str]:
        plan = house.ask(query, input=given)["previewMigrateCompany"]["plan"]
        found = [one for one in plan["problems"] if one["code"] == "OPEN_SHIPMENT"]
        assert all(one["blocking"] for one in found)
        return [one["message"].split("shipment ")[1].split(",")[0] for one in found]

    document = came(house)
    came(house, shipment="SHP-2")
    assert open_ones() == []
    house.post(bill_of(document))
    house.post(charge("5", shipment="AIR"))
    assert open_ones() == ["AIR", "SHP-1"]
    closed = close(house)
    assert open_ones() == ["AIR"]
    house.cancelled(closed)
    assert open_ones() == ["AIR", "SHP-1"]
