"""From periodic to perpetual inventory: the plan, its checks, and its journals.

A periodic company has expensed its purchases by their invoices; its stock is counted and valued,
and the ledger knows nothing of it. On the migration date, per stock account, the value of the
stock less the account's balance is taken out of expense; and what is received but not billed is
expensed against its accrual, so that the bills to come clear it. From the next day on the company
posts stock with each document (rule: the ERPNext section of the scenario vectors).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from domain.accounts import AccountSource, Role, resolve_stock_account
from domain.errors import (
    AccountHasBalance,
    BilledNotReceived,
    BooksDisagree,
    DefaultAccountMissing,
    LaterDocuments,
    NegativeBin,
    Refusal,
    WarehouseAccountMissing,
)
from domain.facts import BinValue, CompanyFacts, MigrationFacts, PendingLine
from domain.journal import JournalLine, merged
from domain.money import ZERO

NEEDED_ROLES = (
    Role.STOCK_RECEIVED_NOT_BILLED,
    Role.STOCK_ADJUSTMENT,
    Role.EXPENSES_INCLUDED_IN_VALUATION,
)
"""The defaults that perpetual inventory cannot do without."""

LISTED_DOCUMENTS = 5
"""How many of the documents dated after the migration are named."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about the migration that has to be (blocking) or should be looked at."""

    refusal: Refusal
    blocking: bool


class WarehouseStock(NamedTuple):
    """A warehouse in the plan: where its stock will stand."""

    warehouse: UUID
    account: UUID | None
    source: AccountSource | None
    value: Decimal


class AccountStock(NamedTuple):
    """A stock account in the plan: what lies behind it, and what it says so far."""

    account: UUID
    stock_value: Decimal
    ledger_balance: Decimal

    @property
    def difference(self) -> Decimal:
        """What the migration adds to the account."""
        return self.stock_value - self.ledger_balance


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationPlan:
    """All that the migration would do, and everything found on the way."""

    problems: tuple[Problem, ...]
    warehouses: tuple[WarehouseStock, ...]
    accounts: tuple[AccountStock, ...]
    open_receipts: tuple[PendingLine, ...]
    stock_lines: tuple[JournalLine, ...]
    accrual_lines: tuple[JournalLine, ...]
    bins: tuple[tuple[BinValue, UUID], ...]

    @property
    def blocking(self) -> tuple[Refusal, ...]:
        """What must be set right first."""
        return tuple(problem.refusal for problem in self.problems if problem.blocking)


def plan(
    company: CompanyFacts,
    facts: MigrationFacts,
    expense: UUID | None,
    *,
    accrue_billed_not_received: bool,
    make_journals: bool,
) -> MigrationPlan:
    """Work out the migration: pure, so that the preview and the migration cannot differ.

    Without `make_journals` the two journals were made by hand, and the books must agree.
    """
    warehouses = tuple(_warehouses(company, facts.bins))
    account_of = {one.warehouse: one.account for one in warehouses if one.account is not None}
    accounts = tuple(_accounts(warehouses, facts.ledger))
    accrual = company.roles.get(Role.STOCK_RECEIVED_NOT_BILLED)
    problems = [
        *_setup_problems(company, warehouses, expense),
        *_book_problems(company, facts, accrual, made_by_hand=not make_journals),
    ]
    stock_lines: tuple[JournalLine, ...] = ()
    accrual_lines: tuple[JournalLine, ...] = ()
    if make_journals and expense is not None:
        stock_lines = _against(
            expense, ((one.account, one.difference) for one in accounts if one.difference)
        )
        pending = sum((line.amount for line in facts.received_not_billed), ZERO)
        ahead = ZERO
        if accrue_billed_not_received:
            ahead = sum((line.amount for line in facts.billed_not_received), ZERO)
        if accrual is not None:
            accrual_lines = _against(expense, [(accrual, ahead - pending)])
    elif not make_journals:
        problems += _disagreements(company, facts, accounts, accrual)
    return MigrationPlan(
        problems=tuple(problems),
        warehouses=warehouses,
        accounts=accounts,
        open_receipts=facts.received_not_billed,
        stock_lines=stock_lines,
        accrual_lines=accrual_lines,
        bins=tuple(
            (one, account_of[one.pool.warehouse])
            for one in facts.bins
            if one.value and one.pool.warehouse in account_of
        ),
    )


