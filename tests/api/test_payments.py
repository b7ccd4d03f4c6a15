"""Payments in advance, with discounts and write-offs, in both directions; allocations."""

from typing import Any

from tests.api.desk import (
    Desk,
    Paper,
    cancelling,
    charge,
    entries,
    goods,
    is_clean,
    receipt,
    refusals,
    sale,
    shown_and_kept,
)
from tests.api.test_credit_notes import credit


def invoiced(desk: Desk, amount: str, **more: Any) -> Any:
    """A sales invoice of a service."""
    line = {"item": {"sku": "SV0001"}, "quantity": "1", "rate": amount}
    return desk.post(sale("2026-01-10", line, **more))


def owed(desk: Desk, amount: str) -> Any:
    """A purchase invoice of a service."""
    line = {"item": {"sku": "SV0001"}, "quantity": "1", "rate": amount}
    paper = {"postingDate": "2026-01-10", "supplier": {"code": "ARCU"}, "lines": [line]}
    return desk.post(("PurchaseInvoice", paper))


def part(document: Any, amount: str, **more: Any) -> dict[str, Any]:
    """How much of an item is settled."""
    return {"invoice": {"id": document["id"]}, "amount": amount, **more}


def paid(type_: str, amount: str, *parts: Any, **more: Any) -> Paper:
    """A payment of UTAH or to ARCU."""
    party = {"code": "UTAH" if type_ == "RECEIVE" else "ARCU"}
    head = {"type": type_, "party": party, "amount": amount, "postingDate": "2026-01-20"}
    return "Payment", {**head, "allocations": list(parts), **more}


def applied(*parts: Any, party: str = "UTAH", **more: Any) -> Paper:
    """An allocation."""
    head = {"party": {"code": party}, "postingDate": "2026-01-25"}
    return "Allocation", {**head, "allocations": list(parts), **more}


def unapplied(desk: Desk, document: Any) -> str | None:
    """What of it is still on account."""
    query = (
        "query($id: ID!) { document(id: $id) { ... on CreditNote { unappliedAmount }"
        " ... on Payment { unappliedAmount } } }"
    )
    return desk.ask(query, id=document["id"])["document"]["unappliedAmount"]


def test_money_in_advance_is_applied_later(desk: Desk) -> None:
    advance = shown_and_kept(desk, paid("RECEIVE", "500"))
    assert entries(advance) == {"Bank": "500.00", "Debtors": "-500.00"}
    assert unapplied(desk, advance) == "500.00"
    invoice = invoiced(desk, "300")
    made = shown_and_kept(desk, applied(part(invoice, "300"), part(advance, "300")))
    assert made["number"] == "ALL-2026-00001"
    assert entries(made) == {}
    assert desk.outstanding(invoice) == "0.00"
    assert unapplied(desk, advance) == "200.00"
    assert refusals(desk, cancelling(advance)) == [("HAS_DEPENDENTS", "document")]
    more = applied(part(invoiced(desk, "300"), "250"), part(advance, "250"))
    assert refusals(desk, more) == [("OVER_ALLOCATED", "allocations.1.amount")]
    uneven = applied(part(invoiced(desk, "300"), "150"), part(advance, "100"))
    assert refusals(desk, uneven) == [("INVALID_VALUE", "allocations")]
    desk.cancelled(made)
    assert desk.outstanding(invoice) == "300.00"
    assert unapplied(desk, advance) == "500.00"
    desk.cancelled(advance)
    assert is_clean(desk)


def test_a_discount_and_a_difference_settle_the_rest(desk: Desk) -> None:
    invoice = invoiced(desk, "1000", charges=[charge("VAT", rate="10")])
    one = part(invoice, "1077.98", discount="22", writeOff="0.02")
    accounts = {"discountAccount": {"code": "Shipping Charges"}}
    made = shown_and_kept(desk, paid("RECEIVE", "1077.98", one, **accounts))
    assert entries(made) == {
        "Bank": "1077.98", "Shipping Charges": "22.00", "Write Off": "0.02", "Debtors": "-1100.00",
    }  # fmt: skip
    assert desk.outstanding(invoice) == "0.00"
    desk.cancelled(made)
    assert desk.outstanding(invoice) == "1100.00"
    kept = part(invoice, "1100.05", writeOff="-0.05")
    made = shown_and_kept(desk, paid("RECEIVE", "1100.05", kept))
    assert entries(made) == {"Bank": "1100.05", "Write Off": "-0.05", "Debtors": "-1100.00"}
    assert is_clean(desk)


