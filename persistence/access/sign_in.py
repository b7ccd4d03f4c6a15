"""What signing in reads: a key by its prefix, a user by their subject, and the roles of either."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

from domain.roles import CompanyRole, RoleGrant
from persistence.citus.nodes import tell_nodes
from persistence.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """An active principal, with the roles by company."""

    id: UUID
    name: str
    is_operator: bool
    is_service: bool
    grants: dict[UUID, tuple[RoleGrant, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownKey:
    """A key that is neither revoked nor expired, of an active principal."""

    id: UUID
    principal_id: UUID
    secret_hash: bytes
    scopes: list[str] | None
    expires_at: datetime | None


_KEY = """
select k.id, k.principal_id, k.secret_hash, k.scopes, k.expires_at
  from api_key k join principal p on p.id = k.principal_id
 where k.prefix = %s and k.revoked_at is null and p.is_active
   and (k.expires_at is null or k.expires_at > clock_timestamp())
"""
_FOUND = "select id, name, is_operator, kind = 'SERVICE' from principal"
_BY_ID = f"{_FOUND} where id = %s and is_active"
_BY_SUBJECT = f"{_FOUND} where subject = %s and is_active"
_SET_PRINCIPAL = "select set_config('app.principal_id', %s, true)"
# Led by the company, as all keys are: one probe of the index for each.
_GRANTS = """
select g.company_id, g.role, g.is_limited,
       array(select w.warehouse_id from role_warehouse w
              where w.company_id = g.company_id and w.principal_id = g.principal_id
                and w.role = g.role)
  from company c join role_grant g on g.company_id = c.id and g.principal_id = %s
"""
_NOTE_USE = """
update api_key set last_used_at = clock_timestamp()
 where id = %s and (last_used_at is null or last_used_at < clock_timestamp() - interval '1 minute')
"""


async def key_by_prefix(database: Database, prefix: str) -> KnownKey | None:
    """The key that this prefix finds, if it may still be used."""
    async with (
        database.transaction(None) as connection,
        connection.cursor(row_factory=class_row(KnownKey)) as cursor,
    ):
        await cursor.execute(_KEY, (prefix,))
        return await cursor.fetchone()


async def principal_of_key(database: Database, key: KnownKey) -> SignedIn | None:
    """Whose key it is, and note that it was used (to the minute); after its secret is proved."""
    async with database.transaction(None) as connection:
        await connection.execute(_NOTE_USE, (key.id,))
        return await _principal(connection, _BY_ID, key.principal_id)


async def principal_by_subject(database: Database, subject: str) -> SignedIn | None:
    """The user whom the identity provider knows by this subject."""
    async with database.transaction(None) as connection:
        return await _principal(connection, _BY_SUBJECT, subject)


async def _principal(
    connection: AsyncConnection, query: LiteralString, by: object
) -> SignedIn | None:
    cursor = await connection.execute(query, (by,))
    row: Any = await cursor.fetchone()
    if row is None:
        return None
    async with connection.pipeline():
        await tell_nodes(connection, "principal_id", row[0])
        await connection.execute(_SET_PRINCIPAL, (str(row[0]),))
        cursor = await connection.execute(_GRANTS, (row[0],))
        found = await cursor.fetchall()
    grants: dict[UUID, tuple[RoleGrant, ...]] = {}
    for company, role, is_limited, warehouses in found:
        limit = frozenset(warehouses) if is_limited else None
        grants[company] = (*grants.get(company, ()), RoleGrant(CompanyRole(role), limit))
    return SignedIn(id=row[0], name=row[1], is_operator=row[2], is_service=row[3], grants=grants)
