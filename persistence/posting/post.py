"""The posting script: idempotency, look-ups, locks, decision, one write, commit.

    1  one round trip: who the company is, whether the id is known, what the document names
    2  one round trip: lock the bins in key order and read them
    3  decide, purely; when it names pools that it needs too, begin again with those locked as well
    4  one round trip: append everything and commit

Locks are always taken in the same order: batches that post costs (`reading.waiting`), billed lines,
invoices, bins, the company's counter. A serialization failure, a deadlock or a lost connection is
retried, bounded; the document's id makes that safe.

Documents that name only masters take these steps together with those that wait at the same moment
(`persistence.posting.lane`); whatever is not plainly accepted there comes here.

A batch is the same steps for one document after another, in one transaction that has the company's
postings to itself: it may lock whatever it comes to, in any order, and never waits in a circle.
"""

from collections.abc import AsyncIterator, Sequence
from typing import Any, Self
from uuid import UUID

from psycopg import AsyncConnection

from domain.decide import Decision, decide, prepare
from domain.documents.causes import Causes
from domain.documents.document import Document
from domain.documents.migration import Migration
from domain.errors import ApprovalRequired, IdempotencyConflict, NotFound, Refused
from domain.migrating.plan import MigrationPlan
from domain.ports import Closing, Recorded
from domain.together import names_only_masters
from persistence.citus.nodes import tell_nodes_in
from persistence.database import Database
from persistence.ids import new_id
from persistence.measures import posting_of
from persistence.posting.attempt import Attempt, AuthorityIn
from persistence.posting.batches import Batch
from persistence.posting.book import Book, Books, StaleMastersError
from persistence.posting.fiscal_years import check_day
from persistence.posting.identity import is_same_body
from persistence.posting.lane import AT_ONCE, Lane
from persistence.posting.outcomes import undone
from persistence.posting.reading import named_lines
from persistence.posting.reading.facts import read_facts
from persistence.posting.repetitions import Repetitions
from persistence.posting.retrying import BeginAgain, persistently
from persistence.posting.stock import note_missing, read_stock
from persistence.posting.together import POST_ALONE, POST_WITH_OTHERS
from persistence.posting.waiting import tell_what_waits
from persistence.posting.writing.decisions import Writing, Written, make_no_rule_account, write
from persistence.round_trip import RoundTrip, Statement
from persistence.statistics import gather_due_within
from persistence.tracing import span

_KNOWN = Statement.of("""
select d.body_hash, n.masters_version, n.seq
  from company_counter n
  left join document d on d.company_id = n.company_id and d.id = %(document)s
 where n.company_id = %(company)s
""")
_LAST = Statement.of("select seq from company_counter where company_id = %(company)s")
_SET_COMPANY = Statement.of("select set_config('app.company_id', %(company)s, true)")


