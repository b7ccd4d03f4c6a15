"""graphql-core's schema within strawberry's, and what is left to graphql-core."""

from typing import Any

from graphql import GraphQLSchema


def core_of(schema: Any) -> GraphQLSchema:
    """What strawberry has no public way to."""
    return schema._schema  # noqa: SLF001 - see above


class NotPlain(Exception):  # noqa: N818 - no error: graphql-core decides what it is
    """A value that graphql-core is to look at."""
