"""Changing who may do what; each change is recorded with who made it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from psycopg import AsyncConnection, errors
from psycopg.rows import class_row
from psycopg.types.json import Jsonb
from uuid_utils.compat import uuid7

from domain.errors import CodeTaken, InvalidValue, NotFound, Refused
from domain.references import Ref
from domain.roles import AccessAction, CompanyRole, Permission
from persistence.access.hearing import NOTIFY
from persistence.database import Database
from persistence.masters import lookups

NAME_PATTERN = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
"""What a principal's name may be: a handle, as the books will show it for ever."""

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class PrincipalRow:
    """A user or a service account."""

    id: UUID
    name: str
    kind: str
    has_subject: bool
    is_operator: bool
    is_active: bool
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyRow:
    """A key, without what proves it."""

    id: UUID
    principal_name: str
    prefix: str
    scopes: list[str] | None
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGrantRow:
    """A role in a company; `warehouses` are codes, null = all."""

    principal_name: str
    role: str
    warehouses: list[str] | None
    granted_at: datetime
    granted_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """A key to be kept: its public prefix and the hash of its secret."""

    prefix: str
    secret_hash: bytes
    scopes: Sequence[Permission] | None = None
    expires_at: datetime | None = None


_PRINCIPALS = """
select id, name, kind, subject is not null as has_subject, is_operator, is_active, created_at
  from principal
"""
_KEYS = """
select k.id, p.name as principal_name, k.prefix, k.scopes, k.created_at, k.created_by,
       k.expires_at, k.revoked_at, k.last_used_at
  from api_key k join principal p on p.id = k.principal_id
"""
_GRANTS = """
select p.name as principal_name, g.role, g.granted_at, g.granted_by,
       case when g.is_limited then array(
            select w.code from role_warehouse l
              join warehouse w on w.company_id = l.company_id and w.id = l.warehouse_id
             where l.company_id = g.company_id and l.principal_id = g.principal_id
               and l.role = g.role order by w.code) end as warehouses
  from role_grant g join principal p on p.id = g.principal_id
 where g.company_id = %s order by p.name, g.role
"""
_INSERT_PRINCIPAL = """
insert into principal (id, name, kind, subject, is_operator)
values (%(id)s, %(name)s, %(kind)s, %(subject)s, %(is_operator)s)
"""
_INSERT_KEY = """
insert into api_key (id, principal_id, prefix, secret_hash, scopes, created_by, expires_at)
values (%(id)s, %(principal)s, %(prefix)s, %(hash)s, %(scopes)s, %(by)s, %(expires_at)s)
"""
_INSERT_CHANGE = """
insert into access_change (id, recorded_by, action, principal_id, details)
values (%s, %s, %s, %s, %s)
"""
_GRANT = """
insert into role_grant (company_id, principal_id, role, is_limited, granted_by)
values (%s, %s, %s, %s, %s)
on conflict (company_id, principal_id, role)
do update set is_limited = excluded.is_limited, granted_by = excluded.granted_by,
              granted_at = clock_timestamp()
"""
_CLEAR_WAREHOUSES = """
delete from role_warehouse where company_id = %s and principal_id = %s and role = %s
"""
_REVOKE_KEY = """
update api_key set revoked_at = clock_timestamp() where prefix = %s and revoked_at is null
"""