def _warehouses(company: CompanyFacts, bins: Iterable[BinValue]) -> Iterable[WarehouseStock]:
    values: dict[UUID, Decimal] = {}
    for one in bins:
        values[one.pool.warehouse] = values.get(one.pool.warehouse, ZERO) + one.value
    default = company.roles.get(Role.STOCK_IN_HAND)
    for warehouse in sorted(company.warehouses.values(), key=lambda one: one.code):
        if warehouse.is_group:
            continue
        resolved = resolve_stock_account(warehouse.id, company.warehouses, default)
        value = values.get(warehouse.id, ZERO)
        if resolved is None:
            yield WarehouseStock(warehouse.id, None, None, value)
        else:
            yield WarehouseStock(warehouse.id, resolved.account, resolved.source, value)


def _accounts(
    warehouses: Iterable[WarehouseStock], ledger: Mapping[UUID, Decimal]
) -> Iterable[AccountStock]:
    values: dict[UUID, Decimal] = {}
    for one in warehouses:
        if one.account is not None:
            values[one.account] = values.get(one.account, ZERO) + one.value
    for account, value in values.items():
        yield AccountStock(account, value, ledger.get(account, ZERO))


def _against(expense: UUID, sums: Iterable[tuple[UUID, Decimal]]) -> tuple[JournalLine, ...]:
    """Each amount on its account, all of it against expense."""
    lines: list[JournalLine] = []
    for account, amount in sums:
        lines += [JournalLine(account, amount), JournalLine(expense, -amount)]
    return merged(lines)


def _setup_problems(
    company: CompanyFacts, warehouses: Iterable[WarehouseStock], expense: UUID | None
) -> Iterable[Problem]:
    for role in NEEDED_ROLES:
        if role not in company.roles:
            yield Problem(DefaultAccountMissing(role=role.value), blocking=True)
    if expense is None:
        role = Role.COST_OF_GOODS_SOLD.value
        yield Problem(DefaultAccountMissing(path=("expenseAccount",), role=role), blocking=True)
    for one in warehouses:
        warehouse = company.warehouses[one.warehouse]
        if one.account is None and warehouse.is_active:
            yield Problem(WarehouseAccountMissing(warehouse=warehouse.code), blocking=True)


def _book_problems(
    company: CompanyFacts, facts: MigrationFacts, accrual: UUID | None, *, made_by_hand: bool
) -> Iterable[Problem]:
    for one in facts.bins:
        if one.quantity < 0:
            code = company.warehouses[one.pool.warehouse].code
            refusal = NegativeBin(item=one.sku, warehouse=code, quantity=one.quantity)
            yield Problem(refusal, blocking=True)
    if facts.later_count:
        later = LaterDocuments(path=("asOf",), documents=facts.later, count=facts.later_count)
        yield Problem(later, blocking=True)
    for line in facts.billed_not_received:
        refusal = BilledNotReceived(document=line.number, amount=line.amount)
        yield Problem(refusal, blocking=False)
    balance = facts.ledger.get(accrual, ZERO) if accrual is not None else ZERO
    if balance and accrual is not None and not made_by_hand:
        code = company.accounts[accrual].code
        yield Problem(AccountHasBalance(account=code, balance=balance), blocking=False)


def _disagreements(
    company: CompanyFacts,
    facts: MigrationFacts,
    accounts: Iterable[AccountStock],
    accrual: UUID | None,
) -> Iterable[Problem]:
    """Where journals made by hand do not come to what the migration would have made."""
    for one in accounts:
        if one.difference:
            code = company.accounts[one.account].code
            refusal = BooksDisagree(account=code, difference=one.difference)
            yield Problem(refusal, blocking=True)
    if accrual is None:
        return
    pending = sum((line.amount for line in facts.received_not_billed), ZERO)
    difference = -pending - facts.ledger.get(accrual, ZERO)
    if difference:
        code = company.accounts[accrual].code
        yield Problem(BooksDisagree(account=code, difference=difference), blocking=True)


def posts_from(as_of: date) -> date:
    """The first day on which stock is posted with each document."""
    return date.fromordinal(as_of.toordinal() + 1)
