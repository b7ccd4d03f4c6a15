"""Python's garbage collector at rest, while much is made of which nothing is garbage."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_blocks = [0]
"""How many blocks there are at the moment: the last one to end lets the collector go on."""


@contextmanager
def at_rest() -> Iterator[None]:
    """Look for no garbage within the block.

    The collector runs as objects become more, and looks through all that are young: of thousands
    that a decision needs until its end, over and over, and for nothing.
    """
    was_on = gc.isenabled() or _blocks[0] > 0
    _blocks[0] += 1
    gc.disable()
    try:
        yield
    finally:
        _blocks[0] -= 1
        if was_on and not _blocks[0]:
            gc.enable()
