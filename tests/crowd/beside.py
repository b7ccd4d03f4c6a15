"""What goes on beside a crowd: sums are folded, files are imported, and others approve drafts."""

import asyncio
import json
import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Event
from typing import Any

from api.context import Context, Services
from api.importing.entries import Entry, entries_of
from api.importing.inputs import schema
from api.importing.order import Waiting
from api.importing.posting import Import
from api.serving.folding import Folding
from domain.errors import Refused
from domain.references import Ref
from persistence.database import Database
from persistence.masters.lookups import find_company
from persistence.posting.post import Poster
from tests.api.desk import Desk, Paper
from tests.api.staff import Staff
from tests.api.test_drafts import do, listed, submit
from tests.crowd.money import Cashier
from tests.crowd.working import Aside, Crowd

_FOLDED = 3
_FOLDS_EVERY_SECONDS = 0.1
_FILES_EVERY_SECONDS = 2.0
_A_FILE = 8
_LOOKS_EVERY_SECONDS = 0.1


def folding(url: str) -> Aside:
    """Fold sums as soon as a few documents are recorded."""

    def go_on(_crowd: Crowd, over: Event) -> None:
        asyncio.run(_fold(url, over))

    return go_on


async def _fold(url: str, over: Event) -> None:
    database = await Database.open(url, most_connections=1)
    try:
        sums = Folding(database, enough=_FOLDED)
        while not over.is_set():
            await sums.sweep()
            await asyncio.sleep(_FOLDS_EVERY_SECONDS)
    finally:
        await database.close()


def importing(url: str, seed: str) -> Aside:
    """Import files of a few papers, each by a process of its own as it were."""

    def go_on(crowd: Crowd, over: Event) -> None:
        house = crowd.house
        somebody = Cashier(f"{seed} files", crowd.posted, house.scheme, crowd.serials)
        while not over.wait(_FILES_EVERY_SECONDS):
            papers = [crowd.named(somebody.paper()) for _ in range(_A_FILE)]
            refused = asyncio.run(_import(url, house.code, papers))
            for kind, given in papers:
                told = refused.get(given["id"])
                if told is None:  # it is posted: handed in again it is shown
                    told = house.hand_in((kind, given))
                    assert told["replayed"], (kind, given, told)
                crowd.note(kind, given, told)

    return go_on


async def _import(url: str, code: str, papers: list[Paper]) -> dict[str, Any]:
    """What was refused, by the documents' ids, as a payload of each."""
    refused: dict[str, Any] = {}

    def report(entry: Entry, why: Refused) -> None:
        errors = [{"code": one.code, "path": one.path} for one in why.refusals]
        refused[entry.input["id"]] = {"errors": errors}

    database = await Database.open(url, most_connections=2)
    try:
        company = await find_company(database, Ref("company", "code", code))
        run = Import(
            context=Context.of(Services(database, Poster(database))), schema=schema, company=code,
            company_id=company.id, recorded_by="files", stops=False, report=report,
        )  # fmt: skip
        with Waiting() as masters, Waiting() as documents:
            for entry in _read(code, papers):
                documents.add(entry)
            await run.post_all(masters, documents, lambda: None)
    finally:
        await database.close()
    return refused


def _read(code: str, papers: list[Paper]) -> list[Entry]:
    with NamedTemporaryFile("w", suffix=".jsonl") as file:
        for kind, given in papers:
            file.write(json.dumps({kind[0].lower() + kind[1:]: given}) + "\n")
        file.flush()
        return list(entries_of(Path(file.name), schema, code))


def approving(staff: Staff, seed: str) -> Aside:
    """Two persons approve what waits for somebody else, often both at once, and reject some."""

    def go_on(crowd: Crowd, over: Event) -> None:
        luck = random.Random(f"{seed} approving")
        desks = [staff.desk(crowd.house.code, staff.key(name)) for name in staff.names]
        with ThreadPoolExecutor(len(desks)) as persons:
            while not over.wait(_LOOKS_EVERY_SECONDS):
                for draft in listed(desks[0], status=["PENDING"]):
                    if luck.random() < 0.1:
                        _reject(desks[0], draft)
                        continue
                    some = luck.sample(desks, luck.choice((1, len(desks))))
                    paper = crowd.papers[draft["documentId"]]
                    for told in persons.map(
                        lambda desk, one=draft: submit(desk, one, "approveDocument"), some
                    ):
                        crowd.note(*paper, told)

    return go_on


def _reject(desk: Desk, draft: Any) -> None:
    given = {"draft": draft["id"], "reason": "No order"}
    told = do(desk, "rejectDocument", "RejectDocumentInput", "draft { id }", **given)
    assert told["errors"] == [], told
