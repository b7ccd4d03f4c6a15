"""The posting script: idempotency, look-ups, locks, decision, one write, commit.

    1  one round trip: who the company is, whether the id is known, what the document names
    2  one round trip: lock the bins in key order and read them
    3  decide, purely; when it names pools that it needs too, begin again with those locked as well
    4  one round trip: append everything and commit

Locks are always taken in the same order: billed lines, invoices, bins, the company's counter. A
serialization failure, a deadlock or a lost connection is retried, bounded; the document's id makes
that safe.

A batch is the same steps for one document after another, in one transaction that has the company's
postings to itself: it may lock whatever it comes to, in any order, and never waits in a circle.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Self, TypeAlias, TypeVar
from uuid import UUID

import psycopg
from psycopg import AsyncConnection
from uuid_utils.compat import uuid7

from domain.authority import Authority
from domain.company import Flow
from domain.costing.carried.facts import CarriedFacts
from domain.costing.carried.flow import carried_items
from domain.costing.fold import PoolFacts
from domain.costing.linked.facts import LinkedFacts, MissingLinked
from domain.costing.linked.flow import linked_items
from domain.costing.replay import Missing
from domain.decide import Decision, StockFacts, decide, prepare
from domain.documents.document import Causes, Document
from domain.documents.migration import Migration
from domain.errors import ApprovalRequired, IdempotencyConflict, NotFound, Refused, SystemBusy
from domain.migration import MigrationPlan
from domain.movements import Pool, PostingKey
from domain.periods import fiscal_year_of
from domain.ports import Closing, Recorded
from domain.stock import pools_of
from persistence.database import Database
from persistence.measures import POSTING_RETRIES, posting_of
from persistence.posting import pools as pool_reading
from persistence.posting.book import Book, Books
from persistence.posting.carried import read_carried, with_parties
from persistence.posting.facts import items_by_id, read_facts
from persistence.posting.identity import body_hash, is_same_body
from persistence.posting.linked import LinkedReader, LinkedWants
from persistence.posting.outcomes import undone
from persistence.posting.writing import (
    StaleMastersError,
    Writing,
    Written,
    make_no_rule_account,
    write,
)
from persistence.tracing import span

_Result = TypeVar("_Result")

ATTEMPTS = 8
"""How often a posting is tried when others are in its way."""

ROUNDS = 64
"""How often a decision may name further pools; each round adds at least one."""

_RETRIABLE = (
    psycopg.errors.SerializationFailure,
    psycopg.errors.DeadlockDetected,
    psycopg.OperationalError,
)
_KNOWN = """
select d.body_hash, n.masters_version
  from company_counter n
  left join document d on d.company_id = n.company_id and d.id = %(document)s
 where n.company_id = %(company)s
