"""Posting what was imported: masters first, then documents in the order of their dates.

Documents go through the port that `submitBatch` goes through, up to a thousand in one transaction.
What is recorded already under its id is passed by, so that a run which was broken off goes on when
it is started again.
"""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any, Literal, TypeAlias, cast
from uuid import UUID

from api.context import Context, Info
from api.documents.any_document import AnyDocumentInput, command_of
from api.documents.inputs.as_json import converted
from api.importing.collector import at_rest
from api.importing.entries import Entry
from api.importing.kinds import MASTERS
from api.importing.order import Waiting
from api.masters.common import optional_value
from api.types.refs import CompanyRef
from domain.documents.document import Document
from domain.errors import BatchRolledBack, CodeTaken, NotFound, Refused, Required
from domain.references import Ref, RefKind
from persistence.masters import (
    accounts,
    cost_centers,
    item_groups,
    items,
    lookups,
    parties,
    payment_terms,
    taxes,
    warehouses,
)
from persistence.posting.repeated import repeated
from persistence.statistics import gather_due

CHUNK, CHUNK_LINES = 1_000, 5_000
"""Documents of one transaction, and lines after which it takes no more of them: memory holds two
transactions, and the company's other postings wait as long as one takes."""

_TURN = 8
"""Documents read before others are let in, who have the database's next work ready."""

_KEEPERS: dict[str, tuple[RefKind, Any]] = {
    "account": ("account", accounts),
    "costCenter": ("cost_center", cost_centers),
    "warehouse": ("warehouse", warehouses),
    "itemGroup": ("item_group", item_groups),
    "tax": ("tax", taxes),
    "paymentTerm": ("payment_term", payment_terms),
    "item": ("item", items),
    "party": ("party", parties),
}
"""What a master is called in references, and who makes it."""

Moved: TypeAlias = Callable[[], None]
"""Is called as the tally grows."""

Report: TypeAlias = Callable[[Entry, Refused], None]
"""Is told of everything that is refused; paths point into the entry's input."""


_Read: TypeAlias = tuple[Entry, Document | Refused]
"""A document as its entry spells it, or why it spells none."""


class StoppedError(Exception):
    """Something was refused, and nothing is to be posted after it."""


@dataclass(slots=True)
class Tally:
    """What became of the entries so far; `there` were in the books before."""

    made: int = 0
    posted: int = 0
    there: int = 0
    refused: int = 0

    @property
    def done(self) -> int:
        """How many entries were looked at."""
        return self.made + self.posted + self.there + self.refused


