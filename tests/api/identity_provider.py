"""An OpenID Connect provider on this machine: discovery, keys, and tokens of any kind."""

import base64
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey


class Provider:
    """Its keys can be rotated, and it can be away; it counts how often its keys are fetched."""

    def __init__(self) -> None:
        self.keys = [RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})]
        self.foreign_keys: list[Any] = []
        self.is_away = False
        self.claims_issuer: str | None = None
        self.fetched = 0
        self.issuer = ""

    def rotate(self, kid: str) -> None:
        """Sign with another key from now on."""
        self.keys = [RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})]

    def token(self, subject: str = "olga-at-login", key: Any = None, **changed: Any) -> str:
        """A token as it should be, except for what is changed; None takes a claim away."""
        algorithm = changed.pop("algorithm", "RS256")
        claims = {
            "iss": self.issuer, "aud": "perpetuo", "sub": subject, "exp": int(time.time()) + 600,
            **changed,
        }  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        signing = key or self.keys[0]
        header = {"alg": algorithm, "kid": signing.kid}
        return jwt.encode(header, claims, signing, algorithms=[algorithm])

    def answer(self, path: str) -> dict[str, Any] | None:
        """What is served."""
        if self.is_away:
            return None
        if path == "/.well-known/openid-configuration":
            return {"issuer": self.claims_issuer or self.issuer, "jwks_uri": f"{self.issuer}/keys"}
        if path == "/keys":
            self.fetched += 1
            return {"keys": self.foreign_keys + [key.as_dict(private=False) for key in self.keys]}
        return None


def encoded(part: bytes) -> str:
    """A part of a token."""
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def forged_by_hand(token: str, header: dict[str, Any], secret: bytes | None) -> str:
    """The claims of a token under another header: signed with what is public, or not at all."""
    body = f"{encoded(json.dumps(header).encode())}.{token.split('.')[1]}"
    signature = hmac.digest(secret, body.encode(), "sha256") if secret else b""
    return f"{body}.{encoded(signature)}"


@contextmanager
def identity_provider() -> Iterator[Provider]:
    """A provider that runs until the end of the block."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = provider.answer(self.path)
            self.send_response(200 if found else 503)
            self.end_headers()
            self.wfile.write(json.dumps(found or {}).encode())

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
