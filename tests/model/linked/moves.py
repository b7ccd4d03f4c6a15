"""A movement of the naive model, and what is left of a receipt and what that is worth.

Amounts are cents, shares exact fractions.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from tests.model.valuing import cents

Card = tuple[Fraction, Fraction]
"""What an item costs in force: so many cents for such a quantity."""


class Revalued(NamedTuple):
    """What was left of a receipt came to another cost."""

    amount: int
    day: date
    seq: int
    covered: Fraction


@dataclass(eq=False)
class Move:
    """A movement: what documents gave it, what it takes from others, and what it costs so far.

    `fixed`: it names the receipt that it takes, which it gives back if it `returns`.
    """

    seq: int
    ordinal: int
    day: date
    place: str
    quantity: Fraction
    nature: str
    given: int = 0
    expected: int = 0
    billed: Fraction = Fraction(0)
    source: "Move | None" = None
    part: Fraction = Fraction(1)
    returns: bool = False
    fixed: bool = False
    links: "list[tuple[Move, Fraction]]" = field(default_factory=list)
    takers: "list[tuple[Move, Fraction]]" = field(default_factory=list)
    lot: str = ""
    card: "Card | None" = None
    recorded: int | None = None
    revaluations: list[Revalued] = field(default_factory=list)
    cost: int = 0
    valued: date = date.min

    @property
    def key(self) -> tuple[date, int, int]:
        return self.day, self.seq, self.ordinal

    @property
    def left(self) -> Fraction:
        """What is open: of a receipt what nobody took, of an issue what it waits for, below 0."""
        taken = sum((quantity for _, quantity in self.takers), Fraction(0))
        return self.quantity - taken + sum((quantity for _, quantity in self.links), Fraction(0))

    @property
    def at_card(self) -> int:
        """What the quantity that no receipt stands behind costs."""
        return self.costs_at_card(-self.left)

    def costs_at_card(self, quantity: Fraction) -> int:
        return cents(self.card[0] * quantity / self.card[1] / 100) if self.card else 0

    def takes_from(self, other: "Move") -> bool:
        """Whether its cost comes, near or far, from the other's."""
        origins = [receipt for receipt, _ in self.links]
        origins += [self.source] if self.source else []
        return any(one is other or one.takes_from(other) for one in origins)

    @property
    def revalued(self) -> int:
        return sum(one.amount for one in self.revaluations)

    def has_share(self, one: Revalued) -> bool:
        return self.day > one.day or self.seq > one.seq

    def costs_of(self, receipt: "Move", quantity: Fraction) -> int:
        """What a linked quantity costs."""
        exact = Fraction(receipt.cost - receipt.revalued) * quantity / receipt.quantity
        for one in receipt.revaluations:
            if self.has_share(one):
                exact += Fraction(one.amount) * quantity / one.covered
        return cents(exact / 100)


def left_at(move: Move, day: date) -> Fraction:
    """How much of a receipt nobody had taken by a day."""
    return move.quantity - sum((q for one, q in move.takers if one.day <= day), Fraction(0))


def worth(move: Move, day: date) -> Fraction:
    """What is left of a receipt is worth, in cents and not rounded."""
    worth = Fraction(move.cost - move.revalued) * left_at(move, day) / move.quantity
    for one in move.revaluations:
        gone = (q for taker, q in move.takers if taker.day <= day and taker.has_share(one))
        worth += Fraction(one.amount) * (one.covered - sum(gone, Fraction(0))) / one.covered
    return worth


def in_cents(amount: Decimal) -> int:
    """The amount in cents."""
    return int(amount * 100)
