"""What a server process holds under load, while it posts and while it exports all it has posted."""

from collections.abc import Iterator
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from bench.books import Books
from bench.goal import ROUNDS, Goal, Run
from bench.load import deliveries
from bench.place import Place, Server
from bench.processes import memory_bytes

_CLIENTS = 32
_PIECE = 1 << 16


def _rounds(place: Place, books: Books) -> Iterator[Run]:
    with place.serving(2, books.key) as server:
        for round_no in range(1, ROUNDS + 1):
            place.report(f"Round {round_no} of {ROUNDS}: batches, single documents, an export")
            deliveries(place, server, 8, batch=100)
            deliveries(place, server, _CLIENTS)
            exported = _export(server)
            held = memory_bytes(server.pid) / 1e6
            place.report(f"{exported / 1e6:.1f} MB exported, {held:.0f} MB held")
            yield Run(held)


def _export(server: Server) -> int:
    """Every stock movement of a company as CSV; how many bytes came."""
    asked = urlencode({"company": "C1"})
    request = Request(
        f"{server.url.removesuffix('/graphql')}/export/stockLedger.csv?{asked}",
        headers={"Authorization": f"Bearer {server.key}"},
    )
    came = 0
    with urlopen(request) as answer:
        while piece := answer.read(_PIECE):
            came += len(piece)
    return came


MEMORY = (Goal("memory", "MB the largest process", None, "<=", 250, _rounds),)
