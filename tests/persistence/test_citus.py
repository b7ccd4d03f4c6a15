"""Tables can be spread over the nodes of Citus by company, and nothing says otherwise.

Citus itself is not here. A stand-in refuses what Citus refuses of a table that is distributed, as
far as its sources say so; what it makes of queries shows on a cluster only.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from api.commands.demo import open_demo_company
from api.settings import Settings
from domain.master_changes import MasterKind
from domain.references import Ref
from persistence.citus.decisions import DROPPED_FUNCTIONS
from persistence.citus.distribute import distribute
from persistence.citus.functions import REPLACED
from persistence.citus.nodes import grow_masters_version
from persistence.database import Database
from persistence.embedded import EmbeddedPostgres
from persistence.ids import PLACES
from persistence.masters.lookups import find_company
from persistence.migrate import SchemaError
from persistence.tables import LEDGER_TABLES
from tests import wire
from tests.api.commands import refusals, run
from tests.api.desk import Desk, goods, receipt
from tests.examples import requests
from tests.invariants import assert_all_books_are_clean
from tests.logged import assert_log_tells_masters
from tests.persistence.distributed import (
    ask_more_than_one_company,
    distributed_tables,
    statements,
    transactions,
    words,
)
from tests.servers import new_database, running_server

GOLDEN = Path(__file__).with_name("citus.sql")
STAND_IN = """
create schema stand_in;
grant usage on schema stand_in to public;
create table stand_in.pg_dist_partition (logicalrelid regclass, place text);
create table stand_in.pg_dist_node (isactive bool, noderole text, groupid int);
insert into stand_in.pg_dist_node values (true, 'primary', 1);
grant select on stand_in.pg_dist_partition to public;
create function stand_in.refuse(one regclass, by text) returns void language plpgsql as $$
begin
    if exists (select from pg_trigger where tgrelid = one and not tgisinternal) then
        raise exception '% has triggers', one;
    elsif exists (select from pg_constraint where contype = 'f'
                    and one in (conrelid, confrelid)) then
        raise exception '% has foreign keys', one;
    elsif exists (select from pg_policy where polrelid = one
                    and pg_get_expr(polqual, polrelid) || pg_get_expr(polwithcheck, polrelid)
                        ~* 'select') then
        raise exception '% has a policy with a subquery', one;
    elsif by is not null and exists (
            select from pg_index x where x.indrelid = one and x.indisunique
               and by not in (select attname from pg_attribute
                               where attrelid = one and attnum = any (x.indkey))) then
        raise exception '% has a unique key without %', one, by;
    end if;
end $$;
create function stand_in.create_reference_table(one regclass) returns void language plpgsql as $$
begin
    perform stand_in.refuse(one, null);
    insert into stand_in.pg_dist_partition values (one, 'everywhere');
end $$;
create function stand_in.create_distributed_table(
    one regclass, by text, colocate_with text default 'default', shard_count int default null
) returns void language plpgsql as $$
begin
    perform stand_in.refuse(one, by);
    if colocate_with <> 'none' and not exists (
        select from stand_in.pg_dist_partition where logicalrelid = colocate_with::regclass) then
        raise exception '% is not distributed', colocate_with;
    end if;
    insert into stand_in.pg_dist_partition values (one, 'hash');
end $$;
"""
ALARM = """
create function stand_in.alarm() returns trigger language plpgsql security definer as $$
declare
    company uuid := to_jsonb(new) ->> tg_argv[0];
begin
    if not exists (select from public.company_counter n where n.company_id = company
                      and n.xmin::text::bigint >= pg_current_xact_id()::text::bigint) then
        raise exception '% of % has changed, and postings were not told', tg_table_name, company;
    end if;
    return null;