def test_a_supplier_gives_a_discount(desk: Desk) -> None:
    bill = owed(desk, "100")
    made = shown_and_kept(desk, paid("PAY", "98", part(bill, "98", discount="2")))
    assert entries(made) == {"Creditors": "100.00", "Bank": "-98.00", "Sales": "-2.00"}
    assert desk.outstanding(bill) == "0.00"
    wrong = paid("PAY", "98", part(bill, "0", discount="-1"))
    assert refusals(desk, wrong) == [("INVALID_VALUE", "allocations.0.discount")]
    assert is_clean(desk)


def test_a_payment_nets_invoices_and_credit_notes(desk: Desk) -> None:
    invoice, other = invoiced(desk, "100"), invoiced(desk, "50")
    note = desk.post(credit("SALES", "OVERCHARGE", "2026-01-15", {
        "account": {"code": "Sales"}, "amount": "20"}))  # fmt: skip
    parts = (part(invoice, "100"), part(other, "30"), part(note, "20"))
    made = shown_and_kept(desk, paid("RECEIVE", "110", *parts))
    assert entries(made) == {"Bank": "110.00", "Debtors": "-110.00"}
    assert (desk.outstanding(invoice), desk.outstanding(other)) == ("0.00", "20.00")
    assert unapplied(desk, note) == "0.00"
    more = paid("RECEIVE", "10", part(other, "20"))
    assert refusals(desk, more) == [("OVER_ALLOCATED", "allocations")]
    assert is_clean(desk)


def test_a_credit_is_paid_back(desk: Desk) -> None:
    note = desk.post(credit("SALES", "OVERCHARGE", "2026-01-15", {
        "account": {"code": "Sales"}, "amount": "20"}))  # fmt: skip
    back = paid("PAY", "20", part(note, "20"), party={"code": "UTAH"})
    assert entries(shown_and_kept(desk, back)) == {"Debtors": "20.00", "Bank": "-20.00"}
    assert unapplied(desk, note) == "0.00"
    assert is_clean(desk)


def test_rates_differ_between_money_in_advance_and_its_invoice(desk: Desk) -> None:
    advance = desk.post(paid("RECEIVE", "100", currency="EUR", exchangeRate="1.1"))
    invoice = invoiced(desk, "100", currency="EUR", exchangeRate="1.2")
    parts = (part(invoice, "100"), part(advance, "100"))
    made = shown_and_kept(desk, applied(*parts, currency="EUR"))  # no rate of its own
    assert entries(made) == {"Debtors": "-10.00", "Exchange Gain/Loss": "10.00"}
    assert "Debtors" not in desk.balances()
    other = applied(*parts)
    assert ("INVALID_VALUE", "allocations.0.invoice") in refusals(desk, other)
    assert is_clean(desk)


OPEN = """
query($company: CompanyRef!, $asOf: Date, $party: PartyRef, $overdue: Boolean! = false) {
  openItems(company: $company, asOf: $asOf, party: $party, overdue: $overdue) {
    nodes { document { number } party { code } account { code } dueDate amount outstandingAmount
            balance ageInDays overdueDays }
  }
}
"""


DUE = """
query($late: ID!, $bought: ID!) { late: document(id: $late) { ...Due }
                                  bought: document(id: $bought) { ...Due } }
fragment Due on Document { ... on SalesInvoice { dueDate } ... on PurchaseInvoice { dueDate } }
"""


def open_items(desk: Desk, **more: Any) -> dict[str, tuple[str, str, int, int]]:
    """What is open, by number: opened and outstanding, age and days overdue."""
    nodes = desk.ask(OPEN, **more)["openItems"]["nodes"]
    return {
        one["document"]["number"]: (
            one["amount"], one["outstandingAmount"], one["ageInDays"], one["overdueDays"]
        )
        for one in nodes
    }  # fmt: skip


