"""`billedNotReceived`: what suppliers have billed and still to bring, tied to its account."""

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
from api.types.sorting import BilledNotReceivedSort, sorted_by
from persistence.reports import billed_not_received as report
from persistence.reports.accruals import LineFilter, ResidueKind


@strawberry.type(description="An invoice line and what is still to come of it.")
class BilledNotReceivedRow:
    """Quantities in the item's unit, amounts in company currency at the invoice's price."""

    invoice: Any = document_named("invoice_id", "The purchase invoice.", required=True)
    line: int = strawberry.field(description="The invoice's line, from 1.")
    line_id: strawberry.ID = strawberry.field(description="The line's identifier.")
    supplier: Any = related("party", "supplier_id", Party | None, "The supplier.")
    item: Any = related("item", "item_id", Item | None, "What was billed.")
    billed_quantity: Decimal = strawberry.field(description="Billed ahead of any receipt.")
    received_quantity: Decimal = strawberry.field(description="Received since.")
    cleared_quantity: Decimal = strawberry.field(description="Written off: it will not come.")
    pending_quantity: Decimal = strawberry.field(description="Billed - received - cleared.")
    billed_amount: Decimal = strawberry.field(description="Billed ahead of any receipt.")
    received_amount: Decimal = strawberry.field(description="Received since.")
    cleared_amount: Decimal = strawberry.field(description="Written off: it will not come.")
    pending_amount: Decimal = strawberry.field(description="Billed - received - cleared.")
    age_in_days: int = strawberry.field(
        description="Days from the invoice's posting date to `asOf`, or to today."
    )


@strawberry.type(description="Pending invoice lines against their account, in company currency.")
class BilledNotReceivedTotals:
    """Over all suppliers and items, for an account balance knows no filter."""

    pending_amount: Decimal = strawberry.field(description="All pending amounts.")
    account_balance: Decimal = strawberry.field(
        description="The balance of the received-not-billed account, debit positive."
    )
    difference: Decimal = strawberry.field(
        description="Account balance - pending amount = the sum of the residues."
    )


@strawberry.type(description="An amount on the account that is no pending invoice line.")
class BilledNotReceivedResidue:
    """Named, and with the document that it comes from."""

    kind: ResidueKind = strawberry.field(description="Why it is there.")
    amount: Decimal = strawberry.field(description="In company currency, debit positive.")
    document: Any = document_named("document_id", "Where it comes from.", required=True)


@strawberry.type(description="A page of invoice lines whose goods have not come.")
class BilledNotReceivedConnection(Connection[BilledNotReceivedRow], Covered):
    """The oldest invoice first."""

    @strawberry.field(description="All pending invoice lines against the account.")
    async def totals(self, info: Info) -> BilledNotReceivedTotals:
        """Computed only when asked for."""
        async with reading(info.context, self.scope) as connection:
            found: Any = await report.billed_not_received_totals(connection, self.scope)
        return found

    @strawberry.field(description="What makes up the difference; empty when all is explained.")
    async def residues(self, info: Info) -> list[BilledNotReceivedResidue]:
        """Computed only when asked for."""
        async with reading(info.context, self.scope) as connection:
            found: Any = await report.billed_not_received_residues(connection, self.scope)
        return found


@strawberry.type
class BilledNotReceivedQuery:
    """Billed, not received."""

    @strawberry.field(
        description="Invoice lines whose goods are still to come, and how they tie to the account."
    )
    async def billed_not_received(
        self,
        info: Info,
        *,
        company: CompanyArgument,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        supplier: SupplierArgument = None,
        item: ItemArgument = None,
        include_cleared: IncludeCleared = False,
        sort: Annotated[Any, sorted_by(BilledNotReceivedSort)] = BilledNotReceivedSort.DATE_ASC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> BilledNotReceivedConnection:
        """A keyset page."""
        page = page_of(sort.ordering, first, after, last, before)
        scope = await scope_for(info, company, as_of, known_at)
        which = LineFilter(
            party_id=await id_of(info, scope.company_id, "supplier", supplier),
            item_id=await id_of(info, scope.company_id, "item", item),
            include_cleared=include_cleared,
        )
        async with reading(info.context, scope) as connection:
            rows = await report.billed_not_received(connection, scope, page, which)
        return connect(page, rows, BilledNotReceivedConnection, scope=scope)
