"""Documents as they are read: the document, its lines, charges, journal lines and movements."""

from collections.abc import Sequence
from uuid import UUID

from psycopg import AsyncConnection

from persistence.documents.rows import (
    ChargeRow,
    DocumentRow,
    GivenRow,
    JournalLineRow,
    LineRow,
    LineTaxRow,
    MovementRow,
    TaxRow,
)
from persistence.reports.query import Amounts, fetch_all, fetch_amounts

DOCUMENT_COLUMNS = """
       document.company_id, document.id, document.seq, document.kind, document.number,
       case when voiding.by_id is null then 'SUBMITTED' else 'CANCELLED' end as status,
       document.posting_date, document.posting_time, document.recorded_at, document.recorded_by,
       document.party_id, document.purpose, document.update_stock,
       document.currency, trim_scale(document.exchange_rate) as exchange_rate,
       document.net_total, document.charges_total, document.taxes_total, document.freight,
       document.grand_total,
       case when open_item.amount = 0 and document.content -> 'paid' is not null then null
            when open_item.is_void then 0
            when document.kind in ('CREDIT_NOTE', 'PAYMENT')
            then abs(open_item.amount - open_item.settled)
            when document.kind like 'PURCHASE%%' then open_item.settled - open_item.amount
            else open_item.amount - open_item.settled end as outstanding_amount,
       document.cancels_id, voiding.by_id as cancelled_by_id,
       document.reference, document.remarks, document.content
  from document
  left join voiding
    on voiding.company_id = document.company_id and voiding.document_id = document.id
  left join open_item
    on open_item.company_id = document.company_id and open_item.document_id = document.id
   and document.kind <> 'JOURNAL_ENTRY'
"""
"""The columns of `DocumentRow`, and where they come from; conditions on `document` follow."""

DOCUMENT_AMOUNTS: Amounts = dict.fromkeys(
    ("net_total", "charges_total", "taxes_total", "freight", "grand_total", "outstanding_amount"),
    "currency",
)

_DOCUMENTS = (
    "select"
    + DOCUMENT_COLUMNS
    + " where document.company_id = %(company)s and document.id = any(%(ids)s)"
)

_GIVEN = """
select company_id, id, given from document where company_id = %(company)s and id = any(%(ids)s)
"""

LINE_COLUMNS = """
       line.company_id, line.id, line.document_id, document.kind as document_kind,
       line.line_no, line.item_id, line.warehouse_id, line.to_warehouse_id,
       trim_scale(line.quantity) as quantity,
       trim_scale(round(line.rate, 12)) as rate,
       line.amount, line.valuation_amount,
       line.account_id, line.cost_center_id, line.party_id, line.against_line_id,
       line.against_id, line.returned_line_id, line.takes_line_id, line.description,
       trim_scale(round(line.list_rate, 12)) as list_rate,
       trim_scale(line.discount_percent) as discount_percent,
       line.order_code, line.order_line, line.shipment, line.currency_amount,
       line.uom, trim_scale(line.uom_factor) as uom_factor,
       trim_scale(round((line.quantity + 0.000000000000) / line.uom_factor, 6)) as uom_quantity,
       trim_scale(round(line.rate * line.uom_factor, 12)) as uom_rate,
       trim_scale(round(line.list_rate * line.uom_factor, 12)) as uom_list_rate,
       case when moves.goods then trim_scale(billing.billed_quantity) end as billed_quantity,
       case when moves.goods then trim_scale(billing.returned_quantity) end as returned_quantity,
       document.posting_date, document.seq,
       document.currency, company.currency as company_currency
  from document_line line
  join document on document.company_id = line.company_id and document.id = line.document_id
  join company on company.id = line.company_id
  left join billing_state billing
    on billing.company_id = line.company_id and billing.line_id = line.id
 cross join lateral (
       select document.update_stock or document.kind in ('PURCHASE_RECEIPT', 'DELIVERY_NOTE')
           as goods) moves
"""
"""The columns of `LineRow` and of where its document stands, and where they come from."""

LINE_AMOUNTS: Amounts = {"amount": "currency", "valuation_amount": "company_currency"}

_LINES = (
    "select" + LINE_COLUMNS + " where line.company_id = %(company)s and /*which*/ = any(%(ids)s)"
    " order by line.document_id, line.line_no"
)

