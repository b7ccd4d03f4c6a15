"""`perpetuo users`, `keys` and `roles`: who may do what, for those who own the machine."""

import asyncio
import getpass
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from rich.console import Console
from rich.table import Table

from api.auth.keys import make_key
from api.commands.databases import usable_database
from api.commands.terminal import CommandError, Progress, say
from api.messages import message
from api.settings import Settings
from domain.authority import CompanyRole, Permission
from domain.errors import Refused
from domain.references import Ref
from persistence.access import administration
from persistence.access.administration import NewKey
from persistence.database import Database
from persistence.masters.lookups import find_company

Result = TypeVar("Result")

_LANGUAGE = "en"


def add_user(
    settings: Settings, name: str, *, service: bool, operator: bool, subject: str | None
) -> None:
    """Make a user or a service account."""
    kind = "SERVICE" if service else "USER"

    async def add(database: Database) -> None:
        await administration.add_principal(
            database, name, kind, _by(), subject=subject, is_operator=operator
        )

    _run(settings, add)
    say(f"{name} is known. Next: `perpetuo roles grant` and `perpetuo keys create`.")


def list_users(settings: Settings) -> None:
    """Everybody."""
    found = _run(settings, administration.list_principals)
    table = Table("Name", "Kind", "Operator", "Active", "Signs in by OIDC")
    for one in found:
        marks = (one.is_operator, one.is_active, one.has_subject)
        table.add_row(one.name, one.kind.lower(), *("yes" if mark else "" for mark in marks))
    Console().print(table)


def set_active(settings: Settings, name: str, *, active: bool) -> None:
    """Let somebody in again, or no more."""

    async def change(database: Database) -> None:
        await administration.set_active(database, name, _by(), active=active)

    _run(settings, change)
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
        await administration.create_key(database, name, new, _by())

    _run(settings, create)
    say(made.text)


def list_keys(settings: Settings, name: str | None) -> None:
    """All keys, or one principal's."""

    async def find(database: Database) -> list[administration.ApiKeyRow]:
        return await administration.list_keys(database, name)

    table = Table("Prefix", "Of", "Scopes", "Expires", "Revoked", "Last used")
    for one in _run(settings, find):
        moments = (one.expires_at, one.revoked_at, one.last_used_at)
        scopes = ", ".join(one.scopes) if one.scopes is not None else "all"
        table.add_row(one.prefix, one.principal_name, scopes, *(_moment(at) for at in moments))
    Console().print(table)


def revoke_key(settings: Settings, prefix: str) -> None:
    """End a key for ever."""

    async def revoke(database: Database) -> None:
        await administration.revoke_key(database, prefix, _by())

    _run(settings, revoke)
    say(f"Key {prefix} is revoked. Servers notice within 15 seconds.")


def grant_role(
    settings: Settings, name: str, role: CompanyRole, company: str, warehouses: Sequence[str]
) -> None:
    """Give a role in a company."""
    limits = [Ref("warehouse", "code", code) for code in warehouses] or None

    async def grant(database: Database) -> None:
        await administration.grant_role(
            database, Ref("company", "code", company), name, role, _by(), limits
        )

    _run(settings, grant)
    where = f", limited to {', '.join(warehouses)}" if warehouses else ""
    say(f"{name} is {role.value} in {company}{where}.")


def revoke_role(settings: Settings, name: str, role: CompanyRole, company: str) -> None:
    """Take a role away."""

    async def revoke(database: Database) -> bool:
        reference = Ref("company", "code", company)
        return await administration.revoke_role(database, reference, name, role, _by())

    was = _run(settings, revoke)
    say(f"{name} is {'no longer' if was else 'not'} {role.value} in {company}.")


def list_roles(settings: Settings, company: str) -> None:
    """Everybody's roles in a company."""

    async def find(database: Database) -> list[administration.RoleGrantRow]:
        row = await find_company(database, Ref("company", "code", company))
        return await administration.list_grants(database, row.id)

    table = Table("Name", "Role", "Warehouses", "Granted", "By")
    for one in _run(settings, find):
        where = ", ".join(one.warehouses) if one.warehouses is not None else "all"
        row = (one.principal_name, one.role, where, _moment(one.granted_at), one.granted_by)
        table.add_row(*row)
    Console().print(table)


def _run(settings: Settings, work: Callable[[Database], Awaitable[Result]]) -> Result:
    """Do something with the database, also beside a server that runs on it.

    Raises:
        CommandError: it was refused.
    """

    async def run(url: str) -> Result:
        database = await Database.open(url, most_connections=2)
        try:
            return await work(database)
        except Refused as refused:
            texts = (message(refusal, _LANGUAGE) for refusal in refused.refusals)
            raise CommandError(" ".join(texts)) from refused
        finally:
            await database.close()

    with Progress() as progress, usable_database(settings, progress.stage) as url:
        progress.done()
        return asyncio.run(run(url))


def _moment(at: datetime | None) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M") if at else ""


def _by() -> str:
    """Who is recorded: the system's user, on the command line."""
    try:
        return f"command line ({getpass.getuser()})"
    except (KeyError, OSError):
        return "command line"
