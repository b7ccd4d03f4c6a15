"""Papers under CONTINENTAL: bills go into purchases and sales, and goods move with them.

A line that names no receipt or delivery, and no account of its own, moves its goods. What these
cost is left to the model of links (tests/model/linked): its entries wait for a batch here.
"""

from dataclasses import replace
from fractions import Fraction

from tests.model.operations import SERVICE, Kind, Line, LineOf, Operation
from tests.model.schemes.moving_bills import BillsThatMove
from tests.model.states import (
    Effects,
    LineState,
    Move,
    OpenState,
    at,
    company,
    line_cents,
    moving,
)
from tests.model.supplier_credits import SupplierLine
from tests.model.valuing import ZERO


class ContinentalPapers(BillsThatMove):
    """Reads the documents of such a company."""

    accrues_goods = False

    def _receipt(self, operation: Operation, effects: Effects) -> None:
        for index, line in enumerate(operation.lines):
            self._keep(operation, index, line)
            if line.item == SERVICE:
                self._keep_service(operation, effects, LineOf(operation.no, index), 0)
        self._receive(operation, effects, "", {})

    def _bill(self, operation: Operation, effects: Effects) -> None:
        for index, line in enumerate(operation.lines):
            amount = company(operation, line_cents(line))
            if line.of is not None:
                taken = self._bill_line(operation, effects, index, line, Kind.RECEIPT)
                if taken is not None and line.item == SERVICE:
                    amount = self._bill_service(effects, line.of, taken)
            elif self.moves_with_bill(operation, line):
                self._move_with_bill(operation, effects, index, line, 1)
            place = at(line.account or "Purchases", line.center)
            effects.journal.append((place, amount))
        self._own_supplier(operation, effects)

    def _credit_goods(
        self, effects: Effects, index: int, known: LineState, amount: int, price: int
    ) -> None:
        super()._credit_goods(effects, index, known, amount, price)
        if known.operation.kind is Kind.BILL:
            effects.journal.append(("Creditors", price))
            effects.journal.append((at("Purchases", known.line.center), -price))

    def _returned(
        self, operation: Operation, line: Line, effects: Effects
    ) -> tuple[LineState | None, list[tuple[Move, Fraction]]]:
        """What is sent back of a receipt is taken off it, in its warehouse."""
        known, parts = super()._returned(operation, line, effects)
        if operation.kind is Kind.PURCHASE_RETURN and line.warehouse is not None:
            elsewhere = any(move.warehouse != line.warehouse for move, _ in parts)
            self.reasons |= {"INVALID_VALUE"} if elsewhere else set()
        return known, parts

    def _send_back(self, operation: Operation, effects: Effects, index: int, line: Line) -> None:
        """Goods of no known receipt are credited as they go."""
        amount = line_cents(line)
        money = replace(operation, foreign=self._money_of(operation).foreign)
        price = company(money, amount)
        effects.moves.append(moving(operation, index, line, -1, ""))
        effects.journal.append((at("Purchases", line.center), -price))
        effects.journal.append(("Creditors", price))
        effects.party.append(("supplier", "Creditors", price))
        item = self.open.setdefault(operation.no, OpenState(money, "supplier", 1, 0, 0))
        item.amount += amount
        item.in_company += price

    # -- credits ----------------------------------------------------------------------------------

    def _less_income(
        self,
        operation: Operation,
        effects: Effects,
        line: Line,
        billed: Line | None,
        quantity: Fraction,
        amount: int,
    ) -> None:
        self._check_came_back(operation, line, billed)
        super()._less_income(operation, effects, line, billed, quantity, amount)

    def _check_came_back(self, operation: Operation, line: Line, billed: Line | None) -> None:
        """Goods are credited once they have gone back: by the line of their return."""
        elsewhere = billed is not None and billed.of is None
        names_goods = self._item_of(line, billed) not in {"", SERVICE}
        if operation.reason == "RETURN" and names_goods and not line.came_back and not elsewhere:
            self.reasons.add("REQUIRED")

    def _item_of(self, line: Line, billed: Line | None) -> str:
        back = self.effects[line.came_back.no].operation if line.came_back else None
        named = line.item or (billed.item if billed else "")
        if named or back is None or line.came_back is None:
            return named
        found = back.lines[line.came_back.line]
        return self.lines[found.of].line.item if found.of else found.item

    def _unbill_sold(
        self, effects: Effects, line: Line, billed: Line | None, quantity: Fraction
    ) -> None:
        """Of goods never more than went back of what the return names."""
        is_goods = self._item_of(line, billed) not in {"", SERVICE}
        parts = self._unbill(
            effects, self._lines_of(line, billed), quantity, only_what_went_back=is_goods
        )
        if line.came_back is None or not is_goods:
            return
        back = self.effects[line.came_back.no].operation.lines[line.came_back.line]
        if back.of is not None and sum((part for _, part, _, _ in parts), ZERO) < quantity:
            self.reasons.add("OVER_CREDITED")

    def _not_billed(self, one: SupplierLine, effects: Effects, amount: int) -> None:
        self._check_came_back(one.operation, one.line, one.billed)
        if one.item == SERVICE:
            self._unbill_service(one, effects, amount)
            return
        self._unbill_sold(effects, one.line, one.billed, one.quantity)
        self._expense(one, effects, amount)

    def _cheaper(self, one: SupplierLine, effects: Effects, amount: int) -> None:
        self._expense(one, effects, amount)

    def _expense(self, one: SupplierLine, effects: Effects, amount: int) -> None:
        account = one.line.account or (one.billed.account if one.billed else None)
        if account is None and not one.item:
            self.reasons.add("REQUIRED")
        effects.journal.append((at(account or "Purchases", one.center), -amount))
