"""Changing who may do what: principals and keys by operators, roles by administrators."""

from datetime import UTC, datetime
from typing import Any

import strawberry

from api.auth.access import ApiKey, PrincipalType, RoleGrant, shown_key
from api.auth.keys import make_key
from api.context import Info
from api.masters.common import option, optional_value
from api.types.mutations import Input, Payload, mutation
from api.types.refs import CompanyRef, WarehouseRef
from domain.errors import InvalidValue, Refused
from domain.roles import CompanyRole, Permission
from persistence.access import administration
from persistence.access.administration import NewKey


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

    @mutation("Lets a principal sign in no more, from now on.")
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
        return ApiKeyPayload(api_key=shown_key(row), secret=made.text)

    @mutation("Ends keys for ever, from now on; again changes nothing.")
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
        return RevokeApiKeyPayload(api_keys=[shown_key(row) for row in rows])

    @mutation("Gives a principal a role in a company.")
    async def grant_role(self, info: Info, input_: Input[GrantRoleInput]) -> RoleGrantPayload:
        """It counts at once, in all server processes."""
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

    @mutation("Takes a role in a company away, from now on; again changes nothing.")
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
