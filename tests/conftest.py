"""Fixtures for all rooms: a PostgreSQL per test process, migrated databases, a running server."""

import gc
import os
import shutil
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest
import uvicorn
from psycopg import sql

from api.app import collect_rarely, create_app
from api.commands.demo import open_demo_company
from api.serving.bounded_protocol import BoundedHttp
from api.settings import Settings
from persistence.database import Database
from persistence.embedded import EmbeddedPostgres
from persistence.migrate import upgrade

# A test's database need not survive a power cut.
FAST_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    "autovacuum": "off",
}
_numbers = count(1)
_IN_MEMORY = Path("/dev/shm")
_ROOM_BYTES = 4 << 30  # ten times what the clusters of three processes have been seen to take


def pytest_configure() -> None:
    """Keep the clusters of tests in memory: on a disk, a new database is mostly writing."""
    if _IN_MEMORY.is_dir() and shutil.disk_usage(_IN_MEMORY).free > _ROOM_BYTES:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_IN_MEMORY))


def pytest_collection_finish() -> None:
    """Look for garbage as a server does: seldom, and not among all modules and tests."""
    gc.collect()
    collect_rarely()


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, bool]]:
    """Tests that are coroutines run as the server does."""
    return "asyncio", {"use_uvloop": True}


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """One embedded PostgreSQL for the test process; its `perpetuo` database is migrated."""
    folder = tmp_path_factory.mktemp("postgres")
    with EmbeddedPostgres(folder, settings=FAST_SETTINGS) as server:
        upgrade(server.url)
        yield server
    shutil.rmtree(folder)


@contextmanager
def new_database(postgres: EmbeddedPostgres, template: str = "perpetuo") -> Iterator[str]:
    """The address of a database of its own, migrated (or, from template0, empty)."""
    name = f"test_{next(_numbers)}"
    maintenance = postgres.url.replace("@/perpetuo?", "@/postgres?")
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(
            sql.SQL("create database {} template {} strategy file_copy").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        try:
            yield postgres.url.replace("@/perpetuo?", f"@/{name}?")
        finally:
            connection.execute(
                sql.SQL("drop database {} with (force)").format(sql.Identifier(name))
            )


@pytest.fixture
def database_url(postgres: EmbeddedPostgres) -> Iterator[str]:
    """A freshly migrated database for one test, as its owner."""
    with new_database(postgres) as url:
        yield url


@pytest.fixture
def empty_database_url(postgres: EmbeddedPostgres) -> Iterator[str]:
    """A database without a schema, for one test."""
    with new_database(postgres, "template0") as url:
        yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """The open pools of a freshly migrated database, for one test."""
    opened = await Database.open(database_url)
    yield opened
    await opened.close()


def server_of(url: str, settings: Settings | None = None) -> uvicorn.Server:
    """The application over HTTP, not yet running."""
    config = uvicorn.Config(
        create_app(settings or Settings(), url),
        http=BoundedHttp,
        log_config=None,
        access_log=False,
        lifespan="on",
    )
    return uvicorn.Server(config)


@contextmanager
def running_server(url: str, settings: Settings | None = None) -> Iterator[str]:
    """The application over HTTP on a free port of this machine, in a thread; its base address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = server_of(url, settings)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="session")
def server(postgres: EmbeddedPostgres) -> Iterator[str]:
    """The base address of one server for all tests: make companies of your own in it."""
    with new_database(postgres) as url, running_server(url) as base:
        yield base


@pytest.fixture
def fresh_server(database_url: str) -> Iterator[str]:
    """The base address of a server over the test's own database (`database_url`)."""
    with running_server(database_url) as base:
        yield base


@pytest.fixture
def demo_server(database_url: str) -> Iterator[str]:
    """The base address of a server over the test's own database, with the demo company open."""
    open_demo_company(database_url, lambda _stage: None)
    with running_server(database_url) as base:
        yield base