def test_open_items_add_up_to_their_control_accounts(desk: Desk) -> None:
    late = invoiced(desk, "100", dueDate="2026-01-31")
    gone = invoiced(desk, "70")
    bought = owed(desk, "40")
    assert desk.ask(DUE, late=late["id"], bought=bought["id"]) == {
        "late": {"dueDate": "2026-01-31"}, "bought": {"dueDate": "2026-01-10"},
    }  # fmt: skip
    desk.post(paid("RECEIVE", "90", part(late, "60")))
    desk.cancelled(gone)
    assert open_items(desk, asOf="2026-02-10") == {
        "PI-2026-00001": ("-40.00", "-40.00", 31, 31),
        "PAY-2026-00001": ("-30.00", "-30.00", 21, 21),
        "SI-2026-00001": ("100.00", "40.00", 31, 10),
    }
    assert open_items(desk, asOf="2026-01-15", party={"code": "UTAH"}) == {
        "SI-2026-00001": ("100.00", "100.00", 5, 0),
    }
    assert set(open_items(desk, asOf="2026-01-25", overdue=True)) == {
        "PI-2026-00001", "PAY-2026-00001",
    }  # fmt: skip
    assert {k: v for k, v in desk.balances().items() if k in {"Debtors", "Creditors"}} == {
        "Debtors": "10.00", "Creditors": "-40.00",
    }  # fmt: skip
    line = {"item": {"sku": "SV0001"}, "quantity": "1", "rate": "1"}
    assert refusals(desk, sale("2026-01-10", line, dueDate="2026-01-09")) == [
        ("INVALID_VALUE", "dueDate")
    ]
    assert is_clean(desk)


def test_what_the_bank_moved_stands_for_the_exchange_rate(desk: Desk) -> None:
    """Three invoices of 33.33 EUR at 1.1, 36.66 each; the bank got 121.00 for 100 EUR."""
    invoices = [invoiced(desk, "33.33", currency="EUR", exchangeRate="1.1") for _ in range(3)]
    parts = [part(one, "33.33") for one in invoices]
    euros = {"currency": "EUR", "bankAmount": "121"}
    made = shown_and_kept(desk, paid("RECEIVE", "100", *parts, **euros))
    assert entries(made) == {
        "Bank": "121.00", "Debtors": "-109.99", "Exchange Gain/Loss": "-11.01",
    }  # fmt: skip
    query = "query($id: ID!) { document(id: $id) { exchangeRate } }"
    assert desk.ask(query, id=made["id"])["document"]["exchangeRate"] == "1.21"
    assert open_items(desk, asOf="2026-01-20") == {"PAY-2026-00001": ("-0.01", "-0.01", 0, 0)}
    all_of_it = paid("RECEIVE", "3", currency="EUR", bankAmount="10.01")
    assert entries(desk.post(all_of_it)) == {"Bank": "10.01", "Debtors": "-10.01"}
    for wrong in (
        {"currency": "EUR", "exchangeRate": "1.2", "bankAmount": "120"},
        {"bankAmount": "100"},
        {"currency": "EUR", "bankAmount": "0"},
        {"currency": "EUR", "bankAmount": "1.001"},
    ):
        assert refusals(desk, paid("RECEIVE", "100", **wrong)) == [("INVALID_VALUE", "bankAmount")]
    assert is_clean(desk)


def test_a_rate_of_one_is_a_rate_too(desk: Desk) -> None:
    at_par = receipt("2026-01-10", goods("1", "200"), currency="EUR", exchangeRate="1")
    received = desk.post(at_par)
    assert received["grandTotal"] == "200.00"
    back = {"lines": [{"line": {"id": received["lines"][0]["id"]}, "quantity": "1"}]}
    back |= {"postingDate": "2026-01-11", "currency": "EUR"}
    assert desk.post(("PurchaseReturn", back))["grandTotal"] == "200.00"
    line = {"item": {"sku": "RM0001"}, "warehouse": {"code": "Stores"}, "quantity": "1"}
    loose = {"postingDate": "2026-01-11", "currency": "EUR", "supplier": {"code": "ARCU"},
             "lines": [{**line, "rate": "9"}]}  # fmt: skip
    assert ("REQUIRED", "exchangeRate") in refusals(desk, ("PurchaseReturn", loose))
    (error,) = desk.refused(paid("RECEIVE", "9", part(received, "9")))
    assert error["message"] == f"There is no open item “{received['id']}” in this company."


