"""What a posting leaves out of indexes is found without reading the whole history.

And reports do not compare each row with each other while the planner has no statistics yet, as
right after an import.
"""

import re
from collections.abc import Iterator
from hashlib import md5
from typing import Any
from uuid import UUID

import psycopg
import pytest

from domain.accounts import AccountType
from domain.ageing import USUAL_BOUNDARIES, intervals_of
from persistence import feed
from persistence.database import Database
from persistence.documents import changed as changed_documents
from persistence.explaining import lines
from persistence.masters.store import references_statement
from persistence.paging import Page
from persistence.posting.reading import linked_statements, recorded, references
from persistence.reports import (
    ageing,
    billed_not_received,
    delivered_not_billed,
    gross_profit,
    inventory_valuation,
    open_items,
    received_not_billed,
    stock_balance,
)
from persistence.reports.accruals import LineFilter, lines_statement
from persistence.reports.query import compose, on_page
from persistence.reports.scope import Scope
from persistence.statistics import gather_due, gather_due_within

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
insert into party_entry (company_id, id, seq, party_id, document_id, posting_date, account_id,
                         amount, currency, currency_amount)
select company, id, i, company, document, day, company, 1, 'EUR', 1 from fact;
insert into party (company_id, id, code, name, roles)
select distinct company, company, 'UTAH', 'Utah', '{CUSTOMER}'::text[] from fact;
insert into account (company_id, id, code, name, type, root, is_group, position)
select distinct company, company, 'Debtors', 'Debtors', 'RECEIVABLE', 'ASSET', false, 1 from fact;
insert into company (id, code, name, currency, chart, scheme, flow, costing_method,
                     fiscal_year_start_month)
