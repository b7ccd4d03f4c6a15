"""`grossProfit`: what sales brought in and what the goods cost."""

from decimal import Decimal
from typing import Annotated, Any

import strawberry

from api.context import Info
from api.documents.reading.related import related
from api.masters.common import CompanyArgument
from api.masters.item_groups import ItemGroup
from api.masters.items import Item
from api.masters.parties import Party
from api.reports.common import (
    AsOf,
    Covered,
    From,
    ItemArgument,
    KnownAt,
    check_period,
    id_of,
    reading,
    scope_for,
)
from api.types.connections import After, Before, Connection, First, Last, connect, page_of
from api.types.enums import described
from api.types.refs import PartyRef
from api.types.sorting import GrossProfitSort, sorted_by
from persistence.reports import gross_profit as report
from persistence.reports.gross_profit import GrossProfitBy

described(
    GrossProfitBy,
    "What the rows of a gross profit are of.",
    {
        GrossProfitBy.ITEM: "Items; lines that name none are a row of their own.",
        GrossProfitBy.ITEM_GROUP: "The groups that items are in now.",
        GrossProfitBy.CUSTOMER: "Customers.",
    },
)


@strawberry.type
class _Profit:
    revenue: Decimal = strawberry.field(
        description="What invoices posted to income for their lines, less what was credited of "
        "it: net of discounts, without taxes, charges and freight. In company currency."
    )
    cost: Decimal = strawberry.field(
        description="What the goods that went cost, less those that came back, as it is known now. "
        "In company currency."
    )
    gross_profit: Decimal = strawberry.field(description="Revenue - cost. In company currency.")
    percent: Decimal | None = strawberry.field(
        description="Gross profit in percent of the revenue, to two decimal places; null for no "
        "revenue."
    )


@strawberry.type(description="Revenue and cost of an item, a group of items or a customer.")
class GrossProfitRow(_Profit):
    """Which of them, `by` says."""

    item: Any = related("item", "item_id", Item | None, "The item, by ITEM; null: no item.")
    item_group: Any = related(
        "item_group", "item_group_id", ItemGroup | None, "The group, by ITEM_GROUP; null: no group."
    )
    customer: Any = related("party", "customer_id", Party | None, "The customer, by CUSTOMER.")
    quantity: Decimal | None = strawberry.field(
        description="What was delivered less what came back, in the item's unit of measure; null "
        "unless by ITEM."
    )


@strawberry.type(description="Revenue and cost of the whole filter.")
class GrossProfitTotals(_Profit):
    """Quantities of unlike items do not add."""


@strawberry.type(description="A page of the gross profit.")
class GrossProfitConnection(Connection[GrossProfitRow], Covered):
    """By item, group or customer."""

    which: strawberry.Private[report.ProfitFilter]

    @strawberry.field(description="The totals of the whole filter, not of the page.")
    async def totals(self, info: Info) -> GrossProfitTotals:
        """Computed only when asked for."""
        async with reading(info.context, self.scope) as connection:
            found: Any = await report.gross_profit_totals(connection, self.scope, self.which)
        return found


@strawberry.type
class GrossProfitQuery:
    """The gross profit."""

    @strawberry.field(
        description="Revenue, cost and gross profit of sales, by item, group of items or "
        "customer, whatever the company's scheme posts. Revenue counts when it is billed, cost "
        "when the goods go."
    )
    async def gross_profit(
        self,
        info: Info,
        *,
        company: CompanyArgument,
        by: Annotated[
            GrossProfitBy, strawberry.argument(description="What the rows are of.")
        ] = GrossProfitBy.ITEM,
        from_: From = None,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        item: ItemArgument = None,
        customer: Annotated[
            PartyRef | None, strawberry.argument(description="Only sales to this customer.")
        ] = None,
        sort: Annotated[Any, sorted_by(GrossProfitSort)] = GrossProfitSort.CODE_ASC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> GrossProfitConnection:
        """A keyset page."""
        page = page_of(sort.ordering, first, after, last, before)
        check_period(from_, as_of)
        scope = await scope_for(info, company, as_of, known_at)
        which = report.ProfitFilter(
            by=by,
            from_date=from_,
            item_id=await id_of(info, scope.company_id, "item", item),
            customer_id=await id_of(info, scope.company_id, "customer", customer),
        )
        async with reading(info.context, scope) as connection:
            rows = await report.gross_profit(connection, scope, page, which)
        return connect(page, rows, GrossProfitConnection, scope=scope, which=which)
