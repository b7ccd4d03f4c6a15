"""What operations may cost: counted before anything is read, limited by role, and said."""

from collections.abc import Iterator
from typing import Any

import pytest
from graphql import parse, validate
from graphql.language.parser import Parser
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from api.auth.principal import ANONYMOUS, DEVELOPER, Principal
from api.context import Services
from api.cost.counting import Counting, counted
from api.cost.limits import DEFAULT_LIMITS, CostLimits
from api.schema import schema
from api.serving.answers import GRAPHQL_JSON
from api.serving.http import GraphQLEndpoint
from domain.roles import CompanyRole

COMPANY = 'company: {code: "DEMO"}'


class Waiter:
    """Signs in as whoever is named in `Authorization`; nothing is read."""

    async def principal(self, authorization: str | None) -> Principal:
        """A person with one role."""
        if authorization is None:
            return DEVELOPER
        return Principal(authorization, roles=frozenset({CompanyRole(authorization)}))


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    """The endpoint without a database: whatever were read would fail."""
    app = Starlette(routes=[Route("/graphql", GraphQLEndpoint(schema))])
    app.state.services = Services(None, authenticator=Waiter())  # type: ignore[arg-type] - see above
    with TestClient(app, headers={"accept": GRAPHQL_JSON}) as testing:
        yield testing


@pytest.mark.parametrize(
    ("query", "variables", "cost"),
    [
        ("{ __typename }", {}, 0),
        ("{ errorCatalog { code } }", {}, 200),
        # One connection, 50 rows.
        (f"{{ items({COMPANY}) {{ nodes {{ sku }} }} }}", {}, 1 + 50),
        (f"{{ items({COMPANY}, first: 7) {{ nodes {{ sku }} }} }}", {}, 1 + 7),
        (f"{{ items({COMPANY}, last: 7) {{ nodes {{ sku }} }} }}", {}, 1 + 7),
        (f"{{ items({COMPANY}, first: 9999) {{ nodes {{ sku }} }} }}", {}, 1 + 500),
        (f"{{ items({COMPANY}, first: -9) {{ nodes {{ sku }} }} }}", {}, 1),
        (f"query($n: Int) {{ items({COMPANY}, first: $n) {{ nodes {{ sku }} }} }}", {}, 1 + 50),
        (f"query($n: Int = 9) {{ items({COMPANY}, first: $n) {{ nodes {{ sku }} }} }}", {}, 1 + 9),
        (
            f"query($n: Int = 9) {{ items({COMPANY}, first: $n) {{ nodes {{ sku }} }} }}",
            {"n": 3},
            1 + 3,
        ),
        # A record in each row, the edges, the page's own record.
        (
            (
                f"{{ items({COMPANY}, first: 7) {{ nodes {{ group {{ code }} }}"
                " edges { cursor node { sku } } pageInfo { endCursor } } }"
            ),
            {},
            1 + 7 * 2 + 7 * 2 + 1,
        ),
        # What two fragments share is answered once; aliases are answered each.
        (
            (
                f"{{ items({COMPANY}, first: 7) {{ nodes {{ ...A ...B o: group {{ name }} }} }} }}"
                " fragment A on Item { group { code } } fragment B on Item { group { name } }"
            ),
            {},
            1 + 7 * 3,
        ),
        # A list without pages counts 10; of several types the dearest counts.
        (
            (
                f"{{ documents({COMPANY}, first: 2) {{ nodes {{ id ... on PurchaseReceipt {{"
                " lines { item { sku } } } ... on JournalEntry { lines { id } } } } }"
            ),
            {},
            1 + 2 * (1 + 10 * 2),
        ),
        # What is left out costs nothing.
        (
            (
                f"query($with: Boolean!) {{ items({COMPANY}, first: 7) {{"
                " nodes { group @include(if: $with) { code } } } }"
            ),
            {"with": False},
            1 + 7,
        ),
        (
            (
                f"query($with: Boolean!) {{ items({COMPANY}, first: 7) {{"
                " nodes { group @skip(if: $with) { code } } } }"
            ),
            {"with": False},
            1 + 7 * 2,
        ),
        # An explanation asks much.
        (
            f"{{ stockLedger({COMPANY}, first: 2) {{ nodes {{ item {{ sku }} }} }} }}",
            {},
            1 + 2 * 2,
        ),
        ("mutation($i: SubmitBatchInput!) { submitBatch(input: $i) { replayed } }", {}, 10),
        # As many results as documents are sent.
        (
            (
                "mutation($i: SubmitBatchInput!) { submitBatch(input: $i) {"
                " results { document { number } errors { code } } } }"
            ),
            {"i": {"documents": [{}] * 30}},
            10 + 30 * (1 + 1 + 10),
        ),
    ],
)
def test_costs_are_records_by_pages(query: str, variables: dict[str, Any], cost: int) -> None:
    found = counted(schema._schema, parse(query), None)
    assert found.cost(found.variables(variables)) == cost


