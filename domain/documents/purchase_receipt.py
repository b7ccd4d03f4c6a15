"""The purchase receipt: goods come in before their invoice.

It posts Dr stock (goods + their share of the valuation charges), Cr stock received but not billed
(goods) and Cr each charge account (its valuation charge). Charges of category TOTAL and lines of
non-stock items post nothing: their invoice will. Goods that were billed before they came clear what
their invoice put on the accrual account.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from domain.accounts import Role
from domain.company import CostingMethod, Flow, InvoiceRatePolicy
from domain.documents.causes import Causes, begin
from domain.documents.document import Document, DocumentKind
from domain.documents.needs import Needs
from domain.documents.parts.by_level_bills import refuse_closed, suspense, take_in_at_cost
from domain.documents.parts.charges import Charge, read_charges, total_of
from domain.documents.parts.continental_bills import is_continental
from domain.documents.parts.goods import Goods, expense_account, read_goods, read_pool, receive
from domain.documents.parts.lots import lot_needs
from domain.documents.parts.matching import (
    Match,
    beside_the_price,
    match,
    of_the_price,
    read_counterpart,
    refuse_other_rate,
)
from domain.errors import InvalidValue, ReceivedQuantityMismatch, Required
from domain.facts import Facts
from domain.lookup import LookUp
from domain.money import QUANTITY_DIGITS, ZERO
from domain.movements import Contra, EntryKind, Given
from domain.records import BillingKind
from domain.references import Ref
from domain.values import quickly_made


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptLine:
    """Goods received: `quantity` accepted at `rate` per unit, in document currency.

    A warehouse is needed for stock. Rejected goods come into a warehouse of their own, at no value
    unless the company pays for them. `received_quantity`, where given, must be the two together.
    `invoice_line` is the line of a purchase invoice that billed the goods before they came,
    `order_line` the number of the line of the document's order, from 1. `uom` is the unit of all
    quantities and of the rate, None = the item's stock unit.
    """

    item: Ref
    quantity: Decimal
    rate: Decimal
    order_line: int | None = None
    warehouse: Ref | None = None
    invoice_line: Ref | None = None
    rejected_quantity: Decimal = ZERO
    rejected_warehouse: Ref | None = None
    received_quantity: Decimal | None = None
    discount_percent: Decimal = ZERO
    batch: str | None = None
    serials: tuple[str, ...] = ()
    expiry_date: date | None = None
    manufactured_on: date | None = None
    cost_center: Ref | None = None
    description: str | None = None
    uom: str | None = None

    @property
    def counterpart(self) -> Ref | None:
        """The invoice line that billed it before."""
        return self.invoice_line


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseReceipt(Document):
    """Goods received from a supplier, to be billed later.

    `order` is the code of the purchase order that they came by, `shipment` of the shipment that
    they came with.
    """

    kind: ClassVar[DocumentKind] = DocumentKind.PURCHASE_RECEIPT
    series: ClassVar[str] = "PR"

    supplier: Ref
    lines: tuple[ReceiptLine, ...]
    charges: tuple[Charge, ...] = ()
    order: str | None = None
    shipment: str | None = None

    def needs(self) -> Needs:
        """The supplier and the items."""
        return Needs(
            items=frozenset(line.item for line in self.lines),
            lots=lot_needs(self.lines),
            parties=frozenset({self.supplier}),
            lines=frozenset(line.invoice_line for line in self.lines if line.invoice_line),
            shipments=frozenset({self.shipment} if self.shipment else ()),
        )

    def causes(self, facts: Facts) -> Causes:
        """Receipts into stock, and an accrual for each line that waits for its bill."""
        causes, look = begin(self, facts)
        causes.party = look.party(self.supplier, ("supplier",), "SUPPLIER")
        warehouses = [line.warehouse for line in self.lines]
        goods = read_goods(causes, look, self.lines, warehouses, incoming=True)
        goods = [self._with_rejected(causes, look, one) for one in goods]
        charges = read_charges(causes, look, self.charges)
        causes.charges_total = total_of(charges)
        causes.grand_total = causes.net_total + causes.charges_total
        accrual = None if is_continental(facts.company) else suspense(causes, look)
        matches: dict[int, Match] = {}
        goods = [self._of_invoice(causes, look, one, accrual, matches) for one in goods]
        look.refuse_if_any()
        for line, one in receive(causes, goods, charges, Contra(accrual) if accrual else None):
            price = causes.in_company_currency(one.amount)
            found = matches.get(one.index)
            open_price = price - found.amount if found else price
            account = accrual if one.pool else _accrue_service(causes, look, one, open_price)
            causes.bill(line.id, BillingKind.RECEIVED, one.billed, price, account)
            if found is not None and found.quantity:
                causes.bill(line.id, BillingKind.BILLED, found.quantity, found.amount, account)
        take_in_at_cost(causes)
        self._name_order_and_shipment(causes, look)
        look.refuse_if_any()
        return causes

    def _name_order_and_shipment(self, causes: Causes, look: LookUp) -> None:
        """Lines keep what they came by and with; a closed shipment takes no more goods."""
        if self.order is not None:
            look.code_fits(self.order, ("order",))
        if self.shipment is not None:
            refuse_closed(look, self.shipment, ("shipment",))
        for index, line in enumerate(self.lines):
            if line.order_line is not None and self.order is None:
                look.refuse(Required(path=("order",)))
            causes.lines[index] = replace(
                causes.lines[index],
                order_code=self.order if line.order_line is not None else None,
                order_line=line.order_line,
                shipment=self.shipment,
            )

    def _of_invoice(
        self,
        causes: Causes,
        look: LookUp,
        one: Goods,
        accrual: UUID | None,
        matches: dict[int, Match],
    ) -> Goods:
        """Goods that were billed before they came: they clear what their invoice line waits for.

        The mirror of billing a receipt: a difference of rates goes by the company's policy, others
        are exchange differences or cents.
        """
        ref = self.lines[one.index].invoice_line
        if ref is None:
            return one
        if look.company.flow is Flow.CARRIED:
            path = (*one.path, "invoiceLine")
            look.refuse(InvalidValue(path=path, reason="not_at_carried_cost"))
            return one
        kind = DocumentKind.PURCHASE_INVOICE
        line = read_counterpart(causes, look, ref, one, "invoiceLine", kind)
        if line is None:
            return one
        found = match(causes, look, line, one, one.item.over_receipt_tolerance)
        if found is None or refuse_other_rate(look, one, line):
            return one
        matches[one.index] = found
        account = accrual if one.pool else None
        if found.quantity:
            causes.bill(line.id, BillingKind.RECEIVED, found.quantity, found.cleared, account)
        one = replace(one, against=line.id)
        if found.difference and account is None and not look.company.posts_stock:  # PERIODIC
            return self._at_billed_price(look, one, of_the_price(causes, one, found), None)
        if account is None or not found.difference:
            return one
        other, part = beside_the_price(causes, look, one, found)
        causes.post(account, part)
        causes.post(other, -part)
        return self._at_billed_price(look, one, found.difference - part, Contra(account))

    def _at_billed_price(
        self, look: LookUp, one: Goods, price: Decimal, contra: Contra | None
    ) -> Goods:
        """Goods that come in at what was billed; `price` is what their own is above that."""
        policy = look.company.settings.invoice_rate_policy
        # Where rates must match they do: only a credit note can have made the price another.
        if price and policy is not InvoiceRatePolicy.KEEP_DIFFERENCE:
            one = replace(one, more=(Given(EntryKind.PRICE, -price, contra),))
        return one

    def _with_rejected(self, causes: Causes, look: LookUp, one: Goods) -> Goods:
        """The rejected goods of a line, which are paid for if the company says so."""
        line = self.lines[one.index]
        rejected = line.rejected_quantity
        look.not_negative(rejected, (*one.path, "rejectedQuantity"), QUANTITY_DIGITS)
        received = line.received_quantity
        if received is not None and received != line.quantity + rejected:
            look.refuse(
                ReceivedQuantityMismatch(
                    path=(*one.path, "receivedQuantity"),
                    received=received,
                    accepted=line.quantity,
                    rejected=rejected,
                )
            )
        if not rejected:
            return one
        if one.unit is not None:
            rejected = one.unit.quantity(look, rejected, (*one.path, "rejectedQuantity"))
        reason = self._no_rejected(look, one)
        if reason is not None:
            look.refuse(InvalidValue(path=(*one.path, "rejectedQuantity"), reason=reason))
        if one.pool is None:
            return one
        place = read_pool(look, one.item, line.rejected_warehouse, one.path, "rejectedWarehouse")
        if place is not None and place.warehouse == one.pool.warehouse:
            path = (*one.path, "rejectedWarehouse")
            look.refuse(InvalidValue(path=path, reason="same_warehouse"))
        if place is not None and one.lots:
            place = place.of_lot(one.lots[0][0])
        if not causes.facts.company.settings.value_rejected:
            return replace(one, rejected=rejected, rejected_pool=place)
        amount = causes.amount(one.quantity + rejected, one.rate)
        causes.net_total += amount - one.amount
        return replace(
            one,
            billed=one.quantity + rejected,
            amount=amount,
            rejected=rejected,
            rejected_pool=place,
        )

    def _no_rejected(self, look: LookUp, one: Goods) -> str | None:
        """Why goods of the line cannot be rejected, if so."""
        if not one.item.is_stock_item:
            return "no_rejected_services"
        if look.company.flow is Flow.CARRIED:
            return "not_at_carried_cost"
        return "no_rejected_serials" if one.item.costing_method == CostingMethod.SERIAL else None


def _accrue_service(causes: Causes, look: LookUp, one: Goods, price: Decimal) -> UUID | None:
    """A service received: an expense against its accrual, if the company says so."""
    company = causes.facts.company
    if not company.settings.provisional_for_non_stock:
        return None
    accrual = look.role(Role.SERVICES_RECEIVED_NOT_BILLED)
    causes.post(expense_account(look, one.item, one.path), price, one.cost_center)
    causes.post(accrual, -price)
    return accrual
