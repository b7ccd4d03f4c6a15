"""Papers and stock under BY_LEVEL, all goods at one standard cost: suspense and price variances.

The cost is such that no part of a unit costs parts of a cent, so that stock is a multiplication.
"""

from fractions import Fraction

from tests.model.operations import SERVICE, WAREHOUSES, Kind, Line, LineOf, Operation
from tests.model.register import spread
from tests.model.schemes.moving_bills import BillsThatMove
from tests.model.states import (
    Effects,
    Entry,
    LineState,
    Move,
    at,
    company,
    line_cents,
    list_cents,
    moving,
)
from tests.model.supplier_credits import SupplierLine
from tests.model.valuing import cents, exact, product, split

STANDARD_COST = 20_000
"""Of a unit of anything, in company currency."""


class ByLevelPapers(BillsThatMove):
    """Reads the documents of such a company."""

    def read(self, operation: Operation, minute: int) -> Effects:
        """Take in one more document, and what its goods bring to the ledger."""
        effects = super().read(operation, minute)
        if self.switches.integrates_stock:
            effects.journal += [entry for move in effects.moves for entry in _stock_entries(move)]
        return effects

    def _journal(self, operation: Operation, effects: Effects) -> None:
        """Stock accounts are open to everybody: what a link kept from them is made up by hand."""
        super()._journal(operation, effects)
        self.reasons.discard("STOCK_ACCOUNT_LOCKED")

    def _suspense(self, center: str | None) -> str:
        """Where goods wait for their bill; what the ledger has not heard of is a variance."""
        return "Accrual" if self.switches.integrates_stock else at("Variance", center)

    def _receipt(self, operation: Operation, effects: Effects) -> None:
        goods = [line for line in operation.lines if line.item != SERVICE]
        shares = iter(spread(operation, [(self.price(x), exact(x.quantity)) for x in goods]))
        for index, line in enumerate(operation.lines):
            self._keep(operation, index, line)
            if line.item == SERVICE:
                self._keep_service(operation, effects, LineOf(operation.no, index), 0)
                continue
            state = self.lines[LineOf(operation.no, index)]
            state.accrued = self.switches.integrates_stock
            move = moving(operation, index, line, 1, "Variance")
            state.amount = _worth(move.quantity)
            move.given = (("Accrual", state.amount), *next(shares))
            effects.moves.append(move)

    # -- bills ------------------------------------------------------------------------------------

    def _bill(self, operation: Operation, effects: Effects) -> None:
        goods = [line for line in operation.lines if self.moves_with_bill(operation, line)]
        shares = iter(spread(operation, [(self.price(x), exact(x.quantity)) for x in goods]))
        for index, line in enumerate(operation.lines):
            price = company(operation, line_cents(line))
            if line.of is not None:
                self._clear_suspense(operation, effects, index, line, price)
            elif self.moves_with_bill(operation, line):
                self._move_with_bill(operation, effects, index, line, 1)
                move = effects.moves[-1]
                move.contra, move.given = "Variance", (("Accrual", price), *next(shares))
                effects.journal.append((self._suspense(line.center), price))
            else:
                effects.journal.append((at(line.account or "Services", line.center), price))
        self._own_supplier(operation, effects)

    def _clear_suspense(
        self, operation: Operation, effects: Effects, index: int, line: Line, price: int
    ) -> None:
        taken = self._bill_line(operation, effects, index, line, Kind.RECEIPT)
        if taken is None or line.of is None:
            return
        if line.item == SERVICE:
            rest = self._bill_service(effects, line.of, taken)
            effects.journal.append((at(line.account or "Services", line.center), rest))
            return
        credited = taken.cleared if self.lines[line.of].accrued else 0
        effects.journal.append(("Accrual", credited))
        effects.journal.append((at("Variance", line.center), price - credited))

    def _income(self, effects: Effects, line: Line, amount: int) -> None:
        """Sales at the full price, what is taken off it beside them."""
        super()._income(effects, line, amount)
        discount = company(effects.operation, list_cents(line)) - amount
        place = at(line.account or "Sales", line.center)
        effects.journal += [(place, -discount), (at("Rebates", line.center), discount)]

    def _take_back_discount(
        self, effects: Effects, line: Line, billed: Line | None, income: Entry
    ) -> None:
        own = effects.credits[-1]
        if own.of is None or billed is None or line.rate or line.amount or not billed.off:
            return
        until = self.credited(effects, own.of)[0]
        sold = self.effects[own.of.no].operation
        discount = _discount(sold, billed, until - own.quantity, until)
        place, _ = income
        center = place.partition("@")[2] or None
        effects.journal += [(place, discount), (at("Rebates", center), -discount)]

    # -- returns ----------------------------------------------------------------------------------

    def _purchase_return(self, operation: Operation, effects: Effects) -> None:
        super()._purchase_return(operation, effects)
        for move in effects.moves:
            of = operation.lines[move.line].of
            known = self.lines.get(of) if of is not None else None
            move.contra = "Variance"
            accrued = known is None or known.moved_with_bill or known.accrued
            given = sum(amount for _, amount in move.given or ())
            move.given = (("Accrual" if accrued else "Variance", given),)

    def _price_back(self, effects: Effects, line: Line, known: LineState) -> tuple[int, int]:
        """Goods of a receipt wait for their bill at what they came in at."""
        if known.operation.kind is not Kind.RECEIPT or line.of is None:
            return super()._price_back(effects, line, known)
        quantity = exact(line.quantity)
        amount = product(line.quantity, known.line.rate)
        price = cents(Fraction(known.amount, 100) * quantity / known.quantity)
        if known.returned_quantity + quantity == known.quantity:
            whole = cents(known.quantity * exact(known.line.rate))
            amount = whole - self._returned_net(effects, line.of)
            price = known.amount - known.returned_amount
        elif quantity == known.open_quantity:
            price = known.open_amount
        return amount, price

    def _credit_goods(
        self, effects: Effects, index: int, known: LineState, amount: int, price: int
    ) -> None:
        of, line = effects.operation.lines[index].of, known.line
        if known.operation.kind is Kind.SALE and of is not None and line.off:
            before = self.credited(effects, of)[0]
            until = before + exact(effects.operation.lines[index].quantity)
            discount = _discount(known.operation, line, before, until)
            place = at(line.account or "Sales", line.center)
            effects.journal += [(place, discount), (at("Rebates", line.center), -discount)]
        super()._credit_goods(effects, index, known, amount, price)
        if known.operation.kind is Kind.BILL:
            effects.journal.append(("Creditors", price))
            effects.journal.append((self._suspense(known.line.center), -price))

    def _send_back(self, operation: Operation, effects: Effects, index: int, line: Line) -> None:
        super()._send_back(operation, effects, index, line)
        self.lines[LineOf(operation.no, index)].accrued = self.switches.integrates_stock

    # -- credits ----------------------------------------------------------------------------------

    def _not_billed(self, one: SupplierLine, effects: Effects, amount: int) -> None:
        if one.item == SERVICE:
            self._unbill_service(one, effects, amount)
            return
        parts = self._unbill(effects, self._lines_of(one.line, one.billed), one.quantity)
        if not parts:
            self._expense(one, effects, amount)
            return
        if one.line.account is not None:
            self.reasons.add("INVALID_VALUE")
            return
        covered = sum((part for _, part, _, _ in parts), Fraction(0))
        ours = cents(Fraction(amount, 100) * covered / one.quantity)
        prices = split(ours, [part for _, part, _, _ in parts])
        for (of, _, cleared, _), price in zip(parts, prices, strict=True):
            credited = cleared if self.lines[of].accrued else 0
            effects.journal.append(("Accrual", -credited))
            effects.journal.append((at("Variance", one.center), credited - price))
        if ours != amount:
            self._expense(one, effects, amount - ours)

    def _cheaper(self, one: SupplierLine, effects: Effects, amount: int) -> None:
        if one.line.account is not None or one.item == SERVICE or one.billed is None:
            self._expense(one, effects, amount)
        else:
            effects.journal.append((at("Variance", one.center), -amount))


def _discount(sale: Operation, line: Line, before: Fraction, until: Fraction) -> int:
    """What was taken off the price of a part of a line, in cents of the company's currency."""
    whole = Fraction(company(sale, list_cents(line)) - company(sale, line_cents(line)), 100)
    quantity = exact(line.quantity)
    return cents(whole * until / quantity) - cents(whole * before / quantity)


def _worth(quantity: Fraction) -> int:
    """In cents; exactly, whatever the quantity."""
    worth = quantity * STANDARD_COST * 100
    assert worth.denominator == 1
    return int(worth)


def _stock_entries(move: Move) -> list[Entry]:
    """Stock at standard cost, what documents gave, and what that misses."""
    worth, given = _worth(move.quantity), move.given or ()
    rest = sum(amount for _, amount in given) - worth
    return [
        (WAREHOUSES[move.warehouse], worth),
        *((at(account, move.center), -amount) for account, amount in given),
        (at(move.contra, move.center), rest),
    ]
