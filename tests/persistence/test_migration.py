"""The migrated database is the declared one, and guards the books whoever writes."""

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from psycopg import errors, sql
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool
from uuid_utils.compat import uuid7

from persistence.tables import COMPANY_TABLES, LEDGER_TABLES, metadata
from tests.persistence.handmade import HandmadeBooks

ROOT = Path(__file__).parents[2]
MASTERS_THAT_POSTING_CACHES = ("account_role", "account", "cost_center", "warehouse")


@pytest.fixture
def owner(database_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def app(database_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_url) as connection:
        connection.execute("set role perpetuo_app")
        connection.commit()
        yield connection


@pytest.fixture(scope="module")
def untouched(untouched_database_url: str) -> Iterator[psycopg.Connection]:
    """The owner, who is refused, or only looks."""
    with psycopg.connect(untouched_database_url, autocommit=True) as connection:
        yield connection


def test_the_migrated_database_is_what_the_tables_declare(untouched_database_url: str) -> None:
    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: psycopg.connect(untouched_database_url),
        poolclass=NullPool,
    )
    options = {"compare_type": True, "compare_server_default": True}
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def test_the_page_on_architecture_names_every_table_and_what_may_be_done(
    untouched: psycopg.Connection,
) -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| [a-z ]+ \| ((?:`\w+`(?:, )?)+) \| (append|change)", page, re.MULTILINE)
    told = {name: right for names, right in rows for name in re.findall(r"\w+", names)}
    found = untouched.execute(
        "select tablename, has_table_privilege('perpetuo_app', tablename::regclass, 'update')"
        " or has_table_privilege('perpetuo_app', tablename::regclass, 'delete')"
        " from pg_tables where schemaname = 'public' and tablename <> 'alembic_version'"
    ).fetchall()
    assert told == {name: "change" if may_change else "append" for name, may_change in found}


def test_every_key_and_index_is_led_by_the_company(untouched: psycopg.Connection) -> None:
    keys = untouched.execute(
        "select indrelid::regclass::text, indexrelid::regclass::text, attname from pg_index"
        " join pg_attribute on attrelid = indrelid and attnum = indkey[0]"
        " where indrelid::regclass::text = any(%s)",
        (list(COMPANY_TABLES),),
    ).fetchall()
    assert keys
    assert [key for key in keys if key[2] != "company_id"] == []


# -- guards -----------------------------------------------------------------------------------


@pytest.mark.parametrize("change", ["update", "delete", "truncate"])
@pytest.mark.parametrize("table", LEDGER_TABLES)
def test_ledgers_are_append_only_for_the_owner_too(
    untouched: psycopg.Connection, table: str, change: str
) -> None:
    with pytest.raises(psycopg.Error) as refused:
        untouched.execute(_changes(table)[change])
    assert refused.value.sqlstate == "PP002"


@pytest.mark.parametrize("change", ["update", "delete", "truncate"])
@pytest.mark.parametrize("table", LEDGER_TABLES)
def test_the_application_has_no_right_to_change_ledgers(
    untouched: psycopg.Connection, table: str, change: str
) -> None:
    untouched.execute("set role perpetuo_app")
    try:
        with pytest.raises(errors.InsufficientPrivilege):
            untouched.execute(_changes(table)[change])
    finally:
        untouched.execute("reset role")


def _changes(table: str) -> dict[str, sql.Composed]:
    name = sql.Identifier(table)
    return {
        "update": sql.SQL("update {} set company_id = company_id").format(name)
        if table not in ("document_line", "document_charge")
        else sql.SQL("update {} set document_id = document_id").format(name),
        "delete": sql.SQL("delete from {}").format(name),
        "truncate": sql.SQL("truncate {} cascade").format(name),
    }


def test_an_unbalanced_entry_is_refused(owner: psycopg.Connection) -> None:
    books = HandmadeBooks(owner)
    journal = books.document("JOURNAL_ENTRY", "2026-01-10")
    with pytest.raises(psycopg.Error, match=r"does not balance: .* 0\.01") as refused:
        books.journal(journal, "2026-01-10", {"Stores": "100.00", "Sales": "-99.99"})
    assert refused.value.sqlstate == "PP001"
    assert owner.execute("select count(*) from journal_line").fetchone() == (0,)


def test_two_entries_do_not_balance_each_other(owner: psycopg.Connection) -> None:
    books = HandmadeBooks(owner)
    document = books.document("JOURNAL_ENTRY", "2026-01-10")
    entries = [
        books.journal(document, "2026-01-10", {"Stores": "1", "Sales": "-1"}) for _ in range(2)
    ]
    row = {"line_no": 3, "seq": 1, "posting_date": "2026-01-10", "account_id": books.ids["Sales"]}
    lines = [
        {"journal_entry_id": entry, "amount": amount, **row}
        for entry, amount in zip(entries, (5, -5), strict=True)
    ]
    with pytest.raises(psycopg.Error) as refused:
        books.own_rows("journal_line", lines)
    assert refused.value.sqlstate == "PP001"


# -- row-level security -----------------------------------------------------------------------


