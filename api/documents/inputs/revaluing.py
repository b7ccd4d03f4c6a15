"""The inputs of revaluations and changes of costing method, each with its `to_command()`."""

from decimal import Decimal

import strawberry

from api.documents.inputs.parts import CENTER, DocumentInput, about, maybe
from api.types.enums import CostingMethod
from api.types.refs import AccountRef, CostCenterRef, ItemRef, LineRef, WarehouseRef
from domain.documents.costing_method_change import CostingMethodChange, MethodChangeLine
from domain.documents.stock_revaluation import RevaluationLine, StockRevaluation


@strawberry.input(description="What an item's stock on hand is worth: a unit cost or a value.")
class RevalueStockLineInput:
    """A line of a revaluation."""

    item: ItemRef = about("The stock item.")
    warehouse: WarehouseRef | None = about(
        "Where; in every warehouse that holds some unless given.", default=None
    )
    unit_cost: Decimal | None = about(
        "The new cost per unit, in the document's currency, zero or above.", default=None
    )
    value: Decimal | None = about(
        "Instead: what all of it is worth, in the document's currency; of one warehouse and lot.",
        default=None,
    )
    batch: str | None = about(
        "Only this batch, for items costed by batch; all unless given.", default=None
    )
    serials: list[str] = about(
        "Only these, for items costed by serial number; all unless given.", default_factory=list
    )
    receipt_line: LineRef | None = about(
        "Only what is left of this receipt (flow LINKED).", default=None
    )
    cost_center: CostCenterRef | None = about(CENTER, default=None)

    def to_command(self) -> RevaluationLine:
        """The line as the domain knows it."""
        return RevaluationLine(
            item=self.item.to_ref(),
            warehouse=maybe(self.warehouse),
            unit_cost=self.unit_cost,
            value=self.value,
            batch=self.batch,
            serials=tuple(self.serials),
            receipt_line=maybe(self.receipt_line),
            cost_center=maybe(self.cost_center),
        )


@strawberry.input(description="New costs of stock on hand, from the day on which they count.")
class RevalueStockInput(DocumentInput):
    """A revaluation."""

    lines: list[RevalueStockLineInput] = about("What is revalued, at least one line.")
    difference_account: AccountRef | None = about(
        "The other side; the company's stock adjustment account unless given.", default=None
    )

    def to_command(self) -> StockRevaluation:
        """The document as the domain knows it."""
        return StockRevaluation(
            **self.common(),
            lines=tuple(line.to_command() for line in self.lines),
            difference_account=maybe(self.difference_account),
        )


@strawberry.input(description="An item that comes under another costing method.")
class CostingMethodChangeLineInput:
    """A line of a change of method."""

    item: ItemRef = about("The stock item.")
    costing_method: CostingMethod = about("Its new method: FIFO, LIFO or MOVING_AVERAGE.")
    unit_cost: Decimal | None = about(
        "What a unit on hand is set to, in the document's currency; its value stays unless given.",
        default=None,
    )

    def to_command(self) -> MethodChangeLine:
        """The line as the domain knows it."""
        return MethodChangeLine(
            item=self.item.to_ref(), method=self.costing_method, unit_cost=self.unit_cost
        )


@strawberry.input(description="A change of costing methods, on the day from which it counts.")
class SubmitCostingMethodChangeInput(DocumentInput):
    """A change of method."""

    lines: list[CostingMethodChangeLineInput] = about("The items, each once.")
    difference_account: AccountRef | None = about(
        "The other side of new unit costs; the company's stock adjustment account unless given.",
        default=None,
    )

    def to_command(self) -> CostingMethodChange:
        """The document as the domain knows it."""
        return CostingMethodChange(
            **self.common(),
            lines=tuple(line.to_command() for line in self.lines),
            difference_account=maybe(self.difference_account),
        )
