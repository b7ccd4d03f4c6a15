"""`taxReport`: what taxes came to in a period, tied to the tax accounts."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import strawberry

from api.context import Info
from api.documents.reading.related import document_named, related
from api.masters.accounts import Account
from api.masters.common import CompanyArgument
from api.masters.parties import Party
from api.masters.taxes import Tax
from api.reports.common import (
    SAME_AS_ROWS,
    AsOf,
    Covered,
    From,
    KnownAt,
    check_period,
    id_of,
    reading,
    scope_for,
)
from api.types.connections import After, Before, Connection, First, Last, connect, page_of
from api.types.enums import described
from api.types.refs import AccountRef, TaxRef
from api.types.sorting import TaxEntrySort, sorted_by
from domain.tax_sides import TaxDirection
from persistence.reports import tax_entries as entries
from persistence.reports import tax_report as report

described(
    TaxDirection,
    "Which way a tax goes.",
    {
        TaxDirection.INPUT: "Charged by suppliers: reclaimed.",
        TaxDirection.OUTPUT: "Charged to customers: owed.",
    },
)


@strawberry.type(description="A tax on an account, one way, over the period; in company currency.")
class TaxReportRow:
    """Returns, credit notes and discounts of payments take off in their own period."""

    tax: Any = related(
        "tax", "tax_id", Tax | None, "The tax; null: charged on the account without one."
    )
    account: Any = related("account", "account_id", Account, "The account it is posted to.")
    direction: TaxDirection = strawberry.field(description="Which way it goes.")
    rate: Decimal | None = strawberry.field(
        description="The percentage of a charge without a tax; null: given as an amount, or a tax, "
        "which says its own."
    )
    base_amount: Decimal = strawberry.field(
        description="What it is charged on; without a tax the net totals of the bills."
    )
    tax_amount: Decimal = strawberry.field(description="What it comes to, as it was posted.")
    document_count: int = strawberry.field(
        description="Bills, returns, credit notes, and payments whose discounts lower taxes; those"
        " that are cancelled are left out, unless they were reversed on a later day."
    )


@strawberry.type(description="A tax account over the period, in company currency.")
class TaxAccount:
    """What is owed is positive: turnover = output - input + other."""

    account: Any = related("account", "account_id", Account, "The account.")
    input: Decimal = strawberry.field(description="The input taxes of the rows.")
    output: Decimal = strawberry.field(description="The output taxes of the rows.")
    other: Decimal = strawberry.field(
        description="What is posted there besides: journals, payments of the tax, other costs."
    )
    turnover: Decimal = strawberry.field(
        description="Its credits less its debits, as the trial balance shows them."
    )


@strawberry.type(description="The sums of all rows, in company currency.")
class TaxReportTotals:
    """By direction."""

    input_base: Decimal = strawberry.field(description="What input taxes are charged on.")
    input_tax: Decimal = strawberry.field(description="Input taxes.")
    output_base: Decimal = strawberry.field(description="What output taxes are charged on.")
    output_tax: Decimal = strawberry.field(description="Output taxes.")
    payable: Decimal = strawberry.field(description="Output taxes - input taxes.")


@strawberry.type(description="The taxes of a period.")
class TaxReport(Covered):
    """Input first."""

    from_: date | None = strawberry.field(
        description="The first day of the period; null = from the beginning."
    )
    which: strawberry.Private[report.TaxFilter]
    found: strawberry.Private[list[report.TaxReportRow]]

    @strawberry.field(description="By direction, account and tax.")
    def rows(self) -> list[TaxReportRow]:
        """All of them: there are no pages."""
        shown: Any = self.found
        return shown

    @strawberry.field(description=SAME_AS_ROWS)
    def nodes(self) -> list[TaxReportRow]:
        """See `rows`."""
        return self.rows()

    @strawberry.field(description="The sums of all rows.")
    def totals(self) -> TaxReportTotals:
        """Of the filter."""
        found: Any = report.tax_totals(self.found, self.scope.digits)
        return found

    @strawberry.field(description="Each tax account that moved, and how the rows tie to it.")
    async def accounts(self, info: Info) -> list[TaxAccount]:
        """Computed only when asked for."""
        async with reading(info.context, self.scope) as connection:
            found: Any = await report.tax_accounts(connection, self.scope, self.which)
        return found


@strawberry.type(description="What a document charges of a tax on an account.")
class TaxEntry:
    """In company currency; what a return, a credit note or a discount takes back is negative."""

    document: Any = document_named(
        "document_id",
        "The bill, return or credit note, or the payment whose discount lowers the tax.",
        required=True,
    )
    posting_date: date = strawberry.field(description="The day on which it counts.")
    party: Any = related("party", "party_id", Party | None, "The customer or supplier.")
    tax: Any = related(
        "tax", "tax_id", Tax | None, "The tax; null: charged on the account without one."
    )
    account: Any = related("account", "account_id", Account, "The account it is posted to.")
    direction: TaxDirection = strawberry.field(description="Which way it goes.")
    rate: Decimal | None = strawberry.field(
        description="The percentage of a charge without a tax; null: given as an amount, or a tax."
    )
    base_amount: Decimal = strawberry.field(description="What it is charged on.")
    tax_amount: Decimal = strawberry.field(description="What it comes to, as it was posted.")


@strawberry.type(description="A page of documents with their taxes.")
class TaxEntryConnection(Connection[TaxEntry], Covered):
    """The oldest document first."""


OnAccount = Annotated[
    AccountRef | None, strawberry.argument(description="Only what is on this account.")
]


@strawberry.type
class TaxReportQuery:
    """The tax report, and what it is made of."""

    @strawberry.field(
        description="The taxes of a period document by document, as the books of bills received and"
        " made list them. They add up to `taxReport`; what is cancelled as of its own day is in"
        " neither."
    )
    async def tax_entries(
        self,
        info: Info,
        *,
        company: CompanyArgument,
        from_: From = None,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        account: OnAccount = None,
        tax: Annotated[TaxRef | None, strawberry.argument(description="Only this tax.")] = None,
        direction: Annotated[
            TaxDirection | None, strawberry.argument(description="Only what goes this way.")
        ] = None,
        sort: Annotated[Any, sorted_by(TaxEntrySort)] = TaxEntrySort.POSTING_DATE_ASC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> TaxEntryConnection:
        """A keyset page."""
        check_period(from_, as_of)
        page = page_of(sort.ordering, first, after, last, before)
        scope = await scope_for(info, company, as_of, known_at)
        which = entries.TaxEntryFilter(
            from_date=from_,
            account_id=await id_of(info, scope.company_id, "account", account),
            tax_id=await id_of(info, scope.company_id, "tax", tax),
            direction=direction,
        )
        async with reading(info.context, scope) as connection:
            rows = await entries.tax_entries(connection, scope, page, which)
        return connect(page, rows, TaxEntryConnection, scope=scope)

    @strawberry.field(
        description="What input and output taxes came to from a day to another, by tax and "
        "account, and how that ties to the tax accounts."
    )
    async def tax_report(
        self,
        info: Info,
        *,
        company: CompanyArgument,
        from_: From = None,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        account: OnAccount = None,
    ) -> TaxReport:
        """One statement for all rows."""
        check_period(from_, as_of)
        scope = await scope_for(info, company, as_of, known_at)
        which = report.TaxFilter(
            from_date=from_, account_id=await id_of(info, scope.company_id, "account", account)
        )
        async with reading(info.context, scope) as connection:
            found = await report.tax_report(connection, scope, which)
        return TaxReport(scope=scope, from_=from_, which=which, found=found)
