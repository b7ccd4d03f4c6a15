"""The reference model: a list of operations, and everything worked out from zero for each question.

Nothing is kept but what was accepted. To judge a further operation, all papers are read again in
the order of recording and all stock is valued again in the order of posting, with it and without.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from tests.model.below_zero import BelowZero
from tests.model.ledger import Dated, add_up, entries_of, lack_centers
from tests.model.operations import ALL_ITEMS, LOT_ITEMS, Kind, LineOf, Operation, Switches
from tests.model.papers import Papers
from tests.model.states import Effects, Entry, MethodChange, Move
from tests.model.valuing import (
    METHODS,
    ZERO,
    LayerList,
    RunningAverage,
    cents,
    come_under,
    exact,
    split,
)

Pool = tuple[str, str, str]
Key = tuple[int, int, int, int]


@dataclass(slots=True)
class Books:
    """All there is to know after some operations. `journal` is by document, zeros left out."""

    papers: Papers
    moves: list[Move] = field(default_factory=list)
    minutes: dict[int, int] = field(default_factory=dict)

    def bins(self) -> dict[Pool, tuple[Fraction, int]]:
        """Quantity and value of each item, and lot, in each warehouse that ever held any."""
        found: dict[Pool, tuple[Fraction, int]] = {}
        for move in self.moves:
            found[move.pool] = (move.quantity_after, move.value_after)
        return found

    def journal(self) -> dict[int, dict[str, int]]:
        """Each document's own lines and those of its stock, by account; none of cancelled ones."""
        found: dict[int, dict[str, int]] = {}
        for effects in self.papers.live():
            no = effects.operation.no
            add_up(found, no, self.entries_of(no))
        return found

    def entries_of(self, no: int) -> list[Entry]:
        """What a document posts itself, one by one."""
        moves = [move for move in self.moves if move.no == no]
        return entries_of(self.papers.effects[no], moves)


NO_DAY = -1
"""The day before all days: nothing is closed."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Either reasons against an operation, or the books with it."""

    reasons: frozenset[str]
    books: Books
    minute: int


