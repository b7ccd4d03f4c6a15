"""Where the bench works: a PostgreSQL of its own with the product's books, the floors beside.

Everything is kept under `.bench/`, so that a later run goes on with it; books of an older revision
of the schema are migrated.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg

from bench.processes import cpu_seconds
from persistence.embedded import EmbeddedPostgres
from persistence.embedded.server import binaries
from persistence.migrate import upgrade

FOLDER = Path(".bench")
PERPETUO = Path(sys.executable).with_name("perpetuo")
FLOORS = Path(__file__).with_name("floors")
Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Server:
    """The product under load: its address, the key of who asks, and its first process."""

    url: str
    key: str
    pid: int


class Place:
    """The bench's PostgreSQL, with the product's settings: whatever is compared runs on it."""

    def __init__(
        self, postgres: EmbeddedPostgres, report: Report, database: str = "perpetuo"
    ) -> None:
        """`postgres` runs; `report` is told what is being done; the books are in `database`."""
        self._postgres = postgres
        self._database = database
        self.report = report

    @property
    def url(self) -> str:
        """The product's books, as their owner."""
        return self.url_of(self._database)

    def beside(self, database: str) -> "Place":
        """The same server with the product's books in another database; made if it is missing."""
        self.database(database)
        return Place(self._postgres, self.report, database)

    def database(self, name: str) -> str:
        """The address of another database of the same server; made if it is missing."""
        with psycopg.connect(self.url_of("postgres"), autocommit=True) as connection:
            found = connection.execute("select 1 from pg_database where datname = %s", (name,))
            if found.fetchone() is None:
                connection.execute(f"create database {name}".encode())
        return self.url_of(name)

    def drop(self, name: str) -> None:
        """Remove a database of the bench, if it is there."""
        with psycopg.connect(self.url_of("postgres"), autocommit=True) as connection:
            connection.execute(f"drop database if exists {name} with (force)".encode())

    def copy(self, name: str, to: str) -> None:
        """Copy a database of the bench, to which nobody is connected, over another."""
        self.drop(to)
        with psycopg.connect(self.url_of("postgres"), autocommit=True) as connection:
            connection.execute(f"create database {to} template {name}".encode())

    def url_of(self, name: str) -> str:
        """The address of a database of the same server, whether it is there or not."""
        return self._postgres.url.replace("@/perpetuo?", f"@/{name}?")

    def database_cpu(self) -> float:
        """CPU seconds of the whole PostgreSQL so far."""
        assert self._postgres.pid is not None
        return cpu_seconds(self._postgres.pid)

    def run(self, program: str, *arguments: str, database: str = "floor") -> str:
        """Run one of PostgreSQL's own programs against a database; what it prints."""
        parts = urlsplit(self.url_of(database))
        environment = {
            **os.environ,
            "PGHOST": parse_qs(parts.query)["host"][0],
            "PGUSER": "perpetuo",
            "PGDATABASE": database,
            "PGOPTIONS": "-c search_path=floor,public",
        }
        done = subprocess.run(
            [str(binaries() / program), *arguments],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr or done.stdout}")
        return done.stdout + done.stderr

    def settle(self) -> None:
        """Write out what is waiting, so that no round pays for the one before it."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("checkpoint")

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a command of the product on these books."""
        environment = {
            **os.environ, "PERPETUO_DATABASE_URL": self.url, "PERPETUO_LOG_LEVEL": "ERROR",
        }  # fmt: skip
        return subprocess.Popen(
            [str(PERPETUO), *arguments], env=environment, stdout=subprocess.DEVNULL
        )

    @contextmanager
    def serving(self, workers: int, key: str, database: str = "perpetuo") -> Iterator[Server]:
        """The product, as `perpetuo serve` starts it, with tokens required."""
        environment = {
            **os.environ,
            "PERPETUO_DATABASE_URL": self.url_of(database),
            "PERPETUO_AUTH": "required",
            "PERPETUO_LOG_LEVEL": "ERROR",
        }
        command = [str(PERPETUO), "serve", "--port", "0", "--workers", str(workers)]
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=sys.stderr, text=True
        )
        try:
            yield Server(_ready(process), key, process.pid)
        finally:
            process.terminate()
            process.wait(30)


def _ready(process: subprocess.Popen[str]) -> str:
    """The address, as soon as the server says that it is ready."""
    assert process.stdout is not None
    for line in process.stdout:
        found = re.search(r"ready at (http://\S+)", line)
        if found:
            return found[1]
    raise RuntimeError("the server did not start")


@contextmanager
def place(report: Report) -> Iterator[Place]:
    """The bench's PostgreSQL for the length of the block."""
    with EmbeddedPostgres(FOLDER, on_stage=report) as postgres:
        upgrade(postgres.url, report)
        yield Place(postgres, report)


def clean() -> None:
    """Throw away everything that was prepared."""
    shutil.rmtree(FOLDER, ignore_errors=True)
