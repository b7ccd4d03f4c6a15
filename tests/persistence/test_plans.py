"""What a posting leaves out of indexes is found without reading the whole history."""

import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from persistence import feed
from persistence.posting import recorded
from persistence.reports import changed_documents, explain

_PARAMETER = re.compile(r"%\((\w+)\)s")
_HISTORY = """
set local session_replication_role = replica;
create temporary table fact on commit drop as
select md5('company')::uuid as company, md5('document' || i / 2)::uuid as document, i,
       md5('row' || i)::uuid as id, '2026-01-01'::date + i / 100 as day
  from generate_series(1, 3000) i;
insert into document (company_id, id, seq, kind, number, posting_date, posting_time, recorded_at,
                      update_stock, body_hash, currency, exchange_rate)
select company, document, min(i), 'DELIVERY_NOTE', min(i), min(day), '0:00', now(), false, '',
       'EUR', 1
  from fact group by company, document;
insert into document_line (company_id, id, document_id, line_no)
select company, id, document, i from fact;
insert into movement (company_id, id, seq, ordinal, document_id, leg, nature, posting_date,
                      posting_time, item_id, warehouse_id, quantity)
select company, id, i, 0, document, 'OUT', 'SALE', day, '0:00', id, id, -1 from fact;
insert into cost_entry (company_id, id, seq, movement_id, document_id, because_id, item_id,
                        warehouse_id, kind, posting_date, actual)
select company, id, i, id, document, case when i % 9 = 0 then id else document end, id, id,
       'ISSUE', day, -1 from fact;
insert into billing_entry (company_id, line_id, id, seq, document_id, posting_date, kind, quantity,
                           amount)
select company, id, id, i, document, day, 'DELIVERED', 1, 1 from fact;
analyze document, document_line, movement, cost_entry, billing_entry;
"""


@pytest.fixture
def history(untouched_database_url: str) -> Iterator[psycopg.Connection]:
    """Facts enough that a plan is worth while; nothing of it stays."""
    with psycopg.connect(untouched_database_url) as connection:
        connection.execute(_HISTORY)
        yield connection
        connection.rollback()


@pytest.mark.parametrize(
    ("query", "conditions"),
    [
        (
            feed._CHANGED_BINS,
            {
                "document_by_seq": "seq",
                "movement_document": "document_id",
                "cost_entry_because": "because_id",
            },
        ),
        (changed_documents._CHANGES, {"cost_entry_because": "because_id"}),
        (
            changed_documents._COSTS,
            {"movement_document": "document_id", "cost_entry_movement": "movement_id"},
        ),
        (recorded._GAVE, {"cost_entry_because": "because_id"}),
        (
            recorded._HEAD,
            {"billing_entry_pkey": "line_id", "document_line_against": "against_line_id"},
        ),
        (
            recorded._LOCK_LINES,
            {"document_line_no": "document_id", "billing_entry_document": "document_id"},
        ),
        (
            explain._OF_LINE,
            {
                "movement_document": "document_id",
                "cost_entry_movement": "movement_id",
                "cost_entry_because": "because_id",
            },
        ),
    ],
)
def test_facts_are_searched_by_key(
    history: psycopg.Connection, query: str, conditions: dict[str, str]
) -> None:
    names: dict[str, int] = {}
    text = _PARAMETER.sub(lambda one: f"${names.setdefault(one[1], len(names) + 1)}", query)
    explain: Any = f"explain (generic_plan, format json) {text}"
    ((plan,),) = history.execute(explain).fetchall()
    found = dict(_conditions(plan[0]["Plan"]))
    for index, column in conditions.items():
        assert f"({column} " in found.get(index, ""), (index, found)


def _conditions(node: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each index of a plan, and by what it is searched."""
    if "Index Name" in node:
        yield node["Index Name"], node.get("Index Cond", "")
    for below in node.get("Plans", ()):
        yield from _conditions(below)
