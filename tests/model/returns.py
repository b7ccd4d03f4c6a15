"""Goods that are given back, of a known line or of none."""

from tests.model.operations import SERVICE, Line, LineOf, Operation
from tests.model.register import Register
from tests.model.states import Effects, LineState, Move, company, line_cents, moving
from tests.model.valuing import ZERO, exact, product


class Returns(Register):
    """Reads purchase and sales returns."""

    def _purchase_return(self, operation: Operation, effects: Effects) -> None:
        for index, line in enumerate(operation.lines):
            if line.of is None and line.item:
                self._send_back(operation, effects, index, line)
                continue
            known, original = self._returned(operation, line, effects)
            if known is None or original is None:
                continue
            paid = not line.of_rejected or self.switches.value_rejected
            price = self._price_back(line, known) if paid else 0
            move = moving(operation, index, line, -1, "COGS", given=(("Accrual", -price),))
            self._take_back(effects, line, move, original, price, paid=paid)

    def _price_back(self, line: Line, known: LineState) -> int:
        """What goes back at its price in company cents; the last of it takes what is left."""
        quantity = exact(line.quantity)
        if not known.line.rate:
            return 0
        if known.returned_quantity + quantity == known.quantity:
            return known.amount - known.returned_amount
        if quantity == known.open_quantity:
            return known.open_amount
        return company(known.operation, product(line.quantity, known.line.rate))

    def _send_back(self, operation: Operation, effects: Effects, index: int, line: Line) -> None:
        """Goods of no known receipt; their price waits for the supplier's credit."""
        price = company(self._money_of(operation), line_cents(line))
        given = (("Accrual", -price),)
        effects.moves.append(moving(operation, index, line, -1, "COGS", given=given))
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
        for index, line in enumerate(operation.lines):
            if line.of is None and line.item:
                cost = company(self._money_of(operation), line_cents(line))
                given = (("COGS", cost),)
                effects.moves.append(moving(operation, index, line, 1, "COGS", given=given))
                continue
            known, original = self._returned(operation, line, effects)
            if known is None or original is None:
                continue
            price = self._price_back(line, known)
            move = moving(operation, index, line, 1, "COGS", takes_from=original)
            move.fraction = exact(line.quantity) / -original.quantity
            self._take_back(effects, line, move, original, price)

    def _returned(
        self, operation: Operation, line: Line, effects: Effects
    ) -> tuple[LineState | None, Move | None]:
        """The line that is given back and its movement, if there is that much of it."""
        known = self.lines.get(line.of) if line.of else None
        if line.of is None or known is None or known.line.item == SERVICE:
            self.reasons.add("NOT_FOUND")
            return None, None
        first = self._money_of(operation)
        went = next(m.key for m in self.effects[line.of.no].moves if m.line == line.of.line)
        if (operation.day, 24 * 60 if operation.minute is None else operation.minute) < went[:2]:
            self.reasons.add("INVALID_VALUE")
        if first.foreign != known.operation.foreign or (
            operation.foreign is not None and known.operation.foreign is None
        ):
            self.reasons.add("INVALID_VALUE")
        if line.of.no in self.cancelled:
            self.reasons |= {"INACTIVE", "RETURN_EXCEEDS_ORIGINAL"}
            return None, None
        of = [m for m in self.effects[line.of.no].moves if m.line == line.of.line]
        original = next((m for m in of if m.rejected == line.of_rejected), None)
        if original is None:
            self.reasons.add("RETURN_EXCEEDS_ORIGINAL")
            return None, None
        back = sum(abs(m.quantity) for e in (*self.live(), effects) for m in e.moves
                   if m.gives_back is original)  # fmt: skip
        if exact(line.quantity) > abs(original.quantity) - back:
            self.reasons.add("RETURN_EXCEEDS_ORIGINAL")
        return known, original

    def _take_back(
        self,
        effects: Effects,
        line: Line,
        move: Move,
        original: Move,
        price: int,
        *,
        paid: bool = True,
    ) -> None:
        move.item, move.warehouse = original.item, original.warehouse
        move.gives_back = original
        effects.moves.append(move)
        if line.of is not None and paid:
            effects.returned.append((line.of, exact(line.quantity), price))
            self.lines[line.of].returned_quantity += exact(line.quantity)
            self.lines[line.of].returned_amount += price
