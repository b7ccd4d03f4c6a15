"""The migration as a document: what refuses it, and what it appends."""

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from domain.accounts import Role
from domain.company import Scheme
from domain.decide import decide, prepare
from domain.documents.migration import JOURNALS, Migration
from domain.errors import Refused
from domain.facts import CompanyFacts, Facts
from domain.migrating.facts import MigrationFacts
from domain.migrating.migration import posts_from
from domain.records import BillingKind
from domain.references import Ref
from tests.domain.periodic import AS_OF, company, open_line, state, stock, uid


def facts_of(who: CompanyFacts, facts: MigrationFacts) -> Facts:
    numbers = count(1)
    return Facts(company=who, new_id=lambda: UUID(int=next(numbers)), migration=facts)


def migration(**more: Any) -> Migration:
    return Migration(
        **{
            "id": uid("MIG"),
            "company": Ref("company", "code", "ACME"),
            "posting_date": AS_OF,
            **more,
        }
    )


def refused(who: CompanyFacts, **more: Any) -> list[str]:
    with pytest.raises(Refused) as outcome:
        migration(**more).plan(facts_of(who, state(stock("Main", "100"))))
    return [f"{one.code} {'.'.join(one.path)}" for one in outcome.value.refusals]


def _account(code: str) -> Ref:
    return Ref("account", "code", code)


REFUSED: dict[str, tuple[CompanyFacts, dict[str, Any], list[str]]] = {
    "perpetual already": (
        company(scheme=Scheme.PERPETUAL, posts_stock_from=date(2027, 1, 1)),
        {},
        ["ALREADY_PERPETUAL company"],
    ),
    "inactive": (company(is_active=False), {}, ["INACTIVE company"]),
    "closed": (company(frozen_through=AS_OF), {}, ["PERIOD_CLOSED asOf"]),
    "no day after it": (company(), {"posting_date": date.max}, ["INVALID_VALUE asOf"]),
    "no such account": (
        company(),
        {"expense_account": _account("X")},
        ["NOT_FOUND expenseAccount"],
    ),
    **{
        f"tied to a sub-ledger: {name}": (
            company(),
            {"expense_account": _account(name)},
            ["WRONG_ACCOUNT_TYPE expenseAccount"],
        )
        for name in ("Stores", "Accrual", "Debtors", "Creditors")
    },
}


@pytest.mark.parametrize(("who", "more", "expected"), REFUSED.values(), ids=REFUSED)
def test_there_is_nothing_to_plan(
    who: CompanyFacts, more: dict[str, Any], expected: list[str]
) -> None:
    assert refused(who, **more) == expected


def test_blocking_problems_refuse_the_migration_all_at_once() -> None:
    who = company(without=(Role.STOCK_ADJUSTMENT, Role.EXPENSES_INCLUDED_IN_VALUATION))
    with pytest.raises(Refused) as outcome:
        prepare(migration(), facts_of(who, state(stock("Main", "-1", "-1"))))
    assert [one.code for one in outcome.value.refusals] == [
        "DEFAULT_ACCOUNT_MISSING",
        "DEFAULT_ACCOUNT_MISSING",
        "NEGATIVE_BALANCE",
    ]


def test_the_document_moves_stock_and_accruals_to_their_accounts() -> None:
    facts = state(
        stock("Main", "100"),
        stock("Main", "0", "0", "GONE"),
        received=(open_line("PR-1", "40"),),
        billed=(open_line("PI-1", "15"),),
    )
    document = migration(expense_account=_account("Purchases"), accrue_billed_not_received=True)
    causes = prepare(document, facts_of(company(), facts))
    decision: Any = decide(causes, {})
    assert [entry.source for entry in decision.journal] == ["MIGRATION", "MIGRATION"]
    assert causes.content[JOURNALS] == "STOCK_IN_HAND RECEIVED_NOT_BILLED"
    assert causes.company_change is not None
    assert causes.company_change[:2] == (Scheme.PERPETUAL, posts_from(AS_OF))
    assert _costs(decision) == [(None, Decimal(-100)), (uid("Stores"), Decimal(100))]
    assert decision.movements == ()
    assert [
        (one.line_id, one.kind, one.quantity, one.amount, one.account_id) for one in causes.billing
    ] == [
        (uid("PR-1 1"), BillingKind.RECEIVED, 0, -40, None),
        (uid("PR-1 1"), BillingKind.RECEIVED, 0, 40, uid("Accrual")),
        (uid("PI-1 1"), BillingKind.BILLED, 0, -15, None),
        (uid("PI-1 1"), BillingKind.BILLED, 0, 15, uid("Accrual")),
    ]
    posted = {
        line.account: line.amount for entry in reversed(decision.journal) for line in entry.lines
    }
    assert uid("Purchases") in posted
    assert uid("COGS") not in posted


def _costs(decision: Any) -> list[Any]:
    found = [(one.stock_account_id, one.actual) for one in decision.costs]
    assert {one.movement_id for one in decision.costs} == {uid("last ITEM Main")}
    assert {one.posting_date for one in decision.costs} == {AS_OF}
    assert [one.journal_entry_id is not None for one in decision.costs] == [False, True]
    return found


def test_after_journals_made_by_hand_only_the_stock_finds_its_accounts() -> None:
    facts = state(
        stock("Main", "100"),
        received=(open_line("PR-1", "40"),),
        ledger={"Stores": "100", "Accrual": "-40"},
    )
    causes = prepare(migration(make_journals=False), facts_of(company(), facts))
    decision: Any = decide(causes, {})
    assert decision.journal == ()
    assert causes.billing == []
    assert [one.actual for one in decision.costs] == [-100, 100]
    assert causes.company_change is not None
