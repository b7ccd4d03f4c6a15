"""Masters of goods: where they lie, which they are, and their batches and serial numbers."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from persistence.tables.columns import (
    active,
    at_creation,
    empty_object,
    exact_or_null,
    first_version,
    key,
    reference,
    required_reference,
    to,
    to_company,
)


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
    is_active: bool = active()
    version: int = first_version()
    created_at: datetime = at_creation()


class ItemGroup(SQLModel, table=True):
    """A group of items: the product posting group, or stock category, that rules look up.

    `costing_method` is what items made in it get unless they say otherwise. The accounts are those
    of its items' stock, adjustments and price variances (BY_LEVEL), and of what they are sold for
    and have cost (the other schemes); null = its parent's.
    """

    __tablename__ = "item_group"
    __table_args__ = (
        to_company(),
        to("parent_id", "item_group"),
        to("stock_account_id", "account"),
        to("adjustment_account_id", "account"),
        to("purchase_price_variance_account_id", "account"),
        to("cost_of_goods_sold_account_id", "account"),
        to("income_account_id", "account"),
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
    cost_of_goods_sold_account_id: UUID | None = reference()
    income_account_id: UUID | None = reference()
    is_active: bool = active()
    version: int = first_version()
    created_at: datetime = at_creation()


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
    cost_of_goods_sold_account_id: UUID | None = reference()
    over_receipt_tolerance: Decimal | None = exact_or_null()
    over_delivery_tolerance: Decimal | None = exact_or_null()
    over_billing_tolerance: Decimal | None = exact_or_null()
    settings: dict[str, Any] = empty_object()
    units: dict[str, str] | None = Field(default=None, sa_column=Column(JSONB, nullable=True))
    is_active: bool = active()
    version: int = first_version()
    created_at: datetime = at_creation()


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
    is_active: bool = active()
    version: int = first_version()
    created_at: datetime = at_creation()
