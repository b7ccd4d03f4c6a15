"""The pure domain with its books in memory: what the database does, done with dictionaries."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import count
from uuid import UUID

from domain.costing.replay import Missing
from domain.decide import Decision, decide, prepare
from domain.documents.cancellation import Cancellation
from domain.documents.document import Document
from domain.facts import Facts
from domain.money import ZERO
from domain.movements import (
    Pool,
    PostingKey,
)
from domain.open_lines import StockAccountBalance
from domain.recorded import DocumentFacts
from domain.references import Ref
from tests.model.memory_foreign import MemoryForeign
from tests.model.memory_lots import MemoryLots
from tests.model.memory_masters import ACCOUNT_IDS, facts_of, party_facts
from tests.model.memory_stock import Kept
from tests.model.operations import (
    ALL_ITEMS,
    SERVICE,
    Switches,
)


class MemoryBooks(MemoryLots, MemoryForeign):
    """Posts documents and keeps everything in dictionaries."""

    def __init__(self, switches: Switches, *, layers_at_first: int = 2) -> None:
        super().__init__(layers_at_first)
        self.company = facts_of(switches)
        self._ids = count(1 << 20)

    def settle_on(self, switches: Switches) -> None:
        """Other switches; the days that are closed stay so."""
        closed = self.company.frozen_through
        self.company = replace(facts_of(switches), frozen_through=closed)
        self.below_zero.by_company = switches.below_zero

    def new_id(self) -> UUID:
        return UUID(int=next(self._ids))

    def submit(self, document: Document) -> Decision:
        """Decide and keep.

        Raises:
            Refused: as the domain does; nothing was kept.
        """
        decision = self.preview(document)
        self._keep(decision)
        return decision

    def preview(self, document: Document) -> Decision:
        """Decide: name further pools as often as the domain asks for them."""
        causes = prepare(document, self._facts(document))
        also: dict[Pool, PostingKey] = {}
        for _ in range(100):
            outcome = decide(causes, self._pools(causes, also))
            if isinstance(outcome, Decision):
                return outcome
            assert isinstance(outcome, Missing)
            for pool, key in outcome.pools.items():
                assert pool not in also or key < also[pool], "asked for what it was given"
                also[pool] = key
        raise AssertionError("the decision never ends")

    def _facts(self, document: Document) -> Facts:
        needs = document.needs()
        documents: dict[UUID, DocumentFacts] = {}
        if isinstance(document, Cancellation):
            id_ = UUID(document.document.value)
            documents[id_] = self._recorded(id_)
        items = {name: self._item(name) for name in (*ALL_ITEMS, SERVICE)}
        facts = Facts(
            company=self.company,
            new_id=self.new_id,
            items={ref: items[ref.value] for ref in needs.items},
            items_by_id={item.id: item for item in items.values()},
            bins={
                item.id: tuple(
                    pool
                    for pool in sorted(self.pools)
                    if pool.item == item.id and self.pools[pool].has_moved
                )
                for item in items.values()
            },
            parties={ref: party_facts(ref.value) for ref in needs.parties},
            lines={id_: self._line(id_) for id_ in _ids(needs.lines) if id_ in self.lines},
            documents=documents,
            originals=self._originals(_ids(needs.originals), _ids(needs.originals_of)),
            open_items=[
                self._open_item(id_) for id_ in _ids(needs.open_items) if id_ in self.open_items
            ],
            stock_balances={
                ACCOUNT_IDS[name]: StockAccountBalance(ZERO, ZERO)
                for name in ("Stock A", "Stock B")
            },
        )
        facts = self._with_foreign(needs, facts)
        return self._with_lots(needs, self._with_credited(needs, facts))

    def _keep(self, decision: Decision) -> None:
        self.seq += 1
        causes = decision.causes
        self.documents[causes.document.id] = Kept(decision, self.seq)
        if causes.cancels is not None:
            self.documents[causes.cancels.id].void = True
        for movement in decision.movements:
            self._keep_movement(movement)
        for record in decision.costs:
            self._keep_cost(record)
        for entry in decision.journal:
            journal = self.documents[entry.document].journal
            for line in entry.lines:
                key = (entry.posting_date, line.account, line.cost_center, line.party)
                journal[key] = journal.get(key, ZERO) + line.amount
                if line.in_currency is not None:
                    held = self.documents[entry.document].held
                    held[key] = held.get(key, ZERO) + line.in_currency
        self._keep_lots(causes)
        self._keep_papers(causes)
        self._keep_pools(decision)


def _ids(refs: Iterable[Ref]) -> Iterable[UUID]:
    return [UUID(ref.value) for ref in refs]
