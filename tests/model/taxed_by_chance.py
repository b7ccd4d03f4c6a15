"""Taxed invoices that are credited in parts to the end, by returns and by credit notes in turn.

Goods may go below zero, prices are odd, and few currencies meet, so that returns often give back
several invoices, and the last credit of an invoice is seldom the first.
"""

from dataclasses import replace
from decimal import Decimal
from functools import partial
from random import Random

from tests.model.chance import AMOUNTS, some_number, some_place
from tests.model.credits_by_chance import credit_bill, credit_sale
from tests.model.operations import SERVICE, Kind, Line, LineOf, Operation
from tests.model.papers_by_chance import bill, sale
from tests.model.reference import Reference
from tests.model.states import net_of

_PRICES = [Decimal(p) for p in ("33.33", "33.335", "7.77", "0.33", "1", "14.285", "0.05")]
_QUANTITIES = [Decimal(q) for q in ("3", "7", "2", "1", "2.25")]
_RATES = (None, None, Decimal("1.0937"))
_LAST_DAY = 7


def taxed_bill(random: Random, reference: Reference, no: int) -> Operation:
    return _odd(random, bill(random, reference, no))


def taxed_sale(random: Random, reference: Reference, no: int) -> Operation:
    return _odd(random, sale(random, reference, no))


def _odd(random: Random, operation: Operation) -> Operation:
    """An early invoice of odd amounts; of a sale with freight more often than not."""
    lines = [
        Line(
            item=random.choice(("fifo-", "lifo-", "average-", SERVICE)),
            warehouse=some_place(random),
            quantity=random.choice(_QUANTITIES),
            rate=random.choice(_PRICES),
        )
        for _ in range(some_number(random))
    ]
    is_sale = operation.kind is Kind.SALE
    return replace(
        operation,
        day=random.choice((0, 0, 1, 3)),
        lines=tuple(lines),
        charges=operation.charges if random.random() < 0.3 else (),
        update_stock=random.random() < 0.7,
        rounded_total=random.random() < 0.3,
        freight=random.choice((Decimal(0), Decimal("10.01"), Decimal("0.07"))) * is_sale,
        foreign=random.choice(_RATES),
    )


def return_of_invoices(random: Random, reference: Reference, no: int, kind: Kind) -> Operation:
    """Some of the goods of one to three invoices, in one currency; or all that is left of them."""
    wanted = Kind.SALE if kind is Kind.SALES_RETURN else Kind.BILL
    papers = reference.books.papers
    foreign = random.choice(_RATES)
    left = [
        (of, state.quantity - state.returned_quantity)
        for of, state in papers.lines.items()
        if state.operation.kind is wanted
        and state.moved_with_bill
        and state.operation.foreign == foreign
        and of.no not in papers.cancelled
        and state.quantity > state.returned_quantity
    ]
    if not left:
        return (taxed_sale if wanted is Kind.SALE else taxed_bill)(random, reference, no)
    lines: list[Line] = []
    for of, quantity in random.sample(left, min(len(left), random.choice((1, 2, 3)))):
        whole = Decimal(quantity.numerator) / Decimal(quantity.denominator)
        part = min(whole, random.choice((whole, whole, Decimal(1), Decimal(2))))
        lines.append(Line(of=of, quantity=part))
    return Operation(no=no, kind=kind, day=_LAST_DAY, lines=tuple(lines))


def credit_of(random: Random, reference: Reference, no: int, kind: Kind) -> Operation:
    """Mostly a further part of an invoice that is credited in part, or the rest of it."""
    wanted = Kind.SALE if kind is Kind.CREDIT_SALE else Kind.BILL
    begun = [one for one in _live(reference, wanted) if 0 < _credited(reference, one) < net_of(one)]
    chosen = random.choice(begun or _live(reference, wanted) or [None])
    if chosen is None or random.random() < 0.15:
        make = credit_sale if wanted is Kind.SALE else credit_bill
        return make(random, reference, no)
    reason = random.choice(("RETURN", "OVERCHARGE", "WRITE_OFF", "WRITE_OFF"))
    lines = [
        _part(random, LineOf(chosen.no, index), line, reason)
        for index, line in enumerate(chosen.lines)
        if random.random() < 0.7
    ]
    rest = [Line(of=LineOf(chosen.no, index)) for index in range(len(chosen.lines))]
    is_rest = reason != "OVERCHARGE" and random.random() < 0.4
    return Operation(
        no=no,
        kind=kind,
        day=_LAST_DAY,
        lines=tuple(rest if is_rest or not lines else lines),
        of=chosen.no if random.random() < 0.2 else -1,
        reason=reason if lines else "WRITE_OFF",
    )


def _part(random: Random, of: LineOf, billed: Line, reason: str) -> Line:
    if reason == "OVERCHARGE":
        part = random.choice((Decimal("0.1"), Decimal("0.5"))) * billed.quantity * billed.rate
        amount = random.choice((round(part, 2), AMOUNTS[2]))
        return Line(of=of, amount=max(amount, AMOUNTS[2]))
    return Line(of=of, quantity=random.choice((Decimal(0), Decimal(1), Decimal("0.5"))))


def _live(reference: Reference, kind: Kind) -> list[Operation]:
    papers = reference.books.papers
    return [each.operation for each in papers.live() if each.operation.kind is kind]


def _credited(reference: Reference, invoice: Operation) -> int:
    """What of its lines is credited, in cents of its currency."""
    live = reference.books.papers.live()
    return sum(one.net for each in live for one in each.invoices if one.no == invoice.no)


TAXED = {
    Kind.BILL: taxed_bill,
    Kind.SALE: taxed_sale,
    Kind.PURCHASE_RETURN: partial(return_of_invoices, kind=Kind.PURCHASE_RETURN),
    Kind.SALES_RETURN: partial(return_of_invoices, kind=Kind.SALES_RETURN),
    Kind.CREDIT_BILL: partial(credit_of, kind=Kind.CREDIT_BILL),
    Kind.CREDIT_SALE: partial(credit_of, kind=Kind.CREDIT_SALE),
}
"""What is made otherwise than in other histories."""
