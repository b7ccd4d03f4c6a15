"""Payment terms: masters, on bills and parties, among open items; the discount that they grant."""

from datetime import date
from typing import Any

import pytest

from tests.api.clerk import Clerk
from tests.api.desk import bill, cancelling, entries, refusals, sale, shown_and_kept
from tests.api.house import House
from tests.api.test_amending import amend, given
from tests.api.test_drafts import submit
from tests.api.test_payments import paid, part
from tests.api.test_tax_report import service

FIELDS = "{ dueDate discountPercent discountUntil paymentTerm { code } }"
AGREED = f"""query($id: ID!) {{ document(id: $id) {{
  ... on SalesInvoice {FIELDS} ... on PurchaseInvoice {FIELDS} }} }}"""
OPEN = """query($company: CompanyRef!, $asOf: Date) {
  openItems(company: $company, asOf: $asOf, first: 9) {
    nodes { outstandingAmount discountUntil discountAvailable } } }"""
TERMS = {"code": "2/10 N30", "dueDays": 30, "discountDays": 10, "discountPercent": "2"}


@pytest.fixture
def house(server: str) -> House:
    """UTAH has 2 percent within 10 days and 30 days in all; ARCU 15 days from the month's end."""
    made = House(server, scheme="PERPETUAL")
    for terms in (TERMS, {"code": "EOM15", "dueDays": 15, "endOfMonth": True}):
        made.make("createPaymentTerm", "paymentTerm", company=made.company, **terms)
    for party, code in (("UTAH", "2/10 N30"), ("ARCU", "EOM15")):
        made.make("updateParty", "party", company=made.company, party={"code": party},
                  paymentTerm={"code": code})  # fmt: skip
    return made


def agreed(house: House, document: Any) -> tuple[Any, ...]:
    """Due date, discount, its last day, terms."""
    shown = house.ask(AGREED, id=document["id"])["document"]
    terms = shown["paymentTerm"] and shown["paymentTerm"]["code"]
    return shown["dueDate"], shown["discountPercent"], shown["discountUntil"], terms


def waiting(house: House, day: str | None = None) -> list[tuple[Any, ...]]:
    """Open items: outstanding, discount, its last day."""
    nodes = house.ask(OPEN, asOf=day)["openItems"]["nodes"]
    return [(o["outstandingAmount"], o["discountAvailable"], o["discountUntil"]) for o in nodes]


def test_payment_terms_are_masters(server: str) -> None:
    clerk = Clerk(server)
    clerk.open()
    fields = "code name dueDays endOfMonth discountPercent discountDays isActive version"
    made = clerk.made("createPaymentTerm", "paymentTerm", fields, **TERMS)
    assert made == {**TERMS, "name": "2/10 N30", "endOfMonth": False, "isActive": True,
                    "version": 1}  # fmt: skip
    target: dict[str, Any] = {"paymentTerm": {"code": "2/10 N30"}}
    changed = clerk.made("updatePaymentTerm", "paymentTerm", fields, discountPercent="2.50",
                         **target)  # fmt: skip
    assert (changed["discountPercent"], changed["version"]) == ("2.5", 2)
    assert clerk.refused("createPaymentTerm", "paymentTerm", code="2/10 N30") == [
        ("CODE_TAKEN", "code")]  # fmt: skip
    assert clerk.refused("createPaymentTerm", "paymentTerm", code="X", dueDays=3651,
                         discountDays=-1, discountPercent="100.5") == [
        ("INVALID_VALUE", "dueDays"), ("INVALID_VALUE", "discountDays"),
        ("INVALID_VALUE", "discountPercent"),
    ]  # fmt: skip
    assert clerk.listed("paymentTerms") == ["2/10 N30"]
    clerk.made("createParty", "party", code="P", roles=["CUSTOMER"], **target)
    used = clerk.payload("deletePaymentTerm", "paymentTerm", company=clerk.company, **target)
    assert [one["code"] for one in used["errors"]] == ["IN_USE"]
    clerk.made("updateParty", "party", party={"code": "P"}, paymentTerm=None)
    gone = clerk.payload("deletePaymentTerm", "paymentTerm", company=clerk.company, **target)
    assert gone["errors"] == []
    assert clerk.listed("paymentTerms") == []


