"""The sales invoice: what a customer is billed.

It posts Dr receivable, Cr income and Cr each charge account; with `update_stock` it delivers the
goods itself, and Dr cost of goods sold, Cr stock come with it.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from domain.accounts import Role
from domain.documents.causes import Causes, begin, line_paths
from domain.documents.document import Document, DocumentKind
from domain.documents.needs import Needs
from domain.documents.parts.by_level_bills import is_by_level, post_income
from domain.documents.parts.charges import (
    Charge,
    balance_cents,
    charge_account_lines,
    read_charges,
    total_of,
)
from domain.documents.parts.continental_bills import (
    bill_sale,
    income_account,
    is_continental,
    moving,
)
from domain.documents.parts.delivering import deliver, with_cost_accounts
from domain.documents.parts.goods import Billing, Goods, keep_line, read_goods
from domain.documents.parts.lots import lot_needs
from domain.documents.parts.matching import match, read_counterpart
from domain.documents.parts.paid_at_once import AtOnce, PaidAtOnce, settle_at_once
from domain.documents.parts.payment_terms import note_terms
from domain.documents.parts.taking import take_from
from domain.documents.parts.taxes import keep_taxes, post_taxes, read_taxes, taxed_lines
from domain.errors import InvalidValue, Required
from domain.facts import Facts
from domain.lookup import LookUp
from domain.money import ZERO, round_to
from domain.open_lines import LineFacts
from domain.records import BillingKind
from domain.references import Ref
from domain.taxes import TaxedAmount

PAID_INTO = "paid_into"
"""What the document keeps the account under into which it was paid at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesInvoiceLine:
    """A billed line. `delivery_line` is what it bills, with its item unless one is named.

    `account` is its income account; a line that names neither an item nor a delivery line needs it.

    `discount_percent` is taken off the rate; income is net of it. `takes_from` is the line whose
    goods it delivers (CONTINENTAL), `cost_of_goods_sold_account` where the cost of these goes.
    `uom` is the unit of the quantity and the rate, None = the item's stock unit.
    """

    item: Ref | None
    quantity: Decimal
    rate: Decimal
    delivery_line: Ref | None = None
    warehouse: Ref | None = None
    account: Ref | None = None
    discount_percent: Decimal = ZERO
    taxes: tuple[Ref, ...] = ()
    batch: str | None = None
    serials: tuple[str, ...] = ()
    cost_center: Ref | None = None
    description: str | None = None
    uom: str | None = None
    takes_from: Ref | None = None
    cost_of_goods_sold_account: Ref | None = None

    @property
    def counterpart(self) -> Ref | None:
        """The delivery line that it bills."""
        return self.delivery_line


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesInvoice(Document):
    """A bill to a customer. `rounded_total` rounds what is receivable to a whole unit.

    `freight` is charged besides, in document currency, with its own taxes. Paid at once are
    `payments`, and into the account `paid_into` all that they and `write_off` leave.
    """

    kind: ClassVar[DocumentKind] = DocumentKind.SALES_INVOICE
    series: ClassVar[str] = "SI"

    customer: Ref
    lines: tuple[SalesInvoiceLine, ...]
    charges: tuple[Charge, ...] = ()
    update_stock: bool = False
    rounded_total: bool = False
    due_date: date | None = None
    freight: Decimal = ZERO
    freight_taxes: tuple[Ref, ...] = ()
    paid_into: Ref | None = None
    payments: tuple[PaidAtOnce, ...] = ()
    write_off: Decimal = ZERO
    write_off_account: Ref | None = None
    payment_term: Ref | None = None

    def needs(self) -> Needs:
        """The customer, the items and the delivery lines billed."""
        return Needs(
            items=frozenset(line.item for line in self.lines if line.item),
            lots=lot_needs(self.lines),
            parties=frozenset({self.customer}),
            lines=frozenset(line.delivery_line for line in self.lines if line.delivery_line),
            originals=frozenset(
                ref for line in self.lines for ref in (line.delivery_line, line.takes_from) if ref
            ),
        )

    def causes(self, facts: Facts) -> Causes:
        """The bill, and with `update_stock` the delivery of the goods."""
        causes, look = begin(self, facts)
        causes.update_stock = self.update_stock
        causes.party = look.party(self.customer, ("customer",), "CUSTOMER")
        note_terms(causes, look, self.due_date, self.payment_term)
        moves_goods = is_continental(facts.company) or is_by_level(facts.company)
        moves = self.update_stock or moves_goods
        warehouses = [line.warehouse for line in self.lines] if moves else []
        with_bill = None
        if moves_goods:
            with_bill = moving([(line.delivery_line, False) for line in self.lines])
        billing = Billing("deliveryLine", [line.delivery_line for line in self.lines])
        self._check_plain(look)
        goods = read_goods(
            causes, look, self.lines, warehouses, moving=with_bill, plain=True, billing=billing
        )
        named = [line.takes_from for line in self.lines]
        goods = take_from(causes, look, goods, named) if any(named) else goods
        costs = [line.cost_of_goods_sold_account for line in self.lines]
        goods = with_cost_accounts(look, goods, costs) if any(costs) else goods
        charges = read_charges(causes, look, self.charges, valuation=False)
        causes.charges_total = total_of(charges)
        taxes_total = self._tax(causes, look, goods)
        causes.grand_total = causes.net_total + causes.charges_total + causes.freight + taxes_total
        receivable = self._receivable(causes, look)
        goods = [replace(one, account=self._income(causes, look, one)) for one in goods]
        look.refuse_if_any()
        if moves_goods:
            bill_sale(causes, look, goods, [line.delivery_line for line in self.lines])
        elif self.update_stock:
            self._deliver(causes, look, goods)
        else:
            self._bill(causes, look, goods)
        self._owe(causes, look, receivable)
        for one in goods:
            post_income(causes, look, one)
        if causes.freight:
            causes.post(look.role(Role.FREIGHT), -causes.in_company_currency(causes.freight))
        charge_account_lines(causes, look, charges, -1)
        post_taxes(causes, -1)
        balance_cents(causes, look)
        look.refuse_if_any()
        if self.payments or self.paid_into is not None or self.write_off:
            self._settle(causes, look)
        return causes

    def _check_plain(self, look: LookUp) -> None:
        """A line without an item says where its income goes."""
        for index, path in line_paths(len(self.lines)):
            line = self.lines[index]
            if not (line.item or line.delivery_line or line.account):
                look.refuse(Required(path=(*path, "item")))

    def _tax(self, causes: Causes, look: LookUp, goods: list[Goods]) -> Decimal:
        """The taxes of the lines and of the freight, added up."""
        look.not_negative(self.freight, ("freight",), causes.digits)
        causes.freight = self.freight
        taxes = read_taxes(look, self.freight_taxes, ("freightTaxes",))
        taxed = taxed_lines(look, goods, [line.taxes for line in self.lines])
        freight = TaxedAmount(amount=self.freight, taxes=taxes)
        return keep_taxes(causes, look, taxed, "SALES", freight)

    def _settle(self, causes: Causes, look: LookUp) -> None:
        at_once = AtOnce(
            parts=self.payments,
            rest=self.paid_into,
            names=("payments", "paidInto"),
            write_off=self.write_off,
            write_off_account=self.write_off_account,
            kept_as=PAID_INTO,
        )
        settle_at_once(causes, look, 1, at_once)

    def _receivable(self, causes: Causes, look: LookUp) -> UUID | None:
        if causes.party is not None and causes.party.receivable_account is not None:
            return causes.party.receivable_account
        return look.role(Role.RECEIVABLE)

    def _income(self, causes: Causes, look: LookUp, one: Goods) -> UUID | None:
        ref = self.lines[one.index].account
        if ref is not None:
            account = look.account(ref, (*one.path, "account"))
            return account.id if account else None
        return income_account(look, one.item, causes.party, (*one.path, "account"))

    def _deliver(self, causes: Causes, look: LookUp, goods: list[Goods]) -> None:
        for index, line in enumerate(self.lines):
            if line.delivery_line is not None:
                path = ("lines", str(index), "deliveryLine")
                look.refuse(InvalidValue(path=path, reason="not_with_update_stock"))
        for record, one in deliver(causes, look, goods):
            if one.pool is not None:
                amount = causes.in_company_currency(one.amount)
                causes.bill(record.id, BillingKind.DELIVERED, one.quantity, amount, None)
                causes.bill(record.id, BillingKind.BILLED, one.quantity, amount, None)

    def _bill(self, causes: Causes, look: LookUp, goods: list[Goods]) -> None:
        for one in goods:
            ref = self.lines[one.index].delivery_line
            line = None
            if ref is not None:
                kind = DocumentKind.DELIVERY_NOTE
                line = read_counterpart(causes, look, ref, one, "deliveryLine", kind)
            record = keep_line(causes, replace(one, against=line.id if line else None))
            if line is not None:
                self._clear(causes, look, one, record.id, line)
            elif one.item.is_stock_item:
                amount = causes.in_company_currency(one.amount)
                causes.bill(record.id, BillingKind.BILLED, one.quantity, amount, None)

    def _clear(self, causes: Causes, look: LookUp, one: Goods, own: UUID, line: LineFacts) -> None:
        """Bill a delivery line, and within the tolerance goods that are still to go."""
        found = match(causes, look, line, one, one.item.over_billing_tolerance)
        if found is None:
            return
        if found.quantity:
            causes.bill(line.id, BillingKind.BILLED, found.quantity, found.cleared, None)
        if found.excess:
            causes.bill(own, BillingKind.BILLED, found.excess, found.excess_amount, None)

    def _owe(self, causes: Causes, look: LookUp, receivable: UUID | None) -> None:
        total = causes.grand_total
        if self.rounded_total:
            total = round_to(total, 0)
            difference = causes.in_company_currency(total) - causes.in_company_currency(
                causes.grand_total
            )
            if difference:
                causes.post(look.role(Role.ROUND_OFF), -difference)
            causes.grand_total = total
        if causes.party is not None:
            causes.owe(receivable, causes.party, total)
