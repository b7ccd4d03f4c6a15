"""`make bench-instructions`: what PostgreSQL executes for a delivery note of 5 lines.

Its instructions are the same number on a busy machine. They are counted by callgrind (the Debian
package `valgrind`) in the one backend that posts, outside the kernel: documents by themselves, with
others (8 a transaction) and in batches of 100, on books of 2,500 items, with statements prepared
and what they name known. Then the functions that execute most of them, or what each statement of a
transaction takes.
"""

import argparse
import asyncio
import re
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from statistics import mean

import psycopg
from rich.console import Console
from uuid_utils.compat import uuid7

from bench.books import ITEMS, WAREHOUSES, open_company, stock_up
from bench.place import FOLDER, Place
from domain.documents.delivery_note import DeliveryLine, DeliveryNote
from domain.references import Ref
from persistence.database import Database
from persistence.embedded import EmbeddedPostgres
from persistence.migrate import upgrade
from persistence.posting.post import Poster

_BOOKS = FOLDER / "instructions"
_FORMS = (("in batches", 100, 11, 1), ("with others", 8, 7, 8), ("by itself", 1, 7, 25))
"""How many documents a transaction has, and how many transactions are counted after how many that
prepare the statements and plan them for good, and read what will be named."""
_LARGE = 65
"""Documents of a batch that prepares: from as many on it has the statements of a larger one."""
_STATEMENTS = ("begin", "company, lock", "what stands", "bins", "layers", "write", "commit")
_OWN = 4
"""What is counted up to the first of them, by saying that it begins."""
_BEGIN, _END = "pg_my_temp_schema", "pg_conf_load_time"
"""What nobody else calls: callgrind counts from the one to the other."""
_CALLGRIND = ("-q", "--tool=callgrind", "--vgdb=no", f"--zero-before={_BEGIN}")
_TOTAL = re.compile(r"^totals: (\d+)", re.MULTILINE)
_NAME = re.compile(r"(c?fn)=\((\d+)\)(?: ([^']*))?")


class _Counted(EmbeddedPostgres):
    """The embedded server, each of its processes under callgrind, which counts when it is told."""

    def __init__(self, folder: Path, *, by_statement: bool) -> None:
        super().__init__(folder, settings={"autovacuum": "off"})
        self._counts = folder.resolve() / "counts"
        shutil.rmtree(self._counts, ignore_errors=True)
        self._counts.mkdir()
        self._options = [*_CALLGRIND, f"--callgrind-out-file={self._counts}/%p"]
        self._options += [f"--dump-before={_END}"]
        if by_statement:  # from when its parameters are read, up to where those of the next one are
            self._options += ["--dump-before=CreatePortal"]

    def _command(self, program: str, *arguments: str) -> list[str]:
        command = super()._command(program, *arguments)
        at = len(command) - len(arguments) - 1
        return [*command[:at], str(shutil.which("valgrind")), *self._options, *command[at:]]

    def counted(self, pid: int) -> list[Path]:
        """What was counted in a process until now, in order; each is given once."""
        found = sorted(self._counts.glob(f"{pid}.*"), key=lambda one: int(one.suffix[1:]))
        return [one.rename(one.with_name(f"counted-{one.name}")) for one in found]


def _prepare(report: Callable[[str], None]) -> None:
    """Make the books without counting, unless an earlier run has; in the newest schema."""
    with EmbeddedPostgres(_BOOKS, on_stage=report) as postgres:
        upgrade(postgres.url, report)
        if not (_BOOKS / "ready").exists():
            report(f"Stock of {ITEMS} items in {WAREHOUSES} warehouses")
            asyncio.run(_fill(Place(postgres, report)))
        with psycopg.connect(postgres.url, autocommit=True) as connection:
            connection.execute("vacuum analyze")
        (_BOOKS / "ready").touch()


async def _fill(place: Place) -> None:
    database = await Database.open(place.url, most_connections=4)
    try:
        await open_company(place, database, "C1", WAREHOUSES, ITEMS)
        for rate in (5, 6):
            await stock_up(database, "C1", WAREHOUSES, ITEMS, rate)
    finally:
        await database.close()


