"""Empty tables with the names of all their columns, for whoever fills them in.

The columns are read from the API's inputs, as imports read them: every field that a table can
spell, but those that an import fills in itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLList,
    get_named_type,
    get_nullable_type,
    is_required_input_field,
)

from api.exporting.text_values import FIELDS, NAMES, SEVERAL
from api.importing.columns import DOCUMENT, LINES, Types, element_of
from api.importing.kinds import MASTERS, meaning_of

_FILLED_IN = {"company", "id"}


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of an empty table.

    `scalar` is what its cells are ("Date", "Decimal", "String", ...; text where there may be
    several), `choices` what an enum or truth value may be, `says` what it means.
    """

    title: str
    scalar: str
    choices: tuple[str, ...]
    says: str


def headings(kind: str, types: Types) -> list[Heading]:
    """The columns of a table of a kind, those of the document first, then those of its lists.

    Raises:
        CommandError: there is no such kind.
    """
    key, common = meaning_of("", [], kind, types)
    input_ = types[key]
    found = [] if key in MASTERS else [_key_of(input_)]
    lists: list[Heading] = []
    for name, field in input_.fields.items():
        element = element_of(input_, name)
        if name in _FILLED_IN or name in common:
            continue
        if element is None or key in MASTERS:
            found += _headings(name, field)
        else:
            lists += _of_list(name, element, input_)
    return found + lists


def _key_of(input_: GraphQLInputObjectType) -> Heading:
    """What the rows of a document have in common; where that is a field of it, its id."""
    if DOCUMENT in input_.fields:
        return Heading("id", "String", (), "Required. Its id.")
    says = "Required. What you call it: rows of one document have this in common."
    return Heading(DOCUMENT, "String", (), says)


def _of_list(
    name: str, element: GraphQLInputObjectType, input_: GraphQLInputObjectType
) -> Iterator[Heading]:
    for member, field in element.fields.items():
        is_plain = name == LINES and member not in input_.fields
        yield from _headings(member if is_plain else f"{name}.{member}", field)


def _headings(title: str, field: GraphQLInputField) -> Iterator[Heading]:
    """The columns of a field: one, but of an input with several fields each of them."""
    named: Any = get_named_type(field.type)
    is_list = isinstance(get_nullable_type(field.type), GraphQLList)
    needed = "Required. " if is_required_input_field(field) else ""
    says = f"{needed}{field.description or ''}".strip()
    if not isinstance(named, GraphQLInputObjectType):
        scalar = "String" if is_list or isinstance(named, GraphQLEnumType) else named.name
        yield Heading(title, scalar, () if is_list else _choices(named), says)
    elif named.is_one_of:
        yield Heading(f"{title}{_member(named)}", "String", (), says)
    elif is_list:
        spelled = FIELDS.join(named.fields)
        yield Heading(title, "String", (), f"{says} Spelled {spelled}{SEVERAL}{spelled}.")
    else:
        for name, each in named.fields.items():
            yield from _headings(f"{title}.{name}", each)


def _choices(named: Any) -> tuple[str, ...]:
    if isinstance(named, GraphQLEnumType):
        return tuple(named.values)
    return ("true", "false") if named.name == "Boolean" else ()


def _member(reference: GraphQLInputObjectType) -> str:
    """How a table names a record: by its code or SKU, documents as other tables call them."""
    if "number" in reference.fields:
        return f".{DOCUMENT}"
    return "" if any(name in reference.fields for name in NAMES) else ".id"
