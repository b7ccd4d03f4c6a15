"""Tryton's server: gunicorn with as many workers as the product has, beside the same PostgreSQL."""

import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.place import FOLDER, Place

WORKERS = 2
_THREADS = 4
_LOG = FOLDER / "tryton.log"
_START_SECONDS = 60


def environment(place: Place) -> dict[str, str]:
    """What tells Tryton where its databases are."""
    return {**os.environ, "TRYTOND_DATABASE_URI": place.url_of("")}


@contextmanager
def serving(place: Place, programs: Path, database: str) -> Iterator[str]:
    """The address of the server of a database, for the length of the block."""
    command = [
        str(programs / "gunicorn"), "--bind", "127.0.0.1:0", "--workers", str(WORKERS),
        "--worker-class", "gthread", "--threads", str(_THREADS), "--keep-alive", "3600",
        "--no-control-socket", "trytond.application:app",
    ]  # fmt: skip
    known = {**environment(place), "TRYTOND_DATABASE_NAMES": database}
    with _LOG.open("wb") as log:
        process = subprocess.Popen(command, env=known, stdout=log, stderr=log)
    try:
        yield _ready(process)
    finally:
        process.terminate()
        process.wait(30)


def _ready(process: subprocess.Popen[bytes]) -> str:
    """The address, once it listens; its workers answer as soon as they have loaded."""
    until = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        found = re.search(r"Listening at: (http://\S+)", _LOG.read_text())
        if found:
            return found[1]
        time.sleep(0.1)
    raise RuntimeError(f"Tryton's server did not start (see {_LOG})")
