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
    PURCHASE_VARIANCE = "PURCHASE_VARIANCE"
    ASSET = "ASSET"
    LIABILITY = "LIABILITY"


class Role(StrEnum):
    """A part that a company's default account plays when nothing nearer names one."""

    STOCK_IN_HAND = "stockInHand"
    STOCK_RECEIVED_NOT_BILLED = "stockReceivedNotBilled"
    STOCK_ADJUSTMENT = "stockAdjustment"
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
    INVENTORY_ADJUSTMENT = "inventoryAdjustment"
    PURCHASES = "purchases"
    SALES = "sales"
    GRN_SUSPENSE = "grnSuspense"
    FREIGHT = "freight"
    PAYMENT_DISCOUNT = "paymentDiscount"


PROFIT_AND_LOSS = frozenset({Root.INCOME, Root.EXPENSE})
"""The roots whose accounts make up the result; the others make up the balance sheet."""


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
