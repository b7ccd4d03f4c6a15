"""A valuation goes on from its state and the layers it knows as if it had never stopped."""

from decimal import Decimal
from random import Random
from uuid import UUID

import pytest

from domain.costing.fold import METHODS
from domain.costing.method import NOTHING_YET, Layer, PoolState, Valuation

D = Decimal


def _move(valuation: Valuation, movement: int, quantity: int, cost: int) -> None:
    if quantity > 0:
        valuation.receive(UUID(int=movement), D(quantity), D(cost) / 7)
    else:
        valuation.issue(D(-quantity))


def _steps(random: Random) -> list[tuple[int, int]]:
    """Receipts and issues, sometimes down to nothing and below."""
    held, steps = 0, list[tuple[int, int]]()
    for _ in range(40):
        out = random.random() < 0.55
        quantity = -random.choice((1, 2, 5, max(held, 1))) if out else random.randint(1, 6)
        held += quantity
        steps.append((quantity, random.randint(1, 500)))
    return steps


@pytest.mark.parametrize("method", ["FIFO", "LIFO", "MOVING_AVERAGE"])
@pytest.mark.parametrize("seed", range(30))
def test_stopping_after_every_movement_changes_nothing(method: str, seed: int) -> None:
    through = METHODS[method](NOTHING_YET, ())
    state, layers = NOTHING_YET, tuple[Layer, ...]()
    for number, (quantity, cost) in enumerate(_steps(Random(seed)), start=1):
        stopping = METHODS[method](state, layers)
        _move(through, number, quantity, cost)
        _move(stopping, number, quantity, cost)
        assert stopping.exact_value() == through.exact_value()
        assert stopping.state(D(0), number) == through.state(D(0), number)
        state, layers = stopping.state(D(0), number), stopping.known_layers()


def test_a_curve_with_a_gap_is_gone_on_with_up_to_the_gap_only() -> None:
    """Of eight layers the first two were read; an eleventh unit would reach beyond them."""
    whole = METHODS["FIFO"](NOTHING_YET, ())
    for number in range(8):
        whole.receive(UUID(int=number), D(5), D(10 + number))
    state: PoolState = whole.state(D(0), 8)
    read = tuple(whole.new_layers[:2])
    partly = METHODS["FIFO"](state, read)
    for step, known in (("receive", 2), ("issue", 1), ("issue", 1), ("receive", 1)):
        if step == "receive":
            partly.receive(UUID(int=99), D(1), D(3))
        else:
            partly.issue(D(5))
        state = partly.state(D(0), 9)
        partly = METHODS["FIFO"](state, partly.known_layers())
        assert [layer.no for layer in partly.known_layers()] == [0, 1][-known:]
    assert partly.exact_value() == sum(range(12, 18)) + 6
    partly.issue(D(1))
    with pytest.raises(AssertionError, match="too few layers"):
        partly.exact_value()
