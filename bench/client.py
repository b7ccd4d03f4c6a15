"""A client that asks one request after the other, and believes nothing that is refused."""

import http.client
import json
import re
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from bench.place import Server

_WRONG = re.compile(rb'"errors":\[[^]]')


class Client:
    """One connection that is kept open."""

    def __init__(self, server: Server) -> None:
        """It is opened with the first request."""
        parts = urlsplit(server.url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
        self._headers = {
            "content-type": "application/json", "authorization": f"Bearer {server.key}"
        }  # fmt: skip

    def ask(self, query: str, variables: Mapping[str, Any]) -> float:
        """Milliseconds until the whole answer is there; nothing may be refused."""
        body = json.dumps({"query": query, "variables": variables})
        began = time.perf_counter()
        self._connection.request("POST", "/graphql", body, self._headers)
        answer = self._connection.getresponse().read()
        took = (time.perf_counter() - began) * 1e3
        wrong = _WRONG.search(answer)
        assert wrong is None, answer[wrong.start() : wrong.start() + 500]
        return took
