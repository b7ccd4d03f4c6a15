"""Stock on hand leaves one flow of costs and enters another, at exactly its value.

The old flow is closed by an issue of all that lies in each bin, the new one opened by a receipt of
it: a layer (REPLAY), an open increase (LINKED), or goods at the cost in force (CARRIED). Both stand
at the end of the migration date. What was recorded before keeps its cost for ever, and no flow
reads the movements of another.
"""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from domain.company import Flow
from domain.costing.carried.facts import CarriedFacts, CarriedItem
from domain.costing.carried.valued import value_carried_stock
from domain.costing.fold import PoolFacts
from domain.costing.linked.facts import (
    AverageFacts,
    BinTotals,
    ItemState,
    LinkedFacts,
    MissingLinked,
)
from domain.costing.linked.periods import Averaging
from domain.costing.linked.valued import value_linked_stock
from domain.costing.replay import Missing
from domain.documents.parts.flow_opening import FlowOpening, OpenedBin
from domain.lookup import LookUp
from domain.money import ZERO
from domain.movements import (
    UNRECORDED,
    CostEntry,
    EntryKind,
    Given,
    Leg,
    Movement,
    Nature,
    Pool,
    PostingKey,
)
from domain.stock import Valued, value_stock

if TYPE_CHECKING:
    from domain.documents.causes import Causes

DAY_END = time(23, 59, 59, 999999)
"""When stock changes its flow: after everything else of the day."""


def opened(causes: "Causes", opening: FlowOpening, look: LookUp) -> Valued:
    """The movements by which stock leaves the old flow and enters the new one, with their costs."""
    facts = replace(causes.facts, company=opening.company, items_by_id=opening.items)
    # Under CARRIED goods come in at the cost in force, whatever is said that they cost.
    priced = opening.company.flow is not Flow.CARRIED
    entering = [
        _receipt(causes, one, place, priced=priced) for place, one in enumerate(opening.bins)
    ]
    inside = replace(causes, facts=facts, movements=entering, opening=None, posting_time=DAY_END)
    valued = _valued(inside, opening, look)
    if isinstance(valued, Missing | MissingLinked):
        raise AssertionError("a flow that is empty lacks nothing")  # noqa: TRY004 - never happens
    first = len(entering)
    leaving = [_issue(causes, one, first + place) for place, one in enumerate(opening.bins)]
    closing = [
        _cost(causes, movement, one) for movement, one in zip(leaving, opening.bins, strict=True)
    ]
    return replace(
        valued,
        causes=None,
        cards=valued.cards if priced else opening.cards,
        movements=(*valued.movements, *leaving),
        costs=(*valued.costs, *(one for one in closing if one.amount)),
    )


def reopened(causes: "Causes") -> Valued:
    """A flow goes on as it was left: what left it and entered another is taken back unvalued."""
    posting_time = causes.posting_time or DAY_END
    return Valued(tuple(causes.movements), posting_time, settlement=None, costs=())


def _valued(
    causes: "Causes", opening: FlowOpening, look: LookUp
) -> Valued | Missing | MissingLinked:
    """What is received, in the new flow, of which nothing is known yet."""
    match opening.company.flow:
        case Flow.REPLAY:
            pools = {
                one.pool: PoolFacts(
                    pool=one.pool, method=opening.items[one.pool.item].costing_method
                )
                for one in opening.bins
            }
            return value_stock(causes, pools, look)
        case Flow.LINKED:
            return value_linked_stock(causes, _linked(opening), look)
        case Flow.CARRIED:
            return value_carried_stock(causes, _carried(opening), look)


def _linked(opening: FlowOpening) -> LinkedFacts:
    averaging = Averaging.of(opening.company.settings)
    pools = [one.pool for one in opening.bins]
    nothing = AverageFacts(since=date.min, quantity=ZERO, value=ZERO, members=frozenset[UUID]())
    return LinkedFacts(
        items={
            pool.item: ItemState(
                opening.cards.get(pool.item), is_invoiced=True, quantity=ZERO, value=ZERO
            )
            for pool in pools
        },
        bins={pool: BinTotals() for pool in pools},
        movements={},
        open=dict.fromkeys(pools, ()),
        averages={averaging.pool_of(pool): nothing for pool in pools},
    )


def _carried(opening: FlowOpening) -> CarriedFacts:
    bins: dict[UUID, dict[Pool, BinTotals]] = {}
    for one in opening.bins:
        bins.setdefault(one.pool.item, {})[one.pool] = BinTotals()
    return CarriedFacts(
        items={item: CarriedItem(opening.cards[item], pools) for item, pools in bins.items()}
    )


def _receipt(causes: "Causes", one: OpenedBin, ordinal: int, *, priced: bool) -> Movement:
    movement = _movement(causes, one.pool, one.quantity, Leg.IN, ordinal)
    given = (Given(EntryKind.REVALUATION, one.value),) if priced and one.value else ()
    return replace(movement, given=given)


def _issue(causes: "Causes", one: OpenedBin, ordinal: int) -> Movement:
    return _movement(causes, one.pool, -one.quantity, Leg.OUT, ordinal)


def _movement(causes: "Causes", pool: Pool, quantity: Decimal, leg: Leg, ordinal: int) -> Movement:
    return Movement(
        id=causes.facts.new_id(),
        key=PostingKey(causes.posting_date, DAY_END, UNRECORDED, ordinal),
        pool=pool,
        quantity=quantity,
        nature=Nature.STOCK,
        leg=leg,
        document=causes.document.id,
    )


def _cost(causes: "Causes", movement: Movement, one: OpenedBin) -> CostEntry:
    return CostEntry(
        id=causes.facts.new_id(),
        movement=movement,
        because=causes.document.id,
        kind=EntryKind.ISSUE,
        posting_date=causes.posting_date,
        amount=-one.before,
    )
