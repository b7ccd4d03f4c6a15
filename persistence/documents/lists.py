"""Lists of documents: one kind or several, filtered, in an order that the reader chooses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from domain.documents.document import DocumentKind
from persistence.documents.reading import DOCUMENT_AMOUNTS, DOCUMENT_COLUMNS
from persistence.documents.rows import DocumentRow
from persistence.masters.lists import containing
from persistence.paging import Ordering, Page
from persistence.reports.query import compose, conditions, fetch_amounts
from persistence.reports.trees import BELOW_WAREHOUSE, WITHIN_WAREHOUSES


def _ordering(name: str, first: str, kind: type, *, descending: bool) -> Ordering:
    return Ordering(
        name=f"documents:{name}",
        columns=(f"document.{first}", "document.seq"),
        attributes=(first, "seq"),
        types=(kind, int),
        descending=descending,
    )


NEWEST_FIRST = _ordering("newest", "posting_date", date, descending=True)
OLDEST_FIRST = _ordering("oldest", "posting_date", date, descending=False)
BY_NUMBER = _ordering("number", "number", str, descending=False)
BY_NUMBER_DESCENDING = _ordering("numberDescending", "number", str, descending=True)
AS_RECORDED = Ordering("documents:recorded", ("document.seq",), ("seq",), (int,))
LAST_RECORDED_FIRST = Ordering(
    "documents:lastRecorded", ("document.seq",), ("seq",), (int,), descending=True
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFilter:
    """Which documents; null or empty = any. Dates are posting dates, both inclusive.

    `number` is a whole number, `text` part of a number, reference or remark in any case.
    `warehouse_id` is one where it moved stock, or below which it did; `within` leaves only what
    moved stock in these warehouses or below them. `recorded_after` is a sequence of the company's
    feed. The grand total is in the document's own currency, both ends inclusive.
    """

    kinds: Sequence[str] = ()
    from_date: date | None = None
    to_date: date | None = None
    party_id: UUID | None = None
    status: str | None = None
    number: str | None = None
    item_id: UUID | None = None
    text: str | None = None
    warehouse_id: UUID | None = None
    recorded_after: int | None = None
    total_from: Decimal | None = None
    total_to: Decimal | None = None
    within: tuple[UUID, ...] | None = None


_LIST = (
    "select"
    + DOCUMENT_COLUMNS
    + " where document.company_id = %(company)s /*filters*/ /*after*/ order by /*order*/ /*limit*/"
)

_MOVED = (
    "exists (select from movement where movement.company_id = document.company_id"
    " and movement.document_id = document.id and {})"
)

FILTERS = {
    "kind": "document.kind = %(kind)s",
    "kinds": "document.kind = any(%(kinds)s)",
    "from_date": "document.posting_date >= %(from_date)s",
    "to_date": "document.posting_date <= %(to_date)s",
    "party": "document.party_id = %(party)s",
    "status": "(voiding.by_id is null) = (%(status)s = 'SUBMITTED')",
    "number": "document.number = %(number)s",
    "item": "exists (select from document_line line where line.company_id = document.company_id"
    " and line.document_id = document.id and line.item_id = %(item)s)",
    "within": _MOVED.format(f"movement.warehouse_id in {WITHIN_WAREHOUSES}"),
    "warehouse": _MOVED.format(
        f"movement.warehouse_id in {BELOW_WAREHOUSE}"
        f" and (%(within)s::uuid[] is null or movement.warehouse_id in {WITHIN_WAREHOUSES})"
    ),
    "recorded_after": "document.seq > %(recorded_after)s",
    "total_from": "document.grand_total >= %(total_from)s",
    "total_to": "document.grand_total <= %(total_to)s",
    "text": "concat_ws(' ', document.number, document.reference, document.remarks) ilike %(text)s",
}
"""What each part of a filter asks of a document, or of its `voiding`."""


async def list_documents(
    connection: AsyncConnection, company_id: UUID, page: Page, which: DocumentFilter
) -> list[DocumentRow]:
    """One page of documents, as read with `page.fetch`."""
    values = values_of(company_id, which) | page.params
    sql = compose(
        _LIST,
        filters=conditions(values, FILTERS),
        after=f" and {page.where}",
        order=page.order_by,
        limit=f"limit {page.fetch}",
    )
    return await fetch_amounts(connection, DocumentRow, sql, values, DOCUMENT_AMOUNTS)


def values_of(company_id: UUID, which: DocumentFilter) -> dict[str, Any]:
    """The values that the conditions of `FILTERS` take."""
    kinds = list(which.kinds)
    if which.number is not None and not kinds:
        kinds = list(DocumentKind)  # the key of numbers is led by their kind
    return {
        "company": company_id,
        "kind": kinds[0] if len(kinds) == 1 else None,  # by itself it lets the index give the order
        "kinds": kinds if len(kinds) > 1 else None,
        "from_date": which.from_date,
        "to_date": which.to_date,
        "party": which.party_id,
        "status": which.status,
        "number": _clean(which.number),
        "item": which.item_id,
        "warehouse": which.warehouse_id,
        "recorded_after": which.recorded_after,
        "total_from": which.total_from,
        "total_to": which.total_to,
        "within": None if which.within is None else list(which.within),
        "text": containing(text) if (text := _clean(which.text)) else None,
    }


def _clean(text: str | None) -> str | None:
    """The text without the one sign that the database cannot hold."""
    return None if text is None else text.replace("\0", "")
