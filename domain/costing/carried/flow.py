"""A document valued in the CARRIED flow: its movements, its changes of cost, one after the other.

All is decided as recorded; nothing earlier is decided again. Entries count on the document's date.
A change of an item's cost in force makes a movement of no quantity in each of its bins.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from uuid import UUID

from domain.costing.carried.facts import CarriedFacts
from domain.costing.carried.moving import count, follow_mirrors, mirror, move
from domain.costing.carried.recosting import (
    change_standards,
    regive,
    regroup,
    reprice,
    spread,
)
from domain.costing.carried.work import Work
from domain.costing.linked.facts import BinTotals
from domain.documents.causes import Causes
from domain.lookup import LookUp
from domain.movements import CostEntry, Movement, Pool, UnitCost


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedValue:
    """What valuing came to. `costs` are those of the document's own movements."""

    movements: tuple[Movement, ...]
    posting_time: time
    entries: tuple[CostEntry, ...]
    costs: Mapping[UUID, Decimal]
    balances: Mapping[UUID, BinTotals]
    bins: Mapping[Pool, BinTotals]
    cards: Mapping[UUID, UnitCost | None]


def carried_items(causes: Causes) -> set[UUID]:
    """The items that a document moves, gives cost to or changes the cost of: they are locked."""
    pools = {one.pool for one in (*causes.movements, *causes.voided, *causes.regiven)}
    pools |= {one.pool for one in causes.regroupings}
    others = {one.item for one in (*causes.standards, *causes.repricings)}
    return {pool.item for pool in pools} | others


def value_carried(causes: Causes, facts: CarriedFacts, look: LookUp) -> CarriedValue:
    """Value what a document moves and gives.

    Raises:
        Refused: stock would go below zero, or there is nothing to be revalued.
    """
    return _valued(Work(causes, facts, look))


def _valued(work: Work) -> CarriedValue:
    for movement in work.causes.movements:
        if movement.voids is not None:
            mirror(work, movement)
        elif movement.counted is not None:
            count(work, movement)
        else:
            move(work, movement)
    for one in work.causes.spread:
        spread(work, one)
    regive(work)
    for one in work.causes.repricings:
        reprice(work, one)
    for one in work.causes.regroupings:
        regroup(work, one)
    change_standards(work)
    follow_mirrors(work)
    work.look.refuse_if_any()
    return CarriedValue(
        movements=tuple(work.movements),
        posting_time=work.time,
        entries=tuple(work.entries),
        costs=work.costs,
        balances=work.balances,
        bins=work.bins.totals(),
        cards=work.bins.cards(),
    )
