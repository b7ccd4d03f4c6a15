"""The credit note: a customer is credited, or a supplier credits us, for all or part of a bill.

It is the mirror of an invoice: income and taxes are debited and the customer credited; the supplier
is debited, and what the invoice debited credited. It moves no goods: a return does, and a line may
name the return's line. Only under BY_LEVEL goods of no known sale come back to the warehouse of its
line. What it credits is taken off the invoice as far as that is open; the rest stays on the party's
account, to be applied later.

OVERCHARGE corrects a price. WRITE_OFF credits goods that are not taken back, against an account of
its own. Source of the kinds: webERP's credit notes, in the scenario vectors.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from domain.accounts import Role
from domain.documents.causes import Causes, begin
from domain.documents.document import Document, DocumentKind
from domain.documents.needs import Needs
from domain.documents.parts.by_level_bills import is_by_level, post_income
from domain.documents.parts.by_level_credits import ByLevelCredit
from domain.documents.parts.charges import (
    Charge,
    balance_cents,
    charge_account_lines,
    read_charges,
    total_of,
)
from domain.documents.parts.continental_bills import income_account, is_continental
from domain.documents.parts.continental_credits import ContinentalCredit, credit_goods
from domain.documents.parts.credit_line import (
    CreditKind,
    CreditNoteLine,
    CreditSide,
    ReadCredit,
    over_credited,
)
from domain.documents.parts.credit_lines import CreditReader
from domain.documents.parts.inheriting import (
    CreditedLines,
    inherit_charges,
    inherit_freight,
    post_freight,
    rounded,
)
from domain.documents.parts.paid_at_once import PaidAtOnce, refund
from domain.documents.parts.settlement import left_open, open_on_account, settle
from domain.documents.parts.supplier_credit import SupplierCredit
from domain.documents.parts.taxes import give_back, keep_taxes, post_taxes
from domain.documents.parts.unbilling import lines_of, unbill
from domain.errors import InvalidValue, Required
from domain.facts import Facts, PartyFacts
from domain.invoiced import InvoiceFacts
from domain.lookup import LookUp
from domain.money import ZERO
from domain.movements import Nature, Pool
from domain.records import ChargeRecord, LineRecord
from domain.references import Ref
from domain.taxes import TaxedAmount
from domain.units import kept_unit

_SERIES = {CreditSide.SALES: "SCN", CreditSide.PURCHASE: "PCN"}
SIDE = "side"
"""The key of the side in the document's content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditNote(Document):
    """A credit to a customer, or from a supplier.

    `charges` None = the invoice's, in proportion of what is credited; `rounded_total` None = as the
    invoice's was; `freight` None = its share of the invoice's, of an OVERCHARGE none.
    `write_off_account` None = the company's, only for a WRITE_OFF. Money is given back at once by
    `refunds`, and through `refund_account` all that they leave of what the invoice did not take.
    """

    kind: ClassVar[DocumentKind] = DocumentKind.CREDIT_NOTE
    series: ClassVar[str] = "CN"

    side: CreditSide
    credit_kind: CreditKind
    party: Ref
    lines: tuple[CreditNoteLine, ...]
    invoice: Ref | None = None
    charges: tuple[Charge, ...] | None = None
    write_off_account: Ref | None = None
    rounded_total: bool | None = None
    freight: Decimal | None = None
    refund_account: Ref | None = None
    refunds: tuple[PaidAtOnce, ...] = ()

    def numbered_in(self) -> str:
        """Credits to customers and from suppliers are numbered apart."""
        return _SERIES[self.side]

    def converts(self) -> bool:
        """Of an invoice it has the invoice's rate."""
        return self.invoice is None and not any(line.invoice_line for line in self.lines)

    def needs(self) -> Needs:
        """The party, the invoice with what was credited of it, and the goods that went back."""
        return Needs(
            parties=frozenset({self.party}),
            items=frozenset(line.item for line in self.lines if line.item),
            invoices=frozenset({self.invoice} if self.invoice else ()),
            invoice_lines=frozenset(line.invoice_line for line in self.lines if line.invoice_line),
            return_lines=frozenset(line.return_line for line in self.lines if line.return_line),
        )

    def causes(self, facts: Facts) -> Causes:
        """The bill's mirror, and what it settles."""
        causes, look = begin(self, facts)
        causes.purpose = self.credit_kind.value
        causes.content[SIDE] = self.side.value
        sales = self.side is CreditSide.SALES
        causes.party = look.party(self.party, ("party",), "CUSTOMER" if sales else "SUPPLIER")
        reader = CreditReader(causes, look, self.side, self.credit_kind)
        read = reader.read(self.lines, self.invoice)
        invoice = reader.invoice
        charges = self._charges(causes, look, invoice)
        causes.charges_total = total_of(charges)
        self._taxes(causes, look, read, invoice)
        self._freight(causes, look, invoice)
        exact = causes.net_total + causes.charges_total + causes.taxes_total + causes.freight
        causes.grand_total = exact
        if self._is_rounded(invoice):
            causes.grand_total = rounded(exact, invoice, causes.net_total)
        write_off = self._write_off(look)
        control = self._control(causes, look, invoice)
        self._check_total(look, causes, invoice)
        look.refuse_if_any()
        if sales:
            self._take_back_income(causes, look, read, write_off, invoice)
        else:
            posting = _supplier_credit(facts)
            credit = posting(causes, look, self.credit_kind, invoice, control)
            for one in read:
                _keep(causes, one, credit.post(one, write_off), invoice)
        look.refuse_if_any()
        sign = 1 if sales else -1
        charge_account_lines(causes, look, charges, sign, invoice)
        post_taxes(causes, sign, invoice)
        if invoice is not None:
            post_freight(causes, look, invoice, causes.freight, sign)
        self._settle(causes, look, control, exact)
        look.refuse_if_any()
        balance_cents(causes, look)
        look.refuse_if_any()
        if self.refunds or self.refund_account is not None:
            refund(causes, look, -sign, self.refunds, self.refund_account)
        return causes

    # -- reading ------------------------------------------------------------------------------

    def _charges(
        self, causes: Causes, look: LookUp, invoice: InvoiceFacts | None
    ) -> list[ChargeRecord]:
        """Those given, or of what is left of the invoice's charges as much as of its lines."""
        if self.charges is not None:
            return read_charges(causes, look, self.charges, valuation=False)
        return inherit_charges(causes, invoice, causes.net_total) if invoice else []

    def _freight(self, causes: Causes, look: LookUp, invoice: InvoiceFacts | None) -> None:
        """What is given of the invoice's, or its share; a price that was too high has none."""
        if self.freight is not None:
            look.not_negative(self.freight, ("freight",), causes.digits)
            left = invoice.freight_left if invoice else ZERO
            if self.freight > left:
                look.refuse(over_credited(("freight",), left, self.freight))
        if invoice is not None and self.credit_kind is not CreditKind.OVERCHARGE:
            inherit_freight(causes, invoice, causes.net_total, self.freight)
        elif invoice is not None and self.freight:
            inherit_freight(causes, invoice, ZERO, self.freight)

    def _taxes(
        self, causes: Causes, look: LookUp, read: list[ReadCredit], invoice: InvoiceFacts | None
    ) -> None:
        """Those that the lines name, and as the invoice had charged them on the others.

        What a line names of its invoice line's taxes is no more there for the lines after it.
        """
        taxed = [TaxedAmount(amount=one.amount, taxes=one.taxes) for one in read]
        charged = [tax for one in read if one.invoiced for tax in one.invoiced.taxes]
        charged += invoice.freight_taxes if invoice else ()
        charged_on = {tax.tax: tax.account for tax in charged}
        keep_taxes(causes, look, taxed, self.side.value, charged_on=charged_on)
        credited, named = CreditedLines(causes), list(causes.line_taxes)
        for line_no, one in enumerate(read, start=1):
            if one.invoiced is None:
                continue
            if one.inherits_taxes:
                give_back(causes, credited.taxes(one.invoiced, one.amount), line_no)
            own = [tax for tax in named if tax.line_no == line_no]
            credited.take_named(one.invoiced, own)
            credited.note(one.invoiced.id, one.quantity, one.amount)

    def _is_rounded(self, invoice: InvoiceFacts | None) -> bool:
        if self.rounded_total is not None:
            return self.rounded_total
        return invoice is not None and invoice.is_rounded

    def _write_off(self, look: LookUp) -> UUID | None:
        path = ("writeOffAccount",)
        if self.credit_kind is not CreditKind.WRITE_OFF:
            if self.write_off_account is not None:
                look.refuse(InvalidValue(path=path, reason="only_for_write_offs"))
            return None
        if self.write_off_account is None:
            return look.role(Role.WRITE_OFF, path)
        account = look.account(self.write_off_account, path)
        return account.id if account else None

    def _control(self, causes: Causes, look: LookUp, invoice: InvoiceFacts | None) -> UUID | None:
        """The account of the invoice's open item, the party's own, or the company's."""
        item = causes.facts.open_item_of(invoice.id) if invoice else None
        if item is not None:
            return item.account
        party = causes.party
        if self.side is CreditSide.SALES:
            own = party.receivable_account if party else None
            return own or look.role(Role.RECEIVABLE)
        own = party.payable_account if party else None
        return own or look.role(Role.PAYABLE)

    def _check_total(self, look: LookUp, causes: Causes, invoice: InvoiceFacts | None) -> None:
        """All credits of an invoice together are no more than its total."""
        if invoice is None or look.refusals:
            return
        left = invoice.grand_total - invoice.credited_total
        if causes.grand_total > left:
            look.refuse(over_credited(("lines",), left, causes.grand_total))

    # -- posting ------------------------------------------------------------------------------

    def _take_back_income(
        self,
        causes: Causes,
        look: LookUp,
        read: list[ReadCredit],
        write_off: UUID | None,
        invoice: InvoiceFacts | None,
    ) -> None:
        for one in read:
            # Goods that come back bear their cost; else the price is what is written off.
            price_is_lost = write_off is not None and one.pool is None
            account = write_off if price_is_lost else self._income(look, one, causes.party)
            if self.credit_kind is CreditKind.RETURN and is_continental(look.company):
                credit_goods(causes, look, one, "IN")
            elif self.credit_kind is CreditKind.RETURN:
                unbill(causes, lines_of(causes, one), one.quantity, lambda _: None)
            post_income(
                causes, look, replace(one, account=account), 1, one.in_company, one.discount
            )
            record = _keep(causes, one, account, invoice)
            if one.pool is not None:
                _take_in(causes, record, one.pool, write_off)

    def _income(self, look: LookUp, one: ReadCredit, party: PartyFacts | None) -> UUID | None:
        known = one.account or look.booked_on(one.invoiced.account if one.invoiced else None)
        if known is not None:
            return known
        if one.item is None:
            look.refuse(Required(path=(*one.path, "account")))
            return None
        return income_account(look, one.item, party, (*one.path, "account"))

    def _settle(self, causes: Causes, look: LookUp, control: UUID | None, exact: Decimal) -> None:
        """Take it off the invoice as far as that is open; the rest stays on account."""
        party = causes.party
        if control is None or party is None:
            return
        sign = 1 if self.side is CreditSide.SALES else -1
        total, left = causes.in_company_currency(causes.grand_total), causes.grand_total
        rounding = total - causes.in_company_currency(exact)
        if rounding and causes.grand_total != exact:
            causes.post(look.role(Role.ROUND_OFF), sign * rounding)
        for item in causes.facts.open_items:
            amount = min(left, max(sign * left_open(causes, item), ZERO))
            if amount:
                total -= abs(settle(causes, item, sign * amount))
                left -= amount
        if left:
            open_on_account(causes, control, party.id, -sign * left, -sign * total)


