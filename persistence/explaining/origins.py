"""Where the nodes of an explanation come from: movements, cost entries, journal entries."""

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from uuid import UUID

from persistence.in_step import InStep


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginRow:
    """Where a node comes from: the movement it is about, its document and its cause."""

    company_id: UUID
    id: UUID
    movement_id: UUID | None
    document_id: UUID
    because_id: UUID
    line_id: UUID | None
    item_id: UUID | None
    warehouse_id: UUID | None
    lot_id: UUID | None
    account_id: UUID | None
    quantity: Decimal | None
    posting_date: date


_ORIGIN_COLUMNS = [one.name for one in fields(OriginRow)]

# One statement finds whatever the nodes are about: movements, cost entries, journal lines.
_ORIGINS = """
select m.company_id, m.id, m.id as movement_id, m.document_id, m.document_id as because_id,
       m.line_id, m.item_id, m.warehouse_id, m.lot_id, null::uuid as account_id, m.quantity,
       m.posting_date
  from movement m
 where m.company_id = %(company)s and m.id = any(%(ids)s)
union all
select e.company_id, e.id, m.id, e.document_id, e.because_id, m.line_id, m.item_id, m.warehouse_id,
       m.lot_id, e.contra_account_id, m.quantity, e.posting_date
  from cost_entry e
  join movement m on m.company_id = e.company_id and m.id = e.movement_id
 where e.company_id = %(company)s and e.id = any(%(ids)s)
union all
select j.company_id, j.id, null, j.document_id, j.because_id, null, null, null, null, null, null,
       j.posting_date
  from journal_entry j
 where j.company_id = %(company)s and j.id = any(%(ids)s)
"""


async def origins_of(books: InStep, ids: list[UUID]) -> list[OriginRow]:
    """Where each of these comes from; whatever there is not is left out."""
    rows = await books.rows(_ORIGINS, ids=ids)
    return [OriginRow(**dict(zip(_ORIGIN_COLUMNS, row, strict=True))) for row in rows]
