"""Ending at once what would go on for ever, when this process is asked to stop.

The server waits for what it is answering before it stops. An event stream is never answered: it is
broken off, without saying that it is complete, and its client goes on elsewhere after the last
event's id. (WebSockets are closed by the server itself, with 1012: "service restart".)
"""

import asyncio
import signal
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Iterator
from contextlib import aclosing, contextmanager
from types import FrameType
from typing import Any, TypeVar, cast

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_ASKED_AGAIN_SECONDS = 1.0

Event = TypeVar("Event")


class Stopping:
    """Whether this process was asked to stop."""

    def __init__(self) -> None:
        """It was not."""
        self._asked = asyncio.Event()

    def begin(self) -> None:
        """It is asked now."""
        self._asked.set()

    @contextmanager
    def on_signals(self) -> Iterator[None]:
        """Begin where a signal comes, besides what is done about it anyway."""
        if threading.current_thread() is not threading.main_thread():
            yield  # signals come to the main thread, where somebody else serves
            return
        loop = asyncio.get_running_loop()
        before = {number: signal.getsignal(number) for number in _SIGNALS}

        def begin(number: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(self.begin)
            handler: Any = before[signal.Signals(number)]
            if callable(handler):
                handler(number, frame)

        for number in _SIGNALS:
            signal.signal(number, begin)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def until(self, stream: AsyncIterator[Event]) -> AsyncIterator[Event]:
        """The events of a stream until it ends, or this process is asked to stop."""
        asked = asyncio.create_task(self._asked.wait())
        try:
            async with aclosing(cast("AsyncGenerator[Event, None]", stream)):
                while (coming := await self._next(stream, asked)) is not None:
                    for event in coming:
                        yield event
        finally:
            asked.cancel()

    async def _next(
        self, stream: AsyncIterator[Event], asked: "asyncio.Task[Any]"
    ) -> list[Event] | None:
        """The next event alone; None where none comes any more."""
        coming = asyncio.ensure_future(anext(stream))
        try:
            await asyncio.wait({asked, coming}, return_when=asyncio.FIRST_COMPLETED)
            return [coming.result()] if coming.done() else None
        except StopAsyncIteration:
            return None
        finally:
            # Also one that is done is looked at: whoever waits for it may be cancelled meanwhile.
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)


async def ended(tasks: Collection["asyncio.Task[Any]"]) -> None:
    """Cancel tasks until they have ended: `asyncio.wait_for` of Python 3.11 may lose one."""
    going = set(tasks)
    while going:
        for task in going:
            task.cancel()
        _, going = await asyncio.wait(going, timeout=_ASKED_AGAIN_SECONDS)
    await asyncio.gather(*tasks, return_exceptions=True)
