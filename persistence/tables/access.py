"""Who may do what. Principals and keys belong to the installation, roles to companies.

A principal's name is the handle that the books record; nothing else is kept of a person but the
subject that their identity provider knows them by, and that can be erased.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel

from persistence.tables.columns import key, required_reference, to, to_company


def _recorded() -> Any:
    return Field(
        default=None,
        sa_type=DateTime(timezone=True),
        nullable=False,
        sa_column_kwargs={"server_default": text("clock_timestamp()")},
    )


def _moment() -> Any:
    return Field(default=None, nullable=True, sa_type=DateTime(timezone=True))


def _to_principal() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["principal_id"], ["principal.id"], name="fk_principal")


class Principal(SQLModel, table=True):
    """A user or a service account. `is_operator`: may do everything, in every company."""

    __tablename__ = "principal"
    __table_args__ = (CheckConstraint("kind in ('USER', 'SERVICE')", name="principal_kind"),)
    id: UUID = key()
    name: str = Field(unique=True)
    kind: str
    subject: str | None = Field(default=None, unique=True)
    is_operator: bool = Field(
        default=False, nullable=False, sa_column_kwargs={"server_default": text("false")}
    )
    is_active: bool = Field(
        default=True, nullable=False, sa_column_kwargs={"server_default": text("true")}
    )
    created_at: datetime = _recorded()


class ApiKey(SQLModel, table=True):
    """A key of a principal: `prefix` finds it, `secret_hash` (SHA-256) proves it.

    `scopes` are the permissions it is cut down to; null = all of its principal's.
    """

    __tablename__ = "api_key"
    __table_args__ = (
        _to_principal(),
        CheckConstraint("octet_length(secret_hash) = 32", name="api_key_secret_hash"),
        Index("api_key_principal", "principal_id"),
    )
    id: UUID = key()
    principal_id: UUID = required_reference()
    prefix: str = Field(unique=True)
    secret_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    scopes: list[str] | None = Field(default=None, sa_column=Column(ARRAY(Text), nullable=True))
    created_at: datetime = _recorded()
    created_by: str
    expires_at: datetime | None = _moment()
    revoked_at: datetime | None = _moment()
    last_used_at: datetime | None = _moment()


class RoleGrant(SQLModel, table=True):
    """A principal's role in a company; `is_limited`: only for the warehouses of RoleWarehouse."""

    __tablename__ = "role_grant"
    __table_args__ = (to_company(), _to_principal())
    company_id: UUID = key()
    principal_id: UUID = key()
    role: str = Field(primary_key=True)
    is_limited: bool = Field(
        default=False, nullable=False, sa_column_kwargs={"server_default": text("false")}
    )
    granted_at: datetime = _recorded()
    granted_by: str


class RoleWarehouse(SQLModel, table=True):
    """A warehouse (with all below it) that a limited role extends to."""

    __tablename__ = "role_warehouse"
    __table_args__ = (
        ForeignKeyConstraint(
            ["company_id", "principal_id", "role"],
            ["role_grant.company_id", "role_grant.principal_id", "role_grant.role"],
            name="fk_role",
        ),
        to("warehouse_id", "warehouse"),
    )
    company_id: UUID = key()
    principal_id: UUID = key()
    role: str = Field(primary_key=True)
    warehouse_id: UUID = key()


class AccessChange(SQLModel, table=True):
    """Who changed what somebody may do, and when: appended, never changed."""

    __tablename__ = "access_change"
    __table_args__ = (
        _to_principal(),
        Index("access_change_recorded", "recorded_at", "id"),
    )
    id: UUID = key()
    recorded_at: datetime = _recorded()
    recorded_by: str
    action: str
    principal_id: UUID = required_reference()
    details: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
