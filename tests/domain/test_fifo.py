"""FIFO: what is given back comes out of its own layer, also where its unit cost never ends."""

from decimal import Decimal
from uuid import UUID

import pytest

from domain.costing.fifo import Fifo
from domain.costing.method import NOTHING_YET
from domain.money import round_to

OLD, NEW = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize("issued", [[], ["7"], ["7.5"]], ids=["whole", "alone", "partly used"])
def test_goods_go_back_out_of_their_own_layer_one_after_the_other(issued: list[str]) -> None:
    pool = Fifo(NOTHING_YET, ())
    pool.receive(OLD, Decimal(7), Decimal("6.00"))
    pool.receive(NEW, Decimal(3), Decimal("25.64"))
    for quantity in issued:
        pool.issue(Decimal(quantity))
    before = {one.movement: one.quantity for one in pool.holdings()}
    for _ in range(2):
        pool.give_back(UUID(int=9), Decimal(1), Decimal(3), Decimal("25.64"))
    held = {one.movement: (one.quantity, round_to(one.value, 9)) for one in pool.holdings()}
    left = before[NEW] - 2
    expected = {NEW: (left, round_to(left * Decimal("25.64") / 3, 9))}
    if OLD in before:
        expected[OLD] = (Decimal(7), Decimal("6.000000000"))
    assert held == expected
