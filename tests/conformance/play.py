"""A scenario being played: its company, what its steps have made, and how they name each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TypeAlias

from tests.conformance.books import Books, LedgerLine
from tests.conformance.client import Client
from tests.conformance.decode import MalformedError
from tests.conformance.format import Scenario

Told: TypeAlias = Mapping[str, tuple[str | None, str | None]]
"""What is told of twice -> first and second telling."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a step came to. `refused` has the codes of its errors; then there is nothing else.

    `gl` are the document's own entries, `caused` all that it made the books write. `journals` are
    a migration's, by purpose. `preview` is what the preview said -> what was done, in the words of
    `told`; empty when the two are the same.
    """

    refused: frozenset[str] = frozenset()
    document: str | None = None
    lines: tuple[str, ...] = ()
    gl: tuple[LedgerLine, ...] = ()
    caused: tuple[LedgerLine, ...] = ()
    journals: Mapping[str, tuple[LedgerLine, ...]] = field(
        default_factory=dict[str, tuple[LedgerLine, ...]]
    )
    preview: Told = field(default_factory=dict[str, tuple[str | None, str | None]])


def told(
    refused: tuple[frozenset[str], frozenset[str]], lines: tuple[Sequence[str], Sequence[str]]
) -> Told:
    """How a preview and what was done differ: in their errors, else line by line."""
    if refused[0] != refused[1]:
        first, second = (", ".join(sorted(codes)) or "accepted" for codes in refused)
        return {"outcome": (first, second)}
    if list(lines[0]) == list(lines[1]):
        return {}
    return {f"line {number}": pair for number, pair in enumerate(zip_longest(*lines), start=1)}


@dataclass(slots=True)
class Play:
    """The state of a scenario's run."""

    scenario: Scenario
    client: Client
    company: Mapping[str, str]
    outcomes: dict[str, Outcome] = field(default_factory=dict[str, Outcome])

    @property
    def books(self) -> Books:
        """The company's books."""
        return Books(self.client, self.company)

    def outcome(self, ref: str) -> Outcome:
        """What an earlier step came to."""
        if ref not in self.outcomes:
            raise MalformedError(f"no earlier step {ref}")
        return self.outcomes[ref]

    def document(self, ref: str) -> str:
        """The id of an earlier step's document."""
        made = self.outcome(ref).document
        if made is None:
            raise MalformedError(f"{ref} made no document")
        return made

    def line(self, ref: str, number: int | None) -> str:
        """The id of a line of an earlier step, numbered as its dialect does."""
        lines = self.outcome(ref).lines
        index = -1 if number is None else number - self.scenario.first_line
        if not 0 <= index < len(lines):
            raise MalformedError(f"{ref} has no line {number}")
        return lines[index]
