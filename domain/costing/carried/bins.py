"""The bins of a document's items while it is valued: a bin is worth quantity x cost in force.

Amounts are differences of rounded values, so that a bin's entries add up to its value to the cent.
"""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from domain.costing.carried.facts import CarriedItem
from domain.costing.linked.facts import BinTotals
from domain.money import ONE, ZERO, round_to, share
from domain.movements import Pool, PostingKey, UnitCost

NO_COST = UnitCost(ZERO, ONE)
"""What a unit costs of which nobody has ever said what it costs."""


def at(cost: UnitCost, quantity: Decimal, digits: int) -> Decimal:
    """What a quantity is worth, rounded."""
    return round_to(share(cost.value, quantity, cost.quantity), digits)


class Bins:
    """Mutable, and gone when the valuing is over."""

    def __init__(self, items: Mapping[UUID, CarriedItem], digits: int) -> None:
        """As the books have them."""
        self._digits = digits
        self._cards = {id_: one.card for id_, one in items.items()}
        self._pools = {pool: totals for one in items.values() for pool, totals in one.bins.items()}
        self.changed: set[Pool] = set()
        self.recosted: set[UUID] = set()

    def card(self, item: UUID) -> UnitCost:
        """The item's cost in force."""
        return self._cards[item] or NO_COST

    def has_card(self, item: UUID) -> bool:
        """Whether anybody has ever said what the item costs."""
        return self._cards[item] is not None

    def of(self, pool: Pool) -> BinTotals:
        """A bin as it is now."""
        return self._pools.get(pool, BinTotals())

    def pools(self, item: UUID) -> list[Pool]:
        """The item's bins, in key order."""
        return sorted(pool for pool in self._pools if pool.item == item)

    def quantity(self, item: UUID) -> Decimal:
        """What there is of the item in all bins."""
        return sum((one.quantity for pool, one in self._pools.items() if pool.item == item), ZERO)

    def target(self, pool: Pool, moved: Decimal = ZERO) -> Decimal:
        """By how much the bin's value changes if that quantity moves and it is worth its cost."""
        bin_ = self.of(pool)
        worth = at(self.card(pool.item), bin_.quantity + moved, self._digits)
        return worth - bin_.value

    def put(self, pool: Pool, quantity: Decimal, value: Decimal, key: PostingKey) -> None:
        """A movement has changed the bin by so much."""
        before = self.of(pool)
        last = key if before.last_key is None else max(before.last_key, key)
        self._pools[pool] = BinTotals(
            before.quantity + quantity, before.value + value, before.movements + 1, last
        )
        self.changed.add(pool)

    def add_value(self, pool: Pool, value: Decimal) -> None:
        """An earlier movement has got further cost."""
        before = self.of(pool)
        self._pools[pool] = before._replace(value=before.value + value)
        self.changed.add(pool)

    def recost(self, item: UUID, cost: UnitCost | None) -> None:
        """Another cost comes into force; the bins' values are to follow."""
        self._cards[item] = cost
        self.recosted.add(item)

    def averaged(self, item: UUID, quantity: Decimal, value: Decimal) -> UnitCost | None:
        """The cost in force once a quantity has come in for a value; None: nothing would be left.

        Both may be negative: what a cancellation takes out again.
        """
        card, held = self.card(item), self.quantity(item)
        worth = share(card.value, held, card.quantity) + value
        if held + quantity <= 0 or worth < 0:
            return None
        return UnitCost(worth, held + quantity)

    def cards(self) -> Mapping[UUID, UnitCost | None]:
        """The items that have come to another cost, or to their first."""
        return {item: self._cards[item] for item in self.recosted}

    def totals(self) -> Mapping[Pool, BinTotals]:
        """The bins that have changed."""
        return {pool: self._pools[pool] for pool in self.changed}
