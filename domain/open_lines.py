"""What waits on earlier documents: lines, invoices, shipments, and costs that are not posted."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple, Self
from uuid import UUID

from domain.money import ZERO
from domain.movements import CostEntry, PostingKey
from domain.payment_terms import EarlyDiscount


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFacts:
    """A line that is to be billed, or was billed ahead, as it stands now.

    Of a receipt or delivery, `quantity` is what came or went; of an invoice, what came or went
    after it. `exceeded` is how much more than that its counterparts billed (or received,
    delivered). Quantities in the item's stock unit; `rate` in the document's currency, amounts in
    the company's. `uom` and `uom_factor` are the unit that the line was entered in, if it named
    one. `account` is the accrual account the line stands on, null where nothing was posted;
    `moved_goods` says that an invoice itself received or delivered. `overcharged` is what credit
    notes took off the price of goods of an invoice while these had still to come.
    """

    id: UUID
    document: UUID
    kind: str
    number: str
    line_no: int
    posting_date: date
    party: UUID | None
    item: UUID
    warehouse: UUID | None
    currency: str
    exchange_rate: Decimal
    rate: Decimal
    quantity: Decimal
    amount: Decimal
    billed_quantity: Decimal
    billed_amount: Decimal
    returned_quantity: Decimal
    returned_amount: Decimal
    account: UUID | None
    is_void: bool
    cleared_quantity: Decimal = ZERO
    cleared_amount: Decimal = ZERO
    exceeded: Decimal = ZERO
    moved_goods: bool = False
    is_stock_item: bool = True
    shipment: str | None = None
    overcharged: Decimal = ZERO
    uom: str | None = None
    uom_factor: Decimal | None = None

    @property
    def open_quantity(self) -> Decimal:
        """What may still be billed; negative = billed, and still to come."""
        settled = self.billed_quantity + self.returned_quantity + self.cleared_quantity
        return self.quantity - settled

    @property
    def kept_quantity(self) -> Decimal:
        """What came or went, less what went back and what was written off as never billed."""
        return self.quantity - self.returned_quantity - self.cleared_quantity

    @property
    def open_amount(self) -> Decimal:
        """What still stands on the accrual account for this line, credit positive."""
        return self.amount - self.billed_amount - self.returned_amount - self.cleared_amount

    def cleared(self, quantity: Decimal, amount: Decimal) -> Self:
        """The line after so much more of it was written off."""
        return replace(
            self,
            cleared_quantity=self.cleared_quantity + quantity,
            cleared_amount=self.cleared_amount + amount,
        )


class ForeignItem(NamedTuple):
    """What is open on a day of a document in another currency than the company's.

    `amount` is in that currency, `in_company` what stands on the account for it; debit positive.
    """

    document: UUID
    party: UUID
    account: UUID
    currency: str
    amount: Decimal
    in_company: Decimal


class ForeignBalance(NamedTuple):
    """What an account that is kept in another currency has at the end of a day.

    `amount` is in that currency, `in_company` what the ledger has; debit positive.
    """

    account: UUID
    currency: str
    amount: Decimal
    in_company: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItemFacts:
    """What a payment settles, as an invoice, with what is open in its own currency.

    A document has one item; a journal entry one for each party and account that it names.

    `in_company` is what stands on its account for it, in company currency, debit positive.
    `early_discount` is what it grants by its payment terms, if anything.
    """

    document: UUID
    number: str
    party: UUID
    account: UUID
    currency: str
    exchange_rate: Decimal
    amount: Decimal
    settled: Decimal
    is_void: bool
    in_company: Decimal
    early_discount: EarlyDiscount | None = None

    @property
    def key(self) -> tuple[UUID, UUID, UUID]:
        """Its document, party and account: what tells it from other items."""
        return (self.document, self.party, self.account)

    @property
    def open_amount(self) -> Decimal:
        """What is outstanding, positive when it is owed in the invoice's own direction."""
        return self.amount - self.settled


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidueFacts:
    """What a document left on accrual accounts that no line of receipts or invoices explains.

    `amounts` by account in company currency, credit positive; none where it is cleared already.
    """

    document: UUID
    number: str
    posting_date: date
    is_void: bool
    amounts: tuple[tuple[UUID, Decimal], ...] = ()


class SerialFacts(NamedTuple):
    """A serial number and every movement of it that counts: where in time, and how many."""

    code: str
    moves: tuple[tuple[PostingKey, Decimal], ...]


class SerialCount(NamedTuple):
    """A line of a recorded count that listed all serial numbers of an item in a warehouse.

    `contra` is the account of its differences, `lots` what it speaks of, listed or as gone.
    """

    document: UUID
    line: UUID
    item: UUID
    warehouse: UUID
    key: PostingKey
    contra: UUID | None
    cost_center: UUID | None
    lots: frozenset[UUID]


class ShipmentCharge(NamedTuple):
    """A billed line that is a charge on a shipment: what of it waits, in company currency."""

    line: UUID
    amount: Decimal
    account: UUID | None


class ShipmentFacts(NamedTuple):
    """A shipment: the receipt lines of its goods, charges on it, whether it was closed."""

    lines: tuple[LineFacts, ...]
    charges: tuple[ShipmentCharge, ...]
    is_closed: bool


class StockAccountBalance(NamedTuple):
    """A stock account's ledger balance and the value of the stock that stands on it."""

    ledger: Decimal
    stock: Decimal


class UnpostedEntry(NamedTuple):
    """A recorded cost entry that the ledger has not heard of yet, of the document numbered so."""

    entry: CostEntry
    number: str
