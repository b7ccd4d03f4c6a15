"""The feed: as a query, over WebSocket and server-sent events; resumed, over two processes."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
import websockets

from domain.errors import Refused
from persistence.feed import Watch
from tests import wire
from tests.api.desk import Desk, delivery, goods, receipt
from tests.servers import running_server

IN = receipt("2026-01-10", goods("10", "200"))
OUT = delivery("2026-01-12", goods("4", "300"))
LIVE = """
subscription($company: CompanyRef!, $after: Int) {
  changes(company: $company, after: $after) { sequence kind document { number status } }
}
"""
LEVELS = """
subscription($company: CompanyRef!, $after: Int) {
  stockLevels(company: $company, warehouse: {code: "Stores"}, after: $after) {
    sequence levels { item { sku } quantity value }
  }
}
"""
PAGE = """
query($company: CompanyRef!, $after: Int!, $first: Int) {
  changes(company: $company, after: $after, first: $first) {
    nodes { sequence kind recordedBy document { number } } endSequence latestSequence hasMore
  }
}
"""
pytestmark = pytest.mark.anyio


class Events:
    """Server-sent events of one response."""

    def __init__(self, response: httpx2.Response) -> None:
        self.response = response
        self._lines = response.aiter_lines()

    async def next(self) -> tuple[str, str | None, Any]:
        """(event, id, data) of the next event; comments are passed over."""
        event, id_, data = "", None, None
        async for line in self._lines:
            name, _, value = line.partition(": ")
            if name == "event":
                event = value
            elif name == "id":
                id_ = value
            elif name == "data":
                data = json.loads(value) if value else None
            elif not line and event:
                return event, id_, data
        raise EOFError


@asynccontextmanager
async def events(
    base: str, query: str | dict[str, Any], headers: dict[str, str] | None = None, **variables: Any
) -> AsyncIterator[Events]:
    """An operation (its text, or the whole request) of a client that takes nothing but events."""
    sent = {"accept": "text/event-stream", **(headers or {})}
    body = query if isinstance(query, dict) else {"query": query, "variables": variables}
    async with (
        wire.async_client(base, timeout=20) as client,
        client.stream("POST", "/graphql", json=body, headers=sent) as response,
    ):
        yield Events(response)


@asynccontextmanager
async def socket(base: str) -> AsyncIterator[Any]:
    """A WebSocket that speaks graphql-transport-ws, past its greeting."""
    url = base.replace("http", "ws") + "/graphql"
    protocols: Any = ["graphql-transport-ws"]
    async with websockets.connect(url, subprotocols=protocols) as connection:
        await connection.send(json.dumps({"type": "connection_init"}))
        assert json.loads(await connection.recv())["type"] == "connection_ack"
        yield connection


async def subscribe(connection: Any, id_: str, query: str, **variables: Any) -> None:
    """Begin a subscription."""
    payload = {"query": query, "variables": variables}
    await connection.send(json.dumps({"id": id_, "type": "subscribe", "payload": payload}))


async def told(connection: Any) -> Any:
    """The next message."""
    return json.loads(await asyncio.wait_for(connection.recv(), 20))


async def test_messages_are_text_frames_as_browsers_need_them(server: str) -> None:
    async with socket(server) as connection:
        await subscribe(connection, "1", "{ __typename }")
        assert isinstance(await connection.recv(), str)


async def test_what_is_no_message_ends_the_connection_with_the_protocols_code(server: str) -> None:
    for sent in (
        [], None, 1, {"type": "subscribe", "id": "1", "payload": None},
        {"type": "subscribe", "id": [], "payload": {"query": "{ __typename }"}},
        {"type": "subscribe", "id": "1", "payload": {"query": 5}},
    ):  # fmt: skip
        async with socket(server) as connection:
            await connection.send(json.dumps(sent))
            with pytest.raises(websockets.ConnectionClosed) as closed:
                await told(connection)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 4400


async def test_which_of_several_operations_is_run_must_be_said(server: str) -> None:
    both = (
        "query A { __typename } subscription B($c: CompanyRef!) { changes(company: $c) { kind } }"
    )
    async with socket(server) as connection:
        for payload, problem in (
            ({"query": both}, "Must provide operation name"),
            ({"query": both, "operationName": "C"}, "Unknown operation named"),
        ):
            sent = {"id": "1", "type": "subscribe", "payload": payload}
            await connection.send(json.dumps(sent))
            answer = await told(connection)
            assert (answer["id"], answer["type"]) == ("1", "error")
            assert answer["payload"][0]["message"].startswith(problem)
        named = {"query": both, "operationName": "A"}
        await connection.send(json.dumps({"id": "2", "type": "subscribe", "payload": named}))
        assert (await told(connection))["payload"]["data"] == {"__typename": "Query"}
    async with events(server, {"query": both}) as stream:
        _, _, data = await stream.next()
        assert data["errors"][0]["message"].startswith("Must provide operation name")


async def test_lines_of_events_end_with_a_line_feed_alone(desk: Desk) -> None:
    desk.post(IN)
    sent = {"accept": "text/event-stream"}
    body = {"query": LIVE, "variables": {"company": desk.company, "after": 0}}
    async with (
        wire.async_client(desk.base, timeout=20) as client,
        client.stream("POST", "/graphql", json=body, headers=sent) as response,
    ):
        first = await anext(response.aiter_bytes())
    assert first.startswith(b"id: 1\nevent: next\ndata: {")
    assert b"\r" not in first


def test_the_feed_is_read_in_order_and_without_gaps(desk: Desk) -> None:
    for _ in range(3):
        desk.post(IN)
    first = desk.ask(PAGE, after=0, first=2)["changes"]
    assert [one["sequence"] for one in first["nodes"]] == [1, 2]
    assert (first["endSequence"], first["latestSequence"], first["hasMore"]) == (2, 3, True)
    rest = desk.ask(PAGE, after=2)["changes"]
    assert rest["nodes"] == [
        {
            "sequence": 3, "kind": "PURCHASE_RECEIPT", "recordedBy": "developer",
            "document": {"number": "PR-2026-00003"},
        }
    ]  # fmt: skip
    assert desk.ask(PAGE, after=3)["changes"] == {
        "nodes": [], "endSequence": 3, "latestSequence": 3, "hasMore": False,
    }  # fmt: skip


async def test_events_are_pushed_with_ids_to_resume_from(desk: Desk) -> None:
    desk.post(IN)
    async with events(desk.base, LIVE, company=desk.company, after=0) as stream:
        assert stream.response.headers["content-type"] == "text/event-stream"
        event, id_, data = await stream.next()
        assert (event, id_) == ("next", "1")
        assert data["data"]["changes"]["document"] == {
            "number": "PR-2026-00001", "status": "SUBMITTED",
        }  # fmt: skip
        await asyncio.to_thread(desk.post, OUT)
        assert (await stream.next())[1] == "2"
    await asyncio.to_thread(desk.post, IN)
    again = {"last-event-id": "1"}
    async with events(desk.base, LIVE, again, company=desk.company, after=0) as stream:
        assert [(await stream.next())[1] for _ in range(2)] == ["2", "3"]


async def test_without_a_place_to_begin_only_what_is_new_comes(desk: Desk) -> None:
    desk.post(IN)
    async with socket(desk.base) as connection:
        await subscribe(connection, "1", LIVE, company=desk.company)
        await asyncio.sleep(0.5)
        await asyncio.to_thread(desk.post, OUT)
        message = await told(connection)
        assert message["type"] == "next"
        assert message["payload"]["data"]["changes"]["sequence"] == 2


async def test_one_socket_carries_several_subscriptions(desk: Desk) -> None:
    async with socket(desk.base) as connection:
        await subscribe(connection, "changes", LIVE, company=desk.company, after=0)
        await subscribe(connection, "levels", LEVELS, company=desk.company, after=0)
        await asyncio.to_thread(desk.post, IN)
        found = {message["id"]: message["payload"]["data"] for message in
                 [await told(connection), await told(connection)]}  # fmt: skip
        assert found["changes"]["changes"]["kind"] == "PURCHASE_RECEIPT"
        assert found["levels"]["stockLevels"] == {
            "sequence": 1,
            "levels": [{"item": {"sku": "RM0001"}, "quantity": "10", "value": "2000.00"}],
        }
        await connection.send(json.dumps({"id": "changes", "type": "complete"}))
        await asyncio.to_thread(desk.post, OUT)
        message = await told(connection)
        assert message["id"] == "levels"
        levels = message["payload"]["data"]["stockLevels"]["levels"]
        assert [(one["quantity"], one["value"]) for one in levels] == [("6", "1200.00")]
        await connection.send(json.dumps({"type": "ping"}))
        assert (await told(connection))["type"] == "pong"


async def test_a_change_of_value_alone_is_told_too(desk: Desk) -> None:
    receipt_ = desk.post(IN)
    async with events(desk.base, LEVELS, company=desk.company) as stream:
        await asyncio.sleep(0.5)
        cost = (
            "LandedCost",
            {
                "postingDate": "2026-01-11",
                "receipts": [{"id": receipt_["id"]}],
                "charges": [{"account": {"code": "Shipping Charges"}, "amount": "50"}],
            },
        )
        await asyncio.to_thread(desk.post, cost)
        _, _, data = await stream.next()
        assert data["data"]["stockLevels"]["levels"] == [
            {"item": {"sku": "RM0001"}, "quantity": "10", "value": "2050.00"}
        ]


async def test_another_process_tells_what_this_one_records(desk: Desk, database_url: str) -> None:
    with running_server(database_url) as one, running_server(database_url) as other:
        here = Desk(one)
        async with events(other, LIVE, company=here.company, after=0) as stream:
            for number in range(1, 6):
                await asyncio.to_thread(here.post, IN)
                assert (await stream.next())[1] == str(number)
        # Broken off here, it goes on there, without gaps or repetitions.
        await asyncio.to_thread(here.post, IN)
        async with events(one, LIVE, {"last-event-id": "4"}, company=here.company) as stream:
            assert [(await stream.next())[1] for _ in range(2)] == ["5", "6"]


@pytest.mark.parametrize(
    ("query", "given", "code"),
    [
        (LIVE, {"company": {"code": "NOBODY"}}, "NOT_FOUND"),
        (LIVE, {"after": 4_711}, "INVALID_VALUE"),
        (LIVE, {"after": "x"}, "BAD_USER_INPUT"),
        (LIVE + "}", {}, "GRAPHQL_PARSE_FAILED"),
        (LIVE.replace("sequence", "nothing"), {}, "GRAPHQL_VALIDATION_FAILED"),
    ],
)
async def test_what_is_wrong_with_a_subscription_is_said(
    desk: Desk, query: str, given: dict[str, Any], code: str
) -> None:
    variables = {"company": desk.company, **given}
    async with events(desk.base, query, **variables) as stream:
        event, _, data = await stream.next()
        assert event == "next"
        assert data["errors"][0]["extensions"]["code"] == code
        assert (await stream.next())[0] == "complete"
    async with socket(desk.base) as connection:
        await subscribe(connection, "1", query, **variables)
        said = await told(connection)
        errors = said["payload"]["errors"] if said["type"] == "next" else said["payload"]
        assert errors[0]["extensions"]["code"] == code


def test_a_feed_that_has_not_come_that_far_is_no_silence(desk: Desk) -> None:
    query = "query($company: CompanyRef!) { changes(company: $company, after: 1) { hasMore } }"
    assert desk.answer(query)["errors"][0]["extensions"]["params"] == {"reason": "beyond_the_feed"}
    for list_ in (
        "documents(company: $company, filter: {recordedAfter: 1}) { nodes { id } }",
        "documentLines(company: $company, filter: {recordedAfter: 1}) { nodes { id } }",
        "generalLedger(company: $company, recordedAfter: 1) { nodes { line } }",
    ):
        (error,) = desk.answer(f"query($company: CompanyRef!) {{ {list_} }}")["errors"]
        assert error["extensions"]["params"] == {"reason": "beyond_the_feed"}, list_
        assert error["extensions"]["path"][-1] == "recordedAfter"


ALL = (
    "application/graphql-response+json, application/graphql+json, application/json,"
    " text/event-stream, multipart/mixed"
)


@pytest.mark.parametrize(
    ("accept", "query", "media"),
    [
        (ALL, "{ version }", "application/graphql-response+json"),
        ("text/event-stream, */*", "{ version }", "application/json"),
        ("text/event-stream", "{ version }", "text/event-stream"),
        (ALL, LIVE, "text/event-stream"),
    ],
    ids=["urql asks", "a browser asks", "who takes only events", "urql subscribes"],
)
async def test_the_operation_decides_the_transport(
    desk: Desk, accept: str, query: str, media: str
) -> None:
    desk.post(IN)
    variables = {"company": desk.company, "after": 0} if query is LIVE else {}
    async with events(desk.base, query, {"accept": accept}, **variables) as stream:
        assert stream.response.headers["content-type"].split(";")[0] == media
        if media == "text/event-stream":
            event, _, data = await stream.next()
            assert (event, "errors" in data) == ("next", False)


async def test_more_readers_than_a_process_takes_are_refused(desk: Desk) -> None:
    watch = Watch(_nothing(), most=1)
    company: Any = object()
    refused = pytest.raises(Refused, match="TOO_MANY_SUBSCRIPTIONS")
    with watch.reader(company), refused, watch.reader(company):
        pass
    await watch.close()


def _nothing() -> Any:
    return None