def test_credits_of_a_bill_in_another_currency_have_its_rate(desk: Desk) -> None:
    sold = invoiced(desk, "100", currency="EUR", exchangeRate="1.1")
    line = {"invoiceLine": {"id": sold["lines"][0]["id"]}, "amount": "10"}
    head = {"side": "SALES", "creditKind": "OVERCHARGE", "party": {"code": "UTAH"}}
    made = desk.post(("CreditNote", {**head, "postingDate": "2026-01-20", "lines": [line],
                                     "currency": "EUR"}))  # fmt: skip
    assert entries(made) == {"Sales": "11.00", "Debtors": "-11.00"}


ALLOCATIONS = """
query($id: ID!) { document(id: $id) {
  given
  ... on Payment { unappliedAmount allocations { amount itemAmount account { code } } }
  settles { amount currency balance }
} }
"""


def test_one_payment_settles_items_of_several_currencies(desk: Desk) -> None:
    """100 EUR at 1.1 are 110; 98 of them are paid by 120 USD, 2 are a discount; and 50 USD."""
    abroad = invoiced(desk, "100", currency="EUR", exchangeRate="1.1")
    here = invoiced(desk, "50")
    parts = (part(abroad, "120", itemAmount="98", discount="2"), part(here, "50"))
    made = shown_and_kept(desk, paid("RECEIVE", "175", *parts))
    assert entries(made) == {
        "Bank": "175.00", "Sales": "2.20", "Debtors": "-165.00", "Exchange Gain/Loss": "-12.20",
    }  # fmt: skip
    shown = desk.ask(ALLOCATIONS, id=made["id"])["document"]
    assert shown["unappliedAmount"] == "5.00"
    assert [
        (one["amount"], one["itemAmount"], one["account"] and one["account"]["code"])
        for one in shown["allocations"]
    ] == [("120.00", "98.00", None), ("0.00", "2.00", "Sales"), ("50.00", None, None)]
    assert [(one["amount"], one["currency"], one["balance"]) for one in shown["settles"]] == [
        ("-100.00", "EUR", "-110.00"), ("-50.00", "USD", "-50.00"),
    ]  # fmt: skip
    assert shown["given"]["payment"]["allocations"][0]["itemAmount"] == "98"
    assert (desk.outstanding(abroad), desk.outstanding(here)) == ("0.00", "0.00")
    assert is_clean(desk)
    desk.cancelled(made)
    assert (desk.outstanding(abroad), desk.outstanding(here)) == ("100.00", "50.00")

    # Paid in euros: what the dollars of the other are, in euros.
    euros = {"currency": "EUR", "exchangeRate": "1.2"}
    parts = (part(abroad, "100"), part(here, "40", itemAmount="50"))
    made = shown_and_kept(desk, paid("RECEIVE", "140", *parts, **euros))
    assert entries(made) == {
        "Bank": "168.00", "Debtors": "-160.00", "Exchange Gain/Loss": "-8.00",
    }  # fmt: skip
    assert is_clean(desk)
    desk.cancelled(made)
    assert is_clean(desk)


def test_what_is_owed_in_several_currencies_is_set_against_each_other(desk: Desk) -> None:
    advance = desk.post(paid("RECEIVE", "120"))
    abroad = invoiced(desk, "100", currency="EUR", exchangeRate="1.1")
    parts = (part(abroad, "120", itemAmount="100"), part(advance, "120"))
    made = shown_and_kept(desk, applied(*parts))
    assert entries(made) == {"Debtors": "10.00", "Exchange Gain/Loss": "-10.00"}
    assert made["grandTotal"] == "120.00"
    assert (desk.outstanding(abroad), unapplied(desk, advance)) == ("0.00", "0.00")
    assert is_clean(desk)


