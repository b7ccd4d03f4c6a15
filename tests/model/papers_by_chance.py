"""Documents by chance that are about money: bills, payments, journals."""

from dataclasses import replace
from decimal import Decimal
from random import Random

from tests.model.chance import (
    AMOUNTS,
    FOREIGN,
    QUANTITIES,
    earlier_lines,
    line_to_bill,
    some_charges,
    some_currency,
    some_day,
    some_goods,
    some_head,
    some_number,
)
from tests.model.goods_by_chance import delivery, receipt
from tests.model.operations import Kind, Line, LineOf, Operation
from tests.model.reference import Reference

ACCOUNTS_BY_HAND = ["Bank", "Capital", "Services", "Debtors", "Creditors", "Accrual", "Stock A"]


def bill(random: Random, reference: Reference, no: int) -> Operation:
    return _invoice(random, reference, no, Kind.BILL, Kind.RECEIPT)


def sale(random: Random, reference: Reference, no: int) -> Operation:
    return _invoice(random, reference, no, Kind.SALE, Kind.DELIVERY)


def _invoice(random: Random, reference: Reference, no: int, kind: Kind, bills: Kind) -> Operation:
    update_stock = random.random() < 0.35
    if update_stock:
        lines = [
            some_goods(random, outgoing=kind is Kind.SALE, services=True)
            for _ in range(some_number(random))
        ]
    else:
        lines = [line_to_bill(random, reference, bills) for _ in range(some_number(random))]
    categories = ("TOTAL",) if kind is Kind.SALE else ("VALUATION", "VALUATION_AND_TOTAL", "TOTAL")
    return Operation(
        **some_head(random, no, kind),
        lines=tuple(lines),
        charges=some_charges(random, categories),
        update_stock=update_stock,
        rounded_total=random.random() < 0.15,
        freight=_freight(random) if kind is Kind.SALE else Decimal(0),
        foreign=some_currency(random, reference, lines),
    )


def _freight(random: Random) -> Decimal:
    return random.choice((Decimal(0),) * 4 + (Decimal("2.50"),))


def journal(random: Random, _: Reference, no: int) -> Operation:
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
        **some_head(random, no, Kind.JOURNAL), lines=tuple(lines), foreign=random.choice(FOREIGN)
    )


def _journal_line(random: Random, amount: Decimal) -> Line:
    account = random.choice(ACCOUNTS_BY_HAND if random.random() < 0.9 else ["Stock B"])
    party = {"Debtors": "customer", "Creditors": "supplier"}.get(account)
    if random.random() < 0.2:
        party = random.choice((None, "customer"))
    return Line(account=account, amount=amount, party=party)


def payment(random: Random, reference: Reference, no: int) -> Operation:
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
        **some_head(random, no, kind),
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


def allocate(random: Random, reference: Reference, no: int) -> Operation:
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
        return payment(random, reference, no)
    pair = random.choice(pairs)
    least = min(abs(state.amount - state.settled) for _, state in pair)
    amount = Decimal(random.choice((least, least, least // 2 or 1, least + 1))).scaleb(-2)
    party = pair[0][1].party
    lines = [Line(of=LineOf(of, -1), amount=amount, party=party) for of, _ in pair]
    if random.random() < 0.2:
        lines[0] = _with_loss(random, lines[0])
    foreign = pair[0][1].operation.foreign
    return Operation(
        **some_head(random, no, Kind.ALLOCATE), lines=tuple(lines), foreign=foreign,
    )  # fmt: skip


def clear(random: Random, reference: Reference, no: int) -> Operation:
    kind = random.choice((Kind.RECEIPT, Kind.BILL, Kind.DELIVERY, Kind.SALE))
    chosen = earlier_lines(random, reference, kind)[: some_number(random)]
    if not chosen:
        return _BEFORE[kind](random, reference, no)
    late = max(state.operation.day for _, state in chosen)
    lines = [
        Line(of=of, quantity=random.choice((Decimal(0), Decimal(0), random.choice(QUANTITIES))))
        for of, _ in chosen
    ]
    return Operation(
        no=no,
        kind=Kind.CLEAR,
        day=random.choice((late, max(late, some_day(random)), some_day(random))),
        lines=tuple(lines),
    )


_BEFORE = {Kind.RECEIPT: receipt, Kind.BILL: bill, Kind.DELIVERY: delivery, Kind.SALE: sale}
"""What has to be there before something of it is cleared."""
