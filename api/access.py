"""Who may do what, over GraphQL: principals and keys for operators, roles for administrators.

These lists are short (people and programs, not documents), and come whole.
"""

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

from api.auth.keys import make_key
from api.companies import Company
from api.context import Info
from api.masters import CompanyArgument, company_id_of, option, optional_value
from api.mutations import Input, Payload, mutation
from api.refs import CompanyRef, WarehouseRef
from api.warehouses import Warehouse
from domain.authority import Authority, CompanyRole, Permission
from domain.errors import InvalidValue, Refused
from persistence.access import administration
from persistence.access.administration import ApiKeyRow, NewKey, PrincipalRow, RoleGrantRow


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
        return [_shown(row) for row in found]

    @strawberry.field(description="Everybody's roles in a company, by name.")
    async def role_grants(self, info: Info, company: CompanyArgument) -> list[RoleGrant]:
        """Operators need no role, and are not listed."""
        company_id = await company_id_of(info, company)
        found: Any = await administration.list_grants(info.context.database, company_id)
        return found


@strawberry.input(description="A user to be made known.")
class CreateUserInput:
    """A person."""

    name: str = strawberry.field(
        description="A handle, which the books show for ever: lower-case letters, digits, dots and "
        "dashes, at most 64. Nothing personal is needed."
    )
    subject: str | None = option("What the identity provider calls the user (`sub`); null = keys.")
    is_operator: bool = strawberry.field(
        description="Whether the user may do everything, in every company.", default=False
    )


@strawberry.input(description="A program's account to be made known.")
class CreateServiceAccountInput:
    """A program."""

    name: str = strawberry.field(
        description="A handle, which the books show for ever: lower-case letters, digits, dots and "
        "dashes, at most 64."
    )


@strawberry.input(description="A user or service account to be disabled or enabled.")
class PrincipalTargetInput:
    """Which principal."""

    name: str = strawberry.field(description="Its name.")


@strawberry.input(description="A key to be made.")
class CreateApiKeyInput:
    """A new key."""

    principal: str = strawberry.field(description="The name of the user or service account.")
    scopes: list[Permission] | None = option(
        "The permissions it is cut down to; null = all that the principal has."
    )
    expires_at: datetime | None = option("When it ends by itself; null = never.")


@strawberry.input(one_of=True, description="Keys to be revoked: exactly one of these.")
class RevokeApiKeyInput:
    """Which keys."""

    prefix: str | None = option("The key with this prefix.")
    principal: str | None = option("All keys of the principal with this name.")


@strawberry.input(description="A role to be granted; granted again, its limits are replaced.")
class GrantRoleInput:
    """Who becomes what."""

    company: CompanyRef = strawberry.field(description="The company.")
    principal: str = strawberry.field(description="The name of the user or service account.")
    role: CompanyRole = strawberry.field(description="The role.")
    warehouses: list[WarehouseRef] | None = option(
        "What a WAREHOUSE role is limited to, groups with all below them; null = no limit."
    )


@strawberry.input(description="A role to be taken away.")
class RevokeRoleInput:
    """Who is no longer what."""

    company: CompanyRef = strawberry.field(description="The company.")
    principal: str = strawberry.field(description="The name of the user or service account.")
    role: CompanyRole = strawberry.field(description="The role.")


@strawberry.type(description="The user or service account that was made or changed.")
class PrincipalPayload(Payload):
    """See `Payload`."""

    principal: PrincipalType | None = strawberry.field(
        description="The principal; null when it was refused.", default=None
    )


@strawberry.type(description="The keys that are revoked now.")
class RevokeApiKeyPayload(Payload):
    """See `Payload`."""

    api_keys: list[ApiKey] = strawberry.field(
        description="The keys named, oldest first; empty when it was refused.",
        default_factory=list,
    )


@strawberry.type(description="The key that was made.")
class ApiKeyPayload(Payload):
    """See `Payload`."""

    api_key: ApiKey | None = strawberry.field(
        description="The key; null when it was refused.", default=None
    )
    secret: str | None = strawberry.field(
        description="The whole key, to be sent as the token: shown only when it is made.",
        default=None,
    )


@strawberry.type(description="The role that was granted or taken away.")
class RoleGrantPayload(Payload):
    """See `Payload`."""

    role_grant: RoleGrant | None = strawberry.field(
        description="The role as it is now; null when it was refused, or taken away.", default=None
    )


