"""What all documents are drawn from: quantities, prices, days, and lines that refer to others."""

from collections.abc import Sequence
from decimal import Decimal
from random import Random
from typing import Any

from tests.model.operations import (
    ALL_ITEMS,
    ITEMS,
    ROAD,
    SERVICE,
    WAREHOUSES,
    Charge,
    Kind,
    Line,
    LineOf,
)
from tests.model.reference import Reference
from tests.model.states import LineState

QUANTITIES = [Decimal(q) for q in ("1", "2", "3", "3", "5", "7", "10", "0.5", "2.25", "0.333333")]
RATES = [
    Decimal(r)
    for r in ("10", "1", "3", "33.333333333", "7.77", "0.01", "0.005", "0", "14.285", "0.004")
]
AMOUNTS = [Decimal(a) for a in ("100", "10", "0.01", "0.02", "3.33", "-1.05", "50")]
MINUTES = [None, None, None, None, 0, 480, 720, 1080]
FOREIGN = [None, None, None, Decimal("1.1"), Decimal("0.857"), Decimal("1.23456789")]
DAYS = 8
PLACES = [warehouse for warehouse in WAREHOUSES if warehouse != ROAD]


def some_place(random: Random) -> str:
    """A warehouse; seldom the road, where goods are on their way."""
    return ROAD if random.random() < 0.03 else random.choice(PLACES)


def some_day(random: Random) -> int:
    """Late days more often, so that histories grow; early ones often enough."""
    return max(random.randrange(DAYS), random.randrange(DAYS))


def some_head(random: Random, no: int, kind: Kind) -> dict[str, Any]:
    return {"no": no, "kind": kind, "day": some_day(random), "minute": random.choice(MINUTES)}


def some_number(random: Random) -> int:
    return random.choice((1, 1, 1, 2, 3))


def some_goods(
    random: Random, *, outgoing: bool = False, services: bool = False, plain: bool = False
) -> Line:
    """Goods of any item; `plain` ones are kept by neither batch nor serial number."""
    items = list(ITEMS if plain else ALL_ITEMS)
    item = random.choice([*items, SERVICE] if services else items)
    quantity = random.choice(QUANTITIES)
    if outgoing and item.endswith("-") is False and random.random() < 0.5:
        quantity = min(quantity, Decimal(2))
    return Line(
        item=item,
        warehouse=some_place(random),
        quantity=quantity,
        rate=random.choice(RATES),
    )


def some_charges(random: Random, categories: tuple[str, ...]) -> tuple[Charge, ...]:
    return tuple(
        Charge(
            account=random.choice(("Freight", "Duty")),
            amount=random.choice(AMOUNTS),
            category=random.choice(categories),
        )
        for _ in range(random.choice((0, 0, 1, 2)))
    )


def some_currency(random: Random, reference: Reference, lines: Sequence[Line]) -> Decimal | None:
    """Mostly the currency of what is billed, or was."""
    first = next((line.of for line in lines if line.of is not None), None)
    if first is not None and random.random() < 0.7:
        return reference.operation(first.no).foreign
    return random.choice(FOREIGN)


def earlier_lines(
    random: Random, reference: Reference, kind: Kind
) -> list[tuple[LineOf, LineState]]:
    """Lines of a kind in any order, mostly live ones."""
    papers = reference.books.papers
    known = [
        (of, state)
        for of, state in papers.lines.items()
        if state.operation.kind is kind and (of.no not in papers.cancelled or random.random() < 0.1)
    ]
    return random.sample(known, len(known))


def earlier_movers(random: Random, reference: Reference) -> list[int]:
    """Documents that moved goods, mostly live ones."""
    papers = reference.books.papers
    return [
        no
        for no, effects in papers.effects.items()
        if effects.moves and (no not in papers.cancelled or random.random() < 0.1)
    ]


def line_to_bill(random: Random, reference: Reference, kind: Kind) -> Line:
    """A line that bills some earlier one: mostly what is open of it, or a part."""
    known = [
        (of, state)
        for of, state in reference.books.papers.lines.items()
        if state.operation.kind is kind
    ]
    live = [one for one in known if one[0].no not in reference.books.papers.cancelled]
    if not known or random.random() < 0.2:
        return some_goods(random, services=True)
    of, state = random.choice(live if live and random.random() < 0.95 else known)
    is_open = abs(state.open_quantity)
    open_quantity = Decimal(is_open.numerator) / Decimal(is_open.denominator)
    beyond = open_quantity + state.line.quantity / 5
    wanted = (open_quantity, open_quantity, open_quantity / 2, beyond, random.choice(QUANTITIES))
    quantity = round(random.choice(wanted), 6)
    rate = state.line.rate if random.random() < 0.85 else random.choice(RATES)
    return Line(
        item=state.line.item,
        quantity=quantity if quantity > 0 else random.choice(QUANTITIES),
        rate=rate,
        of=of,
    )
