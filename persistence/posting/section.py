"""One table of the writing statement: an INSERT from arrays, one parameter a column.

The statement may write several decisions at once; `n` says of each row whose it is, from 1.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from domain.decide import Decision

SEQ = "company_id, seq"
OWN = "company_id, document_id"
OWN_SEQ = "company_id, document_id, seq"
"""What the statement itself gives to most ledgers: company, document, sequence."""

_GIVEN = {
    "company_id": "%(company)s",
    "document_id": "(%(documents)s::uuid[])[u.n]",
    "seq": "c.seq + u.n",
}


@dataclass(frozen=True, slots=True)
class Section:
    """One table of the statement: its columns with their types, and the rows of a decision.

    Columns named in `given` come from the statement itself (company, document, sequence).
    """

    name: str
    table: str
    given: str
    columns: str
    types: str
    rows: Callable[[Decision], Iterable[Sequence[Any]]]
    conflict: str = ""

    def sql(self) -> str:
        """The insert, from arrays: one parameter a column."""
        names = _names(self.columns)
        arrays = ", ".join(
            f"%({self.name}_{column})s::{kind}[]"
            for column, kind in zip(names, _names(self.types), strict=True)
        )
        given = ", ".join(_GIVEN[name] for name in _names(self.given))
        return (
            f"{self.name} as (insert into {self.table} ({self.given}, {self.columns})"  # noqa: S608
            f" select {given}, {', '.join(_given_or_new(n) for n in names)}"
            f" from c, unnest(%({self.name}_n)s::integer[], {arrays}) as u (n, {self.columns})"
            f" {self.conflict})"
        )

    def params(self, decisions: Sequence[Decision]) -> dict[str, Any] | None:
        """The decisions' rows as one array a column; None when there is none."""
        rows = [
            (n, *row)
            for n, decision in enumerate(decisions, start=1)
            for row in self.rows(decision)
        ]
        if not rows:
            return None
        return columns_of(self.name, _kinds(self.columns, self.types), rows)


_AS_THEY_ARE = frozenset({"text", "jsonb", "bytea"})
"""Kinds of columns that psycopg renders: what has to be quoted."""


def columns_of(
    name: str, kinds: Mapping[str, str], rows: Sequence[Sequence[Any]]
) -> dict[str, Any]:
    """Rows as one array a column, by the columns' kinds.

    Numbers, ids and days become PostgreSQL's text of an array here: psycopg looks up how to render
    each element, which takes longer than deciding what to write.
    """
    return {
        f"{name}_{column}": list(values) if kind in _AS_THEY_ARE else array_of(kind, values)
        for (column, kind), values in zip(kinds.items(), zip(*rows, strict=True), strict=True)
    }


def array_of(kind: str, values: Iterable[Any]) -> str:
    """PostgreSQL's text of an array whose elements need no quotes."""
    render = _hex if kind == "uuid" else str
    return "{" + ",".join("NULL" if one is None else render(one) for one in values) + "}"


def _hex(id_: UUID) -> str:
    return f"{id_.int:032x}"


@lru_cache(maxsize=64)
def _kinds(columns: str, types: str) -> Mapping[str, str]:
    return {"n": "integer", **dict(zip(_names(columns), _names(types), strict=True))}


def _names(listed: str) -> list[str]:
    return [name.strip() for name in listed.split(",")]


def _given_or_new(column: str) -> str:
    """A null sequence in a row is the one that this statement gives."""
    return "coalesce(u.seq, c.seq + u.n)" if column == "seq" else f"u.{column}"
