"""What a goal is: a ratio of two measurements taken in turns, and where it must stay."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median
from typing import Any, Literal

from bench.books import Books
from bench.place import Place

ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Run:
    """One round: what was measured of the product, and of what it is compared with (or nothing)."""

    product: float
    floor: float | None = None

    @property
    def measured(self) -> float:
        """The ratio, or the measurement alone where the goal is absolute."""
        return self.product if self.floor is None else self.product / self.floor


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal: `unit` of what is measured, `limit` that its ratio must keep.

    `against` names the floor.
    """

    name: str
    unit: str
    against: str | None
    sign: Literal["<=", ">="]
    limit: float
    rounds: Callable[[Place, Books], Iterable[Run]]

    @property
    def text(self) -> str:
        """The goal as the table shows it."""
        compared = f" x {self.against}" if self.against else f" {self.unit}"
        return f"{self.sign} {self.limit:g}{compared}"

    def result(self, runs: list[Run]) -> dict[str, Any]:
        """The result as it is kept: the median of the rounds' ratios."""
        measured = median(run.measured for run in runs)
        floors = [run.floor for run in runs if run.floor is not None]
        return {
            "name": self.name,
            "goal": self.text,
            "measured": _short(measured),
            "met": measured <= self.limit if self.sign == "<=" else measured >= self.limit,
            "floor": _short(median(floors)) if floors else None,
            "runs": [
                {
                    "product": _short(run.product),
                    "floor": None if run.floor is None else _short(run.floor),
                    "unit": self.unit,
                }
                for run in runs
            ],
        }


def _short(number: float) -> float:
    """Four significant digits: more is noise."""
    return float(f"{number:.4g}")
