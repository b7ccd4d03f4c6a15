"""What rows of ledgers belong to or name is there, and stays; whoever writes, also at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from time import sleep
from uuid import UUID

import psycopg
import pytest
from psycopg import errors, sql
from uuid_utils.compat import uuid7

from persistence.tables import LEDGER_TABLES, metadata
from persistence.tables.columns import BELONGING
from tests.persistence.handmade import HandmadeBooks

MASTERS = {
    "item": "RM0001",
    "warehouse": "warehouse:Stores",
    "account": "Sales",
    "party": "ARCU",
}
"""Masters that rows of ledgers name, and one of each in the books made by hand."""


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
    with psycopg.connect(untouched_database_url, autocommit=True) as connection:
        yield connection


def _name_company(app: psycopg.Connection, books: HandmadeBooks) -> None:
    app.execute("select set_config('app.company_id', %s, false)", (str(books.company_id),))
    app.commit()


BELONGING_ROWS = {
    "document_line of document": lambda books, own, other: (books.line(own), books.line(other)),
    "document_line of item": lambda books, own, other: (
        books.line(own), books.line(own, 2, item_id=other)
    ),
    "document_line of warehouse": lambda books, own, other: (
        books.line(own, warehouse_id=books.ids["warehouse:Stores"]),
        books.line(own, 2, warehouse_id=other),
    ),
    "document of party": lambda books, _own, other: (
        books.document("JOURNAL_ENTRY", "2026-01-10", party_id=books.ids["ARCU"]),
        books.document("JOURNAL_ENTRY", "2026-01-10", party_id=other),
    ),
    "document of company": lambda books, _own, other: (
        books.document("JOURNAL_ENTRY", "2026-01-10"),
        books.document("JOURNAL_ENTRY", "2026-01-10", company_id=other),
    ),
    "movement of item": lambda books, own, other: _moved(books, own, item_id=other),
    "movement of warehouse": lambda books, own, other: _moved(books, own, warehouse_id=other),
    "movement of document": lambda books, own, other: (
        books.movement(own, "2026-01-10", "1"),
        books.movement(other, "2026-01-10", "1"),
    ),
    "billing_entry of document": lambda books, own, other: (
        books.billing(uuid7(), own, "2026-01-10", "BILLED", quantity="1", amount="1"),
        books.billing(uuid7(), other, "2026-01-10", "BILLED", quantity="1", amount="1"),
    ),
    "journal_entry of document": lambda books, own, other: (
        books.journal(own, "2026-01-10", {"Stores": "1", "Sales": "-1"}),
        books.journal(other, "2026-01-10", {"Stores": "1", "Sales": "-1"}, because_id=own),
    ),
    "journal_entry because of document": lambda books, own, other: books.journal(
        own, "2026-01-10", {"Stores": "1", "Sales": "-1"}, because_id=other
    ),
    "cost_entry of movement": lambda books, own, other: (
        books.cost(books.movement(own, "2026-01-10", "1"), own, "2026-01-10", "1"),
        books.cost(other, own, "2026-01-10", "1"),
    ),
    "journal_line of journal_entry": lambda books, own, other: books.own_rows(
        "journal_line",
        [
            {
                "journal_entry_id": entry, "line_no": line_no, "seq": 1,
                "posting_date": "2026-01-10", "account_id": books.ids["Sales"], "amount": amount,
            }
            for entry in (_entry(books, own), other)
            for line_no, amount in enumerate((1, -1), start=1)
        ],
    ),
    "journal_line of account": lambda books, own, other: books.own_rows(
        "journal_line",
        [
            {
                "journal_entry_id": entry, "line_no": line_no, "seq": 1,
                "posting_date": "2026-01-10", "account_id": account, "amount": amount,
            }
            for entry in (_entry(books, own),)
            for line_no, (account, amount) in enumerate(((books.ids["Sales"], 1), (other, -1)), 1)
        ],
    ),
}  # fmt: skip
"""Rows that belong to something that is there, and to another."""


def _moved(books: HandmadeBooks, document: UUID, **other: UUID) -> None:
    """Movements of a line, as it says and otherwise."""
    line = books.line(document, warehouse_id=books.ids["warehouse:Stores"])
    movement = {
        "seq": 1, "document_id": document, "line_id": line, "leg": "IN", "nature": "STOCK",
        "posting_date": "2026-01-10", "posting_time": "12:00", "item_id": books.ids["RM0001"],
        "warehouse_id": books.ids["warehouse:Stores"], "quantity": 1,
    }  # fmt: skip
    books.own_rows(
        "movement",
        [
            {"id": uuid7(), "ordinal": ordinal, **movement, **wrong}
            for ordinal, wrong in enumerate(({}, other), start=1)
        ],
    )


@pytest.mark.parametrize("missing", ["nowhere", "in another company"])
@pytest.mark.parametrize("rows", BELONGING_ROWS)
def test_rows_of_ledgers_belong_to_what_is_there(
    owner: psycopg.Connection, rows: str, missing: str
) -> None:
    if rows.endswith("of company") and missing != "nowhere":
        missing = "nowhere"  # a company is in no other
    books, others = HandmadeBooks(owner), HandmadeBooks(owner, code="OTHER")
    own = books.document("JOURNAL_ENTRY", "2026-01-10")
    theirs = others.document("JOURNAL_ENTRY", "2026-01-10")
    other = uuid7() if missing == "nowhere" else _of(others, rows, theirs)
    table = rows.split(maxsplit=1)[0]
    with pytest.raises(errors.ForeignKeyViolation, match=f"a row of {table} belongs to") as refused:
        BELONGING_ROWS[rows](books, own, other)
    assert str(other) in str(refused.value)
    assert refused.value.diag.table_name == table


def _entry(books: HandmadeBooks, document: UUID) -> UUID:
    """A journal entry that has no lines yet."""
    entry = uuid7()
    row = {"id": entry, "seq": 1, "ordinal": 9, "posting_date": "2026-01-10", "source": "TEST"}
    books.own_rows("journal_entry", [row | {"document_id": document, "because_id": document}])
    return entry


def _of(books: HandmadeBooks, rows: str, document: UUID) -> UUID:
    """What a row of that kind would belong to in these books."""
    if rows.endswith("of movement"):
        return books.movement(document, "2026-01-10", "1")
    if rows.endswith("of journal_entry"):
        return books.journal(document, "2026-01-10", {"Stores": "1", "Sales": "-1"})
    if (master := rows.rsplit(maxsplit=1)[-1]) in MASTERS:
        return books.ids[MASTERS[master]]
    return document


def test_what_ledgers_belong_to_is_declared_and_checked(untouched: psycopg.Connection) -> None:
    declared = {
        (table.name, target)
        for table in metadata.tables.values()
        for target in table.info.get(BELONGING, {}).values()
    }
    assert declared == {(rows.split()[0], rows.split()[-1]) for rows in BELONGING_ROWS}
    kept = untouched.execute(
        "select substr(tgname, 1, length(tgname) - length('_stays')) from pg_trigger"
        " where tgname = tgrelid::regclass || '_stays' and tgenabled = 'O'"
    ).fetchall()
    assert {name for (name,) in kept} == MASTERS.keys() | {"company"}
    assert {target for _, target in declared} <= {*LEDGER_TABLES, *MASTERS, "company"}


# -- masters stay while they are named --------------------------------------------------------


@pytest.fixture
def named(database_url: str) -> Iterator[HandmadeBooks]:
    """Books that are written, with rows that name RM0001, Stores, ARCU and Sales, uncommitted."""
    with psycopg.connect(database_url) as connection:
        books = HandmadeBooks(connection)
        connection.commit()
        yield books


def _name(books: HandmadeBooks, master: str) -> None:
    """Name the master in a row of a ledger, and nothing else of what is asked about."""
    more = {"party_id": books.ids["ARCU"]} if master == "party" else {}
    document = books.document("JOURNAL_ENTRY", "2026-01-10", **more)
    if master == "item":
        books.line(document)
    elif master == "warehouse":
        books.line(document, item_id=None, warehouse_id=books.ids["warehouse:Stores"])
    elif master == "account":
        books.journal(document, "2026-01-10", {"Debtors": "1", "Sales": "-1"})


def _delete(connection: psycopg.Connection, books: HandmadeBooks, master: str) -> None:
    connection.execute(
        sql.SQL("delete from {} where id = %s").format(sql.Identifier(master)),
        (books.ids[MASTERS[master]],),
    )


@pytest.mark.parametrize("master", MASTERS)
def test_who_deletes_a_master_waits_for_who_names_it_and_is_refused(
    named: HandmadeBooks, app: psycopg.Connection, master: str
) -> None:
    _name(named, master)
    _name_company(app, named)
    with ThreadPoolExecutor(1) as others:
        deleted = others.submit(_delete, app, named, master)
        _await_lock(named.connection, app)
        named.connection.commit()
        with pytest.raises(errors.ForeignKeyViolation, match=f"rows of {master} are named"):
            deleted.result(10)


@pytest.mark.parametrize("fate", ["commit", "rollback"])
@pytest.mark.parametrize("master", MASTERS)
def test_who_names_a_master_waits_for_who_deletes_it(
    named: HandmadeBooks, app: psycopg.Connection, master: str, fate: str
) -> None:
    _name_company(app, named)
    _delete(app, named, master)
    with ThreadPoolExecutor(1) as others:
        written = others.submit(_name, named, master)
        _await_lock(app, named.connection)
        getattr(app, fate)()
        if fate == "rollback":
            written.result(10)
            return
        with pytest.raises(errors.ForeignKeyViolation, match=f"belongs to {master}"):
            written.result(10)


def _await_lock(observer: psycopg.Connection, waiting: psycopg.Connection) -> None:
    """Until that connection waits for a lock; seen without a lock of one's own."""
    for _ in range(1000):
        found = observer.execute(
            "select count(*) from pg_locks where pid = %s and not granted",
            (waiting.info.backend_pid,),
        ).fetchone()
        if found != (0,):
            return
        sleep(0.01)
    raise AssertionError("it never waited")


