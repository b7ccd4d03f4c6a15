"""Random histories: what comes next, likely or unlikely, given what was accepted so far."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Any

from tests.model.operations import (
    ITEMS,
    ROAD,
    SERVICE,
    WAREHOUSES,
    Charge,
    Kind,
    Line,
    LineOf,
    Operation,
)
from tests.model.reference import NO_DAY, Reference
from tests.model.states import LineState

QUANTITIES = [Decimal(q) for q in ("1", "2", "3", "3", "5", "7", "10", "0.5", "2.25", "0.333333")]
RATES = [
    Decimal(r) for r in ("10", "1", "3", "33.333333333", "7.77", "0.01", "0.005", "0", "14.285")
]
AMOUNTS = [Decimal(a) for a in ("100", "10", "0.01", "0.02", "3.33", "-1.05", "50")]
MINUTES = [None, None, None, None, 0, 480, 720, 1080]
FOREIGN = [None, None, None, Decimal("1.1"), Decimal("0.857"), Decimal("1.23456789")]
DAYS = 8
PLACES = [warehouse for warehouse in WAREHOUSES if warehouse != ROAD]
ACCOUNTS_BY_HAND = ["Bank", "Capital", "Services", "Debtors", "Creditors", "Accrual", "Stock A"]


def next_operation(
    random: Random, reference: Reference, no: int, kinds: Sequence[Kind]
) -> Operation:
    """One more operation; most are possible, some are not."""
    accepted = [operation for operation, _ in reference.accepted]
    if random.random() < 0.02:
        return Operation(
            no=no, kind=Kind.ALLOW, day=0, lines=(Line(item=random.choice(list(ITEMS))),)
        )
    if random.random() < 0.02:
        return _close(random, reference, no)
    if accepted and random.random() < 0.15:
        return Operation(no=no, kind=Kind.CANCEL, day=0, of=random.choice(accepted).no)
    return _MAKERS[random.choice(kinds)](random, reference, no)


def _close(random: Random, _: Reference, no: int) -> Operation:
    return Operation(no=no, kind=Kind.CLOSE, day=random.choice((NO_DAY, 0, 1, 2, 3, 4)))


def _place(random: Random) -> str:
    """A warehouse; seldom the road, where goods are on their way."""
    return ROAD if random.random() < 0.03 else random.choice(PLACES)


def _day(random: Random) -> int:
    """Late days more often, so that histories grow; early ones often enough."""
    return max(random.randrange(DAYS), random.randrange(DAYS))


def _head(random: Random, no: int, kind: Kind) -> dict[str, Any]:
    return {"no": no, "kind": kind, "day": _day(random), "minute": random.choice(MINUTES)}


def _count(random: Random) -> int:
    return random.choice((1, 1, 1, 2, 3))


def _goods(random: Random, *, outgoing: bool = False, services: bool = False) -> Line:
    item = random.choice([*ITEMS, SERVICE] if services else list(ITEMS))
    quantity = random.choice(QUANTITIES)
    if outgoing and item.endswith("-") is False and random.random() < 0.5:
        quantity = min(quantity, Decimal(2))
    return Line(
        item=item,
        warehouse=_place(random),
        quantity=quantity,
        rate=random.choice(RATES),
    )


def _charges(random: Random, categories: tuple[str, ...]) -> tuple[Charge, ...]:
    return tuple(
        Charge(
            account=random.choice(("Freight", "Duty")),
            amount=random.choice(AMOUNTS),
            category=random.choice(categories),
        )
        for _ in range(random.choice((0, 0, 1, 2)))
    )


def _receipt(random: Random, reference: Reference, no: int) -> Operation:
    lines = tuple(
        _judged(random, _moved(random, reference, Kind.BILL)) for _ in range(_count(random))
    )
    return Operation(
        **_head(random, no, Kind.RECEIPT),
        lines=lines,
        charges=_charges(random, ("VALUATION", "VALUATION_AND_TOTAL", "TOTAL")),
        foreign=_foreign(random, reference, lines),
    )


def _delivery(random: Random, reference: Reference, no: int) -> Operation:
    lines = tuple(_moved(random, reference, Kind.SALE) for _ in range(_count(random)))
    return Operation(
        **_head(random, no, Kind.DELIVERY),
        lines=lines,
        foreign=_foreign(random, reference, lines),
    )


def _moved(random: Random, reference: Reference, billed: Kind) -> Line:
    """Goods that come or go; now and then those that were billed before."""
    if random.random() < 0.7:
        return _goods(random, outgoing=billed is Kind.SALE, services=True)
    line = _invoice_line(random, reference, billed)
    return replace(line, warehouse=line.warehouse or _place(random))


def _judged(random: Random, line: Line) -> Line:
    """Goods that come; now and then some of them are rejected, into whatever warehouse."""
    if line.item == SERVICE or random.random() < 0.8:
        return line
    to = _place(random)
    return replace(line, rejected=random.choice(QUANTITIES), rejected_to=to)


def _foreign(random: Random, reference: Reference, lines: Sequence[Line]) -> Decimal | None:
    """Mostly the currency of what is billed, or was."""
    first = next((line.of for line in lines if line.of is not None), None)
    if first is not None and random.random() < 0.7:
        return reference.operation(first.no).foreign
    return random.choice(FOREIGN)


def _material_receipt(random: Random, _: Reference, no: int) -> Operation:
    lines = [_goods(random) for _ in range(_count(random))]
    return Operation(
        **_head(random, no, Kind.MATERIAL_RECEIPT), lines=tuple(_booked(random, lines))
    )


def _material_issue(random: Random, _: Reference, no: int) -> Operation:
    lines = [_goods(random, outgoing=True) for _ in range(_count(random))]
    return Operation(**_head(random, no, Kind.MATERIAL_ISSUE), lines=tuple(_booked(random, lines)))


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


def _transfer(random: Random, _: Reference, no: int) -> Operation:
    lines: list[Line] = []
    for _number in range(_count(random)):
        goods = _goods(random, outgoing=True)
        others = [w for w in PLACES if w != goods.warehouse]
        to = random.choice([*others, *others, *others, goods.warehouse])
        lines.append(
            Line(item=goods.item, warehouse=goods.warehouse, to=to, quantity=goods.quantity)
        )
    return Operation(**_head(random, no, Kind.TRANSFER), lines=tuple(lines))


def _send(random: Random, _: Reference, no: int) -> Operation:
    lines = [
        Line(item=goods.item, warehouse=goods.warehouse, to=ROAD, quantity=goods.quantity)
        for goods in (_goods(random, outgoing=True) for _number in range(_count(random)))
    ]
    return Operation(**_head(random, no, Kind.SEND), lines=tuple(lines))


def _arrive(random: Random, reference: Reference, no: int) -> Operation:
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
        return _send(random, reference, no)
    chosen = [random.choice(sent) for _number in range(random.choice((1, 1, 2)))]
    late = max(day for _, _, day in chosen)
    lines = tuple(
        Line(
            item=line.item,
            of=of,
            to=_place(random),
            quantity=random.choice((line.quantity, min(line.quantity, Decimal(1)), Decimal(2))),
        )
        for of, line, _ in chosen
    )
    day = random.choice((late, max(late, _day(random)), _day(random)))
    minute = random.choice(MINUTES)
    return Operation(no=no, kind=Kind.ARRIVE, day=day, minute=minute, lines=lines)


def _make(random: Random, _: Reference, no: int) -> Operation:
    """Goods that turn into others; a product may be made of itself, and scrap may be worth more."""
    lines = [_goods(random, outgoing=True) for _ in range(_count(random))]
    lines.append(_made(random))
    if random.random() < 0.4:
        lines.append(replace(_made(random), scrap=True))
    random.shuffle(lines)
    return Operation(
        **_head(random, no, Kind.MAKE),
        lines=tuple(lines),
        charges=tuple(one for one in _charges(random, ("TOTAL",)) if one.amount > 0),
    )


def _made(random: Random) -> Line:
    goods = _goods(random)
    return replace(goods, warehouse=None, to=goods.warehouse)


def _invoice_line(random: Random, reference: Reference, kind: Kind) -> Line:
    """A line that bills some earlier one: mostly what is open of it, or a part."""
    known = [
        (of, state)
        for of, state in reference.books.papers.lines.items()
        if state.operation.kind is kind
    ]
    live = [one for one in known if one[0].no not in reference.books.papers.cancelled]
    if not known or random.random() < 0.2:
        return _goods(random, services=True)
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


def _bill(random: Random, reference: Reference, no: int) -> Operation:
    return _invoice(random, reference, no, Kind.BILL, Kind.RECEIPT)


def _sale(random: Random, reference: Reference, no: int) -> Operation:
    return _invoice(random, reference, no, Kind.SALE, Kind.DELIVERY)


def _invoice(random: Random, reference: Reference, no: int, kind: Kind, bills: Kind) -> Operation:
    update_stock = random.random() < 0.35
    if update_stock:
        lines = [
            _goods(random, outgoing=kind is Kind.SALE, services=True) for _ in range(_count(random))
        ]
    else:
        lines = [_invoice_line(random, reference, bills) for _ in range(_count(random))]
    categories = ("TOTAL",) if kind is Kind.SALE else ("VALUATION", "VALUATION_AND_TOTAL", "TOTAL")
    return Operation(
        **_head(random, no, kind),
        lines=tuple(lines),
        charges=_charges(random, categories),
        update_stock=update_stock,
        rounded_total=random.random() < 0.15,
        foreign=_foreign(random, reference, lines),
    )


def _journal(random: Random, _: Reference, no: int) -> Operation:
    lines: list[Line] = []
    left = Decimal(0)
    for _number in range(random.choice((1, 1, 2))):
        amount = random.choice(AMOUNTS)
        left -= amount
        lines.append(_journal_line(random, amount))
    if random.random() < 0.05:
        left += 1
    if left:
        lines.append(_journal_line(random, left))
    else:
        lines += [_journal_line(random, Decimal(1)), _journal_line(random, Decimal(-1))]
    return Operation(
        **_head(random, no, Kind.JOURNAL), lines=tuple(lines), foreign=random.choice(FOREIGN)
    )


def _journal_line(random: Random, amount: Decimal) -> Line:
    account = random.choice(ACCOUNTS_BY_HAND if random.random() < 0.9 else ["Stock B"])
    party = {"Debtors": "customer", "Creditors": "supplier"}.get(account)
    if random.random() < 0.2:
        party = random.choice((None, "customer"))
    return Line(account=account, amount=amount, party=party)


def _payment(random: Random, reference: Reference, no: int) -> Operation:
    kind = random.choice((Kind.PAY, Kind.COLLECT))
    wanted = Kind.BILL if kind is Kind.PAY else Kind.SALE
    papers = reference.books.papers
    invoices = [
        (of, state)
        for of, state in papers.open.items()
        if state.operation.kind is wanted and of not in papers.cancelled
    ]
    foreign = random.choice(FOREIGN)
    lines: list[Line] = []
    for _number in range(random.choice((0, 1, 1, 2))):
        source = invoices if invoices and random.random() < 0.95 else list(papers.open.items())
        if not source:
            break
        of, state = random.choice(source)
        open_cents = state.amount - state.settled
        amount = Decimal(random.choice((open_cents, open_cents // 2, 100, 1))).scaleb(-2)
        if not lines and state.operation.foreign is not None:
            foreign = random.choice((state.operation.foreign, Decimal("1.3"), Decimal("0.9")))
        elif not lines:
            foreign = random.choice((None, None, None, foreign))
        amount = amount if amount > 0 else Decimal(1)
        lines.append(_with_loss(random, Line(of=LineOf(of, -1), amount=amount)))
    allocated = sum((line.amount for line in lines), Decimal(0))
    amount = allocated + random.choice((0, 0, 0, Decimal("3.33"), -1))
    return Operation(
        **_head(random, no, kind),
        lines=tuple(lines),
        amount=amount if amount > 0 else Decimal(10),
        foreign=foreign,
    )


def _with_loss(random: Random, line: Line) -> Line:
    """Now and then a part goes without money."""
    if random.random() < 0.8:
        return line
    loss = random.choice((Decimal("0.01"), Decimal("0.5")))
    return random.choice((
        replace(line, amount=line.amount - loss, discount=loss),
        replace(line, amount=line.amount - loss, written_off=loss),
        replace(line, written_off=-loss),
    ))  # fmt: skip


def _allocate(random: Random, reference: Reference, no: int) -> Operation:
    """Mostly something owed to us against something owed by us, of one party."""
    papers = reference.books.papers
    items = [
        (of, state)
        for of, state in papers.open.items()
        if state.amount != state.settled and of not in papers.cancelled
    ]
    pairs = [
        (one, other)
        for one in items
        for other in items
        if one[1].party == other[1].party and one[1].direction > other[1].direction
        and (one[1].operation.foreign is None) == (other[1].operation.foreign is None)
    ]  # fmt: skip
    if not pairs:
        return _payment(random, reference, no)
    pair = random.choice(pairs)
    least = min(abs(state.amount - state.settled) for _, state in pair)
    amount = Decimal(random.choice((least, least, least // 2 or 1, least + 1))).scaleb(-2)
    party = pair[0][1].party
    lines = [Line(of=LineOf(of, -1), amount=amount, party=party) for of, _ in pair]
    if random.random() < 0.2:
        lines[0] = _with_loss(random, lines[0])
    foreign = pair[0][1].operation.foreign
    return Operation(
        **_head(random, no, Kind.ALLOCATE), lines=tuple(lines), foreign=foreign,
    )  # fmt: skip


def _count_goods(random: Random, _: Reference, no: int) -> Operation:
    lines: list[Line] = []
    for _number in range(_count(random)):
        goods = _goods(random)
        may_keep = (None, None, "quantity", "rate")
        keeps = None if goods.item.endswith("-") else random.choice(may_keep)
        quantity = random.choice((goods.quantity, goods.quantity, Decimal(0)))
        lines.append(replace(goods, quantity=quantity, keeps=keeps))
    return Operation(**_head(random, no, Kind.COUNT), lines=tuple(lines))


def _change_method(random: Random, _: Reference, no: int) -> Operation:
    line = replace(
        _goods(random),
        method=random.choice(("FIFO", "LIFO", "MOVING_AVERAGE")),
        keeps=random.choice(("rate", "rate", None)),
    )
    return Operation(**_head(random, no, Kind.METHOD), lines=(line,))


def _landed_cost(random: Random, reference: Reference, no: int) -> Operation:
    lines = _earlier_lines(random, reference, Kind.RECEIPT)
    receipts = {of.no for of, _ in lines} or {0}
    chosen = random.sample(sorted(receipts), min(len(receipts), random.choice((1, 1, 2))))
    if chosen == [0]:
        return _receipt(random, reference, no)
    late = max(reference.operation(one).day for one in chosen)
    charges = tuple(
        Charge(account=random.choice(("Freight", "Duty")), amount=amount, category="VALUATION")
        for amount in random.sample((Decimal(100), Decimal("0.01"), Decimal("3.33")), 2)
    )
    return Operation(
        no=no,
        kind=Kind.LANDED_COST,
        day=random.choice((late, late, max(late, _day(random)), _day(random))),
        minute=random.choice(MINUTES),
        lines=tuple(Line(of=LineOf(one, -1)) for one in chosen),
        charges=charges[: random.choice((1, 2))],
    )


def _clear(random: Random, reference: Reference, no: int) -> Operation:
    kind = random.choice((Kind.RECEIPT, Kind.BILL, Kind.DELIVERY, Kind.SALE))
    chosen = _earlier_lines(random, reference, kind)[: _count(random)]
    if not chosen:
        return _MAKERS[kind](random, reference, no)
    late = max(state.operation.day for _, state in chosen)
    lines = [
        Line(of=of, quantity=random.choice((Decimal(0), Decimal(0), random.choice(QUANTITIES))))
        for of, _ in chosen
    ]
    return Operation(
        no=no,
        kind=Kind.CLEAR,
        day=random.choice((late, max(late, _day(random)), _day(random))),
        lines=tuple(lines),
    )


def _purchase_return(random: Random, reference: Reference, no: int) -> Operation:
    return _return(random, reference, no, Kind.PURCHASE_RETURN, Kind.RECEIPT)


def _sales_return(random: Random, reference: Reference, no: int) -> Operation:
    return _return(random, reference, no, Kind.SALES_RETURN, Kind.DELIVERY)


def _return(random: Random, reference: Reference, no: int, kind: Kind, original: Kind) -> Operation:
    lines = [
        _given_back(random, of, state)
        for of, state in _earlier_lines(random, reference, original)[: _count(random)]
        if state.line.item != SERVICE
    ]
    if not lines or random.random() < 0.25:
        loose = _goods(random, outgoing=kind is Kind.PURCHASE_RETURN)
        lines.insert(random.choice((0, len(lines))), loose)
    late = max((reference.operation(line.of.no).day for line in lines if line.of), default=0)
    days = (late, max(late, _day(random)), _day(random))
    return Operation(
        no=no,
        kind=kind,
        day=random.choice(days),
        minute=random.choice(MINUTES),
        lines=tuple(lines),
        foreign=None if any(line.of for line in lines) else random.choice(FOREIGN),
    )


def _given_back(random: Random, of: LineOf, state: LineState) -> Line:
    """Of one line; of what it rejected more often than not, where it did."""
    rejected = random.random() < (0.6 if state.line.rejected else 0.02)
    whole = state.line.rejected if rejected and state.line.rejected else state.line.quantity
    quantity = random.choice((whole, *QUANTITIES))
    return Line(of=of, quantity=quantity, of_rejected=rejected)


def _earlier_lines(
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


_MAKERS = {
    Kind.RECEIPT: _receipt,
    Kind.DELIVERY: _delivery,
    Kind.MATERIAL_RECEIPT: _material_receipt,
    Kind.MATERIAL_ISSUE: _material_issue,
    Kind.TRANSFER: _transfer,
    Kind.MAKE: _make,
    Kind.SEND: _send,
    Kind.ARRIVE: _arrive,
    Kind.BILL: _bill,
    Kind.SALE: _sale,
    Kind.JOURNAL: _journal,
    Kind.CLEAR: _clear,
    Kind.PAY: _payment,
    Kind.COLLECT: _payment,
    Kind.ALLOCATE: _allocate,
    Kind.COUNT: _count_goods,
    Kind.METHOD: _change_method,
    Kind.LANDED_COST: _landed_cost,
    Kind.PURCHASE_RETURN: _purchase_return,
    Kind.SALES_RETURN: _sales_return,
    Kind.CLOSE: _close,
}
STOCK_KINDS = (
    Kind.RECEIPT, Kind.DELIVERY, Kind.MATERIAL_RECEIPT, Kind.MATERIAL_ISSUE, Kind.TRANSFER,
)  # fmt: skip
LATE_KINDS = (Kind.COUNT, Kind.LANDED_COST, Kind.PURCHASE_RETURN, Kind.SALES_RETURN)
"""Kinds that change what earlier movements cost, or come to."""

PAPER_KINDS = (
    Kind.BILL, Kind.SALE, Kind.JOURNAL, Kind.PAY, Kind.COLLECT, Kind.ALLOCATE, Kind.CLEAR,
)  # fmt: skip
MAKING_KINDS = (*STOCK_KINDS, *LATE_KINDS, Kind.METHOD, Kind.MAKE, Kind.MAKE, Kind.MAKE)
"""Goods turn into others, among all that changes what they cost."""

METHOD_KINDS = (*STOCK_KINDS, *LATE_KINDS, Kind.METHOD, Kind.METHOD)
"""Goods move, and their items come under other costing methods."""

TRANSIT_KINDS = (
    Kind.RECEIPT, Kind.MATERIAL_RECEIPT, Kind.MATERIAL_RECEIPT, Kind.DELIVERY, Kind.LANDED_COST,
    Kind.COUNT, Kind.SEND, Kind.SEND, Kind.ARRIVE, Kind.ARRIVE, Kind.ARRIVE,
)  # fmt: skip
"""Goods travel in two steps, and cost more on the way."""

MONEY_KINDS = (
    Kind.BILL, Kind.SALE, Kind.SALE, Kind.PAY, Kind.COLLECT, Kind.COLLECT, Kind.ALLOCATE,
    Kind.ALLOCATE, Kind.ALLOCATE,
)  # fmt: skip
"""Bills are paid, in advance too, and open items set against each other."""

CLOSING_KINDS = (
    Kind.RECEIPT, Kind.RECEIPT, Kind.RECEIPT, Kind.DELIVERY, Kind.TRANSFER, Kind.MAKE, Kind.BILL,
    Kind.COUNT, Kind.SALES_RETURN, Kind.LANDED_COST, Kind.LANDED_COST, Kind.LANDED_COST,
    Kind.CLOSE,
)  # fmt: skip
"""Goods come and go, cost more later, and days are closed and opened."""

ALL_KINDS = (
    *STOCK_KINDS, *STOCK_KINDS, *LATE_KINDS, *PAPER_KINDS, Kind.SEND, Kind.ARRIVE,
)  # fmt: skip
"""Goods move more often than papers do."""
