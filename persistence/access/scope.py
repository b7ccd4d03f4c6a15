"""What limited roles see: the documents and lots that move in their warehouses."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from persistence.database import Database
from persistence.reports.trees import WITHIN_WAREHOUSES

_MOVING_IN = f"""
select distinct document_id from movement
 where company_id = %(company)s and document_id = any(%(documents)s)
   and warehouse_id in {WITHIN_WAREHOUSES}
"""  # noqa: S608 - constant pieces
_MOVES_ELSEWHERE = f"""
select bool_or(warehouse_id not in {WITHIN_WAREHOUSES})
       and not bool_or(warehouse_id in {WITHIN_WAREHOUSES})
  from movement where company_id = %(company)s and document_id = %(document)s
"""  # noqa: S608 - constant pieces
_LIES_IN = f"""
select exists (select from lot
                 join bin on bin.company_id = lot.company_id and bin.item_id = lot.item_id
                         and bin.lot_id = lot.id
                where lot.company_id = %(company)s and lot.id = %(lot)s
                  and bin.warehouse_id in {WITHIN_WAREHOUSES})
"""  # noqa: S608 - constant pieces
_ALL_OF = f"select id from warehouse where company_id = %(company)s and id in {WITHIN_WAREHOUSES}"  # noqa: S608 - constant pieces
_COVERS = f"select %(warehouse)s::uuid in {WITHIN_WAREHOUSES}"


async def moves_in(
    database: Database, company_id: UUID, document_id: UUID, warehouses: Iterable[UUID]
) -> bool:
    """Whether a document moved anything in these warehouses, or below them."""
    return document_id in await moving_in(database, company_id, warehouses, [document_id])


async def moving_in(
    database: Database, company_id: UUID, warehouses: Iterable[UUID], documents: Iterable[UUID]
) -> frozenset[UUID]:
    """Those of the documents that moved anything in these warehouses, or below them."""
    values = {"documents": list(documents), "within": list(warehouses)}
    return await _ids(database, company_id, _MOVING_IN, values)


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


async def lies_in(
    database: Database, company_id: UUID, lot_id: UUID, warehouses: Iterable[UUID]
) -> bool:
    """Whether a batch or serial number is or was in these warehouses, or below them."""
    values = {"lot": lot_id, "within": list(warehouses)}
    return await _is(database, company_id, _LIES_IN, values)


async def all_of(
    database: Database, company_id: UUID, warehouses: Iterable[UUID]
) -> frozenset[UUID]:
    """These warehouses, and all below them."""
    return await _ids(database, company_id, _ALL_OF, {"within": list(warehouses)})


async def _is(
    database: Database, company_id: UUID, query: str, values: Mapping[str, object]
) -> bool:
    async with database.transaction(company_id) as connection:
        cursor = await connection.execute(query.encode(), {**values, "company": company_id})
        row = await cursor.fetchone()
    return row is not None and bool(row[0])


async def _ids(
    database: Database, company_id: UUID, query: str, values: Mapping[str, object]
) -> frozenset[UUID]:
    async with database.transaction(company_id) as connection:
        cursor = await connection.execute(query.encode(), {**values, "company": company_id})
        return frozenset(row[0] for row in await cursor.fetchall())
