"""One document on its way through the LINKED flow: what its steps share and change."""

from datetime import time
from uuid import UUID

from domain.costing.linked.entering import entered
from domain.costing.linked.facts import LinkedFacts
from domain.costing.linked.linking import Linker
from domain.costing.linked.node import Node
from domain.costing.linked.periods import Averaging
from domain.documents.causes import Causes
from domain.lookup import LookUp
from domain.movements import Given, Pool


class Work:
    """Mutable, and gone when the document is valued.

    `nodes` are all movements known so far, `new` those that it records, in order; `opened` are, by
    pool, those and the receipts of which it gives some back; `start` those whose cost is to be
    worked out first.
    """

    def __init__(self, causes: Causes, facts: LinkedFacts, look: LookUp) -> None:
        """Nothing has happened yet."""
        self.causes = causes
        self.facts = facts
        self.look = look
        self.company = causes.facts.company
        self.digits = self.company.digits
        self.linker = Linker(causes.facts.new_id)
        self.nodes = {id_: Node.of(one) for id_, one in facts.movements.items()}
        self.new: list[Node] = []
        self.opened: dict[Pool, list[Node]] = {}
        self.start: set[UUID] = set()
        self.averaging = Averaging.of(self.company.settings)
        self.adjusts = self.company.settings.adjusts_at_once or causes.adjusts_costs
        self.time = _posting_time(causes, facts)

    def open(self, node: Node) -> None:
        """Something of it is there, or waits, that the books did not have open."""
        self.opened.setdefault(node.movement.pool, []).append(node)

    def method(self, item: UUID) -> str:
        """How the item is costed."""
        return self.causes.facts.items_by_id[item].costing_method

    def give(self, node: Node, given: Given) -> None:
        """A document's cost enters the books on a movement, with what goes with it."""
        item = self.causes.facts.items_by_id[node.movement.pool.item]
        for one in entered(node, given, item, self.digits):
            node.give(one, self.causes.posting_date, self.causes.document.id)


def _posting_time(causes: Causes, facts: LinkedFacts) -> time:
    """After what is recorded on that date in the pools, unless the document says when."""
    if causes.posting_time is not None:
        return causes.posting_time
    keys = [facts.bins[one.pool].last_key for one in causes.movements if one.pool in facts.bins]
    times = [key.posting_time for key in keys if key and key.posting_date == causes.posting_date]
    return max([causes.not_before, *times])
