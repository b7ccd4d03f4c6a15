"""The Python client gql: over HTTP and WebSocket, with the schema it has read from the server."""

from typing import Any
from uuid import uuid4

import pytest
from gql import Client, gql
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.exceptions import TransportQueryError
from gql.transport.websockets import WebsocketsTransport
from graphql import GraphQLError

pytestmark = [pytest.mark.clients, pytest.mark.anyio]

RECEIVE = """
mutation Receive($input: SubmitPurchaseReceiptInput!) {
  submitPurchaseReceipt(input: $input) {
    purchaseReceipt { id number grandTotal }
    errors { code path }
    replayed
  }
}
"""
CHANGES = """
subscription Changes($after: Int!) {
  changes(company: {code: "DEMO"}, after: $after) { sequence document { id } }
}
"""


def receipt(sku: str = "RM0001") -> dict[str, Any]:
    """What is sent for a receipt of three pieces."""
    line = {"item": {"sku": sku}, "warehouse": {"code": "Stores"}, "quantity": "3", "rate": "200"}
    return {
        "id": str(uuid4()),
        "company": {"code": "DEMO"},
        "supplier": {"code": "ARCU"},
        "postingDate": "2026-02-02",
        "lines": [line],
    }


def asking(text: str, **variables: Any) -> Any:
    """An operation with its variables."""
    request = gql(text)
    request.variable_values = variables
    return request


async def test_mutations_are_repeated_safely_and_mistakes_are_data(demo_server: str) -> None:
    transport = AIOHTTPTransport(url=f"{demo_server}/graphql")
    async with Client(transport=transport, fetch_schema_from_transport=True) as session:
        sent = receipt()
        first = (await session.execute(asking(RECEIVE, input=sent)))["submitPurchaseReceipt"]
        again = (await session.execute(asking(RECEIVE, input=sent)))["submitPurchaseReceipt"]
        assert (first["errors"], first["replayed"], again["replayed"]) == ([], False, True)
        assert first["purchaseReceipt"] == again["purchaseReceipt"]
        assert first["purchaseReceipt"]["grandTotal"] == "600.00"
        wrong = await session.execute(asking(RECEIVE, input=receipt("NOTHING")))
        (mistake,) = wrong["submitPurchaseReceipt"]["errors"]
        assert mistake["path"] == ["lines", "0", "item"]
        with pytest.raises(GraphQLError, match="nothing"):
            await session.execute(gql("{ nothing }"))


async def test_a_query_that_is_refused_has_a_code(demo_server: str) -> None:
    transport = AIOHTTPTransport(url=f"{demo_server}/graphql")
    async with Client(transport=transport) as session:
        with pytest.raises(TransportQueryError) as refused:
            await session.execute(gql('{ trialBalance(company: {code: "NONE"}) { asOf } }'))
    assert refused.value.errors
    assert refused.value.errors[0]["extensions"]["code"] != "INTERNAL_ERROR"


async def test_a_subscription_goes_on_where_it_was_broken_off(demo_server: str) -> None:
    found: list[int] = []
    for _ in range(2):
        transport = WebsocketsTransport(url=demo_server.replace("http", "ws") + "/graphql")
        async with Client(transport=transport) as session:
            stream = session.subscribe(asking(CHANGES, after=found[-1] if found else 0))
            found += [(await anext(stream))["changes"]["sequence"] for _ in range(3)]
            await stream.aclose()
    assert found == [1, 2, 3, 4, 5, 6]
