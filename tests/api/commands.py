"""Run the command `perpetuo` as a person at a terminal does."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile

PERPETUO = str(Path(sys.executable).with_name("perpetuo"))
_START_SECONDS = 60
_one_at_a_time = threading.Lock()


def environment(**settings: str) -> dict[str, str]:
    """This process's environment with these settings of Perpetuo and no others.

    Another database than the embedded one is only served where a token is needed.
    """
    if "database_url" in settings:
        settings = {"auth": "required", **settings}
    inherited = {key: value for key, value in os.environ.items() if "PERPETUO" not in key}
    return inherited | {f"PERPETUO_{name.upper()}": value for name, value in settings.items()}


def run(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder to its end, in a process of its own."""
    with NamedTemporaryFile("r") as output, NamedTemporaryFile("r") as errors:
        asked = {
            "arguments": arguments,
            "folder": str(folder),
            "environment": environment(**settings),
            "output": [output.name, errors.name],
            "seconds": _START_SECONDS,
        }
        with _one_at_a_time:
            launcher = _launcher()
            assert launcher.stdin
            assert launcher.stdout
            launcher.stdin.write(json.dumps(asked) + "\n")
            launcher.stdin.flush()
            exit_code = int(launcher.stdout.readline())
        return subprocess.CompletedProcess(arguments, exit_code, output.read(), errors.read())


@cache
def _launcher() -> subprocess.Popen[str]:
    """The process that starts commands for this one, and ends with it."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.api.launcher"],
        cwd=Path(__file__).parents[2],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def refusals(outcome: subprocess.CompletedProcess[str]) -> list[str]:
    """The error lines of a command that failed without a traceback and without a result."""
    assert outcome.returncode not in (0, None)
    assert "Traceback" not in outcome.stderr
    assert outcome.stdout == ""
    progress, lines = [], []
    for line in outcome.stderr.splitlines():
        (progress if line.startswith("- ") else lines).append(line)
    assert all(line.startswith("error: ") for line in lines), outcome.stderr
    return [line.removeprefix("error: ") for line in lines]


@dataclass
class Serving:
    """A `perpetuo serve` that is ready."""

    process: subprocess.Popen[str]
    base: str
    ready_line: str

    def stop(self, how: signal.Signals) -> int:
        """Stop it; its exit code."""
        self.process.send_signal(how)
        return self.process.wait(30)


@contextmanager
def serving(folder: Path, *arguments: str, **settings: str) -> Iterator[Serving]:
    """Serve in a folder on a free port until the end of the block, at the latest."""
    log = folder / "serve.log"
    with (
        log.open("a") as stderr,
        subprocess.Popen(
            [PERPETUO, "serve", "--port", "0", *arguments],
            cwd=folder,
            env=environment(**settings),
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        ) as process,
    ):
        try:
            assert process.stdout
            ready = process.stdout.readline().rstrip("\n")
            assert ready, log.read_text()
            base = ready.rsplit(" ", 1)[1].removesuffix("/graphql")
            yield Serving(process, base, ready)
        finally:
            process.terminate()
