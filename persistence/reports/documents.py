"""Documents as they are read: the document, its lines, charges, journal lines and movements.

The same rows can be made without reading anything, from what a posting has just decided: then a
payload shows a document that is still being committed, or a preview that never will be. So they
are plain values, and complete: nothing in them needs another look-up but masters by their ids.

All amounts have the digits of their currency, quantities and rates no trailing zeros.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from domain.money import DISPLAY_DIGITS, ZERO, divide, plain, round_to
from domain.values import quickly_made
from persistence.reports.query import Amounts, fetch_amounts


class DocumentStatus(StrEnum):
    """Whether a document counts."""

    SUBMITTED = "SUBMITTED"
    CANCELLED = "CANCELLED"


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """One document; totals in its `currency`, `exchange_rate` in company currency per unit.

    `outstanding_amount` is what is still to be paid of an invoice, positive, in its currency:
    null for other kinds and for invoices paid at once, zero when settled or cancelled. A
    cancellation names what it cancels in `cancels_id`, a cancelled document its cancellation in
    `cancelled_by_id`. `content` is what only this kind of document has.
    """

    company_id: UUID
    id: UUID
    seq: int
    kind: str
    number: str
    status: str = DocumentStatus.SUBMITTED
    posting_date: date
    posting_time: time
    recorded_at: datetime
    recorded_by: str | None = None
    party_id: UUID | None = None
    purpose: str | None = None
    update_stock: bool = False
    currency: str
    exchange_rate: Decimal
    net_total: Decimal
    charges_total: Decimal
    taxes_total: Decimal = ZERO
    freight: Decimal = ZERO
    grand_total: Decimal
    outstanding_amount: Decimal | None = None
    cancels_id: UUID | None = None
    cancelled_by_id: UUID | None = None
    reference: str | None = None
    remarks: str | None = None
    content: dict[str, Any] = field(default_factory=dict)


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """One line; `rate` (net of discount) and `amount` in the document's currency, `line_no` from 1.

    `valuation_amount`, in company currency, is what the goods brought into stock: their price and
    their share of the valuation charges (null where no goods came in). `billed_quantity` and
    `returned_quantity` are what was billed and returned of a line that received or delivered goods
    (null for other lines). A journal's line has a signed `amount`, debit positive; a payment's line
    settles the document `against_id`; `against_line_id` is the receipt or delivery line that is
    billed, or the line that a return gives back.
    """

    company_id: UUID
    id: UUID
    document_id: UUID
    document_kind: str
    line_no: int
    item_id: UUID | None = None
    warehouse_id: UUID | None = None
    to_warehouse_id: UUID | None = None
    quantity: Decimal = ZERO
    rate: Decimal | None = None
    amount: Decimal = ZERO
    valuation_amount: Decimal | None = None
    account_id: UUID | None = None
    cost_center_id: UUID | None = None
    party_id: UUID | None = None
    against_line_id: UUID | None = None
    against_id: UUID | None = None
    returned_line_id: UUID | None = None
    description: str | None = None
    list_rate: Decimal | None = None
    discount_percent: Decimal | None = None
    billed_quantity: Decimal | None = None
    returned_quantity: Decimal | None = None

    @property
    def valuation_rate(self) -> Decimal | None:
        """Valuation amount per unit, for display: nine places at most, trimmed."""
        if self.valuation_amount is None or not self.quantity:
            return None
        return plain(round_to(divide(self.valuation_amount, self.quantity), DISPLAY_DIGITS))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeRow:
    """A charge, in the document's currency; `rate` in percent of the net total, if it has one."""

    company_id: UUID
    document_id: UUID
    charge_no: int
    account_id: UUID
    category: str
    rate: Decimal | None
    amount: Decimal
    cost_center_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxRow:
    """A tax of a document: what it is charged on, and what it comes to; in its currency."""

    company_id: UUID
    document_id: UUID
    tax_id: UUID
    account_id: UUID
    base: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalLineRow:
    """A line of a journal entry, in company currency, with what its entry says.

    The entry is about `document_id`; `because_id` made us write it (the same, unless another
    document changed this one's cost). `source` is the kind of that document or process.
    `entry_id` is null where lines of several entries were merged into one.
    """

    company_id: UUID
    entry_id: UUID | None
    line_no: int
    posting_date: date
    seq: int
    document_id: UUID
    because_id: UUID
    source: str
    account_id: UUID
    debit: Decimal
    credit: Decimal
    cost_center_id: UUID | None = None
    party_id: UUID | None = None


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class MovementRow:
    """A stock movement: signed quantity in the item's unit, cost in company currency.

    `cost` is the sum of its cost entries now. The balance after it is that of its item and
    warehouse in posting order, over all movements that are not cancelled; `unit_cost_after` is
    null for no quantity. `lot_id` is its batch or serial number, if it has one. `voids_id` is the
    movement that this one undoes; `is_cancelled` marks both of such a pair.
    """

    company_id: UUID
    id: UUID
    document_id: UUID
    line_id: UUID | None
    item_id: UUID
    warehouse_id: UUID
    nature: str
    leg: str
    posting_date: date
    posting_time: time
    seq: int
    ordinal: int
    quantity: Decimal
    cost: Decimal
    quantity_after: Decimal
    value_after: Decimal
    lot_id: UUID | None = None
    voids_id: UUID | None = None
    is_cancelled: bool = False

    @property
    def unit_cost_after(self) -> Decimal | None:
        """Value per unit after it, for display: nine places at most, trimmed."""
        if not self.quantity_after:
            return None
        return plain(round_to(divide(self.value_after, self.quantity_after), DISPLAY_DIGITS))


