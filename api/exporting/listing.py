"""What can be exported: queries that list rows, their columns, and their filters from a URL."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    get_named_type,
    get_nullable_type,
)

from api.exporting.spread import spread_columns, told_in_one
from api.exporting.text_values import NAMES, TextError, value_of
from api.types.connections import PAGE_LIMIT
from api.types.core import core_of

_PAGING = frozenset({"first", "after", "last", "before"})
ROWS = "nodes"
"""What answers list their rows under."""
_ONLY_ASKED_FOR = {"given"}
"""Columns that nobody gets who names none: as much again as all others of a row."""

Fields = GraphQLObjectType | GraphQLInterfaceType


class ExportRefused(Exception):  # noqa: N818 - an answer, not a fault
    """The request names nothing that can be exported; the reason and a status."""

    def __init__(self, status: int, reason: str) -> None:
        """For people."""
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Pages:
    """How a listing goes on from page to page.

    `place` are the fields of an answer that tell, and `next_after` what the next page comes after;
    null = there is none. `begins` says whether a reader may choose where the first page begins.
    """

    place: str
    next_after: Callable[[Any], Any]
    begins: bool = False


_PAGES = {
    "pageInfo": Pages(
        "pageInfo { hasNextPage endCursor }",
        lambda of: of["pageInfo"]["endCursor"] if of["pageInfo"]["hasNextPage"] else None,
    ),
    "endSequence": Pages(
        "hasMore endSequence",
        lambda of: of["endSequence"] if of["hasMore"] else None,
        begins=True,
    ),
}
"""Connections, and the feed: by a field that only their answers have."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A root field that lists rows: what they are, and its pages if it has any."""

    name: str
    field: GraphQLField
    row: Fields
    pages: Pages | None

    @classmethod
    def of(cls, schema: Any, name: str) -> "Listing":
        """The listing of that name.

        Raises:
            ExportRefused: no query of that name lists anything.
        """
        query = core_of(schema).query_type
        field = query.fields.get(name) if query is not None else None
        answer = get_named_type(field.type) if field else None
        if isinstance(answer, GraphQLObjectType) and field is not None:
            rows = answer.fields.get(ROWS)
            if rows is not None:
                row = cast("Fields", get_named_type(rows.type))
                paged = next((_PAGES[one] for one in _PAGES if one in answer.fields), None)
                return cls(name, field, row, paged)
        raise ExportRefused(404, f"No query {name!r} lists anything.")

    def columns(self, wanted: str | None, given: Mapping[str, Any]) -> list[tuple[str, ...]]:
        """The columns, as paths of fields: those asked for, or all that are plain values.

        Of a list one by its number: `buckets.0.balance`; those that are as long in every row of the
        query, whose variables are given, are among all.

        Raises:
            ExportRefused: a column that a row does not have.
        """
        if wanted is None:
            return [
                path
                for name, field in self.row.fields.items()
                if name not in _ONLY_ASKED_FOR
                for path in _columns(name, field, given)
            ]
        chosen = [tuple(part.strip().split(".")) for part in wanted.split(",")]
        for path in chosen:
            self._check(path)
        return chosen

    def _check(self, path: Sequence[str]) -> None:
        type_: Any = self.row
        is_list, is_told = False, False
        for step in path:
            fields = getattr(type_, "fields", {})
            if is_list != _is_number(step) or (step not in fields and not is_list):
                raise ExportRefused(400, f"{self.name} has no column {'.'.join(path)!r}.")
            is_told = not is_list and bool(told_in_one(fields[step]))
            is_list = not is_list and _is_list(fields[step])
            type_ = type_ if _is_number(step) else get_named_type(fields[step].type)
        is_plain = is_told or isinstance(type_, GraphQLScalarType | GraphQLEnumType)
        if is_list and not is_plain:
            raise ExportRefused(400, f"{self.name} has no column {'.'.join(path)!r}.")
        if not is_plain:
            raise ExportRefused(400, f"Column {'.'.join(path)!r} is not a plain value.")

    def type_of(self, path: Sequence[str]) -> str:
        """The scalar, or enum, of a column; of several values in one it is text."""
        type_: Any = self.row
        is_list = False
        for step in _fields_of(path):
            is_list = _is_list(type_.fields[step])
            type_ = get_named_type(type_.fields[step].type)
        return "String" if is_list and not _is_number(path[-1]) else type_.name

    def query(self, columns: Sequence[Sequence[str]], given: Mapping[str, Any]) -> str:
        """The operation that reads one page."""
        arguments = self.field.args
        filters = [name for name in given if name != "after"]
        variables = [f"${name}: {arguments[name].type}" for name in filters]
        passed = [f"{name}: ${name}" for name in filters]
        if self.pages:
            variables.append(f"$after: {get_nullable_type(arguments['after'].type)}")
            passed += [f"first: {PAGE_LIMIT}", "after: $after"]
        chosen = (_selection(self.row, _fields_of(path)) for path in columns)
        body = " ".join(dict.fromkeys(chosen))
        page = f" {self.pages.place}" if self.pages else ""
        declared = f"({', '.join(variables)})" if variables else ""
        call = f"({', '.join(passed)})" if passed else ""
        listing = f"listing: {self.name}{call} {{ {ROWS} {{ {body} }}{page} }}"
        return f"query Export{declared} {{ {listing} }}"


