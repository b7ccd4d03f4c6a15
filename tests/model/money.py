"""Journals by hand, payments, and allocations of what is on account."""

from decimal import Decimal

from tests.model.operations import KEPT_IN, Kind, Line, Operation
from tests.model.register import Register
from tests.model.states import Effects, OpenState, at, balance, company
from tests.model.valuing import cents, exact

CONTROL = {"customer": "Debtors", "supplier": "Creditors"}
"""The accounts on which parties owe, or are owed."""


class Money(Register):
    """Reads journal entries, payments and allocations."""

    def _journal(self, operation: Operation, effects: Effects) -> None:
        for line in operation.lines:
            amount = company(operation, cents(exact(line.amount)))
            effects.journal.append((at(line.account or "", line.center), amount))
            moved = self._held(operation, line.account or "", abs(line.amount), line.held)
            effects.held.append((line.account or "", moved if line.amount > 0 else -moved))
            if line.account in {"Stock A", "Stock B"}:
                self.reasons.add("STOCK_ACCOUNT_LOCKED")
            if self.switches.requires_party and line.account in CONTROL.values() and not line.party:
                self.reasons.add("REQUIRED")
            if line.party:
                effects.party.append((line.party, line.account or "", amount))
                if line.account not in {"Debtors", "Creditors"}:
                    self.reasons.add("INVALID_VALUE")
                elif CONTROL[line.party] != line.account:
                    self.reasons.add("WRONG_ROLE")
        balance(effects)
        if sum(line.amount for line in operation.lines):
            self.reasons.add("UNBALANCED_ENTRY")

    def _payment(self, operation: Operation, effects: Effects) -> None:
        sign = 1 if operation.kind is Kind.COLLECT else -1
        party = "customer" if sign > 0 else "supplier"
        amount = cents(exact(operation.amount))
        left = amount - sign * self._settle_all(operation, effects, party)
        if left < 0:
            self.reasons.add("OVER_ALLOCATED")
        on_account = -sign * company(operation, max(left, 0))
        if on_account or left > 0:
            self.open[operation.no] = OpenState(operation, party, -sign, left, on_account)
        effects.journal.append((CONTROL[party], on_account))
        effects.party.append((party, CONTROL[party], on_account))
        bank = operation.account or "Bank"
        effects.journal.append((bank, sign * company(operation, amount)))
        moved = self._held(operation, bank, operation.amount, operation.held)
        effects.held.append((bank, sign * moved))
        if operation.held == 0:
            self.reasons.add("INVALID_VALUE")
        self._exchange(effects)

    def _held(
        self, operation: Operation, account: str, amount: Decimal, given: Decimal | None
    ) -> int:
        """What moves in the currency that an account is kept in, in cents; 0 if in the company's.

        In a document of that currency it is the document's amount, else it has to be given.
        """
        if account not in KEPT_IN:
            self.reasons |= {"INVALID_VALUE"} if given is not None else set()
            return 0
        if operation.foreign is None:
            self.reasons |= {"REQUIRED"} if given is None else set()
        elif given not in {None, amount}:
            self.reasons.add("INVALID_VALUE")
        return cents(exact(amount if given is None else given))

    def _allocation(self, operation: Operation, effects: Effects) -> None:
        """Open items against each other: what is owed to us and by us has to be the same."""
        if self._settle_all(operation, effects, operation.lines[0].party or ""):
            self.reasons.add("INVALID_VALUE")
        self._exchange(effects)

    def _settle_all(self, operation: Operation, effects: Effects, party: str) -> int:
        """Take the lines off their items; the money for it, positive where it was owed to us."""
        money = 0
        for line in operation.lines:
            item = self.open.get(line.of.no) if line.of else None
            if item is None:
                self.reasons.add("NOT_FOUND")
                continue
            self._check(operation, item, party, line)
            money += item.direction * cents(exact(line.amount))
            for account, part in (("Discounts", line.discount), ("Write-offs", line.written_off)):
                lost = company(item.operation, cents(exact(part)))
                effects.journal.append((account, item.direction * lost))
            self._settle(effects, item, item.direction * _settled(line))
        return money

    def _check(self, operation: Operation, item: OpenState, party: str, line: Line) -> None:
        if item.party != party:
            self.reasons.add("WRONG_PARTY")
        if item.operation.no in self.cancelled:
            self.reasons.add("INACTIVE")
        is_other = (item.operation.foreign is None) != (operation.foreign is None)
        if line.of_item is None:
            self.reasons |= {"INVALID_VALUE"} if is_other else set()
        elif (line.amount > 0) != (line.of_item > 0) or not (
            is_other or line.of_item == line.amount
        ):
            self.reasons.add("INVALID_VALUE")
        if _settled(line) > abs(item.amount - item.settled):
            self.reasons.add("OVER_ALLOCATED")
        if _settled(line) <= 0 or line.amount < 0:
            self.reasons.add("INVALID_VALUE")

    def _settle(self, effects: Effects, item: OpenState, amount: int) -> None:
        """Take an amount, positive where it was owed to us, off an item; the last takes all."""
        value = company(item.operation, amount)
        item.settled += item.sign * amount
        if item.settled == item.amount:
            value = item.in_company
        item.in_company -= value
        effects.settled.append((item.operation.no, item.sign * amount, value))
        effects.journal.append((CONTROL[item.party], -value))
        effects.party.append((item.party, CONTROL[item.party], -value))

    def _exchange(self, effects: Effects) -> None:
        difference = sum(amount for _, amount in effects.journal)
        effects.journal.append(("Exchange", -difference))


def _settled(line: Line) -> int:
    """What a line takes off its item, in cents: money and what goes without."""
    by_money = line.amount if line.of_item is None else line.of_item
    return cents(exact(by_money + line.discount + line.written_off))
