"""A value as text (of a URL's filter, of a cell) as the variable of a GraphQL type."""

import re
from typing import Any

from graphql import GraphQLInputObjectType, GraphQLList, get_named_type, get_nullable_type

NAMES = ("code", "sku", "number")
"""What stands for a record: the first of these that it has."""


SEVERAL = ";"
"""Between the values of a cell that holds several."""

FIELDS = "="
"""Between the fields of one of them, where it has several."""


_QUOTED = re.compile(r"\\([;=\\])")
_PIECES = re.compile(r"\\[;=\\]|.", re.DOTALL)


def quoted(text: str, *marks: str) -> str:
    """A value as it stands in a cell with several: the marks between them come after a backslash.

    So does a backslash, so that it is read as itself.
    """
    for mark in ("\\", *marks):
        text = text.replace(mark, f"\\{mark}")
    return text


def parts_of(text: str, mark: str) -> list[str]:
    """What stands between marks that come after no backslash, which stays quoted."""
    parts = [""]
    for piece in _PIECES.findall(text):
        if piece == mark:
            parts.append("")
        else:
            parts[-1] += piece
    return [part.strip() for part in parts]


def plain(text: str) -> str:
    """A value of a cell with several, without what quotes the marks in it."""
    return _QUOTED.sub(r"\1", text)


class TextError(ValueError):
    """The text is no value of the type; says why."""


def value_of(key: str, type_: Any, member: str, text: str, before: Any = None) -> Any:
    """The value that a text spells.

    Args:
        key: what the value is called, for the error.
        type_: the GraphQL type.
        member: of a reference, by what it is named ("id"); "" = by its code, SKU or number. Of
            another input, which of its fields ("from"), and of that again ("party.id").
        text: the text; of other scalars and enums it is the value, which GraphQL checks.
        before: what was spelt of an input already, to which a field is added.

    Raises:
        TextError: there is no such member, it was spelt already, or it is no number or truth value.
    """
    named = get_named_type(type_)
    if isinstance(named, GraphQLInputObjectType):
        if member or not named.is_one_of:
            return _with_field(key, named, member, text, before or {})
        by = next((one for one in NAMES if one in named.fields), "id")
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


def _with_field(
    key: str, named: GraphQLInputObjectType, member: str, text: str, before: dict[str, Any]
) -> dict[str, Any]:
    """An input, and one more of its fields; what is a list is spelt one by one."""
    name, _, rest = member.partition(".")
    field = named.fields.get(name)
    if field is None:
        wrong = f"There is no {key!r}" if member else f"{key!r} is not given as a whole"
        raise TextError(f"{wrong}: name a field of it ({', '.join(named.fields)}).")
    known = before.get(name)
    if isinstance(get_nullable_type(field.type), GraphQLList):
        return before | {name: [*(known or []), value_of(key, field.type, rest, text)]}
    if known is not None and not isinstance(known, dict):
        raise TextError(f"{key!r} is given twice.")
    return before | {name: value_of(key, field.type, rest, text, known)}