def test_masters_stay_in_any_case_while_they_are_named(owner: psycopg.Connection) -> None:
    books = HandmadeBooks(owner)
    for master in MASTERS:
        _name(books, master)
    for master, name in MASTERS.items():
        table, one = sql.Identifier(master), books.ids[name]
        with pytest.raises(errors.ForeignKeyViolation, match="are named by rows of ledgers"):
            owner.execute(sql.SQL("delete from {} where id = %s").format(table), (one,))
        with pytest.raises(errors.ForeignKeyViolation, match="update of their keys refused"):
            owner.execute(sql.SQL("update {} set id = %s where id = %s").format(table),
                          (uuid7(), one))  # fmt: skip
        with pytest.raises(errors.ForeignKeyViolation, match="truncate of their keys refused"):
            owner.execute(sql.SQL("truncate {} cascade").format(table))
        # Who sees the books as they were would not see who has named it since.
        with owner.transaction():
            owner.execute("set transaction isolation level repeatable read")
            with (
                pytest.raises(errors.FeatureNotSupported, match="READ COMMITTED"),
                owner.transaction(),
            ):
                owner.execute(sql.SQL("delete from {} where id = %s").format(table), (one,))


def test_a_company_stays_while_something_is_recorded_whoever_asks(
    owner: psycopg.Connection, app: psycopg.Connection
) -> None:
    """`company` is under no policy: nobody has to name the one that he deletes."""
    books, empty = HandmadeBooks(owner), HandmadeBooks(owner, code="EMPTY")
    books.document("JOURNAL_ENTRY", "2026-01-10")
    for table in ("account_role", "account", "cost_center", "warehouse", "item", "party"):
        owner.execute(sql.SQL("alter table {} disable trigger all").format(sql.Identifier(table)))
    for one in (books, empty):
        for table in ("account_role", "account", "cost_center", "warehouse", "item", "party",
                      "company_counter"):  # fmt: skip
            owner.execute(
                sql.SQL("delete from {} where company_id = %s").format(sql.Identifier(table)),
                (one.company_id,),
            )
    app.execute("delete from company where id = %s", (empty.company_id,))
    with pytest.raises(errors.ForeignKeyViolation, match="rows of company are named"):
        app.execute("delete from company where id = %s", (books.company_id,))
