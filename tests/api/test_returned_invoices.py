"""Goods of invoices given back: on the accounts and cost centers of the invoice, to the cent."""

from typing import Any

import pytest

from tests.api.correcting import given_back
from tests.api.desk import (
    ACCRUAL,
    Desk,
    adjustments,
    bill,
    billed,
    entries,
    goods,
    is_clean,
    payment,
    receipt,
    refusals,
    sale,
    shown_and_kept,
)
from tests.api.test_billing import open_lines


def own_accounts(desk: Desk) -> None:
    """Give both parties control accounts of their own, and the company another income account."""
    for code, type_, root in (
        ("Debtors Abroad", "RECEIVABLE", "ASSET"),
        ("Creditors Abroad", "PAYABLE", "LIABILITY"),
        ("Parts", "INCOME", "INCOME"),
    ):
        desk.make("createAccount", "account", company=desk.company, code=code, name=code,
                  type=type_, root=root)  # fmt: skip
    accounts: dict[str, dict[str, Any]] = {
        "UTAH": {"receivableAccount": {"code": "Debtors Abroad"}},
        "ARCU": {"payableAccount": {"code": "Creditors Abroad"}},
    }
    for party, account in accounts.items():
        desk.make("updateParty", "party", company=desk.company, party={"code": party},
                  **account)  # fmt: skip


def centers_of(document: Any) -> dict[str, str | None]:
    """The cost center of each of a document's accounts."""
    return {
        line["account"]["code"]: line["costCenter"] and line["costCenter"]["code"]
        for line in document["journalLines"]
    }


def test_a_customer_is_credited_where_the_invoice_stands(desk: Desk) -> None:
    desk.post(receipt("2026-01-10", goods("10", "200")))
    own_accounts(desk)
    line = goods("5", "300", account={"code": "Parts"})
    sold = desk.post(sale("2026-01-12", line, updateStock=True))
    desk.make("updateParty", "party", company=desk.company, party={"code": "UTAH"},
              receivableAccount={"code": "Debtors"})  # fmt: skip
    back = shown_and_kept(desk, given_back("SalesReturn", "2026-01-13", sold, "2"))
    assert entries(back) == {
        "Parts": "600.00", "Debtors Abroad": "-600.00",
        "Stores": "400.00", "Cost of Goods Sold": "-400.00",
    }  # fmt: skip
    desk.post(payment("2026-01-14", "RECEIVE", "900", {sold["id"]: "900"}))
    assert desk.outstanding(sold) == "0.00"
    assert not {"Debtors", "Debtors Abroad"} & desk.balances().keys()
    desk.cancelled(back)
    assert desk.outstanding(sold) == "600.00"
    assert is_clean(desk)


def test_a_supplier_is_debited_where_the_invoice_stands(desk: Desk) -> None:
    own_accounts(desk)
    bought = desk.post(bill("2026-01-10", goods("10", "200"), updateStock=True))
    back = shown_and_kept(desk, given_back("PurchaseReturn", "2026-01-11", bought, "3"))
    assert entries(back) == {"Creditors Abroad": "600.00", "Stores": "-600.00"}
    assert desk.outstanding(bought) == "1400.00"
    assert is_clean(desk)


def test_a_return_of_a_paid_invoice_is_owed_on_the_partys_own_account(desk: Desk) -> None:
    own_accounts(desk)
    paid = bill("2026-01-10", goods("10", "200"), updateStock=True, paidFrom={"code": "Bank"})
    bought = desk.post(paid)
    back = shown_and_kept(desk, given_back("PurchaseReturn", "2026-01-11", bought, "3"))
    assert entries(back) == {"Creditors Abroad": "600.00", "Stores": "-600.00"}
    assert is_clean(desk)
    refund = payment("2026-01-14", "RECEIVE", "600", {back["id"]: "600"}, party={"code": "ARCU"})
    assert entries(shown_and_kept(desk, refund)) == {
        "Bank": "600.00",
        "Creditors Abroad": "-600.00",
    }
    assert refusals(desk, ("Cancellation", {"document": {"id": back["id"]}})) == [
        ("HAS_DEPENDENTS", "document")
    ]
    assert is_clean(desk)


