"""A copy of the books that is kept by the feed alone, as docs/api.md says: it stays exact."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from tests.api.desk import Desk, delivery, goods, receipt

FEED = """
fragment Moved on Document { id stockMovements {
  id item { sku } warehouse { code } quantity cost } }
query($company: CompanyRef!, $after: Int!) { changes(company: $company, after: $after, first: 3) {
  endSequence hasMore nodes { document { ...Moved
    causedJournalLines { account { code } debit credit }
    changedDocuments { document { ...Moved } }
    ... on Cancellation { cancels { ...Moved } } } } } }
"""
BOOKS = """
query($company: CompanyRef!) {
  trialBalance(company: $company) { rows { account { code } closingDebit closingCredit } }
  stockBalance(company: $company) { nodes { item { sku } warehouse { code } quantity value } } }
"""


class Copy:
    """What has been read of a company, and how far."""

    def __init__(self) -> None:
        self.after = 0
        self.ledger: defaultdict[str, Decimal] = defaultdict(Decimal)
        self.movements: dict[str, Any] = {}

    def go_on(self, desk: Desk) -> None:
        """Read what came since."""
        has_more = True
        while has_more:
            feed = desk.ask(FEED, after=self.after)["changes"]
            for change in feed["nodes"]:
                self._take(change["document"])
            self.after, has_more = feed["endSequence"], feed["hasMore"]

    def _take(self, document: Any) -> None:
        for line in document["causedJournalLines"]:
            self.ledger[line["account"]["code"]] += Decimal(line["debit"]) - Decimal(line["credit"])
        changed = [one["document"] for one in document["changedDocuments"]]
        cancelled = [document["cancels"]] if "cancels" in document else []
        for one in [document, *changed, *cancelled]:
            self.movements |= {move["id"]: move for move in one["stockMovements"]}

    def stock(self) -> dict[tuple[str, str], tuple[Decimal, Decimal]]:
        """Quantity and value by item and warehouse, where there is any."""
        bins: dict[tuple[str, str], tuple[Decimal, Decimal]] = {}
        for move in self.movements.values():
            key = move["item"]["sku"], move["warehouse"]["code"]
            quantity, value = bins.get(key, (Decimal(0), Decimal(0)))
            bins[key] = quantity + Decimal(move["quantity"]), value + Decimal(move["cost"])
        return {key: found for key, found in bins.items() if any(found)}


def is_exact(copy: Copy, desk: Desk) -> bool:
    """Whether the copy is what the reports say, to the last digit."""
    books = desk.ask(BOOKS)
    ledger = {
        row["account"]["code"]: Decimal(row["closingDebit"]) - Decimal(row["closingCredit"])
        for row in books["trialBalance"]["rows"]
    }
    stock = {
        (row["item"]["sku"], row["warehouse"]["code"]): (
            Decimal(row["quantity"]),
            Decimal(row["value"]),
        )
        for row in books["stockBalance"]["nodes"]
    }
    return dict(copy.ledger) == ledger and copy.stock() == stock


def test_a_copy_by_the_feed_stays_exact(server: str) -> None:
    desk, copy = Desk(server), Copy()
    desk.item("RM0002", "MOVING_AVERAGE")
    there = {"toWarehouse": {"code": "Work In Progress"}}
    for sku in ("RM0001", "RM0002"):
        desk.post(receipt("2026-01-10", goods("10", "200", sku)))
        copy.go_on(desk)
        move = {"postingDate": "2026-01-11", "purpose": "MATERIAL_TRANSFER"}
        desk.post(("StockEntry", {**move, "lines": [goods("4", None, sku, **there)]}))
        out = desk.post(delivery("2026-01-12", goods("5", "300", sku)))
        late = desk.post(receipt("2026-01-09", goods("3", "111.11", sku)))
        copy.go_on(desk)
        assert is_exact(copy, desk)
        desk.cancelled(out)
        desk.cancelled(late)
        copy.go_on(desk)
        assert is_exact(copy, desk)
    assert copy.stock()["RM0001", "Work In Progress"] == (4, 800)
