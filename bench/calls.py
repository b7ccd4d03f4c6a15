"""`make bench-calls`: what a document costs Python, in calls of functions and along its way.

Delivery notes of 5 lines, the very request of `post.lua`, are asked of the ASGI application in this
process. Calls (Python's and C functions) are the same however busy the machine is: they are counted
by layer for one client, for 64, and in batches of 100. Then one client alone: how long each step
takes by the clock, how much of it Python works, and how much it waits for PostgreSQL.
"""

import argparse
import asyncio
import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from statistics import median
from types import CodeType, FrameType
from typing import Any

import uvloop
from rich.console import Console
from rich.table import Table
from uuid_utils.compat import uuid7

from api.app import create_app
from api.collecting import collect_rarely
from api.settings import Settings
from bench.books import COMPANIES, ITEMS, WAREHOUSES, prepared
from bench.place import place
from persistence import tracing

CLIENTS, BATCH = 64, 100
_QUANTITIES = (3, 1, 4, 1, 5)
_SCRIPT = Path(__file__).with_name("post.lua").read_text()
_ONE, _MANY = re.findall(r"query = \[\[(.*?)\]\]", _SCRIPT)
_ROOT = str(Path(__file__).parents[1])

# -- layers ---------------------------------------------------------------------------------------

_LIBRARIES = r"/site-packages/"
_TOGETHER, _ALONE = r"/together.py:_Together\.", r"/posting/post.py:Poster\."
_LAYERS = (
    (f"{_LIBRARIES}graphql/", "graphql-core: variables, execution"),
    (f"{_LIBRARIES}(strawberry|starlette|cross_web)/", "strawberry and starlette"),
    (f"{_ROOT}/api/", "the API: inputs, permissions, cost, rows shown"),
    ("/posting/identity.py", "the document's identity"),
    (f"{_TOGETHER}prepare|/domain/decide.py:prepare", "reading the document"),
    (f"{_TOGETHER}_decisions|{_ALONE}_decide$", "deciding"),
    (f"{_TOGETHER}(facts|open)|{_ALONE}(_open_book|_lock)", "opening: locks, bins"),
    ("/posting/writing/", "the rows to be written"),
    (f"{_LIBRARIES}psycopg|/persistence/(database|round_trip).py", "psycopg and its pool"),
    ("/persistence/posting/", "the script and the lane"),
)
"""Whose a function is, by file and name; whoever is none of these works for who called him."""


@cache
def _own_layer(code: CodeType) -> str | None:
    name = f"{code.co_filename}:{code.co_qualname}"
    return next((layer for pattern, layer in _LAYERS if re.search(pattern, name)), None)


def _layer(frame: FrameType | None) -> str:
    while frame is not None:
        layer = _own_layer(frame.f_code)
        if layer is not None:
            return layer
        frame = frame.f_back
    return "else"


@contextmanager
def _counted() -> Iterator[Counter[str]]:
    """The calls of functions within the block, by layer."""
    calls: Counter[str] = Counter()

    def note(frame: FrameType, event: str, _arg: object) -> None:
        if event in {"call", "c_call"}:
            calls[_layer(frame)] += 1

    sys.setprofile(note)
    try:
        yield calls
    finally:
        sys.setprofile(None)


# -- requests -------------------------------------------------------------------------------------


def _note(company: str) -> dict[str, Any]:
    first, warehouse = random.randrange(ITEMS), random.randint(1, WAREHOUSES)
    lines = [
        {
            "item": {"sku": f"I{1 + (first + 499 * place) % ITEMS}"},
            "warehouse": {"code": f"W{warehouse}"},
            "quantity": str(quantity),
            "rate": "9.50",
        }
        for place, quantity in enumerate(_QUANTITIES)
    ]
    return {
        "id": str(uuid7()), "company": {"code": company}, "customer": {"code": "C"},
        "postingDate": datetime.now(UTC).date().isoformat(), "reference": "PO 1", "lines": lines,
    }  # fmt: skip


def _body(batch: int) -> bytes:
    company = f"C{random.randint(1, COMPANIES)}"
    given, query = _note(company), _ONE
    if batch > 1:
        notes = [{"deliveryNote": _note(company)} for _ in range(batch)]
        given, query = {"company": {"code": company}, "documents": notes}, _MANY
    return json.dumps({"query": query, "variables": {"input": given}}).encode()


class Client:
    """Asks the application without a network; nothing may be refused."""

    def __init__(self, app: Any, key: str) -> None:
        """`key` is that of who asks."""
        self._app = app
        self._headers = [
            (b"host", b"localhost"), (b"content-type", b"application/json"),
            (b"authorization", f"Bearer {key}".encode()),
        ]  # fmt: skip

    async def ask(self, batch: int = 1) -> None:
        """One request with a delivery note, or with `batch` of them."""
        body, answer = _body(batch), bytearray()
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST",
            "scheme": "http", "path": "/graphql", "raw_path": b"/graphql", "query_string": b"",
            "root_path": "", "headers": self._headers, "server": ("localhost", 80),
            "client": ("127.0.0.1", 1), "state": {},
        }  # fmt: skip

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            answer.extend(message.get("body", b""))

        await self._app(scope, receive, send)
        refused = b'"errors":[{' in answer or b'"errors":[],"replayed"' not in answer
        assert not refused, bytes(answer[:500])


