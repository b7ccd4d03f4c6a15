"""Tables in workbooks: which sheets hold them, and their first row, which names the columns."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from api.commands.terminal import CommandError, say
from api.importing.kinds import named_kind
from api.importing.table import Cell, Reading, Table, Unreadable
from api.importing.xlsx.cells import column_letters
from api.importing.xlsx.rows import Row
from api.importing.xlsx.workbook import Sheet, Workbook

ENDING = ".xlsx"
OTHER_ENDINGS = {".xls", ".xlsb", ".xlsm", ".ods"}


def workbook_tables(path: Path, how: Reading, kinds: Collection[str]) -> Iterator[Table]:
    """The tables of a workbook, in its order.

    Raises:
        CommandError: it cannot be read, nothing says what it holds, or a column has no name.
        OSError: it cannot be read.
    """
    with Workbook(path) as book:
        sheets = _chosen(path, book.sheets, how, kinds)
        left = [one.name for one in book.sheets if one not in sheets]
        if left and how.sheet is None:
            say(f"{path}: sheets that are not read: {', '.join(left)}.")
        by_file = how.sheet is None and named_kind(path.stem, kinds) is not None
        for sheet in sheets:
            name, rows = f"{path}, sheet {sheet.name!r},", book.rows(sheet)
            title = path.stem if by_file or not named_kind(sheet.name, kinds) else sheet.name
            yield Table(name, title, sheet.name, _header(name, rows), rows)


def _chosen(
    path: Path, sheets: Sequence[Sheet], how: Reading, kinds: Collection[str]
) -> list[Sheet]:
    """The sheet that is named; the first, if the file's name says what it is; else by their own.

    Those that people do not see count only if they are named.
    """
    if how.sheet is not None:
        found = [one for one in sheets if one.name == how.sheet]
        if found:
            return found
        there = ", ".join(repr(one.name) for one in sheets)
        raise CommandError(f"{path} has no sheet {how.sheet!r}: {there}.")
    seen = [one for one in sheets if one.is_visible]
    if not seen:
        raise CommandError(f"{path} has no sheet that can be seen; name one by --sheet.")
    if how.kind is None and not named_kind(path.stem, kinds):
        return [one for one in seen if named_kind(one.name, kinds)] or seen[:1]
    return seen[:1]


def _header(name: str, rows: Iterator[Row]) -> list[str]:
    """The names of the columns: the cells of the first row.

    Raises:
        CommandError: there are none, or one of them is blank.
    """
    number, cells = next(rows, (0, list[Cell]()))
    if number != 1:
        raise CommandError(f"{name} has no names of columns in its first row.")
    header: list[str] = []
    for place, cell in enumerate(cells):
        if isinstance(cell, Unreadable):
            raise CommandError(f"{name} cannot be read: {cell.problem}")
        if not cell.strip():
            raise CommandError(
                f"{name} has no name of column {column_letters(place)} in its first row; of merged"
                " cells only the first one has a text."
            )
        header.append(cell)
    return header
