"""What a return takes back of the invoices that had moved its goods, besides the price of these.

The taxes of its lines; and of an invoice with freight or a rounded total its share of those. Such
an invoice is given back by a return of its own. Charges stay: a credit note takes them back, since
goods that come back do not say which of them were in vain.
"""

from decimal import Decimal
from uuid import UUID

from domain.accounts import Role
from domain.documents.charges import balance_cents
from domain.documents.credit_line import over_credited
from domain.documents.document import Causes
from domain.documents.inheriting import CreditedLines, inherit_freight, rounded
from domain.documents.returns import ReadReturn
from domain.documents.settlement import open_on_account, settle, take_last_cents
from domain.documents.taxes import give_back, post_taxes
from domain.errors import InvalidValue
from domain.invoiced import InvoicedLine, InvoiceFacts
from domain.lookup import LookUp
from domain.money import ZERO
from domain.records import LineRecord


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
        self._owed: dict[UUID, tuple[ReadReturn, UUID]] = {}

    def line_of(self, one: ReadReturn) -> InvoicedLine | None:
        """The invoice's line whose goods are given back; None where no invoice moved them."""
        return self._causes.facts.credited.lines.get(one.original.id)

    def at_most_what_is_left(
        self, one: ReadReturn, amount: Decimal, in_company: Decimal
    ) -> tuple[Decimal, Decimal]:
        """The price in both currencies, or what is not credited yet of the invoice's line.

        That is less where the price was too high and a credit note has taken some off.
        """
        line = self.line_of(one)
        if line is None:
            return amount, in_company
        left = line.amount_left - self._lines.before(line.id)[1]
        if left >= amount:
            return amount, in_company
        return left, self._causes.in_company_currency(left)

    def discount(self, one: ReadReturn) -> Decimal:
        """The discount that the invoice gave on what is given back, in its currency."""
        line = self.line_of(one)
        return self._lines.discount(line, one.line.quantity) if line else ZERO

    def take(self, one: ReadReturn, record: LineRecord, control: UUID) -> None:
        """Note a line and its taxes; `control` is the account on which the invoice is owed."""
        line, document = self.line_of(one), one.original.document
        if line is None:
            return
        self._check_alone(one)
        shares = self._lines.taxes(line, record.amount)
        self._lines.note(line.id, record.quantity, record.amount)
        added = give_back(self._causes, shares, record.line_no)
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
                self._extra[invoice.id] = self._with_what_stands_beside(invoice)
        post_taxes(causes, sign)
        if causes.freight:
            causes.post(look.role(Role.FREIGHT), sign * causes.in_company_currency(causes.freight))
        for document, (one, control) in self._owed.items():
            if self._extra[document]:
                self._settle(one, control, sign * self._extra[document])
            item = causes.facts.open_items.get(document)
            if item is not None:
                take_last_cents(causes, item)
        balance_cents(causes, look)
        return sum(self._extra.values(), ZERO)

    def _check_alone(self, one: ReadReturn) -> None:
        """An invoice with more than its lines stands alone: the rest of the return is its own."""
        known, document = self._causes.facts.credited.invoices, one.original.document
        others = [known[id_] for id_ in self._net if id_ != document]
        if any(each.has_more_than_lines for each in (known[document], *others)) and others:
            self._look.refuse(InvalidValue(path=(*one.path, "line"), reason="returned_alone"))

    def _check_freight(self, invoices: list[InvoiceFacts]) -> None:
        if self._freight is None:
            return
        self._look.not_negative(self._freight, ("freight",), self._causes.digits)
        left = sum((one.freight_left for one in invoices), ZERO)
        if self._freight > left:
            self._look.refuse(over_credited(("freight",), left, self._freight))

    def _with_what_stands_beside(self, invoice: InvoiceFacts) -> Decimal:
        """The taxes of the lines with freight and its taxes, and what rounding adds."""
        causes, net = self._causes, self._net[invoice.id]
        before = causes.taxes_total
        inherit_freight(causes, invoice, net, self._freight)
        extra = self._extra[invoice.id] + causes.taxes_total - before + causes.freight
        if not invoice.is_rounded:
            return extra
        total = rounded(net + extra, invoice, net)
        difference = causes.in_company_currency(total) - causes.in_company_currency(net + extra)
        if difference:
            causes.post(self._look.role(Role.ROUND_OFF), self._sign * difference)
        return total - net

    def _settle(self, one: ReadReturn, control: UUID, amount: Decimal) -> None:
        """Off what is owed of the invoice; of one paid at once it is owed by the return."""
        item = self._causes.facts.open_items.get(one.original.document)
        if item is not None:
            settle(self._causes, item, amount)
        elif one.original.party is not None:
            in_company = self._causes.in_company_currency(amount)
            open_on_account(self._causes, control, one.original.party, -amount, -in_company)
