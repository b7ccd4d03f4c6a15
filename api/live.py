"""The feed of a company: as a query, and live, over WebSocket or server-sent events.

A subscription reads the feed by its sequence; what it is woken by says only that there is more.
So it can be broken off anywhere and goes on after the last sequence that the client has seen.
"""

from collections.abc import AsyncGenerator
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, cast
from uuid import UUID

import strawberry

from api.come_so_far import head_of, refuse_beyond
from api.context import Info
from api.documents.inputs.choices import DocumentKind
from api.documents.reading.document import Document
from api.documents.reading.loaders import loaders_of
from api.masters.common import CompanyArgument, company_id_of
from api.masters.items import Item
from api.masters.warehouses import Warehouse
from api.types.connections import PAGE_LIMIT, PAGE_SIZE, First
from api.types.refs import WarehouseRef
from api.types.scalars import money, quantity
from domain.currencies import currency_digits
from domain.errors import InvalidValue, Refused, WarehouseForbidden
from domain.roles import Permission
from persistence import feed
from persistence.access.scope import covers
from persistence.feed import ChangeRow, StockLevelRow
from persistence.masters import lookups

LAST_EVENT_ID = "last-event-id"

Since = Annotated[
    int | None,
    strawberry.argument(
        name="after",
        description="Only what was recorded after this sequence; what is recorded from now on"
        " unless given. A reconnecting event source says it in Last-Event-ID.",
    ),
]


async def _document(self: Any, info: Info) -> Any:
    row = cast("ChangeRow", self)
    return await loaders_of(info.context).document.load((row.company_id, row.document_id))


@strawberry.type(description="One thing that was recorded in a company's books.")
class Change:
    """Rows of persistence.feed are returned as they are."""

    seq: int = strawberry.field(
        name="sequence", description="Its place in the feed: 1, 2, 3, ... without gaps."
    )
    kind: DocumentKind = strawberry.field(description="What was recorded.")
    recorded_at: datetime = strawberry.field(description="When; never before the one before it.")
    recorded_by: str | None = strawberry.field(description="Who recorded it.")
    document: Document = strawberry.field(
        resolver=_document, description="The document, as it is now."
    )

    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        """Rows are returned as they are."""
        return isinstance(value, ChangeRow | Change)


@strawberry.type(description="A stretch of a company's feed.")
class ChangeFeed:
    """Changes in order, and where to go on."""

    nodes: list[Change] = strawberry.field(description="The changes, in order.")
    end_sequence: int = strawberry.field(
        description="The sequence to go on after: the last one's, or `after` itself."
    )
    latest_sequence: int = strawberry.field(description="How far the feed has come.")

    @strawberry.field(description="Whether more follows already.")
    def has_more(self) -> bool:
        """The feed has no gaps: the numbers tell."""
        return self.end_sequence < self.latest_sequence


async def _item(self: Any, info: Info) -> Any:
    return await info.context.loaders.item.load((self.company_id, self.item_id))


async def _warehouse(self: Any, info: Info) -> Any:
    return await info.context.loaders.warehouse.load((self.company_id, self.warehouse_id))


@strawberry.type(description="What there is of an item in a warehouse, now.")
class StockLevel:
    """Rows of persistence.feed, rounded for display."""

    company_id: strawberry.Private[Any]
    item_id: strawberry.Private[Any]
    warehouse_id: strawberry.Private[Any]
    lot_id: strawberry.ID | None = strawberry.field(
        description="The batch or serial number, for items that are kept by them."
    )
    quantity: Decimal = strawberry.field(description="The quantity, in the item's unit.")
    value: Decimal = strawberry.field(description="What it is worth, in the company's currency.")
    item: Any = strawberry.field(resolver=_item, description="The item.", graphql_type=Item)
    warehouse: Any = strawberry.field(
        resolver=_warehouse, description="Where.", graphql_type=Warehouse
    )


@strawberry.type(description="The bins that changed, and how far the feed had come.")
class StockLevels:
    """One push."""

    seq: int = strawberry.field(
        name="sequence", description="How far the feed had come: go on after it."
    )
    levels: list[StockLevel] = strawberry.field(
        description="Each bin of the warehouse that changed since the last push, as it is now."
    )


