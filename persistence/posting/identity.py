"""The identity of a document's content: what makes a repeated request the same request.

Identities are kept for ever, so what they are made of must not grow with the product. The second
form takes only what differs from a field's default; it begins with a byte that says so. The
first form took every field there was then (`identity_form_1`), and a field that came later only
where it is used: a request of that time cannot have used it. See docs/adr/0044.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, time
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any
from uuid import UUID

import orjson

from domain.documents.document import Document
from domain.money import plain
from persistence.posting.identity_form_1 import ALWAYS_HASHED

Always = Mapping[str, frozenset[str]]
"""By class, the fields that count even where they have their default."""

_SECOND_FORM = b"\x02"
_LENGTH_OF_FIRST_FORM = 32


def body_hash(document: Document) -> bytes:
    """The identity of a document's kind and content, without its id, as it is recorded now.

    Numbers count by value ("10" is "10.0"), and a field left out is the same as its default.
    """
    return _SECOND_FORM + _digest(document, {})


def is_same_body(document: Document, recorded: bytes) -> bool:
    """Whether the document says what was recorded, in whichever form that was."""
    if len(recorded) == _LENGTH_OF_FIRST_FORM:
        return recorded == _digest(document, ALWAYS_HASHED)
    return recorded == body_hash(document)


def _digest(document: Document, always: Always) -> bytes:
    content = _content(document, always)
    del content["id"]
    encoded = orjson.dumps([document.kind.value, content], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(encoded).digest()


def _content(value: Any, always: Always) -> dict[str, Any]:
    names = always.get(type(value).__name__, frozenset())
    content: dict[str, Any] = {}
    for name, default, factory in _fields_of(type(value)):
        given = getattr(value, name)
        if name not in names and given == (default if factory is MISSING else factory()):
            continue
        content[name] = _plain(given, always)
    return content


@cache
def _fields_of(type_: type) -> tuple[tuple[str, Any, Any], ...]:
    """The fields that count, each with its default and what makes one; MISSING where none is."""
    return tuple(
        (field.name, field.default, field.default_factory)
        for field in fields(type_)
        if field.metadata.get("content", True)
    )


def _plain(value: Any, always: Always) -> Any:
    if value is None or type(value) is str:
        return value
    if isinstance(value, Decimal):
        return str(plain(value))
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(one, always) for one in value]
    if is_dataclass(value):
        return _content(value, always)
    return value
