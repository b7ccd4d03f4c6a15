"""`receivedNotBilled`: what suppliers have still to bill, tied to its account."""

from decimal import Decimal
from typing import Annotated, Any

import strawberry

from api.context import Info
from api.documents.reading.related import document_named, related
from api.masters.common import CompanyArgument
from api.masters.items import Item
from api.masters.parties import Party
from api.reports.accruals import IncludeCleared, SupplierArgument
from api.reports.common import AsOf, Covered, ItemArgument, KnownAt, id_of, reading, scope_for
from api.types.connections import After, Before, Connection, First, Last, connect, page_of
from api.types.sorting import ReceivedNotBilledSort, sorted_by
from persistence.reports import received_not_billed as report
from persistence.reports.accruals import LineFilter, ResidueKind


@strawberry.type(description="A receipt line and what is still to be billed of it.")
class ReceivedNotBilledRow:
    """Quantities in the item's unit, amounts in company currency at the receipt's price."""

    receipt: Any = document_named("receipt_id", "The receipt.", required=True)
    line: int = strawberry.field(description="The receipt's line, from 1.")
    line_id: strawberry.ID = strawberry.field(description="The line's identifier.")
    supplier: Any = related("party", "supplier_id", Party | None, "The supplier.")
    item: Any = related("item", "item_id", Item | None, "What was received.")
    received_quantity: Decimal = strawberry.field(description="Received.")
    billed_quantity: Decimal = strawberry.field(description="Billed.")
    returned_quantity: Decimal = strawberry.field(description="Sent back before it was billed.")
    cleared_quantity: Decimal = strawberry.field(description="Written off: no bill will come.")
    pending_quantity: Decimal = strawberry.field(
        description="Received - billed - returned - cleared."
    )
    received_amount: Decimal = strawberry.field(description="Received.")
    billed_amount: Decimal = strawberry.field(description="Billed.")
    returned_amount: Decimal = strawberry.field(description="Sent back before it was billed.")
    cleared_amount: Decimal = strawberry.field(description="Written off: no bill will come.")
    pending_amount: Decimal = strawberry.field(
        description="Received - billed - returned - cleared."
    )
    age_in_days: int = strawberry.field(
        description="Days from the receipt's posting date to `asOf`, or to today."
    )


@strawberry.type(description="Pending receipts against their account, in company currency.")
class ReceivedNotBilledTotals:
    """Over all suppliers and items, for an account balance knows no filter."""

    pending_amount: Decimal = strawberry.field(description="All pending amounts.")
    account_balance: Decimal = strawberry.field(
        description="The balance of the received-not-billed account, credit positive."
    )
    difference: Decimal = strawberry.field(
        description="Account balance - pending amount = the sum of the residues."
    )


@strawberry.type(description="An amount on the account that is no pending receipt.")
class ReceivedNotBilledResidue:
    """Named, and with the document that it comes from."""

    kind: ResidueKind = strawberry.field(description="Why it is there.")
    amount: Decimal = strawberry.field(description="In company currency, credit positive.")
    document: Any = document_named("document_id", "Where it comes from.", required=True)


@strawberry.type(description="A page of receipt lines that are not billed.")
class ReceivedNotBilledConnection(Connection[ReceivedNotBilledRow], Covered):
    """The oldest receipt first."""

    @strawberry.field(description="All pending receipts against the account.")
    async def totals(self, info: Info) -> ReceivedNotBilledTotals:
        """Computed only when asked for."""
        async with reading(info.context, self.scope) as connection:
            found: Any = await report.received_not_billed_totals(connection, self.scope)
        return found

    @strawberry.field(description="What makes up the difference; empty when all is explained.")
    async def residues(self, info: Info) -> list[ReceivedNotBilledResidue]:
        """Computed only when asked for."""
        async with reading(info.context, self.scope) as connection:
            found: Any = await report.received_not_billed_residues(connection, self.scope)
        return found


@strawberry.type
class ReceivedNotBilledQuery:
    """Received, not billed."""

    @strawberry.field(
        description="Receipt lines that are still to be billed, and how they tie to the account."
    )
    async def received_not_billed(
        self,
        info: Info,
        *,
        company: CompanyArgument,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        supplier: SupplierArgument = None,
        item: ItemArgument = None,
        include_cleared: IncludeCleared = False,
        sort: Annotated[Any, sorted_by(ReceivedNotBilledSort)] = ReceivedNotBilledSort.DATE_ASC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> ReceivedNotBilledConnection:
        """A keyset page."""
        page = page_of(sort.ordering, first, after, last, before)
        scope = await scope_for(info, company, as_of, known_at)
        which = LineFilter(
            party_id=await id_of(info, scope.company_id, "supplier", supplier),
            item_id=await id_of(info, scope.company_id, "item", item),
            include_cleared=include_cleared,
        )
        async with reading(info.context, scope) as connection:
            rows = await report.received_not_billed(connection, scope, page, which)
        return connect(page, rows, ReceivedNotBilledConnection, scope=scope)
