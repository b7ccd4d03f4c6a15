"""`openItems`: what customers and suppliers owe, or are owed, and since when."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import strawberry

from api.context import Info
from api.documents.reading.related import document_named, related
from api.masters.accounts import Account
from api.masters.common import CompanyArgument
from api.masters.parties import Party
from api.reports.common import AsOf, Covered, KnownAt, id_of, reading, scope_for
from api.types.connections import After, Before, Connection, First, Last, connect, page_of
from api.types.refs import AccountRef, PartyRef
from api.types.sorting import OpenItemSort, sorted_by
from persistence.reports import open_items as report

PartyArgument = Annotated[PartyRef | None, strawberry.argument(description="Only of this party.")]
AccountArgument = Annotated[
    AccountRef | None, strawberry.argument(description="Only on this control account.")
]
OverdueArgument = Annotated[
    bool, strawberry.argument(description="Only what should have been paid before that day.")
]


@strawberry.type(description="An invoice, credit note, payment or other entry that is not settled.")
class OpenItem:
    """Debit positive: what is owed to us."""

    document: Any = document_named("document_id", "What opened it.", required=True)
    party: Any = related("party", "party_id", Party, "The customer or supplier.")
    account: Any = related("account", "account_id", Account, "The control account.")
    posting_date: date = strawberry.field(description="The day on which it counts.")
    due_date: date = strawberry.field(
        description="The day by which it is to be paid; the posting date unless its document says."
    )
    currency: str = strawberry.field(description="The currency it is in.")
    amount: Decimal = strawberry.field(description="What opened it, in its currency.")
    outstanding_amount: Decimal = strawberry.field(
        description="What is not settled of it, in its currency."
    )
    balance: Decimal = strawberry.field(
        description="What of it stands on the account, in company currency."
    )
    age_in_days: int = strawberry.field(
        description="Days from its posting date to `asOf`, or to today."
    )
    overdue_days: int = strawberry.field(
        description="Days from its due date to `asOf`, or to today; 0 until then."
    )
    discount_until: date | None = strawberry.field(
        description="The last day on which the discount of its payment terms may be taken; null: "
        "there is none."
    )
    discount_available: Decimal | None = strawberry.field(
        description="The discount on all that is outstanding, in its currency, for a payment on "
        "`asOf`, or today; null: none, or no more."
    )


@strawberry.type
class _Outstanding:
    balance: Decimal = strawberry.field(description="What is not settled, in company currency.")
    overdue_balance: Decimal = strawberry.field(
        description="What of it should have been paid before `asOf`, or today."
    )


@strawberry.type(description="All open items in one currency.")
class OpenItemCurrency(_Outstanding):
    """Debit positive."""

    currency: str = strawberry.field(description="The currency.")
    outstanding_amount: Decimal = strawberry.field(description="What is not settled, in it.")
    overdue_amount: Decimal = strawberry.field(
        description="What of it should have been paid before `asOf`, or today."
    )


@strawberry.type(description="All open items of the filter, debit positive.")
class OpenItemTotals(_Outstanding):
    """In company currency."""

    currencies: list[OpenItemCurrency] = strawberry.field(
        description="The same by the currency that they are in."
    )


@strawberry.type(description="A page of open items.")
class OpenItemConnection(Connection[OpenItem], Covered):
    """By party; what is due first before the rest."""

    which: strawberry.Private[report.OpenItemFilter]

    @strawberry.field(description="The totals of the whole filter, not of the page.")
    async def totals(self, info: Info) -> OpenItemTotals:
        """Computed only when asked for."""
        async with reading(info.context, self.scope) as connection:
            found: Any = await report.open_item_totals(connection, self.scope, self.which)
        return found


@strawberry.type
class OpenItemQuery:
    """Open items."""

    @strawberry.field(
        description="What customers and suppliers owe, or are owed, document by document; the "
        "items of a control account add up to its balance."
    )
    async def open_items(
        self,
        info: Info,
        *,
        company: CompanyArgument,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        party: PartyArgument = None,
        account: AccountArgument = None,
        overdue: OverdueArgument = False,
        sort: Annotated[Any, sorted_by(OpenItemSort)] = OpenItemSort.PARTY_ASC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> OpenItemConnection:
        """A keyset page."""
        page = page_of(sort.ordering, first, after, last, before)
        scope = await scope_for(info, company, as_of, known_at)
        which = report.OpenItemFilter(
            party_id=await id_of(info, scope.company_id, "party", party),
            account_id=await id_of(info, scope.company_id, "account", account),
            overdue=overdue,
        )
        async with reading(info.context, scope) as connection:
            rows = await report.open_items(connection, scope, page, which)
        return connect(page, rows, OpenItemConnection, scope=scope, which=which)
