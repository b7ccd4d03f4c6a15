"""The naive model: movements with links, and everything worked out from zero, again and again.

Nothing waits in a queue and nothing is cached: all costs are worked out in turn until none changes.
Amounts are cents, shares exact fractions.
"""

from datetime import date
from fractions import Fraction

from domain.company import AverageCostCalcType, AverageCostPeriod
from tests.model.linked.histories import STANDARD_COST, Operation, Rules
from tests.model.linked.moves import Card, Move, Revalued, left_at, worth
from tests.model.valuing import cents

ROUNDS = 400
BILLED = frozenset({"BUY", "SELL"})
"""What is billed, at once or later."""


class Reference:
    """The model of one item."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.moves: list[Move] = []
        self.of_document: dict[int, list[Move]] = {}
        self.bills: dict[int, tuple[Move, int, int, Fraction]] = {}
        self.charges: dict[int, tuple[Move, int]] = {}
        at_standard = rules.method == "STANDARD"
        self.card: Card | None = (
            (Fraction(STANDARD_COST) * 100, Fraction(1)) if at_standard else None
        )
        self.is_invoiced = False

    def post(self, one: Operation) -> None:
        """Record the operation, and work out everything anew."""
        held = sum(move.quantity for move in self.moves)
        getattr(self, f"_{one.kind.lower()}")(one)
        self.of_document[one.no] = [move for move in self.moves if move.seq == one.no]
        self.work_out()
        self._put_in_force(one, was_empty=held <= 0)
        for move in self.moves:
            move.recorded = move.cost

    def _put_in_force(self, one: Operation, *, was_empty: bool) -> None:
        """What the item costs where no receipt says it: by what there is, else by a bill."""
        if self.rules.method == "STANDARD":
            return
        if one.kind in {"BUY", "INVOICE"}:
            (move,) = self.of_document[one.no if one.kind == "BUY" else one.of]
            if was_empty or not self.is_invoiced:
                self.card = Fraction(move.cost), move.quantity
            self.is_invoiced = True
        held = sum((move.quantity for move in self.moves), Fraction(0))
        if held > 0:
            self.card = Fraction(sum(move.cost + self.rounding(move) for move in self.moves)), held

    # -- operations -------------------------------------------------------------------------------

    def _move(
        self, one: Operation, place: str, quantity: Fraction, nature: str, **more: object
    ) -> Move:
        ordinal = sum(1 for move in self.moves if move.seq == one.no)
        move = Move(one.no, ordinal, one.day, place, quantity, nature, **more)  # type: ignore[arg-type] - fields of Move
        move.lot, move.card = one.lot, self.card
        # A first guess: where goods are sold, come back and cover their sale, it may be the last.
        move.cost = (
            -move.source.cost if move.source else -move.costs_at_card(max(-quantity, Fraction(0)))
        )
        self.moves.append(move)
        self._cover(move)
        return move

    def _cover(self, receipt: Move) -> None:
        """Goods that come in stand behind those that went without, the earliest first."""
        waiting = [one for one in self._inside(receipt.place, receipt.lot) if one.left < 0]
        for one in sorted(waiting, key=lambda move: move.key):
            if receipt.left > 0 and not receipt.takes_from(one):
                self._link(one, receipt, min(receipt.left, -one.left))

    def _inside(self, place: str, lot: str) -> list[Move]:
        return [move for move in self.moves if (move.place, move.lot) == (place, lot)]

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
        change = int(one.amount * 100) - replaced if self.rules.method != "STANDARD" else 0
        self.bills[one.no] = move, change, replaced, quantity
        self._give(*self.bills[one.no])

    def _give(self, move: Move, change: int, replaced: int, quantity: Fraction) -> None:
        move.given += change
        move.expected -= replaced
        move.billed += quantity

    def _bill(self, one: Operation) -> None:
        """What a customer is billed changes no cost."""
        (move,) = self.of_document[one.of]
        self.bills[one.no] = move, 0, 0, Fraction(one.quantity)
        self._give(*self.bills[one.no])

    def _charge(self, one: Operation) -> None:
        if self.rules.method != "STANDARD":
            move, amount = self.of_document[one.of][0], int(one.amount * 100)
            move.given += amount
            self.charges[one.no] = move, amount

    def _cancel(self, one: Operation) -> None:
        """As if it had never been: its links, costs and goods are gone."""
        for gone in self.of_document.pop(one.of):
            self.moves.remove(gone)
            for receipt, quantity in gone.links:
                receipt.takers.remove((gone, quantity))
        if one.of in self.bills:
            move, change, replaced, quantity = self.bills[one.of]
            self._give(move, -change, -replaced, -quantity)
        if one.of in self.charges:
            move, amount = self.charges[one.of]
            move.given -= amount
        for move in self.moves:
            move.revaluations = [made for made in move.revaluations if made.seq != one.of]

    def _count(self, one: Operation) -> None:
        inside = self._inside(one.warehouse, one.lot)
        held = sum((m.quantity for m in inside if m.day <= one.day), Fraction(0))
        change = Fraction(one.quantity) - held
        if change < 0:
            self._issue(one, -change, "COUNT")
        elif change:
            cost = self.card or (Fraction(0), Fraction(1))
            if one.rate is not None and self.rules.method != "STANDARD":
                cost = Fraction(one.rate) * 100, Fraction(1)
            given = cents(cost[0] * change / cost[1] / 100)
            self._move(one, one.warehouse, change, "COUNT", given=given)

    def _sell(self, one: Operation) -> None:
        self._issue(one, Fraction(one.quantity), "SELL")

    def _issue(self, one: Operation, quantity: Fraction, nature: str) -> None:
        issue = self._move(one, one.warehouse, -quantity, nature)
        for receipt, part in self._take(one, quantity):
            self._link(issue, receipt, part)
        assert self.rules.negative or not issue.left, "more goes out than there is"

    def _sell_fixed(self, one: Operation) -> None:
        receipt = self.of_document[one.of][-1]
        issue = self._move(one, one.warehouse, -Fraction(one.quantity), "SELL", fixed=True)
        self._link(issue, receipt, -issue.quantity)

    def _transfer_fixed(self, one: Operation) -> None:
        receipt = self.of_document[one.of][-1]
        out = self._move(one, one.warehouse, -Fraction(one.quantity), "TRANSFER", fixed=True)
        self._link(out, receipt, -out.quantity)
        self._move(one, one.to, -out.quantity, "TRANSFER", source=out)

    def _sell_billed(self, one: Operation) -> None:
        self._sell(one)
        self.of_document[one.no] = [move for move in self.moves if move.seq == one.no]
        for move in self.of_document[one.no]:
            move.billed = -move.quantity

    def _transfer(self, one: Operation) -> None:
        for receipt, quantity in self._take(one, Fraction(one.quantity)):
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
        back = self._move(one, one.warehouse, -Fraction(one.quantity), "BUY",
                          returns=True, fixed=True)  # fmt: skip
        self._link(back, receipt, -back.quantity)

    def _take(self, one: Operation, wanted: Fraction) -> list[tuple[Move, Fraction]]:
        there = [move for move in self._inside(one.warehouse, one.lot) if move.left > 0]
        there.sort(key=lambda move: move.key, reverse=self.rules.method == "LIFO")
        parts = []
        for move in there:
            part = min(move.left, wanted)
            if part:
                parts.append((move, part))
                wanted -= part
        return parts

    def _link(self, decrease: Move, receipt: Move, quantity: Fraction) -> None:
        decrease.links.append((receipt, quantity))
        receipt.takers.append((decrease, quantity))

    def _revalue(self, one: Operation) -> None:
        receipts = [m for m in self.moves if m.place == one.warehouse and m.quantity > 0]
        receipts = [m for m in receipts if m.day <= one.day and left_at(m, one.day) > 0]
        receipts.sort(key=lambda move: (move.lot, move.key))
        lefts = [left_at(move, one.day) for move in receipts]
        unit = Fraction(one.amount)
        if self.rules.method == "AVERAGE_PERIOD":
            changes = self._average_changes(one, lefts) if receipts else []
        else:
            changes = [
                cents(unit * left) - cents(worth(move, one.day) / 100)
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
        elif self.rules.method != "AVERAGE_PERIOD" or not self._takes_average(move):
            taken = sum(move.costs_of(receipt, quantity) for receipt, quantity in move.links)
            move.cost = -taken - move.at_card

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
                if self._takes_average(move):
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
            leaving = [m for m in takers if not (by_item and m.nature == "TRANSFER")]
            left = quantity + sum((m.quantity for m in (*leaving, *aside)), Fraction(0))
            taken, given = Fraction(0), 0
            for move in takers:
                taken -= move.quantity
                if quantity > 0 and left >= 0:
                    part = cents(Fraction(value, 100) * taken / quantity) - given
                elif move.recorded is not None:
                    part = -move.recorded
                elif quantity > 0:
                    part = cents(Fraction(value, 100) * -move.quantity / quantity)
                else:
                    part = move.costs_at_card(-move.quantity)
                move.cost = -part
                given += part
            quantity = left
            value += sum(move.cost for move in leaving)
            value += sum(move.cost - move.revalued for move in aside)

    def _takes_average(self, move: Move) -> bool:
        within = self.rules.type is AverageCostCalcType.ITEM and move.nature == "TRANSFER"
        if move.quantity >= 0 or not move.fixed or within:
            return move.quantity < 0
        start = self._start(move.valued)
        return any(
            self._start(receipt.valued) == start and self._came_back_within(receipt, start)
            for receipt, _ in move.links
        )

    def _came_back_within(self, move: Move, start: date) -> bool:
        source = move.source
        if source is None or move.quantity < 0 or self._pool(source) != self._pool(move):
            return False
        return self._start(source.valued) == start and self._takes_average(source)

    # -- questions --------------------------------------------------------------------------------

    def rounding(self, move: Move) -> int:
        """What a used-up receipt leaves because its links were rounded one by one, once billed."""
        is_billed = move.nature not in BILLED or self.invoiced(move) >= move.quantity
        if self.rules.method == "AVERAGE_PERIOD" or move.quantity < 0 or move.left:
            return 0
        if not is_billed:
            return 0
        return sum(one.costs_of(move, quantity) for one, quantity in move.takers) - move.cost

    def invoiced(self, move: Move) -> Fraction:
        """What of a movement is billed or credited, or will never be: it came back before."""
        original = self._original(move)
        gave_back = [one for one in self.moves if self._original(one) is original]
        returns = [one for one in gave_back if one is not original]
        waiting = max(abs(original.quantity) - original.billed, Fraction(0))
        matched = Fraction(0)
        for one in sorted(returns, key=lambda one: one.key):
            part = min(waiting - matched, abs(one.quantity))
            matched += part
            if one is move:
                return part
        return move.billed + matched

    def _original(self, move: Move) -> Move:
        """What a return gives back; any other movement itself."""
        if move.returns:
            return move.links[0][0]
        is_sale = move.source is not None and move.nature == "SELL"
        return move.source if is_sale and move.source is not None else move
