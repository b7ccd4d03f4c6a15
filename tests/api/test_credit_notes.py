"""Credit notes to customers and from suppliers: figures, refusals, previews, cancelling."""

from typing import Any

import pytest

from tests.api.desk import (
    Desk,
    Paper,
    bill,
    billed,
    cancelling,
    charge,
    delivery,
    entries,
    goods,
    payment,
    receipt,
    sale,
)
from tests.api.test_corrections import given_back, is_clean, refusals, shown_and_kept
from tests.api.test_returns_without_original import residues, sent_back

ACCRUAL = "Stock Received But Not Billed"
COGS = "Cost of Goods Sold"


@pytest.fixture
def desk(server: str) -> Desk:
    return Desk(server)


def credit(side: str, kind: str, day: str, *lines: Any, **more: Any) -> Paper:
    """A credit note to UTAH or from ARCU."""
    party = {"code": "UTAH" if side == "SALES" else "ARCU"}
    head = {"side": side, "creditKind": kind, "party": party, "postingDate": day}
    return "CreditNote", {**head, "lines": list(lines), **more}


def line_of(document: Any, **more: Any) -> dict[str, Any]:
    """A line that credits an invoice's first line."""
    return {"invoiceLine": {"id": document["lines"][0]["id"]}, **more}


def unapplied(desk: Desk, note: Any) -> str | None:
    """What of a credit note is still on account."""
    query = "query($id: ID!) { document(id: $id) { ... on CreditNote { unappliedAmount } } }"
    return desk.ask(query, id=note["id"])["document"]["unappliedAmount"]


def delivered_line(line: Any, quantity: str, rate: str) -> dict[str, Any]:
    """A line that bills a delivery line."""
    of = {"deliveryLine": {"id": line["id"]}}
    return {"item": {"sku": "RM0001"}, "quantity": quantity, "rate": rate, **of}


def sold(desk: Desk) -> tuple[Any, Any]:
    """Ten bought at 200, five delivered and billed at 300 with 10 % VAT."""
    desk.post(receipt("2026-01-10", goods("10", "200")))
    note = desk.post(delivery("2026-01-12", goods("5", "300")))
    vat = charge("VAT", rate="10")
    invoice = desk.post(
        sale("2026-01-13", delivered_line(note["lines"][0], "5", "300"), charges=[vat])
    )
    return note, invoice


# -- customers ------------------------------------------------------------------------------------


def test_a_return_is_credited_with_its_goods_and_taxes(desk: Desk) -> None:
    note, invoice = sold(desk)
    before = desk.balances()
    back = desk.post(given_back("SalesReturn", "2026-01-14", note, "2"))
    line = line_of(invoice, returnLine={"id": back["lines"][0]["id"]})
    made = shown_and_kept(desk, credit("SALES", "RETURN", "2026-01-15", line))
    assert made["number"] == "SCN-2026-00001"
    assert entries(made) == {"Sales": "600.00", "VAT": "60.00", "Debtors": "-660.00"}
    assert desk.outstanding(invoice) == "990.00"
    assert unapplied(desk, made) is None
    assert refusals(desk, cancelling(back)) == [("HAS_DEPENDENTS", "document")]
    assert refusals(desk, cancelling(invoice)) == [("HAS_DEPENDENTS", "document")]
    again = credit("SALES", "RETURN", "2026-01-15", {**line, "quantity": "1"})
    assert refusals(desk, again) == [("OVER_CREDITED", "lines.0.quantity")]
    rest = shown_and_kept(desk, credit("SALES", "RETURN", "2026-01-16", line_of(invoice)))
    assert entries(rest) == {"Sales": "900.00", "VAT": "90.00", "Debtors": "-990.00"}
    assert desk.outstanding(invoice) == "0.00"
    desk.cancelled(rest)
    desk.cancelled(made)
    desk.cancelled(back)
    assert desk.balances() == before
    assert desk.outstanding(invoice) == "1650.00"
    assert is_clean(desk)


