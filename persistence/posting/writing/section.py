"""One table of the writing statement: an INSERT from arrays, one parameter a column.

The statement may write several decisions at once; `n` says of each row whose it is, from 1.
Columns that few documents use are left out where no row does: reading and carrying their arrays
takes the database as long as the others'.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, compress
from typing import Any, NamedTuple

from domain.decide import Decision
from domain.money import ZERO
from persistence.arrays import IN_BINARY, numbers, writer_of
from persistence.tables import metadata

SEQ = "company_id, seq"
OWN = "company_id, document_id"
OWN_SEQ = "company_id, document_id, seq"
"""What the statement itself gives to most ledgers: company, document, sequence."""

FEW_ROWS = 128
"""Up to so many, an element of an array is found by its place: elements of texts and numbers are
counted off from the first one, as are all where some are null. `unnest` keeps all of them first,
each array by itself; of many rows it is left to those whose places are not known at once."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows handed over as one array a column; in SQL they are called `u`."""

    prefix: str
    kinds: Mapping[str, str]
    by_place: Collection[str]
    """The columns whose elements are found by their place."""

    def source(self) -> str:
        """Where they come from, as an item of FROM."""
        kinds = {"i": "integer"}
        kinds |= {name: kind for name, kind in self.kinds.items() if name not in self.by_place}
        arrays = ", ".join(f"%({self.prefix}_{name})s::{kind}[]" for name, kind in kinds.items())
        return f"unnest({arrays}) as u ({', '.join(kinds)})"

    def of(self, column: str) -> str:
        """A column's value, or a row's number from 1 (`i`)."""
        if column not in self.by_place:
            return f"u.{column}"
        return f"(%({self.prefix}_{column})s::{self.kinds[column]}[])[u.i]"


class Form(NamedTuple):
    """In which form a section stands in a statement.

    For few rows; without its seldom columns; for rows of which none can be there yet.
    """

    name: str
    is_few: bool = True
    is_short: bool = False
    is_new: bool = False


class Columns:
    """Columns that a statement is handed as one array each, the names of which `prefix` begins."""

    def __init__(self, prefix: str, kinds: Mapping[str, str], table: str) -> None:
        """`kinds` are their types, by name; `table` says which of them are never null."""
        self._prefix = prefix
        self._kinds = kinds
        self._at_known_places = {
            name for name, kind in kinds.items() if kind in IN_BINARY and _is_given(table, name)
        }
        self._writers = [(f"{prefix}_{name}", writer_of(kind)) for name, kind in kinds.items()]

    def rows(self, form: Form) -> Rows:
        """Their rows, as the statement reads them."""
        return Rows(
            self._prefix, self._kinds, self._kinds if form.is_few else self._at_known_places
        )

    def params(self, columns: Iterable[Sequence[Any]], count: int) -> dict[str, Any]:
        """The parameters of columns of `count` values each."""
        params: dict[str, Any] = {f"{self._prefix}_i": numbers(count)}
        for (name, write), column in zip(self._writers, columns, strict=True):
            params[name] = write(column)
        return params

    def params_of(self, rows: Sequence[Sequence[Any]]) -> tuple[Form, dict[str, Any]]:
        """The parameters of rows, of which there is one at least, and in which form they stand."""
        columns = zip(*rows, strict=True)
        return Form(self._prefix, len(rows) <= FEW_ROWS), self.params(columns, len(rows))


@dataclass(slots=True)
class Section:
    """One table of the statement: its columns with their types, and the rows of a decision.

    Columns named in `given` come from the statement itself (company, document, sequence).
    `is_new` says whether a decision's rows cannot be there yet: then no `conflict` is looked for.
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
    is_new: Callable[[Decision], bool] | None = None
    seldom: str = ""
    seldom_zero: str = ""
    _all: Columns = field(init=False)
    _often: Columns = field(init=False)
    _is_often: Sequence[bool] = field(init=False)
    _has_seldom: bool = field(init=False)
    _null_at: Sequence[int] = field(init=False)
    _zero_at: Sequence[int] = field(init=False)

    def __post_init__(self) -> None:
        """Know once how each column is written, and which of them are seldom."""
        kinds = {
            "n": "integer",
            **dict(zip(_listed(self.columns), _listed(self.types), strict=True)),
        }
        null, zero = _listed(self.seldom), _listed(self.seldom_zero)
        often = {name: kind for name, kind in kinds.items() if name not in (*null, *zero)}
        table = self.table.split()[0]
        self._all = Columns(self.name, kinds, table)
        self._often = Columns(self.name, often, table)
        names = list(kinds)
        self._is_often = [name in often for name in names]
        self._has_seldom = len(often) < len(kinds)
        self._null_at = [names.index(name) for name in null]
        self._zero_at = [names.index(name) for name in zero]

    def sql(self, form: Form) -> str:
        """The insert, from arrays: one parameter a column."""
        columns = self._often if form.is_short else self._all
        rows = columns.rows(form)
        seq = f"c.seq + {rows.of('n')}"
        given = {
            "company_id": "%(company)s",
            "document_id": f"(%(documents)s::uuid[])[{rows.of('n')}]",
            "seq": seq,
        }
        names = [name for name in rows.kinds if name != "n"]
        # A null sequence in a row is the one that this statement gives.
        values = [
            f"coalesce({rows.of(name)}, {seq})" if name == "seq" else rows.of(name)
            for name in names
        ]
        return (
            f"{self.name} as (insert into {self.table} ({self.given}, {', '.join(names)})"  # noqa: S608
            f" select {', '.join([*(given[name] for name in _listed(self.given)), *values])}"
            f" from c, {rows.source()} {'' if form.is_new else self.conflict})"
        )

    def params(self, decisions: Sequence[Decision]) -> tuple[Form, dict[str, Any]] | None:
        """The decisions' rows as one array a column, and in which form; None when there is none."""
        of_each = [tuple(self.rows(decision)) for decision in decisions]
        if not any(of_each):
            return None
        n = [place for place, rows in enumerate(of_each, start=1) for _ in rows]
        columns = [n, *zip(*chain.from_iterable(of_each), strict=True)]
        form = Form(
            self.name,
            is_few=len(n) <= FEW_ROWS,
            is_short=self._has_nothing_seldom(columns, len(n)),
            is_new=self.is_new is not None and all(map(self.is_new, decisions)),
        )
        if form.is_short:
            return form, self._often.params(compress(columns, self._is_often), len(n))
        return form, self._all.params(columns, len(n))

    def _has_nothing_seldom(self, columns: Sequence[Sequence[Any]], count: int) -> bool:
        for at in self._null_at:
            column = columns[at]
            if column[0] is not None or column.count(None) != count:
                return False
        for at in self._zero_at:
            # The zero that nothing was added to, which the table has by itself; 0.00 is another.
            if set(map(id, columns[at])) != _PLAIN_ZERO:
                return False
        return self._has_seldom


_PLAIN_ZERO = {id(ZERO)}


def _is_given(table: str, column: str) -> bool:
    """Whether each row that is handed over has a value: in columns of the statement's own too.

    But for sequences: those that the statement gives are null.
    """
    found = metadata.tables[table].columns.get(column)
    return not column.endswith("seq") and (found is None or not found.nullable)


def _listed(names: str) -> list[str]:
    return [name.strip() for name in names.split(",") if name]
