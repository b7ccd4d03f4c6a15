"""Stock movements and the cost that belongs to them: the facts that costing works on.

A movement says that a quantity of an item came or went, and when that counts. What it cost is
the sum of its cost entries; nothing is ever rewritten, a later insight appends an entry.
"""

from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from domain.money import ZERO, multiply, round_to
from domain.values import quickly_made

UNRECORDED = 1 << 62
"""The sequence of a movement that is being decided: after everything recorded so far."""


class Nature(StrEnum):
    """Why goods moved; together with the kind of an entry it finds the contra account."""

    PURCHASE = "PURCHASE"
    SALE = "SALE"
    STOCK = "STOCK"
    TRANSFER = "TRANSFER"
    MAKING = "MAKING"
    COUNT = "COUNT"
    COST = "COST"


class Leg(StrEnum):
    """Which side of its document line a movement is."""

    IN = "IN"
    OUT = "OUT"
    REJECTED = "REJECTED"


class EntryKind(StrEnum):
    """What a cost entry is. The first six are given by documents, the others derived by costing.

    NEGATIVE_STOCK is what a receipt's own cost differs from the provisional cost at which goods
    had left before there were any.
    """

    DIRECT = "DIRECT"
    CHARGE = "CHARGE"
    OVERHEAD = "OVERHEAD"
    PRICE = "PRICE"
    VARIANCE = "VARIANCE"
    REVALUATION = "REVALUATION"
    ISSUE = "ISSUE"
    ADJUSTMENT = "ADJUSTMENT"
    DIFFERENCE = "DIFFERENCE"
    ROUNDING = "ROUNDING"
    NEGATIVE_STOCK = "NEGATIVE_STOCK"


GIVEN_KINDS = (
    EntryKind.DIRECT,
    EntryKind.CHARGE,
    EntryKind.OVERHEAD,
    EntryKind.PRICE,
    EntryKind.VARIANCE,
    EntryKind.REVALUATION,
)
BASE_KINDS = (EntryKind.ISSUE, EntryKind.ADJUSTMENT)


class PostingKey(NamedTuple):
    """The order in which movements count within a pool: date, time, then as recorded."""

    posting_date: date
    posting_time: time
    seq: int
    ordinal: int


NO_LOT = UUID(int=0)
"""The lot of goods that are not kept by batch or serial number."""


class Pool(NamedTuple):
    """What is valued together in the REPLAY flow: one item in one warehouse, of one lot if it has.

    A batch is a pool at its own average, a serial number a pool of one at its own cost.
    """

    item: UUID
    warehouse: UUID
    lot: UUID = NO_LOT

    def __hash__(self) -> int:
        """That of its numbers: asking each UUID for its own takes twice as long."""
        return hash((self.item.int, self.warehouse.int, self.lot.int))

    def of_lot(self, lot: UUID) -> "Pool":
        """The same goods of a lot."""
        return self if lot is self.lot else Pool(self.item, self.warehouse, lot)


class Contra(NamedTuple):
    """The other side of a cost entry, where its document names one: an account and its party.

    `cost_center` None: that of the movement.
    """

    account: UUID
    party: UUID | None = None
    cost_center: UUID | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A movement takes `fraction` of another movement's cost, with the sign turned.

    `cost` is the source's cost as recorded so far (zero for one that is being decided). `before` is
    the fraction that others take before it: of goods that became several products.
    """

    movement: UUID
    fraction: Decimal
    cost: Decimal = ZERO
    before: Decimal = ZERO

    def part_of(self, cost: Decimal, digits: int) -> Decimal:
        """What it takes of a cost, in whole cents: those who share it take all of it together."""
        if self.fraction == 1:
            return cost
        if not self.before:
            return round_to(multiply(cost, self.fraction), digits)
        until = round_to(multiply(cost, self.before + self.fraction), digits)
        return until - round_to(multiply(cost, self.before), digits)


@dataclass(frozen=True, slots=True)
class Returned:
    """What a movement gives back or takes: its quantity and what its goods cost, both signed.

    `cost` is without what the goods' arrival trued up of others that had left before.
    `is_earlier`: it belongs to an earlier flow of costs, in which no link can be made any more.
    `is_exact`: it is linked to just that, and to no other (flow LINKED).
    """

    movement: UUID
    quantity: Decimal
    cost: Decimal
    is_earlier: bool = False
    is_exact: bool = False


@dataclass(frozen=True, slots=True)
class Assertion:
    """What a count says: what there is, what a unit of it costs, or what all of it is worth.

    None = as it was before. Only one of `unit_cost` and `value` is given.
    """

    quantity: Decimal | None
    unit_cost: Decimal | None
    value: Decimal | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it leaves everything as it was: a mark, where an item's method changed."""
        return self.quantity is None and self.unit_cost is None and self.value is None