def _note(random: Random) -> DeliveryNote:
    lines = tuple(
        DeliveryLine(
            item=Ref("item", "sku", f"I{random.randint(1, ITEMS)}"),
            quantity=Decimal(random.randint(1, 9)),
            rate=Decimal(9),
            warehouse=Ref("warehouse", "code", f"W{random.randint(1, WAREHOUSES)}"),
        )
        for _ in range(5)
    )
    return DeliveryNote(
        id=uuid7(),
        company=Ref("company", "code", "C1"),
        posting_date=date(2026, 2, 1),
        customer=Ref("party", "code", "C"),
        lines=lines,
    )


async def _post(poster: Poster, random: Random, size: int, transactions: int) -> None:
    for _ in range(transactions):
        notes = [_note(random) for _ in range(size)]
        if size >= _LARGE:
            await poster.submit_batch(notes, "bench", all_or_none=True)
        else:
            await asyncio.gather(*(poster.submit(note, "bench") for note in notes))


async def _count(postgres: _Counted) -> dict[str, list[Path]]:
    """What is counted of each form."""
    counted: dict[str, list[Path]] = {}
    database = await Database.open(postgres.url, most_connections=1)
    try:
        poster, random = Poster(database, at_once=1), Random(1)
        for name, size, before, transactions in _FORMS:
            await _post(poster, random, min(size, _LARGE), before)
            async with database.pool.connection() as connection:
                postgres.counted(connection.info.backend_pid)
                await connection.execute(f"select {_BEGIN}()".encode())
            await _post(poster, random, size, transactions)
            async with database.pool.connection() as connection:
                await connection.execute(f"select {_END}()".encode())
                counted[name] = postgres.counted(connection.info.backend_pid)
    finally:
        await database.close()
    return counted


def _functions(dump: Path) -> tuple[Counter[str], Counter[str]]:
    """Instructions of each function by itself, and with all that it calls except itself."""
    own, all_of = Counter[str](), Counter[str]()
    names: dict[str, str] = {}
    here = called = ""
    is_call = False
    for line in dump.read_text().splitlines():
        if name := _NAME.match(line):
            known = names.setdefault(name[2], name[3] or "")
            here, called = (known, called) if name[1] == "fn" else (here, known)
        elif line.startswith("calls="):
            is_call = True
        elif line[:1] in "0123456789+-*" and " " in line:
            executed = int(line.split()[1])
            if not is_call:
                own[here] += executed
            elif here != called:
                all_of[called] += executed
            is_call = False
    return own, own + all_of


def _of_statements(dumps: list[Path], transactions: int) -> dict[str, float]:
    """What a transaction's statements take on average."""
    totals = [int(_TOTAL.findall(one.read_text())[0]) for one in dumps[_OWN:]]
    width = len(_STATEMENTS)
    return {
        name: mean(totals[at : transactions * width : width]) for at, name in enumerate(_STATEMENTS)
    }


def main() -> None:
    """Count and print."""
    parser = argparse.ArgumentParser(prog="make bench-instructions", description=__doc__)
    parser.add_argument("--statements", action="store_true", help="by statement, not by function")
    parser.add_argument("--most", type=int, default=25, help="functions shown")
    chosen = parser.parse_args()
    if shutil.which("valgrind") is None:
        parser.error("valgrind is not installed: it is a package of Debian's and most others")
    console = Console(stderr=True)
    _prepare(console.print)
    with _Counted(_BOOKS, by_statement=chosen.statements) as postgres:
        counted = asyncio.run(_count(postgres))
    for name, size, _, transactions in _FORMS:
        documents, dumps = size * transactions, counted[name]
        if not chosen.statements:
            own, all_of = _functions(dumps[0])
            within = {one: all_ for one, all_ in all_of.items() if all_ < 0.95 * own.total()}
            print(
                f"\n{name}: {own.total() / documents:,.0f} a document, by function and with calls"
            )
            for (one, by_itself), (other, called) in zip(
                own.most_common(chosen.most), Counter(within).most_common(chosen.most), strict=True
            ):
                print(f"{by_itself / documents:12,.0f} {one:32}{called / documents:12,.0f} {other}")
        elif size < _LARGE:
            print(f"\n{name}: instructions of a transaction's statements")
            for statement, executed in _of_statements(dumps, transactions).items():
                print(f"{executed:12,.0f} {statement}")


if __name__ == "__main__":
    main()
