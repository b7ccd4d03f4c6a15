"""What a document caused: entries of the general ledger and their lines, movements of stock.

The types only declare fields; what resolvers return are the rows of persistence.documents.reading.
"""

from datetime import date, time
from decimal import Decimal
from typing import Any, cast

import strawberry

from api.context import Info
from api.documents.inputs.choices import Leg, Nature
from api.documents.inputs.journal_purposes import JournalPurpose, number_of, purpose_of
from api.documents.lots import Lot, lot_of
from api.documents.reading.loaders import loaders_of
from api.documents.reading.related import document_named, related
from api.explaining.nodes import FigureExplanation
from api.explaining.questions import Depth, explained_cost, explained_line
from api.masters.accounts import Account
from api.masters.cost_centers import CostCenter
from api.masters.items import Item
from api.masters.parties import Party
from api.masters.warehouses import Warehouse
from persistence.documents.rows import JournalLineRow, MovementRow


@strawberry.type(description="An entry of the general ledger; its lines add up to zero.")
class LedgerEntry:
    """What its lines have in common: the row of any of them says all of it."""

    posting_date: date = strawberry.field(description="The day on which it counts.")
    source: str = strawberry.field(
        description='The kind of document or process that wrote it, as "COST_ADJUSTMENT".'
    )
    document: Any = document_named("document_id", "What the entry is about.", required=True)
    because: Any = document_named("because_id", "What made us write it.", required=True)

    @strawberry.field(description="Its identifier.")
    def id(self) -> strawberry.ID:
        """Of the entry, not of the line."""
        return strawberry.ID(str(_row(self).entry_id))

    @strawberry.field(
        description="The number of the document that made us write it; a migration's entries add "
        'their place to it, as "MIG-2026-00001-2".'
    )
    async def number(self, info: Info) -> str:
        """Entries have no series of their own."""
        return await number_of(info, _row(self))

    @strawberry.field(description="What a migration's entry is for; null for other entries.")
    async def purpose(self, info: Info) -> JournalPurpose | None:
        """As the migration noted it."""
        return await purpose_of(info, _row(self))

    @strawberry.field(description="Its lines.")
    async def lines(self, info: Info) -> list["JournalLine"]:
        """Found among those about its document, or among those its cause has just decided."""
        row, loaders = _row(self), loaders_of(info.context)
        about = await loaders.journal_lines.load((row.company_id, row.document_id))
        found = [line for line in about if line.entry_id == row.entry_id]
        if not found:
            caused = await loaders.caused_lines.load((row.company_id, row.because_id))
            found = [line for line in caused if line.entry_id == row.entry_id]
        return cast("list[JournalLine]", found)


def _row(entry: LedgerEntry) -> JournalLineRow:
    return cast("JournalLineRow", entry)


@strawberry.type(description="A line of the general ledger, in the company's currency.")
class JournalLine:
    """Debit or credit, the other is zero."""

    account: Any = related("account", "account_id", Account, "The account.")
    debit: Decimal = strawberry.field(description="Debit, or zero.")
    credit: Decimal = strawberry.field(description="Credit, or zero.")
    cost_center: Any = related(
        "cost_center", "cost_center_id", CostCenter | None, "Its cost center."
    )
    party: Any = related(
        "party", "party_id", Party | None, "The customer or supplier on a control account."
    )

    kept_in: str | None = strawberry.field(
        name="currency",
        description="The currency that its account is kept in (ISO 4217); null = the company's.",
    )
    currency_amount: Decimal | None = strawberry.field(
        description="The amount in that currency, debit positive; null where it is the company's."
    )

    @strawberry.field(
        description="Why it is what it is; null for merged lines and where nothing is kept "
        "(previews). Needs BOOKS_READ."
    )
    async def explanation(self, info: Info, depth: Depth = 4) -> FigureExplanation | None:
        """As it was written."""
        row = cast("JournalLineRow", self)
        if row.entry_id is None:
            return None
        place = (row.company_id, row.entry_id, row.line_no)
        return await explained_line(info.context, *place, depth)

    @strawberry.field(
        description="Its number in its entry, from 1, as `explainJournalLine` takes it; null for "
        "merged lines."
    )
    def line(self) -> int | None:
        """Merged lines are of several entries."""
        row = cast("JournalLineRow", self)
        return None if row.entry_id is None else row.line_no

    @strawberry.field(description="The entry it belongs to; null for merged lines.")
    def entry(self) -> LedgerEntry | None:
        """The row stands for its entry too."""
        row = cast("JournalLineRow", self)
        return None if row.entry_id is None else cast("LedgerEntry", row)


@strawberry.type(description="A stock movement: what came or went, when it counts, what it cost.")
class StockMovement:
    """Quantities in the item's unit, amounts in the company's currency."""

    id: strawberry.ID = strawberry.field(description="Its identifier.")
    item: Any = related("item", "item_id", Item, "What moved.")
    warehouse: Any = related("warehouse", "warehouse_id", Warehouse, "Where it came or went.")
    document: Any = document_named("document_id", "What moved it.", required=True)
    line_id: strawberry.ID | None = strawberry.field(description="The document line it is of.")
    lot: Any = lot_of("The batch or serial number; null for ordinary goods.", Lot | None)
    nature: Nature = strawberry.field(description="Why it moved.")
    leg: Leg = strawberry.field(description="Which side of its document line it is.")

    @strawberry.field(
        description="Why it costs what it does now; null where nothing is kept (previews). "
        "Needs BOOKS_READ."
    )
    async def explanation(self, info: Info, depth: Depth = 4) -> FigureExplanation | None:
        """With its cost entries' documents at the ends."""
        row = cast("MovementRow", self)
        return await explained_cost(info.context, row.company_id, str(row.id), depth)

    posting_date: date = strawberry.field(description="The day on which it counts.")
    posting_time: time = strawberry.field(description="The time of day at which it counts.")
    quantity: Decimal = strawberry.field(
        description="Positive when goods came, negative when gone."
    )
    cost: Decimal = strawberry.field(description="The sum of its cost entries, signed likewise.")
    quantity_after: Decimal = strawberry.field(
        description="What the item's quantity in the warehouse is after it, in posting order."
    )
    value_after: Decimal = strawberry.field(description="What that is worth.")
    unit_cost_after: Decimal | None = strawberry.field(
        description="Value per unit, to nine decimal places for display; null for no quantity."
    )
    is_cancelled: bool = strawberry.field(
        description="Whether its document is cancelled, or it undoes one that is: it moves nothing."
    )