_CHARGES = """
select charge.company_id, charge.document_id, charge.charge_no, charge.account_id,
       charge.category, trim_scale(charge.rate) as rate, charge.amount, charge.cost_center_id,
       charge.basis, document.currency
  from document_charge charge
  join document on document.company_id = charge.company_id and document.id = charge.document_id
 where charge.company_id = %(company)s and charge.document_id = any(%(ids)s)
 order by charge.document_id, charge.charge_no
"""

_TAXES = """
select kept.company_id, kept.document_id, kept.tax_id, kept.account_id, kept.base, kept.amount,
       document.currency
  from document_tax kept
  join document on document.company_id = kept.company_id and document.id = kept.document_id
  join tax on tax.company_id = kept.company_id and tax.id = kept.tax_id
 where kept.company_id = %(company)s and kept.document_id = any(%(ids)s)
 order by kept.document_id, tax.position, tax.code
"""

# Those of a discount are in the currency of what a payment's line settles.
_LINE_TAXES = """
select kept.company_id, kept.document_id, kept.line_id, kept.tax_id, kept.base, kept.amount,
       case when document.kind in ('PAYMENT', 'ALLOCATION')
            then (select bill.currency
                    from document_line line
                    join document bill
                      on bill.company_id = line.company_id and bill.id = line.against_id
                   where line.company_id = kept.company_id and line.id = kept.line_id)
            else document.currency end as currency
  from document_line_tax kept
  join document on document.company_id = kept.company_id and document.id = kept.document_id
  join tax on tax.company_id = kept.company_id and tax.id = kept.tax_id
 where kept.company_id = %(company)s and kept.document_id = any(%(ids)s)
 order by tax.position, tax.code
"""

_JOURNAL_LINES = """
select line.company_id, entry.id as entry_id, line.line_no, entry.posting_date, entry.seq,
       entry.document_id, entry.because_id, entry.source, line.account_id,
       greatest(line.amount, 0) as debit, greatest(-line.amount, 0) as credit,
       line.cost_center_id, line.party_id, line.currency as kept_in, line.currency_amount,
       company.currency
  from journal_entry entry
  join journal_line line
    on line.company_id = entry.company_id and line.journal_entry_id = entry.id
  join company on company.id = entry.company_id
 where entry.company_id = %(company)s and /*which*/ = any(%(ids)s)
 order by entry.seq, entry.ordinal, line.line_no
"""

# Bins (one a lot) know the last balance, and documents that are looked at are mostly recent: so
# the balance after a movement is the last one without the live movements that came after.
_MOVEMENTS = """
select own.company_id, own.id, own.document_id, own.line_id, own.item_id, own.warehouse_id,
       own.nature, own.leg, own.posting_date, own.posting_time, own.seq, own.ordinal,
       trim_scale(own.quantity) as quantity,
       (select coalesce(sum(actual + expected), 0) from cost_entry
         where company_id = %(company)s and movement_id = own.id) as cost,
       trim_scale(last.quantity - later.quantity) as quantity_after,
       last.value - later.value as value_after,
       nullif(own.lot_id, '00000000-0000-0000-0000-000000000000') as lot_id,
       own.voids_id, company.currency,
       (own.voids_id is not null or exists (
           select from voiding where voiding.company_id = %(company)s
              and voiding.document_id = own.document_id)) as is_cancelled
  from movement own
  join company on company.id = own.company_id
 cross join lateral (
       select coalesce(sum(quantity), 0) as quantity, coalesce(sum(value), 0) as value
         from bin
        where company_id = %(company)s
          and item_id = own.item_id and warehouse_id = own.warehouse_id
       ) last
 cross join lateral (
       select coalesce(sum(live.quantity), 0) as quantity, coalesce(sum(entry.cost), 0) as value
         from movement live
        cross join lateral (
              select sum(actual + expected) as cost from cost_entry
               where company_id = %(company)s and movement_id = live.id) entry
        where live.company_id = %(company)s
          and live.item_id = own.item_id and live.warehouse_id = own.warehouse_id
          and (live.posting_date, live.posting_time, live.seq, live.ordinal)
            > (own.posting_date, own.posting_time, own.seq, own.ordinal)
          and live.voids_id is null
          and not exists (select from voiding where voiding.company_id = %(company)s
                             and voiding.document_id = live.document_id)
       ) later
 where own.company_id = %(company)s and own.document_id = any(%(ids)s)
 order by own.document_id, own.ordinal
"""
_MOVEMENT_AMOUNTS: Amounts = dict.fromkeys(("cost", "value_after"), "currency")


