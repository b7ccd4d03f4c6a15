"""How fast many rows are written, valued and posted, against COPY of the same rows."""

import asyncio
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import randrange
from typing import Any
from uuid import UUID

import psycopg
from uuid_utils.compat import uuid7

from bench.backdated import TABLES, Bench, Measured, known_to_the_planner
from bench.books import ITEMS, WAREHOUSES, Books
from bench.copying import copied_per_second
from bench.goal import ROUNDS, Goal, Run
from bench.place import FOLDER, Place
from persistence.database import Database
from persistence.migrate import upgrade

_DOCUMENTS, _COMPANIES = 20_000, ("C1", "C2")
"""Documents of a file, and whose: each is imported by a process of its own, both at once.

So many that the second of CPU in which the command starts is little beside them.
"""

_IMPORTED = ("movement", "journal_line")
_RECORDED = TABLES[:4]

_FEW, _MANY = 1_000, 10_000
_DATABASE = "backdated"


def _import(place: Place, _books: Books) -> Iterator[Run]:
    """Stock and ledger lines per second of delivery notes of 5 lines, by `perpetuo import`."""
    place.report("Warming up")
    _imported_per_second(place, 500)
    for round_no in range(1, ROUNDS + 1):
        place.settle()
        documents = _imported_per_second(place, _DOCUMENTS)
        company, which, lines = _last_imported(place, _DOCUMENTS)
        place.settle()
        copied = copied_per_second(place, dict.fromkeys(_IMPORTED, which), company)
        place.report(
            f"Round {round_no} of {ROUNDS}: {documents:.0f} documents/s of {lines:.0f} stock"
            f" and ledger lines; COPY {copied:,.0f} lines/s"
        )
        yield Run(documents * lines, copied)


def _imported_per_second(place: Place, count: int) -> float:
    """Documents per second of all commands together, their start included."""
    files = [_file(company, count) for company in _COMPANIES]
    began = time.perf_counter()
    running = [
        place.start("import", str(file), "--company", company, "--rejects", f"{file}.rejects")
        for company, file in zip(_COMPANIES, files, strict=True)
    ]
    codes = [process.wait() for process in running]
    seconds = time.perf_counter() - began
    assert codes == [0] * len(codes)
    return len(_COMPANIES) * count / seconds


def _file(company: str, count: int) -> Path:
    """Delivery notes of 5 lines of items far from each other, as post.lua has them."""
    path = FOLDER / f"import-{company}.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for _ in range(count):
            file.write(json.dumps({"deliveryNote": _note()}) + "\n")
    return path


def _note() -> dict[str, Any]:
    first, where = randrange(ITEMS), {"code": f"W{randrange(1, WAREHOUSES + 1)}"}
    return {
        "id": str(uuid7()),
        "customer": {"code": "C"},
        "postingDate": str(datetime.now(UTC).date()),
        "lines": [
            {
                "item": {"sku": f"I{1 + (first + step * 499) % ITEMS}"},
                "warehouse": where,
                "quantity": str(quantity),
                "rate": "9.50",
            }
            for step, quantity in enumerate((3, 1, 4, 1, 5))
        ],
    }


def _last_imported(place: Place, documents: int) -> tuple[UUID, str, float]:
    """A company, which rows its last documents have, and how many each of them has."""
    with psycopg.connect(place.url) as owner:
        found: Any = owner.execute("select id from company where code = 'C1'").fetchone()
        owner.execute("select set_config('app.company_id', %s, true)", (str(found[0]),))
        head: Any = owner.execute(
            "select seq from company_counter where company_id = %s", found
        ).fetchone()
        which = f"company_id = '{found[0]}' and seq > {head[0] - documents}"
        lines = 0
        for table in _IMPORTED:
            count: Any = owner.execute(
                f"select count(*) from {table} where {which}".encode()
            ).fetchone()
            lines += count[0]
    return found[0], which, lines / documents


def _backdated(place: Place, _books: Books) -> Iterator[Run]:
    """Rows per second of a receipt before 10,000 movements, and of COPY."""
    for few, many, copied in asyncio.run(_late_receipts(place)):
        del few
        yield Run(_rows(many) / many.seconds, copied)


def _linear(place: Place, _books: Books) -> Iterator[Run]:
    """Time for each later movement, at 10,000 of them and at 1,000."""
    for few, many, _copied in asyncio.run(_late_receipts(place)):
        yield Run(many.seconds / _MANY * 1e6, few.seconds / _FEW * 1e6)


def _rows(measured: Measured) -> int:
    return sum(measured.rows[table] for table in _RECORDED)


async def _late_receipts(place: Place) -> list[tuple[Measured, Measured, float]]:
    """By round: a receipt before few movements, one before many, and COPY of what that wrote."""
    place.drop(_DATABASE)
    beside = place.beside(_DATABASE)
    upgrade(beside.url, place.report)
    database = await Database.open(beside.url, most_connections=4)
    rounds: list[tuple[Measured, Measured, float]] = []
    try:
        bench = Bench(database)
        await bench.open()
        goods = {}
        for later in (_FEW, _MANY):
            place.report(f"{later:,} movements of one item")
            goods[later] = await bench.goods(f"I{later}", "FIFO", later)
        known_to_the_planner(beside.url)
        for round_no in range(1, ROUNDS + 1):
            few, many = [
                await bench.backdated(f"I{later}", item, later, round_no)
                for later, item in goods.items()
            ]
            place.settle()
            copied = copied_per_second(beside, _written_last(bench.company), bench.company)
            place.report(
                f"Round {round_no} of {ROUNDS}: {few.seconds * 1e3:.0f} ms before {_FEW:,},"
                f" {many.seconds * 1e3:.0f} ms before {_MANY:,} movements,"
                f" {_rows(many) / many.seconds:,.0f} rows/s; COPY {copied:,.0f} rows/s"
            )
            rounds.append((few, many, copied))
    finally:
        await database.close()
    return rounds


def _written_last(company: UUID) -> dict[str, str]:
    """The rows of the company's last recording."""
    last = f"(select seq from company_counter where company_id = '{company}')"
    return dict.fromkeys(_RECORDED, f"company_id = '{company}' and seq = {last}")


BULK = (
    Goal("import", "stock and ledger lines/s", "COPY", ">=", 0.35, _import),
    Goal("backdated", "rows/s", "COPY", ">=", 0.35, _backdated),
    Goal("backdated-linear", "µs a movement", "1,000 movements", "<=", 1.2, _linear),
)
