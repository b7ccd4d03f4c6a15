"""One document on its way through the CARRIED flow: what its steps share, and how they record."""

from dataclasses import replace
from datetime import time
from decimal import Decimal
from uuid import UUID

from domain.costing.carried.bins import Bins
from domain.costing.carried.costs import AVERAGE, Amounts, difference_kind
from domain.costing.carried.facts import CarriedFacts
from domain.costing.linked.facts import BinTotals
from domain.documents.causes import Causes
from domain.lookup import LookUp
from domain.movements import Contra, CostEntry, EntryKind, Movement


class Work:
    """Mutable, and gone when the document is valued."""

    def __init__(self, causes: Causes, facts: CarriedFacts, look: LookUp) -> None:
        self.causes = causes
        self.facts = facts
        self.look = look
        self.digits = causes.facts.company.digits
        self.bins = Bins(facts.items, self.digits)
        self.time = _posting_time(causes, facts)
        self.movements: list[Movement] = []
        self.entries: list[CostEntry] = []
        self.costs: dict[UUID, Decimal] = {}
        self.balances: dict[UUID, BinTotals] = {}
        self.worth_before: dict[UUID, Decimal] = {}
        self.taken_back: dict[UUID, Decimal] = {}

    def method(self, item: UUID) -> str:
        """How the item is costed."""
        return self.causes.facts.items_by_id[item].costing_method

    def is_averaged(self, item: UUID) -> bool:
        """Whether the item is costed by weighted average."""
        return self.method(item) == AVERAGE

    def keep(self, movement: Movement, amounts: Amounts, difference: Decimal) -> None:
        """Record a movement with its entries."""
        made = replace(
            movement,
            key=movement.key._replace(posting_time=self.time, ordinal=len(self.movements)),
            card=self.bins.card(movement.pool.item),
            given=amounts.given,
        )
        self.movements.append(made)
        for one in amounts.given:
            self.enter(made, one.kind, one.amount, one.contra, one.stock)
        self.enter(made, EntryKind.ISSUE, amounts.derived)
        self.enter(made, difference_kind(made), difference)
        cost = amounts.total + difference
        self.costs[made.id] = cost
        self.bins.put(made.pool, made.quantity, cost, made.key)
        self.balances[made.id] = self.bins.of(made.pool)

    def enter(
        self,
        movement: Movement,
        kind: EntryKind,
        amount: Decimal,
        contra: Contra | None = None,
        stock: UUID | None = None,
    ) -> None:
        """Record a cost entry on the document's date, if it is anything."""
        if amount:
            self.entries.append(
                CostEntry(
                    id=self.causes.facts.new_id(),
                    movement=movement,
                    because=self.causes.document.id,
                    kind=kind,
                    posting_date=self.causes.posting_date,
                    amount=amount,
                    contra=contra,
                    stock=stock,
                )
            )


def _posting_time(causes: Causes, facts: CarriedFacts) -> time:
    """After what is recorded on that date in the bins, unless the document says when."""
    if causes.posting_time is not None:
        return causes.posting_time
    keys = [
        facts.items[one.pool.item].bins[one.pool].last_key
        for one in causes.movements
        if one.pool in facts.items[one.pool.item].bins
    ]
    times = [key.posting_time for key in keys if key and key.posting_date == causes.posting_date]
    return max([causes.not_before, *times])
