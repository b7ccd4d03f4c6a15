"""Documents about what stock is worth, as GraphQL types: counts, new costs, and cost posted on."""

from typing import Any

import strawberry

from api.context import Info
from api.documents.inputs.choices import (
    DocumentKind,
    ReconciliationPurpose,
)
from api.documents.reading.document import Document, of_kind
from api.documents.reading.loaders import loaders_of
from api.documents.reading.related import related
from api.masters.items import Item
from api.types.enums import CostingMethod
from api.types.errors import ErrorCode


@strawberry.type(description="A count of goods, or opening stock.")
class StockReconciliation(Document):
    """Its movements bring the books to what was counted."""

    purpose: ReconciliationPurpose = strawberry.field(
        description="Whether it set the books right or opened them."
    )
    is_type_of = of_kind(DocumentKind.STOCK_RECONCILIATION)


@strawberry.type(description="New costs of stock on hand; quantities stay.")
class StockRevaluation(Document):
    """Its movements move nothing and bring each bin to its new value."""

    is_type_of = of_kind(DocumentKind.STOCK_REVALUATION)


@strawberry.type(description="An item's change of costing method.")
class ItemMethodChange:
    """Movements before the document stay under the old method."""

    company_id: strawberry.Private[Any]
    item_id: strawberry.Private[Any]
    item: Any = related("item", "item_id", Item, "The item.")
    method_before: CostingMethod = strawberry.field(description="The method until then.")
    method_after: CostingMethod = strawberry.field(description="The method from then on.")


@strawberry.type(description="Items that come under another costing method, from a day on.")
class CostingMethodChange(Document):
    """It marks every bin of the items, in posting order."""

    is_type_of = of_kind(DocumentKind.COSTING_METHOD_CHANGE)

    @strawberry.field(description="The items and their methods, in the order of the input.")
    async def changes(self, info: Info) -> list[ItemMethodChange]:
        """Kept with the document, by line."""
        row: Any = self
        lines = await loaders_of(info.context).lines.load((row.company_id, row.id))
        methods = {line.id: row.content[str(line.id)].split() for line in lines}
        return [
            ItemMethodChange(
                company_id=row.company_id,
                item_id=line.item_id,
                method_before=CostingMethod(methods[line.id][0]),
                method_after=CostingMethod(methods[line.id][1]),
            )
            for line in lines
        ]


@strawberry.type(description="New standard costs, and what is on hand revalued to them.")
class StandardCostChange(Document):
    """Goods that came in before keep their cost unless they are revalued."""

    is_type_of = of_kind(DocumentKind.STANDARD_COST_CHANGE)


@strawberry.type(description="Items put into other groups; their stock stands on other accounts.")
class ItemGroupChange(Document):
    """What follows it finds its accounts by the new groups."""

    is_type_of = of_kind(DocumentKind.ITEM_GROUP_CHANGE)


@strawberry.type(description="A shipment closed: its charges spread, suspense cleared.")
class ShipmentClosing(Document):
    """Its lines say what the goods came to."""

    is_type_of = of_kind(DocumentKind.SHIPMENT_CLOSING)


def _count_of(document: Any, name: str) -> int | None:
    """A count that documents of early releases do not have."""
    count = document.content.get(name)
    return None if count is None else int(count)


@strawberry.type(description="Later costs that travelled on to everything that left.")
class CostAdjustment(Document):
    """Its caused journal lines and changed costs say what it did."""

    is_type_of = of_kind(DocumentKind.COST_ADJUSTMENT)

    @strawberry.field(description="Of how many items the costs were adjusted.")
    def adjusted_count(self) -> int | None:
        """Kept with the document."""
        return _count_of(self, "adjusted")

    @strawberry.field(
        description=(
            "How many of the items asked for were left to the next document of the run; 0: none. "
            "Null where an early release did not keep it."
        )
    )
    def waiting_count(self) -> int | None:
        """Kept with the document."""
        return _count_of(self, "waiting")


@strawberry.type(description="A cost entry that a batch could not post.")
class SkippedCostEntry:
    """It is posted by a later batch, once its reason is gone."""

    id: strawberry.ID = strawberry.field(description="The cost entry.")
    document: str = strawberry.field(description="Number of the document that moved the goods.")
    code: str = strawberry.field(description="Why it could not be posted.", graphql_type=ErrorCode)


@strawberry.type(description="Stock cost that reached the general ledger in a batch.")
class InventoryPosting(Document):
    """Its caused journal lines are what was posted."""

    is_type_of = of_kind(DocumentKind.INVENTORY_POSTING)

    @strawberry.field(description="How many cost entries were posted.")
    def posted_count(self) -> int:
        """Kept with the document."""
        row: Any = self
        return int(row.content["posted"])

    @strawberry.field(description="How many could not be posted, all of them.")
    def skipped_count(self) -> int:
        """Kept with the document."""
        row: Any = self
        return int(row.content["skipped"])

    @strawberry.field(
        description=(
            "How many cost entries after these were left to the next document of the run; 0: none. "
            "Null where an early release did not keep it."
        )
    )
    def waiting_count(self) -> int | None:
        """Kept with the document."""
        return _count_of(self, "waiting")

    @strawberry.field(
        description=(
            "The last cost entry that it looked at: `after` of the next document of the run. "
            "Null where there was none."
        )
    )
    def last_entry(self) -> strawberry.ID | None:
        """Kept with the document."""
        row: Any = self
        last = row.content.get("last_entry")
        return strawberry.ID(last) if last else None

    @strawberry.field(description="Those that could not be posted, the first 200 of them.")
    def skipped(self) -> list[SkippedCostEntry]:
        """Kept with the document."""
        row: Any = self
        found = [line.split(" ", 2) for line in row.content["skipped_entries"].splitlines()]
        return [
            SkippedCostEntry(id=strawberry.ID(id_), code=ErrorCode[code], document=number)
            for id_, code, number in found
        ]
