"""Trusted documents: texts of operations that an operator has stored, found by their SHA-256.

They belong to the installation, not to a company, and hold no books.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from persistence.database import Database

_ADD = """
insert into trusted_document (sha256, body, operations, added_by)
values (%(sha256)s, %(body)s, %(operations)s, %(added_by)s)
on conflict (sha256) do nothing
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDocument:
    """A text, its SHA-256, and the names of its operations."""

    sha256: bytes
    body: str
    operations: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDocument:
    """What is known of a stored text; `length` in characters."""

    sha256: bytes
    operations: list[str]
    length: int
    added_at: datetime
    added_by: str


async def body_of(database: Database, sha256: bytes) -> str | None:
    """The stored text with this hash."""
    async with database.transaction(None) as connection:
        found = await connection.execute(
            "select body from trusted_document where sha256 = %s", (sha256,)
        )
        row = await found.fetchone()
    return row[0] if row else None


async def add(database: Database, documents: Sequence[NewDocument], added_by: str) -> int:
    """Store those that are not stored yet, all or none; how many that were."""
    added = 0
    async with database.transaction(None) as connection:
        for one in documents:
            values = {
                "sha256": one.sha256,
                "body": one.body,
                "operations": one.operations,
                "added_by": added_by,
            }
            added += (await connection.execute(_ADD, values)).rowcount
    return added


async def list_all(database: Database) -> list[StoredDocument]:
    """Everything that is stored, by the names of the operations."""
    async with (
        database.transaction(None) as connection,
        connection.cursor(row_factory=class_row(StoredDocument)) as cursor,
    ):
        await cursor.execute(
            "select sha256, operations, length(body) as length, added_at, added_by"
            " from trusted_document order by operations, added_at, sha256"
        )
        return await cursor.fetchall()


async def remove(database: Database, hashes: Sequence[bytes]) -> set[bytes]:
    """Remove them; the hashes that were stored."""
    async with database.transaction(None) as connection:
        found = await connection.execute(
            "delete from trusted_document where sha256 = any(%s) returning sha256", (list(hashes),)
        )
        return {bytes(sha256) for (sha256,) in await found.fetchall()}
