"""Posting several documents of a company at once: one lock, one read, one write for all of them.

For documents that name nothing but masters (`domain.together`), of which the book keeps what it
has read (`persistence.posting.known`):

    1  nothing, or one round trip: what they name and is not known yet, and some more of the
       same (`persistence.posting.reading.ahead`)
    2  one round trip: is all of it still so, which are recorded; meanwhile prepare, purely;
       lock the bins and read them
    3  decide, purely
    4  one round trip: append everything and commit

Of a long batch some are written while those behind them are decided: 4 begins before 3 ends, and
takes several round trips.

Whatever is not plainly accepted (a late fact, a replay, a refusal, masters that have changed) is
left to the script of a single document (`persistence.posting.post`), which decides in the same way
and says what is wrong. Locks are taken in that script's order: bins by key, the company's counter.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias
from uuid import UUID

from psycopg import AsyncConnection

from domain.company import Flow
from domain.costing.fold import PoolFacts
from domain.decide import Decision, prepare
from domain.documents.causes import Causes
from domain.errors import Refused
from domain.facts import Facts, ItemFacts, PartyFacts
from domain.movements import Pool
from domain.periods import takes_postings
from domain.ports import Recorded
from domain.references import Ref
from domain.stock import pools_of
from domain.together import changes_stock_only, decide_together, names_only_masters
from persistence.arrays import ids
from persistence.citus.nodes import is_on_citus, tell_nodes, tell_nodes_in
from persistence.ids import new_id
from persistence.posting.attempt import Attempt
from persistence.posting.book import Book, Books
from persistence.posting.fiscal_years import latest_day_of
from persistence.posting.reading import ahead, references
from persistence.posting.reading import pools as pool_reading
from persistence.posting.reading.pools import Asked
from persistence.posting.writing.decisions import Writing, write
from persistence.round_trip import Answer, RoundTrip, Statement
from persistence.tracing import span

_Prepared: TypeAlias = Causes | Refused | None
"""What a document causes, or why it is refused; None: it is left to be posted by itself."""

MOST = 100
"""Documents written at once: what one more saves has long been next to nothing by then."""

MOST_READ = 1_000
"""Of a batch, read at once: while a part of them is written, the next is decided."""

_TURN = 8
"""Documents decided before others are let in, who have the database's next work ready."""

_WITH_OTHERS = (
    "select set_config('app.company_id', %(company)s, true),"
    " pg_advisory_xact_lock_shared(hashtextextended(%(company)s, 0))"
)
POST_WITH_OTHERS = Statement.of(_WITH_OTHERS)
POST_ALONE = Statement.of(_WITH_OTHERS.replace("_shared", ""))
_BEGIN_LANE = Statement.of(
    f"{_WITH_OTHERS}, set_config('plan_cache_mode', 'force_generic_plan', true)"
)
"""The same few statements over and over, by primary keys: planning the reading of bins anew each
time cost a tenth of what a posting costs the database."""
_SET_COMPANY = "select set_config('app.company_id', %(company)s, true)"
_STANDING = Statement.of("""
select n.masters_version,
       array(select d.id from document d
              where d.company_id = n.company_id and d.id = any(%(documents)s::uuid[])),
       array(select i.version from item i
              where i.company_id = n.company_id and i.id = any(%(items)s::uuid[])),
       array(select p.version from party p
              where p.company_id = n.company_id and p.id = any(%(parties)s::uuid[]))
  from company_counter n where n.company_id = %(company)s
""")
"""Versions in any order: they only grow, so that the same ones together are the same one by one."""


def goes_together(book: Book, attempt: Attempt) -> bool:
    """Whether a document may be posted with others, as far as it can be told beforehand."""
    needs = attempt.needs
    if needs.bill_number is not None and not book.company.settings.unique_supplier_reference:
        needs = replace(needs, bill_number=None)  # others may have it too
    return _may_post_together(book) and attempt.closing is None and names_only_masters(needs)


def _may_post_together(book: Book) -> bool:
    """Whether a company's documents may go together at all, which others may change."""
    return book.company.flow is Flow.REPLAY and not book.company.settings.four_eyes


