"""Closing and reopening days, and the record of who did and when."""

from datetime import date, datetime
from typing import Annotated, Any

import strawberry

from api.context import Info
from api.masters.common import CompanyArgument, company_id_of, option, optional_value
from api.masters.companies import CompanyPayload, company_payload
from api.types.connections import After, Before, Connection, First, Last, connect, page_of
from api.types.enums import described
from api.types.mutations import Input, mutation
from api.types.refs import CompanyRef
from api.types.sorting import PeriodChangeSort, sorted_by
from domain.masters import Change
from persistence.masters import lists, periods
from persistence.masters.periods import Closing, Mover
from persistence.masters.rows import PeriodChangeRow

described(
    Closing,
    "What the last closed day closes.",
    {
        Closing.LEDGER: "All postings.",
        Closing.INVENTORY: "Postings that move or value stock.",
    },
)


@strawberry.type(description="A move of a company's last closed day.")
class PeriodChange:
    """Appended by each closing and reopening; never changed."""

    id: strawberry.ID = strawberry.field(description="Its identifier.")
    kind: Closing = strawberry.field(description="What was closed or opened.")
    closed_through_before: date | None = strawberry.field(
        description="The last closed day until then; null = none was."
    )
    closed_through: date | None = strawberry.field(
        description="The last closed day from then on; null = none is."
    )
    reason: str | None = strawberry.field(description="Why, if it was said.")
    recorded_at: datetime = strawberry.field(description="When.")
    recorded_by: str | None = strawberry.field(description="Who did it.")

    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        """Rows are returned as they are."""
        return isinstance(value, PeriodChangeRow | PeriodChange)


@strawberry.type
class PeriodQueries:
    """Reading the record."""

    @strawberry.field(description="Every closing and reopening of a company's books, newest first.")
    async def period_changes(
        self,
        info: Info,
        company: CompanyArgument,
        *,
        sort: Annotated[Any, sorted_by(PeriodChangeSort)] = PeriodChangeSort.RECORDED_DESC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[PeriodChange]:
        """A keyset page."""
        page = page_of(sort.ordering, first, after, last, before)
        company_id = await company_id_of(info, company)
        found: Any = await lists.page_of_masters(
            info.context.database, company_id, PeriodChangeRow, page
        )
        return connect(page, found, Connection[PeriodChange])


@strawberry.input(description="Days to be closed.")
class ClosePeriodInput:
    """Through which day."""

    company: CompanyRef = strawberry.field(description="The company.")
    through: date = strawberry.field(
        description="The last day to be closed, later than what is closed already: nothing can be "
        "dated on it or before. At most `settings { postingDaysAhead }` after today, or a hundred "
        "years."
    )
    reason: str | None = option("Why, for the record.")
    expected_version: int | None = option(
        "The version of the company you have seen; refused if it is another now."
    )


@strawberry.input(description="Days to be reopened.")
class ReopenPeriodInput:
    """From which day on."""

    company: CompanyRef = strawberry.field(description="The company.")
    from_: date | None = strawberry.field(
        name="from",
        description="The first day to be open again; null = all days.",
        default=strawberry.UNSET,
    )
    reason: str | None = option("Why, for the record.")
    expected_version: int | None = option(
        "The version of the company you have seen; refused if it is another now."
    )


def _change(given: ClosePeriodInput | ReopenPeriodInput) -> Change:
    company = given.company.to_ref()
    version = optional_value(given.expected_version)
    return Change(company=company, target=company, expected_version=version)


def _mover(info: Info, given: ClosePeriodInput | ReopenPeriodInput) -> Mover:
    return Mover(name=info.context.principal.name, reason=optional_value(given.reason))


@strawberry.type
class PeriodMutations:
    """Closing and reopening days."""

    @mutation("Closes all days through a day: nothing is dated on them from then on.")
    async def close_period(self, info: Info, input_: Input[ClosePeriodInput]) -> CompanyPayload:
        """Adjustments of what lies there count on the first open day."""
        database, by = info.context.masters, _mover(info, input_)
        outcome = await periods.close(database, _change(input_), input_.through, by)
        return await company_payload(info.context, outcome)

    @mutation("Reopens closed days from a day on; days before a migration stay closed.")
    async def reopen_period(self, info: Info, input_: Input[ReopenPeriodInput]) -> CompanyPayload:
        """What was dated on the first open day meanwhile stays there."""
        database, by = info.context.masters, _mover(info, input_)
        from_ = optional_value(input_.from_)
        outcome = await periods.reopen(database, _change(input_), from_, by)
        return await company_payload(info.context, outcome)

    @mutation(
        "Closes an inventory period: stock is not moved or valued in it any more. All issues in it "
        "must be covered by receipts, and all costs adjusted."
    )
    async def close_inventory_period(
        self, info: Info, input_: Input[ClosePeriodInput]
    ) -> CompanyPayload:
        """Adjustments of what lies there count on the first open day."""
        database, by = info.context.masters, _mover(info, input_)
        outcome = await periods.close(
            database, _change(input_), input_.through, by, Closing.INVENTORY
        )
        return await company_payload(info.context, outcome)

    @mutation("Reopens inventory periods from a day on.")
    async def reopen_inventory_period(
        self, info: Info, input_: Input[ReopenPeriodInput]
    ) -> CompanyPayload:
        """What was dated on the first open day meanwhile stays there."""
        database, by = info.context.masters, _mover(info, input_)
        from_ = optional_value(input_.from_)
        outcome = await periods.reopen(database, _change(input_), from_, by, Closing.INVENTORY)
        return await company_payload(info.context, outcome)