def _supplier_credit(facts: Facts) -> type[SupplierCredit]:
    """How a supplier's credit is posted under the company's scheme."""
    if is_continental(facts.company):
        return ContinentalCredit
    return ByLevelCredit if is_by_level(facts.company) else SupplierCredit


def _keep(
    causes: Causes, one: ReadCredit, account: UUID | None, invoice: InvoiceFacts | None
) -> LineRecord:
    return causes.new_line(
        item_id=one.item.id if one.item else None,
        warehouse_id=one.pool.warehouse if one.pool else None,
        quantity=one.quantity,
        rate=one.rate,
        amount=one.amount,
        account_id=account,
        cost_center_id=one.cost_center,
        against_line_id=one.invoiced.id if one.invoiced else None,
        against_id=invoice.id if invoice else None,
        returned_line_id=one.returned.id if one.returned else None,
        description=one.description,
        list_rate=one.list_rate,
        discount_percent=one.discount_percent or None,
        **kept_unit(one.unit),
    )


def _take_in(causes: Causes, record: LineRecord, pool: Pool, write_off: UUID | None) -> None:
    """Goods come back at the cost in force; those written off leave again, against `write_off`."""
    came = causes.move(pool, record.quantity, Nature.SALE, record)
    causes.unpriced.add(came.id)
    if write_off is not None:
        causes.move(pool, -record.quantity, Nature.STOCK, record, contra=write_off)
