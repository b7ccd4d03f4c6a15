"""One history, lived through three times: by the naive model, adjusting at once, and by batch.

- At once, every movement costs after every document what the model says.
- By batch, run at random times and before each revaluation, everything comes to the same.
- Averages by warehouse, between which goods go both ways within a period, may differ by a cent or
  two a movement: the equations have no solution in whole cents.
- Below zero such an average may have any solution: goods that are not there are sold, come back
  elsewhere, and cover their own sale. From the first such way on only quantities and dates count.
"""

from datetime import date
from decimal import Decimal

from domain.company import AverageCostCalcType
from domain.costing.linked.node import AVERAGE
from domain.errors import Refused
from domain.movements import EntryKind
from tests.model.linked.books import LinkedBooks
from tests.model.linked.histories import History, Operation
from tests.model.linked.moves import Move, in_cents
from tests.model.linked.reference import BILLED, Reference
from tests.model.linked.stock import Kept

LENGTHS = (6, 12, 25)
LAST_DAY = date(2026, 3, 1)


class Trial:
    """The three, side by side."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.reference = Reference(history.rules)
        self.at_once = LinkedBooks(history.rules, adjusts=True)
        self.by_batch = LinkedBooks(history.rules, adjusts=False)
        rules = history.rules
        swings = rules.method == AVERAGE and rules.type is AverageCostCalcType.ITEM_WAREHOUSE
        self._tolerance = 2 if swings else 0
        self._may_go_round = swings and rules.negative
        self._goes_round = False
        self.refused = 0

    def step(self, operation: Operation, *, run_batch: bool) -> bool:
        """Whether the operation took place; everything must agree."""
        try:
            self.at_once.post(operation)
        except Refused:
            return False
        if operation.kind in {"REVALUE", "COUNT"}:
            self.by_batch.adjust(operation.day)
        self.by_batch.post(operation)
        self.reference.post(operation)
        if operation.kind in {"TRANSFER", "SALES_RETURN"}:
            self._goes_round = self._may_go_round
        self._agrees_with_reference(operation)
        if run_batch or self.history.rules.negative:
            self.by_batch.adjust(operation.day)
        return True

    def _agrees_with_reference(self, operation: Operation) -> None:
        for no, moves in self.reference.of_document.items():
            ids = self.at_once.of_document[no]
            for move, kept in zip(moves, (self.at_once.kept[id_] for id_ in ids), strict=True):
                where = f"after {operation.no}, movement of {no}"
                assert kept.movement.quantity == move.quantity, where
                assert kept.valuation_date == move.valued, where
                assert kept.open == move.left, (where, kept.open, move.left)
                rounding = in_cents(kept.amount(EntryKind.ROUNDING)[0])
                assert rounding == self.reference.rounding(move), where
                if move.nature in BILLED:
                    self._is_actual_once_billed(kept, move, where)
                if self._goes_round:
                    continue
                difference = in_cents(kept.cost) - rounding - move.cost
                assert abs(difference) <= self._tolerance, (where, kept.cost, move.cost)

    def _is_actual_once_billed(self, kept: Kept, move: Move, where: str) -> None:
        invoiced = self.reference.invoiced(move)
        assert sum(one.invoiced for _, one in kept.entries) == invoiced, where
        if invoiced == abs(move.quantity):
            assert kept.amount()[1] == 0, (where, kept.amount())

    def finish(self) -> None:
        """The batch runs once more; then nothing waits, and the books by batch are the others."""
        self.by_batch.adjust(LAST_DAY)
        assert not self.by_batch.adjust(LAST_DAY)
        for no, ids in self.at_once.of_document.items():
            for one, other in zip(ids, self.by_batch.of_document[no], strict=True):
                self._same(no, self.at_once.kept[one], self.by_batch.kept[other])

    def _same(self, no: int, one: Kept, other: Kept) -> None:
        where = f"movement of {no}"
        if self.history.rules.negative:  # the cost in force below zero is that of the last batch
            return
        assert (one.open, one.valuation_date) == (other.open, other.valuation_date), where
        for kinds in ((), (EntryKind.ROUNDING,)):
            for at_once, by_batch in zip(one.amount(*kinds), other.amount(*kinds), strict=True):
                difference = abs(at_once - by_batch)
                assert difference <= Decimal(self._tolerance).scaleb(-2), (where, one.cost)


def live_through(history: History) -> Trial:
    """Live through a history that has not begun.

    Raises:
        AssertionError: something disagrees.
    """
    trial, random = Trial(history), history.random
    for _ in range(random.choice(LENGTHS)):
        operation = history.next()
        if trial.step(operation, run_batch=random.random() < 0.15):
            history.accept(operation)
        else:
            trial.refused += 1
    trial.finish()
    return trial
