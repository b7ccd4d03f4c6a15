"""What is open, or held, in dollars at the end of a day; and revaluations, which ask for it.

Nothing is kept for it: each document is asked what it did to whom, in the order of recording.
"""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

from tests.model.money import CONTROL, Money
from tests.model.operations import KEPT_IN, Kind, Operation
from tests.model.states import Effects, Entry, ItemChange, Revalued, Totals, at
from tests.model.valuing import cents, exact

FOREIGN = True
Item = tuple[str, str, bool, int]
"""The party, the account, whether it is in dollars, and the number of its document."""


class Revaluing(Money):
    """Reads revaluations, and knows what is open on a day."""

    def items_on(self, day: int | None) -> dict[Item, tuple[int, int]]:
        """What is open by the end of a day (None: of all), in cents of its currency and in ours."""
        found: dict[Item, tuple[int, int]] = {}
        for each in self.live():
            counts = day is None or each.operation.day <= day
            if each.operation.kind is Kind.REVALUE:  # and the next day it is taken back
                counts = each.operation.day == day
            for one in each.changes if counts else ():
                _add(found, one)
        return {item: amounts for item, amounts in sorted(found.items()) if amounts != (0, 0)}

    def held_on(self, day: int) -> dict[str, tuple[int, int]]:
        """What accounts that are kept in dollars have by then, in dollars and in our currency."""
        found: dict[str, tuple[int, int]] = {}
        for account in KEPT_IN:
            until = [each for each in self.live() if each.operation.day <= day]
            amounts = (
                sum(amount for each in until for place, amount in each.held if place == account),
                sum(amount for each in until for place, amount in each.journal if place == account),
            )
            if amounts != (0, 0):
                found[account] = amounts
        return found

    def _revaluation(self, operation: Operation, effects: Effects) -> None:
        items = {item: amounts for item, amounts in self.items_on(operation.day).items() if item[2]}
        held = self.held_on(operation.day)
        if operation.closing is None:
            self.reasons |= {"CLOSING_RATE_MISSING"} if items or held else set()
            return
        for (party, account, _), some in groupby(items.items(), lambda one: one[0][:3]):
            position = Revalued(party, account, 0, 0, 0)
            for (*_, no), (amount, booked) in some:
                worth = _at(operation, amount)
                if worth != booked:
                    change = ItemChange(no, party, account, FOREIGN, 0, worth - booked)
                    effects.changes.append(change)
                position = _more(position, amount, booked, worth)
            effects.revalued.append(position)
        effects.journal += _entries(operation, effects.revalued)
        effects.next_day = [(place, -amount) for place, amount in effects.journal]
        balances = [
            _more(Revalued(None, account, 0, 0, 0), amount, booked, _at(operation, amount))
            for account, (amount, booked) in held.items()
        ]
        effects.revalued += balances
        effects.journal += _entries(operation, balances)
        net = sum(abs(one.revalued - one.booked) for one in effects.revalued)
        effects.totals = Totals(net, 0, 0, net)

    def note_changes(self, effects: Effects) -> None:
        """What a document that was just read did to open items: its own first."""
        operation = effects.operation
        own = self.open.get(operation.no)
        if own is not None:
            left = own.sign * (own.amount - own.settled)
            is_foreign = own.operation.foreign is not None
            effects.changes.append(
                ItemChange(
                    operation.no, own.party, CONTROL[own.party], is_foreign, left, own.in_company
                )
            )
        if operation.kind is Kind.JOURNAL:
            for line, (party, account, in_company) in zip(
                (one for one in operation.lines if one.party), effects.party, strict=True
            ):
                amount, is_foreign = cents(exact(line.amount)), operation.foreign is not None
                effects.changes.append(
                    ItemChange(operation.no, party, account, is_foreign, amount, in_company)
                )
        for no, amount, value in effects.settled:
            item = self.open[no]
            is_foreign = item.operation.foreign is not None
            effects.changes.append(
                ItemChange(
                    no, item.party, CONTROL[item.party], is_foreign, -item.sign * amount, -value
                )
            )


def _add(found: dict[Item, tuple[int, int]], one: ItemChange) -> None:
    item = (one.party, one.account, one.is_foreign, one.no)
    amount, in_company = found.get(item, (0, 0))
    found[item] = (amount + one.amount, in_company + one.in_company)


def _at(operation: Operation, amount: int) -> int:
    """Cents of a dollar at the closing rate."""
    return cents(Fraction(amount, 100) * exact(operation.closing or Decimal(0)))


def _more(one: Revalued, amount: int, booked: int, worth: int) -> Revalued:
    return one._replace(
        amount=one.amount + amount, booked=one.booked + booked, revalued=one.revalued + worth
    )


def _entries(operation: Operation, positions: Iterable[Revalued]) -> list[Entry]:
    """What they are worth more or less, against gains or losses."""
    entries: list[Entry] = []
    for one in positions:
        difference = one.revalued - one.booked
        result = (operation.gains if difference > 0 else operation.losses) or "Exchange"
        entries += [(one.account, difference), (at(result, operation.center), -difference)]
    return entries
