"""Books that an earlier release kept go on after an upgrade: nothing changes, all of it works.

`books_0020.sql.gz` is a dump of books as they were at revision 0020: fourteen scenarios of all
three flows and a company in which `requests_0020.json` were posted, in this order.
"""

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest

from domain.explain.nodes import NodeKind
from persistence.database import Database
from persistence.embedded import EmbeddedPostgres
from persistence.migrate import Age, schema_state, upgrade
from tests.conformance.client import Client
from tests.explained import assert_every_figure_is_explained
from tests.invariants import assert_all_books_are_clean
from tests.servers import new_database, running_server

_HERE = Path(__file__).parent
_REQUESTS: list[tuple[str, dict[str, Any]]] = json.loads(
    (_HERE / "requests_0020.json").read_text("utf-8")
)
_BALANCES = """
select company_id, account_id, cost_center_id, sum(amount) from journal_line
 group by 1, 2, 3 order by 1, 2, 3
"""
_STOCK = "select company_id, item_id, warehouse_id, quantity, value from bin order by 1, 2, 3"
_RECORDED = "select count(*) from document"
_TO_CANCEL = """
select company_id::text, id::text from document d
 where kind <> 'CANCELLATION'
   and not exists (select from document c where c.company_id = d.company_id and c.cancels_id = d.id)
 order by company_id, seq desc
"""
_REASONS = {"HAS_DEPENDENTS", "MIGRATION_PAST_NOT_KEPT", "PERIOD_CLOSED"}
"""Why one of these documents may not be cancelled."""


class Upgraded(NamedTuple):
    """The books after the upgrade, and what their ledgers came to before it."""

    url: str
    before: list[Any]


@pytest.fixture(scope="module")
def books(postgres: EmbeddedPostgres) -> Iterator[Upgraded]:
    """The old books, restored and brought to this release."""
    dump = gzip.decompress((_HERE / "books_0020.sql.gz").read_bytes()).decode()
    with new_database(postgres, "template0") as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(dump.encode())
        assert schema_state(url).revision == "0020"
        before = _figures(url)
        assert upgrade(url).age is Age.CURRENT
        yield Upgraded(url, before)


async def test_no_figure_changes_and_the_books_hold_together(books: Upgraded) -> None:
    assert _figures(books.url) == books.before
    await assert_all_books_are_clean(books.url)


async def test_every_figure_is_explained(books: Upgraded) -> None:
    database = await Database.open(books.url)
    seen: Counter[NodeKind] = Counter()
    for (company,) in _rows(books.url, "select id from company"):
        seen += await assert_every_figure_is_explained(database, company)
    await database.close()
    assert {
        NodeKind.LAYER,
        NodeKind.AVERAGE,
        NodeKind.LANDED_COST,
        NodeKind.IN_FORCE,
    } <= seen.keys()


def test_requests_that_are_sent_again_are_known(books: Upgraded) -> None:
    before = _rows(books.url, _RECORDED)
    with running_server(books.url) as base, Client(base) as client:
        for mutation, given in _REQUESTS:
            payload = client.mutate(mutation, given, "replayed")
            assert payload == {"replayed": True, "errors": []}, mutation
            other = client.mutate(mutation, {**given, "remarks": "another"}, "replayed")
            assert [one["code"] for one in other["errors"]] == ["IDEMPOTENCY_CONFLICT"], mutation
    assert _rows(books.url, _RECORDED) == before


async def test_what_was_posted_can_be_cancelled(books: Upgraded) -> None:
    """Last, for nothing is left then."""
    cancelled: Counter[bool] = Counter()
    with running_server(books.url) as base, Client(base) as client:
        for company, document in _rows(books.url, _TO_CANCEL):
            given = {"company": {"id": company}, "document": {"id": document}}
            errors = client.mutate("cancelDocument", given)["errors"]
            assert {one["code"] for one in errors} <= _REASONS, errors
            cancelled[not errors] += 1
    assert cancelled[True] > 4 * cancelled[False]
    await assert_all_books_are_clean(books.url)


def _figures(url: str) -> list[Any]:
    return [_rows(url, _BALANCES), _rows(url, _STOCK)]


def _rows(url: str, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(statement.encode()).fetchall()
