"""Hand-made books in a database of their own."""

from collections.abc import Iterator

import psycopg
import pytest

from persistence.embedded import EmbeddedPostgres
from tests.persistence.handmade import HandmadeBooks
from tests.servers import new_database


@pytest.fixture(scope="module")
def untouched_database_url(postgres: EmbeddedPostgres) -> Iterator[str]:
    """A migrated database for all tests of a file that leave nothing in it."""
    with new_database(postgres) as url:
        yield url


@pytest.fixture
def books(database_url: str) -> Iterator[HandmadeBooks]:
    """One company's books, written by the owner, committed row by row."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield HandmadeBooks(connection)
