"""Lists in the rows of an export: spread over columns, `buckets.0.balance`, `buckets.1.balance`."""

from collections.abc import Callable, Mapping
from typing import Any

from graphql import GraphQLField

_SPREAD = "spread"
"""In a field's metadata: how long the list is, by the query's variables, and which fields show."""


def spread_over(length: Callable[[Mapping[str, Any]], int], *fields: str) -> dict[str, Any]:
    """The metadata of a list that is as long in every row of a query."""
    return {_SPREAD: (length, fields)}


def spread_columns(
    name: str, field: GraphQLField, given: Mapping[str, Any]
) -> list[tuple[str, ...]]:
    """The columns of a list that says how long it is; of others none."""
    definition = field.extensions.get("strawberry-definition")
    found = getattr(definition, "metadata", {}).get(_SPREAD)
    if found is None:
        return []
    length, fields = found
    return [(name, str(number), each) for number in range(length(given)) for each in fields]
