"""Tables of documents and masters: a column is a field of the input, a row a line of a document.

A row is an element of each list that it says something of; see `api.importing.columns`.

The table's name says what its rows are: `delivery-notes-2025.csv` are delivery notes, `items.csv`
items, `opening-stock.csv` stock reconciliations that open the books. Rows with the same `document`
one below the other are one document, and its id is made of that: so a second run finds it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from api.exporting.text_values import TextError
from api.importing.columns import DOCUMENT, IS_ACTIVE, LINES, Column, Types, columns_of, id_of
from api.importing.kinds import meaning_of
from api.importing.table import Cell, Cells, Table, Unreadable
from domain.errors import Refused, ValueMalformed


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


def rows_of(table: Table, types: Types, company: str, kind: str | None) -> Iterator[Rows]:
    """The documents or masters of a table, in its order.

    Raises:
        CommandError: nothing says what its rows are, or a column is unknown.
    """
    kind, common = meaning_of(table.name, [table.title], kind, types)
    header = [name.strip() for name in table.header]
    columns = columns_of(table, header, kind, types, company)
    place = header.index(DOCUMENT) if DOCUMENT in header else None
    active = header.index(IS_ACTIVE) if IS_ACTIVE in header else len(header)
    current, key = Rows(kind), ""
    for number, cells in table.rows:
        said = cells[place] if place is not None and place < len(cells) else ""
        named = said.strip() if isinstance(said, str) else ""
        if current.lines and not (named and named == key):
            yield current
            current = Rows(kind)
        if not current.lines:
            key = named
            current.input = common | ({"id": id_of(company, kind, named)} if named else {})
        if isinstance(said, Unreadable):
            current.wrong.append(ValueMalformed(problem=said.problem))
        if active < len(cells) and cells[active] == "false":
            problem = "It is not active, and what an import makes is: leave the row out."
            current.wrong.append(ValueMalformed(path=(IS_ACTIVE,), problem=problem))
        if len(cells) > len(header):
            problem = f"The row has {len(cells)} cells, not {len(header)}."
            current.wrong.append(ValueMalformed(problem=problem))
        _add(current, number, columns, cells)
    if current.lines:
        yield current


def _add(rows: Rows, number: int, columns: Sequence[Column], cells: Cells) -> None:
    """Add a row: to what the document has in common, which its rows repeat, and to its lists."""
    rows.lines += (number,)
    cell_of = [(one, cells[one.place]) for one in columns if one.place < len(cells)]
    spelled = [(column, cell) for column, cell in cell_of if not _is_empty(cell)]
    lists = {column.of_list for column, _ in spelled if column.of_list}
    if not lists and any(column.of_list == LINES for column in columns):
        lists = {LINES}  # an empty one, which is told
    begun = {name: rows.begin(name, number) for name in lists}
    row_is = begun.get(LINES) or next(iter(begun.values()), ((), {}))
    for column, cell in spelled:
        path, element = begun.get(column.of_list, ((), {}))
        path = (*path, column.name)
        if isinstance(cell, Unreadable):
            rows.wrong.append(ValueMalformed(path=path, problem=cell.problem))
            continue
        text = cell.strip()
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


def _is_empty(cell: Cell) -> bool:
    return isinstance(cell, str) and not cell.strip()
