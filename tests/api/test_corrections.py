"""Returns, landed costs, counts, making and lots over the wire: figures, refusals, previews."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from tests.api.desk import (
    Desk,
    Paper,
    adjustments,
    cancelling,
    charge,
    delivery,
    entries,
    goods,
    moved,
    receipt,
    sale,
    stock_entry,
)

IN_STORES = "RM0001 in Stores"
FREIGHT = {"account": {"code": "Customs Duty"}, "amount": "60"}
ACCRUAL = "Stock Received But Not Billed"


@pytest.fixture
def desk(server: str) -> Desk:
    return Desk(server)


def given_back(kind: str, day: str, document: Any, quantity: str, **more: Any) -> Paper:
    """A return of a document's first line."""
    line = {"line": {"id": document["lines"][0]["id"]}, "quantity": quantity, **more}
    return kind, {"postingDate": day, "lines": [line]}


def landed(day: str, *documents: Any, **more: Any) -> Paper:
    """Freight of 60 for receipts."""
    receipts = [{"id": one["id"]} for one in documents]
    return "LandedCost", {"postingDate": day, "receipts": receipts, "charges": [FREIGHT], **more}


def count(day: str, *lines: Any, **more: Any) -> Paper:
    """A stock reconciliation."""
    return "StockReconciliation", {"postingDate": day, "lines": list(lines), **more}


def counted(quantity: str | None, rate: str | None = None, sku: str = "RM0001", **more: Any) -> Any:
    """A counted line in Stores."""
    figures = {"quantity": quantity, "rate": rate}
    return {"item": {"sku": sku}, "warehouse": {"code": "Stores"}, **figures, **more}


def shown_and_kept(desk: Desk, paper: Paper) -> Any:
    """The document; its preview says the same, sending it again changes nothing."""
    paper = paper[0], {"id": str(uuid4()), **paper[1]}
    preview = desk.hand_in(paper, "preview")
    assert preview["errors"] == []
    document = desk.post(paper)
    again = desk.hand_in(paper)
    assert again["replayed"]
    assert again["document"]["number"] == document["number"]
    for figures in (entries, adjustments, moved):
        assert figures(preview["document"]) == figures(document)
        assert figures(again["document"]) == figures(document)
    return document


def is_clean(desk: Desk) -> bool:
    """Whether the check of the books finds nothing."""
    query = "query($company: CompanyRef!) { booksCheck(company: $company) { isClean } }"
    return desk.ask(query)["booksCheck"]["isClean"]


def refusals(desk: Desk, paper: Paper) -> list[tuple[str, str]]:
    """Code and path of each refusal, the same in the preview."""
    found = [(one["code"], ".".join(one["path"])) for one in desk.refused(paper)]
    assert [one["code"] for one in desk.refused(paper, "preview")] == [code for code, _ in found]
    return found


# -- returns --------------------------------------------------------------------------------------


def test_goods_go_back_at_the_cost_of_their_receipt(desk: Desk) -> None:
    bought = desk.post(receipt("2026-01-10", goods("10", "200"), charges=[
        charge("Customs Duty", "150", category="VALUATION")]))  # fmt: skip
    before = desk.balances()
    back = shown_and_kept(desk, given_back("PurchaseReturn", "2026-01-11", bought, "4"))
    assert entries(back) == {
        "Stores": "-860.00", ACCRUAL: "800.00", "Cost of Goods Sold": "60.00",
    }  # fmt: skip
    assert moved(back) == {IN_STORES: ("-4", "-860.00")}
    assert back["number"] == "PRET-2026-00001"
    assert refusals(desk, given_back("PurchaseReturn", "2026-01-12", bought, "7")) == [
        ("RETURN_EXCEEDS_ORIGINAL", "lines.0.quantity")
    ]
    assert refusals(desk, given_back("PurchaseReturn", "2026-01-09", bought, "1")) == [
        ("INVALID_VALUE", "postingDate")
    ]
    desk.cancelled(back)
    assert desk.balances() == before
    assert desk.status(back) == "CANCELLED"
    assert is_clean(desk)


