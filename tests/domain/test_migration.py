"""The plan of a migration: every check, every sign, the journals."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from domain.accounts import AccountSource, Role
from domain.company import CompanySettings
from domain.facts import CompanyFacts, CostCenterFacts
from domain.migrating.facts import MigrationFacts
from tests.domain.periodic import (
    company,
    found,
    lines,
    open_line,
    planned,
    state,
    stock,
    uid,
    warehouse,
)

# -- checks -----------------------------------------------------------------------------------

CHECKS: dict[str, tuple[CompanyFacts, MigrationFacts, dict[str, Any], list[str]]] = {
    "nothing is wrong": (company(), state(stock("Main", "100")), {}, []),
    "no accrual account": (
        company(without=(Role.STOCK_RECEIVED_NOT_BILLED,)),
        state(),
        {},
        ["blocking DEFAULT_ACCOUNT_MISSING stockReceivedNotBilled"],
    ),
    "no adjustment account": (
        company(without=(Role.STOCK_ADJUSTMENT,)),
        state(),
        {},
        ["blocking DEFAULT_ACCOUNT_MISSING stockAdjustment"],
    ),
    "no account for charges": (
        company(without=(Role.EXPENSES_INCLUDED_IN_VALUATION,)),
        state(),
        {},
        ["blocking DEFAULT_ACCOUNT_MISSING expensesIncludedInValuation"],
    ),
    "no expense account": (
        company(),
        state(stock("Main", "100")),
        {"expense": None},
        ["blocking DEFAULT_ACCOUNT_MISSING costOfGoodsSold"],
    ),
    "no expense account is needed for journals made by hand": (
        company(),
        state(),
        {"expense": None, "make_journals": False},
        [],
    ),
    "no account for a warehouse, with or without stock": (
        company(warehouse("Empty"), warehouse("Full"), without=(Role.STOCK_IN_HAND,)),
        state(stock("Full", "5")),
        {},
        ["blocking WAREHOUSE_ACCOUNT_MISSING Empty", "blocking WAREHOUSE_ACCOUNT_MISSING Full"],
    ),
    "no account for an inactive warehouse matters only with stock": (
        company(
            warehouse("Empty", is_active=False),
            warehouse("Full", is_active=False),
            without=(Role.STOCK_IN_HAND,),
        ),
        state(stock("Full", "5")),
        {},
        ["blocking WAREHOUSE_ACCOUNT_MISSING Full"],
    ),
    "a group needs no account": (
        company(warehouse("All", is_group=True), without=(Role.STOCK_IN_HAND,)),
        state(),
        {},
        [],
    ),
    "a balance below zero": (
        company(),
        state(stock("Main", "-20", "-2"), stock("Main", "7", "1", "OTHER")),
        {},
        ["blocking NEGATIVE_BALANCE ITEM Main -2"],
    ),
    "documents after the day": (
        company(),
        state(later=("PR-1", "DN-1"), later_count=7),
        {},
        ["blocking DOCUMENTS_AFTER_DATE ('PR-1', 'DN-1') 7"],
    ),
    "something waits on shipments": (
        company(),
        state(open_shipments=("AIR", "SEA")),
        {},
        ["blocking OPEN_SHIPMENT AIR", "blocking OPEN_SHIPMENT SEA"],
    ),
    "billed and not received, by invoice": (
        company(),
        state(billed=(open_line("PI-1", "5"), open_line("PI-1", "6", 2), open_line("PI-2", "1.5"))),
        {},
        ["warning BILLED_NOT_RECEIVED PI-1 11", "warning BILLED_NOT_RECEIVED PI-2 1.5"],
    ),
    "billed and not received, but accrued": (
        company(),
        state(billed=(open_line("PI-1", "5"),)),
        {"accrue_billed_not_received": True},
        [],
    ),
    "a balance on the accrual account": (
        company(),
        state(ledger={"Accrual": "-30"}),
        {},
        ["warning ACCOUNT_HAS_BALANCE Accrual -30"],
    ),
    "no cost center for the journals": (
        company(settings=CompanySettings(require_cost_center=True)),
        state(stock("Main", "100")),
        {},
        ["blocking COST_CENTER_REQUIRED COGS"],
    ),
    "no cost center, and no journals": (
        company(settings=CompanySettings(require_cost_center=True)),
        state(),
        {},
        [],
    ),
    "a cost center is there": (
        company(
            settings=CompanySettings(require_cost_center=True),
            cost_centers={uid("CC"): CostCenterFacts(uid("CC"), "Main")},
            default_cost_center=uid("CC"),
        ),
        state(stock("Main", "100")),
        {},
        [],
    ),
    "blocking problems come first": (
        company(without=(Role.STOCK_ADJUSTMENT,)),
        state(ledger={"Accrual": "-30"}, later=("PR-1",), later_count=1),
        {},
        [
            "blocking DEFAULT_ACCOUNT_MISSING stockAdjustment",
            "blocking DOCUMENTS_AFTER_DATE ('PR-1',) 1",
            "warning ACCOUNT_HAS_BALANCE Accrual -30",
        ],
    ),
}


@pytest.mark.parametrize(("who", "facts", "options", "expected"), CHECKS.values(), ids=CHECKS)
def test_each_check(
    who: CompanyFacts, facts: MigrationFacts, options: dict[str, Any], expected: list[str]
) -> None:
    result = planned(who, facts, **options)
    assert found(result) == expected
    assert len(result.blocking) == sum(line.startswith("blocking") for line in expected)


BY_HAND: dict[str, tuple[dict[str, str], dict[str, Any], list[str]]] = {
    "agree": ({"Stores": "100", "Accrual": "-40"}, {}, []),
    "stock too low": (
        {"Stores": "90", "Accrual": "-40"},
        {},
        ["blocking BOOKS_DISAGREE Stores 10"],
    ),
    "stock too high": (
        {"Stores": "100.01", "Accrual": "-40"},
        {},
        ["blocking BOOKS_DISAGREE Stores -0.01"],
    ),
    "accrual forgotten": ({"Stores": "100"}, {}, ["blocking BOOKS_DISAGREE Accrual -40"]),
    "accrual twice": (
        {"Stores": "100", "Accrual": "-80"},
        {},
        ["blocking BOOKS_DISAGREE Accrual 40"],
    ),
    "another stock account has a balance": (
        {"Stores": "100", "Accrual": "-40", "In Transit": "3"},
        {},
        ["blocking BOOKS_DISAGREE In Transit -3"],
    ),
    "billed ahead, accrued by hand": (
        {"Stores": "100", "Accrual": "-25"},
        {"accrue_billed_not_received": True},
        [],
    ),
    "billed ahead, not accrued by hand": (
        {"Stores": "100", "Accrual": "-40"},
        {"accrue_billed_not_received": True},
        ["blocking BOOKS_DISAGREE Accrual 15"],
    ),
}


@pytest.mark.parametrize(("ledger", "options", "expected"), BY_HAND.values(), ids=BY_HAND)
def test_journals_made_by_hand(
    ledger: dict[str, str], options: dict[str, Any], expected: list[str]
) -> None:
    facts = state(
        stock("Main", "100"),
        ledger=ledger,
        received=(open_line("PR-1", "40"),),
        billed=(open_line("PI-1", "15"),),
    )
    result = planned(company(), facts, make_journals=False, **options)
    warned = [] if options else ["warning BILLED_NOT_RECEIVED PI-1 15"]
    assert found(result) == [*expected, *warned]
    assert result.journals == ()


# -- journals ---------------------------------------------------------------------------------

SIGNS = {
    "stock is worth more": ("100", "0", ["Stores 100", "COGS -100"]),
    "the account says more": ("100", "350", ["COGS 250", "Stores -250"]),
    "the account is in credit": ("100", "-20.50", ["Stores 120.50", "COGS -120.50"]),
    "both agree": ("100", "100.00", []),
    "no stock, a balance": ("0", "70", ["COGS 70", "Stores -70"]),
    "neither": ("0", "0", []),
}


@pytest.mark.parametrize(("value", "balance", "expected"), SIGNS.values(), ids=SIGNS)
def test_one_line_for_stock_less_ledger(value: str, balance: str, expected: list[str]) -> None:
    result = planned(company(), state(stock("Main", value), ledger={"Stores": balance}))
    assert lines(result) == [f"STOCK_IN_HAND {line}" for line in expected]
    (account,) = result.accounts
    assert account.difference == Decimal(value) - Decimal(balance)


def test_each_stock_account_gets_its_line_and_expense_the_sum() -> None:
    who = company(
        warehouse("A", "Stores"),
        warehouse("All", "Shelves", is_group=True),
        warehouse("B", parent="All"),
        warehouse("B1", parent="B"),
        warehouse("C"),
    )
    facts = state(
        stock("A", "350"),
        stock("B", "200"),
        stock("B1", "315"),
        stock("C", "560", item="OTHER"),
        ledger={"Stores": "400"},
    )
    result = planned(who, facts)
    levels = [(who.warehouses[one.warehouse].code, one.source) for one in result.warehouses]
    assert levels == [
        ("A", AccountSource.WAREHOUSE),
        ("B", AccountSource.PARENT),
        ("B1", AccountSource.PARENT),
        ("C", AccountSource.COMPANY_DEFAULT),
    ]
    assert lines(result) == [
        "STOCK_IN_HAND Shelves 515",
        "STOCK_IN_HAND Stock In Hand 560",
        "STOCK_IN_HAND COGS -1025",
        "STOCK_IN_HAND Stores -50",
    ]
    assert {account for _, account in result.bins} == {
        uid(name) for name in ("Stores", "Shelves", "Stock In Hand")
    }


def test_a_stock_account_that_no_warehouse_uses_is_cleared() -> None:
    result = planned(company(), state(stock("Main", "10"), ledger={"In Transit": "8"}))
    assert [one.difference for one in result.accounts] == [Decimal(-8), Decimal(10)]
    assert lines(result) == [
        "STOCK_IN_HAND Stores 10",
        "STOCK_IN_HAND In Transit -8",
        "STOCK_IN_HAND COGS -2",
    ]


ACCRUALS: dict[str, tuple[MigrationFacts, bool, list[str]]] = {
    "nothing is open": (state(), False, []),
    "received": (
        state(received=(open_line("PR-1", "40"), open_line("PR-2", "0.05"))),
        False,
        ["COGS 40.05", "Accrual -40.05"],
    ),
    "billed ahead, not accrued": (state(billed=(open_line("PI-1", "15"),)), False, []),
    "billed ahead, accrued": (
        state(billed=(open_line("PI-1", "15"),)),
        True,
        ["Accrual 15", "COGS -15"],
    ),
    "both": (
        state(received=(open_line("PR-1", "40"),), billed=(open_line("PI-1", "15"),)),
        True,
        ["COGS 25", "Accrual -25"],
    ),
    "both, of the same amount": (
        state(received=(open_line("PR-1", "40"),), billed=(open_line("PI-1", "40"),)),
        True,
        [],
    ),
    "an earlier balance stays beside it": (
        state(received=(open_line("PR-1", "40"),), ledger={"Accrual": "-30"}),
        False,
        ["COGS 40", "Accrual -40"],
    ),
}


@pytest.mark.parametrize(("facts", "accrue", "expected"), ACCRUALS.values(), ids=ACCRUALS)
def test_open_receipts_are_accrued(
    facts: MigrationFacts, accrue: bool, expected: list[str]
) -> None:
    result = planned(company(), facts, accrue_billed_not_received=accrue)
    assert lines(result) == [f"RECEIVED_NOT_BILLED {line}" for line in expected]


@pytest.mark.parametrize(("currency", "digits"), [("JPY", 0), ("USD", 2), ("KWD", 3)])
def test_amounts_keep_the_digits_of_the_currency(currency: str, digits: int) -> None:
    cents = Decimal(1).scaleb(-digits)
    who = replace(company(), currency=currency, digits=digits)
    result = planned(who, state(stock("Main", str(cents)), ledger={"Stores": "0"}))
    assert lines(result) == [f"STOCK_IN_HAND Stores {cents}", f"STOCK_IN_HAND COGS -{cents}"]
    assert result.digits == digits
