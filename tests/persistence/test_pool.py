"""The pool of connections goes on with what it has just used."""

from contextlib import AsyncExitStack

from persistence.database import Database, SteadyAttempt


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
