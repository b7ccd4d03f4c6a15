"""Whether a document's day takes postings: its fiscal year, and how far ahead of today it is."""

from datetime import UTC, date, datetime

from psycopg import AsyncConnection

from domain.documents.cancellation import Cancellation
from domain.documents.document import Document
from domain.documents.journal_entry import JournalVoucher
from domain.documents.migration import Migration
from domain.errors import FiscalYearNotOpen, Refused
from domain.periods import latest_day, nearest_open, refuse_ahead, takes_postings
from persistence.posting.book import Book

_OPEN = "select code from fiscal_year where company_id = %s"


def latest_day_of(book: Book) -> date | None:
    """The last day that its documents may be dated on today; None: there is none."""
    days = book.company.settings.posting_days_ahead
    return None if days is None else latest_day(datetime.now(UTC), days)


async def check_day(connection: AsyncConnection, book: Book, document: Document, day: date) -> None:
    """A document may be dated on a day of a year that is open, or that opens itself.

    A cancellation counts on the day of what it undoes, wherever that is, unless it names one. The
    day on which a journal takes itself back is by nature ahead, though in a year that is there.

    Raises:
        Refused: FISCAL_YEAR_NOT_OPEN, POSTING_DATE_AHEAD.
    """
    latest = latest_day_of(book)
    if latest is not None and (not isinstance(document, Cancellation) or document.reverse_on):
        refuse_ahead(_said_at(document), day, latest)
    if book.fiscal_year_of(day).code not in book.fiscal_years:
        await _check_year(connection, book, _said_at(document), day)
    if isinstance(document, JournalVoucher) and document.reverse_on is not None:
        await _check_year(connection, book, ("reverseOn",), document.reverse_on)


def _said_at(document: Document) -> tuple[str, ...]:
    """Where the input says on which day it counts."""
    if isinstance(document, Migration):
        return ("asOf",)
    is_reversal = isinstance(document, Cancellation) and document.reverse_on is not None
    return ("reverseOn",) if is_reversal else ("postingDate",)


async def _check_year(
    connection: AsyncConnection, book: Book, path: tuple[str, ...], day: date
) -> None:
    """Others, or this transaction, may have opened years since the book was read."""
    year = book.fiscal_year_of(day)
    cursor = await connection.execute(_OPEN, (book.company.id,))
    open_years = [code for (code,) in await cursor.fetchall()]
    if not takes_postings(year, open_years):
        raise Refused(
            FiscalYearNotOpen(
                path=path,
                posting_date=day.isoformat(),
                fiscal_year=year.code,
                last_open=nearest_open(year, open_years),
            )
        )
