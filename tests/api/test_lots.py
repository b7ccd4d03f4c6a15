"""Batches and serial numbers: their dates, holds and status, and their trace through everything."""

from typing import Any

import pytest

from tests.api.correcting import count, counted, given_back
from tests.api.desk import (
    Desk,
    delivery,
    entries,
    goods,
    is_clean,
    receipt,
    refusals,
    sale,
    shown_and_kept,
    stock_entry,
)
from tests.api.house import House

LOT = """
query($company: CompanyRef!, $code: String, $asOf: Date, $expiresBy: Date) {
  lots(company: $company, code: $code, expiresBy: $expiresBy) { nodes {
    code expiryDate manufacturedOn status(asOf: $asOf)
    changes { status expiryDate reason recordedBy }
    trace { document { kind } warehouse { code } quantity } } } }
"""
LOTS = """
query($company: CompanyRef!, $item: ItemRef) {
  lots(company: $company, item: $item) { nodes {
    code kind expiryDate stock { warehouse { code } quantity value }
    trace { document { number } warehouse { code } quantity }
  } }
}
"""
UPDATE = """
mutation($input: UpdateLotInput!) {
  updateLot(input: $input) { lot { code expiryDate status } errors { code path } } }
"""


@pytest.fixture
def desk(server: str) -> Desk:
    desk = Desk(server)
    desk.item("B", "BATCH")
    return desk


def batch(quantity: str, rate: str | None = None, code: str = "B1", **more: Any) -> Any:
    return goods(quantity, rate, "B", batch=code, **more)


def lot(desk: Desk, code: str = "B1", **more: Any) -> Any:
    (found,) = desk.ask(LOT, code=code, **more)["lots"]["nodes"]
    return found


def update(desk: Desk, **more: Any) -> Any:
    given = {"company": desk.company, "item": {"sku": "B"}, "code": "B1", **more}
    return desk.ask(UPDATE, input=given)["updateLot"]


def test_a_receipt_says_how_long_goods_are_good(desk: Desk) -> None:
    dates = {"expiryDate": "2026-06-30", "manufacturedOn": "2025-12-01"}
    desk.post(receipt("2026-01-02", batch("5", "10", **dates)))
    found = lot(desk, asOf="2026-06-30")
    assert (found["expiryDate"], found["manufacturedOn"]) == ("2026-06-30", "2025-12-01")
    assert found["status"] == "AVAILABLE"
    assert lot(desk, asOf="2026-07-01")["status"] == "EXPIRED"
    desk.post(receipt("2026-01-03", batch("5", "10", **dates), batch("1", "10")))
    assert refusals(desk, receipt("2026-01-04", batch("5", "10", expiryDate="2026-07-31"))) == [
        ("LOT_DATES_DIFFER", "lines.0.batch")
    ]
    assert desk.ask(LOT, expiresBy="2026-06-29")["lots"]["nodes"] == []
    assert len(desk.ask(LOT, expiresBy="2026-06-30")["lots"]["nodes"]) == 1
    desk.post(delivery("2026-01-05", batch("11", "20")))
    assert lot(desk)["status"] == "CONSUMED"
    assert is_clean(desk)


def test_dates_that_make_no_sense_are_refused(desk: Desk) -> None:
    early = {"expiryDate": "2025-12-01", "manufacturedOn": "2025-12-02"}
    assert refusals(desk, receipt("2026-01-02", batch("5", "10", **early))) == [
        ("INVALID_VALUE", "lines.0.expiryDate")
    ]
    plain = goods("5", "10", expiryDate="2026-12-01")
    assert refusals(desk, receipt("2026-01-02", plain)) == [("INVALID_VALUE", "lines.0.expiryDate")]
    desk.make("updateItem", "item", company=desk.company, item={"sku": "B"}, requireExpiry=True)
    assert refusals(desk, receipt("2026-01-02", batch("5", "10"))) == [
        ("EXPIRY_DATE_REQUIRED", "lines.0.expiryDate")
    ]
    desk.post(receipt("2026-01-02", batch("5", "10", expiryDate="2026-12-01")))
    desk.post(receipt("2026-01-03", batch("5", "10")))
    assert is_clean(desk)


