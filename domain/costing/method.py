"""The interface of a costing method in the REPLAY flow, and the state that it keeps.

A method folds the movements of a pool in posting order. It is asked for one thing only: the
exact value of the balance. The running value is rounded to the currency after each movement,
and what a movement costs is the change of the rounded value, so that sums tie to the cent.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, Protocol
from uuid import UUID

from domain.money import ZERO
from domain.values import quickly_made


@quickly_made
@dataclass(frozen=True, slots=True)
class PoolState:
    """A pool after some movement. Small: open receipts are not in it, they are layers beside it.

    `quantity` and `value` (rounded) are the balance, `movements` how many made it. `received` and
    `received_value` are cumulative since the curve began, `issued` of it has left; `first_layer`
    is the first layer not used up, `next_layer` numbers the next receipt. `top_layer` and
    `top_left` are a stack's pointer. (`last_quantity`, `last_value`) is the last known cost (or
    the average) as a pair.
    """

    quantity: Decimal = ZERO
    value: Decimal = ZERO
    movements: int = 0
    received: Decimal = ZERO
    received_value: Decimal = ZERO
    issued: Decimal = ZERO
    first_layer: int = 0
    next_layer: int = 0
    top_layer: int | None = None
    top_left: Decimal = ZERO
    last_quantity: Decimal = ZERO
    last_value: Decimal = ZERO


NOTHING_YET = PoolState()
"""The state of a pool before its first movement."""


@quickly_made
@dataclass(frozen=True, slots=True)
class Layer:
    """A receipt as a point of the curve; consuming it never changes it.

    `quantity_before` and `value_before` are what was received on this curve before it.
    """

    no: int
    movement: UUID
    quantity: Decimal
    value: Decimal
    quantity_before: Decimal
    value_before: Decimal
    below: int | None = None
    below_left: Decimal = ZERO


class Balance(NamedTuple):
    """What there is in a pool after a movement, and what that is worth in whole cents."""

    quantity: Decimal
    value: Decimal


class Held(StrEnum):
    """What a part of a balance is: a layer, the average, or what is owed (below zero)."""

    LAYER = "LAYER"
    AVERAGE = "AVERAGE"
    OWED = "OWED"


class Holding(NamedTuple):
    """A part of a pool's balance, with its exact (unrounded) value: what explaining asks for.

    `movement` brought the layer in, or set the average last; None: owed, or set before the fold
    began, so that it would have to begin earlier to know.
    """

    held: Held
    movement: UUID | None
    quantity: Decimal
    value: Decimal


class Valuation(Protocol):
    """A pool while it is being folded: mutable, and gone when the fold is over."""

    quantity: Decimal
    new_layers: list[Layer]

    def receive(self, movement: UUID, quantity: Decimal, cost: Decimal) -> None:
        """Take in `quantity` (> 0) for `cost` in all."""
        ...

    def issue(self, quantity: Decimal) -> None:
        """Give out `quantity` (> 0)."""
        ...

    def give_back(
        self, movement: UUID, quantity: Decimal, received: Decimal, cost: Decimal
    ) -> None:
        """Give out `quantity` (> 0) of goods of which `received` came in for `cost`."""
        ...

    def count(self, movement: UUID, quantity: Decimal, value: Decimal) -> None:
        """Begin anew with `quantity` (>= 0) worth `value`, whatever there was."""
        ...

    def exact_value(self) -> Decimal:
        """The value of the balance, not rounded."""
        ...

    def state(self, value: Decimal, movements: int) -> PoolState:
        """The state now, with the rounded `value` and the number of movements folded."""
        ...

    def known_layers(self) -> tuple[Layer, ...]:
        """The layers by which it can go on from its state, as its constructor takes them."""
        ...

    def holdings(self) -> list[Holding]:
        """What the balance consists of; the values add up to the exact value."""
        ...