class Poster:
    """Posts documents into the books of a database (the port `domain.ports.Books`)."""

    def __init__(
        self,
        database: Database,
        *,
        books: Books | None = None,
        lane: Lane | None = None,
        at_once: int = AT_ONCE,
        authority_in: AuthorityIn | None = None,
        repetitions: Repetitions | None = None,
    ) -> None:
        """One per process: it keeps the books' masters. Unless told, nothing limits it.

        `at_once` says in how many transactions at a time what waits is posted together.
        """
        self._database = database
        self._books = books or Books()
        self._lane = lane or Lane(database, self._books, at_once=at_once)
        self._authority_in = authority_in
        self._repetitions = repetitions or Repetitions()

    def acting_for(self, authority_in: AuthorityIn) -> Self:
        """The same books for somebody with these rights: what they may not post is refused."""
        return type(self)(
            self._database, books=self._books, lane=self._lane, authority_in=authority_in,
            repetitions=self._repetitions,
        )  # fmt: skip

    async def submit(
        self,
        document: Document,
        recorded_by: str | None,
        *,
        closing: Closing | None = None,
        approved: bool = False,
    ) -> Recorded:
        """Post a document; see `domain.ports.Books.submit`."""
        attempt = self._attempt(document, recorded_by=recorded_by)
        attempt.closing, attempt.approved = closing, approved

        async def post() -> Recorded:
            recorded = await self._lane.submit(attempt)
            return recorded or await persistently(lambda: self._post(attempt), attempt)

        with posting_of(document.kind.value, keep=True):
            return await self._repetitions.post(document.id, post)

    async def preview(self, document: Document) -> Recorded:
        """Decide and keep nothing; see `domain.ports.Books.preview`."""
        attempt = self._attempt(document, keep=False)
        with posting_of(document.kind.value, keep=False):
            return await persistently(lambda: self._post(attempt))

    async def plan(self, migration: Migration) -> MigrationPlan:
        """What a migration would do; see `domain.ports.Books.plan`."""
        attempt = self._attempt(migration, keep=False)
        async with (
            self._database.pool.connection() as connection,
            connection.transaction(force_rollback=True),
        ):
            company_id = await self._books.company_id(connection, migration.company)
            book, _ = await self._open_book(connection, company_id, attempt)
            plan = migration.plan(await read_facts(connection, book, migration))
            await check_day(connection, book, migration, plan.as_of)
            return plan

    def _attempt(
        self,
        document: Document,
        *,
        keep: bool = True,
        recorded_by: str | None = None,
        alone: bool = False,
    ) -> Attempt:
        return Attempt(
            document, keep=keep, recorded_by=recorded_by,
            authority_in=self._authority_in, alone=alone,
        )  # fmt: skip

    async def _post(self, attempt: Attempt) -> Recorded:
        async with (
            self._database.pool.connection() as connection,
            connection.transaction(force_rollback=not attempt.keep),
        ):
            recorded = await self._decide_and_write(connection, attempt)
        self._books.note_year(recorded)
        return recorded

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

    async def try_out(
        self, batches: AsyncIterator[Sequence[Document | Refused]]
    ) -> AsyncIterator[list[Recorded | Refused]]:
        """Post batch after batch and undo all of it; see `domain.ports.Books.try_out`."""
        tried: Batch | None = None
        try:
            async with (
                self._database.pool.connection() as connection,
                connection.transaction(force_rollback=True),
            ):
                done = 0
                async for documents in batches:
                    tried = self._batch(documents, None)
                    outcomes = await tried.post_on(connection)
                    done += 1
                    if done.bit_count() == 1:  # nobody else can gather what is not committed
                        await gather_due_within(connection)
                    yield undone(outcomes, failed=False)
        finally:
            if tried is not None:
                tried.forget()

    async def _run_batch(
        self,
        documents: Sequence[Document | Refused],
        recorded_by: str | None,
        *,
        all_or_none: bool,
        keep: bool,
    ) -> list[Recorded | Refused]:

        async def post() -> list[Recorded | Refused]:
            batch = self._batch(documents, recorded_by)
            return await batch.post(all_or_none=all_or_none, keep=keep)

        with posting_of("BATCH", keep=keep):
            return await persistently(post)

    def _batch(self, documents: Sequence[Document | Refused], recorded_by: str | None) -> Batch:
        attempts = [
            one
            if isinstance(one, Refused)
            else self._attempt(one, recorded_by=recorded_by, alone=True)
            for one in documents
        ]
        return Batch(self._database, self._books, self._decide_and_write, attempts)

    # -- one document -----------------------------------------------------------------------------

    async def _decide_and_write(self, connection: AsyncConnection, attempt: Attempt) -> Recorded:
        document = attempt.document
        company_id = await self._books.company_id(connection, document.company)
        with span("posting.open"):
            book, replayed = await self._open_book(connection, company_id, attempt)
        if replayed is not None:
            return replayed
        try:
            causes = await self._prepare(connection, book, attempt)
            with span("posting.decide"):
                decision = await self._decide(connection, book, causes, attempt)
        except (Refused, LookupError, AssertionError) as failure:
            # A duplicate may have waited for the first one's locks: then its result is ours.
            if known := await self._known(connection, book, attempt):
                return known
            if isinstance(failure, Refused):
                await tell_what_waits(connection, company_id, failure)
            raise
        if not attempt.keep:
            return Recorded(company_id=company_id, document_id=document.id, decision=decision)
        two_persons = book.company.settings.four_eyes and not isinstance(document, Migration)
        if two_persons and not attempt.approved:
            raise Refused(ApprovalRequired(draft=""))
        if attempt.closing is not None:  # first: the document's guard looks for the approval
            await attempt.closing(connection)
        with span("posting.write"):
            written = await self._write(connection, book, decision, attempt)
        return Recorded(
            company_id=company_id,
            document_id=document.id,
            decision=decision,
            number=written.number,
            seq=written.seq,
            recorded_at=written.recorded_at,
        )

    # -- 1: what is known -----------------------------------------------------------------------

    async def _open_book(
        self, connection: AsyncConnection, company_id: UUID, attempt: Attempt
    ) -> tuple[Book, Recorded | None]:
        begin = POST_ALONE if attempt.alone else POST_WITH_OTHERS
        rows = await _look_up(
            connection, company_id, attempt, begin if attempt.keep else _SET_COMPANY
        )
        if not rows:
            reference = attempt.document.company.value
            raise Refused(NotFound(path=("company",), kind="company", reference=reference))
        row = rows[0]
        attempt.seen = row[2]
        book = self._books.cached(company_id, row[1])
        if book is None:
            book = await self._books.load(connection, company_id)
        replayed = None
        if attempt.keep and row[0] is not None:
            replayed = _replayed(company_id, attempt, row[0])
        return book, replayed

    async def _known(
        self, connection: AsyncConnection, book: Book, attempt: Attempt
    ) -> Recorded | None:
        """What came of the document meanwhile, where it cannot be posted by what was read.

        Raises:
            StaleMastersError: the masters have changed since. Stock may be read by another flow of
                costs then, or name accounts that were not there: what it comes to says nothing.
        """
        company_id = book.company.id
        ((hash_, version, _),) = await _look_up(connection, company_id, attempt)
        if attempt.keep and hash_ is not None:
            return _replayed(company_id, attempt, hash_)
        if version != book.version:
            raise StaleMastersError
        return None

    async def _prepare(self, connection: AsyncConnection, book: Book, attempt: Attempt) -> Causes:
        """What the document causes, by what it names."""
        document = attempt.document
        with span("posting.prepare"):
            causes = prepare(document, await read_facts(connection, book, document))
        if causes.company_change is not None and not attempt.alone:
            attempt.alone = True  # it undoes a migration: as that did
            raise BeginAgain
        attempt.authorize(book.company.id, causes)
        await check_day(connection, book, document, causes.posting_date)
        return causes

    # -- 2 and 3: lock and decide ---------------------------------------------------------------

    async def _decide(
        self, connection: AsyncConnection, book: Book, causes: Causes, attempt: Attempt
    ) -> Decision:
        """Read the stock and decide, as often as the decision names more of it.

        What the document names may have come to cost something else until its stock was locked.
        Then it is read again: now it stays.
        """
        stays = attempt.alone or not attempt.keep or names_only_masters(attempt.needs)
        while True:
            stock = await read_stock(connection, self._books, causes, attempt)
            if stock and not stays:
                stays = True
                if await self._has_gone_on(connection, attempt):
                    causes = await self._prepare(connection, book, attempt)
                    continue
            outcome = decide(causes, stock)
            if isinstance(outcome, Decision):
                return outcome
            if note_missing(causes, attempt, outcome) and not attempt.alone:
                raise BeginAgain

    async def _has_gone_on(self, connection: AsyncConnection, attempt: Attempt) -> bool:
        """Whether anything was recorded since the document's facts began to be read."""
        company = await self._books.company_id(connection, attempt.document.company)
        async with RoundTrip(connection) as trip:
            last = trip.ask(_LAST, {"company": company})
        return last.rows[0][0] != attempt.seen

    # -- 4: write ---------------------------------------------------------------------------------

    async def _write(
        self, connection: AsyncConnection, book: Book, decision: Decision, attempt: Attempt
    ) -> Written:
        year = book.fiscal_year_of(decision.causes.posting_date)
        opens = year.code not in book.fiscal_years
        made = await make_no_rule_account(connection, decision, attempt.recorded_by)
        writing = Writing(
            decision, attempt.identity(), attempt.recorded_by, year, new_id() if opens else None
        )
        (written,) = await write(connection, [writing], masters_version=book.version + made)
        return written


async def _look_up(
    connection: AsyncConnection,
    company_id: UUID,
    attempt: Attempt,
    begin: Statement | None = None,
) -> list[tuple[Any, ...]]:
    """What `_KNOWN` says of the document; lines that it names get their ids on the way."""
    named = named_lines.named_otherwise(attempt.document)
    async with RoundTrip(connection) as trip:
        if begin is not None:
            tell_nodes_in(trip, connection, "company_id", company_id)
            trip.ask(begin, {"company": str(company_id)})
        known = trip.ask(_KNOWN, {"company": company_id, "document": attempt.document.id})
        lines = named_lines.ask(trip, company_id, named) if named else None
    if lines is not None:
        attempt.name_lines(named_lines.found(lines))
    return known.rows


def _replayed(company_id: UUID, attempt: Attempt, known_hash: bytes) -> Recorded:
    document = attempt.document
    if not is_same_body(document, bytes(known_hash)):
        raise Refused(IdempotencyConflict(path=("id",), id=str(document.id)))
    return Recorded(company_id=company_id, document_id=document.id, decision=None, replayed=True)