def test_expired_goods_are_neither_sold_nor_used(desk: Desk) -> None:
    bought = desk.post(receipt("2026-01-02", batch("9", "10", expiryDate="2026-01-31")))
    late, used = "2026-02-01", {"warehouse": {"code": "Stores"}}
    desk.post(delivery("2026-01-31", batch("1", "20")))
    made = goods("1", warehouse=None, toWarehouse={"code": "Finished Goods"})
    at = "lines.0"
    for paper in (
        delivery(late, batch("1", "20")),
        sale(late, batch("1", "20"), updateStock=True),
        ("StockEntry", {"postingDate": late, "purpose": "MANUFACTURE",
                        "lines": [{**batch("1"), **used}, made]}),
    ):  # fmt: skip
        assert refusals(desk, paper) == [("LOT_EXPIRED", at)]
    desk.post(stock_entry(late, "TRANSFER", batch("1", toWarehouse={"code": "Finished Goods"})))
    desk.post(stock_entry(late, "ISSUE", batch("1")))
    desk.post(given_back("PurchaseReturn", late, bought, "1"))
    desk.make("updateCompany", "company", company=desk.company,
              settings={"allowExpiredLots": True})  # fmt: skip
    desk.post(delivery(late, batch("1", "20")))
    assert is_clean(desk)


@pytest.mark.parametrize(
    ("scheme", "method"), [("PERPETUAL", "SERIAL"), ("CONTINENTAL", "SPECIFIC")]
)
def test_serial_numbers_are_whole_wherever_they_go(server: str, scheme: str, method: str) -> None:
    """What moves a part of a unit, or it a second time, is refused, named or not."""
    desk = House(server, scheme=scheme)
    desk.item("S", method)
    desk.make("createWarehouse", "warehouse", company=desk.company, code="Road", name="Road",
              isTransit=True)  # fmt: skip
    units = {"serials": ["S1", "S2", "S3"]}
    bought = desk.post(receipt("2026-01-02", goods("3", "10", "S", **units)))
    sold = desk.post(delivery("2026-01-03", goods("1", "20", "S", serials=["S3"])))
    way = goods("1", None, "S", serials=["S1"], toWarehouse={"code": "Road"})
    sent = desk.post(
        ("StockEntry", {"postingDate": "2026-01-04", "purpose": "SEND_TO_TRANSIT", "lines": [way]})
    )
    half, day = {"serials": ["S2"]}, "2026-01-05"
    arriving = {"item": {"sku": "S"}, "sentLine": {"id": sent["lines"][0]["id"]},
                "quantity": "0.5", "toWarehouse": {"code": "Stores"}}  # fmt: skip
    two = {"line": {"id": bought["lines"][0]["id"]}, "quantity": "1", "serials": ["S1", "S2"]}
    made = goods("1", warehouse=None, toWarehouse={"code": "Finished Goods"}, sku="CHAIR")
    loose = {"supplier": {"code": "ARCU"}, "lines": [goods("0.5", "10", "S", **half)]}
    for paper in (
        given_back("SalesReturn", day, sold, "0.5"),
        given_back("PurchaseReturn", day, bought, "1.5"),
        ("PurchaseReturn", {"postingDate": day, "lines": [two]}),
        ("PurchaseReturn", {"postingDate": day, **loose}),
        ("StockEntry", {"postingDate": day, "purpose": "RECEIVE_FROM_TRANSIT",
                        "lines": [arriving]}),
        receipt(day, goods("0.5", "10", "S", serials=["S9"])),
        delivery(day, goods("0.5", "20", "S", **half)),
        stock_entry(day, "TRANSFER", goods("0.5", None, "S", **half,
                                           toWarehouse={"code": "Finished Goods"})),
        count(day, counted("0.5", None, "S", **half)),
        ("StockEntry", {"postingDate": day, "purpose": "MANUFACTURE",
                        "lines": [goods("0.5", None, "S", **half), made]}),
        delivery(day, goods("0.5", "20", "S", batch="S2")),
        receipt(day, goods("5", "10", "S", batch="S2")),
    ):  # fmt: skip
        assert ("LOTS_MISMATCH", "lines.0") in refusals(desk, paper), paper
    assert refusals(desk, receipt(day, goods("1", "10", "S", **half))) == [
        ("SERIAL_IN_STOCK", "lines.0.quantity")
    ]
    assert is_clean(desk)


