"""PERPETUO_DATABASE_URL: the books on a PostgreSQL that is not the embedded one.

The system's server programs are used, of every version that is there; the wheel's older release
stands in for them where there are none.
"""

import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import socket

import httpx2
import psycopg
import pytest

from persistence.embedded.server import LAUNCHER, binaries
from tests.api.commands import refusals, run, serving

_INSTALLED = sorted(
    folder
    for folder in Path("/usr/lib/postgresql").glob("*/bin")
    if int(folder.parent.name) >= 15 and (folder / "initdb").exists()
)
_SERVERS = _INSTALLED or [binaries().parents[1] / "pginstall" / "bin"]


@pytest.fixture(params=_SERVERS, ids=str)
def other_server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database of an owner who is no superuser, on a server over TCP."""
    with _started(request.param, tmp_path / "cluster") as administrator:
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


@contextmanager
def _started(programs: Path, cluster: Path) -> Iterator[str]:
    """A server of these programs, as an ordinary user; its administrator's address."""
    uid = os.geteuid() or pwd.getpwnam("nobody").pw_uid
    user = pwd.getpwuid(uid)
    cluster.mkdir(mode=0o700)
    os.chown(cluster, user.pw_uid, user.pw_gid)
    launch = [sys.executable, str(LAUNCHER), str(os.getpid()), str(user.pw_uid), str(user.pw_gid)]
    subprocess.run(
        [*launch, programs / "initdb", "-D", cluster, "-U", "admin", "-E", "UTF8", "--no-sync"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = ["-c", f"port={port}", "-c", "fsync=off", "-c", "unix_socket_directories="]
    with (cluster.parent / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [*launch, programs / "postgres", "-D", cluster, *settings], stdout=log, stderr=log
        )
    url = f"postgresql://admin@127.0.0.1:{port}/postgres"
    try:
        _wait_for(url, server)
        yield url
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    while True:
        assert server.poll() is None, "the server did not start"
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
