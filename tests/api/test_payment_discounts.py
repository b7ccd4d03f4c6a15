"""Discounts for early payment that lower taxes, from the bill to the tax report."""

from typing import Any

import pytest

from tests.api.desk import bill, cancelling, entries, sale, shown_and_kept
from tests.api.house import House, note, of_bill
from tests.api.test_amending import amend, given
from tests.api.test_batches import batch, named
from tests.api.test_drafts import submit
from tests.api.test_payments import applied, paid, part
from tests.api.test_tax_report import service, taxes

TAXES = "{ allocations { amount itemAmount taxes { tax { code } base amount } } }"
SHOWN = f"query($id: ID!) {{ document(id: $id) {{ given ... on Payment {TAXES} }} }}"
AT_ONCE = f"""mutation($input: SubmitPaymentInput!) {{
  previewPayment(input: $input) {{ payment {TAXES} }}
  submitPayment(input: $input) {{ payment {TAXES} }} }}"""
FEBRUARY = ("2026-02-01", "2026-02-28")


@pytest.fixture
def house(server: str) -> House:
    return House(server, scheme="PERPETUAL")


def lowered(shown: Any) -> list[list[tuple[str, str, str]]]:
    """The taxes of each line of a payment."""
    return [
        [(tax["tax"]["code"], tax["base"], tax["amount"]) for tax in one["taxes"]]
        for one in shown["allocations"]
    ]


def test_discounts_in_parts_lower_what_credits_have_left(house: House) -> None:
    """1,000 and its tax of 100 are left; 11 are 10 and 1, 22 are 20 and 2."""
    house.settings(adjustForPaymentDiscount=True)
    sold = house.post(sale("2026-01-10", service("1000", "VAT10"), service("500")))
    house.post(note("SALES", "RETURN", "2026-01-15", of_bill(sold, 1, amount="500")))
    january = taxes(house, "2026-01-01", "2026-01-31")
    when = {"postingDate": "2026-02-01"}
    first = shown_and_kept(house, paid("RECEIVE", "539", part(sold, "539", discount="11"), **when))
    assert entries(first) == {"Bank": "539.00", "Sales": "10.00", "VAT": "1.00",
                              "Debtors": "-550.00"}  # fmt: skip
    before = taxes(house, *FEBRUARY)
    assert before["rows"] == {("VAT10", "OUTPUT"): ("-10.00", "-1.00", 1)}
    assert [one["document"]["number"] for one in before["entries"]] == [first["number"]]
    for _ in range(2):  # what is cancelled does not count
        rest = paid("RECEIVE", "528", part(sold, "528", discount="22"), **when)
        last = shown_and_kept(house, rest)
        assert entries(last) == {"Bank": "528.00", "Sales": "20.00", "VAT": "2.00",
                                 "Debtors": "-550.00"}  # fmt: skip
        assert taxes(house, *FEBRUARY)["rows"] == {("VAT10", "OUTPUT"): ("-30.00", "-3.00", 2)}
        assert house.check() == []
        house.cancelled(last)
        assert taxes(house, *FEBRUARY) == before
    assert taxes(house, "2026-01-01", "2026-01-31") == january
    assert house.check() == []