def merged(lines: Iterable[JournalLineRow]) -> list[JournalLineRow]:
    """Lines of several entries as one: net per account, cost center and party, nothing of zero.

    In the order in which each account comes first; entries stay unnamed.
    """
    groups: dict[tuple[UUID, UUID | None, UUID | None], list[JournalLineRow]] = {}
    for line in lines:
        groups.setdefault((line.account_id, line.cost_center_id, line.party_id), []).append(line)
    netted: list[JournalLineRow] = []
    for group in groups.values():
        debit = sum((line.debit for line in group), ZERO)
        credit = sum((line.credit for line in group), ZERO)
        net, zero = debit - credit, debit * 0
        if net:
            sides = {"debit": max(net, zero), "credit": max(-net, zero)}
            netted.append(replace(group[0], entry_id=None, **sides))
    return netted


DOCUMENT_COLUMNS = """
       document.company_id, document.id, document.seq, document.kind, document.number,
       case when voiding.by_id is null then 'SUBMITTED' else 'CANCELLED' end as status,
       document.posting_date, document.posting_time, document.recorded_at, document.recorded_by,
       document.party_id, document.purpose, document.update_stock,
       document.currency, trim_scale(document.exchange_rate) as exchange_rate,
       document.net_total, document.charges_total, document.taxes_total, document.freight,
       document.grand_total,
       case when open_item.is_void then 0
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

_LINES = """
select line.company_id, line.id, line.document_id, document.kind as document_kind,
       line.line_no, line.item_id, line.warehouse_id, line.to_warehouse_id,
       trim_scale(line.quantity) as quantity, trim_scale(line.rate) as rate,
       line.amount, line.valuation_amount,
       line.account_id, line.cost_center_id, line.party_id, line.against_line_id,
       line.against_id, line.returned_line_id, line.description,
       trim_scale(line.list_rate) as list_rate,
       trim_scale(line.discount_percent) as discount_percent,
       case when moves.goods then trim_scale(billing.billed_quantity) end as billed_quantity,
       case when moves.goods then trim_scale(billing.returned_quantity) end as returned_quantity,
       document.currency, company.currency as company_currency
  from document_line line
  join document on document.company_id = line.company_id and document.id = line.document_id
  join company on company.id = line.company_id
  left join billing_state billing
    on billing.company_id = line.company_id and billing.line_id = line.id
 cross join lateral (
       select document.update_stock or document.kind in ('PURCHASE_RECEIPT', 'DELIVERY_NOTE')
           as goods) moves
 where line.company_id = %(company)s and /*which*/ = any(%(ids)s)
 order by line.document_id, line.line_no
"""
_LINE_AMOUNTS: Amounts = {"amount": "currency", "valuation_amount": "company_currency"}

_CHARGES = """
select charge.company_id, charge.document_id, charge.charge_no, charge.account_id,
       charge.category, trim_scale(charge.rate) as rate, charge.amount, charge.cost_center_id,
       document.currency
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

_JOURNAL_LINES = """
select line.company_id, entry.id as entry_id, line.line_no, entry.posting_date, entry.seq,
       entry.document_id, entry.because_id, entry.source, line.account_id,
       greatest(line.amount, 0) as debit, greatest(-line.amount, 0) as credit,
       line.cost_center_id, line.party_id, company.currency
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
    return await fetch_amounts(connection, LineRow, sql, values, _LINE_AMOUNTS)


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
