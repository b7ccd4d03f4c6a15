"""Money that comes with a bill, or is given back with a credit or a return."""

from collections.abc import Iterator

from tests.model.money import CONTROL, Money
from tests.model.operations import Operation
from tests.model.states import Effects, OpenState, company
from tests.model.valuing import cents, exact


class AtOnce(Money):
    """Settles a document's own debt, then what it credits, by money of its own."""

    def _settle_at_once(self, operation: Operation, effects: Effects, toward: int) -> None:
        """`toward` is 1 where the money comes to us, and -1 where it goes."""
        asked = operation.paid or operation.pays_rest
        if not asked or self.reasons or effects.totals is None:
            return
        debts = list(self._debts(operation, effects, toward))
        total = effects.totals.total
        owed = min(sum(toward * _left(one) for one in debts), total)
        money = [cents(exact(one)) for one in operation.paid]
        given_up = cents(exact(operation.given_up))
        rest = owed - given_up - sum(money)
        money += [rest] if operation.pays_rest and rest > 0 else []
        settled = given_up + sum(money)
        if settled > owed or (not owed and total):
            self.reasons.add("OVER_ALLOCATED")
        elif given_up < 0 and settled <= 0:
            self.reasons.add("INVALID_VALUE")
        elif settled:
            parts = [("Write-offs", given_up)] if given_up else []
            parts += [("Bank", one) for one in money]
            taken = self._take_from(debts, effects, toward, settled)
            for place, (account, part) in enumerate(parts, start=1):
                is_last = place == len(parts)  # and takes the cents of conversion
                at_rate = taken if is_last else min(taken, company(debts[0].operation, part))
                taken -= at_rate
                effects.journal.append((account, toward * at_rate))

    def _debts(self, operation: Operation, effects: Effects, toward: int) -> Iterator[OpenState]:
        """What is owed in the money's direction: by itself, then of what it credits."""
        for no in (operation.no, *(one.no for one in effects.invoices)):
            item = self.open.get(no)
            if item is not None and toward * _left(item) > 0:
                yield item

    def _take_from(
        self, debts: list[OpenState], effects: Effects, toward: int, settled: int
    ) -> int:
        """Take it off the debts; what that is in company currency. The own one is less at once."""
        taken = 0
        for item in debts:
            part = min(settled, toward * _left(item))
            settled -= part
            is_all = part == toward * _left(item)
            value = item.in_company if is_all else company(item.operation, toward * part)
            if item.operation.no == effects.operation.no:
                item.amount -= part
            else:
                item.settled += item.sign * toward * part
                effects.settled.append((item.operation.no, item.sign * toward * part, value))
            item.in_company -= value
            taken += toward * value
            effects.journal.append((CONTROL[item.party], -value))
            effects.party.append((item.party, CONTROL[item.party], -value))
        return taken


def _left(item: OpenState) -> int:
    """What is open of it, positive where it is owed to us."""
    return item.sign * (item.amount - item.settled)
