"""The change of standard cost: from a day on, an item's goods come in at another cost.

With `revalue_on_hand` what is on hand comes to the new cost too, against the difference account;
where one cost is carried for all of an item (flow CARRIED) it always does.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from domain.company import CostingMethod, Flow
from domain.documents.causes import Causes, begin, line_paths
from domain.documents.document import Document, DocumentKind
from domain.documents.needs import Needs
from domain.documents.stock_revaluation import revalue_bins
from domain.errors import InvalidValue, NotAtStandardCost, Required
from domain.facts import Facts
from domain.money import RATE_DIGITS, ZERO
from domain.recorded import ChangedStandard
from domain.references import Ref

_AT_SET_COST = frozenset({CostingMethod.STANDARD, CostingMethod.WEIGHTED_AVERAGE})
"""Where a cost in force can be set: a carried average goes on from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardCostLine:
    """An item and its new standard cost per unit, in company currency."""

    item: Ref
    standard_cost: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardCostChange(Document):
    """New standard costs."""

    kind: ClassVar[DocumentKind] = DocumentKind.STANDARD_COST_CHANGE
    series: ClassVar[str] = "SCC"

    lines: tuple[StandardCostLine, ...]
    revalue_on_hand: bool = True
    difference_account: Ref | None = None

    def needs(self) -> Needs:
        """The items and all of their bins."""
        return Needs(items=frozenset(line.item for line in self.lines), bins=True)

    def causes(self, facts: Facts) -> Causes:
        """The items' new costs, and the revaluation of what there is."""
        causes, look = begin(self, facts)
        contra = None
        if self.difference_account is not None:
            account = look.account(self.difference_account, ("differenceAccount",))
            contra = account.id if account else None
        carried = facts.company.flow is Flow.CARRIED
        if carried and not self.revalue_on_hand:
            look.refuse(InvalidValue(path=("revalueOnHand",), reason="one_cost_in_force"))
        if not self.lines:
            look.refuse(Required(path=("lines",)))
        for index, path in line_paths(len(self.lines)):
            line = self.lines[index]
            item = look.stock_item(line.item, (*path, "item"))
            look.not_negative(line.standard_cost, (*path, "standardCost"), RATE_DIGITS)
            if item is None:
                continue
            if item.costing_method not in _AT_SET_COST:
                at = (*path, "item")
                look.refuse(NotAtStandardCost(path=at, item=item.sku, method=item.costing_method))
            if any(one.item == item.id for one in causes.standards):
                look.refuse(InvalidValue(path=(*path, "item"), reason="named_twice"))
            causes.standards.append(
                ChangedStandard(item.id, item.standard_cost, line.standard_cost)
            )
            record = causes.new_line(
                item_id=item.id, quantity=ZERO, rate=line.standard_cost, account_id=contra
            )
            if self.revalue_on_hand and not carried:
                pools = facts.bins.get(item.id, ())
                revalue_bins(causes, record, pools, contra, unit_cost=line.standard_cost)
        look.refuse_if_any()
        return causes
