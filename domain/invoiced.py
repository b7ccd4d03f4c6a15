"""What a credit note may know: the invoice that it credits, and the goods that went back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.money import ZERO, round_to, share
from domain.records import LineTaxRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxShare:
    """A part of a tax that an invoice had charged, on the account where it was posted."""

    tax: UUID
    account: UUID
    base: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoicedTax:
    """What an invoice charged of a tax on one line, or on its freight, and what was credited."""

    tax: UUID
    account: UUID
    base: Decimal
    amount: Decimal
    credited_base: Decimal
    credited_amount: Decimal

    def part(self, of: Decimal, left: Decimal, digits: int) -> TaxShare:
        """Of what is left of it as much as `of` is of `left`: all of it where that is all."""
        base, amount = self.base - self.credited_base, self.amount - self.credited_amount
        if of != left:
            base = round_to(share(base, of, left), digits)
            amount = round_to(share(amount, of, left), digits)
        return TaxShare(tax=self.tax, account=self.account, base=base, amount=amount)

    def without(self, taken: "TaxShare | LineTaxRecord") -> "InvoicedTax":
        """It, once a part of it is credited."""
        return replace(
            self,
            credited_base=self.credited_base + taken.base,
            credited_amount=self.credited_amount + taken.amount,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoicedLine:
    """A line of an invoice, and how much of it credit notes and returns have credited.

    `rate` and amounts in the invoice's currency. `account` is where it was posted, null where that
    was not recorded; `bills` the receipt or delivery line that it bills, `order` the line of a
    purchase order all receipts of which it bills. `moves_goods`: its goods came or went with it.
    `shipment`: it is a charge on that. `overcharged` is what of the credited amount was too high a
    price of goods that stayed. `arrived` are the receipt lines of goods that it had billed ahead;
    `credited_amounts` one by one what makes up the credited amount. `uom` and `uom_factor` are the
    unit that it was entered in, if it named one.
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
    overcharged: Decimal = ZERO
    moves_goods: bool = False
    shipment: str | None = None
    order_code: str | None = None
    order_line: int | None = None
    list_rate: Decimal | None = None
    discount_percent: Decimal | None = None
    taxes: tuple[InvoicedTax, ...] = ()
    credited_amounts: Sequence[Decimal] = ()
    arrived: Sequence[UUID] = ()
    uom: str | None = None
    uom_factor: Decimal | None = None

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
    """What an invoice charged on one account, and what of that was credited, one by one."""

    account: UUID
    cost_center: UUID | None
    amounts: Sequence[Decimal]
    credited_amounts: Sequence[Decimal]

    @property
    def left(self) -> Decimal:
        """What of it may still be credited."""
        return sum(self.amounts, ZERO) - sum(self.credited_amounts, ZERO)

    def without(self, amount: Decimal) -> "InvoicedCharge":
        """It, once so much more of it is credited."""
        return replace(self, credited_amounts=(*self.credited_amounts, amount))


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceFacts:
    """An invoice as its credit notes see it; amounts in its own currency.

    `credited_*` are the sums of the credit notes and returns so far: net, and in total;
    `credited_freights` is what each of them took back of the freight.
    `taxes` say of each tax what it charged in all, and what each of them took back.
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
    credited_freights: Sequence[Decimal]
    charges: tuple[InvoicedCharge, ...]
    freight_taxes: tuple[InvoicedTax, ...] = ()
    taxes: Mapping[UUID, tuple[Decimal, Sequence[Decimal]]] = field(
        default_factory=dict[UUID, tuple[Decimal, Sequence[Decimal]]]
    )

    @property
    def net_left(self) -> Decimal:
        """What of its lines may still be credited."""
        return self.net_total - self.credited_net

    @property
    def freight_left(self) -> Decimal:
        """What of its freight may still be credited."""
        return self.freight - sum(self.credited_freights, ZERO)

    @property
    def has_more_than_lines(self) -> bool:
        """Whether it has freight or a rounded total, which goes back with its lines."""
        return bool(self.freight or self.is_rounded)

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
    uom: str | None = None
    uom_factor: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditFacts:
    """Everything that one credit note refers to."""

    invoices: Mapping[UUID, InvoiceFacts] = field(default_factory=dict[UUID, InvoiceFacts])
    lines: Mapping[UUID, InvoicedLine] = field(default_factory=dict[UUID, InvoicedLine])
    returns: Mapping[UUID, ReturnedLine] = field(default_factory=dict[UUID, ReturnedLine])
