"""Postings that take their time, so that more of them meet at the same moment.

On one machine a posting is over before the next one has read anything. Between its steps each
waits a little by chance, as it would where the database is far away or busy.
"""

import asyncio
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from persistence.posting import post, together

_LONGEST_SECONDS = 0.03
_STEPS = (
    (post, "read_facts"),
    (post, "read_stock"),
    (post, "write"),
    (together, "write"),
)


@contextmanager
def taking_their_time(seed: str) -> Iterator[None]:
    """All postings of this process wait before each step."""
    luck = random.Random(seed)
    patches = [
        patch.object(module, name, _late(getattr(module, name), luck)) for module, name in _STEPS
    ]
    for one in patches:
        one.start()
    try:
        yield
    finally:
        for one in patches:
            one.stop()


def _late(step: Any, luck: random.Random) -> Any:
    async def later(*given: Any, **named: Any) -> Any:
        if luck.random() < 0.7:
            await asyncio.sleep(luck.random() * _LONGEST_SECONDS)
        return await step(*given, **named)

    return later
