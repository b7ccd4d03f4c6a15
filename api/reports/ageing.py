"""`agedReceivables` and `agedPayables`: what is owed, by party and by how long it has been so."""

from decimal import Decimal
from typing import Annotated, Any

import strawberry

from api.context import Info
from api.documents.reading.related import related
from api.exporting.spread import spread_over
from api.masters.accounts import Account
from api.masters.common import CompanyArgument
from api.masters.parties import Party
from api.reports.common import AsOf, Covered, KnownAt, id_of, reading, scope_for
from api.reports.open_items import AccountArgument, PartyArgument
from api.types.connections import After, Before, Connection, First, Last, connect, page_of
from api.types.enums import described
from api.types.sorting import AgeingSort, sorted_by
from domain.accounts import AccountType
from domain.ageing import USUAL_BOUNDARIES, intervals_of
from persistence.reports import ageing as report
from persistence.reports.ageing import AgeingBasis

described(
    AgeingBasis,
    "The day from which an item ages.",
    {
        AgeingBasis.DUE_DATE: "The day by which it is to be paid: days overdue.",
        AgeingBasis.POSTING_DATE: "The day on which it counts.",
    },
)


@strawberry.type
class _Interval:
    from_day: int | None = strawberry.field(description="The first day; null: what is not due yet.")
    to_day: int | None = strawberry.field(description="The last day; null: what is older still.")
    balance: Decimal = strawberry.field(description="In company currency.")


@strawberry.type(description="What is so many days old, in the items' currency and in company's.")
class AgeingBucket(_Interval):
    """Days from the day that the report ages by."""

    outstanding_amount: Decimal = strawberry.field(description="In the items' currency.")


@strawberry.type(description="What is so many days old, of items in any currency.")
class AgeingTotalBucket(_Interval):
    """In company currency."""


@strawberry.type
class _Aged:
    currency: str = strawberry.field(description="The currency that the items are in.")
    outstanding_amount: Decimal = strawberry.field(
        description="What is not settled of them, in their currency."
    )
    balance: Decimal = strawberry.field(description="The same in company currency.")
    buckets: list[AgeingBucket] = strawberry.field(
        description="What is not due yet, then interval by interval; they add up to the above.",
        metadata=spread_over(
            lambda given: len(intervals_of(given.get("boundaries") or USUAL_BOUNDARIES)),
            "outstandingAmount",
            "balance",
        ),
    )


@strawberry.type(description="What a party owes, or is owed, on an account in a currency.")
class AgeingRow(_Aged):
    """Positive: a customer owes it, a supplier is owed it."""

    party: Any = related("party", "party_id", Party, "The customer or supplier.")
    account: Any = related("account", "account_id", Account, "The control account.")


@strawberry.type(description="All items in one currency.")
class AgeingCurrency(_Aged):
    """Of all parties of the filter."""


@strawberry.type(description="All items of the filter, and what the ledger has on their accounts.")
class AgeingTotals:
    """In company currency, positive as the rows are."""

    balance: Decimal = strawberry.field(description="All items, in company currency.")
    buckets: list[AgeingTotalBucket] = strawberry.field(description="The same by interval.")
    account_balance: Decimal | None = strawberry.field(
        description="What the ledger has on the control accounts, as the trial balance shows it; "
        "null where the filter is of what an account does not know: a party, a currency."
    )
    difference: Decimal | None = strawberry.field(
        description="Account balance - balance: what was posted there without a party, or what the "
        "ledger did not hear of."
    )
    currencies: list[AgeingCurrency] = strawberry.field(
        description="The same by the currency that the items are in."
    )


@strawberry.type(description="A page of parties with what they owe, or are owed, by age.")
class AgeingConnection(Connection[AgeingRow], Covered):
    """By party, account and currency."""

    which: strawberry.Private[report.AgeingFilter]

    @strawberry.field(description="The totals of the whole filter, not of the page.")
    async def totals(self, info: Info) -> AgeingTotals:
        """Computed only when asked for."""
        async with reading(info.context, self.scope) as connection:
            found: Any = await report.ageing_totals(connection, self.scope, self.which)
        return found


ByArgument = Annotated[
    AgeingBasis, strawberry.argument(description="The day from which items age.")
]
Boundaries = Annotated[
    list[int] | None,
    strawberry.argument(
        description="The last day of each interval but the last; null = 30, 60, 90."
    ),
]
CurrencyArgument = Annotated[
    str | None, strawberry.argument(description="Only items in this currency.")
]
Sort = Annotated[Any, sorted_by(AgeingSort)]


def _aged(type_: AccountType, description: str) -> Any:
    """The report of the control accounts of a type."""

    async def resolve(
        info: Info,
        *,
        company: CompanyArgument,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        by: ByArgument = AgeingBasis.DUE_DATE,
        boundaries: Boundaries = None,
        party: PartyArgument = None,
        account: AccountArgument = None,
        currency: CurrencyArgument = None,
        sort: Sort = AgeingSort.PARTY_ASC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> AgeingConnection:
        page = page_of(sort.ordering, first, after, last, before)
        intervals = intervals_of(USUAL_BOUNDARIES if boundaries is None else boundaries)
        scope = await scope_for(info, company, as_of, known_at)
        which = report.AgeingFilter(
            type=type_,
            basis=by,
            intervals=intervals,
            party_id=await id_of(info, scope.company_id, "party", party),
            account_id=await id_of(info, scope.company_id, "account", account),
            currency=currency,
        )
        async with reading(info.context, scope) as connection:
            rows = await report.ageing(connection, scope, page, which)
        return connect(page, rows, AgeingConnection, scope=scope, which=which)

    return strawberry.field(resolver=resolve, description=description)


@strawberry.type
class AgeingQuery:
    """Ageing."""

    aged_receivables: AgeingConnection = _aged(
        AccountType.RECEIVABLE,
        "What customers owe, by how long they have owed it; it adds up to the open items of the "
        "receivable accounts. What is owed to them is negative.",
    )
    aged_payables: AgeingConnection = _aged(
        AccountType.PAYABLE,
        "What suppliers are owed, by how long they have been owed it; it adds up to the open items "
        "of the payable accounts. What they owe is negative.",
    )
