"""Goods that came back before they were billed: no bill and no credit of them is to come.

What of a line waits for its bill, and what of its returns waits for a credit, cancel each other
out: as much of both counts as invoiced, at what was expected, whichever of bills, returns, credits
and cancellations made it so. What is left on either side goes on waiting.
"""

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from domain.costing.linked.amounts import net
from domain.costing.linked.facts import MissingLinked
from domain.costing.linked.node import BILLED, Node
from domain.costing.linked.work import Work
from domain.money import QUANTITY_DIGITS, ZERO, split
from domain.movements import Nature


def match_returned(work: Work) -> MissingLinked | None:
    """Match what waits of each line that the document concerns with what waits of its returns."""
    originals = {id_ for node in _concerned(work) for id_ in _originals(node)}
    if missing := _unknown(work, originals):
        return missing
    # Goods that came by an earlier scheme leave from what its migration brought in: never billed.
    originals = {id_ for id_ in originals if work.nodes[id_].movement.nature in BILLED}
    if beside := originals - work.facts.beside.keys():
        return MissingLinked(beside=frozenset(beside))
    lines = {frozenset(work.facts.beside[id_]) for id_ in originals}
    if missing := _unknown(work, (id_ for line in lines for id_ in line)):
        return missing
    for line in lines:
        came = [node for id_ in line if not (node := work.nodes[id_]).is_void]
        returns = [id_ for node in came for id_ in _returns_of(node)]
        if missing := _unknown(work, returns):
            return missing
        _match(_in_order(came), _in_order(work.nodes[id_] for id_ in returns))
    return None


def _unknown(work: Work, ids: Iterable[UUID]) -> MissingLinked | None:
    missing = frozenset(ids) - work.nodes.keys()
    return MissingLinked(movements=missing) if missing else None


def _concerned(work: Work) -> Iterable[Node]:
    """What the document moves, undoes, bills or credits, of what is billed at all."""
    ids = {one.movement for one in work.causes.regiven} | {one.id for one in work.causes.voided}
    nodes = (*work.new, *(work.nodes[id_] for id_ in ids))
    return (node for node in nodes if node.movement.nature in BILLED)


def _originals(node: Node) -> Iterable[UUID]:
    """What it gives back, or itself where others gave of it back."""
    is_sale = node.movement.nature is Nature.SALE
    if is_sale and node.quantity > 0:
        return [one.movement for one in node.movement.sources]
    if not is_sale and node.quantity < 0:
        return [one.increase for one in node.links if one.returns]
    return [node.id] if _returns_of(node) else ()


def _returns_of(node: Node) -> Iterable[UUID]:
    if node.movement.nature is Nature.SALE:
        return node.feeds
    return [one.decrease for one in net(node.links) if one.returns]


def _in_order(nodes: Iterable[Node]) -> list[Node]:
    return sorted((one for one in nodes if not one.is_void), key=lambda node: node.movement.key)


def _match(came: list[Node], returns: list[Node]) -> None:
    """All movements of a line are billed, and so matched, alike; the earliest returns first."""
    waiting = [_waits(node) for node in came]
    matched = min(sum(waiting, ZERO), sum((_waits(node) for node in returns), ZERO))
    parts = split(matched, waiting, QUANTITY_DIGITS) if matched else [ZERO] * len(came)
    for node, part in zip(came, parts, strict=True):
        node.matched = part
    for node in returns:
        node.matched = min(matched, _waits(node))
        matched -= node.matched


def _waits(node: Node) -> Decimal:
    """What of it neither a bill nor a credit has invoiced."""
    return max(abs(node.quantity) - node.billed, ZERO)
