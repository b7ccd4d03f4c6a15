"""Counts and revaluations in the LINKED flow.

A count is a difference: what was counted less what the books have as of its date. It is posted as
a receipt or an issue of that quantity, and stays what it was. A rate prices what was found.

A revaluation gives each receipt of which something is left at its date the difference between the
new cost of what is left and what that cost so far. Decreases dated after it, or recorded after it,
take their share.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.costing.linked.amounts import has_share, net
from domain.costing.linked.facts import AverageFacts, LinkedFacts
from domain.costing.linked.node import STANDARD, Node
from domain.money import ZERO, round_to, share, split
from domain.movements import Contra, EntryKind, Given, Leg, Movement, UnitCost


def difference(
    movement: Movement, facts: LinkedFacts, method: str, card: UnitCost | None, digits: int
) -> Movement | None:
    """A count as the receipt or issue that it comes to; None when the books agree with it.

    What is found of an item at standard cost comes in at that, whatever rate the count says.
    """
    counted = movement.counted
    if counted is None or counted.quantity is None:
        return None
    held = facts.bins[movement.pool].quantity - facts.later.get(movement.pool, ZERO)
    change = counted.quantity - held
    if not change:
        return None
    given: tuple[Given, ...] = ()
    if change > 0:
        cost = _unit_cost(counted.unit_cost if method != STANDARD else None, card)
        amount = round_to(share(cost.value, change, cost.quantity), digits)
        contra = Contra(movement.contra) if movement.contra else None
        given = (Given(EntryKind.DIRECT, amount, contra),) if amount else ()
    leg = Leg.IN if change > 0 else Leg.OUT
    return replace(movement, quantity=change, leg=leg, given=given)


def _unit_cost(rate: Decimal | None, card: UnitCost | None) -> UnitCost:
    if rate is not None:
        return UnitCost(rate, Decimal(1))
    return card if card is not None and card.quantity else UnitCost(ZERO, Decimal(1))


def left_at(node: Node, day: date) -> Decimal:
    """How much of a receipt is left as of a date, by what is recorded."""
    if node.movement.key.posting_date > day:
        return ZERO
    taken = sum((link.quantity for link in net(node.links) if link.decrease_date <= day), ZERO)
    return node.quantity - taken


def worth(node: Node, day: date) -> Decimal:
    """What that part of it costs so far, not rounded."""
    left = left_at(node, day)
    exact, plain = ZERO, node.cost
    for one in node.revaluations:
        plain -= one.amount
        # What is left has its share of every revaluation, less what earlier decreases took of it.
        taken = sum(
            (
                link.quantity
                for link in net(node.links)
                if link.decrease_date <= day and has_share(link, one)
            ),
            ZERO,
        )
        exact += share(one.amount, one.covered - taken, one.covered)
    return exact + share(plain, left, node.quantity)


def revalued(
    receipts: Iterable[Node], cost: UnitCost, day: date, contra: Contra | None, digits: int
) -> list[tuple[Node, Given]]:
    """The revaluation of each receipt of which something is left at the date."""
    changes: list[tuple[Node, Given]] = []
    for node in receipts:
        left = left_at(node, day)
        if left <= 0:
            continue
        change = _at(cost, left, digits) - round_to(worth(node, day), digits)
        if change:
            changes.append((node, _revaluation(node, change, left, contra, digits)))
    return changes


def revalued_average(
    receipts: Sequence[Node],
    pool: UnitCost,
    cost: UnitCost,
    day: date,
    contra: Contra | None,
    digits: int,
) -> list[tuple[Node, Given]]:
    """The revaluation of receipts of an average pool that is worth `pool` at the date."""
    left = [(node, left_at(node, day)) for node in receipts]
    left = [(node, quantity) for node, quantity in left if quantity > 0]
    total = sum((quantity for _, quantity in left), ZERO)
    if not left or not pool.quantity:
        return []
    change = _at(cost, total, digits) - _at(pool, total, digits)
    parts = split(change, [quantity for _, quantity in left], digits)
    return [
        (node, _revaluation(node, part, quantity, contra, digits))
        for (node, quantity), part in zip(left, parts, strict=True)
        if part
    ]


def _at(cost: UnitCost, quantity: Decimal, digits: int) -> Decimal:
    return round_to(share(cost.value, quantity, cost.quantity), digits)


def pool_at(facts: AverageFacts, nodes: Mapping[UUID, Node], day: date) -> UnitCost:
    """What an average pool is worth at the end of a day, by what is recorded."""
    quantity, value = facts.quantity, facts.value
    for id_ in facts.members:
        node = nodes[id_]
        if node.valuation_date > day:
            quantity -= node.quantity
            value -= node.facts.recorded - sum((r.amount for r in node.facts.revaluations), ZERO)
    later = (one.amount for _, one in facts.revaluations if one.posting_date > day)
    return UnitCost(value - sum(later, ZERO), quantity)


def _revaluation(
    node: Node, change: Decimal, left: Decimal, contra: Contra | None, digits: int
) -> Given:
    """Actual, but for goods at standard cost that are not invoiced: their invoice brings it in."""
    actual = change
    if node.facts.method == STANDARD and node.invoiced < node.quantity:
        actual = round_to(share(change, node.invoiced, node.quantity), digits)
    return Given(EntryKind.REVALUATION, actual, contra, expected=change - actual, covered=left)
