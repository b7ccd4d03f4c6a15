"""Spans around what takes time: nothing at all until somebody wants to see them.

Names and kinds only: no amounts, no names of people, no texts of errors.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from opentelemetry.context import Context
from opentelemetry.trace import SpanKind, Tracer

_NOTHING: AbstractContextManager[Any] = nullcontext()
_tracers: list[Tracer] = []


def enable(tracer: Tracer) -> None:
    """Trace from now on, with this tracer."""
    _tracers[:] = [tracer]


def disable() -> None:
    """Trace no more."""
    _tracers.clear()


def is_enabled() -> bool:
    """Whether anybody wants to see spans."""
    return bool(_tracers)


def span(
    name: str,
    attributes: Mapping[str, str] | None = None,
    *,
    parent: Context | None = None,
    kind: SpanKind = SpanKind.INTERNAL,
) -> AbstractContextManager[Any]:
    """A span until the end of the block (the value of the block: the span, or None)."""
    if not _tracers:
        return _NOTHING
    return _tracers[0].start_as_current_span(
        name,
        parent,
        kind,
        attributes,
        # What an error says may quote what a person entered.
        record_exception=False,
        set_status_on_exception=False,
    )
