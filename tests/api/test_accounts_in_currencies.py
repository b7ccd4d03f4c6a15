"""Accounts that are kept in another currency: a bank's euros in a company's books in dollars."""

from typing import Any

import pytest

from tests.api.desk import Desk, Paper, cancelling, is_clean, refusals, shown_and_kept
from tests.api.test_payments import invoiced, owed, paid, part

EUR = {"currency": "EUR", "exchangeRate": "1.1"}
EURO_BANK = {"account": {"code": "1201"}}
POUND_BANK = {"account": {"code": "1202"}}

KEPT = """
query($company: CompanyRef!, $asOf: Date, $id: ID!) {
  currencyBalances(company: $company, asOf: $asOf, includeZero: true) {
    rows { account { code } currency balance bookedAmount }
  }
  trialBalance(company: $company, asOf: $asOf, includeZero: true) {
    rows { account { code } closingDebit closingCredit }
  }
  generalLedger(company: $company, account: {code: "1201"}, asOf: $asOf, first: 50) {
    nodes { currency currencyAmount currencyBalance balance }
  }
  document(id: $id) {
    lines { account { code } currencyAmount }
    journalLines { account { code } currency currencyAmount }
    causedJournalLines { account { code } currency currencyAmount }
  }
}
"""


@pytest.fixture(autouse=True)
def _banks(desk: Desk) -> None:
    """1201 is kept in euros, 1202 in pounds."""
    for code, currency in (("1201", "EUR"), ("1202", "GBP")):
        desk.make("createAccount", "account", company=desk.company, code=code, name=currency,
                  type="BANK", currency=currency)  # fmt: skip


def journal(*lines: tuple[str, str, str | None], day: str = "2026-01-20", **more: Any) -> Paper:
    """Lines of account, signed amount and amount in the account's currency."""
    given = [
        {"account": {"code": account}, "debit" if amount[0] != "-" else "credit": amount.strip("-"),
         "currencyAmount": kept}
        for account, amount, kept in lines
    ]  # fmt: skip
    return "JournalEntry", {"postingDate": day, "lines": given, **more}


def kept(desk: Desk, document: Any, day: str | None = None) -> dict[str, tuple[str, str]]:
    """What both accounts have, in theirs and in company currency; every report agrees."""
    found = desk.ask(KEPT, asOf=day, id=document["id"])
    signed = {
        row["account"]["code"]: (
            row["closingDebit"] if row["closingCredit"] == "0.00" else f"-{row['closingCredit']}"
        )
        for row in found["trialBalance"]["rows"]
    }
    rows = found["currencyBalances"]["rows"]
    assert [row["currency"] for row in rows] == ["EUR", "GBP"]
    balances = {row["account"]["code"]: (row["balance"], row["bookedAmount"]) for row in rows}
    for code, (_, booked) in balances.items():
        assert booked == signed.get(code, "0.00")
    lines = found["generalLedger"]["nodes"]
    if lines:
        last = lines[-1]
        assert last["currency"] == "EUR"
        assert (last["currencyBalance"], last["balance"]) == balances["1201"]
    return balances


def moved(desk: Desk, document: Any) -> list[tuple[str, str]]:
    """What a document moves on accounts that are kept in another currency."""
    found = desk.ask(KEPT, id=document["id"])["document"]
    assert found["journalLines"] == found["causedJournalLines"]
    return [
        (line["account"]["code"], f"{line['currency']} {line['currencyAmount']}")
        for line in found["journalLines"]
        if line["currency"] is not None
    ]


