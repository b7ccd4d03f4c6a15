"""The address that the processes of a server share."""

import pickle
import socket
import sys
from contextlib import ExitStack
from multiprocessing.reduction import ForkingPickler

import pytest

from api.commands.listening import bound_socket
from api.commands.terminal import CommandError

CONNECTIONS = 64


def test_each_process_has_its_share_of_the_connections() -> None:
    with bound_socket("127.0.0.1", 0) as bound, ExitStack() as stack:
        own: list[socket.socket] = []
        for _ in range(2):
            one = stack.enter_context(pickle.loads(ForkingPickler.dumps(bound)))
            one.listen(CONNECTIONS)
            one.settimeout(0)
            own.append(one)
        for _ in range(CONNECTIONS):
            stack.enter_context(socket.create_connection(bound.getsockname()))
        shares = [_accepted(one, stack) for one in own]
        assert sum(shares) == CONNECTIONS
        if sys.platform == "linux":  # elsewhere they share one socket
            assert min(shares) > CONNECTIONS / 8


def test_an_address_that_is_served_is_refused() -> None:
    with bound_socket("127.0.0.1", 0) as bound:
        bound.listen()
        port = bound.getsockname()[1]
        with (
            pytest.raises(CommandError, match=f"127.0.0.1:{port} cannot be used"),
            bound_socket("127.0.0.1", port),
        ):
            pass


def _accepted(listener: socket.socket, stack: ExitStack) -> int:
    count = 0
    while True:
        try:
            stack.enter_context(listener.accept()[0])
        except BlockingIOError:
            return count
        count += 1
