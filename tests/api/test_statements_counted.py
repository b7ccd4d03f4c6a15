"""No list asks the database once more for each of its rows: statements are counted.

Every query that lists rows is asked for one row and for fifty, with all that is nested in a row.
The schema is walked: a new field is asked for as soon as it is there, and a new list without rows
here fails.
"""

import re
import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import NAMESPACE_OID, uuid5

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
from api.cost.sizes import weight
from api.schema import schema
from persistence.database import Database
from tests.api.clerk import Clerk
from tests.api.desk import Desk, bill, delivery, goods, journal, payment, receipt, sale, stock_entry
from tests.conftest import new_database, running_server

pytestmark = pytest.mark.anyio

QUERY: GraphQLObjectType = schema._schema.query_type  # type: ignore[assignment] - there is one
ROWS = 50
WAVES = 3
"""A look-up may be asked again for what its own answers refer to: a parent, and its parent."""

DEAR = {"explanation": "Any", "preview": "Draft"}
"""Fields that ask for each row (a tree, level by level; a whole decision), and of which type; their
cost limits how many rows there may be of them."""

PLAIN = {"webhooks", "webhookDeliveries", "fiscalYears", "periodChanges"}
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
    """A database with a company that has fifty of most things."""
    with new_database(postgres) as url, running_server(url) as base:
        desk = Desk(base)
        _make_masters(desk)
        _post_documents(desk)
        _post_rarer_things(desk)
        _move_in_linked_company(desk)
        _close_shipments(desk)
        yield url, desk


def _many(desk: Desk, mutation: str, *inputs: dict[str, Any]) -> None:
    """The same mutation many times in one request."""
    name = mutation[0].upper() + mutation[1:]
    declared = ", ".join(f"$i{n}: {name}Input!" for n in range(len(inputs)))
    fields = " ".join(
        f"r{n}: {mutation}(input: $i{n}) {{ errors {{ code path message }} }}"
        for n in range(len(inputs))
    )
    given = {f"i{n}": {"company": desk.company, **one} for n, one in enumerate(inputs)}
    data = desk.ask(f"mutation({declared}) {{ {fields} }}", **given)
    assert [one["errors"] for one in data.values() if one["errors"]] == []


def _make_masters(desk: Desk) -> None:
    codes = [f"{n:02}" for n in range(ROWS)]
    _many(desk, "createCostCenter", *({"code": f"CC{n}", "name": n} for n in codes))
    _many(desk, "createItemGroup", *({"code": f"G{n}", "name": n} for n in codes))
    _many(
        desk,
        "createWarehouse",
        *({"code": f"W{n}", "name": n, "account": {"code": "Stores"}} for n in codes),
    )
    _many(desk, "createTax", *({"code": f"T{n}", "name": n, "rate": "0"} for n in codes))
    _many(
        desk,
        "createItem",
        *(
            {
                "sku": f"I{n}",
                "name": n,
                "costingMethod": "LIFO",
                "barcodes": [f"B{n}"],
                "group": {"code": f"G{n}"},
            }
            for n in codes
        ),
    )
    _many(
        desk,
        "createParty",
        *({"code": f"P{n}", "name": n, "roles": ["SUPPLIER", "CUSTOMER"]} for n in codes),
    )
    _many(
        desk,
        "createAccount",
        *(
            {
                "code": f"A{n}",
                "name": n,
                "type": "EXPENSE",
                "root": "EXPENSE",
                "parent": {"code": "Expenses"},
            }
            for n in codes
        ),
    )


def _post_documents(desk: Desk) -> None:
    """Fifty of the commonest kinds, each of other masters."""
    ids = [f"{n:02}" for n in range(ROWS)]
    papers: list[Any] = []
    for n in ids:
        bill_id = str(uuid5(NAMESPACE_OID, f"sale {n}"))
        line = {"sku": f"I{n}", "costCenter": {"code": f"CC{n}"}}
        where = {"warehouse": {"code": f"W{n}"}}
        supplier, customer = {"supplier": {"code": f"P{n}"}}, {"customer": {"code": f"P{n}"}}
        papers += [
            receipt("2026-01-10", goods("10", "5", **line) | where, **supplier),
            bill("2026-01-11", goods("10", "5", **line) | where, updateStock=True, **supplier),
            delivery("2026-01-12", goods("1", "9", **line) | where, **customer),
            sale(
                "2026-01-13",
                goods("1", "9", **line) | where,
                updateStock=True,
                id=bill_id,
                **customer,
            ),
            payment("2026-01-16", "RECEIVE", "9", {bill_id: "9"}, party={"code": f"P{n}"}),
            stock_entry("2026-01-14", "ISSUE", goods("1", **line) | where),
            journal("2026-01-15", {f"A{n}": "5", "Bank": "-5"}),
            receipt("2026-01-11", goods("10", "4", **line) | where, **supplier),  # comes late
        ]
    _post_batch(desk, desk.company, papers)


