"""Connections to a server over HTTP."""

import select
import ssl
from http.client import HTTPConnection, HTTPException
from json import dumps
from typing import Any

import httpx2

_NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Client(httpx2.Client):
    """A connection that is kept alive, on which JSON is posted at a fifth of what httpx2 takes.

    Nearly all that tests ask is posted so. Whatever is more than that goes httpx2's own way.
    """

    _kept: tuple[httpx2.URL, HTTPConnection] | None = None

    def post(self, url: Any, *, json: Any = None, **more: Any) -> httpx2.Response:
        """The answer; fails as httpx2 does."""
        if more or json is None or self.base_url.scheme != "http":
            return super().post(url, json=json, **more)
        connection = self._connection()
        headers = {**self.headers, "content-type": "application/json"}
        try:
            connection.request("POST", url, dumps(json).encode(), headers)
            answer = connection.getresponse()
            content = answer.read()
        except TimeoutError as error:
            self._hang_up()
            raise httpx2.ReadTimeout(str(error)) from error
        except ConnectionRefusedError as error:
            self._hang_up()
            raise httpx2.ConnectError(str(error)) from error
        except HTTPException as error:
            self._hang_up()
            raise httpx2.RemoteProtocolError(str(error)) from error
        except OSError as error:
            self._hang_up()
            raise httpx2.ReadError(str(error)) from error
        return httpx2.Response(answer.status, headers=answer.getheaders(), content=content)

    def close(self) -> None:
        """Hang up."""
        self._hang_up()
        super().close()

    def _connection(self) -> HTTPConnection:
        """The one that is kept; another if it was closed at the other end, or leads elsewhere."""
        if self._kept is not None:
            base, connection = self._kept
            if base is self.base_url and not _is_closed(connection):
                return connection
            self._hang_up()
        base, seconds = self.base_url, self.timeout.read
        connection = HTTPConnection(base.host, base.port, timeout=seconds)
        self._kept = base, connection
        return connection

    def _hang_up(self) -> None:
        if self._kept is not None:
            self._kept[1].close()
        self._kept = None


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