@pytest.mark.parametrize(
    ("scheme", "method"), [("PERPETUAL", "SERIAL"), ("CONTINENTAL", "SPECIFIC")]
)
def test_a_serial_number_leaves_once_before_it_comes(server: str, scheme: str, method: str) -> None:
    desk = House(server, scheme=scheme)
    desk.item("S", method, allowNegativeStock=True)
    unit = {"serials": ["S1"]}
    desk.post(receipt("2026-01-02", goods("1", "10", "S", **unit)))
    desk.post(delivery("2026-01-03", goods("1", "20", "S", **unit)))
    early = desk.post(delivery("2026-01-05", goods("1", "20", "S", **unit)))
    again = delivery("2026-01-06", goods("1", "20", "S", **unit))
    assert refusals(desk, again) == [("SERIAL_NOT_AVAILABLE", "lines.0.quantity")]
    desk.post(receipt("2026-01-06", goods("1", "10", "S", **unit)))
    desk.cancelled(early)
    desk.post(delivery("2026-01-07", goods("1", "20", "S", **unit)))
    assert is_clean(desk)


def test_a_batch_is_no_serial_number(server: str) -> None:
    """An item of actual cost is kept by either, but what is a batch stays one."""
    desk = House(server)
    desk.item("S", "SPECIFIC")
    desk.post(receipt("2026-01-02", goods("2.5", "10", "S", batch="B1"),
                      goods("1", "10", "S", serials=["S1"])))  # fmt: skip
    for paper in (
        delivery("2026-01-03", goods("1", "20", "S", serials=["B1"])),
        delivery("2026-01-03", goods("1", "20", "S", batch="S1")),
        receipt("2026-01-03", goods("1", "10", "S", batch="N1"),
                goods("1", "10", "S", serials=["N1"])),
    ):  # fmt: skip
        assert [code for code, _ in refusals(desk, paper)] == ["LOTS_MISMATCH"]
    desk.post(delivery("2026-01-03", goods("0.5", "20", "S", batch="B1"),
                       goods("1", "20", "S", serials=["S1"])))  # fmt: skip
    assert is_clean(desk)


def test_goods_on_hold_wait(desk: Desk) -> None:
    desk.post(receipt("2026-01-02", batch("9", "10")))
    held = update(desk, status="QUARANTINED", reason="Inspection")
    assert held == {"lot": {"code": "B1", "expiryDate": None, "status": "QUARANTINED"},
                    "errors": []}  # fmt: skip
    for paper in (delivery("2026-01-03", batch("1", "20")),
                  stock_entry("2026-01-03", "ISSUE", batch("1"))):  # fmt: skip
        assert refusals(desk, paper) == [("LOT_ON_HOLD", "lines.0")]
    desk.post(stock_entry("2026-01-03", "TRANSFER",
                          batch("2", toWarehouse={"code": "Finished Goods"})))  # fmt: skip
    update(desk, status="BLOCKED", expiryDate="2026-12-31")
    update(desk, status="BLOCKED")
    released = update(desk, status="AVAILABLE", reason="Passed")
    assert released["lot"] == {"code": "B1", "expiryDate": "2026-12-31", "status": "AVAILABLE"}
    desk.post(delivery("2026-01-03", batch("1", "20")))
    changes = lot(desk)["changes"]
    assert [(one["status"], one["expiryDate"], one["reason"]) for one in changes] == [
        ("QUARANTINED", None, "Inspection"),
        ("BLOCKED", "2026-12-31", None),
        ("AVAILABLE", "2026-12-31", "Passed"),
    ]
    assert all(one["recordedBy"] for one in changes)
    assert is_clean(desk)


