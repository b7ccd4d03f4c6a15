"""Webhooks: signed, in order, at least once; retried, given up, sent again; never home."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import psycopg
import pytest

from api.settings import Settings
from api.webhooks import delivering, outgoing
from api.webhooks.outgoing import Sender, reason_against, signature
from tests.api.desk import Desk, delivery, goods, receipt
from tests.servers import running_server

IN = receipt("2026-01-10", goods("10", "200"))
OUT = delivery("2026-01-12", goods("4", "300"))
WEBHOOK = "id url kinds state position attempts version"
PATIENCE_SECONDS = 20.0


@dataclass
class Receiver:
    """An address on this machine; it answers with `status` and keeps what it was sent."""

    status: int = 200
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list[Any])
    url: str = ""

    def sequences(self) -> list[int]:
        """The sequences in the order in which they came."""
        return [json.loads(body)["data"]["sequence"] for _, body in self.got]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    one = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            one.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(one.status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    one.url = f"http://127.0.0.1:{server.server_port}/hook"
    yield one
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    with running_server(database_url, Settings(webhook_private_targets=True)) as base:
        yield Desk(base)


def create(desk: Desk, url: str, **more: Any) -> Any:
    """The payload of making a webhook."""
    return desk.ask(
        "mutation($input: CreateWebhookInput!) { done: createWebhook(input: $input) {"
        f" webhook {{ {WEBHOOK} }} secret errors {{ code path message }} }} }}",
        input={"company": desk.company, "url": url, **more},
    )["done"]


def listed(desk: Desk) -> list[Any]:
    """The webhooks of the company."""
    found = f"webhooks(company: $company) {{ nodes {{ {WEBHOOK} }} }}"
    return desk.ask(f"query($company: CompanyRef!) {{ {found} }}")["webhooks"]["nodes"]


def deliveries(desk: Desk, webhook: Any) -> list[Any]:
    """What became of what was sent, newest first."""
    return desk.ask(
        "query($company: CompanyRef!, $webhook: UUID!) {"
        " webhookDeliveries(company: $company, webhook: $webhook) {"
        " nodes { id sequence state attempts statusCode error } } }",
        webhook=webhook["id"],
    )["webhookDeliveries"]["nodes"]


def soon(true: Callable[[], bool]) -> None:
    """Wait until it is so."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def test_what_is_recorded_is_sent_signed_and_in_order(desk: Desk, receiver: Receiver) -> None:
    desk.post(IN)
    made = create(desk, receiver.url)
    assert made["errors"] == []
    assert made["secret"].startswith("whsec_")
    for paper in (IN, OUT, IN):
        desk.post(paper)
    soon(lambda: len(receiver.got) == 3)
    assert receiver.sequences() == [2, 3, 4]
    headers, body = receiver.got[1]
    expected = signature(
        made["secret"], headers["webhook-id"], int(headers["webhook-timestamp"]), body
    )
    assert headers["webhook-signature"] == expected
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
    assert json.loads(body)["type"] == "document.recorded"
    told = json.loads(body)["data"]
    assert (told["kind"], told["number"]) == ("DELIVERY_NOTE", "DN-2026-00001")
    soon(lambda: [one["state"] for one in deliveries(desk, made["webhook"])] == ["DELIVERED"] * 3)
    assert deliveries(desk, made["webhook"])[1]["id"] == headers["webhook-id"]


def test_only_the_kinds_asked_for_are_sent(desk: Desk, receiver: Receiver) -> None:
    create(desk, receiver.url, kinds=["DELIVERY_NOTE"])
    for paper in (IN, OUT, IN):
        desk.post(paper)
    soon(lambda: listed(desk)[0]["position"] == 3)
    assert receiver.sequences() == [2]


def test_a_failure_holds_up_what_follows_and_is_tried_again(
    desk: Desk, receiver: Receiver, database_url: str
) -> None:
    receiver.status = 500
    made = create(desk, receiver.url)["webhook"]
    desk.post(IN)
    desk.post(OUT)
    soon(lambda: [one["state"] for one in deliveries(desk, made)] == ["FAILING"])
    assert deliveries(desk, made)[0]["error"] == "status 500"
    assert receiver.sequences() == [1]
    receiver.status = 200
    _as_owner(database_url, "update webhook set next_attempt_at = now()")
    soon(lambda: receiver.sequences() == [1, 1, 2])
    assert receiver.got[0][0]["webhook-id"] == receiver.got[1][0]["webhook-id"]
    soon(lambda: [one["attempts"] for one in deliveries(desk, made)] == [1, 2])
    assert listed(desk)[0]["attempts"] == 0


