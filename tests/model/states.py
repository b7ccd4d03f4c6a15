"""What documents leave on paper: movements of goods, open lines and invoices, and ledger lines.

Money is in cents, of the document's currency or of the company's as the name says.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from tests.model.operations import Line, LineOf, Operation
from tests.model.valuing import ZERO, cents, exact, product

Entry = tuple[str, int]


@dataclass(slots=True, eq=False)
class Move:
    """Goods that come or go; `cost` and what follows are found by replaying.

    `cost` is what the bin is worth more or less, `goods_cost` what goods that come in cost
    themselves: these differ where others had left before, which it `trues_up`, unless all of it is
    for an account of differences. Of what it is `made_of` it takes the cents between the two ends
    of its `part`.
    """

    no: int
    line: int
    key: tuple[int, int, int, int]
    item: str
    warehouse: str
    quantity: Fraction
    contra: str
    given: tuple[Entry, ...] | None = None
    takes_from: "Move | None" = None
    made_of: tuple["Move", ...] = ()
    part: tuple[Fraction, Fraction] = (Fraction(0), Fraction(1))
    fraction: Fraction = Fraction(1)
    gives_back: "Move | None" = None
    counted: tuple[Fraction | None, Fraction | None] | None = None
    cost: int = 0
    goods_cost: int = 0
    quantity_after: Fraction = ZERO
    value_after: int = 0
    rejected: bool = False
    center: str | None = None
    is_costless: bool = False
    lot: str = ""
    differs_on_one: bool = False
    trues_up: bool = False

    def part_of(self, amount: int) -> int:
        """Its part of cents that all products share."""
        before, until = (cents(Fraction(amount, 100) * end) for end in self.part)
        return until - before

    @property
    def pool(self) -> tuple[str, str, str]:
        return (self.item, self.warehouse, self.lot)


class MethodChange(NamedTuple):
    """From `key` on an item is costed by `method`."""

    key: tuple[int, int, int, int]
    method: str


@dataclass(slots=True)
class LineState:
    """A line of a receipt or delivery, or of an invoice that came first: what is open of it."""

    operation: Operation
    line: Line
    quantity: Fraction
    amount: int
    billed_quantity: Fraction = ZERO
    billed_amount: int = 0
    returned_quantity: Fraction = ZERO
    returned_amount: int = 0
    cleared_quantity: Fraction = ZERO
    cleared_amount: int = 0
    overcharged: int = 0
    moved_with_bill: bool = False
    accrued: bool = True

    @property
    def open_quantity(self) -> Fraction:
        settled = self.billed_quantity + self.returned_quantity + self.cleared_quantity
        return self.quantity - settled

    @property
    def open_amount(self) -> int:
        return self.amount - self.billed_amount - self.returned_amount - self.cleared_amount


@dataclass(slots=True)
class OpenState:
    """An invoice, or money on account: its total and what is settled of it, in document currency.

    Both count in the item's own direction: `sign` is 1 where the party owes it, and -1 where we do.
    `in_company` is what is still open in the company's currency, positive where it is owed to us.
    """

    operation: Operation
    party: str
    sign: int
    amount: int
    in_company: int
    settled: int = 0

    @property
    def direction(self) -> int:
        """Whether it is owed to us (1) as it is now: an invoice may be of less than nothing."""
        return 1 if self.sign * (self.amount - self.settled or self.amount) > 0 else -1


@dataclass(frozen=True, slots=True)
class Credited:
    """What a line of a credit note or return credits of an invoice line, and of a return's line.

    `amount` in the document's currency. Nothing came back where only the price was too high.
    """

    of: LineOf | None
    quantity: Fraction
    amount: int
    came_back: LineOf | None = None
    back: Fraction = ZERO


FREIGHT = -1
"""The line, so to speak, that an invoice's freight is."""


@dataclass(frozen=True, slots=True)
class Taxed:
    """What a document charges of a tax on one of its lines, or takes back `of` an invoice's."""

    tax: str
    line: int
    base: int
    amount: int
    of: LineOf | None = None


class Totals(NamedTuple):
    """What a document comes to, in cents of its currency."""

    net: int
    taxes: int
    freight: int
    total: int


@dataclass(slots=True)
class CreditedInvoice:
    """What one document credits of an invoice in all, in the invoice's currency."""

    no: int
    net: int
    total: int = 0
    freight: int = 0
    charges: dict[str, int] = field(default_factory=dict)
    taxes: dict[str, int] = field(default_factory=dict)


