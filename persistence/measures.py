"""What is counted of posting and of the pool, for Prometheus; nothing personal, no amounts."""

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import Counter, Gauge, Histogram

from persistence.database import Database
from persistence.tracing import span

_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

POSTING_SECONDS = Histogram(
    "perpetuo_posting_seconds",
    "Time to post, preview or refuse a document, with all repetitions.",
    ["kind", "verb"],
    buckets=_SECONDS,
)
"""By the document's kind ("BATCH" for several), and "submit" or "preview"."""


@contextmanager
def posting_of(kind: str, *, keep: bool) -> Iterator[None]:
    """Time and trace one posting or preview until the end of the block."""
    verb = "submit" if keep else "preview"
    with (
        POSTING_SECONDS.labels(kind, verb).time(),
        span("posting", {"perpetuo.kind": kind, "perpetuo.verb": verb}),
    ):
        yield


POSTING_RETRIES = Counter(
    "perpetuo_posting_retries", "Attempts at posting that began again.", ["reason"]
)
"""By what was in the way: the class of the failure, or "MoreToLock"."""

POSTED_TOGETHER = Histogram(
    "perpetuo_posted_together",
    "Documents that were posted in one transaction, of those that may share one.",
    buckets=(1, 2, 4, 8, 16, 32, 64, 100),
)

REPLICA_READS = Counter(
    "perpetuo_replica_reads", "Queries that a replica could have answered.", ["outcome"]
)
"""`outcome`: "replica" (it did); or the primary did, since none was there ("down"), none had
replayed so far ("behind"), or the one that was asked failed ("failed")."""

REPLICAS_UP = Gauge(
    "perpetuo_replicas_up",
    "Streaming replicas that answer; of several processes, the one that sees fewest.",
    multiprocess_mode="livemin",
)

_USED = Gauge(
    "perpetuo_pool_connections_used",
    "Database connections of the posting pool in use.",
    multiprocess_mode="livesum",
)
_OPEN = Gauge(
    "perpetuo_pool_connections_open",
    "Database connections of the posting pool.",
    multiprocess_mode="livesum",
)
_WAITING = Gauge(
    "perpetuo_pool_requests_waiting",
    "Requests that wait for a database connection.",
    multiprocess_mode="livesum",
)


def note_pool(database: Database) -> None:
    """Note how the pool is used at this moment."""
    stats = database.pool.get_stats()
    size = stats.get("pool_size", 0)
    _OPEN.set(size)
    _USED.set(size - stats.get("pool_available", 0))
    _WAITING.set(stats.get("requests_waiting", 0) + database.places.waiting)
