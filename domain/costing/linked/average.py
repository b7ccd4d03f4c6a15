"""The average of a period: what the decreases of an average item cost.

(value at the start + what came in during the period - linked decreases) / (the same in quantity)
is given to all other decreases of the period. Cents are carried from one decrease to the next, so
that all together cost what their quantity is worth. Per item, transfers do not enter the average:
both their legs take it. A return of goods sold in the same period stands against its sale and
does not enter it either, since its cost is that very average.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.company import AverageCostCalcType
from domain.costing.linked.amounts import at_card_cost
from domain.costing.linked.facts import AverageFacts, Revaluation
from domain.costing.linked.node import Node
from domain.costing.linked.periods import Averaging
from domain.money import ZERO, round_to, share
from domain.movements import Nature


@dataclass(slots=True)
class _Period:
    """The movements of one period, sorted into what makes the average and what takes it."""

    value_in: Decimal = ZERO
    quantity_in: Decimal = ZERO
    takers: list[Node] = field(default_factory=list[Node])
    aside: list[Node] = field(default_factory=list[Node])


def fold(
    facts: AverageFacts,
    nodes: Mapping[UUID, Node],
    members: Iterable[Node],
    revalued: Iterable[Revaluation],
    averaging: Averaging,
    digits: int,
) -> list[Node]:
    """Give every decrease of the pool, from the facts' first period on, its average cost.

    `members` are the pool's movements valued since then, new ones included; `nodes` finds the
    sources of returns; `revalued` are the pool's new revaluations. Returns the nodes whose derived
    cost has changed.
    """
    members = list(members)
    quantity, value = _at_start(facts, members)
    by_item = averaging.type is AverageCostCalcType.ITEM
    periods = _sorted_into_periods(facts, nodes, members, revalued, averaging, by_item=by_item)
    changed: list[Node] = []
    for start in sorted(periods):
        period = periods[start]
        quantity += period.quantity_in
        value += period.value_in
        changed.extend(_give_out(period.takers, quantity, value, digits))
        for node in period.takers:
            if not (by_item and _is_transfer(node)):
                quantity += node.quantity
                value += node.cost
        for node in period.aside:
            quantity += node.quantity
            value += _returned(node, nodes, digits)
    return changed


def _at_start(facts: AverageFacts, members: Sequence[Node]) -> tuple[Decimal, Decimal]:
    """The pool before the first period: as it stands now, less all that is valued since."""
    quantity, value = facts.quantity, facts.value
    for node in members:
        if node.is_new:
            continue
        quantity -= node.quantity
        value -= node.facts.recorded - sum((one.amount for one in node.facts.revaluations), ZERO)
    value -= sum((one.amount for _, one in facts.revaluations), ZERO)
    return quantity, value


def _sorted_into_periods(
    facts: AverageFacts,
    nodes: Mapping[UUID, Node],
    members: Iterable[Node],
    revalued: Iterable[Revaluation],
    averaging: Averaging,
    *,
    by_item: bool,
) -> dict[date, _Period]:
    periods: dict[date, _Period] = {}

    def period_of(day: date) -> _Period:
        return periods.setdefault(averaging.start_of(day), _Period())

    for node in members:
        if node.is_void:
            continue
        period = period_of(node.valuation_date)
        if by_item and _is_transfer(node):
            if node.quantity < 0:
                period.takers.append(node)
        elif node.quantity < 0 and not node.is_given_back:
            period.takers.append(node)
        elif _is_returned_within(node, nodes, averaging):
            period.aside.append(node)
        else:
            period.quantity_in += node.quantity
            period.value_in += node.cost - sum((r.amount for r in node.revaluations), ZERO)
    for revaluation in (*(one for _, one in facts.revaluations), *revalued):
        period_of(revaluation.posting_date).value_in += revaluation.amount
    for period in periods.values():
        period.takers.sort(key=lambda node: (node.valuation_date, *node.movement.key[2:]))
    return periods


def _give_out(
    takers: Sequence[Node], quantity: Decimal, value: Decimal, digits: int
) -> Iterable[Node]:
    """Each taker its share of the average, the cents carried along."""
    taken, given = ZERO, ZERO
    for node in takers:
        taken -= node.quantity
        if quantity > 0:
            part = round_to(share(value, taken, quantity), digits) - given
        elif node.facts.has_cost:
            part = -node.derived
        else:
            part = at_card_cost(-node.quantity, node.movement.card, digits)
        given += part
        if node.derived != -part or not node.touched:
            changed = node.derived != -part
            node.derived = -part
            node.touched = True
            if changed:
                yield node


def _is_transfer(node: Node) -> bool:
    """Moved within the item: both legs stay with it."""
    return node.movement.nature is Nature.TRANSFER


def _is_returned_within(node: Node, nodes: Mapping[UUID, Node], averaging: Averaging) -> bool:
    """Goods that come back in the period, and to the pool, in which they were sold."""
    sources = node.movement.sources
    if node.quantity < 0 or len(sources) != 1:
        return False
    source = nodes.get(sources[0].movement)
    if source is None or averaging.pool_of(source.movement.pool) != averaging.pool_of(
        node.movement.pool
    ):
        return False
    start = averaging.start_of(source.valuation_date)
    return start == averaging.start_of(node.valuation_date)


def _returned(node: Node, nodes: Mapping[UUID, Node], digits: int) -> Decimal:
    source = node.movement.sources[0]
    taken_back = round_to(nodes[source.movement].cost * source.fraction, digits)
    return node.given_total - taken_back
