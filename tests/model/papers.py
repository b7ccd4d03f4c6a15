"""The paper side of the model: what was billed, what is owed, and each document's own ledger lines.

Operations are taken in the order in which they were recorded.
"""

from dataclasses import replace

from tests.model.bills import Bills
from tests.model.goods import Goods
from tests.model.landed import Landed
from tests.model.operations import Kind, LineOf, Operation
from tests.model.returns import Returns
from tests.model.revaluing import Revaluing
from tests.model.states import Effects, MethodChange, at
from tests.model.valuing import ZERO


class Papers(Goods, Landed, Returns, Bills, Revaluing):
    """Reads documents of all kinds, and cancels them."""

    def read(self, operation: Operation, minute: int) -> Effects:
        """Take in one more document, dated at `minute` of its day."""
        self.under[operation.no] = self.switches
        operation = self._on_default(operation)
        effects = Effects(operation)
        if operation.kind is Kind.CANCEL:
            self._cancel(operation.of)
        else:
            read = getattr(self, _READERS[operation.kind].__name__)  # a scheme's own, if it has one
            read(operation, effects)
        self.note_changes(effects)
        self._bear_costs(effects)
        for ordinal, move in enumerate(effects.moves):
            move.key = (operation.day, minute, operation.no, ordinal)
        self._read_lots(effects)
        if operation.kind is Kind.METHOD:
            key = (operation.day, minute, operation.no, 0)
            for line in operation.lines:
                change = MethodChange(key, line.method or "")
                self.methods.setdefault(line.item, []).append(change)
        self.effects[operation.no] = effects
        return effects

    def _on_default(self, operation: Operation) -> Operation:
        """The operation, its lines on the default cost center for want of one of their own.

        What is credited of an invoice's line, or given back of a line, is on that line's.
        """
        default = self.switches.center
        if default is None or operation.kind is Kind.JOURNAL:
            return operation
        inherits = operation.kind in _INHERITING
        lines = tuple(
            line if line.center or (inherits and line.of) else replace(line, center=default)
            for line in operation.lines
        )
        return replace(operation, lines=lines)

    def _bear_costs(self, effects: Effects) -> None:
        """What comes in bears its part of the document's additional costs."""
        operation = effects.operation
        coming = [move for move in effects.moves if move.quantity > 0]
        parts = self.additional.get(operation.no, []) if operation.charges else []
        for charge, shares in zip(operation.charges, parts, strict=False):
            for move, part in zip(coming, shares, strict=True):
                move.given = (*(move.given or ()), (at(charge.account, charge.center), part))

    def _read_lots(self, effects: Effects) -> None:
        """What goes out, or from place to place, has to be of a lot that somebody has heard of."""
        moves = [move for move in effects.moves if move.lot]
        counts = [m for m in moves if m.counted and m.counted[0] is not None]
        making = [*counts, *(m for m in moves if m.quantity > 0 and not m.takes_from)]
        if any((m.item, m.lot) not in self.lots for m in moves if m not in making):
            self.reasons.add("NOT_FOUND")
        self.lots |= {(m.item, m.lot) for m in making}

    def _cancel(self, no: int) -> None:
        target = self.effects[no]
        if no in self.cancelled or target.operation.kind is Kind.CANCEL:
            self.reasons.add("ALREADY_CANCELLED")
        for other in self.live():
            if no in self._needs(other) or self._moved_after(target, other):
                self.reasons.add("HAS_DEPENDENTS")
        if self._is_billed_again(target):
            self.reasons.add("BILLED_AGAIN")
        if not self.reasons:
            self._take_out(no, target)

    def _needs(self, other: Effects) -> set[int]:
        """The documents that another one has to do with."""
        if other.operation.kind is Kind.CANCEL:
            return set()
        only = {line.of.no for line in other.operation.lines if line.of and line.of.line >= 0}
        if other.operation.kind is Kind.LANDED_COST and only and other.operation.reason != "MANUAL":
            return only  # nothing of it is on its other receipts
        billed = {of.no for of, _, _ in other.billed}
        revalued = {one.no for one in other.changes if other.operation.kind is Kind.REVALUE}
        return (other.operation.refers_to() | billed | revalued) - {other.operation.no}

    def _is_billed_again(self, target: Effects) -> bool:
        """Whether goods that a credit note had left to be billed again have been."""
        for of in {of for of, _, _ in target.billed}:
            state = self.lines[of]
            if self._came_for_less(target, of):
                return True
            left = -sum((q for other, q, _ in target.billed if other == of), ZERO)
            if left <= 0 or state.operation.kind not in {Kind.RECEIPT, Kind.DELIVERY}:
                continue
            later = [
                quantity
                for each in self.live()
                if each.operation.no > target.operation.no
                for other, quantity, _ in (*each.billed, *each.cleared)
                if other == of
            ]
            settled = state.billed_quantity + left + state.cleared_quantity
            if settled > state.quantity and any(quantity > 0 for quantity in later):
                return True
        return False

    def _came_for_less(self, target: Effects, of: LineOf) -> bool:
        """Whether goods came, or were given up, at a price that this credit note had lowered."""
        mine = [(q, amount) for other, q, amount in target.billed if other == of]
        if any(q for q, _ in mine) or sum(amount for _, amount in mine) >= 0:
            return False
        return any(
            other == of and quantity
            for each in self.live()
            if each.operation.no > target.operation.no
            for other, quantity, _ in (*each.came, *each.cleared)
        )

    def _moved_after(self, target: Effects, other: Effects) -> bool:
        """Whether an item's method was changed by one and the item moved by the other later."""
        if target.operation.kind is not Kind.METHOD or other.operation.no <= target.operation.no:
            return False
        changed = {line.item for line in target.operation.lines}
        moved = {move.item for move in other.moves}
        if other.operation.kind is Kind.METHOD:
            moved |= {line.item for line in other.operation.lines}
        return bool(changed & moved)

    def _take_out(self, no: int, target: Effects) -> None:
        """As if it had never been, but for what others have come to since."""
        self.cancelled.add(no)
        for of, state in self.lines.items():
            if of.no == no:
                state.quantity, state.amount = ZERO, 0
                if state.moved_with_bill:
                    state.billed_quantity, state.billed_amount = ZERO, 0
        for of, quantity, amount in target.billed:
            self._add_billed(of, -quantity, -amount)
        for of, quantity, amount in target.came:
            self._add_came(of, -quantity, -amount)
        for of, quantity, amount in target.cleared:
            self._add_cleared(of, -quantity, -amount)
        for of, quantity, amount in target.returned:
            self.lines[of].returned_quantity -= quantity
            self.lines[of].returned_amount -= amount
        for invoice, amount, in_company in target.settled:
            self.open[invoice].settled -= amount
            self.open[invoice].in_company += in_company
        for move, entry in target.gave:
            given = list(move.given or ())
            given.remove(entry)
            move.given = tuple(given)


