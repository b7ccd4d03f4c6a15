"""Costs whose page sizes and conditions wait for an operation's variables.

A cost is a number as soon as nothing in it waits: that of an ordinary mutation is one from the
start, and costs nothing to look up again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

Variables: TypeAlias = Mapping[str, Any]


class Waiting(Protocol):
    """A cost that needs the variables."""

    def given(self, variables: Variables) -> int:
        """The number it comes to."""
        ...


Amount: TypeAlias = int | Waiting


class Length(Protocol):
    """How long a list is, found out from the variables."""

    def given(self, variables: Variables) -> int:
        """Rows."""
        ...


@dataclass(frozen=True, slots=True)
class Sum:
    """Some costs together."""

    known: int
    waiting: tuple[Waiting, ...]

    def given(self, variables: Variables) -> int:
        """All of them."""
        return self.known + sum(one.given(variables) for one in self.waiting)


@dataclass(frozen=True, slots=True)
class Rows:
    """What each row costs, as many times as there may be rows."""

    length: int | Length
    each: Amount

    def given(self, variables: Variables) -> int:
        """The product."""
        return value(self.length, variables) * value(self.each, variables)


@dataclass(frozen=True, slots=True)
class Dearest:
    """Several types are possible: the one that costs the most."""

    costs: tuple[Amount, ...]

    def given(self, variables: Variables) -> int:
        """The highest."""
        return max(value(one, variables) for one in self.costs)


@dataclass(frozen=True, slots=True)
class Provided:
    """Nothing, unless a variable is true (or false): `@include` and `@skip`."""

    variable: str
    wanted: bool
    cost: Amount

    def given(self, variables: Variables) -> int:
        """The cost or 0; a variable that is not there leaves the field in."""
        if variables.get(self.variable, self.wanted) is (not self.wanted):
            return 0
        return value(self.cost, variables)


def value(amount: Amount | Length, variables: Variables) -> int:
    """What an amount comes to."""
    return amount if isinstance(amount, int) else amount.given(variables)


def total(costs: Iterable[Amount]) -> Amount:
    """The sum, as a number where it can be."""
    known, waiting = 0, list[Waiting]()
    for one in costs:
        if isinstance(one, int):
            known += one
        else:
            waiting.append(one)
    return Sum(known, tuple(waiting)) if waiting else known


def times(length: int | Length, each: Amount) -> Amount:
    """The product, as a number where it can be."""
    if isinstance(length, int) and isinstance(each, int):
        return length * each
    return Rows(length, each)


def dearest(costs: Iterable[Amount]) -> Amount:
    """The highest, as a number where it can be."""
    different = tuple(dict.fromkeys(costs))
    numbers = [one for one in different if isinstance(one, int)]
    if len(numbers) == len(different):
        return max(numbers, default=0)
    return different[0] if len(different) == 1 else Dearest(different)
