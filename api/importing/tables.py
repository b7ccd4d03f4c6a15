"""CSV files of documents and masters: a column is a field of the input, a row a line of a document.

Where numbers have decimal commas spreadsheets separate by semicolons: a file whose header is so has
these. A point in one of its numbers may have been of thousands, and is refused.

A column of another of its lists names that too (`charges.amount`, `allocations.invoice.document`);
a row is an element of each list that it says something of.

The file's name says what its rows are: `delivery-notes-2025.csv` are delivery notes, `items.csv`
items, `opening-stock.csv` stock reconciliations that open the books. Rows with the same `document`
one below the other are one document, and its id is made of that: so a second run finds it.
"""

import csv
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from graphql import GraphQLInputObjectType, GraphQLList, get_named_type, get_nullable_type

from api.commands.terminal import CommandError
from api.exporting.text_values import FIELDS, SEVERAL, TextError, value_of
from domain.errors import Refused, ValueMalformed

DOCUMENT = "document"
"""The column whose value the rows of a document have in common; a reference's member of this name
is a document of such a file by its kind and that value, "deliveryNote D1", or a line of it,
"deliveryNote D1/1"."""

_OPENING_STOCK = "opening-stock"
_LINES = "lines"

Types = Mapping[str, GraphQLInputObjectType]


@dataclass(slots=True)
class Rows:
    """The rows of one document or master: what they come to, or why not.

    `lines` are their numbers in the file, `elements` those of each list's elements, as of `lines`.
    """

    kind: str
    lines: tuple[int, ...] = ()
    elements: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    input: dict[str, Any] = field(default_factory=dict[str, Any])
    wrong: list[ValueMalformed] = field(default_factory=list[ValueMalformed])

    @property
    def refused(self) -> Refused | None:
        """What is wrong with them."""
        return Refused(*self.wrong) if self.wrong else None

    def begin(self, name: str, number: int) -> tuple[tuple[str, ...], dict[str, Any]]:
        """Another element of a list, in row `number`: where it stands, and what it is to hold."""
        numbers = self.elements.setdefault(name, [])
        path, element = (name, str(len(numbers))), dict[str, Any]()
        numbers.append(number)
        self.input.setdefault(name, []).append(element)
        return path, element


@dataclass(frozen=True, slots=True)
class _Column:
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
            parts = (part.strip() for part in text.split(SEVERAL))
            return [self._one(part) for part in parts if part]
        return self._named(text, before)

    def _one(self, text: str) -> Any:
        """One value of a list; of an input with several fields all of them, `Box=12`."""
        named = get_named_type(self.type)
        if self.member or not isinstance(named, GraphQLInputObjectType) or named.is_one_of:
            return self._named(text)
        names, texts = list(named.fields), [part.strip() for part in text.split(FIELDS)]
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
        id_ = _id(self.company, kind, key.strip())
        return {"inDocument": f"{id_}/{line}"} if is_line else {"id": id_}


def rows_of(path: Path, types: Types, company: str, kind: str | None) -> Iterator[Rows]:
    """The documents or masters of a CSV file, in its order.

    Raises:
        CommandError: the name does not say what its rows are, or a column is unknown.
        OSError, UnicodeDecodeError: it cannot be read.
    """
    kind, common = _kind_of(path, types, kind)
    with path.open(encoding="utf-8-sig", newline="") as file:
        first = file.readline()
        has_commas = ";" in first and "," not in first
        file.seek(0)
        reader = csv.reader(file, delimiter=";" if has_commas else ",")
        header = [name.strip() for name in next(reader, [])]
        columns = _columns(path, header, types[kind], types.keys(), company, has_commas=has_commas)
        place = header.index(DOCUMENT) if DOCUMENT in header else None
        current, key = Rows(kind), ""
        for number, cells in _numbered(reader):
            named = cells[place].strip() if place is not None and place < len(cells) else ""
            if current.lines and not (named and named == key):
                yield current
                current = Rows(kind)
            if not current.lines:
                key = named
                current.input = common | ({"id": _id(company, kind, named)} if named else {})
            if len(cells) > len(header):
                problem = f"The row has {len(cells)} cells, not {len(header)}."
                current.wrong.append(ValueMalformed(problem=problem))
            _add(current, number, columns, cells)
        if current.lines:
            yield current


