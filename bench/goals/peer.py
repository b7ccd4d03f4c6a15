"""Against Tryton, as it was recorded once: see bench/tryton.py."""

from collections.abc import Iterator

from bench.books import Books
from bench.goal import ROUNDS, Goal, Run
from bench.goals.posting import CLIENTS, WORKERS
from bench.goals.reports import trial_balances
from bench.load import deliveries
from bench.place import Place
from bench.tryton import TRYTON

_AGAINST = "recorded Tryton"


def _throughput(place: Place, books: Books) -> Iterator[Run]:
    for per_second, _p50 in _deliveries(place, books, WORKERS, CLIENTS):
        yield Run(per_second, TRYTON.shipments_per_second)


def _latency(place: Place, books: Books) -> Iterator[Run]:
    for _per_second, p50_ms in _deliveries(place, books, 1, 1):
        yield Run(1e3 / p50_ms, 1 / TRYTON.shipment_p50_seconds)


def _deliveries(
    place: Place, books: Books, workers: int, clients: int
) -> Iterator[tuple[float, float]]:
    """(documents per second, p50 in ms) of each round."""
    with place.serving(workers, books.key) as server:
        place.report("Warming up")
        deliveries(place, server, clients)
        for round_no in range(1, ROUNDS + 1):
            place.settle()
            load = deliveries(place, server, clients)
            place.report(
                f"Round {round_no} of {ROUNDS}: {load.per_second:.0f} documents/s,"
                f" p50 {load.p50_ms:.1f} ms"
            )
            yield load.per_second, load.p50_ms


def _trial_balance(place: Place, _books: Books) -> Iterator[Run]:
    for p50_ms in trial_balances(place, "L1"):
        yield Run(1e3 / p50_ms, 1 / TRYTON.trial_balance_seconds)


PEER = (
    Goal("tryton-throughput", "documents/s", _AGAINST, ">=", 500, _throughput),
    Goal("tryton-latency", "in one second, by the p50", _AGAINST, ">=", 200, _latency),
    Goal("tryton-trial-balance", "in one second, by the p50", _AGAINST, ">=", 300, _trial_balance),
)
