"""Starting with and without tokens, and who may sign in, from a terminal."""

import json
from pathlib import Path

import httpx2
import pytest

from api.settings import Settings
from api.settings_error import SettingsError
from tests.api.commands import refusals, run, serving

OTHER = "postgresql://clerk@127.0.0.1:1/books"
ISSUER = "https://login.example"


@pytest.mark.parametrize(
    ("given", "mode"),
    [
        ({}, "development"),
        ({"host": "::1"}, "development"),
        ({"host": "localhost"}, "development"),
        ({"auth": "required"}, "required"),
        ({"oidc_issuer": ISSUER, "oidc_audience": "perpetuo"}, "required"),
        ({"host": "0.0.0.0", "auth": "required"}, "required"),
        ({"database_url": OTHER, "auth": "required"}, "required"),
    ],
)
def test_a_token_is_not_needed_on_this_machine_only(given: dict[str, str], mode: str) -> None:
    assert Settings.load(given).auth_mode == mode


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"host": "0.0.0.0"}, "PERPETUO_AUTH: set it to required"),
        ({"host": "books.example"}, "PERPETUO_AUTH: set it to required"),
        ({"database_url": OTHER}, "PERPETUO_AUTH: set it to required"),
        ({"host": "0.0.0.0", "auth": "development"}, "PERPETUO_AUTH: development is for loopback"),
        ({"database_url": OTHER, "auth": "development"}, "PERPETUO_AUTH: development is for"),
        ({"oidc_issuer": ISSUER}, "PERPETUO_OIDC_AUDIENCE: issuer and audience go together"),
        ({"oidc_audience": "perpetuo"}, "PERPETUO_OIDC_ISSUER: issuer and audience go together"),
        ({"oidc_issuer": "http://login.example", "oidc_audience": "x"},
         "PERPETUO_OIDC_ISSUER: should be an https:// address"),
        ({"auth": "development", "oidc_issuer": ISSUER, "oidc_audience": "x"},
         "PERPETUO_AUTH: development does not go with PERPETUO_OIDC_ISSUER"),
    ],
)  # fmt: skip
def test_anywhere_else_the_server_does_not_start(given: dict[str, str], line: str) -> None:
    with pytest.raises(SettingsError) as refused:
        _ = Settings.load(given).auth_mode
    assert any(one.startswith(line) for one in refused.value.lines), refused.value.lines


def test_the_command_refuses_before_anything_is_started(tmp_path: Path) -> None:
    (line,) = refusals(run(tmp_path, "serve", "--host", "0.0.0.0", "--port", "0"))
    assert line.startswith("PERPETUO_AUTH: set it to required, and make a key with")
    assert not (tmp_path / ".perpetuo").exists()


def test_the_first_thing_to_try_needs_no_key_and_one_made_beside_the_server_signs_in(
    tmp_path: Path,
) -> None:
    def command(*arguments: str) -> str:
        outcome = run(tmp_path, *arguments)
        assert outcome.returncode == 0, outcome.stderr
        return outcome.stdout

    query = {"query": "{ companies { nodes { code } } }"}
    with serving(tmp_path, auth="required") as served:
        assert served.process.stdout
        _, to_try, _ = (served.process.stdout.readline() for _ in range(3))
        url = f"{served.base}/graphql"
        first = json.loads(to_try.split(" -d ")[1].strip().strip("'"))
        assert httpx2.post(url, json=first).json()["data"]["version"]  # it needs no token
        command("users", "add", "olga")
        command("roles", "grant", "olga", "warehouse", "--company", "DEMO", "--warehouse", "Stores")
        key = command("keys", "create", "olga", "--days", "30", "--scope", "stock-read").strip()
        assert "Stores" in command("roles", "list", "--company", "DEMO")
        headers = {"Authorization": f"Bearer {key}"}
        answer = httpx2.post(url, json=query, headers=headers).json()
        assert answer["data"]["companies"]["nodes"] == [{"code": "DEMO"}]
        assert httpx2.post(url, json=query).json()["errors"][0]["extensions"]["code"] == (
            "UNAUTHENTICATED"
        )
        prefix = key.split("_")[1]
        assert prefix in command("keys", "list", "olga")
        command("keys", "revoke", prefix)
        command("roles", "revoke", "olga", "warehouse", "--company", "DEMO")
        command("users", "disable", "olga")
        assert "olga" in command("users", "list")
        (line,) = refusals(run(tmp_path, "keys", "create", "nobody"))
        assert "nobody" in line
        assert key not in (tmp_path / "serve.log").read_text()


def test_development_mode_says_that_it_needs_no_token(tmp_path: Path) -> None:
    with serving(tmp_path, "--no-demo") as served:
        answer = httpx2.post(
            f"{served.base}/graphql", json={"query": "{ companies { nodes { id } } }"}
        )
        assert answer.json()["data"] == {"companies": {"nodes": []}}
        assert served.process.stdout
        lines = [served.process.stdout.readline() for _ in range(3)]
    assert "  Sign in    not needed: development mode, for this machine only\n" in lines
