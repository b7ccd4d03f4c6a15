"""GraphQL over HTTP: media types, statuses, and a GraphQL error in every refusal.

The suite of the npm package graphql-http passes 61 of 61; these are the cases beside it too.
"""

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, NoReturn

import pytest
from graphql import get_introspection_query
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route
from starlette.testclient import TestClient

from api.context import Services
from api.executing import execution, limits
from api.executing.text_limits import TextLimits
from api.schema import schema
from api.serving.answers import GRAPHQL_JSON, JSON, media_type
from api.serving.compressing import Compressed, takes_gzip
from api.serving.http import GraphQLEndpoint
from persistence.database import Database
from persistence.places import Places

GRAPHQL = f"{GRAPHQL_JSON}; charset=utf-8"

_NOTHING: Any = None
NOWHERE = Database(_NOTHING, _NOTHING, Places(1))
"""Whatever asks it fails."""


@contextmanager
def endpoint(services: Services) -> Iterator[TestClient]:
    """The endpoint alone: nothing here reads a database."""
    route = Route("/graphql", GraphQLEndpoint(schema), middleware=[Middleware(Compressed)])
    app = Starlette(routes=[route])
    app.state.services = services
    with TestClient(app, headers={"accept": GRAPHQL_JSON}) as testing:
        yield testing


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with endpoint(Services(NOWHERE)) as testing:
        yield testing


def ask(client: TestClient, query: Any, **more: Any) -> Any:
    return client.post("/graphql", json={"query": query, **more})


def test_which_of_several_operations_is_run_must_be_said(client: TestClient) -> None:
    both = "query A { __typename } mutation B { __typename }"
    answer = ask(client, both)
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["extensions"]["code"]) == (400, "GRAPHQL_VALIDATION_FAILED")
    assert error["message"].startswith("Must provide operation name")
    assert ask(client, both, operationName="A").json()["data"] == {"__typename": "Query"}


@pytest.mark.parametrize(
    ("accept", "answer"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (GRAPHQL_JSON, GRAPHQL_JSON),
        (f"{GRAPHQL_JSON}, {JSON};q=0.9", GRAPHQL_JSON),
        (f"{JSON}, {GRAPHQL_JSON};q=0.9", JSON),
        (f"{JSON};q=0.1, {GRAPHQL_JSON};q=0.9", GRAPHQL_JSON),
        ("text/html, application/graphql-response+json;q=0.5", GRAPHQL_JSON),
        ("text/event-stream", JSON),
        (f"{JSON};q=nonsense", JSON),
    ],
)
def test_the_media_type_is_the_better_one_accepted(accept: str, answer: str) -> None:
    assert media_type(accept) == answer


def test_a_query_is_answered_in_the_accepted_media_type(client: TestClient) -> None:
    answer = ask(client, "{ __typename }")
    assert (answer.status_code, answer.headers["content-type"]) == (200, GRAPHQL)
    assert answer.json()["data"] == {"__typename": "Query"}


def test_a_query_may_be_asked_by_get(client: TestClient) -> None:
    answer = client.get("/graphql", params={"query": "{ __typename }"})
    assert (answer.status_code, answer.json()["data"]) == (200, {"__typename": "Query"})


