"""Receipt lines found by purchase order or shipment, locked, and charges on shipments."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from domain.documents.needs import Needs
from domain.facts import Facts
from domain.open_lines import LineFacts, ShipmentCharge, ShipmentFacts
from domain.references import Ref
from persistence.posting.book import Book
from persistence.posting.reading import references

_OF_ORDERS = """
select l.order_code, l.order_line, l.id
  from unnest(%(codes)s::text[], %(numbers)s::integer[]) as o (code, number)
  join document_line l on l.company_id = %(company)s and l.order_code = o.code
   and l.order_line = o.number
  join document d on d.company_id = l.company_id and d.id = l.document_id
  join billing_state b on b.company_id = l.company_id and b.line_id = l.id
 where d.kind = 'PURCHASE_RECEIPT' and not b.is_void
 order by d.seq, l.line_no
"""
_OF_SHIPMENTS = """
select l.shipment, l.id
  from document_line l
  join document d on d.company_id = l.company_id and d.id = l.document_id
  join billing_state b on b.company_id = l.company_id and b.line_id = l.id
 where l.company_id = %(company)s and l.shipment = any(%(shipments)s)
   and d.kind = 'PURCHASE_RECEIPT' and not b.is_void
 order by d.seq, l.line_no
"""
_CHARGES = """
select l.shipment, l.id, b.billed_amount + b.cleared_amount, b.account_id
  from document_line l
  join document d on d.company_id = l.company_id and d.id = l.document_id
  join billing_state b on b.company_id = l.company_id and b.line_id = l.id
 where l.company_id = %(company)s and l.shipment = any(%(shipments)s)
   and d.kind = 'PURCHASE_INVOICE' and not b.is_void
 order by d.seq, l.line_no
"""
_CLOSED = """
select l.shipment from document_line l
  join document d on d.company_id = l.company_id and d.id = l.document_id
 where l.company_id = %(company)s and l.shipment = any(%(shipments)s)
   and d.kind = 'SHIPMENT_CLOSING'
   and not exists (select from voiding v
                    where v.company_id = d.company_id and v.document_id = d.id)
"""
# Bills, charges and the closing of a shipment wait for each other, also where no goods came yet.
_HOLD = """
select code, pg_advisory_xact_lock(hashtextextended(%(company)s::text || code, 1))
  from (select unnest(%(shipments)s::text[]) as code
        union
        select shipment from document_line
         where company_id = %(company)s and id = any(%(lines)s) and shipment is not null
         order by 1) held
"""
_LOCK_LINES = """
select 1 from billing_state
 where company_id = %(company)s and line_id in (
       select unnest(%(lines)s::uuid[])
       union
       select l.id
         from unnest(%(codes)s::text[], %(numbers)s::integer[]) as o (code, number)
         join document_line l on l.company_id = %(company)s and l.order_code = o.code
          and l.order_line = o.number
       union
       select id from document_line
        where company_id = %(company)s and shipment = any(%(shipments)s))
 order by line_id for update
"""


async def lock_with_orders(
    connection: AsyncConnection, company: UUID, needs: Needs, lines: Iterable[UUID]
) -> None:
    """Lock lines with those of the orders and shipments named, and of the lines' own shipments.

    A document that locked its lines first, and what came with their orders and shipments later,
    would wait in a circle with one that came to the same lines another way.
    """
    params = {"company": company, "lines": list(lines), **_ordered(needs)}
    cursor = await connection.execute(_HOLD, {**params, "shipments": list(needs.shipments)})
    held = [row[0] for row in await cursor.fetchall()]
    await connection.execute(_LOCK_LINES, {**params, "shipments": held})


def _ordered(needs: Needs) -> dict[str, Any]:
    wanted = sorted(needs.order_lines)
    return {"codes": [code for code, _ in wanted], "numbers": [number for _, number in wanted]}


async def with_orders(connection: AsyncConnection, book: Book, needs: Needs, facts: Facts) -> Facts:
    """What was received by the order lines and shipments named, and what is charged on these."""
    company = book.company.id
    if needs.order_lines:
        params = {"company": company, **_ordered(needs)}
        cursor = await connection.execute(_OF_ORDERS, params)
        rows = await cursor.fetchall()
        lines = await _lines(connection, company, (row[2] for row in rows))
        found: dict[tuple[str, int], tuple[LineFacts, ...]] = {}
        for code, number, line in rows:
            found[code, number] = (*found.get((code, number), ()), lines[line])
        facts = replace(facts, order_lines=found, lines={**facts.lines, **lines})
    if needs.shipments:
        facts = await _with_shipments(connection, book, sorted(needs.shipments), facts)
    return facts


async def _with_shipments(
    connection: AsyncConnection, book: Book, codes: list[str], facts: Facts
) -> Facts:
    company = book.company.id
    params = {"company": company, "shipments": codes}
    rows = await (await connection.execute(_OF_SHIPMENTS, params)).fetchall()
    charges = await (await connection.execute(_CHARGES, params)).fetchall()
    closed = {row[0] for row in await (await connection.execute(_CLOSED, params)).fetchall()}
    lines = await _lines(connection, company, (row[1] for row in rows))
    shipments = {
        code: ShipmentFacts(
            lines=tuple(lines[row[1]] for row in rows if row[0] == code),
            charges=tuple(ShipmentCharge(*row[1:]) for row in charges if row[0] == code),
            is_closed=code in closed,
        )
        for code in codes
    }
    return replace(facts, shipments=shipments)


def lines_of(facts: Facts) -> Iterable[LineFacts]:
    """The lines of the orders and shipments read."""
    for lines in facts.order_lines.values():
        yield from lines
    for shipment in facts.shipments.values():
        yield from shipment.lines


async def _lines(
    connection: AsyncConnection, company: Any, ids: Iterable[Any]
) -> dict[Any, LineFacts]:
    refs = [Ref("line", "id", str(id_)) for id_ in ids]
    return await references.lines(connection, company, refs)