def test_every_company_table_is_under_the_policy(untouched: psycopg.Connection) -> None:
    guarded = untouched.execute(
        "select relname from pg_class join pg_policy on polrelid = pg_class.oid"
        " where relrowsecurity and relforcerowsecurity"
    ).fetchall()
    assert {name for (name,) in guarded} == set(COMPANY_TABLES)


@pytest.mark.parametrize("role", ["perpetuo_app", "perpetuo_reader"])
def test_only_the_named_companys_rows_are_seen(
    owner: psycopg.Connection, app: psycopg.Connection, role: str
) -> None:
    acme, other = HandmadeBooks(owner), HandmadeBooks(owner, code="OTHER")
    app.execute(sql.SQL("set role {}").format(sql.Identifier(role)))
    assert _visible_accounts(app) == set()
    for books in (acme, other):
        _name_company(app, books)
        assert _visible_accounts(app) == {books.company_id}
    _name_company(app, None)
    assert _visible_accounts(app) == set()


@pytest.mark.parametrize("table", ["company_counter", "ledger_fold", "webhook"])
def test_what_lets_work_be_found_shows_the_application_nothing(
    owner: psycopg.Connection, app: psycopg.Connection, table: str
) -> None:
    HandmadeBooks(owner)
    app.execute("select set_config('app.finds_work', 'on', true)")
    found = app.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(table)))
    assert found.fetchone() == (0,)


def test_nothing_is_written_into_another_companys_books(
    owner: psycopg.Connection, app: psycopg.Connection
) -> None:
    acme, other = HandmadeBooks(owner), HandmadeBooks(owner, code="OTHER")
    _name_company(app, acme)
    changed = app.execute(
        "update account set name = 'X' where company_id = %s", (other.company_id,)
    )
    assert changed.rowcount == 0
    with pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
        app.execute("insert into number_series values (%s, 'PR', '2026', 1)", (other.company_id,))


def _visible_accounts(connection: psycopg.Connection) -> set[object]:
    found = connection.execute("select distinct company_id from account").fetchall()
    return {company for (company,) in found}


def _name_company(connection: psycopg.Connection, books: HandmadeBooks | None) -> None:
    name = str(books.company_id) if books else ""
    connection.execute("select set_config('app.company_id', %s, true)", (name,))


# -- masters' version, and whose an id is -----------------------------------------------------


@pytest.mark.parametrize("table", MASTERS_THAT_POSTING_CACHES)
def test_a_change_of_masters_grows_their_version(
    owner: psycopg.Connection, app: psycopg.Connection, table: str
) -> None:
    acme, other = HandmadeBooks(owner), HandmadeBooks(owner, code="OTHER")
    before = _versions(owner)
    _name_company(app, acme)
    column = sql.Identifier("role" if table == "account_role" else "name")
    app.execute(
        sql.SQL("update {} set {} = {} || 'x'").format(sql.Identifier(table), column, column)
    )
    app.commit()
    assert _versions(owner) == {
        acme.company_id: before[acme.company_id] + 1,
        other.company_id: before[other.company_id],
    }


def test_a_change_of_the_company_grows_it_though_no_company_is_named(
    owner: psycopg.Connection, app: psycopg.Connection
) -> None:
    acme = HandmadeBooks(owner)
    before = _versions(owner)
    app.execute("update company set name = 'New' where code = 'ACME'")
    assert app.execute("select current_setting('app.company_id', true)").fetchone() == ("",)
    app.commit()
    assert _versions(owner) == {acme.company_id: before[acme.company_id] + 1}


def test_items_and_parties_do_not_grow_it(owner: psycopg.Connection) -> None:
    HandmadeBooks(owner)
    before = _versions(owner)
    owner.execute("update item set name = 'New'")
    owner.execute("update party set name = 'New'")
    assert _versions(owner) == before


def _versions(owner: psycopg.Connection) -> dict[object, int]:
    found = owner.execute("select company_id, masters_version from company_counter")
    return dict(found.fetchall())


def test_an_id_is_located_without_naming_its_company(
    owner: psycopg.Connection, app: psycopg.Connection
) -> None:
    acme, other = HandmadeBooks(owner), HandmadeBooks(owner, code="OTHER")
    document = other.document("STOCK_ENTRY", "2026-01-10")
    line = other.line(document)
    _name_company(app, acme)
    for wanted, kind in (
        (document, "document"),
        (line, "document_line"),
        (other.ids["RM0001"], "item"),
        (other.ids["Sales"], "account"),
        (other.company_id, "company"),
    ):
        found = app.execute("select * from locate_node(%s)", (wanted,)).fetchone()
        assert found == (other.company_id, kind)
    assert app.execute("select * from locate_node(%s)", (uuid7(),)).fetchone() == (None, None)
    for among, found in ((acme, (None, None)), (other, (other.company_id, "document"))):
        app.execute("select set_config('app.locate_in', %s, true)", (f"{{{among.company_id}}}",))
        assert app.execute("select * from locate_node(%s)", (document,)).fetchone() == found
    assert _visible_accounts(app) == {acme.company_id}
