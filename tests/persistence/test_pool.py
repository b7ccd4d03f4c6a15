"""The pool of connections goes on with what it has just used."""

from contextlib import AsyncExitStack
from time import monotonic

import pytest
from psycopg_pool import PoolTimeout

from persistence import pool
from persistence.citus.nodes import BooksConnection
from persistence.database import Database
from persistence.pool import Pool, SteadyAttempt


def test_a_server_that_was_away_for_long_is_found_again_soon() -> None:
    attempt = SteadyAttempt(timeout=300)
    for now in range(0, 200, 2):
        attempt.update_delay(now)
        assert 0 < attempt.delay <= 2
        assert not attempt.time_to_give_up(now)


async def test_the_connection_that_came_back_last_is_given_out_first(database: Database) -> None:
    async with AsyncExitStack() as stack:
        taken = [await stack.enter_async_context(database.pool.connection()) for _ in range(5)]
    # An exit stack gives back in the opposite order.
    first = taken[0]
    for _ in range(10):
        async with database.pool.connection() as connection:
            assert connection is first
    async with database.pool.connection() as one, database.pool.connection() as another:
        assert (one, another) == (first, taken[1])


async def test_while_the_server_is_away_nobody_waits_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pool, "PATIENCE_SECONDS", 0.5)

    async def configure(_: BooksConnection) -> None:
        raise AssertionError

    nowhere = Pool("postgresql://127.0.0.1:1/nothing", configure, min_size=1)
    await nowhere.open()
    began = monotonic()
    for _ in range(2):
        with pytest.raises(PoolTimeout):
            async with nowhere.connection():
                pass
    assert monotonic() - began < 10, "psycopg's own patience is half a minute"
    await nowhere.close()
