"""JSON into frozen dataclasses, strictly: a key without a field, or a wrong value, is an error.

A field's JSON name is its own in camelCase. Figures are decimals in strings and stay exact.
"""

import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

Record = TypeVar("Record")


class NotSupportedError(Exception):
    """A step kind, a field or a value that is not handled; the text names it."""


class MalformedError(Exception):
    """Not a scenario file: a value of the wrong type, or a missing field."""


def camel(name: str) -> str:
    """The JSON name of a field."""
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), name)


@cache
def fields_of(record: type) -> dict[str, tuple[str, Any]]:
    """JSON name -> attribute and type of a record's fields."""
    hints = get_type_hints(record)
    return {camel(each.name): (each.name, hints[each.name]) for each in fields(record)}


def given(record: Any) -> dict[str, Any]:
    """JSON name -> value of the fields that the file gives."""
    values = {name: getattr(record, attribute) for name, (attribute, _) in _named(record)}
    return {name: value for name, value in values.items() if value is not None}


def _named(record: Any) -> Any:
    return fields_of(type(record)).items()


def decode(record: type[Record], value: object, where: str) -> Record:
    """A record from a JSON object; `where` names the place in messages.

    Raises:
        NotSupportedError: a key that the record has no field for.
        MalformedError: a wrong value, or a field missing.
    """
    if not isinstance(value, dict):
        raise MalformedError(f"{where} is no object")
    known = fields_of(record)
    values: dict[str, Any] = {}
    for key, one in value.items():
        if key not in known:
            raise NotSupportedError(f"{where}.{key}")
        attribute, hint = known[key]
        values[attribute] = convert(hint, one, f"{where}.{key}")
    try:
        return record(**values)
    except TypeError as error:
        raise MalformedError(f"{where}: {error}") from None


def convert(hint: Any, value: object, where: str) -> Any:
    """A JSON value as the type that a field has."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is UnionType:
        return _one_of(arguments, value, where)
    if origin is tuple:
        if not isinstance(value, list):
            raise MalformedError(f"{where} is no list")
        return tuple(convert(arguments[0], one, where) for one in value)
    if origin is Mapping:
        if not isinstance(value, dict):
            raise MalformedError(f"{where} is no object")
        return {str(key): convert(arguments[1], one, where) for key, one in value.items()}
    return _plain(hint, value, where)


def _one_of(choices: tuple[Any, ...], value: object, where: str) -> Any:
    if value is None and NoneType in choices:
        return None
    if isinstance(value, str) and str in choices:
        return value
    others = [choice for choice in choices if choice not in (NoneType, str)]
    return convert(others[0] if others else str, value, where)


def _plain(hint: Any, value: object, where: str) -> Any:
    if hint is object:
        return value
    if hint in (Decimal, date):
        return _read(hint, value, where)
    if hint in (str, bool, int):
        if type(value) is not hint:
            raise MalformedError(f"{where} is no {hint.__name__}: {value!r}")
        return value
    return decode(hint, value, where)


def _read(hint: Any, value: object, where: str) -> Any:
    try:
        if hint is date:
            return date.fromisoformat(str(value))
        # JSON numbers are read as int or Decimal by the file's reader, never as float.
        if isinstance(value, str | int | Decimal) and not isinstance(value, bool):
            return Decimal(value)
    except (ValueError, InvalidOperation):
        pass
    raise MalformedError(f"{where} is no {hint.__name__}: {value!r}")
