"""The schema comes to this release, and another release's is refused."""

from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import text

from persistence.database import Database
from persistence.migrate import Age, SchemaError, require_current, schema_state, upgrade
from persistence.sessions import SessionError, require_application_role, share_processes


def test_an_empty_database_is_migrated_once(empty_database_url: str) -> None:
    assert schema_state(empty_database_url).age is Age.EMPTY
    stages: list[str] = []
    state = upgrade(empty_database_url, stages.append)
    assert schema_state(empty_database_url) == state
    assert len(stages) == 1
    upgrade(empty_database_url, stages.append)
    assert len(stages) == 1


def test_an_empty_database_is_not_served(empty_database_url: str) -> None:
    with pytest.raises(SchemaError, match=r"empty .* run `perpetuo migrate`"):
        require_current(empty_database_url)


def test_an_older_schema_is_told(database_url: str) -> None:
    _pretend(database_url, "0001")
    assert schema_state(database_url).age is Age.OLDER
    with pytest.raises(SchemaError, match=r"at revision 0001 .* run `perpetuo migrate`"):
        require_current(database_url)


def test_a_newer_schema_is_refused_and_left_alone(database_url: str) -> None:
    _pretend(database_url, "9999")
    for refused in (require_current, upgrade):
        with pytest.raises(SchemaError, match="9999, which this release does not know"):
            refused(database_url)
    assert schema_state(database_url).revision == "9999"


async def test_connections_are_the_applications_role(database: Database) -> None:
    async with database.transaction(None) as connection:
        found = await connection.execute("select current_user")
        assert await found.fetchone() == ("perpetuo_app",)
    assert await database.answers()


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])
async def test_the_day_is_that_of_utc_wherever_the_server_is(database_url: str, zone: str) -> None:
    """At any time of day one of the two is a day ahead or behind."""
    with psycopg.connect(database_url, autocommit=True) as owner:
        name = sql.Identifier(owner.info.dbname)
        owner.execute(sql.SQL("alter database {} set timezone to {}").format(name, zone))
    today = {datetime.now(UTC).date()}
    database = await Database.open(database_url, most_connections=2)
    try:
        async with database.transaction(None) as connection:
            found: Any = await (await connection.execute("select current_date, now()")).fetchone()
        async with database.session(None) as session:
            answer = await (await session.connection()).execute(text("select current_date"))
    finally:
        await database.close()
    today.add(datetime.now(UTC).date())
    assert {found[0], answer.scalar_one()} <= today
    assert found[1].tzinfo is UTC


async def test_other_defaults_of_a_database_do_not_matter(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as owner:
        name = sql.Identifier(owner.info.dbname)
        for other in (
            "datestyle to german", "default_transaction_isolation to serializable",
            "search_path to pg_catalog", "client_encoding to latin1", "array_nulls to off",
            "row_security to off",
        ):  # fmt: skip
            owner.execute(sql.SQL("alter database {} set ").format(name) + sql.SQL(other))
    assert schema_state(database_url).age is Age.CURRENT
    database = await Database.open(database_url, most_connections=2)
    try:
        async with database.transaction(None) as connection:
            now: Any = await (await connection.execute("select now()")).fetchone()
            level = await (await connection.execute("show transaction_isolation")).fetchone()
            given = (["\N{GRINNING FACE}", None],)
            kept = await (await connection.execute("select %s::text[]", given)).fetchone()
            nobodys = await (await connection.execute("select count(*) from document")).fetchone()
    finally:
        await database.close()
    assert level == ("read committed",)
    assert now[0].tzinfo is UTC
    assert (kept, nobodys) == (given, (0,))


def test_what_the_owner_may_goes_to_whom_the_books_are_restored(database_url: str) -> None:
    with psycopg.connect(database_url) as owner:
        owner.execute("grant create on schema public to perpetuo_reader")
        owner.execute("alter table webhook owner to perpetuo_reader")
    with pytest.raises(SchemaError, match=r"under another owner.* run `perpetuo migrate`"):
        require_current(database_url)
    stages: list[str] = []
    upgrade(database_url, stages.append)
    assert stages == ["Giving what the owner may with webhook to perpetuo_reader"]
    require_current(database_url)


def test_who_cannot_become_the_applications_role_is_told_what_to_grant(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        require_application_role(connection)
        connection.execute("set role perpetuo_reader")
        with pytest.raises(SessionError, match="`grant perpetuo_app to "):
            require_application_role(connection)


@pytest.mark.parametrize(
    ("first", "second", "are_shared"),
    [
        ({1}, {2}, False),
        ({1}, {1}, True),  # one server process serves whoever is next
        ({1, 2}, {1, 2}, True),  # two of them, in turns
        ({1}, {2, 3}, True),
    ],
)
def test_a_pooler_that_shares_sessions_is_told(
    first: set[int], second: set[int], are_shared: bool
) -> None:
    assert share_processes(first, second) is are_shared


async def test_a_lost_connection_is_replaced(database: Database, database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as owner:
        owner.execute(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid()"
        )
    for _ in range(4):
        assert await database.answers()


def _pretend(url: str, revision: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("update alembic_version set version_num = %s", (revision,))
