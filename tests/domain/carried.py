"""A company of scheme BY_LEVEL with its books in memory: one item, two warehouses, three links.

Everything is decided as in the product; what stands in the ledger is told by the link that it hangs
on, so that one table says what any choice of links leaves.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.accounts import ROOTS_OF_TYPE, AccountType, Role
from domain.company import Flow, Scheme
from domain.costing.carried.facts import CarriedFacts, CarriedItem, Later
from domain.costing.carried.flow import carried_items
from domain.costing.linked.facts import BinTotals
from domain.decide import Decision, decide, prepare
from domain.documents.causes import Causes
from domain.documents.document import Document
from domain.facts import AccountFacts, Facts, ItemFacts, ItemGroupFacts
from domain.links import Link, LinkChange
from domain.money import ZERO
from domain.movements import Pool, UnitCost
from domain.posting_rules import PostingRule, RuleTable
from domain.recorded import DocumentFacts
from domain.references import Ref
from tests.model.memory import MemoryBooks
from tests.model.memory_masters import ACCOUNT_IDS, ITEM_IDS, WAREHOUSE_IDS
from tests.model.memory_stock import StoredPool
from tests.model.operations import Switches

GOODS = "average"
"""The model's item that is used here, under either method."""

MORE_ACCOUNTS = {
    "Variance": "PURCHASE_PRICE_VARIANCE",
    "Shrinkage": "STOCK_ADJUSTMENT",
    "Spare": "STOCK",
}
ACCOUNTS = ACCOUNT_IDS | {name: UUID(int=150 + n) for n, name in enumerate(MORE_ACCOUNTS)}
NAMES = {id_: name for name, id_ in ACCOUNTS.items()}
GROUPS = {
    "FG": ItemGroupFacts(UUID(int=500), "FG", stock_account=ACCOUNTS["Stock A"]),
    "SPARE": ItemGroupFacts(UUID(int=501), "SPARE", stock_account=ACCOUNTS["Spare"]),
}


class CarriedBooks(MemoryBooks):
    """Posts documents of the company, and keeps costs in force with the bins."""

    def __init__(self, method: str, standard: str | None, off: frozenset[Link]) -> None:
        super().__init__(Switches())
        settings = replace(
            self.company.settings,
            links=tuple(LinkChange(link, is_on=False, from_date=None) for link in off),
        )
        accounts = {
            ACCOUNTS[name]: AccountFacts(
                ACCOUNTS[name], name, name, AccountType(kind), ROOTS_OF_TYPE[AccountType(kind)][0]
            )
            for name, kind in MORE_ACCOUNTS.items()
        }
        self.company = replace(
            self.company,
            scheme=Scheme.BY_LEVEL,
            flow=Flow.CARRIED,
            settings=settings,
            accounts={**self.company.accounts, **accounts},
            accounts_named=ACCOUNTS,
            roles={**self.company.roles, Role.PURCHASE_VARIANCE: ACCOUNTS["Variance"]},
            item_groups={one.id: one for one in GROUPS.values()},
            posting_rules={
                RuleTable.SALES: (
                    PostingRule(position=1, accounts={Role.INCOME: ACCOUNTS["Sales"]}),
                ),
                RuleTable.COST_OF_SALES: (
                    PostingRule(position=1, accounts={Role.COST_OF_GOODS_SOLD: ACCOUNTS["COGS"]}),
                ),
            },
        )
        self.method = method
        self.standard = Decimal(standard) if standard is not None else None
        self.group = GROUPS["FG"].id
        self.card: UnitCost | None = None

    def preview(self, document: Document) -> Decision:
        """Decide by the cost in force and all bins of the item: one round is enough."""
        causes = prepare(document, self._facts(document))
        outcome = decide(causes, self._carried(causes))
        assert isinstance(outcome, Decision)
        return outcome

    def _facts(self, document: Document) -> Facts:
        return replace(super()._facts(document), company=self.company)

    def _item(self, name: str) -> ItemFacts:
        item = super()._item(name)
        if name != GOODS:
            return item
        return replace(
            item, costing_method=self.method, standard_cost=self.standard, group=self.group
        )

    def _method(self, name: str) -> str:
        return self.method if name == GOODS else super()._method(name)

    def _recorded(self, id_: UUID) -> DocumentFacts:
        causes = self.documents[id_].decision.causes
        changes = {"standards": tuple(causes.standards), "groups": tuple(causes.groups)}
        return replace(super()._recorded(id_), **changes)

    def _carried(self, causes: Causes) -> CarriedFacts:
        for movement in causes.movements:
            self.pools.setdefault(movement.pool, StoredPool())
        own = {pool: one for pool, one in self.pools.items() if pool.item == ITEM_IDS[GOODS]}
        bins = {
            pool: BinTotals(one.state.quantity, one.state.value, one.state.movements, one.last)
            for pool, one in own.items()
        }
        items = {id_: CarriedItem(self.card, bins) for id_ in carried_items(causes)}
        return CarriedFacts(
            items=items,
            later={pool: self._later(pool, causes.posting_date) for pool in own},
            movements={one.movement: self._movement(one.movement) for one in causes.regiven},
        )

    def _later(self, pool: Pool, day: date) -> Later:
        moved = [m for m in self.movements.values() if m.pool == pool]
        late = [m for m in moved if m.key.posting_date > day]
        days = sorted({m.key.posting_date for m in late})
        since = [sum((m.quantity for m in late if m.key.posting_date >= d), ZERO) for d in days]
        return Later(since[0] if since else ZERO, max(since, default=ZERO))

    def _keep(self, decision: Decision) -> None:
        super()._keep(decision)
        self.card = decision.cards.get(ITEM_IDS[GOODS], self.card)
        for one in decision.causes.standards:
            self.standard = one.after
        for one in decision.causes.groups:
            self.group = one.after
        self._hold()

    def _hold(self) -> None:
        """A bin is worth its quantity at the cost in force, and what its entries add up to."""
        for pool, stored in self.pools.items():
            inside = [m for m in self.movements.values() if m.pool == pool]
            assert stored.state.value == sum((self.costs[m.id].total for m in inside), ZERO)
            assert stored.state.quantity == sum((m.quantity for m in inside), ZERO)

    # -- what a table asks ------------------------------------------------------------------------

    def stock(self) -> dict[str, tuple[str, str]]:
        """Quantity and value by warehouse, of the bins that hold or held anything."""
        places = {id_: name for name, id_ in WAREHOUSE_IDS.items()}
        return {
            places[pool.warehouse]: (str(one.state.quantity), f"{one.state.value:.2f}")
            for pool, one in self.pools.items()
            if one.movements
        }

    def unit_cost(self) -> str:
        """What the item costs in force, to four places."""
        return f"{self.card.value / self.card.quantity:.4f}" if self.card else ""


def posted(decision: Decision) -> dict[str, str]:
    """What a document has brought to the ledger, account by account."""
    sums: dict[str, Decimal] = {}
    for entry in decision.journal:
        for line in entry.lines:
            name = NAMES[line.account]
            sums[name] = sums.get(name, ZERO) + line.amount
    return {name: f"{amount:.2f}" for name, amount in sums.items() if amount}


def head(no: int, day: str) -> dict[str, Any]:
    """The head of the document of that number."""
    return {
        "id": UUID(int=(1 << 30) + no),
        "company": Ref("company", "code", "MODEL"),
        "posting_date": date.fromisoformat(f"2026-{day}"),
    }
