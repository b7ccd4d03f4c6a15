"""Explaining figures of the books: their trees, opened level by level, all of a level at once.

Loading and explaining take turns as in posting: the pure part says what a node consists of, and
asks for more of a pool's past where it must. All figures asked for are opened in step, so that a
level costs as many statements for fifty as for one (`persistence.in_step`). A tree is limited in
depth, in children per node and in all; what is left closed can be asked for by its own subject.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

import structlog
from psycopg import AsyncConnection

from domain.company import Flow
from domain.currencies import currency_digits
from domain.explain.carried import Carried
from domain.explain.linked import Linked
from domain.explain.nodes import (
    DERIVED,
    LINES,
    Node,
    NodeKind,
    Subject,
    UnexplainedError,
)
from domain.explain.opening import (
    Known,
    line,
    opened,
    opened_as_recorded,
)
from domain.explain.parts import Earlier, Explains, is_priced
from domain.explain.replay import Replay
from domain.explain.story import Story
from domain.movements import Leg
from persistence.explaining.carried import CarriedStories
from persistence.explaining.facts import COST_COLUMNS, ReplayStories, recorded
from persistence.explaining.lines import account_of, line_subject, posted_on
from persistence.explaining.linked import LinkedStories
from persistence.explaining.origins import OriginRow, origins_of
from persistence.explaining.tree import Branch, grown, root_of
from persistence.in_step import InStep, NothingThereError
from persistence.posting.book import Books

log = structlog.get_logger("perpetuo.explaining")


class Stories(Protocol):
    """What the books knew, as a flow of costing needs it to explain itself."""

    async def story(
        self, movement: UUID, known: int, *, with_pool: bool, as_then: bool
    ) -> Story | None:
        """A movement as it was known at a sequence; None: there is none (or none yet).

        `with_pool`: with all that is needed to say what it took. `as_then`: with all that was
        known then, where its cost waits to be worked out by it.
        """
        ...

    async def earlier(self, story: Story) -> Story:
        """The story with more of the past, where the flow asks for that."""
        ...


FLOWS: dict[Flow, Explains] = {
    Flow.REPLAY: Replay(),
    Flow.LINKED: Linked(),
    Flow.CARRIED: Carried(),
}
"""How each flow of costing explains itself; one line a flow."""


async def _stories(
    connection: AsyncConnection, books: InStep, company: UUID, flow: Flow
) -> Stories:
    """By what a flow explains itself."""
    if flow is Flow.LINKED:
        return LinkedStories(books, await Books().load(connection, company))
    return CarriedStories(books) if flow is Flow.CARRIED else ReplayStories(books)


_AT_ONCE = 1_000
"""Nodes whose facts are in memory at the same time."""

_COMPANY = """
select currency, flow, (select seq from company_counter where company_id = company.id),
       flow_since,
       (select coalesce(array_agg(d.seq), '{}')
          from voiding v join document d on d.company_id = v.company_id and d.id = v.document_id
         where v.company_id = company.id and d.kind = 'MIGRATION')
  from company where id = %s
"""
_COST = f"""
select {COST_COLUMNS} from cost_entry e where e.company_id = %(company)s and e.id = %(id)s
"""  # noqa: S608 - constant column names
_NUMBERED = """
select m.id
  from document d
  join movement m on m.company_id = d.company_id and m.document_id = d.id
 where d.company_id = %(company)s and d.number = %(number)s and m.ordinal = %(place)s - 1
"""
_ENTRY_OF_DOCUMENT = """
select entry.id
  from document
  join journal_entry entry on entry.company_id = document.company_id
                          and entry.document_id = document.id and entry.because_id = document.id
 where document.company_id = %(company)s and document.number = %(number)s
 order by entry.seq, entry.ordinal
 limit 1
"""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A tree, with where its nodes come from by their subjects' ids; `digits` of its currency."""

    root: Node
    origins: dict[UUID, OriginRow]
    accounts: dict[UUID, UUID]
    digits: int


Find = Callable[["Explaining"], Awaitable[Subject | None]]
"""Finds what is to be explained; None: there is nothing."""


