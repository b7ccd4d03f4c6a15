"""Links of quantity: which receipts a decrease takes, and which waiting decreases a receipt covers.

Links are made when a movement is recorded and are not redone. FIFO, average and standard take the
oldest open receipt of the pool, LIFO the newest; goods of one serial number or batch are a pool of
their own; what names its receipt takes that, a return to the supplier always. What finds no receipt
waits: the next one covers it, unless that would make a cost depend on itself.
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from domain.costing.linked.facts import Link
from domain.costing.linked.node import Node
from domain.movements import Nature


class Part(NamedTuple):
    """A quantity taken of one open increase; None: of none, it waits for the next."""

    increase: Node | None
    quantity: Decimal


def take(quantity: Decimal, method: str, open_increases: Iterable[Node]) -> list[Part]:
    """How `quantity` is taken out of increases, which come in posting order."""
    candidates = [node for node in open_increases if node.open > 0]
    if method == "LIFO":
        candidates.reverse()
    parts: list[Part] = []
    for node in candidates:
        if quantity <= 0:
            break
        part = min(node.open, quantity)
        parts.append(Part(node, part))
        quantity -= part
    if quantity > 0:
        parts.append(Part(None, quantity))
    return parts


class Linker:
    """Makes the links of one document, on nodes whose open quantities go down as it does."""

    def __init__(self, new_id: Callable[[], UUID]) -> None:
        """`new_id` gives the identifiers of links."""
        self._new_id = new_id
        self.links: list[Link] = []

    def link(self, decrease: Node, increase: Node, quantity: Decimal) -> None:
        """Let the decrease take a quantity of the increase."""
        movement = decrease.movement
        is_fixed = movement.returns is not None
        link = Link(
            id=self._new_id(),
            decrease=decrease.id,
            increase=increase.id,
            quantity=quantity,
            decrease_date=movement.key.posting_date,
            decrease_seq=movement.key.seq,
            is_fixed=is_fixed,
            returns=is_fixed and movement.nature is Nature.PURCHASE,
        )
        decrease.new_links.append(link)
        increase.new_links.append(link)
        decrease.open += quantity
        increase.open -= quantity
        self.links.append(link)

    def take(self, decrease: Node, open_increases: Sequence[Node]) -> None:
        """Link a decrease to what is there, as its method says."""
        for increase, quantity in take(-decrease.open, decrease.facts.method, open_increases):
            if increase is not None:
                self.link(decrease, increase, quantity)

    def cover(
        self, increase: Node, open_decreases: Iterable[Node], upstream: frozenset[UUID]
    ) -> list[Node]:
        """Let an increase cover decreases that wait, the oldest first; returns those covered.

        `upstream` are movements that the increase takes its cost from, near or far: to cover them
        would make its cost depend on itself.
        """
        covered: list[Node] = []
        for decrease in open_decreases:
            if increase.open <= 0:
                break
            if decrease.open >= 0 or decrease.id in upstream:
                continue
            self.link(decrease, increase, min(-decrease.open, increase.open))
            covered.append(decrease)
        return covered

    def undo(self, decrease: Node, increase: Node | None, link: Link) -> None:
        """Take a link back: a decrease is cancelled, what it took is open again."""
        mirror = link._replace(id=self._new_id(), quantity=-link.quantity)
        decrease.new_links.append(mirror)
        decrease.open -= link.quantity
        if increase is not None:
            increase.new_links.append(mirror)
            increase.open += link.quantity
        self.links.append(mirror)