class Reference:
    """The model. `under` are the switches under which each operation was accepted.

    `papers` reads documents; where the model does not value stock, the ledger hears of them alone.
    """

    papers: type[Papers] = Papers
    values_stock = True

    def __init__(self, switches: Switches) -> None:
        self.switches = switches
        self.under: dict[int, Switches] = {}
        self.accepted: list[tuple[Operation, int]] = []
        self.additional: dict[int, list[list[int]]] = {}
        self.worth: dict[int, Mapping[LineOf, int]] = {}
        self.closed_through = NO_DAY
        self.dated = Dated()
        self.books = Books(self.papers(switches))
        self.below_zero = BelowZero()

    def judge(self, operation: Operation) -> Verdict:
        """What becomes of the operation, if it is handed in now."""
        if operation.charges and operation.kind in SPREADING:
            without = self.judge(replace(operation, charges=()))
            self.additional[operation.no] = spread_over(operation, without.books.moves)
        if operation.kind is Kind.LANDED_COST:
            self.worth[operation.no] = worth_of(self.books.moves)
        papers = self.papers(self.switches, self.additional, self.worth)
        moves: list[Move] = []
        for earlier, minute in self.accepted:
            papers.switches = self.under[earlier.no]
            moves += papers.read(earlier, minute).moves
        papers.reasons, papers.switches = set(), self.switches
        effects = papers.read(operation, 0)
        minute = self._minute(operation, effects)
        for ordinal, move in enumerate(effects.moves):
            move.key = (operation.day, minute, operation.no, ordinal)
        live = [m for m in (*moves, *effects.moves) if m.no not in papers.cancelled]
        methods = {
            item: [one for one in changes if one.key[2] not in papers.cancelled]
            for item, changes in papers.methods.items()
        }
        for changes in methods.values():
            if changes and changes[-1].key[2] == operation.no:
                key = (operation.day, minute, operation.no, 0)
                changes[-1] = changes[-1]._replace(key=key)
        books = Books(papers, value(live, methods) if self.values_stock else [])
        if any(day <= self.closed_through for day in self._touched(operation)):
            papers.reasons.add("PERIOD_CLOSED")
        if is_there_twice(books.moves):
            papers.reasons.add("SERIAL_IN_STOCK")
        if papers.reasons <= {"SERIAL_IN_STOCK"}:
            papers.reasons |= self._impossible(books, effects)
        return Verdict(frozenset(papers.reasons), books, minute)

    def _impossible(self, books: Books, effects: Effects) -> set[str]:
        """What can only be told once everything is valued."""
        found = self._falls_short(books)
        if any(move.is_costless for move in effects.moves):
            found.add("VALUATION_RATE_MISSING")
        if any(move.made_of and _comes_in_at(move) < 0 for move in effects.moves):
            found.add("INVALID_VALUE")
        if effects.operation.kind is not Kind.CANCEL and self._lacks_centers(books, effects):
            found.add("COST_CENTER_REQUIRED")
        return found

    def _lacks_centers(self, books: Books, effects: Effects) -> bool:
        if not self.switches.requires_center or self.switches.center is not None:
            return False
        return lack_centers(books.entries_of(effects.operation.no))

    def settle_on(self, switches: Switches) -> None:
        """From now on the company has other switches."""
        self.switches = switches
        self.below_zero.by_company = switches.below_zero

    def accept(self, operation: Operation, verdict: Verdict) -> None:
        """The operation was recorded."""
        self.accepted.append((operation, verdict.minute))
        self.under[operation.no] = self.switches
        days = {known.no: known.day for known, _ in self.accepted}
        because = self.operation(operation.of) if operation.kind is Kind.CANCEL else operation
        if because is not operation:
            self.dated.forget(because.no)

        def counts_on(no: int) -> int:
            late = self.switches.adjusts_late
            day = max(days[no], because.day) if late else days[no]
            return max(day, self.closed_through + 1)

        before, after = self.books.journal(), verdict.books.journal()
        for no in after.keys() | before.keys():
            if no not in verdict.books.papers.cancelled:
                lines = before.get(no, {}), after.get(no, {})
                self.dated.post(no, *lines, counts_on(no), self.switches)
        next_day = verdict.books.papers.effects[operation.no].next_day
        self.dated.add(operation.no, next_day, operation.day + 1, self.switches)
        self.dated.value(self.books.moves, verdict.books.moves, counts_on)
        self.books = verdict.books

    def operation(self, no: int) -> Operation:
        """An accepted operation by its number."""
        return next(operation for operation, _ in self.accepted if operation.no == no)

    def _touched(self, operation: Operation) -> set[int]:
        """The days that must be open: its own, what it cancels, receipts that costs belong to."""
        if operation.kind is Kind.CANCEL:
            return {self.operation(operation.of).day}
        days = {operation.day}
        if operation.kind is Kind.LANDED_COST and not self.switches.adjusts_late:
            days |= {self.operation(no).day for no in operation.refers_to()}
        return days

    def _minute(self, operation: Operation, effects: Effects) -> int:
        """The time given; else that of the last movement there is in its bins on that day.

        Goods that come back, wherever, come after they went.
        """
        if operation.minute is not None or not effects.moves:
            return operation.minute or 0
        pools = {move.pool for move in effects.moves}
        times = [
            m.key[1] for m in self.books.moves if m.key[0] == operation.day and m.pool in pools
        ]
        origins = (move.takes_from or move.gives_back for move in effects.moves)
        earlier = [one.key for one in origins if one and one.no != operation.no]
        went = [key[1] for key in earlier if key[0] == operation.day]
        return max([*times, *went], default=0)

    def _falls_short(self, books: Books) -> set[str]:
        """Whether some balance, at some time, is below zero and lower than it was without this."""
        found: set[str] = set()
        before, after = history(self.books.moves), history(books.moves)
        for pool in before.keys() | after.keys():
            if self.below_zero.may(pool[0]):
                continue
            then, now = before.get(pool, []), after.get(pool, [])
            for key in {key for key, _ in (*then, *now)}:
                if as_of(now, key) < 0 and as_of(now, key) < as_of(then, key):
                    is_serial = LOT_ITEMS.get(pool[0]) == "SERIAL"
                    found.add("SERIAL_NOT_AVAILABLE" if is_serial else "INSUFFICIENT_STOCK")
        return found


