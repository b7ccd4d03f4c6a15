"""The connections that readers may use at once, shared by who asks.

One client with many slow reports (a BI tool) must not keep all connections from those who post, nor
from other readers. Thresholds are dynamic (Choudhury and Hahne, "Dynamic queue length thresholds",
1998): nobody holds more than twice as many as are left. Alone one has two thirds of them; the more
ask, the fewer are for each.
"""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from psycopg_pool import PoolTimeout

WAIT_SECONDS = 30.0
"""As long as the pool lets wait for a connection."""

_TIMES_WHAT_IS_LEFT = 2


class Places:
    """Places for readers, each for one transaction; each process has its own."""

    def __init__(self, most: int) -> None:
        """Begin with so many, all free."""
        self._free = most
        self._held: Counter[str] = Counter()
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        return sum(map(len, self._waiting.values()))

    @asynccontextmanager
    async def one(self, who: str, seconds: float = WAIT_SECONDS) -> AsyncIterator[None]:
        """A place, until the end of the block.

        Raises:
            PoolTimeout: there was none in so many seconds.
        """
        if self._may(who):  # then nobody with fewer waits: he would have had it
            self._take(who)
        else:
            await self._turn(who, seconds)
        try:
            yield
        finally:
            self._give_back(who)

    def _may(self, who: str) -> bool:
        return self._held[who] < _TIMES_WHAT_IS_LEFT * self._free

    def _take(self, who: str) -> None:
        self._free -= 1
        self._held[who] += 1

    def _give_back(self, who: str) -> None:
        self._free += 1
        self._held[who] -= 1
        if not self._held[who]:
            del self._held[who]
        self._hand_out()

    async def _turn(self, who: str, seconds: float) -> None:
        """Wait behind one's own others for a place that is handed out."""
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(who, deque()).append(mine)
        try:
            async with asyncio.timeout(seconds):
                await mine
        except BaseException as end:
            if mine.done() and not mine.cancelled():
                self._give_back(who)
            else:
                self._leave(who, mine)
            if isinstance(end, TimeoutError):
                raise PoolTimeout(f"no place to read in {seconds} seconds") from end
            raise

    def _hand_out(self) -> None:
        """Give what is free to those who hold fewest, of these to who began to wait first."""
        while self._waiting:
            who = min(self._waiting, key=lambda one: self._held[one])
            if not self._may(who):
                return
            first = self._waiting[who][0]
            self._leave(who, first)
            if not first.done():
                self._take(who)
                first.set_result(None)

    def _leave(self, who: str, one: "asyncio.Future[None]") -> None:
        """Take somebody off the list; who waits with more comes after the others then."""
        queue = self._waiting.pop(who, None)
        if queue is None:
            return
        if one in queue:
            queue.remove(one)
        if queue:
            self._waiting[who] = queue
