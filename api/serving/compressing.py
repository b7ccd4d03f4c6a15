"""Answers in fewer bytes for clients that take gzip, as phones do; for others nothing is done.

Starlette's responder does the work: it flushes what is sent in parts, leaves event streams alone,
and compresses what is large in a thread. Why that gives no secret away: docs/adr/0084.
"""

import zlib
from functools import lru_cache

from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipResponder
from starlette.types import ASGIApp, Receive, Scope, Send

from api.exporting.parquet import MEDIA_TYPE as PARQUET
from api.serving.answers import range_of

LEAST_BYTES = 1_400
"""What fits into one packet of a network gets there no sooner for being shorter."""

_LEVEL = 4
"""Of zlib: a twelfth more bytes than its best, in a fifth of the time."""

_AS_THEY_ARE = (*DEFAULT_EXCLUDED_CONTENT_TYPES, PARQUET)
_GZIP = 16 + zlib.MAX_WBITS


class Compressed:
    """An application whose answers are compressed for those who ask for it."""

    def __init__(self, app: ASGIApp) -> None:
        """Whose answers."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        app = self._app
        for name, value in scope["headers"]:
            if name == b"accept-encoding" and takes_gzip(value):
                app = GZipResponder(app, LEAST_BYTES, _LEVEL, exclude_content_types=_AS_THEY_ARE)
                break
        await app(scope, receive, send)


@lru_cache(maxsize=64)  # clients send few different ones
def takes_gzip(accepted: bytes) -> bool:
    """Whether a client takes gzip, and likes it as well as what is not compressed."""
    codings = dict(range_of(part.strip()) for part in accepted.decode("latin-1").lower().split(","))
    quality = codings.get("gzip", codings.get("*", 0.0))
    return quality > 0 and quality >= codings.get("identity", 0.0)


def decompressed(body: bytes | bytearray, most: int) -> bytes | None:
    """What was compressed by gzip as a whole; None if it is more than `most` bytes.

    Raises:
        ValueError: it is not gzip, is cut off, or has something behind it.
    """
    inflating = zlib.decompressobj(_GZIP)
    try:
        found = inflating.decompress(body, most + 1)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if len(found) > most:
        return None
    if not inflating.eof or inflating.unused_data:
        raise ValueError("it does not end where it should")
    return found
