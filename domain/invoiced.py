"""What a credit note may know: the invoice that it credits, and the goods that went back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoicedLine:
    """A line of an invoice, and how much of it credit notes and returns have credited.

    `rate` and amounts in the invoice's currency. `account` is where it was posted, null where that
    was not recorded; `bills` the receipt or delivery line that it bills, `order` the line of a
    purchase order all receipts of which it bills. `moves_goods`: its goods came or went with it.
    `shipment`: it is a charge on that.
    """

    id: UUID
    document: UUID
    line_no: int
    item: UUID | None
    quantity: Decimal
    rate: Decimal
    amount: Decimal
    account: UUID | None
    cost_center: UUID | None
    bills: UUID | None
    credited_quantity: Decimal
    credited_amount: Decimal
    moves_goods: bool = False
    shipment: str | None = None
    order_code: str | None = None
    order_line: int | None = None

    @property
    def order(self) -> tuple[str, int] | None:
        """The order line, all receipts of which it bills."""
        if self.order_code is None or self.order_line is None:
            return None
        return self.order_code, self.order_line

    @property
    def quantity_left(self) -> Decimal:
        """How much of it may still be credited."""
        return self.quantity - self.credited_quantity

    @property
    def amount_left(self) -> Decimal:
        """How much money of it may still be credited."""
        return self.amount - self.credited_amount


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoicedCharge:
    """What an invoice charged on one account, and how much of that was credited."""

    account: UUID
    cost_center: UUID | None
    amount: Decimal
    credited: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceFacts:
    """An invoice as its credit notes see it; amounts in its own currency.

    `credited_*` are the sums of the credit notes and returns so far: net and in total.
    """

    id: UUID
    kind: str
    number: str
    posting_date: date
    party: UUID | None
    party_code: str
    currency: str
    exchange_rate: Decimal
    net_total: Decimal
    charges_total: Decimal
    taxes_total: Decimal
    freight: Decimal
    grand_total: Decimal
    is_void: bool
    credited_net: Decimal
    credited_total: Decimal
    charges: tuple[InvoicedCharge, ...]

    @property
    def is_rounded(self) -> bool:
        """Whether its total was rounded to a whole unit."""
        exact = self.net_total + self.charges_total + self.taxes_total + self.freight
        return self.grand_total != exact


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedLine:
    """A line of a return, and how much of it was credited.

    `returns` is the line whose goods went back, null where nobody knows it; `is_credited` says that
    the return itself took back the debt, since an invoice had moved the goods.
    """

    id: UUID
    document: UUID
    kind: str
    number: str
    posting_date: date
    party: UUID | None
    item: UUID
    quantity: Decimal
    rate: Decimal | None
    currency: str
    exchange_rate: Decimal
    returns: UUID | None
    is_credited: bool
    is_void: bool
    credited_quantity: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditFacts:
    """Everything that one credit note refers to."""

    invoices: Mapping[UUID, InvoiceFacts] = field(default_factory=dict[UUID, InvoiceFacts])
    lines: Mapping[UUID, InvoicedLine] = field(default_factory=dict[UUID, InvoicedLine])
    returns: Mapping[UUID, ReturnedLine] = field(default_factory=dict[UUID, ReturnedLine])
