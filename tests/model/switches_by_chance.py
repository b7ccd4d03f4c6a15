"""Switches of the company by chance, and the choices of its items."""

from copy import copy
from dataclasses import replace
from decimal import Decimal
from random import Random

from tests.model.operations import ITEMS, SERVICE, Kind, Line, Operation
from tests.model.reference import Reference


def switch(random: Random, reference: Reference, no: int) -> Operation:
    """The company settles on something else."""
    return Operation(no=no, kind=Kind.SWITCH, day=0, switches=reference.switches.others(random))


def choose(random: Random, _: Reference, no: int) -> Operation:
    """An item that may go below zero no longer may, or may, or leaves it to the company."""
    keeps = random.choice((None, "company"))
    line = Line(item=random.choice(list(ITEMS)), keeps=keeps)
    return Operation(no=no, kind=Kind.ALLOW, day=0, lines=(line,))


def of_services(random: Random, operation: Operation) -> Operation:
    """What is bought, mostly a service; drawn aside, as taxes are (taxes_by_chance.py)."""
    if operation.kind is Kind.PURCHASE_RETURN:  # of no known receipt only goods are sent back
        return operation
    aside = Random(copy(random).random())
    lines = tuple(
        replace(line, item=SERVICE, batch=None, rejected=Decimal(0), rejected_to=None)
        if line.of is None and line.item and aside.random() < 0.8
        else line
        for line in operation.lines
    )
    return replace(operation, lines=lines)
