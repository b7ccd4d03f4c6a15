"""Open items in other currencies at closing rates: what is posted on the day, and taken back."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from domain.accounts import AccountType, Role, Root
from domain.company import CompanySettings, Scheme
from domain.decide import Decision, decide, prepare
from domain.documents.exchange_revaluation import ClosingRate, ExchangeRevaluation
from domain.errors import Refused
from domain.facts import AccountFacts, CompanyFacts, Facts
from domain.links import Link, LinkChange
from domain.open_lines import ForeignItem
from domain.references import Ref
from tests.domain.periodic import company, uid

DAY, NEXT = date(2026, 3, 31), date(2026, 4, 1)


def who(*, without_role: bool = False, **more: Any) -> CompanyFacts:
    """A company with accounts of exchange differences: Exchange by default, Gains besides."""
    plain = company(**{"scheme": Scheme.PERPETUAL, **more})
    made = {
        uid(name): AccountFacts(uid(name), name, name, AccountType.EXCHANGE_GAIN_LOSS, Root.EXPENSE)
        for name in ("Exchange", "Gains")
    }
    roles = {} if without_role else {Role.EXCHANGE_GAIN_LOSS: uid("Exchange")}
    return replace(
        plain,
        accounts={**plain.accounts, **made},
        accounts_named={**plain.accounts_named, "Gains": uid("Gains")},
        roles={**plain.roles, **roles},
    )


def item(
    document: str, party: str, account: str, currency: str, amount: str, in_company: str
) -> ForeignItem:
    return ForeignItem(
        uid(document), uid(party), uid(account), currency, Decimal(amount), Decimal(in_company)
    )


def revalued(
    items: tuple[ForeignItem, ...], books: CompanyFacts | None = None, /, **more: Any
) -> Decision:
    """What comes of it at 1.2 for EUR and 0.01 for JPY."""
    rates = {"EUR": "1.2", "JPY": "0.01"}
    given: dict[str, Any] = {
        "id": uid("FXR"),
        "company": Ref("company", "code", "ACME"),
        "posting_date": DAY,
        "rates": tuple(ClosingRate(currency=c, rate=Decimal(r)) for c, r in rates.items()),
        **more,
    }
    numbers = count(1)
    facts = Facts(
        company=books or who(), new_id=lambda: UUID(int=next(numbers)), foreign_items=items
    )
    decision = decide(prepare(ExchangeRevaluation(**given), facts), {})
    assert isinstance(decision, Decision)
    return decision


NAMES = {
    uid(name): name
    for name in (
        "Debtors",
        "Creditors",
        "Exchange",
        "Gains",
        "UTAH",
        "ARCU",
        "SI-1",
        "SI-2",
        "PI-1",
    )
}


def posted(decision: Decision) -> dict[date, list[str]]:
    """Its entries by day: account, party if there is one, amount."""
    return {
        entry.posting_date: [
            " ".join([NAMES[one.account], *([NAMES[one.party]] if one.party else []),
                      f"{one.amount:f}"])
            for one in entry.lines
        ]
        for entry in decision.journal
    }  # fmt: skip


def stood(decision: Decision) -> list[str]:
    """The sub-ledger: day, item, amount in company currency and in its own."""
    return [
        f"{one.posting_date} {NAMES[one.against_id or UUID(int=0)]} {one.amount:f}"
        f" {one.currency_amount:f} {one.currency}"
        for one in decision.causes.parties
    ]


def test_a_gain_and_a_loss_are_taken_back_the_next_day() -> None:
    """100 EUR booked at 1.1 are 120; 40 EUR owed at 1.25 are 48."""
    decision = revalued((
        item("PI-1", "ARCU", "Creditors", "EUR", "-40.00", "-50.00"),
        item("SI-1", "UTAH", "Debtors", "EUR", "100.00", "110.00"),
    ))  # fmt: skip
    assert posted(decision) == {
        DAY: ["Creditors ARCU 2.00", "Debtors UTAH 10.00", "Exchange -12.00"],
        NEXT: ["Exchange 12.00", "Creditors ARCU -2.00", "Debtors UTAH -10.00"],
    }
    assert stood(decision) == [
        "2026-03-31 PI-1 2.00 0 EUR", "2026-04-01 PI-1 -2.00 0 EUR",
        "2026-03-31 SI-1 10.00 0 EUR", "2026-04-01 SI-1 -10.00 0 EUR",
    ]  # fmt: skip
    assert decision.causes.open_items == []
    assert decision.causes.grand_total == Decimal("12.00")


def test_items_are_revalued_one_by_one_and_shown_by_party_account_and_currency() -> None:
    """0.024 and 0.048 are 0.02 and 0.05: each item is rounded, as it is when it is paid."""
    decision = revalued((
        item("SI-1", "UTAH", "Debtors", "EUR", "0.02", "0.02"),
        item("SI-2", "UTAH", "Debtors", "EUR", "0.04", "0.04"),
        item("SI-1", "UTAH", "Debtors", "JPY", "1000", "12.00"),
    ))  # fmt: skip
    positions = decision.causes.content["positions"]
    shown = [(one["currency"], one["amount"], one["booked"], one["revalued"]) for one in positions]
    assert shown == [("EUR", "0.06", "0.06", "0.07"), ("JPY", "1000", "12.00", "10.00")]
    assert posted(decision)[DAY] == ["Exchange 1.99", "Debtors UTAH -1.99"]


def test_gains_may_have_an_account_of_their_own() -> None:
    decision = revalued((
        item("SI-1", "UTAH", "Debtors", "EUR", "100.00", "110.00"),
        item("SI-2", "UTAH", "Debtors", "JPY", "1000", "12.00"),
    ), gain_account=Ref("account", "code", "Gains"))  # fmt: skip
    assert posted(decision)[DAY] == ["Debtors UTAH 8.00", "Exchange 2.00", "Gains -10.00"]


def test_what_is_at_the_closing_rate_already_posts_nothing() -> None:
    """And needs no cost center, where what is posted has to have one."""
    books = who(settings=CompanySettings(require_cost_center=True))
    decision = revalued((item("SI-1", "UTAH", "Debtors", "EUR", "100.00", "120.00"),), books)
    assert (posted(decision), stood(decision)) == ({}, [])
    assert revalued(()).causes.content["positions"] == []


def test_the_ledger_hears_of_a_side_whose_link_is_on() -> None:
    links = (LinkChange(Link.PURCHASES, is_on=False, from_date=None),)
    books = who(scheme=Scheme.BY_LEVEL, settings=CompanySettings(links=links))
    decision = revalued((
        item("PI-1", "ARCU", "Creditors", "EUR", "-40.00", "-50.00"),
        item("SI-1", "UTAH", "Debtors", "EUR", "100.00", "110.00"),
    ), books)  # fmt: skip
    assert posted(decision)[DAY] == ["Debtors UTAH 10.00", "Exchange -10.00"]
    assert len(stood(decision)) == 4


OPEN = (item("SI-1", "UTAH", "Debtors", "CHF", "100.00", "110.00"),)


@pytest.mark.parametrize(
    ("given", "books", "errors"),
    [
        ({}, who(), ["CLOSING_RATE_MISSING rates"]),
        ({"currency": "EUR"}, who(), ["INVALID_VALUE currency", "CLOSING_RATE_MISSING rates"]),
        ({"rates": ("CHF 0",)}, who(), ["INVALID_VALUE rates.0.rate"]),
        ({"rates": ("CHF 1", "CHF 2")}, who(), ["INVALID_VALUE rates.1.currency"]),
        ({"rates": ("CHF 1", "USD 1")}, who(), ["INVALID_VALUE rates.1.currency"]),
        ({"rates": ("CHF 1", "ABC 1")}, who(), ["INVALID_VALUE rates.1.currency"]),
        ({"rates": ("CHF 1",), "posting_date": date.max}, who(), ["INVALID_VALUE postingDate"]),
        ({"rates": ("CHF 1",)}, who(frozen_through=DAY), ["PERIOD_CLOSED postingDate"]),
        ({"rates": ("CHF 1",)}, who(without_role=True),
         ["DEFAULT_ACCOUNT_MISSING gainAccount", "DEFAULT_ACCOUNT_MISSING lossAccount"]),
        ({"rates": ("CHF 1",), "loss_account": Ref("account", "code", "Nowhere")}, who(),
         ["NOT_FOUND lossAccount"]),
    ],
)  # fmt: skip
def test_what_is_refused(given: dict[str, Any], books: CompanyFacts, errors: list[str]) -> None:
    spelt = [one.split() for one in given.pop("rates", ())]
    rates = tuple(ClosingRate(currency=c, rate=Decimal(r)) for c, r in spelt)
    with pytest.raises(Refused) as refused:
        revalued(OPEN, books, **({"rates": rates} if rates else {}), **given)
    assert [f"{one.code} {'.'.join(one.path)}" for one in refused.value.refusals] == errors
