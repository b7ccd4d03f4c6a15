"""Cost centers by chance: on lines and charges of all documents that may name one."""

from copy import copy
from dataclasses import replace
from random import Random

from tests.model.operations import CENTERS, Kind, Operation

_NAMING = {
    Kind.RECEIPT, Kind.BILL, Kind.DELIVERY, Kind.SALE, Kind.MATERIAL_RECEIPT, Kind.MATERIAL_ISSUE,
    Kind.TRANSFER, Kind.MAKE, Kind.SEND, Kind.ARRIVE, Kind.LOSE, Kind.JOURNAL, Kind.COUNT,
    Kind.CLEAR, Kind.CREDIT_BILL, Kind.CREDIT_SALE, Kind.PURCHASE_RETURN, Kind.SALES_RETURN,
}  # fmt: skip
_RETURNS = {Kind.PURCHASE_RETURN, Kind.SALES_RETURN}


def with_centers(random: Random, operation: Operation) -> Operation:
    """The operation with cost centers; drawn aside, as taxes are (taxes_by_chance.py).

    What is given back of a line is on that line's, and may not name another.
    """
    aside = Random(copy(random).random())
    if operation.kind not in _NAMING or aside.random() < 0.3:
        return operation
    lines = tuple(
        line
        if operation.kind in _RETURNS and line.of is not None
        else replace(line, center=aside.choice((None, *CENTERS)))
        for line in operation.lines
    )
    charges = tuple(
        replace(charge, center=aside.choice((None, *CENTERS))) for charge in operation.charges
    )
    return replace(operation, lines=lines, charges=charges)
