"""The texts of a workbook, which its cells name by number: on disk, since there may be millions."""

import os
from array import array
from collections.abc import Mapping
from tempfile import TemporaryFile

from api.importing.xlsx.cells import CellError, plain_text
from api.importing.xlsx.package import MOST_TEXT, Package

_MOST_STRINGS = 8_000_000
"""Eight bytes of memory each."""


class Strings:
    """A workbook's texts by their numbers; closed after use."""

    def __init__(self, package: Package, part: str | None) -> None:
        """Read them all into a temporary file; None: the workbook has none.

        Raises:
            CommandError: they cannot be read, or are too many.
        """
        self._package = package
        self._file = TemporaryFile()  # noqa: SIM115 - closed by `close`
        self._ends = array("q", [0])
        self._pieces: list[str] = []
        self._length = 0
        self._is_taken = self._is_sound = False
        if part is not None:
            for _ in package.read(part, self):
                pass
        self._file.flush()

    def close(self) -> None:
        """Forget them."""
        self._file.close()

    def __getitem__(self, number: str) -> str:
        """The text of a number.

        Raises:
            CellError: there is none.
        """
        if not number.isdecimal() or int(number) >= len(self._ends) - 1:
            raise CellError(f"has a text that the file does not have: {number[:40]!r}")
        begin, end = self._ends[int(number)], self._ends[int(number) + 1]
        return os.pread(self._file.fileno(), end - begin, begin).decode()

    # -- the part's elements ------------------------------------------------------------------

    def start(self, name: str, _attributes: Mapping[str, str]) -> None:
        """A text begins, or a piece of it, or how it is pronounced, which is no part of it."""
        if name == "si":
            self._pieces, self._length = [], 0
        elif name == "rPh":
            self._is_sound = True
        elif name == "t":
            self._is_taken = not self._is_sound

    def text(self, text: str) -> None:
        """A piece of it."""
        if self._is_taken:
            self._length += len(text)
            if self._length > MOST_TEXT:
                raise self._package.refused(f"has a text of more than {MOST_TEXT:,} characters")
            self._pieces.append(text)

    def end(self, name: str) -> None:
        """One ends."""
        if name == "t":
            self._is_taken = False
        elif name == "rPh":
            self._is_sound = False
        elif name == "si":
            text = plain_text("".join(self._pieces)).encode()
            self._file.write(text)
            self._ends.append(self._ends[-1] + len(text))
            if len(self._ends) > _MOST_STRINGS:
                raise self._package.refused(f"has more than {_MOST_STRINGS:,} texts")
