"""Which web pages may ask: the server's own, and those of the origins that the operator allows.

A browser names the page's origin in `Origin`, other programs send none. CORS alone is not enough:
it never guards a WebSocket, and it hides an answer only after the request has been carried out.
Without tokens the name that the server is called by is looked at too: otherwise a foreign page
whose name leads to this machine (DNS rebinding) would be of the same origin. Nor is it answered
then what says that a proxy has passed it on.
https://html.spec.whatwg.org/multipage/browsers.html#origin
"""

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.serving.answers import refusal
from api.settings import is_loopback

_DEFAULT_PORTS = {"http": 80, "https": 443}
_PREFLIGHT_SECONDS = 600

FOREIGN_PAGE = (
    "Pages of {origin} may not ask this server: its operator can allow them by"
    " PERPETUO_ALLOWED_ORIGINS."
)
FOREIGN_NAME = "Without tokens this server answers on this machine only: call it localhost."

FROM_AFAR = "Without tokens this server answers on this machine only: not through a proxy."
_FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-real-ip")
"""What proxies and tunnels add: they reach us from this machine, whoever asks them."""


class OriginGuard:
    """Refuses requests and WebSockets of foreign pages, with 403, before anything else is done."""

    def __init__(self, app: ASGIApp, allowed: Collection[str], *, local_only: bool) -> None:
        """Guard an application.

        Args:
            app: what is guarded.
            allowed: origins beside the server's own, as "https://shop.example".
            local_only: whether it may be called by names of this machine only.
        """
        self._app = app
        self._allowed = frozenset(allowed)
        self._local_only = local_only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may be asked."""
        reason = None
        # Most requests come from no web page, and have nothing to be looked at.
        if scope["type"] in {"http", "websocket"} and (
            self._local_only or b"origin" in dict(scope["headers"])
        ):
            reason = self._reason(HTTPConnection(scope))
        if reason is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await refusal(Request(scope, receive), 403, reason)(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 4403, "reason": "Forbidden"})

    def _reason(self, connection: HTTPConnection) -> str | None:
        """Why it may not be asked; None when it may."""
        if self._local_only:
            if any(name in connection.headers for name in _FORWARDED):
                return FROM_AFAR
            asked = _place(f"http://{connection.headers.get('host', '')}")
            if not is_loopback(asked[0]):
                return FOREIGN_NAME
        origin = connection.headers.get("origin")
        if origin is None or origin in self._allowed:
            return None
        scheme = origin.partition(":")[0]
        own = _place(f"{scheme}://{connection.headers.get('host', '')}")
        if own[0] and scheme in _DEFAULT_PORTS and _place(origin) == own:
            return None
        return FOREIGN_PAGE.format(origin=origin)


def _place(url: str) -> tuple[str, int | None]:
    """Host and port of an origin, or of `Host` under the origin's scheme.

    The schemes are not compared: a proxy may speak TLS for the server. What is no address is the
    place of nobody.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or _DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return "", None
    return parts.hostname or "", port


def guard_origins(app: Starlette, allowed: Collection[str], *, local_only: bool) -> None:
    """Put the guard before an application, and CORS for the origins that are allowed.

    Tokens come in `Authorization`, never in cookies: credentials in the sense of CORS are not
    allowed. Which methods and headers a request may have is for the endpoint to say.
    """
    if allowed:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=tuple(allowed),
            allow_methods=("*",),
            allow_headers=("*",),
            expose_headers=("Allow",),
            max_age=_PREFLIGHT_SECONDS,
        )
    app.add_middleware(OriginGuard, allowed=allowed, local_only=local_only)