def test_payments_move_what_the_bank_says(desk: Desk) -> None:
    """100 EUR at 1.1 are paid at 1.2: the bank has 100 EUR, worth 120."""
    sold = invoiced(desk, "100", **EUR)
    at = {"currency": "EUR", "exchangeRate": "1.2"}
    first = shown_and_kept(desk, paid("RECEIVE", "100", part(sold, "100"), **EURO_BANK, **at))
    assert moved(desk, first) == [("1201", "EUR 100.00")]
    assert kept(desk, first) == {"1201": ("100.00", "120.00"), "1202": ("0.00", "0.00")}
    stated = {"currency": "EUR", "bankAmount": "55"}
    desk.post(paid("RECEIVE", "50", **EURO_BANK, **stated))
    assert kept(desk, first)["1201"] == ("150.00", "175.00")

    # A bill in dollars is paid in euros, and one in euros in pounds.
    bill = owed(desk, "60")
    paid_in_euros = paid("PAY", "60", part(bill, "60"), **EURO_BANK, accountAmount="50")
    second = shown_and_kept(desk, paid_in_euros)
    assert moved(desk, second) == [("1201", "EUR -50.00")]
    third = desk.post(paid("PAY", "10", **POUND_BANK, **EUR, accountAmount="8.5"))
    assert moved(desk, third) == [("1202", "GBP -8.50")]
    assert kept(desk, first) == {"1201": ("100.00", "115.00"), "1202": ("-8.50", "-11.00")}
    assert is_clean(desk)
    for one in (second, third):
        desk.cancelled(one)
    assert kept(desk, first) == {"1201": ("150.00", "175.00"), "1202": ("0.00", "0.00")}
    assert is_clean(desk)


def test_journals_say_both_amounts(desk: Desk) -> None:
    """Money is exchanged; a fee is in euros; what the account is worth changes alone."""
    bought = shown_and_kept(desk, journal(("1201", "110", "100"), ("Bank", "-110", None)))
    assert moved(desk, bought) == [("1201", "EUR 100.00")]
    lines = desk.ask(KEPT, id=bought["id"])["document"]["lines"]
    assert [line["currencyAmount"] for line in lines] == ["100.00", None]
    fee = journal(("Write Off", "2", None), ("1201", "-2", None), **EUR)
    assert moved(desk, desk.post(fee)) == [("1201", "EUR -2.00")]
    desk.post(journal(("1201", "4.20", "0"), ("Exchange Gain/Loss", "-4.20", None)))
    assert kept(desk, bought)["1201"] == ("98.00", "112.00")
    # Taken over: euros that the books did not know of, worth what the account has.
    taken = desk.post(journal(("1202", "7", "5"), ("1202", "-7", "0")))
    assert moved(desk, taken) == [("1202", "GBP 5.00")]
    assert kept(desk, taken)["1202"] == ("5.00", "0.00")
    desk.cancelled(taken)
    assert kept(desk, taken)["1202"] == ("0.00", "0.00")
    assert is_clean(desk)


def test_a_revaluation_brings_balances_to_the_closing_rate_for_good(desk: Desk) -> None:
    """100 EUR booked at 110 are worth 120, and stay so; at 90 later they lose 30."""
    bought = desk.post(journal(("1201", "110", "100"), ("Bank", "-110", None)))
    desk.post(journal(("1202", "9", "8"), ("Bank", "-9", None), day="2026-05-01"))
    rates = [{"currency": "EUR", "rate": "1.2"}]
    made = shown_and_kept(
        desk, ("ExchangeRevaluation", {"postingDate": "2026-03-31", "rates": rates})
    )
    query = """query($id: ID!) { document(id: $id) { ... on ExchangeRevaluation {
        grandTotal positions { amount }
        balances { account { code } currency amount rate bookedAmount revaluedAmount difference }
    } } }"""
    shown = desk.ask(query, id=made["id"])["document"]
    assert (shown["grandTotal"], shown["positions"]) == ("10.00", [])
    assert [tuple(one.values())[1:] for one in shown["balances"]] == [
        ("EUR", "100.00", "1.2", "110.00", "120.00", "10.00")
    ]
    for day, booked in (("2026-03-30", "110.00"), ("2026-03-31", "120.00"), (None, "120.00")):
        assert kept(desk, made, day)["1201"] == ("100.00", booked)
    assert refusals(desk, ("ExchangeRevaluation", {"postingDate": "2026-06-30", "rates": rates})) \
        == [("CLOSING_RATE_MISSING", "rates")]  # fmt: skip
    later = [{"currency": "EUR", "rate": "0.9"}, {"currency": "GBP", "rate": "1.125"}]
    lost = desk.post(("ExchangeRevaluation", {"postingDate": "2026-06-30", "rates": later}))
    assert kept(desk, lost) == {"1201": ("100.00", "90.00"), "1202": ("8.00", "9.00")}
    desk.cancelled(lost)
    desk.cancelled(made)
    assert kept(desk, bought) == {"1201": ("100.00", "110.00"), "1202": ("8.00", "9.00")}
    assert is_clean(desk)


