"""What if: the same movements of an item under another costing method, worked out from the first.

Nothing recorded is used but what happened: what moved, where and when, what documents gave it, what
came out of what. By replay all pools are folded from nothing; by links receipts and issues are
linked anew in the order in which they were recorded, and settled.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.company import CostingMethod, Flow
from domain.costing.fold import PoolFacts
from domain.costing.linked.facts import AverageFacts, AveragePool, LinkedMovement
from domain.costing.linked.linking import Linker
from domain.costing.linked.node import Node
from domain.costing.linked.periods import Averaging
from domain.costing.linked.settling import Settling
from domain.costing.replay import Missing, settle
from domain.money import ZERO
from domain.movements import EntryKind, Movement, Nature, Pool

COMPARABLE: Mapping[Flow, tuple[CostingMethod, ...]] = {
    Flow.REPLAY: (CostingMethod.FIFO, CostingMethod.LIFO, CostingMethod.MOVING_AVERAGE),
    Flow.LINKED: (CostingMethod.FIFO, CostingMethod.LIFO, CostingMethod.AVERAGE_PERIOD),
    Flow.CARRIED: (CostingMethod.FIFO, CostingMethod.LIFO, CostingMethod.MOVING_AVERAGE),
}
"""The methods that ordinary goods can be compared under, by the company's flow: where a cost is
carried, those that replay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """A movement as it happened; its `given_recorded` is all that documents gave it.

    `invoiced` is a quantity without a sign (flow LINKED).
    """

    movement: Movement
    invoiced: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an item comes to under a method, in company currency.

    `cost_of_sales` is positive for goods that left.
    """

    method: CostingMethod
    quantity: Decimal
    value: Decimal
    cost_of_sales: Decimal


def what_if(
    happened: Sequence[Happened],
    method: CostingMethod,
    flow: Flow,
    averaging: Averaging,
    digits: int,
    new_id: Callable[[], UUID],
) -> Outcome:
    """The outcome of an item's movements under a method."""
    if flow is Flow.LINKED:
        costs = _by_links(happened, method, averaging, digits, new_id)
    else:
        costs = _by_replay([one.movement for one in happened], method, digits)
    return Outcome(
        method=method,
        quantity=sum((one.movement.quantity for one in happened), ZERO),
        value=sum(costs.values(), ZERO),
        cost_of_sales=-sum(
            (costs[one.movement.id] for one in happened if one.movement.nature is Nature.SALE),
            ZERO,
        ),
    )


def _by_replay(
    movements: Sequence[Movement], method: CostingMethod, digits: int
) -> Mapping[UUID, Decimal]:
    pools = {
        one.pool: PoolFacts(pool=one.pool, method=method.value, allow_negative=True)
        for one in movements
    }
    settled = settle(pools, sorted(movements, key=lambda one: one.key), (), digits)
    assert not isinstance(settled, Missing), "every pool is given, from its beginning"
    costs = dict(settled.costs)
    for delta in settled.deltas:
        if delta.kind is EntryKind.NEGATIVE_STOCK:
            costs[delta.movement.id] += delta.amount
    return costs


def _by_links(
    happened: Sequence[Happened],
    method: CostingMethod,
    averaging: Averaging,
    digits: int,
    new_id: Callable[[], UUID],
) -> Mapping[UUID, Decimal]:
    nodes: dict[UUID, Node] = {}
    pools: dict[Pool, list[Node]] = {}
    linker = Linker(new_id)
    for one in sorted(happened, key=lambda each: each.movement.key[2:]):
        node = _node(one, method)
        nodes[node.id] = node
        for source in node.movement.sources:
            if source.movement in nodes:
                nodes[source.movement].new_feeds.append(node.id)
        _link(linker, node, pools.setdefault(node.movement.pool, []), nodes)
    averages = _averages(nodes.values(), averaging)
    settling = Settling(nodes, averages, averaging, digits, adjust=True)
    settling.run(nodes)
    return {id_: node.cost + settling.left_over(node) for id_, node in nodes.items()}


def _node(one: Happened, method: CostingMethod) -> Node:
    movement = one.movement
    return Node.of(
        LinkedMovement(
            movement=movement,
            method=method.value,
            given_actual=movement.given_recorded,
            invoiced=one.invoiced,
            valuation_date=movement.key.posting_date,
            open=movement.quantity,
        ),
        is_new=True,
    )


def _link(linker: Linker, node: Node, pool: list[Node], nodes: Mapping[UUID, Node]) -> None:
    """Link a movement to what came before it in its pool, and keep the pool in posting order."""
    returns = node.movement.returns
    if node.quantity > 0:
        upstream = frozenset(_upstream(node, nodes))
        linker.cover(node, [one for one in pool if one.open < 0], upstream)
    elif returns is not None and returns.movement in nodes:
        linker.take(node, [nodes[returns.movement]])
    else:
        linker.take(node, [one for one in pool if one.open > 0])
    pool.append(node)
    pool.sort(key=lambda one: one.movement.key)


def _upstream(node: Node, nodes: Mapping[UUID, Node]) -> Iterable[UUID]:
    """All that a movement takes its cost from, near and far."""
    waiting, seen = [node], set[UUID]()
    while waiting:
        one = waiting.pop()
        ids = [link.increase for link in one.links if link.decrease == one.id]
        ids += [source.movement for source in one.movement.sources]
        for id_ in ids:
            if id_ not in seen and id_ in nodes:
                seen.add(id_)
                waiting.append(nodes[id_])
    return seen


def _averages(nodes: Iterable[Node], averaging: Averaging) -> dict[AveragePool, AverageFacts]:
    """Every pool from nothing: all of its movements are new."""
    empty = AverageFacts(since=date.min, quantity=ZERO, value=ZERO, members=frozenset())
    return {averaging.pool_of(node.movement.pool): empty for node in nodes}
