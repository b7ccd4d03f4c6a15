"""The record of who changed what somebody may do."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from api.context import Info
from api.masters.common import By, RecordedFrom, RecordedTo, company_id_of
from api.types.connections import After, Before, Connection, First, Last, connect, page_of
from api.types.refs import CompanyRef
from api.types.sorting import AccessChangeSort, sorted_by
from domain.roles import AccessAction, CompanyRole, Permission
from persistence.access.change_lists import (
    AccessChangeRow,
    AccessChangesWanted,
    page_of_access_changes,
)


@strawberry.type(description="A change of what somebody may do; never changed itself.")
class AccessChange:
    """Reads from an `AccessChangeRow`; what does not go with the action is null."""

    id: strawberry.ID = strawberry.field(description="Its identifier.")
    action: AccessAction = strawberry.field(description="What was done.")
    principal_name: str = strawberry.field(description="With which user or service account.")
    company_code: str | None = strawberry.field(
        description="The company of the role, by its code now; null where it is gone."
    )
    role: CompanyRole | None = strawberry.field(description="The role, as it was from then on.")
    warehouses: list[str] | None = strawberry.field(
        description="The codes of the warehouses that it was limited to; null = to none."
    )
    key_prefix: str | None = strawberry.field(description="The public part of the key.")
    scopes: list[Permission] | None = strawberry.field(
        description="The permissions that the key was cut down to; null = not cut down."
    )
    is_operator: bool | None = strawberry.field(
        description="Whether who was added may do everything, in every company."
    )
    recorded_at: datetime = strawberry.field(description="When.")
    recorded_by: str = strawberry.field(description="Who did it.")

    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        """Rows are returned as they are."""
        return isinstance(value, AccessChangeRow | AccessChange)


@strawberry.type
class AccessChangeQueries:
    """Reading the record."""

    @strawberry.field(
        description="Who changed what somebody may do, newest first: roles in the company named; "
        "without one, for operators only, everything: users, keys, and roles in all companies."
    )
    async def access_changes(
        self,
        info: Info,
        *,
        company: Annotated[
            CompanyRef | None,
            strawberry.argument(description="Only roles in this company; null = everything."),
        ] = None,
        principal: Annotated[
            str | None,
            strawberry.argument(description="Only what somebody of this name may do."),
        ] = None,
        by: By = None,
        recorded_from: RecordedFrom = None,
        recorded_to: RecordedTo = None,
        sort: Annotated[Any, sorted_by(AccessChangeSort)] = AccessChangeSort.RECORDED_DESC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[AccessChange]:
        """A keyset page."""
        page = page_of(sort.ordering, first, after, last, before)
        wanted = AccessChangesWanted(
            company=None if company is None else str(await company_id_of(info, company)),
            principal=principal,
            by=by,
            recorded_from=recorded_from,
            recorded_to=recorded_to,
        )
        found: Any = await page_of_access_changes(info.context.database, page, wanted)
        return connect(page, found, Connection[AccessChange])
