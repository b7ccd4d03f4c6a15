"""The plan of a migration as it is shown: problems and fixes, accounts, open lines, journals."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import strawberry

from api.documents.inputs.journal_purposes import JournalPurpose
from api.documents.reading.caused import JournalLine
from api.documents.reading.parts import line_of
from api.documents.reading.related import document_named, related
from api.masters.accounts import Account
from api.masters.warehouses import Warehouse
from api.types.errors import ErrorCode, UserError, user_error
from domain.accounts import AccountSource
from domain.company import Scheme
from domain.documents.document import DocumentKind
from domain.errors import Refusal
from domain.migrating.facts import PendingLine
from domain.migrating.journals import PlannedJournal
from domain.migrating.migration import posts_from
from domain.migrating.plan import MigrationPlan as Plan
from domain.money import ZERO, quantum
from persistence.documents.rows import JournalLineRow


@dataclass(frozen=True, slots=True, kw_only=True)
class _WarehouseRow:
    company_id: UUID
    warehouse_id: UUID
    account_id: UUID | None
    account_source: AccountSource | None
    stock_value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class _AccountRow:
    company_id: UUID
    account_id: UUID
    stock_value: Decimal
    ledger_balance: Decimal
    difference: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class _PendingRow:
    company_id: UUID
    line_id: UUID
    document_id: UUID
    amount: Decimal


@strawberry.type(description="Something about the migration to be set right, or to be looked at.")
class MigrationProblem:
    """A check that did not pass."""

    code: str = strawberry.field(description="Which check.", graphql_type=ErrorCode)
    message: str = strawberry.field(description="What was found, in the reader's language.")
    fix: str = strawberry.field(description="What to do about it, in English.")
    blocking: bool = strawberry.field(
        description="Whether the migration is refused until it is set right."
    )
    path: list[str] = strawberry.field(description="The field of the input it is about, if any.")
    error: UserError = strawberry.field(description="The same with its data, typed by its code.")


@strawberry.type(description="A warehouse in the plan: where its stock will stand.")
class MigrationWarehouse:
    """Groups are left out: they hold no stock."""

    warehouse: Any = related("warehouse", "warehouse_id", Warehouse, "The warehouse.")
    account: Any = related("account", "account_id", Account | None, "Its stock account.")
    account_source: AccountSource | None = strawberry.field(
        description="Which of the three levels names the account; null when none does."
    )
    stock_value: Decimal = strawberry.field(description="What lies in it, in company currency.")


@strawberry.type(description="A stock account in the plan, in company currency.")
class MigrationAccount:
    """Debit positive."""

    account: Any = related("account", "account_id", Account, "The account.")
    stock_value: Decimal = strawberry.field(
        description="What is to stand on it: the value of the stock behind it; zero under PERIODIC."
    )
    ledger_balance: Decimal = strawberry.field(description="Its balance so far, debit positive.")
    difference: Decimal = strawberry.field(
        description="Stock value - ledger balance: what the migration posts on it."
    )


@strawberry.type(description="A receipt line that is received and not, or not wholly, billed.")
class MigrationOpenReceipt:
    """At the receipt's price, in company currency."""

    receipt: Any = document_named("document_id", "The receipt.", required=True)
    line: Any = line_of("Its line.")
    amount: Decimal = strawberry.field(description="What is to be billed.", name="pendingAmount")


@strawberry.type(description="An invoice line whose goods are still to come.")
class MigrationBilledLine:
    """In company currency."""

    invoice: Any = document_named("document_id", "The invoice.", required=True)
    line: Any = line_of("Its line.")
    amount: Decimal = strawberry.field(description="What was billed.")


@strawberry.type(description="A journal that the migration makes.")
class MigrationJournal:
    """Balanced."""

    purpose: JournalPurpose = strawberry.field(description="What it is for.")
    lines: list[JournalLine] = strawberry.field(description="Its lines, debits first.")


