"""Landed costs: what came up later for goods that were received, moved, made, or given back."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from tests.model.operations import VOLUMES, WEIGHTS, Charge, Kind, LineOf, Operation
from tests.model.register import Register
from tests.model.states import Effects, Move, OpenState, Totals, at
from tests.model.valuing import ZERO, cents, exact

_SERIES = {
    Kind.BILL: "PI", Kind.RECEIPT: "PR", Kind.SALES_RETURN: "SRET",
    **dict.fromkeys(
        (Kind.MATERIAL_RECEIPT, Kind.TRANSFER, Kind.SEND, Kind.ARRIVE, Kind.MAKE), "SE"
    ),
}  # fmt: skip
"""What brings goods in, and how its numbers begin, by which the lines are put in order."""


class Bearing(NamedTuple):
    """A line that takes later costs: of what, how much, and what it cost, or what was paid."""

    of: LineOf
    kind: Kind
    item: str
    quantity: Fraction
    amount: Fraction
    center: str | None


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
            parts = self._by_hand(operation, [one.of for one in lines], amounts)
        else:
            parts = self._by_weight(operation, lines, amounts)
        for charge, shares in zip(operation.charges, parts, strict=False):
            for one, part in zip(lines, shares, strict=True):
                self._give(effects, one.of, (charge.account, part))
                if operation.billed:
                    effects.journal.append((at(charge.account, one.center), part))
        net = sum(_in_document(operation, charge) for charge in operation.charges)
        effects.totals = Totals(net, 0, 0, net)
        if operation.billed:
            effects.journal.append(("Creditors", -sum(amounts)))
            effects.party.append(("supplier", "Creditors", -sum(amounts)))
            self.open[operation.no] = OpenState(operation, "supplier", -1, net, -sum(amounts))

    def _landed_on(self, operation: Operation) -> list[Bearing]:
        """The lines that take it, in the order of their documents; all must have brought goods."""
        receipts = {line.of.no for line in operation.lines if line.of and line.of.line < 0}
        worth = self.worth.get(operation.no, {})
        lines = [one for no in receipts for one in self.bearing(no, worth)]
        if receipts - {one.of.no for one in lines}:
            self.reasons |= {"NOT_FOUND", "INVALID_VALUE"}
        if receipts & self.cancelled:
            self.reasons.add("INACTIVE")
        for one in lines:
            came = next(m.key for m in self.effects[one.of.no].moves if _is_of(m, one.of))
            minute = 24 * 60 if operation.minute is None else operation.minute
            if (operation.day, minute) < came[:2]:
                self.reasons.add("INVALID_VALUE")
        named = {line.of for line in operation.lines if line.of and line.of.line >= 0}
        if named - {one.of for one in lines}:
            self.reasons.add("NOT_FOUND")
        if named and operation.reason != "MANUAL":
            lines = [one for one in lines if one.of in named]
        return sorted(lines, key=lambda one: (_SERIES[one.kind], one.of))

    def bearing(self, no: int, worth: Mapping[LineOf, int]) -> list[Bearing]:
        """The lines of a document that later costs may be for; those of scrap are not."""
        effects = self.effects.get(no)
        if effects is None or effects.operation.kind not in _SERIES:
            return []
        bearing: list[Bearing] = []
        for index in range(len(effects.operation.lines)):
            of = LineOf(no, index)
            came = [move for move in effects.moves if _is_of(move, of) and not move.rejected]
            kind = effects.operation.kind
            if not came or (kind is Kind.MAKE and not came[0].made_of):
                continue
            amount = Fraction(worth.get(of, 0))
            if kind in {Kind.RECEIPT, Kind.BILL}:
                amount = Fraction(self.lines[of].amount)
            quantity = sum((move.quantity for move in came), ZERO)
            bearing.append(Bearing(of, kind, came[0].item, quantity, amount, came[0].center))
        return bearing

    def _by_weight(
        self, operation: Operation, lines: list[Bearing], amounts: list[int]
    ) -> list[list[int]]:
        """Each charge by what the lines weigh; the last of the heaviest takes the cents."""
        weights = [_weight(operation, one) for one in lines]
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


def _is_of(move: Move, of: LineOf) -> bool:
    return move.line == of.line and move.quantity > 0


def _weight(operation: Operation, one: Bearing) -> Fraction | None:
    """What a line takes its part of a landed cost by; None where nobody recorded it."""
    if operation.reason == "EQUAL":
        return Fraction(1)
    if operation.reason == "AMOUNT":
        return one.amount
    if operation.reason == "QUANTITY":
        return one.quantity
    measure = (WEIGHTS if operation.reason == "WEIGHT" else VOLUMES)[one.item]
    return None if measure is None else one.quantity * exact(measure)


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
