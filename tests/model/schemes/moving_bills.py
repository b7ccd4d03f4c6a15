"""What the schemes have in common whose invoices move their goods themselves."""

from collections.abc import Mapping
from decimal import Decimal

from tests.model.operations import SERVICE, Kind, Line, LineOf, Operation
from tests.model.papers import Papers
from tests.model.states import Effects, Taken, at, balance, company, line_cents, moving
from tests.model.supplier_credits import SupplierLine


class BillsThatMove(Papers):
    """Invoices whose lines move their goods unless they name what came or went, or an account.

    Never more is billed than came or went: what is billed beside it moves by a line of its own.
    """

    tolerances: Mapping[str, Decimal] = {}

    def moves_with_bill(self, operation: Operation, line: Line) -> bool:
        elsewhere = operation.kind is Kind.BILL and line.account is not None
        return line.of is None and not elsewhere and line.item != SERVICE

    def _sale(self, operation: Operation, effects: Effects) -> None:
        for index, line in enumerate(operation.lines):
            self._income(effects, line, company(operation, line_cents(line)))
            if line.of is not None:
                self._bill_line(operation, effects, index, line, Kind.DELIVERY)
            elif self.moves_with_bill(operation, line):
                self._move_with_bill(operation, effects, index, line, -1)
        total = self._owe(operation, effects, -1)
        effects.journal.append(("Debtors", total))
        effects.party.append(("customer", "Debtors", total))
        balance(effects)

    def _income(self, effects: Effects, line: Line, amount: int) -> None:
        effects.journal.append((at(line.account or "Sales", line.center), -amount))

    def _move_with_bill(
        self, operation: Operation, effects: Effects, index: int, line: Line, sign: int
    ) -> None:
        effects.moves.append(moving(operation, index, line, sign, "COGS"))
        self._keep_billed(operation, index, line)

    def _bill_service(self, effects: Effects, of: LineOf, taken: Taken) -> int:
        """What of a service's price its accrual had not."""
        credited = taken.cleared if self.lines[of].accrued else 0
        effects.journal.append(("Owed services", credited))
        return taken.amount - credited

    def _unbill_service(self, one: SupplierLine, effects: Effects, amount: int) -> None:
        """Its accrual stands again, the rest is less expense."""
        for of, _, cleared, _ in self._unbill(
            effects, self._lines_of(one.line, one.billed), one.quantity
        ):
            credited = cleared if self.lines[of].accrued else 0
            effects.journal.append(("Owed services", -credited))
            amount -= credited
        self._expense(one, effects, amount)

    def _own_supplier(self, operation: Operation, effects: Effects) -> None:
        total = self._owe(operation, effects, 1)
        effects.journal.append(("Creditors", -total))
        effects.party.append(("supplier", "Creditors", -total))
        balance(effects)
