"""The inputs of documents as JSON and back: what a draft keeps is what its mutation would take."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any, cast
from uuid import UUID

import strawberry
from graphql import GraphQLError, GraphQLInputType, Undefined, coerce_input_value
from graphql.utilities import validate_input_value

from api.executing.coercing import coercer, field_named
from api.types.core import core_of
from domain.errors import InvalidValue, Refused, ValueMalformed
from domain.money import plain
from domain.naming import camel


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
    try:
        return converted(schema, input_type, content)
    except Refused as refused:
        reasons = (
            InvalidValue(path=one.path[1:], reason="no_longer_valid") for one in refused.refusals
        )
        raise Refused(*reasons) from refused


def converted(schema: Any, input_type: Any, content: object) -> Any:
    """The input that a variable's value comes to, as `api.inputs` makes it.

    Raises:
        Refused: BAD_USER_INPUT wherever it is none, in GraphQL's words.
    """
    name = input_type.__strawberry_definition__.name
    core = cast("GraphQLInputType", core_of(schema).type_map[name])
    coerce = coercer(core)
    if coerce is not None:
        with suppress(Exception):  # graphql-core says what is wrong with it, if anything is
            return coerce(content)
    coerced = coerce_input_value(content, core)
    if coerced is Undefined:
        raise Refused(*_wrong(core, content))
    return coerced


def _wrong(core: GraphQLInputType, content: object) -> list[ValueMalformed]:
    """What is wrong with a value, each with its path in it."""
    wrong: list[ValueMalformed] = []

    def refuse(error: GraphQLError, path: Sequence[str | int]) -> None:
        place = (*map(str, path), *field_named(error.message))
        wrong.append(ValueMalformed(path=place, problem=error.message))

    validate_input_value(content, core, refuse)
    return wrong
