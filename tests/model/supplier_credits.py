"""What a supplier credits: goods that went back, and prices that were too high."""

from dataclasses import dataclass
from fractions import Fraction

from tests.model.crediting import Crediting
from tests.model.operations import SERVICE, Kind, Line, LineOf, Operation
from tests.model.states import Effects, LineState, at, at_rate_of
from tests.model.valuing import ZERO, cents, exact, split


@dataclass(frozen=True, slots=True)
class SupplierLine:
    """A line that a supplier credits: of what, how much, at what price, in whose currency."""

    operation: Operation
    money: Operation
    line: Line
    billed: Line | None
    item: str
    quantity: Fraction
    amount: int
    in_company: int
    rate: Fraction | None

    @property
    def center(self) -> str | None:
        return self.line.center or (self.billed.center if self.billed else None)


class SupplierCredits(Crediting):
    """Posts the lines of suppliers' credit notes."""

    def _less_cost(self, one: SupplierLine, effects: Effects) -> None:
        amount = one.in_company
        if one.operation.reason == "WRITE_OFF":
            effects.journal.append((at("Write-offs", one.center), -amount))
        elif one.operation.reason == "OVERCHARGE":
            self._cheaper(one, effects, amount)
        else:
            self._not_billed(one, effects, amount)

    def _expense(self, one: SupplierLine, effects: Effects, amount: int) -> None:
        account = one.line.account or (one.billed.account if one.billed else None)
        if account is None and one.item == SERVICE:
            account = "Services"
        if account is None:
            self.reasons.add("REQUIRED")
            return
        effects.journal.append((at(account, one.center), -amount))

    def _not_billed(self, one: SupplierLine, effects: Effects, amount: int) -> None:
        parts = self._unbill(effects, self._lines_of(one.line, one.billed), one.quantity)
        accrual = "Accrual"
        if one.item == SERVICE:
            parts, accrual = [p for p in parts if self.lines[p[0]].accrued], "Owed services"
        if not parts:
            self._expense(one, effects, amount)
            return
        if one.line.account is not None:
            self.reasons.add("INVALID_VALUE")
            return
        covered = sum((part for _, part, _, _ in parts), ZERO)
        ours = cents(Fraction(amount, 100) * covered / one.quantity)
        cleared = sum(part for _, _, part, _ in parts)
        effects.journal.append((accrual, -cleared))
        of, _, _, went_back = parts[0]
        if one.item == SERVICE:
            own = Effects(one.operation)
            self._differ_back(one, own, of, (ours, cleared), went_back=went_back)
            account = (one.billed.account if one.billed else None) or "Services"
            effects.journal += self._of_service(own.journal, at(account, one.center))
        else:
            self._differ_back(one, effects, of, (ours, cleared), went_back=went_back)
        if ours != amount:
            self._expense(one, effects, amount - ours)

    def _differ_back(
        self,
        one: SupplierLine,
        effects: Effects,
        of: LineOf,
        amounts: tuple[int, int],
        *,
        went_back: bool,
    ) -> None:
        """What the supplier credits more or less than what stood there for the goods."""
        state, difference = self.lines[of], amounts[0] - amounts[1]
        at_price = cents(one.quantity * exact(state.line.rate)) == one.amount
        if at_price or one.rate == exact(state.line.rate):
            same_money = one.money.foreign == state.operation.foreign
            effects.journal.append(("Round off" if same_money else "Exchange", -difference))
            return
        price = difference - self._of_rates(one, effects, state, amounts[0])
        if self.switches.policy == "MUST_MATCH":
            self.reasons.add("RATE_MISMATCH")
        elif self.switches.policy == "ADJUST_RECEIPT_COST" and went_back:
            effects.journal.append((at("COGS", one.center), -price))
        else:
            effects.journal.append(("Accrual", -price))
            self._make_cheaper(effects, of, price)

    def _of_rates(self, one: SupplierLine, effects: Effects, state: LineState, amount: int) -> int:
        part = amount - at_rate_of(state.operation, one.money, amount)
        effects.journal.append(("Exchange", -part))
        return part

    def _make_cheaper(self, effects: Effects, of: LineOf, amount: int) -> None:
        """Under ADJUST_RECEIPT_COST what came of the line costs that much less."""
        came = any(m.line == of.line and m.quantity > 0 for m in self.effects[of.no].moves)
        if self.switches.policy == "ADJUST_RECEIPT_COST" and came:
            self._give(effects, of, ("Accrual", -amount))

    def _cheaper(self, one: SupplierLine, effects: Effects, amount: int) -> None:
        """The price was too high."""
        of, billed = one.line.of, one.billed
        if one.line.account is not None or one.item == SERVICE or not of or billed is None:
            self._expense(one, effects, amount)
            return
        if self.effects[of.no].operation.update_stock:
            effects.journal.append(("Accrual", -amount))
            self._give(effects, of, ("Accrual", -amount))
            return
        state, at = self._last_line(of, billed)
        waits, waiting = 0, -state.open_quantity
        if billed.of is None and waiting > 0:
            waits = cents(Fraction(amount, 100) * waiting / (waiting + state.quantity))
            effects.journal.append(("Accrual", -waits))
            self._take_off(effects, at, ZERO, waits)
        if waits == amount:
            return
        if self.switches.policy == "MUST_MATCH":
            self.reasons.add("RATE_MISMATCH")
        effects.billed.append((at, ZERO, 0))
        for goods, part in self._goods_of(at, billed, amount - waits):
            price = part - self._of_rates(one, effects, self.lines[goods], part)
            effects.journal.append(("Accrual", -price))
            self._make_cheaper(effects, goods, price)

    def _goods_of(self, at: LineOf, billed: Line, amount: int) -> list[tuple[LineOf, int]]:
        came = [
            of
            for of, state in self.lines.items()
            if state.line.of == at
            and state.operation.kind is Kind.RECEIPT
            and of.no not in self.cancelled
        ]
        if billed.of is not None or not came:
            return [(at, amount)]
        weights = [self.lines[of].quantity for of in came]
        return list(zip(came, split(amount, weights), strict=True))

    def _last_line(self, of: LineOf, billed: Line) -> tuple[LineState, LineOf]:
        at = billed.of or of
        return self.lines[at], at
