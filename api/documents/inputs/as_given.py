"""What a document was given, as it is kept, in the words of the API: an `AnyDocumentInput` in JSON.

Kept are the fields of the domain's document that are not at their defaults (`Identity.given`); the
inputs have the same names, but for a few. What an input does not have is left out.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    get_nullable_type,
)

from api.types.core import core_of
from domain.naming import camel

_KEPT_AS = {"costing_method": "method"}
"""Fields of inputs that the domain calls otherwise."""


def as_given(schema: Any, kept: Sequence[Any] | None) -> dict[str, Any] | None:
    """The input, without an id of its own; None where nothing is kept, or nobody hands it in."""
    if kept is None:
        return None
    name = camel(str(kept[0]).lower())
    any_document = cast("GraphQLInputObjectType", core_of(schema).type_map["AnyDocumentInput"])
    field = any_document.fields.get(name)  # a migration has a mutation of its own
    return None if field is None else {name: _spelled(field.type, kept[1])}


def _spelled(of: GraphQLInputType, said: Any) -> Any:
    kind: Any = get_nullable_type(of)
    if isinstance(kind, GraphQLList):
        return [_spelled(kind.of_type, one) for one in said]
    if isinstance(kind, GraphQLEnumType):
        return next(name for name, one in kind.values.items() if one.value == said)
    if not isinstance(kind, GraphQLInputObjectType):
        return said
    if kind.is_one_of:  # a reference
        return {camel(said["by"]): said["value"]}
    own_names = [field.out_name or name for name, field in kind.fields.items()]
    if not isinstance(said, Mapping):  # an order and its line
        said = dict(zip(own_names, said, strict=True))
    return {
        name: _spelled(field.type, said[kept_as])
        for own_name, (name, field) in zip(own_names, kind.fields.items(), strict=True)
        if said.get(kept_as := _KEPT_AS.get(own_name, own_name)) is not None
    }
