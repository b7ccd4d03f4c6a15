"""`perpetuo migrate-company`: the plan as tables, saved for the auditor, and the migration."""

import asyncio
import getpass
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from uuid_utils.compat import uuid7

from api.commands.databases import Report, usable_database
from api.commands.migration_sheets import Names, sheets_of
from api.commands.sheets import check_file, print_sheets, save_sheets
from api.commands.terminal import CommandError, say
from api.messages import message
from api.settings import Settings
from domain.company import Scheme
from domain.documents.migration import Migration
from domain.errors import Refused
from domain.migrating.plan import MigrationPlan
from domain.ports import Books
from domain.references import Ref
from persistence.database import Database
from persistence.posting.post import Poster

_LANGUAGE = "en"
_NAMES = {one: f"scheme {one.value}" for one in Scheme} | {
    Scheme.PERPETUAL: "perpetual inventory",
    Scheme.PERIODIC: "periodic inventory",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was asked for; `save` is a file for the plan."""

    company: str
    as_of: date
    scheme: Scheme = Scheme.PERPETUAL
    expense_account: str | None = None
    make_journals: bool = True
    accrue_billed_not_received: bool = False
    preview: bool = False
    save: Path | None = None

    def to_command(self) -> Migration:
        """The document."""
        expense = self.expense_account
        return Migration(
            id=uuid7(),
            company=Ref("company", "code", self.company),
            posting_date=self.as_of,
            scheme=self.scheme,
            expense_account=Ref("account", "code", expense) if expense else None,
            make_journals=self.make_journals,
            accrue_billed_not_received=self.accrue_billed_not_received,
        )


def migrate_company(request: Request, settings: Settings, report: Report) -> None:
    """Plan the migration, show and save the plan, and unless it is a preview do it.

    Raises:
        CommandError: the migration is blocked or refused, or the file cannot be written.
    """
    if request.save is not None:
        check_file(request.save)
    with usable_database(settings, report) as url:
        asyncio.run(_run(request, url, report))


async def _run(request: Request, url: str, report: Report) -> None:
    database = await Database.open(url, most_connections=2)
    try:
        await _plan_and_migrate(request, database, Poster(database), report)
    except Refused as refused:
        raise CommandError(
            " ".join(message(refusal, _LANGUAGE) for refusal in refused.refusals)
        ) from refused
    finally:
        await database.close()


async def _plan_and_migrate(
    request: Request, database: Database, books: Books, report: Report
) -> None:
    migration = request.to_command()
    report("Planning the migration")
    plan = await books.plan(migration)
    if plan.blocking:
        await _show(request, plan, database, "blocked")
        count = len(plan.blocking)
        found = "1 problem" if count == 1 else f"{count} problems"
        raise CommandError(f"The migration of {request.company} is blocked by {found}, see above.")
    if request.preview:
        await _show(request, plan, database, "preview")
        say(f"{request.company} can be migrated as of {request.as_of}. Nothing was changed.")
        return
    report("Migrating")
    recorded = await books.submit(migration, _user())
    if recorded.decision is not None:
        plan = migration.plan(recorded.decision.causes.facts)
    await _show(request, plan, database, f"migrated by {recorded.number}")
    say(
        f"{request.company} is migrated to {_NAMES[request.scheme]} as of {request.as_of}:"
        f" {recorded.number}."
    )


async def _show(request: Request, plan: MigrationPlan, database: Database, state: str) -> None:
    """Print the plan with what became of it, and save it where that was asked for."""
    sheets = sheets_of(plan, await Names.of(database, plan), state)
    print_sheets(sheets)
    if request.save is not None:
        to = f"{_NAMES[request.scheme]} as of {request.as_of}"
        save_sheets(request.save, f"Migration of {request.company} to {to}", sheets)


def _user() -> str:
    """Who is recorded: the system's user."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "command line"
