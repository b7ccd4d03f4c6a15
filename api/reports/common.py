"""What reports share: the arguments that say which books, as of when, as known when."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import strawberry
from psycopg import AsyncConnection

from api.context import Context, Info
from api.masters.common import company_id_of
from api.types.refs import (
    AccountRef,
    CompanyRef,
    CostCenterRef,
    ItemRef,
    PartyRef,
    TaxRef,
    WarehouseRef,
)
from domain.errors import InvalidValue, Refused
from domain.roles import Permission
from persistence.masters import lookups
from persistence.reports.scope import Scope, scope_of

SAME_AS_ROWS = "The same as `rows`: whatever lists rows has them under `nodes` too."

AsOf = Annotated[
    date | None,
    strawberry.argument(
        description="What counted by the end of this day; null = everything, whatever its date."
    ),
]
KnownAt = Annotated[
    datetime | None,
    strawberry.argument(
        description="What had been recorded by this moment, as the books were then; null = now."
    ),
]
From = Annotated[
    date | None,
    strawberry.argument(name="from", description="Only what counts on or after this day."),
]
ItemArgument = Annotated[ItemRef | None, strawberry.argument(description="Only this item.")]
WarehouseArgument = Annotated[
    WarehouseRef | None,
    strawberry.argument(description="Only this warehouse and those below it."),
]
IncludeZero = Annotated[bool, strawberry.argument(description="Also rows with nothing but zeros.")]

Reference = AccountRef | CostCenterRef | ItemRef | PartyRef | TaxRef | WarehouseRef


async def id_of(
    info: Info, company_id: UUID, name: str, reference: Reference | None
) -> UUID | None:
    """The id of the record that the argument `name` refers to, if it is given.

    Raises:
        Refused: NOT_FOUND.
    """
    if reference is None:
        return None
    found = await lookups.find(info.context.database, company_id, reference.to_ref(), (name,))
    return found.id


def check_period(from_: date | None, as_of: date | None) -> None:
    """The period of a report begins before it ends.

    Raises:
        Refused: INVALID_VALUE.
    """
    if from_ is not None and as_of is not None and from_ > as_of:
        raise Refused(InvalidValue(path=("from",), reason="after_as_of"))


async def scope_for(
    info: Info, company: CompanyRef, as_of: date | None, known_at: datetime | None
) -> Scope:
    """What the arguments cover.

    Raises:
        Refused: NOT_FOUND for the company.
    """
    company_id = await company_id_of(info, company)
    async with covering(info, company_id, as_of, known_at) as (_connection, scope):
        return scope


@asynccontextmanager
async def covering(
    info: Info, company_id: UUID, as_of: date | None, known_at: datetime | None
) -> AsyncIterator[tuple[AsyncConnection, Scope]]:
    """A transaction in the books of a company, and what the arguments cover."""
    async with info.context.database.transaction(company_id) as connection:
        within = info.context.within(company_id, Permission.STOCK_READ)
        scope = await scope_of(
            connection, company_id, as_of=as_of, known_at=known_at, within=within
        )
        yield connection, scope


@asynccontextmanager
async def reading(context: Context, scope: Scope) -> AsyncIterator[AsyncConnection]:
    """A transaction in the books of the scope's company."""
    async with context.database.transaction(scope.company_id) as connection:
        yield connection


@strawberry.type
class Covered:
    """What a report covers, for its reader to note down."""

    scope: strawberry.Private[Scope]

    @strawberry.field(description="The last day that counts; null = everything posted.")
    def as_of(self) -> date | None:
        """As it was asked for."""
        return self.scope.as_of

    @strawberry.field(
        description="The moment whose knowledge the report shows; asked for again with it, the "
        "report is the same for ever. Null when nothing was recorded yet."
    )
    def known_at(self) -> datetime | None:
        """As it was asked for, or the moment of the last recording."""
        return self.scope.known_at

    @strawberry.field(description="The company's currency, which amounts are in.")
    def currency(self) -> str:
        """ISO 4217."""
        return self.scope.currency
