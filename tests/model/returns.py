"""Goods that are given back, of a known line or of none."""

from dataclasses import replace
from fractions import Fraction

from tests.model.credits import Credits
from tests.model.money import CONTROL
from tests.model.operations import SERVICE, Kind, Line, LineOf, Operation
from tests.model.states import (
    Credited,
    CreditedInvoice,
    Effects,
    LineState,
    Move,
    OpenState,
    Totals,
    at,
    balance,
    company,
    line_cents,
    moving,
)
from tests.model.taxing import added_up
from tests.model.valuing import ZERO, cents, exact, product, split


class Returns(Credits):
    """Reads purchase and sales returns."""

    def _purchase_return(self, operation: Operation, effects: Effects) -> None:
        loose = 0
        for index, line in enumerate(operation.lines):
            if line.of is None and line.item:
                self._send_back(operation, effects, index, line)
                loose += line_cents(line)
                continue
            known, parts = self._returned(operation, line, effects)
            if known is not None and known.line.item == SERVICE:
                self._take_back_service(effects, line, known)
            if known is None or not parts:
                continue
            paid = not line.of_rejected or self._pays_rejected(line.of)
            amount, price = self._price_back(effects, line, known) if paid else (0, 0)
            contra = "Accrual" if known.operation.kind is Kind.RECEIPT else "Creditors"
            prices = split(price, [quantity for _, quantity in parts])
            for (original, quantity), part in zip(parts, prices, strict=True):
                move = moving(operation, index, line, -1, "COGS", given=((contra, -part),))
                self._take_back(effects, move, original, -quantity)
            if paid:
                self._note_return(effects, line, amount, price)
            self._credit_goods(effects, index, known, amount, price)
        self._finish(effects, -1, loose)

    def _price_back(self, effects: Effects, line: Line, known: LineState) -> tuple[int, int]:
        """What goes back at its price, in its currency and in company cents.

        The last of it takes what is left; of an invoice never more than what is not credited yet,
        and of a price that was too high its share of what is left.
        """
        quantity = exact(line.quantity)
        if not known.line.rate or line.of is None:
            return 0, 0
        amount = product(line.quantity, known.line.rate)
        price = company(known.operation, amount)
        if known.returned_quantity + quantity == known.quantity:
            whole = cents(known.quantity * exact(known.line.rate))
            amount = whole - self._returned_net(effects, line.of)
            price = known.amount - known.returned_amount
        elif quantity == known.open_quantity:
            price = known.open_amount
        if known.operation.kind not in {Kind.BILL, Kind.SALE}:
            return amount, price
        credited = self.credited(effects, line.of)
        left = line_cents(known.line) - credited[1]
        quantity_left = exact(known.line.quantity) - credited[0]
        if self.was_overcharged(effects, line.of) and quantity < quantity_left:
            left = cents(Fraction(left, 100) * quantity / quantity_left)
        left = min(left, amount)
        return left, self.in_company(effects, line.of, known.line, known.operation, left)

    def _returned_net(self, effects: Effects, of: LineOf) -> int:
        """What returns took back of a line, in its currency."""
        documents = (*self._others(effects), effects)
        return sum(amount for each in documents for line, amount in each.back if line == of)

    def _credit_goods(
        self, effects: Effects, index: int, known: LineState, amount: int, price: int
    ) -> None:
        """Goods that an invoice had moved: its debt is taken back with them."""
        kind, line = known.operation.kind, effects.operation.lines[index]
        if kind not in {Kind.BILL, Kind.SALE} or line.of is None:
            return
        sign = 1 if kind is Kind.SALE else -1
        item = self._debtor(effects, line.of.no, sign)
        if kind is Kind.SALE:
            account = at(known.line.account or "Sales", known.line.center)
            effects.journal.append((account, price))
            effects.journal.append(("Debtors", -price))
        item.in_company -= sign * price
        if item.operation.no == effects.operation.no:
            item.amount += amount
        else:
            item.settled += item.sign * sign * amount
            effects.settled.append((line.of.no, item.sign * sign * amount, sign * price))
        effects.party.append((item.party, CONTROL[item.party], -sign * price))
        self._inherit(effects, index, line.of, amount)
        effects.credits.append(Credited(line.of, exact(line.quantity), amount))

    def _debtor(self, effects: Effects, no: int, sign: int) -> OpenState:
        """What is owed of an invoice; of one that was paid at once the return itself is owed."""
        invoice, own = self.open[no], effects.operation
        if invoice.amount:
            return invoice
        if own.no not in self.open:
            money = replace(own, foreign=invoice.operation.foreign)
            self.open[own.no] = OpenState(money, invoice.party, -sign, 0, 0)
        return self.open[own.no]

    def _finish(self, effects: Effects, sign: int, loose: int) -> None:
        """Taxes of the lines; freight and rounding of each invoice, in proportion of these."""
        net: dict[int, int] = {}
        for one in effects.credits:
            if one.of is not None:
                net[one.of.no] = net.get(one.of.no, 0) + one.amount
        for no, amount in net.items():
            invoice = self.effects[no].operation
            left = self.left_of(effects, no)
            own = CreditedInvoice(no, amount)
            part = min(Fraction(amount, left.net), Fraction(1)) if left.net > 0 else ZERO
            own.freight = cents(Fraction(left.freight, 100) * part)
            self._inherit_with_freight(effects, own, left.freight)
            own.taxes = added_up(one for one in effects.taxes if one.of and one.of.no == no)
            unrounded = amount + own.freight + sum(own.taxes.values())
            own.total = unrounded
            if self.is_rounded(no):
                own.total = self.rounded(left, unrounded, amount)
            freight = self.freight_in_company(effects, own)
            effects.invoices.append(own)
            effects.journal.append(("Carriage", sign * freight))
            self._post_taxes(effects, own, invoice, effects.operation.kind, sign)
            rounding = company(invoice, own.total) - company(invoice, unrounded)
            effects.journal.append(("Round off", sign * rounding))
            item, beside = self._debtor(effects, no, sign), own.total - amount
            if item.operation.no == effects.operation.no:
                self._owe_more(effects, item, sign, beside)
                continue
            if beside:
                self._settle(effects, item, sign * beside)
            if item.settled == item.amount and item.in_company:
                effects.journal.append((CONTROL[item.party], -item.in_company))
                effects.party.append((item.party, CONTROL[item.party], -item.in_company))
                effects.settled.append((no, 0, item.in_company))
                item.in_company = 0
        if net:
            balance(effects)
        beside = sum(own.total - own.net for own in effects.invoices)
        taxes = sum(one.amount for one in effects.taxes)
        freight = sum(own.freight for own in effects.invoices)
        total = loose + sum(amount for _, amount in effects.back)
        effects.totals = Totals(total, taxes, freight, total + beside)
        self._settle_at_once(effects.operation, effects, -sign)

    def _owe_more(self, effects: Effects, item: OpenState, sign: int, amount: int) -> None:
        value = company(item.operation, amount)
        item.amount += amount
        item.in_company -= sign * value
        effects.journal.append((CONTROL[item.party], -sign * value))
        effects.party.append((item.party, CONTROL[item.party], -sign * value))

    def _send_back(self, operation: Operation, effects: Effects, index: int, line: Line) -> None:
        """Goods of no known receipt; their price waits for the supplier's credit."""
        price = company(self._money_of(operation), line_cents(line))
        prices = split(price, [exact(quantity) for _, quantity in line.lots()])
        for lot, part in zip(line.lots(), prices, strict=True):
            given = (("Accrual", -part),)
            effects.moves.append(moving(operation, index, line, -1, "COGS", given=given, lot=lot))
        own = LineOf(operation.no, index)
        self.lines[own] = LineState(operation, line, ZERO, 0)
        effects.returned.append((own, exact(line.quantity), price))
        self.lines[own].returned_quantity += exact(line.quantity)
        self.lines[own].returned_amount += price

    def _money_of(self, operation: Operation) -> Operation:
        """The operation whose currency a return is in: that of its first original, or itself."""
        known = (
            self.lines[line.of] for line in operation.lines if line.of in self.lines and line.of
        )
        return next((state.operation for state in known), operation)

    def _sales_return(self, operation: Operation, effects: Effects) -> None:
        loose = 0
        for index, line in enumerate(operation.lines):
            if line.of is None and line.item:
                loose += line_cents(line)
                cost = company(self._money_of(operation), line_cents(line))
                costs = split(cost, [exact(quantity) for _, quantity in line.lots()])
                for lot, part in zip(line.lots(), costs, strict=True):
                    given = (("COGS", part),)
                    move = moving(operation, index, line, 1, "COGS", given=given, lot=lot)
                    effects.moves.append(move)
                continue
            known, parts = self._returned(operation, line, effects)
            if known is None or not parts:
                continue
            amount, price = self._price_back(effects, line, known)
            for original, quantity in parts:
                move = moving(operation, index, line, 1, "COGS", takes_from=original)
                move.fraction = quantity / -original.quantity
                self._take_back(effects, move, original, quantity)
            self._note_return(effects, line, amount, price)
            self._credit_goods(effects, index, known, amount, price)
        self._finish(effects, 1, loose)

    def _returned(
        self, operation: Operation, line: Line, effects: Effects
    ) -> tuple[LineState | None, list[tuple[Move, Fraction]]]:
        """The line that is given back, and how much of each of its movements."""
        known = self.lines.get(line.of) if line.of else None
        if line.of is None or known is None:
            self.reasons.add("NOT_FOUND")
            return None, []
        first, moved = self._money_of(operation), self.effects[line.of.no].moves
        went = next((m.key for m in moved if m.line == line.of.line), (known.operation.day, 0))
        if (operation.day, 24 * 60 if operation.minute is None else operation.minute) < went[:2]:
            self.reasons.add("INVALID_VALUE")
        if first.foreign != known.operation.foreign or (
            operation.foreign is not None and known.operation.foreign is None
        ):
            self.reasons.add("INVALID_VALUE")
        if line.of.no in self.cancelled:
            self.reasons |= {"INACTIVE", "RETURN_EXCEEDS_ORIGINAL", "LOTS_MISMATCH"}
        if known.line.item == SERVICE:
            self._refuse_service(line, known)
        if line.of.no in self.cancelled or known.line.item == SERVICE:
            return (None if line.of.no in self.cancelled else known), []
        parts = self._parts_left(
            effects,
            line,
            [m for m in moved if m.line == line.of.line and m.rejected == line.of_rejected],
        )
        if sum((quantity for _, quantity in parts), ZERO) < exact(line.quantity):
            self.reasons.add("RETURN_EXCEEDS_ORIGINAL")
        return known, parts

    def _refuse_service(self, line: Line, known: LineState) -> None:
        """Services of receipts go back as far as they were not written off; others do not."""
        is_received = known.operation.kind is Kind.RECEIPT
        if not is_received or line.of_rejected:
            self.reasons.add("INVALID_VALUE")
        kept = known.quantity - known.returned_quantity - known.cleared_quantity
        if is_received and kept < exact(line.quantity):
            self.reasons.add("RETURN_EXCEEDS_ORIGINAL")

    def _take_back_service(self, effects: Effects, line: Line, known: LineState) -> None:
        """Nothing moves; what was accrued for it is no expense any more."""
        amount, price = self._price_back(effects, line, known)
        if known.accrued:
            effects.journal.append((at("Services", known.line.center), -price))
            effects.journal.append(("Owed services", price))
        self._note_return(effects, line, amount, price)

    def _take_back(self, effects: Effects, move: Move, original: Move, quantity: Fraction) -> None:
        line = effects.operation.lines[move.line]
        move.item, move.warehouse, move.lot = original.pool
        move.warehouse = line.warehouse or move.warehouse
        move.quantity, move.gives_back, move.center = quantity, original, original.center
        effects.moves.append(move)

    def _note_return(self, effects: Effects, line: Line, amount: int, price: int) -> None:
        if line.of is not None:
            effects.back.append((line.of, amount))
            effects.returned.append((line.of, exact(line.quantity), price))
            self.lines[line.of].returned_quantity += exact(line.quantity)
            self.lines[line.of].returned_amount += price
