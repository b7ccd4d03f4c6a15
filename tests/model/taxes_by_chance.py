"""Taxes by chance: on lines and freight of invoices, and on what credit notes say themselves."""

from copy import copy
from dataclasses import replace
from decimal import Decimal
from random import Random

from tests.model.operations import TAXES, Kind, Line, Operation
from tests.model.taxing import SALES

_INVOICES = {Kind.BILL, Kind.SALE}
_PRICED = {Kind.RECEIPT, Kind.DELIVERY, *_INVOICES}
_OFF = [Decimal(percent) for percent in (0, 0, 50, 75, 90)]
"""Percentages of which a price has a finite number of digits before them."""
_CREDITS = {Kind.CREDIT_BILL, Kind.CREDIT_SALE}


def with_taxes(random: Random, operation: Operation) -> Operation:
    """The operation, with taxes if it may have any.

    They are drawn aside, so that all else in the history of a seed is as it would be without.
    """
    aside = Random(copy(random).random())
    if operation.kind in _INVOICES and aside.random() < 0.7:
        lines = tuple(replace(line, taxes=_some(aside, operation.kind)) for line in operation.lines)
        taxes = _some(aside, operation.kind) if operation.kind is Kind.SALE else ()
        return replace(operation, lines=lines, freight_taxes=taxes)
    if operation.kind in _CREDITS:
        lines = tuple(_credited(aside, operation.kind, line) for line in operation.lines)
        return replace(operation, lines=lines)
    return operation


def with_discounts(random: Random, operation: Operation) -> Operation:
    """The operation, with something off the price of some of its goods; drawn aside as well."""
    aside = Random(f"off {copy(random).random()}")
    if operation.kind not in _PRICED or aside.random() < 0.4:
        return operation
    lines = tuple(replace(line, off=aside.choice(_OFF)) for line in operation.lines)
    return replace(operation, lines=lines)


def _credited(random: Random, kind: Kind, line: Line) -> Line:
    """What names an invoice's line mostly inherits its taxes; what names none, seldom has some."""
    if random.random() < (0.8 if line.of else 0.5):
        return line
    return replace(line, taxes=random.choice(((), _some(random, kind), _some(random, kind))))


def _some(random: Random, kind: Kind) -> tuple[str, ...]:
    """Mostly one or two; now and then one twice, or one that has no account there."""
    known = [code for code, tax in TAXES.items() if tax.sales or kind not in SALES]
    codes = known if random.random() < 0.99 else list(TAXES)
    chosen = random.sample(codes, random.choice((0, 1, 1, 1, 2, 2, 3)))
    return tuple(chosen * (1 + (random.random() < 0.005)))
