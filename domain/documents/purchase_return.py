"""The purchase return: goods go back to the supplier, at the cost their receipt line has now.

It posts Dr received not billed (or the supplier, where an invoice had received the goods) at the
price, Cr stock at the cost; the difference, charges that stay with us, is cost of goods sold. Goods
of no known receipt leave at what the costing method says; their price waits on received not billed
for the supplier's credit note.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from domain.accounts import Role
from domain.company import Flow
from domain.documents.causes import Causes, begin
from domain.documents.document import Document, DocumentKind
from domain.documents.needs import Needs
from domain.documents.parts.by_level_bills import is_by_level, suspense
from domain.documents.parts.continental_bills import is_continental
from domain.documents.parts.goods import WHATEVER, expense_account, split_given
from domain.documents.parts.paid_at_once import PaidAtOnce, refund
from domain.documents.parts.returned_invoices import ReturnedInvoices
from domain.documents.parts.returned_money import price_of, take_off
from domain.documents.parts.returns import (
    LooseReturn,
    ReadReturn,
    ReturnLine,
    party_of,
    read_returns,
    return_needs,
)
from domain.documents.parts.taking import Taking
from domain.facts import Facts, OriginalLine
from domain.lookup import LookUp
from domain.money import ZERO, split
from domain.movements import Contra, EntryKind, Given, Nature, Returned
from domain.records import BillingKind, LineRecord
from domain.references import Ref
from domain.units import kept_unit


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseReturn(Document):
    """Goods given back of purchase receipts, of invoices that received their goods, or of neither.

    `supplier` is needed where no line names an original. Money comes back at once by `refunds`, and
    through `refund_account` all that they leave of what is credited and was paid.
    """

    kind: ClassVar[DocumentKind] = DocumentKind.PURCHASE_RETURN
    series: ClassVar[str] = "PRET"

    supplier: Ref | None = None
    lines: tuple[ReturnLine, ...]
    refund_account: Ref | None = None
    refunds: tuple[PaidAtOnce, ...] = ()

    def converts(self) -> bool:
        """Goods of an original have its rate."""
        return any(line.line is None for line in self.lines)

    def needs(self) -> Needs:
        """The lines given back, locked, with their movements; else items and the supplier."""
        return return_needs(self.lines, self.supplier)

    def causes(self, facts: Facts) -> Causes:
        """Issues at the receipt's cost, and the accrual or the debt taken back at the price."""
        causes, look = begin(self, facts)
        taking = Taking(causes, look)
        read = [
            _taken(taking, one) if isinstance(one, LooseReturn) else one
            for one in read_returns(causes, look, self, self.lines, "IN")
        ]
        causes.party = party_of(look, read, self.supplier, "supplier", "SUPPLIER")
        payable, accrual = None, None
        linked = [one for one in read if isinstance(one, ReadReturn)]
        continental = is_continental(facts.company)
        if continental and len(linked) < len(read):
            own = causes.party.payable_account if causes.party else None
            payable = own or look.role(Role.PAYABLE)
        elif facts.company.posts_stock and len(linked) < len(read):
            accrual = suspense(causes, look)
        look.refuse_if_any()
        invoices = ReturnedInvoices(causes, look, -1)
        for one in read:
            if isinstance(one, LooseReturn) and continental:
                _credited(causes, look, one, payable)
            elif isinstance(one, LooseReturn):
                _send_back(causes, one, accrual)
            else:
                self._give_back(causes, look, one, invoices)
        causes.grand_total = causes.net_total + invoices.finish()
        look.refuse_if_any()
        if self.refunds or self.refund_account is not None:
            refund(causes, look, 1, self.refunds, self.refund_account)
        return causes

    def _give_back(
        self, causes: Causes, look: LookUp, one: ReadReturn, invoices: ReturnedInvoices
    ) -> None:
        original, line = one.original, one.line
        billed_by_invoice = original.kind == DocumentKind.PURCHASE_INVOICE
        payable = None
        if billed_by_invoice:
            payable = original.control or look.role(Role.PAYABLE)
        paid_for = not line.from_rejected or original.billing > original.quantity
        rate = original.rate if paid_for else ZERO
        at_cost = look.company.flow is Flow.CARRIED and not billed_by_invoice and paid_for
        at_cost = at_cost and original.item.is_stock_item
        amount, price = price_of(causes, one, line.quantity, rate, stands_at_cost=at_cost)
        amount, price = invoices.at_most_what_is_left(one, amount, price)
        causes.net_total += amount
        record = causes.new_line(
            item_id=original.item.id,
            warehouse_id=one.place,
            quantity=line.quantity,
            rate=rate,
            amount=amount,
            cost_center_id=original.cost_center,
            against_line_id=original.id,
            **kept_unit(one.unit),
        )
        if not original.item.is_stock_item:
            _take_back_service(causes, look, one, price)
            return
        contra = _contra(causes, one, payable)
        prices = split(price, [quantity for _, quantity in one.parts], look.company.digits)
        for (movement, quantity), part in zip(one.parts, prices, strict=True):
            causes.move(
                one.pool_of(movement),
                -quantity,
                Nature.PURCHASE,
                record,
                given=_given(causes, one, -part, quantity, contra),
                returns=Returned(
                    movement.id,
                    movement.quantity,
                    movement.cost,
                    look.company.is_of_earlier_flow(movement.key),
                    is_exact=True,
                ),
            )
        quantity = line.quantity if paid_for else ZERO
        account = None if billed_by_invoice else _waits_on(original, contra, look)
        if is_continental(look.company) and original.account is not None:
            account = original.account
            _take_off_accrual(causes, look, one, account, price)
        causes.bill(original.id, BillingKind.RETURNED, quantity, price, account)
        if billed_by_invoice and payable is not None:
            self._credit(causes, look, one, payable, amount, price)
            invoices.take(one, record, payable)

    def _credit(
        self,
        causes: Causes,
        look: LookUp,
        one: ReadReturn,
        payable: UUID,
        amount: Decimal,
        price: Decimal,
    ) -> None:
        """The supplier is owed that much less on the invoice; of a paid one he owes it to us."""
        original = one.original
        if original.party is None:
            return
        if is_continental(look.company):
            purchases = look.booked_on(original.booked_to)
            if purchases is None:
                purchases = look.role_for(Role.PURCHASES, original.item, causes.party)
            causes.post(payable, price, party=original.party)
            causes.post(purchases, -price, original.cost_center)
        elif is_by_level(look.company):
            variance = look.role_for(Role.PURCHASE_VARIANCE, original.item, causes.party)
            causes.post(payable, price, party=original.party)
            causes.post(suspense(causes, look) or variance, -price, original.cost_center)
        elif not look.company.posts_stock:
            expense = original.booked_to or look.role(Role.COST_OF_GOODS_SOLD)
            causes.post(payable, price, party=original.party)
            causes.post(expense, -price, original.cost_center)
        take_off(causes, original, payable, price, amount)


