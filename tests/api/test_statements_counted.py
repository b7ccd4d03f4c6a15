"""No list asks the database once more for each of its rows: statements are counted.

Every query that lists rows is asked for two rows and for twenty, with all that is nested in a row.
The schema is walked: a new field is asked for as soon as it is there, a new list without rows here
fails, and so does a resolver that could ask the database and had no twenty rows to ask for.
"""

import re
import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from api.context import Context, Services
from api.cost.limits import DEFAULT_LIMITS, CostLimits
from api.executing import execution
from api.schema import schema
from persistence.database import Database
from persistence.explaining.explain import Explaining, Find
from persistence.round_trip import RoundTrip, Statement
from tests.api.desk import Desk
from tests.api.twenty import LEVEL, LINKED, ROWS, twenty_of_most
from tests.servers import new_database, running_server

pytestmark = pytest.mark.anyio

QUERY: GraphQLObjectType = schema._schema.query_type  # type: ignore[assignment] - there is one
MANY = 10
"""A resolver that could ask for each row has been seen not to where so many rows had something."""

WAVES = 6
"""A look-up may be asked again for what its own answers refer to: a parent, and its parent; and
accounts for each of what documents have (lines, entries, payments), whose answers come by turns."""

IN_STEP = 12
"""How often one look-up of explanations may be asked more: for levels that others have not."""

EXPLAINED = {"deliveryNotes", "generalLedger"}
"""Lists whose rows are asked why they are what they are."""

PLAIN = {"webhooks", "webhookDeliveries", "fiscalYears", "periodChanges", "accessChanges"}
"""Lists whose rows are plain values: nothing more could be asked for."""

FEW = {"companies"}
"""Each company's records are its own: row-level security shows one company at a time."""

LISTS = sorted(name for name, field in QUERY.fields.items() if "first" in field.args)


def _row(name: str) -> Any:
    return get_named_type(get_named_type(QUERY.fields[name].type).fields["nodes"].type)


def _is_document(name: str) -> bool:
    """Whether a list has the documents of one kind: they share the resolvers of `Document`."""
    return "Document" in {one.name for one in getattr(_row(name), "interfaces", ())}


@pytest.fixture(scope="module")
def books(postgres: Any) -> Iterator[tuple[str, Desk]]:
    """A database with a company that has twenty of most things."""
    with new_database(postgres) as url, running_server(url) as base:
        yield url, twenty_of_most(base, url)


# -- asking ---------------------------------------------------------------------------------------


def _selection(type_: Any, depth: int, above: tuple[str, ...] = (), *, why: bool = False) -> str:
    """All fields of a type, and of the records in it; nothing within itself again."""
    if not isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
        return "{ __typename }"
    fields = ["__typename"]
    for name, field in type_.fields.items():
        if any(is_required_argument(one) for one in field.args.values()):
            continue
        inner: Any = get_named_type(field.type)
        if name == "explanation":
            if why:
                nodes = _selection(inner.fields["nodes"].type.of_type.of_type.of_type, 1)
                fields.append(f"explanation(depth: 2) {{ __typename nodes {nodes} }}")
        elif is_leaf_type(inner):
            fields.append(name)
        elif depth and inner.name not in above:
            below = _selection(inner, depth - 1, (*above, inner.name), why=why)
            fields.append(f"{name} {below}")
    return "{ " + " ".join(fields) + " }"