def test_a_return_bears_on_the_cost_center_of_its_original(desk: Desk) -> None:
    desk.make("createCostCenter", "costCenter", company=desk.company, code="North", name="North")
    desk.make("updateCompany", "company", company=desk.company,
              settings={"requireCostCenter": True})  # fmt: skip
    north: dict[str, Any] = {"costCenter": {"code": "North"}}
    charges = [
        {"account": {"code": "Customs Duty"}, "amount": "100", "category": "VALUATION", **north}
    ]
    bought = desk.post(receipt("2026-01-10", goods("10", "200", **north), charges=charges))
    sold = desk.post(sale("2026-01-12", goods("5", "300", **north), updateStock=True))
    taken = shown_and_kept(desk, given_back("SalesReturn", "2026-01-13", sold, "2"))
    assert centers_of(taken) == {
        "Sales": "North", "Debtors": None, "Stores": None, "Cost of Goods Sold": "North",
    }  # fmt: skip
    sent = shown_and_kept(desk, given_back("PurchaseReturn", "2026-01-14", bought, "2"))
    assert centers_of(sent)["Cost of Goods Sold"] == "North"
    assert is_clean(desk)


def test_money_of_a_discounted_invoice_abroad_comes_back_to_the_cent(desk: Desk) -> None:
    desk.post(receipt("2026-01-10", goods("10", "200")))
    euros = {"currency": "EUR", "exchangeRate": "1.137"}
    line = goods("3", "33.335", discountPercent="7.5")
    sold = desk.post(sale("2026-01-12", line, updateStock=True, **euros))
    for day in ("13", "14", "15"):
        shown_and_kept(desk, given_back("SalesReturn", f"2026-01-{day}", sold, "1"))
    assert desk.outstanding(sold) == "0.00"
    assert not {"Sales", "Debtors"} & desk.balances().keys()
    assert refusals(desk, given_back("SalesReturn", "2026-01-16", sold, "1")) == [
        ("RETURN_EXCEEDS_ORIGINAL", "lines.0.quantity")
    ]
    assert is_clean(desk)


def test_goods_abroad_go_back_to_the_cent(desk: Desk) -> None:
    """A third of 100.00 three times: of a receipt, and of one that was billed for a third."""
    euros = {"currency": "EUR", "exchangeRate": "1.137"}
    whole = desk.post(receipt("2026-01-10", goods("3", "33.333"), **euros))
    for day in ("11", "12", "13"):
        shown_and_kept(desk, given_back("PurchaseReturn", f"2026-01-{day}", whole, "1"))
    assert desk.balances() == {}
    part = desk.post(receipt("2026-01-14", goods("3", "33.333"), **euros))
    desk.post(bill("2026-01-15", billed("1", "33.333", part["lines"][0]), **euros))
    shown_and_kept(desk, given_back("PurchaseReturn", "2026-01-16", part, "2"))
    assert ACCRUAL not in desk.balances()
    shown_and_kept(desk, given_back("PurchaseReturn", "2026-01-17", part, "1"))
    assert "Stores" not in desk.balances()
    assert is_clean(desk)


def test_an_invoice_abroad_is_paid_to_the_cent(desk: Desk) -> None:
    euros = {"currency": "EUR", "exchangeRate": "1.137"}
    line = {"item": {"sku": "SV0001"}, "quantity": "1", "rate": "100"}
    sold = desk.post(sale("2026-01-12", line, **euros))
    for amount in ("33.33", "33.33", "33.34"):
        paper = payment("2026-01-14", "RECEIVE", amount, {sold["id"]: amount}, **euros)
        last = shown_and_kept(desk, paper)
    assert entries(last) == {
        "Bank": "37.91", "Debtors": "-37.90", "Exchange Gain/Loss": "-0.01",
    }  # fmt: skip
    assert desk.outstanding(sold) == "0.00"
    assert "Debtors" not in desk.balances()
    desk.cancelled(last)
    assert desk.balances()["Debtors"] == "37.90"
    assert is_clean(desk)


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize(
    ("make", "kind", "rate"),
    [(sale, "SalesReturn", "1.1111"), (bill, "PurchaseReturn", "1.1111"),
     (sale, "SalesReturn", "0.9137"), (bill, "PurchaseReturn", "0.9137")],
)  # fmt: skip
def test_lines_abroad_that_miss_their_total_are_given_back_to_the_cent(
    desk: Desk, make: Any, kind: str, rate: str, at_once: bool
) -> None:
    """Three lines of 0.33 at 1.1111 are 1.11 one by one and 1.10 in all: so they are going back."""
    skus = ("A", "B", "C")
    for sku in skus:
        desk.item(sku)
    desk.post(receipt("2026-01-10", *(goods("10", "1", sku) for sku in skus)))
    before = desk.balances()
    euros = {"currency": "EUR", "exchangeRate": rate}
    lines = [goods("1", "0.33", sku) for sku in skus]
    invoice = desk.post(make("2026-01-12", *lines, updateStock=True, **euros))
    given = [{"line": {"id": line["id"]}, "quantity": "1"} for line in invoice["lines"]]
    *first, last = [given] if at_once else [[one] for one in given]
    for some in first:
        desk.post((kind, {"postingDate": "2026-01-13", "lines": some}))
    back = desk.post((kind, {"postingDate": "2026-01-13", "lines": last}))
    assert desk.balances() == before
    assert desk.outstanding(invoice) == "0.00"
    assert is_clean(desk)
    desk.cancelled(back)
    assert is_clean(desk)
    desk.post((kind, {"postingDate": "2026-01-13", "lines": last}))
    assert desk.balances() == before


