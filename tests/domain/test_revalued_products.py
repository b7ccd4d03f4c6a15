"""A product comes in at no less than nothing; revaluations take of it what they take."""

from datetime import date, time
from decimal import Decimal
from uuid import UUID

import pytest

from domain.company import AverageCostCalcType, AverageCostPeriod
from domain.costing.linked.facts import LinkedMovement, Revaluation
from domain.costing.linked.node import Node
from domain.costing.linked.periods import Averaging
from domain.costing.linked.settling import Settling
from domain.explain.linked import Linked
from domain.explain.nodes import NodeKind, Subject
from domain.explain.opening import Known, opened
from domain.explain.parts import Earlier, brought
from domain.explain.story import Recorded, Story
from domain.money import ZERO
from domain.movements import EntryKind, Leg, Movement, Nature, Pool, PostingKey, Source

CONSUMED, PRODUCT, MADE, REVALUED = (UUID(int=one) for one in range(1, 5))
DAY, LATER = date(2026, 1, 5), date(2026, 1, 6)


def moved(id_: UUID, quantity: str, *sources: Source) -> Movement:
    return Movement(
        id=id_,
        key=PostingKey(DAY, time(), 1, 0),
        pool=Pool(id_, MADE),
        quantity=Decimal(quantity),
        nature=Nature.MAKING,
        leg=Leg.IN if sources else Leg.OUT,
        document=MADE,
        sources=sources,
    )


@pytest.mark.parametrize(
    ("consumed", "given", "revalued", "derived", "came"),
    [
        ("96", "5", "0", "96", "101"),
        ("96", "-130", "0", "130", "0"),  # the scrap was dearer
        ("96", "5", "-500", "96", "101"),  # goods beside it had cost more: its part is larger
        ("96", "5", "20", "96", "101"),
        ("96", "-130", "20", "130", "0"),
    ],
)
def test_a_revaluation_makes_no_product_of_dear_scrap(
    consumed: str, given: str, revalued: str, derived: str, came: str
) -> None:
    """It costs what came with it and its revaluation, and explains the two of them apart."""
    taken, gave, by = Decimal(consumed), Decimal(given), Decimal(revalued)
    issue = LinkedMovement(
        movement=moved(CONSUMED, "-10"), method="FIFO", derived_actual=-taken, has_cost=True,
        valuation_date=DAY, open=ZERO,
    )  # fmt: skip
    product = LinkedMovement(
        movement=moved(PRODUCT, "10", Source(CONSUMED, Decimal(1), -taken)), method="FIFO",
        given_actual=gave + by, valuation_date=DAY, open=Decimal(10),
        revaluations=(Revaluation(by, LATER, 2, Decimal(10), REVALUED),) if by else (),
    )  # fmt: skip
    nodes = {one.id: Node.of(one) for one in (issue, product)}
    averaging = Averaging(AverageCostPeriod.DAY, AverageCostCalcType.ITEM)
    Settling(nodes, {}, averaging, 2, adjust=True).run([PRODUCT])
    assert nodes[PRODUCT].derived == Decimal(derived)

    told = (
        (EntryKind.CHARGE, gave, MADE), (EntryKind.ISSUE, nodes[PRODUCT].derived, MADE),
        (EntryKind.REVALUATION, by, REVALUED),
    )  # fmt: skip
    story = Story(
        movement=product.movement,
        seq=2,
        worked_out=2,
        entries=tuple(
            Recorded(
                id=UUID(int=no), movement=PRODUCT, kind=kind, amount=amount, document=MADE,
                because=because, seq=2 if because == REVALUED else 1,
                is_for_the_rest=because == REVALUED,
            )
            for no, (kind, amount, because) in enumerate(told, start=10)
        ),
    )  # fmt: skip
    assert sum(one.amount for one in brought(story)) == Decimal(came)
    cost = Subject(NodeKind.COST, PRODUCT, 2, story.cost, Decimal(10))
    parts = opened(cost, Known(story=story), Linked(), 2)
    assert not isinstance(parts, Earlier)
    assert sum(one.amount for one in parts) == story.cost
