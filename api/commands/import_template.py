"""`perpetuo import-template`: empty files with the names of the columns that an import reads."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from api.commands.terminal import CommandError, check_folder, say, why_not
from api.importing.entries import input_types
from api.importing.inputs import schema
from api.importing.kinds import MASTERS, OPENING_STOCK, meaning_of, named_kind, table_name
from api.importing.templates import Heading, headings

_OF_A_MOVE = (*MASTERS, OPENING_STOCK, "journalEntry")
"""What a whole move has: masters, stock, and open bills and balances."""

_LAST_ROW = 1_048_575
_LONGEST_CHOICES = 255
"""Characters of a list to choose from, says Excel."""
_LONGEST_NOTE = 32_000
_FORMATS = {"String": "@", "ID": "@", "UUID": "@", "Date": "yyyy-mm-dd", "Time": "hh:mm:ss"}
"""Text stays as it is typed: 00123 keeps its zeros, and 4000000000017 all of its digits."""


def write_templates(files: Sequence[Path], kinds: Sequence[str]) -> None:
    """Write an empty file for each name.

    Args:
        files: ending in .csv, whose names say what their rows are, or in .xlsx: of the kind that
            its name says, or with a sheet for each kind of a move.
        kinds: the kinds instead.

    Raises:
        CommandError: nothing says what a file is for, it is there already, or cannot be written.
    """
    if not files:
        raise CommandError("Name the files to write, as items.csv or moving.xlsx.")
    types = input_types(schema)
    for path in files:
        check_folder(path)
        named = named_kind(path.stem, types)
        chosen = list(kinds) or ([named] if named else [])
        if path.suffix.lower() == ".xlsx":
            tables = {kind: headings(kind, types) for kind in chosen or _OF_A_MOVE}
            _write(path, _workbook, tables)
        elif path.suffix.lower() == ".csv" and len(chosen) == 1:
            _write(path, _csv, {chosen[0]: headings(chosen[0], types)})
        elif path.suffix.lower() == ".csv":
            if not chosen:
                meaning_of(str(path), [path.stem], None, types)  # says that its name says nothing
            raise CommandError(f"{path} can hold one kind: an .xlsx holds several.")
        else:
            raise CommandError(f"{path} cannot be made: its name should end in .csv or .xlsx.")
        say(f"{path} is there to be filled in.")


def _write(path: Path, write: Any, tables: dict[str, list[Heading]]) -> None:
    if path.exists():
        raise CommandError(f"{path} is there already.")
    try:
        write(path, tables)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {why_not(error)}.") from error


def _csv(path: Path, tables: dict[str, list[Heading]]) -> None:
    """The mark tells spreadsheets the encoding."""
    ((_, columns),) = tables.items()
    with path.open("x", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerow(one.title for one in columns)


def _workbook(path: Path, tables: dict[str, list[Heading]]) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(path) as book:
        bold = book.add_format({"bold": True})
        looks = {code: book.add_format({"num_format": code}) for code in {*_FORMATS.values()}}
        for kind, columns in tables.items():
            name = kind if kind == OPENING_STOCK else table_name(kind)
            page: Any = book.add_worksheet(name.replace("-", " ").capitalize())
            page.freeze_panes(1, 0)
            for place, one in enumerate(columns):
                look = looks.get(_FORMATS.get(one.scalar, ""))
                page.set_column(place, place, len(one.title) + 4, look)
                page.write_string(0, place, one.title, bold)
                page.write_comment(0, place, one.says[:_LONGEST_NOTE])
                if one.choices and len(",".join(one.choices)) <= _LONGEST_CHOICES:
                    allowed = {"validate": "list", "source": list(one.choices)}
                    page.data_validation(1, place, _LAST_ROW, place, allowed)
