"""The same movements under other methods: bought 3 at 10 and 5 at 15, sold 4."""

from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal
from itertools import count
from uuid import UUID

import pytest

from domain.company import AverageCostCalcType, AverageCostPeriod, CostingMethod, Flow
from domain.costing.linked.periods import Averaging
from domain.costing.what_if import Happened, what_if
from domain.movements import Leg, Movement, Nature, Pool, PostingKey

POOL = Pool(UUID(int=1), UUID(int=2))
BY_DAY = Averaging(AverageCostPeriod.DAY, AverageCostCalcType.ITEM)
IDS: Iterator[int] = count(1000)


def _new_id() -> UUID:
    return UUID(int=next(IDS))


def _moved(seq: int, day: int, quantity: str, cost: str = "0") -> Happened:
    amount = Decimal(quantity)
    movement = Movement(
        id=UUID(int=10 + seq),
        key=PostingKey(date(2016, 7, day), time.min, seq, 0),
        pool=POOL,
        quantity=amount,
        nature=Nature.PURCHASE if amount > 0 else Nature.SALE,
        leg=Leg.IN if amount > 0 else Leg.OUT,
        document=UUID(int=100 + seq),
        given_recorded=Decimal(cost),
    )
    return Happened(movement=movement, invoiced=abs(amount))


TUTORIAL = [_moved(1, 1, "3", "30"), _moved(2, 1, "5", "75"), _moved(3, 5, "-4")]


@pytest.mark.parametrize(
    ("flow", "method", "cost_of_sales", "value"),
    [
        (Flow.LINKED, CostingMethod.FIFO, "45", "60"),
        (Flow.LINKED, CostingMethod.LIFO, "60", "45"),
        (Flow.LINKED, CostingMethod.AVERAGE_PERIOD, "52.50", "52.50"),
        (Flow.REPLAY, CostingMethod.FIFO, "45", "60"),
        (Flow.REPLAY, CostingMethod.LIFO, "60", "45"),
        (Flow.REPLAY, CostingMethod.MOVING_AVERAGE, "52.50", "52.50"),
    ],
)
def test_the_tutorial_compared(
    flow: Flow, method: CostingMethod, cost_of_sales: str, value: str
) -> None:
    outcome = what_if(TUTORIAL, method, flow, BY_DAY, 2, _new_id)
    assert (outcome.quantity, outcome.cost_of_sales, outcome.value) == (
        Decimal(4),
        Decimal(cost_of_sales),
        Decimal(value),
    )


def test_cents_left_on_a_used_up_receipt_go_with_it() -> None:
    thirds = [_moved(1, 1, "3", "10"), *(_moved(n, n, "-1") for n in (2, 3, 4))]
    outcome = what_if(thirds, CostingMethod.FIFO, Flow.LINKED, BY_DAY, 2, _new_id)
    assert (outcome.value, outcome.cost_of_sales) == (Decimal(0), Decimal("9.99"))


def test_a_sale_before_any_receipt_is_covered_by_the_next() -> None:
    early = [_moved(1, 1, "-4"), _moved(2, 8, "10", "97.50")]
    outcome = what_if(early, CostingMethod.FIFO, Flow.LINKED, BY_DAY, 2, _new_id)
    assert (outcome.cost_of_sales, outcome.value) == (Decimal("39.00"), Decimal("58.50"))
