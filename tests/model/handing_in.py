"""Operations as the documents that a person would hand in."""

from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from domain.company import CostingMethod
from domain.decide import Decision
from domain.documents.cancellation import Cancellation
from domain.documents.costing_method_change import CostingMethodChange, MethodChangeLine
from domain.documents.credit_note import CreditNote
from domain.documents.delivery_note import DeliveryLine, DeliveryNote
from domain.documents.document import Document
from domain.documents.landed_cost import LandedCost, LandedShare
from domain.documents.parts.charges import Charge
from domain.documents.parts.credit_line import CreditKind, CreditNoteLine, CreditSide
from domain.documents.parts.landed_charges import DistributionBasis, LandedCharge
from domain.documents.parts.returns import ReturnLine
from domain.documents.purchase_invoice import PurchaseInvoice, PurchaseInvoiceLine
from domain.documents.purchase_receipt import PurchaseReceipt, ReceiptLine
from domain.documents.purchase_return import PurchaseReturn
from domain.documents.sales_invoice import SalesInvoice, SalesInvoiceLine
from domain.documents.sales_return import SalesReturn
from domain.documents.stock_entry import StockEntry, StockEntryLine, StockEntryPurpose
from domain.documents.stock_reconciliation import (
    ReconciliationLine,
    ReconciliationPurpose,
    StockReconciliation,
)
from domain.references import Ref
from tests.model.handing_in_accounts import CUSTOMER, SUPPLIER, OnAccounts
from tests.model.in_units import in_units
from tests.model.naming import (
    account,
    center,
    charges_of,
    item,
    parts_of,
    rest_of,
    taxes,
    warehouse,
)
from tests.model.operations import Kind, LineOf, Operation

FIRST_DAY = date(2026, 3, 1)
PURPOSES = {
    Kind.MATERIAL_RECEIPT: StockEntryPurpose.MATERIAL_RECEIPT,
    Kind.MATERIAL_ISSUE: StockEntryPurpose.MATERIAL_ISSUE,
    Kind.TRANSFER: StockEntryPurpose.MATERIAL_TRANSFER,
    Kind.MAKE: StockEntryPurpose.MANUFACTURE,
    Kind.SEND: StockEntryPurpose.SEND_TO_TRANSIT,
    Kind.ARRIVE: StockEntryPurpose.RECEIVE_FROM_TRANSIT,
    Kind.LOSE: StockEntryPurpose.MATERIAL_ISSUE,
}
ONE = Decimal(1)


def day(number: int) -> date:
    """The date of a day of the model."""
    return FIRST_DAY + timedelta(days=number)


