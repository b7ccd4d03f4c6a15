"""Ids of nodes: all that is needed to explain a figure further, opaque to clients."""

import base64
import json
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from uuid import UUID

from domain.errors import NotFound, Refused
from domain.explain.nodes import NodeKind, Subject
from domain.money import MAX_AMOUNT


def written(subject: Subject) -> str:
    """A subject as an opaque id."""
    kind, one, seq, amount, quantity, line, since = subject
    moved = None if quantity is None else str(quantity)  # a change of cost moves nothing: 0
    parts = [kind.value, str(one), seq, str(amount), moved, line, since]
    text = json.dumps(parts, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read(id_: str) -> Subject:
    """The subject that an id stands for.

    Raises:
        Refused: NOT_FOUND for an id that was not given out.
    """
    try:
        text = base64.urlsafe_b64decode(id_ + "=" * (-len(id_) % 4)).decode()
        kind, one, seq, amount, quantity, line, since = json.loads(text)
        subject = Subject(
            NodeKind(kind), UUID(one), int(seq), _figure(amount),
            None if quantity is None else _figure(quantity), int(line),
            int(since),
        )  # fmt: skip
    except (ValueError, TypeError, AttributeError, InvalidOperation, RecursionError) as error:
        raise unknown(id_) from error
    if not (0 <= subject.since <= subject.seq < _MOST and 0 <= subject.line < MOST_LINES):
        raise unknown(id_)
    return subject


_MOST = 1 << 62
MOST_LINES = 1 << 31
"""More lines than an entry can have."""
_LONGEST = 80


def _figure(text: str) -> Decimal:
    number = Decimal(text[:_LONGEST])
    if not number.is_finite() or abs(number) >= MAX_AMOUNT:
        raise ValueError(text)
    return number


def unknown(reference: str, path: Sequence[str] = ("id",)) -> Refused:
    """The refusal of what is not there to be explained."""
    return Refused(NotFound(path=tuple(path), kind="explanation", reference=reference[:_LONGEST]))
