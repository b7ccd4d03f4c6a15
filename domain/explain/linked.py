"""The flow LINKED explained: the links of then, and what each of them cost; averages by period.

What a link cost is asked of the same functions that decide it. An average is what its period had to
give: what was there when it began, what came in, and what revaluations changed of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from domain.company import AverageCostCalcType
from domain.costing.linked.amounts import has_share, link_cost, net
from domain.costing.linked.average import (
    Period,
    by_period,
    came_for,
    charged_with,
    is_transfer,
    takes_average,
)
from domain.costing.linked.facts import Link, LinkedStory, Revaluation
from domain.costing.linked.node import Node
from domain.costing.linked.periods import Averaging
from domain.costing.linked.settling import valuation_date
from domain.explain.nodes import NodeKind, Part
from domain.explain.parts import (
    Earlier,
    differences,
    given,
    given_to_all,
    gone,
    is_worth_nothing,
    sources,
)
from domain.explain.story import Story
from domain.money import ZERO, share


class Linked:
    """See `domain.explain.parts.Explains`."""

    def took(self, story: Story, digits: int) -> tuple[Part, ...] | Earlier:
        """What documents gave it, and what it took by its links."""
        return (*given(story), *self.derived(story, digits), *differences(story))

    def derived(self, story: Story, digits: int) -> tuple[Part, ...]:
        """The receipts that a decrease is linked to; what goods took over from others."""
        del digits
        if story.movement.quantity > 0:
            is_free = is_worth_nothing(story)
            return tuple(gone(one) for one in given_to_all(story)) if is_free else sources(story)
        known = _linked(story)
        nodes = _nodes(known)
        node = nodes[story.movement.id]
        averaging = Averaging.at(known.settings, known.seq)
        if node.is_average and takes_average(node, nodes, averaging):
            return tuple(_average_taken(story, node))
        return tuple(_links_taken(node, nodes, story.worked_out))

    def before(self, story: Story, digits: int) -> tuple[Part, ...] | Earlier:
        """What the average's period left to the next one."""
        del digits
        mixed, known = _mixed(story), _linked(story)
        return (*_mixed_of(mixed, known), *_given_out(mixed, known.seq))

    def averaged(self, story: Story, digits: int) -> tuple[Part, ...] | Earlier:
        """What the average's period had to give."""
        del digits
        return tuple(_mixed_of(_mixed(story), _linked(story)))

    def settled(self, story: Story, digits: int) -> tuple[Part, ...] | Earlier:
        """What decreases took of a used-up receipt, each in whole cents, less what it cost."""
        used_up = story.used_up
        if used_up is None:
            return ()
        node, movement = _nodes(used_up)[story.movement.id], story.movement
        links = net(node.links)
        return (
            *(_taken(link, node, used_up.seq, digits) for link in links),
            *_revaluations(((one, -one.amount) for one in node.revaluations), used_up.seq),
            Part(NodeKind.RECEIPT, movement.id, used_up.seq, -came_for(node), -movement.quantity),
        )


def _linked(story: Story) -> LinkedStory:
    assert story.linked is not None, "links are needed to say what a movement took"
    return story.linked


def _nodes(known: LinkedStory) -> dict[UUID, Node]:
    """The movements as known then, with the dates from which they counted."""
    nodes = {id_: Node.of(one) for id_, one in known.movements.items()}
    ordered = sorted(nodes.values(), key=lambda node: node.movement.key)
    changed = True
    while changed:
        changed = False
        for node in ordered:
            day = valuation_date(node, _behind(node, nodes))
            changed |= day != node.valuation_date
            node.valuation_date = day
    return nodes


def _behind(node: Node, nodes: Mapping[UUID, Node]) -> dict[UUID, Node]:
    """What it takes its cost from, as far as that is known."""
    ids = [one.increase for one in node.links] if node.quantity < 0 else []
    ids += [one.movement for one in node.movement.sources]
    return {id_: nodes[id_] for id_ in ids if id_ in nodes}


# -- links ----------------------------------------------------------------------------------------


def _links_taken(node: Node, nodes: Mapping[UUID, Node], seq: int) -> Iterable[Part]:
    """The receipts behind a decrease, shares of their revaluations, and what has none behind it."""
    linked = ZERO
    for link in net(node.links):
        linked += link.quantity
        increase = nodes[link.increase]
        plain = share(came_for(increase), link.quantity, increase.quantity)
        yield Part(NodeKind.LAYER, increase.id, seq, -plain, -link.quantity)
        shares = (
            (one, -share(one.amount, link.quantity, one.covered))
            for one in increase.revaluations
            if has_share(link, one)
        )
        yield from _revaluations(shares, seq)
    waiting, card = -node.quantity - linked, node.movement.card
    if waiting and card is not None and card.quantity:
        cost = share(card.value, waiting, card.quantity)
        yield Part(NodeKind.PROVISIONAL, node.id, seq, -cost, -waiting)


