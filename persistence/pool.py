"""A pool of connections that goes on with what it has just used, and whose server may be away."""

import select
from collections import deque
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any

from psycopg import AsyncConnection
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from psycopg_pool.base import AttemptWithBackoff

from persistence.citus.nodes import BooksConnection
from persistence.probe import CONNECT_SECONDS

PATIENCE_SECONDS = 3.0
"""How long whoever asks waits for a server that is away; for others' connections longer."""

_AGAIN_SECONDS = 2.0


class _LastFirst(deque[Any]):
    """Idle connections, of which the one that came back last is given out first."""

    def popleft(self) -> Any:
        """The one that came back last."""
        return self.pop()


class SteadyAttempt(AttemptWithBackoff):
    """Connecting to a server that is away, every two seconds.

    psycopg waits twice as long each time, up to two minutes: so long the books stayed away after
    the server was there again.
    """

    def update_delay(self, now: float) -> None:
        """As psycopg, and no longer than that."""
        super().update_delay(now)
        self.delay = min(self.delay, _AGAIN_SECONDS)


class Pool(AsyncConnectionPool[BooksConnection]):
    """A pool that goes on with what it has just used.

    What such a connection has prepared is planned already, and the processor still holds what it
    worked with. psycopg's goes round all that were ever needed at once (docs/adr/0074).

    While the server is away, whoever waits is soon told: those who come later must not stand behind
    half a minute of others.
    """

    def __init__(
        self, url: str, configure: Callable[[BooksConnection], Awaitable[None]], **settings: Any
    ) -> None:
        """Not open yet; `configure` makes of a new connection what is given out."""
        super().__init__(
            url,
            connection_class=BooksConnection,
            configure=configure,
            check=_check_when_signalled,
            open=False,
            **settings,
        )
        self._pool = _LastFirst()
        self._away_since: float | None = None

    async def _add_connection(
        self, attempt: AttemptWithBackoff | None, growing: bool = False
    ) -> None:
        attempt = attempt or SteadyAttempt(timeout=self.reconnect_timeout)
        await super()._add_connection(attempt, growing)

    async def _connect(self, *given: Any, **named: Any) -> BooksConnection:
        began = monotonic()
        try:
            return await super()._connect(*given, **named)
        except Exception:
            if self._away_since is None:
                self._away_since = began
            if monotonic() - self._away_since >= PATIENCE_SECONDS:
                await self._turn_away()
            raise

    async def _add_to_pool(self, conn: BooksConnection) -> None:
        self._away_since = None  # one that works is back: the server is only full
        await super()._add_to_pool(conn)

    async def _turn_away(self) -> None:
        """Tell those who wait for a connection that there is none to be had."""
        async with self._lock:
            waiting = list(self._waiting)
            self._waiting.clear()
        for one in waiting:
            await one.fail(PoolTimeout("the database is away"))


def within_time(url: str) -> str:
    """The address, with an end to connecting where it names none."""
    if "connect_timeout" in conninfo_to_dict(url):
        return url
    return make_conninfo(url, connect_timeout=CONNECT_SECONDS)


async def _check_when_signalled(connection: AsyncConnection) -> None:
    """Ask the server only if an idle connection has something to say: mostly that it is closed.

    A healthy idle connection is silent, so that this costs no round trip.
    """
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    if poll.poll(0):
        await AsyncConnectionPool.check_connection(connection)
