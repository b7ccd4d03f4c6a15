"""The embedded PostgreSQL lives as long as its owner, survives kills, and has one owner."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest

from persistence.embedded import EmbeddedPostgres, EmbeddedPostgresError
from persistence.embedded.folder import server_user
from persistence.embedded.server import LAUNCHER, binaries

_OWNER = """
import sys
from pathlib import Path
from persistence.embedded import EmbeddedPostgres
with EmbeddedPostgres(Path(sys.argv[1]), settings={"fsync": "off"}) as server:
    print(server.pid, flush=True)
    sys.stdin.read()
"""

# What is committed must survive a killed process here, though not a power cut.
SETTINGS = {"fsync": "off", "shared_buffers": "32MB"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "books"


def embedded(folder: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(folder, settings=SETTINGS)


def test_it_keeps_what_was_written_and_leaves_nothing_running(folder: Path) -> None:
    with embedded(folder) as server:
        _note(server.url, "kept")
        assert _processes(folder)
    assert _processes(folder) == []
    with embedded(folder) as server:
        assert _notes(server.url) == ["kept"]


def test_a_killed_server_is_started_again(folder: Path) -> None:
    with embedded(folder) as server:
        _note(server.url, "before")
        killed = server.pid
        assert killed
        os.kill(killed, signal.SIGKILL)
        _until(lambda: server.pid != killed and _answers(server.url))
        assert _notes(server.url) == ["before"]


def test_a_killed_owner_takes_the_server_along(folder: Path) -> None:
    with _owner(folder) as (owner, _):
        owner.kill()
        owner.wait()
    with embedded(folder) as server:
        assert _answers(server.url)


def test_after_both_were_killed_the_next_start_recovers(folder: Path) -> None:
    with _owner(folder) as (owner, postmaster):
        owner.kill()
        os.kill(postmaster, signal.SIGKILL)
        owner.wait()
    with embedded(folder) as server:
        assert _answers(server.url)
        assert server.pid != postmaster


def test_an_orphaned_server_is_stopped_first(folder: Path) -> None:
    with embedded(folder) as server:
        _note(server.url, "kept")
    orphan = _start_orphan(folder)
    stages: list[str] = []
    with EmbeddedPostgres(folder, settings=SETTINGS, on_stage=stages.append) as server:
        assert not psutil.pid_exists(orphan) or psutil.Process(orphan).status() == "zombie"
        assert _notes(server.url) == ["kept"]
    assert "left behind" in stages[0]


def test_a_pid_file_that_names_a_stranger_is_put_aside(folder: Path) -> None:
    with embedded(folder):
        pass
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        stale = f"{stranger.pid}\n{folder}/postgres\n1\n5432\n{folder}/socket\n\n1 1\nready\n"
        (folder / "postgres" / "postmaster.pid").write_text(stale)
        (folder / "socket" / ".s.PGSQL.5432.lock").write_text(stale)
        (folder / "socket" / ".s.PGSQL.5432").touch()
        with embedded(folder) as server:
            assert _answers(server.url)
            assert stranger.poll() is None, "the stranger was stopped"
        stranger.kill()


def test_a_folder_has_one_owner(folder: Path) -> None:
    with embedded(folder) as server:
        with pytest.raises(EmbeddedPostgresError, match=rf"in use .* \(pid {os.getpid()}\)"):
            embedded(folder).start()
        assert _answers(server.url)


def test_a_path_too_long_for_a_socket_will_do(folder: Path) -> None:
    with embedded(folder / ("long" * 30)) as server:
        assert _answers(server.url)


def test_another_releases_cluster_is_refused(folder: Path) -> None:
    with embedded(folder):
        pass
    (folder / "postgres" / "PG_VERSION").write_text("14\n")
    with pytest.raises(EmbeddedPostgresError, match=r"made by PostgreSQL 14 and this is"):
        embedded(folder).start()


def test_a_server_that_does_not_start_says_why(folder: Path) -> None:
    with pytest.raises(EmbeddedPostgresError, match=r"did not start: .*shared_buffers"):
        EmbeddedPostgres(folder, settings={"shared_buffers": "plenty"}).start()
    assert _processes(folder) == []


def test_nobody_but_the_owner_gets_in_and_not_over_the_network(folder: Path) -> None:
    with embedded(folder) as server:
        rules = (folder / "postgres" / "pg_hba.conf").read_text()
        assert rules == "local all all peer map=owner\n"
        with psycopg.connect(server.url) as connection:
            found = connection.execute("show listen_addresses")
            assert found.fetchone() == ("",)
        if os.geteuid() == 0:
            asked = subprocess.run(
                _as_server_user(folder, "psql", server.url, "-c", "select 1"),
                capture_output=True,
                text=True,
                check=False,
            )
            assert "Peer authentication failed" in asked.stderr


@contextmanager
def _owner(folder: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Another process that owns the folder, and its server's pid."""
    with subprocess.Popen(
        [sys.executable, "-c", _OWNER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as owner:
        assert owner.stdout
        yield owner, int(owner.stdout.readline())


def _start_orphan(folder: Path) -> int:
    """A server that nobody owns, as an owner leaves it where the kernel does not clean up."""
    options = f"-k {folder}/socket -c listen_addresses=''"
    arguments = ["-D", f"{folder}/postgres", "-l", f"{folder}/postgres/log", "-o", options, "start"]
    subprocess.run(
        _as_server_user(folder, "pg_ctl", "-w", *arguments),
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return int((folder / "postgres" / "postmaster.pid").read_text().split("\n")[0])


def _as_server_user(folder: Path, program: str, *arguments: str) -> list[str]:
    user = server_user(folder / "postgres")
    identity = [str(os.getpid()), str(user.pw_uid), str(user.pw_gid)]
    return [sys.executable, str(LAUNCHER), *identity, str(binaries() / program), *arguments]


def _processes(folder: Path) -> list[int]:
    """Living server processes; a killed parent's children may wait as zombies for init."""
    cluster = str((folder / "postgres").resolve())
    return [p.pid for p in psutil.process_iter(["cwd"]) if p.info["cwd"] == cluster]


def _note(url: str, text: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("create table note (text text)")
        connection.execute("insert into note values (%s)", (text,))


def _notes(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute("select text from note")]


def _answers(url: str) -> bool:
    try:
        with psycopg.connect(url) as connection:
            return connection.execute("select 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def _until(true: Callable[[], bool], seconds: int = 20) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)
