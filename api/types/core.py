"""graphql-core's schema within strawberry's."""

from typing import Any

from graphql import GraphQLSchema


def core_of(schema: Any) -> GraphQLSchema:
    """What strawberry has no public way to."""
    return schema._schema  # noqa: SLF001 - see above
