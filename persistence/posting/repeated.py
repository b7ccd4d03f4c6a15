"""Which documents are in the books already, word for word: they are not to be posted again."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from domain.documents.document import Document
from persistence.database import Database
from persistence.posting.identity import is_same_body

_RECORDED = """
select id, body_hash from document
 where company_id = %(company)s and id = any(%(documents)s::uuid[])
"""


async def repeated(
    database: Database, company_id: UUID, documents: Sequence[Document]
) -> frozenset[UUID]:
    """The ids of those that are recorded with the same content, by one statement."""
    values = {"company": company_id, "documents": [one.id for one in documents]}
    async with database.transaction(company_id) as connection:
        cursor = await connection.execute(_RECORDED, values)
        found: dict[UUID, Any] = dict(await cursor.fetchall())
    return frozenset(
        one.id for one in documents if one.id in found and is_same_body(one, bytes(found[one.id]))
    )
