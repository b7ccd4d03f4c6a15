"""The identity of a document's content: what makes a repeated request the same request.

Identities are kept for ever, so what they are made of must not grow with the product. The second
form takes only what differs from a field's default; it begins with a byte that says so. The
first form took every field there was then (`identity_form_1`), and a field that came later only
where it is used: a request of that time cannot have used it. See docs/adr/0044.
"""

import hashlib
from dataclasses import MISSING, Field, fields
from datetime import date, time
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from domain.documents.document import Document
from domain.money import plain
from persistence.posting.identity_form_1 import ALWAYS_HASHED

_SECOND_FORM = b"\x02"
_LENGTH_OF_FIRST_FORM = 32


class Identity(NamedTuple):
    """What a document was given, as JSON (its kind, and its fields by name), and the hash of it.

    The hash is of the very text: what is kept of a document is what a repetition must say.
    """

    given: str
    hash: bytes


def identity_of(document: Document) -> Identity:
    """The identity of a document's kind and content, without its id, as it is recorded now.

    Numbers count by value ("10" is "10.0"), and a field left out is the same as its default.
    """
    encoded = _encoded(document, first_form=False)
    return Identity(encoded.decode(), _SECOND_FORM + hashlib.sha256(encoded).digest())


def is_same_body(document: Document, recorded: bytes) -> bool:
    """Whether the document says what was recorded, in whichever form that was."""
    if len(recorded) == _LENGTH_OF_FIRST_FORM:
        return recorded == hashlib.sha256(_encoded(document, first_form=True)).digest()
    return recorded == identity_of(document).hash


def _encoded(document: Document, *, first_form: bool) -> bytes:
    content = _content(document, first_form)
    del content["id"]
    return orjson.dumps([document.kind.value, content], option=orjson.OPT_SORT_KEYS)


def _content(value: Any, first_form: bool) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for name, default in _counting(type(value), first_form):
        given = getattr(value, name)
        if given is default or (default is not _COUNTS and given == default):
            continue
        content[name] = given if type(given) is str else _plain(given, first_form)
    return content


_COUNTS = object()
"""The default of a field that always counts: no value is the same."""


@cache
def _counting(kind: type, first_form: bool) -> tuple[tuple[str, Any], ...]:
    """The fields of a class that belong to its content, each with the default that says nothing."""
    always = ALWAYS_HASHED.get(kind.__name__, frozenset()) if first_form else frozenset()
    return tuple(
        (each.name, _COUNTS if each.name in always else _default(each))
        for each in fields(kind)
        if each.metadata.get("content", True)
    )


def _default(field: Field[Any]) -> Any:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return _COUNTS if field.default is MISSING else field.default


def _plain(value: Any, first_form: bool) -> Any:
    if isinstance(value, Decimal):
        return str(plain(value))
    if isinstance(value, tuple):
        return [_plain(one, first_form) for one in value]
    if hasattr(value, "__dataclass_fields__"):
        return _content(value, first_form)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return value.value if isinstance(value, Enum) else value
