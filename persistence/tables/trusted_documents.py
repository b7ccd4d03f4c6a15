"""Texts of operations that a server may be told to run alone."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, DateTime, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel


class TrustedDocument(SQLModel, table=True):
    """A text of operations, found by its SHA-256; `operations` are their names."""

    __tablename__ = "trusted_document"
    __table_args__ = (
        CheckConstraint(
            "sha256 = sha256(convert_to(body, 'UTF8'))", name="trusted_document_sha256"
        ),
    )
    sha256: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    body: str
    operations: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    added_at: datetime = Field(
        default=None,
        sa_type=DateTime(timezone=True),
        nullable=False,
        sa_column_kwargs={"server_default": text("clock_timestamp()")},
    )
    added_by: str
