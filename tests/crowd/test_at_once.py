"""Whoever posts what others are just changing: the books are those of one after the other."""

import pytest

from tests.crowd.bosses import MIGRATING, TODO, note_changes
from tests.crowd.holding import wrong
from tests.crowd.slowly import taking_their_time
from tests.crowd.working import SCHEMES, work


@pytest.mark.parametrize("scheme", SCHEMES)
def test_books_are_as_if_one_person_had_posted_one_document_after_the_other(
    fresh_server: str, database_url: str, scheme: str
) -> None:
    note_changes(database_url)
    with taking_their_time("1"):
        crowd = work(fresh_server, scheme, seed="1", people=6, papers=6, boss_at=database_url,
                     todo=TODO if scheme == "PERPETUAL" else (*TODO, *MIGRATING))  # fmt: skip
    assert crowd.outcomes["POSTED"] > 15
    assert wrong(fresh_server, database_url, crowd) == []
