"""Masters: what documents refer to. They change, carry a version, and once used they stay."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TEXT
from sqlmodel import Field, SQLModel

from persistence.tables.columns import (
    exact,
    exact_or_null,
    key,
    reference,
    required_reference,
    to,
    to_company,
)


def _now() -> Any:
    return Field(
        default=None,
        sa_type=DateTime(timezone=True),
        nullable=False,
        sa_column_kwargs={"server_default": text("now()")},
    )


def _version() -> Any:
    return Field(default=1, nullable=False, sa_column_kwargs={"server_default": "1"})


def _since() -> Any:
    return Field(
        default=0, sa_type=BigInteger, nullable=False, sa_column_kwargs={"server_default": "0"}
    )


def _active() -> Any:
    return Field(default=True, nullable=False, sa_column_kwargs={"server_default": text("true")})


def _json() -> Any:
    return Field(
        default_factory=dict, sa_column=Column(JSONB, nullable=False, server_default=text("'{}'"))
    )


class Company(SQLModel, table=True):
    """A company: one set of books in one currency.

    `scheme` says which accounts hear of stock, `flow` how late facts travel, `costing_method`
    what its items use unless they say otherwise. `posts_stock_from` is the first day on which
    stock movements reach the ledger at once (null under PERIODIC); `frozen_through` the last
    closed day, `inventory_closed_through` the last on which stock may not be moved or valued any
    more. `scheme_from` is the first day of the scheme where a migration brought it, `scheme_since`
    the recording of that migration, `flow_since` of the one that opened the flow. `settings` holds
    the switches of the company (domain/company.py).
    """

    __tablename__ = "company"
    id: UUID = key()
    code: str = Field(unique=True)
    name: str
    currency: str
    chart: str
    scheme: str
    flow: str
    costing_method: str
    fiscal_year_start_month: int = 1
    posts_stock_from: date | None = None
    scheme_from: date | None = None
    scheme_since: int = _since()
    flow_since: int = _since()
    frozen_through: date | None = None
    inventory_closed_through: date | None = None
    settings: dict[str, Any] = _json()
    is_active: bool = _active()
    version: int = _version()
    created_at: datetime = _now()


class AccountRole(SQLModel, table=True):
    """A company default: the account that fills a role (domain/accounts.py names the roles)."""

    __tablename__ = "account_role"
    __table_args__ = (to_company(), to("account_id", "account"))
    company_id: UUID = key()
    role: str = Field(primary_key=True)
    account_id: UUID = required_reference()


class Account(SQLModel, table=True):
    """An account of the chart, or a group of accounts; `position` is its place in chart order."""

    __tablename__ = "account"
    __table_args__ = (
        to_company(),
        to("parent_id", "account"),
        UniqueConstraint("company_id", "code", name="account_code"),
    )
    company_id: UUID = key()
    id: UUID = key()
    code: str
    name: str
    type: str
    root: str
    parent_id: UUID | None = reference()
    is_group: bool = False
    position: int = 0
    currency: str | None = None
    is_active: bool = _active()
    version: int = _version()
    created_at: datetime = _now()


class CostCenter(SQLModel, table=True):
    """A cost center, or a group of them."""

    __tablename__ = "cost_center"
    __table_args__ = (
        to_company(),
        to("parent_id", "cost_center"),
        UniqueConstraint("company_id", "code", name="cost_center_code"),
    )
    company_id: UUID = key()
    id: UUID = key()
    code: str
    name: str
    parent_id: UUID | None = reference()
    is_group: bool = False
    is_active: bool = _active()
    version: int = _version()
    created_at: datetime = _now()


class Warehouse(SQLModel, table=True):
    """A warehouse, or a group of them; `account_id` is its own stock account, if it has one.

    One that `is_transit` stands for the road: goods in it were sent and are not received yet.
    """

    __tablename__ = "warehouse"
    __table_args__ = (
        to_company(),
        to("parent_id", "warehouse"),
        to("account_id", "account"),
        UniqueConstraint("company_id", "code", name="warehouse_code"),
    )
    company_id: UUID = key()
    id: UUID = key()
    code: str
    name: str
    parent_id: UUID | None = reference()
    account_id: UUID | None = reference()
    is_group: bool = False
    is_transit: bool = Field(
        default=False, nullable=False, sa_column_kwargs={"server_default": text("false")}
    )
    is_active: bool = _active()
    version: int = _version()
    created_at: datetime = _now()


class ItemGroup(SQLModel, table=True):
    """A group of items: the product posting group, or stock category, that rules look up.

    `costing_method` is what items made in it get unless they say otherwise. The accounts are those
    of its items' stock, adjustments and price variances (BY_LEVEL); null = its parent's.
    """

    __tablename__ = "item_group"
    __table_args__ = (
        to_company(),
        to("parent_id", "item_group"),
        to("stock_account_id", "account"),
        to("adjustment_account_id", "account"),
        to("purchase_price_variance_account_id", "account"),
        UniqueConstraint("company_id", "code", name="item_group_code"),
    )
    company_id: UUID = key()
    id: UUID = key()
    code: str
    name: str
    parent_id: UUID | None = reference()
    costing_method: str | None = None
    stock_account_id: UUID | None = reference()
    adjustment_account_id: UUID | None = reference()
    purchase_price_variance_account_id: UUID | None = reference()
    is_active: bool = _active()
    version: int = _version()
    created_at: datetime = _now()


class Item(SQLModel, table=True):
    """A stock item or service. `costing_method` null = the company's.

    `weight` and `volume` per unit are bases for spreading landed cost. The tolerances are in
    percent, null = the company's; `settings` holds what else a single item overrides (negative
    stock). Posting rules find accounts by its group and by `stock_group`, a code.
    `unit_cost` is the cost on its card before any purchase, `overhead_rate` per unit,
    `indirect_cost_percent` of the direct cost. `uom` is its stock unit, `units` are the others that
    it has: how many stock units one of each is, as text; null where there are none.
    """

    __tablename__ = "item"
    __table_args__ = (
        to_company(),
        to("group_id", "item_group"),
        UniqueConstraint("company_id", "sku", name="item_sku"),
        Index("item_in_group", "company_id", "group_id"),
        Index("item_by_name", "company_id", "name", "id"),
    )
    company_id: UUID = key()
    id: UUID = key()
    sku: str
    name: str
    description: str | None = None
    uom: str = Field(default="Unit")
    costing_method: str | None = None
    is_stock_item: bool = True
    group_id: UUID | None = reference()
    stock_group: str | None = None
    standard_cost: Decimal | None = exact_or_null()
    unit_cost: Decimal | None = exact_or_null()
    overhead_rate: Decimal | None = exact_or_null()
    indirect_cost_percent: Decimal | None = exact_or_null()
    weight: Decimal | None = exact_or_null()
    volume: Decimal | None = exact_or_null()
    expense_account_id: UUID | None = reference()
    income_account_id: UUID | None = reference()
    over_receipt_tolerance: Decimal | None = exact_or_null()
    over_delivery_tolerance: Decimal | None = exact_or_null()
    over_billing_tolerance: Decimal | None = exact_or_null()
    settings: dict[str, Any] = _json()
    units: dict[str, str] | None = Field(default=None, sa_column=Column(JSONB, nullable=True))
    is_active: bool = _active()
    version: int = _version()
    created_at: datetime = _now()


class ItemBarcode(SQLModel, table=True):
    """A barcode that finds an item: one of its stock unit, or of `uom`."""

    __tablename__ = "item_barcode"
    __table_args__ = (
        to("item_id", "item"),
        Index("item_barcode_item", "company_id", "item_id"),
    )
    company_id: UUID = key()
    barcode: str = Field(primary_key=True)
    item_id: UUID = required_reference()
    uom: str | None = None


class PostingRule(SQLModel, table=True):
    """A rule of a table (`kind`) by which postings find accounts; a null key fits anything.

    `position` counts from 1 in each table: where two rules fit alike, the first counts.
    """

    __tablename__ = "posting_rule"
    __table_args__ = (
        to_company(),
        to("warehouse_id", "warehouse"),
        to("item_group_id", "item_group"),
        UniqueConstraint("company_id", "kind", "position", name="posting_rule_position"),
    )
    company_id: UUID = key()
    id: UUID = key()
    kind: str
    position: int
    stock_group: str | None = None
    warehouse_id: UUID | None = reference()
    party_group: str | None = None
    item_group_id: UUID | None = reference()
    area: str | None = None
    sales_type: str | None = None


class PostingRuleAccount(SQLModel, table=True):
    """The account that a posting rule names for a role."""

    __tablename__ = "posting_rule_account"
    __table_args__ = (to("rule_id", "posting_rule"), to("account_id", "account"))
    company_id: UUID = key()
    rule_id: UUID = key()
    role: str = Field(primary_key=True)
    account_id: UUID = required_reference()


class Tax(SQLModel, table=True):
    """A tax on lines of bills: `rate` in percent, `position` its order among those of a line.

    `on_tax`: it is charged on the net amount plus the taxes before it.
    """

    __tablename__ = "tax"
    __table_args__ = (
        to_company(),
        to("sales_account_id", "account"),
        to("purchase_account_id", "account"),
        UniqueConstraint("company_id", "code", name="tax_code"),
    )
    company_id: UUID = key()
    id: UUID = key()
    code: str
    name: str
    rate: Decimal = exact()
    position: int = 1
    on_tax: bool = False
    sales_account_id: UUID | None = reference()
    purchase_account_id: UUID | None = reference()
    is_active: bool = _active()
    version: int = _version()
    created_at: datetime = _now()


class PaymentTerm(SQLModel, table=True):
    """Payment terms: a bill is due `due_days` after its day, or after the end of its month.

    `discount_percent` may be taken until `discount_days` after its day; zero: none.
    """

    __tablename__ = "payment_term"
    __table_args__ = (
        to_company(),
        UniqueConstraint("company_id", "code", name="payment_term_code"),
    )
    company_id: UUID = key()
    id: UUID = key()
    code: str
    name: str
    due_days: int = 0
    end_of_month: bool = False
    discount_percent: Decimal = exact()
    discount_days: int = 0
    is_active: bool = _active()
    version: int = _version()
    created_at: datetime = _now()


class Lot(SQLModel, table=True):
    """A batch or a serial number of an item; made by the document that first brings it in.

    `hold` is why it may not be used (QUARANTINED, BLOCKED; null: it may).
    """

    __tablename__ = "lot"
    __table_args__ = (
        to("item_id", "item"),
        UniqueConstraint("company_id", "item_id", "code", name="lot_code"),
        Index("lot_by_code", "company_id", "code", "id"),
    )
    company_id: UUID = key()
    id: UUID = key()
    item_id: UUID = required_reference()
    code: str
    kind: str
    expiry_date: date | None = None
    manufactured_on: date | None = None
    hold: str | None = None
    is_active: bool = _active()
    version: int = _version()
    created_at: datetime = _now()


class Party(SQLModel, table=True):
    """A customer, supplier or both. The only place that holds personal data.

    `party_group`, `area` and `sales_type` are codes by which posting rules find accounts.
    """

    __tablename__ = "party"
    __table_args__ = (
        to_company(),
        to("payment_term_id", "payment_term"),
        UniqueConstraint("company_id", "code", name="party_code"),
        Index("party_by_name", "company_id", "name", "id"),
    )
    company_id: UUID = key()
    id: UUID = key()
    code: str
    name: str
    roles: list[str] = Field(sa_column=Column(ARRAY(TEXT), nullable=False))
    tax_id: str | None = None
    email: str | None = None
    party_group: str | None = None
    area: str | None = None
    sales_type: str | None = None
    receivable_account_id: UUID | None = reference()
    payable_account_id: UUID | None = reference()
    payment_term_id: UUID | None = reference()
    is_active: bool = _active()
    version: int = _version()
    created_at: datetime = _now()


class FiscalYear(SQLModel, table=True):
    """A fiscal year; it opens itself on the first posting in it. `code` stands in numbers."""

    __tablename__ = "fiscal_year"
    __table_args__ = (to_company(), UniqueConstraint("company_id", "code", name="fiscal_year_code"))
    company_id: UUID = key()
    id: UUID = key()
    code: str
    start_date: date
    end_date: date