class Statements:
    """Counts what this thread asks the database, by text."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.texts: Counter[str] = Counter()
        thread, execute = threading.get_ident(), psycopg.AsyncCursor.execute

        async def counting(cursor: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
            if threading.get_ident() == thread:
                self.texts[str(query)] += 1
            return await execute(cursor, query, *args, **kwargs)

        ask = RoundTrip.ask

        def asking(trip: RoundTrip, statement: Statement, params: Any) -> Any:
            if threading.get_ident() == thread and params:  # neither begins nor commits
                self.texts[statement.text.decode()] += 1
            return ask(trip, statement, params)

        monkeypatch.setattr(psycopg.AsyncCursor, "execute", counting)
        monkeypatch.setattr(RoundTrip, "ask", asking)

    def taken(self) -> Counter[str]:
        """What was counted; from now on anew."""
        found, self.texts = self.texts, Counter()
        return found


async def test_lists_ask_as_often_for_twenty_rows_as_for_two(
    books: tuple[str, Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, desk = books
    # The texts follow the schema, and are long: to validate them takes longer than to answer them.
    monkeypatch.setattr(execution, "validate_document", lambda *_: [])
    statements = Statements(monkeypatch)
    database = await Database.open(url)
    limits = CostLimits(dict.fromkeys(DEFAULT_LIMITS, 10**9))
    services = Services(database, cost_limits=limits)
    seen: Counter[tuple[str, str]] = Counter()
    asking_more: dict[str, dict[str, tuple[int, int]]] = {}

    async def ask(query: str, first: int) -> tuple[Any, Counter[str]]:
        statements.taken()
        context = Context.of(services)
        answer = await schema.execute(query, {"first": first}, context_value=context)
        assert answer.errors is None
        assert answer.data
        _note(answer.data, seen)
        return answer.data, statements.taken()

    try:
        for name in LISTS:
            if name in PLAIN:
                assert _composite(_row(name)) == set()
                continue
            query = _query(name, desk)
            _, alone = await ask(query, 2)
            found, together = await ask(query, ROWS)
            rows = len(found["all"]["nodes"])
            assert rows == ROWS or name in FEW or (_is_document(name) and not rows), (name, rows)
            more = _more(alone, together)
            if more and name not in FEW:
                asking_more[name] = more
        for company in (LINKED, LEVEL):
            statements.taken()
            await _explain(database, company, 2)
            alone = statements.taken()
            await _explain(database, company, ROWS)
            if more := _more(alone, statements.taken()):
                asking_more[f"explanations in {company}"] = more
    finally:
        await database.close()
    assert asking_more == {}
    assert _could_ask() - {_resolver(*one) for one, count in seen.items() if count >= MANY} == {
        _resolver(*one) for one in NOT_FILLED
    }


def _query(name: str, desk: Desk) -> str:
    """The list with all that its rows have; how many rows is a variable, to read the text once."""
    depth = 1 if "asOf" in QUERY.fields[name].args else 2  # of reports the rows are the point
    code = {"openMovements": LINKED, "shipments": LEVEL}.get(name, desk.code)
    company = f'company: {{code: "{code}"}}, ' if "company" in QUERY.fields[name].args else ""
    fields = _selection(_row(name), depth, why=name in EXPLAINED)
    return f"query($first: Int!) {{ all: {name}({company}first: $first) {{ nodes {fields} }} }}"


async def _explain(database: Database, company: str, most: int) -> None:
    """Why movements of a company cost what they do."""
    async with database.transaction(None) as connection:
        cursor = await connection.execute("select id from company where code = %s", (company,))
        ((company_id,),) = await cursor.fetchall()
    async with database.transaction(company_id) as connection:
        cursor = await connection.execute("select id from movement order by id limit %s", (most,))
        finds: list[Find] = [
            lambda one, key=row: one.cost_subject(*key) for row in await cursor.fetchall()
        ]
        explaining = await Explaining.of(connection, company_id)
        found = await explaining.explain([(find, 3) for find in finds])
    assert len([one for one in found if one and one.root.children]) == most


def _more(alone: Counter[str], together: Counter[str]) -> dict[str, tuple[int, int]]:
    """The statements that many rows ask more often than a few do."""
    return {
        text: (alone[text], count)
        for text, count in together.items()
        if count - alone[text] > (IN_STEP if "asked.nth" in text else WAVES)
        and not re.search(r"set_config|set role|set local", text)
    }


def _note(value: Any, seen: Counter[tuple[str, str]]) -> None:
    """Count each field of each type for which there was something."""
    if isinstance(value, list):
        for one in value:
            _note(one, seen)
    if not isinstance(value, dict):
        return
    for name, inner in value.items():
        if "__typename" in value and inner not in (None, []):
            seen[value["__typename"], name] += 1
        _note(inner, seen)


def _resolver(type_: str, field: str) -> Any:
    """What resolves a field, alike wherever it is alike; None: it cannot ask the database."""
    definition: Any = schema.schema_converter.type_map[type_].definition
    for one in definition.fields:
        if schema.config.name_converter.get_graphql_name(one) != field or not one.base_resolver:
            continue
        resolver = one.base_resolver.wrapped_func
        if "info" not in resolver.__code__.co_varnames[: resolver.__code__.co_argcount]:
            return None
        of = [cell.cell_contents for cell in resolver.__closure__ or ()]
        return (resolver.__qualname__, *(one for one in of if isinstance(one, str)))
    return None


def _could_ask() -> set[Any]:
    """All resolvers beneath lists that could ask the database."""
    found: set[Any] = set()
    types = [_row(name) for name in LISTS]
    known = {one.name for one in types}
    while types:
        for field in getattr(types.pop(), "fields", {}).values():
            inner: Any = get_named_type(field.type)
            if inner.name not in known and not is_leaf_type(inner):
                known.add(inner.name)
                types.append(inner)
    for name in known:
        for field in schema._schema.type_map[name].fields:  # type: ignore[union-attr] - objects and interfaces
            found.add(_resolver(name, field))
    return found - {None}


def _composite(type_: Any) -> set[str]:
    return {
        name for name, field in type_.fields.items() if not is_leaf_type(get_named_type(field.type))
    }


_AS_RECEIPT_LINES = {"receiptLine", "deliveryLine", "invoiceLine", "sentLine", "returns", "clears",
                     "creditsLine", "creditsReturn", "chargedLine", "takesFrom"}  # fmt: skip
NOT_FILLED = {
    *(("DocumentLine", name) for name in _AS_RECEIPT_LINES),  # lines, by the look-up of all lines
    ("DocumentLine", "lots"), ("NegativeStockRow", "lot"), ("GoodsInTransitRow", "lot"),
    ("Lot", "changes"), ("Document", "cancelledBy"),
    ("Cancellation", "cancels"), ("Draft", "document"),
    ("CostingMethodChange", "changes"), ("ItemGroup", "purchasePriceVarianceAccount"),
    ("LedgerEntry", "purpose"), ("GrossProfitRow", "itemGroup"),
    ("Company", "postingRules"), ("PostingRule", "accounts"), ("PostingRule", "warehouse"),
    ("PostingRule", "itemGroup"),
}  # fmt: skip
"""Fields that not so many rows have something in here. Each is the look-up, by the ids of all rows,
that its neighbours are seen to share (masters, documents, lines, lots), or of one company."""


def test_documents_that_changed_others_are_among_those_listed(books: tuple[str, Desk]) -> None:
    query = """query($company: CompanyRef!, $late: Int!) {
        purchaseReceipts(company: $company, first: $late) {
            nodes { changedDocuments { document { kind } change accounts { change } } } } }"""
    changed = books[1].ask(query, late=ROWS)["purchaseReceipts"]["nodes"]
    assert [len(one["changedDocuments"]) for one in changed] == [3] * ROWS
