"""The log of changes of masters, played again, gives the masters as they are."""

from collections.abc import Collection
from typing import Any, TypeAlias
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

from domain.master_changes import MasterKind, is_withheld
from persistence.masters.change_log import as_json
from persistence.masters.states import KINDS, PARTS, state_of

UNTOLD = frozenset({"LOT", "FISCAL_YEAR"})
"""What documents bring in and open by themselves: of these only changes are told."""

SHIFTING = "position"
"""Of a posting rule; that another one was put in before it is not told."""

Fields: TypeAlias = dict[tuple[str, UUID], dict[str, Any]]
"""What is not empty of records, by kind and id."""

Row: TypeAlias = dict[str, Any]
Connection: TypeAlias = psycopg.Connection[Row]


def assert_log_tells_masters(url: str, kinds: Collection[MasterKind] = ()) -> None:
    """Each master of all companies is there by its log, as the log says, and no other.

    Raises:
        AssertionError: shows what differs, or names the kinds of which no change was logged.
    """
    with psycopg.Connection[Row].connect(url, row_factory=dict_row) as connection:
        logged: set[str] = set()
        for row in connection.execute("select id from company").fetchall():
            company = row["id"]
            connection.execute("select set_config('app.company_id', %s, false)", (str(company),))
            told = _told(connection, company)
            found = _found(connection, company)
            for key in [one for one in found if one[0] in UNTOLD]:
                fields = told.setdefault(key, {})
                found[key] = {name: one for name, one in found[key].items() if name in fields}
            assert told == found
            logged |= {kind for kind, _ in told}
        assert set(kinds) - logged == set()


def _told(connection: Connection, company: UUID) -> Fields:
    told: Fields = {}
    query = "select * from master_change where company_id = %s order by recorded_at, id"
    for row in connection.execute(query, (company,)).fetchall():
        key = (row["kind"], row["record_id"])
        assert row["action"] != "CREATED" or key not in told
        fields = told.setdefault(key, {})
        for name, kept in row["fields"].items():
            if kept and name != SHIFTING:
                before, after = _bare(kept["before"]), _bare(kept["after"])
                assert fields.get(name, before) == before
                fields[name] = after
        if row["action"] == "DELETED":
            assert not any(told.pop(key).values())
    return {
        key: {name: one for name, one in fields.items() if one is not None}
        for key, fields in told.items()
    }


def _found(connection: Connection, company: UUID) -> Fields:
    parts: dict[tuple[str, UUID], dict[str, object]] = {}
    for table, part_of in PARTS.items():
        for row in _rows(connection, table, company):
            part = part_of(row)
            parts.setdefault((part.table, part.record_id), {})[part.field] = part.value
    return {
        (kind.value, row["id"]): {
            name: _bare(as_json(value, {}))
            for name, value in state_of(table, row, parts.get((table, row["id"]))).fields.items()
            if value not in (None, [], "") and name != SHIFTING and not is_withheld(kind, name)
        }
        for table, kind in KINDS.items()
        for row in _rows(connection, table, company)
    }


def _rows(connection: Connection, table: str, company: UUID) -> list[Row]:
    of_company = "id" if table == "company" else "company_id"
    query = f"select * from {table} where {of_company} = %s"
    return connection.execute(query.encode(), (company,)).fetchall()


def _bare(value: Any) -> Any:
    """A value, of a reference the id: codes are those of their time."""
    return value["id"] if isinstance(value, dict) and "code" in value else value