def _post_batch(desk: Desk, company: dict[str, str], papers: list[Any]) -> None:
    documents = [
        {kind[0].lower() + kind[1:]: {"company": company, **given}} for kind, given in papers
    ]
    data = desk.ask(
        "mutation($input: SubmitBatchInput!) { submitBatch(input: $input) {"
        " results { errors { code path message } } errors { code } } }",
        input={"company": company, "documents": documents},
    )["submitBatch"]
    assert [one["errors"] for one in data["results"] if one["errors"]] == []


def _post_rarer_things(desk: Desk) -> None:
    """Fifty lines of what is negative, on its way, billed ahead, kept by batch, not finished."""
    desk.make("updateCompany", "company", company=desk.company,
              settings={"allowNegativeStock": True})  # fmt: skip
    desk.make("createWarehouse", "warehouse", company=desk.company, code="Road", name="Road",
              account={"code": "Work In Progress"}, isTransit=True)  # fmt: skip
    desk.item("B", "BATCH")
    ids = [f"{n:02}" for n in range(ROWS)]
    road = {"toWarehouse": {"code": "Road"}}
    sent = [goods("1", None, f"I{n}", warehouse={"code": f"W{n}"}, **road) for n in ids]
    for paper in (
        receipt("2026-01-09", *(goods("1", "5", "B", batch=f"L{n}") for n in ids)),
        stock_entry("2026-01-18", "ISSUE", *(goods("1", None, f"I{n}") for n in ids)),
        ("StockEntry", {"postingDate": "2026-01-19", "purpose": "SEND_TO_TRANSIT", "lines": sent}),
        bill("2026-01-20", *(goods("1", "5", f"I{n}") for n in ids)),
    ):
        desk.post(paper)
    note = {"company": desk.company, "postingDate": "2026-02-01", "lines": []}
    drafts = [{"deliveryNote": {**note, "customer": {"code": f"P{n}"}}} for n in ids]
    _many(desk, "saveDraft", *({"document": one} for one in drafts))


LINKED = "LINKED"


def _move_in_linked_company(desk: Desk) -> None:
    """Only where costs travel along links are there open movements."""
    clerk = Clerk(desk.base, LINKED)
    clerk.open(scheme="CONTINENTAL")
    ids = [f"{n:02}" for n in range(ROWS)]
    for n in ids:
        clerk.made("createWarehouse", "warehouse", code=f"W{n}")
        clerk.made("createItem", "item", sku=f"I{n}", costingMethod="FIFO")
    lines = [goods("1", "10", f"I{n}", warehouse={"code": f"W{n}"}) for n in ids]
    clerk.made("submitStockEntry", "stockEntry", postingDate="2026-01-02",
               purpose="MATERIAL_RECEIPT", lines=lines)  # fmt: skip


LEVEL = "LEVEL"


def _close_shipments(desk: Desk) -> None:
    """Only under BY_LEVEL shipments are charged and closed: each of its own masters."""
    clerk = Clerk(desk.base, LEVEL)
    clerk.open(scheme="BY_LEVEL", costingMethod="STANDARD")
    came: list[Any] = []
    papers: list[Any] = []
    for n in (f"{n:02}" for n in range(ROWS)):
        clerk.made("createWarehouse", "warehouse", code=f"W{n}", account={"code": "Stores"})
        clerk.made("createItem", "item", sku=f"I{n}", standardCost="1")
        clerk.made("createParty", "party", code=f"P{n}", roles=["SUPPLIER"])
        party, number = {"supplier": {"code": f"P{n}"}}, int(n) + 1
        where = {"warehouse": {"code": f"W{n}"}}
        given = {"shipment": f"S{n}", **party}
        came.append(receipt("2026-01-10", goods("1", "2", f"I{n}", **where), **given))
        line = {"item": {"sku": f"I{n}"}, "quantity": "1", "rate": "2"}
        line["receiptLine"] = {"number": f"PR-2026-{number:05}/1"}
        charge = {"quantity": "1", "rate": "3", "shipment": f"S{n}"}
        papers += [
            bill("2026-01-11", line, charge, **party),
            ("ShipmentClosing", {"postingDate": "2026-01-12", "shipment": f"S{n}"}),
        ]
    _post_batch(desk, clerk.company, came)
    _post_batch(desk, clerk.company, papers)


