"""Webhooks and their deliveries: mutable, and not part of the books."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from persistence.tables.columns import key, required_reference, sequence, to_company


def _moment(*, now: bool = False) -> Any:
    options: dict[str, Any] = {"server_default": text("clock_timestamp()")} if now else {}
    return Field(
        default=None,
        sa_type=DateTime(timezone=True),
        nullable=not now,
        sa_column_kwargs=options,
    )


class Webhook(SQLModel, table=True):
    """An address to which the feed is sent. `position` is the last sequence that is settled.

    `secret` signs; `attempts` and `failing_since` are about what is at the head of its queue.
    """

    __tablename__ = "webhook"
    __table_args__ = (
        to_company(),
        CheckConstraint("state in ('ACTIVE', 'PAUSED', 'DEAD')", name="webhook_state"),
    )
    company_id: UUID = key()
    id: UUID = key()
    url: str
    secret: str
    kinds: list[str] | None = Field(default=None, sa_column=Column(ARRAY(String), nullable=True))
    description: str | None = None
    state: str = Field(default="ACTIVE", sa_column_kwargs={"server_default": "ACTIVE"})
    position: int = sequence()
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    next_attempt_at: datetime = _moment(now=True)
    failing_since: datetime | None = _moment()
    created_by: str | None = None
    created_at: datetime = _moment(now=True)
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})


class WebhookDelivery(SQLModel, table=True):
    """One change sent to one webhook: PENDING (to be sent again), DELIVERED, FAILING or DEAD."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("company_id", "webhook_id", "seq", name="webhook_delivery_seq"),
        ForeignKeyConstraint(
            ["company_id", "webhook_id"],
            ["webhook.company_id", "webhook.id"],
            name="fk_webhook_id",
            ondelete="CASCADE",
        ),
        CheckConstraint(
            "state in ('PENDING', 'DELIVERED', 'FAILING', 'DEAD')", name="webhook_delivery_state"
        ),
        Index("webhook_delivery_state_seq", "company_id", "webhook_id", "state", "seq"),
    )
    company_id: UUID = key()
    id: UUID = key()
    webhook_id: UUID = required_reference()
    seq: int = sequence()
    state: str
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    status_code: int | None = None
    error: str | None = None
    attempted_at: datetime | None = _moment()
    created_at: datetime = _moment(now=True)
