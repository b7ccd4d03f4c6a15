"""What accounts and posting dates can be refused for."""

from dataclasses import dataclass
from decimal import Decimal

from domain.errors.refusal import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultAccountMissing(Refusal):
    """A posting needs a company default (role) that is not set."""

    code = "DEFAULT_ACCOUNT_MISSING"
    meaning = "The company has no default account for a role that this posting needs."
    fix = "Set the company's default account for the role."
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxAccountMissing(Refusal):
    """A tax on a bill of a direction (SALES, PURCHASE) that it has no account for."""

    code = "TAX_ACCOUNT_MISSING"
    meaning = "The tax has no account for sales, or none for purchases, and is charged there."
    fix = "Give the tax its sales or purchase account, or leave it off the lines."
    tax: str
    direction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WarehouseAccountMissing(Refusal):
    """A warehouse finds a stock account at none of the three levels."""

    code = "WAREHOUSE_ACCOUNT_MISSING"
    meaning = "Neither the warehouse, nor a parent, nor the company has a stock account for it."
    fix = "Give the warehouse or a parent an account, or set the company default stockInHand."
    warehouse: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CostCenterRequired(Refusal):
    """A profit and loss posting without a cost center, where the company requires one."""

    code = "COST_CENTER_REQUIRED"
    meaning = "The company requires a cost center on profit and loss lines."
    fix = "Give a cost center on the line, or set the company's default."
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountInCurrency(Refusal):
    """A posting in company currency alone on an account that is kept in another currency."""

    code = "ACCOUNT_IN_CURRENCY"
    meaning = "The account is kept in another currency, and the document says nothing in it."
    fix = "Post to it by a payment or a journal entry, or name an account in company currency."
    account: str
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodAlreadyClosed(Refusal):
    """A day to close through that is closed."""

    code = "PERIOD_ALREADY_CLOSED"
    meaning = "The books are closed through that day, or a later one, already."
    fix = "Close through a later day, or reopen days first."
    closed_through: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodNotClosed(Refusal):
    """Days to reopen that are open; `closed_through` None: none is closed."""

    code = "PERIOD_NOT_CLOSED"
    meaning = "The days to be reopened are open."
    fix = "Nothing needs to be done: documents can be dated on them."
    closed_through: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiscalYearNotOpen(Refusal):
    """A posting date so far from the open fiscal years that it is taken for a slip.

    `last_open` is the nearest of them.
    """

    code = "FISCAL_YEAR_NOT_OPEN"
    meaning = "The date lies in a fiscal year far before or beyond those that are open."
    fix = "Correct the date, or open its fiscal year with openFiscalYear."
    posting_date: str
    fiscal_year: str
    last_open: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingDateAhead(Refusal):
    """A day to post on, close or open further ahead than allowed; `latest` is the last one."""

    code = "POSTING_DATE_AHEAD"
    meaning = "The date is further ahead of today than the company allows."
    fix = "Correct the date, look at the device's clock, or change postingDaysAhead."
    posting_date: str
    latest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodClosed(Refusal):
    """A posting date on or before the day through which the books are closed."""

    code = "PERIOD_CLOSED"
    meaning = "The books are closed for that date."
    fix = (
        "Use a later posting date, or have the period opened. Journal entries, payments and "
        "allocations of closed days are taken back on a later one (`reverseOn`)."
    )
    posting_date: str
    closed_through: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnbalancedEntry(Refusal):
    """Debits and credits of a journal differ."""

    code = "UNBALANCED_ENTRY"
    meaning = "Debits and credits are not equal."
    fix = "Correct the lines so that both sides add up to the same amount."
    debit: Decimal
    credit: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class StockAccountLocked(Refusal):
    """A manual journal on a stock account that agrees with its stock value."""

    code = "STOCK_ACCOUNT_LOCKED"
    meaning = "The stock account agrees with the value of its stock; a journal would part them."
    fix = "Post a stock document instead."
    account: str
