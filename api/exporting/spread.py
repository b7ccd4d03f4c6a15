"""Lists in the rows of an export: spread over columns, or all of one in a cell.

`buckets.0.balance`, `buckets.1.balance`; `units`: `Box=200;Pallet=9600`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from graphql import GraphQLField

_SPREAD = "spread"
"""In a field's metadata: how long the list is, by the query's variables, and which fields show."""

_IN_ONE = "in_one"
"""The same of a list whose elements are told in one cell: which of their fields tell them."""


def in_one_cell(*fields: str) -> dict[str, Any]:
    """The metadata of a list that is one column, each element as imports read it."""
    return {_IN_ONE: fields}


def told_in_one(field: GraphQLField) -> tuple[str, ...]:
    """The fields that tell an element of a list in one cell; none where it is no such list."""
    return _metadata(field).get(_IN_ONE, ())


def spread_over(length: Callable[[Mapping[str, Any]], int], *fields: str) -> dict[str, Any]:
    """The metadata of a list that is as long in every row of a query."""
    return {_SPREAD: (length, fields)}


def spread_columns(
    name: str, field: GraphQLField, given: Mapping[str, Any]
) -> list[tuple[str, ...]]:
    """The columns of a list that says how long it is; of others none."""
    found = _metadata(field).get(_SPREAD)
    if found is None:
        return []
    length, fields = found
    return [(name, str(number), each) for number in range(length(given)) for each in fields]


def _metadata(field: GraphQLField) -> Mapping[str, Any]:
    definition = field.extensions.get("strawberry-definition")
    return getattr(definition, "metadata", {})
