"""What is asked in one round trip is answered in order, and leaves a connection that works."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.pq import PipelineStatus, TransactionStatus

from persistence.arrays import array_of, ids
from persistence.citus.nodes import BooksConnection
from persistence.database import Database
from persistence.round_trip import COMMIT, RoundTrip, Statement

ID = UUID("01234567-89ab-cdef-0123-456789abcdef")
PLUS = Statement.of("select %(a)s::int + %(b)s::int, %(a)s::int")
FAILING = Statement.of("select 1 / %(a)s::int")
ARRAYS = Statement.of(
    "select u.* from unnest(%(ids)s::uuid[], %(names)s::text[], %(counts)s::integer[])"
    " as u (id, name, count), (select %(factor)s::int) as f"
)
WHOSE = Statement.of("select current_setting('app.company_id', true), %(a)s::int")
SLEEPING = Statement.of("select pg_sleep(60)")
HOW_OFTEN = "select count(*) from pg_prepared_statements where statement like 'select $1::int + %'"


@pytest.fixture
async def connection(database_url: str) -> AsyncIterator[BooksConnection]:
    database = await Database.open(database_url, most_connections=1)
    async with database.pool.connection() as one:
        one.prepare_threshold = 5  # as it is outside of tests
        yield one
    await database.close()


async def _works(connection: BooksConnection) -> None:
    """It is in no pipeline, nobody holds it, and after a rollback it answers."""
    assert connection.pgconn.pipeline_status == PipelineStatus.OFF
    assert not connection.lock.locked()
    await connection.rollback()
    async with RoundTrip(connection) as trip:
        sum_ = trip.ask(PLUS, {"a": 2, "b": 3})
    assert sum_.rows == [(5, 2)]


async def test_each_statement_has_its_own_answer_and_a_transaction_has_begun(
    connection: BooksConnection,
) -> None:
    given = {
        "ids": ids([ID, UUID(int=1)]), "names": array_of("text", ['a "b"', None]),
        "counts": array_of("integer", [7, None]), "factor": 1, "a": 1, "b": 2,
    }  # fmt: skip
    async with RoundTrip(connection) as trip:
        sum_ = trip.ask(PLUS, given)
        trip.send()
        rows = trip.ask(ARRAYS, given)
        none = trip.ask(Statement.of("select 1 where false"), {})
    assert sum_.rows == [(3, 1)]
    assert rows.rows == [(ID, 'a "b"', 7), (UUID(int=1), None, None)]
    assert none.rows == []
    assert connection.info.transaction_status is TransactionStatus.INTRANS
    async with RoundTrip(connection) as trip:
        trip.ask(COMMIT, {})
    assert connection.info.transaction_status is TransactionStatus.IDLE
    await _works(connection)


async def test_it_is_prepared_once_it_was_asked_often_enough(connection: BooksConnection) -> None:
    for times in range(1, 9):
        async with RoundTrip(connection) as trip:
            first, second = (trip.ask(PLUS, {"a": times, "b": one}) for one in (1, 2))
        assert [first.rows, second.rows] == [[(times + 1, times)], [(times + 2, times)]]
        found = await (await connection.execute(HOW_OFTEN, prepare=False)).fetchone()
        assert found == (1 if times > 2 else 0,)


@pytest.mark.parametrize("before", range(7))
async def test_behind_one_that_fails_it_is_not_taken_as_prepared(
    connection: BooksConnection, before: int
) -> None:
    for times in range(before):
        async with RoundTrip(connection) as trip:
            trip.ask(PLUS, {"a": times, "b": 1})
    await connection.commit()

    async def behind_one_that_fails() -> None:
        async with RoundTrip(connection) as trip:
            trip.ask(FAILING, {"a": 0})
            trip.ask(PLUS, {"a": 1, "b": 1})

    with pytest.raises(psycopg.errors.DivisionByZero):
        await behind_one_that_fails()
    for _ in range(9):
        await _works(connection)


async def test_a_failure_of_its_own_keeps_it_prepared(connection: BooksConnection) -> None:
    for times in (*range(1, 6), 0, 1):
        try:
            async with RoundTrip(connection) as trip:
                trip.ask(FAILING, {"a": times})
        except psycopg.errors.DivisionByZero:
            await connection.rollback()
    prepared = "select count(*) from pg_prepared_statements where statement like 'select 1 / %'"
    found = await (await connection.execute(prepared, prepare=False)).fetchone()
    assert found == (1,)


async def test_a_text_with_values_in_it_is_never_prepared(connection: BooksConnection) -> None:
    telling = Statement(b"set local app.told to 'somebody'", is_asked_again=False)
    for _ in range(9):
        async with RoundTrip(connection) as trip:
            trip.ask(telling, {})
            told = trip.ask(Statement.of("select current_setting('app.told')"), {})
        assert told.rows == [("somebody",)]
    cursor = await connection.execute(
        "select count(*) from pg_prepared_statements where statement like 'set local%'"
    )
    assert await cursor.fetchone() == (0,)


async def test_what_fails_is_raised_and_nothing_behind_it_is_run(
    connection: BooksConnection,
) -> None:
    trip = RoundTrip(connection)
    await trip.__aenter__()
    before = trip.ask(PLUS, {"a": 1, "b": 1})
    trip.ask(FAILING, {"a": 0})
    behind = trip.ask(COMMIT, {})
    with pytest.raises(psycopg.errors.DivisionByZero):
        await trip.__aexit__(None, None, None)
    assert before.rows == [(2, 1)]
    assert behind.rows == []
    assert connection.info.transaction_status is TransactionStatus.INERROR
    await _works(connection)


async def test_a_statement_that_failed_when_it_was_prepared_is_asked_again(
    connection: BooksConnection,
) -> None:
    for times in range(8):
        with pytest.raises(psycopg.errors.DivisionByZero):
            async with RoundTrip(connection) as trip:
                trip.ask(FAILING, {"a": 0})
        await connection.rollback()
        async with RoundTrip(connection) as trip:
            whole = trip.ask(FAILING, {"a": 1 + times})
        assert whole.rows == [(1 if times == 0 else 0,)]
        await connection.rollback()


async def test_a_block_that_fails_leaves_nothing_unread(connection: BooksConnection) -> None:
    with pytest.raises(KeyError):  # noqa: PT012 - the block itself is what fails
        async with RoundTrip(connection) as trip:
            trip.ask(PLUS, {"a": 1, "b": 1})
            trip.send()
            trip.ask(PLUS, {"a": 1})
    await _works(connection)


async def test_a_wait_that_is_given_up_leaves_a_connection_that_works(
    connection: BooksConnection,
) -> None:
    async def sleep() -> None:
        async with RoundTrip(connection) as trip:
            trip.ask(SLEEPING, {})

    waiting = asyncio.create_task(sleep())
    await asyncio.sleep(0.2)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await _works(connection)


async def test_a_connection_that_is_lost_says_so_and_the_pool_has_another(
    database_url: str,
) -> None:
    database = await Database.open(database_url, most_connections=1)
    pids: list[int] = []

    async def sleep() -> None:
        async with database.pool.connection() as connection:
            pids.append(connection.info.backend_pid)
            async with RoundTrip(connection) as trip:
                trip.ask(PLUS, {"a": 1, "b": 1})
                trip.ask(SLEEPING, {})
                trip.ask(PLUS, {"a": 1, "b": 1})

    waiting = asyncio.create_task(sleep())
    await asyncio.sleep(0.2)
    with psycopg.connect(database_url) as owner:
        owner.execute("select pg_terminate_backend(%s)", (pids[0],))
    with pytest.raises(psycopg.OperationalError):
        await waiting
    async with database.pool.connection() as connection:
        await _works(connection)
    await database.close()


async def test_nobody_waits_for_a_connection_that_is_closed(database_url: str) -> None:
    """The block never begins, so whoever ends its transaction finds the lock free."""
    closed = await BooksConnection.connect(database_url)
    await closed.close()
    with pytest.raises(psycopg.OperationalError):
        async with RoundTrip(closed):
            pass
    assert not closed.lock.locked()


async def test_who_asks_one_thing_waits_once_and_leaves_no_company_behind(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[object] = []
    wait = BooksConnection.wait

    def noting(generator: Any) -> Any:
        """Does the same, and notes whether anything is waited for: what has ended is not."""
        try:
            ready = yield next(generator)
            waits.append(ready)
            while True:
                ready = yield generator.send(ready)
        except StopIteration as end:
            return end.value

    async def counting(self: BooksConnection, generator: Any, **kwargs: Any) -> Any:
        return await wait(self, noting(generator), **kwargs)

    monkeypatch.setattr(BooksConnection, "wait", counting)
    database = await Database.open(database_url, most_connections=1)
    try:
        waits.clear()
        assert await database.ask(ID, WHOSE, {"a": 0}) == [(str(ID), 0)]
        assert len(waits) == 1
        assert await database.ask(None, WHOSE, {"a": 1}) == [("", 1)]
        with pytest.raises(psycopg.errors.DivisionByZero):
            await database.ask(ID, FAILING, {"a": 0})
        assert await database.ask(None, WHOSE, {"a": 2}) == [("", 2)]
    finally:
        await database.close()
