"""The purchase side of a credit note: the mirror of a purchase invoice's lines.

Received not billed is credited with what stands open for the goods; what the supplier credits more
or less goes by the company's invoice rate policy, as it does on the invoice. Where the goods have
gone back it goes to cost of goods sold, where their return left its own difference.
"""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from domain.accounts import Role
from domain.company import InvoiceRatePolicy
from domain.documents.causes import Causes
from domain.documents.document import DocumentKind
from domain.documents.parts.credit_line import CreditKind, ReadCredit
from domain.documents.parts.matching import at_exchange_rate
from domain.documents.parts.price_shares import (
    billed_goods,
    gone_from,
    of_all_that_came,
    parts_of,
    waiting_part,
)
from domain.documents.parts.repricing import adjusts_receipts, reprice, reprice_unheard
from domain.documents.parts.unbilling import Unbilled, lines_of, quantity_of, unbill
from domain.errors import InvalidValue, RateMismatch, Required
from domain.invoiced import InvoicedLine, InvoiceFacts
from domain.lookup import LookUp
from domain.money import ZERO, divide, round_to, share
from domain.movements import Contra
from domain.open_lines import LineFacts
from domain.records import BillingKind
from domain.units import is_same_price, told_rate


class SupplierCredit:
    """Posts the lines of one supplier's credit note."""

    def __init__(
        self,
        causes: Causes,
        look: LookUp,
        kind: CreditKind,
        invoice: InvoiceFacts | None,
        control: UUID | None,
    ) -> None:
        """`control` is the supplier's account."""
        self.causes = causes
        self.look = look
        self.kind = kind
        self.invoice = invoice
        self.control = control
        since = causes.facts.company.posts_stock_from
        is_earlier = invoice is not None and since is not None and invoice.posting_date < since
        self._posts = since is not None and not is_earlier
        self._policy = causes.facts.company.settings.invoice_rate_policy
        self._adjusts = adjusts_receipts(causes.facts.company.settings)

    def post(self, one: ReadCredit, write_off: UUID | None) -> UUID | None:
        """Post a line; the account that it is credited to, None where it is received not billed."""
        amount = one.in_company
        if self.kind is CreditKind.WRITE_OFF:
            self.causes.post(write_off, -amount, one.cost_center)
            return write_off
        if self.kind is CreditKind.OVERCHARGE:
            return self.cheaper(one, amount)
        return self.taken_back(one, amount)

    # -- goods --------------------------------------------------------------------------------

    def taken_back(self, one: ReadCredit, amount: Decimal) -> UUID | None:
        """Goods or services that are not billed any more; `amount` in company currency."""
        parts = unbill(
            self.causes,
            lines_of(self.causes, one),
            one.quantity,
            lambda line: self._accrual_of(one, line),
        )
        accrued = [part for part in parts if self._accrual_of(one, part.line) is not None]
        if not accrued:
            self._billed_no_more_unheard(one, parts, amount)
            return self.expense(one, amount)
        if self.is_booked_elsewhere(one):
            return None
        covered = quantity_of(accrued)
        ours = round_to(share(amount, covered, one.quantity), self.causes.facts.company.digits)
        self._clear(one, accrued, ours)
        return self.expense(one, amount - ours) if amount != ours else None

    def is_booked_elsewhere(self, one: ReadCredit) -> bool:
        """Whether a line of goods names an account, which is refused: its bill is taken back."""
        if one.account is None:
            return False
        at = (*one.path, "account")
        self.look.refuse(InvalidValue(path=at, reason="not_for_billed_goods"))
        return True

    def _accrual_of(self, one: ReadCredit, line: LineFacts) -> UUID | None:
        """The account on which the bill of the line stood; None where it was an expense."""
        if one.item is not None and not one.item.is_stock_item:
            return line.account
        if not self._posts and not self._stands(line):
            return None
        return self.look.role(Role.STOCK_RECEIVED_NOT_BILLED)

    def _stands(self, line: LineFacts) -> bool:
        """Whether a line billed while stock was not posted is accrued by now.

        The migration did so: what is open of its receipts stands there, and opens or closes there;
        of goods billed ahead only what it was told to accrue.
        """
        is_posted = self.causes.facts.company.posts_stock
        return is_posted and (
            line.kind == DocumentKind.PURCHASE_RECEIPT or line.account is not None
        )

    def _clear(self, one: ReadCredit, parts: list[Unbilled], amount: Decimal) -> None:
        """Credit the accrual with what was billed, and put the difference where it belongs."""
        line = parts[0].line
        accrual = self._accrual_of(one, line)
        for part in parts:
            self.causes.post(self._accrual_of(one, part.line), -part.cleared)
        difference = amount - sum((part.cleared for part in parts), ZERO)
        if not self._posts:  # the bill was expensed, at whatever price
            if difference:
                self.expense(one, difference)
            return
        if self._is_at_rate_of(one, line):
            same_money = self.causes.exchange_rate == line.exchange_rate
            role = Role.ROUND_OFF if same_money else Role.EXCHANGE_GAIN_LOSS
            if difference:
                self.causes.post(self.look.role(role), -difference)
            return
        difference = self._at_rate_of_goods(line, amount, difference)
        if self._policy is InvoiceRatePolicy.MUST_MATCH:
            self._refuse_rate(one, line.rate, one.rate)
        elif self._adjusts and one.item is not None and not one.item.is_stock_item:
            self.expense(one, difference)
        elif self._adjusts and parts[0].went_back:
            self.causes.post(self.look.role(Role.COST_OF_GOODS_SOLD), -difference, one.cost_center)
        else:
            self.causes.post(accrual, -difference)
            self._adjust(one, line, difference, accrual)

    def _at_rate_of_goods(self, line: LineFacts, amount: Decimal, price: Decimal) -> Decimal:
        """A price as the goods came to cost it, and what `amount` has of another exchange rate.

        That part is an exchange difference, as it was on the bill; `price` without it is returned.
        """
        part = self._of_exchange_rates(line, amount)
        if part:
            self.causes.post(self.look.role(Role.EXCHANGE_GAIN_LOSS), -part)
        return price - part

    def _of_exchange_rates(self, line: LineFacts, amount: Decimal) -> Decimal:
        if line.currency != self.causes.currency:
            return ZERO
        return amount - at_exchange_rate(self.causes, amount, line.exchange_rate)

    def _is_at_rate_of(self, one: ReadCredit, line: LineFacts) -> bool:
        same_amount = self.causes.amount(one.quantity, line.rate) == one.amount
        return same_amount or (
            one.rate is not None and is_same_price(one.rate, one.unit, line.rate, line)
        )

    def _adjust(
        self, one: ReadCredit, line: LineFacts, difference: Decimal, accrual: UUID | None
    ) -> None:
        """Under ADJUST_RECEIPT_COST the goods become that much cheaper."""
        if accrual is None or not self._adjusts:
            return
        at = (*one.path, "rate")
        reprice(self.causes, self.look, line.id, -difference, Contra(accrual), at)

    def _refuse_rate(self, one: ReadCredit, expected: Decimal, given: Decimal | None) -> None:
        at = (*one.path, "rate")
        told = told_rate(expected, one.unit), told_rate(given or ZERO, one.unit)
        self.look.refuse(RateMismatch(path=at, expected=told[0], given=told[1]))

    # -- prices -------------------------------------------------------------------------------

    def cheaper(self, one: ReadCredit, amount: Decimal) -> UUID | None:
        """A price that was too high: the goods cost less, by the policy; a service simply does."""
        causes, invoiced = self.causes, one.invoiced
        is_stock = one.item is not None and one.item.is_stock_item
        if one.account is not None or not is_stock or invoiced is None:
            return self.expense(one, amount)
        if not self._posts:
            self._cheaper_unheard(one, invoiced, amount)
            return self.expense(one, amount)
        if invoiced.moves_goods:
            accrual = self.look.role(Role.STOCK_RECEIVED_NOT_BILLED)
            causes.post(accrual, -amount)
            self._make_cheaper(one, invoiced.id, amount, self._whole_of(invoiced, amount), accrual)
            return None
        lines = lines_of(causes, one)
        if not lines:
            return self.expense(one, amount)
        line = lines[-1] if invoiced.bills else lines[0]
        accrual = self._accrual_of(one, line)
        waits, parts = self._shares(one, invoiced, lines, amount)
        if waits == amount:
            return None
        if self._policy is InvoiceRatePolicy.MUST_MATCH:
            paid = invoiced.rate - divide(one.amount, one.quantity)
            self._refuse_rate(one, line.rate, paid)
        causes.bill(line.id, BillingKind.BILLED, ZERO, ZERO, accrual)
        for came, part in parts:
            price = self._at_rate_of_goods(came, part, part)
            causes.post(accrual, -price)
            if self._adjusts:
                self._make_cheaper(one, came.id, price, self._whole_of(came, price), accrual)
        return None

    def _cheaper_unheard(self, one: ReadCredit, invoiced: InvoicedLine, amount: Decimal) -> None:
        """Under PERIODIC the goods cost less as they would elsewhere; the ledger is not told."""
        causes, look = self.causes, self.look
        if invoiced.moves_goods:
            reprice_unheard(causes, look, invoiced.id, -self._whole_of(invoiced, amount))
            return
        lines = lines_of(causes, one)
        if look.company.posts_stock or not (lines and self._adjusts):
            return
        for came, part in self._shares(one, invoiced, lines, amount)[1]:
            price = part - self._of_exchange_rates(came, part)
            reprice_unheard(causes, look, came.id, -self._whole_of(came, price))

    def _billed_no_more_unheard(
        self, one: ReadCredit, parts: list[Unbilled], amount: Decimal
    ) -> None:
        """Under PERIODIC goods that are here and not billed any more cost their receipt's price."""
        if not (self._adjusts and parts) or parts[0].went_back:
            return
        line, digits = parts[0].line, self.causes.facts.company.digits
        if not self._is_at_rate_of(one, line):
            ours = round_to(share(amount, quantity_of(parts), one.quantity), digits)
            price = ours - sum((part.cleared for part in parts), ZERO)
            price -= self._of_exchange_rates(line, ours)
            reprice_unheard(self.causes, self.look, line.id, -price)

    def _shares(
        self, one: ReadCredit, invoiced: InvoicedLine, lines: Sequence[LineFacts], amount: Decimal
    ) -> tuple[Decimal, list[tuple[LineFacts, Decimal]]]:
        """What waits at so much less, being billed and to come; each receipt line with its part."""
        causes, digits, own = self.causes, self.causes.facts.company.digits, lines[0]
        line = lines[-1] if invoiced.bills else own
        goods, waits = billed_goods(causes, invoiced, line), ZERO
        if own.id == invoiced.id and own.open_quantity < 0:
            waits = waiting_part(own, amount, goods, digits)
            accrual = self._accrual_of(one, own)
            causes.post(accrual, -waits)
            causes.bill(own.id, BillingKind.BILLED, ZERO, -waits, accrual)
        return waits, [] if waits == amount else parts_of(amount - waits, goods, line, digits)

    def _whole_of(self, came: InvoicedLine | LineFacts, price: Decimal) -> Decimal:
        """What all that came of a line is cheaper by, for what is kept to be so by `price`."""
        gone = came.credited_quantity if isinstance(came, InvoicedLine) else gone_from(came)
        return of_all_that_came(price, came.quantity, gone, self.causes.facts.company.digits)

    def _make_cheaper(
        self, one: ReadCredit, line: UUID, price: Decimal, whole: Decimal, accrual: UUID | None
    ) -> None:
        """What came of a line costs `whole` less; what has gone back of it has no part of that."""
        if accrual is None:
            return
        if whole != price:
            self.causes.post(accrual, price - whole)
            account = self.look.role(Role.COST_OF_GOODS_SOLD)
            self.causes.post(account, whole - price, one.cost_center)
        reprice(self.causes, self.look, line, -whole, Contra(accrual), (*one.path, "rate"))

    def expense(self, one: ReadCredit, amount: Decimal) -> UUID | None:
        """What the invoice debited: the account named, recorded, the item's or the company's."""
        booked = one.invoiced.account if one.invoiced else None
        account = one.account or self.look.booked_on(booked)
        if account is None and booked is not None:
            account = self.look.role(Role.COST_OF_GOODS_SOLD, (*one.path, "account"))
        elif account is None:
            account = self.usual_expense(one)
        self.causes.post(account, -amount, one.cost_center)
        return account

    def usual_expense(self, one: ReadCredit) -> UUID | None:
        """Where bills of such a line go, unless somebody says otherwise."""
        at, item = (*one.path, "account"), one.item
        if item is None or (item.is_stock_item and self._posts):
            self.look.refuse(Required(path=at))
            return None
        roles = self.look.company.roles
        if item.expense_account is not None:
            return self.look.own_account(item.expense_account, at)
        if not item.is_stock_item and Role.EXPENSE in roles:
            return roles[Role.EXPENSE]
        return self.look.role(Role.COST_OF_GOODS_SOLD, at)
