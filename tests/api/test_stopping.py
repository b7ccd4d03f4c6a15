"""Tasks end when they are asked to, also where a library has lost that once."""

import asyncio
from contextlib import suppress

from api.serving.stopping import ended


async def test_a_cancellation_that_was_lost_is_asked_for_again() -> None:
    async def deaf_once() -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        await asyncio.sleep(60)

    task = asyncio.create_task(deaf_once())
    await asyncio.sleep(0)
    async with asyncio.timeout(10):
        await ended([task])
    assert task.cancelled()