@strawberry.type
class AccessMutations:
    """Changing who may do what; each change is recorded."""

    @mutation("Makes a user known, who then signs in by a key or the identity provider.")
    async def create_user(self, info: Info, input_: Input[CreateUserInput]) -> PrincipalPayload:
        """Without any role yet."""
        row: Any = await administration.add_principal(
            info.context.database,
            input_.name,
            "USER",
            info.context.principal.name,
            subject=optional_value(input_.subject),
            is_operator=input_.is_operator,
        )
        return PrincipalPayload(principal=row)

    @mutation("Makes a program's account known, which then signs in by a key.")
    async def create_service_account(
        self, info: Info, input_: Input[CreateServiceAccountInput]
    ) -> PrincipalPayload:
        """Without any role yet."""
        context = info.context
        row: Any = await administration.add_principal(
            context.database, input_.name, "SERVICE", context.principal.name
        )
        return PrincipalPayload(principal=row)

    @mutation("Lets a principal sign in no more, within 15 seconds.")
    async def disable_principal(
        self, info: Info, input_: Input[PrincipalTargetInput]
    ) -> PrincipalPayload:
        """What it recorded keeps its name."""
        return await _set_active(info, input_.name, active=False)

    @mutation("Lets a principal sign in again.")
    async def enable_principal(
        self, info: Info, input_: Input[PrincipalTargetInput]
    ) -> PrincipalPayload:
        """With the keys and roles that it had."""
        return await _set_active(info, input_.name, active=True)

    @mutation("Makes an API key of a principal; its secret is shown this once.")
    async def create_api_key(self, info: Info, input_: Input[CreateApiKeyInput]) -> ApiKeyPayload:
        """Lost is lost: then revoke it and make another."""
        expires_at = optional_value(input_.expires_at)
        if expires_at is not None and expires_at <= datetime.now(UTC):
            raise Refused(InvalidValue(path=("expiresAt",), reason="must_be_in_the_future"))
        made = make_key()
        new = NewKey(
            prefix=made.prefix,
            secret_hash=made.secret_hash,
            scopes=optional_value(input_.scopes),
            expires_at=expires_at,
        )
        context = info.context
        row = await administration.create_key(
            context.database, input_.principal, new, context.principal.name
        )
        return ApiKeyPayload(api_key=_shown(row), secret=made.text)

    @mutation("Ends keys for ever, within 15 seconds; again changes nothing.")
    async def revoke_api_key(
        self, info: Info, input_: Input[RevokeApiKeyInput]
    ) -> RevokeApiKeyPayload:
        """They stay in the list."""
        database, by = info.context.database, info.context.principal.name
        if input_.principal:
            rows = await administration.revoke_keys_of(database, input_.principal, by)
        else:
            prefix = optional_value(input_.prefix) or ""
            rows = [await administration.revoke_key(database, prefix, by)]
        return RevokeApiKeyPayload(api_keys=[_shown(row) for row in rows])

    @mutation("Gives a principal a role in a company.")
    async def grant_role(self, info: Info, input_: Input[GrantRoleInput]) -> RoleGrantPayload:
        """It counts within 15 seconds."""
        warehouses = optional_value(input_.warehouses)
        limits = None if warehouses is None else [one.to_ref() for one in warehouses]
        row: Any = await administration.grant_role(
            info.context.database,
            input_.company.to_ref(),
            input_.principal,
            input_.role,
            info.context.principal.name,
            limits,
        )
        return RoleGrantPayload(role_grant=row)

    @mutation("Takes a role in a company away, within 15 seconds; again changes nothing.")
    async def revoke_role(self, info: Info, input_: Input[RevokeRoleInput]) -> RoleGrantPayload:
        """What was recorded under it stays."""
        context, company = info.context, input_.company.to_ref()
        await administration.revoke_role(
            context.database, company, input_.principal, input_.role, context.principal.name
        )
        return RoleGrantPayload()


async def _set_active(info: Info, name: str, *, active: bool) -> PrincipalPayload:
    context = info.context
    row: Any = await administration.set_active(
        context.database, name, context.principal.name, active=active
    )
    return PrincipalPayload(principal=row)


def _shown(row: ApiKeyRow) -> ApiKey:
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
