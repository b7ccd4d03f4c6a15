"""What limited roles see: the documents that move stock of their warehouses."""

from collections.abc import Iterable
from uuid import UUID

from persistence.database import Database
from persistence.reports.trees import WITHIN_WAREHOUSES

_MOVES_IN = f"""
select exists (select from movement
                where company_id = %(company)s and document_id = %(document)s
                  and warehouse_id in {WITHIN_WAREHOUSES})
"""  # noqa: S608 - constant pieces


async def moves_in(
    database: Database, company_id: UUID, document_id: UUID, warehouses: Iterable[UUID]
) -> bool:
    """Whether a document moved anything in these warehouses, or below them."""
    values = {"company": company_id, "document": document_id, "within": list(warehouses)}
    async with database.transaction(company_id) as connection:
        cursor = await connection.execute(_MOVES_IN.encode(), values)
        row = await cursor.fetchone()
    return row is not None and bool(row[0])
