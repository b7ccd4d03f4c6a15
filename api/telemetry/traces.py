"""Traces by OpenTelemetry: off unless a collector's address is set, and then sent to it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from urllib.parse import urlsplit

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from persistence import tracing

_propagator = TraceContextTextMapPropagator()


@contextmanager
def traced_to(endpoint: str | None, exporter: SpanExporter | None = None) -> Iterator[None]:
    """Trace until the end of the block, then send what is left.

    Args:
        endpoint: where spans are posted to, as "http://collector:4318"; None = nowhere.
        exporter: takes them instead.
    """
    if endpoint is None and exporter is None:
        yield
        return
    release = version("perpetuo")
    provider = TracerProvider(
        resource=Resource.create({"service.name": "perpetuo", "service.version": release})
    )
    provider.add_span_processor(
        BatchSpanProcessor(exporter or OTLPSpanExporter(posted_to(endpoint)))
    )
    tracing.enable(provider.get_tracer("perpetuo", release))
    try:
        yield
    finally:
        tracing.disable()
        provider.shutdown()


def posted_to(endpoint: str | None) -> str | None:
    """Where traces are posted to: below a collector's address alone it is /v1/traces."""
    if endpoint is None or urlsplit(endpoint).path not in {"", "/"}:
        return endpoint
    return endpoint.rstrip("/") + "/v1/traces"


def remote_parent(headers: Mapping[str, str]) -> Context | None:
    """The trace that a request belongs to, as its `traceparent` header says."""
    return _propagator.extract(headers) if "traceparent" in headers else None
