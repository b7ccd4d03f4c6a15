"""Connections to a server over HTTP."""

import select
import ssl
from collections import deque
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from json import dumps
from typing import Any

import httpx2

_FAILURES: dict[type[BaseException], type[httpx2.TransportError]] = {
    TimeoutError: httpx2.ReadTimeout,
    ConnectionRefusedError: httpx2.ConnectError,
    HTTPException: httpx2.RemoteProtocolError,
    OSError: httpx2.ReadError,
}
"""What http.client fails with -> what httpx2 does; the first that fits."""

_NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Client(httpx2.Client):
    """A connection that is kept alive, on which JSON is posted at a fifth of what httpx2 takes.

    Nearly all that tests ask is posted so. Whatever is more than that goes httpx2's own way.
    """

    def __init__(self, **settings: Any) -> None:
        """Connects with the first request, and once more for each that is made at the same time."""
        super().__init__(**settings)
        self._idle: deque[tuple[httpx2.URL, HTTPConnection]] = deque()

    def post(self, url: Any, *, json: Any = None, **more: Any) -> httpx2.Response:
        """The answer; fails as httpx2 does."""
        if more or json is None or self.base_url.scheme != "http":
            return super().post(url, json=json, **more)
        base, connection = self._taken()
        headers = {**self.headers, "content-type": "application/json"}
        try:
            connection.request("POST", url, dumps(json).encode(), headers)
            answer = connection.getresponse()
            content = answer.read()
        except BaseException as error:
            connection.close()
            for kind, meant in _FAILURES.items():
                if isinstance(error, kind):
                    raise meant(str(error)) from error
            raise
        self._idle.append((base, connection))
        return httpx2.Response(answer.status, headers=answer.getheaders(), content=content)

    def close(self) -> None:
        """Hang up."""
        while self._idle:
            self._idle.pop()[1].close()
        super().close()

    def _taken(self) -> tuple[httpx2.URL, HTTPConnection]:
        """An idle connection to where requests go now, or another if there is none."""
        base = self.base_url
        with suppress(IndexError):
            while True:
                led, connection = self._idle.pop()
                if led is base and not _is_closed(connection):
                    return base, connection
                connection.close()
        return base, HTTPConnection(base.host, base.port, timeout=self.timeout.read)


def _is_closed(connection: HTTPConnection) -> bool:
    """Whether there is something to read where nothing was asked: that it has ended."""
    if connection.sock is None:
        return True
    poll = select.poll()
    poll.register(connection.sock, select.POLLIN)
    return bool(poll.poll(0))


def client(base: str, **more: Any) -> Client:
    """A connection that is kept alive."""
    return Client(**_to(base), **more)


def async_client(base: str, **more: Any) -> httpx2.AsyncClient:
    """A connection that is kept alive, for coroutines."""
    return httpx2.AsyncClient(**_to(base), **more)


def _to(base: str) -> dict[str, Any]:
    """Where to; without encryption no certificates are loaded: 24 ms, as long as a short test."""
    plain = base.startswith("http://")
    return {"base_url": base, "verify": _NO_CERTIFICATES if plain else True}