@pytest.mark.parametrize(
    ("paper", "expected"),
    [
        (paid("RECEIVE", "10", **EURO_BANK), [("REQUIRED", "accountAmount")]),
        (paid("RECEIVE", "10", **EURO_BANK, accountAmount="0"),
         [("INVALID_VALUE", "accountAmount")]),
        (paid("RECEIVE", "10", **EURO_BANK, accountAmount="9.001"),
         [("INVALID_VALUE", "accountAmount")]),
        (paid("RECEIVE", "10", **EURO_BANK, **EUR, accountAmount="9"),
         [("INVALID_VALUE", "accountAmount")]),
        (paid("RECEIVE", "10", accountAmount="9"), [("INVALID_VALUE", "accountAmount")]),
        (journal(("1201", "10", None), ("Bank", "-10", None)),
         [("REQUIRED", "lines.0.currencyAmount")]),
        (journal(("1201", "10", "-9"), ("Bank", "-10", "10")),
         [("INVALID_VALUE", "lines.0.currencyAmount"),
          ("INVALID_VALUE", "lines.1.currencyAmount")]),
        (("StockEntry", {"postingDate": "2026-01-20", "purpose": "MATERIAL_RECEIPT",
                         "differenceAccount": {"code": "1201"},
                         "lines": [{"item": {"sku": "RM0001"}, "quantity": "1", "rate": "1",
                                    "warehouse": {"code": "Stores"}}]}),
         [("ACCOUNT_IN_CURRENCY", "differenceAccount")]),
    ],
)  # fmt: skip
def test_what_says_nothing_of_the_currency_is_refused(
    desk: Desk, paper: Paper, expected: list[tuple[str, str]]
) -> None:
    assert refusals(desk, paper) == expected


def test_a_currency_is_one_of_iso_4217_and_stays_once_it_is_used(desk: Desk) -> None:
    create = """mutation($company: CompanyRef!) { createAccount(input: {company: $company,
        code: "9", name: "9", type: BANK, currency: "XXQ"}) { errors { code path } } }"""
    update = """mutation($company: CompanyRef!) { updateAccount(input: {company: $company,
        account: {code: "1201"}, currency: "USD"}) { errors { code path } } }"""
    refused = [{"code": "INVALID_VALUE", "path": ["currency"]}]
    assert desk.ask(create)["createAccount"]["errors"] == refused
    desk.post(journal(("1201", "11", "10"), ("Bank", "-11", None)))
    assert desk.ask(update)["updateAccount"]["errors"] == [{"code": "IN_USE", "path": ["currency"]}]


def test_a_default_account_in_another_currency_is_refused_where_it_posts(desk: Desk) -> None:
    """The bank may be one, and what else posts to it says so."""
    desk.make("updateCompany", "company", company=desk.company,
              defaults={"bank": {"code": "1201"}})  # fmt: skip
    assert refusals(desk, paid("RECEIVE", "10")) == [("REQUIRED", "accountAmount")]
    made = desk.post(paid("RECEIVE", "10", **EUR))
    assert kept(desk, made)["1201"] == ("10.00", "11.00")
    assert refusals(desk, cancelling({"id": "0197aaaa-aaaa-7aaa-8aaa-aaaaaaaaaaaa"})) == [
        ("NOT_FOUND", "document")
    ]
