"""Which documents are in the books already, word for word: they are not to be posted again."""

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from domain.documents.document import Document
from persistence.arrays import ids
from persistence.database import Database
from persistence.posting.identity import is_same_body
from persistence.posting.reading import named_lines
from persistence.round_trip import RoundTrip, Statement

_RECORDED = Statement.of("""
select id, body_hash from document
 where company_id = %(company)s and id = any(%(documents)s::uuid[])
""")


async def repeated(
    database: Database, company_id: UUID, documents: Sequence[Document]
) -> frozenset[UUID]:
    """The ids of those that are recorded with the same content, by one round trip."""
    values = {"company": company_id, "documents": ids([one.id for one in documents])}
    named = [ref for one in documents for ref in named_lines.named_otherwise(one)]
    async with database.transaction(company_id) as connection, RoundTrip(connection) as trip:
        recorded = trip.ask(_RECORDED, values)
        lines = named_lines.ask(trip, company_id, named)
    found: dict[UUID, Any] = dict(recorded.rows)
    with_ids = partial(named_lines.with_ids, lines=named_lines.found(lines))
    return frozenset(
        one.id
        for one in documents
        if one.id in found and is_same_body(with_ids(one), bytes(found[one.id]))
    )
