"""The address that a server listens at, alone or shared by its processes."""

import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from api.commands.terminal import CommandError

_SPREADS = sys.platform == "linux"
"""Whether the system spreads connections over the sockets that listen at one address."""


@contextmanager
def bound_socket(host: str, port: int) -> Iterator[socket.socket]:
    """The address, taken before anything else is started; nobody is answered until it listens.

    Raises:
        CommandError: there is no such address, or somebody has it.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror as error:
        raise CommandError(f"--host: there is no address for {host!r}.") from error
    with (_Listener if _SPREADS else socket.socket)(family, kind, protocol) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
        except OSError as error:
            raise CommandError(
                f"{host}:{port} cannot be used: {error.strerror}; choose another with --port."
            ) from error
        listener.set_inheritable(True)
        if _SPREADS:
            # Only now: two servers must not share a port by mistake.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        yield listener


class _Listener(socket.socket):
    """A bound socket; a process that it is handed to gets one of its own, at the same address.

    Where one socket is shared, whoever is awake first takes all connections that come at once and
    keeps them: a client's live long. Linux spreads them over the sockets that listen.
    """

    def __reduce__(self) -> tuple[Callable[..., socket.socket], tuple[Any, ...]]:
        """How `multiprocessing` hands it over."""
        return _beside, (self.family, self.type, self.proto, self.getsockname())


def _beside(family: int, kind: int, protocol: int, address: Any) -> socket.socket:
    beside = socket.socket(family, kind, protocol)
    beside.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    beside.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    beside.bind(address)
    return beside
