"""Revaluations by chance, and money on an account that is kept in dollars."""

from copy import copy
from dataclasses import replace
from decimal import Decimal
from random import Random

from tests.model.chance import FOREIGN, some_day
from tests.model.operations import CENTERS, Kind, Line, LineOf, Operation
from tests.model.reference import Reference

_CLOSING = [*FOREIGN, Decimal("0.9"), Decimal("1.3"), Decimal("0.333333333")]
_MOVED = [None, Decimal(0), Decimal("0.01"), Decimal("11.11"), Decimal(100), Decimal("3.33")]


def revaluation(random: Random, reference: Reference, no: int) -> Operation:
    """Of a day at a rate; now and then of a day on which there was one, or at no rate."""
    days = [one.day for one, _ in reference.accepted if one.kind is Kind.REVALUE]
    day = random.choice(days) if days and random.random() < 0.3 else some_day(random)
    closing = random.choice([rate for rate in _CLOSING if rate is not None])
    return Operation(
        no=no,
        kind=Kind.REVALUE,
        day=day,
        closing=None if random.random() < 0.05 else closing,
        gains=random.choice((None, None, "Rebates", "Capital")),
        losses=random.choice((None, None, "Services")),
        center=random.choice((None, None, *CENTERS)),
    )


def with_dollars(random: Random, operation: Operation) -> Operation:
    """Money now and then where it is kept in dollars; drawn aside, as taxes are."""
    aside = Random(copy(random).random())
    if operation.kind in {Kind.SALE, Kind.JOURNAL} and aside.random() < 0.5:
        operation = replace(operation, foreign=aside.choice(FOREIGN))
    is_own = operation.foreign is not None
    if operation.kind in {Kind.PAY, Kind.COLLECT} and aside.random() < 0.4:
        return replace(operation, account="Dollars", held=_moved(aside, is_own, operation.amount))
    if operation.kind is Kind.JOURNAL:
        lines = tuple(_on_dollars(aside, is_own, line) for line in operation.lines)
        return replace(operation, lines=lines)
    return operation


def across_currencies(random: Random, reference: Reference, operation: Operation) -> Operation:
    """Money that settles one more item, and items in the other currency; drawn aside, as taxes."""
    aside = Random(f"across {copy(random).random()}")
    if operation.kind not in {Kind.PAY, Kind.COLLECT, Kind.ALLOCATE} or aside.random() < 0.3:
        return operation
    open_ = reference.books.papers.open
    lines = [*operation.lines, *_one_more(aside, reference, operation)]
    foreign = aside.choice((operation.foreign, None, Decimal("1.1")))
    rate = aside.choice((Decimal(1), Decimal("1.3"), Decimal("0.85")))
    for index, line in enumerate(lines):
        item = open_.get(line.of.no) if line.of else None
        is_other = item is not None and (item.operation.foreign is None) != (foreign is None)
        if is_other and aside.random() < 0.95:
            amount = round(line.amount * rate, 2)
            lines[index] = replace(line, of_item=line.amount, amount=amount)
    operation = replace(operation, foreign=foreign, lines=tuple(lines))
    if operation.kind is Kind.ALLOCATE:
        return operation
    amount = sum((line.amount for line in lines), aside.choice((Decimal(0), Decimal("3.33"))))
    return replace(operation, amount=amount if amount > 0 else Decimal(10))


def _one_more(random: Random, reference: Reference, operation: Operation) -> list[Line]:
    """All of another open item of the party, if there is one; of a payment."""
    papers = reference.books.papers
    party = {Kind.PAY: "supplier", Kind.COLLECT: "customer"}.get(operation.kind)
    known = {line.of.no for line in operation.lines if line.of}
    others = [
        Line(of=LineOf(no, -1), amount=Decimal(abs(item.amount - item.settled)).scaleb(-2))
        for no, item in papers.open.items()
        if item.party == party and no not in known | papers.cancelled
        and item.amount != item.settled
    ]  # fmt: skip
    return [random.choice(others)] if others else []


def _on_dollars(random: Random, is_own: bool, line: Line) -> Line:
    if line.account not in {"Bank", "Services", "Capital"} or line.party or random.random() < 0.4:
        return line
    return replace(
        line, account="Dollars", center=None, held=_moved(random, is_own, abs(line.amount))
    )


def _moved(random: Random, is_own: bool, amount: Decimal) -> Decimal | None:
    """What moves in dollars: in a document of dollars mostly left to it."""
    if is_own:
        return random.choice((None, None, None, amount, Decimal("7.77")))
    return random.choice((*_MOVED, *_MOVED[2:]))