@strawberry.type
class FeedQueries:
    """Reading the feed."""

    @strawberry.field(
        description="Everything that was recorded in a company, in order and without gaps:"
        " documents of all kinds, cancellations among them. Read on with `endSequence`."
    )
    async def changes(
        self,
        info: Info,
        company: CompanyArgument,
        after: Annotated[
            int, strawberry.argument(description="Only what was recorded after this sequence.")
        ] = 0,
        first: First = None,
    ) -> ChangeFeed:
        """By sequence, so that a page costs the same wherever it lies."""
        limit = PAGE_SIZE if first is None else first
        if not 0 <= limit <= PAGE_LIMIT:
            raise Refused(
                InvalidValue(path=("first",), reason="out_of_range", least=0, most=PAGE_LIMIT)
            )
        company_id = await company_id_of(info, company)
        rows, head = await feed.changes(info.context.database, company_id, after, limit)
        if after > head:  # which a replica may know no better
            head = await head_of(info, company_id)
        refuse_beyond(after, head, "after")
        end = rows[-1].seq if rows else after
        return ChangeFeed(nodes=cast("list[Change]", rows), end_sequence=end, latest_sequence=head)


@strawberry.type
class FeedSubscriptions:
    """Following the feed."""

    @strawberry.subscription(
        description="Everything that is recorded in a company, in order and without gaps."
    )
    async def changes(
        self, info: Info, company: CompanyArgument, after: Since = None
    ) -> AsyncGenerator[Change, None]:
        """One event a change; the same after a restart, from the same sequence."""
        context = info.context
        company_id = await company_id_of(info, company)
        watch = context.services.feed
        with watch.reader(company_id):
            position = await _start(info, company_id, after)
            while True:
                await watch.beyond(company_id, position)
                rows, _ = await feed.changes(context.database, company_id, position, PAGE_LIMIT)
                for row in rows:
                    position = _reached(info, row.seq)
                    yield cast("Change", row)

    @strawberry.subscription(
        description="The stock of a warehouse: each bin that was moved or revalued, as it is now."
    )
    async def stock_levels(
        self,
        info: Info,
        company: CompanyArgument,
        warehouse: Annotated[WarehouseRef, strawberry.argument(description="The warehouse.")],
        after: Since = None,
    ) -> AsyncGenerator[StockLevels, None]:
        """Changes that follow one another quickly come together."""
        context = info.context
        company_id = await company_id_of(info, company)
        place = await lookups.find(context.database, company_id, warehouse.to_ref(), ("warehouse",))
        currency = (await context.loaders.company.load(company_id)).currency
        watch = context.services.feed
        with watch.reader(company_id):
            position = await _start(info, company_id, after)
            while True:
                await _within(info, company_id, place)
                head = await watch.beyond(company_id, position)
                rows = await feed.changed_bins(
                    context.database, company_id, place.id, position, head
                )
                position = head
                if rows:
                    _reached(info, head)
                    yield StockLevels(
                        seq=head, levels=[_level(row, currency_digits(currency)) for row in rows]
                    )


async def _within(info: Info, company_id: UUID, place: Any) -> None:
    """Refuse a warehouse that a limited role does not extend to.

    Raises:
        Refused: WAREHOUSE_FORBIDDEN.
    """
    limits = info.context.within(company_id, Permission.STOCK_READ)
    if limits is None or await covers(info.context.database, company_id, place.id, limits):
        return
    raise Refused(WarehouseForbidden(path=("warehouse",), warehouse=place.code))


def _level(row: StockLevelRow, digits: int) -> StockLevel:
    return StockLevel(
        company_id=row.company_id,
        item_id=row.item_id,
        warehouse_id=row.warehouse_id,
        lot_id=strawberry.ID(str(row.lot_id)) if row.lot_id else None,
        quantity=quantity(row.quantity),
        value=money(row.value, digits),
    )


async def _start(info: Info, company_id: Any, after: int | None) -> int:
    """Where to begin: what a reconnecting client has seen, what was asked for, or now.

    Raises:
        Refused: INVALID_VALUE for a Last-Event-ID that is no sequence of this feed.
    """
    head = await head_of(info, company_id)
    request = info.context.request
    last = request.headers.get(LAST_EVENT_ID) if request is not None else None
    if last:
        if not last.isascii() or not last.isdigit():
            raise Refused(InvalidValue(path=("after",), reason="out_of_range"))
        after = int(last)
    if after is None:
        return head
    refuse_beyond(after, head, "after")
    return after


def _reached(info: Info, seq: int) -> int:
    """Look everything up anew for the next event, and let the transport know its id."""
    info.context.forget()
    if info.context.request is not None:
        info.context.request.state.event_id = seq
    return seq