def test_cents_of_an_invoice_are_credited_to_the_last(desk: Desk) -> None:
    line = {"item": {"sku": "SV0001"}, "quantity": "3", "rate": "33.333333"}
    invoice = desk.post(sale("2026-01-13", line, charges=[charge("VAT", "10")]))
    found: list[Any] = []
    for _ in range(3):
        one = line_of(invoice, quantity="1")
        found.append(entries(desk.post(credit("SALES", "RETURN", "2026-01-14", one))))
    assert found == [
        {"Sales": "33.33", "VAT": "3.33", "Debtors": "-36.66"},
        {"Sales": "33.33", "VAT": "3.33", "Debtors": "-36.66"},
        {"Sales": "33.34", "VAT": "3.34", "Debtors": "-36.68"},
    ]
    assert desk.outstanding(invoice) == "0.00"
    assert "Debtors" not in desk.balances()
    assert is_clean(desk)


def test_a_price_that_was_too_high_moves_no_goods(desk: Desk) -> None:
    _, invoice = sold(desk)
    high = credit("SALES", "OVERCHARGE", "2026-01-15", line_of(invoice, rate="10"), charges=[])
    assert entries(shown_and_kept(desk, high)) == {"Sales": "50.00", "Debtors": "-50.00"}
    more = credit(
        "SALES", "OVERCHARGE", "2026-01-15", line_of(invoice, quantity="1", amount="1451")
    )
    assert refusals(desk, more) == [("OVER_CREDITED", "lines.0.amount")]
    assert refusals(desk, credit("SALES", "OVERCHARGE", "2026-01-15", line_of(invoice))) == [
        ("REQUIRED", "lines.0.rate")
    ]
    assert is_clean(desk)


def test_goods_of_a_price_that_was_too_high_are_credited_what_is_left_of_it(desk: Desk) -> None:
    """Five at 300 less 50 each: two are 500, and the other three 750."""
    note, invoice = sold(desk)
    desk.post(credit("SALES", "OVERCHARGE", "2026-01-14", line_of(invoice, rate="50")))
    found: list[Any] = []
    for quantity in ("2", "3"):
        back = desk.post(given_back("SalesReturn", "2026-01-15", note, quantity))
        line = line_of(invoice, returnLine={"id": back["lines"][0]["id"]})
        found.append(shown_and_kept(desk, credit("SALES", "RETURN", "2026-01-16", line)))
    assert [entries(one)["Sales"] for one in found] == ["500.00", "750.00"]
    assert desk.outstanding(invoice) == "0.00"
    assert not {"Debtors", "Sales"} & desk.balances().keys()
    assert is_clean(desk)


def test_goods_that_are_not_taken_back_are_written_off(desk: Desk) -> None:
    _, invoice = sold(desk)
    line = line_of(invoice, quantity="2")
    account = {"writeOffAccount": {"code": "Shipping Charges"}}
    made = shown_and_kept(desk, credit("SALES", "WRITE_OFF", "2026-01-15", line, **account))
    assert entries(made) == {"Shipping Charges": "600.00", "VAT": "60.00", "Debtors": "-660.00"}
    assert desk.stock() == {"RM0001 in Stores": ("5", "1000.00")}
    usual = shown_and_kept(desk, credit("SALES", "WRITE_OFF", "2026-01-15", line_of(invoice)))
    assert entries(usual)["Write Off"] == "900.00"
    wrong = credit("SALES", "RETURN", "2026-01-15", line, **account)
    assert ("INVALID_VALUE", "writeOffAccount") in refusals(desk, wrong)
    assert is_clean(desk)


def test_a_paid_invoice_leaves_the_credit_on_account(desk: Desk) -> None:
    _, invoice = sold(desk)
    desk.post(payment("2026-01-14", "RECEIVE", "1000", {invoice["id"]: "1000"}))
    made = shown_and_kept(desk, credit("SALES", "RETURN", "2026-01-15", line_of(invoice)))
    assert entries(made)["Debtors"] == "-1650.00"
    assert desk.outstanding(invoice) == "0.00"
    assert unapplied(desk, made) == "1000.00"
    assert is_clean(desk)


