"""The rows of a sheet, as its part is read."""

import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence

from api.commands.terminal import CommandError
from api.importing.table import Cell, Unreadable
from api.importing.xlsx.cells import (
    PLAIN,
    CellError,
    Look,
    column_letters,
    day_text,
    number_text,
    plain_text,
)
from api.importing.xlsx.package import MOST_TEXT, Package

_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
_PLACE = re.compile("([A-Z]{1,3})([0-9]{1,7})")
_BOOLEANS = {"0": "false", "1": "true", "false": "false", "true": "true"}

Row = tuple[int, list[Cell]]


class Rows:
    """Reads a sheet's rows, each with its number; empty ones are left out.

    A cell that says nothing certain is `Unreadable`: an error such as #N/A, a formula whose result
    the file does not have.
    """

    def __init__(
        self,
        package: Package,
        sheet: str,
        texts: Callable[[str], str],
        looks: Sequence[Look],
        *,
        from_1904: bool,
    ) -> None:
        """Of a sheet, in a workbook with these texts and number formats."""
        self._package, self._sheet = package, sheet
        self._texts, self._looks, self._from_1904 = texts, looks, from_1904
        self._ready = deque[Row]()
        self._row, self._cells, self._length = 0, list[Cell](), 0
        self._pieces: list[str] = []
        self._is_taken = self._is_sound = self._has_formula = self._has_value = False
        self._column, self._type, self._look = -1, "n", PLAIN

    def of(self, part: str) -> Iterator[Row]:
        """The rows of a sheet's part.

        Raises:
            CommandError: it cannot be read, or cells of it are merged.
        """
        for _ in self._package.read(part, self):
            while self._ready:
                yield self._ready.popleft()

    # -- the part's elements ------------------------------------------------------------------

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """A row, a cell, its value or formula begins."""
        if name == "c":
            self._begin_cell(attributes)
        elif name == "v" or (name == "t" and not self._is_sound):
            self._is_taken = self._has_value = True
        elif name == "f":
            self._has_formula = True
        elif name == "rPh":
            self._is_sound = True
        elif name == "row":
            self._begin_row(attributes.get("r"))
        elif name == "mergeCell":
            raise self._refused(
                f"has merged cells, {attributes.get('ref')}: split them, and fill each of them"
            )

    def text(self, text: str) -> None:
        """A piece of a value."""
        if self._is_taken:
            self._length += len(text)
            self._check_length()
            self._pieces.append(text)

    def end(self, name: str) -> None:
        """One ends."""
        if name in {"v", "t"}:
            self._is_taken = False
        elif name == "c":
            self._end_cell()
        elif name == "rPh":
            self._is_sound = False
        elif name == "row" and self._cells:
            self._ready.append((self._row, self._cells))

    def _begin_row(self, number: str | None) -> None:
        row = self._row + 1 if number is None else int(number) if number.isdecimal() else 0
        if not self._row < row <= _MOST_ROWS:
            raise self._refused(f"has row {number} after row {self._row}")
        self._row, self._cells, self._length, self._column = row, [], 0, -1

    def _begin_cell(self, attributes: Mapping[str, str]) -> None:
        self._column = self._place(attributes.get("r"))
        self._type = attributes.get("t", "n")
        style = attributes.get("s", "0")
        number = int(style) if style.isdecimal() and len(style) < len("10000000") else 0
        self._look = self._looks[number] if number < len(self._looks) else PLAIN
        self._pieces, self._has_formula, self._has_value = [], False, False

    def _place(self, spelled: str | None) -> int:
        """The column of a cell, from 0; that after the last one unless it says so."""
        if spelled is None:
            place = self._column + 1
        else:
            found = _PLACE.fullmatch(spelled)
            place = -1
            for letter in found[1] if found else "":
                place = (place + 1) * 26 + ord(letter) - ord("A")
        if not self._column < place < _MOST_COLUMNS:
            raise self._refused(f"has cell {spelled} out of order in row {self._row}")
        return place

    def _end_cell(self) -> None:
        try:
            cell: Cell = self._value("".join(self._pieces))
        except CellError as error:
            cell = Unreadable(f"Cell {column_letters(self._column)}{self._row} {error}.")
        if not cell or (isinstance(cell, str) and not cell.strip()):
            return
        self._cells += [""] * (self._column - len(self._cells))
        self._cells.append(cell)

    def _value(self, text: str) -> str:
        """What the cell says.

        Raises:
            CellError: nothing that can be taken.
        """
        kind = self._type
        if kind == "e":
            raise CellError(f"is {text[:40]}")
        if self._has_formula and not (text if kind == "n" else self._has_value):
            raise CellError(
                "has a formula without its result: open the file in a spreadsheet, and save it"
            )
        if kind == "s" and text:
            found = self._texts(text.strip())
            self._length += len(found)
            self._check_length()
            return found
        if kind == "n" and text:
            return number_text(text.strip(), self._look, from_1904=self._from_1904)
        if kind == "b":
            return _BOOLEANS.get(text.strip(), text)
        return day_text(text.strip(), self._look) if kind == "d" else plain_text(text)

    def _refused(self, why: str) -> CommandError:
        return self._package.refused(why, self._sheet)

    def _check_length(self) -> None:
        if self._length > MOST_TEXT:
            what = f"has more than {MOST_TEXT:,} characters in row {self._row}"
            raise self._refused(what)
