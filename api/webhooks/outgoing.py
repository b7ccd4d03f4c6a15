"""Sending to addresses that people of a company have chosen: signed, and never into our own house.

Headers and signature are those of Standard Webhooks (https://www.standardwebhooks.com): the
signature is HMAC-SHA256 over "id.timestamp.body" with the secret's bytes.
"""

import asyncio
import base64
import hashlib
import hmac
import ipaddress
import secrets
import socket
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import anyio
import httpcore2

SECONDS_TO_ANSWER = 10.0
SECRET_PREFIX = "whsec_"  # noqa: S105 - a prefix, no secret
_SECRET_BYTES = 32
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")  # of the rest IANA has given nothing out
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052


class TargetRefusedError(Exception):
    """The address is not one that may be sent to."""


def new_secret() -> str:
    """A fresh secret as receivers' libraries take it: "whsec_" and base64."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def signature(secret: str, id_: str, timestamp: int, body: bytes) -> str:
    """The value of the header webhook-signature."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{id_}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def headers(secret: str, id_: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers of a message; `id_` is the same for each attempt."""
    return {
        "content-type": "application/json",
        "user-agent": "Perpetuo-Webhooks/1",
        "webhook-id": id_,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(secret, id_, timestamp, body),
    }


def reason_against(url: str, *, allow_private: bool) -> str | None:
    """Why a URL may not be a webhook's, as far as it says so itself: a key, or None."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "invalid_url"
    # Other letters are sent as punycode in names and percent-encoded behind them: who gives
    # the address knows how it is written, we do not guess.
    is_written = url.isascii() and url.isprintable() and " " not in url
    is_web = parts.scheme in {"https", "http"} and parts.username is None
    if not is_written or not is_web or not host:
        return "invalid_url"
    if allow_private:
        return None
    if parts.scheme != "https":
        return "must_be_https"
    return None if _is_public(host, or_a_name=True) else "private_address"


def _is_public(address: str, *, or_a_name: bool = False) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return or_a_name and address != "localhost" and not address.endswith(".localhost")
    if isinstance(found, ipaddress.IPv6Address):
        held = _held_in(found)
        if held is None and found not in _GLOBAL_UNICAST:
            return False
        found = held or found
    return found.is_global and not found.is_multicast


def _held_in(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that a gateway on the way would send to, where one is written into it."""
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


class _Guard(httpcore2.AsyncNetworkBackend):
    """Connects to public addresses only; the one that was checked is the one connected to."""

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._backend: Any = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Look the name up once, and refuse what lies in private networks."""
        try:
            found = await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise httpcore2.ConnectError(f"{host} has no address") from error
        addresses = [str(entry[4][0]) for entry in found]
        if not self._allow_private and not all(_is_public(one) for one in addresses):
            raise TargetRefusedError(host)
        return await self._backend.connect_tcp(
            addresses[0], port, timeout, local_address, socket_options
        )

    async def sleep(self, seconds: float) -> None:
        """As the library's own."""
        await self._backend.sleep(seconds)


class Sender:
    """Posts messages; it follows no redirects and reads no answers but their status."""

    def __init__(self, *, allow_private: bool) -> None:
        """Open it once per process, and close it at the end."""
        self._pool = httpcore2.AsyncConnectionPool(
            network_backend=_Guard(allow_private=allow_private), max_connections=50
        )

    async def post(self, url: str, sent: dict[str, str], body: bytes) -> int:
        """Post once; the answer's status.

        Raises:
            TargetRefusedError: the name leads into a private network.
            httpcore2.NetworkError, httpcore2.TimeoutException, httpcore2.ProtocolError,
            TimeoutError: no answer, or none in time.
        """
        limits = dict.fromkeys(("connect", "read", "write", "pool"), SECONDS_TO_ANSWER)
        named = [(name.encode(), value.encode()) for name, value in sent.items()]
        # The limits are each step's: an answer that trickles in would keep its place for days.
        async with (
            asyncio.timeout(SECONDS_TO_ANSWER),
            self._pool.stream(
                "POST", url, headers=named, content=body, extensions={"timeout": limits}
            ) as response,
        ):
            return response.status

    async def close(self) -> None:
        """Close all connections."""
        await self._pool.aclose()
