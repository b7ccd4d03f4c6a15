"""Three servers of one database behind a proxy, one of them killed under load: nothing is lost."""

import asyncio
import re
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests.api.balancer import balanced
from tests.api.commands import Serving, serving
from tests.api.desk import Desk, Paper, delivery, goods, journal, receipt
from tests.api.staff import SignedInDesk, Staff
from tests.invariants import assert_all_books_are_clean

CLIENTS, EACH = 6, 40
KILLED_AFTER = 60  # documents: a quarter
SKUS = ("RM0001", "RM0002")
PAGE = """
query($company: CompanyRef!, $after: Int!) {
  changes(company: $company, after: $after, first: 100) {
    nodes { sequence document { id number } } latestSequence
  }
}
"""


class Accident:
    """Kills the server that has posted one document too many, and keeps back its answer."""

    def __init__(self, servers: list[Serving]) -> None:
        self.servers = servers
        self.answers = 0
        self.killed: int | None = None
        self.kept_back: str | None = None

    def __call__(self, place: int, data: bytes) -> bool:
        if place == self.killed:
            return False
        posted = re.search(rb'"done":\{"document":\{"id":"[^"]+","number":"(\w+-2026-\d+)"', data)
        self.answers += posted is not None
        if posted is None or self.killed is not None or self.answers < KILLED_AFTER:
            return True
        self.killed, self.kept_back = place, posted[1].decode()
        self.servers[place].process.send_signal(signal.SIGKILL)
        return False


def papers(client: int) -> Iterator[Paper]:
    """What one client posts: goods out, late goods in, and ledger lines."""
    for turn in range(EACH):
        sku = SKUS[(client + turn) % len(SKUS)]
        match turn % 4:
            case 0:
                yield receipt(f"2026-01-{10 + client:02}", goods("3", f"{turn}.37", sku))
            case 1:
                yield journal("2026-01-25", {"Cash": "1", "Bank": "-1"})
            case _:
                yield delivery("2026-01-25", goods("1", "30", sku), goods("1", "30", SKUS[0]))


class Client:
    """Posts papers one after the other; sends each again by its id until it is told an outcome."""

    def __init__(self, desk: Desk, given: list[Paper]) -> None:
        self.desk = desk
        self.given = given
        self.numbers: dict[str, str] = {}
        self.replayed: list[str] = []
        self.broken = 0

    def post_all(self) -> None:
        for paper in self.given:
            id_ = str(uuid4())
            payload = self._until_told(paper, id_)
            assert payload["errors"] == [], payload["errors"]
            number = payload["document"]["number"]
            self.numbers[id_] = number
            if payload["replayed"]:
                self.replayed.append(number)

    def _until_told(self, paper: Paper, id_: str) -> Any:
        for _ in range(20):
            try:
                return self._hand_in(paper, id_)
            except httpx2.TransportError:
                self.broken += 1
                time.sleep(0.05)
        raise AssertionError("no server answers")

    def _hand_in(self, paper: Paper, id_: str) -> Any:
        kind, given = paper
        field = kind[0].lower() + kind[1:]
        return self.desk.ask(
            f"mutation($input: Submit{kind}Input!) {{ done: submit{kind}(input: $input) {{"
            f" document: {field} {{ id number }} errors {{ code message }} replayed }} }}",
            input={"company": self.desk.company, **given, "id": id_},
        )["done"]


class Reader:
    """Follows the feed from the start, over whatever server it meets."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.seen: list[tuple[int, str, str]] = []
        self.done = threading.Event()

    def follow(self) -> None:
        while True:
            last = self.done.is_set()  # asked before reading: the last page holds everything
            try:
                self._read()
            except httpx2.TransportError:
                last = False
            if last:
                return
            time.sleep(0.02)

    def _read(self) -> None:
        while True:
            after = self.seen[-1][0] if self.seen else 0
            page = self.desk.ask(PAGE, after=after)["changes"]
            for node in page["nodes"]:
                document = node["document"]
                self.seen.append((node["sequence"], document["id"], document["number"]))
            if not page["nodes"]:
                return


@pytest.fixture
def servers(tmp_path: Path, database_url: str) -> Iterator[list[Serving]]:
    """Three processes that serve the test's database; they have started at once."""
    with ExitStack() as stack, ThreadPoolExecutor(3) as starting:
        started = starting.map(
            lambda _: stack.enter_context(serving(tmp_path, database_url=database_url)), range(3)
        )
        yield list(started)


@pytest.mark.slow
def test_nothing_is_lost_or_double_when_one_of_three_servers_is_killed(
    servers: list[Serving], database_url: str
) -> None:
    staff = Staff(servers[0].base, database_url)
    staff.add("olga", operator=True)
    key = staff.key("olga")
    books = Desk(servers[0].base, token=key)
    books.item(SKUS[1], "MOVING_AVERAGE")
    books.post(receipt("2026-01-10", *(goods("900", "3", sku) for sku in SKUS)))
    accident = Accident(servers)
    with balanced([int(one.base.rsplit(":", 1)[1]) for one in servers], accident) as (base, proxy):
        clients = [
            Client(SignedInDesk(base, books.code, key), list(papers(number)))
            for number in range(CLIENTS)
        ]
        reader = Reader(SignedInDesk(base, books.code, key))
        with ThreadPoolExecutor(CLIENTS + 1) as threads:
            following = threads.submit(reader.follow)
            try:
                list(threads.map(Client.post_all, clients))
            finally:
                reader.done.set()
            following.result()

    # One was killed while all three were posting, and somebody did not hear of what it had posted.
    assert accident.killed is not None
    assert servers[accident.killed].process.wait(10) == -signal.SIGKILL
    assert min(proxy.connections) > 0
    assert sum(client.broken for client in clients) > 0
    assert accident.kept_back in [number for client in clients for number in client.replayed]

    # Everything that was handed in is there once, under the number that its client was told.
    told = {id_: number for client in clients for id_, number in client.numbers.items()}
    assert len(told) == CLIENTS * EACH
    assert [sequence for sequence, _, _ in reader.seen] == list(range(1, len(told) + 2))
    assert {id_: number for _, id_, number in reader.seen[1:]} == told
    quarter = len(told) // 4
    assert sorted(number for _, _, number in reader.seen) == [
        f"{series}-2026-{n:05}"
        for series, many in (("DN", 2 * quarter), ("JE", quarter), ("PR", quarter + 1))
        for n in range(1, many + 1)
    ]
    left = next(one for place, one in enumerate(servers) if place != accident.killed)
    stock = SignedInDesk(left.base, books.code, key).stock().values()
    assert sum(Decimal(quantity) for quantity, _ in stock) == 2 * 900 + quarter * 3 - quarter * 4
    asyncio.run(assert_all_books_are_clean(database_url))
