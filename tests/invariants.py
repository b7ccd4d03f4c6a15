"""Whatever a scenario did: afterwards the books must be clean."""

from collections.abc import Iterable
from uuid import UUID

from persistence.checking.check import BooksCheck, check_books, one_moment
from persistence.database import Database


async def assert_books_are_clean(database: Database, company_id: UUID) -> BooksCheck:
    """Check every rule of the books of a company; the result, where explained differences stand.

    Raises:
        AssertionError: names each broken rule, where, and the two figures.
    """
    async with one_moment(database, company_id) as connection:
        check = await check_books(connection, company_id)
    assert check.is_clean, "\n".join(faults_of(check))
    return check


async def assert_all_books_are_clean(url: str) -> None:
    """The same for every company of a database, by its address."""
    database = await Database.open(url, most_connections=1)
    try:
        async with database.transaction(None) as connection:
            cursor = await connection.execute("select id from company order by id")
            companies = [row[0] for row in await cursor.fetchall()]
        for company_id in companies:
            await assert_books_are_clean(database, company_id)
    finally:
        await database.close()


def faults_of(check: BooksCheck) -> Iterable[str]:
    """One line a fault."""
    for result in check.results:
        for finding in result.findings:
            if not finding.is_explained:
                yield (
                    f"{check.company_code}, {result.rule}: {finding.subject}: {finding.problem}:"
                    f" expected {finding.expected}, found {finding.found}"
                )
