"""What a line of a credit note credits for its goods: as given, or as the line named was priced."""

from decimal import Decimal
from typing import TypeAlias

from domain.company import InvoiceRatePolicy
from domain.documents.causes import Causes
from domain.documents.parts.credit_line import CreditKind, CreditNoteLine, CreditSide
from domain.documents.parts.goods import net_rate
from domain.documents.parts.inheriting import CreditedLines
from domain.errors import InvalidValue, Required
from domain.invoiced import InvoicedLine, ReturnedLine
from domain.lookup import LookUp, Path
from domain.money import RATE_DIGITS, ZERO, divide
from domain.units import Unit

Price: TypeAlias = tuple[Decimal | None, Decimal]
"""Rate in the stock unit (None: an amount for no goods), and amount, in the document's currency."""


class CreditPrices:
    """Prices the lines of one credit note."""

    def __init__(
        self,
        causes: Causes,
        look: LookUp,
        side: CreditSide,
        kind: CreditKind,
        credited: CreditedLines,
    ) -> None:
        """`credited` is what the note's lines have credited of each invoiced line so far."""
        self._causes = causes
        self._look = look
        self._side = side
        self._kind = kind
        self._credited = credited

    def price(
        self,
        line: CreditNoteLine,
        unit: Unit | None,
        invoiced: InvoicedLine | None,
        returned: ReturnedLine | None,
        quantity: Decimal,
        path: Path,
    ) -> Price | None:
        """Rate and amount: as given, or as the line named was priced; the last takes the cents."""
        look, causes = self._look, self._causes
        if line.discount_percent and line.rate is None:
            look.refuse(InvalidValue(path=(*path, "discountPercent"), reason="only_with_rate"))
        if line.rate is not None and line.amount is not None:
            look.refuse(InvalidValue(path=path, reason="amount_or_rate"))
            return None
        if line.amount is not None:
            look.positive(line.amount, (*path, "amount"), causes.digits)
            return None if quantity <= 0 else divide(line.amount, quantity), line.amount
        if line.rate is not None:
            look.positive(line.rate, (*path, "rate"), RATE_DIGITS)
            look.percent(line.discount_percent, (*path, "discountPercent"))
            net = net_rate(line.rate, line.discount_percent)
            net = unit.rate(look, net, (*path, "rate")) if unit else net
            return net, causes.amount(quantity, net)
        rate = None
        if invoiced is not None:
            rate = invoiced.rate
        elif returned is not None and (returned.returns or self._side is CreditSide.PURCHASE):
            rate = returned.rate
        if rate is None or self._kind is CreditKind.OVERCHARGE:
            look.refuse(Required(path=(*path, "rate")))
            return None
        if invoiced is None:
            return rate, causes.amount(quantity, rate)
        return self._invoiced_price(invoiced, quantity)

    def _invoiced_price(self, invoiced: InvoicedLine, quantity: Decimal) -> Price:
        """The invoice's, or what is left of it."""
        before = self._credited.before(invoiced.id)
        if quantity == invoiced.quantity_left - before[0]:
            return invoiced.rate, invoiced.amount_left - before[1]
        price = self._causes.amount(quantity, invoiced.rate)
        if quantity <= 0 or not self._was_too_high(invoiced):
            return invoiced.rate, price
        amount = self._credited.at_most_what_is_left(invoiced, quantity, price)
        return (invoiced.rate if amount == price else divide(amount, quantity)), amount

    def _was_too_high(self, invoiced: InvoicedLine) -> bool:
        """Whether goods that come back have less than the invoice's price left.

        Where a supplier's rates must match those of his receipts they stay.
        """
        policy = self._look.company.settings.invoice_rate_policy
        must_match = policy is InvoiceRatePolicy.MUST_MATCH and self._side is CreditSide.PURCHASE
        return bool(invoiced.overcharged) and not must_match

    def before_discount(
        self,
        line: CreditNoteLine,
        unit: Unit | None,
        invoiced: InvoicedLine | None,
        quantity: Decimal,
        price: Price,
    ) -> tuple[Decimal | None, Decimal, Decimal]:
        """The price before the discount, what that comes to, and the percentage.

        Where less than the invoice's price is left, that is no price less a percentage.
        """
        rate, amount = price
        if line.rate is not None and line.discount_percent:
            listed = divide(line.rate, unit.factor) if unit else line.rate
            return listed, self._causes.amount(quantity, listed), line.discount_percent
        if not line.is_as_invoiced or invoiced is None or not invoiced.discount_percent:
            return None, amount, ZERO
        list_amount = amount + self._credited.discount(invoiced, quantity)
        if rate != invoiced.rate:
            return None, list_amount, ZERO
        return invoiced.list_rate, list_amount, invoiced.discount_percent
