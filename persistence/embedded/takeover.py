"""Clear away what a killed owner, or a killed postmaster, left of an embedded PostgreSQL.

The caller holds the folder's lock, so that whatever still runs there belongs to nobody.
"""

import signal
import time
from contextlib import suppress
from pathlib import Path

import psutil

_SHUTDOWN_SECONDS = 30
_QUIT_SECONDS = 5


def take_over(cluster: Path, socket_dir: Path) -> bool:
    """Stop what is left running on the cluster and remove its lock files; true if anything ran.

    A pid file may name a process that has nothing to do with PostgreSQL, since the system gives
    pids out again: processes are known by their name and working folder, never by the file alone.
    """
    left = _processes_of(cluster)
    postmaster_pid = _pid_in(cluster / "postmaster.pid")
    if any(process.pid == postmaster_pid for process in left):
        # A fast shutdown of the postmaster takes its children along and leaves a clean checkpoint.
        _stop(cluster, signal.SIGINT, _SHUTDOWN_SECONDS, only_pid=postmaster_pid)
    _stop(cluster, signal.SIGQUIT, _QUIT_SECONDS)
    _stop(cluster, signal.SIGKILL, _QUIT_SECONDS)
    (cluster / "postmaster.pid").unlink(missing_ok=True)
    for socket in socket_dir.glob(".s.PGSQL.*"):
        socket.unlink(missing_ok=True)
    return bool(left)


def _processes_of(cluster: Path) -> list[psutil.Process]:
    """The PostgreSQL processes at work in the folder: each has it as its working folder."""
    folder = str(cluster.resolve())
    return [
        process
        for process in psutil.process_iter(["name", "cwd"])
        if process.info["name"] == "postgres" and process.info["cwd"] == folder
    ]


def _pid_in(pid_file: Path) -> int | None:
    try:
        return int(pid_file.read_text(encoding="ascii").split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None  # a torn file names nobody


def _stop(cluster: Path, how: signal.Signals, seconds: int, only_pid: int | None = None) -> None:
    """Signal the cluster's processes, or one of them, and wait until all are gone.

    One that has ended and waits for its parent has no working folder any more: it is gone.
    """
    for process in _processes_of(cluster):
        if only_pid in (None, process.pid):
            with suppress(psutil.NoSuchProcess):  # it went by itself meanwhile
                process.send_signal(how)
    deadline = time.monotonic() + seconds
    while _processes_of(cluster) and time.monotonic() < deadline:
        time.sleep(0.02)