def _columns(name: str, field: GraphQLField, given: Mapping[str, Any]) -> Sequence[tuple[str, ...]]:
    """The columns of a row's field: its value, or the name of the record it refers to."""
    type_ = get_named_type(field.type)
    if any(_is_required(one) for one in field.args.values()):
        return []
    if isinstance(type_, GraphQLScalarType | GraphQLEnumType):
        return [(name,)]
    if told_in_one(field):
        return [(name,)]
    if _is_list(field):
        return spread_columns(name, field, given)
    fields = getattr(type_, "fields", {})
    return [(name, each) for each in NAMES if each in fields][:1]


def _fields_of(path: Sequence[str]) -> list[str]:
    """A path's fields, without the numbers of those that are lists."""
    return [step for step in path if not _is_number(step)]


def _is_number(step: str) -> bool:
    return step.isascii() and step.isdigit()


def _is_list(field: GraphQLField) -> bool:
    return isinstance(get_nullable_type(field.type), GraphQLList)


def _is_required(argument: GraphQLArgument) -> bool:
    return isinstance(argument.type, GraphQLNonNull) and "default_value" not in vars(argument)


def _selection(row: Any, path: Sequence[str]) -> str:
    field = row.fields[path[0]]
    below = [_selection(get_named_type(field.type), path[1:])] if path[1:] else told_in_one(field)
    return f"{path[0]} {{ {' '.join(below)} }}" if below else path[0]


def variables_of(listing: Listing, given: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The query's variables from a URL: `item=RM0001`, `item.id=...`, a list by repeating it.

    Of an input each field by itself: `filter.from=2026-01-01&filter.party=ARCU`.

    Raises:
        ExportRefused: an argument that the query does not have, or a value that it cannot be.
    """
    found: dict[str, Any] = {}
    for key, text in given:
        name, _, member = key.partition(".")
        argument = listing.field.args.get(name)
        begins = name == "after" and listing.pages is not None and listing.pages.begins
        if argument is None or (name in _PAGING and not begins):
            raise ExportRefused(400, f"{listing.name} has no filter {key!r}.")
        try:
            _add(found, name, key, argument, member, text)
        except TextError as error:
            raise ExportRefused(400, str(error)) from error
    if "knownAt" in listing.field.args:
        # All pages tell of one moment, whatever is recorded meanwhile.
        found.setdefault("knownAt", datetime.now(UTC).isoformat())
    return found


def _add(
    found: dict[str, Any], name: str, key: str, argument: GraphQLArgument, member: str, text: str
) -> None:
    """One more value of a filter: a list has several, an input several fields."""
    named: Any = get_named_type(argument.type)
    if isinstance(get_nullable_type(argument.type), GraphQLList):
        found.setdefault(name, []).append(value_of(key, argument.type, member, text))
    elif name in found and getattr(named, "is_one_of", True):
        raise TextError(f"Filter {key!r} is given twice.")
    else:
        found[name] = value_of(key, argument.type, member, text, found.get(name))
