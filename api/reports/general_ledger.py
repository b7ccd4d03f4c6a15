"""`generalLedger`: journal lines with a running balance."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, cast

import strawberry

from api.come_so_far import check_recorded_after
from api.context import Info
from api.documents.reading.caused import LedgerEntry
from api.documents.reading.queries import find_document
from api.documents.reading.related import document_named, related
from api.explaining.nodes import FigureExplanation
from api.explaining.questions import Depth, explained_line
from api.masters.accounts import Account
from api.masters.common import CompanyArgument
from api.masters.cost_centers import CostCenter
from api.masters.parties import Party
from api.reports.common import (
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
from api.types.refs import AccountRef, CostCenterRef, DocumentRef, PartyRef
from api.types.sorting import GeneralLedgerSort, sorted_by
from persistence.reports import general_ledger as report


@strawberry.type(description="A line of the general ledger, in company currency.")
class GeneralLedgerRow:
    """Debit or credit, the other is zero."""

    account: Any = related("account", "account_id", Account, "The account.")
    posting_date: date = strawberry.field(description="The day on which it counts.")
    document: Any = document_named("document_id", "What its entry is about.", required=True)
    because: Any = document_named("because_id", "What made us write it.", required=True)
    source: str = strawberry.field(
        description='The kind of document or process that wrote it, as "COST_ADJUSTMENT".'
    )
    party: Any = related(
        "party", "party_id", Party | None, "The customer or supplier on a control account."
    )
    cost_center: Any = related(
        "cost_center", "cost_center_id", CostCenter | None, "Its cost center."
    )
    debit: Decimal = strawberry.field(description="Debit, or zero.")
    credit: Decimal = strawberry.field(description="Credit, or zero.")
    balance: Decimal = strawberry.field(
        description="The account's balance after it, debit positive, over the filter's party and "
        "cost center."
    )
    kept_in: str | None = strawberry.field(
        name="currency",
        description="The currency that its account is kept in (ISO 4217); null = the company's.",
    )
    currency_amount: Decimal | None = strawberry.field(
        description="The amount in that currency, debit positive; null where it is the company's."
    )
    currency_balance: Decimal | None = strawberry.field(
        description="The account's balance in that currency after it, debit positive, over the "
        "same filter as `balance`; null where it is the company's."
    )
    line_no: int = strawberry.field(description="Its number in its entry, from 1.", name="line")

    @strawberry.field(
        description="The entry it belongs to; its id and `line` are the same for ever."
    )
    def entry(self) -> LedgerEntry:
        """The row stands for its entry too."""
        return cast("LedgerEntry", self)

    @strawberry.field(description="Why it is what it is; null where nothing explains it.")
    async def explanation(self, info: Info, depth: Depth = 4) -> FigureExplanation | None:
        """As it was written."""
        row = cast("report.GeneralLedgerRow", self)
        place = (row.company_id, row.entry_id, row.line_no)
        return await explained_line(info.context, *place, depth)


@strawberry.type(description="The general ledger's totals, over the whole filter.")
class GeneralLedgerTotals:
    """Opening + debit - credit = closing."""

    opening: Decimal = strawberry.field(
        description="The balance before `from`, debit positive.", name="openingBalance"
    )
    debit: Decimal = strawberry.field(description="The sum of the debits.")
    credit: Decimal = strawberry.field(description="The sum of the credits.")
    closing: Decimal = strawberry.field(
        description="The balance at the end, debit positive.", name="closingBalance"
    )


@strawberry.type(description="A page of the general ledger.")
class GeneralLedgerConnection(Connection[GeneralLedgerRow], Covered):
    """By posting date, then as recorded."""

    which: strawberry.Private[report.GeneralLedgerFilter]

    @strawberry.field(description="The totals of the whole filter, not of the page.")
    async def totals(self, info: Info) -> GeneralLedgerTotals:
        """Computed only when asked for."""
        async with reading(info.context, self.scope) as connection:
            found: Any = await report.general_ledger_totals(connection, self.scope, self.which)
        return found


AccountArgument = Annotated[
    AccountRef | None, strawberry.argument(description="Only this account, and those below it.")
]
PartyArgument = Annotated[
    PartyRef | None, strawberry.argument(description="Only lines of this customer or supplier.")
]
CenterArgument = Annotated[
    CostCenterRef | None,
    strawberry.argument(description="Only lines of this cost center and those below it."),
]
DocumentArgument = Annotated[
    DocumentRef | None, strawberry.argument(description="Only lines about this document.")
]
RecordedAfter = Annotated[
    int | None,
    strawberry.argument(
        description="Only lines recorded after this sequence of the feed (`because { sequence }`)."
    ),
]


@strawberry.type
class GeneralLedgerQuery:
    """The general ledger."""

    @strawberry.field(
        description="Journal lines in the order in which they count, with the balance after each."
    )
    async def general_ledger(
        self,
        info: Info,
        *,
        company: CompanyArgument,
        account: AccountArgument = None,
        from_: From = None,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        party: PartyArgument = None,
        cost_center: CenterArgument = None,
        document: DocumentArgument = None,
        recorded_after: RecordedAfter = None,
        sort: Annotated[Any, sorted_by(GeneralLedgerSort)] = GeneralLedgerSort.POSTING_ASC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> GeneralLedgerConnection:
        """A keyset page."""
        page = page_of(sort.ordering, first, after, last, before)
        check_period(from_, as_of)
        scope = await scope_for(info, company, as_of, known_at)
        company_id = scope.company_id
        document_id = None
        if document is not None:
            document_id = (await find_document(info.context, company_id, document.to_ref())).id
        which = report.GeneralLedgerFilter(
            account_id=await id_of(info, company_id, "account", account),
            from_date=from_,
            party_id=await id_of(info, company_id, "party", party),
            cost_center_id=await id_of(info, company_id, "costCenter", cost_center),
            document_id=document_id,
            recorded_after=await check_recorded_after(
                info, company_id, recorded_after, "recordedAfter"
            ),
        )
        async with reading(info.context, scope) as connection:
            rows = await report.general_ledger(connection, scope, page, which)
        return connect(page, rows, GeneralLedgerConnection, scope=scope, which=which)
