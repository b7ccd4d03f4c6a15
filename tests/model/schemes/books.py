"""Books in memory of the schemes whose invoices move goods, each with its own flow of costs."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from domain.accounts import Role
from domain.company import Flow, Scheme
from domain.costing.linked.facts import MissingLinked
from domain.costing.linked.flow import linked_items
from domain.decide import Decision, decide, prepare
from domain.documents.document import Document
from domain.facts import ItemFacts, OriginalMovement
from domain.money import ZERO
from domain.movements import Movement
from domain.recorded import DocumentFacts, GivenElsewhere
from tests.model.linked.stock import LinkedStock
from tests.model.memory import MemoryBooks
from tests.model.memory_masters import ACCOUNT_IDS, ITEM_IDS
from tests.model.memory_stock import StoredPool
from tests.model.operations import SERVICE, Switches

STANDARD = Decimal("7.37")
LINKED_METHODS = {
    "fifo": "FIFO", "lifo": "LIFO", "average": "AVERAGE_PERIOD", "fifo-": "FIFO",
    "lifo-": "STANDARD", "average-": "AVERAGE_PERIOD",
}  # fmt: skip


class ContinentalBooks(MemoryBooks):
    """A company of CONTINENTAL whose costs wait for a batch: the ledger hears of papers alone."""

    def __init__(self, switches: Switches) -> None:
        super().__init__(switches)
        self.linked = LinkedStock(
            self.company.settings, {ITEM_IDS[item]: of for item, of in LINKED_METHODS.items()}
        )
        self.settle_on(switches)

    def settle_on(self, switches: Switches) -> None:
        super().settle_on(switches)
        settings = replace(self.company.settings, automatic_cost_posting=False)
        roles = {**self.company.roles, Role.PURCHASES: ACCOUNT_IDS["Purchases"]}
        self.company = replace(
            self.company,
            scheme=Scheme.CONTINENTAL,
            flow=Flow.LINKED,
            settings=settings,
            roles=roles,
        )

    def preview(self, document: Document) -> Decision:
        causes = prepare(document, self._facts(document))
        known = MissingLinked(items=frozenset(linked_items(causes)))
        for _ in range(60):
            outcome = decide(causes, self.linked.facts(causes, known))
            if isinstance(outcome, Decision):
                return outcome
            assert isinstance(outcome, MissingLinked)
            wider = known.with_(outcome)
            assert wider != known, "asked for what it was given"
            known = wider
        raise AssertionError("the decision never ends")

    def _item(self, name: str) -> ItemFacts:
        item = super()._item(name)
        if name == SERVICE:
            return item
        method = LINKED_METHODS.get(name, "FIFO")
        standard = STANDARD if method == "STANDARD" else None
        return replace(item, costing_method=method, standard_cost=standard, allow_negative=True)

    def _keep(self, decision: Decision) -> None:
        for movement in decision.movements:
            self.pools.setdefault(movement.pool, StoredPool())
        super()._keep(decision)
        if decision.linked is not None:
            self.linked.seq = self.seq - 1
            self.linked.keep(decision.causes, decision.linked)

    def _original_movement(self, movement: Movement) -> OriginalMovement:
        kept = self.linked.kept.get(movement.id)  # of cancelled ones nothing is
        return super()._original_movement(movement)._replace(cost=kept.cost if kept else ZERO)

    def _recorded(self, id_: UUID) -> DocumentFacts:
        own = set(self.moved.get(id_, ()))
        gave = tuple(
            GivenElsewhere(
                kept.movement.id, kept.movement.pool, kept.movement.key, one.kind, one.amount,
                one.contra, one.expected, one.invoiced, one.covered,
            )
            for kept in self.linked.kept.values()
            for _, one in kept.entries
            if one.because == id_ and kept.movement.id not in own
            and (one.invoiced or one.kind in {"DIRECT", "PRICE", "CHARGE"})
        )  # fmt: skip
        return replace(super()._recorded(id_), gave=gave)
