"""Keyset paging: `WHERE (k1, k2) > (…) ORDER BY k1, k2 LIMIT n + 1`, forwards and backwards.

A page costs the same wherever it lies in the list, and rows added meanwhile shift nothing. Any
list query takes a `Page` and splices its `where`, `order_by` and `fetch` in; the row after the
page's last one tells whether there is more, and `of` takes it off again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

Row = TypeVar("Row")

_NOTHING: Mapping[type, object] = {str: "", date: date.max}
"""What stands for null in a key: no text comes first, no day last; the columns say the same."""


@dataclass(frozen=True, slots=True)
class Ordering:
    """The order of one list: unique together, all columns in the same direction.

    `columns` are SQL expressions, `attributes` the same values on a row, `types` their Python
    types (a cursor is checked against them). `name` keeps the cursors of lists apart.
    """

    name: str
    columns: tuple[str, ...]
    attributes: tuple[str, ...]
    types: tuple[type, ...]
    descending: bool = False

    def key(self, row: object) -> tuple[Any, ...]:
        """Where a row stands in the list."""
        found = (getattr(row, attribute) for attribute in self.attributes)
        return tuple(
            _NOTHING[kind] if value is None else value
            for value, kind in zip(found, self.types, strict=True)
        )

    def led_by(self, column: str, attribute: str, kind: type) -> "Ordering":
        """By another column first; what is equal there stays in this order."""
        rest = [
            one
            for one in zip(self.columns, self.attributes, self.types, strict=True)
            if one[1] != attribute
        ]
        columns, attributes, types = zip((column, attribute, kind), *rest, strict=True)
        return replace(self, columns=columns, attributes=attributes, types=types)


def both_ways(list_: str, **ascending: Ordering) -> dict[str, Ordering]:
    """The orders of a list, each in both directions: CODE as "CODE_ASC" and "CODE_DESC"."""
    return {
        f"{name}_{direction}": replace(
            order, name=f"{list_}:{name}_{direction}", descending=direction == "DESC"
        )
        for name, order in ascending.items()
        for direction in ("ASC", "DESC")
    }


@dataclass(frozen=True, slots=True)
class Slice(Sequence[Row]):
    """The rows of a page, in the list's order, and whether there are more on either side."""

    rows: Sequence[Row]
    has_previous: bool
    has_next: bool

    def __getitem__(self, index: Any) -> Any:
        return self.rows[index]

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows of a list are wanted: `limit` of them after or before a key.

    `backward` takes the last ones instead of the first.
    """

    ordering: Ordering
    limit: int
    after: tuple[Any, ...] | None = None
    before: tuple[Any, ...] | None = None
    backward: bool = False

    @property
    def where(self) -> str:
        """The condition, always a valid one; named parameters as in `params`."""
        above, below = ("<", ">") if self.ordering.descending else (">", "<")
        parts = [
            f"({', '.join(self.ordering.columns)}) {operator} ({_placeholders(name, key)})"
            for name, operator, key in (
                ("after", above, self.after),
                ("before", below, self.before),
            )
            if key is not None
        ]
        return " and ".join(parts) or "true"

    @property
    def params(self) -> dict[str, Any]:
        """The values of `where`'s parameters."""
        return {
            f"{name}_{number}": value
            for name, key in (("after", self.after), ("before", self.before))
            for number, value in enumerate(key or ())
        }

    @property
    def order_by(self) -> str:
        """The columns of ORDER BY; reversed while reading backwards."""
        direction = " desc" if self.ordering.descending != self.backward else ""
        return ", ".join(f"{column}{direction}" for column in self.ordering.columns)

    @property
    def fetch(self) -> int:
        """How many rows to read: one more than wanted."""
        return self.limit + 1

    def of(self, rows: Sequence[Row]) -> Slice[Row]:
        """The page's rows from what was read with `fetch`."""
        more = len(rows) > self.limit
        wanted = rows[: self.limit]
        if self.backward:
            return Slice(wanted[::-1], has_previous=more, has_next=self.before is not None)
        return Slice(wanted, has_previous=self.after is not None, has_next=more)


def _placeholders(name: str, key: tuple[Any, ...]) -> str:
    return ", ".join(f"%({name}_{number})s" for number in range(len(key)))