def _kind_of(path: Path, types: Types, kind: str | None) -> tuple[str, dict[str, Any]]:
    """What the rows of a file are, and what they all have in common."""
    if kind == _OPENING_STOCK or (kind is None and path.stem.startswith(_OPENING_STOCK)):
        return "stockReconciliation", {"purpose": "OPENING"}
    if kind is not None:
        if kind in types:
            return kind, {}
        raise CommandError(f"There is no kind {kind!r}: {', '.join(types)}, {_OPENING_STOCK}.")
    for name in types:
        if path.stem.startswith(_file_name(name)):
            return name, {}
    raise CommandError(
        f"{path} does not say what its rows are: let its name begin as delivery-notes, items or"
        f" {_OPENING_STOCK} do, or say it with --kind."
    )


def _file_name(kind: str) -> str:
    """As files of a kind are called: deliveryNote is delivery-notes."""
    words = "".join(f"-{c.lower()}" if c.isupper() else c for c in kind)
    if words.endswith("y"):
        return f"{words[:-1]}ies"
    return f"{words}es" if words.endswith("x") else f"{words}s"


def _columns(
    path: Path,
    header: Sequence[str],
    kind: GraphQLInputObjectType,
    kinds: Collection[str],
    company: str,
    *,
    has_commas: bool,
) -> list[_Column]:
    """What the columns fill.

    Raises:
        CommandError: a column fills nothing.
    """
    columns: list[_Column] = []
    for place, title in enumerate(header):
        name, _, member = title.partition(".")
        of_list = _list_of(kind, name, member)
        if of_list == name:  # as it is spelled for a list that is not the lines
            name, _, member = member.partition(".")
        of = _element_of(kind, of_list) if of_list else kind
        if of is not None and name in of.fields:
            type_ = of.fields[name].type
            columns.append(_Column(place, name, member, type_, of_list, company, kinds, has_commas))
        elif title != DOCUMENT:
            raise CommandError(
                f"{path} has a column {title!r}, which {kind.name} has no field for."
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
        return _LINES
    return name if member and _element_of(kind, name) is not None else ""


def _element_of(kind: GraphQLInputObjectType, name: str) -> GraphQLInputObjectType | None:
    """What a list's elements are made of; None where it is none, or one of references."""
    listed = kind.fields.get(name)
    if listed is None or not isinstance(get_nullable_type(listed.type), GraphQLList):
        return None
    named = get_named_type(listed.type)
    is_made_of_fields = isinstance(named, GraphQLInputObjectType) and not named.is_one_of
    return named if is_made_of_fields else None


def _numbered(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not empty, each with the number of the line where it begins."""
    before = reader.line_num
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield before + 1, cells
        before = reader.line_num


def _id(company: str, kind: str, named: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"perpetuo:{company}:{kind}:{named}"))


def _add(rows: Rows, number: int, columns: Sequence[_Column], cells: Sequence[str]) -> None:
    """Add a row: to what the document has in common, which its rows repeat, and to its lists."""
    rows.lines += (number,)
    cell_of = [(one, cells[one.place].strip()) for one in columns if one.place < len(cells)]
    spelled = [(column, text) for column, text in cell_of if text]
    lists = {column.of_list for column, _ in spelled if column.of_list}
    if not lists and any(column.of_list == _LINES for column in columns):
        lists = {_LINES}  # an empty one, which is told
    begun = {name: rows.begin(name, number) for name in lists}
    row_is = begun.get(_LINES) or next(iter(begun.values()), ((), {}))
    for column, text in spelled:
        path, element = begun.get(column.of_list, ((), {}))
        path = (*path, column.name)
        try:
            value = column.value(text, element.get(column.name))
        except TextError as error:
            rows.wrong.append(ValueMalformed(path=path, problem=str(error)))
            continue
        if column.of_list:
            element[column.name] = value
        elif rows.input.setdefault(column.name, value) != value:
            problem = f"{column.name} is not what it is in the document's first row: {text!r}."
            rows.wrong.append(ValueMalformed(path=(*row_is[0], column.name), problem=problem))
