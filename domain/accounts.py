"""Accounts: their roots and types, the roles they fill, and the account of a warehouse's stock."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID


class Root(StrEnum):
    """The five elements of the statements; a tree of accounts has one of them."""

    ASSET = "ASSET"
    LIABILITY = "LIABILITY"
    EQUITY = "EQUITY"
    INCOME = "INCOME"
    EXPENSE = "EXPENSE"


class AccountType(StrEnum):
    """What an account is for."""

    STOCK = "STOCK"
    STOCK_RECEIVED_NOT_BILLED = "STOCK_RECEIVED_NOT_BILLED"
    STOCK_ADJUSTMENT = "STOCK_ADJUSTMENT"
    EXPENSES_INCLUDED_IN_VALUATION = "EXPENSES_INCLUDED_IN_VALUATION"
    COGS = "COGS"
    INCOME = "INCOME"
    EXPENSE = "EXPENSE"
    RECEIVABLE = "RECEIVABLE"
    PAYABLE = "PAYABLE"
    TAX = "TAX"
    BANK = "BANK"
    CASH = "CASH"
    EQUITY = "EQUITY"
    ROUND_OFF = "ROUND_OFF"
    EXCHANGE_GAIN_LOSS = "EXCHANGE_GAIN_LOSS"
    TEMPORARY_OPENING = "TEMPORARY_OPENING"
    PROVISIONAL = "PROVISIONAL"
    STOCK_INTERIM = "STOCK_INTERIM"
    COGS_INTERIM = "COGS_INTERIM"
    DIRECT_COST_APPLIED = "DIRECT_COST_APPLIED"
    OVERHEAD_APPLIED = "OVERHEAD_APPLIED"
    INVENTORY_VARIATION = "INVENTORY_VARIATION"
    PURCHASE_PRICE_VARIANCE = "PURCHASE_PRICE_VARIANCE"
    PURCHASES = "PURCHASES"
    DISCOUNT = "DISCOUNT"
    FREIGHT = "FREIGHT"
    ASSET = "ASSET"
    LIABILITY = "LIABILITY"


CONTROL_TYPES = frozenset({AccountType.RECEIVABLE, AccountType.PAYABLE})
"""What is kept by party: the balance of such an account is that of its customers or suppliers."""

KEPT_IN_CURRENCY = frozenset(
    {AccountType.BANK, AccountType.CASH, AccountType.ASSET, AccountType.LIABILITY}
)
"""What may be kept in another currency than the company's: money, deposits and loans. What parties
owe is kept in the currency of its documents, everything else in the company's."""


class Role(StrEnum):
    """A part that a company's default account plays when nothing nearer names one."""

    STOCK_IN_HAND = "stockInHand"
    STOCK_RECEIVED_NOT_BILLED = "stockReceivedNotBilled"
    STOCK_ADJUSTMENT = "stockAdjustment"
    NEGATIVE_STOCK_ADJUSTMENT = "negativeStockAdjustment"
    EXPENSES_INCLUDED_IN_VALUATION = "expensesIncludedInValuation"
    COST_OF_GOODS_SOLD = "costOfGoodsSold"
    INCOME = "income"
    RECEIVABLE = "receivable"
    PAYABLE = "payable"
    ROUND_OFF = "roundOff"
    EXCHANGE_GAIN_LOSS = "exchangeGainLoss"
    TEMPORARY_OPENING = "temporaryOpening"
    SERVICES_RECEIVED_NOT_BILLED = "servicesReceivedNotBilled"
    EXPENSE = "expense"
    BANK = "bank"
    CASH = "cash"
    RETAINED_EARNINGS = "retainedEarnings"
    STOCK_INTERIM = "stockInterim"
    ACCRUAL_INTERIM = "accrualInterim"
    COGS_INTERIM = "cogsInterim"
    DIRECT_COST_APPLIED = "directCostApplied"
    OVERHEAD_APPLIED = "overheadApplied"
    PURCHASE_VARIANCE = "purchaseVariance"
    PURCHASES = "purchases"
    SALES_DISCOUNT = "salesDiscount"
    FREIGHT = "freight"
    PAYMENT_DISCOUNT = "paymentDiscount"
    WRITE_OFF = "writeOff"


