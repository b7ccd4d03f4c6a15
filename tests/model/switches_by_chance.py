"""Switches of the company by chance, and the choices of its items."""

from random import Random

from tests.model.operations import ITEMS, Kind, Line, Operation
from tests.model.reference import Reference


def switch(random: Random, reference: Reference, no: int) -> Operation:
    """The company settles on something else."""
    return Operation(no=no, kind=Kind.SWITCH, day=0, switches=reference.switches.others(random))


def choose(random: Random, _: Reference, no: int) -> Operation:
    """An item that may go below zero no longer may, or may, or leaves it to the company."""
    keeps = random.choice((None, "company"))
    line = Line(item=random.choice(list(ITEMS)), keeps=keeps)
    return Operation(no=no, kind=Kind.ALLOW, day=0, lines=(line,))
