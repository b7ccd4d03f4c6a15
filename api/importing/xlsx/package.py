"""A workbook's file: a zip of XML parts, of which none may take more than its share.

Whoever made the file may mean harm. So memory is bounded whatever it holds: the directory of the
zip, what a part unpacks to, a tag, depth, the number of names. What XML would fetch or multiply
(a DOCTYPE and its entities) is refused, and nothing outside the file is ever read.
"""

import io
import posixpath
import struct
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol, Self
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from api.commands.terminal import CommandError

MOST_TEXT = 1_000_000
"""Characters of a text, and of all cells of a row; Excel has 32,767 in a cell."""

_MOST_UNPACKED = 2 * 1024**3
"""Bytes of a part: a million rows of thirty cells have 1.1 GB."""
_MUCH, _MOST_PACKED_TO_ONE = 64 * 1024**2, 400
"""A part of so many bytes that shrank so much is made to do harm: sheets shrink to a tenth, one of
equal rows to a 190th."""
_LARGEST_DIRECTORY = 1024**2
_LARGEST_TAG = 1024**2
_DEEPEST = 64
_MOST_NAMES, _MOST_PREFIXES = 2_000, 100
_BLOCK = 64 * 1024
_OF_OTHER_FILES = b"\xd0\xcf\x11\xe0"
"""How .xls files begin, and workbooks that a password protects."""

_MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_RELATED = "http://schemas.openxmlformats.org/package/2006/relationships"
_KNOWN = (
    "workbookPr",
    "sheet",
    "numFmt",
    "cellXfs",
    "xf",
    "si",
    "t",
    "rPh",
    "row",
    "c",
    "f",
    "v",
    "mergeCell",
)
"""Elements of a workbook's parts that count."""
_LOCAL = {f"{space} {name}": name for space in _MAIN for name in _KNOWN}
_LOCAL[f"{_RELATED} Relationship"] = "Relationship"


class _TooMuchError(Exception):
    """More was asked of the file at once than anything of it may take."""


_BROKEN = (
    BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,  # of zipfile: packed in a way that it does not know
    ValueError,
    _TooMuchError,
)
"""What a zip that is none, or damaged, ends in."""


class Reader(Protocol):
    """Is told of the elements of a part: by their names, "" where it is none that counts."""

    def start(self, name: str, attributes: Mapping[str, str], /) -> None:
        """One begins."""
        ...

    def end(self, name: str) -> None:
        """One ends."""
        ...

    def text(self, text: str) -> None:
        """Text stands in it, maybe in pieces."""
        ...


