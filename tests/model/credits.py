"""Credit notes of both sides: the mirror of an invoice, for goods that went back or a price."""

from dataclasses import replace
from fractions import Fraction

from tests.model.money import CONTROL
from tests.model.operations import Kind, Line, LineOf, Operation
from tests.model.states import (
    Credited,
    CreditedInvoice,
    Effects,
    Entry,
    OpenState,
    Totals,
    at,
    balance,
    charges_of,
    company,
    line_cents,
    whole,
)
from tests.model.supplier_credits import SupplierCredits, SupplierLine
from tests.model.tax_credits import TaxCredits
from tests.model.taxing import added_up
from tests.model.valuing import ZERO, cents, exact


class Credits(SupplierCredits, TaxCredits):
    """Reads credit notes."""

    def _credit(self, operation: Operation, effects: Effects) -> None:
        sales = operation.kind is Kind.CREDIT_SALE
        sign = 1 if sales else -1
        invoice = self._invoice_of(operation)
        known = invoice is not None and invoice in self.effects
        money = self.effects[invoice].operation if known and invoice is not None else operation
        if known and (money.foreign is None) != (operation.foreign is None) and operation.foreign:
            self.reasons.add("INVALID_VALUE")
        if known and operation.day < money.day:
            self.reasons.add("INVALID_VALUE")
        net = 0
        named: list[tuple[int, int, tuple[str, ...]]] = []
        for index, line in enumerate(operation.lines):
            amount = self._credit_line(operation, effects, index, invoice, money) or 0
            net += amount
            if line.taxes is not None:
                named.append((index, amount, line.taxes))
                self._name_taxes(effects, named, line.of)
        left = self.left_of(effects, invoice) if known and invoice is not None else None
        own = self._besides(operation, effects, left, net)
        if left is not None and own.freight > left.freight:
            self.reasons.add("OVER_CREDITED")
        if left is not None and own.total > left.total:
            self.reasons.add("OVER_CREDITED")
        self._post_besides(effects, own, money, sign)
        self._post_taxes(effects, own, money, operation.kind, sign)
        taxes = sum(own.taxes.values())
        unrounded = net + sum(own.charges.values()) + taxes + own.freight
        rounding = company(money, own.total) - company(money, unrounded)
        if own.total != unrounded:
            effects.journal.append(("Round off", sign * rounding))
        effects.totals = Totals(net, taxes, own.freight, own.total)
        if left is not None:
            effects.invoices.append(own)
        self._pay_back(operation, effects, money, own, sign)
        balance(effects)
        self._settle_at_once(operation, effects, -sign)

    def _besides(
        self, operation: Operation, effects: Effects, left: CreditedInvoice | None, net: int
    ) -> CreditedInvoice:
        """Charges, taxes and freight as far as the invoice had any, or as given; and the total."""
        own = CreditedInvoice(left.no if left else -1, net)
        share = min(Fraction(net, left.net), Fraction(1)) if left and left.net > 0 else ZERO
        if operation.charges:
            own.charges = charges_of(operation)
        elif left is not None and left.net > 0:
            own.charges = {a: cents(Fraction(c, 100) * share) for a, c in left.charges.items()}
        if operation.freight:
            own.freight = cents(exact(operation.freight)) if left is not None else 0
            if left is None:
                self.reasons.add("OVER_CREDITED")
        elif left is not None and operation.reason != "OVERCHARGE":
            own.freight = cents(Fraction(left.freight, 100) * share)
        if left is not None:
            self._inherit_with_freight(effects, own, left.freight)
        own.taxes = added_up(effects.taxes)
        own.total = net + sum(own.charges.values()) + sum(own.taxes.values()) + own.freight
        if left is not None and (operation.rounded_total or self.is_rounded(left.no)):
            own.total = self.rounded(left, own.total, net)
        elif left is None and operation.rounded_total:
            own.total = whole(own.total)
        return own

    def _post_besides(
        self, effects: Effects, own: CreditedInvoice, money: Operation, sign: int
    ) -> None:
        """Charges and freight on their accounts; of no invoice there is no freight."""
        of_invoice = own.no in self.effects
        for account, amount in own.charges.items():
            charge = company(money, amount)
            if of_invoice:
                charge = self.charge_in_company(effects, own, account)
            effects.journal.append((account, sign * charge))
        if of_invoice:
            freight = self.freight_in_company(effects, own)
            effects.journal.append(("Carriage", sign * freight))

    def _invoice_of(self, operation: Operation) -> int | None:
        """The invoice named as a whole, or that of the first line that names one."""
        lines = [line.of.no for line in operation.lines if line.of is not None]
        no = operation.of if operation.of >= 0 else next(iter(lines), None)
        if no is None:
            return None
        wanted = Kind.SALE if operation.kind is Kind.CREDIT_SALE else Kind.BILL
        if self.effects[no].operation.kind is not wanted:
            self.reasons |= {"NOT_FOUND", "WRONG_PARTY"}
        if no in self.cancelled:
            self.reasons.add("INACTIVE")
        return no

    def _pay_back(
        self,
        operation: Operation,
        effects: Effects,
        money: Operation,
        own: CreditedInvoice,
        sign: int,
    ) -> None:
        """Off the invoice as far as it is open, the rest on account."""
        party = "customer" if sign > 0 else "supplier"
        left, in_company = own.total, company(money, own.total)
        item = self.open.get(own.no)
        if item is not None:
            is_open = item.amount - item.settled
            taken = min(left, max(is_open, 0))
            if taken:
                before = item.in_company
                self._settle(effects, item, sign * taken)
                in_company -= abs(before - item.in_company)
                left -= taken
        if left:
            own_item = replace(operation, foreign=money.foreign)
            effects.journal.append((CONTROL[party], -sign * in_company))
            effects.party.append((party, CONTROL[party], -sign * in_company))
            self.open[operation.no] = OpenState(own_item, party, -sign, left, -sign * in_company)

    def _credit_line(
        self,
        operation: Operation,
        effects: Effects,
        index: int,
        invoice: int | None,
        money: Operation,
    ) -> int | None:
        """Post a line; what it comes to, None where nobody can say."""
        line = operation.lines[index]
        billed = self._billed_line(operation, line, invoice)
        back = self._line_that_came_back(operation, line)
        if (line.of and billed is None) or (line.came_back and back is None):
            return None
        named = (one.item for one in (billed, back, line) if one is not None and one.item)
        if len(set(named)) > 1:
            self.reasons.add("ITEM_MISMATCH")
        counts = operation.reason != "OVERCHARGE"
        quantity = self._credit_quantity(effects, line, billed, back, counts=counts)
        if quantity <= 0:
            self.reasons |= {"INVALID_VALUE", "OVER_CREDITED", "REQUIRED"}
            return None
        amount, rate = self._credit_price(operation, effects, line, billed, back, quantity)
        if amount is None:
            self.reasons.add("REQUIRED")
            return None
        self._check_credit(effects, line, billed, back, quantity, amount, counts=counts)
        in_company = company(money, amount)
        if line.of and billed is not None:
            in_company = self.in_company(effects, line.of, billed, money, amount)
        if line.of and line.taxes is None:
            self._inherit(effects, index, line.of, amount)
        effects.credits.append(
            Credited(line.of, quantity if counts else ZERO, amount, line.came_back, quantity)
        )
        item = next((one.item for one in (billed, back) if one is not None), line.item)
        if operation.kind is Kind.CREDIT_SALE:
            self._less_income(operation, effects, line, billed, quantity, in_company)
        else:
            supplier = SupplierLine(
                operation, money, line, billed, item, quantity, amount, in_company, rate
            )
            self._less_cost(supplier, effects)
        return amount

    def _credit_quantity(
        self,
        effects: Effects,
        line: Line,
        billed: Line | None,
        back: Line | None,
        *,
        counts: bool,
    ) -> Fraction:
        """As given, else all that is left of what is named, else 1."""
        if line.quantity:
            return exact(line.quantity)
        if line.came_back and back:
            return exact(back.quantity) - self._credited_back(effects, line.came_back)
        if line.of and billed:
            before = self.credited(effects, line.of)[0]
            return exact(billed.quantity) - (before if counts else ZERO)
        return Fraction(1)

    def _billed_line(self, operation: Operation, line: Line, invoice: int | None) -> Line | None:
        if line.of is None:
            return None
        of = self.effects[line.of.no].operation
        if of.kind not in {Kind.BILL, Kind.SALE}:
            self.reasons.add("NOT_FOUND")
        if line.of.no != invoice:
            self.reasons.add("INVALID_VALUE")
        found = of.lines[line.of.line]
        if self.moves_with_bill(of, found) and operation.reason == "RETURN":
            self.reasons.add("INVALID_VALUE")
        return found

    def _line_that_came_back(self, operation: Operation, line: Line) -> Line | None:
        """The line of a return, at the price that it had gone back for."""
        if line.came_back is None:
            return None
        back = self.effects[line.came_back.no].operation
        wanted = Kind.SALES_RETURN if operation.kind is Kind.CREDIT_SALE else Kind.PURCHASE_RETURN
        if back.kind is not wanted:
            self.reasons |= {"NOT_FOUND", "WRONG_PARTY"}
            return None
        if line.came_back.no in self.cancelled:
            self.reasons.add("INACTIVE")
        if operation.day < back.day or operation.reason != "RETURN":
            self.reasons.add("INVALID_VALUE")
        found = back.lines[line.came_back.line]
        if found.of is None:
            return found
        original = self.effects[found.of.no].operation
        if original.kind in {Kind.BILL, Kind.SALE}:
            self.reasons.add("INVALID_VALUE")
        known = original.lines[found.of.line]
        paid = not found.of_rejected or self._pays_rejected(found.of)
        return Line(
            item=known.item, quantity=found.quantity, of=found.of,
            rate=known.rate if paid else found.rate,
        )  # fmt: skip

    def _credit_price(
        self,
        operation: Operation,
        effects: Effects,
        line: Line,
        billed: Line | None,
        back: Line | None,
        quantity: Fraction,
    ) -> tuple[int | None, Fraction | None]:
        """In cents of the document's currency, and for a unit."""
        if line.amount:
            amount = cents(exact(line.amount))
            return amount, Fraction(amount, 100) / quantity
        if line.rate:
            return cents(quantity * exact(line.rate)), exact(line.rate)
        if operation.reason == "OVERCHARGE":
            return None, None
        if billed is not None and line.of is not None:
            credited = self.credited(effects, line.of)
            if quantity == exact(billed.quantity) - credited[0]:
                return line_cents(billed) - credited[1], exact(billed.rate)
            price = cents(quantity * exact(billed.rate))
            left = self._price_left(operation, effects, line.of, billed, quantity)
            if left < price:
                return left, Fraction(left, 100) / quantity
            return price, exact(billed.rate)
        if back is not None and (back.of or operation.kind is Kind.CREDIT_BILL):
            return cents(quantity * exact(back.rate)), exact(back.rate)
        return None, None

    def _price_left(
        self,
        operation: Operation,
        effects: Effects,
        of: LineOf,
        billed: Line,
        quantity: Fraction,
    ) -> int:
        """In cents, the share of what is left where the price was too high; else as much as it was.

        Where a supplier's rates must match, goods that go back have the price that they had.
        """
        must_match = operation.kind is Kind.CREDIT_BILL and self.switches.policy == "MUST_MATCH"
        if must_match or not self.was_overcharged(effects, of):
            return cents(quantity * exact(billed.rate))
        credited = self.credited(effects, of)
        left, quantity_left = line_cents(billed) - credited[1], exact(billed.quantity) - credited[0]
        if quantity >= quantity_left:
            return left
        return cents(Fraction(left, 100) * quantity / quantity_left)

    def _check_credit(
        self,
        effects: Effects,
        line: Line,
        billed: Line | None,
        back: Line | None,
        quantity: Fraction,
        amount: int,
        *,
        counts: bool,
    ) -> None:
        """No more than came back, no more than was billed, and not nothing."""
        if back is not None and line.came_back is not None:
            left = exact(back.quantity) - self._credited_back(effects, line.came_back)
            self.reasons |= {"OVER_CREDITED"} if quantity > left else set()
        if billed is not None and line.of is not None:
            before = self.credited(effects, line.of)
            left = exact(billed.quantity) - (before[0] if counts else ZERO)
            if quantity > left or not amount or amount > line_cents(billed) - before[1]:
                self.reasons.add("OVER_CREDITED")

    def _less_income(
        self,
        operation: Operation,
        effects: Effects,
        line: Line,
        billed: Line | None,
        quantity: Fraction,
        amount: int,
    ) -> None:
        account = line.account or (billed.account if billed else None) or "Sales"
        if not line.account and billed is None and not line.item and not line.came_back:
            self.reasons.add("REQUIRED")
        if operation.reason == "WRITE_OFF":
            account = "Write-offs"
        if operation.reason == "RETURN":
            self._unbill_sold(effects, line, billed, quantity)
        center = line.center or (billed.center if billed else None)
        effects.journal.append((at(account, center), amount))
        self._take_back_discount(effects, line, billed, (at(account, center), amount))

    def _take_back_discount(
        self, effects: Effects, line: Line, billed: Line | None, income: Entry
    ) -> None:
        """Income is net of discounts, so that nothing is left to do."""

    def _unbill_sold(
        self, effects: Effects, line: Line, billed: Line | None, quantity: Fraction
    ) -> None:
        self._unbill(effects, self._lines_of(line, billed), quantity)
