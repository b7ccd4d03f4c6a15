"""The books of one item in the LINKED flow: its company, and what it keeps of its stock."""

from dataclasses import replace
from itertools import count
from uuid import UUID

from domain.company import AutomaticCostAdjustment, CompanySettings, Scheme
from domain.documents.document import Document
from domain.facts import Facts, ItemFacts
from domain.movements import NO_LOT, Pool
from tests.model.linked.histories import LOTS, STANDARD_COST, WAREHOUSES, Rules
from tests.model.linked.stock import LinkedStock
from tests.model.memory_masters import company_facts

ITEM = UUID(int=7)
PLACES = {name: UUID(int=200 + index) for index, name in enumerate(WAREHOUSES)}
LOT_IDS = {"": NO_LOT} | {name: UUID(int=300 + index) for index, name in enumerate(LOTS)}


class LinkedStore(LinkedStock):
    """Stock of one item that is costed by some rules."""

    def __init__(self, rules: Rules, *, adjusts: bool) -> None:
        switch = AutomaticCostAdjustment.ALWAYS if adjusts else AutomaticCostAdjustment.NEVER
        settings = CompanySettings(
            automatic_cost_adjustment=switch,
            average_cost_period=rules.period,
            average_cost_calc_type=rules.type,
        )
        super().__init__(settings, {ITEM: rules.method})
        self.company = replace(company_facts(settings), scheme=Scheme.CONTINENTAL)
        self.item = ItemFacts(
            id=ITEM, sku="ITEM", name="Item", costing_method=rules.method,
            standard_cost=STANDARD_COST if rules.method == "STANDARD" else None,
            allow_negative=rules.negative,
        )  # fmt: skip
        self.has_lots = rules.lots
        self.of_document: dict[int, list[UUID]] = {}
        self.documents: dict[int, Document] = {}
        self._ids = count(1 << 20)

    def _masters(self) -> Facts:
        return Facts(company=self.company, new_id=self._new_id, items_by_id={ITEM: self.item})

    def _new_id(self) -> UUID:
        return UUID(int=next(self._ids))

    def _pools(self) -> list[Pool]:
        lots = LOTS if self.has_lots else ("",)
        return [Pool(ITEM, place, LOT_IDS[lot]) for place in PLACES.values() for lot in lots]
