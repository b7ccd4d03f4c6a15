"""Units of measure over HTTP: of items, of lines as they are handed in, shown, exported, kept."""

import csv
import io
from typing import Any

import pytest

from tests.api.clerk import Clerk
from tests.api.desk import Desk, billed, delivery, goods, is_clean, moved, receipt, shown_and_kept
from tests.api.test_amending import amend, given
from tests.api.test_drafts import save, submit

DOZEN = {"uom": "Dozen", "factor": "12"}
LINES = """
lines { id quantity rate listRate amount uom uomFactor uomQuantity uomRate uomListRate }
"""


@pytest.fixture
def desk(server: str) -> Desk:
    desk = Desk(server)
    desk.item("EGG", units=[DOZEN, {"uom": "Crate", "factor": "360"}])
    return desk


def lines_of(desk: Desk, document: Any) -> list[Any]:
    """A document's lines without their ids."""
    query = f"query($id: ID!) {{ document(id: $id) {{ {LINES} }} }}"
    lines = desk.ask(query, id=document["id"])["document"]["lines"]
    return [list(line.values())[1:] for line in lines]


def test_an_item_has_units_beside_its_stock_unit(server: str) -> None:
    clerk = Clerk(server)
    clerk.open()
    fields = "uom units { uom factor } version"
    made = clerk.made("createItem", "item", fields, sku="EGG", uom="Egg", units=[DOZEN])
    assert made == {"uom": "Egg", "units": [DOZEN], "version": 1}

    def change(**more: Any) -> Any:
        return clerk.made("updateItem", "item", fields, item={"sku": "EGG"}, **more)

    crate = {"uom": "Crate", "factor": "360.0"}
    assert change(units=[DOZEN, crate, {"uom": "Egg", "factor": "1"}]) == {
        "uom": "Egg", "units": [{"uom": "Crate", "factor": "360"}, DOZEN], "version": 2,
    }  # fmt: skip
    assert change(units=[DOZEN])["units"] == [DOZEN]
    assert change(units=[DOZEN])["version"] == 3
    assert change(uom="Piece") == {"uom": "Piece", "units": [DOZEN], "version": 4}

    def refused(**more: Any) -> Any:
        return clerk.refused("updateItem", "item", item={"sku": "EGG"}, **more)

    assert refused(uom="Dozen") == [("INVALID_VALUE", "uom")]
    assert refused(units=None) == [("REQUIRED", "units")]
    assert refused(units=[{"uom": "Piece", "factor": "2"}, {"uom": "Box", "factor": "0"}]) == [
        ("INVALID_VALUE", "units.0.factor"), ("INVALID_VALUE", "units.1.factor"),
    ]  # fmt: skip


def on_the_box(desk: Desk, quantity: str, rate: str, **more: Any) -> Any:
    """A line of goods that were scanned by the barcode of their dozen."""
    return {**goods(quantity, rate), "item": {"barcode": "121"}, **more}


def test_what_is_on_the_box_says_the_unit(desk: Desk) -> None:
    """A line that names its item so is in that unit, unless it names another."""
    egg: dict[str, Any] = {"company": desk.company, "item": {"sku": "EGG"}}
    named = [{"uom": "Dozen", "barcode": "121"}]
    desk.make("updateItem", "item", **egg, barcodes=["001"], unitBarcodes=named)
    by_dozen = on_the_box(desk, "2", "120")
    came = shown_and_kept(desk, receipt("2026-01-10", by_dozen, {**by_dozen, "uom": "Unit"},
                                        {**by_dozen, "item": {"barcode": "001"}}))  # fmt: skip
    assert [line[0] for line in lines_of(desk, came)] == ["24", "2", "2"]
    assert [line[4] for line in lines_of(desk, came)] == ["Dozen", "Unit", None]
    count = {"item": {"barcode": "121"}, "warehouse": {"code": "Stores"}, "quantity": "2"}
    desk.post(("StockReconciliation", {"postingDate": "2026-01-11", "lines": [count]}))
    assert desk.stock()["EGG in Stores"][0] == "24"
    # The box holds ten by now, and its code is a crate's: what was received stays what it was.
    desk.make("updateItem", "item", **egg, units=[{"uom": "Dozen", "factor": "10"}],
              unitBarcodes=[])  # fmt: skip
    desk.item("OTHER", barcodes=["121"])
    draft = amend(desk, came)["draft"]
    lines = draft["content"]["purchaseReceipt"]["lines"]
    assert [(one["quantity"], one.get("uom")) for one in lines] == [
        ("24", None), ("2", "Unit"), ("2", None),
    ]  # fmt: skip
    assert {one["item"]["id"] for one in lines} == {lines[0]["item"]["id"]}


