"""What a process remembers for a short time, so that not every request asks the database again."""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class ShortMemory(Generic[Key, Value]):
    """Values by key, each for some seconds; the least recently used go when there are too many."""

    def __init__(
        self, seconds: float, most: int = 4096, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Remember at most `most` values for at most `seconds`."""
        self._seconds = seconds
        self._most = most
        self._clock = clock
        self._values: OrderedDict[Key, tuple[float, Value]] = OrderedDict()

    def get(self, key: Key) -> Value | None:
        """The value, if it is still remembered."""
        found = self._values.get(key)
        if found is None:
            return None
        if found[0] <= self._clock():
            del self._values[key]
            return None
        self._values.move_to_end(key)
        return found[1]

    def clear(self) -> None:
        """Remember nothing."""
        self._values.clear()

    def put(self, key: Key, value: Value, at_most: float | None = None) -> None:
        """Remember a value; `at_most` shortens its time, in seconds."""
        seconds = self._seconds if at_most is None else min(self._seconds, at_most)
        self._values[key] = (self._clock() + seconds, value)
        self._values.move_to_end(key)
        while len(self._values) > self._most:
            self._values.popitem(last=False)
