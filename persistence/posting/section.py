"""One table of the writing statement: an INSERT from arrays, one parameter a column.

The statement may write several decisions at once; `n` says of each row whose it is, from 1.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from domain.decide import Decision
from persistence.posting.arrays import array_of

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


def columns_of(
    name: str, kinds: Mapping[str, str], rows: Sequence[Sequence[Any]]
) -> dict[str, str]:
    """Rows as one array a column, by the columns' kinds."""
    return {
        f"{name}_{column}": array_of(kind, values)
        for (column, kind), values in zip(kinds.items(), zip(*rows, strict=True), strict=True)
    }


@lru_cache(maxsize=64)
def _kinds(columns: str, types: str) -> Mapping[str, str]:
    return {"n": "integer", **dict(zip(_names(columns), _names(types), strict=True))}


def _names(listed: str) -> list[str]:
    return [name.strip() for name in listed.split(",")]


def _given_or_new(column: str) -> str:
    """A null sequence in a row is the one that this statement gives."""
    return "coalesce(u.seq, c.seq + u.n)" if column == "seq" else f"u.{column}"
