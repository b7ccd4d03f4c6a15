"""What the commands say: progress on standard error, each error as one line, results plainly."""

import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.markup import escape

from persistence.operator_error import OperatorError

_errors = Console(stderr=True, highlight=False, soft_wrap=True)


class CommandError(OperatorError):
    """A command cannot go on."""


def why_not(error: Exception) -> str:
    """Why a file cannot be used, without its name: whoever tells of it has named it."""
    return (isinstance(error, OSError) and error.strerror) or str(error)


def check_folder(path: Path) -> None:
    """See that a file can be written there, before anything is done.

    Raises:
        CommandError: there is no such folder, or a folder of that name.
    """
    if path.is_dir():
        raise CommandError(f"{path} cannot be written: it is a folder.")
    if not path.absolute().parent.is_dir():
        raise CommandError(f"{path} cannot be written: there is no such folder.")


class Progress:
    """What is being done: a line for each stage, and a spinner where there is a terminal."""

    def __init__(self) -> None:
        self._status = _errors.status("Starting")

    def stage(self, text: str) -> None:
        """Say what is being done now."""
        _errors.print(f"[dim]-[/dim] {escape(text)}")
        self._status.update(escape(text))

    def done(self) -> None:
        """End the spinner."""
        self._status.stop()

    def __enter__(self) -> Self:
        self._status.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.done()


def complain(lines: list[str]) -> None:
    """Print errors, each as one line on standard error."""
    for line in lines:
        _errors.print(f"[bold red]error:[/bold red] {escape(' '.join(line.split()))}")


def say(line: str) -> None:
    """Print one line of result on standard output, at once and as it is."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
