"""The README's tour says what the server answers, and its tables say what there is."""

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx2

from api.cli import app
from api.commands.demo import open_demo_company
from api.settings import Settings
from tests.servers import running_server

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
# A fenced command and the fenced answer after it; `ask` is the tour's own helper.
_STEP = re.compile(r"```sh\n(?P<command>[^`]*?\bask [^`]*)```\n```text\n(?P<answer>\{[^`]*)```")
_QUERY = re.compile(
    r"(?:ask |receive=)'(?P<query>[^']*)'(?: -H '(?P<name>[^:]*): (?P<value>[^']*)')?"
)


def test_the_tours_answers_are_those_of_the_server(database_url: str) -> None:
    steps = list(_STEP.finditer(README))
    assert len(steps) == 5
    open_demo_company(database_url, lambda _stage: None)
    with running_server(database_url) as base:
        for step in steps:
            assert _ask(base, step["command"]) == json.loads(step["answer"]), step["command"]
        replay = _ask(base, next(one["command"] for one in steps if "receive=" in one["command"]))
        assert replay["data"]["submitPurchaseReceipt"]["replayed"]


def test_the_spanish_tour_comes_to_the_figures_it_tells(database_url: str) -> None:
    """As the page tells them: the balances at first, and the entry of the last step."""
    page = (ROOT / "README.es.md").read_text(encoding="utf-8")
    queries = re.findall(r"^pregunta '([^']*)'", page, re.MULTILINE)
    open_demo_company(database_url, lambda _stage: None)
    with running_server(database_url) as base:
        answers = [
            httpx2.post(f"{base}/graphql", json={"query": query}).json()["data"]
            for query in queries
        ]
    books, compared, *posted = answers
    balances = {
        row["account"]["code"]: Decimal(row["closingDebit"]) - Decimal(row["closingCredit"])
        for row in books["trialBalance"]["rows"]
    }
    told = {"300": "112.50", "430": "240", "400": "-210", "600": "210", "610": "-112.50",
            "700": "-240"}  # fmt: skip
    assert {code: amount for code, amount in balances.items() if amount} == {
        code: Decimal(amount) for code, amount in told.items()
    }
    assert [len(one["outcomes"]) for one in compared["whatIf"]] == [3, 3]
    assert [payload["errors"] for step in posted for payload in step.values()] == [[], [], []]
    entry = posted[-1]["postInventoryCost"]["inventoryPosting"]["causedJournalLines"]
    assert {(line["account"]["code"], line["debit"], line["credit"]) for line in entry} == {
        ("610", "15.00", "0.00"),
        ("300", "0.00", "15.00"),
    }


def _ask(base: str, command: str) -> Any:
    found = _QUERY.search(command)
    assert found, command
    headers = {found["name"]: found["value"]} if found["name"] else {}
    return httpx2.post(f"{base}/graphql", json={"query": found["query"]}, headers=headers).json()


def test_every_command_and_setting_is_listed() -> None:
    commands = {name for name in app if not name.startswith("-")}
    assert set(re.findall(r"^\| `perpetuo ([a-z-]+)` \|", README, re.MULTILINE)) == commands
    listed = set(re.findall(r"`PERPETUO_([A-Z_]+)`", README))
    assert listed == {name.upper() for name in Settings.model_fields}


def test_links_lead_somewhere() -> None:
    pages = [*ROOT.glob("README*.md"), *sorted((ROOT / "docs").rglob("*.md"))]
    missing = [
        (page.name, target)
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert missing == []


def test_the_first_start_is_printed_with_the_newest_revision() -> None:
    newest = max((ROOT / "migrations" / "versions").glob("[0-9]*.py")).name[:4]
    assert re.findall(r"^- Migrating the database to revision (.*)$", README, re.MULTILINE) == [
        newest
    ]
