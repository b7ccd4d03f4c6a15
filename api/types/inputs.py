"""Inputs made by graphql-core as it coerces them, with what each type needs found once.

Strawberry makes them of what graphql-core has coerced, in a second walk, and finds the name and the
type of every field anew for every value. What comes out is the same.
"""

from collections.abc import Callable
from dataclasses import MISSING
from typing import Any, cast

from graphql import GraphQLInputObjectType, GraphQLSchema
from strawberry import Schema
from strawberry.types.base import StrawberryObjectDefinition

from api.types.core import core_of


def prepare_inputs(schema: Schema) -> None:
    """Let every input type of a schema make its values when graphql-core has their fields.

    Also tell graphql-core which are `@oneOf`: it checks them, and the export says so.
    """
    core: GraphQLSchema = core_of(schema)
    for kind in core.type_map.values():
        if isinstance(kind, GraphQLInputObjectType):
            definition: StrawberryObjectDefinition = kind.extensions["strawberry-definition"]
            kind.is_one_of = definition.is_one_of
            for field in kind.fields.values():
                field.out_name = field.extensions["strawberry-definition"].python_name
            cast("Any", kind).out_type = _maker(definition)
            definition.from_input = _as_it_is


def _as_it_is(_type: type, made: Any, _context: object) -> Any:
    """For strawberry, which asks for an input where graphql-core has made it already."""
    return made


def _maker(definition: StrawberryObjectDefinition) -> Callable[[dict[str, Any]], Any]:
    """What makes an input of its fields; graphql-core has asked for those that are needed."""
    make = definition.origin
    null_if_left_out = {
        one.python_name: None
        for one in definition.fields
        if one.default_value is MISSING and one.default_factory is MISSING
    }
    # graphql-core gives the same default to every request: it is not for us to change.
    lists = [one.python_name for one in definition.fields if one.default_factory is list]

    def made(given: dict[str, Any]) -> Any:
        for name in lists:
            if name in given:
                given[name] = list(given[name])
        return make(**null_if_left_out | given)

    return made
