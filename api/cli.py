"""The command `perpetuo`."""

import gc
import sys
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

from cyclopts import App, CycloptsError, Parameter
from cyclopts.validators import Number

from api.commands.access_cli import keys, roles, users
from api.commands.choices import Group, Journals, OnError
from api.commands.documents_cli import documents
from api.commands.flags import settings_from
from api.commands.terminal import Progress, complain, say
from api.settings_error import SettingsError
from domain.company import Scheme
from persistence.operator_error import OperatorError

app = App(
    name="perpetuo",
    version=version("perpetuo"),
    help="Stock and the general ledger as one set of books, over GraphQL.",
)
for _group in (users, keys, roles, documents):
    app.command(_group)
_PART = Parameter(validator=Number(gte=1, lte=10_000))
_WRONG_USE = 2
_FAILED = 1


@app.command
def serve(
    *,
    host: str | None = None,
    port: int | None = None,
    data_dir: Path | None = None,
    demo: bool | None = None,
    workers: int | None = None,
) -> None:
    """Start the database and serve the books until Ctrl-C.

    Each flag may be set as PERPETUO_HOST, PERPETUO_PORT and so on, in the environment or in .env.
    PERPETUO_DATABASE_URL serves another PostgreSQL 15+ instead of the embedded one.

    Args:
        host: The address to listen on [default: 127.0.0.1].
        port: The port to listen on; 0 takes a free one [default: 8000].
        data_dir: Where the embedded database lives [default: ./.perpetuo].
        demo: Open the demo company; the default with the embedded database.
        workers: Processes that share the port [default: 1].
    """
    from api.commands.serve import serve as run

    flags = {"host": host, "port": port, "data_dir": data_dir, "demo": demo, "workers": workers}
    run(settings_from(**flags))


@app.command
def migrate(
    *,
    citus: Annotated[bool, Parameter(negative="")] = False,
    dry_run: Annotated[bool, Parameter(negative="")] = False,
    data_dir: Path | None = None,
) -> None:
    """Bring the database's schema to this release.

    Args:
        citus: Also spread its tables, while they are empty, over the nodes of Citus by company.
        dry_run: With --citus: only print the statements that this takes.
        data_dir: Where the embedded database lives [default: ./.perpetuo].
    """
    from api.commands.migrating_schema import migrate as run

    with Progress() as progress:
        lines = run(settings_from(data_dir=data_dir), progress.stage, citus=citus, dry_run=dry_run)
    for line in lines:
        say(line)


@app.command
def demo(*, data_dir: Path | None = None) -> None:
    """Open the demo company, with the worked example posted. Works beside a running server.

    Args:
        data_dir: Where the embedded database lives [default: ./.perpetuo].
    """
    from api.commands.databases import usable_database
    from api.commands.demo import open_demo_company

    settings = settings_from(data_dir=data_dir)
    with Progress() as progress, usable_database(settings, progress.stage) as url:
        open_demo_company(url, progress.stage)
    say("The demo company is open.")


@app.command
def migrate_to_perpetual(
    *,
    company: str,
    as_of: date,
    expense_account: str | None = None,
    journals: Journals = Journals.GENERATE,
    accrue_billed_not_received: Annotated[bool, Parameter(negative="")] = False,
    preview: Annotated[bool, Parameter(negative="")] = False,
    save: Path | None = None,
    data_dir: Path | None = None,
) -> None:
    """Migrate a company from periodic to perpetual inventory.

    Prints the plan with every check and its fix; nothing is changed while a check blocks it. Works
    beside a running server.

    Args:
        company: The company's code.
        as_of: The last day under PERIODIC, as 2026-12-31.
        expense_account: The other side of the journals [default: cost of goods sold].
        journals: Whether the migration makes the journals, or only switches after your own.
        accrue_billed_not_received: Also accrue goods that were billed and are still to come.
        preview: Only print the plan.
        save: Also save the plan, for the auditor: a file ending in .csv, .xlsx or .pdf.
        data_dir: Where the embedded database lives [default: ./.perpetuo].
    """
    from api.commands.migrating import Request
    from api.commands.migrating import migrate_company as run

    request = Request(
        company=company,
        as_of=as_of,
        expense_account=expense_account,
        make_journals=journals is Journals.GENERATE,
        accrue_billed_not_received=accrue_billed_not_received,
        preview=preview,
        save=save,
    )
    with Progress() as progress:
        run(request, settings_from(data_dir=data_dir), progress.stage)


