"""The command line: one ready line, one line for each thing that a person can mend."""

import http.client
import json
import re
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import psutil
import psycopg
import pytest

from tests.api.commands import PROGRAM, Serving, refusals, run, serving


def test_wrong_settings_are_a_line_each(tmp_path: Path) -> None:
    outcome = run(tmp_path, "serve", "--port", "99999", workers="many", prot="1")
    assert refusals(outcome) == [
        "PERPETUO_PROT: there is no such setting (did you mean PERPETUO_PORT?).",
        "--port: should be less than or equal to 65535 (given: 99999).",
        (
            "PERPETUO_WORKERS: should be a valid integer, unable to parse string as an integer "
            "(given: 'many')."
        ),
    ]


def test_settings_are_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PERPETUO_LOG_LEVEL=LOUD\nOTHER=1\n")
    (line,) = refusals(run(tmp_path, "serve"))
    assert line.startswith("PERPETUO_LOG_LEVEL: should be 'DEBUG', 'INFO'")


@pytest.mark.parametrize(
    ("arguments", "settings"),
    [
        (("migrate-company", "--as-of", "2026-01-31", "--scheme", "by_level"), {}),
        (("migrate-company", "--as-of", "2026-01-31", "--scheme", "By-Level"), {}),
        (("migrate-to-perpetual", "--as-of", "2026-01-31", "--journals", "NONE"), {}),
        (("post-inventory-cost", "--group", "per_entry"), {}),
        (("import", "a.csv", "--on-error", "SKIP"), {}),
        (("roles", "grant", "ana", "ACCOUNTANT"), {}),
        (("check",), {"log_level": "debug", "log_format": "JSON", "documents": "Trusted"}),
    ],
    ids=" ".join,
)
def test_choices_are_written_in_any_case(
    tmp_path: Path, arguments: tuple[str, ...], settings: dict[str, str]
) -> None:
    nowhere = "postgresql://clerk@127.0.0.1:1/books"
    outcome = run(tmp_path, *arguments, "--company", "A", database_url=nowhere, **settings)
    (line,) = refusals(outcome)
    assert line.startswith("The database cannot be reached: ")


def test_an_unknown_flag_is_a_line(tmp_path: Path) -> None:
    (line,) = refusals(run(tmp_path, "serve", "--prot", "1"))
    assert "--prot" in line


