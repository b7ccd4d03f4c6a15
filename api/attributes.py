"""Fields that only show an attribute of what their type reads from: most of any answer.

Strawberry asks each of them for its resolver, its default resolver and its name at every value.
What they come to never changes, so it is settled once, when the schema is made.
"""

from operator import attrgetter
from typing import Any

from graphql import GraphQLObjectType, GraphQLSchema


def show_attributes(schema: GraphQLSchema) -> None:
    """Let fields without a resolver of their own read their attribute, and nothing else."""
    for kind in schema.type_map.values():
        if not isinstance(kind, GraphQLObjectType):
            continue
        for field in kind.fields.values():
            declared = (field.extensions or {}).get("strawberry-definition")
            if declared is not None and declared.is_basic_field:
                field.resolve = _attribute(declared.python_name)


def _attribute(name: str) -> Any:
    read = attrgetter(name)

    def resolve(source: Any, _info: Any) -> Any:
        return read(source)

    return resolve