@pytest.mark.parametrize("split", [("10",), ("4", "6")])
@pytest.mark.parametrize("overcharge", ["50", "300"])
def test_what_was_overcharged_is_not_credited_again(
    desk: Desk, overcharge: str, split: tuple[str, ...]
) -> None:
    """Of 3,000 are 500, or all, credited as too high a price: the goods bring back the rest."""
    desk.post(receipt("2026-01-10", goods("20", "200")))
    sold = desk.post(sale("2026-01-12", goods("10", "300"), updateStock=True))
    line = {"invoiceLine": {"id": sold["lines"][0]["id"]}, "rate": overcharge}
    over = {"side": "SALES", "creditKind": "OVERCHARGE", "party": {"code": "UTAH"}}
    desk.post(("CreditNote", {"postingDate": "2026-01-13", "lines": [line], **over}))
    backs = [
        shown_and_kept(desk, given_back("SalesReturn", "2026-01-14", sold, quantity))
        for quantity in split
    ]
    if overcharge == "50" and len(backs) > 1:
        assert [one["grandTotal"] for one in backs] == ["1000.00", "1500.00"]
    assert desk.outstanding(sold) == "0.00"
    assert not {"Debtors", "Sales"} & desk.balances().keys()
    assert is_clean(desk)
    desk.cancelled(backs[-1])
    assert is_clean(desk)


@pytest.mark.parametrize("split", [("10",), ("4", "6")])
@pytest.mark.parametrize("overcharge", ["50", "300"])
def test_what_a_supplier_overcharged_is_not_credited_again(
    desk: Desk, overcharge: str, split: tuple[str, ...]
) -> None:
    """The goods become that much cheaper from their receipt on, the supplier is owed less later."""
    bought = desk.post(bill("2026-01-10", goods("10", "300"), updateStock=True))
    line = {"invoiceLine": {"id": bought["lines"][0]["id"]}, "rate": overcharge}
    over = {"side": "PURCHASE", "creditKind": "OVERCHARGE", "party": {"code": "ARCU"}}
    lower = desk.post(("CreditNote", {"postingDate": "2026-01-13", "lines": [line], **over}))
    off = f"{10 * int(overcharge)}.00"
    assert entries(lower) == {"Creditors": off, ACCRUAL: f"-{off}"}
    assert adjustments(lower) == {bought["number"]: {"Stores": f"-{off}", ACCRUAL: off}}
    assert open_lines(desk, "2026-01-11") == {
        "received residues": [f"KEPT_DIFFERENCE -{off} {lower['number']}"],
        "billed residues": [f"KEPT_DIFFERENCE {off} {lower['number']}"],
    }
    assert open_lines(desk) == {}
    assert is_clean(desk)
    backs = [
        shown_and_kept(desk, given_back("PurchaseReturn", "2026-01-14", bought, quantity))
        for quantity in split
    ]
    if overcharge == "50" and len(backs) > 1:
        assert entries(backs[0]) == {"Creditors": "1000.00", "Stores": "-1000.00"}
        assert entries(backs[1]) == {"Creditors": "1500.00", "Stores": "-1500.00"}
    assert desk.outstanding(bought) == "0.00"
    assert desk.balances() == {}
    assert is_clean(desk)
    desk.cancelled(backs[-1])
    assert is_clean(desk)
