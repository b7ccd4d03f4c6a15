"""The schema is held against the last release's, and a breaking change is refused."""

import subprocess
from pathlib import Path

import pytest

from tests.clients.schema_changes import compared, last_release

pytestmark = pytest.mark.clients

SCHEMA = '"""Asked."""\ntype Query {\n  """One."""\n  one: Int\n  """Two."""\n  two: Int\n}\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose schema is committed."""
    (tmp_path / "schema.graphql").write_text(SCHEMA)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    commit(tmp_path)
    return tmp_path


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=Tests", "-c", "user.email=tests@localhost"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True)


def commit(folder: Path) -> None:
    git(folder, "commit", "-q", "--allow-empty", "--no-gpg-sign", "-m", "A change")


def test_without_a_release_there_is_nothing_to_compare_with(project: Path) -> None:
    git(project, "tag", "some-other-tag")
    good, said = compared(project)
    assert good
    assert said.startswith("No release is tagged yet")


def test_the_newest_version_counts(project: Path) -> None:
    for tag in ("v0.9.0", "v0.10.0", "v0.2.0"):
        git(project, "tag", tag)
    assert last_release(project) == "v0.10.0"


def test_what_is_added_breaks_nobody(project: Path) -> None:
    git(project, "tag", "v1.0.0")
    added = SCHEMA.replace("}", '  """Three."""\n  three: Int\n}')
    (project / "schema.graphql").write_text(added)
    assert compared(project) == (True, "Clients of v1.0.0 go on working.")


def test_what_is_taken_away_is_refused(project: Path) -> None:
    git(project, "tag", "v1.0.0")
    (project / "schema.graphql").write_text(SCHEMA.replace("two", "deux"))
    good, said = compared(project)
    assert not good
    assert said.startswith("Clients of v1.0.0 may break:")
    assert "'two' was removed" in said
