"""Each root field is counted, timed and traced: by its name, and by how it went.

Labels are names of the schema and codes of errors: a bounded number of them, nothing personal.
"""

import time
from collections.abc import Callable
from inspect import isawaitable
from typing import Any, TypeAlias

from graphql import GraphQLResolveInfo
from prometheus_client import Counter, Histogram

from domain.errors import Refused
from persistence.database import ReplicaFailedError
from persistence.tracing import span

Resolver: TypeAlias = Callable[..., Any]

OPERATIONS = Counter(
    "perpetuo_operations", "Root fields answered, by how it went.", ["operation", "outcome"]
)
"""`outcome`: "ok", "refused" (what was asked cannot be), "denied" (who asked may not), "busy"
(worth trying again) or "failed" (a fault of the program)."""

SECONDS = Histogram(
    "perpetuo_operation_seconds",
    "Time to answer a root field.",
    ["operation"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
REFUSALS = Counter("perpetuo_refusals", "Refusals, by their code.", ["code"])

_OUTCOMES = {
    "UNAUTHENTICATED": "denied", "FORBIDDEN": "denied", "WAREHOUSE_FORBIDDEN": "denied",
    "TRY_AGAIN": "busy", "INTERNAL_ERROR": "failed",
}  # fmt: skip


def measured(name: str, resolve: Resolver) -> Resolver:
    """The resolver of a root field, with its measures."""
    seconds = SECONDS.labels(name)
    ok = OPERATIONS.labels(name, "ok")

    def resolver(source: Any, info: GraphQLResolveInfo, **given: Any) -> Any:
        started = time.perf_counter()
        try:
            found = resolve(source, info, **given)
        except Exception as error:
            _note_failure(name, error)
            raise
        if isawaitable(found):
            return awaited(found, started)
        seconds.observe(time.perf_counter() - started)
        ok.inc()
        return found

    async def awaited(found: Any, started: float) -> Any:
        with span(name) as current:
            try:
                answer = await found
            except Exception as error:
                _note_failure(name, error)
                raise
            finally:
                seconds.observe(time.perf_counter() - started)
            errors = getattr(answer, "errors", None)
            if not errors:
                ok.inc()
                return answer
            codes = [str(error.code.value) for error in errors]
            outcome = _note_refusals(name, codes)
            if current is not None:
                current.set_attribute("perpetuo.outcome", outcome)
                current.set_attribute("perpetuo.codes", codes)
            return answer

    return resolver


def _note_failure(name: str, error: Exception) -> None:
    if isinstance(error, ReplicaFailedError):
        return  # what counts is how it goes at the primary
    if isinstance(error, Refused):
        _note_refusals(name, [refusal.code for refusal in error.refusals])
    else:
        OPERATIONS.labels(name, "failed").inc()


def _note_refusals(name: str, codes: list[str]) -> str:
    """Count the refusals and how the operation went; the worst of them says that."""
    for code in codes:
        REFUSALS.labels(code).inc()
    found = {_OUTCOMES.get(code, "refused") for code in codes}
    outcome = next(one for one in ("failed", "busy", "denied", "refused") if one in found)
    OPERATIONS.labels(name, outcome).inc()
    return outcome