@app.command
def migrate_company(
    *,
    company: str,
    scheme: Scheme,
    as_of: date,
    expense_account: str | None = None,
    journals: Journals = Journals.GENERATE,
    accrue_billed_not_received: Annotated[bool, Parameter(negative="")] = False,
    preview: Annotated[bool, Parameter(negative="")] = False,
    save: Path | None = None,
    data_dir: Path | None = None,
) -> None:
    """Migrate a company to another accounting scheme, also back to PERIODIC.

    Prints the plan with every check and its fix; nothing is changed while a check blocks it. Works
    beside a running server.

    Args:
        company: The company's code.
        scheme: Which accounts hear of its stock from the next day on.
        as_of: The last day under the scheme that it has now, as 2026-12-31.
        expense_account: The other side of the journals [default: cost of goods sold].
        journals: Whether the migration makes the journals, or (from PERIODIC) you have made them.
        accrue_billed_not_received: Also accrue goods that were billed and are still to come.
        preview: Only print the plan.
        save: Also save the plan, for the auditor: a file ending in .csv, .xlsx or .pdf.
        data_dir: Where the embedded database lives [default: ./.perpetuo].
    """
    from api.commands.migrating import Request
    from api.commands.migrating import migrate_company as run

    request = Request(
        company=company,
        as_of=as_of,
        scheme=scheme,
        expense_account=expense_account,
        make_journals=journals is Journals.GENERATE,
        accrue_billed_not_received=accrue_billed_not_received,
        preview=preview,
        save=save,
    )
    with Progress() as progress:
        run(request, settings_from(data_dir=data_dir), progress.stage)


@app.command
def check(*, company: str | None = None, data_dir: Path | None = None) -> None:
    """Prove that the books hold together; exit code 1 if some rule is broken anywhere.

    Works beside a running server.

    Args:
        company: Only this company, by code or id [default: all].
        data_dir: Where the embedded database lives [default: ./.perpetuo].
    """
    from api.commands.check import check as run
    from api.commands.databases import usable_database

    settings = settings_from(data_dir=data_dir)
    with Progress() as progress, usable_database(settings, progress.stage) as url:
        progress.done()
        is_clean = run(url, company)
    if not is_clean:
        sys.exit(_FAILED)


@app.command
def adjust_costs(
    *,
    company: str,
    on: date | None = None,
    part: Annotated[int, _PART] = 500,
    data_dir: Path | None = None,
) -> None:
    """Bring the costs of all items that wait up to date, where costs travel along links.

    Runs in documents of some items each. Interrupt it when you like: the next run goes on.

    Args:
        company: The company's code.
        on: The date of the documents, as 2026-12-31; it closes nothing [default: today].
        part: How many items one document adjusts at most, up to 10,000.
        data_dir: Where the embedded database lives [default: ./.perpetuo].
    """
    from api.commands.cost_runs import adjust_costs as run

    run(settings_from(data_dir=data_dir), company, on or _today(), part)


@app.command
def post_inventory_cost(
    *,
    company: str,
    on: date | None = None,
    part: Annotated[int, _PART] = 5000,
    group: Group = Group.PER_DOCUMENT,
    data_dir: Path | None = None,
) -> None:
    """Post to the ledger what it has not heard of yet, where a batch posts it.

    Entries of closed days, and those whose accounts are not set up, are passed by and listed.
    Interrupt it when you like: the next run goes on.

    Args:
        company: The company's code.
        on: The date of the documents, as 2026-12-31; entries keep their own [default: today].
        part: How many cost entries one document posts at most, up to 10,000.
        group: A journal entry for each document of the goods and date, or for each cost entry.
        data_dir: Where the embedded database lives [default: ./.perpetuo].
    """
    from api.commands.cost_runs import post_inventory_cost as run
    from domain.documents.inventory_posting import PostingGroup

    run(settings_from(data_dir=data_dir), company, on or _today(), part, PostingGroup(group.value))


