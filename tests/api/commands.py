"""Run the installed command `perpetuo` as a person at a terminal does."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PERPETUO = str(Path(sys.executable).with_name("perpetuo"))
_START_SECONDS = 60


def environment(**settings: str) -> dict[str, str]:
    """This process's environment with these settings of Perpetuo and no others.

    Another database than the embedded one is only served where a token is needed.
    """
    if "database_url" in settings:
        settings = {"auth": "required", **settings}
    inherited = {key: value for key, value in os.environ.items() if "PERPETUO" not in key}
    return inherited | {f"PERPETUO_{name.upper()}": value for name, value in settings.items()}


def run(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder to its end."""
    return subprocess.run(
        [PERPETUO, *arguments],
        cwd=folder,
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=_START_SECONDS,
        check=False,
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
    seconds_to_ready: float  # wall clock

    def stop(self, how: signal.Signals) -> int:
        """Stop it; its exit code."""
        self.process.send_signal(how)
        return self.process.wait(30)


@contextmanager
def serving(folder: Path, *arguments: str, **settings: str) -> Iterator[Serving]:
    """Serve in a folder on a free port until the end of the block, at the latest."""
    started = time.monotonic()
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
            yield Serving(process, base, ready, time.monotonic() - started)
        finally:
            process.terminate()
