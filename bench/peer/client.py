"""A client of Tryton: JSON-RPC over one connection that is kept open, as its own clients do."""

import base64
import http.client
import json
import time
from typing import Any
from urllib.parse import urlsplit

USER, PASSWORD = "admin", "bench-admin-1"
_CONTEXT_ONLY = True
_TRIES = 50
_BUSY = ("serialize", "obtain lock", "LockNotAvailable")


class Session:
    """A user who has logged in. What the server gives up as it is busy is sent again."""

    def __init__(self, url: str, database: str) -> None:
        """Log in: it waits until the server is ready."""
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
        self._path = f"/{database}/rpc/"
        self._headers = {"content-type": "application/json"}
        self.sent_again = 0
        user, token = self.call("common.db.login", USER, {"password": PASSWORD})[:2]
        known = base64.b64encode(f"{USER}:{user}:{token}".encode()).decode()
        self._headers["authorization"] = f"Session {known}"
        self.context = self.call("model.res.user.get_preferences", _CONTEXT_ONLY, {})

    def call(self, method: str, *parameters: Any) -> Any:
        """What a method returns.

        Raises:
            RuntimeError: it is refused, or the server stays busy.
        """
        body = json.dumps({"id": 0, "method": method, "params": parameters})
        for attempt in range(_TRIES):
            self._connection.request("POST", self._path, body, self._headers)
            answer = self._connection.getresponse()
            text = answer.read().decode()
            said = json.loads(text) if answer.status == http.client.OK else {"error": text}
            if "error" not in said:
                return said["result"]
            refusal = f"{method}: {answer.status} {text[:500]}"
            if answer.status < http.client.INTERNAL_SERVER_ERROR and not any(
                word in text for word in _BUSY
            ):
                raise RuntimeError(refusal)
            self.sent_again += 1
            time.sleep(0.02 * min(attempt + 1, 5))
        raise RuntimeError(f"{refusal}, {_TRIES} times")
