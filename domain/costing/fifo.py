"""FIFO: first in, first out, as a cumulative curve.

A receipt appends a point (cumulative quantity, cumulative value); an issue only moves `issued`
along the curve and costs V(issued + quantity) - V(issued). So nothing is copied or updated
however many layers are open, and a unit cost is never rounded: between two points the curve is
value x part / quantity. The result is the same as with a queue of layers.

Below zero one owed quantity stands at the cost of the last layer used; the receipt that turns
the balance positive starts a new curve with the whole rest at its own cost (rule: the ERPNext
section of the scenario vectors).
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from uuid import UUID

from domain.costing.method import Held, Holding, Layer, PoolState
from domain.money import ZERO, is_same, multiply, share


class Fifo:
    """A pool being folded under FIFO; `layers` are the points from `issued` on, in order."""

    def __init__(self, state: PoolState, layers: Sequence[Layer]) -> None:
        """Go on from `state`; layers used up, or never to be reached, need not be given."""
        self.quantity = state.quantity
        self.new_layers: list[Layer] = []
        self._layers = list(layers)
        self._has_all = not layers or layers[-1].no + 1 == state.next_layer
        self._at = 0
        while self._at < len(layers) and _end(layers[self._at]) <= state.issued:
            self._at += 1
        self._received = state.received
        self._received_value = state.received_value
        self._issued = state.issued
        self._next = state.next_layer
        self._last = (state.last_quantity, state.last_value)

    def receive(self, movement: UUID, quantity: Decimal, cost: Decimal) -> None:
        """Append a layer, or work off what is owed."""
        owed = -self.quantity
        self.quantity += quantity
        if owed <= 0:
            self._append(movement, quantity, cost)
        elif self.quantity > 0:
            self._restart()
            self._append(movement, self.quantity, share(cost, self.quantity, quantity))

    def issue(self, quantity: Decimal) -> None:
        """Move along the curve; beyond its end, owe at the cost of the last layer."""
        available = max(self.quantity, ZERO)
        taken = min(quantity, available)
        if taken:
            self._issued += taken
            self._skip_used_up()
        self.quantity -= quantity
        if self.quantity <= 0:
            self._restart()

    def give_back(
        self, movement: UUID, quantity: Decimal, received: Decimal, cost: Decimal
    ) -> None:
        """Give back goods at the unit cost they came in at (cost / received).

        They are taken from the layers of just that unit cost, oldest first; what is missing there
        comes out of the rest, merged into one layer, so that what leaves is worth just that.
        That layer names the movement that gives back: nothing came in at its unit cost.
        """
        if quantity >= self.quantity:
            self.issue(quantity)
            return
        left: list[tuple[Decimal, Decimal, UUID]] = []
        missing = quantity
        for layer_quantity, value, came_in in self._open_layers():
            taken = ZERO
            if is_same(multiply(value, received), multiply(cost, layer_quantity)):
                taken = min(layer_quantity, missing)
            missing -= taken
            if taken < layer_quantity:
                rest = layer_quantity - taken
                left.append((rest, share(value, rest, layer_quantity), came_in))
        if missing:
            total = sum((value for _, value, _ in left), ZERO) - share(cost, missing, received)
            left = [(self.quantity - quantity, total, movement)]
        self._restart()
        self.quantity -= quantity
        for layer_quantity, value, named in left:
            self._append(named, layer_quantity, value)

    def count(self, movement: UUID, quantity: Decimal, value: Decimal) -> None:
        """Begin a new curve of one point."""
        self._restart()
        self.quantity = quantity
        if quantity > 0:
            self._append(movement, quantity, value)
            self._last = (quantity, value)

    def _open_layers(self) -> Iterable[tuple[Decimal, Decimal, UUID]]:
        """What is left of each open layer: quantity, exact value, and what brought it in."""
        for layer in self._layers[self._at :]:
            used = max(self._issued - layer.quantity_before, ZERO)
            rest = layer.quantity - used
            yield rest, share(layer.value, rest, layer.quantity), layer.movement

    def exact_value(self) -> Decimal:
        """What was received on the curve less what has left it; what is owed at the last cost."""
        if self.quantity > 0:
            return self._received_value - self._curve(self._issued)
        return self._owed_value()

    def state(self, value: Decimal, movements: int) -> PoolState:
        """The pointer along the curve; the layers are kept beside it."""
        return PoolState(
            quantity=self.quantity,
            value=value,
            movements=movements,
            received=self._received,
            received_value=self._received_value,
            issued=self._issued,
            first_layer=self._first_open(),
            next_layer=self._next,
            last_quantity=self._last[0],
            last_value=self._last[1],
        )

    def known_layers(self) -> tuple[Layer, ...]:
        """From the first open layer on, as far as they are known without a gap.

        Where that is the end of what is known, the last one stands for the gap behind it.
        """
        if self._at >= len(self._layers) and not self._has_all:
            return tuple(self._layers[-1:])
        return tuple(self._layers[self._at :])

    def holdings(self) -> list[Holding]:
        """The open layers, oldest first, or what is owed."""
        if self.quantity < 0:
            return [Holding(Held.OWED, None, self.quantity, self._owed_value())]
        return [
            Holding(Held.LAYER, movement, quantity, value)
            for quantity, value, movement in self._open_layers()
            if quantity
        ]

    def _first_open(self) -> int:
        """The number of the first layer that is not used up: where reading on begins."""
        if self._at < len(self._layers):
            return self._layers[self._at].no
        return self._layers[-1].no + 1 if self._layers else self._next

    def _append(self, movement: UUID, quantity: Decimal, cost: Decimal) -> None:
        layer = Layer(self._next, movement, quantity, cost, self._received, self._received_value)
        if self._has_all:
            self._layers.append(layer)
        self.new_layers.append(layer)
        self._next += 1
        self._received += quantity
        self._received_value += cost
        if self._last[0] == 0:
            self._last = (quantity, cost)

    def _skip_used_up(self) -> None:
        layers, issued = self._layers, self._issued
        while self._at < len(layers):
            layer = layers[self._at]
            self._last = (layer.quantity, layer.value)
            if _end(layer) > issued:
                return
            if _end(layer) == issued:
                self._at += 1
                return
            self._at += 1

    def _curve(self, quantity: Decimal) -> Decimal:
        if self._at >= len(self._layers):
            # Just at the end of the layers that were given: the next one is not known, nor needed.
            layer = self._layers[-1]
            assert quantity == _end(layer), "too few layers were given"
            return layer.value_before + layer.value
        layer = self._layers[self._at]
        return layer.value_before + share(
            layer.value, quantity - layer.quantity_before, layer.quantity
        )

    def _owed_value(self) -> Decimal:
        if self.quantity == 0 or self._last[0] == 0:
            return ZERO
        return share(self._last[1], self.quantity, self._last[0])

    def _restart(self) -> None:
        """Begin a new curve: the old one is used up, and its numbers need not grow for ever."""
        self._received = self._received_value = self._issued = ZERO
        self._layers.clear()
        self._has_all = True
        self._at = 0


def _end(layer: Layer) -> Decimal:
    """The cumulative quantity at which a layer is used up."""
    return layer.quantity_before + layer.quantity