def _take_back_service(causes: Causes, look: LookUp, one: ReadReturn, price: Decimal) -> None:
    """A service of a receipt: its accrual and its expense, if it was accrued."""
    original, accrual = one.original, one.original.account
    if accrual is not None:
        causes.post(accrual, price)
        expense = expense_account(look, original.item, one.path)
        causes.post(expense, -price, original.cost_center)
    causes.bill(original.id, BillingKind.RETURNED, one.line.quantity, price, accrual)


def _waits_on(original: OriginalLine, contra: Contra | None, look: LookUp) -> UUID | None:
    """The account where goods wait for their bill: by level none that never heard of them."""
    if is_by_level(look.company):
        return original.account
    return contra.account if contra else None


def _take_off_accrual(
    causes: Causes, look: LookUp, one: ReadReturn, accrual: UUID, price: Decimal
) -> None:
    """Goods whose receipt an earlier scheme accrued: no bill of them is to come (CONTINENTAL)."""
    causes.post(accrual, price)
    causes.post(look.role_for(Role.PURCHASES, one.original.item, causes.party), -price)


def _given(
    causes: Causes, one: ReadReturn, price: Decimal, quantity: Decimal, contra: Contra | None
) -> tuple[Given, ...]:
    """What the goods leave at: the price, or by links whatever their receipt costs."""
    if causes.facts.company.flow is not Flow.LINKED:
        return (Given(EntryKind.DIRECT, price, contra),)
    billed = one.original.kind == DocumentKind.PURCHASE_INVOICE
    if not billed and one.original.account is None:
        return ()
    return (Given(EntryKind.ISSUE, ZERO, invoiced=quantity),)


