"""PostgreSQL servers over TCP that are not the embedded one, and replicas of them."""

import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import socket

import psycopg

from persistence.embedded.server import LAUNCHER


@contextmanager
def started(programs: Path, cluster: Path) -> Iterator[str]:
    """A new server of these programs, as an ordinary user; its administrator's address."""
    _own_folder(cluster)
    _run(programs, "initdb", "-D", cluster, "-U", "admin", "-E", "UTF8", "--no-sync")
    with running(programs, cluster) as url:
        yield url


@contextmanager
def running(programs: Path, cluster: Path, port: int | None = None) -> Iterator[str]:
    """A server over a cluster that is there; its administrator's address."""
    port = port or free_port()
    settings = ["-c", f"port={port}", "-c", "fsync=off", "-c", "unix_socket_directories="]
    with (cluster.parent / "server.log").open("ab") as log:
        server = subprocess.Popen(
            [*_launch(), programs / "postgres", "-D", cluster, *settings], stdout=log, stderr=log
        )
    url = f"postgresql://admin@127.0.0.1:{port}/postgres"
    try:
        _wait_for(url, server)
        yield url
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def copy_to_replica(programs: Path, primary: str, cluster: Path) -> None:
    """A copy of a server by pg_basebackup that will follow it, to be run as any other."""
    _own_folder(cluster)
    _run(programs, "pg_basebackup", "-d", primary, "-D", cluster, "--write-recovery-conf",
         "--wal-method", "stream", "--checkpoint", "fast", "--no-sync")  # fmt: skip


def _user() -> pwd.struct_passwd:
    return pwd.getpwuid(os.geteuid() or pwd.getpwnam("nobody").pw_uid)


def _launch() -> list[str]:
    user = _user()
    return [sys.executable, str(LAUNCHER), str(os.getpid()), str(user.pw_uid), str(user.pw_gid)]


def _own_folder(cluster: Path) -> None:
    cluster.mkdir(mode=0o700)
    os.chown(cluster, _user().pw_uid, _user().pw_gid)


def _run(programs: Path, program: str, *arguments: str | Path) -> None:
    subprocess.run(
        [*_launch(), programs / program, *arguments], check=True, stdout=subprocess.DEVNULL
    )


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    while True:
        assert server.poll() is None, "the server did not start"
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
