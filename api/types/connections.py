"""Relay connections over keyset pages, with a flat `nodes` field beside `edges`.

A cursor is the row's sort key, opaque to clients and checked when it comes back: of another list,
or meddled with, it is INVALID_VALUE and nothing is read.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import strawberry

from domain.errors import InvalidValue, Refused
from persistence.paging import Ordering, Page, Slice

PAGE_SIZE = 50
"""Rows of a page unless `first` or `last` says otherwise."""

PAGE_LIMIT = 500
"""The most rows that a page may have."""

Item = TypeVar("Item")

First = Annotated[
    int | None,
    strawberry.argument(description="How many rows from the start: 50 unless given, at most 500."),
]
After = Annotated[
    str | None, strawberry.argument(description="Only rows after this cursor (`endCursor`).")
]
Last = Annotated[
    int | None, strawberry.argument(description="How many rows from the end, at most 500.")
]
Before = Annotated[
    str | None, strawberry.argument(description="Only rows before this cursor (`startCursor`).")
]


@strawberry.type(description="Where a page lies in its list.")
class PageInfo:
    """Whether there is more, and the cursors to get it with."""

    has_next_page: bool = strawberry.field(description="Whether rows follow this page.")
    has_previous_page: bool = strawberry.field(description="Whether rows precede this page.")
    start_cursor: str | None = strawberry.field(description="The cursor of the first row.")
    end_cursor: str | None = strawberry.field(description="The cursor of the last row.")


@strawberry.type(description="A row with its cursor.")
class Edge(Generic[Item]):
    """A row and where it stands."""

    cursor: str = strawberry.field(description="Where the row stands, for `after` and `before`.")
    node: Item = strawberry.field(description="The row.")


@strawberry.type(description="A page of a list.")
class Connection(Generic[Item]):
    """The rows of one page; lists with totals extend it."""

    nodes: list[Item] = strawberry.field(description="The rows of this page.")
    page_info: PageInfo = strawberry.field(description="Where this page lies in the list.")
    ordering: strawberry.Private[Ordering]

    @strawberry.field(description="The rows of this page with their cursors.")
    def edges(self) -> list[Edge[Item]]:
        """Made only when asked for."""
        return [Edge(cursor=cursor_of(self.ordering, row), node=row) for row in self.nodes]


def page_of(
    ordering: Ordering,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Page:
    """The page that a client asks for.

    Raises:
        Refused: INVALID_VALUE for a count out of range, both counts, or a foreign cursor.
    """
    if first is not None and last is not None:
        raise Refused(InvalidValue(path=("last",), reason="first_and_last"))
    name, limit = ("last", last) if last is not None else ("first", first)
    limit = PAGE_SIZE if limit is None else limit
    if not 0 <= limit <= PAGE_LIMIT:
        raise Refused(InvalidValue(path=(name,), reason="out_of_range", least=0, most=PAGE_LIMIT))
    return Page(
        ordering,
        limit,
        after=_key_of(ordering, "after", after),
        before=_key_of(ordering, "before", before),
        backward=last is not None,
    )


def page_info(ordering: Ordering, rows: Slice[Any]) -> PageInfo:
    """Where a page lies; for connections that are not made by `connect`."""
    return PageInfo(
        has_next_page=rows.has_next,
        has_previous_page=rows.has_previous,
        start_cursor=cursor_of(ordering, rows[0]) if rows else None,
        end_cursor=cursor_of(ordering, rows[-1]) if rows else None,
    )


def connect(page: Page, rows: Sequence[Any], of: type[Any] = Connection, **totals: Any) -> Any:
    """A connection of what was read with `page.fetch`; `of` may be a type with own totals."""
    found = page.of(rows)
    return of(
        nodes=list(found),
        page_info=page_info(page.ordering, found),
        ordering=page.ordering,
        **totals,
    )


_PARSERS: dict[type, Callable[[str], Any]] = {
    str: str,
    int: int,
    UUID: UUID,
    Decimal: Decimal,
    date: date.fromisoformat,
    time: time.fromisoformat,
    datetime: datetime.fromisoformat,
}


def cursor_of(ordering: Ordering, row: object) -> str:
    """The cursor of a row."""
    key = [ordering.name, *(str(value) for value in ordering.key(row))]
    text = json.dumps(key, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _key_of(ordering: Ordering, argument: str, cursor: str | None) -> tuple[Any, ...] | None:
    if cursor is None:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        name, *values = json.loads(text)
        key = tuple(
            _PARSERS[kind](str(value)) for kind, value in zip(ordering.types, values, strict=True)
        )
    except (ValueError, TypeError, ArithmeticError, binascii.Error, RecursionError) as error:
        raise Refused(InvalidValue(path=(argument,), reason="invalid_cursor")) from error
    if name != ordering.name or "\0" in "".join(map(str, values)):
        raise Refused(InvalidValue(path=(argument,), reason="invalid_cursor"))
    return key
