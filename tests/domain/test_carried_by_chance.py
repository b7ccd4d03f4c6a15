"""Weighted average and revaluations under BY_LEVEL, by chance, against exact fractions.

There is one cost in force, and a bin is worth its quantity at it, to the cent. What goods are
billed dearer goes to what is on hand of them, and with goods taken back comes what they had cost.
"""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from random import Random

from domain.decide import Decision
from tests.domain.carried import CarriedBooks, posted
from tests.domain.carried_story import Story
from tests.model.valuing import cents

SEEDS = range(12)
STEPS = 24
ACCOUNTS = {"yard": "Stock A", "shop": "Stock B"}


@dataclass
class Came:
    """A line of goods that came or went: how many, for how many cents, and what of it is left."""

    no: int
    quantity: int
    cents: int
    left: int
    cents_left: int = 0


@dataclass
class Exact:
    """One item's cost in force and what there is of it; `worth` are the cents in each bin."""

    cost: Fraction = Fraction(1)
    bins: Counter[str] = field(default_factory=Counter[str])
    received: list[Came] = field(default_factory=list[Came])
    sold: list[Came] = field(default_factory=list[Came])

    @property
    def held(self) -> int:
        return self.bins.total()

    def worth(self) -> dict[str, int]:
        return {place: cents(self.bins[place] * self.cost) for place in ACCOUNTS}

    def move(self, place: str, quantity: int) -> int:
        """Goods come or go at the cost in force; what the bin is worth more."""
        before = self.worth()[place]
        self.bins[place] += quantity
        return self.worth()[place] - before

    def bill(self, of: Came, quantity: int, rate: Fraction) -> None:
        """What the goods cost more than they came in at goes to those of them that are here."""
        cleared = cents(Fraction(of.cents_left, 100) * quantity / of.left)
        of.left -= quantity
        of.cents_left -= cleared
        billed = cents(quantity * rate)
        if not self.held:
            self.cost = Fraction(billed, 100) / quantity
            return
        kept = cents(Fraction(billed - cleared, 100) * min(self.held, quantity) / quantity)
        cost = self.cost + Fraction(kept, 100) / self.held
        if cost >= 0:  # what would be worth less than nothing keeps its cost
            self.cost = cost

    def take_back(self, of: Came, quantity: int) -> None:
        """Goods come back at what they had cost, which the average takes in."""
        cost = Fraction(cents(Fraction(-of.cents, 100) * quantity / of.quantity), 100)
        of.left -= quantity
        if cents(cost) != cents((self.bins["yard"] + quantity) * self.cost) - self.worth()["yard"]:
            self.cost = (self.held * self.cost + cost) / (self.held + quantity)
        self.bins["yard"] += quantity


class History:
    """Documents by chance, and what each has to leave."""

    def __init__(self, seed: int) -> None:
        self.luck = Random(seed)
        self.exact = Exact()
        self.story = Story(CarriedBooks("WEIGHTED_AVERAGE", "1", frozenset()))
        self.told: Counter[str] = Counter()

    def step(self) -> None:
        before = self.exact.worth()
        verb = self.luck.choice(
            ("receive", "receive", "bill", "bill", "bill", "sell", "sell", "take-back", "find",
             "lose", "move", "count", "standard", "revalue", "revalue-to")
        )  # fmt: skip
        words = getattr(self, f"_{verb.replace('-', '_')}")()
        if words is None:
            return
        decision = self.story.tell(f"{verb} {words}")
        self.told[verb] += 1
        self._compare(decision, before)

    def _compare(self, decision: Decision, before: dict[str, int]) -> None:
        worth, books = self.exact.worth(), self.story.books
        ledger = posted(decision)
        stock = {place: (Decimal(q), v) for place, (q, v) in books.stock().items()}
        for place, account in ACCOUNTS.items():
            known = stock.get(place, (Decimal(0), "0.00"))
            value = f"{Decimal(worth[place]).scaleb(-2):.2f}"
            assert known == (self.exact.bins[place], value)
            change = Decimal(worth[place] - before[place]).scaleb(-2)
            assert Decimal(ledger.get(account, "0")) == change
        if books.card is not None:
            cost = Fraction(books.card.value) / Fraction(books.card.quantity)
            assert abs(cost - self.exact.cost) < Fraction(1, 10**12)

    def _quantity(self, most: int = 9) -> int:
        return self.luck.randrange(1, most + 1)

    def _rate(self) -> Decimal:
        return self.luck.choice([Decimal(one) for one in ("1", "3.3333", "0.07", "12.5", "7.77")])

    def _receive(self) -> str:
        quantity = self._quantity()
        at = self.exact.move("yard", quantity)
        no = len(self.story.decisions) + 1
        self.exact.received.append(Came(no, quantity, at, quantity, at))
        return f"{quantity} {self._rate()}"

    def _bill(self) -> str | None:
        known = [one for one in self.exact.received if one.left]
        if not known:
            return None
        of, rate = self.luck.choice(known), self._rate()
        quantity = self._quantity(of.left)
        self.exact.bill(of, quantity, Fraction(rate))
        return f"{of.no} {quantity} {rate}"

    def _sell(self) -> str | None:
        if not self.exact.bins["yard"]:
            return None
        quantity = self._quantity(self.exact.bins["yard"])
        cost = self.exact.move("yard", -quantity)
        no = len(self.story.decisions) + 1
        self.exact.sold.append(Came(no, quantity, cost, quantity))
        return f"{quantity} 20"

    def _take_back(self) -> str | None:
        known = [one for one in self.exact.sold if one.left]
        if not known:
            return None
        of = self.luck.choice(known)
        quantity = self._quantity(of.left)
        self.exact.take_back(of, quantity)
        return f"{of.no} {quantity}"

    def _find(self) -> str:
        quantity = self._quantity()
        self.exact.move("yard", quantity)
        return f"{quantity}"

    def _lose(self) -> str | None:
        if not self.exact.bins["yard"]:
            return None
        quantity = self._quantity(self.exact.bins["yard"])
        self.exact.move("yard", -quantity)
        return f"{quantity}"

    def _move(self) -> str | None:
        words = self._lose()
        if words is not None:
            self.exact.bins["shop"] += int(words)
        return words

    def _count(self) -> str:
        found = self._quantity(20)
        self.exact.bins["yard"] = found
        return f"{found}"

    def _standard(self) -> str:
        rate = self._rate()
        self.exact.cost = Fraction(rate)
        return f"{rate}"

    def _revalue(self) -> str | None:
        return self._standard() if self.exact.bins["yard"] else None

    def _revalue_to(self) -> str | None:
        there = self.exact.bins["yard"]
        if not there:
            return None
        value = self.luck.choice((Decimal("100.01"), Decimal(10), Decimal("0.05")))
        self.exact.cost = Fraction(value) / there
        return f"{value}"


def test_random_histories_at_weighted_average_agree_with_exact_fractions() -> None:
    told: Counter[str] = Counter()
    for seed in SEEDS:
        history = History(seed)
        for _ in range(STEPS):
            history.step()
        told += history.told
    assert min(told.values()) > 3, told
