"""Which costing method an item was under at any place in posting order.

A change of method is a fact with a place, like a movement: what comes before it is valued by the
old method for ever, also when it is folded again years later, and what comes after it by the new.
"""

from collections.abc import Sequence
from typing import NamedTuple

from domain.movements import PostingKey


class MethodChange(NamedTuple):
    """From `key` on an item is under method `after`; until then it was under `before`."""

    key: PostingKey
    before: str
    after: str


def method_at(current: str, changes: Sequence[MethodChange], key: PostingKey | None) -> str:
    """The method under which a pool stands after the movement at `key` (None: before the first).

    Args:
        current: the method now, after all changes.
        changes: every change there was, in posting order.
        key: the last movement that counts.
    """
    method = changes[0].before if changes else current
    for change in changes:
        if key is None or key < change.key:
            break
        method = change.after
    return method
