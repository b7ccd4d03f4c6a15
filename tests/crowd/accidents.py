"""Accidents: the database ends sessions and statements while people post, by two servers.

Whoever is told to try again, or is cut off, sends the same paper under the same id until there is
an outcome.
"""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

import httpx2
import psycopg

from tests.api.house import House

_EVERY_SECONDS = 0.25
_PATIENCE = 40
_END = """
select count({}(pid)) from pg_stat_activity
 where datname = current_database() and backend_type = 'client backend' and state <> 'idle'
   and pid <> pg_backend_pid() and random() < 0.25
"""


class StubbornHouse(House):
    """Sends each request again as long as it is told to, or not answered at all."""

    def answer(self, query: str, **variables: Any) -> Any:
        """The whole answer, once it is one."""
        return _outcome(lambda: super(StubbornHouse, self).answer(query, **variables))


def _outcome(ask: Any) -> Any:
    for _ in range(_PATIENCE):
        try:
            answer = ask()
        except (httpx2.NetworkError, httpx2.RemoteProtocolError):
            answer = "TRY_AGAIN"
        if "TRY_AGAIN" not in str(answer):
            return answer
        time.sleep(0.1)
    raise AssertionError("there is no end of trying again")


@contextmanager
def accidents(url: str, seed: str) -> Iterator[list[int]]:
    """Sessions and statements of the database end by chance; how many have."""
    over, ended = Event(), [0]

    def go_on() -> None:
        luck = random.Random(seed)
        with psycopg.connect(url, autocommit=True) as owner:
            while not over.wait(_EVERY_SECONDS):
                how = luck.choice(("pg_terminate_backend", "pg_cancel_backend"))
                ((count,),) = owner.execute(_END.format(how).encode()).fetchall()
                ended[0] += count

    culprit = Thread(target=go_on)
    culprit.start()
    try:
        yield ended
    finally:
        over.set()
        culprit.join()
