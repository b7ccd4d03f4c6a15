"""Every figure of scenarios with links, averages by period and carried costs explains itself."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from domain.explain.nodes import NodeKind
from persistence.database import Database
from persistence.embedded import EmbeddedPostgres
from tests.conformance.client import Client
from tests.conformance.scenario import judge
from tests.explained import assert_every_figure_is_explained
from tests.servers import new_database, running_server

_VECTORS = Path(__file__).parent / "vectors"
_NEWEST = "select id from company order by id desc limit 1"


@pytest.fixture(scope="module")
def books(postgres: EmbeddedPostgres) -> Iterator[tuple[str, Client]]:
    """A database, and a client of the server on it."""
    with new_database(postgres) as url, running_server(url) as base, Client(base) as client:
        yield url, client


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("nav/nav-rounding-fifo", {NodeKind.LAYER, NodeKind.DIFFERENCE, NodeKind.TAKEN}),
        ("nav/nav-late-item-charge", {NodeKind.CHANGE, NodeKind.LANDED_COST}),
        ("nav/nav-revaluation-fifo", {NodeKind.LAYER, NodeKind.REVALUATION}),
        ("nav/nav-expected-cost-shipment", {NodeKind.EXPECTED_ISSUE, NodeKind.ISSUE}),
        ("nav/nav-average-month", {NodeKind.AVERAGE, NodeKind.RECEIPT, NodeKind.BALANCE}),
        ("nav/nav-transfer-average", {NodeKind.AVERAGE, NodeKind.TRANSFER}),
        ("nav/nav-seed-tutorial", {NodeKind.AVERAGE, NodeKind.LAYER, NodeKind.RECEIPT}),
        ("weberp/weberp-standard-cost-change", {NodeKind.IN_FORCE, NodeKind.REVALUATION}),
        ("weberp/weberp-weighted-average-partly-sold", {NodeKind.IN_FORCE, NodeKind.DIRECT}),
        ("weberp/weberp-transfers", {NodeKind.IN_FORCE, NodeKind.TRANSFER}),
    ],
)
@pytest.mark.anyio
async def test_every_figure_is_explained(
    name: str, kinds: set[NodeKind], books: tuple[str, Client]
) -> None:
    url, client = books
    verdict = judge(_VECTORS / f"{name}.json", client)
    assert verdict.passed, verdict.failure
    with psycopg.connect(url) as connection:
        row = connection.execute(_NEWEST).fetchone()
    assert row is not None
    database = await Database.open(url)
    try:
        seen = await assert_every_figure_is_explained(database, row[0])
    finally:
        await database.close()
    assert kinds <= seen.keys(), seen
