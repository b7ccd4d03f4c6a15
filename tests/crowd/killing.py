"""A server that is killed while people post by it, again and again, and comes back in its place.

Its socket stays open meanwhile: whoever asks while there is no server waits for the next one. Who
was being answered is cut off, and sends the same paper under the same id again.
"""

import random
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import NamedTuple

from tests import wire
from tests.servers import server_of

_LIFE_SECONDS = (3.0, 10.0)
_BEGINNING_SECONDS = 100.0
_WAITING = 128


class Mortal(NamedTuple):
    """Where such a server is, and how often it was killed so far."""

    base: str
    deaths: list[int]


@contextmanager
def killed_again_and_again(url: str, seed: str) -> Iterator[Mortal]:
    """A process that serves a database, killed by chance until the end of the block."""
    over, luck = Event(), random.Random(seed)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(_WAITING)
        mortal = Mortal(f"http://127.0.0.1:{listener.getsockname()[1]}", [0])
        place = listener.fileno()

        def live_and_die() -> None:
            command = [sys.executable, "-m", "tests.crowd.killing", url, str(place)]
            while not over.is_set():
                with subprocess.Popen(command, pass_fds=[place]) as process:
                    _wait_until_it_serves(mortal.base)  # on a busy machine it begins late
                    over.wait(luck.uniform(*_LIFE_SECONDS))
                    process.kill()
                mortal.deaths[0] += 1

        lives = Thread(target=live_and_die)
        lives.start()
        try:
            yield mortal
        finally:
            over.set()
            lives.join()


def _wait_until_it_serves(base: str) -> None:
    with wire.client(base, timeout=_BEGINNING_SECONDS) as client:
        assert client.get("/health").status_code == 200


def main() -> None:
    """Serve the database at an address, on the socket of a number."""
    url, place = sys.argv[1:]
    with socket.socket(fileno=int(place)) as listener:
        server_of(url).run([listener])


if __name__ == "__main__":
    main()
