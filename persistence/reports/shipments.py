"""Shipments: goods that came together, what was charged on them, and what they came to.

Nothing is kept of a shipment itself: it is what receipt and invoice lines name. Its figures are
events of the received-not-billed sub-ledger; those of a closed one are the figures that its closing
met, for what suppliers credit later is posted as a variance and no longer the shipment's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from psycopg import AsyncConnection

from persistence.masters.lists import containing
from persistence.paging import Ordering, Page, both_ways
from persistence.reports.query import compose, conditions, fetch_all, fetch_page
from persistence.reports.scope import Scope


class ShipmentStatus(StrEnum):
    """Whether a shipment takes more goods and charges."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"


_BY_CODE = Ordering("shipments", ("shipment.code",), ("code",), (str,))

ORDERS = both_ways(
    "shipments",
    CODE=_BY_CODE,
    OPENED_ON=_BY_CODE.led_by("shipment.opened_on", "opened_on", date),
    CLOSED_ON=_BY_CODE.led_by("coalesce(shipment.closed_on, '9999-12-31')", "closed_on", date),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentFilter:
    """Which shipments; null = any. `search` is part of the code, in any case."""

    code: str | None = None
    search: str | None = None
    status: ShipmentStatus | None = None
    supplier_id: UUID | None = None
    item_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentRow:
    """One shipment, in company currency.

    Received: at what the goods came in at, less what was sent back or written off. Billed: the
    goods at what was billed. Landed = billed + charged; variance = landed - received. `scope` is
    what was read.
    """

    company_id: UUID
    code: str
    opened_on: date
    closed_on: date | None
    closing_id: UUID | None
    is_billed: bool
    received_amount: Decimal
    billed_amount: Decimal
    charged_amount: Decimal
    landed_amount: Decimal
    variance: Decimal
    scope: Scope | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentGoodsRow:
    """A receipt line of a shipment: quantities in the item's unit, amounts in company currency.

    Pending = received - billed - returned - cleared. `landed_amount` and `variance` are null until
    the shipment is closed: only then are its charges spread.
    """

    company_id: UUID
    shipment: str
    line_id: UUID
    document_id: UUID
    party_id: UUID | None
    item_id: UUID | None
    warehouse_id: UUID | None
    received_quantity: Decimal
    returned_quantity: Decimal
    billed_quantity: Decimal
    pending_quantity: Decimal
    received_amount: Decimal
    billed_amount: Decimal
    landed_amount: Decimal | None
    variance: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentChargeRow:
    """An invoice line that is a charge on a shipment; amount in company currency."""

    company_id: UUID
    shipment: str
    line_id: UUID
    document_id: UUID
    party_id: UUID | None
    amount: Decimal


# What names a shipment and counts, and what of it happened before the shipment was closed.
_SHIPMENTS = """
with named as (
    select line.shipment as code, line.id as line_id, line.line_no, line.against_line_id,
           line.item_id, line.warehouse_id, line.amount, document.id as document_id,
           document.kind, document.posting_date, document.seq, document.party_id
      from document_line line
      join document on document.company_id = %(company)s and document.id = line.document_id
     where line.company_id = %(company)s and line.shipment is not null
       and document.kind in ('PURCHASE_RECEIPT', 'PURCHASE_INVOICE', 'SHIPMENT_CLOSING')
       and document.seq <= %(seq)s /*document_dated*/ /*named*/
       and not exists (select from voiding
                        where voiding.company_id = %(company)s and voiding.seq <= %(seq)s
                          and voiding.document_id = document.id)
), shipment as (
    select code, min(posting_date) filter (where kind <> 'SHIPMENT_CLOSING') as opened_on,
           max(posting_date) filter (where kind = 'SHIPMENT_CLOSING') as closed_on,
           max(seq) filter (where kind = 'SHIPMENT_CLOSING') as closed_seq,
           max(document_id::text) filter (where kind = 'SHIPMENT_CLOSING')::uuid as closing_id
      from named group by code
), /*chosen*/ event as (
    select named.code, named.line_id, named.kind = 'PURCHASE_RECEIPT' as is_goods,
           event.kind, event.quantity, event.amount
      from chosen
      join named on named.code = chosen.code and named.kind <> 'SHIPMENT_CLOSING'
      join billing_entry event
        on event.company_id = %(company)s and event.line_id = named.line_id
     where event.seq <= %(seq)s and event.seq < coalesce(chosen.closed_seq, event.seq + 1)
           /*event_dated*/
), line_sum as (
    select code, line_id, is_goods,
           coalesce(sum(quantity) filter (where kind = 'RECEIVED'), 0) as received_quantity,
           coalesce(sum(quantity) filter (where kind = 'RETURNED'), 0) as returned_quantity,
           coalesce(sum(quantity) filter (where kind = 'BILLED'), 0) as billed_quantity,
           coalesce(sum(case kind when 'RECEIVED' then quantity else -quantity end), 0)
               as pending_quantity,
           coalesce(sum(case kind when 'RECEIVED' then amount else -amount end)
               filter (where kind <> 'BILLED'), 0) as received,
           coalesce(sum(amount) filter (where kind = 'BILLED'), 0) as billed
      from event group by code, line_id, is_goods
)
"""

_CHOSEN = """
chosen as (
    select shipment.* from shipment
     where true /*filters*/ /*after*/ order by /*order*/ /*limit*/
),
"""

_PAGE = """
select %(company)s as company_id, shipment.code, shipment.opened_on, shipment.closed_on,
       shipment.closing_id,
       coalesce(bool_and(pending_quantity = 0) filter (where is_goods), false)
           and coalesce(sum(billed) filter (where is_goods), 0) <> 0 as is_billed,
       round(coalesce(sum(received) filter (where is_goods), 0), %(digits)s) as received_amount,
       round(coalesce(sum(billed) filter (where is_goods), 0), %(digits)s) as billed_amount,
       round(coalesce(sum(billed - received) filter (where not is_goods), 0), %(digits)s)
           as charged_amount,
       round(coalesce(sum(case when is_goods then billed else billed - received end), 0),
             %(digits)s) as landed_amount,
       round(coalesce(sum(billed - received), 0), %(digits)s) as variance
  from chosen shipment left join line_sum on line_sum.code = shipment.code
 group by shipment.code, shipment.opened_on, shipment.closed_on, shipment.closing_id
 order by /*order*/
"""

_WHOLE = "chosen as (select * from shipment),"

_GOODS = """
select %(company)s as company_id, named.code as shipment, named.line_id, named.document_id,
       named.party_id, named.item_id, named.warehouse_id,
       trim_scale(received_quantity) as received_quantity,
       trim_scale(returned_quantity) as returned_quantity,
       trim_scale(billed_quantity) as billed_quantity,
       trim_scale(pending_quantity) as pending_quantity,
       round(received, %(digits)s) as received_amount,
       round(billed, %(digits)s) as billed_amount,
       round(closed.amount, %(digits)s) as landed_amount,
       round(closed.amount - received, %(digits)s) as variance
  from line_sum
  join named using (line_id)
  left join named closed
    on closed.kind = 'SHIPMENT_CLOSING' and closed.against_line_id = named.line_id
 where is_goods
 order by named.code, named.seq, named.line_no
"""

_CHARGES = """
select %(company)s as company_id, named.code as shipment, named.line_id, named.document_id,
       named.party_id, round(billed - received, %(digits)s) as amount
  from line_sum
  join named using (line_id)
 where not is_goods
 order by named.code, named.seq, named.line_no
"""

_FILTERS = {
    "search": "shipment.code ilike %(search)s",
    "status": "(shipment.closed_on is null) = (%(status)s = 'OPEN')",
    "supplier": "exists (select from named where named.code = shipment.code"
    " and named.party_id = %(supplier)s)",
    "item": "exists (select from named where named.code = shipment.code"
    " and named.item_id = %(item)s)",
}


async def list_shipments(
    connection: AsyncConnection, scope: Scope, page: Page, which: ShipmentFilter
) -> list[ShipmentRow]:
    """One page of shipments, as read with `page.fetch`."""
    values = scope.values(
        code=which.code,
        search=None if which.search is None else containing(which.search),
        status=which.status,
        supplier=which.supplier_id,
        item=which.item_id,
    )
    named = conditions(values, {"code": "line.shipment = %(code)s"})
    chosen = compose(_CHOSEN, filters=conditions(values, _FILTERS))
    sql = _statement(scope, _PAGE, chosen=chosen, named=named)
    rows = await fetch_page(connection, ShipmentRow, sql, values, page)
    return [replace(row, scope=scope) for row in rows]


async def goods_of_shipments(
    connection: AsyncConnection, scope: Scope, codes: Sequence[str]
) -> list[ShipmentGoodsRow]:
    """The receipt lines of these shipments, in the order in which they came."""
    return await fetch_all(connection, ShipmentGoodsRow, *_of_codes(scope, _GOODS, codes))


async def charges_of_shipments(
    connection: AsyncConnection, scope: Scope, codes: Sequence[str]
) -> list[ShipmentChargeRow]:
    """The charges on these shipments, in the order in which they were billed."""
    return await fetch_all(connection, ShipmentChargeRow, *_of_codes(scope, _CHARGES, codes))


def _of_codes(scope: Scope, template: str, codes: Sequence[str]) -> tuple[str, dict[str, object]]:
    named = " and line.shipment = any(%(codes)s)"
    return _statement(scope, template, chosen=_WHOLE, named=named), scope.values(codes=list(codes))


def _statement(scope: Scope, template: str, **parts: str) -> str:
    def dated(column: str) -> str:
        return conditions(scope.values(), {"as_of": f"{column} <= %(as_of)s"})

    return compose(
        _SHIPMENTS + template,
        document_dated=dated("document.posting_date"),
        event_dated=dated("event.posting_date"),
        **parts,
    )
