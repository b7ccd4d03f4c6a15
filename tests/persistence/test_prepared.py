"""Statements stay prepared whatever becomes of the transactions that ran them."""

from collections.abc import AsyncIterator

import psycopg
import pytest

from persistence.citus.nodes import BooksConnection
from persistence.database import Database
from persistence.round_trip import RoundTrip, Statement

COUNT = "select count(*) from generate_series(1, %s)"
HOW_OFTEN = """
select coalesce(sum(generic_plans + custom_plans), 0)::int, count(*)::int
  from pg_prepared_statements where statement like '%generate_series%' and from_sql is false
   and statement not like '%pg_prepared_statements%'
"""


@pytest.fixture
async def connection(database_url: str) -> AsyncIterator[BooksConnection]:
    """A connection on which the statement is prepared, outside of a transaction."""
    database = await Database.open(database_url, most_connections=1)
    async with database.pool.connection() as one:
        one.prepare_threshold = 5  # as it is outside of tests
        for _ in range(7):
            await one.execute(COUNT, (3,))
        await one.commit()
        assert await _runs(one) == (2, 1), "psycopg prepares what it has run five times"
        await one.commit()
        yield one
    await database.close()


async def _runs(connection: BooksConnection) -> tuple[int, int]:
    """How often it has run prepared, and how often it is prepared."""
    found = await (await connection.execute(HOW_OFTEN, prepare=False)).fetchone()
    assert found is not None
    return found[0], found[1]


async def _by_an_error(connection: BooksConnection) -> None:
    with pytest.raises(psycopg.errors.DivisionByZero):
        async with connection.transaction():
            await connection.execute("select 1 / 0")


async def _by_force(connection: BooksConnection) -> None:
    async with connection.transaction(force_rollback=True):
        await connection.execute("select 1")


async def _by_a_savepoint(connection: BooksConnection) -> None:
    async with connection.transaction():
        await _by_an_error(connection)


async def _in_a_round_trip(connection: BooksConnection) -> None:
    async with RoundTrip(connection) as trip:
        trip.ask(Statement.of("select 1"), {})
        trip.ask(Statement.of("rollback"), {})


async def _by_a_statement(connection: BooksConnection) -> None:
    await connection.execute("select 1")
    await connection.execute("rollback")


async def _by_the_pool(connection: BooksConnection) -> None:
    await connection.execute("select 1")
    await connection.rollback()


@pytest.mark.parametrize(
    "undo",
    [_by_an_error, _by_force, _by_a_savepoint, _in_a_round_trip, _by_a_statement, _by_the_pool],
)
async def test_a_rollback_keeps_what_is_prepared(connection: BooksConnection, undo) -> None:  # type: ignore[no-untyped-def] - one of those above
    await undo(connection)
    await connection.execute(COUNT, (3,))
    assert await _runs(connection) == (3, 1)


async def test_what_is_prepared_in_a_transaction_that_is_undone_runs_in_the_next(
    connection: BooksConnection,
) -> None:
    text = f"{COUNT} where true"
    for times in (6, 1, 1):
        async with connection.transaction(force_rollback=True):
            for _ in range(times):
                assert await (await connection.execute(text, (3,))).fetchone() == (3,)
    assert await _runs(connection) == (5, 2)


async def test_changed_objects_have_it_prepared_anew(connection: BooksConnection) -> None:
    await connection.execute("create temporary table passing (id int)")
    await connection.execute("drop table passing")
    await connection.execute(COUNT, (3,))
    assert await _runs(connection) == (0, 0)


async def test_what_could_not_be_prepared_is_not_taken_as_prepared(
    connection: BooksConnection,
) -> None:
    """The sixth time it is to be prepared, behind a statement that fails: so it never is."""
    text = f"{COUNT} where 1 = 1"
    for _ in range(5):
        await connection.execute(text, (3,))
    await connection.commit()

    async def behind_one_that_fails() -> None:
        async with connection.transaction(), connection.pipeline():
            await connection.execute("select 1 / 0")
            await connection.execute(text, (3,))

    with pytest.raises(psycopg.errors.DivisionByZero):
        await behind_one_that_fails()
    for _ in range(9):
        assert await (await connection.execute(text, (3,))).fetchone() == (3,)
