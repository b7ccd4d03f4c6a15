"""Only what others are in the way of is tried again."""

import psycopg
import pytest

from domain.errors import Refused
from persistence.posting.retrying import persistently


@pytest.mark.parametrize(
    ("fault", "ends_as"),
    [
        (psycopg.errors.ProgramLimitExceeded("too long for an index"), None),
        (psycopg.errors.DeadlockDetected("in each other's way"), Refused),
    ],
)
async def test_what_can_never_be_posted_is_tried_once(
    fault: psycopg.Error, ends_as: type[Exception] | None
) -> None:
    tried: list[None] = []

    async def post() -> None:
        tried.append(None)
        raise fault

    with pytest.raises(ends_as or type(fault)):
        await persistently(post)
    assert (len(tried) > 1) is (ends_as is not None)
