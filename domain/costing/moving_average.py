"""Moving average: a receipt sets a new average, an issue leaves at it.

The average is never stored as a number but as the pair (received_value, received) at the last
receipt: a FIFO curve of one point. A receipt on a balance of zero or less sets the average to
its own cost (rule: the ERPNext section of the scenario vectors).
"""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from domain.costing.method import Held, Holding, Layer, PoolState
from domain.money import ZERO, share


class MovingAverage:
    """A pool being folded under moving average."""

    def __init__(self, state: PoolState, layers: Sequence[Layer]) -> None:
        """Go on from `state`; there are no layers."""
        del layers
        self.quantity = state.quantity
        self.new_layers: list[Layer] = []
        self._average = (state.last_quantity, state.last_value)
        self._next = state.next_layer
        self._set_by: UUID | None = None

    def receive(self, movement: UUID, quantity: Decimal, cost: Decimal) -> None:
        """Mix `cost` into the average, or begin anew from zero or less."""
        self._set_by = movement
        if self.quantity > 0:
            value = self.exact_value() + cost
            self.quantity += quantity
            self._average = (self.quantity, value)
        else:
            self.quantity += quantity
            self._average = (quantity, cost)

    def issue(self, quantity: Decimal) -> None:
        """Leave at the average, which stays as it is."""
        self.quantity -= quantity

    def give_back(
        self, movement: UUID, quantity: Decimal, received: Decimal, cost: Decimal
    ) -> None:
        """Goods given back leave at the average like any others."""
        del movement, received, cost
        self.issue(quantity)

    def count(self, movement: UUID, quantity: Decimal, value: Decimal) -> None:
        """Begin anew with the counted average."""
        self.quantity = quantity
        if quantity > 0:
            self._set_by = movement
            self._average = (quantity, value)

    def exact_value(self) -> Decimal:
        """Quantity x average."""
        if self.quantity == 0 or self._average[0] == 0:
            return ZERO
        return share(self._average[1], self.quantity, self._average[0])

    def known_layers(self) -> tuple[Layer, ...]:
        """None: there are no layers."""
        return ()

    def holdings(self) -> list[Holding]:
        """The balance at the average, with what set it last, or what is owed at it."""
        if not self.quantity:
            return []
        if self.quantity < 0:
            return [Holding(Held.OWED, None, self.quantity, self.exact_value())]
        return [Holding(Held.AVERAGE, self._set_by, self.quantity, self.exact_value())]

    def state(self, value: Decimal, movements: int) -> PoolState:
        """The balance and the average as a pair."""
        return PoolState(
            quantity=self.quantity,
            value=value,
            movements=movements,
            next_layer=self._next,
            last_quantity=self._average[0],
            last_value=self._average[1],
        )
