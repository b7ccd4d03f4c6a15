"""LIFO: last in, first out, as a stack that is never copied.

A receipt is put on top and remembers what lay below it: which layer, how much was left of it, and
what all of it was worth. The state is one pointer: the layer on top and what is left of it. The
result is the same as with a stack of layers, and consuming never changes a layer.

Below zero the rules are those of FIFO (rule: the ERPNext section of the scenario vectors).
"""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from domain.costing.method import Held, Holding, Layer, PoolState
from domain.money import ZERO, share


class Lifo:
    """A pool being folded under LIFO; `layers` are those that can be reached from the top."""

    def __init__(self, state: PoolState, layers: Sequence[Layer]) -> None:
        """Go on from `state`."""
        self.quantity = state.quantity
        self.new_layers: list[Layer] = []
        self._layers = {layer.no: layer for layer in layers}
        self._top = state.top_layer
        self._left = state.top_left
        self._next = state.next_layer
        self._last = (state.last_quantity, state.last_value)

    def receive(self, movement: UUID, quantity: Decimal, cost: Decimal) -> None:
        """Put a layer on top, or work off what is owed."""
        owed = -self.quantity
        if owed <= 0:
            self._push(movement, quantity, cost)
        elif quantity > owed:
            rest = quantity - owed
            self._push(movement, rest, share(cost, rest, quantity))
        self.quantity += quantity

    def issue(self, quantity: Decimal) -> None:
        """Take from the top; below the bottom, owe at the cost of the last layer used."""
        wanted = min(quantity, max(self.quantity, ZERO))
        while wanted and self._top is not None:
            layer = self._layers[self._top]
            self._last = (layer.quantity, layer.value)
            taken = min(wanted, self._left)
            self._left -= taken
            wanted -= taken
            if not self._left:
                self._top, self._left = layer.below, layer.below_left
        self.quantity -= quantity

    def give_back(
        self, movement: UUID, quantity: Decimal, received: Decimal, cost: Decimal
    ) -> None:
        """Goods given back leave from the top like any others."""
        del movement, received, cost
        self.issue(quantity)

    def count(self, movement: UUID, quantity: Decimal, value: Decimal) -> None:
        """Begin a new stack of one layer."""
        self._top, self._left, self.quantity = None, ZERO, ZERO
        if quantity > 0:
            self._push(movement, quantity, value)
            self._last = (quantity, value)
        self.quantity = quantity

    def exact_value(self) -> Decimal:
        """What is left of the top, and all that lies below it; what is owed at the last cost."""
        if self.quantity > 0 and self._top is not None:
            layer = self._layers[self._top]
            return layer.value_before + share(layer.value, self._left, layer.quantity)
        if self.quantity == 0 or self._last[0] == 0:
            return ZERO
        return share(self._last[1], self.quantity, self._last[0])

    def state(self, value: Decimal, movements: int) -> PoolState:
        """The pointer to the top; the layers are kept beside it."""
        return PoolState(
            quantity=self.quantity,
            value=value,
            movements=movements,
            next_layer=self._next,
            top_layer=self._top,
            top_left=self._left,
            last_quantity=self._last[0],
            last_value=self._last[1],
        )

    def known_layers(self) -> tuple[Layer, ...]:
        """Those that can be reached from the top, and others that do no harm."""
        return tuple(self._layers.values())

    def holdings(self) -> list[Holding]:
        """The stack from its top, or what is owed."""
        if self.quantity < 0:
            return [Holding(Held.OWED, None, self.quantity, self.exact_value())]
        held: list[Holding] = []
        top, left = self._top, self._left
        while self.quantity and top is not None:
            layer = self._layers[top]
            value = share(layer.value, left, layer.quantity)
            held.append(Holding(Held.LAYER, layer.movement, left, value))
            top, left = layer.below, layer.below_left
        return held

    def _push(self, movement: UUID, quantity: Decimal, cost: Decimal) -> None:
        below = max(self.quantity, ZERO)
        worth = self.exact_value() if below else ZERO
        top = self._top if below else None
        left = self._left if below else ZERO
        layer = Layer(self._next, movement, quantity, cost, below, worth, top, left)
        self._layers[layer.no] = layer
        self.new_layers.append(layer)
        self._top, self._left = layer.no, quantity
        self._next += 1
        if self._last[0] == 0:
            self._last = (quantity, cost)