end $$
"""
"""Of who changes masters that posting remembers, without growing their version as a trigger did."""


# -- the plan -------------------------------------------------------------------------------------


def test_the_plan_is_the_one_that_was_looked_at(tmp_path: Path, database_url: str) -> None:
    printed = run(tmp_path, "migrate", "--citus", "--dry-run", database_url=database_url)
    assert printed.returncode == 0
    assert printed.stdout == GOLDEN.read_text(encoding="utf-8"), (
        "look at what has changed, then keep it: "
        "perpetuo migrate --citus --dry-run > tests/persistence/citus.sql"
    )


def test_the_command_wants_citus(tmp_path: Path, database_url: str) -> None:
    (refusal,) = refusals(run(tmp_path, "migrate", "--dry-run", database_url=database_url))
    assert refusal == "--dry-run goes with --citus: it prints what distributing takes."
    with pytest.raises(SchemaError, match="The database has no Citus"):
        distribute(database_url)


@contextmanager
def _with_stand_in(postgres: EmbeddedPostgres) -> Iterator[str]:
    """A database of this schema whose Citus is the stand-in."""
    with new_database(postgres) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(STAND_IN.encode())
            name = connection.info.dbname
            connection.execute(
                f"alter database {name} set search_path to public, stand_in".encode()
            )
        yield url


@pytest.fixture
def stood_in(postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr("persistence.citus.distribute._EXTENSION", "select true")
    with _with_stand_in(postgres) as url:
        yield url


def test_books_are_not_distributed_once_there_are_any(stood_in: str) -> None:
    open_demo_company(stood_in, lambda _stage: None)
    with pytest.raises(SchemaError, match="The database has books already"):
        distribute(stood_in)


@pytest.fixture
def distributed(stood_in: str) -> str:
    """A database that was distributed, and its statements are logged from now on."""
    assert distribute(stood_in) > 0
    assert distribute(stood_in) == 0
    with psycopg.connect(stood_in, autocommit=True) as connection:
        name = connection.info.dbname
        connection.execute(f"alter database {name} set log_statement to 'all'".encode())
        connection.execute(ALARM.encode())
        for function in DROPPED_FUNCTIONS:
            table, found, _ = function.rpartition("_changed")
            if found:
                of = "id" if table == "company" else "company_id"
                connection.execute(
                    f"create constraint trigger alarm after insert or update on {table}"
                    " deferrable initially deferred for each row"
                    f" execute function stand_in.alarm('{of}')".encode()
                )
    return stood_in


def test_distributed_books_work_without_triggers(
    distributed: str, postgres: EmbeddedPostgres
) -> None:
    """All examples run on them, the books are clean, and each transaction is of one company.

    Postings are told of all masters that change, though no trigger tells them.
    """
    log = postgres.folder / "postgres.log"
    before = log.stat().st_size
    open_demo_company(distributed, lambda _stage: None)
    with running_server(distributed) as base, wire.client(base, timeout=60) as client:
        for one in requests():
            answer = client.post("/graphql", json=one.body).json()
            assert "errors" not in answer, (one.name, answer["errors"])
    asyncio.run(assert_all_books_are_clean(distributed))
    with log.open(encoding="utf-8") as lines:
        lines.seek(before)
        logged = list(statements(lines))
    whole = list(transactions(logged))
    tables = distributed_tables(distributed)
    assert len([one for one in whole if one.companies]) > 100
    assert [one.text for one in whole if len(one.companies) > 1] == []
    assert [one.text for one in whole if not one.companies and tables & one.words] == []
    assert not any("plan_cache_mode" in text for _, text in logged)
    asked = {text for _, text in logged if tables & words(text)}
    assert len(asked) > 100
    assert ask_more_than_one_company(distributed, asked, tables) == {}
    assert_log_tells_masters(distributed, set(MasterKind))


@pytest.mark.parametrize(("where", "growth"), [("stood_in", 0), ("distributed", 1)])
async def test_postings_that_change_masters_say_so_where_no_trigger_does(
    request: pytest.FixtureRequest, where: str, growth: int
) -> None:
    url = request.getfixturevalue(where)
    with running_server(url) as base:
        desk = Desk(base)
    database = await Database.open(url, most_connections=1)
    version = "select company_id, masters_version from company_counter where company_id = %s"
    company = (await find_company(database, Ref("company", "code", desk.code))).id
    async with database.transaction(company) as connection:
        before: Any = await (await connection.execute(version, (company,))).fetchone()
        await grow_masters_version(connection, company)
        after: Any = await (await connection.execute(version, (company,))).fetchone()
    await database.close()
    assert (before[0], after[1] - before[1]) == (company, growth)


def test_ledgers_are_kept_by_rights_without_triggers(distributed: str) -> None:
    with psycopg.connect(distributed) as connection:
        connection.execute("set role perpetuo_app")
        for table in LEDGER_TABLES:
            for change in (f"update {table} set company_id = null", f"delete from {table}"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                    connection.execute(change.encode())


def test_functions_for_citus_say_what_the_others_say(postgres: EmbeddedPostgres) -> None:
    with new_database(postgres) as url:
        open_demo_company(url, lambda _stage: None)
        with running_server(url, Settings(fold_ledger=False)) as base:
            clerk = Desk(base)
            for state in ("ACTIVE", "PAUSED"):
                hook = clerk.make(
                    "createWebhook", "webhook", company=clerk.company, url="https://shop.example"
                )
                assert hook, state
            clerk.post(receipt("2026-01-10", goods("10", "200")))
        with psycopg.connect(url) as connection:
            _make_webhooks_due(connection)
            before = _said(connection)
            for table in distributed_tables(url):
                connection.execute(f"alter table {table} no force row level security".encode())
            for function in REPLACED.values():
                connection.execute(function.encode())
            assert _said(connection) == before
            assert all(before.values())
            connection.rollback()


def _make_webhooks_due(connection: psycopg.Connection) -> None:
    """The server may have tried them already, in vain, and have put them off."""
    for company in connection.execute("select id from company").fetchall():
        connection.execute("select set_config('app.company_id', %s, true)", (str(company[0]),))
        connection.execute("update webhook set next_attempt_at = now()")
    connection.execute("select set_config('app.company_id', '', true)")


def _said(connection: psycopg.Connection) -> dict[str, list[Any]]:
    """What the functions answer: of a row of every table, and of all companies."""

    def rows(query: str) -> list[Any]:
        return sorted(connection.execute(query.encode()).fetchall(), key=str)

    ids: list[Any] = rows("select id from company")
    for (company,) in list(ids):
        connection.execute("select set_config('app.company_id', %s, true)", (str(company),))
        for table in PLACES:
            ids += connection.execute(f"select id from {table} limit 2".encode()).fetchall()
    connection.execute("select set_config('app.company_id', '', true)")
    places = {f"locate_node({one})": rows(f"select * from locate_node('{one}')") for (one,) in ids}
    return {
        **places,
        "feed_heads": rows("select * from feed_heads(array(select id from company))"),
        "webhooks_due": rows("select * from webhooks_due()"),
        "ledgers_to_fold": rows("select * from ledgers_to_fold(1)"),
    }
