"""What a delivery costs when a million documents are in the books, and when there are none."""

import asyncio
from collections.abc import Iterator

import psycopg

from bench.books import Books, add_items, is_open, open_company, stock_up
from bench.goal import ROUNDS, Goal, Run
from bench.load import Load, deliveries
from bench.place import Place, Server
from bench.report_books import DATABASE, LINES, prepared
from persistence.database import Database

_LONG, _EMPTY = "L10", "EMPTY"
_ITEMS, _WAREHOUSES = 500, 5
_CLIENTS = 8


def _rounds(place: Place, books: Books) -> Iterator[Run]:
    """The worse of two ratios, p50 and CPU: long history to none, on databases of one server."""
    long_books = prepared(place)
    asyncio.run(_prepare(place, place.beside(DATABASE)))
    with (
        place.serving(1, long_books.key, DATABASE) as long,
        place.serving(1, books.key) as empty,
    ):
        for server, company in ((long, _LONG), (empty, _EMPTY)):
            place.report(f"Warming up, {company}")
            _deliver(place, server, company)
        for round_no in range(1, ROUNDS + 1):
            place.settle()
            turns = [(long, _LONG), (empty, _EMPTY)]
            if round_no % 2:
                turns.reverse()
            loads = {company: _deliver(place, server, company) for server, company in turns}
            after, before = loads[_LONG], loads[_EMPTY]
            place.report(
                f"Round {round_no} of {ROUNDS}, {LINES[_LONG]:,} ledger lines against none:"
                f" p50 {after.p50_ms:.1f} and {before.p50_ms:.1f} ms,"
                f" CPU {after.cpu_ms:.2f} and {before.cpu_ms:.2f} ms a document"
            )
            yield Run(max(after.p50_ms / before.p50_ms, after.cpu_ms / before.cpu_ms))


def _deliver(place: Place, server: Server, company: str) -> Load:
    return deliveries(place, server, _CLIENTS, items=_ITEMS, companies=0, prefix=company)


async def _prepare(place: Place, long: Place) -> None:
    """Goods for the company with the long history, and a company that has nothing else; once."""
    if not _has_items(long):
        add_items(long, _LONG, _ITEMS)
        await _stock_up(long, _LONG)
    if not is_open(place, _EMPTY):
        database = await Database.open(place.url, most_connections=4)
        try:
            await open_company(place, database, _EMPTY, _WAREHOUSES, _ITEMS)
        finally:
            await database.close()
        await _stock_up(place, _EMPTY)


def _has_items(long: Place) -> bool:
    with psycopg.connect(long.url) as owner:
        found = owner.execute(
            "select 1 from item join company on company.id = company_id where company.code = %s",
            (_LONG,),
        )
        return found.fetchone() is not None


async def _stock_up(place: Place, company: str) -> None:
    place.report(f"Stock of company {company}")
    database = await Database.open(place.url, most_connections=4)
    try:
        await stock_up(database, company, _WAREHOUSES, _ITEMS, 5)
    finally:
        await database.close()


HISTORY = (Goal("history-flat", "times p50 or CPU, the worse", None, "<=", 1.15, _rounds),)
