"""Fiscal years: as type, list and mutation."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

import strawberry

from api.context import Context, Info
from api.masters.common import CompanyArgument, company_id_of
from api.types.connections import After, Before, Connection, First, Last, connect, page_of
from api.types.mutations import Input, Payload, mutation
from api.types.nodes import Node, node_reader
from api.types.refs import CompanyRef
from api.types.sorting import FiscalYearSort, sorted_by
from persistence.masters import fiscal_years, lists, lookups
from persistence.masters.rows import FiscalYearRow


@strawberry.type(description="A fiscal year that has been opened.")
class FiscalYear(Node):
    """Reads from a `FiscalYearRow`."""

    code: str = strawberry.field(description='As it stands in numbers: "2026", or "2026-27".')
    start_date: date = strawberry.field(description="Its first day.")
    end_date: date = strawberry.field(description="Its last day.")

    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        """Rows are fiscal years by their class."""
        return isinstance(value, FiscalYearRow | FiscalYear)


@node_reader("fiscal_year")
async def load_fiscal_year(context: Context, company_id: UUID, one: UUID) -> Any:
    """A fiscal year by its id."""
    return await lookups.fiscal_year_by_id(context.database, company_id, one)


@strawberry.type
class FiscalYearQueries:
    """Reading fiscal years."""

    @strawberry.field(description="The company's fiscal years that have been opened, oldest first.")
    async def fiscal_years(
        self,
        info: Info,
        company: CompanyArgument,
        *,
        code: Annotated[
            str | None, strawberry.argument(description='Only the year of this code, "2026".')
        ] = None,
        sort: Annotated[Any, sorted_by(FiscalYearSort)] = FiscalYearSort.CODE_ASC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[FiscalYear]:
        """A keyset page."""
        page = page_of(sort.ordering, first, after, last, before)
        company_id = await company_id_of(info, company)
        found = await lists.page_of_masters(
            info.context.database, company_id, FiscalYearRow, page, equal={"code": code}
        )
        return connect(page, found, Connection[FiscalYear])


@strawberry.input(description="A fiscal year to be opened ahead of its first posting.")
class OpenFiscalYearInput:
    """Which fiscal year."""

    company: CompanyRef = strawberry.field(description="The company.")
    date_: date = strawberry.field(
        description="Any day of the year, at most a hundred years after today."
    )


@strawberry.type(description="The fiscal year that was opened.")
class FiscalYearPayload(Payload):
    """A fiscal year, or why not."""

    fiscal_year: FiscalYear | None = strawberry.field(
        description="The fiscal year; null when it was refused.", default=None
    )


@strawberry.type
class FiscalYearMutations:
    """Opening fiscal years."""

    @mutation(
        "Opens the fiscal year of a day. Years up to ten after the last open one open themselves "
        "with their first posting; a date further ahead is taken for a slip until its year is "
        "opened."
    )
    async def open_fiscal_year(
        self, info: Info, input_: Input[OpenFiscalYearInput]
    ) -> FiscalYearPayload:
        """Opening it again changes nothing (replayed)."""
        database = info.context.masters
        outcome = await fiscal_years.open_year(database, input_.company.to_ref(), input_.date_)
        year = await load_fiscal_year(info.context, outcome.company_id, outcome.id)
        return FiscalYearPayload(fiscal_year=year, replayed=outcome.replayed)
