"""How masters and open days were changed, and from when on: append-only, as the ledgers."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from persistence.tables.columns import (
    exact_or_null,
    key,
    reference,
    required_reference,
    sequence,
    to,
    to_company,
)


class PeriodChange(SQLModel, table=True):
    """The company's last closed day was moved: from, to, when, by whom and why (null: none).

    `kind` LEDGER closes all postings, INVENTORY those that move or value stock.
    """

    __tablename__ = "period_change"
    __table_args__ = (
        to_company(),
        Index("period_change_recorded", "company_id", "recorded_at", "id"),
    )
    company_id: UUID = key()
    id: UUID = key()
    kind: str = Field(default="LEDGER", sa_column_kwargs={"server_default": "LEDGER"})
    closed_through_before: date | None = None
    closed_through: date | None = None
    reason: str | None = None
    recorded_at: datetime = Field(
        default=None,
        sa_type=DateTime(timezone=True),
        nullable=False,
        sa_column_kwargs={"server_default": text("clock_timestamp()")},
    )
    recorded_by: str | None = None


class LotChange(SQLModel, table=True):
    """A batch or serial number as it was from then on: its dates and its hold, by whom and why."""

    __tablename__ = "lot_change"
    __table_args__ = (
        to("lot_id", "lot"),
        Index("lot_change_lot", "company_id", "lot_id", "recorded_at"),
    )
    company_id: UUID = key()
    id: UUID = key()
    lot_id: UUID = required_reference()
    expiry_date: date | None = None
    manufactured_on: date | None = None
    hold: str | None = None
    reason: str | None = None
    recorded_at: datetime = Field(
        default=None,
        sa_type=DateTime(timezone=True),
        nullable=False,
        sa_column_kwargs={"server_default": text("clock_timestamp()")},
    )
    recorded_by: str | None = None


class MethodChange(SQLModel, table=True):
    """An item came under another costing method, from its document's place in posting order on."""

    __tablename__ = "method_change"
    __table_args__ = (
        to("document_id", "document"),
        to("item_id", "item"),
        Index("method_change_item", "company_id", "item_id"),
    )
    company_id: UUID = key()
    document_id: UUID = key()
    item_id: UUID = key()
    seq: int = sequence()
    posting_date: date
    posting_time: time
    method_before: str
    method_after: str


class ItemGroupChange(SQLModel, table=True):
    """An item came into another group of items: its stock stands on that group's account."""

    __tablename__ = "item_group_change"
    __table_args__ = (
        to("document_id", "document"),
        to("item_id", "item"),
        Index("item_group_change_item", "company_id", "item_id", "seq"),
    )
    company_id: UUID = key()
    document_id: UUID = key()
    item_id: UUID = key()
    seq: int = sequence()
    group_before: UUID | None = reference()
    group_after: UUID | None = reference()


class StandardCostChange(SQLModel, table=True):
    """An item got another standard cost: what came in before keeps the old one."""

    __tablename__ = "standard_cost_change"
    __table_args__ = (
        to("document_id", "document"),
        to("item_id", "item"),
        Index("standard_cost_change_item", "company_id", "item_id", "seq"),
    )
    company_id: UUID = key()
    document_id: UUID = key()
    item_id: UUID = key()
    seq: int = sequence()
    cost_before: Decimal | None = exact_or_null()
    cost_after: Decimal | None = exact_or_null()


class MasterChange(SQLModel, table=True):
    """A master was made, changed or deleted: by whom, when, and which fields from what to what.

    `fields` has them by the API's names, as {"before": ..., "after": ...}, a reference as
    {"id": ..., "code": ...}, and {} where values are not kept (domain/master_changes.py). `code`
    and `version` are the record's after it; `document_id` says by which document, if by any.
    It refers to no row: it stays when a record, or the company, is deleted.
    """

    __tablename__ = "master_change"
    __table_args__ = (
        Index("master_change_recorded", "company_id", "recorded_at", "id"),
        Index("master_change_record", "company_id", "record_id", "recorded_at", "id"),
    )
    company_id: UUID = key()
    id: UUID = key()
    kind: str
    record_id: UUID = required_reference()
    action: str
    code: str | None = None
    version: int | None = None
    fields_: dict[str, Any] = Field(sa_column=Column("fields", JSONB, nullable=False))
    document_id: UUID | None = reference()
    recorded_at: datetime = Field(
        default=None,
        sa_type=DateTime(timezone=True),
        nullable=False,
        sa_column_kwargs={"server_default": text("clock_timestamp()")},
    )
    recorded_by: str | None = None