def test_barcodes_are_of_the_stock_unit_or_of_another(server: str) -> None:
    clerk = Clerk(server)
    clerk.open()
    fields = "barcodes unitBarcodes { uom barcode } version"
    named = [{"uom": "Dozen", "barcode": "121"}, {"uom": "Egg", "barcode": "122"}]
    made = clerk.made("createItem", "item", fields, sku="EGG", uom="Egg", units=[DOZEN],
                      barcodes=["001"], unitBarcodes=named)  # fmt: skip
    assert made == {"barcodes": ["001"], "unitBarcodes": named, "version": 1}

    def change(**more: Any) -> Any:
        return clerk.made("updateItem", "item", fields, item={"barcode": "121"}, **more)

    assert change(barcodes=["002"]) == {**made, "barcodes": ["002"], "version": 2}
    assert change(barcodes=[], unitBarcodes=[named[0], {"uom": "Dozen", "barcode": "002"}]) == {
        "barcodes": [], "version": 3,
        "unitBarcodes": [{"uom": "Dozen", "barcode": "002"}, named[0]],
    }  # fmt: skip
    clerk.made("createItem", "item", sku="OTHER", barcodes=["003"])

    def refused(*codes: str, uom: str = "Dozen", **more: Any) -> Any:
        given = [{"uom": uom, "barcode": code} for code in codes]
        return clerk.refused("updateItem", "item", item={"sku": "EGG"}, unitBarcodes=given, **more)

    assert refused("121", "003") == [("CODE_TAKEN", "unitBarcodes.1.barcode")]
    assert refused("121", barcodes=["121"]) == [("CODE_TAKEN", "unitBarcodes.0.barcode")]
    assert refused("121", uom="Crate") == [("UNIT_NOT_OF_ITEM", "unitBarcodes.0.uom")]
    assert clerk.refused("updateItem", "item", item={"sku": "EGG"}, barcodes=["121"]) == [
        ("CODE_TAKEN", "barcodes.0"),
    ]


def test_a_line_is_shown_in_the_stock_unit_and_in_its_own(desk: Desk) -> None:
    line = goods("7", "33.33", "EGG", uom="Dozen", discountPercent="7.5")
    came = shown_and_kept(desk, receipt("2026-01-10", line, goods("2", "1", "EGG")))
    in_dozens = [
        "84", "2.5691875", "2.7775", "215.81", "Dozen", "12", "7", "30.83025", "33.33",
    ]  # fmt: skip
    in_eggs = ["2", "1", None, "2.00", None, None, None, None, None]
    assert lines_of(desk, came) == [in_dozens, in_eggs]
    preview = desk.ask(
        "mutation($input: SubmitPurchaseReceiptInput!) { previewPurchaseReceipt(input: $input) {"
        f" purchaseReceipt {{ {LINES} }} }} }}",
        input={"company": desk.company, **receipt("2026-01-10", line)[1]},
    )["previewPurchaseReceipt"]["purchaseReceipt"]["lines"]
    assert [list(one.values())[1:] for one in preview] == [in_dozens]

    exported = desk.client.get("/export/documentLines.csv", params={"company": desk.code}).text
    rows = {row["line"]: row for row in csv.DictReader(io.StringIO(exported))}
    assert [rows["1"][name] for name in ("quantity", "uom", "uomQuantity", "uomRate")] == [
        "84", "Dozen", "7", "30.83025",
    ]  # fmt: skip


