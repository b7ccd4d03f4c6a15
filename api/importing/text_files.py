"""Tables in text files, as spreadsheets write them: which encoding, and what stands between cells.

A mark at the file's beginning says its encoding; without one it is UTF-8. Anything else has to be
named, since a wrong guess would change names and nobody would see it.
"""

import codecs
import csv
from collections.abc import Iterator
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

from api.commands.terminal import CommandError
from api.importing.table import Reading, Table

ENDINGS = {".csv", ".tsv", ".txt"}

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_BLOCK = 64 * 1024
_SHOWN = 60
"""Characters of a line that an error shows."""
_UTF8, _OF_WINDOWS = "utf-8", "cp1252"


def text_table(path: Path, how: Reading) -> Iterator[Table]:
    """The one table of a text file.

    Raises:
        CommandError: nobody can know what its bytes spell, or what its cells are.
        OSError: it cannot be read.
    """
    with path.open(encoding=_encoding_of(path, how.encoding), newline="") as file:
        first = file.readline()
        file.seek(0)
        tabs, semicolons = "\t" in first, ";" in first and "," not in first
        reader = csv.reader(file, delimiter="\t" if tabs else ";" if semicolons else ",")
        rows = _numbered(path, reader)
        _, header = next(rows, (1, list[str]()))
        has_commas = how.decimal_comma or (semicolons and not tabs)
        yield Table(str(path), path.stem, None, header, rows, has_commas=has_commas)


def check_encoding(name: str) -> None:
    """See that there is such an encoding.

    Raises:
        CommandError: there is none.
    """
    try:
        TextIOWrapper(BytesIO(), encoding=name).close()
    except LookupError as error:
        raise CommandError(f"There is no encoding {name!r}; {_OF_WINDOWS} is one.") from error


def _numbered(path: Path, reader: Any) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not empty, each with the number of the line where it begins.

    Spreadsheets write the columns on their right that are empty too: these are left out.
    """
    before = 0
    try:
        for cells in reader:
            while cells and not cells[-1].strip():
                cells.pop()
            if cells or not before:
                yield before + 1, cells
            before = reader.line_num
    except csv.Error as error:
        raise CommandError(f"{path}, line {before + 1}, cannot be read: {error}.") from error


def _encoding_of(path: Path, named: str | None) -> str:
    """The encoding that a file is marked with; else UTF-8, if it is that; else the one named."""
    with path.open("rb") as file:
        start = file.read(4)
    marked = next((of for mark, of in _MARKS.items() if start.startswith(mark)), None)
    if marked is not None:
        found = _wrong_byte(path, marked)
        if found is not None:
            raise CommandError(f"{found} is no {marked.upper()}, which the file's mark says it is.")
        return marked
    found = _wrong_byte(path, _UTF8)
    if found is None:
        return _UTF8
    if named is None:
        raise CommandError(
            f"{found} is no UTF-8. Save the file as CSV UTF-8, or name its encoding:"
            f" --encoding {found.advice}."
        )
    again = _wrong_byte(path, named)
    if again is not None:
        raise CommandError(f"{again} is neither UTF-8 nor {named}.")
    return named


class _WrongByte:
    """Where a file is not in an encoding."""

    def __init__(self, path: Path, number: int, line: bytes, place: int) -> None:
        self._where = f"{path}, line {number}: byte 0x{line[place]:02X}"
        self._text = line[max(0, place - _SHOWN // 2) :][:_SHOWN].decode(_OF_WINDOWS, "replace")
        self._is_text = 0 not in line

    def __str__(self) -> str:
        return self._where

    @property
    def advice(self) -> str:
        """What it may be, and what the line would read as, for whoever knows what it should."""
        if not self._is_text:
            return "utf-16-le is what it looks like"
        read = self._text.strip()
        return f"{_OF_WINDOWS} is that of many Windows spreadsheets, and would read it as {read!r}"


def _wrong_byte(path: Path, encoding: str) -> _WrongByte | None:
    """The first byte that is none of an encoding's text; None where all are."""
    decoder = codecs.getincrementaldecoder(encoding)()
    number = 1
    with path.open("rb") as file:
        while True:
            block = file.read(_BLOCK)
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                zero = error.object.find(0, 0, error.start) if encoding == _UTF8 else -1
                return _byte_at(path, number, error.object, max(zero, 0) or error.start)
            if "\0" in text:
                return _byte_at(path, number, block, block.find(0))
            if not block:
                return None
            number += text.count("\n")


def _byte_at(path: Path, number: int, block: bytes, place: int) -> _WrongByte:
    begin = block.rfind(b"\n", 0, place) + 1
    end = block.find(b"\n", place + 1)
    line = block[begin : end if end >= 0 else len(block)]
    return _WrongByte(path, number + block.count(b"\n", 0, place), line, place - begin)
