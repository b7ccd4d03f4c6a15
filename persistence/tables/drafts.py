"""Documents that are not posted yet: mutable, and not part of the books."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, DateTime, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from persistence.tables.columns import key, required_reference, to_company


def _now() -> Any:
    return Field(
        default=None,
        sa_type=DateTime(timezone=True),
        nullable=False,
        sa_column_kwargs={"server_default": text("clock_timestamp()")},
    )


class Draft(SQLModel, table=True):
    """A document's input as it was given, under the id that the document will have.

    `status` is OPEN, PENDING (waits for a second person), REJECTED or POSTED.
    """

    __tablename__ = "draft"
    __table_args__ = (
        to_company(),
        UniqueConstraint("company_id", "document_id", name="draft_document"),
        Index("draft_by_change", "company_id", "changed_at", "id"),
        CheckConstraint("status in ('OPEN', 'PENDING', 'REJECTED', 'POSTED')", name="draft_status"),
        CheckConstraint(
            "approved_by is null or (approved_by <> created_by and approved_by <> changed_by)",
            name="draft_four_eyes",
        ),
    )
    company_id: UUID = key()
    id: UUID = key()
    document_id: UUID = required_reference()
    kind: str
    content: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    note: str | None = None
    status: str = Field(default="OPEN", sa_column_kwargs={"server_default": "OPEN"})
    created_by: str
    created_at: datetime = _now()
    changed_by: str
    changed_at: datetime = _now()
    approved_by: str | None = None
    rejected_by: str | None = None
    reason: str | None = None
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
