"""Run the command `perpetuo` as a person at a terminal does."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from io import FileIO
from pathlib import Path
from select import select
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import TextIO

PROGRAM = str(Path(sys.executable).with_name("perpetuo"))
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


@dataclass
class Command:
    """A command that runs, or has run, in a process of its own."""

    pid: int
    stdout: TextIO
    _ended: FileIO
    _exit_code: int | None = None

    def send_signal(self, how: signal.Signals) -> None:
        """Send it a signal, if it runs."""
        if self._exit_code is None and not select([self._ended], [], [], 0)[0]:
            os.kill(self.pid, how)

    def wait(self, seconds: float) -> int:
        """Its exit code, or minus the signal that ended it."""
        if self._exit_code is None:
            assert select([self._ended], [], [], seconds)[0], "it has not ended"
            self._exit_code = int(self._ended.readline())
        return self._exit_code


@contextmanager
def started(
    folder: Path,
    errors: Path,
    arguments: Sequence[str],
    settings: Mapping[str, str],
    *,
    seconds: int = 0,
    program: str = "",
) -> Iterator[Command]:
    """A command in a folder, ended with the block: it is forked from what has loaded it already.

    Args:
        folder: where it runs.
        errors: the file that its standard error is added to.
        arguments: the command, without `perpetuo`.
        settings: as for `environment`.
        seconds: how long it may take; 0 = for ever.
        program: what is to load all of it anew, as for a person.
    """
    with TemporaryDirectory() as pipes, ExitStack() as opened:
        output, ended = Path(pipes, "output"), Path(pipes, "ended")
        for pipe in (output, ended):
            os.mkfifo(pipe)
        asked = {
            "arguments": arguments,
            "folder": str(folder),
            "environment": environment(**settings),
            "output": [str(output), str(errors)],
            "ended": str(ended),
            "seconds": seconds,
            "program": program,
        }
        with _one_at_a_time:
            launcher = _launcher()
            assert launcher.stdin
            launcher.stdin.write(json.dumps(asked) + "\n")
            launcher.stdin.flush()
            end = opened.enter_context(FileIO(ended))
            pid = int(end.readline())
        command = Command(pid, opened.enter_context(output.open()), end)
        try:
            yield command
        finally:
            command.send_signal(signal.SIGTERM)
            command.wait(30)


def run(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder to its end, in a process of its own."""
    with (
        NamedTemporaryFile("r") as errors,
        started(folder, Path(errors.name), arguments, settings, seconds=_START_SECONDS) as ran,
    ):
        output = ran.stdout.read()
        return subprocess.CompletedProcess(arguments, ran.wait(30), output, errors.read())


@cache
def _launcher() -> subprocess.Popen[str]:
    """The process that starts commands for this one, and ends with it."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.api.launcher"],
        cwd=Path(__file__).parents[2],
        env=environment(),
        stdin=subprocess.PIPE,
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

    process: Command
    base: str
    ready_line: str

    def stop(self, how: signal.Signals) -> int:
        """Stop it; its exit code."""
        self.process.send_signal(how)
        return self.process.wait(30)


@contextmanager
def serving(folder: Path, *arguments: str, program: str = "", **settings: str) -> Iterator[Serving]:
    """Serve in a folder on a free port until the end of the block, at the latest."""
    log = folder / "serve.log"
    log.touch()
    given = ("serve", "--port", "0", *arguments)
    with started(folder, log, given, settings, program=program) as process:
        ready = process.stdout.readline().rstrip("\n")
        assert ready, log.read_text()
        base = ready.rsplit(" ", 1)[1].removesuffix("/graphql")
        yield Serving(process, base, ready)
