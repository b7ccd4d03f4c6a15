"""A database with its event loop: what somebody who is not a coroutine needs of the product."""

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from random import Random
from typing import Any

import psycopg

from persistence.database import Database
from tests.model.histories import ALL_KINDS
from tests.model.operations import Kind, Switches
from tests.model.product import ProductTrial


class Workplace:
    """Opens companies and lives through histories in them."""

    def __init__(self, url: str) -> None:
        self.runner = asyncio.Runner()
        self.owner = psycopg.connect(url)
        self.database = self.run(Database.open(url, most_connections=4))
        self._companies = count(1)

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    def trial(self, switches: Switches) -> ProductTrial:
        """A company of its own."""
        self.owner.rollback()
        return ProductTrial(self.database, self.owner, f"M{next(self._companies)}", switches)

    def live_through(
        self, seed: int, steps: int, kinds: Sequence[Kind] = ALL_KINDS
    ) -> ProductTrial:
        """A random history by its number."""
        random = Random(seed)
        trial = self.trial(Switches.of(random))
        for _ in range(steps):
            self.run(trial.random_step(random, kinds))
        self.run(trial.assert_clean())
        return trial

    def close(self) -> None:
        self.run(self.database.close())
        self.owner.close()
        self.runner.close()


@contextmanager
def workplace_at(url: str) -> Iterator[Workplace]:
    """A workplace, closed at the end."""
    workplace = Workplace(url)
    try:
        yield workplace
    finally:
        workplace.close()
