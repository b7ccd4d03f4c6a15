"""The sales return: goods come back from the customer, at the cost their delivery has now.

It posts Dr stock, Cr cost of goods sold; where an invoice had delivered the goods, the income and
the customer's debt are taken back too. Goods of no known delivery come in at the unit cost given,
else at the last known cost of the item in that warehouse.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from domain.accounts import Role
from domain.company import Flow
from domain.documents.causes import Causes, begin
from domain.documents.document import Document, DocumentKind
from domain.documents.needs import Needs
from domain.documents.parts.by_level_bills import is_by_level
from domain.documents.parts.continental_bills import income_account
from domain.documents.parts.delivering import read_cost_account
from domain.documents.parts.goods import split_given
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
from domain.facts import Facts
from domain.lookup import LookUp
from domain.money import ONE, ZERO, divide
from domain.movements import EntryKind, Given, Nature, Returned, Source
from domain.records import BillingKind, LineRecord
from domain.references import Ref
from domain.units import kept_unit


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesReturn(Document):
    """Goods given back of delivery notes, of invoices that delivered their goods, or of neither.

    `customer` is needed where no line names an original. `freight` is credited of the invoice's, in
    its currency; None = its share by net amount. Money is given back at once by `refunds`, and
    through `refund_account` all that they leave of what is credited and was paid.
    """

    kind: ClassVar[DocumentKind] = DocumentKind.SALES_RETURN
    series: ClassVar[str] = "SRET"

    customer: Ref | None = None
    lines: tuple[ReturnLine, ...]
    freight: Decimal | None = None
    refund_account: Ref | None = None
    refunds: tuple[PaidAtOnce, ...] = ()

    def converts(self) -> bool:
        """Goods of an original have its rate."""
        return any(line.line is None for line in self.lines)

    def needs(self) -> Needs:
        """The lines given back, locked, with their movements; else items and the customer."""
        return return_needs(self.lines, self.customer)

    def causes(self, facts: Facts) -> Causes:
        """Receipts at the delivery's unit cost, as the newest goods of where they come back to."""
        causes, look = begin(self, facts)
        read = read_returns(causes, look, self, self.lines, "OUT")
        causes.party = party_of(look, read, self.customer, "customer", "CUSTOMER")
        look.refuse_if_any()
        invoices = ReturnedInvoices(causes, look, 1, self.freight)
        for one in read:
            if isinstance(one, LooseReturn):
                _bring_in(causes, look, one)
            else:
                self._take_back(causes, look, one, invoices)
        causes.grand_total = causes.net_total + invoices.finish()
        look.refuse_if_any()
        if self.refunds or self.refund_account is not None:
            refund(causes, look, -1, self.refunds, self.refund_account)
        return causes

    def _take_back(
        self, causes: Causes, look: LookUp, one: ReadReturn, invoices: ReturnedInvoices
    ) -> None:
        original, line = one.original, one.line
        amount, in_company = price_of(causes, one, line.quantity, original.rate)
        invoiced = invoices.line_of(one)
        amount, in_company = invoices.at_most_what_is_left(one, amount, in_company)
        causes.net_total += amount
        record = causes.new_line(
            item_id=original.item.id,
            warehouse_id=one.place,
            quantity=line.quantity,
            rate=original.rate,
            amount=amount,
            cost_center_id=original.cost_center,
            against_line_id=original.id,
            list_rate=invoiced.list_rate if invoiced else None,
            discount_percent=invoiced.discount_percent if invoiced else None,
            **kept_unit(one.unit),
        )
        for movement, quantity in one.parts:
            delivered = -movement.quantity
            fraction = ONE if quantity == delivered else divide(quantity, delivered)
            earlier = look.company.is_of_earlier_flow(movement.key)
            given, source = (
                _bill(causes, one, quantity),
                Source(movement.id, fraction, movement.cost),
            )
            if earlier and look.company.flow is Flow.LINKED:
                given = _at_its_cost(source, quantity, look.company.digits)
            causes.move(
                one.pool_of(movement),
                quantity,
                Nature.SALE,
                record,
                given=given,
                contra=movement.contra,
                sources=() if earlier and look.company.flow is Flow.LINKED else (source,),
                returns=Returned(movement.id, movement.quantity, movement.cost, earlier),
            )
        causes.bill(original.id, BillingKind.RETURNED, line.quantity, in_company, None)
        if original.kind == DocumentKind.SALES_INVOICE:
            self._credit(causes, look, one, record, in_company, invoices)

    def _credit(
        self,
        causes: Causes,
        look: LookUp,
        one: ReadReturn,
        record: LineRecord,
        in_company: Decimal,
        invoices: ReturnedInvoices,
    ) -> None:
        """The customer owes that much less on the invoice; of a paid one he is owed it."""
        original, amount = one.original, record.amount
        receivable = original.control or look.role(Role.RECEIVABLE)
        income = look.booked_on(original.booked_to) or income_account(
            look, original.item, causes.party
        )
        if receivable is None or original.party is None:
            return
        discount = invoices.discount(one)
        if is_by_level(look.company) and discount:
            given = look.role_for(Role.SALES_DISCOUNT, original.item, causes.party, one.path)
            causes.post(given, -discount, original.cost_center)
            causes.post(income, discount, original.cost_center)
        causes.post(income, in_company, original.cost_center)
        causes.post(receivable, -in_company, party=original.party)
        take_off(causes, original, receivable, -in_company, -amount)
        invoices.take(one, record, receivable)


def _bill(causes: Causes, one: ReadReturn, quantity: Decimal) -> tuple[Given, ...]:
    """Goods of an invoice are credited as they come back, which only the flow LINKED asks for."""
    if causes.facts.company.flow is not Flow.LINKED:
        return ()
    if one.original.kind != DocumentKind.SALES_INVOICE:
        return ()
    return (Given(EntryKind.ISSUE, ZERO, invoiced=quantity),)


def _at_its_cost(source: Source, quantity: Decimal, digits: int) -> tuple[Given, ...]:
    """Goods that left before the company's costs travelled by links: at what they cost then."""
    cost = -source.part_of(source.cost, digits)
    return (Given(EntryKind.DIRECT, cost, invoiced=quantity),)


def _bring_in(causes: Causes, look: LookUp, one: LooseReturn) -> None:
    """Goods of no known delivery, at the cost given or at the last known one."""
    line, rate = one.line, one.line.rate or ZERO
    amount = causes.amount(line.quantity, rate)
    causes.net_total += amount
    record = causes.new_line(
        item_id=one.item.id,
        warehouse_id=one.pool.warehouse,
        quantity=line.quantity,
        rate=line.rate,
        amount=amount,
        cost_center_id=one.cost_center,
        **kept_unit(one.unit),
    )
    cost = causes.in_company_currency(amount)
    direct = [Given(EntryKind.DIRECT, cost)] if cost else []
    costs = split_given(direct, [quantity for _, quantity in one.lots], causes)
    named = read_cost_account(look, line.cost_of_goods_sold_account, one.path, moves=True)
    contra = named or look.cost_of_sales(one.item)
    for (lot, quantity), given in zip(one.lots, costs, strict=True):
        pool = one.pool.of_lot(lot)
        movement = causes.move(pool, quantity, Nature.SALE, record, given=given, contra=contra)
        is_free = line.rate is not None and line.allow_zero_valuation
        if not rate and not is_free:
            causes.unpriced.add(movement.id)
            if line.allow_zero_valuation:
                causes.may_be_free.add(movement.id)
