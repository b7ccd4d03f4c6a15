"""`make conformance VECTORS=DIR`: run every scenario file of a folder and say which pass.

The files run through the public API over HTTP, against a server on an embedded database that is
made for them, or against a running one (`--url`).
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from persistence.embedded import EmbeddedPostgres
from persistence.migrate import upgrade
from tests.conformance.client import Client
from tests.conformance.scenario import Verdict, judge
from tests.servers import FAST_SETTINGS, running_server


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the files; the exit code is 0 only if all passed, 2 if there are none."""
    options = _options(arguments)
    paths = sorted({path for place in options.vectors for path in _files(place)})
    if not paths:
        sys.stderr.write("error: no scenario files (*.json) there\n")
        return 2
    if options.url:
        return _run(paths, options.url)
    with _own_server() as url:
        return _run(paths, url)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="conformance", description="Run scenario files.")
    parser.add_argument("vectors", nargs="+", type=Path, help="folders of files, or files")
    parser.add_argument("--url", help="a running server, as http://127.0.0.1:8000")
    return parser.parse_args(arguments)


def _files(place: Path) -> list[Path]:
    return [place] if place.is_file() else sorted(place.rglob("*.json"))


@contextmanager
def _own_server() -> Iterator[str]:
    """The address of a server over a database in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="conformance-") as folder:
        place = Path(folder)
        with EmbeddedPostgres(place, settings=FAST_SETTINGS, on_stage=_progress) as postgres:
            upgrade(postgres.url, _progress)
            with running_server(postgres.url) as url:
                yield url


def _progress(stage: str) -> None:
    sys.stderr.write(f"- {stage}\n")
    sys.stderr.flush()


def _run(paths: Sequence[Path], url: str) -> int:
    started = time.monotonic()
    passed = 0
    with Client(url) as client:
        for number, path in enumerate(paths, start=1):
            if sys.stderr.isatty():
                sys.stderr.write(f"[{number}/{len(paths)}] ")
                sys.stderr.flush()
            verdict = judge(path, client)
            passed += verdict.passed
            _say(
                f"ok {verdict.name}" if verdict.passed else f"FAIL {verdict.name} {verdict.failure}"
            )
    _progress(f"{len(paths)} files in {time.monotonic() - started:.1f} s")
    _say(f"{passed} passed, {len(paths) - passed} failed")
    return 0 if passed == len(paths) else 1


def line_of(verdict: Verdict) -> str:
    """A verdict as it is printed; a difference goes on over the next lines."""
    return f"ok {verdict.name}" if verdict.passed else f"FAIL {verdict.name} {verdict.failure}"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
