"""What a credit inherits of its invoice: each line's taxes and discount; charges and freight.

Lines take their share by amount, what stands beside them by the net amount credited. The last
credit takes what the others left, so that none of them leaves a cent, however they are split.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from uuid import UUID

from domain.accounts import Role
from domain.documents.causes import Causes
from domain.documents.parts.charges import total_of
from domain.documents.parts.taxes import give_back
from domain.invoiced import InvoicedLine, InvoicedTax, InvoiceFacts, TaxShare
from domain.lookup import LookUp
from domain.money import ZERO, round_to, share
from domain.records import ChargeRecord, LineTaxRecord


class CreditedLines:
    """What the lines of one document credit of invoice lines, one after the other."""

    def __init__(self, causes: Causes) -> None:
        """Nothing is credited yet."""
        self._causes = causes
        self._credited: dict[UUID, tuple[Decimal, Decimal]] = {}
        self._amounts: dict[UUID, tuple[Decimal, ...]] = {}
        self._taxes: dict[UUID, tuple[InvoicedTax, ...]] = {}

    def before(self, line: UUID) -> tuple[Decimal, Decimal]:
        """What earlier lines of this very document credit of it: quantity and amount."""
        return self._credited.get(line, (ZERO, ZERO))

    def at_most_what_is_left(
        self, line: InvoicedLine, quantity: Decimal, price: Decimal
    ) -> Decimal:
        """The price of `quantity` of the line, which is not noted yet, or what is left of that.

        Where the price was too high that is its share of what the credit note for it has left: the
        goods that are kept cost no less for those that go back. The same for returns, and for the
        credit notes that follow them.
        """
        before = self.before(line.id)
        left, quantity_left = line.amount_left - before[1], line.quantity_left - before[0]
        if line.overcharged and quantity < quantity_left:
            left = round_to(share(left, quantity, quantity_left), self._causes.digits)
        return min(price, left)

    def in_company_currency(self, line: InvoicedLine, amount: Decimal) -> Decimal:
        """`amount` of the line, which is not noted yet; the last of it takes the others' cents."""
        earlier = (*line.credited_amounts, *self._amounts.get(line.id, ()))
        return self._causes.part_in_company_currency(amount, (line.amount,), earlier)

    def note(self, line: UUID, quantity: Decimal, amount: Decimal) -> None:
        """A line credits so much of it."""
        before = self.before(line)
        self._credited[line] = (before[0] + quantity, before[1] + amount)
        self._amounts[line] = (*self._amounts.get(line, ()), amount)

    def taxes(self, line: InvoicedLine, amount: Decimal) -> tuple[TaxShare, ...]:
        """The taxes that go with `amount` of the line, which is not noted yet."""
        left = line.amount_left - self.before(line.id)[1]
        known = self._taxes.get(line.id, line.taxes)
        part = min(amount, left)
        if part <= 0:  # nothing of it, or more than there is: that is refused
            return ()
        shares = tuple(one.part(part, left, self._causes.digits) for one in known)
        self._taxes[line.id] = tuple(
            one.without(taken) for one, taken in zip(known, shares, strict=True)
        )
        return shares

    def take_named(self, line: InvoicedLine, named: Iterable[LineTaxRecord]) -> None:
        """A line of the document says itself which taxes it takes back of the line."""
        known = list(self._taxes.get(line.id, line.taxes))
        for tax in named:
            known = [one.without(tax) if one.tax == tax.tax_id else one for one in known]
        self._taxes[line.id] = tuple(known)

    def discount(self, line: InvoicedLine, quantity: Decimal) -> Decimal:
        """The discount that was given on `quantity` of the line, which is not noted yet."""
        if line.list_rate is None:
            return ZERO
        whole = self._causes.amount(line.quantity, line.list_rate) - line.amount
        return self._next_of(whole, line, quantity, self._causes.digits)

    def discount_in_company_currency(self, line: InvoicedLine, quantity: Decimal) -> Decimal:
        """The same as it was posted: what the price before it came to, less what the price did."""
        if line.list_rate is None:
            return ZERO
        listed = self._causes.amount(line.quantity, line.list_rate)
        convert = self._causes.in_company_currency
        whole = convert(listed) - convert(line.amount)
        return self._next_of(whole, line, quantity, self._causes.facts.company.digits)

    def _next_of(
        self, whole: Decimal, line: InvoicedLine, quantity: Decimal, digits: int
    ) -> Decimal:
        """What `quantity` has of it after all before it, so that together they have all of it."""
        if not line.quantity:
            return ZERO
        before = line.credited_quantity + self.before(line.id)[0]
        given = round_to(share(whole, before + quantity, line.quantity), digits)
        return given - round_to(share(whole, before, line.quantity), digits)


def inherit_charges(causes: Causes, invoice: InvoiceFacts, net: Decimal) -> list[ChargeRecord]:
    """Of what is left of the invoice's charges as much as `net` is of what is left of its lines.

    Never more than that: `net` may be of other things too.
    """
    if invoice.net_left <= 0:
        return []
    part = min(net, invoice.net_left)
    causes.charges = [
        ChargeRecord(
            charge_no=number,
            account_id=one.account,
            category="TOTAL",
            rate=None,
            amount=round_to(share(one.left, part, invoice.net_left), causes.digits),
            cost_center_id=one.cost_center,
        )
        for number, one in enumerate(invoice.charges, start=1)
    ]
    causes.charges_total = total_of(causes.charges)
    return causes.charges


def inherit_freight(
    causes: Causes, invoice: InvoiceFacts, net: Decimal, given: Decimal | None
) -> tuple[Decimal, Sequence[TaxShare]]:
    """The same of its freight, or as much as is `given`; and the taxes on it."""
    left = invoice.freight_left
    freight = given
    if freight is None:
        freight = ZERO
        if left and invoice.net_left > 0:
            part = min(net, invoice.net_left)
            freight = round_to(share(left, part, invoice.net_left), causes.digits)
    causes.freight += freight
    if not freight or freight > left:
        return freight, ()
    shares = [one.part(freight, left, causes.digits) for one in invoice.freight_taxes]
    give_back(causes, shares, None)
    return freight, shares


def post_freight(
    causes: Causes, look: LookUp, invoice: InvoiceFacts, freight: Decimal, sign: int
) -> None:
    """What is credited of the invoice's freight: of a sale 1, of a purchase -1."""
    if freight:
        amount = causes.part_in_company_currency(
            freight, (invoice.freight,), invoice.credited_freights
        )
        causes.post(look.role(Role.FREIGHT), sign * amount)


def rounded(exact: Decimal, invoice: InvoiceFacts | None, net: Decimal) -> Decimal:
    """A total in whole units; the last credit of an invoice takes what the others left of its.

    What is rounded up is no more than is left; what was more before it was rounded stays that.
    """
    nearest = round_to(exact, 0)
    if invoice is None:
        return nearest
    left = invoice.grand_total - invoice.credited_total
    if net == invoice.net_left and abs(left - exact) < 1:
        return left
    return left if exact <= left < nearest else nearest
