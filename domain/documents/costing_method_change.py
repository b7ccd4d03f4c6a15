"""The change of costing method: from a day on, items are costed by another method.

Every bin of the item is marked by a count that moves nothing. What it holds becomes one layer at
its value, which stays, or at a new unit cost, which revalues it against the difference account.
Movements before the mark stay under the old method, also when something late is posted among them.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from domain.company import CostingMethod, Flow
from domain.documents.causes import Causes, begin, line_paths
from domain.documents.document import Document, DocumentKind
from domain.documents.needs import Needs
from domain.errors import (
    InvalidValue,
    LaterMethodChange,
    MethodNeedsLots,
    NotSupported,
    Required,
)
from domain.facts import Facts, ItemFacts
from domain.lookup import LookUp, Path
from domain.money import RATE_DIGITS, ZERO, multiply
from domain.movements import Assertion, Nature
from domain.recorded import ChangedMethod
from domain.references import Ref

INTERCHANGEABLE = (CostingMethod.FIFO, CostingMethod.LIFO, CostingMethod.MOVING_AVERAGE)
"""The methods that value goods alike: what one has left the other can go on from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodChangeLine:
    """An item and its new method; `unit_cost` (document currency) is what its stock is set to."""

    item: Ref
    method: CostingMethod
    unit_cost: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CostingMethodChange(Document):
    """Items that come under another costing method."""

    kind: ClassVar[DocumentKind] = DocumentKind.COSTING_METHOD_CHANGE
    series: ClassVar[str] = "CMC"

    lines: tuple[MethodChangeLine, ...]
    difference_account: Ref | None = None

    def needs(self) -> Needs:
        """The items and all of their bins."""
        return Needs(items=frozenset(line.item for line in self.lines), bins=True)

    def causes(self, facts: Facts) -> Causes:
        """A mark in each bin, and the items' new methods."""
        causes, look = begin(self, facts)
        flow = facts.company.flow
        if flow is not Flow.REPLAY:
            supported = (Flow.REPLAY.value,)
            look.refuse(
                NotSupported(path=(), feature="flow", value=flow.value, supported=supported)
            )
        contra = self._difference_account(look)
        if not self.lines:
            look.refuse(Required(path=("lines",)))
        for index, path in line_paths(len(self.lines)):
            line = self.lines[index]
            item = look.stock_item(line.item, (*path, "item"))
            if line.unit_cost is not None:
                look.not_negative(line.unit_cost, (*path, "unitCost"), RATE_DIGITS)
            if item is not None:
                self._check(causes, look, line, item, path)
                self._mark(causes, line, item, contra)
        look.refuse_if_any()
        return causes

    def _check(
        self, causes: Causes, look: LookUp, line: MethodChangeLine, item: ItemFacts, path: Path
    ) -> None:
        if any(one.item == item.id for one in causes.methods):
            look.refuse(InvalidValue(path=(*path, "item"), reason="named_twice"))
        at = (*path, "costingMethod")
        if line.method in (CostingMethod.BATCH, CostingMethod.SERIAL):
            look.refuse(MethodNeedsLots(path=at, item=item.sku, method=line.method))
        elif item.costing_method not in INTERCHANGEABLE:
            look.refuse(MethodNeedsLots(path=at, item=item.sku, method=item.costing_method))
        elif line.method not in INTERCHANGEABLE:
            look.refuse(
                NotSupported(
                    path=at, feature="costingMethod", value=line.method, supported=INTERCHANGEABLE
                )
            )
        elif line.method == item.costing_method:
            look.refuse(InvalidValue(path=at, reason="unchanged"))
        if item.method_changes:
            last = item.method_changes[-1].key
            time = self.posting_time or last.posting_time
            if (self.posting_date, time) < (last.posting_date, last.posting_time):
                on = last.posting_date.isoformat()
                look.refuse(LaterMethodChange(path=("postingDate",), item=item.sku, changed_on=on))

    def _mark(
        self, causes: Causes, line: MethodChangeLine, item: ItemFacts, contra: UUID | None
    ) -> None:
        causes.methods.append(ChangedMethod(item.id, item.costing_method, line.method))
        record = causes.new_line(
            item_id=item.id, quantity=ZERO, rate=line.unit_cost, account_id=contra
        )
        causes.content[str(record.id)] = f"{item.costing_method} {line.method.value}"
        cost = line.unit_cost
        if cost is not None:
            cost = multiply(cost, self.exchange_rate)
        for pool in causes.facts.bins.get(item.id, ()):
            counted = Assertion(None, cost)
            causes.move(pool, ZERO, Nature.COUNT, record, contra=contra, counted=counted)

    def _difference_account(self, look: LookUp) -> UUID | None:
        """Where new unit costs go; without any, none is needed."""
        path = ("differenceAccount",)
        if self.difference_account is not None:
            account = look.account(self.difference_account, path)
            return account.id if account else None
        if all(line.unit_cost is None for line in self.lines):
            return None
        return look.difference_account(path)
