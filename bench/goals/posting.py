"""How fast single documents are posted, against one durable document inside the database."""

from collections.abc import Iterator

from bench.books import Books
from bench.goal import ROUNDS, Goal, Run
from bench.load import Load, deliveries, floor, prepare_floor
from bench.place import Place, Server

CLIENTS = 64
FLOOR_CLIENTS = 8
WORKERS = 2


def _warm(place: Place, server: Server) -> None:
    """Every connection and cache of every process has been used once."""
    place.report("Warming up")
    deliveries(place, server, CLIENTS)


def _in_turns(
    place: Place,
    books: Books,
    workers: int,
    clients: int,
    floor_clients: int,
    *,
    batch: int = 1,
) -> Iterator[tuple[Load, Load]]:
    prepare_floor(place)
    with place.serving(workers, books.key) as server:
        _warm(place, server)
        for round_no in range(1, ROUNDS + 1):
            place.settle()
            place.report(f"Round {round_no} of {ROUNDS}: floor")
            below = floor(place, "delivery.sql", floor_clients)
            place.settle()
            place.report(f"Round {round_no} of {ROUNDS}: product")
            yield deliveries(place, server, clients, batch=batch), below


def _latency(place: Place, books: Books) -> Iterator[Run]:
    for product, below in _in_turns(place, books, 1, 1, 1):
        yield Run(product.p50_ms, below.p50_ms)


def _throughput(place: Place, books: Books) -> Iterator[Run]:
    for product, below in _in_turns(place, books, WORKERS, CLIENTS, FLOOR_CLIENTS):
        yield Run(product.per_second, below.per_second)


def _cpu(place: Place, books: Books) -> Iterator[Run]:
    for product, below in _in_turns(place, books, WORKERS, CLIENTS, FLOOR_CLIENTS):
        yield Run(product.cpu_ms, below.cpu_ms)


def _batches(place: Place, books: Books) -> Iterator[Run]:
    for product, below in _in_turns(place, books, WORKERS, 8, FLOOR_CLIENTS, batch=100):
        yield Run(product.per_second, below.per_second)


def _hot(place: Place, books: Books) -> Iterator[Run]:
    with place.serving(WORKERS, books.key) as server:
        _warm(place, server)
        for round_no in range(1, ROUNDS + 1):
            place.settle()
            place.report(f"Round {round_no} of {ROUNDS}")
            wide = deliveries(place, server, 64, companies=1)
            hot = deliveries(place, server, 64, items=10, companies=1)
            if hot.errors or wide.errors:
                raise RuntimeError(f"{hot.errors + wide.errors} errors reached clients")
            yield Run(hot.per_second, wide.per_second)


POSTING = (
    Goal("post-latency", "ms p50", "delivery.sql", "<=", 2.5, _latency),
    Goal("post-throughput", "documents/s", "delivery.sql", ">=", 0.6, _throughput),
    Goal("post-cpu", "ms CPU a document", "delivery.sql", "<=", 2.5, _cpu),
    Goal("batch-throughput", "documents/s", "delivery.sql", ">=", 1.2, _batches),
    Goal("hot-items", "documents/s", "2,500 items", ">=", 0.8, _hot),
)
