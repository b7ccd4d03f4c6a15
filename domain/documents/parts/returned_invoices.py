"""What a return takes back of the invoices that had moved its goods, besides the price of these.

The taxes of its lines; and of an invoice with freight or a rounded total its share of those. A
return over several invoices keeps with itself what of that belongs to which. Charges stay: a credit
note takes them back, since goods that come back do not say which of them were in vain.
"""

from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.accounts import Role
from domain.documents.causes import Causes
from domain.documents.parts.charges import balance_cents
from domain.documents.parts.credit_line import over_credited
from domain.documents.parts.inheriting import (
    CreditedLines,
    inherit_freight,
    post_freight,
    rounded,
)
from domain.documents.parts.returns import ReadReturn
from domain.documents.parts.settlement import open_on_account, settle, take_last_cents
from domain.documents.parts.taxes import give_back, tax_in_company_currency
from domain.errors import InvalidValue
from domain.invoiced import InvoicedLine, InvoiceFacts, TaxShare
from domain.lookup import LookUp
from domain.money import ZERO
from domain.records import LineRecord

BESIDE = "beside"
"""The key, in a return's content, of what it credits beside its lines, by invoice.

For each the `amount` in all, the `freight` in it, and the `taxes` on the freight by tax. Only where
there are several invoices: of one, all that is not of the lines belongs to that.
"""


class ReturnedInvoices:
    """Reads the lines one after the other, then posts what the invoices are credited besides."""

    def __init__(
        self, causes: Causes, look: LookUp, sign: int, freight: Decimal | None = None
    ) -> None:
        """`sign` 1 takes back a sale, -1 a purchase; `freight` None is the invoice's share."""
        self._causes = causes
        self._look = look
        self._sign = sign
        self._freight = freight
        self._lines = CreditedLines(causes)
        self._net: dict[UUID, Decimal] = {}
        self._extra: dict[UUID, Decimal] = {}
        self._taxes: dict[UUID, list[TaxShare]] = {}
        self._beside: dict[str, Any] = {}
        self._owed: dict[UUID, tuple[ReadReturn, UUID]] = {}

    def line_of(self, one: ReadReturn) -> InvoicedLine | None:
        """The invoice's line whose goods are given back; None where no invoice moved them."""
        return self._causes.facts.credited.lines.get(one.original.id)

    def at_most_what_is_left(
        self, one: ReadReturn, amount: Decimal, in_company: Decimal
    ) -> tuple[Decimal, Decimal]:
        """The price in both currencies, or what of it is left where it was too high."""
        line = self.line_of(one)
        if line is None:
            return amount, in_company
        left = self._lines.at_most_what_is_left(line, one.line.quantity, amount)
        return left, self._lines.in_company_currency(line, left)

    def discount(self, one: ReadReturn) -> Decimal:
        """The discount that the invoice gave on what is given back, in company currency."""
        line, quantity = self.line_of(one), one.line.quantity
        return self._lines.discount_in_company_currency(line, quantity) if line else ZERO

    def take(self, one: ReadReturn, record: LineRecord, control: UUID) -> None:
        """Note a line and its taxes; `control` is the account on which the invoice is owed."""
        line, document = self.line_of(one), one.original.document
        if line is None:
            return
        shares = self._lines.taxes(line, record.amount)
        self._lines.note(line.id, record.quantity, record.amount)
        added = give_back(self._causes, shares, record.line_no)
        self._taxes.setdefault(document, []).extend(shares)
        self._net[document] = self._net.get(document, ZERO) + record.amount
        self._extra[document] = self._extra.get(document, ZERO) + added
        self._owed[document] = (one, control)

    def finish(self) -> Decimal:
        """Post it, and settle the invoices by it; what it adds to the lines, in all."""
        causes, look, sign = self._causes, self._look, self._sign
        invoices = [causes.facts.credited.invoices[id_] for id_ in self._net]
        self._check_freight(invoices)
        if look.refusals:
            return ZERO
        for invoice in invoices:
            if invoice.has_more_than_lines:
                self._extra[invoice.id] = self._with_what_stands_beside(
                    invoice, is_alone=len(invoices) == 1
                )
        if len(invoices) > 1:
            causes.content[BESIDE] = self._beside
        for document, shares in self._taxes.items():
            self._post_taxes(causes.facts.credited.invoices[document], shares)
        for document, (one, control) in self._owed.items():
            if self._extra[document]:
                self._settle(one, control, sign * self._extra[document])
            item = causes.facts.open_item_of(document)
            if item is not None and one.original.is_owed:
                take_last_cents(causes, item)
        balance_cents(causes, look)
        return sum(self._extra.values(), ZERO)

    def _check_freight(self, invoices: list[InvoiceFacts]) -> None:
        """What is given of it is of one invoice, and no more than that has left."""
        if self._freight is None:
            return
        self._look.not_negative(self._freight, ("freight",), self._causes.digits)
        left = sum((one.freight_left for one in invoices), ZERO)
        if self._freight > left:
            self._look.refuse(over_credited(("freight",), left, self._freight))
        elif self._freight and sum(1 for one in invoices if one.freight_left) > 1:
            self._look.refuse(InvalidValue(path=("freight",), reason="freight_of_several"))

    def _with_what_stands_beside(self, invoice: InvoiceFacts, *, is_alone: bool) -> Decimal:
        """The taxes of the lines with freight and its taxes, and what rounding adds."""
        causes, of_lines, net = self._causes, self._extra[invoice.id], self._net[invoice.id]
        given = self._freight if invoice.freight_left else None
        freight, taxes = inherit_freight(causes, invoice, net, given)
        post_freight(causes, self._look, invoice, freight, self._sign)
        self._taxes[invoice.id].extend(taxes)
        extra = of_lines + freight + sum((one.amount for one in taxes), ZERO)
        if invoice.is_rounded:
            exact, total = net + extra, rounded(net + extra, invoice, net)
            difference = causes.in_company_currency(total) - causes.in_company_currency(exact)
            if difference:
                causes.post(self._look.role(Role.ROUND_OFF), self._sign * difference)
            extra = total - net
        if not is_alone:
            self._beside[str(invoice.id)] = {
                "amount": str(extra - of_lines),
                "freight": str(freight),
                "taxes": {
                    str(one.tax): {"base": str(one.base), "amount": str(one.amount)}
                    for one in taxes
                },
            }
        return extra

    def _post_taxes(self, invoice: InvoiceFacts, shares: list[TaxShare]) -> None:
        """Those of one invoice, added up tax by tax before they are converted, as it had them."""
        sums: dict[tuple[UUID, UUID], Decimal] = {}
        for one in shares:
            sums[one.tax, one.account] = sums.get((one.tax, one.account), ZERO) + one.amount
        for (tax, account), amount in sums.items():
            in_company = tax_in_company_currency(self._causes, invoice, tax, amount)
            self._causes.post(account, self._sign * in_company)

    def _settle(self, one: ReadReturn, control: UUID, amount: Decimal) -> None:
        """Off what is owed of the invoice; of one paid at once it is owed by the return."""
        item = self._causes.facts.open_item_of(one.original.document)
        if item is not None and one.original.is_owed:
            settle(self._causes, item, amount)
        elif one.original.party is not None:
            in_company = self._causes.in_company_currency(amount)
            open_on_account(self._causes, control, one.original.party, -amount, -in_company)
