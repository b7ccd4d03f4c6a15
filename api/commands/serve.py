"""`perpetuo serve`: the database, the schema, the demo company, and the server over them."""

import http.client
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from types import FrameType
from typing import NoReturn

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from api.commands.databases import prepare_schema, reachable_database
from api.commands.listening import bound_socket
from api.commands.terminal import CommandError, Progress, say
from api.serving.bounded_protocol import BoundedHttp
from api.settings import Settings

_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - recognised, not bound

_FIRST_WITH_DEMO = (
    '{ trialBalance(company: {code: "DEMO"}) '
    "{ rows { account { code } closingDebit closingCredit } } }"
)


def serve(settings: Settings) -> None:
    """Serve until SIGTERM, Ctrl-C or the terminal's end; then stop what was started.

    Raises:
        CommandError: the port is taken, or the server did not start.
        OperatorError: there is no database to serve.
        SettingsError: without tokens this is not to be served.
    """
    settings = settings.model_copy(update={"auth": settings.auth_mode})
    with (
        _signals_stop_in_order(),
        bound_socket(settings.host, settings.port) as listener,
        Progress() as progress,
        reachable_database(settings, progress.stage) as database_url,
        _signals_ignored_at_the_end(),
    ):
        prepare_schema(database_url, settings, progress.stage)
        if settings.with_demo:
            from api.commands.demo import open_demo_company

            open_demo_company(database_url, progress.stage)
        progress.stage("Starting the server")
        announcer = threading.Thread(
            target=_announce_when_ready, args=(settings, listener, progress), daemon=True
        )
        announcer.start()
        _run(settings, database_url, listener)


def _run(settings: Settings, database_url: str, listener: socket.socket) -> None:
    """Run the server's processes until a signal stops them."""
    os.environ.update(settings.to_environment(), PERPETUO_DATABASE_URL=database_url)
    with _counts_shared(settings.workers):
        _run_workers(settings, listener)


@contextmanager
def _counts_shared(workers: int) -> Iterator[None]:
    """Where several processes leave their counts, so that any of them can answer for all."""
    if workers == 1:
        yield
        return
    with TemporaryDirectory(prefix="perpetuo-metrics-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        yield


def _run_workers(settings: Settings, listener: socket.socket) -> None:
    config = uvicorn.Config(
        "api.app:worker",
        factory=True,
        workers=settings.workers,
        loop="uvloop",
        http=BoundedHttp,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=10,
    )
    if settings.workers > 1:
        processes = Multiprocess(config, sockets=[listener])
        processes.run()
        if any(process.exitcode == STARTUP_FAILURE for process in processes.processes):
            raise CommandError("The server's processes did not start; see the log above.")
    else:
        uvicorn.Server(config).run(sockets=[listener])


def _announce_when_ready(settings: Settings, listener: socket.socket, progress: Progress) -> None:
    """Print the ready line as soon as the health check answers over the network."""
    host, port = settings.host, listener.getsockname()[1]
    near = _ANY_ADDRESS.get(host, host)
    while not _is_healthy(near, port):
        time.sleep(0.02)
    progress.done()
    say(f"Perpetuo ready at http://{_in_url(host)}:{port}/graphql")
    here = f"http://{_in_url(near)}:{port}"
    say(f"  GraphiQL   {here}/graphiql (a tab for each thing to try)")
    is_open = settings.auth == "development"
    query = _FIRST_WITH_DEMO if settings.with_demo and is_open else "{ version }"
    body = json.dumps({"query": query})
    say(f"  Try first  curl -s {here}/graphql -H 'content-type: application/json' -d '{body}'")
    if is_open:
        say("  Sign in    not needed: development mode, for this machine only")
    else:
        say("  Sign in    send Authorization: Bearer ... (see `perpetuo keys create`)")
    say("  Stop       Ctrl-C")


def _is_healthy(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


@contextmanager
def _signals_stop_in_order() -> Iterator[None]:
    """Let a signal unwind the stack, so that whatever was started is stopped."""

    def stop(_number: int, _frame: FrameType | None) -> NoReturn:
        raise SystemExit(0)

    before = {number: signal.signal(number, stop) for number in _STOP_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _signals_ignored_at_the_end() -> Iterator[None]:
    """Keep an impatient second Ctrl-C from interrupting the database's shutdown."""
    try:
        yield
    finally:
        for number in _STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
