"""A migration as planned: what it would do, and what stands in its way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from domain.accounts import AccountSource
from domain.company import FLOW_OF_SCHEME, Scheme
from domain.errors import Refusal
from domain.migrating.facts import BinValue, PendingLine
from domain.migrating.journals import AccountStock, Accrued, PlannedJournal
from domain.movements import UnitCost


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


class Opening(NamedTuple):
    """What a bin holds as the new scheme begins: its value, and the account it stands on.

    `account` None: the ledger does not hear of stock.
    """

    bin: BinValue
    account: UUID | None
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationPlan:
    """All that the migration would do, and everything found on the way.

    Amounts are in company currency, with `digits` decimal places. `bins` names the stock account
    of each bin that has a value, `openings` what each holds as the new scheme begins. `received`
    and `billed` are the open lines of receipts and invoices that change their account.
    """

    company: UUID
    digits: int
    as_of: date
    before: Scheme
    scheme: Scheme
    expense: UUID | None
    problems: tuple[Problem, ...]
    warehouses: tuple[WarehouseStock, ...]
    accounts: tuple[AccountStock, ...]
    open_receipts: tuple[PendingLine, ...]
    billed_not_received: tuple[PendingLine, ...]
    received: tuple[Accrued, ...]
    billed: tuple[Accrued, ...]
    journals: tuple[PlannedJournal, ...]
    bins: tuple[tuple[BinValue, UUID], ...]
    openings: tuple[Opening, ...]
    cards: Mapping[UUID, UnitCost] = field(default_factory=dict[UUID, UnitCost])

    @property
    def blocking(self) -> tuple[Refusal, ...]:
        """What must be set right first."""
        return tuple(problem.refusal for problem in self.problems if problem.blocking)

    @property
    def changes_flow(self) -> bool:
        """Whether what goods cost is found in another way afterwards."""
        return FLOW_OF_SCHEME[self.before] is not FLOW_OF_SCHEME[self.scheme]
