"""Places for readers: nobody takes those of others, nobody loses one, nobody waits for nothing."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from psycopg_pool import PoolTimeout

from persistence.places import Places

pytestmark = pytest.mark.anyio


class _Readers:
    """Readers by name, each of whom keeps every place that he gets until told otherwise."""

    def __init__(self, most: int) -> None:
        self.places = Places(most)
        self.got: list[str] = []
        self._tasks: dict[str, list[asyncio.Task[None]]] = {}
        self._done: dict[str, list[asyncio.Event]] = {}

    async def ask(self, who: str, times: int = 1) -> None:
        for _ in range(times):
            self._tasks.setdefault(who, []).append(asyncio.create_task(self._read(who)))
        await _others()

    async def _read(self, who: str) -> None:
        async with self.places.one(who):
            self.got.append(who)
            done = asyncio.Event()
            self._done.setdefault(who, []).append(done)
            await done.wait()

    async def give_back(self, who: str) -> None:
        self._done[who].pop(0).set()
        await _others()

    async def hang_up(self, who: str) -> None:
        for one in self._tasks.pop(who):
            one.cancel()
        await _others()


async def _others() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("most", "asked", "got"),
    [
        (1, "AA", "A"),
        (2, "AAB", "AA"),
        (8, "AAAAAAAAAA", "AAAAAA"),
        (8, "AAAAAAAAAABBBBBB", "AAAAAABB"),
        (8, "ABCABCABCABC", "ABCABCA"),
        (16, "AAAAAAAAAAAAAAAABBBBBBBBBBCCCCC", "AAAAAAAAAAABBBBC"),
    ],
)
async def test_nobody_holds_more_than_twice_what_is_left(most: int, asked: str, got: str) -> None:
    readers = _Readers(most)
    for who in asked:
        await readers.ask(who)
    assert "".join(readers.got) == got
    assert readers.places.waiting == len(asked) - len(got)


async def test_a_place_goes_to_who_holds_fewest_and_then_to_who_waits_longest() -> None:
    readers = _Readers(4)
    await readers.ask("A", 5)
    await readers.ask("B", 2)
    assert readers.got == ["A", "A", "A", "B"]
    await readers.ask("D")
    await readers.ask("C")
    await readers.give_back("A")
    await readers.give_back("A")
    assert readers.got[4:] == ["D", "C"]
    await readers.give_back("C")
    assert readers.got[6:] == ["A"]


async def test_who_hangs_up_leaves_no_place_behind() -> None:
    readers = _Readers(2)
    await readers.ask("A", 4)
    await readers.hang_up("A")
    await readers.ask("B", 2)
    assert readers.got == ["A", "A", "B", "B"]
    assert readers.places.waiting == 0


async def test_a_place_given_to_who_hangs_up_at_that_moment_goes_to_the_next() -> None:
    places = Places(1)
    got: list[str] = []

    async def read(who: str) -> None:
        async with places.one(who):
            got.append(who)

    async with AsyncExitStack() as first:
        await first.enter_async_context(places.one("A"))
        late, next_ = asyncio.create_task(read("B")), asyncio.create_task(read("C"))
        await _others()
    late.cancel()  # it has the place, and has not run since
    await asyncio.wait([late, next_], timeout=5)
    assert late.cancelled()
    assert got == ["C"]


async def test_who_waits_too_long_is_told() -> None:
    places = Places(1)
    async with places.one("A"):
        with pytest.raises(PoolTimeout, match="no place to read"):
            async with places.one("B", 0.01):
                pass
    async with places.one("B", 0.01):
        assert places.waiting == 0
