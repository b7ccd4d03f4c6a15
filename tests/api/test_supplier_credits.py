"""Credit notes from suppliers: what went back, what was too dear, what is billed again."""

from typing import Any

import pytest

from tests.api.correcting import given_back
from tests.api.desk import (
    ACCRUAL,
    COGS,
    Desk,
    bill,
    billed,
    cancelling,
    charge,
    delivery,
    entries,
    goods,
    is_clean,
    receipt,
    refusals,
    sale,
    shown_and_kept,
)
from tests.api.test_credit_notes import credit, delivered_line, line_of, sold
from tests.api.test_returns_without_original import residues, sent_back


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


def ahead(desk: Desk, policy: str, came: str) -> tuple[Any, Any]:
    """Ten billed at 200, of which `came` have come at that since and 3 were delivered."""
    desk.make("updateCompany", "company", company=desk.company,
              settings={"invoiceRatePolicy": policy})  # fmt: skip
    invoice = desk.post(bill("2026-01-10", billed("10", "200")))
    billed_by = {"id": invoice["lines"][0]["id"]}
    first = desk.post(receipt("2026-01-11", goods(came, "200", invoiceLine=billed_by)))
    desk.post(delivery("2026-01-12", goods("3", "300")))
    return invoice, first


@pytest.mark.parametrize(
    ("policy", "came", "left", "worth", "sold_at"),
    [
        ("KEEP_DIFFERENCE", "10", {"KEPT_DIFFERENCE": "50.00"}, "1400.00", "600.00"),
        ("ADJUST_RECEIPT_COST", "10", {}, "1365.00", "585.00"),
        ("KEEP_DIFFERENCE", "6", {"KEPT_DIFFERENCE": "30.00", "BILLED_NOT_RECEIVED": "-780.00"},
         "600.00", "600.00"),
        ("ADJUST_RECEIPT_COST", "6", {"BILLED_NOT_RECEIVED": "-780.00"}, "585.00", "585.00"),
    ],
)  # fmt: skip
def test_a_price_of_goods_billed_ahead_was_too_high(
    desk: Desk, policy: str, came: str, left: dict[str, str], worth: str, sold_at: str
) -> None:
    """5 less for each of ten: those that came cost 5 less, those still to come wait at 195."""
    invoice, _ = ahead(desk, policy, came)
    before = desk.balances()
    line = line_of(invoice, rate="5")
    made = shown_and_kept(desk, credit("PURCHASE", "OVERCHARGE", "2026-01-13", line))
    assert entries(made) == {"Creditors": "50.00", ACCRUAL: "-50.00"}
    assert residues(desk) == left
    assert desk.stock()["RM0001 in Stores"][1] == worth
    assert desk.balances()[COGS] == sold_at
    assert is_clean(desk)
    desk.cancelled(made)
    assert desk.balances() == before
    assert is_clean(desk)


@pytest.mark.parametrize(
    ("policy", "posted", "left"),
    [
        ("KEEP_DIFFERENCE", {"Stores": "800.00", ACCRUAL: "-800.00"}, "-50.00"),
        ("ADJUST_RECEIPT_COST", {"Stores": "780.00", ACCRUAL: "-780.00"}, None),
    ],
)
def test_goods_come_after_their_price_was_credited(
    desk: Desk, policy: str, posted: dict[str, str], left: str | None
) -> None:
    """The 4 that wait at 195 come at 200: by the policy, and never to round off."""
    invoice, _ = ahead(desk, policy, "6")
    made = desk.post(credit("PURCHASE", "OVERCHARGE", "2026-01-13", line_of(invoice, rate="5")))
    rest = goods("4", "200", invoiceLine={"id": invoice["lines"][0]["id"]})
    came = shown_and_kept(desk, receipt("2026-01-14", rest))
    assert entries(came) == posted
    assert desk.balances().get(ACCRUAL) == left
    assert "Round Off" not in desk.balances()
    assert refusals(desk, cancelling(made)) == [("BILLED_AGAIN", "document")]
    desk.cancelled(came)
    desk.cancelled(made)
    assert residues(desk) == {"BILLED_NOT_RECEIVED": "-800.00"}
    assert is_clean(desk)


def test_rates_match_where_only_a_credit_made_another_price(desk: Desk) -> None:
    """Nothing has come: ten wait at 195, and come at the invoice's 200 for no more than that."""
    desk.make("updateCompany", "company", company=desk.company,
              settings={"invoiceRatePolicy": "MUST_MATCH"})  # fmt: skip
    invoice = desk.post(bill("2026-01-10", billed("10", "200")))
    desk.post(credit("PURCHASE", "OVERCHARGE", "2026-01-11", line_of(invoice, rate="5")))
    line = goods("10", "200", invoiceLine={"id": invoice["lines"][0]["id"]})
    came = shown_and_kept(desk, receipt("2026-01-12", line))
    assert entries(came) == {"Stores": "1950.00", ACCRUAL: "-1950.00"}
    assert residues(desk) == {}
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
