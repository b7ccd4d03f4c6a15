"""The GraphiQL page works from the application's own files, with no other host in reach."""

import base64
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.browser.chromium import Page, open_page

pytestmark = pytest.mark.browser

_TABS = "document.querySelectorAll('.graphiql-tab-button')"
_QUERY = "(document.querySelector('.graphiql-query-editor .view-lines')?.innerText ?? '')"
_RESULT = "(document.querySelector('.result-window .view-lines')?.innerText ?? '').trim()"
_RUN = "button.graphiql-execute-button"
_CHOICE = "[role=menuitem]"  # of a tab with several operations
_EXPLORER = "button[aria-label='Show Documentation Explorer']"
_ANSWERED = f"{_RESULT} && !document.querySelector('.result-window .graphiql-spinner') && {_RESULT}"


@pytest.fixture
def page(tmp_path: Path, demo_server: str) -> Iterator[Page]:
    with open_page(tmp_path) as opened:
        opened.open(f"{demo_server}/graphiql")
        yield opened


def test_every_tab_runs_and_nothing_is_asked_of_another_host(
    page: Page, demo_server: str, tmp_path: Path
) -> None:
    examples = httpx2.get(f"{demo_server}/graphiql/examples.json").json()
    page.wait_for(f"{_TABS}.length === {len(examples)}")
    page.wait_for(_QUERY)
    failed = {
        example["title"]: result
        for number, example in enumerate(examples)
        if not (result := _run_tab(page, number)).replace(" ", "").startswith('{\n"data":')
    }
    (tmp_path / "page.png").write_bytes(base64.b64decode(page.screenshot()))
    assert failed == {}

    own = urlsplit(demo_server).netloc
    addresses = [url for url in page.requested if not url.startswith(("data:", "blob:"))]
    assert {urlsplit(url).netloc for url in addresses} == {own}
    assert any("worker" in url for url in addresses), "the editor's workers were not asked for"
    assert page.complaints == []


def test_the_trial_balance_is_shown_as_the_api_gives_it(page: Page, demo_server: str) -> None:
    examples = httpx2.get(f"{demo_server}/graphiql/examples.json").json()
    number, query = next(
        (number, example["query"])
        for number, example in enumerate(examples)
        if "query TrialBalance" in example["query"]
    )
    answer = httpx2.post(f"{demo_server}/graphql", json={"query": query}).json()
    first = answer["data"]["trialBalance"]["rows"][0]
    page.wait_for(_QUERY)
    shown = _run_tab(page, number)
    assert first["account"]["code"] in shown
    assert first["closingDebit"] in shown


def test_an_example_from_the_list_opens_in_its_tab_or_in_a_new_one(page: Page) -> None:
    entry = "document.querySelectorAll('.perpetuo-examples button')[1]"
    active = "document.querySelector('.graphiql-tab-active')"
    title = page.wait_for(f"{_QUERY} && {entry}?.innerText")
    tabs = page.evaluate(f"{_TABS}.length")
    page.evaluate(f"{entry}.click()")
    page.wait_for(f"{_QUERY}.replaceAll('\\u00a0', ' ').startsWith('# {title[:20]}')")
    page.evaluate(f"{active}.querySelector('.graphiql-tab-close').click()")
    page.wait_for(f"{_TABS}.length === {tabs - 1}")
    page.evaluate(f"{entry}.click()")
    page.wait_for(f"{_TABS}.length === {tabs}")
    page.wait_for(f"{_QUERY}.replaceAll('\\u00a0', ' ').startsWith('# {title[:20]}')")
    assert page.complaints == []


def test_the_schema_can_be_looked_up(page: Page) -> None:
    page.wait_for(_QUERY)
    page.click(_EXPLORER)
    page.wait_for(
        "document.querySelector('.graphiql-doc-explorer')?.innerText.includes('Mutation')"
    )


def test_the_page_may_load_nothing_from_elsewhere(server: str) -> None:
    answer = httpx2.get(f"{server}/graphiql")
    policy = answer.headers["content-security-policy"]
    assert answer.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in policy
    assert "http" not in policy


def test_files_have_their_types_and_may_be_kept(server: str) -> None:
    page = httpx2.get(f"{server}/graphiql").text
    names = [part.split('"')[0] for part in page.split("/static/graphiql/")[1:]]
    types = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}
    assert names
    for name in names:
        answer = httpx2.get(f"{server}/static/graphiql/{name}")
        assert answer.headers["content-type"].startswith(types[name.rsplit(".", 1)[1]])
        assert ("immutable" in answer.headers["cache-control"]) == name.startswith("assets/")


def _run_tab(page: Page, number: int) -> str:
    """What the page shows after a tab's example was run."""
    before = page.evaluate(_QUERY)
    page.evaluate(f"{_TABS}[{number}].click()")
    if number:
        page.wait_for(f"{_QUERY} !== {before!r}")
    page.wait_for(f"{_RESULT} === ''")
    answer = ""
    for _ in range(5):
        # The editor may still be reading the new tab and swallow the click: a person clicks again.
        page.click(_RUN)
        answer = _answer(page)
        if answer:
            break
    return answer.replace("\xa0", " ")


def _answer(page: Page) -> str:
    """What comes of a click on the button, or nothing within a few seconds."""
    try:
        page.wait_for(f"!!document.querySelector({_CHOICE!r}) || ({_ANSWERED})", 6)
        if page.evaluate(f"!!document.querySelector({_CHOICE!r})"):
            # Until the editor has read the new tab, the choices are those of the tab before.
            page.wait_for(
                f"{_QUERY}.includes(document.querySelector({_CHOICE!r})?.innerText ?? '')", 6
            )
            page.click(_CHOICE if page.evaluate(f"!!document.querySelector({_CHOICE!r})") else _RUN)
        return page.wait_for(_ANSWERED, 6)
    except AssertionError:
        return ""
