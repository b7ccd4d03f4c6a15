"""Making requests up, sending them, and judging the answers."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

import httpx2
import schemathesis
from graphql import (
    DocumentNode,
    FieldNode,
    NameNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    parse,
    print_ast,
)
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from schemathesis import GenerationMode

from domain.errors import catalogue
from tests import wire
from tests.clients.fuzz.narrowed import narrowed, root_fields
from tests.clients.fuzz.values import STAND_INS, values

_CODES = {refusal.code for refusal in catalogue()}
_LAST = re.compile(
    "(delete|deactivate|close|migrate|update|disable|revoke|setPostingRules)"
    "(?!Draft|Lot|Webhook|Shipment|ApiKey)"
)
_WRONG_IN = 10


@dataclass
class Tally:
    """What has become of the requests."""

    sent: int = 0
    executed: int = 0
    succeeded: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    by_field: dict[str, Counter[str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Count another's requests too."""
        self.sent += other.sent
        self.executed += other.executed
        self.succeeded += other.succeeded
        self.codes.update(other.codes)
        self.faults += other.faults

    def __str__(self) -> str:
        """One line."""
        return (
            f"{self.sent} requests: {self.executed} executed, {self.succeeded} without any error,"
            f" {len(self.codes)} different codes, {len(self.faults)} wrong answers"
        )


def operations(part: int, parts: int) -> Iterator[tuple[str, str]]:
    """A part of the root fields, those that take something away from others last."""
    queries = [("Query", one) for one in root_fields("Query")]
    mutations = [("Mutation", one) for one in root_fields("Mutation")]
    gentle = [one for one in mutations if not _LAST.match(one[1])]
    rough = [one for one in mutations if _LAST.match(one[1])]
    yield from (gentle + queries + rough)[part::parts]


def make_requests(
    base: str,
    requests: int,
    part: int = 0,
    parts: int = 1,
    seed: int = 0,
    progress: Callable[[Tally], None] = lambda _tally: None,
) -> Tally:
    """Send about as many requests as asked for, spread over a part of all root fields.

    Args:
        base: A server with the demo companies, in development mode.
        requests: How many; each root field gets as many as every other.
        part: Which part of the root fields, from 0.
        parts: How many parts there are.
        seed: The same seed makes up the same requests.
        progress: Is told after each root field.
    """
    tally = Tally()
    with wire.client(base, timeout=300) as client:
        for name, strategy in _known(client).items():
            schemathesis.graphql.scalar(name, strategy)
        fields = list(operations(part, parts))
        for at, (root, name) in enumerate(fields):
            share = (requests * (at + 1)) // len(fields) - (requests * at) // len(fields)
            wrong = sum((tally.sent + one) % _WRONG_IN == 0 for one in range(share))
            random = Random(f"{seed}{root}{name}")
            schema = schemathesis.graphql.from_dict(narrowed(root, name, STAND_INS, random))
            for count, mode in (
                (share - wrong, GenerationMode.POSITIVE),
                (wrong, GenerationMode.NEGATIVE),
            ):
                strategy = schema[root][name].as_strategy(generation_mode=mode)
                for query in _drawn(strategy, count, random):
                    _send(client, tally, name, _with_errors(query) if root == "Mutation" else query)
            progress(tally)
    return tally