SUB_LEDGER_TYPES = frozenset(
    {
        AccountType.STOCK,
        AccountType.STOCK_RECEIVED_NOT_BILLED,
        AccountType.RECEIVABLE,
        AccountType.PAYABLE,
    }
)
"""Types whose balance is tied to a sub-ledger: nothing is written off to such an account."""

PROFIT_AND_LOSS = frozenset({Root.INCOME, Root.EXPENSE})
"""The roots whose accounts make up the result; the others make up the balance sheet."""


ROOTS_OF_TYPE: Mapping[AccountType, tuple[Root, ...]] = {
    AccountType.STOCK: (Root.ASSET,),
    AccountType.STOCK_RECEIVED_NOT_BILLED: (Root.LIABILITY,),
    AccountType.STOCK_ADJUSTMENT: (Root.EXPENSE, Root.INCOME),
    AccountType.EXPENSES_INCLUDED_IN_VALUATION: (Root.EXPENSE, Root.INCOME),
    AccountType.COGS: (Root.EXPENSE,),
    AccountType.INCOME: (Root.INCOME,),
    AccountType.EXPENSE: (Root.EXPENSE,),
    AccountType.RECEIVABLE: (Root.ASSET,),
    AccountType.PAYABLE: (Root.LIABILITY,),
    AccountType.TAX: (Root.LIABILITY, Root.ASSET, Root.EXPENSE, Root.INCOME),
    AccountType.BANK: (Root.ASSET, Root.LIABILITY),
    AccountType.CASH: (Root.ASSET,),
    AccountType.EQUITY: (Root.EQUITY, Root.LIABILITY),
    AccountType.ROUND_OFF: (Root.EXPENSE, Root.INCOME),
    AccountType.EXCHANGE_GAIN_LOSS: (Root.EXPENSE, Root.INCOME),
    AccountType.TEMPORARY_OPENING: (Root.EQUITY, Root.ASSET, Root.LIABILITY),
    AccountType.PROVISIONAL: (Root.LIABILITY,),
    AccountType.STOCK_INTERIM: (Root.ASSET,),
    AccountType.COGS_INTERIM: (Root.EXPENSE,),
    AccountType.DIRECT_COST_APPLIED: (Root.EXPENSE, Root.INCOME),
    AccountType.OVERHEAD_APPLIED: (Root.EXPENSE, Root.INCOME),
    AccountType.INVENTORY_VARIATION: (Root.EXPENSE, Root.INCOME),
    AccountType.PURCHASE_PRICE_VARIANCE: (Root.EXPENSE, Root.INCOME),
    AccountType.PURCHASES: (Root.EXPENSE,),
    AccountType.DISCOUNT: (Root.INCOME, Root.EXPENSE),
    AccountType.FREIGHT: (Root.INCOME, Root.EXPENSE),
    AccountType.ASSET: (Root.ASSET,),
    AccountType.LIABILITY: (Root.LIABILITY,),
}
"""The roots that an account of a type may have; the first unless another is given."""

GENERAL_TYPE: Mapping[Root, AccountType] = {
    Root.ASSET: AccountType.ASSET,
    Root.LIABILITY: AccountType.LIABILITY,
    Root.EQUITY: AccountType.EQUITY,
    Root.INCOME: AccountType.INCOME,
    Root.EXPENSE: AccountType.EXPENSE,
}
"""The type of a group, or of an account with no special use."""


def root_of(
    type_: AccountType | None, given: Root | None = None, parent: Root | None = None
) -> Root | None:
    """The root of a new account: the one given, its parent's, or the first of its type's.

    None when it cannot be told, or when it is none that the type may have. Groups and general
    accounts have no type of their own: their root has to be given or inherited.
    """
    root = given or parent
    if type_ is None:
        return root
    allowed = ROOTS_OF_TYPE[type_]
    if root is None:
        return allowed[0]
    return root if root in allowed else None


_RESULT = frozenset({Root.INCOME, Root.EXPENSE})
_BALANCE = frozenset({Root.ASSET, Root.LIABILITY, Root.EQUITY})

