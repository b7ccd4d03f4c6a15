"""What a scenario expects after a step, as vectors/README.md describes it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """An account with what it was debited and credited, net."""

    account: str
    debit: Decimal = Decimal(0)
    credit: Decimal = Decimal(0)

    @property
    def amount(self) -> Decimal:
        """Debit positive."""
        return self.debit - self.credit


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedPosting(Posting):
    """A posting on a date."""

    date: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class CenterPosting(Posting):
    """A posting to a cost center."""

    cost_center: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revalued:
    """An earlier document and its entries afterwards."""

    ref: str
    gl: tuple[Posting, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """One of the two journals of a migration."""

    purpose: str
    gl: tuple[Posting, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """Stock of an item; `warehouse` None = over all warehouses."""

    item: str
    warehouse: str | None = None
    qty: Decimal
    value: Decimal | None = None
    unit_cost: Decimal | None = None
    expected_value: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A receipt line's billing, at the receipt's rate."""

    ref: str
    line: int
    item: str
    received: Decimal
    billed: Decimal
    returned: Decimal
    pending: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class StockAccount:
    """A stock account: ledger balance, stock value, stock minus ledger."""

    account: str
    ledger: Decimal
    stock: Decimal
    difference: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementCost:
    """The cost now carried by the movement of a document line."""

    ref: str
    line: int
    cost: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenEntry:
    """A movement with quantity not matched yet; negative without source."""

    ref: str
    line: int
    remaining: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfitAndLoss:
    """Income positive, cost negative."""

    accounts: Mapping[str, Decimal]
    result: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceSheet:
    """Balances with their natural sign; `equity` is the result so far."""

    accounts: Mapping[str, Decimal]
    assets: Decimal
    liabilities: Decimal
    equity: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """Stock value against the balance of the stock accounts."""

    gl_stock: Decimal
    difference: Decimal
    stock_value: Decimal | None = None
    stock_actual_value: Decimal | None = None
    stock_expected_value: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledgers:
    """Balance per party."""

    customers: Mapping[str, Decimal]
    suppliers: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What is true after a step; only what is given is checked, an empty list is given.

    `error` is the code that it is refused with, `errors` are several, in any order.
    """

    error: str | None = None
    errors: tuple[str, ...] | None = None
    gl: tuple[Posting, ...] | None = None
    effect: tuple[Posting, ...] | None = None
    gl_by_date: tuple[DatedPosting, ...] | None = None
    gl_by_cost_center: tuple[CenterPosting, ...] | None = None
    journals: tuple[Journal, ...] | None = None
    revalued: tuple[Revalued, ...] | None = None
    stock: tuple[Balance, ...] | None = None
    received_not_billed: tuple[Pending, ...] | None = None
    stock_vs_accounts: tuple[StockAccount, ...] | None = None
    trial_balance: tuple[Posting, ...] | None = None
    costs: tuple[MovementCost, ...] | None = None
    open_entries: tuple[OpenEntry, ...] | None = None
    profit_and_loss: ProfitAndLoss | None = None
    balance_sheet: BalanceSheet | None = None
    balances: Mapping[str, Decimal] | None = None
    reconciliation: Reconciliation | None = None
    ledgers: Ledgers | None = None
    accounts_created: tuple[str, ...] | None = None


NOTHING = Expectation()
"""Nothing is checked."""
