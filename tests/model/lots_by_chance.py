"""Batches and serial numbers by chance: mostly such as are there, on what goes out."""

from dataclasses import replace
from decimal import Decimal
from random import Random

from tests.model.operations import BATCHES, LOT_ITEMS, SERIALS, Kind, Line, Operation
from tests.model.reference import Reference

_GO_OUT = {
    Kind.DELIVERY,
    Kind.SALE,
    Kind.MATERIAL_ISSUE,
    Kind.TRANSFER,
    Kind.SEND,
    Kind.PURCHASE_RETURN,
}
_RETURNS = {Kind.PURCHASE_RETURN, Kind.SALES_RETURN}
_MOVE_NONE = {Kind.LANDED_COST, Kind.CLEAR, Kind.CREDIT_BILL, Kind.CREDIT_SALE, Kind.METHOD}


def with_lots(random: Random, reference: Reference, operation: Operation) -> Operation:
    """The operation, with lots on all lines that have to name some."""
    is_bill = operation.kind in {Kind.BILL, Kind.SALE} and not operation.update_stock
    if is_bill or operation.kind in _MOVE_NONE:
        return operation
    lines = tuple(_named(random, reference, operation, line) for line in operation.lines)
    return replace(operation, lines=lines)


def of_lots(random: Random, operation: Operation) -> Operation:
    """The operation with more goods of items that have lots."""
    if operation.kind in _MOVE_NONE:
        return operation
    items = ("batch",) if operation.kind is Kind.COUNT else tuple(LOT_ITEMS)
    lines = tuple(
        replace(line, item=random.choice(items))
        if line.item and line.of is None and random.random() < 0.8
        else line
        for line in operation.lines
    )
    return replace(operation, lines=lines)


def _named(random: Random, reference: Reference, operation: Operation, line: Line) -> Line:
    returned = operation.kind in _RETURNS and line.of is not None
    if returned and line.of is not None:
        item = reference.operation(line.of.no).lines[line.of.line].item
        return _of_a_return(random, replace(line, item=item)) if item in LOT_ITEMS else line
    if operation.kind is Kind.ARRIVE:
        return (
            replace(_of_a_return(random, line), item=line.item) if line.item in LOT_ITEMS else line
        )
    if line.item not in LOT_ITEMS:
        return line
    out = operation.kind in _GO_OUT or (operation.kind is Kind.MAKE and line.to is None)
    there = [
        pool
        for pool, (quantity, _) in reference.books.bins().items()
        if pool[0] == line.item and quantity > 0
    ]
    if out and there and random.random() < 0.85:
        _, warehouse, lot = random.choice(there)
        others = [pool[2] for pool in there if pool[1] == warehouse and pool[2] != lot]
        line = replace(line, warehouse=warehouse)
        lots = [lot, *random.sample(others, min(len(others), random.choice((0, 1))))]
    else:
        codes = SERIALS if line.item == "serial" else BATCHES
        lots = random.sample(codes, random.choice((1, 1, 2)))
    return _with(line, lots, one=operation.kind is Kind.MAKE and bool(operation.charges))


def _with(line: Line, lots: list[str], *, one: bool) -> Line:
    if line.item == "batch":
        return replace(line, batch=lots[0])
    lots = lots[:1] if one else lots
    rejected = Decimal(0)
    return replace(
        line, serials=tuple(lots), quantity=Decimal(len(lots)), rejected=rejected, rejected_to=None
    )


def _of_a_return(random: Random, line: Line) -> Line:
    """Goods of one line: in whole units, and now and then of a lot that it may have had."""
    named = random.random() < 0.3
    if line.item == "batch":
        return replace(line, item="", batch=random.choice(BATCHES) if named else None)
    serials = tuple(random.sample(SERIALS, random.choice((1, 1, 2)))) if named else ()
    quantity = Decimal(len(serials)) if named else random.choice((Decimal(1), Decimal(2)))
    if random.random() < 0.1:
        quantity = random.choice((Decimal("0.5"), Decimal(1), Decimal("1.5")))
    return replace(line, item="", serials=serials, quantity=quantity)
