"""What is paid, or given back, at once: the whole of it, parts, and a cent that is given up."""

from copy import copy
from dataclasses import replace
from decimal import Decimal
from random import Random

from tests.model.operations import Kind, Operation

_BILLS = {Kind.BILL, Kind.SALE}
_REFUNDING = {Kind.CREDIT_BILL, Kind.CREDIT_SALE, Kind.PURCHASE_RETURN, Kind.SALES_RETURN}
_PARTS = [Decimal(one) for one in ("0.01", "1", "3.33", "10", "50")]
_GIVEN_UP = [Decimal(one) for one in ("0", "0", "0.02", "-0.01")]


def with_money(random: Random, operation: Operation) -> Operation:
    """The same with money; drawn aside, as taxes are (taxes_by_chance.py)."""
    aside = Random(copy(random).random())
    if operation.kind not in _BILLS | _REFUNDING or aside.random() < 0.4:
        return operation
    paid = tuple(aside.choice(_PARTS) for _ in range(aside.choice((0, 1, 1, 2))))
    return replace(
        operation,
        paid=paid,
        pays_rest=not paid or aside.random() < 0.5,
        given_up=aside.choice(_GIVEN_UP) if operation.kind in _BILLS else Decimal(0),
    )
