"""Python's garbage collector at rest, while much is made of which nothing is garbage."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def at_rest() -> Iterator[None]:
    """Look for no garbage within the block, but where it calls `gc.collect`.

    The collector runs as objects become more, and looks through all that are young: of thousands
    that a transaction holds until its end, over and over, and for nothing.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
