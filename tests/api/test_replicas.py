"""A real streaming replica answers queries; whoever names a token reads what they have written."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import pytest

from api.commands.demo import open_demo_company
from api.serving.consistency import position_of, token_of
from api.settings import Settings
from persistence.embedded.server import binaries
from persistence.measures import REPLICA_READS, REPLICAS_UP
from persistence.migrate import upgrade
from tests import wire
from tests.api.desk import Desk, goods, receipt
from tests.api.staff import SignedInDesk
from tests.clusters import copy_to_replica, free_port, running, started
from tests.examples import requests
from tests.servers import running_server

HEADER = "Consistency-Token"
COUNT = "query($company: CompanyRef!) { changes(company: $company) { latestSequence } }"
OUTCOMES = ("replica", "behind", "down", "failed")
PATIENCE = 5.0  # seconds
PAUSE, RESUME = "select pg_wal_replay_pause()", "select pg_wal_replay_resume()"
IN = receipt("2026-01-10", goods("10", "200"))


@dataclass
class Pair:
    """A primary and its replica, with the demo company."""

    primary: str
    replica: str

    def at(self, url: str, statement: str) -> Any:
        with psycopg.connect(url, autocommit=True) as connection:
            return connection.execute(statement.encode()).fetchone()

    def replayed(self) -> int:
        return self.at(self.replica, "select (pg_last_wal_replay_lsn() - '0/0')::bigint")[0]

    def written(self) -> int:
        return self.at(self.primary, "select (pg_current_wal_flush_lsn() - '0/0')::bigint")[0]

    @contextmanager
    def lagging(self) -> Iterator[None]:
        """Replays nothing meanwhile."""
        self.at(self.replica, PAUSE)
        while self.at(self.replica, "select pg_get_wal_replay_pause_state()")[0] != "paused":
            time.sleep(0.01)
        try:
            yield
        finally:
            self.at(self.replica, RESUME)

    @contextmanager
    def served(self, reads: str = "named", wait_seconds: float = 0.1) -> Iterator[str]:
        """A server over both that knows that the replica is there; its base address."""
        settings = Settings(
            replica_urls=self.replica,
            replica_reads=reads,  # type: ignore[arg-type] - one of the two
            replica_wait_seconds=wait_seconds,
        )
        REPLICAS_UP.set(0)  # what a server before this one has seen
        with running_server(self.primary, settings) as base:
            _until(lambda: _gauge(base, "perpetuo_replicas_up") == 1)
            yield base


@pytest.fixture(autouse=True)
def _looked_after_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a server does every second it does at once here."""
    monkeypatch.setattr("persistence.replicas._LOOK_EVERY_SECONDS", 0.05)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("replicated")
    with ExitStack() as stack:
        primary = stack.enter_context(started(binaries(), folder / "primary"))
        upgrade(primary)
        open_demo_company(primary, lambda _stage: None)
        copy_to_replica(binaries(), primary, folder / "replica")
        yield Pair(primary, stack.enter_context(running(binaries(), folder / "replica")))


