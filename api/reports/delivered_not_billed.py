"""`deliveredNotBilled`: what customers are still to be billed, at selling price."""

from decimal import Decimal
from typing import Annotated, Any

import strawberry

from api.context import Info
from api.documents.reading.related import document_named, related
from api.masters.common import CompanyArgument
from api.masters.items import Item
from api.masters.parties import Party
from api.reports.accruals import CustomerArgument, IncludeCleared
from api.reports.common import AsOf, Covered, ItemArgument, KnownAt, id_of, reading, scope_for
from api.types.connections import After, Before, Connection, First, Last, connect, page_of
from api.types.sorting import DeliveredNotBilledSort, sorted_by
from persistence.reports import delivered_not_billed as report
from persistence.reports.accruals import LineFilter


@strawberry.type(description="A delivery line and what is still to be billed of it.")
class DeliveredNotBilledRow:
    """Quantities in the item's unit, amounts in company currency at the selling price."""

    delivery: Any = document_named("delivery_id", "The delivery note.", required=True)
    line: int = strawberry.field(description="The delivery's line, from 1.")
    line_id: strawberry.ID = strawberry.field(description="The line's identifier.")
    customer: Any = related("party", "customer_id", Party | None, "The customer.")
    item: Any = related("item", "item_id", Item | None, "What was delivered.")
    delivered_quantity: Decimal = strawberry.field(description="Delivered.")
    billed_quantity: Decimal = strawberry.field(description="Billed.")
    returned_quantity: Decimal = strawberry.field(description="Given back.")
    cleared_quantity: Decimal = strawberry.field(description="Written off: it is not billed.")
    pending_quantity: Decimal = strawberry.field(
        description="Delivered - billed - returned - cleared."
    )
    delivered_amount: Decimal = strawberry.field(description="Delivered, before taxes.")
    billed_amount: Decimal = strawberry.field(description="Billed, at the delivery's price.")
    returned_amount: Decimal = strawberry.field(description="Given back.")
    cleared_amount: Decimal = strawberry.field(description="Written off: it is not billed.")
    pending_amount: Decimal = strawberry.field(
        description="Delivered - billed - returned - cleared."
    )
    age_in_days: int = strawberry.field(
        description="Days from the delivery's posting date to `asOf`, or to today."
    )


@strawberry.type(description="What is still to be billed of all deliveries.")
class DeliveredNotBilledTotals:
    """A delivery posts nothing of its price: there is no account to tie this to."""

    pending_amount: Decimal = strawberry.field(
        description="All pending amounts, in company currency."
    )


@strawberry.type(description="A page of delivery lines that are not billed.")
class DeliveredNotBilledConnection(Connection[DeliveredNotBilledRow], Covered):
    """The oldest delivery first."""

    @strawberry.field(description="All pending deliveries.")
    async def totals(self, info: Info) -> DeliveredNotBilledTotals:
        """Computed only when asked for."""
        async with reading(info.context, self.scope) as connection:
            found: Any = await report.delivered_not_billed_totals(connection, self.scope)
        return found


@strawberry.type
class DeliveredNotBilledQuery:
    """Delivered, not billed."""

    @strawberry.field(
        description="Delivery lines that are still to be billed, at their selling price."
    )
    async def delivered_not_billed(
        self,
        info: Info,
        *,
        company: CompanyArgument,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        customer: CustomerArgument = None,
        item: ItemArgument = None,
        include_cleared: IncludeCleared = False,
        sort: Annotated[Any, sorted_by(DeliveredNotBilledSort)] = DeliveredNotBilledSort.DATE_ASC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> DeliveredNotBilledConnection:
        """A keyset page."""
        page = page_of(sort.ordering, first, after, last, before)
        scope = await scope_for(info, company, as_of, known_at)
        which = LineFilter(
            party_id=await id_of(info, scope.company_id, "party", customer),
            item_id=await id_of(info, scope.company_id, "item", item),
            include_cleared=include_cleared,
        )
        async with reading(info.context, scope) as connection:
            rows = await report.delivered_not_billed(connection, scope, page, which)
        return connect(page, rows, DeliveredNotBilledConnection, scope=scope)