def _contra(causes: Causes, one: ReadReturn, payable: UUID | None) -> Contra | None:
    """What the price of the goods is taken back from."""
    if not causes.facts.company.posts_stock or is_continental(causes.facts.company):
        return None
    if one.original.kind == DocumentKind.PURCHASE_INVOICE and is_by_level(causes.facts.company):
        return None  # suspense, by the scheme: the links hear of stock and of the debt apart
    if one.original.kind == DocumentKind.PURCHASE_INVOICE:
        return Contra(payable, one.original.party) if payable else None
    accrual = one.original.account
    if is_by_level(causes.facts.company):
        # What suspense was never credited for is not taken off it.
        look = LookUp(causes.facts)
        item = one.original.item
        variance = None if accrual else look.role_for(Role.PURCHASE_VARIANCE, item, causes.party)
        account = accrual or variance
        return Contra(account) if account else None
    if accrual is None:
        accrual = causes.facts.company.roles.get(Role.STOCK_RECEIVED_NOT_BILLED)
    return Contra(accrual) if accrual else None


def _taken(taking: Taking, one: LooseReturn) -> LooseReturn:
    """Goods of no original with what they are taken of, if their line says it."""
    if one.line.takes_from is None:
        return one
    taken = taking.of(one.line.takes_from, one.item, one.pool, one.lots, one.path)
    if taken is None:
        return one
    return replace(one, lots=taken.lots, takes=taken.of, takes_line=taken.line)


def _priced(causes: Causes, one: LooseReturn) -> tuple[LineRecord, Decimal, Decimal]:
    """The line of goods of no known receipt; its price, also in company currency."""
    rate = one.line.rate or ZERO
    amount = causes.amount(one.line.quantity, rate)
    causes.net_total += amount
    record = causes.new_line(
        item_id=one.item.id,
        warehouse_id=one.pool.warehouse,
        quantity=one.line.quantity,
        rate=rate,
        amount=amount,
        cost_center_id=one.cost_center,
        takes_line_id=one.takes_line,
        **kept_unit(one.unit),
    )
    return record, amount, causes.in_company_currency(amount)


def _credited(causes: Causes, look: LookUp, one: LooseReturn, payable: UUID | None) -> None:
    """Goods of no known receipt, credited with their return (CONTINENTAL)."""
    party = causes.party
    record, amount, price = _priced(causes, one)
    by_links = causes.facts.company.flow is Flow.LINKED
    for (lot, quantity), taken in zip(one.lots, one.takes or WHATEVER, strict=False):
        bill = (Given(EntryKind.ISSUE, ZERO, invoiced=quantity),) if by_links else ()
        pool = one.pool.of_lot(lot)
        causes.move(pool, -quantity, Nature.PURCHASE, record, given=bill, returns=taken)
    causes.post(look.role_for(Role.PURCHASES, one.item, party), -price, one.cost_center)
    if party is None or payable is None:
        return
    causes.post(payable, price, party=party.id)
    causes.open_item(payable, party, amount, price)


def _send_back(causes: Causes, one: LooseReturn, accrual: UUID | None) -> None:
    """Goods of no known receipt: the price waits on the accrual for the supplier's credit."""
    record, _, price = _priced(causes, one)
    direct = [Given(EntryKind.DIRECT, -price, Contra(accrual) if accrual else None)]
    costs = split_given(direct, [quantity for _, quantity in one.lots], causes)
    for (lot, quantity), given in zip(one.lots, costs, strict=True):
        pool = one.pool.of_lot(lot)
        causes.move(pool, -quantity, Nature.PURCHASE, record, given=given)
    if causes.facts.company.posts_stock:
        causes.bill(record.id, BillingKind.RETURNED, one.line.quantity, price, accrual)
