"""Connections to a server over HTTP."""

import ssl
from typing import Any

import httpx2

_NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def client(base: str, **more: Any) -> httpx2.Client:
    """A connection that is kept alive."""
    return httpx2.Client(**_to(base), **more)


def async_client(base: str, **more: Any) -> httpx2.AsyncClient:
    """A connection that is kept alive, for coroutines."""
    return httpx2.AsyncClient(**_to(base), **more)


def _to(base: str) -> dict[str, Any]:
    """Where to; without encryption no certificates are loaded: 24 ms, as long as a short test."""
    plain = base.startswith("http://")
    return {"base_url": base, "verify": _NO_CERTIFICATES if plain else True}
