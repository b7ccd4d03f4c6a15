"""HTTP as uvicorn speaks it, within bounds of how long a head is and how late a whole request.

uvicorn keeps whatever is sent as headers, however much that becomes, and waits for the rest of a
request for ever. So anybody, before any token is looked at, could take the memory and the
connections of a process that no proxy stands before.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEAD_BYTES = 64 * 1024
"""Of what is no body: a request line and headers, or what is sent between and after its parts."""

REQUEST_SECONDS = 300.0
"""In which a request has to have come, its body too; also the first one of a connection."""


class BoundedHttp(HttpToolsProtocol):
    """Refuses a head without end, and closes what does not become a request."""

    _head = 0
    """Bytes received since something was made of them."""
    _got_on = False
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """As uvicorn; the first request is waited for from now on."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """As uvicorn."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """As uvicorn; refused with 400 if it is all head and too much."""
        self._got_on = False
        super().data_received(data)
        self._head = 0 if self._got_on else self._head + len(data)
        if self._head > MOST_HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response("The request's headers are too long.")

    def on_message_begin(self) -> None:
        """As uvicorn; the whole request is waited for."""
        super().on_message_begin()
        self._wait()

    def on_headers_complete(self) -> None:
        """As uvicorn."""
        self._got_on = True
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """As uvicorn."""
        self._got_on = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        """As uvicorn; nothing is waited for any more, also where it becomes a WebSocket."""
        self._got_on = True
        self._stop_waiting()
        super().on_message_complete()

    def _wait(self) -> None:
        self._stop_waiting()
        self._deadline = self.loop.call_later(REQUEST_SECONDS, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