def test_parameters_of_a_get_that_are_empty_are_none(client: TestClient) -> None:
    empty = {"operationName": "", "variables": "", "extensions": ""}
    answer = client.get("/graphql", params={"query": "query null { __typename }", **empty})
    assert answer.json()["data"] == {"__typename": "Query"}
    named = {"query": "query null { __typename } query b { version }", "operationName": "null"}
    assert client.get("/graphql", params=named).json()["data"] == {"__typename": "Query"}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ('{ tax(company: {code: "\\ud800"}) { id } }', "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ('{ company(company: {code: "a", id: "b"}) { id } }', "GRAPHQL_VALIDATION_FAILED"),
        ("query($n: Int!) { __typename }", "GRAPHQL_VALIDATION_FAILED"),
        ("query($c: CompanyRef!) { company(company: $c) { id } }", "BAD_USER_INPUT"),
        ("query($n: Date = 3) { __typename }", "GRAPHQL_VALIDATION_FAILED"),
    ],
)  # fmt: skip
def test_request_errors_have_a_code_and_no_data(client: TestClient, query: str, code: str) -> None:
    modern = ask(client, query)
    assert (modern.status_code, "data" in modern.json()) == (400, False)
    for error in modern.json()["errors"]:
        assert error["extensions"]["code"] == code
        assert error["extensions"]["params"] == {"problem": error["message"]}
    old = client.post("/graphql", json={"query": query}, headers={"accept": JSON})
    assert (old.status_code, "data" in old.json()) == (200, False)


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ({"quantity": "12,5"}, ["lines", "1", "quantity"]),
        ({"quantity": "1", "nothing": "1"}, ["lines", "1", "nothing"]),
        ({"quantity": "1", "item": {"sku": "A", "id": "B"}}, ["lines", "1", "item"]),
    ],
)
def test_what_is_wrong_in_a_variable_has_its_path(
    client: TestClient, line: dict[str, Any], path: list[str]
) -> None:
    good = {"item": {"sku": "A"}, "warehouse": {"code": "B"}, "quantity": "1", "rate": "1"}
    given = {
        "company": {"code": "C"}, "supplier": {"code": "S"}, "postingDate": "2026-01-01",
        "lines": [good, {**good, **line}],
    }  # fmt: skip
    query = "mutation($input: SubmitPurchaseReceiptInput!) {"
    query += " submitPurchaseReceipt(input: $input) { replayed } }"
    (error,) = ask(client, query, variables={"input": given}).json()["errors"]
    assert (error["extensions"]["code"], error["extensions"]["path"]) == ("BAD_USER_INPUT", path)


def test_what_is_missing_in_a_variable_is_named_by_its_path(client: TestClient) -> None:
    query = "mutation($input: SubmitPurchaseReceiptInput!) {"
    query += " submitPurchaseReceipt(input: $input) { replayed } }"
    line = {"item": {"sku": "A"}, "warehouse": {"code": "B"}, "rate": "1"}
    given = {"company": {"code": "C"}, "postingDate": "2026-01-01", "lines": [line]}
    answer = ask(client, query, variables={"input": given}).json()
    assert [error["extensions"]["path"] for error in answer["errors"]] == [
        ["supplier"], ["lines", "0", "quantity"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"3", b'"{ __typename }"', b"[]", b"{", b'{"query": "\xff"}', b"\x00",
        b"{}", b'{"query": 3}', b'{"query": null}', b'{"query": "{a}", "variables": 3}',
        b'{"query": "{a}", "variables": []}', b'{"query": "{a}", "operationName": 3}',
        b'{"query": "{a}", "extensions": "x"}', b'{"query": "query A {a} query B {b}"}',
        b'[{"query": "{ __typename }"}]', b'{"query": "{ a }", "query": NaN}', b"[" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_request_is_400_with_a_graphql_error(client: TestClient, body: bytes) -> None:
    answer = client.post("/graphql", content=body, headers={"content-type": JSON})
    assert (answer.status_code, answer.headers["content-type"]) == (400, GRAPHQL)
    for error in answer.json()["errors"]:
        assert error["message"]
        assert error["extensions"]["code"] in {"BAD_REQUEST", "GRAPHQL_VALIDATION_FAILED"}


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "text/plain"},
        {"content-type": "application/graphql"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": f"{JSON}; charset=latin-1"},
        {},
    ],
)
def test_other_content_types_are_415(client: TestClient, headers: dict[str, str]) -> None:
    answer = client.post("/graphql", content=b'{"query": "{ __typename }"}', headers=headers)
    assert (answer.status_code, answer.headers["accept"]) == (415, JSON)
    assert answer.json()["errors"]


ASKED = b'{"query": "{ __typename }"}'
zipped = partial(gzip.compress, mtime=0)  # the same whenever tests are collected


