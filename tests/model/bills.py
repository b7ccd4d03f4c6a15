"""Invoices of both sides, and what is written off because no more of them will come."""

from fractions import Fraction

from tests.model.at_once import AtOnce
from tests.model.operations import SERVICE, Kind, Line, LineOf, Operation
from tests.model.states import (
    Effects,
    LineState,
    OpenState,
    Taken,
    Totals,
    at,
    balance,
    company,
    line_cents,
    moving,
    net_of,
    whole,
)
from tests.model.taxing import account_of, added_up, charged, reasons_against, total_of
from tests.model.valuing import cents, exact


class Bills(AtOnce):
    """Reads purchase and sales invoices, and accrual clearings.

    `accrues_goods`: what comes, or is to come, is posted to the accrual.
    """

    accrues_goods = True

    def _bill(self, operation: Operation, effects: Effects) -> None:
        through_stock = 0
        if operation.update_stock:
            self._receive(operation, effects, "Creditors", {})
            through_stock = sum(move.given[0][1] for move in effects.moves if move.given)
        for index, line in enumerate(operation.lines):
            amount = company(operation, line_cents(line))
            if operation.update_stock and line.item != SERVICE:
                self._keep_billed(operation, index, line)
            elif not operation.update_stock and (line.of or line.item != SERVICE):
                self._clear(operation, effects, index, line, amount)
            else:
                account = at(line.account or "Services", line.center)
                effects.journal.append((account, amount))
        total = self._owe(operation, effects, 1)
        effects.journal.append(("Creditors", through_stock - total))
        effects.party.append(("supplier", "Creditors", -total))
        balance(effects)
        self._settle_at_once(operation, effects, -1)

    def _clear(
        self, operation: Operation, effects: Effects, index: int, line: Line, amount: int
    ) -> None:
        own = LineOf(operation.no, index)
        if line.of is None:
            self._bill_ahead(operation, effects, index, line, exact(line.quantity), amount)
            effects.journal.append(("Accrual", amount))
            return
        taken = self._bill_line(operation, effects, index, line, Kind.RECEIPT)
        if taken is None:
            return
        if line.item == SERVICE:
            self._clear_service(operation, effects, line, taken)
            return
        effects.journal.append(("Accrual", taken.cleared))
        if own in self.lines:
            effects.journal.append(("Accrual", taken.excess_amount))
        more = self._differ(operation, effects, line, taken, 1)
        if more is not None:
            self._give(effects, line.of, more)

    def _clear_service(
        self, operation: Operation, effects: Effects, line: Line, taken: Taken
    ) -> None:
        """An expense, or what was one already: then only what it is dearer."""
        own, place = Effects(operation), at(line.account or "Services", line.center)
        self._differ(operation, own, line, taken, 1)
        if line.of is None or not self.lines[line.of].accrued:
            effects.journal.append((place, taken.amount))
            return
        effects.journal.append(("Owed services", taken.cleared))
        effects.journal += self._of_service(own.journal, place)

    def _bill_line(
        self, operation: Operation, effects: Effects, index: int, line: Line, kind: Kind
    ) -> Taken | None:
        """Bill an earlier line, and what goes beyond it on the invoice's own."""
        taken = self._take(operation, line, kind)
        if taken is None or line.of is None:
            return None
        if taken.quantity:
            effects.billed.append((line.of, taken.quantity, taken.cleared))
            self._add_billed(line.of, taken.quantity, taken.cleared)
        if taken.excess:
            self._bill_ahead(operation, effects, index, line, taken.excess, taken.excess_amount)
        return taken

    def _sale(self, operation: Operation, effects: Effects) -> None:
        for index, line in enumerate(operation.lines):
            amount = company(operation, line_cents(line))
            effects.journal.append((at(line.account or "Sales", line.center), -amount))
            if operation.update_stock and line.item != SERVICE:
                for lot in line.lots():
                    effects.moves.append(moving(operation, index, line, -1, "COGS", lot=lot))
                self._keep_billed(operation, index, line)
            elif line.of is not None:
                self._bill_line(operation, effects, index, line, Kind.DELIVERY)
            elif line.item != SERVICE:
                self._bill_ahead(operation, effects, index, line, exact(line.quantity), amount)
        total = self._owe(operation, effects, -1)
        effects.journal.append(("Debtors", total))
        effects.party.append(("customer", "Debtors", total))
        balance(effects)
        self._settle_at_once(operation, effects, 1)

    def _owe(self, operation: Operation, effects: Effects, sign: int) -> int:
        """Charges, rounding to a whole unit, and the open item; the total in company cents."""
        total = total_of(operation)
        for charge in operation.charges:
            if charge.category != "VALUATION":
                amount = cents(exact(charge.amount))
                place = at(charge.account, charge.center)
                effects.journal.append((place, sign * company(operation, amount)))
        freight = company(operation, cents(exact(operation.freight)))
        effects.journal.append(("Carriage", sign * freight))
        self._tax(operation, effects, sign)
        if operation.rounded_total:
            rounded = whole(total)
            difference = company(operation, rounded) - company(operation, total)
            effects.journal.append(("Round off", sign * difference))
            total = rounded
        in_company = company(operation, total)
        taxes = sum(one.amount for one in effects.taxes)
        effects.totals = Totals(net_of(operation), taxes, cents(exact(operation.freight)), total)
        party = "supplier" if sign > 0 else "customer"
        self.open[operation.no] = OpenState(operation, party, -sign, total, -sign * in_company)
        return in_company

    def _tax(self, operation: Operation, effects: Effects, sign: int) -> None:
        """Each tax, added up over lines and freight, on its account."""
        effects.taxes = charged(operation)
        for codes in (operation.freight_taxes, *(line.taxes or () for line in operation.lines)):
            self.reasons |= reasons_against(operation.kind, codes)
        for code, amount in added_up(effects.taxes).items():
            account = account_of(operation.kind, code)
            effects.journal.append((account, sign * company(operation, amount)))

    def _clear_off(self, operation: Operation, effects: Effects) -> None:
        """Nothing will come of what is open of earlier lines, or of a part of it."""
        for line in operation.lines:
            known = self.lines.get(line.of) if line.of else None
            if line.of is None or known is None:
                self.reasons.add("NOT_FOUND")
                continue
            if line.of.no in self.cancelled:
                self.reasons.add("INACTIVE")
            if known.operation.update_stock or known.moved_with_bill:
                self.reasons.add("INVALID_VALUE")
                continue
            if operation.day < known.operation.day:
                self.reasons.add("INVALID_VALUE")
            self._write_off(effects, line.of, known, line)

    def _write_off(self, effects: Effects, of: LineOf, known: LineState, line: Line) -> None:
        wanted = exact(line.quantity)
        whole, amount = known.open_quantity, known.open_amount
        if not whole and not amount:
            self.reasons.add("NOTHING_OPEN")
            return
        if wanted > abs(whole):
            self.reasons.add("OVER_CLEARED")
            return
        part = Fraction(1) if not wanted else wanted / abs(whole)
        quantity, amount = whole * part, cents(Fraction(amount, 100) * part)
        effects.cleared.append((of, quantity, amount))
        self._add_cleared(of, quantity, amount)
        if known.operation.kind not in {Kind.RECEIPT, Kind.BILL}:
            return
        if known.line.item != SERVICE:
            if self.accrues_goods and known.accrued:
                effects.journal += [("Accrual", amount), (at("Adjustment", line.center), -amount)]
        elif known.accrued:
            effects.journal += [("Owed services", amount), (at("Services", line.center), -amount)]
