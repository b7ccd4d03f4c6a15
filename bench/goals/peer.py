"""Against Tryton, in turns on the same PostgreSQL: see bench/peer."""

from collections.abc import Iterator
from random import Random
from statistics import median

from bench.books import Books
from bench.goal import ROUNDS, Goal, Run
from bench.goals.posting import CLIENTS, WORKERS
from bench.goals.reports import trial_balances
from bench.load import Load, deliveries
from bench.peer import books as peer_books
from bench.peer.client import Session
from bench.peer.load import PeerLoad, trial_balance_ms
from bench.peer.load import deliveries as peer_deliveries
from bench.place import Place

_PEER_CLIENTS = 3
"""The fastest of 1, 2, 3, 4, 6 and 8: with more of them shipments wait for each other's numbers,
and ever more calls are given up and sent again."""
_PEER_BALANCES = 5
"""Of one round."""


def _throughput(place: Place, books: Books) -> Iterator[Run]:
    for product, peer in _in_turns(place, books, WORKERS, CLIENTS, _PEER_CLIENTS):
        yield Run(product.per_second, peer.per_second)


def _latency(place: Place, books: Books) -> Iterator[Run]:
    for product, peer in _in_turns(place, books, 1, 1, 1):
        yield Run(1e3 / product.p50_ms, 1e3 / peer.p50_ms)


def _in_turns(
    place: Place, books: Books, workers: int, clients: int, peer_clients: int
) -> Iterator[tuple[Load, PeerLoad]]:
    tryton = peer_books.for_posting(place)
    with tryton.serving(place) as url, place.serving(workers, books.key) as server:
        place.report("Warming up")
        sessions = [Session(url, tryton.database) for _ in range(peer_clients)]
        random = Random(1)
        peer_deliveries(sessions, tryton.ids, random)
        deliveries(place, server, clients)
        for round_no in range(1, ROUNDS + 1):
            place.settle()
            place.report(f"Round {round_no} of {ROUNDS}: Tryton")
            peer = peer_deliveries(sessions, tryton.ids, random)
            place.settle()
            place.report(f"Round {round_no} of {ROUNDS}: product")
            product = deliveries(place, server, clients)
            place.report(
                f"{product.per_second:.0f} and {peer.per_second:.2f} documents/s,"
                f" p50 {product.p50_ms:.1f} and {peer.p50_ms:.0f} ms"
            )
            yield product, peer


def _trial_balance(place: Place, _books: Books) -> Iterator[Run]:
    tryton = peer_books.with_ledger(place)
    with tryton.serving(place) as url:
        session, random = Session(url, tryton.database), Random(1)
        trial_balance_ms(session, tryton.ids, random)
        for product_ms in trial_balances(place, "L1"):
            peer_ms = median(
                trial_balance_ms(session, tryton.ids, random) for _ in range(_PEER_BALANCES)
            )
            place.report(f"Tryton: p50 {peer_ms:.0f} ms")
            yield Run(1e3 / product_ms, 1e3 / peer_ms)


PEER = (
    Goal("tryton-throughput", "documents/s", "Tryton", ">=", 500, _throughput),
    Goal("tryton-latency", "in one second, by the p50", "Tryton", ">=", 200, _latency),
    Goal("tryton-trial-balance", "in one second, by the p50", "Tryton", ">=", 300, _trial_balance),
)
