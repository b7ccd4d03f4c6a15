"""Documents by chance that move goods, or change what they cost."""

from dataclasses import replace
from decimal import Decimal
from random import Random

from tests.model.chance import (
    FOREIGN,
    MINUTES,
    PLACES,
    QUANTITIES,
    earlier_lines,
    earlier_movers,
    line_to_bill,
    some_charges,
    some_currency,
    some_day,
    some_goods,
    some_head,
    some_number,
    some_place,
)
from tests.model.operations import ROAD, SERVICE, Charge, Kind, Line, LineOf, Operation
from tests.model.reference import Reference
from tests.model.states import LineState


def receipt(random: Random, reference: Reference, no: int) -> Operation:
    lines = tuple(
        _judged(random, _moved(random, reference, Kind.BILL)) for _ in range(some_number(random))
    )
    return Operation(
        **some_head(random, no, Kind.RECEIPT),
        lines=lines,
        charges=some_charges(random, ("VALUATION", "VALUATION_AND_TOTAL", "TOTAL")),
        foreign=some_currency(random, reference, lines),
    )


def delivery(random: Random, reference: Reference, no: int) -> Operation:
    lines = tuple(_moved(random, reference, Kind.SALE) for _ in range(some_number(random)))
    return Operation(
        **some_head(random, no, Kind.DELIVERY),
        lines=lines,
        foreign=some_currency(random, reference, lines),
    )


def _moved(random: Random, reference: Reference, billed: Kind) -> Line:
    """Goods that come or go; now and then those that were billed before."""
    if random.random() < 0.7:
        return some_goods(random, outgoing=billed is Kind.SALE, services=True)
    line = line_to_bill(random, reference, billed)
    return replace(line, warehouse=line.warehouse or some_place(random))


def _judged(random: Random, line: Line) -> Line:
    """Goods that come; now and then some of them are rejected, into whatever warehouse."""
    if line.item == SERVICE or random.random() < 0.8:
        return line
    to = some_place(random)
    return replace(line, rejected=random.choice(QUANTITIES), rejected_to=to)


def material_receipt(random: Random, _: Reference, no: int) -> Operation:
    lines = [some_goods(random) for _ in range(some_number(random))]
    return Operation(
        **some_head(random, no, Kind.MATERIAL_RECEIPT), lines=tuple(_booked(random, lines))
    )


def material_issue(random: Random, _: Reference, no: int) -> Operation:
    lines = [some_goods(random, outgoing=True) for _ in range(some_number(random))]
    return Operation(
        **some_head(random, no, Kind.MATERIAL_ISSUE), lines=tuple(_booked(random, lines))
    )


def _booked(random: Random, lines: list[Line]) -> list[Line]:
    """Some of the lines against an account of their own."""
    account = random.choice((None, None, "Samples"))
    return [
        Line(
            item=line.item,
            warehouse=line.warehouse,
            quantity=line.quantity,
            rate=line.rate,
            account=account,
        )
        for line in lines
    ]


def transfer(random: Random, _: Reference, no: int) -> Operation:
    lines: list[Line] = []
    for _number in range(some_number(random)):
        goods = some_goods(random, outgoing=True)
        others = [w for w in PLACES if w != goods.warehouse]
        to = random.choice([*others, *others, *others, goods.warehouse])
        lines.append(
            Line(item=goods.item, warehouse=goods.warehouse, to=to, quantity=goods.quantity)
        )
    return Operation(**some_head(random, no, Kind.TRANSFER), lines=tuple(lines))


def send(random: Random, _: Reference, no: int) -> Operation:
    lines = [
        Line(item=goods.item, warehouse=goods.warehouse, to=ROAD, quantity=goods.quantity)
        for goods in (some_goods(random, outgoing=True) for _number in range(some_number(random)))
    ]
    return Operation(**some_head(random, no, Kind.SEND), lines=tuple(lines))


def arrive(random: Random, reference: Reference, no: int) -> Operation:
    """What was sent, in part or more than all of it."""
    papers = reference.books.papers
    sent = [
        (LineOf(effects.operation.no, index), line, effects.operation.day)
        for effects in papers.effects.values()
        for index, line in enumerate(effects.operation.lines)
        if effects.operation.kind is Kind.SEND
        and (effects.operation.no not in papers.cancelled or random.random() < 0.1)
    ]
    if not sent:
        return send(random, reference, no)
    chosen = [random.choice(sent) for _number in range(random.choice((1, 1, 2)))]
    late = max(day for _, _, day in chosen)
    lines = tuple(
        Line(
            item=line.item,
            of=of,
            to=some_place(random),
            quantity=random.choice((line.quantity, min(line.quantity, Decimal(1)), Decimal(2))),
        )
        for of, line, _ in chosen
    )
    day = random.choice((late, max(late, some_day(random)), some_day(random)))
    minute = random.choice(MINUTES)
    return Operation(no=no, kind=Kind.ARRIVE, day=day, minute=minute, lines=lines)


def lose(random: Random, reference: Reference, no: int) -> Operation:
    """What will never arrive of what was sent."""
    arriving = arrive(random, reference, no)
    if arriving.kind is not Kind.ARRIVE:
        return arriving
    lines = tuple(replace(line, to=None) for line in arriving.lines)
    return replace(arriving, kind=Kind.LOSE, lines=lines)


