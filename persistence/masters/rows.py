"""Masters as they are read: rows with the field names of the tables (a test compares them)."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID


class CompanyRow(NamedTuple):
    """A company."""

    id: UUID
    code: str
    name: str
    currency: str
    chart: str
    scheme: str
    flow: str
    costing_method: str
    fiscal_year_start_month: int
    posts_stock_from: date | None
    scheme_from: date | None
    scheme_since: int
    flow_since: int
    frozen_through: date | None
    inventory_closed_through: date | None
    settings: dict[str, Any]
    is_active: bool
    version: int
    created_at: datetime


class AccountRow(NamedTuple):
    """An account or a group of accounts."""

    company_id: UUID
    id: UUID
    code: str
    name: str
    type: str
    root: str
    parent_id: UUID | None
    is_group: bool
    position: int
    currency: str | None
    is_active: bool
    version: int
    created_at: datetime


class CostCenterRow(NamedTuple):
    """A cost center or a group of them."""

    company_id: UUID
    id: UUID
    code: str
    name: str
    parent_id: UUID | None
    is_group: bool
    is_active: bool
    version: int
    created_at: datetime


class WarehouseRow(NamedTuple):
    """A warehouse or a group of them."""

    company_id: UUID
    id: UUID
    code: str
    name: str
    parent_id: UUID | None
    account_id: UUID | None
    is_group: bool
    is_transit: bool
    is_active: bool
    version: int
    created_at: datetime


class ItemGroupRow(NamedTuple):
    """A group of items."""

    company_id: UUID
    id: UUID
    code: str
    name: str
    parent_id: UUID | None
    costing_method: str | None
    stock_account_id: UUID | None
    adjustment_account_id: UUID | None
    purchase_price_variance_account_id: UUID | None
    cost_of_goods_sold_account_id: UUID | None
    income_account_id: UUID | None
    is_active: bool
    version: int
    created_at: datetime


class ItemRow(NamedTuple):
    """An item or service."""

    company_id: UUID
    id: UUID
    sku: str
    name: str
    description: str | None
    uom: str
    costing_method: str | None
    is_stock_item: bool
    group_id: UUID | None
    stock_group: str | None
    standard_cost: Decimal | None
    unit_cost: Decimal | None
    overhead_rate: Decimal | None
    indirect_cost_percent: Decimal | None
    weight: Decimal | None
    volume: Decimal | None
    expense_account_id: UUID | None
    income_account_id: UUID | None
    cost_of_goods_sold_account_id: UUID | None
    over_receipt_tolerance: Decimal | None
    over_delivery_tolerance: Decimal | None
    over_billing_tolerance: Decimal | None
    settings: dict[str, Any]
    units: dict[str, str] | None
    is_active: bool
    version: int
    created_at: datetime


def units_of(kept: Mapping[str, str]) -> tuple[tuple[str, Decimal], ...]:
    """An item's units besides its stock unit, each with its factor, by name."""
    return tuple((uom, Decimal(kept[uom])) for uom in sorted(kept))


class TaxRow(NamedTuple):
    """A tax on lines of bills."""

    company_id: UUID
    id: UUID
    code: str
    name: str
    rate: Decimal
    position: int
    on_tax: bool
    sales_account_id: UUID | None
    purchase_account_id: UUID | None
    is_active: bool
    version: int
    created_at: datetime


class PaymentTermRow(NamedTuple):
    """Payment terms."""

    company_id: UUID
    id: UUID
    code: str
    name: str
    due_days: int
    end_of_month: bool
    discount_percent: Decimal
    discount_days: int
    is_active: bool
    version: int
    created_at: datetime


class PartyRow(NamedTuple):
    """A customer, a supplier or both."""

    company_id: UUID
    id: UUID
    code: str
    name: str
    roles: list[str]
    tax_id: str | None
    email: str | None
    party_group: str | None
    area: str | None
    sales_type: str | None
    receivable_account_id: UUID | None
    payable_account_id: UUID | None
    payment_term_id: UUID | None
    is_active: bool
    version: int
    created_at: datetime


class FiscalYearRow(NamedTuple):
    """A fiscal year."""

    company_id: UUID
    id: UUID
    code: str
    start_date: date
    end_date: date


class PeriodChangeRow(NamedTuple):
    """A move of the company's last closed day."""

    company_id: UUID
    id: UUID
    kind: str
    closed_through_before: date | None
    closed_through: date | None
    reason: str | None
    recorded_at: datetime
    recorded_by: str | None


TABLES: dict[type[NamedTuple], str] = {
    CompanyRow: "company",
    AccountRow: "account",
    CostCenterRow: "cost_center",
    WarehouseRow: "warehouse",
    ItemGroupRow: "item_group",
    ItemRow: "item",
    PartyRow: "party",
    TaxRow: "tax",
    PaymentTermRow: "payment_term",
    FiscalYearRow: "fiscal_year",
    PeriodChangeRow: "period_change",
}
"""The table that each kind of row is read from."""


def columns(row: type[NamedTuple], alias: str = "t") -> str:
    """The columns of a row in its order, for SELECT."""
    return ", ".join(f"{alias}.{name}" for name in row._fields)
