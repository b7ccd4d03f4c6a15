"""Posting a batch: documents of one company in their order, in one transaction of its own."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import takewhile
from typing import TypeAlias
from uuid import UUID

import psycopg
from psycopg import AsyncConnection

from domain.errors import Refused
from domain.ports import Recorded
from persistence.database import Database
from persistence.posting.attempt import Attempt
from persistence.posting.book import Book, Books
from persistence.posting.outcomes import undone
from persistence.posting.reading.known_costs import KnownCosts
from persistence.posting.together import MOST_READ, goes_together, post_together
from persistence.statistics import gather_due_within

PostAlone: TypeAlias = Callable[[AsyncConnection, Attempt], Awaitable[Recorded]]
"""Posts a document by itself in an open transaction; raises `Refused`."""

MOST_HELD = 20_000
"""Costs that are held in memory for the answer to a batch. Late documents change all that came
after them: hundreds in one batch were some hundred thousand, and 1.3 GB. What comes to more is read
from the books again for the answer."""


MOST_UNTRIED = 15
"""Documents that are posted by themselves before some are tried together again, after none went
twice: late ones, or those of a batch that is sent again, come one behind the other."""

GATHER_AT_FIRST = 32
"""Documents after which the planner is told what they have filled, and again each time that they
have become twice as many. Plans that were made for empty tables last as long as a transaction."""


class Batch:
    """Some documents, and those that are refused already; a refused one writes nothing."""

    def __init__(
        self,
        database: Database,
        books: Books,
        post_alone: PostAlone,
        attempts: Sequence[Attempt | Refused],
    ) -> None:
        """What one attempt at a batch works on."""
        self._database = database
        self._books = books
        self._post_alone = post_alone
        self._attempts = attempts
        self._outcomes: list[Recorded | Refused] = []
        self._to_note: list[Callable[[], None]] = []
        self._is_to_be_kept = False
        self._held = 0
        self._known_costs = KnownCosts()

    async def post(self, *, all_or_none: bool, keep: bool) -> list[Recorded | Refused]:
        """The outcome of each; see `domain.ports.Books.submit_batch`."""
        known, is_kept = self._book_at_hand(), False
        self._is_to_be_kept = keep
        try:
            async with self._database.pool.connection() as connection, connection.transaction():
                await self.post_on(connection)
                failed = all_or_none and any(isinstance(one, Refused) for one in self._outcomes)
                if failed or not keep:
                    raise psycopg.Rollback
            is_kept = not failed and keep
        finally:
            # Masters that were read within a batch are true only once it is committed.
            if not is_kept and self._book_at_hand() is not known:
                self.forget()
        if not is_kept:
            return undone(self._outcomes, failed=failed)
        for note in self._to_note:
            note()
        for one in self._recorded():
            self._books.note_year(one)
        return self._outcomes

    def forget(self) -> None:
        """Read the company's masters anew next time."""
        book = self._book_at_hand()
        if book is not None:
            self._books.forget(book.company.id)

    def _book_at_hand(self) -> Book | None:
        """The book of the batch's company, if it was read before."""
        companies = (one.document.company for one in self._attempts if not isinstance(one, Refused))
        first = next(companies, None)
        return self._books.at_hand(first) if first else None

    def _recorded(self) -> list[Recorded]:
        return [one for one in self._outcomes if isinstance(one, Recorded)]

    async def post_on(self, connection: AsyncConnection) -> list[Recorded | Refused]:
        """The outcome of each, in a transaction that is left open.

        In one go what goes together, the others by themselves.

        How many are tried at once follows what went together last, and where none did some are
        posted by themselves untried: else a batch in which few do would be read over and over.
        """
        most, gather_at = MOST_READ, GATHER_AT_FIRST
        in_vain = alone = 0
        while len(self._outcomes) < len(self._attempts):
            if len(self._outcomes) >= gather_at:
                await gather_due_within(connection)  # nobody else can: it is not committed
                gather_at = 2 * len(self._outcomes)
            rest = self._attempts[len(self._outcomes) :]
            run = [] if alone else self._run(rest[:most])
            done = await self._together(connection, run) if run else []
            alone = max(0, alone - 1)
            if run:
                alone = 0 if done else in_vain
                in_vain = 0 if done else min(MOST_UNTRIED, 2 * in_vain + 1)
            most = min(MOST_READ, 4 * max(1, len(done)))
            for one in done:
                self._note_costs(one)
            self._outcomes += done or [await self._first_alone(connection, rest[0])]
        return self._outcomes

    def _run(self, attempts: Sequence[Attempt | Refused]) -> list[Attempt]:
        """The first of these that may be posted in one go, as far as it can be told beforehand."""
        run: dict[UUID, Attempt] = {}
        for attempt in attempts:
            if isinstance(attempt, Refused) or attempt.document.id in run:
                break
            book = self._books.at_hand(attempt.document.company)
            if book is None or not goes_together(book, attempt):
                break
            run[attempt.document.id] = attempt
        return list(run.values()) if len(run) > 1 else []

    async def _together(
        self, connection: AsyncConnection, run: Sequence[Attempt]
    ) -> list[Recorded | Refused]:
        """Post the first of a run in one go, up to one that must be posted by itself."""
        company = await self._books.company_id(connection, run[0].document.company)
        outcomes = await post_together(
            connection,
            self._books,
            company,
            run,
            in_order=True,
            on_commit=self._to_note.append,
        )
        return [one for one in takewhile(lambda one: one is not None, outcomes) if one]

    async def _first_alone(
        self, connection: AsyncConnection, attempt: Attempt | Refused
    ) -> Recorded | Refused:
        if isinstance(attempt, Refused):
            return attempt
        attempt.known_costs = self._known_costs
        try:
            recorded = await self._post_alone(connection, attempt)
        except Refused as refused:
            return refused
        self._note_costs(recorded)
        return self._as_held(recorded)

    def _note_costs(self, outcome: Recorded | Refused) -> None:
        if isinstance(outcome, Recorded) and outcome.decision is not None:
            self._known_costs.add(outcome.decision)

    def _as_held(self, recorded: Recorded) -> Recorded:
        """Without what was decided, once there is too much of it and the books have it."""
        decision = recorded.decision
        if decision is None or not self._is_to_be_kept:
            return recorded
        if self._held + len(decision.costs) <= MOST_HELD:
            self._held += len(decision.costs)
            return recorded
        day = decision.causes.posting_date
        self._to_note.append(partial(self._books.note_year_of, recorded.company_id, day))
        return replace(recorded, decision=None)
