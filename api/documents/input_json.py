"""The inputs of documents as JSON and back: what a draft keeps is what its mutation would take."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any, cast
from uuid import UUID

import strawberry
from graphql import GraphQLError, GraphQLInputType, coerce_input_value
from graphql.utilities import validate_input_value
from strawberry.types.arguments import convert_argument

from api.naming import camel
from domain.errors import InvalidValue, Refused
from domain.money import plain


def as_json(value: Any) -> Any:
    """An input as its GraphQL variable; fields that were left out stay out."""
    if is_dataclass(value) and not isinstance(value, type):
        return {
            camel(field.name.rstrip("_")): as_json(given)
            for field in fields(value)
            if (given := getattr(value, field.name)) is not strawberry.UNSET and given is not None
        }
    if isinstance(value, list | tuple):
        return [as_json(one) for one in cast("list[Any]", value)]
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, Decimal):
        return format(plain(value), "f")
    if isinstance(value, date | time | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def from_json(schema: Any, input_type: Any, content: Mapping[str, Any]) -> Any:
    """The input that JSON spells, checked and converted as a variable of the API is.

    Raises:
        Refused: INVALID_VALUE where it does not fit the input type (any more).
    """
    name = input_type.__strawberry_definition__.name
    core = cast("GraphQLInputType", schema._schema.type_map[name])  # noqa: SLF001 - strawberry's own way
    wrong: list[InvalidValue] = []

    def refuse(_error: GraphQLError, path: Sequence[str | int]) -> None:
        steps = tuple(str(step) for step in path)
        wrong.append(InvalidValue(path=steps[1:], reason="no_longer_valid"))

    validate_input_value(content, core, refuse)
    if wrong:
        raise Refused(*wrong)
    coerced = coerce_input_value(content, core)
    registry = schema.schema_converter.scalar_registry
    return convert_argument(coerced, input_type, registry, schema.config)
