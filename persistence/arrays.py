"""Arrays as PostgreSQL reads them, of what a statement gets as one parameter a column.

psycopg looks up how to render each element of a list, which takes longer than deciding what to
write: arrays are rendered here, a column at once. Ids, whole numbers, days, times and switches go
in binary form, which PostgreSQL takes over as it is; reading their text took it a tenth of a
posting.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import date, time
from functools import lru_cache
from struct import Struct
from typing import Any, TypeAlias
from uuid import UUID

import orjson
import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format

NULL = "NULL"

Write: TypeAlias = Callable[[Collection[Any]], bytes | str]
"""Writes the values of a column as an array; None is null."""


def writer_of(kind: str) -> Write:
    """What writes columns of a kind: found once for a column, it serves every statement.

    What it writes in binary says nothing of its type: the statement does (`Statement`).
    """
    return _WRITERS.get(kind, _numbers)


def array_of(kind: str, values: Collection[Any]) -> bytes | str:
    """The array of a kind of column, as any statement can be given it; None is null."""
    written = writer_of(kind)(values)
    return written if isinstance(written, str) else _TYPES[kind](written)


@lru_cache(maxsize=1024)
def numbers(count: int) -> bytes | str:
    """The array of the whole numbers from 1 to `count`."""
    return array_of("integer", range(1, count + 1))


def ids(values: Collection[UUID]) -> bytes | str:
    """The array of identifiers."""
    return array_of("uuid", values)


# -- as text --------------------------------------------------------------------------------------


def _numbers(values: Collection[Any]) -> str:
    """Numbers are written as they are."""
    return "{" + ",".join([NULL if one is None else str(one) for one in values]) + "}"


def _texts(values: Collection[str | None]) -> str:
    return "{" + ",".join([NULL if one is None else _quoted(one) for one in values]) + "}"


def _bytes(values: Collection[bytes | None]) -> str:
    return _texts([None if one is None else f"\\x{one.hex()}" for one in values])


def _objects(values: Collection[Mapping[str, str]]) -> str:
    return _texts([orjson.dumps(one).decode() for one in values])


def _quoted(text: str) -> str:
    """Within quotes only the quote and the backslash mean anything."""
    if "\\" in text or '"' in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + text + '"'


# -- in binary ------------------------------------------------------------------------------------

_HEAD = Struct("!iiIii")
_HEAD_OF_NONE = Struct("!iiI")
_WHOLE = Struct("!ii")
_LONG = Struct("!iq")
_NOTHING = b"\xff\xff\xff\xff"
"""Null: a length of -1. No other element is as short."""
_DAY_ZERO = date(2000, 1, 1).toordinal()


class _Heads(dict[int, bytes]):
    """What arrays with elements of one type begin with, by how many these are."""

    def __init__(self, element: int) -> None:
        """`element` is PostgreSQL's number of their type."""
        self._element = element
        self[0] = _HEAD_OF_NONE.pack(0, 0, element)

    def __missing__(self, count: int) -> bytes:
        # Whether there are nulls among them, PostgreSQL does not ask this: it sees.
        head = _HEAD.pack(1, 1, self._element, count, 1)
        if count <= _FEW:
            self[count] = head
        return head


_FEW = 1_024
"""Heads of arrays of up to so many elements are kept."""

_OF_IDS, _OF_WHOLES, _OF_LONGS = _Heads(2950), _Heads(23), _Heads(20)
_OF_DAYS, _OF_TIMES, _OF_SWITCHES = _Heads(1082), _Heads(1083), _Heads(16)
_SMALL: Mapping[int | None, bytes] = {
    None: _NOTHING, **{one: _WHOLE.pack(4, one) for one in range(_FEW)}
}  # fmt: skip
_SWITCHES = {None: _NOTHING, True: b"\x00\x00\x00\x01\x01", False: b"\x00\x00\x00\x01\x00"}


def _ids(values: Collection[UUID | None]) -> bytes:
    if isinstance(values, tuple) and values and _are_one(values):
        one = values[0]
        element = _NOTHING if one is None else b"\0\0\0\x10" + one.int.to_bytes(16)
        return _OF_IDS[len(values)] + element * len(values)
    return _OF_IDS[len(values)] + b"".join(
        [_NOTHING if one is None else b"\0\0\0\x10" + one.int.to_bytes(16) for one in values]
    )


def _are_one(values: tuple[object, ...]) -> bool:
    """Whether all rows of a column have one and the same, as in many columns of a document's."""
    first = values[0]
    return first is values[-1] and values.count(first) == len(values)


def _wholes(values: Collection[int | None]) -> bytes:
    try:
        elements = [_SMALL[one] for one in values]
    except KeyError:
        elements = [_NOTHING if one is None else _WHOLE.pack(4, one) for one in values]
    return _OF_WHOLES[len(values)] + b"".join(elements)


def _longs(values: Collection[int | None]) -> bytes:
    return _OF_LONGS[len(values)] + b"".join(
        [_NOTHING if one is None else _LONG.pack(8, one) for one in values]
    )


def _days(values: Collection[date | None]) -> bytes:
    return _OF_DAYS[len(values)] + b"".join([_day(one) for one in values])


@lru_cache(maxsize=1024)
def _day(value: date | None) -> bytes:
    return _NOTHING if value is None else _WHOLE.pack(4, value.toordinal() - _DAY_ZERO)


def _times(values: Collection[time | None]) -> bytes:
    return _OF_TIMES[len(values)] + b"".join([_time(one) for one in values])


@lru_cache(maxsize=1024)
def _time(value: time | None) -> bytes:
    """Microseconds since midnight."""
    if value is None:
        return _NOTHING
    seconds = (value.hour * 60 + value.minute) * 60 + value.second
    return _LONG.pack(8, seconds * 1_000_000 + value.microsecond)


def _switches(values: Collection[bool | None]) -> bytes:
    return _OF_SWITCHES[len(values)] + b"".join([_SWITCHES[one] for one in values])


_WRITERS: Mapping[str, Write] = {
    "uuid": _ids,
    "integer": _wholes,
    "bigint": _longs,
    "date": _days,
    "time": _times,
    "boolean": _switches,
    "text": _texts,
    "json": _texts,
    "bytea": _bytes,
    "jsonb": _objects,
}

IN_BINARY = {
    "uuid": 2951, "integer": 1007, "bigint": 1016, "date": 1182, "time": 1183, "boolean": 1000
}  # fmt: skip
"""Kinds whose arrays are in binary, with PostgreSQL's numbers of their types, the same in all
databases."""


class _Array(bytes):
    """An array in binary form that says of which type it is, to psycopg."""

    __slots__ = ()


class _AsItIs(Dumper):
    """Hands an array on."""

    format = Format.BINARY

    def dump(self, obj: bytes) -> bytes:
        """The array itself."""
        return obj


_TYPES = {kind: type(f"{kind.title()}Array", (_Array,), {}) for kind in IN_BINARY}
for _kind, _type in _TYPES.items():
    psycopg.adapters.register_dumper(
        _type, type(f"{_type.__name__}Dumper", (_AsItIs,), {"oid": IN_BINARY[_kind]})
    )
