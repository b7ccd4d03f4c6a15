"""Lines of other documents that are named as people or clients know them, not by their ids.

By the number of their document and their own ("PR-2026-00001/1"), or by its id and their own
number: whoever makes a document knows that before it is posted. Neither ever changes what it
names, so that the same input is always the same document; documents keep the ids of lines.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

from domain.documents.document import Document, DocumentKind
from domain.references import Ref, parse_id
from persistence.arrays import ids
from persistence.round_trip import Answer, RoundTrip, Statement

AnyDocument = TypeVar("AnyDocument", bound=Document)

Found: TypeAlias = Mapping[tuple[str, str], Ref]
"""Lines by their ids, by which of their names was given and by that, as the books spell it."""

_FIELDS = (
    "line", "receipt_line", "delivery_line", "invoice_line", "return_line", "sent_line",
    "takes_from",
)  # fmt: skip
"""The fields of documents' lines that name a line of another document."""

_CHOSEN = "applies_to"
"""The field of a document that names several."""

_NAMED = Statement.of("""
select 'number', d.number || '/' || l.line_no, l.id
  from document d
  join document_line l on l.company_id = d.company_id and l.document_id = d.id
 where d.company_id = %(company)s and d.kind = any(%(kinds)s)
   and d.number = any(%(numbers)s) and d.number || '/' || l.line_no = any(%(by_number)s)
union all
select 'in_document', l.document_id || '/' || l.line_no, l.id
  from document_line l
 where l.company_id = %(company)s and l.document_id = any(%(documents)s::uuid[])
   and l.document_id || '/' || l.line_no = any(%(in_document)s)
""")


def named_otherwise(document: Document) -> list[Ref]:
    """The lines that a document names by anything else than their ids."""
    return [ref for ref in _named(document) if ref.by != "id"]


def ask(trip: RoundTrip, company: UUID, refs: Sequence[Ref]) -> Answer:
    """Look for lines, for `found`."""
    keys = [key_of(ref) for ref in refs]
    numbers = [name for by, name in keys if by == "number"]
    places = [name for by, name in keys if by == "in_document"]
    documents = [parse_id(name.partition("/")[0]) for name in places]
    return trip.ask(
        _NAMED,
        {
            "company": company,
            "kinds": list(DocumentKind),  # the key of numbers is led by their kind
            "numbers": [number.rpartition("/")[0] for number in numbers],
            "by_number": numbers,
            "documents": ids([one for one in documents if one is not None]),
            "in_document": places,
        },
    )


def found(answer: Answer) -> Found:
    """The lines that were found."""
    return {(by, name): Ref("line", "id", str(id_)) for by, name, id_ in answer.rows}


def with_ids(document: AnyDocument, lines: Found) -> AnyDocument:
    """The document; what names no line stays, and is refused like any other reference."""
    named = {ref: line for ref in named_otherwise(document) if (line := lines.get(key_of(ref)))}
    if not named:
        return document
    whole: Any = document
    changed = {"lines": tuple(_renamed(line, named) for line in whole.lines)}
    if chosen := getattr(whole, _CHOSEN, ()):
        changed[_CHOSEN] = tuple(named.get(ref, ref) for ref in chosen)
    return replace(whole, **changed)


def key_of(ref: Ref) -> tuple[str, str]:
    """A name as the books spell it: an id in whichever way it was given."""
    if ref.by == "number":
        return ref.by, ref.value
    document, _, line = ref.value.partition("/")
    return ref.by, f"{parse_id(document)}/{line}"


def _named(document: Any) -> Iterator[Ref]:
    yield from getattr(document, _CHOSEN, ())
    for line in getattr(document, "lines", ()):
        for name in _fields_of(type(line)):
            ref = getattr(line, name)
            if ref is not None:
                yield ref


def _renamed(line: Any, named: Mapping[Ref, Ref]) -> Any:
    refs = {name: getattr(line, name) for name in _fields_of(type(line))}
    changed = {name: named[ref] for name, ref in refs.items() if ref in named}
    return replace(line, **changed) if changed else line


@cache
def _fields_of(kind: type) -> tuple[str, ...]:
    """Which of them a kind of line has."""
    return tuple(name for name in _FIELDS if hasattr(kind, name))
