"""Hand-made books in a database of their own."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.persistence.handmade import HandmadeBooks


@pytest.fixture
def books(database_url: str) -> Iterator[HandmadeBooks]:
    """One company's books, written by the owner, committed row by row."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield HandmadeBooks(connection)
