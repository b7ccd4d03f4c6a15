"""`perpetuo adjust-costs` and `perpetuo post-inventory-cost`: runs in parts, with a progress bar.

Each part is a document that stands for itself. A run that was interrupted goes on when it is
started again: what is done is done, and nothing is done twice.
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from uuid_utils.compat import uuid7

from api.commands.on_database import on_database, recorded_by
from api.commands.terminal import say
from api.messages import message
from api.settings import Settings
from domain.documents.causes import Causes
from domain.documents.cost_adjustment import CostAdjustment
from domain.documents.document import Document
from domain.documents.inventory_posting import InventoryPosting, PostingGroup
from domain.ports import Books
from domain.references import Ref
from persistence.database import Database
from persistence.posting.post import Poster

_LANGUAGE = "en"
_SHOWN = 5
"""How many documents are named whose entries could not be posted, of each reason."""


@dataclass(frozen=True, slots=True)
class Part:
    """A document of a run: what it did and passed by, and how much is left after it.

    `skipped` are (reason, number of the document) of what it passed by, `last` where it ended.
    """

    number: str
    done: int
    waiting: int
    skipped: tuple[tuple[str, str], ...]
    last: str

    @classmethod
    def of(cls, number: str | None, causes: Causes) -> "Part":
        """By what a recorded document says of itself."""
        content = causes.content
        return cls(
            number or "",
            int(str(content.get("adjusted") or content.get("posted") or 0)),
            int(str(content["waiting"])),
            tuple((message(one.refusal, _LANGUAGE), one.number) for one in causes.skipped),
            str(content.get("last_entry", "")),
        )


def adjust_costs(settings: Settings, company: str, day: date, part: int) -> None:
    """Bring the costs of all items that wait up to date, `part` items in one document.

    Raises:
        CommandError: the company's costs do not travel along links, or there is no such company.
    """

    def next_part(_: Part | None) -> Document:
        return CostAdjustment(
            id=uuid7(), company=Ref("company", "code", company), posting_date=day, limit=part
        )

    parts = _run(settings, "Items", next_part)
    done = sum(one.done for one in parts)
    items = "1 item" if done == 1 else f"{done:,} items"
    say(f"{company}: costs of {items} adjusted{_documents(parts)}.")


def post_inventory_cost(
    settings: Settings, company: str, day: date, part: int, group: PostingGroup
) -> None:
    """Post what the ledger has not heard of, `part` cost entries in one document.

    What could not be posted is listed by its reason.

    Raises:
        CommandError: the company does not post by batch, or there is no such company.
    """

    def next_part(before: Part | None) -> Document:
        last = before.last if before is not None else ""
        return InventoryPosting(
            id=uuid7(), company=Ref("company", "code", company), posting_date=day, limit=part,
            group=group, after=UUID(last) if last else None,
        )  # fmt: skip

    parts = _run(settings, "Entries", next_part)
    done = sum(one.done for one in parts)
    entries = "1 cost entry" if done == 1 else f"{done:,} cost entries"
    say(f"{company}: {entries} posted{_documents(parts)}.")
    for line in _skipped(parts):
        say(line)


def _run(
    settings: Settings, things: str, next_part: Callable[[Part | None], Document]
) -> list[Part]:
    """The parts of a run, one after the other, on a bar."""

    async def work(database: Database) -> list[Part]:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        console = Console(stderr=True)
        unseen = not console.is_terminal
        with Progress(*columns, TimeRemainingColumn(), console=console, disable=unseen) as bar:
            task = bar.add_task(things, total=None)
            parts: list[Part] = []
            async for part in _parts(Poster(database), next_part):
                parts.append(part)
                done = sum(one.done + len(one.skipped) for one in parts)
                bar.update(task, completed=done, total=done + part.waiting)
        return parts

    return on_database(settings, work)


async def _parts(books: Books, next_part: Callable[[Part | None], Document]) -> AsyncIterator[Part]:
    """Document after document, until nothing waits, or one got no further."""
    part: Part | None = None
    while part is None or (part.waiting and (part.done or part.skipped)):
        recorded = await books.submit(next_part(part), recorded_by())
        assert recorded.decision is not None, "a new id is not known yet"
        part = Part.of(recorded.number, recorded.decision.causes)
        yield part


def _documents(parts: Iterable[Part]) -> str:
    """In which documents something was done."""
    numbers = [one.number for one in parts if one.done]
    if len(numbers) < 2:
        return f" in {numbers[0]}" if numbers else ""
    return f" in {len(numbers):,} documents, {numbers[0]} to {numbers[-1]}"


def _skipped(parts: Iterable[Part]) -> Iterable[str]:
    """A line for each reason: how many entries, why, and the first documents they belong to."""
    counts: Counter[str] = Counter()
    documents: dict[str, dict[str, None]] = {}
    for why, number in (one for part in parts for one in part.skipped):
        counts[why] += 1
        documents.setdefault(why, {})[number] = None
    for why, count in counts.most_common():
        named = list(documents[why])
        more = f" and {len(named) - _SHOWN:,} more" if len(named) > _SHOWN else ""
        yield f"skipped {count:,}: {why} ({', '.join(named[:_SHOWN])}{more})"