def test_bills_keep_what_was_agreed(house: House) -> None:
    sold = house.post(sale("2026-01-10", service("100")))
    assert agreed(house, sold) == ("2026-02-09", "2", "2026-01-20", "2/10 N30")
    bought = house.post(bill("2026-01-10", service("100")))
    assert agreed(house, bought) == ("2026-02-15", None, None, "EOM15")
    named = house.post(sale("2026-01-10", service("100"), paymentTerm={"code": "EOM15"}))
    assert agreed(house, named) == ("2026-02-15", None, None, "EOM15")
    on_its_day = house.post(sale("2026-01-10", service("100"), dueDate="2026-01-31"))
    assert agreed(house, on_its_day) == ("2026-01-31", "2", "2026-01-20", "2/10 N30")
    target: dict[str, Any] = {"company": house.company, "paymentTerm": {"code": "2/10 N30"}}
    house.make("updatePaymentTerm", "paymentTerm", dueDays=60, **target)
    assert agreed(house, sold) == ("2026-02-09", "2", "2026-01-20", "2/10 N30")
    put_away = "mutation($input: PaymentTermTargetInput!) { deactivatePaymentTerm(input: $input)"
    house.ask(put_away + " { errors { code } } }", input=target)
    late = sale("2026-01-11", service("100"))
    assert refusals(house, late) == [("INACTIVE", "paymentTerm")]
    assert refusals(house, sale("2026-01-11", service("1"), paymentTerm={"code": "NONE"})) == [
        ("NOT_FOUND", "paymentTerm")]  # fmt: skip
    house.cancelled(named)
    other = submit(house, amend(house, named)["draft"])["document"]
    assert agreed(house, other) == agreed(house, named)
    assert given(house, other)["given"]["salesInvoice"]["paymentTerm"] is not None
    assert house.check() == []


def test_the_discount_is_taken_until_its_last_day(house: House) -> None:
    """Of 1,100 at 2 percent: 490 pay 500, and 588 the 600 that are left."""
    house.settings(adjustForPaymentDiscount=True)
    sold = house.post(sale("2026-01-10", service("1000", "VAT10")))
    assert waiting(house, "2026-01-20") == [("1100.00", "22.00", "2026-01-20")]
    assert waiting(house, "2026-01-21") == [("1100.00", None, "2026-01-20")]
    in_time = {"postingDate": "2026-01-20"}
    first = paid("RECEIVE", "490", part(sold, "490", takeDiscount=True), **in_time)
    assert entries(shown_and_kept(house, first)) == {
        "Bank": "490.00", "Sales": "9.09", "VAT": "0.91", "Debtors": "-500.00",
    }  # fmt: skip
    assert waiting(house, "2026-01-20") == [("600.00", "12.00", "2026-01-20")]
    rest = part(sold, "588", takeDiscount=True)
    for refused, more in (
        (rest, {"postingDate": "2026-01-21"}),
        (part(sold, "588", discount="1", takeDiscount=True), in_time),
        (part(house.post(sale("2026-01-10", service("588"), paymentTerm={"code": "EOM15"})), "588",
              takeDiscount=True), in_time),
    ):  # fmt: skip
        assert refusals(house, paid("RECEIVE", "588", refused, **more)) == [
            ("INVALID_VALUE", "allocations.0.takeDiscount")]  # fmt: skip
    last = house.post(paid("RECEIVE", "588", rest, **in_time))
    assert entries(last) == {"Bank": "588.00", "Sales": "10.91", "VAT": "1.09",
                             "Debtors": "-600.00"}  # fmt: skip
    assert house.outstanding(sold) == "0.00"
    house.post(cancelling(last))
    assert house.outstanding(sold) == "600.00"
    assert house.check() == []


def test_nothing_is_granted_of_what_we_owe_without_terms(house: House) -> None:
    house.post(bill("2026-01-10", service("100")))
    assert waiting(house, "2026-01-10") == [("-100.00", None, None)]
    assert waiting(house, date.max.isoformat()) == [("-100.00", None, None)]