class Explaining:
    """Explains figures of one company, within one transaction."""

    def __init__(self, books: InStep, stories: Stories, digits: int, flow: Flow,
                 seq: int, flow_since: int, undone: Collection[int]) -> None:  # fmt: skip
        """`seq` is the last recording: what is known now; `flow_since` opened the flow.

        `undone` are the recordings of migrations that were cancelled.
        """
        self._books = books
        self._stories = stories
        self._digits = digits
        self._flow = FLOWS[flow]
        self.seq = seq
        self._flow_since = flow_since
        self._undone = undone

    @classmethod
    async def of(cls, connection: AsyncConnection, company: UUID) -> "Explaining":
        """Whose books they are, and how far they have come."""
        cursor = await connection.execute(_COMPANY, (company,))
        row: Any = await cursor.fetchone()
        flow, books = Flow(row[1]), InStep(connection, company)
        stories = await _stories(connection, books, company, flow)
        return cls(books, stories, currency_digits(row[0]), flow, *row[2:])

    # -- where it begins: to be awaited by a `Find` only ----------------------------------------

    async def entry_of_document(self, number: str) -> UUID | None:
        """The first journal entry that a document made about itself."""
        row = await self._books.row(_ENTRY_OF_DOCUMENT, number=number)
        return row[0] if row else None

    async def movement_numbered(self, number: str, place: int) -> UUID | None:
        """A movement by its document's number and its place in it, from 1."""
        row = await self._books.row(_NUMBERED, number=number, place=place)
        return row[0] if row else None

    async def line_subject(self, entry: UUID, line_no: int) -> Subject | None:
        """A line of the journal, debit positive; None: there is none."""
        return await line_subject(self._books, entry, line_no)

    async def cost_subject(self, movement: UUID) -> Subject | None:
        """What a movement costs now; None: there is none."""
        told = await self._stories.story(movement, self.seq, with_pool=False, as_then=False)
        if told is None:
            return None
        quantity = told.movement.quantity
        return Subject(NodeKind.COST, movement, told.seq, told.cost, quantity)

    # -- the trees ------------------------------------------------------------------------------

    async def explain(self, asked: Sequence[tuple[Find, int]]) -> list[Explanation | None]:
        """What each finds, opened to a depth, with where all of its nodes come from.

        None: there is nothing of the kind, or it is about nothing that there is.
        """
        subjects = await self._books.together(_found(find, self) for find, _ in asked)
        roots = [
            root_of(subject, depth) if subject is not None else None
            for subject, (_, depth) in zip(subjects, asked, strict=True)
        ]
        level = [root for root in roots if root is not None]
        while level:
            level = await self._open([branch for branch in level if branch.opens()])
        nodes = [grown(root) if root is not None else None for root in roots]
        return await self._with_origins(nodes)

    async def _open(self, level: list[Branch]) -> list[Branch]:
        """Open these; the level below."""
        below: list[Branch] = []
        for start in range(0, len(level), _AT_ONCE):
            some = level[start : start + _AT_ONCE]
            parts = await self._books.together(self._parts(one.subject) for one in some)
            for one, found in zip(some, parts, strict=True):
                below += one.grow(found)
        return below

    async def _with_origins(self, nodes: list[Node | None]) -> list[Explanation | None]:
        ids = {one.subject.id for node in nodes if node is not None for one in _all(node)}
        lines = [one.subject for one in nodes if one is not None and one.subject.kind in LINES]
        found = await self._books.together(origins_of(self._books, list(ids)) for _ in nodes[:1])
        accounts = await self._books.together(account_of(self._books, one) for one in lines)
        of_line = {
            (one.id, one.line): account for one, account in zip(lines, accounts, strict=True)
        }
        origins = {row.id: row for rows in found for row in rows or ()}
        return [
            None if node is None else self._explanation(node, origins, of_line) for node in nodes
        ]

    def _explanation(
        self,
        node: Node,
        origins: dict[UUID, OriginRow],
        of_line: Mapping[tuple[UUID, int], UUID | None],
    ) -> Explanation:
        account = of_line.get((node.subject.id, node.subject.line))
        accounts = {} if account is None else {node.subject.id: account}
        return Explanation(node, origins, accounts, self._digits)

    async def _parts(self, subject: Subject) -> tuple[Subject, ...]:
        if subject.kind in LINES:
            return line(subject, await posted_on(self._books, subject))
        try:
            return await self._opened(subject)
        except UnexplainedError:
            log.exception("a figure is not explained")
            return (subject._replace(kind=NodeKind.UNEXPLAINED),)

    async def _opened(self, subject: Subject) -> tuple[Subject, ...]:
        known = await self._known(subject)
        open_ = opened_as_recorded if self._is_of_earlier_flow(known) else opened
        while True:
            found = open_(subject, known, self._flow, self._digits)
            if not isinstance(found, Earlier):
                return found
            known = await self._earlier(known)

    def _is_of_earlier_flow(self, known: Known) -> bool:
        """Recorded before the flow was opened; the migration took the goods out of the old one.

        What a migration moved that was cancelled was between two flows, and is in neither.
        """
        movement = known.story.movement
        if movement.key.seq in self._undone:
            return True
        if movement.key.seq == self._flow_since:
            return movement.leg is Leg.OUT
        return movement.key.seq < self._flow_since

    async def _known(self, subject: Subject) -> Known:
        if subject.kind not in DERIVED:
            as_then = subject.kind is NodeKind.BALANCE
            story = await self._story(subject.id, subject.seq, as_then=as_then)
            if subject.kind is NodeKind.CHANGE and not is_priced(story.movement):
                before = await self._story(subject.id, subject.since)
                return Known(story=story, before=before)
            return Known(story=story)
        row = await self._books.row(_COST, id=subject.id)
        if row is None:
            raise NothingThereError(f"there is no cost entry {subject.id}")
        entry = recorded(row)
        now = await self._story(entry.movement, entry.seq)
        before = None
        if now.movement.key.seq < entry.seq:
            before = await self._story(entry.movement, entry.seq - 1)
        return Known(story=now, before=before, entry=entry)

    async def _story(self, movement: UUID, known: int, *, as_then: bool = False) -> Story:
        found = await self._stories.story(movement, known, with_pool=True, as_then=as_then)
        if found is None:
            raise NothingThereError(f"there is no movement {movement} at {known}")
        return found

    async def _earlier(self, known: Known) -> Known:
        """Both stories from earlier on, where they have any."""
        before = known.before
        return Known(
            story=await self._stories.earlier(known.story),
            before=await self._stories.earlier(before) if before is not None else None,
            entry=known.entry,
        )


async def _found(find: Find, explaining: Explaining) -> Subject | None:
    return await find(explaining)


def _all(node: Node) -> list[Node]:
    """The node and everything below it."""
    return [node, *(below for child in node.children or () for below in _all(child))]