@pytest.mark.parametrize(
    ("coding", "body", "status"),
    [
        ("identity", ASKED, 200),
        ("gzip", zipped(ASKED), 200),
        ("GZIP", zipped(ASKED), 200),
        ("gzip", zipped(ASKED + b" " * (limits.MOST_BYTES - len(ASKED))), 200),
        ("gzip", zipped(ASKED + b" " * limits.MOST_BYTES), 413),  # from 8 KiB
        ("gzip", ASKED, 400),
        ("gzip", b"", 400),
        ("gzip", zipped(ASKED)[:-1], 400),
        ("gzip", zipped(ASKED) + b"{}", 400),
        ("gzip, gzip", zipped(zipped(ASKED)), 415),
        ("br", ASKED, 415),
        ("", ASKED, 415),
    ],
)  # fmt: skip
def test_requests_may_be_compressed(
    client: TestClient, coding: str, body: bytes, status: int
) -> None:
    headers = {"content-type": JSON, "content-encoding": coding}
    answer = client.post("/graphql", content=body, headers=headers)
    assert (answer.status_code, "data" in answer.json()) == (status, status == 200)
    assert answer.headers.get("accept-encoding") == ("gzip" if status == 415 else None)


@pytest.mark.parametrize(
    ("accepted", "takes"),
    [
        ("gzip", True), ("gzip, deflate, br", True), ("br;q=1, GZIP; q=0.5", True), ("*", True),
        ("", False), ("identity", False), ("br", False), ("gzip;q=0", False),
        ("*, gzip;q=0", False), ("identity, gzip;q=0.5", False), ("x-gzipped", False),
    ],
)  # fmt: skip
def test_who_takes_gzip(accepted: str, takes: bool) -> None:
    assert takes_gzip(accepted.encode()) is takes


@pytest.mark.parametrize("accepted", ["gzip", "identity"])
def test_long_answers_are_compressed_for_whoever_takes_it(
    client: TestClient, accepted: str
) -> None:
    def asked(query: str) -> Any:
        headers = {"accept-encoding": accepted}
        return client.post("/graphql", json={"query": query}, headers=headers)

    short, long = asked("{ __typename }"), asked(get_introspection_query())
    assert "content-encoding" not in short.headers
    assert long.headers.get("content-encoding") == ("gzip" if accepted == "gzip" else None)
    assert long.headers.get("vary") == ("Accept-Encoding" if accepted == "gzip" else None)
    sent, told = int(long.headers["content-length"]), len(long.content)
    assert sent * 5 < told if accepted == "gzip" else sent == told
    assert long.json()["data"]["__schema"]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
def test_other_methods_are_405(client: TestClient, method: str) -> None:
    answer = client.request(method, "/graphql")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")


def test_a_mutation_by_get_is_405_and_not_run(client: TestClient) -> None:
    query = 'mutation { deactivateCompany(input: {company: {code: "A"}}) { replayed } }'
    answer = client.get("/graphql", params={"query": query})
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert answer.json()["errors"]


def test_a_large_body_is_413_before_it_is_read_to_the_end(client: TestClient) -> None:
    body = b" " * (limits.MOST_BYTES + 1)
    answer = client.post("/graphql", content=body, headers={"content-type": JSON})
    assert answer.status_code == 413


@pytest.mark.anyio
async def test_a_large_body_that_is_announced_is_413_before_it_is_sent(client: TestClient) -> None:
    sent: list[Any] = []

    async def receive() -> NoReturn:
        raise AssertionError("nothing is read")

    async def send(message: Any) -> None:
        sent.append(message)

    length = str(limits.MOST_BYTES + 1).encode()
    headers = [(b"content-type", JSON.encode()), (b"content-length", length)]
    scope = {"type": "http", "method": "POST", "path": "/graphql", "headers": headers}
    await client.app({**scope, "query_string": b""}, receive, send)
    assert sent[0]["status"] == 413


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("{" + "a{" * 25 + "b" + "}" * 26, "more than 20 levels of fields"),
        ("{" + " ".join(f"a{n}: version" for n in range(501)) + "}", "more than 500 aliases"),
        ("{" + "version " * 5_001 + "}", "more than 5000 fields"),
        ("{" + "version " * 20_001 + "}", "more than 20000 tokens"),
        (
            "{ ...A } fragment A on Query {" + " ...B" * 11 + "}"
            " fragment B on Query {" + " ".join(f"a{n}: version" for n in range(50)) + "}",
            "more than 500 aliases",
        ),
        ("{ ...A } fragment A on Query { version ...A }", "within itself"),
    ],
)
def test_operations_have_limits(client: TestClient, query: str, words: str) -> None:
    answer = ask(client, query)
    assert answer.status_code == 400
    assert any(words in error["message"] for error in answer.json()["errors"])


