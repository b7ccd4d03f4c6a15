"""A supplier's credit under CONTINENTAL: purchases are credited, and the goods' return is invoiced.

What goods cost follows by cost entries: their return, which had been expected, is actual now; a
price that was too high makes the receipt's goods cheaper, wherever they are by then. A credit of
goods names the line of their return, never more than was billed of what went back. What an earlier
scheme had accrued goes back to its account.
Rule: the NAV section of the scenario vectors (credit memos of return orders).
"""

from decimal import Decimal
from uuid import UUID

from domain.documents.causes import Causes
from domain.documents.parts.continental_bills import invoice_goods, purchases_account
from domain.documents.parts.credit_line import ReadCredit, over_credited
from domain.documents.parts.repricing import reprice
from domain.documents.parts.supplier_credit import SupplierCredit
from domain.documents.parts.unbilling import Unbilled, lines_of, quantity_of, unbill
from domain.errors import Required
from domain.lookup import LookUp
from domain.money import ZERO


class ContinentalCredit(SupplierCredit):
    """Posts the lines of one supplier's credit note."""

    def taken_back(self, one: ReadCredit, amount: Decimal) -> UUID | None:
        """Purchases are credited with what no accrual of an earlier scheme has."""
        parts = credit_goods(self.causes, self.look, one, "OUT")
        for part in parts:
            self.causes.post(part.line.account, -part.cleared)
        accrued = sum((part.cleared for part in parts if part.line.account is not None), ZERO)
        return self.expense(one, amount - accrued)

    def cheaper(self, one: ReadCredit, amount: Decimal) -> UUID | None:
        """A price that was too high: purchases are credited, and the goods kept cost less."""
        invoiced = one.invoiced
        is_goods = one.item is not None and one.item.is_stock_item and one.account is None
        if is_goods and invoiced is not None and (invoiced.bills or invoiced.moves_goods):
            at = (*one.path, "rate")
            goods = invoiced.bills or invoiced.id
            came = self.causes.facts.lines.get(goods, invoiced) if invoiced.bills else invoiced
            reprice(self.causes, self.look, goods, -self._whole_of(came, amount), None, at)
        return self.expense(one, amount)

    def usual_expense(self, one: ReadCredit) -> UUID | None:
        """Purchases, by the rules."""
        at = (*one.path, "account")
        if one.item is None:
            self.look.refuse(Required(path=at))
            return None
        return purchases_account(self.look, one.item, self.causes.party, at)


def credit_goods(causes: Causes, look: LookUp, one: ReadCredit, leg: str) -> list[Unbilled]:
    """Take off what was billed of goods that went back, and invoice their return.

    `leg` is that of the return's movements. Services need no return.
    """
    is_goods = one.item is not None and one.item.is_stock_item
    parts = unbill(
        causes,
        lines_of(causes, one),
        one.quantity,
        lambda line: line.account,
        only_what_went_back=is_goods,
    )
    if one.returned is None or not is_goods:
        return parts
    if one.returned.returns is not None and quantity_of(parts) < one.quantity:
        at = (*one.path, "quantity")
        look.refuse(over_credited(at, quantity_of(parts), one.quantity))
    if not any(part.line.account for part in parts):
        # The return of goods that an earlier scheme accrued was invoiced when they went back.
        invoice_goods(causes, one.returned.id, one.quantity, None, leg)
    return parts
