"""`perpetuo` from a process that has loaded it already: `python -m tests.api.launcher`.

Loading takes most of a short command's time, and of a server's start. For each line on standard
input, a command as JSON, this process forks and the fork becomes that command; its process id is
written to the file `ended` of the command at once, and its exit code when it has ended.
"""

import atexit
import gc
import importlib
import json
import os
import pkgutil
import signal
import sys
import threading

import api.commands
from api.cli import main


def launch() -> None:
    """Run command after command until the end of standard input."""
    gc.disable()  # what is loaded stays
    importlib.import_module("api.app")
    for module in pkgutil.iter_modules(api.commands.__path__):
        importlib.import_module(f"api.commands.{module.name}")
    gc.freeze()
    for line in sys.stdin:
        asked = json.loads(line)
        told, program = os.open(asked.pop("ended"), os.O_WRONLY), asked.pop("program")
        pid = os.fork()
        if pid == 0:
            os.close(told)
            _become(**asked)
            if program:
                os.execv(program, [program, *asked["arguments"]])
            _run()
            return
        os.write(told, f"{pid}\n".encode())
        threading.Thread(target=_tell_when_ended, args=(pid, told)).start()


def _run() -> None:
    """The command, to its end.

    A process that ends gives back all that is loaded, object by object, and before that each page
    that it shares with its launcher is copied: 0.1 s, as long as a short command.
    """
    try:
        main()
    except SystemExit as ended:
        if not isinstance(ended.code, int | None):
            raise
        code = ended.code or 0
    else:
        code = 0
    threading._shutdown()  # type: ignore[attr-defined] - as an interpreter does that ends
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _tell_when_ended(pid: int, told: int) -> None:
    _, status = os.waitpid(pid, 0)
    os.write(told, f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os.close(told)


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
        os.dup2(os.open(name, os.O_WRONLY | os.O_APPEND), number)


if __name__ == "__main__":
    launch()