def test_what_fails_for_days_is_given_up_until_somebody_says_so(
    desk: Desk, receiver: Receiver, database_url: str
) -> None:
    receiver.status = 500
    made = create(desk, receiver.url)["webhook"]
    desk.post(IN)
    soon(lambda: len(receiver.got) == 1)
    soon(lambda: listed(desk)[0]["attempts"] == 1)
    _as_owner(database_url, "update webhook set next_attempt_at = now(),"
                            " failing_since = now() - interval '6 days'")  # fmt: skip
    soon(lambda: listed(desk)[0]["state"] == "DEAD")
    (dead,) = deliveries(desk, made)
    assert (dead["state"], dead["attempts"], dead["statusCode"]) == ("DEAD", 2, 500)
    receiver.status = 200
    desk.post(OUT)
    again = {"company": desk.company, "delivery": dead["id"]}
    assert desk.make("redeliver", "delivery", "state", **again) == {"state": "PENDING"}
    soon(lambda: [one["state"] for one in deliveries(desk, made)] == ["DELIVERED"])
    # Only what was asked for: the webhook is given up until somebody says otherwise.
    assert (listed(desk)[0]["state"], receiver.sequences()) == ("DEAD", [1, 1, 1])
    desk.make("updateWebhook", "webhook", company=desk.company, webhook=made["id"], state="ACTIVE")
    soon(lambda: listed(desk)[0]["position"] == 2)
    assert receiver.sequences() == [1, 1, 1, 1, 2]
    ids = {headers["webhook-id"] for headers, _ in receiver.got[:4]}
    assert len(ids) == 1  # whoever drops what it has seen has each change once


def test_attempts_come_ever_more_rarely_and_end_after_five_days() -> None:
    """By a clock of its own: every attempt fails as soon as it is due."""
    began = now = datetime(2026, 1, 10, tzinfo=UTC)
    waits: list[float] = []
    while (again := delivering.again_in(len(waits), began if waits else None, now)) is not None:
        waits.append(again)
        now += timedelta(seconds=again)
    assert waits[:5] == [5, 10, 20, 40, 80]
    assert max(waits) == waits[-1] == 6 * 3600
    assert timedelta(days=5) < now - began < timedelta(days=5, hours=6)


def test_a_delivery_is_sent_once_more_on_demand(desk: Desk, receiver: Receiver) -> None:
    made = create(desk, receiver.url)["webhook"]
    desk.post(IN)
    soon(lambda: [one["state"] for one in deliveries(desk, made)] == ["DELIVERED"])
    again = {"company": desk.company, "delivery": deliveries(desk, made)[0]["id"]}
    assert desk.make("redeliver", "delivery", "state", **again) == {"state": "PENDING"}
    soon(lambda: receiver.sequences() == [1, 1])
    soon(lambda: deliveries(desk, made)[0]["attempts"] == 2)


