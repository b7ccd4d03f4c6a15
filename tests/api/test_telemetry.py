"""What an operator sees: counts at /metrics, spans at a collector."""

import gzip
import re
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from api.settings import Settings
from api.telemetry.traces import posted_to
from persistence.tracing import is_enabled
from tests import wire
from tests.api.commands import run, serving
from tests.api.desk import Desk, delivery, goods, receipt
from tests.api.staff import Staff
from tests.invariants import assert_all_books_are_clean
from tests.servers import running_server

BALANCE = "query($company: CompanyRef!) { trialBalance(company: $company) { asOf } }"


def _counts(text: str) -> dict[str, float]:
    """Samples by name and labels."""
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


async def test_operations_refusals_and_postings_are_counted(
    fresh_server: str, database_url: str
) -> None:
    def read() -> dict[str, float]:
        answer = httpx2.get(f"{fresh_server}/metrics")
        assert answer.headers["content-type"].startswith("text/plain")
        return _counts(answer.text)

    before = read()
    desk = Desk(fresh_server)
    desk.post(receipt("2026-01-05", goods("10", "100")))
    desk.refused(delivery("2026-01-06", goods("11", "1")), "preview")
    desk.answer(BALANCE, company={"code": "NONE"})
    after = read()

    def grown(name: str) -> float:
        return after.get(name, 0) - before.get(name, 0)

    receipts = 'operation="submitPurchaseReceipt",outcome="ok"'
    assert grown(f"perpetuo_operations_total{{{receipts}}}") == 1
    refused = 'operation="previewDeliveryNote",outcome="refused"'
    assert grown(f"perpetuo_operations_total{{{refused}}}") == 1
    assert grown('perpetuo_operations_total{operation="trialBalance",outcome="refused"}') == 1
    assert grown('perpetuo_refusals_total{code="INSUFFICIENT_STOCK"}') == 1
    assert grown('perpetuo_refusals_total{code="NOT_FOUND"}') == 1
    posted = 'kind="PURCHASE_RECEIPT",verb="submit"'
    assert grown(f"perpetuo_posting_seconds_count{{{posted}}}") == 1
    assert grown('perpetuo_operation_seconds_count{operation="createItem"}') == 2
    assert after["perpetuo_pool_connections_open"] >= 1
    await assert_all_books_are_clean(database_url)


def test_labels_are_names_and_codes_only(fresh_server: str) -> None:
    desk = Desk(fresh_server)
    desk.post(receipt("2026-01-05", goods("10", "123.45")))
    text = httpx2.get(f"{fresh_server}/metrics").text
    labels = set(re.findall(r'(\w+)="', "\n".join(
        line for line in text.splitlines() if line.startswith("perpetuo_")
    )))  # fmt: skip
    assert labels == {"operation", "outcome", "code", "kind", "verb", "reason", "le"} & labels
    for secret in (desk.code, "ARCU", "123.45", "RM0001"):
        assert secret not in text


def test_metrics_need_a_token_where_one_is_needed(database_url: str) -> None:
    with running_server(database_url, Settings(auth="required")) as base:
        staff = Staff(base, database_url)
        staff.add("scraper")
        refused = httpx2.get(f"{base}/metrics")
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"] == "Bearer"
        headers = {"Authorization": f"Bearer {staff.key('scraper')}"}
        assert "perpetuo_operations" in httpx2.get(f"{base}/metrics", headers=headers).text
        assert httpx2.get(f"{base}/health").status_code == 200


def test_several_processes_answer_for_all(tmp_path: Path, database_url: str) -> None:
    settings = {"database_url": database_url}
    run(tmp_path, "users", "add", "root", "--operator", **settings)
    key = run(tmp_path, "keys", "create", "root", **settings).stdout.strip()
    headers = {"Authorization": f"Bearer {key}", "Connection": "close"}
    with serving(tmp_path, "--workers", "2", **settings) as served:
        with wire.client(served.base, headers=headers) as client:
            for _ in range(20):
                client.post("/graphql", json={"query": "{ me { name } }"})
            for _ in range(4):
                counts = _counts(client.get("/metrics").text)
                assert counts['perpetuo_operations_total{operation="me",outcome="ok"}'] == 20
        assert served.stop(signal.SIGTERM) == 0


@contextmanager
def _collector() -> Iterator[tuple[str, list[Any]]]:
    """A collector on this machine: its address, and the spans that it was sent."""
    spans: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            sent = ExportTraceServiceRequest.FromString(body)
            for resource in sent.resource_spans:
                for scope in resource.scope_spans:
                    spans.extend(scope.spans)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1/traces", spans
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("http://collector:4318", "http://collector:4318/v1/traces"),
        ("http://collector:4318/", "http://collector:4318/v1/traces"),
        ("https://traces.example/otlp/v1/traces", "https://traces.example/otlp/v1/traces"),
        (None, None),
    ],
)
def test_traces_go_where_collectors_take_them(given: str | None, expected: str | None) -> None:
    assert posted_to(given) == expected


def test_a_posting_is_traced_step_by_step_within_its_callers_trace(database_url: str) -> None:
    assert not is_enabled()
    trace, caller = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    with _collector() as (endpoint, spans):
        with running_server(database_url, Settings(otlp_endpoint=endpoint)) as base:
            desk = Desk(base)
            desk.client.headers["traceparent"] = f"00-{trace}-{caller}-01"
            desk.post(receipt("2026-01-05", goods("10", "123.45")))
            desk.hand_in(delivery("2026-01-06", goods("11", "1")))
        assert not is_enabled()
    own = [span for span in spans if span.trace_id.hex() == trace]
    names = {span.span_id: span.name for span in own}
    parents = {(span.name, names.get(span.parent_span_id, span.parent_span_id.hex()))
               for span in own}  # fmt: skip
    assert {
        ("graphql", caller), ("submitPurchaseReceipt", "graphql"),
        ("posting", "submitPurchaseReceipt"), ("posting.open", "posting"),
        ("posting.prepare", "posting"), ("posting.decide", "posting"),
        ("posting.write", "posting"), ("submitDeliveryNote", "graphql"),
    } <= parents  # fmt: skip
    told = str(own)
    assert "INSUFFICIENT_STOCK" in told
    for secret in (desk.code, "ARCU", "123.45", "RM0001"):
        assert secret not in told
