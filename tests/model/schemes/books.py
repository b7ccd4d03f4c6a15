"""Books in memory of the schemes whose invoices move goods, each with its own flow of costs."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from domain.accounts import Role
from domain.company import Flow, Scheme
from domain.costing.carried.facts import CarriedFacts, CarriedItem
from domain.costing.carried.flow import carried_items
from domain.costing.linked.facts import BinTotals, MissingLinked
from domain.costing.linked.flow import linked_items
from domain.decide import Decision, decide, prepare
from domain.documents.causes import Causes
from domain.documents.document import Document, DocumentKind
from domain.facts import ItemFacts, OriginalMovement
from domain.links import Link, LinkChange
from domain.money import ZERO
from domain.movements import GIVEN_KINDS, EntryKind, Movement, Nature, UnitCost
from domain.posting_rules import PostingRule, RuleTable
from domain.recorded import DocumentFacts, GivenElsewhere
from tests.model.linked.stock import Kept, LinkedStock
from tests.model.memory import MemoryBooks
from tests.model.memory_masters import ACCOUNT_IDS, ITEM_IDS
from tests.model.memory_stock import StoredPool
from tests.model.operations import SERVICE, Switches
from tests.model.schemes.by_level import STANDARD_COST

STANDARD = Decimal("7.37")
LINKED_METHODS = {
    "fifo": "FIFO", "lifo": "LIFO", "average": "AVERAGE_PERIOD", "fifo-": "FIFO",
    "lifo-": "STANDARD", "average-": "AVERAGE_PERIOD",
}  # fmt: skip


class ByLevelBooks(MemoryBooks):
    """A company of BY_LEVEL whose goods are all at one standard cost."""

    def __init__(self, switches: Switches) -> None:
        super().__init__(switches)
        self.cards: dict[UUID, UnitCost | None] = {}
        self.settle_on(switches)

    def settle_on(self, switches: Switches) -> None:
        super().settle_on(switches)
        stock = LinkChange(Link.STOCK, is_on=switches.integrates_stock, from_date=None)
        self.company = replace(
            self.company,
            scheme=Scheme.BY_LEVEL,
            flow=Flow.CARRIED,
            settings=replace(self.company.settings, links=(stock,)),
            roles={
                **self.company.roles,
                Role.PURCHASE_VARIANCE: ACCOUNT_IDS["Variance"],
            },
            posting_rules={
                table: (PostingRule(position=1, accounts=accounts),)
                for table, accounts in RULES.items()
            },
        )

    def preview(self, document: Document) -> Decision:
        causes = prepare(document, self._facts(document))
        for movement in causes.movements:
            self.pools.setdefault(movement.pool, StoredPool())
        outcome = decide(causes, self._carried(causes))
        assert isinstance(outcome, Decision)
        return outcome

    def _item(self, name: str) -> ItemFacts:
        item = super()._item(name)
        if name == SERVICE:
            return item
        standard = Decimal(STANDARD_COST)
        return replace(item, costing_method="STANDARD", standard_cost=standard, allow_negative=True)

    def _carried(self, causes: Causes) -> CarriedFacts:
        bins = {
            pool: BinTotals(one.state.quantity, one.state.value, one.state.movements, one.last)
            for pool, one in self.pools.items()
        }
        items = {
            id_: CarriedItem(
                self.cards.get(id_), {pool: one for pool, one in bins.items() if pool.item == id_}
            )
            for id_ in carried_items(causes)
        }
        given = {one.movement for one in causes.regiven}
        return CarriedFacts(items=items, movements={id_: self._movement(id_) for id_ in given})

    def _keep(self, decision: Decision) -> None:
        super()._keep(decision)
        self.cards |= decision.cards


RULES = {
    RuleTable.SALES: {
        Role.INCOME: ACCOUNT_IDS["Sales"],
        Role.SALES_DISCOUNT: ACCOUNT_IDS["Rebates"],
    },
    RuleTable.COST_OF_SALES: {Role.COST_OF_GOODS_SOLD: ACCOUNT_IDS["COGS"]},
}
"""Where sales and their cost go under BY_LEVEL, whatever is sold to whom."""


_BILLED_LATER = frozenset({DocumentKind.PURCHASE_RECEIPT, DocumentKind.DELIVERY_NOTE})


def _gives_back(movement: Movement) -> set[UUID]:
    """What a return gives back."""
    sources = {one.movement for one in movement.sources if movement.nature is Nature.SALE}
    return sources | ({movement.returns.movement} if movement.returns else set())


def _waits(kept: Kept) -> Decimal:
    """What of a movement nobody has billed or credited, or never will."""
    return abs(kept.movement.quantity) - sum((one.invoiced for _, one in kept.entries), ZERO)


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
        settings = replace(
            self.company.settings,
            automatic_cost_posting=False,
        )
        roles = {
            **self.company.roles,
            Role.PURCHASES: ACCOUNT_IDS["Purchases"],
        }
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
        if self.company.settings.value_rejected:
            self.linked.pays_for_rejected |= {line.id for line in decision.causes.lines}
        if decision.linked is not None:
            self.linked.seq = self.seq - 1
            self.linked.keep(decision.causes, decision.linked)

    def waiting(self) -> Iterable[tuple[Decimal, Decimal, Decimal]]:
        """Of each receipt and delivery: what its costs say waits, its line, and what is expected.

        Returns wait for credits where lines wait for bills, less; never for both. What is expected
        is told where nothing waits any more.
        """
        for line in self.lines.values():
            if line.is_void or not line.is_stock_item or line.kind not in _BILLED_LATER:
                continue
            moved = [one for one in self.linked.kept.values() if one.movement.line == line.id]
            moved = [one for one in moved if self.linked.is_billed(one)]
            ids = {one.movement.id for one in moved}
            back = [one for one in self.linked.kept.values() if ids & _gives_back(one.movement)]
            waits = [sum((_waits(one) for one in some), ZERO) for some in (moved, back)]
            assert min(waits) == 0, (line, waits)
            expected = sum((abs(one.amount()[1]) for one in (*moved, *back)), ZERO)
            still_open = line.open_quantity
            yield waits[0] - waits[1], still_open, ZERO if still_open else expected

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
            and (one.kind in GIVEN_KINDS or (one.kind is EntryKind.ISSUE and one.invoiced))
        )  # fmt: skip
        return replace(super()._recorded(id_), gave=gave)
