"""PERPETUO_DATABASE_URL: the books on a PostgreSQL that is not the embedded one.

The system's server programs are used, of every version that is there; the wheel's older release
stands in for them where there are none.
"""

import signal
from collections.abc import Iterator
from pathlib import Path

import httpx2
import psycopg
import pytest

from persistence.embedded.server import binaries
from tests.api.commands import refusals, run, serving
from tests.clusters import started

_INSTALLED = sorted(
    folder
    for folder in Path("/usr/lib/postgresql").glob("*/bin")
    if int(folder.parent.name) >= 15 and (folder / "initdb").exists()
)
_SERVERS = _INSTALLED or [binaries().parents[1] / "pginstall" / "bin"]


@pytest.fixture(params=_SERVERS, ids=str)
def other_server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database of an owner who is no superuser, on a server over TCP."""
    with started(request.param, tmp_path / "cluster") as administrator:
        with psycopg.connect(administrator, autocommit=True) as connection:
            connection.execute("create role clerk login createrole password 'hush'")
            connection.execute(
                "create database books owner clerk encoding 'UTF8' template template0"
            )
        yield administrator.replace("admin@", "clerk:hush@").replace("/postgres", "/books")


def test_the_books_are_kept_on_another_server(tmp_path: Path, other_server: str) -> None:
    assert run(tmp_path, "migrate", database_url=other_server).returncode == 0
    assert run(tmp_path, "demo", database_url=other_server).returncode == 0
    assert run(tmp_path, "users", "add", "olga", database_url=other_server).returncode == 0
    with psycopg.connect(other_server) as owner:
        assert owner.execute("select count(*) from ledgers_to_fold(1)").fetchone() == (2,)
        assert owner.execute("select count(*) from company_counter").fetchone() == (0,)
    role = ("roles", "grant", "olga", "viewer", "--company", "DEMO")
    assert run(tmp_path, *role, database_url=other_server).returncode == 0
    key = run(tmp_path, "keys", "create", "olga", database_url=other_server).stdout.strip()
    with serving(tmp_path, database_url=other_server) as served:
        query = '{ trialBalance(company: {code: "DEMO"}) { totals { debit credit } } }'
        answer = httpx2.post(
            f"{served.base}/graphql",
            json={"query": query},
            headers={"Authorization": f"Bearer {key}"},
        ).json()
        totals = answer["data"]["trialBalance"]["totals"]
        assert totals["debit"] == totals["credit"] != "0.00"
        assert served.stop(signal.SIGTERM) == 0


def test_an_empty_database_is_set_up_by_serving_it(tmp_path: Path, other_server: str) -> None:
    with serving(tmp_path, database_url=other_server) as served:
        assert httpx2.get(f"{served.base}/health").status_code == 200


def test_a_database_in_another_encoding_is_a_line(tmp_path: Path, other_server: str) -> None:
    with psycopg.connect(other_server.replace("clerk:hush@", "admin@"), autocommit=True) as books:
        books.execute("create database ascii encoding 'SQL_ASCII' locale 'C' template template0")
    other = other_server.replace("/books", "/ascii")
    (line,) = refusals(run(tmp_path, "serve", "--port", "0", database_url=other))
    assert line == "The database's encoding is SQL_ASCII; UTF8 is needed."
