"""Inputs from what graphql-core has coerced, with each type's fields looked up once.

Strawberry finds the name and the type of every field anew for every value; in a posting of a few
lines that is as much work as valuing its stock. What comes out is the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING
from functools import cached_property, partial
from typing import Any, NamedTuple, TypeAlias

from strawberry import UNSET, Schema
from strawberry.exceptions import UnsupportedTypeError
from strawberry.scalars import is_scalar
from strawberry.types.arguments import InputContext
from strawberry.types.base import (
    StrawberryList,
    StrawberryObjectDefinition,
    StrawberryOptional,
    has_object_definition,
)
from strawberry.types.enum import StrawberryEnumDefinition, has_enum_definition

_Convert: TypeAlias = Callable[[Any, InputContext], Any]


class _Field(NamedTuple):
    """A field of an input: its name, and how its value is converted (None: not at all)."""

    python_name: str
    convert: _Convert | None


def prepare_inputs(schema: Schema) -> None:
    """Let every input type of a schema make its values by itself."""
    for known in schema.schema_converter.type_map.values():
        definition = known.definition
        if isinstance(definition, StrawberryObjectDefinition) and definition.is_input:
            definition.from_input = _Maker(schema, definition)


class _Maker:
    """Makes the values of one input type; what it needs to know is found with the first."""

    def __init__(self, schema: Schema, definition: StrawberryObjectDefinition) -> None:
        self._schema = schema
        self._definition = definition

    def __call__(self, type_: type, value: Mapping[str, Any], context: InputContext) -> Any:
        given: dict[str, Any] = dict.fromkeys(self._without_default)
        fields = self._fields
        for name, found in value.items():
            python_name, convert = fields[name]
            if convert is None or found is None or found is UNSET:
                given[python_name] = found
            else:
                given[python_name] = convert(found, context)
        return type_(**given)

    @cached_property
    def _without_default(self) -> tuple[str, ...]:
        """Fields that are null where they are left out; graphql-core has asked for the others."""
        return tuple(
            field.python_name
            for field in self._definition.fields
            if field.default_value is MISSING and field.default_factory is MISSING
        )

    @cached_property
    def _fields(self) -> dict[str, _Field]:
        """By their names in the schema; graphql-core has let no others through."""
        named = self._schema.config.name_converter.from_field
        return {
            named(field): _Field(
                field.python_name,
                self._converter(field.resolve_type(type_definition=self._definition)),
            )
            for field in self._definition.fields
        }

    def _converter(self, type_: Any) -> _Convert | None:
        if isinstance(type_, StrawberryOptional):
            return self._converter(type_.of_type)
        if isinstance(type_, StrawberryList):
            return _of_each(self._converter(type_.of_type))
        if isinstance(type_, StrawberryEnumDefinition) or has_enum_definition(type_):
            return None
        if is_scalar(type_, self._schema.schema_converter.scalar_registry):
            return None
        if has_object_definition(type_):
            make = type_.__strawberry_definition__.from_input
            if make is not None:
                return partial(make, type_)
        raise UnsupportedTypeError(type_)


def _of_each(convert: _Convert | None) -> _Convert:
    """A list is always a new one: a default is the same object in every request."""
    if convert is None:
        return lambda values, _context: list(values)
    return lambda values, context: [
        None if value is None else convert(value, context) for value in values
    ]
