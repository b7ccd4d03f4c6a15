"""The journals of a migration: each account comes from what it says to what it is to say.

The other side of all of them is one expense account. What is accrued moves line by line, and what
expected cost has left on interim accounts is taken back.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from domain.facts import CompanyFacts
from domain.journal import JournalLine, merged
from domain.migrating.facts import MigrationFacts, PendingLine


class JournalPurpose(StrEnum):
    """What each of a migration's journals is for, in the order in which they are made."""

    STOCK_IN_HAND = "STOCK_IN_HAND"
    RECEIVED_NOT_BILLED = "RECEIVED_NOT_BILLED"
    EXPECTED_COST = "EXPECTED_COST"


class AccountStock(NamedTuple):
    """A stock account in the plan: what it is to say, and what it says so far."""

    account: UUID
    stock_value: Decimal
    ledger_balance: Decimal

    @property
    def difference(self) -> Decimal:
        """What the migration adds to the account."""
        return self.stock_value - self.ledger_balance


class Accrued(NamedTuple):
    """An open line that comes to stand on another account (None: on none)."""

    line: PendingLine
    after: UUID | None


@dataclass(frozen=True, slots=True)
class PlannedJournal:
    """One of the journals, balanced; debits first."""

    purpose: JournalPurpose
    lines: tuple[JournalLine, ...]


def journals_of(
    after: CompanyFacts,
    expense: UUID,
    accounts: Iterable[AccountStock],
    received: Iterable[Accrued],
    billed: Iterable[Accrued],
    facts: MigrationFacts,
) -> Iterable[PlannedJournal]:
    """Those that have lines, in the order of their purposes; `after` is the company as migrated."""
    center = after.default_cost_center
    center = center if after.accounts[expense].is_profit_and_loss else None
    stock = _against(expense, center, ((one.account, one.difference) for one in accounts))
    if stock:
        yield PlannedJournal(JournalPurpose.STOCK_IN_HAND, stock)
    accruals = [*_moved(received, 1), *_moved(billed, -1)]
    lines = _against(expense, center, accruals)
    if lines:
        yield PlannedJournal(JournalPurpose.RECEIVED_NOT_BILLED, lines)
    interim = _interim(after, facts)
    if interim:
        yield PlannedJournal(JournalPurpose.EXPECTED_COST, interim)


def _moved(lines: Iterable[Accrued], sign: int) -> Iterable[tuple[UUID, Decimal]]:
    """What leaves one account for another: receipts are a credit, bills ahead a debit."""
    for one in lines:
        if one.line.account is not None:
            yield one.line.account, sign * one.line.amount
        if one.after is not None:
            yield one.after, -sign * one.line.amount


def _against(
    expense: UUID, center: UUID | None, sums: Iterable[tuple[UUID, Decimal]]
) -> tuple[JournalLine, ...]:
    """Each amount on its account, all of it against expense."""
    lines: list[JournalLine] = []
    for account, amount in sums:
        lines += [JournalLine(account, amount), JournalLine(expense, -amount, center)]
    return merged(lines)


def _interim(after: CompanyFacts, facts: MigrationFacts) -> tuple[JournalLine, ...]:
    """What expected cost has left on interim accounts, taken back."""
    lines: list[JournalLine] = []
    for one in facts.expected:
        for account, contra, amount in one.interim:
            is_result = after.accounts[contra].is_profit_and_loss
            center = after.default_cost_center if is_result else None
            lines += [JournalLine(account, -amount), JournalLine(contra, amount, center)]
    return merged(lines)