def test_a_return_is_in_the_money_of_what_it_returns(desk: Desk) -> None:
    euros = {"currency": "EUR", "exchangeRate": "1.1"}
    bought = desk.post(receipt("2026-01-10", goods("10", "100"), **euros))
    dollars = desk.post(receipt("2026-01-10", goods("10", "100")))
    back = shown_and_kept(desk, given_back("PurchaseReturn", "2026-01-11", bought, "4"))
    assert entries(back) == {"Stores": "-440.00", ACCRUAL: "440.00"}
    query = "query($id: ID!) { document(id: $id) { netTotal currency exchangeRate } }"
    assert desk.ask(query, id=back["id"])["document"] == {
        "netTotal": "400.00", "currency": "EUR", "exchangeRate": "1.1",
    }  # fmt: skip
    kind, mixed = given_back("PurchaseReturn", "2026-01-11", bought, "1")
    mixed["lines"].append({"line": {"id": dollars["lines"][0]["id"]}, "quantity": "1"})
    assert refusals(desk, (kind, mixed)) == [("INVALID_VALUE", "lines.1.line")]
    assert is_clean(desk)


def test_a_charge_that_makes_goods_dearer_has_an_account_of_its_own(desk: Desk) -> None:
    dear = charge("Stores", "10", category="VALUATION")
    assert refusals(desk, receipt("2026-01-10", goods("1", "100"), charges=[dear])) == [
        ("STOCK_ACCOUNT_NOT_ALLOWED", "charges.0.account")
    ]


def test_goods_come_back_at_the_cost_of_their_delivery(desk: Desk) -> None:
    desk.post(receipt("2026-01-10", goods("10", "200")))
    desk.post(receipt("2026-01-11", goods("10", "300")))
    sold = desk.post(delivery("2026-01-12", goods("12", "500")))
    back = shown_and_kept(desk, given_back("SalesReturn", "2026-01-13", sold, "6"))
    assert entries(back) == {"Stores": "1300.00", "Cost of Goods Sold": "-1300.00"}
    assert desk.stock() == {IN_STORES: ("14", "3700.00")}
    assert refusals(desk, given_back("SalesReturn", "2026-01-13", sold, "6.5")) == [
        ("RETURN_EXCEEDS_ORIGINAL", "lines.0.quantity")
    ]
    assert refusals(desk, cancelling(sold)) == [("HAS_DEPENDENTS", "document")]
    assert is_clean(desk)


def test_a_return_of_an_invoice_takes_back_the_debt(desk: Desk) -> None:
    desk.post(receipt("2026-01-10", goods("10", "200")))
    sold = desk.post(sale("2026-01-12", goods("5", "300"), updateStock=True))
    back = shown_and_kept(desk, given_back("SalesReturn", "2026-01-13", sold, "2"))
    assert entries(back) == {
        "Sales": "600.00", "Debtors": "-600.00",
        "Stores": "400.00", "Cost of Goods Sold": "-400.00",
    }  # fmt: skip
    assert desk.outstanding(sold) == "900.00"
    query = "query($id: ID!) { document(id: $id) { lines { billedQuantity returnedQuantity } } }"
    assert desk.ask(query, id=sold["id"])["document"]["lines"] == [
        {"billedQuantity": "5", "returnedQuantity": "2"}
    ]
    assert is_clean(desk)


