"""Refusing what would cost too much, with what could be asked instead."""

from graphql import GraphQLSchema

from api.cost.amounts import Variables, value
from api.cost.counting import Counted, RootField
from domain.errors import QueryTooCostly

EXPORTED = ("nodes", "rows")
"""The fields under which a root field lists what `/export` can write."""


def too_costly(
    schema: GraphQLSchema, counted: Counted, variables: Variables, limit: int
) -> QueryTooCostly:
    """Why an operation that costs more than the limit is not begun."""
    cost = counted.cost(variables)
    dearest = max(counted.fields, key=lambda one: value(one.cost, variables))
    rest = cost - value(dearest.cost, variables)
    first = _fitting(dearest, variables, limit - rest)
    instead = [f"{dearest.name}(first: {first})"] if first else []
    if _is_exported(schema, dearest.name):
        instead.append(f"GET /export/{dearest.name}.csv")
    return QueryTooCostly(
        cost=cost,
        limit=limit,
        reason="smaller_pages" if first else "fewer_fields",
        instead=tuple(instead),
    )


def _fitting(field: RootField, variables: Variables, left: int) -> int:
    """The longest page of a root field for what is left; 0 if none fits, or it has no pages."""
    each = value(field.each, variables)
    if not field.has_pages or each < 1:
        return 0
    return max(0, (left - value(field.fixed, variables)) // each)


def _is_exported(schema: GraphQLSchema, name: str) -> bool:
    """Whether `/export` writes what the query lists."""
    field = schema.query_type.fields.get(name) if schema.query_type else None
    answer = getattr(field.type if field else None, "of_type", None)
    return any(one in getattr(answer, "fields", {}) for one in EXPORTED)
