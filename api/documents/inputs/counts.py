"""The input of stock reconciliations, with its `to_command()`."""

from decimal import Decimal

import strawberry

from api.documents.inputs.parts import BATCH, CENTER, UOM, DocumentInput, about, maybe
from api.types.refs import AccountRef, CostCenterRef, ItemRef, WarehouseRef
from domain.documents.stock_reconciliation import (
    ReconciliationLine,
    ReconciliationPurpose,
    StockReconciliation,
)


@strawberry.input(description="What there is of an item in a warehouse.")
class StockReconciliationLineInput:
    """A line of a count; quantity and rate stay as they are unless given."""

    item: ItemRef = about("The stock item.")
    warehouse: WarehouseRef = about("Where it was counted.")
    quantity: Decimal | None = about(
        "Quantity that there is, in the line's unit, zero or above; as in the books unless given.",
        default=None,
    )
    rate: Decimal | None = about(
        "Cost per unit, in the document's currency; unless given as in the books, or where there"
        " was nothing the last known one.",
        default=None,
    )
    batch: str | None = about(BATCH, default=None)
    serials: list[str] = about(
        "All serial numbers that there are, for items kept by them; of a line with a rate alone,"
        " those that come to cost it. A line of quantity 0 that names neither batch nor serial"
        " numbers says that none of the item is there.",
        default_factory=list,
    )
    cost_center: CostCenterRef | None = about(CENTER, default=None)
    uom: str | None = about(UOM, default=None)
    difference_account: AccountRef | None = about(
        "The other side of this line; the document's unless given.", default=None
    )

    def to_command(self) -> ReconciliationLine:
        """The line as the domain knows it."""
        return ReconciliationLine(
            item=self.item.to_ref(),
            warehouse=self.warehouse.to_ref(),
            quantity=self.quantity,
            rate=self.rate,
            batch=self.batch,
            serials=tuple(self.serials),
            cost_center=maybe(self.cost_center),
            uom=self.uom,
            difference_account=maybe(self.difference_account),
        )


@strawberry.input(description="A count of goods, or opening stock, on the day it counts.")
class SubmitStockReconciliationInput(DocumentInput):
    """A stock reconciliation."""

    lines: list[StockReconciliationLineInput] = about("What was counted, at least one line.")
    purpose: ReconciliationPurpose = about(
        "Whether it sets the books right or opens them.", default=ReconciliationPurpose.COUNT
    )
    difference_account: AccountRef | None = about(
        "The other side; unless given, the company's stock adjustment account, and of opening"
        " stock its temporary opening account.",
        default=None,
    )

    def to_command(self) -> StockReconciliation:
        """The document as the domain knows it."""
        return StockReconciliation(
            **self.common(),
            lines=tuple(line.to_command() for line in self.lines),
            purpose=self.purpose,
            difference_account=maybe(self.difference_account),
        )
