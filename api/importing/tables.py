"""CSV files of documents and masters: a column is a field of the input, a row a line of a document.

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
from api.exporting.text_values import SEVERAL, TextError, value_of
from domain.errors import Refused, ValueMalformed

DOCUMENT = "document"
"""The column whose value the rows of a document have in common; a reference's member of this name
is a document of such a file by its kind and that value, "deliveryNote D1", or a line of it,
"deliveryNote D1/1"."""

FIELDS = "="
"""Between the fields of one of them, where it has several."""

_OPENING_STOCK = "opening-stock"
_LINES = "lines"

Types = Mapping[str, GraphQLInputObjectType]


@dataclass(slots=True)
class Rows:
    """The rows of one document or master: what they come to, or why not."""

    kind: str
    lines: tuple[int, ...] = ()
    input: dict[str, Any] = field(default_factory=dict[str, Any])
    wrong: list[ValueMalformed] = field(default_factory=list[ValueMalformed])

    @property
    def refused(self) -> Refused | None:
        """What is wrong with them."""
        return Refused(*self.wrong) if self.wrong else None


@dataclass(frozen=True, slots=True)
class _Column:
    """A column: the field that it fills, of the document or of its lines."""

    place: int
    name: str
    member: str
    type: Any
    is_of_line: bool
    company: str
    kinds: Collection[str]

    def value(self, text: str) -> Any:
        """What a cell spells.

        Raises:
            TextError: it is none of the field's values.
        """
        if isinstance(get_nullable_type(self.type), GraphQLList):
            parts = (part.strip() for part in text.split(SEVERAL))
            return [self._one(part) for part in parts if part]
        return self._named(text)

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
            given = value_of(self.name, self.type, name, part, given)
        return given

    def _named(self, text: str) -> Any:
        """One value; of a document of a file what its id is made of, `deliveryNote D1`."""
        named = get_named_type(self.type)
        if self.member != DOCUMENT or "number" not in getattr(named, "fields", ()):
            return value_of(self.name, self.type, self.member, text)
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
        reader = csv.reader(file)
        header = [name.strip() for name in next(reader, [])]
        columns = _columns(path, header, types, kind, company)
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
    return f"{words[:-1]}ies" if words.endswith("y") else f"{words}s"


def _columns(
    path: Path, header: Sequence[str], types: Types, rows_are: str, company: str
) -> list[_Column]:
    """What the columns fill.

    Raises:
        CommandError: a column fills nothing.
    """
    kind = types[rows_are]
    lines = kind.fields.get(_LINES)
    of_line: Any = get_named_type(lines.type) if lines is not None else None
    columns: list[_Column] = []
    for place, title in enumerate(header):
        name, _, member = title.partition(".")
        is_of_line = name not in kind.fields or name == _LINES
        of = of_line if is_of_line else kind
        if of is not None and name in of.fields:
            type_ = of.fields[name].type
            columns.append(_Column(place, name, member, type_, is_of_line, company, types.keys()))
        elif title != DOCUMENT:
            raise CommandError(
                f"{path} has a column {title!r}, which {kind.name} has no field for."
            )
    return columns


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
    """Add a row: to what the document has in common, which its rows repeat, and to its lines."""
    place, line = len(rows.lines), dict[str, Any]()
    rows.lines += (number,)
    for column in columns:
        text = cells[column.place].strip() if column.place < len(cells) else ""
        if not text:
            continue
        path = (_LINES, str(place), column.name) if column.is_of_line else (column.name,)
        try:
            value = column.value(text)
        except TextError as error:
            rows.wrong.append(ValueMalformed(path=path, problem=str(error)))
            continue
        if column.is_of_line:
            line[column.name] = value
        elif rows.input.setdefault(column.name, value) != value:
            problem = f"{column.name} is not what it is in the document's first row: {text!r}."
            path = (_LINES, str(place), column.name)
            rows.wrong.append(ValueMalformed(path=path, problem=problem))
    if any(column.is_of_line for column in columns):
        rows.input.setdefault(_LINES, []).append(line)
