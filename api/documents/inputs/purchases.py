"""The inputs of purchase documents, each with its `to_command()`."""

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
    DISCOUNT,
    EXPIRY,
    MANUFACTURED,
    PAYMENT_TERM,
    QUANTITY,
    RATE,
    SERIALS,
    TAXES,
    TEXT,
    UOM,
    WAREHOUSE,
    DocumentInput,
    PurchaseChargeInput,
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
from domain.documents.purchase_invoice import PurchaseInvoice, PurchaseInvoiceLine
from domain.documents.purchase_receipt import PurchaseReceipt, ReceiptLine
from domain.money import ZERO


@strawberry.input(description="Goods received.")
class PurchaseReceiptLineInput:
    """A line of a purchase receipt."""

    item: ItemRef = about("The item.")
    quantity: Decimal = about(QUANTITY)
    rate: Decimal = about(RATE)
    warehouse: WarehouseRef | None = about(WAREHOUSE, default=None)
    invoice_line: LineRef | None = about(
        "The purchase invoice's line that billed the goods before they came.", default=None
    )
    rejected_quantity: Decimal = about(
        "Quantity rejected, in the line's unit, besides the quantity accepted.", default=ZERO
    )
    rejected_warehouse: WarehouseRef | None = about(
        "Where rejected goods come in, at no value unless the company values them.", default=None
    )
    received_quantity: Decimal | None = about(
        "Accepted and rejected together, in the line's unit, as a check.", default=None
    )
    discount_percent: Decimal = about(DISCOUNT, default=ZERO)
    order_line: int | None = about(
        "The number of the line of the order that the goods came by, from 1.", default=None
    )
    batch: str | None = about(BATCH, default=None)
    serials: list[str] = about(SERIALS, default_factory=list)
    expiry_date: date | None = about(EXPIRY, default=None)
    manufactured_on: date | None = about(MANUFACTURED, default=None)
    cost_center: CostCenterRef | None = about(CENTER, default=None)
    description: str | None = about(TEXT, default=None)
    uom: str | None = about(UOM, default=None)

    def to_command(self) -> ReceiptLine:
        """The line as the domain knows it."""
        return ReceiptLine(
            item=self.item.to_ref(),
            quantity=self.quantity,
            rate=self.rate,
            warehouse=maybe(self.warehouse),
            invoice_line=maybe(self.invoice_line),
            rejected_quantity=self.rejected_quantity,
            rejected_warehouse=maybe(self.rejected_warehouse),
            received_quantity=self.received_quantity,
            discount_percent=self.discount_percent,
            order_line=self.order_line,
            batch=self.batch,
            serials=tuple(self.serials),
            expiry_date=self.expiry_date,
            manufactured_on=self.manufactured_on,
            cost_center=maybe(self.cost_center),
            description=self.description,
            uom=self.uom,
        )


@strawberry.input(description="Goods come in from a supplier, before their invoice.")
class SubmitPurchaseReceiptInput(DocumentInput):
    """A purchase receipt."""

    supplier: PartyRef = about("The supplier.")
    lines: list[PurchaseReceiptLineInput] = about("The goods, at least one line.")
    charges: list[PurchaseChargeInput] = about(
        "Freight, duty, taxes; those in valuation are spread over the goods by amount.",
        default_factory=list,
    )
    order: str | None = about(
        "The code of the purchase order that the goods came by.", default=None
    )
    shipment: str | None = about(
        "The code of the shipment that the goods came with; their bills and charges wait until "
        "it is closed (scheme BY_LEVEL).",
        default=None,
    )

    def to_command(self) -> PurchaseReceipt:
        """The document as the domain knows it."""
        return PurchaseReceipt(
            **self.common(),
            supplier=self.supplier.to_ref(),
            lines=tuple(line.to_command() for line in self.lines),
            charges=tuple(charge.to_command() for charge in self.charges),
            order=self.order,
            shipment=self.shipment,
        )


@strawberry.input(description="A line of a purchase order, by which goods came.")
class OrderLineInput:
    """A line of a purchase order."""

    order: str = about("The order's code, as the receipts gave it.")
    line: int = about("The number of the line, from 1.")


