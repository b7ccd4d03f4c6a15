"""The purchase invoice: what a supplier bills.

A line may bill a receipt line (the accrual is cleared), bill stock that has not come yet (the
accrual is debited ahead), receive the stock itself (`update_stock`), or be a service (an expense).
Charges of the bill are debited to their own accounts; the supplier is credited with all of it.

Under PERIODIC, where receipts post nothing, goods go to the line's account or cost of goods sold.
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
from domain.documents.parts.by_level_bills import bill_purchase as bill_by_level
from domain.documents.parts.by_level_bills import is_by_level
from domain.documents.parts.charges import (
    Charge,
    balance_cents,
    charge_account_lines,
    read_charges,
    total_of,
)
from domain.documents.parts.continental_bills import (
    bill_purchase,
    is_continental,
    moving,
    purchases_account,
)
from domain.documents.parts.goods import (
    Billing,
    Goods,
    expense_account,
    keep_line,
    read_goods,
    receive,
)
from domain.documents.parts.lots import lot_needs
from domain.documents.parts.matching import (
    beside_the_price,
    match,
    of_the_price,
    read_counterpart,
    refuse_other_rate,
)
from domain.documents.parts.paid_at_once import AtOnce, PaidAtOnce, settle_at_once
from domain.documents.parts.payment_terms import note_terms
from domain.documents.parts.repricing import adjusts_receipts, reprice, reprice_unheard
from domain.documents.parts.taxes import keep_taxes, post_taxes, taxed_lines
from domain.errors import InvalidValue, Required
from domain.facts import Facts
from domain.lookup import LookUp
from domain.money import ZERO, round_to
from domain.movements import Contra
from domain.open_lines import LineFacts
from domain.records import BillingKind, ChargeRecord, LineRecord
from domain.references import Ref

PAID_FROM = "paid_from"
"""What the document keeps the account under from which it was paid at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseInvoiceLine:
    """A billed line. `receipt_line` is what it bills, and its item, unless one is named.

    `uom` is the unit of the quantity and the rate, None = the item's stock unit.

    `account` books it there instead.
    `discount_percent` is taken off the rate; the net price is what goods cost.

    Under BY_LEVEL `order_line` (code of the order, number of its line from 1) bills all that came
    by that line, and `shipment` says that the line is a charge on a shipment. A line without an
    item names a receipt line, an account or a shipment.
    """

    item: Ref | None
    quantity: Decimal
    rate: Decimal
    receipt_line: Ref | None = None
    order_line: tuple[str, int] | None = None
    shipment: str | None = None
    warehouse: Ref | None = None
    account: Ref | None = None
    discount_percent: Decimal = ZERO
    taxes: tuple[Ref, ...] = ()
    batch: str | None = None
    serials: tuple[str, ...] = ()
    expiry_date: date | None = None
    manufactured_on: date | None = None
    cost_center: Ref | None = None
    description: str | None = None
    uom: str | None = None

    @property
    def counterpart(self) -> Ref | None:
        """The receipt line that it bills."""
        return self.receipt_line


