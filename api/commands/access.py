"""`perpetuo users`, `keys` and `roles`: who may do what, for those who own the machine."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from rich.console import Console
from rich.table import Table

from api.auth.keys import make_key
from api.commands.on_database import moment, on_database, recorded_by
from api.commands.terminal import say
from api.settings import Settings
from domain.references import Ref
from domain.roles import CompanyRole, Permission
from persistence.access import administration
from persistence.access.administration import NewKey
from persistence.database import Database
from persistence.masters.lookups import find_company


def add_user(
    settings: Settings, name: str, *, service: bool, operator: bool, subject: str | None
) -> None:
    """Make a user or a service account."""
    kind = "SERVICE" if service else "USER"

    async def add(database: Database) -> None:
        await administration.add_principal(
            database, name, kind, recorded_by(), subject=subject, is_operator=operator
        )

    on_database(settings, add)
    say(f"{name} is known. Next: `perpetuo roles grant` and `perpetuo keys create`.")


def list_users(settings: Settings) -> None:
    """Everybody."""
    found = on_database(settings, administration.list_principals)
    table = Table("Name", "Kind", "Operator", "Active", "Signs in by OIDC")
    for one in found:
        marks = (one.is_operator, one.is_active, one.has_subject)
        table.add_row(one.name, one.kind.lower(), *("yes" if mark else "" for mark in marks))
    Console().print(table)


def set_active(settings: Settings, name: str, *, active: bool) -> None:
    """Let somebody in again, or no more."""

    async def change(database: Database) -> None:
        await administration.set_active(database, name, recorded_by(), active=active)

    on_database(settings, change)
    say(f"{name} is {'enabled' if active else 'disabled'}.")


def create_key(
    settings: Settings, name: str, *, scopes: Sequence[Permission], days: int | None
) -> None:
    """Make a key; it is shown this once."""
    made = make_key()
    expires_at = None if days is None else datetime.now(UTC) + timedelta(days=days)
    new = NewKey(
        prefix=made.prefix,
        secret_hash=made.secret_hash,
        scopes=scopes or None,
        expires_at=expires_at,
    )

    async def create(database: Database) -> None:
        await administration.create_key(database, name, new, recorded_by())

    on_database(settings, create)
    say(made.text)


def list_keys(settings: Settings, name: str | None) -> None:
    """All keys, or one principal's."""

    async def find(database: Database) -> list[administration.ApiKeyRow]:
        return await administration.list_keys(database, name)

    table = Table("Prefix", "Of", "Scopes", "Expires", "Revoked", "Last used")
    for one in on_database(settings, find):
        moments = (one.expires_at, one.revoked_at, one.last_used_at)
        scopes = ", ".join(one.scopes) if one.scopes is not None else "all"
        table.add_row(one.prefix, one.principal_name, scopes, *(moment(at) for at in moments))
    Console().print(table)


def revoke_key(settings: Settings, prefix: str) -> None:
    """End a key for ever."""

    async def revoke(database: Database) -> None:
        await administration.revoke_key(database, prefix, recorded_by())

    on_database(settings, revoke)
    say(f"Key {prefix} is revoked.")


def grant_role(
    settings: Settings, name: str, role: CompanyRole, company: str, warehouses: Sequence[str]
) -> None:
    """Give a role in a company."""
    limits = [Ref("warehouse", "code", code) for code in warehouses] or None

    async def grant(database: Database) -> None:
        await administration.grant_role(
            database, Ref("company", "code", company), name, role, recorded_by(), limits
        )

    on_database(settings, grant)
    where = f", limited to {', '.join(warehouses)}" if warehouses else ""
    say(f"{name} is {role.value} in {company}{where}.")


def revoke_role(settings: Settings, name: str, role: CompanyRole, company: str) -> None:
    """Take a role away."""

    async def revoke(database: Database) -> bool:
        reference = Ref("company", "code", company)
        return await administration.revoke_role(database, reference, name, role, recorded_by())

    was = on_database(settings, revoke)
    say(f"{name} is {'no longer' if was else 'not'} {role.value} in {company}.")


def list_roles(settings: Settings, company: str) -> None:
    """Everybody's roles in a company."""

    async def find(database: Database) -> list[administration.RoleGrantRow]:
        row = await find_company(database, Ref("company", "code", company))
        return await administration.list_grants(database, row.id)

    table = Table("Name", "Role", "Warehouses", "Granted", "By")
    for one in on_database(settings, find):
        where = ", ".join(one.warehouses) if one.warehouses is not None else "all"
        row = (one.principal_name, one.role, where, moment(one.granted_at), one.granted_by)
        table.add_row(*row)
    Console().print(table)
