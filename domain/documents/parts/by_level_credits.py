"""A supplier's credit under BY_LEVEL: the mirror of what its bill took off suspense.

Suspense is credited again with what was taken off it for just those goods, the difference to what
the supplier credits is a price variance, or at weighted average changes back the cost of what is
still on hand. Goods that went back are not on hand: theirs stays a variance. Goods and charges of
a shipment that is still open wait at their price, and are credited at it.
Rule: the webERP section of the scenario vectors.
"""

from decimal import Decimal
from uuid import UUID

from domain.accounts import Role
from domain.documents.parts.cost_orders import Repricing
from domain.documents.parts.credit_line import ReadCredit
from domain.documents.parts.goods import NO_ITEM
from domain.documents.parts.supplier_credit import SupplierCredit
from domain.documents.parts.unbilling import Unbilled, lines_of, quantity_of, unbill
from domain.money import QUANTITY_DIGITS, ZERO, round_to, share, split
from domain.movements import Contra
from domain.open_lines import LineFacts
from domain.records import BillingKind


class ByLevelCredit(SupplierCredit):
    """Posts the lines of one supplier's credit note."""

    def taken_back(self, one: ReadCredit, amount: Decimal) -> UUID | None:
        """Suspense as the bill had taken it off, the rest a variance."""
        if self._is_shipment_charge(one):
            return self._take_charge_back(one, amount)
        if one.item is not None and not one.item.is_stock_item:
            return self._service(one, amount)
        parts = self._parts(one)
        if not parts:
            return self.expense(one, amount)
        if self.is_booked_elsewhere(one):
            return None
        digits = self.causes.facts.company.digits
        covered = quantity_of(parts)
        ours = round_to(share(amount, covered, one.quantity), digits)
        prices = split(ours, [part.quantity for part in parts], digits)
        for part, price in zip(parts, prices, strict=True):
            self._clear_again(one, part, price)
        return self.expense(one, amount - ours) if amount != ours else None

    def _service(self, one: ReadCredit, amount: Decimal) -> UUID | None:
        """Its accrual stands again where the bill had taken it off, the rest is less expense."""
        parts = unbill(self.causes, lines_of(self.causes, one), one.quantity, _account)
        for part in parts:
            self.causes.post(part.line.account, -part.cleared)
        accrued = sum((part.cleared for part in parts if part.line.account is not None), ZERO)
        return self.expense(one, amount - accrued)

    def cheaper(self, one: ReadCredit, amount: Decimal) -> UUID | None:
        """A price that was too high: less of a variance, or of the cost of what is on hand."""
        if self._is_shipment_charge(one):
            return self._take_charge_back(one, amount)
        is_goods = one.item is not None and one.item.is_stock_item
        if one.account is not None or not is_goods or one.invoiced is None:
            return self.expense(one, amount)
        variance = self._variance(one)
        open_line = next((x for x in lines_of(self.causes, one) if self._waits_at_price(x)), None)
        if open_line is not None:
            self.causes.bill(open_line.id, BillingKind.BILLED, ZERO, -amount, open_line.account)
            self.causes.post(open_line.account or variance, -amount)
            return None
        self.causes.post(variance, -amount, one.cost_center)
        not_credited = min(one.quantity, one.invoiced.quantity_left)
        self._recost(one, not_credited or one.quantity, amount, variance)
        return None

    # -- goods --------------------------------------------------------------------------------

    def _parts(self, one: ReadCredit) -> list[Unbilled]:
        """What is not billed any more; of an order line each receipt in proportion."""
        order = one.invoiced.order if one.invoiced else None
        if order is None or one.returned is not None:
            return unbill(self.causes, lines_of(self.causes, one), one.quantity, _account)
        known = self.causes.standing
        came = [known.get(x.id, x) for x in self.causes.facts.order_lines.get(order, ())]
        billed = [line for line in came if line.billed_quantity > 0]
        quantities = split(one.quantity, [x.billed_quantity for x in billed], QUANTITY_DIGITS)
        return [
            part
            for line, quantity in zip(billed, quantities, strict=True)
            for part in unbill(self.causes, [line], quantity, _account)
        ]

    def _clear_again(self, one: ReadCredit, part: Unbilled, price: Decimal) -> None:
        """Suspense is credited with what was taken off it for the part, at `price` in all."""
        account, variance = part.line.account, self._variance(one)
        credited = part.cleared if account is not None else ZERO
        self.causes.post(account, -credited)
        self.causes.post(variance, credited - price, one.cost_center)
        if not part.went_back and not self._waits_at_price(part.line):
            self._recost(one, part.quantity, price - part.cleared, variance)

    def _recost(
        self, one: ReadCredit, quantity: Decimal, amount: Decimal, variance: UUID | None
    ) -> None:
        """At weighted average what is on hand of the goods gives back its part of `amount`."""
        if one.item is None or not amount:
            return
        contra = Contra(variance) if variance is not None else None
        self.causes.repricings.append(
            Repricing(one.item.id, quantity, -amount, ZERO, contra, None, is_credit=True)
        )

    def _variance(self, one: ReadCredit) -> UUID | None:
        item = one.item or NO_ITEM
        return self.look.role_for(Role.PURCHASE_VARIANCE, item, self.causes.party, one.path)

    # -- shipments ----------------------------------------------------------------------------

    def _waits_at_price(self, line: LineFacts) -> bool:
        shipment = self.causes.facts.shipments.get(line.shipment or "")
        return shipment is not None and not shipment.is_closed

    def _is_shipment_charge(self, one: ReadCredit) -> bool:
        return one.invoiced is not None and one.invoiced.shipment is not None

    def _take_charge_back(self, one: ReadCredit, amount: Decimal) -> UUID | None:
        """A charge comes off its shipment; of a closed one it is a variance."""
        invoiced = one.invoiced
        shipment = self.causes.facts.shipments.get(invoiced.shipment or "") if invoiced else None
        found = None
        if shipment is not None and invoiced is not None and not shipment.is_closed:
            found = next((x for x in shipment.charges if x.line == invoiced.id), None)
        if found is not None:
            self.causes.bill(found.line, BillingKind.BILLED, ZERO, -amount, found.account)
        account = found.account if found else None
        account = account or self.look.role(Role.PURCHASE_VARIANCE, one.path)
        self.causes.post(account, -amount, one.cost_center)
        return None


def _account(line: LineFacts) -> UUID | None:
    """Where the bill of a line stood."""
    return line.account
