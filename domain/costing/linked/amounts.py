"""What a movement costs by its links: shares of receipts, takeovers from sources, left-over cents.

Amounts are rounded per link. A revaluation belongs to the units that were left at its date: the
decreases dated after it, or recorded after it, have a share in it, earlier ones have none.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from domain.costing.linked.facts import Link, Revaluation
from domain.money import ZERO, round_to, share
from domain.movements import UnitCost


def has_share(link: Link, revaluation: Revaluation) -> bool:
    """Whether a decrease takes its part of a revaluation of what it is linked to."""
    return link.decrease_date > revaluation.posting_date or link.decrease_seq > revaluation.seq


def link_cost(
    link: Link,
    quantity: Decimal,
    cost: Decimal,
    revaluations: Iterable[Revaluation],
    digits: int,
) -> Decimal:
    """What the linked quantity costs of an increase of `quantity` that came to `cost` in all.

    `cost` includes the revaluations, and no rounding entries.
    """
    exact, plain = ZERO, cost
    for one in revaluations:
        plain -= one.amount
        if has_share(link, one):
            exact += share(one.amount, link.quantity, one.covered)
    return round_to(exact + share(plain, link.quantity, quantity), digits)


def at_card_cost(quantity: Decimal, card: UnitCost | None, digits: int) -> Decimal:
    """What a quantity costs where no receipt stands behind it (unknown: nothing)."""
    if card is None or not card.quantity:
        return ZERO
    return round_to(share(card.value, quantity, card.quantity), digits)


def net(links: Iterable[Link]) -> list[Link]:
    """The links without those that a cancellation took back."""
    sums: dict[tuple[object, object], Link] = {}
    for one in links:
        key = (one.decrease, one.increase)
        known = sums.get(key)
        sums[key] = one if known is None else known._replace(quantity=known.quantity + one.quantity)
    return [one for one in sums.values() if one.quantity]


def later(first: date, *others: date | None) -> date:
    """The latest of dates, of which some may not be known."""
    return max([first, *(one for one in others if one is not None)])