class UnitCost(NamedTuple):
    """A cost per unit as the pair that it was found as: never a rounded quotient."""

    value: Decimal
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Given:
    """A cost that a document gives to a movement, in company currency.

    `amount` is actual cost, `expected` cost that is not invoiced yet (negative when an invoice
    replaces it). `invoiced` is the quantity, without a sign, that the document invoices with it;
    `covered` the quantity that a revaluation was for (flow LINKED). `stock` is the stock account,
    where it is not the one that the goods stand on.
    """

    kind: EntryKind
    amount: Decimal
    contra: Contra | None = None
    expected: Decimal = ZERO
    invoiced: Decimal = ZERO
    covered: Decimal | None = None
    stock: UUID | None = None


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """A stock movement with what its document gave it and what costing has recorded on it so far.

    `quantity` is signed, in the item's unit. `given` are the entries its document brings along
    now; `given_recorded`, `base_recorded`, `difference_recorded` and `true_up_recorded` are the
    sums already in the books: given entries; first cost and adjustments; differences; what it
    trued up of goods that had left before it. `contra` overrides the scheme's
    account for derived entries. `dependants` are the pools and keys of the movements that take
    their cost from this one. `card` is the item's cost in force when it was posted (what it costs
    where no receipt stands behind it), `party_group` the posting group of its party. The quantity
    of a count (`counted`) is whatever makes its assertion true; movements that later `corrects` it
    are part of it, and not folded themselves.
    """

    id: UUID
    key: PostingKey
    pool: Pool
    quantity: Decimal
    nature: Nature
    leg: Leg
    document: UUID
    line: UUID | None = None
    party: UUID | None = None
    party_group: str | None = None
    cost_center: UUID | None = None
    contra: UUID | None = None
    sources: tuple[Source, ...] = ()
    returns: Returned | None = None
    voids: UUID | None = None
    corrects: UUID | None = None
    counted: Assertion | None = None
    card: UnitCost | None = None
    given: tuple[Given, ...] = ()
    given_recorded: Decimal = ZERO
    base_recorded: Decimal | None = None
    difference_recorded: Decimal = ZERO
    true_up_recorded: Decimal = ZERO
    dependants: tuple[tuple[Pool, PostingKey], ...] = field(default=())

    @property
    def given_total(self) -> Decimal:
        """All that documents gave this movement, recorded and new."""
        if not self.given:
            return self.given_recorded
        return sum((entry.amount for entry in self.given), self.given_recorded)

    @property
    def takes_only(self) -> UUID | None:
        """The receipt of which it takes, and of no other, while it is being decided."""
        named = self.returns
        if named is None or named.is_earlier or not named.is_exact:
            return None
        return named.movement


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class CostEntry:
    """An amount that belongs to a movement, in company currency, dated and with its cause.

    `amount` is actual cost, `expected` what is not invoiced yet, `interim` how much of that comes
    to stand on interim accounts. `invoiced` and `covered` are quantities, as `Given` has them.
    """

    id: UUID
    movement: Movement
    because: UUID
    kind: EntryKind
    posting_date: date
    amount: Decimal
    contra: Contra | None = None
    expected: Decimal = ZERO
    interim: Decimal = ZERO
    invoiced: Decimal = ZERO
    covered: Decimal | None = None
    stock: UUID | None = None