@strawberry.input(description="A line that a supplier bills.")
class PurchaseInvoiceLineInput:
    """A line of a purchase invoice."""

    quantity: Decimal = about(QUANTITY)
    rate: Decimal = about(RATE)
    item: ItemRef | None = about(
        "The item or service, that of the receipt line unless given; null for a line that names "
        "just an account or a shipment.",
        default=None,
    )
    receipt_line: LineRef | None = about("The receipt line that it bills.", default=None)
    order_line: OrderLineInput | None = about(
        "The order line of which it bills what came and waits, at the weighted cost of its "
        "receipts (scheme BY_LEVEL).",
        default=None,
    )
    shipment: str | None = about(
        "The shipment that the line is a charge on, by its code (scheme BY_LEVEL).", default=None
    )
    warehouse: WarehouseRef | None = about(
        "Where the goods come in; needed with updateStock.", default=None
    )
    account: AccountRef | None = about("Books the line there instead.", default=None)
    discount_percent: Decimal = about(DISCOUNT, default=ZERO)
    taxes: list[TaxRef] = about(TAXES, default_factory=list)
    batch: str | None = about(BATCH, default=None)
    serials: list[str] = about(SERIALS, default_factory=list)
    expiry_date: date | None = about(EXPIRY, default=None)
    manufactured_on: date | None = about(MANUFACTURED, default=None)
    cost_center: CostCenterRef | None = about(CENTER, default=None)
    description: str | None = about(TEXT, default=None)
    uom: str | None = about(UOM, default=None)

    def to_command(self) -> PurchaseInvoiceLine:
        """The line as the domain knows it."""
        order = self.order_line
        return PurchaseInvoiceLine(
            item=maybe(self.item),
            order_line=(order.order, order.line) if order is not None else None,
            shipment=self.shipment,
            quantity=self.quantity,
            rate=self.rate,
            receipt_line=maybe(self.receipt_line),
            warehouse=maybe(self.warehouse),
            account=maybe(self.account),
            discount_percent=self.discount_percent,
            taxes=tuple(tax.to_ref() for tax in self.taxes),
            batch=self.batch,
            serials=tuple(self.serials),
            expiry_date=self.expiry_date,
            manufactured_on=self.manufactured_on,
            cost_center=maybe(self.cost_center),
            description=self.description,
            uom=self.uom,
        )


@strawberry.input(
    description="A supplier's bill: for goods received, goods that come with it, or services."
)
class SubmitPurchaseInvoiceInput(DocumentInput):
    """A purchase invoice."""

    supplier: PartyRef = about("The supplier.")
    lines: list[PurchaseInvoiceLineInput] = about("What is billed, at least one line.")
    charges: list[PurchaseChargeInput] = about("Freight, duty, taxes.", default_factory=list)
    update_stock: bool = about("Whether the invoice itself receives the goods.", default=False)
    paid_from: AccountRef | None = about(
        "The bank or cash account from which it is paid at once: all but `payments` and"
        " `writeOff`; nothing is owed then.",
        default=None,
    )
    rounded_total: bool = about(
        "Whether what is payable is rounded to a whole unit of currency.", default=False
    )

    payment_term: PaymentTermRef | None = about(PAYMENT_TERM, default=None)
    due_date: date | None = about(
        "The day by which it is to be paid, not before the posting date; as its payment terms say"
        " unless given, that day without any.",
        default=None,
    )

    payments: list[PaidAtOnceInput] = about(PAYMENTS, default_factory=list)
    write_off: Decimal = about(WRITE_OFF, default=ZERO)
    write_off_account: AccountRef | None = about(WRITE_OFF_ACCOUNT, default=None)

    def to_command(self) -> PurchaseInvoice:
        """The document as the domain knows it."""
        return PurchaseInvoice(
            **self.common(),
            supplier=self.supplier.to_ref(),
            lines=tuple(line.to_command() for line in self.lines),
            charges=tuple(charge.to_command() for charge in self.charges),
            update_stock=self.update_stock,
            paid_from=maybe(self.paid_from),
            rounded_total=self.rounded_total,
            due_date=self.due_date,
            payment_term=maybe(self.payment_term),
            payments=parts(self.payments),
            write_off=self.write_off,
            write_off_account=maybe(self.write_off_account),
        )
