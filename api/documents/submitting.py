"""Submitting and previewing documents: for each kind a mutation and its twin.

A new kind of document is its input, its payload, and one line in `KINDS`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import strawberry

from api.context import Info
from api.documents import approval
from api.documents.inputs.by_level import ChangeItemGroupInput, CloseShipmentInput
from api.documents.inputs.clearing import SubmitAccrualClearingInput
from api.documents.inputs.costing import (
    AdjustCostsInput,
    ChangeStandardCostInput,
    PostInventoryCostInput,
)
from api.documents.inputs.counts import SubmitStockReconciliationInput
from api.documents.inputs.credits import SubmitCreditNoteInput
from api.documents.inputs.exchange import SubmitExchangeRevaluationInput
from api.documents.inputs.ledger import (
    CancelDocumentInput,
    SubmitAllocationInput,
    SubmitJournalEntryInput,
    SubmitPaymentInput,
)
from api.documents.inputs.purchases import SubmitPurchaseInvoiceInput, SubmitPurchaseReceiptInput
from api.documents.inputs.returns import (
    SubmitLandedCostInput,
    SubmitPurchaseReturnInput,
    SubmitSalesReturnInput,
)
from api.documents.inputs.revaluing import RevalueStockInput, SubmitCostingMethodChangeInput
from api.documents.inputs.sales import SubmitDeliveryNoteInput, SubmitSalesInvoiceInput
from api.documents.inputs.stock import SubmitStockEntryInput
from api.documents.reading.kinds import (
    AccrualClearing,
    Allocation,
    Cancellation,
    CostAdjustment,
    CostingMethodChange,
    CreditNote,
    DeliveryNote,
    Document,
    ExchangeRevaluation,
    InventoryPosting,
    ItemGroupChange,
    JournalEntry,
    LandedCost,
    Payment,
    PurchaseInvoice,
    PurchaseReceipt,
    PurchaseReturn,
    SalesInvoice,
    SalesReturn,
    ShipmentClosing,
    StandardCostChange,
    StockEntry,
    StockReconciliation,
    StockRevaluation,
)
from api.documents.reading.showing import cancelled, shown
from api.types.mutations import Input, Payload, mutation
from domain.errors import NotFound, Refused, Required
from domain.references import Ref


def _made(description: str = "The document; null when it was refused.") -> Any:
    return strawberry.field(description=description, default=None)


@strawberry.type(description="The answer to submitting or previewing a purchase receipt.")
class SubmitPurchaseReceiptPayload(Payload):
    """See `Payload`."""

    purchase_receipt: PurchaseReceipt | None = _made()


@strawberry.type(description="The answer to submitting or previewing a purchase invoice.")
class SubmitPurchaseInvoicePayload(Payload):
    """See `Payload`."""

    purchase_invoice: PurchaseInvoice | None = _made()


@strawberry.type(description="The answer to submitting or previewing a delivery note.")
class SubmitDeliveryNotePayload(Payload):
    """See `Payload`."""

    delivery_note: DeliveryNote | None = _made()


@strawberry.type(description="The answer to submitting or previewing a sales invoice.")
class SubmitSalesInvoicePayload(Payload):
    """See `Payload`."""

    sales_invoice: SalesInvoice | None = _made()


@strawberry.type(description="The answer to submitting or previewing a stock entry.")
class SubmitStockEntryPayload(Payload):
    """See `Payload`."""

    stock_entry: StockEntry | None = _made()


@strawberry.type(description="The answer to submitting or previewing a journal entry.")
class SubmitJournalEntryPayload(Payload):
    """See `Payload`."""

    journal_entry: JournalEntry | None = _made()


@strawberry.type(description="The answer to submitting or previewing a payment.")
class SubmitPaymentPayload(Payload):
    """See `Payload`."""

    payment: Payment | None = _made()


@strawberry.type(description="The answer to submitting or previewing a purchase return.")
class SubmitPurchaseReturnPayload(Payload):
    """See `Payload`."""

    purchase_return: PurchaseReturn | None = _made()


@strawberry.type(description="The answer to submitting or previewing a sales return.")
class SubmitSalesReturnPayload(Payload):
    """See `Payload`."""

    sales_return: SalesReturn | None = _made()


@strawberry.type(description="The answer to submitting or previewing an allocation.")
class SubmitAllocationPayload(Payload):
    """See `Payload`."""

    allocation: Allocation | None = _made()


@strawberry.type(description="The answer to submitting or previewing a credit note.")
class SubmitCreditNotePayload(Payload):
    """See `Payload`."""

    credit_note: CreditNote | None = _made()


@strawberry.type(description="The answer to submitting or previewing a landed cost.")
class SubmitLandedCostPayload(Payload):
    """See `Payload`."""

    landed_cost: LandedCost | None = _made()


@strawberry.type(description="The answer to submitting or previewing an accrual clearing.")
class SubmitAccrualClearingPayload(Payload):
    """See `Payload`."""

    accrual_clearing: AccrualClearing | None = _made()


@strawberry.type(description="The answer to submitting or previewing a stock reconciliation.")
class SubmitStockReconciliationPayload(Payload):
    """See `Payload`."""

    stock_reconciliation: StockReconciliation | None = _made()


@strawberry.type(description="The answer to revaluing stock, or to previewing that.")
class RevalueStockPayload(Payload):
    """See `Payload`."""

    stock_revaluation: StockRevaluation | None = _made()


@strawberry.type(description="The answer to submitting or previewing a change of costing method.")
class SubmitCostingMethodChangePayload(Payload):
    """See `Payload`."""

    costing_method_change: CostingMethodChange | None = _made()


@strawberry.type(description="The answer to changing standard costs, or to previewing that.")
class ChangeStandardCostPayload(Payload):
    """See `Payload`."""

    standard_cost_change: StandardCostChange | None = _made()


@strawberry.type(description="The answer to adjusting costs, or to previewing that.")
class AdjustCostsPayload(Payload):
    """See `Payload`."""

    cost_adjustment: CostAdjustment | None = _made()


@strawberry.type(description="The answer to posting inventory cost, or to previewing that.")
class PostInventoryCostPayload(Payload):
    """See `Payload`."""

    inventory_posting: InventoryPosting | None = _made()


@strawberry.type(description="The answer to changing items' groups, or to previewing that.")
class ChangeItemGroupPayload(Payload):
    """See `Payload`."""

    item_group_change: ItemGroupChange | None = _made()


@strawberry.type(description="The answer to closing a shipment, or to previewing that.")
class CloseShipmentPayload(Payload):
    """See `Payload`."""

    shipment_closing: ShipmentClosing | None = _made()


@strawberry.type(description="The answer to submitting or previewing an exchange revaluation.")
class SubmitExchangeRevaluationPayload(Payload):
    """See `Payload`."""

    exchange_revaluation: ExchangeRevaluation | None = _made()


@strawberry.type(description="The answer to cancelling a document, or to previewing that.")
class CancelDocumentPayload(Payload):
    """See `Payload`."""

    document: Document | None = _made("The document as it is now; null when it was refused.")
    cancellation: Cancellation | None = _made("What was appended; null when it was refused.")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document at the edge: its field names in camel case, input and payload.

    `verb` names its mutation where that is not "submit" and the kind.
    """

    name: str
    input_type: type
    payload: type[Payload]
    what: str
    verb: str | None = None

    @property
    def field(self) -> str:
        """The payload's field that shows the document."""
        return "".join(f"_{c.lower()}" if c.isupper() else c for c in self.name).lstrip("_")