async def add_principal(
    database: Database,
    name: str,
    kind: str,
    by: str,
    *,
    subject: str | None = None,
    is_operator: bool = False,
) -> PrincipalRow:
    """Make a user ("USER", perhaps known to the identity provider) or a "SERVICE" account.

    Raises:
        Refused: INVALID_VALUE for the name, CODE_TAKEN for a name or subject in use.
    """
    if not NAME_PATTERN.fullmatch(name):
        raise Refused(InvalidValue(path=("name",), reason="handle"))
    values = {"id": uuid7(), "name": name, "kind": kind, "subject": subject}
    details = {"name": name, "kind": kind, "operator": is_operator}
    try:
        async with database.transaction(None) as connection:
            await connection.execute(_INSERT_PRINCIPAL, {**values, "is_operator": is_operator})
            await _record(connection, by, AccessAction.PRINCIPAL_ADDED, values["id"], details)
            return await _principal(connection, name)
    except errors.UniqueViolation as error:
        is_name = error.diag.constraint_name == "principal_name_key"
        path, value = ("name", name) if is_name else ("subject", subject or "")
        raise Refused(CodeTaken(path=(path,), kind="principal", value=value)) from error


async def set_active(database: Database, name: str, by: str, *, active: bool) -> PrincipalRow:
    """Let a principal in again, or no more; what they recorded keeps their name.

    Raises:
        Refused: NOT_FOUND.
    """
    async with database.transaction(None) as connection:
        found = await _principal(connection, name)
        if found.is_active != active:
            await connection.execute(
                "update principal set is_active = %s where id = %s", (active, found.id)
            )
            action = AccessAction.PRINCIPAL_ENABLED if active else AccessAction.PRINCIPAL_DISABLED
            await _record(connection, by, action, found.id, {"name": name})
        return replace(found, is_active=active)


async def list_principals(database: Database) -> list[PrincipalRow]:
    """Everybody, by name."""
    async with database.transaction(None) as connection:
        return await _rows(connection, PrincipalRow, f"{_PRINCIPALS} order by name")


async def create_key(database: Database, name: str, new: NewKey, by: str) -> ApiKeyRow:
    """Keep a key of a principal.

    Raises:
        Refused: NOT_FOUND for the principal.
    """
    async with database.transaction(None) as connection:
        owner = await _principal(connection, name)
        scopes = None if new.scopes is None else [scope.value for scope in new.scopes]
        values = {
            "id": uuid7(), "principal": owner.id, "prefix": new.prefix, "hash": new.secret_hash,
            "scopes": scopes, "by": by, "expires_at": new.expires_at,
        }  # fmt: skip
        await connection.execute(_INSERT_KEY, values)
        details = {"prefix": new.prefix, "scopes": scopes}
        await _record(connection, by, AccessAction.KEY_CREATED, owner.id, details)
        return await _key(connection, new.prefix)


async def revoke_key(database: Database, prefix: str, by: str) -> ApiKeyRow:
    """End a key for ever; again changes nothing.

    Raises:
        Refused: NOT_FOUND.
    """
    async with database.transaction(None) as connection:
        key = await _key(connection, prefix)
        changed = await connection.execute(_REVOKE_KEY, (prefix,))
        if changed.rowcount:
            owner = await _principal(connection, key.principal_name)
            await _record(connection, by, AccessAction.KEY_REVOKED, owner.id, {"prefix": prefix})
        return await _key(connection, prefix)


async def revoke_keys_of(database: Database, name: str, by: str) -> list[ApiKeyRow]:
    """End all keys of a principal for ever; again changes nothing.

    Raises:
        Refused: NOT_FOUND.
    """
    for key in await list_keys(database, name):
        await revoke_key(database, key.prefix, by)
    return await list_keys(database, name)


async def list_keys(database: Database, name: str | None = None) -> list[ApiKeyRow]:
    """All keys, or those of one principal, oldest first.

    Raises:
        Refused: NOT_FOUND for the principal.
    """
    async with database.transaction(None) as connection:
        if name is None:
            return await _rows(connection, ApiKeyRow, f"{_KEYS} order by k.id")
        owner = await _principal(connection, name)
        query = f"{_KEYS} where k.principal_id = %s order by k.id"
        return await _rows(connection, ApiKeyRow, query, owner.id)