async def _load(client: Client, clients: int, documents: int, batch: int = 1) -> None:
    """Documents by clients that ask one request after the other."""
    rest = iter(range(documents // batch))

    async def one() -> None:
        for _ in rest:
            await client.ask(batch)

    await asyncio.gather(*(one() for _ in range(clients)))


# -- the way of one -------------------------------------------------------------------------------


class _Clock:
    """A tracer that notes of each span when it begins and ends, and the CPU used until then."""

    def __init__(self) -> None:
        self.notes: list[tuple[str, float, float]] = []

    def note(self, name: str) -> None:
        self.notes.append((name, time.perf_counter() * 1e6, time.thread_time() * 1e6))

    @contextmanager
    def start_as_current_span(self, name: str, *_: object, **__: object) -> Iterator[None]:
        self.note(name)
        yield
        self.note(f"{name} done")


_STEPS = (
    ("from the request to the posting", "posting"),
    ("until the database is asked", "posting.prepare"),
    ("reading the document meanwhile", "posting.prepare done"),
    ("opening: locks, bins", "posting.open done"),
    ("deciding", "posting.write"),
    ("rows, writing, commit", "posting.write done"),
    ("back to the request", "posting done"),
    ("the answer", "end"),
)
"""What a document goes through, each step with the note that ends it."""


async def _way(client: Client, documents: int) -> list[tuple[str, float, float]]:
    """Of each step its clock time and Python's work, in microseconds: medians."""
    clock: Any = _Clock()
    found: list[list[tuple[float, float]]] = []
    tracing.enable(clock)
    try:
        for _ in range(documents):
            clock.notes.clear()
            clock.note("begin")
            await client.ask()
            clock.note("end")
            at = {name: (wall, work) for name, wall, work in clock.notes}
            ends = [at["begin"], *(at[name] for _, name in _STEPS)]
            found.append([(then[0] - now[0], then[1] - now[1]) for now, then in pairwise(ends)])
    finally:
        tracing.disable()
    return [
        (step, median(one[0] for one in of_step), median(one[1] for one in of_step))
        for (step, _), of_step in zip(_STEPS, zip(*found, strict=True), strict=True)
    ]


# -- the program ----------------------------------------------------------------------------------


async def _measure(url: str, key: str, documents: int, console: Console) -> None:
    app = create_app(Settings(auth="required", fold_ledger=False), url)
    async with app.router.lifespan_context(app):
        for task in asyncio.all_tasks():
            if task.get_name() == "webhooks":
                task.cancel()  # it would be counted too, the more the longer a load takes
        client = Client(app, key)
        collect_rarely()
        loads: dict[str, Callable[[], Awaitable[None]]] = {
            "one client": lambda: _load(client, 1, documents),
            f"{CLIENTS} clients": lambda: _load(client, CLIENTS, documents),
            f"batches of {BATCH}": lambda: _load(client, 4, documents, BATCH),
        }
        await _load(client, 1, documents)
        columns: dict[str, Counter[str]] = {}
        table = Table("layer", *loads, title="calls a document")
        work: list[str] = []
        for name, load in loads.items():
            await load()
            began = time.process_time()
            await load()
            work.append(f"{(time.process_time() - began) * 1e6 / documents:.0f}")
            with _counted() as columns[name]:
                await load()
        layers = [*dict.fromkeys(layer for _, layer in _LAYERS), "else"]
        for layer in layers:
            counts = (columns[name][layer] for name in loads)
            table.add_row(layer, *(f"{count / documents:.0f}" for count in counts))
        sums = (columns[name].total() for name in loads)
        table.add_row("all", *(f"{total / documents:.0f}" for total in sums))
        table.add_row("µs of CPU, uncounted", *work)
        console.print(table)
        steps = await _way(client, documents)
        table = Table("step", "clock", "Python", "waiting", title="one client, µs, medians")
        for step, wall, used in (
            *steps,
            ("all", sum(s[1] for s in steps), sum(s[2] for s in steps)),
        ):
            table.add_row(step, f"{wall:.0f}", f"{used:.0f}", f"{wall - used:.0f}")
        console.print(table)


def main() -> None:
    """Count and print."""
    parser = argparse.ArgumentParser(prog="make bench-calls", description=__doc__)
    parser.add_argument("--documents", type=int, default=1_000, help="of each load; hundreds")
    chosen = parser.parse_args()
    console = Console(width=120)
    with place(lambda stage: console.print(stage, highlight=False)) as where:
        books = prepared(where)
        uvloop.run(_measure(where.url, books.key, chosen.documents, console))


if __name__ == "__main__":
    main()