async def post_together(
    connection: AsyncConnection,
    books: Books,
    company_id: UUID,
    attempts: Sequence[Attempt],
    *,
    in_order: bool,
    on_commit: Callable[[Callable[[], None]], None] | None = None,
) -> list[Recorded | Refused | None]:
    """Post what can be posted together; None stands for what must be posted by itself.

    With `in_order` the first of those leaves all behind it for later too, in a transaction that
    has begun, has the company's postings to itself and is left open: `on_commit` is given what is
    to be done once it is committed. Otherwise it begins here, and ends with what is written.

    Raises:
        StaleMastersError: the masters have changed since they were read; nothing was written.
    """
    book = books.newest(company_id)
    if not _may_post_together(book):  # it could when they began to wait
        return [None] * len(attempts)
    together = _Together(connection, book, attempts, in_order=in_order, on_commit=on_commit)
    with span("posting.open"):
        opened = await together.open(await together.facts())
    if opened is not None:
        await together.decide_and_write(*opened)
    if not in_order and not any(isinstance(one, Recorded) for one in together.outcomes):
        await connection.rollback()
    return together.outcomes


class _Together:
    """Some documents on their way through reading, deciding and writing; `outcomes` by place."""

    def __init__(
        self,
        connection: AsyncConnection,
        book: Book,
        attempts: Sequence[Attempt],
        *,
        in_order: bool,
        on_commit: Callable[[Callable[[], None]], None] | None,
    ) -> None:
        self.book = book
        self.outcomes: list[Recorded | Refused | None] = [None] * len(attempts)
        self._connection = connection
        self._attempts = attempts
        self._in_order = in_order
        self._on_commit = on_commit

    async def facts(self) -> Facts:
        """What the documents name: as it was last read, or read now."""
        book, needs = self.book, [attempt.needs for attempt in self._attempts]
        named = frozenset[Ref]().union(*(one.items for one in needs))
        named_parties = frozenset[Ref]().union(*(one.parties for one in needs))
        items, parties = book.items.of(named), book.parties.of(named_parties)
        if len(items) < len(named) or len(parties) < len(named_parties):
            more = await self._read(named - items.keys(), named_parties - parties.keys())
            items |= more[0]
            parties |= more[1]
        return Facts(
            company=book.company,
            new_id=new_id,
            items=items,
            items_by_id={item.id: item for item in items.values()},
            parties=parties,
            lines={},
        )

    async def _read(
        self, items: Collection[Ref], parties: Collection[Ref]
    ) -> tuple[dict[Ref, ItemFacts], dict[Ref, PartyFacts]]:
        book, connection = self.book, self._connection
        company = book.company
        async with connection.pipeline():
            await tell_nodes(connection, "company_id", company.id)
            await connection.execute(_SET_COMPANY, {"company": str(company.id)})
            found, found_parties, next_items, next_parties = await asyncio.gather(
                references.items(connection, company, book.costing_method, items),
                references.parties(connection, company.id, parties),
                ahead.items(connection, company, book.costing_method, book.items, items),
                ahead.parties(connection, company.id, book.parties, parties),
            )

        def keep() -> None:
            book.items.keep_ahead(next_items.found, next_items.read_to)
            book.items.keep(found)
            book.parties.keep_ahead(next_parties.found, next_parties.read_to)
            book.parties.keep(found_parties)

        if not self._in_order:
            keep()
        elif self._on_commit is not None:  # it may have changed them itself, and be undone
            self._on_commit(keep)
        return found, found_parties

    def prepare(self, facts: Facts) -> list[_Prepared]:
        """What the documents cause, each by its place; in order, up to one that is left."""
        prepared: list[_Prepared] = []
        for attempt in self._attempts:
            causes = _causes(attempt, facts, self.book)
            if causes is None and self._in_order:
                break
            prepared.append(causes)
        return prepared

    async def open(
        self, facts: Facts
    ) -> tuple[Sequence[_Prepared], Mapping[Pool, PoolFacts]] | None:
        """What the documents cause, and the pools of all, locked; what is recorded is left.

        None: the masters are not those of the facts any more, so nothing is known.
        """
        company, connection = self.book.company.id, self._connection
        asked: Asked | None = None
        async with RoundTrip(connection) as trip:
            standing = self._ask_standing(trip, facts)
            trip.send()
            with span("posting.prepare"):
                prepared = self.prepare(facts)
            requested = pools_of(*(one for one in prepared if isinstance(one, Causes)))
            if requested:
                asked = pool_reading.ask(trip, company, requested, keep=True)
            trip.send()
            for attempt in self._attempts:
                attempt.identity()  # for what is written: found while the database reads
        pools: Mapping[Pool, PoolFacts] = {}
        if asked is not None:
            pools = await pool_reading.answered(connection, asked, facts.items_by_id)
        row = standing.rows[0] if standing.rows else None
        items, parties = facts.items_by_id.values(), facts.parties_by_id.values()
        versions = [sorted(item.version for item in items), sorted(one.version for one in parties)]
        if (
            row is None
            or row[0] != self.book.version
            or [sorted(row[2]), sorted(row[3])] != versions
        ):
            self.book.items.forget(facts.items)
            self.book.parties.forget(facts.parties)
            return None
        self._leave_out(prepared, frozenset(row[1]))
        return prepared, pools

    def _ask_standing(self, trip: RoundTrip, facts: Facts) -> Answer:
        """Begin as postings do; ask whether what is known is still so, and what is recorded."""
        company = self.book.company.id
        tell_nodes_in(trip, self._connection, "company_id", company)
        # Citus plans anew for each company: it has to know which one it is.
        lane = POST_WITH_OTHERS if is_on_citus(self._connection) else _BEGIN_LANE
        trip.ask(POST_ALONE if self._in_order else lane, {"company": str(company)})
        return trip.ask(
            _STANDING,
            {
                "company": company,
                "documents": ids([attempt.document.id for attempt in self._attempts]),
                "items": ids(facts.items_by_id),
                "parties": ids(facts.parties_by_id),
            },
        )

    def _leave_out(self, prepared: list[_Prepared], recorded: frozenset[UUID]) -> None:
        """Leave what is recorded to the script of a single document; in order, all behind it."""
        for place in range(len(prepared)):
            if self._attempts[place].document.id in recorded:
                prepared[place] = None
                if self._in_order:
                    del prepared[place:]
                    break

    async def decide_and_write(
        self, prepared: Sequence[_Prepared], pools: Mapping[Pool, PoolFacts]
    ) -> None:
        """Decide one after the other, and append; what is written last is waited for."""
        writing: asyncio.Task[None] | None = None
        decided: list[tuple[int, Decision]] = []
        try:
            for turn, one in enumerate(self._decisions(prepared, pools), start=1):
                decided.append(one)
                if len(decided) == MOST:
                    writing = asyncio.create_task(self.write(decided, after=writing))
                    decided = []
                if writing is not None and turn % _TURN == 0:
                    await asyncio.sleep(0)
            with span("posting.write"):
                await self.write(decided, after=writing)
        finally:
            if writing is not None and not writing.done():
                writing.cancel()
                await asyncio.wait([writing])

    def _decisions(
        self, prepared: Sequence[_Prepared], pools: Mapping[Pool, PoolFacts]
    ) -> Iterator[tuple[int, Decision]]:
        """Each document that is accepted, by its place; the outcomes of those that are refused."""
        causes = {place: one for place, one in enumerate(prepared) if isinstance(one, Causes)}
        for place, one in enumerate(prepared):
            if isinstance(one, Refused):
                self.outcomes[place] = one
        turns = decide_together(causes.values(), pools)
        for place, outcome in zip(causes, turns, strict=True):
            if isinstance(outcome, Decision):
                yield place, outcome
            elif isinstance(outcome, Refused):
                self.outcomes[place] = outcome
            elif self._in_order:
                self.outcomes[place:] = [None] * (len(self._attempts) - place)
                break

    async def write(
        self,
        decided: Sequence[tuple[int, Decision]],
        *,
        after: Awaitable[None] | None = None,
    ) -> None:
        """Append what was decided, once what was decided before it is written."""
        if not decided:
            if after is not None:
                await after
            return
        writings = [self._writing(self._attempts[place], decision) for place, decision in decided]
        written = await write(
            self._connection,
            writings,
            masters_version=self.book.version,
            commit=not self._in_order,
            after=after,
        )
        for (place, decision), one in zip(decided, written, strict=True):
            self.outcomes[place] = Recorded(
                company_id=self.book.company.id,
                document_id=decision.causes.document.id,
                decision=decision,
                number=one.number,
                seq=one.seq,
                recorded_at=one.recorded_at,
            )

    def _writing(self, attempt: Attempt, decision: Decision) -> Writing:
        book = self.book
        year = book.fiscal_year_of(decision.causes.posting_date)
        opens = year.code not in book.fiscal_years
        new = new_id() if opens else None
        return Writing(decision, attempt.identity(), attempt.recorded_by, year, new)


def _causes(attempt: Attempt, facts: Facts, book: Book) -> Causes | Refused | None:
    """What a document causes; None when it needs or changes more than is known here."""
    try:
        causes = prepare(attempt.document, facts)
        attempt.authorize(facts.company.id, causes)
    except Refused as refused:
        return refused
    year, latest = book.fiscal_year_of(causes.posting_date), latest_day_of(book)
    if latest is not None and causes.posting_date > latest:
        return None
    if not changes_stock_only(causes) or not takes_postings(year, book.fiscal_years):
        return None
    # Unless it changes more, what it moves are the pools of its own movements.
    known = facts.items_by_id
    return causes if all(one.pool.item in known for one in causes.movements) else None
