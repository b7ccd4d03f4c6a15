"""A headless Chromium, driven over its own protocol, that reaches this machine and nothing else.

https://chromedevtools.github.io/devtools-protocol/ . One page and a few verbs are all that the
tests need, and websockets is here already: no driver has to be installed.
"""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = (
    "--headless",
    "--no-sandbox",  # Chromium refuses its sandbox to root
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--window-size=1400,900",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--remote-debugging-port=0",
    "about:blank",
)


class Page:
    """A browser's page: what it asked the network for, what it complained of, what it shows."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._last_id = 0
        self._session: str | None = None
        self.requested: list[str] = []
        self.complaints: list[str] = []
        target = self._call("Target.createTarget", url="about:blank")
        attached = self._call("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self._session = str(attached["sessionId"])

    def open(self, url: str) -> None:
        """Go to an address."""
        self._call("Page.navigate", url=url)

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page."""
        result = self._call(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    def wait_for(self, expression: str, seconds: int = 30) -> Any:
        """The value of an expression as soon as it is true."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            value = self.evaluate(expression)
            if value:
                return value
            time.sleep(0.05)
        shown = self.evaluate("document.body.innerText.slice(0, 2000)")
        raise AssertionError(f"never true: {expression}\n{self.complaints}\n{shown}")

    def click(self, selector: str) -> None:
        """Click the middle of an element as a mouse does."""
        found = json.dumps(selector)
        box = self.wait_for(
            f"(e => e && (r => [r.x + r.width / 2, r.y + r.height / 2])"
            f"(e.getBoundingClientRect()))(document.querySelector({found}))"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self._call(
                "Input.dispatchMouseEvent",
                type=kind,
                x=box[0],
                y=box[1],
                button="left",
                clickCount=1,
            )

    def screenshot(self) -> str:
        """The page as a PNG, in base 64."""
        return self._call("Page.captureScreenshot")["data"]

    def _watch(self, session: str) -> None:
        """Hear of everything, and of every worker from its first request on."""
        for domain in ("Page", "Runtime", "Network", "Log"):  # workers have not all of them
            self._send(f"{domain}.enable", session)
        self._send(
            "Target.setAutoAttach",
            session,
            autoAttach=True,
            waitForDebuggerOnStart=True,
            flatten=True,
        )
        self._send("Runtime.runIfWaitingForDebugger", session)

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        number = self._send(method, self._session, **parameters)
        while True:
            message = json.loads(self._connection.recv(timeout=30))
            if message.get("id") == number:
                assert "error" not in message, (method, message)
                return message["result"]
            self._hear(message)

    def _send(self, method: str, session: str | None, **parameters: Any) -> int:
        self._last_id += 1
        message = {"id": self._last_id, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        self._connection.send(json.dumps(message))
        return self._last_id

    def _hear(self, event: dict[str, Any]) -> None:
        parameters = event.get("params", {})
        match event.get("method"):
            case "Network.requestWillBeSent":
                self.requested.append(parameters["request"]["url"])
            case "Log.entryAdded" if parameters["entry"]["level"] == "error":
                self.complaints.append(parameters["entry"]["text"])
            case "Runtime.exceptionThrown":
                self.complaints.append(str(parameters["exceptionDetails"]))
            case "Target.attachedToTarget":
                self._watch(parameters["sessionId"])
            case _:
                pass


def find_chromium() -> str | None:
    """The browser's program: CHROMIUM, or the first of its usual names."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)


@contextmanager
def open_page(profile: Path) -> Iterator[Page]:
    """A page in a browser of its own, with an empty profile in the folder."""
    program = find_chromium()
    assert program, "no Chromium: make test-browser installs it"
    with (profile / "chromium.log").open("wb") as log:
        browser = subprocess.Popen(
            [program, *_FLAGS[:-1], f"--user-data-dir={profile}", _FLAGS[-1]],
            stdout=log,
            stderr=log,
        )
    try:
        port, path = _wait(lambda: _debugging_address(profile))
        with connect(f"ws://127.0.0.1:{port}{path}", max_size=None) as connection:
            yield Page(connection)
    except ConnectionClosed as error:
        raise AssertionError((profile / "chromium.log").read_text()[-2000:]) from error
    finally:
        browser.terminate()
        browser.wait(30)


def _debugging_address(profile: Path) -> tuple[str, str] | None:
    file = profile / "DevToolsActivePort"
    lines = file.read_text().split("\n") if file.exists() else []
    return (lines[0], lines[1]) if len(lines) > 1 else None


def _wait(ready: Callable[[], tuple[str, str] | None]) -> tuple[str, str]:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if found := ready():
            return found
        time.sleep(0.05)
    raise AssertionError("Chromium did not open its debugging port")