@strawberry.type(description="What a migration would do, and everything found on the way.")
class MigrationPlan:
    """Nothing of it is kept."""

    as_of: date = strawberry.field(description="The last day under the scheme before.")
    scheme: Scheme = strawberry.field(description="The scheme from the next day on.")
    posts_stock_from: date = strawberry.field(description="The first day under the new scheme.")
    blocked: bool = strawberry.field(description="Whether any problem is blocking.")
    problems: list[MigrationProblem] = strawberry.field(
        description="What was found, with its fix; blocking ones first."
    )
    warehouses: list[MigrationWarehouse] = strawberry.field(
        description="Every warehouse that holds stock or can, by code."
    )
    accounts: list[MigrationAccount] = strawberry.field(
        description="Every stock account that a warehouse uses or that has a balance, by code."
    )
    open_receipts: list[MigrationOpenReceipt] = strawberry.field(
        description="What is received and not billed, line by line."
    )
    billed_not_received: list[MigrationBilledLine] = strawberry.field(
        description="What is billed and not received, line by line."
    )
    journals: list[MigrationJournal] = strawberry.field(
        description="The journals it makes, each for a purpose."
    )
    journal_lines: list[JournalLine] = strawberry.field(
        description="The lines of all its journals."
    )


def shown_plan(plan: Plan, language: str) -> MigrationPlan:
    """The plan in a language; nothing of it is read again but records by their ids."""
    journals = [_journal(plan, journal) for journal in plan.journals]
    step = quantum(plan.digits)
    warehouses: Any = [
        _WarehouseRow(
            company_id=plan.company,
            warehouse_id=one.warehouse,
            account_id=one.account,
            account_source=one.source,
            stock_value=one.value.quantize(step),
        )
        for one in plan.warehouses
    ]
    accounts: Any = [
        _AccountRow(
            company_id=plan.company,
            account_id=one.account,
            stock_value=one.stock_value.quantize(step),
            ledger_balance=one.ledger_balance.quantize(step),
            difference=one.difference.quantize(step),
        )
        for one in plan.accounts
    ]
    return MigrationPlan(
        as_of=plan.as_of,
        scheme=plan.scheme,
        posts_stock_from=posts_from(plan.as_of),
        blocked=bool(plan.blocking),
        problems=[
            _problem(problem.refusal, language, blocking=problem.blocking)
            for problem in plan.problems
        ],
        warehouses=warehouses,
        accounts=accounts,
        open_receipts=_pending(plan, plan.open_receipts),
        billed_not_received=_pending(plan, plan.billed_not_received),
        journals=journals,
        journal_lines=[line for journal in journals for line in journal.lines],
    )


def _problem(refusal: Refusal, language: str, *, blocking: bool) -> MigrationProblem:
    error = user_error(refusal, language)
    return MigrationProblem(
        code=error.code,
        message=error.message,
        fix=refusal.fix,
        blocking=blocking,
        path=error.path,
        error=error,
    )


def _pending(plan: Plan, lines: Iterable[PendingLine]) -> Any:
    step = quantum(plan.digits)
    return [
        _PendingRow(
            company_id=plan.company,
            line_id=one.line,
            document_id=one.document,
            amount=one.amount.quantize(step),
        )
        for one in lines
    ]


def _journal(plan: Plan, journal: PlannedJournal) -> MigrationJournal:
    step = quantum(plan.digits)
    lines: Any = [
        JournalLineRow(
            company_id=plan.company,
            entry_id=None,
            line_no=line_no,
            posting_date=plan.as_of,
            seq=0,
            document_id=plan.company,
            because_id=plan.company,
            source=DocumentKind.MIGRATION,
            account_id=line.account,
            debit=max(line.amount, ZERO).quantize(step),
            credit=max(-line.amount, ZERO).quantize(step),
            cost_center_id=line.cost_center,
        )
        for line_no, line in enumerate(journal.lines, start=1)
    ]
    return MigrationJournal(purpose=journal.purpose, lines=lines)
