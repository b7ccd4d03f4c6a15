"""The order in which an import posts: by date and time, whatever file a document stands in.

Entries wait on disk, in a temporary file. In memory are two numbers for each, so that an import may
be larger than memory is.
"""

from array import array
from collections.abc import Iterator, Mapping
from datetime import date, time
from tempfile import TemporaryFile
from typing import IO, Any, Self

import orjson

from api.importing.entries import Entry
from api.importing.kinds import MASTERS
from domain.errors import Refused, ValueMalformed

_DAY = 24 * 60 * 60 * 1_000_000  # microseconds
_LEVELS = 10_000
"""Of masters of a kind below each other, at most."""
_RANKS = {kind: rank * _LEVELS for rank, kind in enumerate(MASTERS)}


class Waiting:
    """Entries on disk, to be had in the order in which they count; closed after use."""

    def __init__(self) -> None:
        """Begin with none."""
        self._file: IO[bytes] = TemporaryFile()  # noqa: SIM115 - closed by `__exit__`
        self._moments = array("q")
        self._places = array("q")
        self._below: dict[int, tuple[str, str, str]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()

    def __len__(self) -> int:
        return len(self._moments)

    def add(self, entry: Entry) -> None:
        """One more, to be posted after those of its moment that were added before."""
        rank = _RANKS.get(entry.kind)
        if rank is not None and (above := _code(entry.input, "parent", "code")):
            self._below[len(self)] = entry.kind, _code(entry.input, "code"), above
        self._moments.append(_moment(entry.input) if rank is None else rank)
        self._places.append(self._file.tell())
        refusals: Any = entry.refused.refusals if entry.refused else ()
        wrong = [(one.path, one.problem) for one in refusals]
        row = (entry.file, entry.lines, entry.kind, entry.input, wrong, entry.elements, entry.sheet)
        self._file.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))

    def in_order(self) -> Iterator[Entry]:
        """All of them; documents without a day of posting last.

        Masters by their kinds, those of a kind as they were added, but after what is above them.
        """
        above = {(kind, code): parent for kind, code, parent in self._below.values()}
        for number, (kind, code, _) in self._below.items():
            self._moments[number] = _RANKS[kind] + _depth(above, kind, code)
        for number in sorted(range(len(self)), key=self._moments.__getitem__):
            self._file.seek(self._places[number])
            file, lines, kind, given, wrong, elements, sheet = orjson.loads(self._file.readline())
            refusals = [ValueMalformed(path=tuple(path), problem=text) for path, text in wrong]
            refused = Refused(*refusals) if refusals else None
            yield Entry(file, tuple(lines), kind, given, refused, elements, sheet)


def _moment(given: object) -> int:
    """When it counts, in microseconds; without a time it comes last on its date, as in posting.

    A cancellation counts on the day that it names, if any.
    """
    values: Any = given if isinstance(given, dict) else {}
    try:
        named = values.get("postingDate", values.get("reverseOn"))
        day = date.fromisoformat(named).toordinal()
    except (TypeError, ValueError):
        return date.max.toordinal() * _DAY
    try:
        at = time.fromisoformat(values["postingTime"])
    except (KeyError, TypeError, ValueError):
        return day * _DAY + _DAY - 1
    seconds = (at.hour * 60 + at.minute) * 60 + at.second
    return day * _DAY + seconds * 1_000_000 + at.microsecond


def _code(given: Any, *path: str) -> str:
    """A text within an input, "" if there is none."""
    for name in path:
        given = given.get(name) if isinstance(given, dict) else None
    return given if isinstance(given, str) else ""


def _depth(above: Mapping[tuple[str, str], str], kind: str, code: str) -> int:
    """How many masters stand above one, of those that are imported with it."""
    depth = 0
    while (kind, code) in above and depth < _LEVELS - 1:  # a circle is refused by those in it
        code = above[kind, code]
        depth += 1
    return depth
