"""Arrays as PostgreSQL reads them, of what a statement gets as one parameter a column.

psycopg looks up how to render each element of a list, which takes longer than deciding what to
write: arrays are rendered here, a column at once. Ids, whole numbers, days, times and switches go
in binary form, which PostgreSQL takes over as it is; reading their text took it a tenth of a
posting.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
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

Write: TypeAlias = Callable[[Sequence[Any]], bytes | str]
"""Writes the values of a column as an array; None is null."""


def writer_of(kind: str) -> Write:
    """What writes columns of a kind: found once for a column, it serves every statement."""
    return _WRITERS.get(kind, _AS_IT_SHOWS)


def array_of(kind: str, values: Iterable[Any]) -> bytes | str:
    """The array of a kind of column; None is null."""
    return writer_of(kind)(list(values))


@lru_cache(maxsize=1024)
def numbers(count: int) -> bytes | str:
    """The array of the whole numbers from 1 to `count`."""
    return array_of("integer", range(1, count + 1))


def ids(values: Iterable[UUID]) -> bytes | str:
    """The array of identifiers."""
    return array_of("uuid", values)


# -- as text --------------------------------------------------------------------------------------


def _in_text(render: Callable[[Sequence[Any]], list[str]]) -> Write:
    return lambda values: "{" + ",".join(render(values)) + "}"


def _unquoted(values: Sequence[Any]) -> list[str]:
    return [NULL if one is None else str(one) for one in values]


def _texts(values: Sequence[str | None]) -> list[str]:
    return [NULL if one is None else _quoted(one) for one in values]


def _bytes(values: Sequence[bytes | None]) -> list[str]:
    return [NULL if one is None else _quoted(f"\\x{one.hex()}") for one in values]


def _objects(values: Sequence[Mapping[str, str]]) -> list[str]:
    return [_quoted(orjson.dumps(one).decode()) for one in values]


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
_ON = b"\x00\x00\x00\x01\x01"
_OFF = b"\x00\x00\x00\x01\x00"
_DAY_ZERO = date(2000, 1, 1).toordinal()


class _Array(bytes):
    """An array in binary form."""

    __slots__ = ()


class _Ids(_Array):
    pass


class _Wholes(_Array):
    pass


class _Longs(_Array):
    pass


class _Days(_Array):
    pass


class _Times(_Array):
    pass


class _Switches(_Array):
    pass


class _AsItIs(Dumper):
    """Hands an array on."""

    format = Format.BINARY

    def dump(self, obj: bytes) -> bytes:
        """The array itself."""
        return obj


def _in_binary(
    type_: type[_Array], element: int, render: Callable[[Sequence[Any]], list[bytes]]
) -> Write:
    """Arrays of elements whose type PostgreSQL numbers so."""
    empty = type_(_HEAD_OF_NONE.pack(0, 0, element))

    def write(values: Sequence[Any]) -> bytes:
        if not values:
            return empty
        elements = render(values)
        head = _HEAD.pack(1, _NOTHING in elements, element, len(values), 1)
        return type_(head + b"".join(elements))

    return write


def _ids(values: Sequence[UUID | None]) -> list[bytes]:
    return [
        _NOTHING if one is None else b"\x00\x00\x00\x10" + one.int.to_bytes(16) for one in values
    ]


def _wholes(values: Sequence[int | None]) -> list[bytes]:
    return [_NOTHING if one is None else _WHOLE.pack(4, one) for one in values]


def _longs(values: Sequence[int | None]) -> list[bytes]:
    return [_NOTHING if one is None else _LONG.pack(8, one) for one in values]


def _days(values: Sequence[date | None]) -> list[bytes]:
    return [_day(one) for one in values]


@lru_cache(maxsize=1024)
def _day(value: date | None) -> bytes:
    return _NOTHING if value is None else _WHOLE.pack(4, value.toordinal() - _DAY_ZERO)


def _times(values: Sequence[time | None]) -> list[bytes]:
    return [_time(one) for one in values]


@lru_cache(maxsize=1024)
def _time(value: time | None) -> bytes:
    """Microseconds since midnight."""
    if value is None:
        return _NOTHING
    seconds = (value.hour * 60 + value.minute) * 60 + value.second
    return _LONG.pack(8, seconds * 1_000_000 + value.microsecond)


def _switches(values: Sequence[bool | None]) -> list[bytes]:
    return [_NOTHING if one is None else _ON if one else _OFF for one in values]


_WRITERS: Mapping[str, Write] = {
    "uuid": _in_binary(_Ids, 2950, _ids),
    "integer": _in_binary(_Wholes, 23, _wholes),
    "bigint": _in_binary(_Longs, 20, _longs),
    "date": _in_binary(_Days, 1082, _days),
    "time": _in_binary(_Times, 1083, _times),
    "boolean": _in_binary(_Switches, 16, _switches),
    "text": _in_text(_texts),
    "bytea": _in_text(_bytes),
    "jsonb": _in_text(_objects),
}
_AS_IT_SHOWS = _in_text(_unquoted)
"""Numbers are written as they are."""

_ARRAYS = {
    _Ids: 2951,
    _Wholes: 1007,
    _Longs: 1016,
    _Days: 1182,
    _Times: 1183,
    _Switches: 1000,
}
"""PostgreSQL's numbers of the arrays' types: the same in all databases."""

IN_BINARY = {
    "uuid": _ARRAYS[_Ids],
    "integer": _ARRAYS[_Wholes],
    "bigint": _ARRAYS[_Longs],
    "date": _ARRAYS[_Days],
    "time": _ARRAYS[_Times],
    "boolean": _ARRAYS[_Switches],
}
"""The same by the kind of their elements."""

for _type, _oid in _ARRAYS.items():
    psycopg.adapters.register_dumper(
        _type, type(f"{_type.__name__}Dumper", (_AsItIs,), {"oid": _oid})
    )