def _today() -> date:
    return datetime.now().astimezone().date()


@app.command(name="import")
def import_(
    *files: Path,
    company: str,
    kind: str | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
    decimal_comma: Annotated[bool, Parameter(negative="")] = False,
    on_error: OnError = OnError.STOP,
    dry_run: Annotated[bool, Parameter(negative="")] = False,
    rejects: Path = Path("import-rejects.jsonl"),
    data_dir: Path | None = None,
) -> None:
    """Import documents and masters from files; exit code 1 if something was refused.

    JSON Lines have on each line what submitBatch takes, as {"deliveryNote": {...}}, or a master,
    as {"item": {...}}. Tables have a master or a line of a document a row. Documents of all files
    are posted in the order of their dates. Run it again after an interruption: what is there is
    passed by. Works beside a running server.

    Args:
        files: Files ending in .jsonl, .csv, .tsv, .txt or .xlsx.
        company: The company's code.
        kind: What the rows of tables are, as deliveryNote [default: as their names begin].
        sheet: Which one is read of workbooks [default: the first, or all whose names say a kind].
        encoding: That of text files which are not UTF-8, as cp1252 of many Windows spreadsheets.
        decimal_comma: Their numbers have decimal commas, as with semicolons between cells.
        on_error: Post nothing after the first refusal, or all that can be posted.
        dry_run: Try all of it out and keep nothing.
        rejects: Where all refusals are written, with the lines that they are about.
        data_dir: Where the embedded database lives [default: ./.perpetuo].
    """
    from api.collecting import collect_rarely
    from api.commands.importing import Request, import_files
    from api.importing.table import Reading

    request = Request(
        files=files, company=company, stops=on_error is OnError.STOP, dry_run=dry_run,
        rejects=rejects, how=Reading(kind, encoding, decimal_comma, sheet),
    )  # fmt: skip
    collect_rarely()
    if not import_files(settings_from(data_dir=data_dir), request):
        sys.exit(_FAILED)


@app.command
def import_template(*files: Path, kind: list[str] | None = None) -> None:
    """Write empty files for an import, with the names of all columns, each with what it means.

    Args:
        files: As items.csv or delivery-notes.xlsx; an .xlsx of another name has a sheet for each
            kind of master, for stock and for journals of balances.
        kind: What its sheets are for instead, as item or opening-stock; may be repeated.
    """
    from api.commands.import_template import write_templates

    write_templates(files, kind or [])


@app.command
def fold(
    *,
    company: str | None = None,
    anew: Annotated[bool, Parameter(negative="")] = False,
    data_dir: Path | None = None,
) -> None:
    """Bring the ledger's sums of days and months up to date; reports are right without, but slower.

    A running server does it by itself. Works beside one.

    Args:
        company: Only this company, by code or id [default: all].
        anew: Remove the sums first and fold the whole ledger again.
        data_dir: Where the embedded database lives [default: ./.perpetuo].
    """
    from api.commands.databases import usable_database
    from api.commands.fold import fold as run

    settings = settings_from(data_dir=data_dir)
    with Progress() as progress, usable_database(settings, progress.stage) as url:
        run(url, company, anew=anew, on_stage=progress.stage)


@app.command
def export_schema(
    *,
    output: Path = Path("schema.graphql"),
    check: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Write the GraphQL schema to a file.

    Args:
        output: The file.
        check: Write nothing, and fail if the file is not the current schema.
    """
    from api.commands.schema_file import export_schema as run

    run(output, check=check)


def main() -> None:
    """Run the command line; whatever a person can mend is one line and an exit code."""
    # Loading makes objects that stay: looking through them again and again only costs time.
    gc.disable()
    try:
        app(exit_on_error=False, print_error=False)
    except SettingsError as error:
        complain(error.lines)
        sys.exit(_WRONG_USE)
    except CycloptsError as error:
        complain([str(error)])
        sys.exit(_WRONG_USE)
    except OperatorError as error:
        complain([str(error)])
        sys.exit(_FAILED)