def test_a_credit_without_an_invoice_stays_on_account(desk: Desk) -> None:
    bonus = {"account": {"code": "Sales"}, "amount": "75", "description": "bonus"}
    service = {"item": {"sku": "SV0001"}, "quantity": "2", "rate": "10"}
    made = shown_and_kept(desk, credit("SALES", "OVERCHARGE", "2026-01-15", bonus, service))
    assert entries(made) == {"Sales": "95.00", "Debtors": "-95.00"}
    assert unapplied(desk, made) == "95.00"
    nothing = credit("SALES", "OVERCHARGE", "2026-01-15", {"amount": "75"})
    assert refusals(desk, nothing) == [("REQUIRED", "lines.0.account")]
    assert is_clean(desk)


def test_a_credit_note_is_in_the_money_of_its_invoice(desk: Desk) -> None:
    euros = {"currency": "EUR", "exchangeRate": "1.1"}
    line = {"item": {"sku": "SV0001"}, "quantity": "1", "rate": "100"}
    invoice = desk.post(sale("2026-01-13", line, **euros))
    made = shown_and_kept(desk, credit("SALES", "RETURN", "2026-01-15", line_of(invoice)))
    assert entries(made) == {"Sales": "110.00", "Debtors": "-110.00"}
    other = credit("SALES", "RETURN", "2026-01-15", line_of(invoice), currency="USD")
    assert ("INVALID_VALUE", "currency") in refusals(desk, other)
    early = credit("SALES", "OVERCHARGE", "2026-01-12", line_of(invoice, amount="1"))
    assert ("INVALID_VALUE", "postingDate") in refusals(desk, early)
    assert is_clean(desk)


def test_a_rounded_invoice_is_credited_rounded(desk: Desk) -> None:
    line = {"item": {"sku": "SV0001"}, "quantity": "1", "rate": "100.40"}
    invoice = desk.post(sale("2026-01-13", line, roundedTotal=True))
    made = shown_and_kept(desk, credit("SALES", "RETURN", "2026-01-15", line_of(invoice)))
    assert entries(made) == {"Sales": "100.40", "Round Off": "-0.40", "Debtors": "-100.00"}
    assert desk.outstanding(invoice) == "0.00"
    assert desk.balances() == {}
    assert is_clean(desk)


def test_rounding_credits_no_more_than_there_was(desk: Desk) -> None:
    line = {"item": {"sku": "SV0001"}, "quantity": "1", "rate": "100.40"}
    invoice = desk.post(sale("2026-01-13", line))
    more = {"account": {"code": "Sales"}, "amount": "50"}
    note = credit("SALES", "RETURN", "2026-01-15", line_of(invoice), more, roundedTotal=True)
    assert refusals(desk, note) == [("OVER_CREDITED", "lines")]
    assert desk.balances() == {"Debtors": "100.40", "Sales": "-100.40"}


def test_goods_are_credited_on_the_invoice_that_is_named(desk: Desk) -> None:
    """Also where they had come back before it: 600 and 900 would be more than the 900 billed."""
    desk.post(receipt("2026-01-10", goods("10", "200")))
    note = desk.post(delivery("2026-01-12", goods("5", "300")))
    back = desk.post(given_back("SalesReturn", "2026-01-13", note, "2"))
    invoice = desk.post(sale("2026-01-14", delivered_line(note["lines"][0], "3", "300")))
    line = {"returnLine": {"id": back["lines"][0]["id"]}}
    named = {"invoice": {"id": invoice["id"]}}
    desk.post(credit("SALES", "RETURN", "2026-01-15", line, **named))
    assert desk.outstanding(invoice) == "300.00"
    rest = credit("SALES", "WRITE_OFF", "2026-01-15", line_of(invoice))
    assert refusals(desk, rest) == [("OVER_CREDITED", "lines")]
    assert is_clean(desk)


def test_what_an_invoice_delivered_itself_is_credited_by_its_return(desk: Desk) -> None:
    desk.post(receipt("2026-01-10", goods("10", "200")))
    invoice = desk.post(sale("2026-01-12", goods("5", "300"), updateStock=True))
    assert refusals(desk, credit("SALES", "RETURN", "2026-01-15", line_of(invoice))) == [
        ("INVALID_VALUE", "lines.0.invoiceLine")
    ]
    desk.post(given_back("SalesReturn", "2026-01-13", invoice, "2"))
    more = credit("SALES", "WRITE_OFF", "2026-01-15", line_of(invoice, quantity="4"))
    assert refusals(desk, more) == [("OVER_CREDITED", "lines.0.quantity")]
    assert is_clean(desk)


