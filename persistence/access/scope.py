"""What limited roles see: the documents that move stock of their warehouses."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from persistence.database import Database
from persistence.reports.trees import WITHIN_WAREHOUSES

_MOVES_IN = f"""
select exists (select from movement
                where company_id = %(company)s and document_id = %(document)s
                  and warehouse_id in {WITHIN_WAREHOUSES})
"""  # noqa: S608 - constant pieces
_MOVES_ELSEWHERE = f"""
select bool_or(warehouse_id not in {WITHIN_WAREHOUSES})
       and not bool_or(warehouse_id in {WITHIN_WAREHOUSES})
  from movement where company_id = %(company)s and document_id = %(document)s
"""  # noqa: S608 - constant pieces
_COVERS = f"select %(warehouse)s::uuid in {WITHIN_WAREHOUSES}"


async def moves_in(
    database: Database, company_id: UUID, document_id: UUID, warehouses: Iterable[UUID]
) -> bool:
    """Whether a document moved anything in these warehouses, or below them."""
    values = {"document": document_id, "within": list(warehouses)}
    return await _is(database, company_id, _MOVES_IN, values)


async def moves_elsewhere(
    database: Database, company_id: UUID, document_id: UUID, warehouses: Iterable[UUID]
) -> bool:
    """Whether a document moved something, but nothing in these warehouses, or below them."""
    values = {"document": document_id, "within": list(warehouses)}
    return await _is(database, company_id, _MOVES_ELSEWHERE, values)


async def covers(
    database: Database, company_id: UUID, warehouse_id: UUID, warehouses: Iterable[UUID]
) -> bool:
    """Whether a warehouse is one of these, or below them."""
    values = {"warehouse": warehouse_id, "within": list(warehouses)}
    return await _is(database, company_id, _COVERS, values)


async def _is(
    database: Database, company_id: UUID, query: str, values: Mapping[str, object]
) -> bool:
    async with database.transaction(company_id) as connection:
        cursor = await connection.execute(query.encode(), {**values, "company": company_id})
        row = await cursor.fetchone()
    return row is not None and bool(row[0])