@dataclass(slots=True)
class Import:
    """One run of an import into the books of a company.

    `stops` says that a refusal ends the run: then nothing of its transaction is posted. `by_form`
    is set by a trial that could only look at the form of documents.
    """

    context: Context
    schema: Any
    company: str
    company_id: UUID
    recorded_by: str
    stops: bool
    report: Report
    tally: Tally = field(default_factory=Tally)
    by_form: bool = False

    async def post_all(self, masters: Waiting, documents: Waiting, moved: Moved) -> None:
        """Make the masters, each by itself, then post the documents.

        While one transaction is written, the inputs of the next are read.

        Raises:
            StoppedError: something was refused; of its transaction nothing is posted.
        """
        for entry in masters.in_order():
            await self._make(entry)
            moved()
        with at_rest():
            await self._post_documents(documents, lambda: (moved(), gc.collect()))

    async def _post_documents(self, documents: Waiting, posted: Callable[[], object]) -> None:
        """Post the documents; `posted` is called after each transaction, when little is alive."""
        chunks = _chunks(documents.in_order())
        reading, done = self._begin_reading(chunks), 0
        try:
            while reading is not None:
                read = await reading
                reading = self._begin_reading(chunks)
                await self._write(read)
                posted()
                done += 1
                if done.bit_count() == 1:  # the books have doubled, as far as they are ours
                    await gather_due(self.context.database)
        finally:
            if reading is not None and not reading.done():
                reading.cancel()
                await asyncio.wait([reading])

    def _begin_reading(self, chunks: Iterator[list[Entry]]) -> asyncio.Task[list[_Read]] | None:
        chunk = next(chunks, None)
        return asyncio.create_task(self._read(chunk)) if chunk else None

    async def try_out_all(self, masters: Waiting, documents: Waiting, moved: Moved) -> None:
        """Post the documents in one transaction that is undone, and tell what is refused.

        Where masters are still to be made, documents are looked at by their form only.

        Raises:
            StoppedError: something was refused.
        """
        for entry in masters.in_order():
            await self._look_up(entry)
            moved()
        self.by_form = self.tally.made > 0
        if self.by_form:
            for entry in documents.in_order():
                given = self._input_or_why_not(entry)
                self._note([(entry, given)], [given])
                moved()
            return
        tried: list[_Read] = []

        async def batches() -> AsyncIterator[list[Document | Refused]]:
            for chunk in _chunks(documents.in_order()):
                tried[:] = await self._read(chunk)
                yield [paper for _, paper in tried]

        with at_rest():
            async for outcomes in self.context.books.try_out(batches()):
                self._note(tried, outcomes)
                moved()
                gc.collect()

    # -- masters ----------------------------------------------------------------------------------

    async def _make(self, entry: Entry) -> None:
        """Make a master; one whose code is there already is passed by."""
        try:
            command = self._input(entry).to_command()
            database = self.context.database.acting_for(self.recorded_by)
            made = await _KEEPERS[entry.kind][1].create(database, command)
            self.tally.there += made.replayed
            self.tally.made += not made.replayed
        except Refused as refused:
            own = (_key(entry.kind),)
            if all(isinstance(one, CodeTaken) and one.path == own for one in refused.refusals):
                self.tally.there += 1
            else:
                self._refuse(entry, refused)

    async def _look_up(self, entry: Entry) -> None:
        """Whether a master would be made."""
        try:
            value = getattr(self._input(entry), _key(entry.kind))
            ref = Ref(_KEEPERS[entry.kind][0], _key(entry.kind), value)
            await lookups.find(self.context.database, self.company_id, ref)
            self.tally.there += 1
        except Refused as refused:
            if all(isinstance(one, NotFound) for one in refused.refusals):
                self.tally.made += 1
            else:
                self._refuse(entry, refused)

    # -- documents --------------------------------------------------------------------------------

    async def _read(self, chunk: Sequence[Entry]) -> list[_Read]:
        """What the documents of a transaction spell, whatever is in the books."""
        read: list[_Read] = []
        for entry in chunk:
            read.append((entry, await self._paper(self._input_or_why_not(entry))))
            if len(read) % _TURN == 0:
                await asyncio.sleep(0)
        return read

    async def _write(self, papers: Sequence[_Read]) -> None:
        """Post the documents of one transaction."""
        ready = [paper for _, paper in papers if isinstance(paper, Document)]
        known = await repeated(self.context.database, self.company_id, ready)
        new = [one for one in papers if isinstance(one[1], Refused) or one[1].id not in known]
        self.tally.there += len(papers) - len(new)
        if new:
            outcomes = await self.context.books.submit_batch(
                [paper for _, paper in new], self.recorded_by, all_or_none=self.stops
            )
            self._note(new, outcomes)

    def _note(self, tried: Sequence[tuple[Entry, Any]], outcomes: Iterable[Any]) -> None:
        """Count what became of documents, and tell what was refused."""
        refused = [
            (entry, outcome)
            for (entry, _), outcome in zip(tried, outcomes, strict=True)
            if isinstance(outcome, Refused)
        ]
        there = sum(getattr(one, "replayed", False) for one in outcomes)
        self.tally.there += there
        self.tally.posted += len(tried) - len(refused) - there
        for entry, outcome in refused:
            if not all(isinstance(one, BatchRolledBack) for one in outcome.refusals):
                self._refuse(entry, outcome, stop=False)
        if refused and self.stops:
            raise StoppedError

    # -- inputs -----------------------------------------------------------------------------------

    def _input_or_why_not(self, entry: Entry) -> Any:
        try:
            return self._input(entry)
        except Refused as refused:
            return refused

    def _input(self, entry: Entry) -> Any:
        """What an entry spells, in the company of the import unless it names one.

        Raises:
            Refused: it is no such input; paths point into it.
        """
        if entry.refused is not None:
            raise entry.refused
        given = entry.input
        if isinstance(given, dict) and given.get("company") is None:
            given = {"company": {"code": self.company}, **given}
        if entry.kind in MASTERS:
            found = converted(self.schema, MASTERS[entry.kind], given)
            key = _key(entry.kind)
            _require(optional_value(getattr(found, key)), key)
            return found
        _require(not isinstance(given, dict) or given.get("id"), "id")
        try:
            return converted(self.schema, AnyDocumentInput, {entry.kind: given})
        except Refused as refused:
            paths = [one.path[1:] for one in refused.refusals]  # the first step is the kind
            found = zip(refused.refusals, paths, strict=True)
            raise Refused(*(replace(one, path=path) for one, path in found)) from refused

    async def _paper(self, given: Any) -> Document | Refused:
        if isinstance(given, Refused):
            return given
        try:
            return await command_of(self._info, CompanyRef(code=self.company), given)
        except Refused as refused:
            return refused

    @property
    def _info(self) -> Info:
        """What the API's inputs want to know of a request: its context."""
        return cast("Info", SimpleNamespace(context=self.context))

    def _refuse(self, entry: Entry, refused: Refused, *, stop: bool = True) -> None:
        self.tally.refused += 1
        self.report(entry, refused)
        if stop and self.stops:
            raise StoppedError


def _require(given: object, name: str) -> None:
    """Refuse what a second run could not find again."""
    if not given:
        raise Refused(Required(path=(name,)))


def _key(kind: str) -> Literal["sku", "code"]:
    """The field by which a master is found again."""
    return "sku" if kind == "item" else "code"


def _chunks(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    chunk, lines = list[Entry](), 0
    for entry in entries:
        chunk.append(entry)
        lines += _lines_of(entry.input)
        if len(chunk) == CHUNK or lines >= CHUNK_LINES:
            yield chunk
            chunk, lines = [], 0
    if chunk:
        yield chunk


def _lines_of(given: Any) -> int:
    lines = given.get("lines") if isinstance(given, dict) else None
    return len(lines) if isinstance(lines, list) else 1
