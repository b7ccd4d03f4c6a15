"""The inputs of sales documents, each with its `to_command()`."""

from datetime import date
from decimal import Decimal

import strawberry

from api.documents.inputs.paid_at_once import (
    PAYMENTS,
    WRITE_OFF,
    WRITE_OFF_ACCOUNT,
    PaidAtOnceInput,
    parts,
)
from api.documents.inputs.parts import (
    BATCH,
    CENTER,
    COST_OF_GOODS_SOLD,
    DISCOUNT,
    PAYMENT_TERM,
    QUANTITY,
    SERIALS,
    TAKES_FROM,
    TAXES,
    TEXT,
    UOM,
    WAREHOUSE,
    DocumentInput,
    SalesChargeInput,
    about,
    maybe,
)
from api.types.refs import (
    AccountRef,
    CostCenterRef,
    ItemRef,
    LineRef,
    PartyRef,
    PaymentTermRef,
    TaxRef,
    WarehouseRef,
)
from domain.documents.delivery_note import DeliveryLine, DeliveryNote
from domain.documents.sales_invoice import SalesInvoice, SalesInvoiceLine
from domain.money import ZERO


@strawberry.input(description="Goods delivered.")
class DeliveryNoteLineInput:
    """A line of a delivery note."""

    item: ItemRef = about("The item.")
    quantity: Decimal = about(QUANTITY)
    rate: Decimal | None = about(
        "Selling price per unit in the document's currency; it posts nothing before the invoice.",
        default=None,
    )
    invoice_line: LineRef | None = about(
        "The sales invoice's line that billed the goods before they went; the rate is its own"
        " unless given.",
        default=None,
    )
    warehouse: WarehouseRef | None = about(WAREHOUSE, default=None)
    discount_percent: Decimal = about(DISCOUNT, default=ZERO)
    batch: str | None = about(BATCH, default=None)
    serials: list[str] = about(SERIALS, default_factory=list)
    cost_center: CostCenterRef | None = about(CENTER, default=None)
    description: str | None = about(TEXT, default=None)
    uom: str | None = about(UOM, default=None)
    takes_from: LineRef | None = about(TAKES_FROM, default=None)
    cost_of_goods_sold_account: AccountRef | None = about(COST_OF_GOODS_SOLD, default=None)

    def to_command(self) -> DeliveryLine:
        """The line as the domain knows it."""
        return DeliveryLine(
            item=self.item.to_ref(),
            quantity=self.quantity,
            rate=self.rate,
            invoice_line=maybe(self.invoice_line),
            warehouse=maybe(self.warehouse),
            discount_percent=self.discount_percent,
            batch=self.batch,
            serials=tuple(self.serials),
            cost_center=maybe(self.cost_center),
            description=self.description,
            uom=self.uom,
            takes_from=maybe(self.takes_from),
            cost_of_goods_sold_account=maybe(self.cost_of_goods_sold_account),
        )


@strawberry.input(description="Goods go out to a customer, before their invoice.")
class SubmitDeliveryNoteInput(DocumentInput):
    """A delivery note."""

    customer: PartyRef = about("The customer.")
    lines: list[DeliveryNoteLineInput] = about("The goods, at least one line.")

    def to_command(self) -> DeliveryNote:
        """The document as the domain knows it."""
        return DeliveryNote(
            **self.common(),
            customer=self.customer.to_ref(),
            lines=tuple(line.to_command() for line in self.lines),
        )


@strawberry.input(description="A line that a customer is billed.")
class SalesInvoiceLineInput:
    """A line of a sales invoice."""

    quantity: Decimal = about(QUANTITY)
    rate: Decimal = about("Selling price per unit in the document's currency.")
    item: ItemRef | None = about(
        "The item or service, that of the delivery line unless given; null for a line that names "
        "just an account.",
        default=None,
    )
    delivery_line: LineRef | None = about("The delivery line that it bills.", default=None)
    warehouse: WarehouseRef | None = about(
        "Where the goods go out; needed with updateStock.", default=None
    )
    account: AccountRef | None = about(
        "Its income account; the item's or the company's unless given.", default=None
    )
    discount_percent: Decimal = about(DISCOUNT, default=ZERO)
    taxes: list[TaxRef] = about(TAXES, default_factory=list)
    batch: str | None = about(BATCH, default=None)
    serials: list[str] = about(SERIALS, default_factory=list)
    cost_center: CostCenterRef | None = about(CENTER, default=None)
    description: str | None = about(TEXT, default=None)
    uom: str | None = about(UOM, default=None)
    takes_from: LineRef | None = about(TAKES_FROM, default=None)
    cost_of_goods_sold_account: AccountRef | None = about(COST_OF_GOODS_SOLD, default=None)

    def to_command(self) -> SalesInvoiceLine:
        """The line as the domain knows it."""
        return SalesInvoiceLine(
            item=maybe(self.item),
            quantity=self.quantity,
            rate=self.rate,
            delivery_line=maybe(self.delivery_line),
            warehouse=maybe(self.warehouse),
            account=maybe(self.account),
            discount_percent=self.discount_percent,
            taxes=tuple(tax.to_ref() for tax in self.taxes),
            batch=self.batch,
            serials=tuple(self.serials),
            cost_center=maybe(self.cost_center),
            description=self.description,
            uom=self.uom,
            takes_from=maybe(self.takes_from),
            cost_of_goods_sold_account=maybe(self.cost_of_goods_sold_account),
        )


@strawberry.input(
    description="A bill to a customer: for goods delivered, goods that go with it, or services."
)
class SubmitSalesInvoiceInput(DocumentInput):
    """A sales invoice."""

    customer: PartyRef = about("The customer.")
    lines: list[SalesInvoiceLineInput] = about("What is billed, at least one line.")
    charges: list[SalesChargeInput] = about("Taxes and charges.", default_factory=list)
    update_stock: bool = about("Whether the invoice itself delivers the goods.", default=False)
    rounded_total: bool = about(
        "Whether what is receivable is rounded to a whole unit of currency.", default=False
    )
    freight: Decimal = about(
        "Freight charged besides, without its taxes, in the document's currency.", default=ZERO
    )
    freight_taxes: list[TaxRef] = about("The taxes on the freight.", default_factory=list)

    payment_term: PaymentTermRef | None = about(PAYMENT_TERM, default=None)
    due_date: date | None = about(
        "The day by which it is to be paid, not before the posting date; as its payment terms say"
        " unless given, that day without any.",
        default=None,
    )

    paid_into: AccountRef | None = about(
        "The bank or cash account into which it is paid at once: all but `payments` and"
        " `writeOff`; nothing is owed then.",
        default=None,
    )
    payments: list[PaidAtOnceInput] = about(PAYMENTS, default_factory=list)
    write_off: Decimal = about(WRITE_OFF, default=ZERO)
    write_off_account: AccountRef | None = about(WRITE_OFF_ACCOUNT, default=None)

    def to_command(self) -> SalesInvoice:
        """The document as the domain knows it."""
        return SalesInvoice(
            **self.common(),
            customer=self.customer.to_ref(),
            lines=tuple(line.to_command() for line in self.lines),
            charges=tuple(charge.to_command() for charge in self.charges),
            update_stock=self.update_stock,
            rounded_total=self.rounded_total,
            due_date=self.due_date,
            payment_term=maybe(self.payment_term),
            freight=self.freight,
            freight_taxes=tuple(tax.to_ref() for tax in self.freight_taxes),
            paid_into=maybe(self.paid_into),
            payments=parts(self.payments),
            write_off=self.write_off,
            write_off_account=maybe(self.write_off_account),
        )
