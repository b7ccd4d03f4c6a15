"""Fields that show what their row holds, or what the request looks up: most of any answer.

Strawberry asks each of them for its resolver, its arguments and its name at every value, and
graphql-core tells each of them all about the operation. What they come to never changes, so it is
settled once, when the schema is made.
"""

from collections.abc import Callable
from inspect import iscoroutinefunction
from operator import attrgetter
from typing import Any
from uuid import UUID

from graphql import (
    GraphQLField,
    GraphQLID,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
    Undefined,
    get_nullable_type,
    is_leaf_type,
)
from strawberry.types.field import StrawberryField

from api.types.core import NotPlain

Reader = Callable[[Any], Any]


class Attribute:
    """The resolver of a field that needs its row alone.

    `value` gives what the answer has, of a scalar or an enum; whatever it raises, graphql-core is
    to look at. `found` gives the object that the row has, where `kind` is one type of objects.
    `is_required` where it must not be null.
    """

    __slots__ = ("found", "is_required", "kind", "value")

    def __init__(self, read: Reader, field: GraphQLField) -> None:
        """What `read` finds in a row, shown as the type of the field says."""
        kind: Any = get_nullable_type(field.type)
        self.is_required = kind is not field.type
        is_quick = not iscoroutinefunction(read)
        self.value = _printed(read, kind) if is_quick and is_leaf_type(kind) else None
        self.kind = kind if is_quick and isinstance(kind, GraphQLObjectType) else None
        self.found = read

    def __call__(self, source: Any, _info: Any) -> Any:
        """As any resolver: what graphql-core is to complete."""
        return self.found(source)


def _printed(read: Reader, kind: Any) -> Reader:
    coerce = kind.coerce_output_value
    is_text = kind in {GraphQLString, GraphQLID}

    def value(source: Any) -> Any:
        found = read(source)
        if found is None:
            return None
        if is_text:  # most are text or an id, and what these come to needs no asking
            if type(found) is str:
                return found
            if type(found) is UUID:
                return str(found)
        printed = coerce(found)
        if printed is None or printed is Undefined:
            raise NotPlain
        return printed

    return value


def show_attributes(schema: GraphQLSchema) -> None:
    """Let fields without arguments read their row, or be looked up, and nothing else."""
    roots = (schema.query_type, schema.mutation_type, schema.subscription_type)
    for kind in schema.type_map.values():
        if not isinstance(kind, GraphQLObjectType) or kind in roots:
            continue
        for field in kind.fields.values():
            declared = (field.extensions or {}).get("strawberry-definition")
            if declared is not None and not field.args and not declared.extensions:
                field.resolve = _resolver(declared, field) or field.resolve


def _resolver(declared: StrawberryField, field: GraphQLField) -> Callable[[Any, Any], Any] | None:
    """How to get its value without asking how; None where that takes more than its row."""
    if declared.base_resolver is None:
        return Attribute(attrgetter(declared.python_name), field)
    resolve: Any = declared.base_resolver.wrapped_func
    match list(declared.base_resolver.signature.parameters):
        case ["self"]:
            return Attribute(resolve, field)
        case ["self", "info"] if not iscoroutinefunction(resolve):
            return resolve  # these look up by `info.context`, which is in graphql-core's info too
        case _:
            return None
