"""The books as the API needs them: what it may ask of whoever keeps them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeAlias
from uuid import UUID

from domain.decide import Decision
from domain.documents.document import Document
from domain.documents.migration import Migration
from domain.errors import Refused
from domain.migrating.plan import MigrationPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A document in the books.

    `decision` is what was appended; None when it was recorded by an earlier, identical request
    (`replayed`), or with so much besides that it is not held. `number`, `seq` and `recorded_at` are
    None in a preview.
    """

    company_id: UUID
    document_id: UUID
    decision: Decision | None
    replayed: bool = False
    number: str | None = None
    seq: int | None = None
    recorded_at: datetime | None = None


Closing: TypeAlias = Callable[[Any], Awaitable[None]]
"""What else happens in the transaction that records a document, on its connection."""


class Books(Protocol):
    """Where documents are posted."""

    async def submit(
        self,
        document: Document,
        recorded_by: str | None,
        *,
        closing: Closing | None = None,
        approved: bool = False,
    ) -> Recorded:
        """Post a document, once for ever under its id.

        `closing` is done in the same transaction (a draft is closed); `approved` says that a second
        person wants it posted, where the company asks for that.

        Raises:
            Refused: with every reason; nothing was written, and neither id nor number is used up.
        """
        ...

    async def preview(self, document: Document) -> Recorded:
        """Decide as `submit` would, and keep nothing.

        Raises:
            Refused: with the reasons that `submit` would have.
        """
        ...

    async def submit_batch(
        self, documents: Sequence[Document | Refused], recorded_by: str | None, *, all_or_none: bool
    ) -> list[Recorded | Refused]:
        """Post the documents of one company in order, each on the books that the one before left.

        One transaction, and the outcome of each. What is refused already (its input was wrong)
        stays so and is counted. With `all_or_none` one refusal takes back all of them
        (`BatchRolledBack`); otherwise the others stay, and whatever a refused one was needed for
        is refused in its turn. A refused document uses up neither id nor number.
        """
        ...

    async def preview_batch(
        self, documents: Sequence[Document | Refused], *, all_or_none: bool
    ) -> list[Recorded | Refused]:
        """Decide as `submit_batch` would, and keep nothing."""
        ...

    def try_out(
        self, batches: AsyncIterator[Sequence[Document | Refused]]
    ) -> AsyncIterator[list[Recorded | Refused]]:
        """Decide on one batch after the other, each on the books that those before it would leave.

        Nothing is kept, and the company's other postings wait for the end.
        """
        ...

    async def plan(self, migration: Migration) -> MigrationPlan:
        """What a migration to perpetual inventory would do, with everything found on the way.

        Raises:
            Refused: there is nothing to plan: the company is perpetual, or not found.
        """
        ...
