"""Walks with witnesses: what must hold of the books after every step, and of all of them undone."""

import asyncio
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

import psycopg

from persistence.database import Database
from tests.api.house import House
from tests.crowd.again import company_of
from tests.crowd.holding import left_over
from tests.explained import assert_every_figure_is_explained
from tests.invariants import assert_books_are_clean
from tests.model.walks.twins import BY_REPLAY, differences
from tests.model.walks.walk import RandomWalk, Step, Walk

STEPS = 40
LOOKS_EVERY = 5
_REPORTS = """
query($company: CompanyRef!, $asOf: Date, $knownAt: DateTime) {
  trialBalance(company: $company, asOf: $asOf, knownAt: $knownAt) {
    knownAt rows { account { code } closingDebit closingCredit }
    totals { closingDebit closingCredit }
  }
  stockBalance(company: $company, asOf: $asOf, knownAt: $knownAt, first: 100) {
    nodes { item { sku } warehouse { code } quantity value } totals { value }
  }
  lotBalance(company: $company, asOf: $asOf, knownAt: $knownAt, first: 500) {
    nodes { item { sku } warehouse { code } lot { code } quantity value } totals { value }
  }
  currencyBalances(company: $company, asOf: $asOf, knownAt: $knownAt) {
    rows { account { code } currency balance bookedAmount }
  }
}
"""
_WITH_LOTS = ("BATCHED", "NUMBERED")
_AS_OF = (None, "2026-01-31", "2026-02-20", "2026-04-01")


class Witness:
    """Looks into the database behind a server."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._runner = asyncio.Runner()
        self._database = self._runner.run(Database.open(url, most_connections=2))

    def holds(self, walk: Walk, *, explained: bool) -> None:
        """All rules of the books; that each figure explains itself, if that is asked.

        Raises:
            AssertionError: one does not hold.
        """
        company = self.company(walk)
        self._runner.run(assert_books_are_clean(self._database, company))
        if explained:
            self._runner.run(assert_every_figure_is_explained(self._database, company))

    def company(self, walk: Walk) -> UUID:
        with psycopg.connect(self.url, autocommit=True) as owner:
            return company_of(owner, walk.house.code)

    def close(self) -> None:
        self._runner.run(self._database.close())
        self._runner.close()


@contextmanager
def witness_of(url: str) -> Iterator[Witness]:
    """A witness, dismissed at the end."""
    witness = Witness(url)
    try:
        yield witness
    finally:
        witness.close()


class WalkTrial:
    """A walk of one company, watched."""

    def __init__(
        self, base: str, scheme: str, currency: str, witness: Witness, looks_every: int
    ) -> None:
        self.walk = Walk(base, scheme, currency)
        self._witness = witness
        self._looks_every = looks_every
        self._luck = Random(0)

    def step(self, step: Step) -> Any:
        """Take a step; the document, if it was posted.

        Raises:
            AssertionError: something does not hold.
        """
        if len(self.walk.steps) % self._looks_every:
            return self.walk.take(step)
        as_of = self._luck.choice(_AS_OF)
        before = self._reports(as_of)
        document = self.walk.take(step)
        after = self._reports(as_of)
        totals = after["trialBalance"]["totals"]
        assert totals["closingDebit"] == totals["closingCredit"], totals
        _lots_add_up(after)
        known_at = before["trialBalance"]["knownAt"]
        if known_at is not None:
            assert self._reports(as_of, known_at) == before, "what was known before has changed"
        self._witness.holds(self.walk, explained=self._looks_every == 1)
        return document

    def finish(self) -> None:
        """Every figure explains itself; its twins agree; cancelled in turn, nothing is left."""
        self._witness.holds(self.walk, explained=True)
        if any(step.kind == "Migration" for step in self.walk.steps):
            return
        kinds = {step.kind for step in self.walk.posted}
        if self.walk.house.scheme in BY_REPLAY and "ExchangeRevaluation" not in kinds:
            differing = differences(self.walk.house.base, self.walk)
            assert not differing, differing
        found = left_over(self._witness.url, self.walk.house)
        assert not found, found
        self._witness.holds(self.walk, explained=True)

    def _reports(self, as_of: str | None, known_at: str | None = None) -> Any:
        return self.walk.house.ask(_REPORTS, asOf=as_of, knownAt=known_at)


def _lots_add_up(reports: Any) -> None:
    """Goods of an item that has lots are those of its lots, in quantity and value."""
    lots, stock = (_by_place(reports[name]["nodes"]) for name in ("lotBalance", "stockBalance"))
    of_lots = {place: one for place, one in stock.items() if place[0] in _WITH_LOTS}
    assert lots == of_lots, (lots, of_lots)


def _by_place(rows: Any) -> dict[tuple[str, str], tuple[Decimal, Decimal]]:
    sums: dict[tuple[str, str], tuple[Decimal, Decimal]] = {}
    for row in rows:
        place = row["item"]["sku"], row["warehouse"]["code"]
        quantity, value = sums.get(place, (Decimal(0), Decimal(0)))
        sums[place] = quantity + Decimal(row["quantity"]), value + Decimal(row["value"])
    return {place: one for place, one in sums.items() if any(one)}


def live_through(
    base: str,
    witness: Witness,
    scheme: str,
    seed: str,
    *,
    currency: str = "USD",
    steps: int = STEPS,
    migrates: bool = False,
    looks_every: int = LOOKS_EVERY,
) -> WalkTrial:
    """Live through the walk of a seed.

    Raises:
        AssertionError: and whatever else the product raises; with the trial as its `trial`.
    """
    trial = WalkTrial(base, scheme, currency, witness, looks_every)
    by_chance = RandomWalk(scheme, seed, migrates=migrates)

    def take(step: Step) -> None:
        named = step._replace(given=trial.walk.named(step.given))
        document = trial.step(named)
        if document is not None:
            by_chance.walker.done((step.kind, step.given), document)

    try:
        for step in by_chance.first_steps():
            take(step)
        for _ in range(steps):
            take(by_chance.next_step())
        trial.finish()
    except Exception as failure:
        failure.trial = trial  # type: ignore[attr-defined] - for whoever shrinks it
        raise
    return trial


def again(
    base: str, witness: Witness, house: House, steps: Iterable[Step], *, to_the_end: bool
) -> str | None:
    """Take the steps in another such company and look at them; how it ends, without figures."""
    trial = WalkTrial(base, house.scheme, house.currency, witness, 1)
    try:
        for step in steps:
            trial.walk.take(step)
        witness.holds(trial.walk, explained=True)
        if to_the_end:
            trial.finish()
    except Exception as failure:  # noqa: BLE001 - any failure is a finding
        told = re.sub("PostingKey.*|[0-9a-f]{8}-[0-9a-f-]*", "", str(failure))
        return re.sub("[^A-Za-z_ ]", "", told)[:80]
    return None


def shrunk(base: str, witness: Witness, walk: Walk) -> list[Step]:
    """Fewer of the walk's steps that still end the same way: none of them can be left out."""
    kept, house = list(walk.steps), walk.house
    to_the_end = again(base, witness, house, kept, to_the_end=False) is None
    wanted = again(base, witness, house, kept, to_the_end=to_the_end)
    size = len(kept) // 2
    while size:
        for start in range(len(kept) - size, -size, -size):
            without = kept[: max(start, 0)] + kept[start + size :]
            if again(base, witness, house, without, to_the_end=to_the_end) == wanted:
                kept = without
        size //= 2
    return kept