def _booked(line: PurchaseInvoiceLine) -> bool:
    """Whether a line's goods do not move with the bill, though it names no receipt line."""
    names_none = line.item is None and line.receipt_line is None
    return line.account is not None or line.order_line is not None or names_none


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseInvoice(Document):
    """A supplier's bill. `rounded_total` rounds what is payable to a whole unit of currency.

    Paid at once are `payments`, and from the account `paid_from` all that they and `write_off`
    leave.
    """

    kind: ClassVar[DocumentKind] = DocumentKind.PURCHASE_INVOICE
    series: ClassVar[str] = "PI"

    supplier: Ref
    lines: tuple[PurchaseInvoiceLine, ...]
    charges: tuple[Charge, ...] = ()
    update_stock: bool = False
    paid_from: Ref | None = None
    rounded_total: bool = False
    due_date: date | None = None
    payments: tuple[PaidAtOnce, ...] = ()
    write_off: Decimal = ZERO
    write_off_account: Ref | None = None
    payment_term: Ref | None = None

    def needs(self) -> Needs:
        """The supplier, the items and the receipt lines billed."""
        return Needs(
            items=frozenset(line.item for line in self.lines if line.item),
            lots=lot_needs(self.lines),
            parties=frozenset({self.supplier}),
            lines=frozenset(line.receipt_line for line in self.lines if line.receipt_line),
            originals=frozenset(line.receipt_line for line in self.lines if line.receipt_line),
            order_lines=frozenset(line.order_line for line in self.lines if line.order_line),
            shipments=frozenset(line.shipment for line in self.lines if line.shipment),
            bill_number=self.own_number,
        )

    def causes(self, facts: Facts) -> Causes:
        """The bill, and with `update_stock` the receipt of the goods."""
        causes, look = begin(self, facts)
        causes.update_stock = self.update_stock
        causes.party = look.party(self.supplier, ("supplier",), "SUPPLIER")
        note_terms(causes, look, self.due_date, self.payment_term)
        by_level = is_by_level(facts.company)
        moves_goods = by_level or is_continental(facts.company)
        moves = self.update_stock or moves_goods
        warehouses = [line.warehouse for line in self.lines] if moves else []
        with_bill = None
        if moves_goods:
            with_bill = moving([(one.receipt_line, _booked(one)) for one in self.lines])
        goods = read_goods(
            causes, look, self.lines, warehouses, incoming=True, moving=with_bill, plain=True,
            billing=Billing("receiptLine", [line.receipt_line for line in self.lines]),
        )  # fmt: skip
        self._check_plain(look, by_level=by_level)
        charges = read_charges(causes, look, self.charges)
        causes.charges_total = total_of(charges)
        taxed = taxed_lines(look, goods, [line.taxes for line in self.lines])
        taxes_total = keep_taxes(causes, look, taxed, "PURCHASE")
        causes.grand_total = causes.net_total + causes.charges_total + taxes_total
        payable = self._payable(causes, look)
        goods = [replace(one, account=self._expense_account(causes, look, one)) for one in goods]
        look.refuse_if_any()
        if by_level:
            bill_by_level(causes, look, goods, self.lines, charges)
        elif moves_goods:
            receipts = [line.receipt_line for line in self.lines]
            accounts = [line.account for line in self.lines]
            bill_purchase(causes, look, goods, receipts, accounts, charges)
        elif self.update_stock:
            self._receive(causes, look, goods, charges, payable)
        else:
            self._bill(causes, look, goods)
        charge_account_lines(causes, look, charges, 1)
        post_taxes(causes, 1)
        self._owe(causes, look, payable)
        look.refuse_if_any()
        balance_cents(causes, look)
        look.refuse_if_any()
        if self.payments or self.paid_from is not None or self.write_off:
            self._settle(causes, look)
        return causes

    def _settle(self, causes: Causes, look: LookUp) -> None:
        at_once = AtOnce(
            parts=self.payments,
            rest=self.paid_from,
            names=("payments", "paidFrom"),
            write_off=self.write_off,
            write_off_account=self.write_off_account,
            kept_as=PAID_FROM,
        )
        settle_at_once(causes, look, -1, at_once)

    def _check_plain(self, look: LookUp, *, by_level: bool) -> None:
        """A line without an item says where it goes; orders and shipments are of BY_LEVEL."""
        for index, path in line_paths(len(self.lines)):
            line = self.lines[index]
            of_order = line.shipment is not None or line.order_line is not None
            if of_order and not by_level:
                look.refuse(InvalidValue(path=path, reason="only_by_level"))
            if not (line.item or line.receipt_line or line.account or line.shipment is not None):
                missing = "account" if line.order_line is None else "item"
                look.refuse(Required(path=(*path, missing)))

    def _payable(self, causes: Causes, look: LookUp) -> UUID | None:
        if causes.party is not None and causes.party.payable_account is not None:
            return causes.party.payable_account
        return look.role(Role.PAYABLE)

    def _owe(self, causes: Causes, look: LookUp, payable: UUID | None) -> None:
        """Credit the supplier with what the own lines came to, and open the item for all of it."""
        total = causes.grand_total
        if self.rounded_total:
            total = round_to(total, 0)
            difference = causes.in_company_currency(total) - causes.in_company_currency(
                causes.grand_total
            )
            if difference:
                causes.post(look.role(Role.ROUND_OFF), difference)
            causes.grand_total = total
        in_company = causes.in_company_currency(total)
        through_stock = sum(
            (
                given.amount
                for movement in causes.movements
                for given in movement.given
                if given.contra is not None and given.contra.account == payable
            ),
            ZERO,
        )
        party = causes.party
        if payable is None or party is None:
            return
        own = in_company - through_stock if causes.facts.company.posts_stock else in_company
        causes.post(payable, -own, party=party.id)
        causes.open_item(payable, party, -total, -in_company)

    def _receive(
        self,
        causes: Causes,
        look: LookUp,
        goods: list[Goods],
        charges: list[ChargeRecord],
        payable: UUID | None,
    ) -> None:
        company = causes.facts.company
        party = causes.party
        contra = None
        if company.posts_stock and payable is not None and party is not None:
            contra = Contra(payable, party.id)
        for index, line in enumerate(self.lines):
            if line.receipt_line is not None:
                path = ("lines", str(index), "receiptLine")
                look.refuse(InvalidValue(path=path, reason="not_with_update_stock"))
        for record, one in receive(causes, goods, charges, contra):
            if one.pool is None or not company.posts_stock:
                amount = causes.in_company_currency(one.amount)
                causes.post(one.account, amount, record.cost_center_id)
            if one.pool is not None:
                price = causes.in_company_currency(one.amount)
                causes.bill(record.id, BillingKind.RECEIVED, one.quantity, price, None)
                causes.bill(record.id, BillingKind.BILLED, one.quantity, price, None)

    def _bill(self, causes: Causes, look: LookUp, goods: list[Goods]) -> None:
        for one in goods:
            ref = self.lines[one.index].receipt_line
            line = None
            if ref is not None:
                kind = DocumentKind.PURCHASE_RECEIPT
                line = read_counterpart(causes, look, ref, one, "receiptLine", kind)
            record = keep_line(causes, replace(one, against=line.id if line else None))
            stock = one.item.is_stock_item
            elsewhere = self.lines[one.index].account is not None
            posts = causes.facts.company.posts_stock and stock
            provisional = line is not None and not stock and line.account is not None
            if line is not None:
                self._clear(causes, look, one, record, line)
            elif stock and not (posts and elsewhere):
                amount = causes.in_company_currency(one.amount)
                self._bill_ahead(causes, look, record.id, one.quantity, amount)
            if not (posts or provisional) or (line is None and elsewhere):
                amount = causes.in_company_currency(one.amount)
                causes.post(one.account, amount, record.cost_center_id)

    def _bill_ahead(
        self, causes: Causes, look: LookUp, line: UUID, quantity: Decimal, amount: Decimal
    ) -> None:
        """Goods that have not come yet: the accrual is debited until they do."""
        posts = causes.facts.company.posts_stock
        accrual = look.role(Role.STOCK_RECEIVED_NOT_BILLED) if posts else None
        causes.post(accrual, amount)
        causes.bill(line, BillingKind.BILLED, quantity, amount, accrual)

    def _clear(
        self, causes: Causes, look: LookUp, one: Goods, record: LineRecord, line: LineFacts
    ) -> None:
        """Bill a receipt line: what stands open on it is cleared in proportion.

        What is billed beyond it, within the tolerance, is billed ahead of goods still to come.
        """
        found = match(causes, look, line, one, one.item.over_billing_tolerance)
        if found is None or refuse_other_rate(look, one, line):
            return
        accrual = self._accrual_of(causes, look, one, line)
        if found.quantity:
            causes.bill(line.id, BillingKind.BILLED, found.quantity, found.cleared, accrual)
        if found.excess and one.item.is_stock_item:
            self._bill_ahead(causes, look, record.id, found.excess, found.excess_amount)
        elif found.excess:
            causes.bill(record.id, BillingKind.BILLED, found.excess, found.excess_amount, None)
            if accrual is not None:
                causes.post(one.account, found.excess_amount, record.cost_center_id)
        adjusts = adjusts_receipts(causes.facts.company.settings)
        if accrual is None:
            if adjusts:
                reprice_unheard(causes, look, line.id, of_the_price(causes, one, found))
            return
        causes.post(accrual, found.cleared)
        other, part = beside_the_price(causes, look, one, found)
        causes.post(other, part)
        price = found.difference - part
        if adjusts and not one.item.is_stock_item:  # a service has no goods to follow
            causes.post(one.account, price, record.cost_center_id)
            return
        causes.post(accrual, price)
        if adjusts and price:
            path = (*one.path, "rate")
            reprice(causes, look, line.id, price, Contra(accrual), path)

    def _accrual_of(self, causes: Causes, look: LookUp, one: Goods, line: LineFacts) -> UUID | None:
        """The account on which the receipt line stands; None where it posted nothing."""
        if not one.item.is_stock_item:
            return line.account
        if not causes.facts.company.posts_stock:
            return None
        return look.role(Role.STOCK_RECEIVED_NOT_BILLED)

    def _expense_account(self, causes: Causes, look: LookUp, one: Goods) -> UUID | None:
        """Of a service, or goods of a company whose stock is not in the ledger; the one named.

        It is kept with the line, for its credits: under CONTINENTAL it is one of purchases.
        """
        ref = self.lines[one.index].account
        if ref is not None:
            named = look.account(ref, (*one.path, "account"))
            return named.id if named else None
        if one.item.is_stock_item and look.company.posts_stock:
            return None
        if self.lines[one.index].shipment is not None:
            return None
        if is_continental(look.company):
            return purchases_account(look, one.item, causes.party, (*one.path, "account"))
        return expense_account(look, one.item, one.path)
