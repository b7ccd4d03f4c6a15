"""The inputs of stock documents, each with its `to_command()`."""

from decimal import Decimal

import strawberry

from api.documents.input_parts import CENTER, QUANTITY, TEXT, DocumentInput, about, maybe
from api.refs import AccountRef, CostCenterRef, ItemRef, WarehouseRef
from domain.documents.stock_entry import StockEntry, StockEntryLine, StockEntryPurpose


@strawberry.input(description="Goods that come, go or change place within the company.")
class StockEntryLineInput:
    """A line of a stock entry."""

    item: ItemRef = about("The stock item.")
    quantity: Decimal = about(QUANTITY)
    warehouse: WarehouseRef | None = about(
        "Where the goods come in or go out; for a transfer, where they come from.", default=None
    )
    to_warehouse: WarehouseRef | None = about(
        "Where a transfer takes the goods; only for transfers.", default=None
    )
    rate: Decimal | None = about(
        "Cost per unit of a receipt, in the document's currency; only for receipts.", default=None
    )
    allow_zero_valuation: bool = about("Whether a receipt may come in at no cost.", default=False)
    difference_account: AccountRef | None = about(
        "The other side of a receipt or issue; the document's, else the company's stock"
        " adjustment account unless given.",
        default=None,
    )
    cost_center: CostCenterRef | None = about(CENTER, default=None)
    description: str | None = about(TEXT, default=None)

    def to_command(self) -> StockEntryLine:
        """The line as the domain knows it."""
        return StockEntryLine(
            item=self.item.to_ref(),
            quantity=self.quantity,
            warehouse=maybe(self.warehouse),
            to_warehouse=maybe(self.to_warehouse),
            rate=self.rate,
            allow_zero_valuation=self.allow_zero_valuation,
            difference_account=maybe(self.difference_account),
            cost_center=maybe(self.cost_center),
            description=self.description,
        )


@strawberry.input(description="Goods received, issued or transferred without supplier or customer.")
class SubmitStockEntryInput(DocumentInput):
    """A stock entry."""

    purpose: StockEntryPurpose = about("What it does.")
    lines: list[StockEntryLineInput] = about("The goods, at least one line.")
    difference_account: AccountRef | None = about(
        "The other side of receipts and issues; the company's stock adjustment account unless"
        " given.",
        default=None,
    )

    def to_command(self) -> StockEntry:
        """The document as the domain knows it."""
        return StockEntry(
            **self.common(),
            purpose=self.purpose,
            lines=tuple(line.to_command() for line in self.lines),
            difference_account=maybe(self.difference_account),
        )
