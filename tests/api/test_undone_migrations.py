"""Migrations are cancelled while nothing was posted since: books go on as if there had been none.

The trade is that of test_scheme_migrations.py. What a company's books come to after the migration
was cancelled is compared with a company that never migrated, document by document.
"""

from functools import cache
from typing import Any
from uuid import UUID

import pytest

from persistence.database import Database
from tests.api.periodic import AS_OF, Periodic
from tests.api.test_scheme_migrations import METHODS, PAIRS, Books, trade
from tests.explained import assert_every_figure_is_explained

CANCEL = """
mutation($input: CancelDocumentInput!) { done: %sancelDocument(input: $input) {
  cancellation { journalLines { account { code } debit credit } }
  errors { code path message ... on PostedSinceMigration { documents count } } } }
"""


def cancel(books: Books, migration: Any, verb: str = "c") -> Any:
    """The payload of cancelling, or of previewing that ("previewC")."""
    given = {"company": books.company, "document": {"number": migration["number"]}}
    return books.ask(CANCEL % verb, input=given)["done"]


def undone(books: Books, migration: Any) -> list[Any]:
    """The lines of the cancellation, as its preview had shown them."""
    shown = cancel(books, migration, "previewC")
    done = cancel(books, migration)
    assert shown == done
    assert done["errors"] == []
    return done["cancellation"]["journalLines"]


def state(books: Books) -> Any:
    """Balances, stock, methods, and what reports say of the company."""
    return books.balances(), books.ask(
        """query($company: CompanyRef!) {
          company(company: $company) { scheme }
          items(company: $company) { nodes { sku costingMethod } }
          stockBalance(company: $company) { nodes { item { sku } quantity value unitCost } }
          receivedNotBilled(company: $company) { nodes { pendingAmount } totals { difference } }
        }"""
    )


def go_on(books: Books, received: Any, sent: Any) -> list[Any]:
    """What happens later; the state after goods came late and left, and in the end."""
    line = {"id": sent["lines"][0]["id"]}
    books.bill(received, "2026-04-02", "3", "110")
    books.receive("2026-03-30", "2", "90")  # on a day of before
    books.deliver("2026-04-04", "7")
    found = [state(books)]
    back = {"company": books.company, "postingDate": "2026-04-05"}
    books.make("submitSalesReturn", "salesReturn", **back, lines=[{"line": line, "quantity": "1"}])
    books.submit("SalesInvoice", "2026-04-06", books.line("3", "300", deliveryLine=line))
    return [*found, state(books)]


@cache
def never_migrated(server: str, scheme: str) -> tuple[Any, list[Any]]:
    """The state of a company that stayed under its scheme, before and while it goes on."""
    books = Books(server, scheme)
    papers = trade(books)
    return state(books), go_on(books, *papers)


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_books_go_on_as_if_they_had_never_migrated(server: str, pair: tuple[str, str]) -> None:
    before, after = pair
    expected, later = never_migrated(server, before)
    books = Books(server, before)
    papers = trade(books)
    for _ in range(2 if before == "CONTINENTAL" else 1):  # once undone it can be made again
        _, made = books.change_to(after)
        undone(books, made)
        assert state(books) == expected
        assert books.faults() == []
    assert go_on(books, *papers) == later
    assert books.faults() == []


def test_the_journals_are_reversed(server: str) -> None:
    books = Books(server, "PERIODIC")
    trade(books)
    _, made = books.change_to("PERPETUAL")
    lines = [(one["account"]["code"], one["debit"], one["credit"]) for one in undone(books, made)]
    assert sorted(lines) == [
        ("Cost of Goods Sold", "600.00", "0.00"),
        ("Stock Received But Not Billed", "550.00", "0.00"),
        ("Stores", "0.00", "1150.00"),
    ]