def _revaluations(shares: Iterable[tuple[Revaluation, Decimal]], seq: int) -> Iterable[Part]:
    for one, amount in shares:
        yield Part(NodeKind.REVALUATION, one.entry or one.because, seq, amount)


def _taken(link: Link, node: Node, seq: int, digits: int) -> Part:
    cost = link_cost(link, node.quantity, node.cost, node.revaluations, digits)
    return Part(NodeKind.TAKEN, link.decrease, seq, cost, link.quantity)


# -- averages -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Mixed:
    """An average's period: what was there when it began (`opener`: of the period before), and it.

    `between` are revaluations in days between the two in which nothing moved. `by_item`: goods
    moved within the item neither come nor go.
    """

    quantity: Decimal
    value: Decimal
    opener: UUID | None
    between: tuple[Revaluation, ...]
    period: Period
    by_item: bool


def _mixed(story: Story) -> _Mixed:
    """The period in which the movement of a story counted."""
    known = _linked(story)
    averaging = Averaging.at(known.settings, known.seq)
    nodes = _nodes(known)
    members = [nodes[id_] for id_ in known.pool]
    revaluations = [one for node in members for one in node.revaluations]
    by_item = averaging.type is AverageCostCalcType.ITEM
    own = averaging.start_of(nodes[story.movement.id].valuation_date)
    quantity, value, opener = ZERO, ZERO, None
    between: tuple[Revaluation, ...] = ()
    periods = by_period(nodes, members, revaluations, averaging)
    for start in sorted(one for one in periods if one < own):
        period = periods[start]
        if (last := _opener(period)) is None:
            between += tuple(period.revalued)
            continue
        leaving = _leaving(period, by_item=by_item)
        quantity += period.quantity_in + sum((node.quantity for node in leaving), ZERO)
        value += period.value_in + sum((node.cost for node in leaving), ZERO)
        value += sum((one.amount for one in between), ZERO)
        opener, between = last, ()
    return _Mixed(quantity, value, opener, between, periods.get(own) or Period(), by_item)


def _opener(period: Period) -> UUID | None:
    """A movement of the period, to ask by it what the period left."""
    inside = [*period.takers, *period.came, *period.charged, *period.aside]
    return max(inside, key=lambda node: node.movement.key).id if inside else None


def _leaving(period: Period, *, by_item: bool) -> list[Node]:
    """What took the average of the period, and what came back to it at just that."""
    takers = (one for one in period.takers if not (by_item and is_transfer(one)))
    return [*takers, *period.aside]


def _mixed_of(mixed: _Mixed, known: LinkedStory) -> Iterable[Part]:
    """What there was when the period began, what came in it, what was revalued."""
    seq = known.seq
    if mixed.opener is not None and (mixed.quantity or mixed.value):
        yield Part(NodeKind.BALANCE, mixed.opener, seq, mixed.value, mixed.quantity)
    for node in mixed.period.came:
        kind = NodeKind.RECEIPT if node.quantity > 0 else NodeKind.COST
        yield Part(kind, node.id, seq, came_for(node), node.quantity)
    for node in mixed.period.charged:
        if amount := charged_with(node):
            yield Part(NodeKind.CHARGE, node.id, seq, amount)
    for one in (*mixed.between, *mixed.period.revalued):
        yield Part(NodeKind.REVALUATION, one.entry or one.because, seq, one.amount)


def _given_out(mixed: _Mixed, seq: int) -> Iterable[Part]:
    for node in _leaving(mixed.period, by_item=mixed.by_item):
        yield Part(NodeKind.COST, node.id, seq, node.cost, node.quantity)


def _average_taken(story: Story, node: Node) -> Iterable[Part]:
    """A decrease's share of the average of its period; without any, its cost in force."""
    mixed = _mixed(story)
    quantity = mixed.quantity + mixed.period.quantity_in
    seq = story.worked_out
    if quantity > 0:
        value = mixed.value + mixed.period.value_in
        value += sum((one.amount for one in mixed.between), ZERO)
        cost = share(value, node.quantity, quantity)
        yield Part(NodeKind.AVERAGE, node.id, seq, cost, node.quantity)
    elif node.movement.card is not None and node.movement.card.quantity:
        card = node.movement.card
        cost = share(card.value, node.quantity, card.quantity)
        yield Part(NodeKind.PROVISIONAL, node.id, seq, cost, node.quantity)