def value(moves: list[Move], methods: dict[str, list[MethodChange]]) -> list[Move]:
    """All movements in posting order, each with its cost and the balance after it."""
    waiting: dict[Pool, list[MethodChange]] = {}
    pools: dict[Pool, LayerList | RunningAverage] = {}
    values: dict[Pool, int] = {}
    ordered = sorted(moves, key=lambda move: move.key)
    for move in ordered:
        pool = pools.setdefault(move.pool, METHODS[ALL_ITEMS[move.item]]())
        changes = waiting.setdefault(move.pool, list(methods.get(move.item, ())))
        while changes and changes[0].key <= move.key:
            pool = pools[move.pool] = come_under(changes.pop(0).method, pool)
        move.trues_up = move.counted is None and pool.quantity < 0 < move.quantity
        move.trues_up &= not move.differs_on_one
        if move.counted is not None:
            before = pool.quantity
            quantity, unit_cost = move.counted
            is_unknown = pool.quantity <= 0 and pool.known_cost is None
            move.is_costless = bool(quantity) and unit_cost is None and is_unknown
            pool.count(*move.counted)
            move.quantity = pool.quantity - before
        elif move.quantity < 0 and move.gives_back is not None:
            original = move.gives_back
            unit_cost = Fraction(original.goods_cost, 100) / original.quantity
            pool.give_back(-move.quantity, unit_cost)
        elif move.quantity < 0:
            pool.issue(-move.quantity)
        elif move.takes_from is not None:
            amount = -cents(Fraction(move.takes_from.cost, 100) * move.fraction)
            amount += sum(given for _, given in move.given or ())
            pool.receive(move.quantity, Fraction(amount, 100))
            move.goods_cost = amount
        else:
            amount = _comes_in_at(move)
            amount = max(amount, 0) if move.made_of else amount  # whatever its scrap is worth
            pool.receive(move.quantity, Fraction(amount, 100))
            move.goods_cost = amount
        move.quantity_after = pool.quantity
        move.value_after = cents(pool.value)
        move.cost = move.value_after - values.get(move.pool, 0)
        values[move.pool] = move.value_after
    return ordered


def _comes_in_at(move: Move) -> int:
    """What documents gave it, and what was consumed for it."""
    given = sum(amount for _, amount in move.given or ())
    return given - sum(move.part_of(source.cost) for source in move.made_of)


SPREADING = {Kind.MATERIAL_RECEIPT, Kind.TRANSFER, Kind.SEND, Kind.ARRIVE}
"""Documents whose additional costs are spread over what comes in, once and for all."""


def spread_over(operation: Operation, moves: list[Move]) -> list[list[int]]:
    """What each of its movements that come in takes of each additional cost, by its own cost."""
    coming = sorted(
        (move for move in moves if move.no == operation.no and move.quantity > 0),
        key=lambda move: move.key,
    )
    weights = [Fraction(move.goods_cost) for move in coming]
    if not any(weights):
        weights = [move.quantity for move in coming]
    charges = operation.charges if coming else ()
    return [split(cents(exact(charge.amount)), weights) for charge in charges]


def worth_of(moves: list[Move]) -> dict[LineOf, int]:
    """What the goods cost that each line let come in."""
    worth: dict[LineOf, int] = {}
    for move in moves:
        if move.quantity > 0 and not move.rejected:
            of = LineOf(move.no, move.line)
            worth[of] = worth.get(of, 0) + move.goods_cost
    return worth


def is_there_twice(moves: list[Move]) -> bool:
    """Whether there is more than one unit of a serial number, anywhere, after some document."""
    there: dict[tuple[str, str], Fraction] = {}
    ordered = [move for move in moves if LOT_ITEMS.get(move.item) == "SERIAL"]
    for index, move in enumerate(ordered):
        place = (move.item, move.lot)
        there[place] = there.get(place, ZERO) + move.quantity
        goes_on = index + 1 < len(ordered) and ordered[index + 1].key[:3] == move.key[:3]
        if not goes_on and any(quantity > 1 for quantity in there.values()):
            return True
    return False


def history(moves: list[Move]) -> dict[Pool, list[tuple[Key, Fraction]]]:
    """The balance of each pool after each of its movements."""
    found: dict[Pool, list[tuple[Key, Fraction]]] = {}
    for move in moves:
        found.setdefault(move.pool, []).append((move.key, move.quantity_after))
    return found


def as_of(balances: list[tuple[Key, Fraction]], key: Key) -> Fraction:
    """The balance as of a place in posting order."""
    return next((quantity for known, quantity in reversed(balances) if known <= key), ZERO)
