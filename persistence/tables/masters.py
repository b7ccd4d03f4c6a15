"""Masters: what documents refer to. They change, carry a version, and once used they stay."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlmodel import Field, SQLModel

from persistence.tables.columns import (
    active,
    at_creation,
    empty_object,
    exact,
    first_version,
    from_the_start,
    key,
    reference,
    required_reference,
    to,
    to_company,
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
    scheme_since: int = from_the_start()
    flow_since: int = from_the_start()
    frozen_through: date | None = None
    inventory_closed_through: date | None = None
    settings: dict[str, Any] = empty_object()
    is_active: bool = active()
    version: int = first_version()
    created_at: datetime = at_creation()


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
    is_active: bool = active()
    version: int = first_version()
    created_at: datetime = at_creation()


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
    is_active: bool = active()
    version: int = first_version()
    created_at: datetime = at_creation()


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
    is_active: bool = active()
    version: int = first_version()
    created_at: datetime = at_creation()


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
    is_active: bool = active()
    version: int = first_version()
    created_at: datetime = at_creation()


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
    is_active: bool = active()
    version: int = first_version()
    created_at: datetime = at_creation()


class FiscalYear(SQLModel, table=True):
    """A fiscal year; it opens itself on the first posting in it. `code` stands in numbers."""

    __tablename__ = "fiscal_year"
    __table_args__ = (to_company(), UniqueConstraint("company_id", "code", name="fiscal_year_code"))
    company_id: UUID = key()
    id: UUID = key()
    code: str
    start_date: date
    end_date: date