def test_changes_of_lots_that_are_refused(desk: Desk) -> None:
    desk.post(receipt("2026-01-02", batch("9", "10")))
    assert update(desk, code="B2", status="BLOCKED")["errors"] == [
        {"code": "NOT_FOUND", "path": ["code"]}
    ]
    assert update(desk, expiryDate="2026-01-01", manufacturedOn="2026-01-02")["errors"] == [
        {"code": "INVALID_VALUE", "path": ["expiryDate"]}
    ]
    assert lot(desk)["changes"] == []


def test_the_trace_goes_through_transfers_making_and_returns(desk: Desk) -> None:
    desk.item("P", "BATCH")
    finished = {"code": "Finished Goods"}
    bought = desk.post(receipt("2026-01-02", batch("9", "10")))
    desk.post(stock_entry("2026-01-03", "TRANSFER", batch("6", toWarehouse=finished)))
    product = goods("3", None, "P", warehouse=None, toWarehouse=finished, batch="P1")
    desk.post(("StockEntry", {"postingDate": "2026-01-04", "purpose": "MANUFACTURE",
                              "lines": [batch("3", warehouse=finished), product]}))  # fmt: skip
    sold = desk.post(delivery("2026-01-05", goods("2", "50", "P", warehouse=finished, batch="P1")))
    desk.post(given_back("SalesReturn", "2026-01-06", sold, "1"))
    desk.post(given_back("PurchaseReturn", "2026-01-07", bought, "1"))
    desk.post(count("2026-01-08", counted("1", None, "B", batch="B1")))

    def steps(code: str) -> list[tuple[str, str, str]]:
        return [
            (one["document"]["kind"], one["warehouse"]["code"], one["quantity"])
            for one in lot(desk, code)["trace"]
        ]

    assert steps("B1") == [
        ("PURCHASE_RECEIPT", "Stores", "9"),
        ("STOCK_ENTRY", "Stores", "-6"),
        ("STOCK_ENTRY", "Finished Goods", "6"),
        ("STOCK_ENTRY", "Finished Goods", "-3"),
        ("PURCHASE_RETURN", "Stores", "-1"),
        ("STOCK_RECONCILIATION", "Stores", "-1"),
    ]
    assert steps("P1") == [
        ("STOCK_ENTRY", "Finished Goods", "3"),
        ("DELIVERY_NOTE", "Finished Goods", "-2"),
        ("SALES_RETURN", "Finished Goods", "1"),
    ]
    assert is_clean(desk)


def test_nobody_changes_a_lot_that_they_have_not_seen(desk: Desk) -> None:
    desk.post(receipt("2026-01-02", batch("5", "10")))
    query = "query($company: CompanyRef!) { lots(company: $company) { nodes { id version } } }"
    (found,) = desk.ask(query)["lots"]["nodes"]
    assert found["version"] == 1
    assert update(desk, expiryDate="2026-06-30", expectedVersion=1)["errors"] == []
    conflict = """
    mutation($input: UpdateLotInput!) { updateLot(input: $input) { errors {
      code path ... on VersionConflict { current record { id ... on Lot { version expiryDate } } }
    } } }
    """
    given = {"company": desk.company, "item": {"sku": "B"}, "code": "B1", "status": "BLOCKED"}
    (error,) = desk.ask(conflict, input={**given, "expectedVersion": 1})["updateLot"]["errors"]
    now = {"id": found["id"], "version": 2, "expiryDate": "2026-06-30"}
    assert error == {
        "code": "VERSION_CONFLICT", "path": ["expectedVersion"], "current": 2, "record": now,
    }  # fmt: skip
    node = "query($id: ID!) { node(id: $id) { id ... on Lot { version expiryDate } } }"
    assert desk.ask(node, id=found["id"])["node"] == now


