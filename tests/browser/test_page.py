"""The GraphiQL page works from the application's own files, with no other host in reach."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.browser.chromium import Page, open_page

pytestmark = pytest.mark.browser

_TABS = "[...document.querySelectorAll('.graphiql-tab-button')].map(tab => tab.textContent)"
_RESULT = "(document.querySelector('.result-window')?.innerText ?? '')"
_RUN = "button.graphiql-execute-button"


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    with open_page(tmp_path) as opened:
        yield opened


def test_a_tab_for_each_example_runs_without_any_other_host(
    page: Page, server: str, tmp_path: Path
) -> None:
    examples = httpx2.get(f"{server}/graphiql/examples.json").json()
    page.open(f"{server}/graphiql")
    page.wait_for(f"{_TABS}.length === {len(examples)}")
    page.wait_for("document.querySelector('.graphiql-query-editor .view-line')?.innerText")
    page.click(_RUN)
    result = page.wait_for(f"{_RESULT}.includes('\"version\"') && {_RESULT}")
    (tmp_path / "page.png").write_bytes(base64.b64decode(page.screenshot()))

    released = httpx2.post(f"{server}/graphql", json={"query": "{ version }"}).json()
    assert released["data"]["version"] in result
    own = urlsplit(server).netloc
    addresses = [url for url in page.requested if not url.startswith(("data:", "blob:"))]
    assert {urlsplit(url).netloc for url in addresses} == {own}
    assert any("worker" in url for url in addresses), "the editor's workers were not asked for"
    assert page.complaints == []


def test_the_page_may_load_nothing_from_elsewhere(server: str) -> None:
    answer = httpx2.get(f"{server}/graphiql")
    policy = answer.headers["content-security-policy"]
    assert answer.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in policy
    assert "http" not in policy


def test_files_have_their_types(server: str) -> None:
    page = httpx2.get(f"{server}/graphiql").text
    names = [part.split('"')[0] for part in page.split("/static/graphiql/")[1:]]
    types = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}
    assert names
    for name in names:
        answer = httpx2.get(f"{server}/static/graphiql/{name}")
        assert answer.headers["content-type"].startswith(types[name.rsplit(".", 1)[1]])
        assert json.dumps(answer.headers["cache-control"])
