"""`perpetuo import`: documents and masters from files, with a progress bar and what was refused."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self

import orjson
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from api.commands.on_database import on_database, recorded_by
from api.commands.terminal import CommandError, check_folder, complain, say
from api.context import Context, Services
from api.importing.entries import Entry, entries_of
from api.importing.inputs import schema
from api.importing.kinds import MASTERS
from api.importing.order import Waiting
from api.importing.posting import Import, StoppedError
from api.importing.table import AS_THEY_SAY, Reading
from api.importing.text_files import check_encoding
from api.messages import message
from api.settings import Settings
from domain.errors import Refused
from domain.references import Ref
from persistence.database import Database
from persistence.masters.lookups import find_company
from persistence.posting.post import Poster
from persistence.statistics import gather_due

_LANGUAGE = "en"
_TOLD = 10
"""How many refusals are printed; the file of rejects has all of them."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be imported.

    `stops` says that the first refusal ends it; `dry_run` that nothing is kept; `rejects` where
    refusals are written; `how` what is said of files that they do not say themselves.
    """

    files: Sequence[Path]
    company: str
    stops: bool
    dry_run: bool
    rejects: Path
    how: Reading = AS_THEY_SAY


def import_files(settings: Settings, request: Request) -> bool:
    """Import files; whether nothing was refused.

    Raises:
        CommandError: there are no files, one cannot be read, or there is no such company or
            encoding.
    """
    if not request.files:
        raise CommandError("Name the files to import.")
    check_folder(request.rejects)
    if request.how.encoding is not None:
        check_encoding(request.how.encoding)

    async def work(database: Database) -> bool:
        company = await find_company(database, Ref("company", "code", request.company))
        services = Services(database, Poster(database))
        with ExitStack() as stack:
            masters, documents = stack.enter_context(Waiting()), stack.enter_context(Waiting())
            _read(request, masters, documents)
            rejects = stack.enter_context(_Rejects(request.rejects))
            run = Import(
                context=Context.of(services),
                schema=schema,
                company=company.code,
                company_id=company.id,
                recorded_by=recorded_by(),
                stops=request.stops,
                report=rejects.add,
            )
            is_whole = await _run(run, masters, documents, dry_run=request.dry_run)
        if not request.dry_run:
            await gather_due(database)
        _tell(request, run, rejects, is_whole=is_whole)
        return run.tally.refused == 0

    return on_database(settings, work)


def _read(request: Request, masters: Waiting, documents: Waiting) -> None:
    """Look through all files before anything is posted."""
    for file in request.files:
        for entry in entries_of(file, schema, request.company, request.how):
            (masters if entry.kind in MASTERS else documents).add(entry)


async def _run(run: Import, masters: Waiting, documents: Waiting, *, dry_run: bool) -> bool:
    """Import what waits; whether it came to its end."""
    work = run.try_out_all if dry_run else run.post_all
    console = Console(stderr=True)
    unseen = not console.is_terminal
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console, disable=unseen) as bar:
        text = "Trying out" if dry_run else "Importing"
        task = bar.add_task(text, total=len(masters) + len(documents))
        try:
            await work(masters, documents, lambda: bar.update(task, completed=run.tally.done))
        except StoppedError:
            return False
    return True


class _Rejects:
    """What was refused: the first of it printed, all of it in a file, which is there only then."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] | None = None
        self.errors = 0

    def __enter__(self) -> Self:
        self._path.unlink(missing_ok=True)
        return self

    def __exit__(self, *_error: object) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, entry: Entry, refused: Refused) -> None:
        """Tell of an entry that was refused, each reason by itself."""
        if self._file is None:
            self._file = self._path.open("wb")
        for refusal in refused.refusals:
            line, text = entry.line_of(refusal.path), message(refusal, _LANGUAGE)
            self.errors += 1
            if self.errors <= _TOLD:
                file = f"{entry.file}, {entry.sheet}" if entry.sheet else entry.file
                where = [f"{file}:{line}", ".".join(refusal.path), refusal.code, text]
                complain([": ".join(filter(None, where))])
            row = {
                "file": entry.file,
                **({"sheet": entry.sheet} if entry.sheet else {}),
                "line": line,
                "kind": entry.kind,
                "path": refusal.path,
                "code": refusal.code,
                "message": text,
                "input": entry.input,
            }
            self._file.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))


def _tell(request: Request, run: Import, rejects: _Rejects, *, is_whole: bool) -> None:
    """What became of it, in a few lines."""
    tally, would = run.tally, "would be " if request.dry_run else ""
    done = "looked at by their form" if run.by_form else f"{would}posted"
    parts = [f"{tally.posted:,} documents {done}", f"{tally.there:,} there before"]
    if tally.made:
        parts.insert(1, f"{tally.made:,} masters {would}made")
    say(f"{run.company}: {', '.join(parts)}, {tally.refused:,} refused.")
    if rejects.errors:
        say(f"What was refused is in {request.rejects}; errors: {rejects.errors:,}.")
    if not is_whole:
        say("Stopped there. Mend it and run the import again: it goes on where it was.")
    if run.by_form:
        say("To try documents out, import the masters that they name first.")