def clock(minute: int) -> time:
    """The time of day of a minute of the model."""
    return time(minute // 60, minute % 60)


class HandingIn(OnAccounts):
    """Makes documents of operations, and remembers the ids that the books gave."""

    def document(self, operation: Operation) -> Document:
        """The document of an operation; the same one each time it is asked for."""
        id_ = self.ids.setdefault(operation.no, self.new_id())
        head: dict[str, Any] = {
            "id": id_,
            "company": self.company,
            "posting_date": day(operation.day),
            "posting_time": clock(operation.minute) if operation.minute is not None else None,
        }
        if operation.foreign is not None:
            head |= {"currency": "USD", "exchange_rate": operation.foreign}
        return in_units(_MAKERS[operation.kind](self, operation, head), operation.no)

    def recorded(self, operation: Operation, decision: Decision) -> None:
        """Note the ids of its lines."""
        for record in decision.causes.lines:
            self.lines[LineOf(operation.no, record.line_no - 1)] = record.id

    # -- one a kind -------------------------------------------------------------------------------

    def _receipt(self, operation: Operation, head: dict[str, Any]) -> Document:
        lines = tuple(
            ReceiptLine(
                cost_center=center(line.center),
                item=item(line.item),
                quantity=line.quantity,
                rate=line.list_rate,
                discount_percent=line.off,
                warehouse=warehouse(line.warehouse),
                batch=line.batch,
                serials=line.serials,
                invoice_line=self.line(line.of),
                rejected_quantity=line.rejected,
                rejected_warehouse=warehouse(line.rejected_to),
            )
            for line in operation.lines
        )
        return PurchaseReceipt(
            **head, supplier=SUPPLIER, lines=lines, charges=charges_of(operation)
        )

    def _bill(self, operation: Operation, head: dict[str, Any]) -> Document:
        lines = tuple(
            PurchaseInvoiceLine(
                cost_center=center(line.center),
                item=item(line.item),
                quantity=line.quantity,
                rate=line.list_rate,
                discount_percent=line.off,
                receipt_line=self.line(line.of),
                warehouse=warehouse(line.warehouse),
                batch=line.batch,
                serials=line.serials,
                account=account(line.account),
                taxes=taxes(line.taxes),
            )
            for line in operation.lines
        )
        return PurchaseInvoice(
            **head,
            supplier=SUPPLIER,
            lines=lines,
            charges=charges_of(operation),
            update_stock=operation.update_stock,
            rounded_total=operation.rounded_total,
            payments=parts_of(operation),
            paid_from=rest_of(operation),
            write_off=operation.given_up,
        )

    def _delivery(self, operation: Operation, head: dict[str, Any]) -> Document:
        lines = tuple(
            DeliveryLine(
                cost_center=center(line.center),
                item=item(line.item),
                quantity=line.quantity,
                rate=line.list_rate,
                discount_percent=line.off,
                warehouse=warehouse(line.warehouse),
                batch=line.batch,
                serials=line.serials,
                invoice_line=self.line(line.of),
            )
            for line in operation.lines
        )
        return DeliveryNote(**head, customer=CUSTOMER, lines=lines)

    def _sale(self, operation: Operation, head: dict[str, Any]) -> Document:
        lines = tuple(
            SalesInvoiceLine(
                cost_center=center(line.center),
                item=item(line.item),
                quantity=line.quantity,
                rate=line.list_rate,
                discount_percent=line.off,
                delivery_line=self.line(line.of),
                warehouse=warehouse(line.warehouse),
                batch=line.batch,
                serials=line.serials,
                account=account(line.account),
                taxes=taxes(line.taxes),
            )
            for line in operation.lines
        )
        return SalesInvoice(
            **head,
            customer=CUSTOMER,
            lines=lines,
            charges=charges_of(operation),
            update_stock=operation.update_stock,
            rounded_total=operation.rounded_total,
            freight=operation.freight,
            freight_taxes=taxes(operation.freight_taxes),
            payments=parts_of(operation),
            paid_into=rest_of(operation),
            write_off=operation.given_up,
        )

    def _stock_entry(self, operation: Operation, head: dict[str, Any]) -> Document:
        priced = operation.kind is Kind.MATERIAL_RECEIPT
        lines = tuple(
            StockEntryLine(
                cost_center=center(line.center),
                item=item(line.item),
                quantity=line.quantity,
                rate=line.rate if priced or line.scrap else None,
                allow_zero_valuation=priced and not line.rate,
                warehouse=warehouse(line.warehouse),
                to_warehouse=warehouse(line.to),
                sent_line=self.line(line.of),
                batch=line.batch,
                serials=line.serials,
                scrap=line.scrap,
                cost_share=line.share,
                difference_account=account(line.account),
            )
            for line in operation.lines
        )
        charges = tuple(
            Charge(
                account=Ref("account", "code", charge.account),
                amount=charge.amount,
                cost_center=center(charge.center),
            )
            for charge in operation.charges
        )
        purpose = PURPOSES[operation.kind]
        if operation.kind is Kind.MAKE:
            purpose = StockEntryPurpose(operation.reason)
        return StockEntry(**head, purpose=purpose, lines=lines, charges=charges)

    def _count(self, operation: Operation, head: dict[str, Any]) -> Document:
        lines = tuple(
            ReconciliationLine(
                cost_center=center(line.center),
                item=item(line.item),
                warehouse=Ref("warehouse", "code", line.warehouse or ""),
                batch=line.batch,
                quantity=None if line.keeps == "quantity" else line.quantity,
                rate=None if line.keeps == "rate" else line.rate,
            )
            for line in operation.lines
        )
        is_opening = operation.reason == ReconciliationPurpose.OPENING
        purpose = ReconciliationPurpose.OPENING if is_opening else ReconciliationPurpose.COUNT
        return StockReconciliation(**head, lines=lines, purpose=purpose)

    def _change_method(self, operation: Operation, head: dict[str, Any]) -> Document:
        lines = tuple(
            MethodChangeLine(
                item=item(line.item),
                method=CostingMethod(line.method or ""),
                unit_cost=None if line.keeps == "rate" else line.rate,
            )
            for line in operation.lines
        )
        return CostingMethodChange(**head, lines=lines)

    def _landed_cost(self, operation: Operation, head: dict[str, Any]) -> Document:
        charges = tuple(
            LandedCharge(
                account=Ref("account", "code", charge.account),
                amount=charge.amount,
                currency=charge.currency,
                exchange_rate=charge.rate,
            )
            for charge in operation.charges
        )
        named = [(line.of, line.amount) for line in operation.lines if line.of is not None]
        receipts = tuple(self.named(no) for no in sorted({of.no for of, _ in named if of.line < 0}))
        basis = DistributionBasis(operation.reason)
        parts = [(self.line(of), amount) for of, amount in named if of.line >= 0]
        by_hand = basis is DistributionBasis.MANUAL
        return LandedCost(
            **head,
            receipts=receipts,
            charges=charges,
            basis=basis,
            supplier=SUPPLIER if operation.billed else None,
            lines=tuple(
                LandedShare(line=of, amount=amount) for of, amount in parts if of and by_hand
            ),
            applies_to=tuple(of for of, _ in parts if of and not by_hand),
        )

    def _return(self, operation: Operation, head: dict[str, Any]) -> Document:
        lines = tuple(
            ReturnLine(
                line=self.line(line.of),
                quantity=line.quantity,
                warehouse=warehouse(line.warehouse),
                from_rejected=line.of_rejected,
                batch=line.batch,
                serials=line.serials,
            )
            if line.of is not None
            else ReturnLine(
                item=item(line.item),
                cost_center=center(line.center),
                warehouse=warehouse(line.warehouse),
                quantity=line.quantity,
                rate=line.rate,
                batch=line.batch,
                serials=line.serials,
                allow_zero_valuation=operation.kind is Kind.SALES_RETURN,
            )
            for line in operation.lines
        )
        loose = any(line.of is None for line in operation.lines)
        head |= {"refunds": parts_of(operation), "refund_account": rest_of(operation)}
        if operation.kind is Kind.PURCHASE_RETURN:
            return PurchaseReturn(**head, supplier=SUPPLIER if loose else None, lines=lines)
        return SalesReturn(**head, customer=CUSTOMER if loose else None, lines=lines)

    def _credit(self, operation: Operation, head: dict[str, Any]) -> Document:
        sales = operation.kind is Kind.CREDIT_SALE
        lines = tuple(
            CreditNoteLine(
                cost_center=center(line.center),
                invoice_line=self.line(line.of),
                return_line=self.line(line.came_back),
                item=item(line.item) if line.item else None,
                quantity=line.quantity or None,
                rate=line.rate or None,
                amount=line.amount or None,
                account=account(line.account),
                taxes=None if line.taxes is None else taxes(line.taxes),
            )
            for line in operation.lines
        )
        return CreditNote(
            **head,
            side=CreditSide.SALES if sales else CreditSide.PURCHASE,
            credit_kind=CreditKind(operation.reason),
            party=CUSTOMER if sales else SUPPLIER,
            lines=lines,
            invoice=self.named(operation.of) if operation.of >= 0 else None,
            charges=charges_of(operation) or None,
            rounded_total=operation.rounded_total or None,
            freight=operation.freight or None,
            refunds=parts_of(operation),
            refund_account=rest_of(operation),
        )

    def _cancel(self, operation: Operation, head: dict[str, Any]) -> Document:
        head["posting_date"] = date.max  # it becomes that of what is cancelled
        return Cancellation(**head, document=self.named(operation.of))


_MAKERS: dict[Kind, Callable[[HandingIn, Operation, dict[str, Any]], Document]] = {
    Kind.RECEIPT: HandingIn._receipt,
    Kind.CLEAR: HandingIn.clear,
    Kind.BILL: HandingIn._bill,
    Kind.DELIVERY: HandingIn._delivery,
    Kind.SALE: HandingIn._sale,
    Kind.MATERIAL_RECEIPT: HandingIn._stock_entry,
    Kind.MATERIAL_ISSUE: HandingIn._stock_entry,
    Kind.TRANSFER: HandingIn._stock_entry,
    Kind.MAKE: HandingIn._stock_entry,
    Kind.SEND: HandingIn._stock_entry,
    Kind.ARRIVE: HandingIn._stock_entry,
    Kind.LOSE: HandingIn._stock_entry,
    Kind.JOURNAL: HandingIn.journal,
    Kind.PAY: HandingIn.payment,
    Kind.COLLECT: HandingIn.payment,
    Kind.ALLOCATE: HandingIn.allocate,
    Kind.REVALUE: HandingIn.revalue,
    Kind.CANCEL: HandingIn._cancel,
    Kind.CREDIT_BILL: HandingIn._credit,
    Kind.CREDIT_SALE: HandingIn._credit,
    Kind.COUNT: HandingIn._count,
    Kind.METHOD: HandingIn._change_method,
    Kind.LANDED_COST: HandingIn._landed_cost,
    Kind.PURCHASE_RETURN: HandingIn._return,
    Kind.SALES_RETURN: HandingIn._return,
}
