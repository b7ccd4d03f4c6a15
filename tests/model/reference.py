"""The reference model: a list of operations, and everything worked out from zero for each question.

Nothing is kept but what was accepted. To judge a further operation, all papers are read again in
the order of recording and all stock is valued again in the order of posting, with it and without.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction

from domain.accounts import PROFIT_AND_LOSS, ROOTS_OF_TYPE, AccountType
from tests.model.operations import (
    ACCOUNTS,
    ALL_ITEMS,
    ITEMS,
    LOT_ITEMS,
    WAREHOUSES,
    Kind,
    Operation,
    Switches,
)
from tests.model.papers import Papers
from tests.model.states import Effects, Entry, MethodChange, Move, at
from tests.model.valuing import (
    METHODS,
    ZERO,
    LayerList,
    RunningAverage,
    cents,
    come_under,
    exact,
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
        default = self.papers.switches.center
        for effects in self.papers.live():
            by_hand = effects.operation.kind is Kind.JOURNAL
            placed = on_centers(effects.journal, default, by_hand=by_hand)
            add_up(found, effects.operation.no, placed)
        for move in self.moves:
            add_up(found, move.no, on_centers(stock_entries(move), default))
        return found


def on_centers(
    entries: Iterable[Entry], default: str | None, *, by_hand: bool = False
) -> Iterable[Entry]:
    """Income and expense on a cost center, the default for want of another; the rest on none.

    What is written by hand stays as it is.
    """
    for place, amount in entries:
        account, _, center = place.partition("@")
        if account in RESULT:
            yield at(account, center or default), amount
        else:
            yield place if by_hand else account, amount


def add_up(journal: dict[int, dict[str, int]], no: int, entries: Iterable[Entry]) -> None:
    """Add lines to a document, without accounts that come to zero."""
    for account, amount in entries:
        accounts = journal.setdefault(no, {})
        accounts[account] = accounts.get(account, 0) + amount
        if not accounts[account]:
            del accounts[account]
    if not journal.get(no, True):
        del journal[no]


def stock_entries(move: Move) -> list[Entry]:
    """Stock account against what the document gave, the rest against the movement's own contra."""
    entries = [(WAREHOUSES[move.warehouse], move.cost)]
    center = move.center
    explained = 0
    if move.takes_from is not None and move.gives_back is None:
        explained = -move.takes_from.cost
    if move.given is not None:
        entries += [(at(account, center), -amount) for account, amount in move.given if account]
        explained += sum(amount for _, amount in move.given)
        explained -= sum(source.cost for source in move.made_of)
    if move.contra:
        entries.append((at(move.contra, center), explained - move.cost))
    return entries


RESULT = {
    name
    for name, kind in ACCOUNTS.items()
    if ROOTS_OF_TYPE[AccountType(kind)][0] in PROFIT_AND_LOSS
}
"""The accounts of income and expense."""

NO_DAY = -1
"""The day before all days: nothing is closed."""