"""
_SET_COMPANY = "select set_config('app.company_id', %(company)s, true)"
_POST_WITH_OTHERS = (
    "select set_config('app.company_id', %(company)s, true),"
    " pg_advisory_xact_lock_shared(hashtextextended(%(company)s, 0))"
)
_POST_ALONE = (
    "select set_config('app.company_id', %(company)s, true),"
    " pg_advisory_xact_lock(hashtextextended(%(company)s, 0))"
)


AuthorityIn: TypeAlias = Callable[[UUID], Authority]
"""What somebody may do in a company, by its id."""


class _BeginAgain(Exception):  # noqa: N818 - control flow inside this module
    """The decision needs more pools: lock them in order, from the start."""


@dataclass(slots=True)
class _Attempt:
    """What one posting has learned so far and keeps over its attempts.

    `alone` says that the transaction has the company's postings to itself.
    """

    document: Document
    hash: bytes
    keep: bool
    recorded_by: str | None
    also: dict[Pool, PostingKey] = field(default_factory=dict[Pool, PostingKey])
    linked: LinkedWants = field(default_factory=LinkedWants)
    alone: bool = False
    approved: bool = False
    closing: Closing | None = None


class Poster:
    """Posts documents into the books of a database (the port `domain.ports.Books`)."""

    def __init__(
        self,
        database: Database,
        *,
        books: Books | None = None,
        authority_in: AuthorityIn | None = None,
    ) -> None:
        """One per process: it keeps the books' masters. Unless told, nothing limits it."""
        self._database = database
        self._books = books or Books()
        self._authority_in = authority_in

    def acting_for(self, authority_in: AuthorityIn) -> Self:
        """The same books for somebody with these rights: what they may not post is refused."""
        return type(self)(self._database, books=self._books, authority_in=authority_in)

    async def submit(
        self,
        document: Document,
        recorded_by: str | None,
        *,
        closing: Closing | None = None,
        approved: bool = False,
    ) -> Recorded:
        """Post a document; see `domain.ports.Books.submit`."""
        attempt = _Attempt(document, body_hash(document), keep=True, recorded_by=recorded_by)
        attempt.closing, attempt.approved = closing, approved
        with posting_of(document.kind.value, keep=True):
            return await self._persistently(lambda: self._post(attempt))

    async def preview(self, document: Document) -> Recorded:
        """Decide and keep nothing; see `domain.ports.Books.preview`."""
        attempt = _Attempt(document, b"", keep=False, recorded_by=None)
        with posting_of(document.kind.value, keep=False):
            return await self._persistently(lambda: self._post(attempt))

    async def plan(self, migration: Migration) -> MigrationPlan:
        """What a migration would do; see `domain.ports.Books.plan`."""
        attempt = _Attempt(migration, b"", keep=False, recorded_by=None)
        async with (
            self._database.pool.connection() as connection,
            connection.transaction(force_rollback=True),
        ):
            company_id = await self._books.company_id(connection, migration.company)
            book, _ = await self._open_book(connection, company_id, attempt)
            return migration.plan(await read_facts(connection, book, migration))

    async def _persistently(self, post: Callable[[], Awaitable[_Result]]) -> _Result:
        """Post, again and again while others are in the way or more must be locked first."""
        rounds = tries = 0
        while True:
            try:
                return await post()
            except _BeginAgain:
                rounds += 1
                if rounds > ROUNDS:
                    raise
                POSTING_RETRIES.labels("MoreToLock").inc()
            except (StaleMastersError, psycopg.errors.UniqueViolation, *_RETRIABLE) as hindrance:
                POSTING_RETRIES.labels(type(hindrance).__name__).inc()
                tries += 1
                if tries >= ATTEMPTS:
                    raise Refused(SystemBusy()) from None
                await asyncio.sleep(0.005 * 2**tries)

    async def _post(self, attempt: _Attempt) -> Recorded:
        async with (
            self._database.pool.connection() as connection,
            connection.transaction(force_rollback=not attempt.keep),
        ):
            recorded = await self._decide_and_write(connection, attempt)
        self._note_year(recorded)
        return recorded

    def _note_year(self, recorded: Recorded) -> None:
        if recorded.seq is not None and recorded.decision is not None:
            self._books.year_opened(recorded.company_id, recorded.decision.causes.posting_date)

    # -- several at once --------------------------------------------------------------------------

    async def submit_batch(
        self, documents: Sequence[Document | Refused], recorded_by: str | None, *, all_or_none: bool
    ) -> list[Recorded | Refused]:
        """Post documents one after the other; see `domain.ports.Books.submit_batch`."""
        return await self._run_batch(documents, recorded_by, all_or_none=all_or_none, keep=True)

    async def preview_batch(
        self, documents: Sequence[Document | Refused], *, all_or_none: bool
    ) -> list[Recorded | Refused]:
        """Post them and undo all of it; see `domain.ports.Books.preview_batch`."""
        return await self._run_batch(documents, None, all_or_none=all_or_none, keep=False)

    async def _run_batch(
        self,
        documents: Sequence[Document | Refused],
        recorded_by: str | None,
        *,
        all_or_none: bool,
        keep: bool,
    ) -> list[Recorded | Refused]:
        hashed = [(one, b"" if isinstance(one, Refused) else body_hash(one)) for one in documents]

        async def post() -> list[Recorded | Refused]:
            attempts = [
                one
                if isinstance(one, Refused)
                else _Attempt(one, hash_, keep=True, recorded_by=recorded_by, alone=True)
                for one, hash_ in hashed
            ]
            return await self._post_batch(attempts, all_or_none=all_or_none, keep=keep)

        with posting_of("BATCH", keep=keep):
            return await self._persistently(post)

    async def _post_batch(
        self, attempts: Sequence[_Attempt | Refused], *, all_or_none: bool, keep: bool
    ) -> list[Recorded | Refused]:
        """All of a batch in one transaction; a refused document has written nothing in it."""
        outcomes: list[Recorded | Refused] = []
        try:
            async with self._database.pool.connection() as connection, connection.transaction():
                for attempt in attempts:
                    outcomes.append(await self._outcome(connection, attempt))  # noqa: PERF401 - the finally clause needs those so far
                failed = all_or_none and any(isinstance(one, Refused) for one in outcomes)
                if failed or not keep:
                    raise psycopg.Rollback
        finally:
            # What a batch does to the masters is read within it, and true only once committed.
            for company_id in {one.company_id for one in outcomes if isinstance(one, Recorded)}:
                self._books.forget(company_id)
        if failed or not keep:
            return undone(outcomes, failed=failed)
        for one in outcomes:
            if isinstance(one, Recorded):
                self._note_year(one)
        return outcomes

    async def _outcome(
        self, connection: AsyncConnection, attempt: _Attempt | Refused
    ) -> Recorded | Refused:
        if isinstance(attempt, Refused):
            return attempt
        try:
            return await self._decide_and_write(connection, attempt)
        except Refused as refused:
            return refused

    # -- one document -----------------------------------------------------------------------------

    async def _decide_and_write(self, connection: AsyncConnection, attempt: _Attempt) -> Recorded:
        document = attempt.document
        company_id = await self._books.company_id(connection, document.company)
        with span("posting.open"):
            book, replayed = await self._open_book(connection, company_id, attempt)
        if replayed is not None:
            return replayed
        try:
            with span("posting.prepare"):
                causes = prepare(document, await read_facts(connection, book, document))
            self._authorize(company_id, causes)
            with span("posting.decide"):
                decision = await self._decide(connection, causes, attempt)
        except Refused:
            # A duplicate may have waited for the first one's locks: then its result is ours.
            if attempt.keep and (known := await self._known(connection, company_id, attempt)):
                return known
            raise
        if not attempt.keep:
            return Recorded(company_id=company_id, document_id=document.id, decision=decision)
        two_persons = book.company.settings.four_eyes and not isinstance(document, Migration)
        if two_persons and not attempt.approved:
            raise Refused(ApprovalRequired(draft=""))
        with span("posting.write"):
            written = await self._write(connection, book, decision, attempt)
        if attempt.closing is not None:
            await attempt.closing(connection)
        return Recorded(
            company_id=company_id,
            document_id=document.id,
            decision=decision,
            number=written.number,
            seq=written.seq,
            recorded_at=written.recorded_at,
        )

    def _authorize(self, company_id: UUID, causes: Causes) -> None:
        """What needs the document's facts to be known: its kind, and whose stock it moves."""
        if self._authority_in is not None:
            refusals = self._authority_in(company_id).refusals(causes)
            if refusals:
                raise Refused(*refusals)

    # -- 1: what is known -----------------------------------------------------------------------

    async def _open_book(
        self, connection: AsyncConnection, company_id: UUID, attempt: _Attempt
    ) -> tuple[Book, Recorded | None]:
        begin = _POST_ALONE if attempt.alone else _POST_WITH_OTHERS
        async with connection.pipeline():
            await connection.execute(
                begin if attempt.keep else _SET_COMPANY, {"company": str(company_id)}
            )
            cursor = await connection.execute(
                _KNOWN, {"company": company_id, "document": attempt.document.id}
            )
            row: Any = await cursor.fetchone()
        if row is None:
            reference = attempt.document.company.value
            raise Refused(NotFound(path=("company",), kind="company", reference=reference))
        book = self._books.cached(company_id, row[1])
        if book is None:
            book = await self._books.load(connection, company_id)
        replayed = None
        if attempt.keep and row[0] is not None:
            replayed = _replayed(company_id, attempt, row[0])
        return book, replayed

    async def _known(
        self, connection: AsyncConnection, company_id: UUID, attempt: _Attempt
    ) -> Recorded | None:
        cursor = await connection.execute(
            _KNOWN, {"company": company_id, "document": attempt.document.id}
        )
        row: Any = await cursor.fetchone()
        return _replayed(company_id, attempt, row[0]) if row[0] is not None else None

    # -- 2 and 3: lock and decide ---------------------------------------------------------------

    async def _decide(
        self, connection: AsyncConnection, causes: Causes, attempt: _Attempt
    ) -> Decision:
        """Read the stock and decide, as often as the decision names more of it."""
        while True:
            outcome = decide(causes, await self._stock(connection, causes, attempt))
            if isinstance(outcome, Decision):
                return outcome
            if isinstance(outcome, MissingLinked):
                unlocked = attempt.linked.add(outcome)
            else:
                unlocked = self._note(causes, attempt, outcome)
            if unlocked and not attempt.alone:
                raise _BeginAgain

    async def _stock(
        self, connection: AsyncConnection, causes: Causes, attempt: _Attempt
    ) -> StockFacts:
        if causes.facts.company.flow is Flow.LINKED:
            return await self._linked(connection, causes, attempt)
        if causes.facts.company.flow is Flow.CARRIED:
            return await self._carried(connection, causes, attempt)
        requested = pools_of(causes)
        for pool in attempt.also:
            requested.setdefault(pool, Decimal(0))
        return await self._lock(connection, causes, requested, attempt) if requested else {}

    def _note(self, causes: Causes, attempt: _Attempt, missing: Missing) -> bool:
        """Keep what is missing; True when some of it is not locked yet."""
        locked = pools_of(causes).keys() | attempt.also.keys()
        for pool, key in missing.pools.items():
            known = attempt.also.get(pool)
            if known is None or key < known:
                attempt.also[pool] = key
        return not missing.pools.keys() <= locked

    async def _linked(
        self, connection: AsyncConnection, causes: Causes, attempt: _Attempt
    ) -> LinkedFacts:
        wants, facts = attempt.linked, causes.facts
        wants.items |= linked_items(causes)
        book = self._books.newest(facts.company.id)
        items = await items_by_id(connection, book, wants.items, facts.items_by_id)
        causes.facts = replace(facts, items_by_id=items)
        reader = LinkedReader(connection, causes, items, keep=attempt.keep)
        return await reader.read(wants)

    async def _carried(
        self, connection: AsyncConnection, causes: Causes, attempt: _Attempt
    ) -> CarriedFacts:
        book, facts = self._books.newest(causes.facts.company.id), causes.facts
        items = await items_by_id(connection, book, carried_items(causes), facts.items_by_id)
        causes.facts = replace(facts, items_by_id=items)
        found = await read_carried(connection, causes, keep=attempt.keep)
        causes.facts = await with_parties(connection, causes, found)
        return found

    async def _lock(
        self,
        connection: AsyncConnection,
        causes: Causes,
        requested: Mapping[Pool, Decimal],
        attempt: _Attempt,
    ) -> Mapping[Pool, PoolFacts]:
        facts = causes.facts
        company = facts.company.id
        book = self._books.newest(company)
        items = await items_by_id(
            connection, book, {pool.item for pool in requested}, facts.items_by_id
        )
        pools = await pool_reading.lock(connection, company, requested, items, keep=attempt.keep)
        for pool, key in attempt.also.items():
            last = pools[pool].folded_to
            if last is None or last < key:
                continue
            pools[pool] = await pool_reading.from_before(
                connection, company, pool, key, items[pool.item]
            )
        return pools

    # -- 4: write ---------------------------------------------------------------------------------

    async def _write(
        self, connection: AsyncConnection, book: Book, decision: Decision, attempt: _Attempt
    ) -> Written:
        year = fiscal_year_of(decision.causes.posting_date, book.company.fiscal_year_start_month)
        opens = year.code not in book.fiscal_years
        made = await make_no_rule_account(connection, decision)
        writing = Writing(
            decision, attempt.hash, attempt.recorded_by, year, uuid7() if opens else None
        )
        (written,) = await write(connection, [writing], masters_version=book.version + made)
        return written


def _replayed(company_id: UUID, attempt: _Attempt, known_hash: bytes) -> Recorded:
    document = attempt.document
    if not is_same_body(document, bytes(known_hash)):
        raise Refused(IdempotencyConflict(path=("id",), id=str(document.id)))
    return Recorded(company_id=company_id, document_id=document.id, decision=None, replayed=True)