# -- suppliers ------------------------------------------------------------------------------------


def bought(desk: Desk, rate: str = "200") -> tuple[Any, Any]:
    """Ten received at 200 and billed at `rate`."""
    came = desk.post(receipt("2026-01-10", goods("10", "200")))
    return came, desk.post(bill("2026-01-11", billed("10", rate, came["lines"][0])))


def test_a_supplier_credits_what_went_back(desk: Desk) -> None:
    came, invoice = bought(desk)
    back = desk.post(given_back("PurchaseReturn", "2026-01-12", came, "4"))
    line = line_of(invoice, returnLine={"id": back["lines"][0]["id"]})
    made = shown_and_kept(desk, credit("PURCHASE", "RETURN", "2026-01-13", line))
    assert made["number"] == "PCN-2026-00001"
    assert entries(made) == {"Creditors": "800.00", ACCRUAL: "-800.00"}
    assert desk.outstanding(invoice) == "1200.00"
    assert ACCRUAL not in desk.balances()
    assert residues(desk) == {}
    desk.cancelled(made)
    assert desk.balances()[ACCRUAL] == "800.00"
    assert is_clean(desk)


@pytest.mark.parametrize(
    ("policy", "credited", "stays"),
    [
        ("KEEP_DIFFERENCE", "780.00", {"Stores": "1200.00", ACCRUAL: "-30.00"}),
        ("ADJUST_RECEIPT_COST", "780.00", {"Stores": "1170.00"}),
        ("MUST_MATCH", "800.00", {"Stores": "1200.00", "Shipping Charges": "-50.00"}),
    ],
)
def test_a_supplier_credits_goods_at_what_is_left_of_their_price(
    desk: Desk, policy: str, credited: str, stays: dict[str, str]
) -> None:
    """Ten at 200 less 5 each, booked elsewhere where rates must match: four go back."""
    desk.make("updateCompany", "company", company=desk.company,
              settings={"invoiceRatePolicy": policy})  # fmt: skip
    came, invoice = bought(desk)
    less = line_of(invoice, rate="5")
    if policy == "MUST_MATCH":
        less["account"] = {"code": "Shipping Charges"}
    desk.post(credit("PURCHASE", "OVERCHARGE", "2026-01-12", less))
    back = desk.post(given_back("PurchaseReturn", "2026-01-13", came, "4"))
    line = line_of(invoice, returnLine={"id": back["lines"][0]["id"]})
    made = shown_and_kept(desk, credit("PURCHASE", "RETURN", "2026-01-14", line))
    assert entries(made)["Creditors"] == credited
    owed = desk.outstanding(invoice)
    assert desk.balances() == {**stays, "Creditors": f"-{owed}"}
    assert is_clean(desk)


def test_a_credit_before_the_goods_go_back_opens_the_receipt_again(desk: Desk) -> None:
    came, invoice = bought(desk)
    made = shown_and_kept(
        desk, credit("PURCHASE", "RETURN", "2026-01-12", line_of(invoice, quantity="4"))
    )
    assert entries(made) == {"Creditors": "800.00", ACCRUAL: "-800.00"}
    desk.post(given_back("PurchaseReturn", "2026-01-13", came, "4"))
    assert ACCRUAL not in desk.balances()
    assert refusals(desk, bill("2026-01-14", billed("1", "200", came["lines"][0]))) == [
        ("OVER_BILLED", "lines.0.quantity")
    ]
    assert is_clean(desk)


