"""What is sent without becoming a request is neither kept nor waited for without end."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import pytest

from api.serving import bounded_protocol
from api.serving.bounded_protocol import MOST_HEAD_BYTES

_POST = b"POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
_MUCH = 16 * MOST_HEAD_BYTES
_BODY = b'{"query": "{ version }"}'
_WHOLE = _POST + b"content-length: %d\r\n\r\n%b" % (len(_BODY), _BODY)
_UPGRADE = (
    b"GET /graphql HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
    b"sec-websocket-version: 13\r\nsec-websocket-key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n"
    b"sec-websocket-protocol: graphql-transport-ws\r\n\r\n"
)


@contextmanager
def _connected(server: str) -> Iterator[socket.socket]:
    parts = urlsplit(server)
    with socket.create_connection((parts.hostname, parts.port or 80), timeout=20) as connection:
        yield connection


@pytest.mark.parametrize(
    "endless",
    [
        _POST + b"x-long: 1\r\n" * (_MUCH // 11),
        _POST + b"x-long: " + b"1" * _MUCH,
        b"GET /graphql?query=" + b"1" * _MUCH,
        _POST + b"transfer-encoding: chunked\r\n\r\n1;" + b"x" * _MUCH,
    ],
    ids=["many headers", "one header", "address", "chunk extension"],
)
def test_a_head_without_end_is_refused(server: str, endless: bytes) -> None:
    with _connected(server) as connection:
        with suppress(ConnectionError):  # it is closed before all is sent
            connection.sendall(endless)
        assert connection.recv(1000).startswith(b"HTTP/1.1 400 ")


def test_a_long_head_and_a_body_in_pieces_are_answered(server: str) -> None:
    with _connected(server) as connection:
        padded = _WHOLE.replace(b"\r\n\r\n", b"\r\nx-long: " + b"1" * 30_000 + b"\r\n\r\n")
        for _ in range(2):
            for at in range(0, len(padded), 5_000):
                connection.sendall(padded[at : at + 5_000])
            assert connection.recv(1000).startswith(b"HTTP/1.1 200 ")


def test_what_does_not_become_a_request_in_time_is_closed(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_protocol, "REQUEST_SECONDS", 0.3)
    with _connected(server) as socketed, _connected(server) as answered:
        socketed.sendall(_UPGRADE)
        assert socketed.recv(1000).startswith(b"HTTP/1.1 101 ")
        answered.sendall(_WHOLE)
        assert answered.recv(1000).startswith(b"HTTP/1.1 200 ")
        for part in (b"", _POST, _WHOLE[:-1]):
            with _connected(server) as connection:
                connection.sendall(part)
                assert connection.recv(1000) == b""
        answered.sendall(_WHOLE)  # a connection that waits for its next request is kept
        assert answered.recv(1000).startswith(b"HTTP/1.1 200 ")
        socketed.settimeout(0.1)
        with pytest.raises(TimeoutError):
            socketed.recv(1000)
