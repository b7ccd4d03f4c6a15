"""Clients that hang up: what they asked for is left off, what they handed in is posted."""

import time
from collections.abc import Callable
from copy import copy

import httpx2
import psycopg
import pytest

from tests import wire
from tests.api.desk import Desk, goods, receipt

_WAITING = """
select count(*) from pg_stat_activity
 where datname = current_database() and wait_event_type = 'Lock'
"""
_PATIENCE = 10


def test_what_nobody_waits_for_is_not_read_and_yet_posted(
    fresh_server: str, database_url: str
) -> None:
    desk = Desk(fresh_server)
    impatient = copy(desk)
    impatient.client = wire.client(desk.base, timeout=1.5)
    paper = receipt("2026-01-10", goods("1", "10"))
    with (
        psycopg.connect(database_url) as owner,
        psycopg.connect(database_url, autocommit=True) as other,
    ):

        def waiting() -> int:
            ((count,),) = other.execute(_WAITING).fetchall()
            return count

        owner.execute("lock table journal_line, document in access exclusive mode")
        with pytest.raises(httpx2.TimeoutException):
            impatient.books()
        _until(lambda: waiting() == 0)
        with pytest.raises(httpx2.TimeoutException):
            impatient.hand_in(paper)
        time.sleep(1)
        assert waiting() == 1
    _until(lambda: desk.books().numbers == ["PR-2026-00001"])


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE
    while not holds():
        assert time.monotonic() < end, "it is so"
        time.sleep(0.1)
