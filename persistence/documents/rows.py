"""A document's rows: what is read of it, or made from what a posting has just decided.

So a payload shows a document that is still being committed, or a preview that never will be. They
are plain values, and complete: nothing in them needs another look-up but masters by their ids. All
amounts have the digits of their currency, quantities and rates no trailing zeros.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.money import DISPLAY_DIGITS, ZERO, divide, plain, round_to
from domain.values import quickly_made


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


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenRow:
    """What a document was given: its kind, and its fields by their names in the domain.

    Null of what was recorded before it was kept.
    """

    company_id: UUID
    id: UUID
    given: list[Any] | None


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """One line; `rate` (net of discount) and `amount` in the document's currency, `line_no` from 1.

    `valuation_amount`, in company currency, is what the goods brought into stock: their price and
    their share of the valuation charges (null where no goods came in). `billed_quantity` and
    `returned_quantity` are what was billed and returned of a line that received or delivered goods
    (null for other lines). A journal's line has a signed `amount`, debit positive; a payment's line
    settles the document `against_id`; `against_line_id` is the receipt or delivery line that is
    billed, or the line that a return gives back. `currency_amount` of a journal's line is in the
    currency that its account is kept in, debit positive; of a payment's in that of its item.
    Quantities and rates are in the item's stock unit; what begins with `uom` is the unit that the
    line was entered in, and the same in that unit (null where it named none), cut to 12 decimal
    places as the stock unit's rates then.
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
    takes_line_id: UUID | None = None
    description: str | None = None
    list_rate: Decimal | None = None
    discount_percent: Decimal | None = None
    billed_quantity: Decimal | None = None
    returned_quantity: Decimal | None = None
    order_code: str | None = None
    order_line: int | None = None
    shipment: str | None = None
    currency_amount: Decimal | None = None
    uom: str | None = None
    uom_factor: Decimal | None = None
    uom_quantity: Decimal | None = None
    uom_rate: Decimal | None = None
    uom_list_rate: Decimal | None = None

    @property
    def valuation_rate(self) -> Decimal | None:
        """Valuation amount per unit, for display: nine places at most, trimmed."""
        if self.valuation_amount is None or not self.quantity:
            return None
        return plain(round_to(divide(self.valuation_amount, self.quantity), DISPLAY_DIGITS))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeRow:
    """A charge, in the document's currency; `rate` in percent of the net total, if it has one.

    `basis` is what a landed cost's was spread by, if not by what its document's were.
    """

    company_id: UUID
    document_id: UUID
    charge_no: int
    account_id: UUID
    category: str
    rate: Decimal | None
    amount: Decimal
    cost_center_id: UUID | None = None
    basis: str | None = None


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
class LineTaxRow:
    """What of a document's tax belongs to one of its lines; in the document's currency.

    Of a payment's or allocation's line what its discount takes off a tax, in its item's currency.
    """

    company_id: UUID
    document_id: UUID
    line_id: UUID
    tax_id: UUID
    base: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalLineRow:
    """A line of a journal entry, in company currency, with what its entry says.

    The entry is about `document_id`; `because_id` made us write it (the same, unless another
    document changed this one's cost). `source` is the kind of that document or process.
    `entry_id` is null where lines of several entries were merged into one. `currency_amount` is in
    the currency that the account is `kept_in`, where that is not the company's; debit positive.
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
    kept_in: str | None = None
    currency_amount: Decimal | None = None


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
        kept = [line.currency_amount for line in group if line.currency_amount is not None]
        in_currency = sum(kept, ZERO) if kept else None
        if net or in_currency:
            sides = {"debit": max(net, zero), "credit": max(-net, zero)}
            netted.append(replace(group[0], entry_id=None, currency_amount=in_currency, **sides))
    return netted
