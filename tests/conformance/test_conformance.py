"""Every scenario file against a running server: those in passing.txt pass, and no others do."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.client import Client
from tests.conformance.scenario import judge

_HERE = Path(__file__).parent
_FILES = {
    path.stem: path
    for folder in ("vectors", "own")  # own: fields with kinds of steps that no vector shows
    for path in sorted((_HERE / folder).rglob("*.json"))
}
_LISTED = {
    line for line in (_HERE / "passing.txt").read_text("utf-8").splitlines() if line[:1] != "#"
}


@pytest.fixture(scope="module")
def client(server: str) -> Iterator[Client]:
    """One kept-alive connection."""
    with Client(server) as connected:
        yield connected


@pytest.mark.parametrize("name", _FILES)
def test_scenario(name: str, client: Client) -> None:
    verdict = judge(_FILES[name], client)
    if name in _LISTED:
        assert verdict.passed, f"{name} {verdict.failure}"
    else:
        assert not verdict.passed, f"{name} passes: list it in passing.txt"


def test_only_files_that_exist_are_listed() -> None:
    assert not _LISTED - _FILES.keys()
