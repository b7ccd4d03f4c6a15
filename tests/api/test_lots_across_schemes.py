"""Batches and serial numbers keep their own cost while their company changes its scheme.

Before the migration: 10 of batch B1 came at 10, 5 of B2 at 14, serial numbers S1 at 100 and S2 at
120, all billed; 4 of B1 and S1 were sold. 6 of B1 are left (60), 5 of B2 (70) and S2 (120).
After it 2 of B2 (28) and S2 (120) are sold, 1 of B1 comes back at 10 and S1 at 100, S3 comes
at 130 and goes on at that, and 1 of B2 goes back to its supplier at 14.
"""

from typing import Any
from uuid import UUID

import pytest

from persistence.database import Database
from tests.api.periodic import AS_OF
from tests.api.test_scheme_migrations import Books
from tests.api.test_undone_migrations import undone
from tests.explained import assert_every_figure_is_explained

LOTS = {"PERPETUAL": ("BATCH", "SERIAL"), "PERIODIC": ("BATCH", "SERIAL"),
        "CONTINENTAL": ("SPECIFIC", "SPECIFIC")}  # fmt: skip
PAIRS = [(one, other) for one in LOTS for other in LOTS if one != other]


class LotBooks(Books):
    """A company that keeps BAT by batch and SER by serial number."""

    def __init__(self, base: str, scheme: str) -> None:
        super().__init__(base, scheme)
        for sku, method in zip(("BAT", "SER"), LOTS[scheme], strict=True):
            super(Books, self).make("createItem", "item", company=self.company, sku=sku, name=sku,
                                    costingMethod=method)  # fmt: skip

    def goods(self, quantity: str, rate: str, code: str, where: str | None = "Stores") -> Any:
        """A line of a batch ("B1"), or of a serial number ("S1")."""
        sku, lot = ("BAT", {"batch": code}) if code[0] == "B" else ("SER", {"serials": [code]})
        return {**self.line(quantity, rate, where, **lot), "item": {"sku": sku}}

    def lots(self) -> dict[str, str]:
        """What is there of each batch and serial number: quantity and value."""
        found = self.ask(
            "query($company: CompanyRef!) { lots(company: $company) { nodes {"
            " code stock { quantity value } } } }"
        )["lots"]["nodes"]
        return {
            one["code"]: f"{here['quantity']} {here['value']}"
            for one in found
            for here in one["stock"]
        }

    def methods(self) -> tuple[str, ...]:
        found = self.ask(
            "query($company: CompanyRef!) { items(company: $company) {"
            " nodes { sku costingMethod } } }"
        )["items"]["nodes"]
        by_sku = {one["sku"]: one["costingMethod"] for one in found}
        return by_sku["BAT"], by_sku["SER"]


def _trade(books: LotBooks) -> tuple[Any, Any]:
    came = books.submit(
        "PurchaseInvoice", "2026-03-01", books.goods("10", "10", "B1"),
        books.goods("5", "14", "B2"), books.goods("1", "100", "S1"), books.goods("1", "120", "S2"),
        updateStock=True,
    )  # fmt: skip
    sent = books.submit(
        "SalesInvoice", "2026-03-04", books.goods("4", "30", "B1"), books.goods("1", "300", "S1"),
        updateStock=True,
    )  # fmt: skip
    return came, sent


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_each_lot_keeps_its_cost(server: str, pair: tuple[str, str]) -> None:
    before, after = pair
    books = LotBooks(server, before)
    came, sent = _trade(books)
    left = {"B1": "6 60.00", "B2": "5 70.00", "S2": "1 120.00"}
    assert books.lots() == left
    undone(books, books.change_to(after)[1])
    assert (books.methods(), books.lots()) == (LOTS[before], left)
    plan, _ = books.change_to(after)
    assert plan["problems"] == []
    assert books.lots() == left
    assert books.methods() == LOTS[after]
    assert books.faults() == []
    books.submit(
        "SalesInvoice", "2026-04-02", books.goods("2", "30", "B2"), books.goods("1", "300", "S2"),
        updateStock=True,
    )  # fmt: skip
    assert books.lots() == {"B1": "6 60.00", "B2": "3 42.00"}
    back = {"company": books.company, "postingDate": "2026-04-03"}
    lines = [{"line": {"id": sent["lines"][n]["id"]}, "quantity": "1"} for n in (0, 1)]
    lines[1]["serials"] = ["S1"]
    books.make("submitSalesReturn", "salesReturn", **back, lines=lines)
    assert books.lots() == {"B1": "7 70.00", "B2": "3 42.00", "S1": "1 100.00"}
    books.submit("PurchaseInvoice", "2026-04-04", books.goods("1", "130", "S3"), updateStock=True)
    books.submit("SalesInvoice", "2026-04-05", books.goods("1", "300", "S3"), updateStock=True)
    line = {"line": {"id": came["lines"][1]["id"]}, "quantity": "1"}
    books.make("submitPurchaseReturn", "purchaseReturn", company=books.company,
               postingDate="2026-04-06", lines=[line])  # fmt: skip
    assert books.lots() == {"B1": "7 70.00", "B2": "2 28.00", "S1": "1 100.00"}
    assert books.faults() == []


