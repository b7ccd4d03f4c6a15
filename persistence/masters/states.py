"""Rows of masters as the log of changes compares them: fields by the API's names.

Every column is a field, also one that comes later, but those listed here as saying nothing. Rows
of other tables that are part of a record (its barcodes, its accounts by role) are fields of it.
"""

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Uuid

from domain.accounts import Role
from domain.company import BEGINNING, CompanySettings, default_cost_center_of, pending_defaults_of
from domain.master_changes import MasterKind, Reference, State
from domain.naming import camel
from domain.records import LotHold
from persistence.tables import metadata

Row = Mapping[str, Any]
"""A row of a table, by columns."""

KINDS: Mapping[str, MasterKind] = MappingProxyType(
    {kind.value.lower(): kind for kind in MasterKind}
)
"""What each table holds."""


class Part(NamedTuple):
    """A row that is part of a record: of which, and the field that it is."""

    table: str
    record_id: UUID
    field: str
    value: object


PARTS: Mapping[str, Callable[[Row], Part]] = MappingProxyType(
    {
        "account_role": lambda row: Part(
            "company", row["company_id"], f"defaults.{row['role']}", _account(row)
        ),
        "item_barcode": lambda row: (
            Part("item", row["item_id"], f"barcodes.{row['barcode']}", row["barcode"])
            if row.get("uom") is None
            else Part("item", row["item_id"], f"unitBarcodes.{row['barcode']}", row["uom"])
        ),
        "posting_rule_account": lambda row: Part(
            "posting_rule", row["rule_id"], f"accounts.{Role(row['role']).name}", _account(row)
        ),
    }
)
"""Tables whose rows are parts of other records."""

_SILENT = frozenset({"company_id", "id", "version", "created_at"})
_SILENT_OF: Mapping[str, frozenset[str]] = {
    # Counted anew with each change of structure: where an account stands, its parent says.
    "account": frozenset({"position"}),
    # Sequences of migrations, which are documents.
    "company": frozenset({"scheme_since", "flow_since"}),
    # The secret is nobody's to read; the rest tells how sending goes.
    "webhook": frozenset(
        {"secret", "position", "attempts", "next_attempt_at", "failing_since", "created_by"}
    ),
}
"""Columns that say nothing of a change."""

_NAMES: Mapping[tuple[str, str], str] = {
    ("tax", "position"): "order",
    ("party", "party_group"): "group",
    ("posting_rule", "kind"): "table",
    ("lot", "hold"): "status",
}
"""Fields that the API calls otherwise than the tables do."""


def logged_columns(table: str) -> list[str]:
    """The columns of a table that are compared."""
    silent = _SILENT | _SILENT_OF.get(table, frozenset())
    return [one.name for one in metadata.tables[table].columns if one.name not in silent]


def state_of(table: str, row: Row, parts: Mapping[str, object] | None = None) -> State:
    """A record by its row, and the parts of it that are compared too."""
    fields: dict[str, object] = {}
    targets = _targets(table)
    for column in logged_columns(table):
        value = row[column]
        if column in targets:
            found = None if value is None else Reference(targets[column], value)
            fields[camel(column.removesuffix("_id"))] = found
        elif isinstance(value, dict):
            fields |= _spread(table, column, cast("dict[str, Any]", value))
        else:
            fields[_NAMES.get((table, column)) or camel(column)] = _shown(column, value)
    return State(
        code=_code(table, row), version=row.get("version"), fields={**fields, **(parts or {})}
    )


@cache
def _targets(table: str) -> dict[str, str]:
    """The columns that refer to other records of the company, with the tables of these.

    As their foreign keys say; those to accounts are not all under one.
    """
    declared = {
        element.parent.name: element.column.table.name
        for constraint in metadata.tables[table].constraints
        if isinstance(constraint, ForeignKeyConstraint)
        for element in constraint.elements
    }
    return {
        column.name: "account" if column.name.endswith("account_id") else declared[column.name]
        for column in metadata.tables[table].columns
        if isinstance(column.type, Uuid) and column.name not in {"id", "company_id"}
    }


def _shown(column: str, value: object) -> object:
    """A value as the API shows it."""
    if column == "hold":
        return value or LotHold.AVAILABLE.value
    return None if column == "posts_stock_from" and value == BEGINNING else value


def _spread(table: str, column: str, values: dict[str, Any]) -> dict[str, object]:
    """A column of several values, as a field for each."""
    if table == "company":
        return _of_company(values)
    prefix = "" if column == "settings" else f"{camel(column)}."
    return {f"{prefix}{camel(name) if not prefix else name}": one for name, one in values.items()}


def _of_company(settings: dict[str, Any]) -> dict[str, object]:
    """The switches of a company, those that were never set too, and the defaults among them."""
    switches = CompanySettings.of(settings)
    stored = switches.stored()
    # What averages were made of before is told by the changes of how they are made.
    del stored["former_averages"]
    stored["links"] = [
        {"link": one.link, "isOn": one.is_on, "fromDate": one.from_date} for one in switches.links
    ]
    fields = {f"settings.{camel(name)}": value for name, value in stored.items()}
    fields |= {
        f"pendingDefaults.{role}": code for role, code in pending_defaults_of(settings).items()
    }
    cost_center = default_cost_center_of(settings)
    fields["defaults.costCenter"] = Reference("cost_center", cost_center) if cost_center else None
    return fields


def _code(table: str, row: Row) -> str | None:
    if table in {"party", "webhook"}:
        return None  # perhaps a person's name, which can be erased; and what has none
    if table == "posting_rule":
        return f"{row['kind']} {row['position']}"
    return row["sku" if table == "item" else "code"]


def _account(row: Row) -> Reference:
    return Reference("account", row["account_id"])
