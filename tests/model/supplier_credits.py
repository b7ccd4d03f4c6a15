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
            came, gone = exact(billed.quantity), self.credited(effects, of)[0]
            self._give(effects, of, ("Accrual", -self._whole(one, effects, amount, came, gone)))
            return
        there = billed.of or of
        own = self.lines.get(of)
        waiting = max(-own.open_quantity, ZERO) if own is not None else ZERO
        goods, waits = self._goods_of(effects, of, billed, waiting), 0
        if waiting > 0:
            here = sum(goods.values(), ZERO)
            waits = cents(Fraction(amount, 100) * waiting / (waiting + here))
            effects.journal.append(("Accrual", -waits))
            self._take_off(effects, of, ZERO, waits)
        if waits == amount:
            return
        if self.switches.policy == "MUST_MATCH":
            self.reasons.add("RATE_MISMATCH")
        effects.billed.append((there, ZERO, 0))
        goods = goods or {there: Fraction(1)}
        parts = split(amount - waits, list(goods.values()))
        for came, part in zip(goods, parts, strict=True):
            price = part - self._of_rates(one, effects, self.lines[came], part)
            effects.journal.append(("Accrual", -price))
            if self.switches.policy == "ADJUST_RECEIPT_COST":
                known = self.lines[came]
                gone = known.returned_quantity - max(-known.open_quantity, ZERO)
                price = self._whole(one, effects, price, known.quantity, gone)
            self._make_cheaper(effects, came, price)

    def _whole(
        self, one: SupplierLine, effects: Effects, price: int, came: Fraction, gone: Fraction
    ) -> int:
        """What all that came costs less, for what is kept to cost `price` less."""
        if not ZERO < gone < came:
            return price
        whole = cents(Fraction(price, 100) * came / (came - gone))
        effects.journal += [("Accrual", price - whole), (at("COGS", one.center), whole - price)]
        return whole

    def _goods_of(
        self, effects: Effects, of: LineOf, billed: Line, waiting: Fraction
    ) -> dict[LineOf, Fraction]:
        """What the invoice's line bills of each receipt still; not what went back for a credit."""
        came = {
            one: state.billed_quantity
            for one, state in self.lines.items()
            if state.line.of == of
            and state.operation.kind is Kind.RECEIPT
            and one.no not in self.cancelled
            and state.billed_quantity
        }
        if billed.of is None:
            return came
        left = exact(billed.quantity) - self.credited(effects, of)[0]
        part = min(self.lines[billed.of].billed_quantity, left - sum(came.values(), ZERO) - waiting)
        return {billed.of: part, **came} if part > 0 else came
