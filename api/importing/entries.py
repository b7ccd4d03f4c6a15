"""What a file of an import holds: one entry for each document or master, with where it stands.

JSON Lines have on each line what an element of `submitBatch` has, `{"deliveryNote": {...}}`, or a
master, `{"item": {...}}`, `{"account": {...}}`: the input of its mutation. In a table a row is a
line of a document; see `api.importing.tables`.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from graphql import GraphQLInputObjectType

from api.commands.terminal import CommandError, why_not
from api.documents.any_document import AnyDocumentInput
from api.importing import text_files, workbooks
from api.importing.kinds import MASTERS
from api.importing.table import AS_THEY_SAY, Reading, Table
from api.importing.tables import rows_of
from api.types.core import core_of
from domain.errors import Refused, ValueMalformed

_JSON_LINES = {".jsonl", ".ndjson"}

MOST_BYTES = 16 * 1024 * 1024
"""Of one line: a longer one is no document, and memory is not for it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A document or master as it was found.

    `lines` are the numbers, from 1, of the lines of the file that it takes; `elements` of a table
    those of its lists' elements, by list. `refused` says why it is nothing that can be read;
    `sheet` where in a workbook it stands.
    """

    file: str
    lines: tuple[int, ...]
    kind: str
    input: Any
    refused: Refused | None = None
    elements: Mapping[str, Sequence[int]] = field(default_factory=dict[str, Sequence[int]])
    sheet: str | None = None

    def line_of(self, path: tuple[str, ...]) -> int:
        """The line of the file that an error's path points at."""
        numbers = self.elements.get(path[0]) if path[1:2] and path[1].isdigit() else None
        return numbers[min(int(path[1]), len(numbers) - 1)] if numbers else self.lines[0]


def entries_of(
    path: Path, schema: Any, company: str, how: Reading = AS_THEY_SAY
) -> Iterator[Entry]:
    """Everything that a file holds, in its order; what cannot be read is an entry too.

    Args:
        path: the file; its ending says which format it has.
        schema: the API's, which says what the kinds are made of.
        company: the company's code.
        how: what is said of files that they do not say themselves.

    Raises:
        CommandError: there is no such file, or nobody can know what it holds.
    """
    types = input_types(schema)
    try:
        if path.suffix.lower() in _JSON_LINES:
            yield from _json_lines(path, types)
            return
        for table in _tables(path, how, types):
            for rows in rows_of(table, types, company, how.kind):
                found = rows.lines, rows.kind, rows.input, rows.refused, rows.elements
                yield Entry(str(path), *found, table.sheet)
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {why_not(error)}.") from error


def _tables(path: Path, how: Reading, kinds: Collection[str]) -> Iterator[Table]:
    ending = path.suffix.lower()
    if ending in text_files.ENDINGS:
        return text_files.text_table(path, how)
    if ending == workbooks.ENDING:
        return workbooks.workbook_tables(path, how, kinds)
    if ending in workbooks.OTHER_ENDINGS:
        raise CommandError(f"{path} cannot be imported: save it as .xlsx or .csv.")
    raise CommandError(f"{path} cannot be imported: its name should end in .jsonl, .csv or .xlsx.")


def input_types(schema: Any) -> dict[str, GraphQLInputObjectType]:
    """The GraphQL input of each kind of document and master, by its key."""
    known: Any = core_of(schema).type_map
    any_document: Any = AnyDocumentInput
    documents = known[any_document.__strawberry_definition__.name].fields
    of_masters: dict[str, Any] = dict(MASTERS)
    masters = {key: known[one.__strawberry_definition__.name] for key, one in of_masters.items()}
    return {name: field.type for name, field in documents.items()} | masters


def _json_lines(path: Path, kinds: Collection[str]) -> Iterator[Entry]:
    with path.open("rb") as file:
        number = 0
        while line := file.readline(MOST_BYTES):
            number += 1
            if line.strip():
                yield _json_entry(str(path), number, line, kinds)


def _json_entry(file: str, number: int, line: bytes, kinds: Collection[str]) -> Entry:
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        problem = f"This line is no JSON: {error}."
        return Entry(file, (number,), "", line.decode(errors="replace"), _malformed(problem))
    if not isinstance(found, dict) or len(found) != 1:
        problem = 'A line is an object with one key, its kind: {"deliveryNote": {...}}.'
        return Entry(file, (number,), "", found, _malformed(problem))
    ((kind, given),) = found.items()
    refused = None if kind in kinds else _malformed(f"There is no kind {kind!r}.")
    return Entry(file, (number,), kind, given, refused)


def _malformed(problem: str) -> Refused:
    return Refused(ValueMalformed(problem=problem))
