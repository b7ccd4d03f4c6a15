"""A workbook: its sheets, and what their cells refer to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

from api.importing.xlsx.cells import PLAIN, Look, look_of
from api.importing.xlsx.package import Package
from api.importing.xlsx.rows import Row, Rows
from api.importing.xlsx.strings import Strings

_MOST_SHEETS, _MOST_STYLES = 1_000, 100_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with cells: its name, whether people see it, and the part that it stands in."""

    name: str
    is_visible: bool
    part: str


class Workbook:
    """A workbook; closed after use."""

    def __init__(self, path: Path) -> None:
        """Look at which sheets it has.

        Raises:
            CommandError: it is no workbook, damaged, or made to fill memory.
            OSError: it cannot be read.
        """
        self._package = Package(path)
        try:
            self._read()
        except BaseException:
            self._package.__exit__()
            raise

    def _read(self) -> None:
        package = self._package
        books = [part for _, type_, part in package.related("") if type_ == "officeDocument"]
        if not books:
            raise package.refused("is no .xlsx file, or damaged: it has no workbook")
        related = package.related(books[0])
        self._parts = {type_: part for _, type_, part in related}
        outline = _Outline({id_: (type_, part) for id_, type_, part in related}, package)
        for _ in package.read(books[0], outline):
            pass
        self.sheets, self._from_1904 = outline.sheets, outline.from_1904

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if "_strings" in vars(self):
            self._strings.close()
        self._package.__exit__(*error)

    def rows(self, sheet: Sheet) -> Iterator[Row]:
        """The rows of a sheet that are not empty, each with its number, as they are read.

        Raises:
            CommandError: they cannot be read, or cells are merged.
        """
        from_1904 = self._from_1904
        rows = Rows(self._package, sheet.name, self._text, self._looks, from_1904=from_1904)
        return rows.of(sheet.part)

    def _text(self, number: str) -> str:
        return self._strings[number]

    @cached_property
    def _strings(self) -> Strings:
        """Read when a cell asks for the first of them."""
        return Strings(self._package, self._parts.get("sharedStrings"))

    @cached_property
    def _looks(self) -> list[Look]:
        """What the styles of cells make of numbers, by the number of the style."""
        styles = _Styles(self._package)
        if "styles" in self._parts:
            for _ in self._package.read(self._parts["styles"], styles):
                pass
        return styles.looks


class _Outline:
    """Reads which sheets there are, and from when days count."""

    def __init__(self, related: Mapping[str, tuple[str, str]], package: Package) -> None:
        self._related, self._package = related, package
        self.sheets: list[Sheet] = []
        self.from_1904 = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """A sheet, or what is said of all."""
        if name == "workbookPr":
            self.from_1904 = attributes.get("date1904", "0").lower() in {"1", "true", "on"}
        elif name == "sheet":
            id_ = next((text for key, text in attributes.items() if key.endswith(" id")), "")
            type_, part = self._related.get(id_, ("", ""))
            if type_ == "worksheet":
                visible = attributes.get("state", "visible") == "visible"
                self.sheets.append(Sheet(attributes.get("name", ""), visible, part))
            if len(self.sheets) > _MOST_SHEETS:
                raise self._package.refused(f"has more than {_MOST_SHEETS:,} sheets")

    def end(self, name: str) -> None:
        """Nothing hangs on it."""

    def text(self, text: str) -> None:
        """Nothing hangs on it."""


class _Styles:
    """Reads the number formats of cells."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._codes: dict[int, str] = {}
        self._is_of_cells = False
        self.looks: list[Look] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """A number format, or the style of cells that names one."""
        number = attributes.get("numFmtId", "0")
        if name == "cellXfs":
            self._is_of_cells = True
        elif not number.isdecimal() or len(self.looks) + len(self._codes) > _MOST_STYLES:
            raise self._package.refused(f"has more than {_MOST_STYLES:,} styles, or damaged ones")
        elif name == "numFmt":
            self._codes[int(number)] = attributes.get("formatCode", "")[:255]
        elif name == "xf" and self._is_of_cells:
            code = self._codes.get(int(number))
            self.looks.append(look_of(int(number), code) if number != "0" else PLAIN)

    def end(self, name: str) -> None:
        """After the cells' come styles with names, which say nothing more of cells."""
        if name == "cellXfs":
            self._is_of_cells = False

    def text(self, text: str) -> None:
        """Nothing hangs on it."""
