"""Which pages may ask: by Origin, by CORS for those allowed, by the name of the machine."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
import websockets
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from api.context import Services
from api.schema import schema
from api.serving.answers import GRAPHQL_JSON
from api.serving.http import GraphQLEndpoint
from api.serving.origins import FOREIGN_NAME, FROM_AFAR, guard_origins
from api.settings import Settings
from api.settings_error import SettingsError

SHOP = "https://shop.example"
ASKED = {"query": "{ __typename }"}


def application(allowed: tuple[str, ...] = (), *, local_only: bool = False) -> Starlette:
    """The endpoint alone behind the guard: nothing here reads a database."""
    app = Starlette(routes=[Route("/graphql", GraphQLEndpoint(schema))])
    app.state.services = Services(None)  # type: ignore[arg-type] - see above
    guard_origins(app, allowed, local_only=local_only)
    return app


@pytest.fixture(scope="module")
def open_to_shop() -> Iterator[TestClient]:
    with TestClient(application((SHOP,)), base_url="https://books.example") as client:
        yield client


def post(client: TestClient, **headers: str) -> Any:
    return client.post("/graphql", json=ASKED, headers={"accept": GRAPHQL_JSON, **headers})


@pytest.mark.parametrize(
    ("origin", "host", "status"),
    [
        (None, "books.example", 200),
        ("https://books.example", "books.example", 200),
        ("https://books.example", "books.example:443", 200),
        ("https://books.example:443", "books.example", 200),
        ("http://books.example:8000", "books.example:8000", 200),
        ("https://BOOKS.example", "books.example", 200),
        ("http://[::1]:8000", "[::1]:8000", 200),
        (SHOP, "books.example", 200),
        ("https://books.example:8443", "books.example", 403),
        ("https://evil.example", "books.example", 403),
        ("https://books.example.evil.example", "books.example", 403),
        ("http://shop.example", "books.example", 403),
        ("null", "books.example", 403),
        ("null", "", 403),
        ("file://", "books.example", 403),
        ("https://books.example:port", "books.example", 403),
        ("https://[", "[", 403),
        ("", "books.example", 403),
    ],
)
def test_only_own_and_allowed_pages_may_ask(
    open_to_shop: TestClient, origin: str | None, host: str, status: int
) -> None:
    headers = {"host": host} if origin is None else {"host": host, "origin": origin}
    answer = post(open_to_shop, **headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == f"{GRAPHQL_JSON}; charset=utf-8"
    assert ("errors" in answer.json()) == (status == 403)


def test_a_foreign_page_is_told_what_would_allow_it(open_to_shop: TestClient) -> None:
    answer = post(open_to_shop, origin="https://evil.example")
    (error,) = answer.json()["errors"]
    assert "https://evil.example" in error["message"]
    assert "PERPETUO_ALLOWED_ORIGINS" in error["message"]
    assert "access-control-allow-origin" not in answer.headers


def test_an_allowed_page_may_read_the_answer(open_to_shop: TestClient) -> None:
    answer = post(open_to_shop, origin=SHOP)
    assert answer.json()["data"] == {"__typename": "Query"}
    assert answer.headers["access-control-allow-origin"] == SHOP
    assert answer.headers["vary"] == "Origin"
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    ("origin", "status", "allowed"), [(SHOP, 200, SHOP), ("https://evil.example", 403, None)]
)
def test_a_browser_asks_first(
    open_to_shop: TestClient, origin: str, status: int, allowed: str | None
) -> None:
    headers = {
        "origin": origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization, content-type, last-event-id",
    }
    answer = open_to_shop.options("/graphql", headers=headers)
    assert answer.status_code == status
    assert answer.headers.get("access-control-allow-origin") == allowed
    if allowed:
        assert "authorization" in answer.headers["access-control-allow-headers"]
        assert answer.headers["access-control-max-age"] == "600"


def test_without_the_setting_there_is_no_cors() -> None:
    with TestClient(application(), base_url="https://books.example") as client:
        assert post(client, origin=SHOP).status_code == 403
        own = post(client, origin="https://books.example")
    assert own.status_code == 200
    assert "access-control-allow-origin" not in own.headers


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"])
def test_without_tokens_nothing_is_answered_through_a_proxy(header: str) -> None:
    with TestClient(application(local_only=True)) as client:
        answer = post(client, host="localhost:8000", **{header: "203.0.113.7"})
        assert answer.status_code == 403
        assert answer.json()["errors"][0]["message"] == FROM_AFAR
    with TestClient(application()) as client:
        assert post(client, host="localhost:8000", **{header: "203.0.113.7"}).status_code == 200


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8000", 200),
        ("127.0.0.1", 200),
        ("[::1]:8000", 200),
        ("rebound.example:8000", 403),
        ("127.0.0.1.rebound.example", 403),
        ("", 403),
    ],
)
def test_without_tokens_the_server_has_local_names_only(host: str, status: int) -> None:
    with TestClient(application(local_only=True)) as client:
        answer = post(client, host=host)
    assert answer.status_code == status
    if status == 403:
        (error,) = answer.json()["errors"]
        assert (error["message"], error["extensions"]["code"]) == (FOREIGN_NAME, "BAD_REQUEST")


def test_the_running_server_is_guarded(server: str) -> None:
    answer = httpx2.post(
        f"{server}/graphql", json=ASKED, headers={"origin": "https://evil.example"}
    )
    assert (answer.status_code, list(answer.json())) == (403, ["errors"])
    assert httpx2.post(f"{server}/graphql", json=ASKED, headers={"origin": server}).is_success


@pytest.mark.anyio
async def test_a_websocket_of_a_foreign_page_is_not_opened(server: str) -> None:
    url: str = server.replace("http", "ws") + "/graphql"
    protocols: Any = ["graphql-transport-ws"]
    with pytest.raises(websockets.InvalidStatus) as refused:
        await websockets.connect(
            url, origin=_origin("https://evil.example"), subprotocols=protocols
        )
    assert refused.value.response.status_code == 403
    connection = await websockets.connect(url, origin=_origin(server), subprotocols=protocols)
    await connection.close()


def _origin(text: str) -> Any:
    return text


@pytest.mark.parametrize(
    ("given", "origins"),
    [
        ("", ()),
        (SHOP, (SHOP,)),
        (f" {SHOP} , http://localhost:3000,", (SHOP, "http://localhost:3000")),
        ("capacitor://localhost", ("capacitor://localhost",)),
    ],
)
def test_origins_are_given_with_commas(given: str, origins: tuple[str, ...]) -> None:
    assert Settings.load({"allowed_origins": given}).origins == origins


@pytest.mark.parametrize(
    "given", ["*", "shop.example", f"{SHOP}/", f"{SHOP}/path", f"{SHOP} {SHOP}"]
)
def test_what_is_no_origin_is_refused(given: str) -> None:
    with pytest.raises(SettingsError, match=r"should look like https://shop\.example"):
        Settings.load({"allowed_origins": given})
