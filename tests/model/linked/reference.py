"""The naive model: movements with links, and everything worked out from zero, again and again.

Nothing waits in a queue and nothing is cached: all costs are worked out in turn until none changes.
Amounts are cents, shares exact fractions.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from domain.company import AverageCostCalcType, AverageCostPeriod
from tests.model.linked.histories import STANDARD_COST, Operation, Rules
from tests.model.valuing import cents

ROUNDS = 400


class Revalued(NamedTuple):
    """What was left of a receipt came to another cost."""

    amount: int
    day: date
    seq: int
    covered: Fraction


@dataclass(eq=False)
class Move:
    """A movement: what documents gave it, what it takes from others, and what it costs so far."""

    seq: int
    ordinal: int
    day: date
    place: str
    quantity: Fraction
    nature: str
    given: int = 0
    expected: int = 0
    billed: Fraction = Fraction(0)
    source: "Move | None" = None
    part: Fraction = Fraction(1)
    returns: bool = False
    links: "list[tuple[Move, Fraction]]" = field(default_factory=list)
    takers: "list[tuple[Move, Fraction]]" = field(default_factory=list)
    revaluations: list[Revalued] = field(default_factory=list)
    cost: int = 0
    valued: date = date.min

    @property
    def key(self) -> tuple[date, int, int]:
        return self.day, self.seq, self.ordinal

    @property
    def left(self) -> Fraction:
        return self.quantity - sum((quantity for _, quantity in self.takers), Fraction(0))

    @property
    def revalued(self) -> int:
        return sum(one.amount for one in self.revaluations)

    def has_share(self, one: Revalued) -> bool:
        return self.day > one.day or self.seq > one.seq

    def costs_of(self, receipt: "Move", quantity: Fraction) -> int:
        """What a linked quantity costs."""
        exact = Fraction(receipt.cost - receipt.revalued) * quantity / receipt.quantity
        for one in receipt.revaluations:
            if self.has_share(one):
                exact += Fraction(one.amount) * quantity / one.covered
        return cents(exact / 100)


class Reference:
    """The model of one item."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.moves: list[Move] = []
        self.of_document: dict[int, list[Move]] = {}

    def post(self, one: Operation) -> None:
        """Record the operation, and work out everything anew."""
        known = len(self.moves)
        getattr(self, f"_{one.kind.lower()}")(one)
        self.of_document[one.no] = self.moves[known:]
        self.work_out()

    # -- operations -------------------------------------------------------------------------------

    def _move(
        self, one: Operation, place: str, quantity: Fraction, nature: str, **more: object
    ) -> Move:
        ordinal = sum(1 for move in self.moves if move.seq == one.no)
        move = Move(one.no, ordinal, one.day, place, quantity, nature, **more)  # type: ignore[arg-type] - fields of Move
        self.moves.append(move)
        return move

    def _receive(self, one: Operation, *, billed: bool = False) -> None:
        quantity, amount = Fraction(one.quantity), int(one.amount * 100)
        if self.rules.method == "STANDARD":
            amount = cents(Fraction(STANDARD_COST) * quantity)
        move = self._move(one, one.warehouse, quantity, "BUY", given=amount)
        move.expected, move.billed = (0, quantity) if billed else (amount, Fraction(0))

    def _buy(self, one: Operation) -> None:
        self._receive(one, billed=True)

    def _invoice(self, one: Operation) -> None:
        (move,) = self.of_document[one.of]
        waiting, quantity = move.quantity - move.billed, Fraction(one.quantity)
        replaced = cents(Fraction(move.expected, 100) * quantity / waiting)
        if quantity == waiting:
            replaced = move.expected
        if self.rules.method != "STANDARD":
            move.given += int(one.amount * 100) - replaced
        move.expected -= replaced
        move.billed += quantity

    def _bill(self, one: Operation) -> None:
        """What a customer is billed changes no cost."""

    def _charge(self, one: Operation) -> None:
        if self.rules.method != "STANDARD":
            self.of_document[one.of][0].given += int(one.amount * 100)

    def _sell(self, one: Operation) -> None:
        sale = self._move(one, one.warehouse, -Fraction(one.quantity), "SELL")
        for receipt, quantity in self._take(one.warehouse, -sale.quantity):
            self._link(sale, receipt, quantity)

    _sell_billed = _sell

    def _transfer(self, one: Operation) -> None:
        for receipt, quantity in self._take(one.warehouse, Fraction(one.quantity)):
            out = self._move(one, one.warehouse, -quantity, "TRANSFER")
            self._link(out, receipt, quantity)
            self._move(one, one.to, quantity, "TRANSFER", source=out)

    def _sales_return(self, one: Operation) -> None:
        (sale,) = self.of_document[one.of]
        quantity = Fraction(one.quantity)
        self._move(one, one.warehouse, quantity, "SELL", source=sale,
                   part=quantity / -sale.quantity)  # fmt: skip

    def _purchase_return(self, one: Operation) -> None:
        (receipt,) = self.of_document[one.of]
        back = self._move(one, one.warehouse, -Fraction(one.quantity), "BUY", returns=True)
        self._link(back, receipt, -back.quantity)

    def _take(self, place: str, wanted: Fraction) -> list[tuple[Move, Fraction]]:
        there = [m for m in self.moves if m.place == place and m.quantity > 0 and m.left > 0]
        there.sort(key=lambda move: move.key, reverse=self.rules.method == "LIFO")
        parts = []
        for move in there:
            part = min(move.left, wanted)
            if part:
                parts.append((move, part))
                wanted -= part
        assert not wanted, "more goes out than there is"
        return parts

    def _link(self, decrease: Move, receipt: Move, quantity: Fraction) -> None:
        decrease.links.append((receipt, quantity))
        receipt.takers.append((decrease, quantity))

    def _revalue(self, one: Operation) -> None:
        receipts = [m for m in self.moves if m.place == one.warehouse and m.quantity > 0]
        receipts = [m for m in receipts if m.day <= one.day and _left_at(m, one.day) > 0]
        receipts.sort(key=lambda move: move.key)
        lefts = [_left_at(move, one.day) for move in receipts]
        unit = Fraction(one.amount)
        if self.rules.method == "AVERAGE_PERIOD":
            changes = self._average_changes(one, lefts) if receipts else []
        else:
            changes = [
                cents(unit * left) - cents(_worth(move, one.day) / 100)
                for move, left in zip(receipts, lefts, strict=True)
            ]
        for move, left, change in zip(receipts, lefts, changes, strict=True):
            if change:
                move.revaluations.append(Revalued(change, one.day, one.no, left))

    def _average_changes(self, one: Operation, lefts: list[Fraction]) -> list[int]:
        """The whole change, by quantity; the last takes the rest."""
        pool = [m for m in self.moves if self._pool(m) == self._pool_of(one.warehouse)]
        then = [m for m in pool if m.valued <= one.day]
        held = sum((m.quantity for m in then), Fraction(0))
        if not held:
            return [0] * len(lefts)
        value = sum(m.cost - m.revalued for m in then)
        value += sum(r.amount for m in pool for r in m.revaluations if r.day <= one.day)
        total = sum(lefts, Fraction(0))
        change = cents(Fraction(one.amount) * total) - cents(Fraction(value, 100) * total / held)
        parts = [cents(Fraction(change, 100) * left / total) for left in lefts[:-1]]
        return [*parts, change - sum(parts)]

    # -- costs ------------------------------------------------------------------------------------

    def work_out(self) -> None:
        """Every cost, in turn, until none changes (or single cents go to and fro)."""
        for _ in range(ROUNDS):
            before = [(move.cost, move.valued) for move in self.moves]
            for move in self.moves:
                self._work_out(move)
            if self.rules.method == "AVERAGE_PERIOD":
                for pool in {self._pool(move) for move in self.moves}:
                    self._average(pool)
            if before == [(move.cost, move.valued) for move in self.moves]:
                return

    def _work_out(self, move: Move) -> None:
        origins = [receipt for receipt, _ in move.links]
        origins += [move.source] if move.source else []
        days = [move.day, *(one.valued for one in origins)]
        for receipt, _ in move.links:
            days += [one.day for one in receipt.revaluations if move.has_share(one)]
        move.valued = max(days)
        if move.quantity > 0:
            move.cost = move.given + move.revalued
            if move.source is not None:
                move.cost -= cents(Fraction(move.source.cost, 100) * move.part)
        elif self.rules.method != "AVERAGE_PERIOD" or move.returns:
            move.cost = -sum(move.costs_of(receipt, quantity) for receipt, quantity in move.links)

    def _pool_of(self, place: str) -> str:
        return "" if self.rules.type is AverageCostCalcType.ITEM else place

    def _pool(self, move: Move) -> str:
        return self._pool_of(move.place)

    def _start(self, day: date) -> date:
        return day if self.rules.period is AverageCostPeriod.DAY else day.replace(day=1)

    def _average(self, pool: str) -> None:
        inside = [move for move in self.moves if self._pool(move) == pool]
        revaluations = [one for move in inside for one in move.revaluations]
        days = {self._start(move.valued) for move in inside}
        days |= {self._start(one.day) for one in revaluations}
        quantity, value = Fraction(0), 0
        by_item = self.rules.type is AverageCostCalcType.ITEM
        for start in sorted(days):
            takers: list[Move] = []
            aside: list[Move] = []
            for move in (m for m in inside if self._start(m.valued) == start):
                if move.quantity < 0 and not move.returns:
                    takers.append(move)
                elif by_item and move.nature == "TRANSFER":
                    continue
                elif self._came_back_within(move, start):
                    aside.append(move)
                else:
                    quantity += move.quantity
                    value += move.cost - move.revalued
            value += sum(one.amount for one in revaluations if self._start(one.day) == start)
            takers.sort(key=lambda move: (move.valued, move.seq, move.ordinal))
            taken, given = Fraction(0), 0
            for move in takers:
                taken -= move.quantity
                assert quantity > 0, "an average of nothing"
                whole = cents(Fraction(value, 100) * taken / quantity)
                move.cost, given = given - whole, whole
            leaving = [m for m in takers if not (by_item and m.nature == "TRANSFER")]
            quantity += sum((move.quantity for move in (*leaving, *aside)), Fraction(0))
            value += sum(move.cost for move in leaving)
            value += sum(move.cost - move.revalued for move in aside)

    def _came_back_within(self, move: Move, start: date) -> bool:
        source = move.source
        if source is None or move.quantity < 0 or self._pool(source) != self._pool(move):
            return False
        return self._start(source.valued) == start

    # -- questions --------------------------------------------------------------------------------

    def rounding(self, move: Move) -> int:
        """What a used-up receipt leaves because its links were rounded one by one, once billed."""
        is_billed = move.nature == "TRANSFER" or move.billed >= move.quantity
        if self.rules.method == "AVERAGE_PERIOD" or move.quantity < 0 or move.left:
            return 0
        if not is_billed:
            return 0
        return sum(one.costs_of(move, quantity) for one, quantity in move.takers) - move.cost


def _left_at(move: Move, day: date) -> Fraction:
    return move.quantity - sum((q for one, q in move.takers if one.day <= day), Fraction(0))


def _worth(move: Move, day: date) -> Fraction:
    """What is left of a receipt is worth, in cents and not rounded."""
    worth = Fraction(move.cost - move.revalued) * _left_at(move, day) / move.quantity
    for one in move.revaluations:
        gone = (q for taker, q in move.takers if taker.day <= day and taker.has_share(one))
        worth += Fraction(one.amount) * (one.covered - sum(gone, Fraction(0))) / one.covered
    return worth


def in_cents(amount: Decimal) -> int:
    """The amount in cents."""
    return int(amount * 100)
