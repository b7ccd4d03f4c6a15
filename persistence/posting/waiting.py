"""What a refused document names and does not find may be a document that waits for approval."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from uuid import UUID

from psycopg import AsyncConnection

from domain.errors import NotFound, Refusal, Refused

_WAITING = """
select document_id from draft
 where company_id = %(company)s and document_id = any(%(ids)s) and status = 'PENDING'
"""
_OF_DOCUMENTS = frozenset({"document", "line", "open_item"})


async def tell_what_waits(connection: AsyncConnection, company_id: UUID, refused: Refused) -> None:
    """Let a refusal say what waits for a second person, instead of that it is unknown.

    Only what was not found is looked for, among the company's own drafts.
    """
    ids = {one for refusal in refused.refusals for one in _documents_of(refusal)}
    if ids:
        params = {"company": company_id, "ids": list(ids)}
        cursor = await connection.execute(_WAITING, params)
        name_as_waiting(refused, {row[0] for row in await cursor.fetchall()})


def name_as_waiting(refused: Refused, waiting: Collection[UUID]) -> None:
    """Let it say so of those documents."""
    refused.refusals = tuple(
        replace(one, kind="waiting_document")
        if isinstance(one, NotFound) and any(id_ in waiting for id_ in _documents_of(one))
        else one
        for one in refused.refusals
    )


def _documents_of(refusal: Refusal) -> Iterable[UUID]:
    """The document that was not found, or whose line, as "ID" or "ID/1"."""
    if isinstance(refusal, NotFound) and refusal.kind in _OF_DOCUMENTS:
        try:
            yield UUID(refusal.reference.partition("/")[0])
        except ValueError:
            return