async def test_an_answer_that_trickles_in_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "SECONDS_TO_ANSWER", 0.2)

    async def trickle(_: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
        answer.write(b"HTTP/1.1 200 OK\r\n")
        while not answer.is_closing():
            answer.write(b"x: y\r\n")
            await asyncio.sleep(0.05)

    async with await asyncio.start_server(trickle, "127.0.0.1", 0) as receiver:
        port = receiver.sockets[0].getsockname()[1]
        sender = Sender(allow_private=True)
        async with asyncio.timeout(5):
            with pytest.raises(TimeoutError):
                await sender.post(f"http://127.0.0.1:{port}/", {}, b"{}")
        await sender.close()


@pytest.mark.parametrize("fault", ["an address", "the sender"])
def test_what_is_wrong_with_one_webhook_holds_up_no_other(
    desk: Desk, receiver: Receiver, database_url: str, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    wrong = create(desk, "http://127.0.0.1:9/hook")["webhook"]
    _as_owner(database_url, "update webhook set url = 'http://exämple.com/'")
    if fault == "the sender":
        monkeypatch.setattr(delivering, "reason_against", lambda *_args, **_named: None)
    create(desk, receiver.url)
    desk.post(IN)
    soon(lambda: receiver.sequences() == [1])
    desk.post(OUT)
    soon(lambda: receiver.sequences() == [1, 2])
    told = ["invalid_url"] if fault == "an address" else []
    soon(lambda: [one["error"] for one in deliveries(desk, wrong)] == told)


def test_a_paused_webhook_goes_on_where_it_stopped(desk: Desk, receiver: Receiver) -> None:
    made = create(desk, receiver.url)["webhook"]
    of = {"company": desk.company, "webhook": made["id"]}
    desk.make("updateWebhook", "webhook", **of, state="PAUSED", expectedVersion=1)
    desk.post(IN)
    time.sleep(1.5)
    assert receiver.got == []
    desk.make("updateWebhook", "webhook", **of, state="ACTIVE", expectedVersion=2)
    soon(lambda: receiver.sequences() == [1])
    gone = desk.ask(
        "mutation($input: WebhookInput!) { deleteWebhook(input: $input) { deletedId } }", input=of
    )
    assert gone["deleteWebhook"]["deletedId"] == made["id"]
    assert listed(desk) == []


def test_of_two_processes_one_sends(desk: Desk, receiver: Receiver, database_url: str) -> None:
    with running_server(database_url, Settings(webhook_private_targets=True)):
        create(desk, receiver.url)
        for _ in range(5):
            desk.post(IN)
        soon(lambda: len(receiver.got) >= 5)
        time.sleep(1.5)
    assert receiver.sequences() == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://example.com/hook", None),
        ("http://example.com/hook", "must_be_https"),
        ("https://127.0.0.1/", "private_address"),
        ("https://[::1]/", "private_address"),
        ("https://[::ffff:10.0.0.1]/", "private_address"),
        ("https://169.254.169.254/latest", "private_address"),
        ("https://10.1.2.3/", "private_address"),
        ("https://[64:ff9b::a9fe:a9fe]/", "private_address"),
        ("https://[64:ff9b::101:101]/", None),
        ("https://[2002:7f00:1::]/", "private_address"),
        ("https://[::7f00:1]/", "private_address"),
        ("https://[fec0::1]/", "private_address"),
        ("https://localhost/", "private_address"),
        ("https://user:secret@example.com/", "invalid_url"),
        ("ftp://example.com/", "invalid_url"),
        ("no address", "invalid_url"),
        ("https://exämple.com/", "invalid_url"),
        ("https://xn--exmple-cua.com/%C3%A4", None),
        ("https://example.com/ä", "invalid_url"),
        ("https://example.com/a b", "invalid_url"),
        ("https://example.com/\n", "invalid_url"),
        ("https://example.com:port/", "invalid_url"),
    ],
)
def test_private_addresses_are_refused(url: str, reason: str | None) -> None:
    assert reason_against(url, allow_private=False) == reason


def test_an_address_that_is_refused_makes_no_webhook(server: str) -> None:
    desk = Desk(server)
    payload = create(desk, "http://127.0.0.1:9/hook")
    assert (payload["webhook"], payload["secret"]) == (None, None)
    assert [one["code"] for one in payload["errors"]] == ["INVALID_VALUE"]
    assert listed(desk) == []


def test_a_name_that_leads_home_is_refused_when_it_is_sent(
    database_url: str, receiver: Receiver
) -> None:
    with running_server(database_url) as base:
        desk = Desk(base)
        made = create(desk, "https://example.com/hook")["webhook"]
        _as_owner(database_url, "update webhook set url = %s", receiver.url)
        desk.post(IN)
        soon(lambda: [one["error"] for one in deliveries(desk, made)] == ["private_address"])
    assert receiver.got == []


def _as_owner(database_url: str, statement: str, *params: str) -> None:
    with psycopg.connect(database_url) as owner:
        company: Any = owner.execute("select id from company").fetchone()
        owner.execute("select set_config('app.company_id', %s, true)", (str(company[0]),))
        owner.execute(statement.encode(), params)
