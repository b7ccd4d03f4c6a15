"""One table of the writing statement: an INSERT from arrays, one parameter a column.

The statement may write several decisions at once; `n` says of each row whose it is, from 1.
Columns that few documents use are left out where no row does: reading and carrying their arrays
takes the database as long as the others'.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from domain.decide import Decision
from persistence.posting.arrays import array_of, numbers

SEQ = "company_id, seq"
OWN = "company_id, document_id"
OWN_SEQ = "company_id, document_id, seq"
"""What the statement itself gives to most ledgers: company, document, sequence."""

FEW_ROWS = 128
"""Up to so many, an element of an array is found by its place: elements of texts and numbers are
counted off from the first one. `unnest` keeps all of them first, each array by itself."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows handed over as one array a column; in SQL they are called `u`."""

    prefix: str
    kinds: Mapping[str, str]
    are_few: bool

    def source(self) -> str:
        """Where they come from, as an item of FROM."""
        if self.are_few:
            return f"unnest(%({self.prefix}_i)s::integer[]) as u (i)"
        kinds = self.kinds.items()
        arrays = ", ".join(f"%({self.prefix}_{name})s::{kind}[]" for name, kind in kinds)
        return f"unnest(%({self.prefix}_i)s::integer[], {arrays}) as u (i, {', '.join(self.kinds)})"

    def of(self, column: str) -> str:
        """A column's value, or a row's number from 1 (`i`)."""
        if column == "i" or not self.are_few:
            return f"u.{column}"
        return f"(%({self.prefix}_{column})s::{self.kinds[column]}[])[u.i]"


class Form(NamedTuple):
    """In which form a section stands in a statement: for few rows; without its seldom columns."""

    name: str
    is_few: bool = True
    is_short: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """One table of the statement: its columns with their types, and the rows of a decision.

    Columns named in `given` come from the statement itself (company, document, sequence).
    `seldom` and `seldom_zero` are left out, all at once, where all of them are null and zero in
    each row: null and zero are what the table has for them by itself.
    """

    name: str
    table: str
    given: str
    columns: str
    types: str
    rows: Callable[[Decision], Iterable[Sequence[Any]]]
    conflict: str = ""
    seldom: str = ""
    seldom_zero: str = ""

    def sql(self, form: "Form") -> str:
        """The insert, from arrays: one parameter a column."""
        left_out = self._seldom() if form.is_short else ()
        kinds = _kinds(self.columns, self.types)
        names = [name for name in kinds if name not in left_out]
        kinds = {"n": "integer", **{name: kinds[name] for name in names}}
        rows = Rows(self.name, kinds, form.is_few)
        seq = f"c.seq + {rows.of('n')}"
        given = {
            "company_id": "%(company)s",
            "document_id": f"(%(documents)s::uuid[])[{rows.of('n')}]",
            "seq": seq,
        }
        # A null sequence in a row is the one that this statement gives.
        values = [
            f"coalesce({rows.of(name)}, {seq})" if name == "seq" else rows.of(name)
            for name in names
        ]
        return (
            f"{self.name} as (insert into {self.table} ({self.given}, {', '.join(names)})"  # noqa: S608
            f" select {', '.join([*(given[name] for name in _names(self.given)), *values])}"
            f" from c, {rows.source()} {self.conflict})"
        )

    def params(self, decisions: Sequence[Decision]) -> tuple["Form", dict[str, Any]] | None:
        """The decisions' rows as one array a column, and in which form; None when there is none."""
        rows = [
            (n, *row)
            for n, decision in enumerate(decisions, start=1)
            for row in self.rows(decision)
        ]
        if not rows:
            return None
        kinds = {"n": "integer", **_kinds(self.columns, self.types)}
        columns = dict(zip(kinds, zip(*rows, strict=True), strict=True))
        form = Form(self.name, len(rows) <= FEW_ROWS, self._has_nothing_seldom(columns))
        if form.is_short:
            seldom = self._seldom()
            columns = {one: columns[one] for one in columns if one not in seldom}
        return form, {
            f"{self.name}_i": numbers(len(rows)),
            **{f"{self.name}_{one}": array_of(kinds[one], columns[one]) for one in columns},
        }

    def _seldom(self) -> frozenset[str]:
        return _set_of(self.seldom) | _set_of(self.seldom_zero)

    def _has_nothing_seldom(self, columns: Mapping[str, Sequence[Any]]) -> bool:
        return (
            bool(self.seldom or self.seldom_zero)
            and all(_is_all_null(columns[name]) for name in _set_of(self.seldom))
            and all(_is_all_zero(columns[name]) for name in _set_of(self.seldom_zero))
        )


def _is_all_null(column: Sequence[Any]) -> bool:
    return column.count(None) == len(column)


def _is_all_zero(column: Sequence[Any]) -> bool:
    """Zero as the table has it by itself; 0.00 is written as it is."""
    return set(map(str, column)) == {"0"}


def columns_of(
    name: str, kinds: Mapping[str, str], rows: Sequence[Sequence[Any]]
) -> tuple[Form, dict[str, Any]]:
    """Rows as one array a column, by the columns' kinds, and in which form."""
    columns = zip(kinds.items(), zip(*rows, strict=True), strict=True)
    return Form(name, len(rows) <= FEW_ROWS), {
        f"{name}_i": numbers(len(rows)),
        **{f"{name}_{column}": array_of(kind, values) for (column, kind), values in columns},
    }


@lru_cache(maxsize=64)
def _kinds(columns: str, types: str) -> Mapping[str, str]:
    return dict(zip(_names(columns), _names(types), strict=True))


@lru_cache(maxsize=64)
def _set_of(listed: str) -> frozenset[str]:
    return frozenset(_names(listed)) if listed else frozenset()


def _names(listed: str) -> list[str]:
    return [name.strip() for name in listed.split(",")]