@pytest.mark.parametrize(
    ("limit", "within", "beyond"),
    [
        ("depth", "{ errorCatalog { code } }", "{ companies { nodes { code } } }"),
        ("aliases", "{ a: version b: version }", "{ a: version b: version c: version }"),
        ("fields", "{ version __typename }", "{ version __typename again: version }"),
        ("tokens", "{ version }", "{ version __typename __typename }"),
    ],
)  # fmt: skip
def test_limits_are_settings_and_refusals_name_them(limit: str, within: str, beyond: str) -> None:
    limits = TextLimits(**{limit: 4 if limit == "tokens" else 2})
    with endpoint(Services(None, text_limits=limits)) as client:  # type: ignore[arg-type] - no database
        assert "errors" not in ask(client, within).json()
        answer = ask(client, beyond)
        assert answer.status_code == 400
        (error,) = answer.json()["errors"]
    assert error["extensions"]["code"] == "OPERATION_TOO_LARGE"
    setting = f"PERPETUO_MAX_{limit.upper()}"
    most = str(getattr(limits, limit))
    assert error["extensions"]["params"] == {"reason": limit, "most": most, "setting": setting}
    assert setting in error["message"]


def test_limits_leave_the_caches_alone() -> None:
    query = "query Remembered { version }"
    read = execution._read_cached
    before = read.cache_info()
    for _ in range(2):  # a server that is started anew with the same settings
        with endpoint(Services(None, text_limits=TextLimits(depth=7))) as client:  # type: ignore[arg-type] - as above
            ask(client, query)
            before = read.cache_info()
            ask(client, query)
    after = read.cache_info()
    assert (after.misses, after.hits) == (before.misses, before.hits + 1)


def test_a_deeply_nested_text_is_an_error_and_not_a_crash(client: TestClient) -> None:
    answer = ask(client, "{a" * 6_000)
    assert answer.status_code == 400
    assert ask(client, "{ __typename }").status_code == 200


def test_tools_may_introspect(client: TestClient) -> None:
    query = get_introspection_query(specified_by_url=True, input_value_deprecation=True)
    answer = ask(client, query).json()
    assert "errors" not in answer
    scalars = {
        type_["name"]: type_["specifiedByURL"]
        for type_ in answer["data"]["__schema"]["types"]
        if type_["kind"] == "SCALAR" and type_["specifiedByURL"]
    }
    assert set(scalars) == {"Date", "DateTime", "Decimal", "JSON", "Time", "UUID"} & set(scalars)
    assert {"Date", "DateTime", "Decimal", "UUID"} <= set(scalars)


def test_faults_of_queries_are_masked(client: TestClient) -> None:
    answer = ask(client, "{ companies { nodes { id } } }")
    error = answer.json()["errors"][0]
    assert error["extensions"]["code"] == "INTERNAL_ERROR"
    assert "NoneType" not in json.dumps(answer.json())


def test_faults_of_mutations_are_in_the_payload_and_spare_their_siblings(
    client: TestClient,
) -> None:
    answer = ask(
        client,
        """mutation {
          one: createCompany(input: {code: "A", name: "A", currency: "???"}) { errors { code } }
          two: createCompany(input: {code: "A", name: "A", currency: "EUR"}) {
            company { id } errors { code message ... on InternalError { incident } } } }""",
    ).json()
    assert "errors" not in answer
    assert answer["data"]["one"] == {"errors": [{"code": "INVALID_VALUE"}]}
    (error,) = answer["data"]["two"]["errors"]
    assert error["code"] == "INTERNAL_ERROR"
    assert error["incident"] in error["message"]


def test_messages_follow_the_language_asked_for(client: TestClient) -> None:
    query = """mutation { createCompany(input: {code: "A", name: "A", currency: "X"}) {
        errors { code message } } }"""
    answer = client.post("/graphql", json={"query": query}, headers={"accept-language": "es"})
    (error,) = answer.json()["data"]["createCompany"]["errors"]
    assert error["code"] == "INVALID_VALUE"
    assert error["message"].startswith("El valor no puede ser correcto")
