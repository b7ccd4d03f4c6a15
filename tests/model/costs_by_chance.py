"""Costs by chance: landed costs of every basis and currency, and what goods cost besides moving.

Some are billed by the supplier, on receipts and on bills that received their goods.
"""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import partial
from random import Random

from tests.model import goods_by_chance as goods
from tests.model.chance import FOREIGN, MINUTES, earlier_movers, some_day
from tests.model.operations import Charge, Kind, Line, LineOf, Operation
from tests.model.papers_by_chance import bill
from tests.model.reference import Reference
from tests.model.states import Effects
from tests.model.valuing import cents, exact

_BASES = ("AMOUNT", "QUANTITY", "EQUAL", "WEIGHT", "VOLUME", "MANUAL", "MANUAL")
_COSTS = [Decimal(c) for c in ("100", "0.01", "3.33", "0.05", "12.34")]
_RATE = Decimal("1.1")


def landed_cost(random: Random, reference: Reference, no: int) -> Operation:
    """Later costs of what one to three documents brought in, or of some of their lines."""
    papers = reference.books.papers
    bearing = {one: [line.of for line in papers.bearing(one, {})]
               for one in earlier_movers(random, reference)}  # fmt: skip
    documents = sorted(one for one, lines in bearing.items() if lines or random.random() < 0.02)
    if not documents:
        return goods.receipt(random, reference, no)
    chosen = random.sample(documents, min(len(documents), random.choice((1, 1, 2, 3))))
    late = max(reference.operation(one).day for one in chosen)
    operation = Operation(
        no=no,
        kind=Kind.LANDED_COST,
        day=random.choice((late, late, max(late, some_day(random)), some_day(random))),
        minute=random.choice(MINUTES),
        lines=tuple(Line(of=LineOf(one, -1)) for one in chosen),
        reason=random.choice(_BASES),
        foreign=random.choice(FOREIGN),
        billed=random.random() < 0.3,
    )
    charges = tuple(_charge(random, operation) for _ in range(random.choice((1, 1, 2, 3))))
    operation = replace(operation, charges=charges)
    taking = [of for one in chosen for of in bearing[one]]
    if random.random() < 0.05:
        taking += [of for one in chosen for of in _others(papers.effects[one], bearing[one])]
    random.shuffle(taking)
    if operation.reason == "MANUAL":
        return replace(operation, lines=(*operation.lines, *_by_hand(random, operation, taking)))
    if random.random() < 0.3 and taking:
        some = random.sample(taking, random.choice(range(1, len(taking) + 1)))
        return replace(operation, lines=(*operation.lines, *(Line(of=of) for of in some)))
    return operation


def _others(effects: Effects, bearing: list[LineOf]) -> list[LineOf]:
    """The lines of a document that later costs cannot be for."""
    no, lines = effects.operation.no, effects.operation.lines
    return [of for of in (LineOf(no, index) for index in range(len(lines))) if of not in bearing]


def _charge(random: Random, operation: Operation) -> Charge:
    """Mostly in the document's currency; now and then at a rate that is missing, or too much."""
    given = [(None, None)] * 5
    given += [("EUR", None), ("USD", operation.foreign or _RATE)]
    given += [("USD", None), (None, _RATE)] if random.random() < 0.1 else []
    currency, rate = random.choice(given)
    account = random.choice(("Freight", "Duty"))
    amount = random.choice(_COSTS)
    return Charge(
        account=account, amount=amount, category="VALUATION", currency=currency, rate=rate
    )


def _by_hand(random: Random, operation: Operation, lines: list[LineOf]) -> list[Line]:
    """All of the charges, in parts; seldom not quite all."""
    left = sum(_cents_of(operation, charge) for charge in operation.charges)
    parts: list[Line] = []
    for of in lines:
        part = random.choice((left, left // 2, left // 3, 0, 1))
        part = left if of == lines[-1] else min(part, left)
        left -= part
        parts.append(Line(of=of, amount=Decimal(part).scaleb(-2)))
    if parts and random.random() < 0.1:
        parts[0] = replace(parts[0], amount=parts[0].amount + Decimal("0.01"))
    return parts


def _cents_of(operation: Operation, charge: Charge) -> int:
    rate = charge.rate or operation.foreign
    is_own = charge.currency == "EUR" or rate is None
    return cents(exact(charge.amount) * (1 if is_own or rate is None else exact(rate)))


def _with_costs(
    random: Random,
    reference: Reference,
    no: int,
    make: Callable[[Random, Reference, int], Operation],
) -> Operation:
    """Goods that move, mostly with one additional cost or two."""
    operation = make(random, reference, no)
    charges = tuple(
        Charge(
            account=random.choice(("Freight", "Duty")),
            amount=random.choice(_COSTS),
            category="TOTAL",
        )
        for _ in range(random.choice((0, 1, 1, 2)))
    )
    return replace(operation, charges=charges) if operation.kind in _BEARING else operation


def _received(random: Random, reference: Reference, no: int) -> Operation:
    """A bill that mostly receives its goods."""
    operation = bill(random, reference, no)
    refers = any(line.of is not None for line in operation.lines)
    return replace(operation, update_stock=operation.update_stock or not refers)


_BEARING = {Kind.MATERIAL_RECEIPT, Kind.TRANSFER, Kind.SEND, Kind.ARRIVE}
COSTLY = {
    Kind.LANDED_COST: landed_cost,
    Kind.BILL: _received,
    Kind.MATERIAL_RECEIPT: partial(_with_costs, make=goods.material_receipt),
    Kind.TRANSFER: partial(_with_costs, make=goods.transfer),
    Kind.SEND: partial(_with_costs, make=goods.send),
    Kind.ARRIVE: partial(_with_costs, make=goods.arrive),
}
"""What is made otherwise than in other histories."""
