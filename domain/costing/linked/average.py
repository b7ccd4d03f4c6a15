"""The average of a period: what the decreases of an average item cost.

(value at the start + what came in during the period - decreases that name their receipt) / (the
same in quantity) is given to all other decreases of the period, unless more of them leave than
there is: those keep their cost until receipts cover them. Cents are carried from one decrease to
the next, so that all together cost what their quantity is worth. Per item, transfers do not enter
the average: both their legs take it. A return of goods sold in the same period at the average
stands against its sale and does not enter it either, since its cost is that very average.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.company import AverageCostCalcType
from domain.costing.linked.amounts import at_card_cost, net
from domain.costing.linked.facts import AverageFacts, Revaluation
from domain.costing.linked.node import Node
from domain.costing.linked.periods import Averaging
from domain.money import ZERO, round_to, share
from domain.movements import Nature


@dataclass(slots=True)
class Period:
    """The movements of one period, sorted into what makes the average and what takes it.

    `came` came in, or gave back what had; `charged` are goods moved within the item that were given
    further cost on their way; `revalued` are revaluations of goods of any period.
    """

    came: list[Node] = field(default_factory=list[Node])
    charged: list[Node] = field(default_factory=list[Node])
    revalued: list[Revaluation] = field(default_factory=list[Revaluation])
    takers: list[Node] = field(default_factory=list[Node])
    aside: list[Node] = field(default_factory=list[Node])

    @property
    def quantity_in(self) -> Decimal:
        """What makes the average, beside what was there."""
        return sum((node.quantity for node in self.came), ZERO)

    @property
    def value_in(self) -> Decimal:
        """What that is worth, each revaluation in the period of its own date."""
        value = sum((came_for(node) for node in self.came), ZERO)
        value += sum((charged_with(node) for node in self.charged), ZERO)
        return value + sum((one.amount for one in self.revalued), ZERO)


def came_for(node: Node) -> Decimal:
    """What goods came in at: their cost but for revaluations."""
    return node.cost - _revalued_by(node)


def charged_with(node: Node) -> Decimal:
    """What documents gave to goods beside the cost that came with them, but for revaluations."""
    return node.given_total - _revalued_by(node)


def _revalued_by(node: Node) -> Decimal:
    return sum((one.amount for one in node.revaluations), ZERO)


def fold(
    facts: AverageFacts,
    nodes: Mapping[UUID, Node],
    members: Iterable[Node],
    revalued: Iterable[Revaluation],
    averaging: Averaging,
    digits: int,
    waits: Callable[[Node], bool],
    *,
    steered: Callable[[date, Decimal, Decimal], Decimal],
) -> tuple[list[Node], list[Node]]:
    """Give every decrease of the pool, from the facts' first period on, its average cost.

    `members` are the pool's movements valued since then, new ones included; `nodes` finds the
    sources of returns; `revalued` are the pool's new revaluations. What `waits` to be adjusted
    keeps the cost that it has, also for the periods after it. `steered` says for what value a
    period's quantity is given out, which is its own unless it comes of what it gives out itself.
    Returns the nodes whose derived cost has changed, and those whose cost would have and waits.
    """
    members = list(members)
    quantity, value = _at_start(facts, members)
    by_item = averaging.type is AverageCostCalcType.ITEM
    revaluations = (*_still_made(facts, nodes), *revalued)
    periods = by_period(nodes, members, revaluations, averaging)
    changed: list[Node] = []
    waiting: list[Node] = []
    for start in sorted(periods):
        period = periods[start]
        before = {one.id: one.derived for one in period.takers}
        quantity += period.quantity_in
        value += period.value_in
        leaving = [one for one in period.takers if not (by_item and is_transfer(one))]
        left = quantity + sum((one.quantity for one in (*leaving, *period.aside)), ZERO)
        give = _give_out if left >= 0 else _keep
        worth = steered(start, quantity, value)
        for node in list(give(period.takers, quantity, worth, digits)):
            if waits(node):
                node.derived = before[node.id]
            (waiting if waits(node) else changed).append(node)
        quantity = left
        value += sum((one.cost for one in leaving), ZERO)
        value += sum((_returned(one, nodes, digits) for one in period.aside), ZERO)
    return changed, waiting


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


def _still_made(facts: AverageFacts, nodes: Mapping[UUID, Node]) -> Iterable[Revaluation]:
    """The recorded revaluations but for those that a cancellation takes back with this document."""
    for receipt, one in facts.revaluations:
        node = nodes.get(receipt)
        if node is None or not node.is_gone(one):
            yield one


def by_period(
    nodes: Mapping[UUID, Node],
    members: Iterable[Node],
    revaluations: Iterable[Revaluation],
    averaging: Averaging,
) -> dict[date, Period]:
    """The movements and revaluations of a pool by the first days of the periods that they are in.

    `nodes` finds the sources of returns.
    """
    by_item = averaging.type is AverageCostCalcType.ITEM
    periods: dict[date, Period] = {}

    def period_of(day: date) -> Period:
        return periods.setdefault(averaging.start_of(day), Period())

    for node in members:
        if node.is_void:
            continue
        period = period_of(node.valuation_date)
        if takes_average(node, nodes, averaging):
            period.takers.append(node)
        elif by_item and is_transfer(node):
            period.charged.append(node)
        elif _is_at_average(node, nodes, averaging):
            period.aside.append(node)
        else:
            period.came.append(node)
    for revaluation in revaluations:
        period_of(revaluation.posting_date).revalued.append(revaluation)
    for period in periods.values():
        period.takers.sort(key=lambda node: (node.valuation_date, *node.movement.key[2:]))
    return periods


def _give_out(
    takers: Sequence[Node], quantity: Decimal, value: Decimal, digits: int
) -> Iterable[Node]:
    """Each taker its share of the average, the cents carried along."""
    if quantity <= 0:
        yield from _keep(takers, quantity, value, digits)
        return
    taken, given = ZERO, ZERO
    for node in takers:
        taken -= node.quantity
        part = round_to(share(value, taken, quantity), digits) - given
        given += part
        if _costs(node, part):
            yield node


def _keep(takers: Sequence[Node], quantity: Decimal, value: Decimal, digits: int) -> Iterable[Node]:
    """More leaves than there is, or nothing is there: until it is covered that has no average.

    What is recorded keeps its cost, as recorded and not as some step on the way had made it: were
    it averaged again, goods that cover their own sale could make each other dearer without end.
    """
    for node in takers:
        wanted = -node.quantity
        if not node.is_new:
            part = -node.facts.derived
        elif quantity > 0:
            part = round_to(share(value, wanted, quantity), digits)
        else:
            part = at_card_cost(wanted, node.movement.card, digits)
        if _costs(node, part):
            yield node


def _costs(node: Node, part: Decimal) -> bool:
    """Let a taker cost so much; whether that is a change."""
    changed = node.derived != -part
    node.derived = -part
    node.touched = True
    return changed


def is_transfer(node: Node) -> bool:
    """Moved within the item: both legs stay with it."""
    return node.movement.nature is Nature.TRANSFER


def takes_average(node: Node, nodes: Mapping[UUID, Node], averaging: Averaging) -> bool:
    """A decrease that does not name its receipt, or to which that gives the average all the same.

    So it is of goods that stay with what is averaged together, and of a receipt that costs the very
    average of the period: were they no part of it, that would depend on itself.
    """
    if node.quantity >= 0:
        return False
    if not node.is_fixed or (averaging.type is AverageCostCalcType.ITEM and is_transfer(node)):
        return True
    start = averaging.start_of(node.valuation_date)
    named = [nodes[link.increase] for link in net(node.links) if link.increase in nodes]
    return any(
        averaging.start_of(one.valuation_date) == start and _is_at_average(one, nodes, averaging)
        for one in named
    )


def _is_at_average(node: Node, nodes: Mapping[UUID, Node], averaging: Averaging) -> bool:
    """Goods that come back in the period, and to the pool, at whose average they went."""
    sources = node.movement.sources
    if node.quantity < 0 or len(sources) != 1:
        return False
    source = nodes.get(sources[0].movement)
    if source is None or averaging.pool_of(source.movement.pool) != averaging.pool_of(
        node.movement.pool
    ):
        return False
    start = averaging.start_of(source.valuation_date)
    is_within = start == averaging.start_of(node.valuation_date)
    return is_within and takes_average(source, nodes, averaging)


def _returned(node: Node, nodes: Mapping[UUID, Node], digits: int) -> Decimal:
    source = node.movement.sources[0]
    return charged_with(node) - source.part_of(nodes[source.movement].cost, digits)
