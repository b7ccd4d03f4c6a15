"""The columns of a table: which field of an input each fills, and what its cells spell.

A column of another of its lists than the lines names that too (`charges.amount`,
`allocations.invoice.document`).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from graphql import GraphQLInputObjectType, GraphQLList, get_named_type, get_nullable_type

from api.commands.terminal import CommandError
from api.exporting.text_values import FIELDS, SEVERAL, TextError, parts_of, plain, value_of
from api.importing.kinds import MASTERS
from api.importing.table import Table

DOCUMENT = "document"
"""The column whose value the rows of a document have in common; a reference's member of this name
is a document of such a file by its kind and that value, "deliveryNote D1", or a line of it,
"deliveryNote D1/1"."""

LINES = "lines"
"""The list that a column is of which the document has no field for."""

IS_ACTIVE = "isActive"

_ONLY_TOLD = {IS_ACTIVE, "version", "createdAt", "position", "accountSource"} | {
    "effectiveAccount.code"
}
"""What exports tell of masters and nobody can give: passed by, so that exports can be imported."""

_OWN, _METHOD = "ownCostingMethod", "costingMethod"
"""An item's own, and the company's where it has none: of both in an export its own is given."""

Types = Mapping[str, GraphQLInputObjectType]
"""The input of each kind of document and master."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the field that it fills, of the document or of one of its lists (`of_list`)."""

    place: int
    name: str
    member: str
    type: Any
    of_list: str
    company: str
    kinds: Collection[str]
    has_commas: bool

    def value(self, text: str, before: Any = None) -> Any:
        """What a cell spells; `before` is what other columns said of the same input.

        Raises:
            TextError: it is none of the field's values.
        """
        text = self._number(self.member, text)
        if isinstance(get_nullable_type(self.type), GraphQLList):
            return [self._one(part) for part in parts_of(text, SEVERAL) if part]
        return self._named(text, before)

    def _one(self, text: str) -> Any:
        """One value of a list; of an input with several fields all of them, `Box=12`."""
        named = get_named_type(self.type)
        if self.member or not isinstance(named, GraphQLInputObjectType) or named.is_one_of:
            return self._named(plain(text))
        names, texts = list(named.fields), [plain(part) for part in parts_of(text, FIELDS)]
        if len(texts) != len(names):
            raise TextError(f"{self.name} is spelled {FIELDS.join(names)}; {text!r} is not.")
        given: dict[str, Any] = {}
        for name, part in zip(names, texts, strict=True):
            given = value_of(self.name, self.type, name, self._number(name, part), given)
        return given

    def _number(self, member: str, text: str) -> str:
        """A cell of such a number with a decimal point, if its file has commas; others as is."""
        if not self.has_commas or _leaf_of(self.type, member) != "Decimal":
            return text
        if "." in text:
            raise TextError(
                f"{self.name} has a decimal comma in such a file; {text!r} has a point."
            )
        return text.replace(",", ".")

    def _named(self, text: str, before: Any = None) -> Any:
        """One value; of a document of a file what its id is made of, `deliveryNote D1`."""
        named = get_named_type(self.type)
        if self.member != DOCUMENT or "number" not in getattr(named, "fields", ()):
            return value_of(self.name, self.type, self.member, text, before)
        kind, _, key = text.partition(" ")
        is_line = "inDocument" in named.fields
        key, _, line = key.rpartition("/") if is_line else (key, "", "")
        if kind not in self.kinds or not key:
            example = f"deliveryNote D1{'/1' if is_line else ''}"
            raise TextError(f"{self.name}.{DOCUMENT} is spelled as {example!r}; {text!r} is not.")
        id_ = id_of(self.company, kind, key.strip())
        return {"inDocument": f"{id_}/{line}"} if is_line else {"id": id_}


def columns_of(
    table: Table,
    header: Sequence[str],
    kind: str,
    types: Types,
    company: str,
) -> list[Column]:
    """What the columns fill.

    Raises:
        CommandError: a column fills nothing, or the same as another.
    """
    input_, columns = types[kind], list[Column]()
    for place, title in enumerate(header):
        if kind in MASTERS and (title in _ONLY_TOLD or (title == _METHOD and _OWN in header)):
            continue
        if not title:
            raise CommandError(f"{table.name} has no name of its column {place + 1}.")
        if title in header[:place]:
            raise CommandError(f"{table.name} has two columns {title!r}.")
        name, _, member = (_METHOD if title == _OWN else title).partition(".")
        of_list = _list_of(input_, name, member)
        if of_list == name:  # as it is spelled for a list that is not the lines
            name, _, member = member.partition(".")
        of = element_of(input_, of_list) if of_list else input_
        if of is not None and name in of.fields:
            type_ = of.fields[name].type
            columns.append(
                Column(place, name, member, type_, of_list, company, types.keys(), table.has_commas)
            )
        elif title != DOCUMENT:
            raise CommandError(
                f"{table.name} has a column {title!r}, which {input_.name} has no field for."
            )
    return columns


def _leaf_of(type_: Any, member: str) -> str:
    """The name of a field's type, or of that of a field within it."""
    named = get_named_type(type_)
    while member and isinstance(named, GraphQLInputObjectType):
        name, _, member = member.partition(".")
        named = get_named_type(named.fields[name].type) if name in named.fields else None
    return getattr(named, "name", "")


def _list_of(kind: GraphQLInputObjectType, name: str, member: str) -> str:
    """The list that a column is of, `allocations` of `allocations.amount`; "" = the document.

    What the document has no field for is of its lines.
    """
    if name not in kind.fields:
        return LINES
    return name if member and element_of(kind, name) is not None else ""


def element_of(kind: GraphQLInputObjectType, name: str) -> GraphQLInputObjectType | None:
    """What a list's elements are made of; None where it is none, or one of references."""
    listed = kind.fields.get(name)
    if listed is None or not isinstance(get_nullable_type(listed.type), GraphQLList):
        return None
    named = get_named_type(listed.type)
    is_made_of_fields = isinstance(named, GraphQLInputObjectType) and not named.is_one_of
    return named if is_made_of_fields else None


def id_of(company: str, kind: str, named: str) -> str:
    """The id of a document of a table: of its company, its kind and what its rows are called."""
    return str(uuid5(NAMESPACE_URL, f"perpetuo:{company}:{kind}:{named}"))
