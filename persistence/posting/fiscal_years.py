"""Whether the fiscal year of a document's day takes postings."""

from datetime import date

from psycopg import AsyncConnection

from domain.documents.document import Document
from domain.documents.migration import Migration
from domain.errors import FiscalYearNotOpen, Refused
from domain.periods import takes_postings
from persistence.posting.book import Book

_OPEN = "select code from fiscal_year where company_id = %s"


async def check_year(
    connection: AsyncConnection, book: Book, document: Document, day: date
) -> None:
    """A document may be dated on a day of a year that is open, or that opens itself.

    Raises:
        Refused: FISCAL_YEAR_NOT_OPEN.
    """
    year = book.fiscal_year_of(day)
    if year.code in book.fiscal_years:
        return
    # Others, or this transaction, may have opened years since the book was read.
    cursor = await connection.execute(_OPEN, (book.company.id,))
    open_years = [code for (code,) in await cursor.fetchall()]
    if not takes_postings(year, open_years):
        raise Refused(
            FiscalYearNotOpen(
                path=("asOf",) if isinstance(document, Migration) else ("postingDate",),
                posting_date=day.isoformat(),
                fiscal_year=year.code,
                last_open=max(open_years),
            )
        )
