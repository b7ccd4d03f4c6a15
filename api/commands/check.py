"""`perpetuo check`: every rule of the books, with progress, a table, and an exit code."""

import asyncio
from uuid import UUID

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from api.commands.terminal import CommandError
from persistence.checking.check import BooksCheck, BooksRule, check_books, one_moment
from persistence.database import Database

_COMPANIES = """
select id, code from company
 where %(code)s::text is null or %(code)s in (code, id::text) order by code
"""


def check(database_url: str, company: str | None) -> bool:
    """Check the books of a company, by code or id, or of all; whether they are all clean.

    Raises:
        CommandError: there is no such company.
    """
    checks = asyncio.run(_check(database_url, company))
    console = Console()
    console.print(_table(checks))
    for one in checks:
        for line in _findings(one):
            console.print(line, markup=False, soft_wrap=True)
    return all(one.is_clean for one in checks)


async def _check(database_url: str, company: str | None) -> list[BooksCheck]:
    database = await Database.open(database_url, most_connections=1)
    try:
        companies = await companies_of(database, company)
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
        ) as progress:
            return [await _check_one(database, id_, code, progress) for id_, code in companies]
    finally:
        await database.close()


async def companies_of(database: Database, company: str | None) -> list[tuple[UUID, str]]:
    """Id and code of the company that is meant, or of all.

    Raises:
        CommandError: there is no such company.
    """
    async with database.transaction(None) as connection:
        cursor = await connection.execute(_COMPANIES, {"code": company})
        companies = await cursor.fetchall()
    if company is not None and not companies:
        raise CommandError(f"--company: there is no company {company!r}.")
    return companies


async def _check_one(
    database: Database, company_id: UUID, code: str, progress: Progress
) -> BooksCheck:
    task = progress.add_task(code, total=len(BooksRule))
    order = list(BooksRule)

    def tell(rule: str, done: int, total: int) -> None:
        finished = order.index(BooksRule(rule)) + done / max(total, 1)
        progress.update(task, description=f"{code} {rule}", completed=finished)

    async with one_moment(database, company_id) as connection:
        return await check_books(connection, company_id, tell)


def _table(checks: list[BooksCheck]) -> Table:
    table = Table("Company", "Rule", title="The books")
    for name in ("Examined", "Faults", "Explained", "Seconds"):
        table.add_column(name, justify="right")
    for one in checks:
        for result in one.results:
            table.add_row(
                one.company_code,
                result.rule,
                f"{result.examined:,}",
                f"{result.faults:,}" if result.is_clean else f"[bold red]{result.faults:,}[/]",
                f"{result.explained:,}",
                f"{result.seconds:.2f}",
            )
        table.add_section()
    return table


def _findings(one: BooksCheck) -> list[str]:
    """One line a finding, faults first; explained differences are only named."""
    return [
        f"{one.company_code} {result.rule}: {finding.subject}: {finding.problem}: "
        f"expected {finding.expected}, found {finding.found}"
        + (" (explained)" if finding.is_explained else "")
        for result in one.results
        for finding in result.findings
    ]