def test_parts_of_a_dozen_at_100_are_books_without_a_lost_cent(desk: Desk) -> None:
    """Billed by the dozen, sold and taken back by the piece; a unit that has changed since."""
    came = desk.post(receipt("2026-01-10", goods("1", "100", "EGG", uom="Dozen")))
    desk.make("updateItem", "item", company=desk.company, item={"sku": "EGG"},
              units=[{"uom": "Dozen", "factor": "10"}])  # fmt: skip
    of_it = came["lines"][0]
    for quantity in ("0.25", "0.75"):
        line = billed(quantity, "100", of_it, "EGG", uom="Dozen")
        desk.post(("PurchaseInvoice", {"postingDate": "2026-01-11", "lines": [line],
                                       "supplier": {"code": "ARCU"}}))  # fmt: skip
    sold = desk.post(delivery("2026-01-12", goods("0.7", "300", "EGG", uom="Dozen")))
    assert moved(sold) == {"EGG in Stores": ("-7", "-58.33")}
    back = {"line": {"id": of_it["id"]}, "quantity": "0.25", "uom": "Dozen"}
    egg = {"line": {"id": of_it["id"]}, "quantity": "1"}
    paper = ("PurchaseReturn", {"postingDate": "2026-01-13", "lines": [back, egg]})
    returned = shown_and_kept(desk, paper)
    assert moved(returned) == {"EGG in Stores": ("-1", "-8.34")}
    assert lines_of(desk, returned) == [
        ["3", "8.333333333333", None, "25.00", "Dozen", "12", "0.25", "100", None],
        ["1", "8.333333333333", None, "8.33", None, None, None, None, None],
    ]
    assert desk.stock() == {"EGG in Stores": ("1", "8.33")}
    parquet = desk.client.get("/export/documentLines.parquet", params={"company": desk.code})
    assert parquet.status_code == 200
    assert is_clean(desk)
    desk.cancelled(returned)
    assert is_clean(desk)


def test_a_unit_is_kept_with_drafts_and_with_what_was_given(desk: Desk) -> None:
    paper = receipt("2026-01-10", goods("2", "120", "EGG", uom="Dozen"))
    came = submit(desk, save(desk, paper))["document"]
    assert given(desk, came)["given"]["purchaseReceipt"]["lines"][0]["uom"] == "Dozen"
    desk.cancelled(came)
    again = submit(desk, amend(desk, came)["draft"])["document"]
    assert lines_of(desk, again) == lines_of(desk, came)
    assert desk.stock() == {"EGG in Stores": ("24", "240.00")}


def test_an_amended_document_has_the_goods_that_it_had(desk: Desk) -> None:
    """A dozen becomes ten, and a crate is gone: what was entered in them is told apiece."""
    rejected = {"rejectedQuantity": "1", "rejectedWarehouse": {"code": "Work In Progress"}}
    came = desk.post(
        receipt(
            "2026-01-10",
            goods("2", "100", "EGG", uom="Dozen", discountPercent="50", **rejected),
            goods("0.5", "360", "EGG", uom="Crate"),
            goods("3", "9", "EGG"),
        )
    )
    of_it = billed("2", "100", came["lines"][0], "EGG", uom="Dozen", discountPercent="50")
    bill = desk.post(("PurchaseInvoice", {"postingDate": "2026-01-11", "lines": [of_it],
                                          "supplier": {"code": "ARCU"}}))  # fmt: skip
    of_one = {"rate": "12", "item": {"sku": "EGG"}, "uom": "Dozen"}
    head = {"side": "SALES", "creditKind": "OVERCHARGE", "party": {"code": "UTAH"}}
    credit = desk.post(("CreditNote", {**head, "postingDate": "2026-01-12", "lines": [of_one]}))

    def amended(document: Any) -> list[Any]:
        (content,) = amend(desk, document)["draft"]["content"].values()
        names = ("quantity", "rejectedQuantity", "rate", "uom")
        return [tuple(line.get(name) for name in names) for line in content["lines"]]

    assert amended(came)[0] == ("2", "1", "100", "Dozen")
    assert amended(credit) == [(None, None, "12", "Dozen")]
    desk.make("updateItem", "item", company=desk.company, item={"sku": "EGG"},
              units=[{"uom": "Dozen", "factor": "10"}])  # fmt: skip
    assert amended(came) == [
        ("24", "12", "8.333333333333", None), ("180", "0", "1", None), ("3", "0", "9", None),
    ]  # fmt: skip
    assert amended(bill) == [("2", None, "100", "Dozen")]
    assert amended(credit) == [("12", None, "1", None)]
    before = (desk.stock(), lines_of(desk, came)[0][3])
    desk.cancelled(bill)
    desk.cancelled(came)
    again = submit(desk, amend(desk, came)["draft"])["document"]
    assert (desk.stock(), lines_of(desk, again)[0][3]) == before
    assert is_clean(desk)


def test_a_unit_that_the_item_does_not_have_is_refused(desk: Desk) -> None:
    (error,) = desk.refused(receipt("2026-01-10", goods("2", "1", "EGG", uom="Box")))
    assert (error["code"], error["path"]) == ("UNIT_NOT_OF_ITEM", ["lines", "0", "uom"])
    assert error["message"] == "EGG has no unit “Box”; it has Unit, Crate, Dozen."