def test_each_answer_says_what_it_may_cost(client: TestClient) -> None:
    answer = client.post("/graphql", json={"query": "{ errorCatalog { code } }"}).json()
    assert answer["extensions"] == {"cost": {"requested": 200, "limit": 200_000}}


PAGE = (
    f"{{ documents({COMPANY}, first: 500) {{ nodes {{"
    " lines { item { sku } warehouse { code } } journalLines { account { code } } } } }"
)


def test_what_costs_too_much_is_refused_before_anything_is_read(client: TestClient) -> None:
    body = {"query": PAGE}
    headers = {"authorization": "VIEWER"}
    answer = client.post("/graphql", json=body, headers=headers)
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert "data" not in answer.json()
    assert error["message"] == (
        "This may cost 25501, and the limit is 20000: ask for smaller pages, or use the export"
        " (documents(first: 392), GET /export/documents.csv)."
    )
    assert error["extensions"]["code"] == "QUERY_TOO_COSTLY"
    assert error["extensions"]["params"]["instead"] == [
        "documents(first: 392)",
        "GET /export/documents.csv",
    ]
    assert answer.json()["extensions"] == {"cost": {"requested": 25_501, "limit": 20_000}}
    spanish = client.post("/graphql", json=body, headers={**headers, "accept-language": "es"})
    assert spanish.json()["errors"][0]["message"].startswith("Esto puede costar 25501")


def test_the_page_that_is_named_fits(client: TestClient) -> None:
    for first, requested in ((392, 1 + 392 * 51), (393, 1 + 393 * 51)):
        body = {"query": PAGE.replace("500", str(first))}
        answer = client.post("/graphql", json=body, headers={"authorization": "VIEWER"}).json()
        assert answer["extensions"]["cost"]["requested"] == requested
        refused = answer["errors"][0]["extensions"]["code"] == "QUERY_TOO_COSTLY"
        assert refused == (first == 393)


def test_a_list_without_pages_is_told_to_ask_less(client: TestClient) -> None:
    many = " ".join(f"a{n}: trialBalance({COMPANY}) {{ rows {{ debit }} }}" for n in range(400))
    answer = client.post(
        "/graphql", json={"query": f"{{ {many} }}"}, headers={"authorization": "VIEWER"}
    ).json()
    params = answer["errors"][0]["extensions"]["params"]
    assert (params["reason"], params["instead"]) == (
        "fewer_fields",
        ["GET /export/trialBalance.csv"],
    )


@pytest.mark.parametrize("role", list(CompanyRole))
def test_the_limit_is_that_of_the_role(client: TestClient, role: CompanyRole) -> None:
    body = {"query": "{ errorCatalog { code } }"}
    answer = client.post("/graphql", json=body, headers={"authorization": role.value}).json()
    assert answer["extensions"]["cost"]["limit"] == DEFAULT_LIMITS[role]


def test_the_highest_role_counts_and_nobody_has_a_viewers() -> None:
    limits = CostLimits.parse("VIEWER=5, ADMIN=70")
    both = Principal("o", roles=frozenset({CompanyRole.VIEWER, CompanyRole.ADMIN}))
    assert (limits.limit(both), limits.limit(ANONYMOUS), limits.limit(DEVELOPER)) == (
        70,
        5,
        200_000,
    )


@pytest.mark.parametrize("text", ["CLERK=5", "VIEWER", "VIEWER=0", "VIEWER=-1", "VIEWER=many"])
def test_limits_that_mean_nothing_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"there is no role|whole number from 1"):
        CostLimits.parse(text)


def test_the_same_operation_is_parsed_and_validated_once(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With other variables too: a mutation that many clients send costs that once a process."""
    counts = {"parsed": 0, "validated": 0, "counted": 0}

    def counting(name: str, original: Any) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            counts[name] += 1
            return original(*args, **kwargs)

        return call

    monkeypatch.setattr(Parser, "parse_document", counting("parsed", Parser.parse_document))
    monkeypatch.setattr("strawberry.schema.schema.validate", counting("validated", validate))
    monkeypatch.setattr(Counting, "operation", counting("counted", Counting.operation))
    query = """mutation OnlyHere($input: SubmitDeliveryNoteInput!) {
      submitDeliveryNote(input: $input) { deliveryNote { number lines { item { sku } } } }
    }"""
    for day in ("2026-01-01", "2026-01-02", "2026-01-03"):
        given = {
            "company": {"code": "A"},
            "customer": {"code": "B"},
            "postingDate": day,
            "lines": [],
        }
        answer = client.post("/graphql", json={"query": query, "variables": {"input": given}})
        assert answer.json()["data"]["submitDeliveryNote"] is not None
    assert counts == {"parsed": 1, "validated": 1, "counted": 1}