def test_what_an_invoice_received_itself_never_waits_for_its_bill(desk: Desk) -> None:
    paper = receipt("2026-01-10", goods("10", "200"))[1]
    bought = desk.post(("PurchaseInvoice", {**paper, "updateStock": True}))
    back = shown_and_kept(desk, given_back("PurchaseReturn", "2026-01-11", bought, "3"))
    assert entries(back) == {"Stores": "-600.00", "Creditors": "600.00"}
    assert desk.outstanding(bought) == "1400.00"
    found = desk.ask(
        "query($company: CompanyRef!) { receivedNotBilled(company: $company, includeCleared: true)"
        " { nodes { line } totals { pendingAmount difference } residues { kind } } }"
    )["receivedNotBilled"]
    assert found == {
        "nodes": [], "totals": {"pendingAmount": "0.00", "difference": "0.00"}, "residues": [],
    }  # fmt: skip


def test_a_line_may_be_named_by_its_documents_number(desk: Desk) -> None:
    bought = desk.post(receipt("2026-01-10", goods("10", "200")))
    line = {"line": {"number": f"{bought['number']}/1"}, "quantity": "1"}
    paper = "PurchaseReturn", {"postingDate": "2026-01-11", "lines": [line]}
    assert moved(shown_and_kept(desk, paper)) == {IN_STORES: ("-1", "-200.00")}
    for number in ("PR-2026-00001/2", "PR-2026-00001", "nonsense/1"):
        line = {"line": {"number": number}, "quantity": "1"}
        paper = "PurchaseReturn", {"postingDate": "2026-01-11", "lines": [line]}
        assert refusals(desk, paper) == [("NOT_FOUND", "lines.0.line")]


# -- landed costs ---------------------------------------------------------------------------------


def test_a_landed_cost_follows_the_goods_that_left(desk: Desk) -> None:
    bought = desk.post(receipt("2026-01-10", goods("10", "200")))
    sold = desk.post(delivery("2026-01-12", goods("5", "300")))
    late = shown_and_kept(desk, landed("2026-01-20", bought))
    assert adjustments(late)[sold["number"]] == {"Stores": "-30.00", "Cost of Goods Sold": "30.00"}
    assert desk.stock() == {IN_STORES: ("5", "1030.00")}
    assert desk.balances()["Customs Duty"] == "-60.00"
    desk.cancelled(late)
    assert desk.stock() == {IN_STORES: ("5", "1000.00")}
    assert is_clean(desk)


@pytest.mark.parametrize(
    ("basis", "first"),
    [("AMOUNT", "1015.00"), ("QUANTITY", "1045.00"), ("EQUAL", "1030.00"), ("MANUAL", "1010.00")],
)
def test_charges_are_spread_as_asked(desk: Desk, basis: str, first: str) -> None:
    desk.item("RM0002")
    bought = desk.post(receipt("2026-01-10", goods("15", "66.6666666", ), goods(
        "5", "600", sku="RM0002")))  # fmt: skip
    by_hand = [
        {"line": {"id": line["id"]}, "amount": amount}
        for line, amount in zip(bought["lines"], ("10", "50"), strict=True)
    ]
    more = {"lines": by_hand} if basis == "MANUAL" else {}
    desk.post(landed("2026-01-11", bought, basis=basis, **more))
    assert desk.stock()[IN_STORES] == ("15", first)


@pytest.mark.parametrize(
    ("parts", "amounts"),
    [(("10.01", "10.01"), ("10.01", "10.01")), (("0.01", "0.01"), ("0.01", "0.01")),
     (("33.33", "0.01"), ("0.02", "33.32")), (("0", "5"), ("2.50", "2.50"))],
)  # fmt: skip
def test_each_line_takes_what_was_given_by_hand_to_the_cent(
    desk: Desk, parts: tuple[str, str], amounts: tuple[str, str]
) -> None:
    """Two charges, each an account of its own: cents of the one are made up by the other."""
    desk.item("RM0002")
    bought = desk.post(receipt("2026-01-10", goods("10", "20"), goods("5", "60", sku="RM0002")))
    accounts = ("Customs Duty", "Shipping Charges")
    charges = [charge(account, part) for account, part in zip(accounts, amounts, strict=True)]
    by_hand = [
        {"line": {"id": line["id"]}, "amount": part}
        for line, part in zip(bought["lines"], parts, strict=True)
    ]
    paper = landed("2026-01-11", bought, basis="MANUAL", charges=charges, lines=by_hand)
    late = shown_and_kept(desk, paper)
    assert [line["amount"] for line in late["lines"]] == [f"{Decimal(one):.2f}" for one in parts]
    value = {sku: stock[1] for sku, stock in desk.stock().items()}
    assert value[IN_STORES] == f"{200 + Decimal(parts[0]):.2f}"
    assert [desk.balances()[one] for one in accounts] == [f"-{part}" for part in amounts]
    assert is_clean(desk)
    for part, path in (("-1", "lines.1.amount"), ("1.001", "lines.1.amount")):
        wrong = [by_hand[0], {**by_hand[1], "amount": part}]
        given = landed("2026-01-11", bought, basis="MANUAL", charges=charges, lines=wrong)
        assert ("INVALID_VALUE", path) in refusals(desk, given)