def test_a_credit_stays_while_its_goods_are_billed_again(desk: Desk) -> None:
    came, invoice = bought(desk)
    line = came["lines"][0]
    made = desk.post(credit("PURCHASE", "RETURN", "2026-01-12", line_of(invoice, quantity="4")))
    again = desk.post(bill("2026-01-14", billed("3", "200", line)))
    before = desk.balances()
    assert refusals(desk, cancelling(made)) == [("BILLED_AGAIN", "document")]
    assert desk.balances() == before
    desk.cancelled(again)
    desk.cancelled(made)
    assert refusals(desk, bill("2026-01-14", billed("1", "200", line))) == [
        ("OVER_BILLED", "lines.0.quantity")
    ]
    assert is_clean(desk)


def test_a_credit_stays_while_its_deliveries_are_billed_again(desk: Desk) -> None:
    note, invoice = sold(desk)
    line = note["lines"][0]
    made = desk.post(credit("SALES", "RETURN", "2026-01-15", line_of(invoice, quantity="2")))
    again = desk.post(sale("2026-01-16", delivered_line(line, "1", "300")))
    assert refusals(desk, cancelling(made)) == [("BILLED_AGAIN", "document")]
    desk.cancelled(again)
    desk.cancelled(made)
    assert is_clean(desk)


def test_a_credit_may_go_though_its_goods_went_back(desk: Desk) -> None:
    came, invoice = bought(desk)
    made = desk.post(credit("PURCHASE", "RETURN", "2026-01-12", line_of(invoice, quantity="4")))
    desk.post(given_back("PurchaseReturn", "2026-01-13", came, "4"))
    desk.cancelled(made)
    assert is_clean(desk)


def test_a_supplier_credits_goods_of_no_known_receipt(desk: Desk) -> None:
    desk.post(receipt("2026-01-10", goods("10", "200")))
    back = desk.post(sent_back("2026-01-12", goods("3", "210")))
    of = {"returnLine": {"id": back["lines"][0]["id"]}}
    part = shown_and_kept(desk, credit("PURCHASE", "RETURN", "2026-01-13", {**of, "quantity": "1"}))
    assert entries(part) == {"Creditors": "210.00", ACCRUAL: "-210.00"}
    assert residues(desk) == {"RETURNED_NOT_CREDITED": "-420.00"}
    made = shown_and_kept(desk, credit("PURCHASE", "RETURN", "2026-01-13", of))
    assert entries(made) == {"Creditors": "420.00", ACCRUAL: "-420.00"}
    assert residues(desk) == {}
    more = credit("PURCHASE", "RETURN", "2026-01-13", {**of, "quantity": "1"})
    assert refusals(desk, more) == [("OVER_CREDITED", "lines.0.quantity")]
    assert is_clean(desk)


@pytest.mark.parametrize(
    ("policy", "left", "worth"),
    [
        ("KEEP_DIFFERENCE", {"KEPT_DIFFERENCE": "50.00"}, "1000.00"),
        ("ADJUST_RECEIPT_COST", {}, "975.00"),
    ],
)
def test_a_suppliers_price_goes_by_the_invoice_rate_policy(
    desk: Desk, policy: str, left: dict[str, str], worth: str
) -> None:
    desk.make("updateCompany", "company", company=desk.company,
              settings={"invoiceRatePolicy": policy})  # fmt: skip
    _, invoice = bought(desk)
    desk.post(delivery("2026-01-12", goods("5", "300")))
    line = line_of(invoice, rate="5")
    made = shown_and_kept(desk, credit("PURCHASE", "OVERCHARGE", "2026-01-13", line))
    assert entries(made) == {"Creditors": "50.00", ACCRUAL: "-50.00"}
    assert residues(desk) == left
    assert desk.stock() == {"RM0001 in Stores": ("5", worth)}
    assert desk.balances()[COGS] == worth
    desk.cancelled(made)
    assert residues(desk) == {}
    assert desk.stock() == {"RM0001 in Stores": ("5", "1000.00")}
    assert is_clean(desk)


def test_a_price_must_match_where_rates_must(desk: Desk) -> None:
    _, invoice = bought(desk)
    line = line_of(invoice, rate="5")
    assert refusals(desk, credit("PURCHASE", "OVERCHARGE", "2026-01-13", line)) == [
        ("RATE_MISMATCH", "lines.0.rate")
    ]
    elsewhere = {**line, "account": {"code": "Shipping Charges"}}
    made = shown_and_kept(desk, credit("PURCHASE", "OVERCHARGE", "2026-01-13", elsewhere))
    assert entries(made) == {"Creditors": "50.00", "Shipping Charges": "-50.00"}
    assert is_clean(desk)