select distinct company, 'PLANS', 'Plans', 'EUR', '', 'PERPETUAL', 'REPLAY', 'FIFO', 1 from fact;
"""
_ROWS = 3_000
"""Lines; comparing each with each is millions."""
_STATISTICS = "analyze document, document_line, movement, cost_entry, billing_entry"
_SCOPE = Scope(
    company_id=UUID(md5(b"company", usedforsecurity=False).hexdigest()), currency="EUR", digits=2,
    fiscal_year_start_month=1, as_of=None, known_at=None, seq=_ROWS, is_now=True, folded=0,
)  # fmt: skip


@pytest.fixture(scope="module")
def facts(untouched_database_url: str) -> Iterator[psycopg.Connection]:
    """Facts enough that a plan is worth while, never committed."""
    with psycopg.connect(untouched_database_url) as connection:
        connection.execute(_HISTORY)
        yield connection
        connection.rollback()


@pytest.fixture
def history(facts: psycopg.Connection) -> Iterator[psycopg.Connection]:
    """The facts, unknown to the planner: nothing that it is told of them stays."""
    with facts.transaction(force_rollback=True):
        yield facts


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
            recorded._DEPENDENTS,
            {"billing_entry_pkey": "line_id", "document_line_against": "against_line_id"},
        ),
        (
            recorded._LOCK_LINES,
            {"document_line_no": "document_id", "billing_entry_document": "document_id"},
        ),
        (linked_statements.AVERAGE_REVALUATIONS, {"cost_entry_revaluation": "item_id"}),
        (
            compose(
                stock_balance._HISTORY,
                bins=" and item_id = %(item)s",
                its=f" and movement_id in ({stock_balance._ITS_MOVEMENTS})",
            ),
            {"movement_posting_order": "item_id", "cost_entry_movement": "movement_id"},
        ),
        (
            lines._OF_LINE,
            {
                "movement_document": "document_id",
                "cost_entry_movement": "movement_id",
                "cost_entry_because": "because_id",
            },
        ),
        (
            re.sub(r":(company|one)\b", r"%(\1)s", references_statement("payment_term")),
            {"document_by_terms": "((content ->> 'payment_term'::text))::uuid"},
        ),
        (references._BILL_NUMBERED, {"document_by_bill_number": "lower(btrim((reference)::text))"}),
    ],
)
def test_facts_are_searched_by_key(
    history: psycopg.Connection, query: str, conditions: dict[str, str]
) -> None:
    history.execute(_STATISTICS)
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


def _lists() -> Iterator[Any]:
    for name, report, side in (
        ("received", received_not_billed, received_not_billed.RECEIPTS),
        ("delivered", delivered_not_billed, delivered_not_billed.DELIVERIES),
        ("billed", billed_not_received, billed_not_received.INVOICES),
    ):
        sql, values = lines_statement(side, _SCOPE, LineFilter())
        yield pytest.param(on_page(sql, Page(report.ORDERING, 1000)), values, id=name)
    yield pytest.param(
        *open_items.page_statement(
            _SCOPE, Page(open_items.ORDERING, 1000), open_items.OpenItemFilter()
        ),
        id="open items",
    )
    aged = ageing.AgeingFilter(
        type=AccountType.RECEIVABLE,
        basis=ageing.AgeingBasis.DUE_DATE,
        intervals=intervals_of(USUAL_BOUNDARIES),
    )
    yield pytest.param(
        *ageing.page_statement(_SCOPE, Page(ageing.ORDERING, 1000), aged), id="ageing"
    )
    for report, which in (
        (inventory_valuation, inventory_valuation.ValuationFilter()),
        *((gross_profit, gross_profit.ProfitFilter(by=by)) for by in gross_profit.GrossProfitBy),
    ):
        yield pytest.param(
            *report.page_statement(_SCOPE, Page(report.ORDERING, 1000), which),
            id=f"{report.ORDERING.name} {getattr(which, 'by', '')}".strip(),
        )


@pytest.mark.parametrize(("query", "values"), list(_lists()))
def test_no_row_is_compared_with_each_other_before_there_are_statistics(
    history: psycopg.Connection, query: str, values: dict[str, Any]
) -> None:
    history.execute("select set_config('app.company_id', %s, true)", (str(_SCOPE.company_id),))
    history.execute("set local role perpetuo_app")
    ((plan,),) = history.execute(
        b"explain (analyze, timing off, format json) " + query.encode(), values
    ).fetchall()
    assert _looked_at(plan[0]["Plan"]) < 200 * _ROWS


def _looked_at(node: dict[str, Any]) -> float:
    """How many rows the steps of a plan have made or thrown away."""
    rows = sum(node.get(name, 0) for name in _ROW_COUNTS) * node["Actual Loops"]
    return rows + sum(_looked_at(below) for below in node.get("Plans", ()))


_ROW_COUNTS = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Join Filter")


@pytest.mark.anyio
async def test_tables_that_were_just_filled_are_analyzed_at_once(
    database: Database, database_url: str
) -> None:
    with psycopg.connect(database_url) as owner:
        owner.execute("create table few as select i from generate_series(1, 40) i")
        owner.execute("create table many as select i from generate_series(1, 400) i")
    await gather_due(database)
    with psycopg.connect(database_url) as owner:
        known = (
            "select relname, reltuples from pg_class where relname in ('few', 'many') order by 1"
        )
        assert owner.execute(known.encode()).fetchall() == [("few", -1), ("many", 400)]


@pytest.mark.anyio
async def test_a_transaction_gathers_what_only_it_has_written(
    database: Database, database_url: str
) -> None:
    with psycopg.connect(database_url) as owner:
        owner.execute("create table own (i integer)")
        owner.execute("grant insert on own to perpetuo_app")
    async with (
        database.pool.connection() as connection,
        connection.transaction(force_rollback=True),
    ):
        await connection.execute("insert into own select generate_series(1, 400)")
        await gather_due_within(connection)
        known = await connection.execute(
            "select reltuples, current_user::text from pg_class where relname = 'own'"
        )
        assert await known.fetchone() == (400, "perpetuo_app")
