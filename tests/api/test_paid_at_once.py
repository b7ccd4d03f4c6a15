"""Counter sales: bills paid as they are posted, money given back with goods and credits."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from api.documents.reading.paid_at_once import parts_of
from domain.documents.purchase_invoice import PAID_FROM
from tests.api.correcting import given_back
from tests.api.desk import (
    Desk,
    bill,
    cancelling,
    entries,
    goods,
    is_clean,
    payment,
    refusals,
    sale,
    shown_and_kept,
)
from tests.api.house import House
from tests.api.test_batches import batch, codes, named
from tests.api.test_credit_notes import credit

CASH, BANK = {"code": "Cash"}, {"code": "Bank"}
SHOWN = """query($id: ID!) { document(id: $id) {
  ... on SalesInvoice { outstandingAmount paidInto { code } payments { account { code } amount }
                        writtenOff }
  ... on PurchaseInvoice { outstandingAmount paidFrom { code }
                           payments { account { code } amount } writtenOff }
  ... on SalesReturn { refunds { account { code } amount } }
  ... on CreditNote { unappliedAmount refunds { account { code } amount } }
} }"""
LEDGER = """query($company: CompanyRef!, $party: PartyRef!) {
  generalLedger(company: $company, party: $party) { nodes { debit credit } }
  openItems(company: $company, party: $party) { nodes { document { id } amount outstandingAmount } }
}"""


def shown(desk: Desk, document: Any) -> Any:
    """What it says of the money."""
    return desk.ask(SHOWN, id=document["id"])["document"]


def by(account: Any, amount: str) -> dict[str, Any]:
    return {"account": account, "amount": amount}


def sold(desk: Desk, **more: Any) -> Any:
    """Five at 60, delivered by their bill."""
    desk.post(bill("2026-01-05", goods("10", "20"), updateStock=True))
    return shown_and_kept(desk, sale("2026-01-10", goods("5", "60"), updateStock=True, **more))


def test_a_sale_is_paid_by_card_and_in_cash(desk: Desk) -> None:
    before = sold(desk)
    paid = sold(desk, payments=[by(BANK, "199.98")], paidInto=CASH, writeOff="0.02")
    money = {"Bank": "199.98", "Cash": "100.00", "Write Off": "0.02"}
    goods_ = {"Cost of Goods Sold": "100.00", "Stores": "-100.00", "Sales": "-300.00"}
    assert entries(before) == goods_ | {"Debtors": "300.00"}
    assert entries(paid) == goods_ | money
    assert shown(desk, paid) == {
        "outstandingAmount": None, "paidInto": CASH, "writtenOff": "0.02",
        "payments": [by(BANK, "199.98"), by(CASH, "100.00")],
    }  # fmt: skip
    statement = desk.ask(LEDGER, party={"code": "UTAH"})
    assert [(one["debit"], one["credit"]) for one in statement["generalLedger"]["nodes"]] == [
        ("300.00", "0.00"), ("300.00", "0.00"), ("0.00", "300.00"),
    ]  # fmt: skip
    assert [one["document"] for one in statement["openItems"]["nodes"]] == [{"id": before["id"]}]
    assert refusals(desk, payment("2026-01-11", "RECEIVE", "1", {paid["id"]: "1"})) == [
        ("OVER_ALLOCATED", "allocations.0.amount")
    ]
    assert is_clean(desk)
    desk.cancelled(paid)
    assert not money.keys() & desk.balances().keys()
    assert is_clean(desk)


def test_what_is_not_paid_at_once_is_paid_later(desk: Desk) -> None:
    paid = sold(desk, payments=[by(CASH, "100")])
    assert shown(desk, paid)["outstandingAmount"] == "200.00"
    (item,) = desk.ask(LEDGER, party={"code": "UTAH"})["openItems"]["nodes"]
    assert (item["amount"], item["outstandingAmount"]) == ("200.00", "200.00")
    back = shown_and_kept(desk, given_back("SalesReturn", "2026-01-12", paid, "1"))
    assert desk.outstanding(paid) == "140.00"
    kind, all_of_it = given_back("SalesReturn", "2026-01-13", paid, "4")
    assert refusals(desk, (kind, {**all_of_it, "refunds": [by(CASH, "100.01")]})) == [
        ("OVER_ALLOCATED", "refunds")
    ]
    rest = shown_and_kept(desk, (kind, {**all_of_it, "refundAccount": CASH}))
    assert entries(rest)["Cash"] == "-100.00"
    assert shown(desk, rest)["refunds"] == [by(CASH, "100.00")]
    assert desk.outstanding(paid) == "0.00"
    assert "Debtors" not in desk.balances()
    assert is_clean(desk)
    assert refusals(desk, cancelling(paid)) == [("HAS_DEPENDENTS", "document")]
    for document in (rest, back, paid):
        desk.cancelled(document)
    assert not {"Cash", "Debtors", "Sales"} & desk.balances().keys()
    assert is_clean(desk)


def test_goods_of_a_paid_sale_come_back_for_money_or_on_account(desk: Desk) -> None:
    paid = sold(desk, paidInto=CASH)
    kind, given = given_back("SalesReturn", "2026-01-12", paid, "2")
    back = shown_and_kept(desk, (kind, {**given, "refunds": [by(CASH, "50")]}))
    assert entries(back) == {
        "Stores": "40.00", "Cost of Goods Sold": "-40.00",
        "Sales": "120.00", "Cash": "-50.00", "Debtors": "-70.00",
    }  # fmt: skip
    refund = payment("2026-01-14", "PAY", "70", {back["id"]: "70"}, party={"code": "UTAH"})
    desk.post(refund)
    assert "Debtors" not in desk.balances()
    assert refusals(desk, cancelling(back)) == [("HAS_DEPENDENTS", "document")]
    assert is_clean(desk)


def test_a_credit_gives_back_what_its_invoice_does_not_take(desk: Desk) -> None:
    service = {"item": {"sku": "SV0001"}, "quantity": "1", "rate": "100"}
    sold_ = desk.post(sale("2026-01-10", service, payments=[by(CASH, "80")]))
    line = {"invoiceLine": {"id": sold_["lines"][0]["id"]}, "rate": "30"}
    note = shown_and_kept(
        desk, credit("SALES", "OVERCHARGE", "2026-01-12", line, refundAccount=CASH)
    )
    assert entries(note) == {"Sales": "30.00", "Debtors": "-20.00", "Cash": "-10.00"}
    assert shown(desk, note) == {"unappliedAmount": None, "refunds": [by(CASH, "10.00")]}
    owed = desk.post(sale("2026-01-10", service))
    line = {"invoiceLine": {"id": owed["lines"][0]["id"]}, "rate": "30"}
    unpaid = credit("SALES", "OVERCHARGE", "2026-01-12", line, refundAccount=CASH)
    assert refusals(desk, unpaid) == [("OVER_ALLOCATED", "refundAccount")]
    assert is_clean(desk)


def test_euros_are_paid_at_the_rate_or_as_the_bank_says(desk: Desk) -> None:
    euros = {"currency": "EUR", "exchangeRate": "1.1"}
    parts = [{**by(BANK, "200"), "bankAmount": "221.5"}, by(CASH, "50")]
    bought = shown_and_kept(
        desk, bill("2026-01-05", goods("10", "30"), updateStock=True, payments=parts, **euros)
    )
    assert entries(bought) == {
        "Stores": "330.00", "Bank": "-221.50", "Cash": "-55.00", "Creditors": "-55.00",
        "Exchange Gain/Loss": "1.50",
    }  # fmt: skip
    assert desk.outstanding(bought) == "50.00"
    kind, given = given_back("PurchaseReturn", "2026-01-06", bought, "10")
    back = shown_and_kept(desk, (kind, {**given, "refundAccount": BANK}))
    assert entries(back) == {"Stores": "-330.00", "Bank": "275.00", "Creditors": "55.00"}
    assert desk.outstanding(bought) == "0.00"
    assert is_clean(desk)


def test_a_day_at_the_counter_is_one_batch(desk: Desk) -> None:
    desk.post(bill("2026-01-05", goods("10", "20"), updateStock=True, paidFrom=BANK))
    tickets = [
        named(sale("2026-01-10", goods("1", "60"), updateStock=True, **given))
        for given in ({"paidInto": CASH}, {"payments": [by(BANK, "60")]}, {})
    ]
    assert codes(batch(desk, tickets)) == [[], [], []]
    assert all(one["replayed"] for one in batch(desk, tickets))
    too_much = sale("2026-01-10", goods("1", "60"), updateStock=True, payments=[by(CASH, "61")])
    assert codes(batch(desk, [named(too_much)])) == [["OVER_ALLOCATED"]]
    assert desk.balances()["Debtors"] == "60.00"
    assert is_clean(desk)


def test_an_earlier_release_kept_the_account_alone() -> None:
    row: Any = SimpleNamespace(
        company_id=uuid4(), currency="USD", grand_total=Decimal("12.5"),
        content={PAID_FROM: str(uuid4())},
    )  # fmt: skip
    (part,) = parts_of(row)
    assert (str(part.account_id), str(part.amount)) == (row.content[PAID_FROM], "12.50")


@pytest.mark.parametrize("scheme", ["CONTINENTAL", "BY_LEVEL", "PERIODIC"])
def test_every_scheme_is_paid_at_once(server: str, scheme: str) -> None:
    house = House(server, scheme=scheme)
    bought = shown_and_kept(
        house, bill("2026-01-05", goods("10", "20", "CHAIR"), updateStock=True, paidFrom=BANK)
    )
    paid = shown_and_kept(
        house, sale("2026-01-10", goods("4", "60", "CHAIR"), updateStock=True, paidInto=CASH)
    )
    kind, given = given_back("SalesReturn", "2026-01-12", paid, "1")
    back = shown_and_kept(house, (kind, {**given, "refundAccount": CASH}))
    assert {one: house.balances().get(one) for one in ("Bank", "Cash", "Debtors", "Creditors")} == {
        "Bank": "-200.00", "Cash": "180.00", "Debtors": None, "Creditors": None,
    }  # fmt: skip
    house.check()
    for document in (back, paid, bought):
        house.cancelled(document)
    assert house.balances() == {}
    house.check()
