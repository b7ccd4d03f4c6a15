"""A value as text (of a URL's filter, of a cell) as the variable of a GraphQL type."""

from typing import Any

from graphql import GraphQLInputObjectType, get_named_type

NAMES = ("code", "sku", "number")
"""What stands for a record: the first of these that it has."""


class TextError(ValueError):
    """The text is no value of the type; says why."""


def value_of(key: str, type_: Any, member: str, text: str) -> Any:
    """The value that a text spells.

    Args:
        key: what the value is called, for the error.
        type_: the GraphQL type.
        member: of a reference, by what it is named ("id"); "" = by its code, SKU or number.
        text: the text; of other scalars and enums it is the value, which GraphQL checks.

    Raises:
        TextError: there is no such member, or it is no number or truth value.
    """
    named = get_named_type(type_)
    if isinstance(named, GraphQLInputObjectType):
        by = member or next((one for one in NAMES if one in named.fields), "id")
        if by not in named.fields:
            raise TextError(f"There is no {key!r}.")
        return {by: text}
    if member:
        raise TextError(f"There is no {key!r}.")
    if named.name == "Boolean":
        if text not in {"true", "false"}:
            raise TextError(f"{key} is true or false.")
        return text == "true"
    if named.name == "Int":
        try:
            return int(text)
        except ValueError as error:
            raise TextError(f"{key} is a whole number.") from error
    return text
