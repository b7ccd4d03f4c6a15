"""What a document hands down to be recorded, with the field names of its table.

Line and charge amounts are in the document's currency unless they say otherwise; billing and
party entries are in the company's.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from domain.money import ZERO
from domain.values import quickly_made


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class LineRecord:
    """One line of a document as it is kept. `valuation_amount` is in company currency.

    `currency_amount` is in the currency that the account of a journal's line is kept in, or the
    item is in that a payment's or allocation's line settles, if that is another one.

    `rate` is net: `list_rate` is the price before a discount of `discount_percent`, if any.
    Quantity and rates are in the item's stock unit; `uom` is the unit that the line was entered in,
    if it named one, and `uom_factor` how many stock units one of it was then. `takes_line_id` is
    the line whose goods it takes, where it says so.
    """

    id: UUID
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
    order_code: str | None = None
    order_line: int | None = None
    shipment: str | None = None
    currency_amount: Decimal | None = None
    uom: str | None = None
    uom_factor: Decimal | None = None
    takes_line_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeRecord:
    """A charge of a document as it is kept; `basis`: what it is spread by, if it says so itself."""

    charge_no: int
    account_id: UUID
    category: str
    rate: Decimal | None
    amount: Decimal
    cost_center_id: UUID | None = None
    basis: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxRecord:
    """A tax of a document as it is kept: what it is charged on, and what it comes to."""

    tax_id: UUID
    account_id: UUID
    base: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class LineTaxRecord:
    """What of a document's tax belongs to one of its lines; the rest belongs to its freight.

    Of a payment's line what its discount takes off a tax of the bill, in the bill's currency.
    """

    line_no: int
    tax_id: UUID
    base: Decimal
    amount: Decimal


class LotKind(StrEnum):
    """How an item is kept apart."""

    BATCH = "BATCH"
    SERIAL = "SERIAL"


class LotStatus(StrEnum):
    """Whether a batch or serial number may be used."""

    AVAILABLE = "AVAILABLE"
    EXPIRED = "EXPIRED"
    QUARANTINED = "QUARANTINED"
    BLOCKED = "BLOCKED"
    CONSUMED = "CONSUMED"


class LotHold(StrEnum):
    """What a person says of a batch or serial number: it may be used, or why not."""

    AVAILABLE = "AVAILABLE"
    QUARANTINED = "QUARANTINED"
    BLOCKED = "BLOCKED"


def lot_status(hold: str | None, expiry: date | None, day: date, *, is_left: bool) -> LotStatus:
    """What a lot is on a day: a hold goes before all, then whether anything of it is left."""
    if hold is not None:
        return LotStatus(hold)
    if not is_left:
        return LotStatus.CONSUMED
    if expiry is not None and expiry < day:
        return LotStatus.EXPIRED
    return LotStatus.AVAILABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class LotRecord:
    """A batch or serial number that comes up for the first time."""

    id: UUID
    item_id: UUID
    code: str
    kind: LotKind
    expiry_date: date | None = None
    manufactured_on: date | None = None


class BillingKind(StrEnum):
    """What happened to a line of a receipt, of a delivery, or of an invoice that came first."""

    RECEIVED = "RECEIVED"
    DELIVERED = "DELIVERED"
    BILLED = "BILLED"
    RETURNED = "RETURNED"
    CLEARED = "CLEARED"


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class BillingRecord:
    """An event of the received-not-billed sub-ledger; negative when it is undone.

    CLEARED has the sign of what was open: negative where goods were billed that never came.
    """

    id: UUID
    line_id: UUID
    kind: BillingKind
    quantity: Decimal
    amount: Decimal
    account_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyRecord:
    """An entry of a customer's or supplier's account: debit positive.

    `against_id` is the invoice it opens or settles; None = on account.
    """

    id: UUID
    party_id: UUID
    account_id: UUID
    amount: Decimal
    currency: str
    currency_amount: Decimal
    posting_date: date
    against_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItemRecord:
    """A change of what is outstanding on an invoice, in its currency.

    A new invoice brings its `amount`; a payment raises `settled`; `is_void` when it is cancelled.
    """

    document_id: UUID
    party_id: UUID
    account_id: UUID
    currency: str
    exchange_rate: Decimal
    amount: Decimal = ZERO
    settled: Decimal = ZERO
    is_void: bool = False