TYPES_OF_ROLE: Mapping[Role, frozenset[AccountType]] = {
    Role.STOCK_IN_HAND: frozenset({AccountType.STOCK}),
    Role.STOCK_RECEIVED_NOT_BILLED: frozenset({AccountType.STOCK_RECEIVED_NOT_BILLED}),
    Role.RECEIVABLE: frozenset({AccountType.RECEIVABLE}),
    Role.PAYABLE: frozenset({AccountType.PAYABLE}),
    Role.SERVICES_RECEIVED_NOT_BILLED: frozenset({AccountType.PROVISIONAL}),
    Role.BANK: frozenset({AccountType.BANK, AccountType.CASH}),
    Role.CASH: frozenset({AccountType.CASH, AccountType.BANK}),
}
"""The types that may fill a role, where a sub-ledger or a report relies on the type."""

ROOTS_OF_ROLE: Mapping[Role, frozenset[Root]] = {
    Role.STOCK_ADJUSTMENT: _RESULT,
    Role.NEGATIVE_STOCK_ADJUSTMENT: _RESULT,
    Role.EXPENSES_INCLUDED_IN_VALUATION: _RESULT,
    Role.COST_OF_GOODS_SOLD: _RESULT,
    Role.INCOME: _RESULT,
    Role.ROUND_OFF: _RESULT,
    Role.EXCHANGE_GAIN_LOSS: _RESULT,
    Role.TEMPORARY_OPENING: _BALANCE,
    Role.EXPENSE: _RESULT | {Root.ASSET},
    Role.RETAINED_EARNINGS: _BALANCE,
    Role.STOCK_INTERIM: _BALANCE,
    Role.ACCRUAL_INTERIM: _BALANCE,
    Role.COGS_INTERIM: _RESULT,
    Role.DIRECT_COST_APPLIED: _RESULT,
    Role.OVERHEAD_APPLIED: _RESULT,
    Role.PURCHASE_VARIANCE: _RESULT,
    Role.PURCHASES: _RESULT,
    Role.SALES_DISCOUNT: _RESULT,
    Role.FREIGHT: _RESULT,
    Role.PAYMENT_DISCOUNT: _RESULT,
    Role.WRITE_OFF: _RESULT,
}
"""The roots that may fill the other roles."""

# Their balance is tied to a sub-ledger, which postings of another role would break.
_ONLY_FOR_THEIR_LEDGER = CONTROL_TYPES | {AccountType.STOCK}


def fits(role: Role, type_: AccountType, root: Root) -> bool:
    """Whether an account of that type and root may fill the role."""
    if role in TYPES_OF_ROLE:
        return type_ in TYPES_OF_ROLE[role]
    return root in ROOTS_OF_ROLE[role] and type_ not in _ONLY_FOR_THEIR_LEDGER


def expected_of(role: Role) -> str:
    """The types, or else the roots, that may fill a role; for messages."""
    return ", ".join(sorted(TYPES_OF_ROLE.get(role) or ROOTS_OF_ROLE[role]))


class AccountSource(StrEnum):
    """Where a warehouse's stock account was found."""

    WAREHOUSE = "WAREHOUSE"
    PARENT = "PARENT"
    COMPANY_DEFAULT = "COMPANY_DEFAULT"


@dataclass(frozen=True, slots=True)
class WarehouseFacts:
    """A warehouse as far as decisions need it."""

    id: UUID
    code: str
    name: str
    parent: UUID | None
    account: UUID | None
    is_group: bool = False
    is_active: bool = True
    is_transit: bool = False


class ResolvedAccount(NamedTuple):
    """The stock account of a warehouse, and which of the three levels named it."""

    account: UUID
    source: AccountSource


def resolve_stock_account(
    warehouse: UUID, warehouses: Mapping[UUID, WarehouseFacts], default: UUID | None
) -> ResolvedAccount | None:
    """The warehouse's own account, else its nearest ancestor's, else the company default.

    None when none of the three is set (rule: the ERPNext section of the scenario vectors).
    """
    own = warehouses[warehouse]
    if own.account is not None:
        return ResolvedAccount(own.account, AccountSource.WAREHOUSE)
    parent = own.parent
    while parent is not None:
        ancestor = warehouses[parent]
        if ancestor.account is not None:
            return ResolvedAccount(ancestor.account, AccountSource.PARENT)
        parent = ancestor.parent
    if default is not None:
        return ResolvedAccount(default, AccountSource.COMPANY_DEFAULT)
    return None