def test_what_is_settled_of_another_currency_has_to_be_said_and_to_be_there(desk: Desk) -> None:
    abroad = invoiced(desk, "100", currency="EUR", exchangeRate="1.1")
    here = invoiced(desk, "50")
    for given, code, path in (
        (part(abroad, "90"), "INVALID_VALUE", "invoice"),
        (part(abroad, "120", itemAmount="100.01"), "OVER_ALLOCATED", "itemAmount"),
        (part(abroad, "120", itemAmount="0"), "INVALID_VALUE", "itemAmount"),
        (part(abroad, "120", itemAmount="9.999"), "INVALID_VALUE", "itemAmount"),
        (part(abroad, "0", itemAmount="90", discount="10"), "INVALID_VALUE", "amount"),
        (part(here, "50", itemAmount="49"), "INVALID_VALUE", "itemAmount"),
    ):
        assert refusals(desk, paid("RECEIVE", "120", given)) == [(code, f"allocations.0.{path}")]
    assert entries(desk.post(paid("RECEIVE", "50", part(here, "50", itemAmount="50.00")))) == {
        "Bank": "50.00", "Debtors": "-50.00",
    }  # fmt: skip
    away = part(abroad, "0", itemAmount="0", discount="10")
    assert entries(desk.post(paid("RECEIVE", "1", away))) == {
        "Bank": "1.00", "Sales": "11.00", "Debtors": "-12.00",
    }  # fmt: skip
    assert is_clean(desk)


def test_a_bill_of_less_than_nothing_adds_up(desk: Desk) -> None:
    rebate = {"charges": [{"account": {"code": "Shipping Charges"}, "amount": "-8.05"}]}
    sold = invoiced(desk, "7", currency="EUR", exchangeRate="1.1", **rebate)
    assert entries(sold)["Debtors"] == "-1.16"
    assert is_clean(desk)


def test_what_a_journal_posts_to_parties_is_settled_like_an_invoice(desk: Desk) -> None:
    desk.make("createParty", "party", company=desk.company, code="NORTH",
              roles=["CUSTOMER", "SUPPLIER"])  # fmt: skip
    opening = desk.post(("JournalEntry", {"postingDate": "2026-01-01", "currency": "EUR",
        "exchangeRate": "1.1", "lines": [
            {"account": {"code": "Debtors"}, "party": {"code": "UTAH"}, "debit": "33.33"},
            {"account": {"code": "Debtors"}, "party": {"code": "UTAH"}, "debit": "66.66"},
            {"account": {"code": "Debtors"}, "party": {"code": "NORTH"}, "debit": "5"},
            {"account": {"code": "Creditors"}, "party": {"code": "NORTH"}, "credit": "40"},
            {"account": {"code": "Bank"}, "credit": "64.99"},
        ]}))  # fmt: skip
    euros = {"currency": "EUR", "exchangeRate": "1.2"}
    some = shown_and_kept(desk, paid("RECEIVE", "90", part(opening, "90"), **euros))
    assert entries(some) == {"Bank": "108.00", "Debtors": "-99.00", "Exchange Gain/Loss": "-9.00"}
    assert refusals(desk, paid("RECEIVE", "10", part(opening, "10"), **euros)) == [
        ("OVER_ALLOCATED", "allocations.0.amount")
    ]
    rest = desk.post(paid("RECEIVE", "9.99", part(opening, "9.99"), **euros))
    assert entries(rest) == {"Bank": "11.99", "Debtors": "-10.99", "Exchange Gain/Loss": "-1.00"}
    both = applied(part(opening, "5"), part(opening, "5"), party="NORTH", currency="EUR")
    assert entries(desk.post(both)) == {"Creditors": "5.50", "Debtors": "-5.50"}
    assert list(open_items(desk, asOf="2026-02-10").values()) == [("-40.00", "-35.00", 40, 40)]
    assert refusals(desk, cancelling(opening)) == [("HAS_DEPENDENTS", "document")]
    assert is_clean(desk)