def test_nothing_is_spread_by_a_weight_that_nobody_recorded(desk: Desk) -> None:
    desk.item("HEAVY", weight="3")
    desk.item("LIGHT", weight="0")
    known, unknown = goods("1", "20", "HEAVY"), goods("1", "20")
    bought = desk.post(receipt("2026-01-10", known, goods("1", "20", "LIGHT"), unknown))
    given = landed("2026-01-11", bought, basis="WEIGHT")
    assert refusals(desk, given) == [("MEASURE_MISSING", "basis")]
    lines = [{"id": line["id"]} for line in bought["lines"][:2]]
    late = desk.post(landed("2026-01-11", bought, basis="WEIGHT", appliesTo=lines))
    assert [line["amount"] for line in late["lines"]] == ["60.00", "0.00"]
    assert is_clean(desk)


def test_landed_costs_are_refused(desk: Desk) -> None:
    bought = desk.post(receipt("2026-01-10", goods("10", "200")))
    assert refusals(desk, landed("2026-01-11")) == [("REQUIRED", "receipts")]
    assert refusals(desk, landed("2026-01-11", {"id": str(uuid4())})) == [
        ("NOT_FOUND", "receipts.0")
    ]
    gone = desk.post(delivery("2026-01-11", goods("1", "300")))
    assert refusals(desk, landed("2026-01-11", gone)) == [("INVALID_VALUE", "receipts.0")]
    stock = [{"account": {"code": "Stores"}, "amount": "1"}]
    assert refusals(desk, landed("2026-01-11", bought, charges=stock)) == [
        ("STOCK_ACCOUNT_NOT_ALLOWED", "charges.0.account")
    ]
    by_weight = refusals(desk, landed("2026-01-11", bought, basis="WEIGHT"))
    assert [code for code, _ in by_weight] == ["NOTHING_TO_DISTRIBUTE_ON"]
    share = [{"line": {"id": bought["lines"][0]["id"]}, "amount": "59"}]
    by_hand = refusals(desk, landed("2026-01-11", bought, basis="MANUAL", lines=share))
    assert [code for code, _ in by_hand] == ["DISTRIBUTION_MISMATCH"]


# -- counts ---------------------------------------------------------------------------------------


def test_a_count_sets_quantity_and_cost(desk: Desk) -> None:
    desk.post(receipt("2026-01-10", goods("10", "200")))
    less = shown_and_kept(desk, count("2026-01-11", counted("9")))
    assert entries(less) == {"Stores": "-200.00", "Stock Adjustment": "200.00"}
    dearer = shown_and_kept(desk, count("2026-01-12", counted(None, "210")))
    assert entries(dearer) == {"Stores": "90.00", "Stock Adjustment": "-90.00"}
    assert desk.stock() == {IN_STORES: ("9", "1890.00")}
    late = desk.post(receipt("2026-01-10", goods("1", "200")))
    assert desk.stock() == {IN_STORES: ("9", "1890.00")}
    assert adjustments(late)[less["number"]] == {"Stores": "-200.00", "Stock Adjustment": "200.00"}
    assert is_clean(desk)


