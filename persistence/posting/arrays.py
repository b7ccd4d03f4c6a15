"""PostgreSQL's text of an array, of what a statement gets as one parameter a column.

psycopg looks up how to render each element of a list, which takes longer than deciding what to
write: arrays are rendered here, a column at once.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

import orjson

NULL = "NULL"


def array_of(kind: str, values: Iterable[Any]) -> str:
    """The array of a kind of column; None is null."""
    return "{" + ",".join(_ELEMENTS.get(kind, _unquoted)(values)) + "}"


def ids(values: Iterable[UUID]) -> str:
    """The array of identifiers, none of them null."""
    return "{" + ",".join([f"{one.int:032x}" for one in values]) + "}"


def _unquoted(values: Iterable[Any]) -> list[str]:
    return [NULL if one is None else str(one) for one in values]


def _ids(values: Iterable[UUID | None]) -> list[str]:
    return [NULL if one is None else f"{one.int:032x}" for one in values]


def _texts(values: Iterable[str | None]) -> list[str]:
    return [NULL if one is None else _quoted(one) for one in values]


def _bytes(values: Iterable[bytes | None]) -> list[str]:
    return [NULL if one is None else _quoted(f"\\x{one.hex()}") for one in values]


def _objects(values: Iterable[Mapping[str, str]]) -> list[str]:
    return [_quoted(orjson.dumps(one).decode()) for one in values]


def _quoted(text: str) -> str:
    """Within quotes only the quote and the backslash mean anything."""
    if "\\" in text or '"' in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


_ELEMENTS: Mapping[str, Callable[[Iterable[Any]], list[str]]] = {
    "uuid": _ids,
    "text": _texts,
    "bytea": _bytes,
    "jsonb": _objects,
}
"""How the elements of a column are written; numbers, days and times as they are."""
