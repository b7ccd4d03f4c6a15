"""`perpetuo` from a process that has loaded it already: `python -m tests.api.launcher`.

Loading takes most of a short command's time. For each line on standard input, a command as JSON,
this process forks and the fork becomes that command; its exit code is a line on standard output.
"""

import gc
import importlib
import json
import os
import pkgutil
import signal
import sys

import api.commands
from api.cli import main


def launch() -> None:
    """Run command after command until the end of standard input."""
    gc.disable()  # what is loaded stays
    for module in pkgutil.iter_modules(api.commands.__path__):
        importlib.import_module(f"api.commands.{module.name}")
    gc.freeze()
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _become(**json.loads(line))
            main()
            return
        _, status = os.waitpid(pid, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _become(
    arguments: list[str], folder: str, environment: dict[str, str], output: list[str], seconds: int
) -> None:
    """Take on what the command is given; `output` names the files of its two streams."""
    signal.alarm(seconds)
    sys.argv = ["perpetuo", *arguments]
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, name in enumerate(output, start=1):
        os.dup2(os.open(name, os.O_WRONLY), number)


if __name__ == "__main__":
    launch()