def test_a_busy_port_is_a_line_and_starts_nothing(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        (line,) = refusals(run(tmp_path, "serve", "--port", port))
    assert line == (
        f"127.0.0.1:{port} cannot be used: Address already in use; choose another with --port."
    )
    assert not (tmp_path / ".perpetuo").exists()


@pytest.mark.parametrize("command", ["serve --port 0", "migrate", "demo"])
def test_an_unreachable_database_is_a_line(tmp_path: Path, command: str) -> None:
    secret = "postgresql://clerk:hush@127.0.0.1:1/books"
    (line,) = refusals(run(tmp_path, *command.split(), database_url=secret))
    assert line.startswith("The database cannot be reached: ")
    assert "hush" not in line


@pytest.mark.parametrize(
    ("revision", "expected"),
    [
        ("9999", "revision 9999, which this release does not know"),
        ("0001", "at revision 0001 .* run `perpetuo migrate` first"),
    ],
)
def test_another_releases_schema_is_a_line(
    tmp_path: Path, database_url: str, revision: str, expected: str
) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("update alembic_version set version_num = %s", (revision,))
    (line,) = refusals(run(tmp_path, "serve", "--port", "0", database_url=database_url))
    assert re.search(expected, line)


def test_another_database_is_migrated_and_served_by_processes_that_end_with_their_owner(
    tmp_path: Path, empty_database_url: str
) -> None:
    outcome = run(tmp_path, "migrate", database_url=empty_database_url)
    assert outcome.returncode == 0
    assert re.fullmatch(r"The database is at revision \d{4}\.\n", outcome.stdout)
    with serving(tmp_path, "--workers", "2", database_url=empty_database_url) as served:
        _assert_healthy(served)
        workers = psutil.Process(served.process.pid).children(recursive=True)
        assert len(workers) >= 2
        served.stop(signal.SIGKILL)
        _gone, left = psutil.wait_procs(workers, timeout=20)
        assert [process for process in left if process.status() != psutil.STATUS_ZOMBIE] == []
    assert not (tmp_path / ".perpetuo").exists()


def test_the_embedded_database_is_served_stopped_and_taken_over(tmp_path: Path) -> None:
    with serving(tmp_path, program=PROGRAM) as first:
        _assert_healthy(first)
        assert re.fullmatch(r"Perpetuo ready at http://127\.0\.0\.1:\d+/graphql", first.ready_line)
        (line,) = refusals(run(tmp_path, "serve", "--port", "0"))
        assert f"is in use by another Perpetuo (pid {first.process.pid})" in line
        assert first.stop(signal.SIGINT) == 0
    assert _database_processes(tmp_path) == []
    with serving(tmp_path) as second:
        _assert_healthy(second)
        second.stop(signal.SIGKILL)
    with serving(tmp_path) as third:
        _assert_healthy(third)
        with _following(third, "DEMO") as stream:
            first_lines = [stream.readline() for _ in range(2)]
            assert third.stop(signal.SIGTERM) == 0
            rest = stream.read()  # ended in order, by the last chunk
    assert first_lines == [b"id: 1\n", b"event: next\n"]
    # A client that is told "complete" would not come again.
    assert b"event: next" in rest
    assert b"complete" not in rest
    log = (tmp_path / "serve.log").read_text()
    assert "timeout graceful shutdown exceeded" not in log
    assert "Traceback" not in log
    assert _database_processes(tmp_path) == []


def test_commands_work_beside_a_server_on_the_embedded_database(tmp_path: Path) -> None:
    with serving(tmp_path, "--no-demo"):
        opened = run(tmp_path, "demo")
        assert (opened.returncode, opened.stdout) == (0, "The demo company is open.\n")
        checked = run(tmp_path, "check", "--company", "DEMO")
        assert checked.returncode == 0
        assert "JOURNAL_BALANCES" in checked.stdout
        folded = run(tmp_path, "fold", "--company", "DEMO")
        assert folded.returncode == 0
        assert re.search(r"DEMO: (\d+) of \1 recordings folded", folded.stderr)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("adjust-costs", "--company", "A", "--part", "0"), "--part"),
        (("post-inventory-cost", "--company", "A", "--part", "10001"), "--part"),
        (("keys", "create", "ana", "--days", "0"), "--days"),
        (("import", "--company", "A"), "Name the files to import"),
        (("import", "a.csv", "--company", "A", "--rejects", "no/r.jsonl"), "no/r.jsonl cannot be"),
        (("import", "a.csv", "--company", "A", "--rejects", "."), "it is a folder"),
        (("export-schema", "--output", "no/s.graphql"), "No such file or directory"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_what_cannot_be_done_is_a_line_before_anything_is(
    tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    outcome = run(tmp_path, *arguments)
    (line,) = refusals(outcome)
    assert says in line
    assert list(tmp_path.iterdir()) == []


@contextmanager
def _following(served: Serving, company: str) -> Iterator[http.client.HTTPResponse]:
    """The feed of a company from its beginning, as server-sent events."""
    connection = http.client.HTTPConnection(served.base.removeprefix("http://"), timeout=20)
    query = f'subscription {{ changes(company: {{code: "{company}"}}, after: 0) {{ kind }} }}'
    headers = {"content-type": "application/json", "accept": "text/event-stream"}
    connection.request("POST", "/graphql", json.dumps({"query": query}), headers)
    try:
        yield connection.getresponse()
    finally:
        connection.close()


def test_the_server_outlives_its_database(tmp_path: Path) -> None:
    with serving(tmp_path, "--no-demo") as served:
        pid_file = tmp_path / ".perpetuo" / "postgres" / "postmaster.pid"
        psutil.Process(int(pid_file.read_text().split("\n")[0])).kill()
        for _ in range(100):
            answer = httpx2.get(f"{served.base}/health", timeout=30)
            if answer.status_code == 200:
                break
        _assert_healthy(served)


def test_the_schema_is_exported_and_checked(tmp_path: Path) -> None:
    (line,) = refusals(run(tmp_path, "export-schema", "--check"))
    assert line == "schema.graphql is not the current schema: run `perpetuo export-schema`."
    assert run(tmp_path, "export-schema").returncode == 0
    assert (tmp_path / "schema.graphql").read_text() == (
        Path(__file__).parents[2] / "schema.graphql"
    ).read_text()


def _assert_healthy(served: Serving) -> None:
    health = httpx2.get(f"{served.base}/health")
    assert (health.status_code, health.json()["database"]) == (200, "ok")
    answer = httpx2.post(f"{served.base}/graphql", json={"query": "{ version }"})
    assert answer.json()["data"]["version"]


def _database_processes(folder: Path) -> list[int]:
    cluster = str((folder / ".perpetuo" / "postgres").resolve())
    return [p.pid for p in psutil.process_iter(["cwd"]) if p.info["cwd"] == cluster]
