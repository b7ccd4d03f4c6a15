"""Whoever posts what others are just changing: the books hold together."""

import pytest

from tests.crowd.working import SCHEMES, broken, work


@pytest.mark.parametrize("scheme", SCHEMES)
def test_books_hold_together_whatever_is_posted_at_once(
    fresh_server: str, database_url: str, scheme: str
) -> None:
    house, found = work(fresh_server, scheme, seed="1", people=8, papers=12)
    assert found["POSTED"] > 50
    assert broken(database_url, house.code) == []
    house.check()