def test_opening_stock_stands_against_the_opening_account(desk: Desk) -> None:
    opened = shown_and_kept(desk, count("2026-01-01", counted("4", "25"), purpose="OPENING"))
    assert entries(opened) == {"Stores": "100.00", "Opening Balance Equity": "-100.00"}
    sold = {"differenceAccount": {"code": "Cost of Goods Sold"}, "purpose": "OPENING"}
    assert refusals(desk, count("2026-01-01", counted("4", "25", sku="RM0001"), **sold)) == [
        ("OPENING_DIFFERENCE_ACCOUNT", "differenceAccount")
    ]
    assert refusals(desk, count("2026-01-02")) == [("REQUIRED", "lines")]


# -- making ---------------------------------------------------------------------------------------


def made(purpose: str, day: str, *lines: Any, **more: Any) -> Paper:
    """A stock entry that turns goods into others."""
    return "StockEntry", {**stock_entry(day, "", *lines, **more)[1], "purpose": purpose}


def product(quantity: str, sku: str, **more: Any) -> Any:
    """A line that comes in."""
    stores = {"code": "Finished Goods"}
    return {"item": {"sku": sku}, "quantity": quantity, "toWarehouse": stores, **more}


def test_a_product_costs_what_was_consumed_less_scrap_and_the_additional_costs(desk: Desk) -> None:
    desk.item("FG0001")
    desk.item("SCRAP")
    desk.post(receipt("2026-01-10", goods("10", "200")))
    lines = (goods("4"), product("2", "FG0001"), product("1", "SCRAP", rate="50", scrap=True))
    done = shown_and_kept(desk, made("MANUFACTURE", "2026-01-11", *lines, charges=[FREIGHT]))
    assert entries(done) == {"Stores": "-800.00", "Finished Goods": "860.00",
                             "Customs Duty": "-60.00"}  # fmt: skip
    assert desk.stock()["FG0001 in Finished Goods"] == ("2", "810.00")
    assert desk.stock()["SCRAP in Finished Goods"] == ("1", "50.00")
    assert refusals(desk, made("REPACK", "2026-01-11", goods("1"))) == [("INVALID_VALUE", "lines")]
    both = goods("1", toWarehouse={"code": "Finished Goods"})
    assert refusals(desk, made("REPACK", "2026-01-11", both))[0] == ("INVALID_VALUE", "lines.0")
    issue = stock_entry("2026-01-12", "ISSUE", goods("1"), charges=[FREIGHT])
    assert refusals(desk, issue) == [("INVALID_VALUE", "charges")]
    costs = [{**FREIGHT, "account": {"code": "Stores"}}]
    found = stock_entry("2026-01-12", "RECEIPT", goods("1", "5"), charges=costs)
    assert refusals(desk, found) == [("STOCK_ACCOUNT_NOT_ALLOWED", "charges.0.account")]
    assert refusals(desk, given_back("PurchaseReturn", "2026-01-12", done, "1")) == [
        ("NOT_FOUND", "lines.0.line")
    ]
    assert is_clean(desk)


# -- lots -----------------------------------------------------------------------------------------

LOTS = """
query($company: CompanyRef!, $item: ItemRef) {
  lots(company: $company, item: $item) { nodes {
    code kind expiryDate stock { warehouse { code } quantity value }
    trace { document { number } warehouse { code } quantity }
  } }
}
"""


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
    for code in (" ",):
        empty = receipt("2026-01-13", goods("1", "1", sku="SN", serials=[code]))
        assert refusals(desk, empty) == [("INVALID_VALUE", "lines.0.serials")]
    nameless = delivery("2026-01-13", goods("1", sku="SN"))
    assert refusals(desk, nameless) == [("LOTS_MISMATCH", "lines.0")]


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
