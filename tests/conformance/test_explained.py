"""Every figure of scenarios with links, averages by period and carried costs explains itself."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from domain.explain.nodes import NodeKind
from persistence.database import Database
from tests.conformance.client import Client
from tests.conformance.scenario import judge
from tests.explained import assert_every_figure_is_explained

_HERE = Path(__file__).parent
_NEWEST = "select id from company order by id desc limit 1"


@pytest.fixture(scope="module")
def client(server: str) -> Iterator[Client]:
    """One kept-alive connection."""
    with Client(server) as connected:
        yield connected


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("vectors/nav/nav-rounding-fifo", {NodeKind.LAYER, NodeKind.DIFFERENCE, NodeKind.TAKEN}),
        ("vectors/nav/nav-late-item-charge", {NodeKind.CHANGE, NodeKind.LANDED_COST}),
        ("vectors/nav/nav-revaluation-fifo", {NodeKind.LAYER, NodeKind.REVALUATION}),
        ("vectors/nav/nav-expected-cost-shipment", {NodeKind.EXPECTED_ISSUE, NodeKind.ISSUE}),
        ("vectors/nav/nav-average-month", {NodeKind.AVERAGE, NodeKind.RECEIPT, NodeKind.BALANCE}),
        ("vectors/nav/nav-transfer-average", {NodeKind.AVERAGE, NodeKind.TRANSFER}),
        ("vectors/nav/nav-seed-tutorial", {NodeKind.AVERAGE, NodeKind.LAYER, NodeKind.RECEIPT}),
        ("vectors/weberp/weberp-standard-cost-change", {NodeKind.IN_FORCE, NodeKind.REVALUATION}),
        (
            "vectors/weberp/weberp-weighted-average-partly-sold",
            {NodeKind.IN_FORCE, NodeKind.DIRECT},
        ),
        ("vectors/weberp/weberp-transfers", {NodeKind.IN_FORCE, NodeKind.TRANSFER}),
        ("own/erpnext-return-elsewhere", {NodeKind.LAYER, NodeKind.LANDED_COST}),
        ("own/nav-return-elsewhere", {NodeKind.LAYER, NodeKind.CHANGE}),
        ("own/nav-applied-average", {NodeKind.LAYER, NodeKind.AVERAGE, NodeKind.CHANGE}),
    ],
)
@pytest.mark.anyio
async def test_every_figure_is_explained(
    name: str,
    kinds: set[NodeKind],
    client: Client,
    server_database: str,
    server_books: Database,
) -> None:
    verdict = judge(_HERE / f"{name}.json", client)
    assert verdict.passed, verdict.failure
    with psycopg.connect(server_database) as connection:
        row = connection.execute(_NEWEST).fetchone()
    assert row is not None
    seen = await assert_every_figure_is_explained(server_books, row[0])
    assert kinds <= seen.keys(), seen
