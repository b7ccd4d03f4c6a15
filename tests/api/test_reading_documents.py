"""Documents over the wire: what belongs to them, lists, and no statement per document."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any, ClassVar
from uuid import UUID

import pytest
from psycopg import AsyncConnection

from api.context import Context, Services
from api.schema import schema
from persistence.database import Database
from tests.api.bookkeeper import PURCHASE_CHARGES, Bookkeeper
from tests.servers import running_server


@pytest.fixture
def keeper(server: str) -> Iterator[Bookkeeper]:
    bookkeeper = Bookkeeper(server)
    yield bookkeeper
    bookkeeper.client.close()


DOCUMENT = """
  __typename id kind number status version postingDate party { code } currency
  netTotal chargesTotal grandTotal company { code }
  lines { line item { sku } warehouse { code } quantity rate amount valuationAmount valuationRate
    billedQuantity returnedQuantity receiptLine { document { number } } }
  charges { account { code } category rate amount }
  journalLines { account { code } debit credit entry { number source } }
  stockMovements { item { sku } quantity cost quantityAfter valueAfter unitCostAfter }
"""


def test_a_receipt_shows_all_that_belongs_to_it(keeper: Bookkeeper) -> None:
    receipt = keeper.receive("2026-01-10", charges=PURCHASE_CHARGES)
    found = keeper.ask(
        f"query($id: ID!) {{ document(id: $id) {{ {DOCUMENT} }}"
        " node(id: $id) { __typename id } }",
        id=receipt["id"],
    )
    assert found["node"] == {"__typename": "PurchaseReceipt", "id": receipt["id"]}
    entry = {"number": receipt["number"], "source": "PURCHASE_RECEIPT"}
    assert found["document"] == {
        "__typename": "PurchaseReceipt", "id": receipt["id"], "kind": "PURCHASE_RECEIPT",
        "number": receipt["number"], "status": "SUBMITTED", "version": 1,
        "postingDate": "2026-01-10", "party": {"code": "ARCU"}, "currency": "USD",
        "netTotal": "2000.00", "chargesTotal": "300.00", "grandTotal": "2300.00",
        "company": keeper.company,
        "lines": [{
            "line": 1, "item": {"sku": "RM0001"}, "warehouse": {"code": "Stores"},
            "quantity": "10", "rate": "200", "amount": "2000.00", "valuationAmount": "2250.00",
            "valuationRate": "225", "billedQuantity": "0", "returnedQuantity": "0",
            "receiptLine": None,
        }],
        "charges": [
            {"account": {"code": "Shipping Charges"}, "category": "VALUATION_AND_TOTAL",
             "rate": None, "amount": "100.00"},
            {"account": {"code": "VAT"}, "category": "TOTAL", "rate": "10", "amount": "200.00"},
            {"account": {"code": "Customs Duty"}, "category": "VALUATION", "rate": None,
             "amount": "150.00"},
        ],
        "journalLines": [
            {"account": {"code": "Stores"}, "debit": "2250.00", "credit": "0.00", "entry": entry},
            {"account": {"code": "Stock Received But Not Billed"}, "debit": "0.00",
             "credit": "2000.00", "entry": entry},
            {"account": {"code": "Shipping Charges"}, "debit": "0.00", "credit": "100.00",
             "entry": entry},
            {"account": {"code": "Customs Duty"}, "debit": "0.00", "credit": "150.00",
             "entry": entry},
        ],
        "stockMovements": [{
            "item": {"sku": "RM0001"}, "quantity": "10", "cost": "2250.00", "quantityAfter": "10",
            "valueAfter": "2250.00", "unitCostAfter": "225",
        }],
    }  # fmt: skip


def test_what_is_submitted_reads_as_it_was_shown(keeper: Bookkeeper) -> None:
    receipt = keeper.receive("2026-01-10")
    kinds: list[tuple[str, str, dict[str, Any]]] = [
        ("PurchaseInvoice", "supplier", {
            "supplier": {"code": "ARCU"}, "charges": PURCHASE_CHARGES[:2],
            "lines": [{"item": {"sku": "RM0001"}, "quantity": "3", "rate": "200",
                       "receiptLine": {"id": receipt["lines"][0]["id"]}}],
        }),
        ("DeliveryNote", "customer", {
            "customer": {"code": "UTAH"},
            "lines": [{"item": {"sku": "RM0001"}, "warehouse": {"code": "Stores"},
                       "quantity": "3", "rate": "300"}],
        }),
        ("SalesInvoice", "customer", {
            "customer": {"code": "UTAH"}, "updateStock": True,
            "lines": [{"item": {"sku": "RM0001"}, "warehouse": {"code": "Stores"},
                       "quantity": "1", "rate": "300"}],
        }),
        ("StockEntry", "purpose", {
            "purpose": "MATERIAL_TRANSFER",
            "lines": [{"item": {"sku": "RM0001"}, "warehouse": {"code": "Stores"},
                       "toWarehouse": {"code": "Finished Goods"}, "quantity": "2"}],
        }),
        ("JournalEntry", "lines { debit credit }", {
            "lines": [{"account": {"code": "Cash"}, "debit": "5"},
                      {"account": {"code": "Sales"}, "credit": "5"}],
        }),
    ]  # fmt: skip
    for kind, own, given in kinds:
        own_field = own if "{" in own or own == "purpose" else f"{own} {{ code }}"
        fields = f"{DOCUMENT} {own_field}"
        shown = keeper.make(
            f"submit{kind}", kind[0].lower() + kind[1:], fields,
            company=keeper.company, postingDate="2026-01-12", **given,
        )  # fmt: skip
        query = f"query($id: ID!) {{ document(id: $id) {{ ... on {kind} {{ {fields} }} }} }}"
        assert keeper.ask(query, id=shown["id"])["document"] == shown, kind


def test_a_journals_lines_have_sides(keeper: Bookkeeper) -> None:
    lines: list[dict[str, Any]] = [
        {"account": {"code": "Cash"}, "debit": "5"},
        {"account": {"code": "Sales"}, "credit": "5"},
    ]
    shown = [
        {"account": {"code": "Cash"}, "debit": "5.00", "credit": "0.00"},
        {"account": {"code": "Sales"}, "debit": "0.00", "credit": "5.00"},
    ]
    for given in (lines, shown):  # what is read may be handed in again
        journal = keeper.make(
            "submitJournalEntry", "journalEntry", "lines { account { code } debit credit }",
            company=keeper.company, postingDate="2026-01-12", lines=given,
        )  # fmt: skip
        assert journal["lines"] == shown


def test_lines_are_nodes_and_unknown_ids_are_null(keeper: Bookkeeper) -> None:
    receipt = keeper.receive("2026-01-10")
    query = "query($id: ID!) { node(id: $id) { __typename } document(id: $id) { number } }"
    line = keeper.ask(query, id=receipt["lines"][0]["id"])
    assert line == {"node": {"__typename": "DocumentLine"}, "document": None}
    for unknown in ("no uuid", "01890a5d-ac96-774b-bcce-b302099a8057"):
        assert keeper.ask(query, id=unknown) == {"node": None, "document": None}


def test_journal_lines_can_be_merged_over_entries(keeper: Bookkeeper) -> None:
    keeper.receive("2026-01-10")
    delivered = keeper.deliver("2026-01-12")
    keeper.receive("2026-01-05", "2", "100")
    found = keeper.ask(
        "query($id: ID!) { document(id: $id) { journalEntries { source lines { debit } }"
        " journalLines(merged: true) { account { code } debit credit entry { id } } } }",
        id=delivered["id"],
    )["document"]
    assert found["journalEntries"] == [
        {"source": "DELIVERY_NOTE", "lines": [{"debit": "1000.00"}, {"debit": "0.00"}]},
        {"source": "COST_ADJUSTMENT", "lines": [{"debit": "200.00"}, {"debit": "0.00"}]},
    ]
    assert found["journalLines"] == [
        {"account": {"code": "Cost of Goods Sold"}, "debit": "800.00", "credit": "0.00",
         "entry": None},
        {"account": {"code": "Stores"}, "debit": "0.00", "credit": "800.00", "entry": None},
    ]  # fmt: skip


LISTS = """
query($company: CompanyRef!, $filter: AnyDocumentFilter, $sort: DocumentSort!, $first: Int,
      $after: String) {
  documents(company: $company, filter: $filter, sort: $sort, first: $first, after: $after) {
    nodes { number } pageInfo { hasNextPage endCursor } } }