def _drawn(strategy: Any, count: int, random: Random) -> list[str]:
    """So many different requests, fewer if there are not so many."""
    found: list[str] = []

    @seeded(random.getrandbits(64))
    @settings(
        max_examples=max(count, 1),
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(case=strategy)
    def draw(case: Any) -> None:
        found.append(case.body)

    if count:
        draw()
    return found


def _with_errors(query: str) -> str:
    """The mutation, asked for its errors too: without, nobody would hear of them."""
    (operation,) = parse(query, no_location=True).definitions
    assert isinstance(operation, OperationDefinitionNode)
    fields = [_asking_for_errors(field) for field in operation.selection_set.selections]
    selected = SelectionSetNode(selections=tuple(fields))
    return print_ast(DocumentNode(definitions=(replace(operation, selection_set=selected),)))


def _asking_for_errors(field: SelectionNode) -> SelectionNode:
    if not isinstance(field, FieldNode) or field.selection_set is None:
        return field
    asked = SelectionSetNode(selections=(_ERRORS, *field.selection_set.selections))
    return replace(field, selection_set=asked)


_ERRORS = FieldNode(
    alias=NameNode(value="refused"),
    name=NameNode(value="errors"),
    selection_set=SelectionSetNode(
        selections=tuple(
            FieldNode(name=NameNode(value=name)) for name in ("code", "message", "path")
        )
    ),
)


def _send(client: httpx2.Client, tally: Tally, name: str, query: str) -> None:
    response = client.post("/graphql", json={"query": query})
    tally.sent += 1
    outcome = tally.by_field.setdefault(name, Counter())
    try:
        answer = response.json()
    except ValueError:
        answer = None
    found = list(wrong_of(response.status_code, answer))
    tally.faults += [f"{problem}\n{response.text[:600]}\n{query}" for problem in found]
    if not isinstance(answer, dict):
        return
    top = [error.get("extensions", {}).get("code") for error in answer.get("errors", ())]
    of_payload = list(_payload_codes(answer.get("data")))
    tally.codes.update(str(code) for code in top + of_payload)
    tally.executed += "data" in answer
    succeeded = not top and not of_payload
    tally.succeeded += succeeded
    outcome.update(["succeeded"] if succeeded else set(map(str, top + of_payload)))


def wrong_of(status: int, answer: Any) -> Iterator[str]:
    """What is wrong with an answer, whatever was asked: nothing should be."""
    if status not in {200, 400}:
        yield f"status {status}"
    if not isinstance(answer, dict) or not answer.keys() & {"data", "errors"}:
        yield "no GraphQL response"
        return
    for error in answer.get("errors", ()):
        code = error.get("extensions", {}).get("code")
        if code not in _CODES:
            yield f"a top-level error without a code of the catalogue: {code}"
        elif code == "INTERNAL_ERROR":
            yield "an internal error at the top level"
    if "INTERNAL_ERROR" in _payload_codes(answer.get("data")):
        yield "an internal error in the payload"


def _payload_codes(data: Any) -> Iterator[str]:
    """The codes of what payloads list under `errors`."""
    if isinstance(data, list):
        for one in data:
            yield from _payload_codes(one)
    elif isinstance(data, dict):
        for name, value in data.items():
            if name in {"errors", "refused"} and isinstance(value, list):
                yield from (str(error["code"]) for error in value if "code" in error)
            else:
                yield from _payload_codes(value)


_MASTERS = """
mutation { a: createCostCenter(input: {company: {code: "DEMO"}, code: "North"}) { replayed }
  b: createCostCenter(input: {company: {code: "DEMO"}, code: "South"}) { replayed }
  c: createItemGroup(input: {company: {code: "DEMO"}, code: "Raw"}) { replayed }
  d: createItemGroup(input: {company: {code: "DEMO"}, code: "Made"}) { replayed }
  e: createTax(input: {company: {code: "DEMO"}, code: "VAT10", rate: "10"}) { replayed }
  f: createTax(input: {company: {code: "DEMO"}, code: "VAT21", rate: "21"}) { replayed } }
"""
_NAMES = """
{ accounts(company: {code: "DEMO"}, first: 200) { nodes { code isGroup } }
  documents(company: {code: "DEMO"}, first: 100) { nodes { number } } }
"""


def _known(client: httpx2.Client) -> Mapping[str, Any]:
    """Values in which the demo company's records are named."""
    assert "errors" not in client.post("/graphql", json={"query": _MASTERS}).json()
    data = client.post("/graphql", json={"query": _NAMES}).json()["data"]
    numbers = [one["number"] for one in data["documents"]["nodes"]]
    accounts = [one["code"] for one in data["accounts"]["nodes"] if not one["isGroup"]]
    return values(accounts, numbers, [f"{number}/{line}" for number in numbers for line in (1, 2)])
