"""Random walks through all that a company can do, in each scheme: what always holds of its books.

Short here; `make model OF=walks` goes on for as long as one likes.
"""

from collections.abc import Iterator
from itertools import cycle

import pytest

from persistence.embedded import EmbeddedPostgres
from tests.model.walks.changes import CURRENCIES, WALK_SCHEMES
from tests.model.walks.trial import Witness, live_through, witness_of
from tests.servers import new_database, running_server

STEPS = 12


@pytest.fixture(scope="module")
def place(postgres: EmbeddedPostgres) -> Iterator[tuple[str, Witness]]:
    with (
        new_database(postgres) as url,
        running_server(url) as base,
        witness_of(url) as witness,
    ):
        yield base, witness


@pytest.mark.parametrize(("scheme", "currency"), list(zip(WALK_SCHEMES, cycle(CURRENCIES))))
def test_books_hold_together_on_a_walk_and_nothing_is_left_of_what_is_undone(
    place: tuple[str, Witness], scheme: str, currency: str
) -> None:
    trial = live_through(*place, scheme, "1", currency=currency, steps=STEPS)
    assert len(trial.walk.posted) > STEPS / 2