"""


def numbers(keeper: Bookkeeper, sort: str = "RECORDED_ASC", **which: Any) -> list[str]:
    found: list[str] = []
    after = None
    while True:
        page = keeper.ask(LISTS, filter=which, sort=sort, first=2, after=after)["documents"]
        found += [node["number"][:2] for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def test_lists_are_filtered_sorted_and_paged(keeper: Bookkeeper) -> None:
    receipt = keeper.receive("2026-01-10", reference="their 77")
    keeper.bill(receipt, "2026-01-20")
    note = keeper.deliver("2026-01-15")
    keeper.cancel(note)
    assert numbers(keeper) == ["PR", "PI", "DN", "CA"]
    assert numbers(keeper, "POSTING_DATE_DESC") == ["PI", "CA", "DN", "PR"]
    assert numbers(keeper, "NUMBER_ASC") == ["CA", "DN", "PI", "PR"]
    cases: list[tuple[dict[str, Any], list[str]]] = [
        ({"kinds": ["DELIVERY_NOTE", "PURCHASE_INVOICE"]}, ["PI", "DN"]),
        ({"from": "2026-01-15", "to": "2026-01-15"}, ["DN", "CA"]),
        ({"party": {"code": "ARCU"}}, ["PR", "PI"]),
        ({"status": "CANCELLED"}, ["DN"]),
        ({"number": receipt["number"]}, ["PR"]),
        ({"item": {"sku": "RM0001"}}, ["PR", "PI", "DN"]),
        ({"text": "THEIR"}, ["PR"]),
        ({"warehouse": {"code": "Stores"}}, ["PR", "DN", "CA"]),
        ({"warehouse": {"code": "Finished Goods"}}, []),
        ({"totalFrom": "1500.01"}, ["PR", "PI"]),
        ({"totalFrom": "-1500", "totalTo": "1500"}, ["DN", "CA"]),
        ({"recordedAfter": 2}, ["DN", "CA"]),
    ]
    for which, expected in cases:
        assert numbers(keeper, **which) == expected, which
    one_kind = keeper.ask(
        "query($company: CompanyRef!) { deliveryNotes(company: $company) {"
        " nodes { number customer { code } cancelledBy { number } } } }"
    )["deliveryNotes"]["nodes"]
    assert one_kind == [{
        "number": note["number"], "customer": {"code": "UTAH"},
        "cancelledBy": {"number": "CAN-2026-00001"},
    }]  # fmt: skip


LINES = """
query($company: CompanyRef!, $filter: AnyDocumentFilter, $sort: DocumentLineSort!, $first: Int,
      $after: String, $last: Int, $before: String) {
  documentLines(company: $company, filter: $filter, sort: $sort, first: $first, after: $after,
                last: $last, before: $before) {
    nodes { document { number } line item { sku } quantity }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }
"""


def lines(
    keeper: Bookkeeper, sort: str = "POSTING_DATE_DESC", *, backwards: bool = False, **which: Any
) -> list[str]:
    """The lines of each page of two, as "DN/2 SKU 3"."""
    found: list[str] = []
    has_more, cursor, argument, limit = (
        ("hasPreviousPage", "startCursor", "before", "last")
        if backwards
        else ("hasNextPage", "endCursor", "after", "first")
    )
    place = None
    while True:
        asked = {limit: 2, argument: place, "filter": which, "sort": sort}
        page = keeper.ask(LINES, **asked)["documentLines"]
        shown = [
            f"{one['document']['number'][:2]}/{one['line']} {one['item']['sku']} {one['quantity']}"
            for one in page["nodes"]
        ]
        found = shown + found if backwards else found + shown
        if not page["pageInfo"][has_more]:
            return found
        place = page["pageInfo"][cursor]


def test_lines_of_all_documents_are_one_list(keeper: Bookkeeper) -> None:
    keeper.make("createItem", "item", company=keeper.company, sku="RM0002", costingMethod="FIFO")
    keeper.make("createWarehouse", "warehouse", company=keeper.company, code="Shop")
    rows = [
        {"item": {"sku": sku}, "warehouse": {"code": where}, "quantity": quantity, "rate": "2"}
        for sku, where, quantity in (
            ("RM0001", "Stores", "9"),
            ("RM0002", "Shop", "8"),
            ("RM0001", "Shop", "7"),
        )
    ]
    given: dict[str, Any] = {"company": keeper.company, "supplier": {"code": "ARCU"}, "lines": rows}
    keeper.make("submitPurchaseReceipt", "purchaseReceipt", **given, postingDate="2026-01-20")
    note = keeper.deliver("2026-01-21", "3")
    keeper.cancel(note)
    moves = {"item": {"sku": "RM0001"}, "quantity": "1", "warehouse": {"code": "Stores"},
             "toWarehouse": {"code": "Shop"}}  # fmt: skip
    keeper.make("submitStockEntry", "stockEntry", company=keeper.company,
                purpose="MATERIAL_TRANSFER", postingDate="2026-01-22", lines=[moves])  # fmt: skip
    came = ["PR/1 RM0001 9", "PR/2 RM0002 8", "PR/3 RM0001 7"]
    went, moved = "DN/1 RM0001 3", "SE/1 RM0001 1"
    assert lines(keeper, "POSTING_DATE_ASC") == [*came, went, moved]
    assert lines(keeper) == lines(keeper, backwards=True) == [moved, went, *reversed(came)]
    cases: list[tuple[dict[str, Any], list[str]]] = [
        ({"item": {"sku": "RM0001"}}, [came[0], came[2], went, moved]),
        ({"warehouse": {"code": "Shop"}}, [came[1], came[2], moved]),
        ({"item": {"sku": "RM0001"}, "warehouse": {"code": "Shop"}}, [came[2], moved]),
        ({"party": {"code": "ARCU"}}, came),
        ({"kinds": ["DELIVERY_NOTE", "STOCK_ENTRY"]}, [went, moved]),
        ({"status": "SUBMITTED"}, [*came, moved]),
        ({"from": "2026-01-21", "to": "2026-01-21"}, [went]),
        ({"recordedAfter": 1, "status": "SUBMITTED"}, [moved]),
        ({"text": "nothing"}, []),
    ]
    for which, expected in cases:
        assert lines(keeper, "RECORDED_ASC", **which) == expected, which


def test_a_period_that_ends_before_it_begins_is_refused(keeper: Bookkeeper) -> None:
    for things, kind in (("documents", "AnyDocumentFilter"), ("payments", "DocumentFilter")):
        (error,) = keeper.answer(
            f"query($company: CompanyRef!, $filter: {kind}) {{"
            f" {things}(company: $company, filter: $filter) {{ nodes {{ id }} }} }}",
            company=keeper.company,
            filter={"from": "2026-01-16", "to": "2026-01-15"},
        )["errors"]
        assert error["extensions"]["code"] == "INVALID_VALUE"
        assert error["extensions"]["path"] == ["filter", "from"]
        assert error["message"] == "The value cannot be right: it is after the last day."
    (error,) = keeper.answer(
        LISTS, company=keeper.company, sort="RECORDED_ASC",
        filter={"totalFrom": "2", "totalTo": "1"},
    )["errors"]  # fmt: skip
    assert error["extensions"]["path"] == ["filter", "totalFrom"]
    assert error["message"] == "The value cannot be right: it is more than the highest total."


class CountingDatabase(Database):
    """Counts the transactions that are opened on it."""

    opened: ClassVar[list[UUID | None]] = []

    @asynccontextmanager
    async def transaction(
        self, company_id: UUID | None, *, one_moment: bool = False
    ) -> AsyncIterator[AsyncConnection]:
        self.opened.append(company_id)
        async with super().transaction(company_id, one_moment=one_moment) as connection:
            yield connection


@pytest.mark.anyio
async def test_a_longer_list_asks_no_more_often(database: Database, database_url: str) -> None:
    counting = CountingDatabase(database.pool, database.engine, database.places)
    query = (
        "query($company: CompanyRef!) { documents(company: $company) { nodes {"
        f"{DOCUMENT} }} }} }}"
    )
    asked: list[int] = []
    with running_server(database_url) as base:
        keeper = Bookkeeper(base)
        for day in ("2026-01-10", "2026-01-11", "2026-01-12"):
            keeper.receive(day, charges=PURCHASE_CHARGES)
            keeper.deliver(day, "1")
            counting.opened.clear()
            context = Context.of(Services(counting))
            variables = {"company": keeper.company}
            result = await schema.execute(query, variables, context_value=context)
            assert result.errors is None
            assert result.data is not None
            asked.append(len(counting.opened))
        keeper.client.close()
    assert len(result.data["documents"]["nodes"]) == 6
    # Four parts a document would be 24 alone; how look-ups of masters gather is a matter of timing.
    assert max(asked) <= 18