class Package:
    """The parts of a workbook's file; closed after use."""

    def __init__(self, path: Path) -> None:
        """Look at what it holds.

        Raises:
            CommandError: it is no such file.
            OSError: it cannot be read.
        """
        self.path = path
        self._file = _Bounded(path)
        try:
            self._zip = ZipFile(self._file)
        except _BROKEN as error:
            self._file.seek(0)
            is_other = self._file.read(4) == _OF_OTHER_FILES
            self._file.close()
            if is_other:
                raise self.refused(
                    "is protected by a password, or an .xls: save it as .xlsx without"
                ) from error
            raise self.refused("is no .xlsx file, or damaged") from error
        parts = ((one.filename.replace("\\", "/"), one) for one in self._zip.infolist())
        self._parts: dict[str, ZipInfo] = {name.lower(): one for name, one in parts}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._zip.close()
        self._file.close()

    def refused(self, why: str, sheet: str = "") -> CommandError:
        """The error that says why the file, or a sheet of it, cannot be read."""
        where = f", sheet {sheet!r}," if sheet else ""
        return CommandError(f"{self.path}{where} {why}.")

    def related(self, part: str) -> list[tuple[str, str, str]]:
        """What a part refers to within the file, "" the file itself: (id, type, part) of each."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        found = _Relations(folder)
        if rels.lower() in self._parts:
            for _ in self.read(rels, found):
                pass
        return found.all

    def read(self, part: str, reader: Reader) -> Iterator[None]:
        """Tell a reader of a part's elements; comes back after each block, and at the end.

        Raises:
            CommandError: there is no such part, it is damaged, or it would take too much.
        """
        info, parser = self._checked(part), self._parser(part, reader)
        fed = 0
        try:
            with self._zip.open(info) as file:
                while block := file.read(_BLOCK):
                    fed += len(block)
                    parser.Parse(block)
                    if fed - max(parser.CurrentByteIndex, 0) > _LARGEST_TAG:
                        raise self.refused(f"has a tag of more than {_LARGEST_TAG:,} bytes: {part}")
                    if len(parser.intern) > _MOST_NAMES:
                        raise self.refused(f"has more than {_MOST_NAMES:,} names: {part}")
                    yield
                is_final = True
                parser.Parse(b"", is_final)
        except expat.ExpatError as error:
            raise self.refused(f"is damaged: {part}: {error}") from error
        except _BROKEN as error:
            raise self.refused(f"is damaged: {part}") from error
        yield

    def _checked(self, part: str) -> ZipInfo:
        info = self._parts.get(part.lower())
        if info is None:
            raise self.refused(f"is no .xlsx file, or damaged: it has no {part}")
        if info.compress_type not in {ZIP_STORED, ZIP_DEFLATED} or info.flag_bits & 1:
            raise self.refused(f"is packed in a way that no .xlsx is: {part}")
        grown = info.file_size / max(info.compress_size, 1)
        if info.file_size > _MOST_UNPACKED or (
            info.file_size > _MUCH and grown > _MOST_PACKED_TO_ONE
        ):
            raise self.refused(f"would unpack to {info.file_size:,} bytes: {part}")
        return info

    def _parser(self, part: str, reader: Reader) -> Any:
        parser: Any = expat.ParserCreate(namespace_separator=" ", intern={})
        prefixes = set[str | None]()
        depth = 0

        def start(name: str, attributes: Mapping[str, str]) -> None:
            nonlocal depth
            depth += 1
            if depth > _DEEPEST:
                raise self.refused(f"is deeper than {_DEEPEST} levels: {part}")
            reader.start(_LOCAL.get(name, ""), attributes)

        def end(name: str) -> None:
            nonlocal depth
            depth -= 1
            reader.end(_LOCAL.get(name, ""))

        def declare(prefix: str | None, _space: str) -> None:
            prefixes.add(prefix)
            if len(prefixes) > _MOST_PREFIXES:
                raise self.refused(f"has more than {_MOST_PREFIXES} prefixes: {part}")

        def declare_encoding(_version: str, encoding: str | None, _standalone: int) -> None:
            if encoding is not None and encoding.lower() not in {"utf-8", "utf-16"}:
                raise self.refused(f"has text in {encoding[:40]!r}, as no .xlsx has: {part}")

        def refuse(*_declared: object) -> None:
            raise self.refused(f"has a DOCTYPE, which no .xlsx has: {part}")

        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.CharacterDataHandler = reader.text
        parser.StartNamespaceDeclHandler = declare
        parser.XmlDeclHandler = declare_encoding
        parser.StartDoctypeDeclHandler = refuse
        return parser


class _Relations:
    """Reads what a part refers to; what is outside the file is left out."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self.all: list[tuple[str, str, str]] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """One of them begins."""
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = posixpath.join("/", self._folder, attributes.get("Target", ""))
            part = posixpath.normpath(target).lstrip("/")
            type_ = attributes.get("Type", "").rpartition("/")[2]
            self.all.append((attributes.get("Id", ""), type_, part))

    def end(self, name: str) -> None:
        """They have nothing in them."""

    def text(self, text: str) -> None:
        """They have no text."""


class _Bounded(io.BufferedReader):
    """A file that gives no more than a directory's size at once, whatever it says of itself."""

    def __init__(self, path: Path) -> None:
        super().__init__(io.FileIO(path))
        self._size = path.stat().st_size

    def read(self, size: int | None = -1, /) -> bytes:
        """Some bytes, or all that are left."""
        left = self._size - self.tell()
        if (left if size is None or size < 0 else size) > _LARGEST_DIRECTORY:
            raise _TooMuchError
        return super().read(size)
