"""Lines of documents as one list: what was bought, sold or moved, whichever documents said so."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from psycopg import AsyncConnection

from domain.values import quickly_made
from persistence.documents.lists import FILTERS, DocumentFilter, values_of
from persistence.documents.reading import LINE_AMOUNTS, LINE_COLUMNS
from persistence.documents.rows import LineRow
from persistence.paging import Ordering, Page, both_ways
from persistence.reports.query import compose, conditions, fetch_amounts
from persistence.reports.trees import BELOW_WAREHOUSE

_BY_DATE = Ordering(
    name="documentLines",
    columns=("document.posting_date", "document.seq", "line.line_no"),
    attributes=("posting_date", "seq", "line_no"),
    types=(date, int, int),
)
_AS_RECORDED = Ordering(
    name="documentLines",
    columns=("document.seq", "line.line_no"),
    attributes=("seq", "line_no"),
    types=(int, int),
)
ORDERS = both_ways(_BY_DATE.name, POSTING_DATE=_BY_DATE, RECORDED=_AS_RECORDED)
"""By posting date or as recorded; of a document in the order of its lines."""


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class ListedLineRow(LineRow):
    """A line, and where its document stands: its posting date, and its place in the feed."""

    posting_date: date
    seq: int


_LIST = (
    "select"
    + LINE_COLUMNS
    + """
  left join voiding
    on voiding.company_id = document.company_id and voiding.document_id = document.id
 where line.company_id = %(company)s /*filters*/ /*documents*/ /*after*/
 order by /*order*/ /*limit*/
"""
)

_OF_LINES = FILTERS | {
    "item": "line.item_id = %(item)s",
    "warehouse": f"(line.warehouse_id in {BELOW_WAREHOUSE}"
    f" or line.to_warehouse_id in {BELOW_WAREHOUSE})",
}
"""The filters of documents; those that name something of a line are of the line itself."""


async def list_lines(
    connection: AsyncConnection, company_id: UUID, page: Page, which: DocumentFilter
) -> list[ListedLineRow]:
    """One page of the lines of the documents that are wanted, as read with `page.fetch`."""
    values = values_of(company_id, which) | page.params
    sql = compose(
        _LIST,
        filters=conditions(values, _OF_LINES),
        documents=_documents_of(page),
        after=f" and {page.where}",
        order=page.order_by,
        limit=f"limit {page.fetch}",
    )
    return await fetch_amounts(connection, ListedLineRow, sql, values, LINE_AMOUNTS)


def _documents_of(page: Page) -> str:
    """The page's condition on documents alone: an index has no line numbers beside their dates."""
    above, below = ("<=", ">=") if page.ordering.descending else (">=", "<=")
    columns = page.ordering.columns[:-1]
    ends = (("after", above, page.after), ("before", below, page.before))
    return "".join(
        f" and ({', '.join(columns)}) {operator}"
        f" ({', '.join(f'%({name}_{number})s' for number in range(len(columns)))})"
        for name, operator, key in ends
        if key is not None
    )
