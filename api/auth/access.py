"""Who may do what, as GraphQL types and queries: for operators, administrators, and oneself.

These lists are short (people and programs, not documents), and come whole.
"""

import asyncio
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

from api.context import Info
from api.masters.common import CompanyArgument, company_id_of
from api.masters.companies import Company
from api.masters.warehouses import Warehouse
from domain.authority import Authority
from domain.roles import CompanyRole, Permission
from persistence.access import administration
from persistence.access.administration import ApiKeyRow, PrincipalRow, RoleGrantRow


def _rows(kind: type) -> Any:
    """Rows are returned as they are."""

    def is_type_of(cls: type, value: object, _info: object) -> bool:
        return isinstance(value, kind | cls)

    return classmethod(is_type_of)


@strawberry.type(name="Principal", description="A user or a service account.")
class PrincipalType:
    """Reads from a `PrincipalRow`."""

    id: strawberry.ID = strawberry.field(description="Its identifier.")
    name: str = strawberry.field(description="The handle that the books record.")
    kind: str = strawberry.field(description='"USER", or "SERVICE" for a program\'s account.')
    has_subject: bool = strawberry.field(
        description="Whether the identity provider's tokens sign it in."
    )
    is_operator: bool = strawberry.field(description="Whether it may do everything everywhere.")
    is_active: bool = strawberry.field(description="Whether it may sign in.")
    created_at: datetime = strawberry.field(description="When it was made.")
    is_type_of = _rows(PrincipalRow)


@strawberry.type(description="An API key, without its secret.")
class ApiKey:
    """Reads from an `ApiKeyRow`."""

    id: strawberry.ID = strawberry.field(description="Its identifier.")
    principal_name: str = strawberry.field(description="Whose key it is.")
    prefix: str = strawberry.field(description="Its public part, by which it is revoked.")
    scopes: list[Permission] | None = strawberry.field(
        description="The permissions it is cut down to; null = all of its principal's."
    )
    created_at: datetime = strawberry.field(description="When it was made.")
    created_by: str = strawberry.field(description="Who made it.")
    expires_at: datetime | None = strawberry.field(description="When it ends by itself, if so.")
    revoked_at: datetime | None = strawberry.field(description="When it was revoked, if so.")
    last_used_at: datetime | None = strawberry.field(
        description="When it was last used, to the minute; null = never."
    )
    is_type_of = _rows(ApiKeyRow)


@strawberry.type(description="A role that somebody has in a company.")
class RoleGrant:
    """Reads from a `RoleGrantRow`."""

    principal_name: str = strawberry.field(description="Who has it.")
    role: CompanyRole = strawberry.field(description="The role.")
    warehouses: list[str] | None = strawberry.field(
        description="The codes of the warehouses it is limited to; null = all."
    )
    granted_at: datetime = strawberry.field(description="When it was last granted.")
    granted_by: str = strawberry.field(description="Who granted it.")
    is_type_of = _rows(RoleGrantRow)


@strawberry.type(description="What one may do in a company.")
class CompanyAccess:
    """One company."""

    company: Company = strawberry.field(description="The company.")
    permissions: list[Permission] = strawberry.field(description="The permissions, by name.")
    limited: list[Permission] = strawberry.field(
        description="Those of them that are limited to some warehouses."
    )
    warehouses: list[Warehouse] = strawberry.field(
        description="What these extend to, with all warehouses below; empty unless limited."
    )


@strawberry.type(description="Who asks.")
class Me:
    """The principal of the request."""

    name: str = strawberry.field(description="The handle that the books record.")
    is_operator: bool = strawberry.field(description="Whether one may do everything everywhere.")

    @strawberry.field(description="The companies in which one has a role; none for an operator.")
    async def access(self, info: Info) -> list[CompanyAccess]:
        """All companies in one statement, all warehouses in another."""
        known = info.context.principal.authorities
        companies: Any = await info.context.loaders.company.load_many(list(known))
        warehouses = await asyncio.gather(*(_limits(info, *one) for one in known.items()))
        return [
            CompanyAccess(
                company=company,
                permissions=sorted(authority.limits),
                limited=sorted(one for one, at in authority.limits.items() if at is not None),
                warehouses=limits,
            )
            for company, authority, limits in zip(
                companies, known.values(), warehouses, strict=True
            )
        ]


async def _limits(info: Info, company_id: UUID, authority: Authority) -> list[Warehouse]:
    ids = {one for limits in authority.limits.values() for one in limits or ()}
    keys = [(company_id, one) for one in sorted(ids)]
    found: Any = await info.context.loaders.warehouse.load_many(keys)
    return found


PrincipalArgument = Annotated[
    str | None, strawberry.argument(description="Only keys of the principal with this name.")
]


@strawberry.type
class AccessQueries:
    """Reading who may do what."""

    @strawberry.field(description="Who asks, as the token says.")
    def me(self, info: Info) -> Me:
        """The request's principal."""
        principal = info.context.principal
        return Me(name=principal.name, is_operator=principal.is_operator)

    @strawberry.field(description="All users and service accounts, by name.")
    async def principals(self, info: Info) -> list[PrincipalType]:
        """Also those that are disabled."""
        found: Any = await administration.list_principals(info.context.database)
        return found

    @strawberry.field(description="API keys, oldest first; also those that are revoked.")
    async def api_keys(self, info: Info, principal: PrincipalArgument = None) -> list[ApiKey]:
        """Without their secrets, which nobody has."""
        found = await administration.list_keys(info.context.database, principal)
        return [shown_key(row) for row in found]

    @strawberry.field(description="Everybody's roles in a company, by name.")
    async def role_grants(self, info: Info, company: CompanyArgument) -> list[RoleGrant]:
        """Operators need no role, and are not listed."""
        company_id = await company_id_of(info, company)
        found: Any = await administration.list_grants(info.context.database, company_id)
        return found


def shown_key(row: ApiKeyRow) -> ApiKey:
    """A key, with its scopes as permissions; null = not cut down."""
    scopes = None if row.scopes is None else [Permission(one) for one in row.scopes]
    return ApiKey(
        id=_id(row.id),
        principal_name=row.principal_name,
        prefix=row.prefix,
        scopes=scopes,
        created_at=row.created_at,
        created_by=row.created_by,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
    )


def _id(one: UUID) -> strawberry.ID:
    return strawberry.ID(str(one))
