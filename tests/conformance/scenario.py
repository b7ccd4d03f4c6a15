"""One scenario file from its reading to its verdict."""

from dataclasses import dataclass
from pathlib import Path

from tests.conformance.client import Client, ServerError
from tests.conformance.compare import (
    Difference,
    Seen,
    Value,
    check_expectation,
    first_difference,
)
from tests.conformance.decode import MalformedError, NotSupportedError, given
from tests.conformance.format import Scenario, read
from tests.conformance.opening import check_head, open_company
from tests.conformance.play import Outcome, Play
from tests.conformance.steps import kinds_of

_FINAL_KEYS = frozenset({"stock", "trialBalance", "stockVsAccounts", "receivedNotBilled"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """A file's name, and why it failed: None when it passed."""

    name: str
    failure: str | None

    @property
    def passed(self) -> bool:
        """Whether all was as expected."""
        return self.failure is None


def judge(path: Path, client: Client) -> Verdict:
    """Run a file on a company of its own."""
    name = path.stem
    try:
        scenario = read(path)
        check(scenario)
        difference = play(scenario, client)
    except NotSupportedError as missing:
        return Verdict(name, f"not supported: {missing}")
    except MalformedError as error:
        return Verdict(name, f"malformed: {error}")
    except ServerError as error:
        return Verdict(name, f"error: {error}")
    return Verdict(name, None if difference is None else table_of(difference))


def check(scenario: Scenario) -> None:
    """See that everything in the scenario is handled, before anything is done.

    Raises:
        NotSupportedError: something is not.
    """
    check_head(scenario)
    kinds = kinds_of(scenario.dialect)
    for step in scenario.steps:
        if step.do not in kinds:
            raise NotSupportedError(step.do)
        kinds[step.do].check(step)
        check_expectation(step.expect)
    for key in given(scenario.final):
        if key not in _FINAL_KEYS:
            raise NotSupportedError(f"final.{key}")


def play(scenario: Scenario, client: Client) -> Difference | None:
    """Do every step and compare everything; the first difference, if any.

    Raises:
        NotSupportedError: the product says that something is not built yet.
        ServerError: the server failed.
    """
    playing = Play(scenario, client, open_company(client, scenario))
    after = playing.books.snapshot()
    for step in scenario.steps:
        before = after
        outcome = kinds_of(scenario.dialect)[step.do].run(step, playing)
        after = playing.books.snapshot()
        if not outcome.refused:
            playing.outcomes[step.ref] = outcome
        seen = Seen(playing, outcome, before, after)
        if difference := first_difference(f"{step.ref} {step.do}", step.expect, seen):
            return difference
    seen = Seen(playing, Outcome(), after, after)
    if difference := first_difference("final", scenario.final, seen):
        return difference
    faults = playing.books.faults()
    return Difference("the end", "check of the books", dict(faults)) if faults else None


def table_of(difference: Difference) -> str:
    """A difference as people read it; a star marks the rows that differ."""
    heads = ("", "expected", "actual")
    cells = [heads] + [
        (label, _text(expected), _text(actual))
        for label, (expected, actual) in difference.rows.items()
    ]
    widths = [max(len(row[column]) for row in cells) for column in range(3)]
    marks = [" "] + ["*" if a != b else " " for a, b in difference.rows.values()]
    lines = [
        f"  {mark} {row[0]:<{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]:>{widths[2]}}"
        for mark, row in zip(marks, cells, strict=True)
    ]
    return "\n".join([f"at {difference.step}: {difference.key}", *lines])


def _text(value: Value) -> str:
    return "-" if value is None else str(value)