def test_a_bill_in_another_currency_as_its_line_says(house: House) -> None:
    """110 EUR at 1.1: of 2.20 EUR, 0.20 are tax, 0.22 USD; 130 USD pay the rest."""
    bought = house.post(bill("2026-01-10", service("100", "VAT10"), currency="EUR",
                             exchangeRate="1.1"))  # fmt: skip
    one = part(bought, "130", itemAmount="107.80", discount="2.20", adjustTaxes=True)
    kind_and_input = paid("PAY", "130", one, postingDate="2026-02-01")
    asked = {**kind_and_input[1], "company": house.company,
             "id": "01900000-0000-7000-8000-0000000d0084"}  # fmt: skip
    found = house.ask(AT_ONCE, input=asked)
    shown = house.ask(SHOWN, id=asked["id"])["document"]
    assert shown.pop("given")["payment"]["allocations"][0]["adjustTaxes"] is True
    assert found["previewPayment"]["payment"] == found["submitPayment"]["payment"] == shown
    assert lowered(shown) == [[], [("VAT10", "2.00", "0.20")]]
    made = house.hand_in(("Payment", asked))["document"]
    assert entries(made) == {
        "Creditors": "121.00", "Bank": "-130.00", "Sales": "-2.20", "VAT": "-0.22",
        "Exchange Gain/Loss": "11.42",
    }  # fmt: skip
    assert taxes(house, *FEBRUARY)["rows"] == {("VAT10", "INPUT"): ("-2.20", "-0.22", 1)}
    assert house.check() == []
    house.cancelled(made)
    assert taxes(house, *FEBRUARY)["rows"] == {}
    plain = paid("PAY", "107.80", part(bought, "107.80", discount="2.20"), currency="EUR",
                 exchangeRate="1.1", postingDate="2026-02-01")  # fmt: skip
    assert entries(house.post(plain)) == {"Creditors": "121.00", "Bank": "-118.58",
                                          "Sales": "-2.42"}  # fmt: skip


def test_a_payment_reversed_later_is_in_the_taxes_of_either_period(house: House) -> None:
    """Paid in January with 22 off, of which 2 are tax; the cheque bounces in February."""
    house.settings(adjustForPaymentDiscount=True)
    sold = house.post(sale("2026-01-10", service("1000", "VAT10")))
    made = house.post(paid("RECEIVE", "1078", part(sold, "1078", discount="22")))
    january = taxes(house, "2026-01-01", "2026-01-31")
    assert january["rows"] == {("VAT10", "OUTPUT"): ("980.00", "98.00", 2)}
    bounced = house.post(cancelling(made, reverseOn="2026-02-05"))
    assert taxes(house, "2026-01-01", "2026-01-31") == january
    february = taxes(house, *FEBRUARY)
    assert february["rows"] == {("VAT10", "OUTPUT"): ("20.00", "2.00", 1)}
    assert [one["document"]["number"] for one in february["entries"]] == [bounced["number"]]
    assert taxes(house)["rows"] == {("VAT10", "OUTPUT"): ("1000.00", "100.00", 3)}
    assert house.check() == []


def test_a_credit_taken_with_a_discount_gives_its_tax_back(house: House) -> None:
    house.settings(adjustForPaymentDiscount=True)
    sold = house.post(sale("2026-01-10", service("1000", "VAT10")))
    credit = house.post(note("SALES", "OVERCHARGE", "2026-01-15", {
        "account": {"code": "Sales"}, "amount": "100", "taxes": [{"code": "VAT10"}]}))  # fmt: skip
    parts = part(sold, "100", discount="11"), part(credit, "100", discount="5.50")
    made = shown_and_kept(house, applied(*parts, postingDate="2026-02-01"))
    assert entries(made) == {"Sales": "5.00", "VAT": "0.50", "Debtors": "-5.50"}
    assert taxes(house, *FEBRUARY)["rows"] == {("VAT10", "OUTPUT"): ("-5.00", "-0.50", 1)}
    assert house.check() == []


def test_bill_and_payment_of_a_batch_and_the_payment_entered_again(house: House) -> None:
    """Of a bill of 110 that is paid in the same batch, 2.20 are 2.00 and 0.20."""
    sold = named(sale("2026-02-01", service("100", "VAT10")))
    one = part(sold[1], "107.80", discount="2.20", adjustTaxes=True)
    posted = batch(house, [sold, paid("RECEIVE", "107.80", one, postingDate="2026-02-02")])
    made = posted[1]["document"]
    figures = {"Bank": "107.80", "Sales": "2.00", "VAT": "0.20", "Debtors": "-110.00"}
    assert entries(made) == figures
    house.cancelled(made)
    again = submit(house, amend(house, made)["draft"])["document"]
    assert entries(given(house, again, "journalLines { account { code } debit credit }")) == figures
    assert taxes(house, *FEBRUARY)["rows"] == {("VAT10", "OUTPUT"): ("98.00", "9.80", 2)}