async def grant_role(
    database: Database,
    company: Ref,
    name: str,
    role: CompanyRole,
    by: str,
    warehouses: Sequence[Ref] | None = None,
) -> RoleGrantRow:
    """Give a role in a company; given again, its limits are those of the last time.

    Args:
        database: the open database.
        company: the company.
        name: the principal's name.
        role: the role.
        by: who grants it.
        warehouses: what a WAREHOUSE role extends to, groups with all below; None = all.

    Raises:
        Refused: NOT_FOUND; INVALID_VALUE for limits of another role, or an empty list.
    """
    if warehouses is not None and (role is not CompanyRole.WAREHOUSE or not warehouses):
        raise Refused(InvalidValue(path=("warehouses",), reason="limits_of_a_warehouse_role"))
    company_id = (await lookups.find_company(database, company)).id
    found = [
        await lookups.find(database, company_id, ref, ("warehouses", str(at)))
        for at, ref in enumerate(warehouses or ())
    ]
    async with database.transaction(company_id) as connection:
        owner = await _principal(connection, name)
        key = (company_id, owner.id, role.value)
        await connection.execute(_GRANT, (*key, warehouses is not None, by))
        await connection.execute(_CLEAR_WAREHOUSES, key)
        for one in {warehouse.id for warehouse in found}:
            await connection.execute(
                "insert into role_warehouse values (%s, %s, %s, %s)", (*key, one)
            )
        codes = sorted({one.code for one in found}) if warehouses is not None else None
        details = {"company": str(company_id), "role": role.value, "warehouses": codes}
        await _record(connection, by, AccessAction.ROLE_GRANTED, owner.id, details)
        grants = await _rows(connection, RoleGrantRow, _GRANTS, company_id)
    return next(one for one in grants if one.principal_name == name and one.role == role)


async def revoke_role(
    database: Database, company: Ref, name: str, role: CompanyRole, by: str
) -> bool:
    """Take a role away; whether there was one.

    Raises:
        Refused: NOT_FOUND for the company or the principal.
    """
    company_id = (await lookups.find_company(database, company)).id
    async with database.transaction(company_id) as connection:
        owner = await _principal(connection, name)
        key = (company_id, owner.id, role.value)
        await connection.execute(_CLEAR_WAREHOUSES, key)
        gone = await connection.execute(
            "delete from role_grant where company_id = %s and principal_id = %s and role = %s", key
        )
        if gone.rowcount:
            details = {"company": str(company_id), "role": role.value}
            await _record(connection, by, AccessAction.ROLE_REVOKED, owner.id, details)
        return bool(gone.rowcount)


async def list_grants(database: Database, company_id: UUID) -> list[RoleGrantRow]:
    """Everybody's roles in a company, by name."""
    async with database.transaction(company_id) as connection:
        return await _rows(connection, RoleGrantRow, _GRANTS, company_id)


async def _rows(
    connection: AsyncConnection, kind: type[Row], query: str, *values: object
) -> list[Row]:
    async with connection.cursor(row_factory=class_row(kind)) as cursor:
        await cursor.execute(query.encode(), values)
        return await cursor.fetchall()


async def _principal(connection: AsyncConnection, name: str) -> PrincipalRow:
    found = await _rows(connection, PrincipalRow, f"{_PRINCIPALS} where name = %s", name)
    if not found:
        raise Refused(NotFound(path=("principal",), kind="principal", reference=name))
    return found[0]


async def _key(connection: AsyncConnection, prefix: str) -> ApiKeyRow:
    found = await _rows(connection, ApiKeyRow, f"{_KEYS} where k.prefix = %s", prefix)
    if not found:
        raise Refused(NotFound(path=("prefix",), kind="api_key", reference=prefix))
    return found[0]


async def _record(
    connection: AsyncConnection,
    by: str,
    action: AccessAction,
    principal: Any,
    details: dict[str, Any],
) -> None:
    values = (uuid7(), by, action.value, principal, Jsonb(details))
    await connection.execute(_INSERT_CHANGE, values)
    await connection.execute(NOTIFY)  # heard where it is committed