@pytest.mark.parametrize("after", ["PERPETUAL", "CONTINENTAL"])
def test_what_was_posted_since_is_named(server: str, after: str) -> None:
    books = Books(server, "PERIODIC")
    trade(books)
    _, made = books.change_to(after)
    paper = books.receive("2026-04-01", "1", "100")
    before = state(books)
    for verb in ("previewC", "c"):
        (refused,) = cancel(books, made, verb)["errors"]
        assert (refused["code"], refused["path"]) == ("POSTED_SINCE_MIGRATION", ["document"])
        assert refused["documents"] == [paper["number"]]
        assert paper["number"] in refused["message"]
        assert state(books) == before
    given = {"company": books.company, "document": {"id": paper["id"]}}
    books.make("cancelDocument", "cancellation", **given)
    refused = cancel(books, made)["errors"]
    # The flow of PERIODIC and PERPETUAL is the same: what is cancelled left nothing in it.
    if after == "PERPETUAL":
        assert refused == []
    else:
        assert (refused[0]["code"], refused[0]["count"]) == ("POSTED_SINCE_MIGRATION", 2)
    assert books.faults() == []


def test_migrations_are_undone_from_the_last_one_on(server: str) -> None:
    books = Books(server, "PERPETUAL")
    papers = trade(books)
    expected, later = never_migrated(server, "PERPETUAL")
    made = [
        books.change_to(scheme, f"2026-04-{day:02}")[1]
        for day, scheme in enumerate(("CONTINENTAL", "BY_LEVEL", "PERIODIC"), start=1)
    ]
    (refused,) = cancel(books, made[0])["errors"]
    assert refused["documents"] == [made[1]["number"], made[2]["number"]]
    for one in reversed(made):
        undone(books, one)
        assert books.faults() == []
    assert state(books) == expected
    assert go_on(books, *papers) == later


def test_interim_accounts_and_what_waits_for_the_batch_are_as_before(server: str) -> None:
    """Expected cost stands where it stood, and no batch ever posts what the migration moved."""
    books = Books(server, "CONTINENTAL")
    books.expect_cost()
    papers = trade(books)
    batch: dict[str, Any] = {"company": books.company, "postingDate": AS_OF}
    books.make("postInventoryCost", "inventoryPosting", **batch)
    before = state(books)
    undone(books, books.change_to("BY_LEVEL")[1])
    assert state(books) == before
    books.make("postInventoryCost", "inventoryPosting", **batch)
    assert state(books) == before
    go_on(books, *papers)
    books.make("postInventoryCost", "inventoryPosting", **batch | {"postingDate": "2026-04-30"})
    assert books.faults() == []


def test_closed_days_stay_closed(server: str) -> None:
    books = Books(server, "PERIODIC")
    trade(books)
    _, made = books.change_to("PERPETUAL")
    books.make("closePeriod", "company", company=books.company, through=AS_OF)
    assert [one["code"] for one in cancel(books, made)["errors"]] == ["PERIOD_CLOSED"]


def test_items_made_since_come_under_a_method_of_the_former_flow(server: str) -> None:
    books = Books(server, "PERPETUAL")
    trade(books)
    _, made = books.change_to("BY_LEVEL")
    new = {"company": books.company, "sku": "NEW", "name": "New", "standardCost": "7"}
    Periodic.make(books, "createItem", "item", **new, costingMethod="WEIGHTED_AVERAGE")
    undone(books, made)
    items = state(books)[1]["items"]["nodes"]
    methods = {one["sku"]: one["costingMethod"] for one in items}
    assert (methods["RM0001"], methods["NEW"]) == (METHODS["PERPETUAL"], "MOVING_AVERAGE")


@pytest.mark.anyio
@pytest.mark.parametrize(
    "pair", [("CONTINENTAL", "BY_LEVEL"), ("BY_LEVEL", "PERIODIC")], ids="-".join
)
async def test_every_figure_is_explained_afterwards(
    server: str, server_books: Database, pair: tuple[str, str]
) -> None:
    before, after = pair
    books = Books(server, before)
    query = "query($company: CompanyRef!) { company(company: $company) { id } }"
    company = UUID(books.ask(query)["company"]["id"])
    papers = trade(books)
    undone(books, books.change_to(after)[1])
    await assert_every_figure_is_explained(server_books, company)
    go_on(books, *papers)
    await assert_every_figure_is_explained(server_books, company)
