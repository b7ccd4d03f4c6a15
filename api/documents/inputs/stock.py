"""The inputs of stock documents, each with its `to_command()`."""

from datetime import date
from decimal import Decimal

import strawberry

from api.documents.inputs.parts import (
    BATCH,
    CENTER,
    EXPIRY,
    MANUFACTURED,
    QUANTITY,
    SERIALS,
    TAKES_FROM,
    TEXT,
    UOM,
    DocumentInput,
    about,
    maybe,
)
from api.types.refs import AccountRef, CostCenterRef, ItemRef, LineRef, WarehouseRef
from domain.documents.parts.charges import Charge
from domain.documents.stock_entry import StockEntry, StockEntryLine, StockEntryPurpose


@strawberry.input(description="Goods that come, go or change place within the company.")
class StockEntryLineInput:
    """A line of a stock entry."""

    item: ItemRef = about("The stock item.")
    quantity: Decimal = about(QUANTITY)
    warehouse: WarehouseRef | None = about(
        "Where the goods come in or go out; of a transfer, where they come from; of repacking and"
        " manufacturing, where they are consumed.",
        default=None,
    )
    to_warehouse: WarehouseRef | None = about(
        "Where a transfer takes the goods, or a product comes in; of goods sent, the transit"
        " warehouse, the company's only one unless given.",
        default=None,
    )
    sent_line: LineRef | None = about(
        "Of goods received from transit, or of an issue of goods lost on the way: the line that"
        " sent them; `warehouse` is not given then.",
        default=None,
    )
    rate: Decimal | None = about(
        "Cost per unit of a receipt or of scrap, in the document's currency; required of scrap, of"
        " a receipt the last known cost unless given.",
        default=None,
    )
    allow_zero_valuation: bool = about(
        "Whether a receipt or scrap may come in at no cost.", default=False
    )
    difference_account: AccountRef | None = about(
        "The other side of a receipt or issue; the document's, else the company's stock"
        " adjustment account unless given.",
        default=None,
    )
    scrap: bool = about(
        "Whether it is a by-product of repacking or manufacturing, at its own rate.",
        default=False,
    )
    cost_share: Decimal | None = about(
        "Which part of the cost one of several products has, in proportion to those of the others"
        " (60 and 40, or 3 and 2). Of all products or of none: without it the cost is shared by"
        " quantity, if their stock units are the same.",
        default=None,
    )
    batch: str | None = about(BATCH, default=None)
    serials: list[str] = about(SERIALS, default_factory=list)
    expiry_date: date | None = about(EXPIRY, default=None)
    manufactured_on: date | None = about(MANUFACTURED, default=None)
    cost_center: CostCenterRef | None = about(CENTER, default=None)
    description: str | None = about(TEXT, default=None)
    uom: str | None = about(UOM, default=None)
    takes_from: LineRef | None = about(TAKES_FROM, default=None)

    def to_command(self) -> StockEntryLine:
        """The line as the domain knows it."""
        return StockEntryLine(
            item=self.item.to_ref(),
            quantity=self.quantity,
            warehouse=maybe(self.warehouse),
            to_warehouse=maybe(self.to_warehouse),
            sent_line=maybe(self.sent_line),
            rate=self.rate,
            allow_zero_valuation=self.allow_zero_valuation,
            difference_account=maybe(self.difference_account),
            scrap=self.scrap,
            cost_share=self.cost_share,
            batch=self.batch,
            serials=tuple(self.serials),
            expiry_date=self.expiry_date,
            manufactured_on=self.manufactured_on,
            cost_center=maybe(self.cost_center),
            description=self.description,
            uom=self.uom,
            takes_from=maybe(self.takes_from),
        )


@strawberry.input(description="An additional cost: it makes what comes in dearer.")
class AdditionalCostInput:
    """A charge of a stock entry."""

    account: AccountRef = about("The account credited; no stock account.")
    amount: Decimal = about("The amount, in the document's currency.")
    cost_center: CostCenterRef | None = about(CENTER, default=None)

    def to_command(self) -> Charge:
        """The charge as the domain knows it."""
        return Charge(
            account=self.account.to_ref(),
            amount=self.amount,
            cost_center=maybe(self.cost_center),
        )


@strawberry.input(
    description="Goods received, issued, transferred or made into others within the company."
)
class SubmitStockEntryInput(DocumentInput):
    """A stock entry."""

    purpose: StockEntryPurpose = about("What it does.")
    lines: list[StockEntryLineInput] = about("The goods, at least one line.")
    charges: list[AdditionalCostInput] = about(
        "Additional costs, spread by cost over what comes in; of repacking and manufacturing, over"
        " the products.",
        default_factory=list,
    )
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
            charges=tuple(charge.to_command() for charge in self.charges),
            difference_account=maybe(self.difference_account),
        )
