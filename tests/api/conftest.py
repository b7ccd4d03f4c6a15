"""What most tests over the wire begin with."""

import pytest

from tests.api.desk import Desk


@pytest.fixture
def desk(server: str) -> Desk:
    """A company of the test's own, on the server of all tests."""
    return Desk(server)
