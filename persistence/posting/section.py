"""One table of the writing statement: an INSERT from arrays, one parameter a column."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from domain.decide import Decision

SEQ = "company_id, seq"
SEQ_VALUES = "%(company)s, c.seq"
"""What the statement itself gives to most ledgers: the company and the sequence."""


@dataclass(frozen=True, slots=True)
class Section:
    """One table of the statement: its columns with their types, and the rows of a decision.

    Columns named in `given` come from the statement itself (company, document, sequence).
    """

    name: str
    table: str
    given: str
    given_values: str
    columns: str
    types: str
    rows: Callable[[Decision], Iterable[Sequence[Any]]]
    conflict: str = ""

    def sql(self) -> str:
        """The insert, from arrays: one parameter a column."""
        names = [column.strip() for column in self.columns.split(",")]
        arrays = ", ".join(
            f"%({self.name}_{column})s::{kind.strip()}[]"
            for column, kind in zip(names, self.types.split(","), strict=True)
        )
        return (
            f"{self.name} as (insert into {self.table} ({self.given}, {self.columns})"  # noqa: S608
            f" select {self.given_values}, {', '.join(_given_or_new(n) for n in names)}"
            f" from c, unnest({arrays}) as u ({self.columns}) {self.conflict})"
        )

    def params(self, rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
        """The rows as one array a column."""
        names = [column.strip() for column in self.columns.split(",")]
        return {
            f"{self.name}_{name}": list(column)
            for name, column in zip(names, zip(*rows, strict=True), strict=True)
        }


def _given_or_new(column: str) -> str:
    """A null sequence in a row is the one that this statement gives."""
    return "coalesce(u.seq, c.seq)" if column == "seq" else f"u.{column}"
