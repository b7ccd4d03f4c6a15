"""Settling the LINKED flow: a changed cost travels along links until all costs are right.

A unit is a movement, or an average pool from a day on. The earliest unit that waits is worked out;
whatever depends on what has changed waits next. Any order gives the same cost; only averages of
two warehouses that send goods to each other within a period may go on swinging by a cent: after
some visits a pool passes such a cent on no more, and the legs of a transfer always agree.

A movement or pool that was not given is noted in `missing`, and the caller begins again with it.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from heapq import heappop, heappush
from uuid import UUID

from domain.company import AverageCostCalcType
from domain.costing.linked.amounts import at_card_cost, has_share, later, link_cost, net
from domain.costing.linked.average import charged_with, fold, takes_average
from domain.costing.linked.course import FOLDS, MOST_FOLDS, Course
from domain.costing.linked.facts import AverageFacts, AveragePool
from domain.costing.linked.node import STANDARD, Node
from domain.costing.linked.periods import Averaging
from domain.money import ONE, ZERO
from domain.movements import Nature, UnitCost


class Settling:
    """The nodes of one decision on their way to their costs.

    With `adjust` False only what is asked for is worked out, and whatever would have to be worked
    out again because of it is noted in `dirty`.
    """

    def __init__(
        self,
        nodes: dict[UUID, Node],
        averages: Mapping[AveragePool, AverageFacts],
        averaging: Averaging,
        digits: int,
        *,
        adjust: bool,
    ) -> None:
        """`nodes` are all movements known so far, by id."""
        self.nodes = nodes
        self.dirty: set[UUID] = set()
        self.missing: set[UUID] = set()
        self.missing_averages: dict[AveragePool, date] = {}
        self._averages = averages
        self._averaging = averaging
        self._inside: dict[AveragePool, list[Node]] = {}
        for node in nodes.values():
            if node.is_average:
                pool = averaging.pool_of(node.movement.pool)
                self._inside.setdefault(pool, []).append(node)
        self._digits = digits
        self._cent = ONE.scaleb(-digits)
        self._adjust = adjust
        self._asked: set[UUID] = set()
        self._waiting: set[UUID | AveragePool] = set()
        self._queue: list[tuple[date, bool, date, int, UUID | AveragePool]] = []
        self._since: dict[AveragePool, date] = {}
        self._courses: dict[AveragePool, Course] = {}
        self._count = 0

    def run(self, start: Iterable[UUID]) -> None:
        """Work out the movements to start with, and all that depends on them."""
        start = list(start)
        self._asked.update(start)
        for id_ in start:
            self._wait_for(id_)
        while self._queue:
            *_, unit = heappop(self._queue)
            self._waiting.discard(unit)
            if isinstance(unit, AveragePool):
                self._fold(unit)
            else:
                self._visit(self.nodes[unit])

    # -- what waits -----------------------------------------------------------------------------

    def _wait_for(self, id_: UUID) -> None:
        node = self.nodes.get(id_)
        if node is None:
            self.missing.add(id_)
        elif self._waits(node):
            if not node.is_void:  # what is cancelled has no cost that an adjustment could find
                self.dirty.add(id_)
        else:
            self._push(node.valuation_date, id_)

    def _waits(self, node: Node) -> bool:
        """Whether its cost is not to be worked out now, but by a later adjustment."""
        return not self._adjust and node.id not in self._asked

    def _wait_for_average(self, node: Node, since: date) -> None:
        pool = self._averaging.pool_of(node.movement.pool)
        start = self._averaging.start_of(since)
        self._since[pool] = min(start, self._since.get(pool, start))
        self._push(start, pool)

    def _push(self, day: date, unit: UUID | AveragePool) -> None:
        """By periods, an average after all that waits in its first one, which it may come of."""
        if unit not in self._waiting:
            self._waiting.add(unit)
            self._count += 1
            start, is_pool = self._averaging.start_of(day), isinstance(unit, AveragePool)
            heappush(self._queue, (start, is_pool, day, self._count, unit))

    # -- one movement ---------------------------------------------------------------------------

    def _visit(self, node: Node) -> None:
        first = not node.touched
        cost, valued = node.cost, node.valuation_date
        node.touched = True
        linked = self._linked(node)
        if linked is None:
            return
        node.valuation_date = valuation_date(node, linked)
        averaged = node.is_average and takes_average(node, self.nodes, self._averaging)
        if not averaged:
            node.derived = self._target(node, linked)
            if node.facts.method == STANDARD and node.movement.nature is Nature.MAKING:
                self._keep_at_standard(node)
        self._pass_on(node, cost, valued, first=first, averaged=averaged)

    def _linked(self, node: Node) -> dict[UUID, Node] | None:
        """What its cost is taken from; None when some of it is not known yet."""
        ids = [one.increase for one in node.links] if node.quantity < 0 else []
        ids += [one.movement for one in node.movement.sources]
        unknown = [id_ for id_ in ids if id_ not in self.nodes]
        self.missing.update(unknown)
        return None if unknown else {id_: self.nodes[id_] for id_ in ids}

    def _target(self, node: Node, linked: Mapping[UUID, Node]) -> Decimal:
        """What the movement costs beyond what documents gave it, signed."""
        if node.quantity >= 0:
            taken_over = sum(
                (
                    -one.part_of(linked[one.movement].cost, self._digits)
                    for one in node.movement.sources
                ),
                ZERO,
            )
            is_product = node.movement.nature is Nature.MAKING and node.movement.sources
            # A product comes in at no less than nothing, however dear its scrap was said to be;
            # revaluations are not of what came in, but of what was left of it.
            return max(taken_over, -charged_with(node)) if is_product else taken_over
        taken = at_card_cost(-node.open, node.movement.card, self._digits)
        for link in net(node.links):
            increase = linked[link.increase]
            taken += link_cost(
                link, increase.quantity, increase.cost, increase.revaluations, self._digits
            )
        return -taken

    def _keep_at_standard(self, node: Node) -> None:
        """A product at standard cost: what it really cost beyond that is a variance."""
        if node.quantity <= 0:
            return
        if node.is_new:
            standard = at_card_cost(node.quantity, node.movement.card, self._digits)
        else:
            standard = node.facts.recorded - node.facts.rounding
        node.offset = standard - node.given_total - node.derived

    def _pass_on(
        self, node: Node, cost: Decimal, valued: date, *, first: bool, averaged: bool
    ) -> None:
        """What depends on the movement waits, if it has changed or is new to the settling."""
        changed = node.cost != cost or node.valuation_date != valued
        given_anew = first and (node.given or node.new_links or node.is_new or node.is_void)
        if averaged:
            if changed or first:
                self._wait_for_average(node, min(valued, node.valuation_date))
            if node.valuation_date != valued:
                for id_ in node.feeds:
                    self._wait_for(id_)
            return
        if not changed and not given_anew:
            return
        if node.quantity > 0:
            self._pass_on_increase(node, valued)
        else:
            for id_ in node.feeds:
                self._wait_for(id_)
            if node.is_average:
                self._wait_for_average(node, min(valued, node.valuation_date))

    def _pass_on_increase(self, node: Node, valued: date) -> None:
        links = net(node.links)
        if not node.is_average:
            for link in links:
                self._wait_for(link.decrease)
            return
        # What was taken of it counts later with it, and earlier again without a revaluation.
        counts_anew = node.taken_back or node.valuation_date != valued
        for link in links:
            if link.is_fixed or counts_anew:
                self._wait_for(link.decrease)
        by_item = self._averaging.type is AverageCostCalcType.ITEM
        gone = [one.posting_date for one in node.facts.revaluations if node.is_gone(one)]
        if by_item and node.movement.nature is Nature.TRANSFER and not (node.given or gone):
            return
        days = [one.posting_date for one in node.new_revaluations]
        only_revalued = days and all(one.covered is not None for one in node.given)
        since = min(days) if only_revalued else min(valued, node.valuation_date)
        self._wait_for_average(node, min([since, *gone]))

    # -- an average -----------------------------------------------------------------------------

    def _fold(self, pool: AveragePool) -> None:
        since = self._since.pop(pool)
        facts = self._averages.get(pool)
        if facts is None or facts.since > since:
            known = self.missing_averages.get(pool, since)
            self.missing_averages[pool] = min(since, known)
            return
        unknown = [id_ for id_ in facts.members if id_ not in self.nodes]
        if unknown:
            self.missing.update(unknown)
            return
        course = self._courses.setdefault(pool, Course(self._cent))
        course.begin()
        members = self._members(pool, facts)
        inside = self._inside.get(pool, ())
        before = {node.id: node.derived for node in members}
        changed, waiting = fold(
            facts,
            self.nodes,
            members,
            [one for node in inside for one in node.new_revaluations],
            self._averaging,
            self._digits,
            self._waits if course.folds <= MOST_FOLDS else _all_wait,
            steered=course.steered,
        )
        self.dirty.update(node.id for node in waiting)
        if course.is_ahead:
            self._since[pool] = since
            self._push(since, pool)
        elif course.folds > FOLDS and self._swings(changed, before):
            for node in changed:
                node.derived = before[node.id]
            return
        for node in changed:
            for id_ in node.feeds:
                self._wait_for(id_)

    def _swings(self, changed: Iterable[Node], before: Mapping[UUID, Decimal]) -> bool:
        """Nothing but a cent goes to and fro.

        Larger changes may still come: of what counts from a later day and was worked out after it.
        """
        changes = [node.derived - before[node.id] for node in changed]
        largest = max((abs(one) for one in (*changes, sum(changes, ZERO))), default=ZERO)
        return largest <= self._cent

    def _members(self, pool: AveragePool, facts: AverageFacts) -> list[Node]:
        """The pool's movements that are valued since the facts begin."""
        return [
            node
            for node in self._inside.get(pool, ())
            if node.id in facts.members or node.is_new or self._moved(node, facts)
        ]

    def _moved(self, node: Node, facts: AverageFacts) -> bool:
        """Recorded as valued earlier, and now since the facts begin: a late link moved it."""
        return node.valuation_date >= facts.since and node.facts.valuation_date < facts.since

    # -- cents ----------------------------------------------------------------------------------

    def left_over(self, node: Node) -> Decimal:
        """What stays on a used-up receipt because its links were rounded one by one, mirrored."""
        if not node.is_used_up or node.is_average:
            return ZERO
        taken = sum(
            (
                link_cost(link, node.quantity, node.cost, node.revaluations, self._digits)
                for link in net(node.links)
            ),
            ZERO,
        )
        return taken - node.cost


def _all_wait(_: Node) -> bool:
    return True


def valuation_date(node: Node, linked: Mapping[UUID, Node]) -> date:
    """The latest of a movement's own date and those of what it takes its cost from.

    A revaluation counts from its own date on for the decreases that have a share in it.
    """
    days = [one.valuation_date for one in linked.values()]
    if node.quantity < 0:
        for link in net(node.links):
            days += [
                one.posting_date
                for one in linked[link.increase].revaluations
                if has_share(link, one)
            ]
    return later(node.movement.key.posting_date, *days)


def card_cost_of(quantity: Decimal, value: Decimal) -> UnitCost | None:
    """What a unit costs by what there is; None where there is nothing."""
    return UnitCost(value, quantity) if quantity > 0 else None
