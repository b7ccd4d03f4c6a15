"""Goods that go back and come back: at which cost, and what they take off a debt."""

from tests.api.correcting import given_back
from tests.api.desk import (
    ACCRUAL,
    IN_STORES,
    Desk,
    cancelling,
    charge,
    delivery,
    entries,
    goods,
    is_clean,
    moved,
    receipt,
    refusals,
    sale,
    shown_and_kept,
)


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


def test_goods_come_back_after_they_went_wherever_they_come(desk: Desk) -> None:
    """Nothing has happened yet where they come: on its own the return would be at midnight."""
    desk.post(receipt("2026-01-09", goods("10", "200")))
    sold = desk.post(delivery("2026-01-10", goods("4", "300"), postingTime="18:00:00"))
    elsewhere = {"warehouse": {"code": "Finished Goods"}}
    back = shown_and_kept(desk, given_back("SalesReturn", "2026-01-10", sold, "1", **elsewhere))
    query = "query($id: ID!) { document(id: $id) { postingTime } }"
    assert desk.ask(query, id=back["id"])["document"]["postingTime"] == "18:00:00"
    desk.post(receipt("2026-01-08", goods("1", "500")))
    assert desk.stock() == {
        IN_STORES: ("7", "1400.00"), "RM0001 in Finished Goods": ("1", "275.00"),
    }  # fmt: skip
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
