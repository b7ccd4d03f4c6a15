"""The identity of a document's content: what makes a repeated request the same request."""

import hashlib
from dataclasses import fields, is_dataclass
from datetime import date, time
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import orjson

from domain.documents.document import Document
from domain.money import plain


def body_hash(document: Document) -> bytes:
    """SHA-256 of a document's kind and content, without its id.

    Numbers count by value ("10" is "10.0"), and a field left out is the same as its default.
    """
    content = {
        field.name: _plain(getattr(document, field.name))
        for field in fields(document)
        if field.name != "id"
    }
    encoded = orjson.dumps([document.kind.value, content], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(encoded).digest()


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(plain(value))
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return value
