"""Landed costs: what came up later for goods that were received."""

from decimal import Decimal
from fractions import Fraction

from tests.model.operations import SERVICE, VOLUMES, WEIGHTS, Charge, Kind, LineOf, Operation
from tests.model.register import Register
from tests.model.states import Effects, LineState, OpenState, Totals, at
from tests.model.valuing import ZERO, cents, exact


class Landed(Register):
    """Reads landed costs."""

    def _landed_cost(self, operation: Operation, effects: Effects) -> None:
        lines = self._landed_on(operation)
        for charge in operation.charges:
            self.reasons |= _against(operation, charge)
        amounts = [_in_company(operation, charge) for charge in operation.charges]
        by_hand = sum(cents(exact(line.amount)) for line in operation.lines)
        if operation.reason == "MANUAL" and by_hand != sum(amounts):
            self.reasons |= {"DISTRIBUTION_MISMATCH", "NOT_FOUND"}
        if self.reasons:
            return
        if operation.reason == "MANUAL":
            parts = self._by_hand(operation, [of for of, _ in lines], amounts)
        else:
            parts = self._by_weight(operation, [state for _, state in lines], amounts)
        for charge, shares in zip(operation.charges, parts, strict=False):
            for (of, state), part in zip(lines, shares, strict=True):
                self._give(effects, of, (charge.account, part))
                if operation.billed:
                    effects.journal.append((at(charge.account, state.line.center), part))
        net = sum(_in_document(operation, charge) for charge in operation.charges)
        effects.totals = Totals(net, 0, 0, net)
        if operation.billed:
            effects.journal.append(("Creditors", -sum(amounts)))
            effects.party.append(("supplier", "Creditors", -sum(amounts)))
            self.open[operation.no] = OpenState(operation, "supplier", -1, net, -sum(amounts))

    def _landed_on(self, operation: Operation) -> list[tuple[LineOf, LineState]]:
        """The lines that take it, those of bills first; all must have brought goods in."""
        receipts = {line.of.no for line in operation.lines if line.of and line.of.line < 0}
        lines = [
            (of, state)
            for of, state in self.lines.items()
            if of.no in receipts and state.line.item != SERVICE
            and (state.operation.kind is Kind.RECEIPT or state.operation.update_stock)
        ]  # fmt: skip
        if receipts - {of.no for of, _ in lines}:
            self.reasons |= {"NOT_FOUND", "INVALID_VALUE"}
        if receipts & self.cancelled:
            self.reasons.add("INACTIVE")
        for of, _ in lines:
            came = next(m.key for m in self.effects[of.no].moves if m.line == of.line)
            at = 24 * 60 if operation.minute is None else operation.minute
            if (operation.day, at) < came[:2]:
                self.reasons.add("INVALID_VALUE")
        named = {line.of for line in operation.lines if line.of and line.of.line >= 0}
        if named - {of for of, _ in lines}:
            self.reasons.add("NOT_FOUND")
        if named and operation.reason != "MANUAL":
            lines = [(of, state) for of, state in lines if of in named]
        return sorted(lines, key=lambda one: (one[1].operation.kind is Kind.RECEIPT, one[0]))

    def _by_weight(
        self, operation: Operation, lines: list[LineState], amounts: list[int]
    ) -> list[list[int]]:
        """Each charge by what the lines weigh; the last of the heaviest takes the cents."""
        weights = [_weight(operation, state) for state in lines]
        if not any(weights):
            self.reasons |= {"NOTHING_TO_DISTRIBUTE_ON", "NOT_FOUND"}
            return []
        if None in weights:
            self.reasons.add("MEASURE_MISSING")
            return []
        known = [weight or ZERO for weight in weights]
        largest = max(index for index, weight in enumerate(known) if weight == max(known))
        found: list[list[int]] = []
        for amount in amounts:
            parts = [cents(Fraction(amount, 100) * weight / sum(known)) for weight in known]
            parts[largest] += amount - sum(parts)
            found.append(parts)
        return found

    def _by_hand(
        self, operation: Operation, lines: list[LineOf], amounts: list[int]
    ) -> list[list[int]]:
        """Each line takes what is given in all, of each charge its share of what it still takes."""
        left = dict.fromkeys(lines, 0)
        for line in operation.lines:
            if line.of is not None and line.of in left:
                left[line.of] += cents(exact(line.amount))
        found: list[list[int]] = []
        for amount in amounts:
            whole, until, before = sum(left.values()), 0, 0
            parts: list[int] = []
            for of in lines:
                until += left[of]
                now = cents(Fraction(amount, 100) * until / whole)
                parts.append(now - before)
                before = now
            for of, part in zip(lines, parts, strict=True):
                left[of] -= part
            found.append(parts)
        return found


def _weight(operation: Operation, state: LineState) -> Fraction | None:
    """What a receipt line takes its part of a landed cost by; None where nobody recorded it."""
    if operation.reason == "EQUAL":
        return Fraction(1)
    if operation.reason == "AMOUNT":
        return Fraction(state.amount)
    quantity = exact(state.line.quantity)
    if operation.reason == "QUANTITY":
        return quantity
    measure = (WEIGHTS if operation.reason == "WEIGHT" else VOLUMES)[state.line.item]
    return None if measure is None else quantity * exact(measure)


def _against(operation: Operation, charge: Charge) -> set[str]:
    """What is wrong with the currency of a landed cost's charge."""
    if charge.currency in {None, _currency(operation)}:
        return {"INVALID_VALUE"} if charge.rate not in {None, operation.foreign} else set()
    if charge.currency == "EUR":
        return {"INVALID_VALUE"} if charge.rate is not None else set()
    return {"REQUIRED"} if charge.rate is None else set()


def _currency(operation: Operation) -> str:
    return "EUR" if operation.foreign is None else "USD"


def _in_company(operation: Operation, charge: Charge) -> int:
    """A charge of a landed cost in cents of the company's currency."""
    amount = cents(exact(charge.amount))
    if charge.currency == "EUR" or (charge.currency is None and operation.foreign is None):
        return amount
    return cents(Fraction(amount, 100) * exact(charge.rate or operation.foreign or Decimal(1)))


def _in_document(operation: Operation, charge: Charge) -> int:
    """The same in cents of the document's currency."""
    if charge.currency in {None, _currency(operation)}:
        return cents(exact(charge.amount))
    amount = Fraction(_in_company(operation, charge), 100)
    return cents(amount / exact(operation.foreign) if operation.foreign else amount)
