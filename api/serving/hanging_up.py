"""Clients that hang up: what they have asked for is read for nobody, and is left off.

Never what writes: a document whose posting has begun is posted or not, and its id says which.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.requests import ClientDisconnect
from starlette.types import Receive

_SECONDS = 0.5
"""Answers that are given sooner are not watched over."""


@asynccontextmanager
async def while_connected(receive: Receive) -> AsyncIterator[None]:
    """Do what is inside as long as whoever asked for it is there; the request has been read.

    Raises:
        ClientDisconnect: they are not any more; what was being done is cancelled.
    """
    task = asyncio.current_task()
    assert task is not None, "requests are answered by tasks"
    watch = _Watch(receive, task)
    timer = asyncio.get_running_loop().call_later(_SECONDS, watch.begin)
    try:
        yield
        if watch.has_seen_them_go:  # the cancellation comes with the next step
            await asyncio.sleep(0)
    except asyncio.CancelledError:
        if not watch.has_seen_them_go:
            raise
        task.uncancel()
        raise ClientDisconnect from None
    finally:
        timer.cancel()
        watch.end()


class _Watch:
    """Waits for a client to hang up, to cancel the task that works for them."""

    def __init__(self, receive: Receive, task: asyncio.Task[object]) -> None:
        self.has_seen_them_go = False
        self._receive = receive
        self._task = task
        self._watching: asyncio.Task[None] | None = None

    def begin(self) -> None:
        self._watching = asyncio.get_running_loop().create_task(self._watch())

    def end(self) -> None:
        if self._watching is not None:
            self._watching.cancel()

    async def _watch(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.has_seen_them_go = True
        self._task.cancel()
