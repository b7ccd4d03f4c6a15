"""Lines that are named by a number, as "PR-2026-00001/1", turned into lines named by their ids.

A number never changes what it names, so that the same input is always the same document.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from api.context import Info
from api.masters.common import company_id_of
from domain.documents.document import Document
from domain.references import Ref
from persistence.documents.lists import line_ids

_FIELDS = (
    "line", "receipt_line", "delivery_line", "invoice_line", "return_line", "sent_line",
)  # fmt: skip
"""The fields of documents' lines that name a line of another document."""


def _named(document: Any) -> Iterator[Ref]:
    for line in getattr(document, "lines", ()):
        for name in _fields_of(type(line)):
            ref = getattr(line, name)
            if ref is not None and ref.by == "number":
                yield ref


@cache
def _fields_of(kind: type) -> tuple[str, ...]:
    """Which of them a kind of line has."""
    return tuple(name for name in _FIELDS if hasattr(kind, name))


async def with_line_ids(info: Info, company: Any, document: Document) -> Document:
    """The document; a number that names no line stays, and is refused like any other reference.

    Raises:
        Refused: NOT_FOUND for the company.
    """
    numbers = {ref.value for ref in _named(document)}
    if not numbers:
        return document
    company_id = await company_id_of(info, company)
    async with info.context.database.transaction(company_id) as connection:
        ids = await line_ids(connection, company_id, numbers)

    def known(line: Any) -> Any:
        refs = {name: getattr(line, name) for name in _fields_of(type(line))}
        found = {
            name: Ref("line", "id", str(ids[ref.value]))
            for name, ref in refs.items()
            if ref is not None and ref.by == "number" and ref.value in ids
        }
        return replace(line, **found) if found else line

    whole: Any = document
    return replace(whole, lines=tuple(known(line) for line in whole.lines))
