"""What is read of a table, whatever file it stands in; and how it is to be read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Reading:
    """What is said of files that these do not say themselves.

    `kind` is what the rows of tables are; `encoding` that of text files which are neither marked
    nor UTF-8; `decimal_comma` says that numbers of text files have one, whatever separates cells;
    `sheet` is the one to read of workbooks.
    """

    kind: str | None = None
    encoding: str | None = None
    decimal_comma: bool = False
    sheet: str | None = None


AS_THEY_SAY = Reading()
"""Nothing is said of files but what they say themselves."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell that says nothing which can be taken: why."""

    problem: str


Cell: TypeAlias = str | Unreadable
Cells: TypeAlias = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a file, whose rows are read once, each with its number in the file or sheet.

    `name` is what errors call it, `title` what may say of what its rows are, `sheet` where in the
    file it stands; `has_commas` says that its numbers have decimal commas.
    """

    name: str
    title: str
    sheet: str | None
    header: Sequence[str]
    rows: Iterator[tuple[int, Cells]] = field(repr=False)
    has_commas: bool = False