def _until(holds: Any) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _gauge(base: str, name: str) -> float:
    lines = httpx2.get(f"{base}/metrics").text.splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith(f"{name} "))


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Who has answered during the block: the server runs in this process."""

    def read() -> Counter[str]:
        return Counter({one: int(REPLICA_READS.labels(one)._value.get()) for one in OUTCOMES})

    before, found = read(), Counter[str]()
    yield found
    found.update(read() - before)


def post(desk: Desk) -> str:
    """One more document in the company; its token."""
    kind, given = IN
    payload = desk.ask(
        f"mutation($input: Submit{kind}Input!) {{ done: submit{kind}(input: $input)"
        " { errors { code } consistencyToken } }",
        input={"company": desk.company, **given},
    )["done"]
    assert payload["errors"] == []
    return payload["consistencyToken"]


def seen(desk: Desk, token: str | None = None) -> int:
    """How many documents a reader sees, who names this token."""
    headers = {HEADER: token} if token else {}
    body = {"query": COUNT, "variables": {"company": desk.company}}
    answer = desk.client.post("/graphql", json=body, headers=headers).json()
    return answer["data"]["changes"]["latestSequence"]


def test_a_replica_answers_who_names_a_token_it_has_replayed(pair: Pair) -> None:
    with pair.served(wait_seconds=PATIENCE) as base:
        desk = Desk(base)
        with counted() as answered:
            assert [seen(desk, post(desk)) for _ in range(5)] == [1, 2, 3, 4, 5]
            assert seen(desk) == 5
        assert answered == {"replica": 5}


def test_many_readers_each_see_what_they_wrote(pair: Pair) -> None:
    with pair.served(wait_seconds=PATIENCE) as base:

        def work(_: int) -> list[int]:
            desk = Desk(base)
            return [seen(desk, post(desk)) for _ in range(10)]

        with counted() as answered, ThreadPoolExecutor(4) as threads:
            assert list(threads.map(work, range(4))) == [list(range(1, 11))] * 4
        assert answered == {"replica": 40}


def test_the_primary_answers_where_the_replica_lags(pair: Pair) -> None:
    with pair.served("all") as base:
        desk = Desk(base)
        early = post(desk)
        assert seen(desk, early) == 1
        with pair.lagging():
            late = post(desk)
            with counted() as answered:
                assert seen(desk, early) == 1, "the replica knows of the first alone"
                assert seen(desk) == 1, "and answers whoever names nothing"
                started_at = time.monotonic()
                assert seen(desk, late) == 2
                assert time.monotonic() - started_at < 1
            assert answered == {"replica": 2, "behind": 1}
    with pair.served("named") as base, pair.lagging():
        there = SignedInDesk(base, desk.code)
        post(there)
        with counted() as answered:
            assert seen(there) == 3, "without a token the primary is asked"
        assert answered == {}


def test_who_has_come_further_than_a_replica_reads_on(pair: Pair) -> None:
    since = """query($company: CompanyRef!, $after: Int!) {
      changes(company: $company, after: $after) { nodes { sequence } endSequence latestSequence }
      documents(company: $company, filter: {recordedAfter: $after}) { nodes { id } } }"""
    with pair.served("all") as base:
        desk = Desk(base)
        post(desk)
        with pair.lagging():
            post(desk)
            with counted() as answered:
                assert desk.ask(since, after=2) == {
                    "changes": {"nodes": [], "endSequence": 2, "latestSequence": 2},
                    "documents": {"nodes": []},
                }
            assert answered == {"replica": 1}
            refused = desk.answer(since, after=3)["errors"]
            assert {one["extensions"]["code"] for one in refused} == {"INVALID_VALUE"}


def test_a_replica_that_catches_up_is_waited_for(pair: Pair) -> None:
    with pair.served(wait_seconds=PATIENCE) as base:
        desk = Desk(base)
        with pair.lagging():
            token = post(desk)
            resuming = threading.Timer(0.3, pair.at, (pair.replica, RESUME))
            resuming.start()
            with counted() as answered:
                assert seen(desk, token) == 1
            assert answered == {"replica": 1}
            resuming.join()


def test_every_query_of_the_examples_runs_on_a_replica(pair: Pair) -> None:
    with pair.served("all", wait_seconds=PATIENCE) as base, wire.client(base) as client:
        queries = 0
        with counted() as answered:
            for one in requests():
                queries += one.is_query
                body = {**one.body, "extensions": {"consistencyToken": token_of(pair.written())}}
                answer = client.post("/graphql", json=body, timeout=60).json()
                assert "errors" not in answer, (one.name, answer["errors"])
        assert answered == {"replica": queries}


def test_an_export_tells_of_one_moment_on_a_replica_too(pair: Pair) -> None:
    with pair.served("all", wait_seconds=0.1) as base:
        desk = Desk(base)
        token = post(desk)
        address = f"{base}/export/documents.jsonl?company={desk.code}"
        assert seen(desk, token) == 1
        with counted() as answered:
            assert len(httpx2.get(address).text.splitlines()) == 1
        with pair.lagging():
            post(desk)
            with counted() as answered_late:
                assert len(httpx2.get(address, headers={HEADER: token}).text.splitlines()) == 2
        assert (answered, answered_late) == ({"replica": 1}, {"behind": 1})
        wrong = httpx2.get(address, headers={HEADER: "?"})
        assert wrong.status_code == 400
        assert wrong.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


def test_a_query_that_fails_on_a_replica_midway_is_answered_by_the_primary(pair: Pair) -> None:
    waiting = "select pid from pg_stat_activity where wait_event_type = 'Lock'"
    with pair.served("all") as base, ThreadPoolExecutor(1) as thread:
        desk = Desk(base)
        assert seen(desk, post(desk)) == 1
        with psycopg.connect(pair.primary) as holder, counted() as answered:
            # The lock holds up readers of both, of the replica once it is replayed there.
            holder.execute("lock table document in access exclusive mode")
            pair.at(pair.primary, "select pg_switch_wal()")
            _until(lambda: pair.replayed() >= pair.written())
            asked = thread.submit(seen, desk)
            _until(lambda: pair.at(pair.replica, waiting))
            pair.at(pair.replica, f"select pg_terminate_backend(pid) from ({waiting})")
            _until(lambda: pair.at(pair.primary, waiting))
            holder.rollback()
            assert asked.result() == 1
        assert answered == {"failed": 1}


def test_a_replica_is_passed_over_while_it_is_away_and_once_it_is_none(
    pair: Pair, tmp_path: Path
) -> None:
    cluster, port = tmp_path / "other", free_port()
    copy_to_replica(binaries(), pair.primary, cluster)
    with ExitStack() as stack:
        with running(binaries(), cluster, port) as replica:
            base = stack.enter_context(
                Pair(pair.primary, replica).served("all", wait_seconds=PATIENCE)
            )
            desk = Desk(base)
            with counted() as answered:
                assert seen(desk, post(desk)) == 1
            assert answered == {"replica": 1}
        with counted() as answered:
            assert seen(desk, post(desk)) == 2
            _until(lambda: _gauge(base, "perpetuo_replicas_up") == 0)
            assert seen(desk, post(desk)) == 3
        assert (answered["replica"], answered["down"] > 0) == (0, True)
        with running(binaries(), cluster, port) as replica:
            _until(lambda: _gauge(base, "perpetuo_replicas_up") == 1)
            with counted() as answered:
                assert seen(desk, post(desk)) == 4
            assert answered == {"replica": 1}
            pair.at(replica, "select pg_promote()")
            with counted() as answered:
                assert seen(desk, post(desk)) == 5, "it goes its own way, and is not asked"
            assert answered["replica"] == 0


def test_a_mutation_that_was_refused_has_no_token(pair: Pair) -> None:
    with running_server(pair.primary) as base:
        desk = Desk(base)
        query = (
            "mutation($input: CreateItemInput!) { createItem(input: $input)"
            " { errors { code } consistencyToken } }"
        )
        given = {"company": desk.company, "sku": "RM0001", "name": "x"}
        refused = desk.ask(query, input=given)["createItem"]
        assert refused == {"errors": [{"code": "CODE_TAKEN"}], "consistencyToken": None}


@pytest.mark.parametrize("token", ["", "?", "AAAA", "__________8", "AAAAAAAAAAB", "0/1000", 7])
def test_what_is_no_token_is_refused(server: str, token: Any) -> None:
    body = {"query": "{ version }", "extensions": {"consistencyToken": token}}
    answer = httpx2.post(f"{server}/graphql", json=body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


@pytest.mark.parametrize("position", [0, 1, 0x16B3748, (1 << 63) - 1])
def test_a_token_is_its_position(position: int) -> None:
    assert position_of(token_of(position)) == position
    assert len(token_of(position)) == 11