def make(random: Random, _: Reference, no: int) -> Operation:
    """Goods that turn into others; a product may be made of itself.

    Scrap is mostly worth little: where it is worth more than its materials it is refused.
    """
    lines = [some_goods(random, outgoing=True) for _ in range(some_number(random))]
    products = _products(random)
    lines += products
    if random.random() < 0.3:
        scrap = _made(random)
        rate = random.choice((Decimal(0), Decimal("0.01"), Decimal("0.2"), scrap.rate))
        lines.append(replace(scrap, scrap=True, rate=rate))
    random.shuffle(lines)
    return Operation(
        **some_head(random, no, Kind.MAKE),
        reason=("MANUFACTURE", "REPACK")[no % 2],
        lines=tuple(lines),
        charges=tuple(
            one
            for one in some_charges(random, ("TOTAL",))
            if one.amount > 0 and len(products) == 1 and len(products[0].lots()) == 1
        ),
    )


def _products(random: Random) -> list[Line]:
    """One or more, which share the cost by what is said, or else by quantity."""
    products = [_made(random) for _ in range(random.choice((1, 1, 2, 3)))]
    if random.random() < 0.5:
        return products
    return [replace(one, share=Decimal(random.randint(1, 60))) for one in products]


def _made(random: Random) -> Line:
    goods = some_goods(random)
    return replace(goods, warehouse=None, to=goods.warehouse)


def count(random: Random, _: Reference, no: int) -> Operation:
    lines: list[Line] = []
    for _number in range(some_number(random)):
        goods = some_goods(random)
        if goods.item == "serial":
            goods = some_goods(random, plain=True)
        may_keep = (None, None, "quantity", "rate")
        keeps = None if goods.item.endswith("-") else random.choice(may_keep)
        quantity = random.choice((goods.quantity, goods.quantity, Decimal(0)))
        lines.append(replace(goods, quantity=quantity, keeps=keeps))
    reason = "COUNT" if no % 3 else "OPENING"
    return Operation(**some_head(random, no, Kind.COUNT), lines=tuple(lines), reason=reason)


def change_method(random: Random, _: Reference, no: int) -> Operation:
    line = replace(
        some_goods(random, plain=True),
        method=random.choice(("FIFO", "LIFO", "MOVING_AVERAGE")),
        keeps=random.choice(("rate", "rate", None)),
    )
    return Operation(**some_head(random, no, Kind.METHOD), lines=(line,))


def landed_cost(random: Random, reference: Reference, no: int) -> Operation:
    papers = reference.books.papers
    known = [one for one in earlier_movers(random, reference) if papers.bearing(one, {})]
    if not known:
        return receipt(random, reference, no)
    chosen = random.sample(known, min(len(known), random.choice((1, 1, 2))))
    late = max(reference.operation(one).day for one in chosen)
    charges = tuple(
        Charge(account=random.choice(("Freight", "Duty")), amount=amount, category="VALUATION")
        for amount in random.sample((Decimal(100), Decimal("0.01"), Decimal("3.33")), 2)
    )
    return Operation(
        no=no,
        kind=Kind.LANDED_COST,
        day=random.choice((late, late, max(late, some_day(random)), some_day(random))),
        minute=random.choice(MINUTES),
        lines=tuple(Line(of=LineOf(one, -1)) for one in chosen),
        reason=("AMOUNT", "QUANTITY", "EQUAL")[no % 3],
        charges=charges[: random.choice((1, 2))],
    )


def purchase_return(random: Random, reference: Reference, no: int) -> Operation:
    return _return(random, reference, no, Kind.PURCHASE_RETURN, Kind.RECEIPT)


def sales_return(random: Random, reference: Reference, no: int) -> Operation:
    return _return(random, reference, no, Kind.SALES_RETURN, Kind.DELIVERY)


def _return(random: Random, reference: Reference, no: int, kind: Kind, original: Kind) -> Operation:
    lines = [
        _given_back(random, of, state)
        for of, state in _moved_by(random, reference, original)[: some_number(random)]
    ]
    if not lines or random.random() < 0.25:
        loose = some_goods(random, outgoing=kind is Kind.PURCHASE_RETURN)
        lines.insert(random.choice((0, len(lines))), loose)
    late = max((reference.operation(line.of.no).day for line in lines if line.of), default=0)
    days = (late, max(late, some_day(random)), some_day(random))
    return Operation(
        no=no,
        kind=kind,
        day=random.choice(days),
        minute=random.choice(MINUTES),
        lines=tuple(lines),
        foreign=None if any(line.of for line in lines) else random.choice(FOREIGN),
    )


def _moved_by(random: Random, reference: Reference, kind: Kind) -> list[tuple[LineOf, LineState]]:
    """Lines that moved goods: of receipts or deliveries, and of invoices that did it themselves."""
    invoices = Kind.BILL if kind is Kind.RECEIPT else Kind.SALE
    billed = [one for one in earlier_lines(random, reference, invoices) if one[1].moved_with_bill]
    known = earlier_lines(random, reference, kind) + billed
    return random.sample(known, len(known))


def _given_back(random: Random, of: LineOf, state: LineState) -> Line:
    """Of one line; of what it rejected more often than not, where it did.

    Now and then it comes into another warehouse, or leaves from one.
    """
    bought = state.operation.kind in {Kind.RECEIPT, Kind.BILL}
    rejected = random.random() < (0.6 if state.line.rejected else 0.02 * bought)
    whole = state.line.rejected if rejected and state.line.rejected else state.line.quantity
    quantity = random.choice((whole, *QUANTITIES))
    elsewhere = None if rejected or random.random() < 0.75 else random.choice(PLACES)
    return Line(of=of, quantity=quantity, of_rejected=rejected, warehouse=elsewhere)