async def documents(
    connection: AsyncConnection, company_id: UUID, ids: Sequence[UUID]
) -> list[DocumentRow]:
    """The documents with these ids, in no particular order."""
    values = {"company": company_id, "ids": list(ids)}
    return await fetch_amounts(connection, DocumentRow, _DOCUMENTS, values, DOCUMENT_AMOUNTS)


async def given_of_documents(
    connection: AsyncConnection, company_id: UUID, ids: Sequence[UUID]
) -> list[GivenRow]:
    """What these documents were given, in no particular order."""
    return await fetch_all(connection, GivenRow, _GIVEN, {"company": company_id, "ids": list(ids)})


async def lines_of_documents(
    connection: AsyncConnection, company_id: UUID, document_ids: Sequence[UUID]
) -> list[LineRow]:
    """The lines of these documents, by document and line number."""
    return await _lines(connection, company_id, "line.document_id", document_ids)


async def lines(
    connection: AsyncConnection, company_id: UUID, ids: Sequence[UUID]
) -> list[LineRow]:
    """The lines with these ids."""
    return await _lines(connection, company_id, "line.id", ids)


async def _lines(
    connection: AsyncConnection, company_id: UUID, which: str, ids: Sequence[UUID]
) -> list[LineRow]:
    values = {"company": company_id, "ids": list(ids)}
    sql = _LINES.replace("/*which*/", which)
    return await fetch_amounts(connection, LineRow, sql, values, LINE_AMOUNTS)


async def charges_of_documents(
    connection: AsyncConnection, company_id: UUID, document_ids: Sequence[UUID]
) -> list[ChargeRow]:
    """The charges of these documents, as they were given."""
    values = {"company": company_id, "ids": list(document_ids)}
    return await fetch_amounts(connection, ChargeRow, _CHARGES, values, {"amount": "currency"})


async def taxes_of_documents(
    connection: AsyncConnection, company_id: UUID, document_ids: Sequence[UUID]
) -> list[TaxRow]:
    """The taxes of these documents, in the order in which they are charged."""
    values = {"company": company_id, "ids": list(document_ids)}
    amounts = {"base": "currency", "amount": "currency"}
    return await fetch_amounts(connection, TaxRow, _TAXES, values, amounts)


async def taxes_of_lines(
    connection: AsyncConnection, company_id: UUID, document_ids: Sequence[UUID]
) -> list[LineTaxRow]:
    """The taxes of each line of these documents, in the order in which they are charged."""
    values = {"company": company_id, "ids": list(document_ids)}
    amounts = {"base": "currency", "amount": "currency"}
    return await fetch_amounts(connection, LineTaxRow, _LINE_TAXES, values, amounts)


async def journal_lines_about(
    connection: AsyncConnection, company_id: UUID, document_ids: Sequence[UUID]
) -> list[JournalLineRow]:
    """The lines of all entries about these documents, later adjustments included."""
    return await _journal_lines(connection, company_id, "entry.document_id", document_ids)


async def journal_lines_because_of(
    connection: AsyncConnection, company_id: UUID, document_ids: Sequence[UUID]
) -> list[JournalLineRow]:
    """The lines of all entries that these documents made us write, whatever they are about."""
    return await _journal_lines(connection, company_id, "entry.because_id", document_ids)


async def _journal_lines(
    connection: AsyncConnection, company_id: UUID, which: str, ids: Sequence[UUID]
) -> list[JournalLineRow]:
    values = {"company": company_id, "ids": list(ids)}
    sql = _JOURNAL_LINES.replace("/*which*/", which)
    amounts = {"debit": "currency", "credit": "currency"}
    return await fetch_amounts(connection, JournalLineRow, sql, values, amounts)


async def movements_of_documents(
    connection: AsyncConnection, company_id: UUID, document_ids: Sequence[UUID]
) -> list[MovementRow]:
    """The stock movements of these documents, with their cost and the balance after them now."""
    values = {"company": company_id, "ids": list(document_ids)}
    return await fetch_amounts(connection, MovementRow, _MOVEMENTS, values, _MOVEMENT_AMOUNTS)