KINDS = (
    Kind("Allocation", SubmitAllocationInput, SubmitAllocationPayload,
         "an allocation: what is on account is applied to invoices"),
    Kind("CreditNote", SubmitCreditNoteInput, SubmitCreditNotePayload,
         "a credit note: a customer is credited, or a supplier credits us"),
    Kind("PurchaseReceipt", SubmitPurchaseReceiptInput, SubmitPurchaseReceiptPayload,
         "a purchase receipt: goods come in before their invoice"),
    Kind("PurchaseInvoice", SubmitPurchaseInvoiceInput, SubmitPurchaseInvoicePayload,
         "a purchase invoice: what a supplier bills"),
    Kind("DeliveryNote", SubmitDeliveryNoteInput, SubmitDeliveryNotePayload,
         "a delivery note: goods go out before their invoice"),
    Kind("SalesInvoice", SubmitSalesInvoiceInput, SubmitSalesInvoicePayload,
         "a sales invoice: what a customer is billed"),
    Kind("StockEntry", SubmitStockEntryInput, SubmitStockEntryPayload,
         "a stock entry: goods come, go or change place within the company"),
    Kind("JournalEntry", SubmitJournalEntryInput, SubmitJournalEntryPayload,
         "a journal entry: ledger lines made by hand"),
    Kind("Payment", SubmitPaymentInput, SubmitPaymentPayload,
         "a payment: money received or paid, settling invoices"),
    Kind("PurchaseReturn", SubmitPurchaseReturnInput, SubmitPurchaseReturnPayload,
         "a purchase return: goods go back to their supplier"),
    Kind("SalesReturn", SubmitSalesReturnInput, SubmitSalesReturnPayload,
         "a sales return: goods come back from their customer"),
    Kind("LandedCost", SubmitLandedCostInput, SubmitLandedCostPayload,
         "a landed cost: later costs of goods received"),
    Kind("AccrualClearing", SubmitAccrualClearingInput, SubmitAccrualClearingPayload,
         "an accrual clearing: what stands between goods and bills is written off"),
    Kind("StockReconciliation", SubmitStockReconciliationInput, SubmitStockReconciliationPayload,
         "a stock reconciliation: a count, or opening stock"),
    Kind("StockRevaluation", RevalueStockInput, RevalueStockPayload,
         "a revaluation: new costs of stock on hand", verb="revalue_stock"),
    Kind("CostingMethodChange", SubmitCostingMethodChangeInput, SubmitCostingMethodChangePayload,
         "a change of costing method: items are costed by another one from a day on"),
    Kind("StandardCostChange", ChangeStandardCostInput, ChangeStandardCostPayload,
         "a change of standard cost: goods come in at another cost from now on",
         verb="change_standard_cost"),
    Kind("ItemGroupChange", ChangeItemGroupInput, ChangeItemGroupPayload,
         "a change of groups: items come into other groups, their stock onto other accounts",
         verb="change_item_group"),
    Kind("ShipmentClosing", CloseShipmentInput, CloseShipmentPayload,
         "a closing: a shipment's charges are spread and its goods' cost is final",
         verb="close_shipment"),
    Kind("CostAdjustment", AdjustCostsInput, AdjustCostsPayload,
         "an adjustment of costs: later costs travel on to everything that left",
         verb="adjust_costs"),
    Kind("InventoryPosting", PostInventoryCostInput, PostInventoryCostPayload,
         "a posting of inventory cost: what the ledger has not heard of yet",
         verb="post_inventory_cost"),
    Kind("ExchangeRevaluation", SubmitExchangeRevaluationInput, SubmitExchangeRevaluationPayload,
         "an exchange revaluation: what is open in other currencies, at closing rates for a day"),
)  # fmt: skip


