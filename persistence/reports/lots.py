"""Batches and serial numbers: what they are, where they are now, and every movement of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from psycopg import AsyncConnection

from domain.texts import spellings
from persistence.paging import Ordering, Page, both_ways
from persistence.reports.query import compose, conditions, fetch_all, fetch_amounts, fetch_page
from persistence.reports.trees import WITHIN_WAREHOUSES

BY_CODE = Ordering(
    name="lots", columns=("lot.code", "lot.id"), attributes=("code", "id"), types=(str, UUID)
)
"""By code; lots of different items may share one."""

ORDERS = both_ways(
    BY_CODE.name,
    CODE=BY_CODE,
    EXPIRY_DATE=BY_CODE.led_by("coalesce(lot.expiry_date, date '9999-12-31')", "expiry_date", date),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LotRow:
    """A batch or serial number of an item."""

    company_id: UUID
    id: UUID
    item_id: UUID
    code: str
    kind: str
    expiry_date: date | None = None
    manufactured_on: date | None = None
    hold: str | None = None
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LotStockRow:
    """What there is of a lot in a warehouse: in the item's unit, and in company currency."""

    company_id: UUID
    lot_id: UUID
    warehouse_id: UUID
    quantity: Decimal
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class LotMoveRow:
    """One of a lot's movements, by its document: signed, in the item's unit."""

    company_id: UUID
    lot_id: UUID
    document_id: UUID
    warehouse_id: UUID
    posting_date: date
    quantity: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class LotFilter:
    """Which lots; null = any. `in_stock`: only those of which there is something.

    `within`: only those that are or were in these warehouses or below; what is elsewhere does not
    count then.
    """

    item_id: UUID | None = None
    warehouse_id: UUID | None = None
    code: str | None = None
    in_stock: bool | None = None
    expires_by: date | None = None
    within: tuple[UUID, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LotChangeRow:
    """What a lot was from then on; `hold` null = it may be used."""

    company_id: UUID
    lot_id: UUID
    expiry_date: date | None
    manufactured_on: date | None
    hold: str | None
    reason: str | None
    recorded_at: datetime
    recorded_by: str | None


_COLUMNS = (
    "select lot.company_id, lot.id, lot.item_id, lot.code, lot.kind, lot.expiry_date, lot.version,"
    " lot.manufactured_on, lot.hold"
)

_LOTS = (
    _COLUMNS
    + " from lot where lot.company_id = %(company)s /*filters*/ /*after*/"
    + " order by /*order*/ /*limit*/"
)

_LIES = """exists (
    select from bin where bin.company_id = %(company)s and bin.item_id = lot.item_id
       and bin.lot_id = lot.id /*where*/)"""
_IN_SIGHT = f"(%(within)s::uuid[] is null or bin.warehouse_id in {WITHIN_WAREHOUSES})"
_HELD = compose(_LIES, where=f"and bin.quantity <> 0 and {_IN_SIGHT} /*where*/")

_FILTERS = {
    "within": compose(_LIES, where=f"and {_IN_SIGHT}"),
    "item": "lot.item_id = %(item)s",
    "code": "lot.code = any(%(code)s)",
    "expires_by": "lot.expiry_date <= %(expires_by)s",
    "in_stock": f"{_HELD} = %(in_stock)s",
    "warehouse": compose(_HELD, where="and bin.warehouse_id = %(warehouse)s"),
}

_BY_ID = _COLUMNS + " from lot where lot.company_id = %(company)s and lot.id = any(%(ids)s)"

_STOCK = """
select bin.company_id, bin.lot_id, bin.warehouse_id, trim_scale(bin.quantity) as quantity,
       bin.value, company.currency
  from bin
  join lot on lot.company_id = bin.company_id and lot.id = bin.lot_id
          and lot.item_id = bin.item_id
  join warehouse on warehouse.company_id = bin.company_id and warehouse.id = bin.warehouse_id
  join company on company.id = bin.company_id
 where bin.company_id = %(company)s and lot.id = any(%(ids)s) and bin.quantity <> 0
 order by bin.lot_id, warehouse.code
"""

# The item leads the index of movements; a document that is cancelled, and what undoes it, moved
# nothing in the end.
_MOVES = """
select own.company_id, own.lot_id, own.document_id, own.warehouse_id, own.posting_date,
       trim_scale(own.quantity) as quantity
  from lot
  join movement own on own.company_id = lot.company_id and own.item_id = lot.item_id
                   and own.lot_id = lot.id
 where lot.company_id = %(company)s and lot.id = any(%(ids)s) and own.voids_id is null
   and not exists (select from voiding where voiding.company_id = %(company)s
                      and voiding.document_id = own.document_id)
 order by own.posting_date, own.posting_time, own.seq, own.ordinal
"""


async def list_lots(
    connection: AsyncConnection, company_id: UUID, page: Page, which: LotFilter
) -> list[LotRow]:
    """One page of lots, as read with `page.fetch`."""
    values = {
        "company": company_id,
        "item": which.item_id,
        "warehouse": which.warehouse_id,
        "code": None if which.code is None else list(spellings(which.code)),
        "in_stock": which.in_stock,
        "expires_by": which.expires_by,
        "within": None if which.within is None else list(which.within),
    }
    sql = compose(_LOTS, filters=conditions(values, _FILTERS))
    return await fetch_page(connection, LotRow, sql, values, page)


async def lots(connection: AsyncConnection, company_id: UUID, ids: Sequence[UUID]) -> list[LotRow]:
    """The lots with these ids, in no particular order."""
    values = {"company": company_id, "ids": list(ids)}
    return await fetch_all(connection, LotRow, _BY_ID, values)


async def stock_of_lots(
    connection: AsyncConnection, company_id: UUID, ids: Sequence[UUID]
) -> list[LotStockRow]:
    """Where these lots are now, by warehouse code; nothing of zero."""
    values = {"company": company_id, "ids": list(ids)}
    return await fetch_amounts(connection, LotStockRow, _STOCK, values, {"value": "currency"})


async def moves_of_lots(
    connection: AsyncConnection, company_id: UUID, ids: Sequence[UUID]
) -> list[LotMoveRow]:
    """Every movement of these lots that counts, in posting order."""
    values = {"company": company_id, "ids": list(ids)}
    return await fetch_all(connection, LotMoveRow, _MOVES, values)


_CHANGES = """
select company_id, lot_id, expiry_date, manufactured_on, hold, reason, recorded_at, recorded_by
  from lot_change where company_id = %(company)s and lot_id = any(%(ids)s)
 order by lot_id, recorded_at, id
"""


async def changes_of_lots(
    connection: AsyncConnection, company_id: UUID, ids: Sequence[UUID]
) -> list[LotChangeRow]:
    """Every change of these lots, as recorded."""
    values = {"company": company_id, "ids": list(ids)}
    return await fetch_all(connection, LotChangeRow, _CHANGES, values)
