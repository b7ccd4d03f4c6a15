"""Credit notes to customers: figures, refusals, previews, cancelling."""

from typing import Any

from tests.api.correcting import given_back
from tests.api.desk import (
    Desk,
    Paper,
    cancelling,
    charge,
    delivery,
    entries,
    goods,
    is_clean,
    payment,
    receipt,
    refusals,
    sale,
    shown_and_kept,
)


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
