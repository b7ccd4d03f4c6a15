"""What stock is worth, from the rules and by the plainest means: a list of layers, or an average.

All numbers are exact fractions; only the value of a balance is rounded, half away from zero.
"""

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

ZERO = Fraction(0)


def cents(amount: Fraction) -> int:
    """The amount in cents, rounded half away from zero."""
    above, below = abs(amount.numerator) * 100, amount.denominator
    rounded = (2 * above + below) // (2 * below)
    return rounded if amount.numerator >= 0 else -rounded


@lru_cache(maxsize=100_000)
def exact(number: Decimal) -> Fraction:
    """The number as a fraction."""
    return Fraction(number)


@lru_cache(maxsize=100_000)
def product(quantity: Decimal, rate: Decimal) -> int:
    """Quantity x rate in cents."""
    return cents(Fraction(quantity) * Fraction(rate))


class LayerList:
    """FIFO: a list of [quantity, unit cost], the oldest first; below zero a single negative one."""

    NEXT_OUT = 0

    def __init__(self) -> None:
        self.layers: list[list[Fraction]] = []
        self.known_cost: Fraction | None = None

    @property
    def quantity(self) -> Fraction:
        return sum((quantity for quantity, _ in self.layers), ZERO)

    @property
    def value(self) -> Fraction:
        return sum((quantity * cost for quantity, cost in self.layers), ZERO)

    def receive(self, quantity: Fraction, amount: Fraction) -> None:
        unit_cost = amount / quantity
        balance = self.quantity + quantity
        if self.known_cost is None and balance > 0:
            self.known_cost = unit_cost
        if self.quantity >= 0:
            self.layers.append([quantity, unit_cost])
        elif balance > 0:
            self.layers = [[balance, unit_cost]]
        elif balance < 0:
            self.layers[0][0] = balance
        else:
            self.layers = []

    def issue(self, quantity: Fraction) -> None:
        while quantity and self.layers and self.layers[self.NEXT_OUT][0] > 0:
            layer = self.layers[self.NEXT_OUT]
            taken = min(quantity, layer[0])
            quantity -= taken
            layer[0] -= taken
            self.known_cost = layer[1]
            if not layer[0]:
                del self.layers[self.NEXT_OUT]
        if quantity:
            owed = self.layers[0][0] if self.layers else ZERO
            self.layers = [[owed - quantity, self.known_cost or ZERO]]

    def give_back(self, quantity: Fraction, unit_cost: Fraction) -> None:
        """Take from the layers of just that cost; what is missing, from all others merged."""
        if quantity >= self.quantity:
            self.issue(quantity)
            return
        missing = quantity
        for layer in self.layers:
            taken = min(layer[0], missing) if layer[1] == unit_cost else ZERO
            layer[0] -= taken
            missing -= taken
        self.layers = [layer for layer in self.layers if layer[0]]
        if missing:
            rest = self.quantity - missing
            self.layers = [[rest, (self.value - missing * unit_cost) / rest]]

    def count(self, quantity: Fraction | None, unit_cost: Fraction | None) -> None:
        """Whatever there was, now there is one layer; what is owed goes on at its cost."""
        quantity = self.quantity if quantity is None else quantity
        if unit_cost is None and self.quantity > 0:
            unit_cost = self.value / self.quantity
        elif unit_cost is None:
            unit_cost = self.known_cost or ZERO
        if quantity < 0:
            unit_cost = self.known_cost or ZERO
        self.layers = [[quantity, unit_cost]] if quantity else []
        if quantity > 0:
            self.known_cost = unit_cost


class Stack(LayerList):
    """LIFO: the same list, from the other end."""

    NEXT_OUT = -1

    def give_back(self, quantity: Fraction, unit_cost: Fraction) -> None:
        """The newest first, like any others."""
        del unit_cost
        self.issue(quantity)


class RunningAverage:
    """Moving average: a receipt mixes, or on zero or less begins anew; an issue changes nothing."""

    def __init__(self) -> None:
        self.quantity = ZERO
        self.unit_cost = ZERO
        self.known_cost: Fraction | None = None

    @property
    def value(self) -> Fraction:
        return self.quantity * self.unit_cost

    def receive(self, quantity: Fraction, amount: Fraction) -> None:
        if self.quantity > 0:
            self.unit_cost = (self.value + amount) / (self.quantity + quantity)
        else:
            self.unit_cost = amount / quantity
        self.quantity += quantity
        self.known_cost = self.unit_cost

    def issue(self, quantity: Fraction) -> None:
        self.quantity -= quantity

    def give_back(self, quantity: Fraction, unit_cost: Fraction) -> None:
        """At the average, like any others."""
        del unit_cost
        self.quantity -= quantity

    def count(self, quantity: Fraction | None, unit_cost: Fraction | None) -> None:
        """Whatever there was, now there is this average."""
        self.quantity = self.quantity if quantity is None else quantity
        if unit_cost is not None and self.quantity > 0:
            self.unit_cost = unit_cost
        if self.quantity > 0:
            self.known_cost = self.unit_cost


def split(amount: int, weights: list[Fraction]) -> list[int]:
    """By weight; the last that has one takes the cents, but for less than nothing."""
    whole, exact_amount = sum(weights, ZERO), Fraction(amount, 100)
    parts = [cents(exact_amount * weight / whole) for weight in weights]
    last = max(index for index, weight in enumerate(weights) if weight)
    parts[last] += amount - sum(parts)
    if parts[last] * amount < 0 and min(weights) >= 0:
        ends = [cents(exact_amount * sum(weights[:end]) / whole) for end in range(len(weights) + 1)]
        return [end - begin for begin, end in pairwise(ends)]
    return parts


def come_under(method: str, old: LayerList | RunningAverage) -> LayerList | RunningAverage:
    """What there is as one layer at its value, or the average; what is owed at the last cost."""
    new = METHODS[method]()
    unit_cost = old.value / old.quantity if old.quantity > 0 else old.known_cost
    if isinstance(new, LayerList):
        new.known_cost = unit_cost
        if old.quantity:
            new.layers = [[old.quantity, unit_cost or ZERO]]
    else:
        new.quantity = old.quantity
        new.unit_cost = unit_cost or ZERO
        new.known_cost = unit_cost
    return new


METHODS: dict[str, type[LayerList] | type[RunningAverage]] = {
    "FIFO": LayerList,
    "LIFO": Stack,
    "MOVING_AVERAGE": RunningAverage,
    "BATCH": RunningAverage,
    "SERIAL": RunningAverage,
}
