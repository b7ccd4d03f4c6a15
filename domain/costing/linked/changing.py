"""What a document does to recorded movements of the LINKED flow: undo, give cost to, revalue."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from domain.costing.linked.counting import left_at, pool_at, revalued, revalued_average
from domain.costing.linked.facts import AveragePool, MissingLinked
from domain.costing.linked.node import Node
from domain.costing.linked.work import Work
from domain.documents.parts.cost_orders import RevaluationOrder
from domain.errors import ReceiptUsed
from domain.money import ZERO
from domain.movements import Contra, Given, UnitCost


def void(work: Work) -> None:
    """Take back what the cancelled movements took; what they brought in must be unused."""
    for movement in work.causes.voided:
        node = work.nodes[movement.id]
        node.is_void = True
        links = [one for one in node.links if one.quantity]
        if movement.quantity > 0 and node.open != movement.quantity:
            _refuse_used(work, node)
        if movement.quantity < 0:
            for link in links:
                increase = work.nodes.get(link.increase)
                work.linker.undo(node, increase, link)
                work.start.add(link.increase)
                if increase is not None:
                    work.open(increase)
        node.open = ZERO
        if node.is_average:
            work.start.add(node.id)


def _refuse_used(work: Work, node: Node) -> None:
    item = work.causes.facts.items_by_id[node.movement.pool.item].sku
    warehouse = work.company.warehouses[node.movement.pool.warehouse].code
    work.look.refuse(
        ReceiptUsed(
            path=work.causes.paths.get(node.id, ()),
            item=item,
            warehouse=warehouse,
            received=node.quantity,
            left=node.open,
        )
    )


def regive(work: Work) -> MissingLinked | None:
    """Give recorded movements further cost, or take it back; revalue what is left of receipts."""
    cancelled = work.causes.cancels
    for one in work.causes.regiven:
        node = work.nodes[one.movement]
        work.start.add(node.id)
        for given in one.given:
            if cancelled is not None:
                node.take_back(given, cancelled.id)
            else:
                work.give(node, given)
    return _revalue(work)


def _revalue(work: Work) -> MissingLinked | None:
    """Revaluations: what is left of each receipt at the date comes to the new unit cost."""
    absent: dict[AveragePool, date] = {}
    for order in work.causes.revaluations:
        for node, given in _changes(work, order, absent):
            work.start.add(node.id)
            node.give(given, work.causes.posting_date, work.causes.document.id)
    return MissingLinked(averages=absent) if absent else None


def _changes(
    work: Work, order: RevaluationOrder, absent: dict[AveragePool, date]
) -> list[tuple[Node, Given]]:
    day, contra = work.causes.posting_date, Contra(order.contra) if order.contra else None
    nodes = [work.nodes[id_] for pool in order.pools for id_ in work.facts.left[pool]]
    if order.receipt is not None or not any(node.is_average for node in nodes):
        named = [one for one in nodes if order.receipt in {None, one.movement.line}]
        return revalued(named, _cost_of(order, named, day), day, contra, work.digits)
    changes: list[tuple[Node, Given]] = []
    for pool in sorted({work.averaging.pool_of(one.movement.pool) for one in nodes}, key=str):
        facts = work.facts.averages.get(pool)
        start = work.averaging.start_of(day)
        if facts is None or facts.since > start:
            absent[pool] = start
            continue
        inside = [one for one in nodes if work.averaging.pool_of(one.movement.pool) == pool]
        cost = _cost_of(order, inside, day)
        worth = pool_at(facts, work.nodes, day)
        changes += revalued_average(inside, worth, cost, day, contra, work.digits)
    return changes


def _cost_of(order: RevaluationOrder, receipts: Sequence[Node], day: date) -> UnitCost:
    """What a unit comes to: as said, or as the value in all says of what is left."""
    if order.value is None:
        return UnitCost(order.unit_cost or ZERO, Decimal(1))
    return UnitCost(order.value, sum((left_at(one, day) for one in receipts), ZERO))
