"""Posting several documents of a company at once: one lock, one read, one write for all of them.

For documents that name nothing but masters (`domain.together`). Whatever is not plainly accepted
(a late fact, a replay, a refusal, masters that have changed) is left to the script of a single
document (`persistence.posting.post`), which decides in the same way and says what is wrong.

Locks are taken in the script's order: bins by key, the company's counter.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from uuid_utils.compat import uuid7

from domain.company import Flow
from domain.costing.fold import PoolFacts
from domain.decide import Decision, prepare
from domain.documents.document import Causes
from domain.errors import Refused
from domain.facts import Facts
from domain.money import ZERO
from domain.movements import Pool
from domain.periods import fiscal_year_of
from domain.ports import Recorded
from domain.references import Ref
from domain.stock import pools_of
from domain.together import changes_stock_only, decide_together, names_only_masters
from persistence.posting import pools as pool_reading
from persistence.posting import references
from persistence.posting.attempt import Attempt
from persistence.posting.book import Book, Books
from persistence.posting.writing import Writing, write
from persistence.tracing import span

MOST = 100
"""Documents at once: what one more saves has long been next to nothing by then."""

POST_WITH_OTHERS = (
    "select set_config('app.company_id', %(company)s, true),"
    " pg_advisory_xact_lock_shared(hashtextextended(%(company)s, 0))"
)
POST_ALONE = (
    "select set_config('app.company_id', %(company)s, true),"
    " pg_advisory_xact_lock(hashtextextended(%(company)s, 0))"
)
_KNOWN = """
select n.masters_version,
       array(select d.id from document d
              where d.company_id = n.company_id and d.id = any(%(documents)s::uuid[]))
  from company_counter n where n.company_id = %(company)s
"""


def goes_together(book: Book, attempt: Attempt) -> bool:
    """Whether a document may be posted with others, as far as it can be told beforehand."""
    return (
        book.company.flow is Flow.REPLAY
        and not book.company.settings.four_eyes
        and attempt.closing is None
        and names_only_masters(attempt.document)
    )


async def post_together(
    connection: AsyncConnection,
    books: Books,
    company_id: UUID,
    attempts: Sequence[Attempt],
    *,
    in_order: bool,
) -> list[Recorded | Refused | None]:
    """Post what can be posted together; None stands for what must be posted by itself.

    With `in_order` the first of those leaves all behind it for later too, in a transaction that
    has the company's postings to itself and is left open. Otherwise it is committed.

    Raises:
        StaleMastersError: the masters have changed since they were read; nothing was written.
    """
    together = _Together(connection, books.newest(company_id), attempts, in_order=in_order)
    with span("posting.open"):
        read = await together.read()
    if read is not None and books.cached(company_id, read.masters_version) is together.book:
        with span("posting.prepare"):
            prepared = together.prepare(read)
        with span("posting.decide"):
            decided = await together.decide(prepared, read.facts)
        with span("posting.write"):
            await together.write(decided)
    return together.outcomes


@dataclass(frozen=True, slots=True)
class _Read:
    """What is known before anything is locked: the documents' facts, and which are recorded."""

    masters_version: int
    recorded: frozenset[UUID]
    facts: Facts


class _Together:
    """Some documents on their way through reading, deciding and writing; `outcomes` by place."""

    def __init__(
        self,
        connection: AsyncConnection,
        book: Book,
        attempts: Sequence[Attempt],
        *,
        in_order: bool,
    ) -> None:
        self.book = book
        self.outcomes: list[Recorded | Refused | None] = [None] * len(attempts)
        self._connection = connection
        self._attempts = attempts
        self._in_order = in_order

    async def read(self) -> _Read | None:
        """One round trip; None: the company is not there any more."""
        company, connection = self.book.company, self._connection
        needs = [attempt.document.needs() for attempt in self._attempts]
        documents = [attempt.document.id for attempt in self._attempts]
        async with connection.pipeline():
            await connection.execute(
                POST_ALONE if self._in_order else POST_WITH_OTHERS, {"company": str(company.id)}
            )
            cursor = await connection.execute(
                _KNOWN, {"company": company.id, "documents": documents}
            )
            named = frozenset[Ref]().union(*(one.items for one in needs))
            parties = frozenset[Ref]().union(*(one.parties for one in needs))
            items_found, parties_found = await asyncio.gather(
                references.items(connection, company, self.book.costing_method, named),
                references.parties(connection, company.id, parties),
            )
            row: Any = await cursor.fetchone()
        if row is None:
            return None
        facts = Facts(
            company=company,
            new_id=uuid7,
            items=items_found,
            items_by_id={item.id: item for item in items_found.values()},
            parties=parties_found,
            lines={},
        )
        return _Read(row[0], frozenset(row[1]), facts)

    def prepare(self, read: _Read) -> list[tuple[int, Causes]]:
        """What the documents cause, by their place."""
        prepared: list[tuple[int, Causes]] = []
        for place, attempt in enumerate(self._attempts):
            causes = None
            if attempt.document.id not in read.recorded:
                causes = _causes(attempt, read.facts)
            if isinstance(causes, Causes):
                prepared.append((place, causes))
            elif causes is not None:
                self.outcomes[place] = causes
            elif self._in_order:
                break
        return prepared

    async def decide(
        self, prepared: Sequence[tuple[int, Causes]], facts: Facts
    ) -> list[tuple[int, Decision]]:
        """Lock and read the pools of all of them, and decide one after the other."""
        requested: dict[Pool, Decimal] = {}
        for _, causes in prepared:
            for pool, quantity in pools_of(causes).items():
                requested[pool] = requested.get(pool, ZERO) + quantity
        stock: Mapping[Pool, PoolFacts] = {}
        if requested:
            stock = await pool_reading.lock(
                self._connection, self.book.company.id, requested, facts.items_by_id
            )
        decided: list[tuple[int, Decision]] = []
        turns = decide_together((causes for _, causes in prepared), stock)
        for (place, _), outcome in zip(prepared, turns, strict=True):
            if isinstance(outcome, Decision):
                decided.append((place, outcome))
            elif isinstance(outcome, Refused):
                self.outcomes[place] = outcome
            elif self._in_order:
                self.outcomes[place:] = [None] * (len(self._attempts) - place)
                break
        return decided

    async def write(self, decided: Sequence[tuple[int, Decision]]) -> None:
        """Append what was decided."""
        if not decided:
            return
        writings = [self._writing(self._attempts[place], decision) for place, decision in decided]
        written = await write(
            self._connection,
            writings,
            masters_version=self.book.version,
            commit=not self._in_order,
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
        year = fiscal_year_of(decision.causes.posting_date, book.company.fiscal_year_start_month)
        opens = year.code not in book.fiscal_years
        new = uuid7() if opens else None
        return Writing(decision, attempt.hash, attempt.recorded_by, year, new)


def _causes(attempt: Attempt, facts: Facts) -> Causes | Refused | None:
    """What a document causes; None when it needs or changes more than is known here."""
    try:
        causes = prepare(attempt.document, facts)
        attempt.authorize(facts.company.id, causes)
    except Refused as refused:
        return refused
    moved = {pool.item for pool in pools_of(causes)}
    if not changes_stock_only(causes) or not moved <= facts.items_by_id.keys():
        return None
    return causes
