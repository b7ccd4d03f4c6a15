"""Two thousand requests that nobody would think of: each is answered, and the books stay clean."""

import pytest
from anyio import to_thread

from api.commands.demo import open_demo_company
from tests.clients.fuzz.requests import make_requests, wrong_of
from tests.invariants import assert_all_books_are_clean
from tests.servers import running_server

pytestmark = [pytest.mark.clients, pytest.mark.anyio]

_REQUESTS = 2_000
_PARTS = 3


@pytest.mark.parametrize("part", range(_PARTS))
async def test_whatever_is_asked_has_an_answer(part: int, database_url: str) -> None:
    share = _REQUESTS // _PARTS + 1
    await to_thread.run_sync(open_demo_company, database_url, lambda _stage: None)
    with running_server(database_url) as base:
        tally = await to_thread.run_sync(make_requests, base, share, part, _PARTS)
    assert not tally.faults, "\n\n".join(tally.faults)
    assert tally.sent > share * 0.95, tally  # of some fields there are not so many
    assert tally.executed > tally.sent * 0.7, tally
    assert tally.succeeded > tally.sent * 0.12, tally  # most name some record that is not there
    assert len(tally.codes) > 20, tally
    await assert_all_books_are_clean(database_url)


@pytest.mark.parametrize(
    ("status", "answer", "wrong"),
    [
        (200, {"data": {"a": {"errors": [{"code": "NOT_FOUND"}]}}}, False),
        (200, {"errors": [{"extensions": {"code": "NOT_FOUND"}}]}, False),
        (500, {"data": {}}, True),
        (200, None, True),
        (200, [], True),
        (200, {"errors": [{"message": "?"}]}, True),
        (200, {"errors": [{"extensions": {"code": "NO_SUCH_CODE"}}]}, True),
        (200, {"errors": [{"extensions": {"code": "INTERNAL_ERROR"}}]}, True),
        (200, {"data": {"a": {"results": [{"errors": [{"code": "INTERNAL_ERROR"}]}]}}}, True),
    ],
)
def test_wrong_answers_are_recognised(status: int, answer: object, *, wrong: bool) -> None:
    assert bool(list(wrong_of(status, answer))) == wrong