def test_serial_numbers_have_a_cost_a_place_and_a_trace(desk: Desk) -> None:
    desk.item("SN", "SERIAL")
    desk.post(receipt("2026-01-10", goods("2", "100", sku="SN", serials=["A1", "A2"])))
    desk.post(receipt("2026-01-11", goods("1", "130", sku="SN", serials=["A3"])))
    sold = shown_and_kept(desk, delivery("2026-01-12", goods("1", sku="SN", serials=["A3"])))
    assert entries(sold) == {"Stores": "-130.00", "Cost of Goods Sold": "130.00"}
    found = desk.ask(LOTS, item={"sku": "SN"})["lots"]["nodes"]
    assert [one["code"] for one in found] == ["A1", "A2", "A3"]
    stores = {"code": "Stores"}
    assert found[0]["stock"] == [{"warehouse": stores, "quantity": "1", "value": "100.00"}]
    assert found[2] == {
        "code": "A3", "kind": "SERIAL", "expiryDate": None, "stock": [],
        "trace": [
            {"document": {"number": "PR-2026-00002"}, "warehouse": stores, "quantity": "1"},
            {"document": {"number": "DN-2026-00001"}, "warehouse": stores, "quantity": "-1"},
        ],
    }  # fmt: skip
    query = "query($id: ID!) { document(id: $id) { lines { lots { code } }"
    query += " stockMovements { lot { code kind } } } }"
    assert desk.ask(query, id=sold["id"])["document"] == {
        "lines": [{"lots": [{"code": "A3"}]}],
        "stockMovements": [{"lot": {"code": "A3", "kind": "SERIAL"}}],
    }
    again = delivery("2026-01-13", goods("1", sku="SN", serials=["A3"]))
    assert [code for code, _ in refusals(desk, again)] == ["SERIAL_NOT_AVAILABLE"]
    unknown = delivery("2026-01-13", goods("1", sku="SN", serials=["ZZ"]))
    assert refusals(desk, unknown) == [("NOT_FOUND", "lines.0.serials")]
    for code in (" ", "A3\r\n", "A\u200b3", "x" * 141):
        empty = receipt("2026-01-13", goods("1", "1", sku="SN", serials=[code]))
        assert refusals(desk, empty) == [("INVALID_VALUE", "lines.0.serials")]
    for name in ("order", "shipment"):
        long = receipt("2026-01-13", goods("1", "1"), **{name: "x" * 141})
        assert refusals(desk, long) == [("INVALID_VALUE", name)]
    nameless = delivery("2026-01-13", goods("1", sku="SN"))
    assert refusals(desk, nameless) == [("LOTS_MISMATCH", "lines.0")]
    why: list[tuple[str, dict[str, Any], str]] = [
        ("RM0001", {"serials": ["A1"]}, "it keeps no batches or serial numbers"),
        (
            "SN",
            {},
            "it is kept by serial number: a line names one for each unit, none twice, and no batch",
        ),
        (
            "SN",
            {"batch": "A1"},
            "what is a batch cannot be a serial number, nor the other way round",
        ),
    ]
    for sku, lot, reason in why:
        (error,) = desk.refused(delivery("2026-01-13", goods("1", sku=sku, **lot)))
        assert error["message"].endswith(f" do not fit 1 of {sku}: {reason}.")


def test_a_preview_shows_lots_that_nobody_has_heard_of(desk: Desk) -> None:
    desk.item("BT", "BATCH")
    paper = receipt("2026-01-10", goods("2", "100", sku="BT", batch="B1"))
    answer = desk.ask(
        "mutation($input: SubmitPurchaseReceiptInput!) { previewPurchaseReceipt(input: $input) {"
        " purchaseReceipt { lines { lots { code kind } } } errors { code } } }",
        input={"company": desk.company, **paper[1]},
    )["previewPurchaseReceipt"]
    lots = [{"code": "B1", "kind": "BATCH"}]
    assert answer == {"purchaseReceipt": {"lines": [{"lots": lots}]}, "errors": []}
    assert desk.ask(LOTS)["lots"]["nodes"] == []
