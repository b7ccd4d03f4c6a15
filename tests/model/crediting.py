"""What of invoices is credited, and what is not billed any more."""

from collections.abc import Iterable
from fractions import Fraction

from tests.model.at_once import AtOnce
from tests.model.operations import Line, LineOf, Operation
from tests.model.states import (
    Credited,
    CreditedInvoice,
    Effects,
    at,
    charges_of,
    company,
    line_cents,
    net_of,
    whole,
)
from tests.model.taxing import total_of
from tests.model.valuing import ZERO, cents, exact


class Crediting(AtOnce):
    """Adds up, from all documents each time, what may still be credited."""

    def credited(self, effects: Effects, of: LineOf) -> tuple[Fraction, int]:
        """What was credited of an invoice's line so far, with this document: quantity, amount."""
        found = [one for one in self._credits(effects) if one.of == of]
        return sum((one.quantity for one in found), ZERO), sum(one.amount for one in found)

    def in_company(
        self, effects: Effects, of: LineOf, billed: Line, money: Operation, amount: int
    ) -> int:
        """A part of an invoice's line in company cents; the last takes what the others left."""
        earlier = [one.amount for one in self._credits(effects) if one.of == of]
        return part_in_company(money, amount, [line_cents(billed)], earlier)

    def freight_in_company(self, effects: Effects, own: CreditedInvoice) -> int:
        """The same of an invoice's freight."""
        invoice = self.effects[own.no].operation
        earlier = [one.freight for one in self._credited_before(effects, own.no)]
        return part_in_company(invoice, own.freight, [cents(exact(invoice.freight))], earlier)

    def charge_in_company(self, effects: Effects, own: CreditedInvoice, account: str) -> int:
        """The same of what an invoice charges on an account, each charge posted on its own."""
        invoice = self.effects[own.no].operation
        charged = [
            cents(exact(one.amount))
            for one in invoice.charges
            if one.category != "VALUATION" and at(one.account, one.center) == account
        ]
        earlier = [one.charges.get(account, 0) for one in self._credited_before(effects, own.no)]
        return part_in_company(invoice, own.charges[account], charged, earlier)

    def was_overcharged(self, effects: Effects, of: LineOf) -> bool:
        """Whether a credit note took something off its price without taking goods back."""
        return any(
            one.amount and not one.quantity
            for each in self._others(effects)
            for one in each.credits
            if one.of == of
        )

    def _credits(self, effects: Effects) -> Iterable[Credited]:
        return [one for each in (*self._others(effects), effects) for one in each.credits]

    def _others(self, effects: Effects) -> list[Effects]:
        return [each for each in self.live() if each is not effects]

    def left_of(self, effects: Effects, no: int) -> CreditedInvoice:
        """What the documents before this one have left of an invoice."""
        invoice = self.effects[no].operation
        total = total_of(invoice)
        if invoice.rounded_total:
            total = whole(total)
        left = CreditedInvoice(
            no, net_of(invoice), total, cents(exact(invoice.freight)), charges_of(invoice)
        )
        for one in self._credited_before(effects, no):
            left.net -= one.net
            left.total -= one.total
            left.freight -= one.freight
            for account in left.charges:
                left.charges[account] -= one.charges.get(account, 0)
        return left

    def _credited_before(self, effects: Effects, no: int) -> list[CreditedInvoice]:
        """What each of the other documents credits of an invoice."""
        return [one for each in self._others(effects) for one in each.invoices if one.no == no]

    def is_rounded(self, no: int) -> bool:
        """Whether the total of an invoice was rounded to something else."""
        invoice = self.effects[no].operation
        return invoice.rounded_total and whole(total_of(invoice)) != total_of(invoice)

    def rounded(self, left: CreditedInvoice, exact_total: int, net: int) -> int:
        """A total in whole units; the last credit of an invoice takes what is left of it."""
        if net == left.net and abs(left.total - exact_total) < 100:
            return left.total
        nearest = whole(exact_total)
        goes_beyond = nearest > left.total and exact_total <= left.total
        return left.total if goes_beyond else nearest

    def _credited_back(self, effects: Effects, of: LineOf) -> Fraction:
        found = (one.back for one in self._credits(effects) if one.came_back == of)
        return sum(found, ZERO)

    def _lines_of(self, line: Line, billed: Line | None) -> list[LineOf]:
        """Where the goods were billed: of which line they went back, of the bill, of its goods."""
        named: list[LineOf | None] = []
        if line.came_back is not None:
            back = self.effects[line.came_back.no].operation.lines[line.came_back.line]
            named.append(back.of or line.came_back)
        if line.of is not None and billed is not None:
            named += [line.of, billed.of]
        return [of for of in dict.fromkeys(named) if of is not None and of in self.lines]

    def _unbill(
        self,
        effects: Effects,
        lines: list[LineOf],
        quantity: Fraction,
        *,
        only_what_went_back: bool = False,
    ) -> list[tuple[LineOf, Fraction, int, bool]]:
        """First what went back, or never came; then what has to be billed again."""
        found: list[tuple[LineOf, Fraction, int, bool]] = []
        for of in lines:
            state = self.lines[of]
            part = min(quantity, -state.open_quantity)
            if part > 0:
                cleared = cents(Fraction(state.open_amount, 100) * part / state.open_quantity)
                found.append((of, part, cleared, True))
                quantity -= part
                self._take_off(effects, of, part, cleared)
        for of in () if only_what_went_back else reversed(lines):
            state = self.lines[of]
            part = min(quantity, state.billed_quantity)
            if part > 0:
                whole_amount = Fraction(state.billed_amount, 100)
                cleared = cents(whole_amount * part / state.billed_quantity)
                found.append((of, part, cleared, False))
                quantity -= part
                self._take_off(effects, of, part, cleared)
        return found

    def _take_off(self, effects: Effects, of: LineOf, quantity: Fraction, amount: int) -> None:
        effects.billed.append((of, -quantity, -amount))
        self._add_billed(of, -quantity, -amount)


def part_in_company(money: Operation, amount: int, whole: list[int], earlier: list[int]) -> int:
    """A part of what an invoice posted in company cents; the last takes what the others left."""
    if not amount or amount != sum(whole) - sum(earlier):
        return company(money, amount)
    return sum(company(money, one) for one in whole) - sum(company(money, one) for one in earlier)
