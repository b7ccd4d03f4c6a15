"""Ledger lines of all documents: on which account and cost center, and on which day they count."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from domain.accounts import PROFIT_AND_LOSS, ROOTS_OF_TYPE, AccountType
from tests.model.operations import ACCOUNTS, APART, WAREHOUSES, Kind, Switches
from tests.model.states import Effects, Entry, Move, at

OR = "|"
"""Between the account of what trues up, where the company wants it apart, and the usual one."""

RESULT = {
    name
    for name, kind in ACCOUNTS.items()
    if ROOTS_OF_TYPE[AccountType(kind)][0] in PROFIT_AND_LOSS
}
"""The accounts of income and expense."""


def fit_for_centers(entries: Iterable[Entry], *, by_hand: bool = False) -> Iterable[Entry]:
    """Cost centers on income and expense only; what is written by hand stays as it is."""
    for place, amount in entries:
        account = place.partition("@")[0]
        keeps = by_hand or account.partition(OR)[0] in RESULT
        yield place if keeps else account, amount


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
        explained -= sum(move.part_of(source.cost) for source in move.made_of)
    if move.contra and move.trues_up:
        if move.takes_from is not None and move.gives_back is not None:
            given = sum(amount for _, amount in move.given or ())
            entries.append((at(move.contra, center), given - move.goods_cost))
            explained = move.goods_cost
        entries.append((at(f"{APART}{OR}{move.contra}", center), explained - move.cost))
    elif move.contra:
        entries.append((at(move.contra, center), explained - move.cost))
    return entries


def entries_of(effects: Effects, moves: Iterable[Move]) -> list[Entry]:
    """What a document posts itself, one by one."""
    by_hand = effects.operation.kind is Kind.JOURNAL
    of_stock = [entry for move in moves for entry in stock_entries(move)]
    return [*fit_for_centers(effects.journal, by_hand=by_hand), *fit_for_centers(of_stock)]


def lack_centers(entries: Iterable[Entry]) -> bool:
    """Whether anything of income or expense is on no cost center."""
    return any(
        amount and "@" not in place and place.partition(OR)[0] in RESULT
        for place, amount in entries
    )


def settled(lines: Mapping[str, int], switches: Switches) -> dict[str, int]:
    """Each on the account and the cost center that it has now; nothing that comes to zero."""
    found: dict[int, dict[str, int]] = {}
    add_up(found, 0, ((place_under(place, switches), amount) for place, amount in lines.items()))
    return found.get(0, {})


def place_under(place: str, switches: Switches) -> str:
    """Where an entry stands that is made under these switches.

    Income and expense on the default cost center for want of another, and what trues up on the
    account where the company has it now.
    """
    apart, _, usual = place.partition(OR)
    if usual:
        place = at(apart, usual.partition("@")[2]) if switches.trues_up_apart else usual
    return at(place, switches.center) if place in RESULT else place


@dataclass(slots=True)
class Dated:
    """When everything counts: what each document posted, and each movement cost, by day.

    What has been dated stays where it is; each operation adds what it changes.
    """

    journal: dict[int, dict[tuple[int, str], int]] = field(default_factory=dict)
    costs: dict[tuple[int, int], dict[int, int]] = field(default_factory=dict)
    pools: dict[tuple[int, int], tuple[str, str, str]] = field(default_factory=dict)

    def forget(self, no: int) -> None:
        """A document is cancelled: each line is taken back on its own day."""
        self.journal.pop(no, None)
        for place in [place for place in self.costs if place[0] == no]:
            del self.costs[place]

    def post(
        self,
        no: int,
        before: Mapping[str, int],
        after: Mapping[str, int],
        day: int,
        switches: Switches,
    ) -> None:
        """What a document's lines have changed by counts on a day."""
        lines = self.journal.setdefault(no, {})
        for place in before.keys() | after.keys():
            change = after.get(place, 0) - before.get(place, 0)
            dated = (day, place_under(place, switches))
            lines[dated] = lines.get(dated, 0) + change

    def add(self, no: int, entries: Iterable[Entry], day: int, switches: Switches) -> None:
        """More lines of a document, on a day."""
        found: dict[int, dict[str, int]] = {}
        add_up(found, no, fit_for_centers(entries))
        self.post(no, {}, found.get(no, {}), day, switches)

    def value(self, before: list[Move], after: list[Move], counts_on: Callable[[int], int]) -> None:
        """What movements cost more or less counts on the day that `counts_on` gives."""
        costs = {(move.no, move.key[3]): move.cost for move in before}
        for move in after:
            place = (move.no, move.key[3])
            self.pools[place] = move.pool
            days, day = self.costs.setdefault(place, {}), counts_on(move.no)
            days[day] = days.get(day, 0) + move.cost - costs.get(place, 0)

    def by_document(self) -> dict[int, dict[str, int]]:
        """What each document has posted until now, whenever it counts."""
        found: dict[int, dict[str, int]] = {}
        for no, lines in self.journal.items():
            add_up(found, no, ((place, amount) for (_, place), amount in lines.items()))
        return found

    def balances(self, as_of: int | None) -> dict[str, int]:
        """Each account at the end of a day."""
        found: dict[str, int] = {}
        for lines in self.journal.values():
            for (day, place), amount in lines.items():
                account = place.partition("@")[0]
                if as_of is None or day <= as_of:
                    found[account] = found.get(account, 0) + amount
        return found

    def values(self, as_of: int | None) -> dict[tuple[str, str, str], int]:
        """What each bin is worth at the end of a day."""
        found: dict[tuple[str, str, str], int] = {}
        for place, days in self.costs.items():
            for day, cost in days.items():
                if as_of is None or day <= as_of:
                    found[self.pools[place]] = found.get(self.pools[place], 0) + cost
        return found
