"""Column shorthands shared by the tables: identifiers, amounts, and company-led keys.

Numeric columns have no declared scale: the domain rounds money to the currency's digits before
it is written, and exact (unrounded) values keep all of theirs.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, ForeignKeyConstraint, Numeric, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field


def key() -> Any:
    """A UUID that is part of the primary key."""
    return Field(primary_key=True, sa_type=Uuid)


NO_LOT = UUID(int=0)
"""Stands for "no lot" in keys."""


def lot_key() -> Any:
    """The lot, as part of the primary key; the nil UUID where there is none."""
    return Field(
        default=NO_LOT,
        primary_key=True,
        sa_type=Uuid,
        sa_column_kwargs={"server_default": text(f"'{NO_LOT}'")},
    )


def reference() -> Any:
    """An optional UUID; the foreign key, where there is one, is declared with the table."""
    return Field(default=None, nullable=True, sa_type=Uuid)


def required_reference() -> Any:
    """A UUID that must be there."""
    return Field(nullable=False, sa_type=Uuid)


def sequence(*, primary_key: bool = False) -> Any:
    """A recording sequence of a company: 64 bits, so that it never runs out."""
    return Field(primary_key=primary_key, nullable=False, sa_type=BigInteger)


def exact() -> Any:
    """An exact number that must be there."""
    return Field(nullable=False, sa_type=Numeric)


def exact_or_zero() -> Any:
    """An exact number, zero unless given."""
    return Field(
        default=0, nullable=False, sa_type=Numeric, sa_column_kwargs={"server_default": "0"}
    )


def exact_or_null() -> Any:
    """An exact number, or nothing."""
    return Field(default=None, nullable=True, sa_type=Numeric)


def to(column: str, target: str) -> ForeignKeyConstraint:
    """A foreign key inside the company: (company_id, column) -> (target.company_id, target.id)."""
    return ForeignKeyConstraint(
        ["company_id", column], [f"{target}.company_id", f"{target}.id"], name=f"fk_{column}"
    )


BELONGING = "belongs to"


def belonging(**targets: str) -> dict[str, Any]:
    """What rows of a ledger belong to or name, by column; last of a table's arguments.

    A trigger looks once a statement whether it is there (migrations 0032 and 0033). It is
    append-only too, or a master that triggers keep while it is named. On Citus, which runs no
    triggers, they are foreign keys as of `to` and `to_company`.
    """
    return {"info": {BELONGING: targets}}


def to_company() -> ForeignKeyConstraint:
    """The foreign key to the company itself."""
    return ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_company")


def dimensions() -> Any:
    """Analytical dimensions beside the cost center, by name (project, region, ...)."""
    return Field(default=None, sa_column=Column(JSONB, nullable=True))


def at_creation() -> Any:
    """The moment at which the row is made."""
    return Field(
        default=None,
        sa_type=DateTime(timezone=True),
        nullable=False,
        sa_column_kwargs={"server_default": text("now()")},
    )


def first_version() -> Any:
    """The version of a master, counted up by each change."""
    return Field(default=1, nullable=False, sa_column_kwargs={"server_default": "1"})


def from_the_start() -> Any:
    """A recording from which on something is so: 0, from the first on."""
    return Field(
        default=0, sa_type=BigInteger, nullable=False, sa_column_kwargs={"server_default": "0"}
    )


def active() -> Any:
    """Whether it may be named by what is new: it may at first."""
    return Field(default=True, nullable=False, sa_column_kwargs={"server_default": text("true")})


def empty_object() -> Any:
    """A JSON object, empty unless given."""
    return Field(
        default_factory=dict, sa_column=Column(JSONB, nullable=False, server_default=text("'{}'"))
    )
