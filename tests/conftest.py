"""Fixtures for all rooms: a PostgreSQL per test process, migrated databases, a running server.

They load what they need when it is needed: the process that hands the tests out needs none of it,
and fast tests none of the server.
"""

import gc
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from api.collecting import collect_rarely

if TYPE_CHECKING:
    from persistence.database import Database
    from persistence.embedded import EmbeddedPostgres

_IN_MEMORY = Path("/dev/shm")
_ROOM_BYTES = 4 << 30  # ten times what the clusters of three processes have been seen to take


def pytest_configure() -> None:
    """Keep the clusters of tests in memory: on a disk, a new database is mostly writing."""
    gc.disable()  # what is loaded and collected stays: looking through it only costs time
    if _IN_MEMORY.is_dir() and shutil.disk_usage(_IN_MEMORY).free > _ROOM_BYTES:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_IN_MEMORY))


def pytest_collection_finish() -> None:
    """Look for garbage as a server does: seldom, and not among all modules and tests."""
    gc.collect()
    collect_rarely()


def pytest_sessionfinish() -> None:
    """Look for garbage that complains once: pytest looks five times, now at nothing but the new."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, bool]]:
    """Tests that are coroutines run as the server does."""
    return "asyncio", {"use_uvloop": True}


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator["EmbeddedPostgres"]:
    """One embedded PostgreSQL for the test process; its `perpetuo` database is migrated."""
    folder = tmp_path_factory.mktemp("postgres")
    from persistence.embedded import EmbeddedPostgres
    from persistence.migrate import upgrade
    from tests.servers import FAST_SETTINGS

    with EmbeddedPostgres(folder, settings=FAST_SETTINGS) as server:
        upgrade(server.url)
        yield server
    shutil.rmtree(folder)


@pytest.fixture
def database_url(postgres: "EmbeddedPostgres") -> Iterator[str]:
    """A freshly migrated database for one test, as its owner."""
    from tests.servers import new_database

    with new_database(postgres) as url:
        yield url


@pytest.fixture
def empty_database_url(postgres: "EmbeddedPostgres") -> Iterator[str]:
    """A database without a schema, for one test."""
    from tests.servers import new_database

    with new_database(postgres, "template0") as url:
        yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator["Database"]:
    """The open pools of a freshly migrated database, for one test."""
    from persistence.database import Database

    opened = await Database.open(database_url)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def server_database(postgres: "EmbeddedPostgres") -> Iterator[str]:
    """The database of `server`, as its owner: look into companies of your own, or work beside."""
    from tests.servers import new_database

    with new_database(postgres) as url:
        yield url


@pytest.fixture(scope="session")
def server(server_database: str) -> Iterator[str]:
    """The base address of one server for all tests: make companies of your own in it.

    Each of its connections has all statements planned anew: it has few.
    """
    from api.settings import Settings
    from tests.alike import alike
    from tests.servers import running_server

    with (
        running_server(server_database, Settings(connections=4)) as base,
        alike(base, server_database),
    ):
        yield base


@pytest.fixture
async def server_books(server_database: str) -> AsyncIterator["Database"]:
    """The open pools of the database of `server`, for one test."""
    from persistence.database import Database

    opened = await Database.open(server_database, most_connections=1)
    yield opened
    await opened.close()


@pytest.fixture
def fresh_server(database_url: str) -> Iterator[str]:
    """The base address of a server over the test's own database (`database_url`)."""
    from tests.servers import running_server

    with running_server(database_url) as base:
        yield base


@pytest.fixture
def demo_server(database_url: str) -> Iterator[str]:
    """The base address of a server over the test's own database, with the demo company open."""
    from api.commands.demo import open_demo_company
    from tests.servers import running_server

    open_demo_company(database_url, lambda _stage: None)
    with running_server(database_url) as base:
        yield base