@pytest.mark.parametrize("before", LOTS)
def test_a_carried_cost_knows_no_lots(server: str, before: str) -> None:
    books = LotBooks(server, before)
    _trade(books)
    given = {**books.request(), "asOf": AS_OF, "scheme": "BY_LEVEL"}
    assert books.refused("migrateCompany", "migration", **given) == [
        ("LOTS_NOT_KEPT", ""), ("LOTS_NOT_KEPT", ""),
    ]  # fmt: skip
    assert books.lots() == {"B1": "6 60.00", "B2": "5 70.00", "S2": "1 120.00"}


ONE_AFTER_ANOTHER = [
    # Links: what is open oldest goes, at 10. 60 + 10 + 16 - 10.
    ("2026-03-31", "CONTINENTAL", "7 76.00"),
    # Layers: a batch is worth its average. 76 + 10 + 16 = 102 for 9, of which one goes at 11.33.
    ("2026-04-30", "PERIODIC", "8 90.67"),
    # One open receipt of 8 for 90.67 is the oldest.
    ("2026-05-31", "CONTINENTAL", "9 105.34"),
    # 131.34 for 11.
    ("2026-06-30", "PERPETUAL", "10 119.40"),
]
"""The day of each migration, and what there is of B1 a month later."""

WHAT_IF = """
query($company: CompanyRef!) {
  whatIf(company: $company, items: [{sku: "BAT"}, {sku: "SER"}], methods: [FIFO]) {
    outcomes { quantity value costOfSales } } }
"""


@pytest.mark.anyio
async def test_every_figure_of_a_lot_is_explained_across_changes_of_flow(
    server: str, server_books: Database
) -> None:
    """In each month one of the four comes back at 10, one is bought at 16, one is sold."""
    books = LotBooks(server, "PERPETUAL")
    query = "query($company: CompanyRef!) { company(company: $company) { id } }"
    company = UUID(books.ask(query)["company"]["id"])
    _, sent = _trade(books)
    line = {"line": {"id": sent["lines"][0]["id"]}, "quantity": "1"}
    for month, (as_of, scheme, left) in enumerate(ONE_AFTER_ANOTHER, start=4):
        books.change_to(scheme, as_of)
        back = {"company": books.company, "postingDate": f"2026-{month:02}-02"}
        books.make("submitSalesReturn", "salesReturn", **back, lines=[line])
        bought = books.goods("1", "16", "B1"), books.goods("1", "130", f"S{month}")
        books.submit("PurchaseInvoice", f"2026-{month:02}-03", *bought, updateStock=True)
        sold = books.goods("1", "30", "B1"), books.goods("1", "300", f"S{month}")
        books.submit("SalesInvoice", f"2026-{month:02}-04", *sold, updateStock=True)
        await assert_every_figure_is_explained(server_books, company)
        assert books.lots() == {"B1": left, "B2": "5 70.00", "S2": "1 120.00"}
    # From the goods themselves: 10 at 10 and 4 at 16, of which 8 went and 4 came back at 10; 70 of
    # B2. S1 and S4 to S7 went at 100 and 130 each.
    (batches,), (serials,) = (one["outcomes"] for one in books.ask(WHAT_IF)["whatIf"])
    assert batches == {"quantity": "15", "value": "194.00", "costOfSales": "40.00"}
    assert serials == {"quantity": "1", "value": "120.00", "costOfSales": "620.00"}
    assert books.faults() == []