def test_goods_that_an_invoice_received_become_cheaper(desk: Desk) -> None:
    paper = receipt("2026-01-10", goods("10", "200"))[1]
    invoice = desk.post(("PurchaseInvoice", {**paper, "updateStock": True}))
    desk.post(delivery("2026-01-12", goods("5", "300")))
    line = line_of(invoice, rate="5")
    made = shown_and_kept(desk, credit("PURCHASE", "OVERCHARGE", "2026-01-13", line))
    assert desk.balances()["Creditors"] == "-1950.00"
    assert desk.outstanding(invoice) == "1950.00"
    assert desk.stock() == {"RM0001 in Stores": ("5", "975.00")}
    assert desk.balances()[COGS] == "975.00"
    desk.cancelled(made)
    assert desk.balances()["Creditors"] == "-2000.00"
    assert is_clean(desk)


def test_a_bill_for_goods_that_never_came_is_credited(desk: Desk) -> None:
    invoice = desk.post(bill("2026-01-11", billed("10", "200")))
    made = shown_and_kept(
        desk, credit("PURCHASE", "RETURN", "2026-01-12", line_of(invoice, quantity="4"))
    )
    assert entries(made) == {"Creditors": "800.00", ACCRUAL: "-800.00"}
    assert residues(desk) == {"BILLED_NOT_RECEIVED": "-1200.00"}
    lower = credit("PURCHASE", "OVERCHARGE", "2026-01-12", line_of(invoice, amount="200"))
    assert entries(shown_and_kept(desk, lower)) == {"Creditors": "200.00", ACCRUAL: "-200.00"}
    assert residues(desk) == {"BILLED_NOT_RECEIVED": "-1000.00"}
    assert is_clean(desk)


def test_a_service_is_credited_where_it_was_expensed(desk: Desk) -> None:
    line = {"item": {"sku": "SV0001"}, "quantity": "2", "rate": "100"}
    elsewhere = {**line, "account": {"code": "Shipping Charges"}}
    invoice = desk.post(bill("2026-01-11", elsewhere, charges=[charge("VAT", "20")]))
    made = shown_and_kept(desk, credit("PURCHASE", "RETURN", "2026-01-12", line_of(invoice)))
    assert entries(made) == {"Creditors": "220.00", "Shipping Charges": "-200.00", "VAT": "-20.00"}
    goods_of_no_bill = {"item": {"sku": "RM0001"}, "quantity": "1", "rate": "5"}
    assert refusals(desk, credit("PURCHASE", "RETURN", "2026-01-12", goods_of_no_bill)) == [
        ("REQUIRED", "lines.0.account")
    ]
    assert is_clean(desk)


def test_what_a_credit_note_refers_to_is_its_own(desk: Desk) -> None:
    _, invoice = sold(desk)
    other = desk.post(sale("2026-01-13", {"item": {"sku": "SV0001"}, "quantity": "1", "rate": "9"}))
    wrong = credit("SALES", "RETURN", "2026-01-15", line_of(invoice, quantity="1"), line_of(other))
    assert refusals(desk, wrong) == [("INVALID_VALUE", "lines.1.invoiceLine")]
    as_purchase = credit("PURCHASE", "RETURN", "2026-01-15", line_of(other))
    assert ("WRONG_PARTY", "lines") in refusals(desk, as_purchase)
    named = credit(
        "SALES",
        "OVERCHARGE",
        "2026-01-15",
        {"account": {"code": "Sales"}, "amount": "10"},
        invoice={"number": other["number"]},
    )
    assert refusals(desk, named) == [("OVER_CREDITED", "lines")]
    nothing = credit(
        "SALES", "RETURN", "2026-01-15", {"invoiceLine": {"number": "SI-2026-00009/1"}}
    )
    assert refusals(desk, nothing) == [("NOT_FOUND", "lines.0.invoiceLine")]
    assert is_clean(desk)
