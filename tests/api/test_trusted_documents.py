"""Documents by hash: in every transport, and a server that runs none but those that are stored."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from api.commands.documents import add_documents, list_documents, remove_documents
from api.commands.terminal import CommandError
from api.executing import execution
from api.settings import Settings
from persistence.embedded import EmbeddedPostgres
from tests.api.commands import run
from tests.api.desk import Desk, goods, receipt
from tests.api.test_live import events, socket, told
from tests.servers import new_database, running_server

pytestmark = pytest.mark.anyio

VERSION = "query Version { version }"
LIVE = (
    "subscription Live($company: CompanyRef!) { changes(company: $company, after: 0) { sequence } }"
)
DEACTIVATE = (
    'mutation Refused { deactivateCompany(input: {company: {code: "NONE"}}) { errors { code } } }'
)
JSON = "application/json"
MODERN = "application/graphql-response+json"


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def apollo(text: str) -> dict[str, Any]:
    """A request as Apollo sends it first: the hash alone."""
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": sha(text)}}}


NAMED = [
    apollo,
    lambda text: {"documentId": sha(text)},
    lambda text: {"documentId": f"sha256:{sha(text)}"},
]
BY = pytest.mark.parametrize("named", NAMED, ids=["persistedQuery", "documentId", "prefixed"])


@dataclass
class Trusting:
    """A server that runs stored documents only."""

    base: str
    settings: Settings
    desk: Desk
    """A company with one receipt, at a server beside it that runs everything."""

    def post(self, body: Any, accept: str = MODERN) -> httpx2.Response:
        return httpx2.post(f"{self.base}/graphql", json=body, headers={"accept": accept})

    def get(self, body: dict[str, Any]) -> httpx2.Response:
        params = {
            key: value if isinstance(value, str) else json.dumps(value)
            for key, value in body.items()
        }
        return httpx2.get(f"{self.base}/graphql", params=params, headers={"accept": MODERN})


@pytest.fixture(scope="module")
def trusting(
    postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Trusting]:
    folder = tmp_path_factory.mktemp("documents")
    texts = {"version": VERSION, "live": LIVE, "refused": DEACTIVATE}
    with new_database(postgres) as url:
        settings, trusted = Settings(database_url=url), Settings(documents="trusted")
        for name, text in texts.items():
            (folder / f"{name}.graphql").write_text(text)
        add_documents(settings, [folder / f"{name}.graphql" for name in texts])
        with running_server(url) as all_run, running_server(url, trusted) as base:
            desk = Desk(all_run)
            desk.post(receipt("2026-01-10", goods("1", "200")))
            yield Trusting(base, settings, desk)


def code_of(answer: httpx2.Response) -> str:
    (error,) = answer.json()["errors"]
    assert "data" not in answer.json()
    return error["extensions"]["code"]


@BY
def test_a_stored_document_is_run_by_its_hash(trusting: Trusting, named: Any) -> None:
    for answer in (trusting.post(named(VERSION)), trusting.get(named(VERSION))):
        assert answer.status_code == 200, answer.text
        assert answer.json()["data"]["version"]


def test_a_stored_document_is_run_however_it_is_sent(trusting: Trusting) -> None:
    for body in ({"query": VERSION}, {"query": VERSION} | apollo(VERSION)):
        assert trusting.post(body).json()["data"]["version"]


@pytest.mark.parametrize(
    "body",
    [
        {"query": "{ version }"},
        {"query": VERSION + " "},
        {"query": "query IntrospectionQuery { __schema { queryType { name } } }"},
        apollo("{ version }"),
        {"query": "{ version }"} | apollo("{ version }"),
        {"documentId": "version"},
        {"documentId": "\x00" * 200},
    ],
)  # fmt: skip
def test_nothing_else_is_run(trusting: Trusting, body: dict[str, Any]) -> None:
    refused = trusting.post(body)
    assert (refused.status_code, code_of(refused)) == (400, "DOCUMENT_NOT_TRUSTED")
    old = trusting.post(body, JSON)
    assert (old.status_code, code_of(old)) == (200, "DOCUMENT_NOT_TRUSTED")


def test_the_refusal_names_the_hash_in_the_language_asked_for(trusting: Trusting) -> None:
    headers = {"accept-language": "es"}
    body = {"query": "{ version }"}
    answer = httpx2.post(f"{trusting.base}/graphql", json=body, headers=headers).json()
    (error,) = answer["errors"]
    assert error["extensions"]["params"] == {"hash": sha("{ version }")}
    assert error["message"].startswith("El servidor solo ejecuta documentos registrados")


def test_a_stored_mutation_is_not_run_by_get(trusting: Trusting) -> None:
    refused = trusting.get(apollo(DEACTIVATE))
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
    payload = trusting.post(apollo(DEACTIVATE)).json()["data"]["deactivateCompany"]
    assert payload == {"errors": [{"code": "NOT_FOUND"}]}


@BY
async def test_subscriptions_by_hash_over_websocket_and_events(
    trusting: Trusting, named: Any
) -> None:
    company = {"code": trusting.desk.code}
    payload = {"variables": {"company": company}, **named(LIVE)}
    async with socket(trusting.base) as connection:
        await connection.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
        assert (await told(connection))["payload"]["data"] == {"changes": {"sequence": 1}}
    accepted = {"accept": f"text/event-stream, {JSON}"}
    async with events(trusting.base, payload, accepted) as stream:
        event, id_, data = await stream.next()
    assert (event, id_, data["data"]) == ("next", "1", {"changes": {"sequence": 1}})


async def test_what_is_not_stored_is_refused_there_too_and_ends_nothing_else(
    trusting: Trusting,
) -> None:
    async with socket(trusting.base) as connection:
        for id_, payload in (("1", {"query": "{ version }"}), ("2", apollo(VERSION))):
            await connection.send(json.dumps({"id": id_, "type": "subscribe", "payload": payload}))
        refused, version, complete = [await told(connection) for _ in range(3)]
    assert (refused["id"], refused["type"]) == ("1", "error")
    assert refused["payload"][0]["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED"
    assert version["payload"]["data"]["version"]
    assert (complete["id"], complete["type"]) == ("2", "complete")
    refused_events = trusting.post({"query": "subscription { x }"}, "text/event-stream")
    assert (refused_events.status_code, code_of(refused_events)) == (400, "DOCUMENT_NOT_TRUSTED")


def test_by_default_everything_is_run_and_a_text_sent_with_its_hash_is_kept(
    trusting: Trusting,
) -> None:
    def post(body: dict[str, Any]) -> httpx2.Response:
        return httpx2.post(f"{trusting.desk.base}/graphql", json=body, headers={"accept": MODERN})

    text = "query Kept { version }"
    assert post({"query": text}).json()["data"]["version"]
    unknown = post(apollo(text))
    assert (unknown.status_code, code_of(unknown)) == (400, "PERSISTED_QUERY_NOT_FOUND")
    assert post({"query": text} | apollo(text)).json()["data"]["version"]
    assert post(apollo(text)).json()["data"]["version"]
    assert post(apollo(VERSION)).json()["data"]["version"], "stored ones are found as well"
    mismatch = post({"query": text} | apollo(VERSION))
    assert code_of(mismatch) == "INVALID_VALUE"
    (error,) = mismatch.json()["errors"]
    assert error["extensions"]["path"] == ["extensions", "persistedQuery", "sha256Hash"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.graphql", "{ nothing }", "Cannot query field 'nothing'"),
        ("a.graphql", "{", "Syntax Error"),
        ("a.graphql", "{" + "companies { nodes { " * 11 + "id" + " }" * 23, "than 20 levels"),
        ("a.graphql", "{ version }" + " " * 32_768, "at most 32768 characters"),
        ("a.json", '{"abc": "{ version }"}', "abc is not the SHA-256 of its document"),
        ("a.json", '{"operations": [{"id": "abc"}]}', "no manifest of persisted documents"),
        ("a.json", "[]", "no manifest of persisted documents"),
        ("a.json", "{", "a.json cannot be read: "),
        ("b.json", None, r"^[^ ]*/b.json cannot be read: No such file or directory\.$"),
    ],
)  # fmt: skip
def test_what_the_server_would_not_run_is_not_stored(
    trusting: Trusting, tmp_path: Path, name: str, content: str | None, said: str
) -> None:
    good = tmp_path / "good.graphql"
    good.write_text("query NeverStored { version }")
    if content is not None:
        (tmp_path / name).write_text(content)
    with pytest.raises(CommandError, match=said):
        add_documents(trusting.settings, [good, tmp_path / name])
    assert code_of(trusting.post(apollo(good.read_text()))) == "DOCUMENT_NOT_TRUSTED"


def test_manifests_of_apollo_and_of_relay_and_codegen(
    trusting: Trusting, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = "query One { version }", "query Two { version }"
    listed = {"id": sha(one), "name": "One", "type": "query", "body": one}
    manifest = {"format": "apollo-persisted-query-manifest", "version": 1, "operations": [listed]}
    (tmp_path / "apollo.json").write_text(json.dumps(manifest))
    (tmp_path / "relay.json").write_text(json.dumps({sha(one): one, sha(two): two}))
    paths = [tmp_path / "apollo.json", tmp_path / "relay.json"]
    for said in ("2 stored, 0 were stored already.", "0 stored, 2 were stored already."):
        add_documents(trusting.settings, paths)
        *lines, last = capsys.readouterr().out.splitlines()
        assert (lines, last) == ([f"{sha(one)}  One", f"{sha(two)}  Two"], said)
    assert all(trusting.post(apollo(text)).json()["data"]["version"] for text in (one, two))


def test_a_removed_document_is_run_no_more(
    trusting: Trusting, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "query Removed { version }"
    (tmp_path / "removed.graphql").write_text(text)
    add_documents(trusting.settings, [tmp_path / "removed.graphql"])
    list_documents(trusting.settings)
    assert f"{sha(text)}" in capsys.readouterr().out
    remove_documents(trusting.settings, [sha(text)])
    assert code_of(trusting.post(apollo(text))) == "DOCUMENT_NOT_TRUSTED"
    for wrong, said in ((sha(text), "no document"), ("abc", "SHA-256")):
        with pytest.raises(CommandError, match=said):
            remove_documents(trusting.settings, [wrong])


def test_a_stored_document_is_parsed_and_validated_once(trusting: Trusting) -> None:
    trusting.post(apollo(VERSION))
    before = execution._read_cached.cache_info()
    for body in (apollo(VERSION), {"documentId": sha(VERSION)}, {"query": VERSION}):
        assert trusting.post(body).status_code == 200
    now = execution._read_cached.cache_info()
    assert (now.misses, now.hits) == (before.misses, before.hits + 3)


def test_the_command_stores_and_lists(trusting: Trusting, tmp_path: Path) -> None:
    text = "query FromTheTerminal { version }"
    (tmp_path / "terminal.graphql").write_text(text)
    url = str(trusting.settings.database_url)
    done = run(tmp_path, "documents", "add", "terminal.graphql", database_url=url)
    assert done.stdout.splitlines()[-1] == "1 stored, 0 were stored already.", done.stderr
    assert trusting.post(apollo(text)).json()["data"]["version"]
