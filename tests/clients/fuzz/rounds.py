"""One round of the long form, in a process of its own."""

import asyncio
import tempfile
from pathlib import Path

from api.commands.demo import open_demo_company
from persistence.embedded import EmbeddedPostgres
from persistence.migrate import upgrade
from tests.clients.fuzz.requests import Tally, make_requests
from tests.invariants import assert_all_books_are_clean
from tests.servers import FAST_SETTINGS, running_server

ROUND = 2_000
"""Requests of a round."""


def play(seed: int) -> Tally:
    """One round over fresh books of the demo companies, which are checked afterwards."""
    with (
        tempfile.TemporaryDirectory() as folder,
        EmbeddedPostgres(Path(folder), settings=FAST_SETTINGS) as postgres,
    ):
        upgrade(postgres.url)
        open_demo_company(postgres.url, lambda _stage: None)
        with running_server(postgres.url) as base:
            tally = make_requests(base, ROUND, seed=seed)
        asyncio.run(assert_all_books_are_clean(postgres.url))
    return tally
