"""The purchase side of a credit note: the mirror of a purchase invoice's lines.

Received not billed is credited with what stands open for the goods; what the supplier credits more
or less goes by the company's invoice rate policy, as it does on the invoice. Where the goods have
gone back it goes to cost of goods sold, where their return left its own difference.
"""

from decimal import Decimal
from uuid import UUID

from domain.accounts import Role
from domain.company import InvoiceRatePolicy
from domain.documents.document import Causes
from domain.documents.parts.credit_line import CreditKind, ReadCredit
from domain.documents.parts.repricing import reprice
from domain.documents.parts.unbilling import Unbilled, lines_of, quantity_of, unbill
from domain.errors import InvalidValue, RateMismatch, Required
from domain.invoiced import InvoiceFacts
from domain.lookup import LookUp
from domain.money import ZERO, divide, round_to, share
from domain.movements import Contra
from domain.open_lines import LineFacts
from domain.records import BillingKind


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
        self._adjusts = self._policy is InvoiceRatePolicy.ADJUST_RECEIPT_COST

    def post(self, one: ReadCredit, write_off: UUID | None) -> UUID | None:
        """Post a line; the account that it is credited to, None where it is received not billed."""
        amount = self.causes.in_company_currency(one.amount)
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
        if not self._posts:
            return None
        return self.look.role(Role.STOCK_RECEIVED_NOT_BILLED)

    def _clear(self, one: ReadCredit, parts: list[Unbilled], amount: Decimal) -> None:
        """Credit the accrual with what was billed, and put the difference where it belongs."""
        line = parts[0].line
        accrual = self._accrual_of(one, line)
        for part in parts:
            self.causes.post(self._accrual_of(one, part.line), -part.cleared)
        difference = amount - sum((part.cleared for part in parts), ZERO)
        if self._is_at_rate_of(one, line):
            same_money = self.causes.exchange_rate == line.exchange_rate
            role = Role.ROUND_OFF if same_money else Role.EXCHANGE_GAIN_LOSS
            if difference:
                self.causes.post(self.look.role(role), -difference)
        elif self._policy is InvoiceRatePolicy.MUST_MATCH:
            self._refuse_rate(one, line.rate, one.rate)
        elif self._adjusts and one.item is not None and not one.item.is_stock_item:
            self.expense(one, difference)
        elif self._adjusts and parts[0].went_back:
            self.causes.post(self.look.role(Role.COST_OF_GOODS_SOLD), -difference, one.cost_center)
        else:
            self.causes.post(accrual, -difference)
            self._adjust(one, line, difference, accrual)

    def _is_at_rate_of(self, one: ReadCredit, line: LineFacts) -> bool:
        return one.rate == line.rate or self.causes.amount(one.quantity, line.rate) == one.amount

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
        self.look.refuse(RateMismatch(path=at, expected=expected, given=given or ZERO))

    # -- prices -------------------------------------------------------------------------------

    def cheaper(self, one: ReadCredit, amount: Decimal) -> UUID | None:
        """A price that was too high: the goods cost less, by the policy; a service simply does."""
        causes, invoiced = self.causes, one.invoiced
        is_goods = one.item is not None and one.item.is_stock_item and self._posts
        if one.account is not None or not is_goods or invoiced is None:
            return self.expense(one, amount)
        if invoiced.moves_goods:
            accrual = self.look.role(Role.STOCK_RECEIVED_NOT_BILLED)
            causes.post(accrual, -amount)
            if accrual is not None:
                contra, at = Contra(accrual), (*one.path, "rate")
                reprice(causes, self.look, invoiced.id, -amount, contra, at)
            return None
        lines = lines_of(causes, one)
        if not lines:
            return self.expense(one, amount)
        line = lines[-1]
        accrual = self._accrual_of(one, line)
        causes.post(accrual, -amount)
        if invoiced.bills is None and line.open_quantity < 0:
            causes.bill(line.id, BillingKind.BILLED, ZERO, -amount, accrual)
            return None
        if self._policy is InvoiceRatePolicy.MUST_MATCH:
            paid = invoiced.rate - divide(one.amount, one.quantity)
            self._refuse_rate(one, line.rate, round_to(paid, 9))
        causes.bill(line.id, BillingKind.BILLED, ZERO, ZERO, accrual)
        self._adjust(one, line, amount, accrual)
        return None

    def expense(self, one: ReadCredit, amount: Decimal) -> UUID | None:
        """What the invoice debited: the account named, recorded, the item's or the company's."""
        account = one.account or (one.invoiced.account if one.invoiced else None)
        if account is None:
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
            return item.expense_account
        if not item.is_stock_item and Role.EXPENSE in roles:
            return roles[Role.EXPENSE]
        return self.look.role(Role.COST_OF_GOODS_SOLD, at)
