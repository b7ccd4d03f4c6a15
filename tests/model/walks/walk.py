"""One walk: a person's documents and a boss's changes, one after the other, questioned as it goes.

What was done is kept with names for lines instead of ids, so that it can be done again elsewhere.
"""

from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

from tests.api.desk import Paper, adjustments, entries, moved
from tests.api.house import House
from tests.crowd.money import furnished
from tests.model.walks.changes import INPUTS, WALK_SCHEMES, at_first, on_the_way
from tests.model.walks.walker import Walker

_UNWANTED = {"INTERNAL_ERROR", "TRY_AGAIN"}
_FIGURES = (entries, adjustments, moved)


class Step(NamedTuple):
    """A document that is handed in, or a change of the company: its mutation and what it is told.

    Lines of earlier documents are named `document/number`.
    """

    kind: str
    given: dict[str, Any]
    is_change: bool = False


class Walk:
    """A company on its way, and the steps that it has taken."""

    def __init__(self, base: str, scheme: str, currency: str) -> None:
        self.house = furnished(House(base, scheme=scheme, currency=currency))
        self.steps: list[Step] = []
        self.posted: list[Step] = []
        """Those that took place: changes, and documents that were not refused."""
        self.beginning = 0
        """How many of these were taken before there was any document."""
        self._lines: dict[str, str] = {}
        """The id of a line by its name."""
        self._names: dict[str, str] = {}

    def take(self, step: Step) -> Any:
        """Take a step; the document, if it was posted.

        Raises:
            AssertionError: a preview says something else, or it was answered by a fault.
        """
        self.steps.append(step)
        given = self._with(step.given, self._lines)
        if step.is_change:
            self._change(step.kind, given)
            self.posted.append(step)
            self.beginning += self.beginning == len(self.posted) - 1
            return None
        paper = (step.kind, given)
        has_preview = step.kind != "Migration"  # which shows a plan, and what blocks it
        foreseen = self.house.hand_in(paper, "preview") if has_preview else None
        done = self.house.hand_in(paper)
        codes = {one["code"] for one in done["errors"]}
        assert not codes & _UNWANTED, done["errors"]
        if foreseen is not None:
            _came_true(foreseen, done)
        if codes:
            return None
        self._keep(step, done["document"])
        return done["document"]

    def named(self, given: Any) -> Any:
        """An input whose lines of earlier documents are named."""
        return self._with(given, self._names)

    def _change(self, mutation: str, given: dict[str, Any]) -> None:
        input_type = INPUTS.get(mutation, mutation[0].upper() + mutation[1:] + "Input")
        self.house.ask(
            f"mutation($input: {input_type}!) {{ done: {mutation}(input: $input)"
            " { errors { code } } }",
            input={"company": self.house.company, **given},
        )

    def _keep(self, step: Step, document: Any) -> None:
        self.posted.append(step)
        for line in document["lines"]:
            name = f"{step.given['id']}/{line['line']}"
            self._lines[name] = line["id"]
            self._names[line["id"]] = name

    def _with(self, given: Any, others: dict[str, str]) -> Any:
        if isinstance(given, list):
            return [self._with(one, others) for one in given]
        if isinstance(given, dict):
            return {key: self._with(one, others) for key, one in given.items()}
        return others.get(given, given) if isinstance(given, str) else given


def _came_true(foreseen: Any, done: Any) -> None:
    codes, foretold = ({one["code"] for one in each["errors"]} for each in (done, foreseen))
    assert codes == foretold, f"refused {codes}, foreseen {foretold}"
    for figures in () if codes else _FIGURES:
        shown, kept = figures(foreseen["document"]), figures(done["document"])
        assert _of_no_number(shown) == _of_no_number(kept), (shown, kept)


def _of_no_number(figures: Any) -> Any:
    """A document that is only foreseen has no number yet."""
    if not any(isinstance(one, dict) for one in figures.values()):
        return figures
    return sorted(sorted(one.items()) for one in figures.values())


class RandomWalk:
    """Steps by chance, each after what came of the others; the same for the same seed."""

    def __init__(self, scheme: str, seed: str, *, migrates: bool) -> None:
        self.luck = Random(seed)
        self.walker = Walker(seed, scheme)
        self._migrates = migrates
        self._changes = self.luck.random() < 0.5

    def first_steps(self) -> Iterator[Step]:
        """How the company begins: with switches of its scheme, and a little stock."""
        for mutation, given in at_first(self.luck, self.walker.scheme):
            yield Step(mutation, given, is_change=True)
        yield self._paper(self.walker.opening())

    def next_step(self) -> Step:
        """One more step."""
        scheme = self.walker.scheme
        if self._migrates and self.luck.random() < 0.04:
            to = self.luck.choice([one for one in WALK_SCHEMES if one != scheme])
            return self._paper(("Migration", {"asOf": self.luck.choice(_AS_OF), "scheme": to}))
        if self._changes and self.luck.random() < 0.1:
            mutation, given = on_the_way(self.luck, scheme)
            return Step(mutation, given, is_change=True)
        return self._paper(self.walker.paper())

    def _paper(self, paper: Paper) -> Step:
        kind, given = paper
        return Step(kind, {"id": str(UUID(int=self.luck.getrandbits(128), version=4)), **given})


_AS_OF = ("2026-04-01", "2026-04-01", "2026-03-28", "2026-02-15")