_INHERITING = {
    Kind.PURCHASE_RETURN, Kind.SALES_RETURN, Kind.CREDIT_BILL, Kind.CREDIT_SALE,
}  # fmt: skip
_READERS = {
    Kind.RECEIPT: Papers._receipt,
    Kind.DELIVERY: Papers._delivery,
    Kind.MATERIAL_RECEIPT: Papers._material_receipt,
    Kind.MATERIAL_ISSUE: Papers._material_issue,
    Kind.TRANSFER: Papers._transfer,
    Kind.MAKE: Papers._make,
    Kind.SEND: Papers._transfer,
    Kind.ARRIVE: Papers._arrive,
    Kind.LOSE: Papers._arrive,
    Kind.BILL: Papers._bill,
    Kind.SALE: Papers._sale,
    Kind.JOURNAL: Papers._journal,
    Kind.CLEAR: Papers._clear_off,
    Kind.COUNT: Papers._count,
    Kind.METHOD: Papers._change_method,
    Kind.LANDED_COST: Papers._landed_cost,
    Kind.PURCHASE_RETURN: Papers._purchase_return,
    Kind.SALES_RETURN: Papers._sales_return,
    Kind.CREDIT_BILL: Papers._credit,
    Kind.CREDIT_SALE: Papers._credit,
    Kind.PAY: Papers._payment,
    Kind.COLLECT: Papers._payment,
    Kind.ALLOCATE: Papers._allocation,
    Kind.REVALUE: Papers._revaluation,
}