@dataclass(slots=True)
class Dated:
    """When everything counts: what each document posted, and each movement cost, by day.

    What has been dated stays where it is; each operation adds what it changes.
    """

    journal: dict[int, dict[tuple[int, str], int]] = field(default_factory=dict)
    costs: dict[tuple[int, int], dict[int, int]] = field(default_factory=dict)
    pools: dict[tuple[int, int], Pool] = field(default_factory=dict)

    def forget(self, no: int) -> None:
        """A document is cancelled: each line is taken back on its own day."""
        self.journal.pop(no, None)
        for place in [place for place in self.costs if place[0] == no]:
            del self.costs[place]

    def take_up(self, before: Books, after: Books, counts_on: Callable[[int], int]) -> None:
        """Date what has changed: of each document on the day that `counts_on` gives it."""
        then, now = before.journal(), after.journal()
        live = {effects.operation.no for effects in after.papers.live()}
        for no in live:
            old, new = then.get(no, {}), now.get(no, {})
            lines = self.journal.setdefault(no, {})
            for account in old.keys() | new.keys():
                place = (counts_on(no), account)
                lines[place] = lines.get(place, 0) + new.get(account, 0) - old.get(account, 0)
        costs = {(move.no, move.key[3]): move.cost for move in before.moves}
        for move in after.moves:
            place = (move.no, move.key[3])
            self.pools[place] = move.pool
            days, day = self.costs.setdefault(place, {}), counts_on(move.no)
            days[day] = days.get(day, 0) + move.cost - costs.get(place, 0)

    def balances(self, as_of: int | None) -> dict[str, int]:
        """Each account at the end of a day."""
        found: dict[str, int] = {}
        for lines in self.journal.values():
            for (day, place), amount in lines.items():
                account = place.partition("@")[0]
                if as_of is None or day <= as_of:
                    found[account] = found.get(account, 0) + amount
        return found

    def values(self, as_of: int | None) -> dict[Pool, int]:
        """What each bin is worth at the end of a day."""
        found: dict[Pool, int] = {}
        for place, days in self.costs.items():
            for day, cost in days.items():
                if as_of is None or day <= as_of:
                    found[self.pools[place]] = found.get(self.pools[place], 0) + cost
        return found


@dataclass(frozen=True, slots=True)
class Verdict:
    """Either reasons against an operation, or the books with it."""

    reasons: frozenset[str]
    books: Books
    minute: int


class Reference:
    """The model. `allow_negative` are the items that may go below zero now."""

    def __init__(self, switches: Switches) -> None:
        self.switches = switches
        self.accepted: list[tuple[Operation, int]] = []
        self.additional: dict[int, list[list[int]]] = {}
        self.closed_through = NO_DAY
        self.dated = Dated()
        self.books = Books(Papers(switches))
        self.allow_negative = {item for item in ITEMS if item.endswith("-")}

    def judge(self, operation: Operation) -> Verdict:
        """What becomes of the operation, if it is handed in now."""
        if operation.charges and operation.kind in SPREADING:
            without = self.judge(replace(operation, charges=()))
            self.additional[operation.no] = spread_over(operation, without.books.moves)
        papers = Papers(self.switches, self.additional)
        moves: list[Move] = []
        for earlier, minute in self.accepted:
            moves += papers.read(earlier, minute).moves
        papers.reasons = set()
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
        books = Books(papers, value(live, methods))
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
        return found

    def accept(self, operation: Operation, verdict: Verdict) -> None:
        """The operation was recorded."""
        self.accepted.append((operation, verdict.minute))
        days = {known.no: known.day for known, _ in self.accepted}
        because = self.operation(operation.of) if operation.kind is Kind.CANCEL else operation
        if because is not operation:
            self.dated.forget(because.no)

        def counts_on(no: int) -> int:
            late = self.switches.adjusts_late
            day = max(days[no], because.day) if late else days[no]
            return max(day, self.closed_through + 1)

        self.dated.take_up(self.books, verdict.books, counts_on)
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
        """The time given; else that of the last movement there is in its bins on that day."""
        if operation.minute is not None or not effects.moves:
            return operation.minute or 0
        pools = {move.pool for move in effects.moves}
        times = [
            m.key[1] for m in self.books.moves if m.key[0] == operation.day and m.pool in pools
        ]
        return max(times, default=0)

    def _falls_short(self, books: Books) -> set[str]:
        """Whether some balance, at some time, is below zero and lower than it was without this."""
        found: set[str] = set()
        before, after = history(self.books.moves), history(books.moves)
        for pool in before.keys() | after.keys():
            if pool[0] in self.allow_negative:
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
    return given - sum(source.cost for source in move.made_of)


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
    found: list[list[int]] = []
    for charge in operation.charges if coming else ():
        whole = cents(exact(charge.amount))
        parts = [cents(Fraction(whole, 100) * weight / sum(weights)) for weight in weights]
        last = max(index for index, weight in enumerate(weights) if weight)
        parts[last] += whole - sum(parts)
        found.append(parts)
    return found


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
