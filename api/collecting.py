"""When Python looks for garbage."""

import gc

_COLLECTOR = (200_000, 4, 2)
"""When the garbage collector runs. By Python's own numbers it took a third of the time of a batch:
a request makes thousands of objects, which go by themselves: there is hardly a cycle among them.
So many more objects at once are those of a batch or of a late fact, and not garbage."""


def collect_rarely() -> None:
    """Let the garbage collector run as suits a server, and only over what comes from now on."""
    # What is loaded by now stays: the collector need not look at it again.
    gc.freeze()
    gc.set_threshold(*_COLLECTOR)
    gc.enable()
