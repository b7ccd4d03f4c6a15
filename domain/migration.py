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
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from domain.accounts import AccountSource, AccountType, Role, resolve_stock_account
from domain.errors import (
    AccountHasBalance,
    BilledNotReceived,
    BooksDisagree,
    CostCenterRequired,
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


class JournalPurpose(StrEnum):
    """What each of a migration's journals is for, in the order in which they are made."""

    STOCK_IN_HAND = "STOCK_IN_HAND"
    RECEIVED_NOT_BILLED = "RECEIVED_NOT_BILLED"


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


@dataclass(frozen=True, slots=True)
class PlannedJournal:
    """One of the journals, balanced; debits first."""

    purpose: JournalPurpose
    lines: tuple[JournalLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationPlan:
    """All that the migration would do, and everything found on the way.

    Amounts are in company currency, with `digits` decimal places. `bins` names the stock account
    of each bin that has a value.
    """

    company: UUID
    digits: int
    as_of: date
    expense: UUID | None
    problems: tuple[Problem, ...]
    warehouses: tuple[WarehouseStock, ...]
    accounts: tuple[AccountStock, ...]
    open_receipts: tuple[PendingLine, ...]
    billed_not_received: tuple[PendingLine, ...]
    accrue_billed_not_received: bool
    journals: tuple[PlannedJournal, ...]
    bins: tuple[tuple[BinValue, UUID], ...]

    @property
    def blocking(self) -> tuple[Refusal, ...]:
        """What must be set right first."""
        return tuple(problem.refusal for problem in self.problems if problem.blocking)

    @property
    def accrued_ahead(self) -> tuple[PendingLine, ...]:
        """The invoice lines that the second journal debits ahead of their receipts."""
        return self.billed_not_received if self.accrue_billed_not_received else ()


def plan(
    company: CompanyFacts,
    facts: MigrationFacts,
    as_of: date,
    expense: UUID | None,
    *,
    accrue_billed_not_received: bool,
    make_journals: bool,
) -> MigrationPlan:
    """Work out the migration: pure, so that the preview and the migration cannot differ.

    Without `make_journals` the two journals were made by hand, and the books must agree.
    """
    warehouses = tuple(_warehouses(company, facts.bins))
    accounts = tuple(_accounts(company, warehouses, facts.ledger))
    accrual = company.roles.get(Role.STOCK_RECEIVED_NOT_BILLED)
    accrual_balance = _accrual_balance(facts, ahead=accrue_billed_not_received)
    problems = [*_setup_problems(company, warehouses), *_book_problems(company, facts)]
    if not accrue_billed_not_received:
        problems += _billed_ahead(facts)
    journals: tuple[PlannedJournal, ...] = ()
    if make_journals:
        problems += _journal_problems(company, facts, accrual, expense)
        if expense is not None:
            journals = tuple(_journals(company, expense, accounts, accrual, accrual_balance))
            problems += _missing_cost_center(company, expense, journals)
    else:
        problems += _disagreements(company, facts, accounts, accrual, accrual_balance)
    account_of = {one.warehouse: one.account for one in warehouses if one.account is not None}
    return MigrationPlan(
        company=company.id,
        digits=company.digits,
        as_of=as_of,
        expense=expense,
        problems=tuple(sorted(problems, key=lambda problem: not problem.blocking)),
        warehouses=warehouses,
        accounts=accounts,
        open_receipts=facts.received_not_billed,
        billed_not_received=facts.billed_not_received,
        accrue_billed_not_received=accrue_billed_not_received,
        journals=journals,
        bins=tuple(
            (one, account_of[one.pool.warehouse])
            for one in facts.bins
            if one.value and one.pool.warehouse in account_of
        ),
    )


def posts_from(as_of: date) -> date:
    """The first day on which stock is posted with each document."""
    return date.fromordinal(as_of.toordinal() + 1)


# -- what there is ----------------------------------------------------------------------------


def _warehouses(company: CompanyFacts, bins: Iterable[BinValue]) -> Iterable[WarehouseStock]:
    """Every warehouse that can hold stock, and any other that does."""
    values: dict[UUID, Decimal] = {}
    for one in bins:
        values[one.pool.warehouse] = values.get(one.pool.warehouse, ZERO) + one.value
    default = company.roles.get(Role.STOCK_IN_HAND)
    for warehouse in sorted(company.warehouses.values(), key=lambda one: one.code):
        value = values.get(warehouse.id, ZERO)
        if warehouse.is_group and not value:
            continue
        resolved = resolve_stock_account(warehouse.id, company.warehouses, default)
        if resolved is None:
            yield WarehouseStock(warehouse.id, None, None, value)
        else:
            yield WarehouseStock(warehouse.id, resolved.account, resolved.source, value)


def _accounts(
    company: CompanyFacts, warehouses: Iterable[WarehouseStock], ledger: Mapping[UUID, Decimal]
) -> Iterable[AccountStock]:
    """The accounts that warehouses resolve to, and other stock accounts that have a balance.

    With each document stock is posted on stock accounts and nothing else is: a balance without
    stock behind it could never be explained again.
    """
    values: dict[UUID, Decimal] = {}
    for one in warehouses:
        if one.account is not None:
            values[one.account] = values.get(one.account, ZERO) + one.value
    for account in company.accounts.values():
        if account.type is AccountType.STOCK and ledger.get(account.id, ZERO):
            values.setdefault(account.id, ZERO)
    for id_ in sorted(values, key=lambda id_: company.accounts[id_].code):
        yield AccountStock(id_, values[id_], ledger.get(id_, ZERO))


def _accrual_balance(facts: MigrationFacts, *, ahead: bool) -> Decimal:
    """What received-not-billed has to say: debit positive, so open receipts are negative."""
    pending = sum((line.amount for line in facts.received_not_billed), ZERO)
    billed_ahead = sum((line.amount for line in facts.billed_not_received), ZERO)
    return (billed_ahead if ahead else ZERO) - pending


# -- journals ---------------------------------------------------------------------------------


def _journals(
    company: CompanyFacts,
    expense: UUID,
    accounts: Iterable[AccountStock],
    accrual: UUID | None,
    accrual_balance: Decimal,
) -> Iterable[PlannedJournal]:
    result = company.accounts[expense].is_profit_and_loss
    center = company.default_cost_center if result else None
    stock = _against(expense, center, ((one.account, one.difference) for one in accounts))
    if stock:
        yield PlannedJournal(JournalPurpose.STOCK_IN_HAND, stock)
    if accrual is not None and accrual_balance:
        lines = _against(expense, center, [(accrual, accrual_balance)])
        yield PlannedJournal(JournalPurpose.RECEIVED_NOT_BILLED, lines)


def _against(
    expense: UUID, center: UUID | None, sums: Iterable[tuple[UUID, Decimal]]
) -> tuple[JournalLine, ...]:
    """Each amount on its account, all of it against expense."""
    lines: list[JournalLine] = []
    for account, amount in sums:
        lines += [JournalLine(account, amount), JournalLine(expense, -amount, center)]
    return merged(lines)


# -- checks -----------------------------------------------------------------------------------


def _setup_problems(
    company: CompanyFacts, warehouses: Iterable[WarehouseStock]
) -> Iterable[Problem]:
    for role in NEEDED_ROLES:
        if role not in company.roles:
            yield Problem(DefaultAccountMissing(role=role.value), blocking=True)
    for one in warehouses:
        warehouse = company.warehouses[one.warehouse]
        if one.account is None and (warehouse.is_active or one.value):
            yield Problem(WarehouseAccountMissing(warehouse=warehouse.code), blocking=True)


def _book_problems(company: CompanyFacts, facts: MigrationFacts) -> Iterable[Problem]:
    for one in facts.bins:
        if one.quantity < 0:
            code = company.warehouses[one.pool.warehouse].code
            refusal = NegativeBin(item=one.sku, warehouse=code, quantity=one.quantity)
            yield Problem(refusal, blocking=True)
    if facts.later_count:
        later = LaterDocuments(path=("asOf",), documents=facts.later, count=facts.later_count)
        yield Problem(later, blocking=True)


def _billed_ahead(facts: MigrationFacts) -> Iterable[Problem]:
    """Invoices, each with all that they billed ahead of its receipt."""
    amounts: dict[str, Decimal] = {}
    for line in facts.billed_not_received:
        amounts[line.number] = amounts.get(line.number, ZERO) + line.amount
    for number, amount in amounts.items():
        refusal = BilledNotReceived(
            path=("accrueBilledNotReceived",), document=number, amount=amount
        )
        yield Problem(refusal, blocking=False)


def _journal_problems(
    company: CompanyFacts, facts: MigrationFacts, accrual: UUID | None, expense: UUID | None
) -> Iterable[Problem]:
    """What stands in the way of making the journals, or would make them look wrong."""
    if expense is None:
        role = Role.COST_OF_GOODS_SOLD.value
        yield Problem(DefaultAccountMissing(path=("expenseAccount",), role=role), blocking=True)
    balance = facts.ledger.get(accrual, ZERO) if accrual is not None else ZERO
    if balance and accrual is not None:
        code = company.accounts[accrual].code
        yield Problem(AccountHasBalance(account=code, balance=balance), blocking=False)


def _missing_cost_center(
    company: CompanyFacts, expense: UUID, journals: tuple[PlannedJournal, ...]
) -> Iterable[Problem]:
    """The journals name no cost center: the company's default has to be there if one is needed."""
    account = company.accounts[expense]
    needed = company.settings.require_cost_center and account.is_profit_and_loss
    if needed and company.default_cost_center is None and journals:
        refusal = CostCenterRequired(path=("expenseAccount",), account=account.code)
        yield Problem(refusal, blocking=True)


def _disagreements(
    company: CompanyFacts,
    facts: MigrationFacts,
    accounts: Iterable[AccountStock],
    accrual: UUID | None,
    accrual_balance: Decimal,
) -> Iterable[Problem]:
    """Where journals made by hand do not come to what the migration would have made."""
    differences = {one.account: one.difference for one in accounts}
    if accrual is not None:
        differences[accrual] = accrual_balance - facts.ledger.get(accrual, ZERO)
    for account, difference in differences.items():
        if difference:
            code = company.accounts[account].code
            yield Problem(BooksDisagree(account=code, difference=difference), blocking=True)
