"""The README's tour says what the server answers, and its tables say what there is."""

import json
import re
from pathlib import Path
from typing import Any

import httpx2

from api.cli import app
from api.commands.demo import open_demo_company
from api.settings import Settings
from tests.conftest import running_server

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
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
    root = Path(__file__).parents[2]
    pages = [root / "README.md", *sorted((root / "docs").rglob("*.md"))]
    missing = [
        (page.name, target)
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert missing == []
