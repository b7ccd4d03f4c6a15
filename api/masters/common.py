"""What the masters' modules share: arguments, fields that may be left out, look-ups and lists."""

from collections.abc import Awaitable, Mapping
from datetime import datetime
from typing import Annotated, Any, Protocol
from uuid import UUID

import strawberry

from api.context import Info
from api.types.connections import connect
from api.types.refs import CompanyRef
from domain.errors import NotFound, Refused
from domain.references import Ref
from persistence.masters import lists, lookups
from persistence.paging import Page

By = Annotated[str | None, strawberry.argument(description="Only what was done under this name.")]
RecordedFrom = Annotated[
    datetime | None, strawberry.argument(description="Only at this moment or later.")
]
RecordedTo = Annotated[
    datetime | None, strawberry.argument(description="Only at this moment or earlier.")
]
CompanyArgument = Annotated[
    CompanyRef, strawberry.argument(name="company", description="The company whose books they are.")
]
SearchArgument = Annotated[
    str | None,
    strawberry.argument(description="Only records with this text in their code or name."),
]
ItemSearch = Annotated[
    str | None,
    strawberry.argument(description="Only items with this text in their SKU, name or a barcode."),
]
PartySearch = Annotated[
    str | None,
    strawberry.argument(description="Only those with this text in their code, name or tax number."),
]
ActiveArgument = Annotated[
    bool | None,
    strawberry.argument(description="Only active (true) or only deactivated (false) records."),
]


class Reference(Protocol):
    """Any reference input."""

    def to_ref(self) -> Ref:
        """The pure form."""
        ...


def option(description: str) -> Any:
    """An input field that may be left out; left out is not the same as null."""
    return strawberry.field(description=description, default=strawberry.UNSET)


def optional_ref(reference: Reference | None) -> Ref | None:
    """The pure form of a reference that may be null or left out."""
    return reference.to_ref() if reference else None


def optional_value(value: Any) -> Any:
    """A value, or None when it was left out."""
    return None if value is strawberry.UNSET else value


def id_of(record: Any) -> UUID:
    """The id of a row; GraphQL calls it an ID, the books have UUIDs."""
    return record.id


async def or_none(finding: Awaitable[Any]) -> Any:
    """What was found, or None where nothing has that name."""
    try:
        return await finding
    except Refused as refused:
        if all(isinstance(one, NotFound) and one.kind != "company" for one in refused.refusals):
            return None
        raise


async def company_id_of(info: Info, company: CompanyRef) -> UUID:
    """The id of the company that an argument names.

    Raises:
        Refused: NOT_FOUND.
    """
    return (await lookups.find_company(info.context.database, company.to_ref())).id


async def find_master(info: Info, company: CompanyRef, ref: Ref) -> Any:
    """A record of the company, or None."""
    company_id = await company_id_of(info, company)
    return await or_none(lookups.find(info.context.database, company_id, ref))


async def listed(
    info: Info,
    company: CompanyRef,
    rows: type[Any],
    page: Page,
    connection: type[Any],
    *,
    search: str | None,
    equal: Mapping[str, object],
    having: tuple[str, object] | None = None,
    within: Mapping[str, Reference | None] | None = None,
) -> Any:
    """A page of a company's records as a connection; see `lists.page_of_masters`.

    `within` names records that others stand in, by argument: only what stands in them is listed.

    Raises:
        Refused: NOT_FOUND for the company, or what `within` names.
    """
    database, company_id = info.context.database, await company_id_of(info, company)
    inside = {
        f"{argument}_id": (await lookups.find(database, company_id, ref.to_ref(), (argument,))).id
        for argument, ref in (within or {}).items()
        if ref is not None
    }
    found = await lists.page_of_masters(
        database, company_id, rows, page, search=search, equal={**equal, **inside}, having=having
    )
    return connect(page, found, connection)
