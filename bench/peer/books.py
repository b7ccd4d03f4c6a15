"""The peer's books, made by Tryton itself on the bench's PostgreSQL, and kept for later runs.

One database has the masters and the opening stock. What posts works on a copy of it, made afresh:
its history must not slow the peer down. Reports are asked of another copy, with many ledger lines.
"""

import hashlib
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from bench.peer.client import PASSWORD, Session
from bench.peer.documents import deliver, receive, today
from bench.peer.install import REQUIREMENTS, installed
from bench.peer.ledger import load
from bench.peer.server import environment, serving
from bench.place import FOLDER, Place

MODULES = (
    "account_stock_anglo_saxon", "product_cost_fifo", "product_cost_history",
    "account_stock_landed_cost", "account_invoice_stock",
)  # fmt: skip
"""With what they need. Not `purchase` and `sale`: with these a client has to confirm each time that
goods move without an order."""

LEDGER_LINES = 1_000_000
_MADE, _POSTING, _LEDGER = "tryton", "tryton_posting", "tryton_ledger"
_QUANTITY = 1_000_000
"""Opening stock of each bin: enough to outlast the bench."""
_MASTERS = Path(__file__).with_name("tryton_books.py")
_NOTE = FOLDER / "tryton.json"


@dataclass(frozen=True, slots=True)
class PeerBooks:
    """Tryton's programs, a database with books, and the ids of what is in them by name."""

    programs: Path
    database: str
    ids: dict[str, Any]

    @contextmanager
    def serving(self, place: Place) -> Iterator[str]:
        """The address of Tryton's server of these books."""
        with serving(place, self.programs, self.database) as url:
            yield url


def for_posting(place: Place) -> PeerBooks:
    """Books with opening stock and nothing else."""
    made = _made(place)
    place.copy(made.database, _POSTING)
    return PeerBooks(made.programs, _POSTING, made.ids)


def with_ledger(place: Place) -> PeerBooks:
    """Books with a million ledger lines; loading goes on where an earlier run stopped."""
    made = _made(place)
    with psycopg.connect(place.url_of("postgres"), autocommit=True) as owner:
        known = owner.execute("select 1 from pg_database where datname = %s", (_LEDGER,))
        if known.fetchone() is None:
            place.copy(made.database, _LEDGER)
    with psycopg.connect(place.url_of(_LEDGER), autocommit=True) as owner:
        load(owner, LEDGER_LINES, place.report)
    return PeerBooks(made.programs, _LEDGER, made.ids)


def _made(place: Place) -> PeerBooks:
    """The masters and the opening stock, as an earlier run left them or made now."""
    programs = installed(place.report)
    shape = _shape()
    found = json.loads(_NOTE.read_text()) if _NOTE.exists() else {}
    if found.get("shape") != shape:
        for name in (_POSTING, _LEDGER, _MADE):
            place.drop(name)
        books = PeerBooks(programs, _MADE, _masters(place, programs))
        _stock_up(place, books)
        with psycopg.connect(place.database(_MADE), autocommit=True) as owner:
            owner.execute("vacuum analyze")
        found = {"shape": shape, "ids": books.ids}
        _NOTE.write_text(json.dumps(found))
    return PeerBooks(programs, _MADE, found["ids"])


def _shape() -> str:
    """What books depend on: versions, masters, stock, and the year whose periods are open."""
    files = hashlib.sha256(REQUIREMENTS.read_bytes() + _MASTERS.read_bytes()).hexdigest()
    return f"{today().year} {files} {MODULES} {_QUANTITY} 1"


def _masters(place: Place, programs: Path) -> dict[str, Any]:
    """A new database with activated modules and masters; the masters' ids."""
    place.report("Making Tryton's database")
    place.database(_MADE)
    password = FOLDER / "tryton.password"
    password.write_text(PASSWORD)
    known = {**environment(place), "TRYTONPASSFILE": str(password)}
    _run(
        [
            str(programs / "trytond-admin"), "-d", _MADE, "-u", *MODULES,
            "--activate-dependencies", "--email", "bench@example.com",
        ],
        known,
    )  # fmt: skip
    place.report("Tryton's masters")
    return json.loads(_run([str(programs / "python"), str(_MASTERS), _MADE], known))


def _run(command: list[str], known: dict[str, str]) -> str:
    """Run a program of Tryton's; what it prints."""
    done = subprocess.run(command, env=known, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{Path(command[0]).name}: {done.stderr}")
    return done.stdout


def _stock_up(place: Place, books: PeerBooks) -> None:
    """Receive each product into each warehouse, and deliver one of each."""
    with books.serving(place) as url:
        session = Session(url, books.database)
        for number, warehouse in enumerate(books.ids["warehouses"], start=1):
            place.report(f"Tryton's stock, warehouse {number} of {len(books.ids['warehouses'])}")
            lines = [(product, _QUANTITY) for product in books.ids["products"]]
            receive(session, books.ids, warehouse, lines, str(4 + number))
            deliver(session, books.ids, warehouse, [(product, 1) for product, _quantity in lines])