# -- asking ---------------------------------------------------------------------------------------


def _selection(type_: Any, depth: int, above: tuple[str, ...] = ()) -> str:
    """All fields of a type, and of the records in it; nothing within itself again."""
    if not isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
        return "{ __typename }"
    fields = ["__typename"]
    for name, field in type_.fields.items():
        if name in DEAR or any(is_required_argument(one) for one in field.args.values()):
            continue
        inner = get_named_type(field.type)
        if is_leaf_type(inner):
            fields.append(name)
        elif depth and inner.name not in above:
            fields.append(f"{name} {_selection(inner, depth - 1, (*above, inner.name))}")
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

        monkeypatch.setattr(psycopg.AsyncCursor, "execute", counting)

    def taken(self) -> Counter[str]:
        """What was counted; from now on anew."""
        found, self.texts = self.texts, Counter()
        return found


@pytest.mark.parametrize("name", LISTS)
async def test_a_list_asks_as_often_for_fifty_rows_as_for_one(
    name: str, books: tuple[str, Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, desk = books
    if name in PLAIN:
        assert _composite(_row(name)) == set()
        return
    statements = Statements(monkeypatch)
    database = await Database.open(url, most_connections=2)
    limits = CostLimits(dict.fromkeys(DEFAULT_LIMITS, 10**9))
    services = Services(database, cost_limits=limits)
    depth = 1 if "asOf" in QUERY.fields[name].args else 2  # of reports the rows are the point
    code = {"openMovements": LINKED, "shipments": LEVEL}.get(name, desk.code)
    company = f'company: {{code: "{code}"}}, ' if "company" in QUERY.fields[name].args else ""
    found: list[tuple[int, Counter[str]]] = []
    try:
        for first in (1, ROWS):
            query = f"{{ all: {name}({company}first: {first}) {{ nodes"
            query += f" {_selection(_row(name), depth)} }} }}"
            statements.taken()
            answer = await schema.execute(query, context_value=Context.of(services))
            assert answer.errors is None
            assert answer.data
            found.append((len(answer.data["all"]["nodes"]), statements.taken()))
    finally:
        await database.close()
    (_, alone), (rows, together) = found
    assert rows == ROWS or name in FEW or (_is_document(name) and rows in {0, ROWS}), rows
    more = {
        text: (alone[text], count)
        for text, count in together.items()
        if count - alone[text] > WAVES and not re.search(r"set_config|set role|set local", text)
    }
    assert more == {} or name == "companies", more


def _composite(type_: Any) -> set[str]:
    return {
        name for name, field in type_.fields.items() if not is_leaf_type(get_named_type(field.type))
    }


UNFILLED = {
    "allocations": {"allocations"},  # as payments have them
    "cancellations": {"cancels"},  # a document, as `because` is one
    "costingMethodChanges": {"changes"},  # from the document's lines
    "inventoryPostings": {"skipped"},  # from the document itself
    "purchaseReturns": {"supplier"},
    "salesReturns": {"customer"},
}
"""What kinds of documents of which there are none here have besides the fields of `Document`."""


async def test_kinds_of_documents_add_nothing_that_is_not_counted(
    books: tuple[str, Desk],
) -> None:
    _, desk = books
    document: Any = schema._schema.type_map["Document"]
    own: dict[str, set[str]] = {}
    for name in filter(_is_document, LISTS):
        query = f"query($company: CompanyRef!) {{ all: {name}(company: $company) {{"
        rows = desk.ask(f"{query} nodes {{ id }} }} }}")["all"]["nodes"]
        fields = _composite(_row(name)) - _composite(document)
        if fields and not rows:
            own[name] = fields
    assert own == UNFILLED


def test_documents_that_changed_others_are_among_those_listed(books: tuple[str, Desk]) -> None:
    query = """query($company: CompanyRef!) { purchaseReceipts(company: $company) {
        nodes { changedDocuments { document { kind } change accounts { change } } } } }"""
    changed = books[1].ask(query)["purchaseReceipts"]["nodes"]
    assert [len(one["changedDocuments"]) for one in changed] == [3] * ROWS


def test_fields_that_ask_for_each_row_are_dear() -> None:
    assert all(weight(of, name) >= 100 for name, of in DEAR.items())