class ItemChange(NamedTuple):
    """What a document did to an open item, its own or another's: debit positive.

    In cents of the item's currency, and of the company's.
    """

    no: int
    party: str
    account: str
    is_foreign: bool
    amount: int
    in_company: int


class Revalued(NamedTuple):
    """What a party's items, or an account, came to at a closing rate: debit positive."""

    party: str | None
    account: str
    amount: int
    booked: int
    revalued: int


@dataclass(slots=True)
class Effects:
    """What one document did on paper, so that its cancelling can take it back."""

    operation: Operation
    journal: list[Entry] = field(default_factory=list)
    billed: list[tuple[LineOf, Fraction, int]] = field(default_factory=list)
    settled: list[tuple[int, int, int]] = field(default_factory=list)
    returned: list[tuple[LineOf, Fraction, int]] = field(default_factory=list)
    came: list[tuple[LineOf, Fraction, int]] = field(default_factory=list)
    cleared: list[tuple[LineOf, Fraction, int]] = field(default_factory=list)
    gave: list[tuple[Move, Entry]] = field(default_factory=list)
    party: list[tuple[str, str, int]] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    credits: list[Credited] = field(default_factory=list)
    invoices: list[CreditedInvoice] = field(default_factory=list)
    taxes: list[Taxed] = field(default_factory=list)
    back: list[tuple[LineOf, int]] = field(default_factory=list)
    totals: Totals | None = None
    changes: list[ItemChange] = field(default_factory=list)
    held: list[Entry] = field(default_factory=list)
    next_day: list[Entry] = field(default_factory=list)
    revalued: list[Revalued] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a line takes of an earlier one, at its own amount, and what goes beyond it."""

    quantity: Fraction
    cleared: int
    amount: int
    excess: Fraction
    excess_amount: int

    @property
    def difference(self) -> int:
        return self.amount - self.cleared


def at(account: str, center: str | None) -> str:
    """An account on a cost center, unless it is on one already."""
    return f"{account}@{center}" if center and "@" not in account else account


def line_cents(line: Line) -> int:
    """Quantity x price in cents of the document's currency."""
    return product(line.quantity, line.rate)


def list_cents(line: Line) -> int:
    """The same before anything is taken off the price."""
    return product(line.quantity, line.list_rate)


def company(operation: Operation, amount: int) -> int:
    """Cents of the document's currency in cents of the company's."""
    if operation.foreign is None:
        return amount
    return cents(Fraction(amount, 100) * exact(operation.foreign))


def at_rate_of(earlier: Operation, operation: Operation, amount: int) -> int:
    """Company cents at the later document's exchange rate, at the earlier one's."""
    if earlier.foreign is None or operation.foreign is None:
        return amount
    return cents(Fraction(amount, 100) * exact(earlier.foreign) / exact(operation.foreign))


def net_of(operation: Operation) -> int:
    """The lines of an invoice, in cents of its currency."""
    return sum(line_cents(line) for line in operation.lines)


def charges_of(operation: Operation) -> dict[str, int]:
    """What an invoice charges besides its lines, by account and center, in its currency's cents."""
    found: dict[str, int] = {}
    for charge in operation.charges:
        if charge.category != "VALUATION":
            amount = cents(exact(charge.amount))
            place = at(charge.account, charge.center)
            found[place] = found.get(place, 0) + amount
    return found


def whole(total: int) -> int:
    """Rounded to a whole unit."""
    return cents(Fraction(cents(Fraction(total, 10000)), 100) * 100)


def balance(effects: Effects) -> None:
    """Lines converted one by one may miss the converted total by cents: they are rounding."""
    difference = sum(amount for _, amount in effects.journal)
    effects.journal.append(("Round off", -difference))


def moving(
    operation: Operation,
    index: int,
    line: Line,
    sign: int,
    contra: str,
    *,
    given: tuple[Entry, ...] | None = None,
    takes_from: Move | None = None,
    lot: tuple[str, Decimal] | None = None,
) -> Move:
    """Goods of a line, or of one lot of it, that come (1) or go (-1)."""
    code, quantity = lot or ("", line.quantity)
    return Move(
        no=operation.no,
        line=index,
        key=(0, 0, 0, 0),
        item=line.item,
        warehouse=line.warehouse or "",
        quantity=sign * exact(quantity),
        lot=code,
        contra=contra,
        given=given,
        takes_from=takes_from,
        center=line.center,
    )