def _posting(kind: Kind, *, keep: bool) -> Any:
    shown_as = kind.field

    async def resolve(self: None, info: Info, input_: Any) -> Any:
        del self
        document = input_.to_command()
        if keep:
            recorded = await approval.submit(info, shown_as, input_, document)
        else:
            recorded = await info.context.books.preview(document)
        row = await shown(info.context, recorded)
        made = {shown_as: row, "replayed": recorded.replayed}
        return kind.payload(**made)

    resolve.__annotations__ = {
        "info": Info,
        "input_": Input[kind.input_type],
        "return": kind.payload,
    }
    done = "Post" if keep else "Show what would be posted, and keep nothing:"
    return mutation(f"{done} {kind.what}.")(resolve)


async def _company_of(info: Info, given: CancelDocumentInput) -> Ref:
    """The company of the document: an id says it, a number does not."""
    if given.company is not None:
        return given.company.to_ref()
    ref = given.document.to_ref()
    if ref.by != "id":
        raise Refused(Required(path=("company",)))
    one = ref.id
    place = await info.context.locate(one) if one else None
    if place is None:
        raise Refused(NotFound(path=("document",), kind="document", reference=ref.value))
    return Ref("company", "id", str(place.company_id))


def _cancelling(*, keep: bool) -> Any:
    async def resolve(self: None, info: Info, input_: Any) -> Any:
        del self
        context = info.context
        document = input_.to_command(await _company_of(info, input_))
        if keep:
            recorded = await approval.submit(info, "cancellation", input_, document)
        else:
            recorded = await context.books.preview(document)
        row = await shown(context, recorded)
        target = await cancelled(context, recorded, row)
        made: dict[str, Any] = {"document": target, "cancellation": row}
        return CancelDocumentPayload(**made, replayed=recorded.replayed)

    resolve.__annotations__ = {
        "info": Info,
        "input_": Input[CancelDocumentInput],
        "return": CancelDocumentPayload,
    }
    done = "Cancel" if keep else "Show what cancelling would do, and keep nothing:"
    when = "as of its own date, or on a later day"
    return mutation(f"{done} a document, {when}, by its mirror image.")(resolve)


def _fields() -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for kind in KINDS:
        fields[kind.verb or f"submit_{kind.field}"] = _posting(kind, keep=True)
        fields[f"preview_{kind.verb or kind.field}"] = _posting(kind, keep=False)
    fields["cancel_document"] = _cancelling(keep=True)
    fields["preview_cancel_document"] = _cancelling(keep=False)
    return fields


_make: Callable[[type], type] = strawberry.type
DocumentMutations = _make(type("DocumentMutations", (), _fields()))
"""Every document's submit and preview."""
