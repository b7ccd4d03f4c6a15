"""The lines of documents as one list: purchases of an item, sales to a customer, facts to load."""

from typing import Annotated, Any, cast

import strawberry

from api.context import Info
from api.documents.reading.parts import DocumentLine
from api.documents.reading.queries import AnyDocumentFilter, resolved
from api.masters.common import CompanyArgument, company_id_of
from api.types.connections import After, Before, Connection, First, Last, connect, page_of
from api.types.sorting import DocumentLineSort, sorted_by
from persistence.documents.line_lists import list_lines

LinesOf = Annotated[
    AnyDocumentFilter | None,
    strawberry.argument(
        name="filter",
        description="Of which documents; with an item or warehouse, only the lines that name it.",
    ),
]


@strawberry.type
class DocumentLineQuery:
    """Reading lines."""

    @strawberry.field(
        description="The lines of the company's documents, whatever their kind: what was bought, "
        "sold or moved."
    )
    async def document_lines(
        self,
        info: Info,
        *,
        company: CompanyArgument,
        which: LinesOf = None,
        sort: Annotated[Any, sorted_by(DocumentLineSort)] = DocumentLineSort.POSTING_DATE_DESC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[DocumentLine]:
        """A keyset page."""
        page = page_of(sort.ordering, first, after, last, before)
        company_id = await company_id_of(info, company)
        which = which or AnyDocumentFilter()
        chosen = await resolved(info, company_id, which.kinds or (), which)
        async with info.context.database.transaction(company_id) as connection:
            rows = await list_lines(connection, company_id, page, chosen)
        return cast("Connection[DocumentLine]", connect(page, rows, Connection[DocumentLine]))
