"""Drafts: saved, changed in the version that one has seen, posted or approved in one transaction.

The row a change works on is locked; where `author` is given, drafts that others began are not
there. What a draft becomes when it is posted is written by the posting script itself, in the
transaction of the document (`closing`).
"""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid5

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import args_row
from psycopg.types.json import Jsonb

from domain.errors import (
    DraftClosed,
    FourEyes,
    IdempotencyConflict,
    NotFound,
    Refused,
    VersionConflict,
)
from persistence.database import Database
from persistence.ids import PLACES, is_known_in

OPEN, PENDING, REJECTED, POSTED = "OPEN", "PENDING", "REJECTED", "POSTED"


class DraftRow(NamedTuple):
    """A draft as it is kept, and with whom and of which day its document is, if it says so."""

    company_id: UUID
    id: UUID
    document_id: UUID
    kind: str
    content: dict[str, Any]
    note: str | None
    status: str
    created_by: str
    created_at: datetime
    changed_by: str
    changed_at: datetime
    approved_by: str | None
    rejected_by: str | None
    reason: str | None
    version: int
    posting_date: date | None
    party_id: UUID | None


class Content(NamedTuple):
    """What a person puts into a draft: kind, input as JSON, and the id of the document to be.

    A change that `keeps_note` leaves the draft's note as it is.
    """

    document_id: UUID
    kind: str
    content: dict[str, Any]
    note: str | None
    keeps_note: bool = False


POSTING_DATE = """
(select coalesce(body ->> 'postingDate', body ->> 'reverseOn')::date
   from jsonb_each(content) one (kind, body))"""
_PARTY_NAMED = """
(select coalesce(body -> 'supplier', body -> 'customer', body -> 'party')
   from jsonb_each(draft.content) one (kind, body))"""
_IS_ID = "^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$"
PARTY_ID = f"""
(select coalesce(
          (select id from party
            where company_id = draft.company_id
              and code in (named.party ->> 'code', normalize(named.party ->> 'code'))
            order by code = named.party ->> 'code' desc limit 1),
          (select id from party
            where company_id = draft.company_id
              and id = case when named.party ->> 'id' ~* '{_IS_ID}'
                            then (named.party ->> 'id')::uuid end))
   from (select {_PARTY_NAMED} as party) named)"""  # noqa: S608 - constant pieces
"""What a draft's content says, in SQL: null where it says nothing, or names nobody."""

_READ = {"posting_date": POSTING_DATE, "party_id": PARTY_ID}
_COLUMNS = ", ".join(
    f"{_READ[name]} as {name}" if name in _READ else name for name in DraftRow._fields
)
DRAFTS = f"select {_COLUMNS} from draft where company_id = %(company)s"  # noqa: S608 - our names
"""The drafts of a company, to which conditions are added with `and`."""
_OTHERS = [place for place in PLACES if place != "draft"]
_INSERT = f"""
insert into draft (company_id, id, document_id, kind, content, note, status, created_by, changed_by)
select %(company)s, %(id)s, %(document)s, %(kind)s, %(content)s, %(note)s, %(status)s, %(by)s,
       %(by)s
 where not {is_known_in(_OTHERS, "%(company)s", "%(id)s")}
on conflict do nothing
returning {_COLUMNS}
"""
_CHANGE = f"""
update draft
   set document_id = %(document)s, kind = %(kind)s, content = %(content)s,
       note = case when %(keeps_note)s then note else %(note)s end,
       status = 'OPEN', rejected_by = null, reason = null,
       changed_by = %(by)s, changed_at = clock_timestamp(), version = version + 1
 where company_id = %(company)s and id = %(id)s
returning {_COLUMNS}
"""  # noqa: S608 - constant column names
_SET_STATUS = f"""
update draft
   set status = %(status)s, rejected_by = %(rejected_by)s, reason = %(reason)s,
       changed_at = clock_timestamp(), version = version + 1
 where company_id = %(company)s and id = %(id)s
returning {_COLUMNS}
"""  # noqa: S608 - constant column names
_FIND = f"{DRAFTS} and id = %(id)s"
_CLOSE = """
update draft
   set status = 'POSTED', approved_by = %(approved_by)s, changed_at = clock_timestamp(),
       version = version + 1
 where company_id = %(company)s and id = %(id)s and version = %(version)s and status <> 'POSTED'
"""


class DraftNotClosed(Refused):
    """It is the draft that is refused, not its document: paths do not point into the document."""


async def save(
    database: Database,
    company: UUID,
    id_: UUID,
    given: Content,
    by: str,
    status: str = OPEN,
    *,
    author: str | None = None,
) -> tuple[DraftRow, bool]:
    """Keep a new draft; the same one again is given as it is now (True).

    Raises:
        Refused: IDEMPOTENCY_CONFLICT: the draft's or document's id belongs to another draft, or to
            somebody else's where only those of an author are shown, or to another record.
    """
    async with database.transaction(company) as connection:
        params = {**_params(company, id_, given, by), "status": status}
        made = await _one(connection, _INSERT, params)
        if made is not None:
            return made, False
        known = await _one(
            connection, f"{DRAFTS} and (id = %(id)s or document_id = %(document)s)", params
        )
    is_other = known is None or (known.version == 1 and not _is_of(known, given))
    if known is None or is_other or author not in {None, known.created_by}:
        raise Refused(IdempotencyConflict(path=("id",), id=str(id_)))
    return known, True


def document_id_of(draft: UUID) -> UUID:
    """The id of a draft's document that is given none, whenever the draft is saved again.

    It is not the draft's own: clients that know records by their ids (Relay) take two of one id
    for one record.
    """
    return uuid5(draft, "document")


def _is_of(known: DraftRow, given: Content) -> bool:
    """Whether a draft has that content; earlier releases gave its document the draft's own id."""
    if known.content == given.content:
        return True
    ((kind, input_),) = given.content.items()
    former = {kind: {**input_, "id": str(known.id)}}
    return given.document_id == document_id_of(known.id) and known.content == former


async def change(
    database: Database,
    company: UUID,
    id_: UUID,
    expected: int | None,
    given: Content,
    by: str,
    *,
    author: str | None = None,
) -> DraftRow:
    """Put other content into a draft; one that waited or was rejected is open again.

    Raises:
        Refused: NOT_FOUND, VERSION_CONFLICT, DRAFT_CLOSED.
    """
    async with database.transaction(company) as connection:
        await _locked(connection, company, id_, expected, author)
        changed = await _one(connection, _CHANGE, _params(company, id_, given, by))
    assert changed is not None, "it is locked"
    return changed


async def delete(
    database: Database,
    company: UUID,
    id_: UUID,
    expected: int | None,
    *,
    author: str | None = None,
) -> None:
    """Throw a draft away.

    Raises:
        Refused: NOT_FOUND, VERSION_CONFLICT, DRAFT_CLOSED.
    """
    async with database.transaction(company) as connection:
        await _locked(connection, company, id_, expected, author)
        await connection.execute(
            "delete from draft where company_id = %s and id = %s", (company, id_)
        )


async def set_status(
    database: Database,
    company: UUID,
    id_: UUID,
    expected: int | None,
    status: str,
    *,
    rejected_by: str | None = None,
    reason: str | None = None,
) -> DraftRow:
    """Let a draft wait for a second person, or send it back with a reason.

    Raises:
        Refused: NOT_FOUND, VERSION_CONFLICT, DRAFT_CLOSED.
    """
    params = {
        "company": company, "id": id_, "status": status,
        "rejected_by": rejected_by, "reason": reason,
    }  # fmt: skip
    async with database.transaction(company) as connection:
        await _locked(connection, company, id_, expected)
        changed = await _one(connection, _SET_STATUS, params)
    assert changed is not None, "it is locked"
    return changed


def closing(
    draft: DraftRow, approved_by: str | None
) -> Callable[[AsyncConnection], Awaitable[None]]:
    """What the posting script does with the draft in the transaction that posts its document.

    Raises:
        DraftNotClosed: by what it returns: DRAFT_CLOSED, VERSION_CONFLICT, FOUR_EYES.
    """

    async def close(connection: AsyncConnection) -> None:
        params = {
            "company": draft.company_id, "id": draft.id, "version": draft.version,
            "approved_by": approved_by,
        }  # fmt: skip
        try:
            cursor = await connection.execute(_CLOSE, params)
        except psycopg.errors.CheckViolation as error:
            raise DraftNotClosed(FourEyes(path=("draft",), author=draft.created_by)) from error
        if cursor.rowcount == 0:
            found = await _one(connection, _FIND, params)
            if found is not None and found.status == POSTED:
                document = await _number(connection, found)
                raise DraftNotClosed(DraftClosed(path=("draft",), document=document))
            now = found.version if found else 0
            raise DraftNotClosed(
                VersionConflict(
                    path=("expectedVersion",),
                    expected=draft.version,
                    current=now,
                    kind="draft",
                    company=str(draft.company_id),
                    id=str(draft.id),
                )
            )

    return close


async def find(database: Database, company: UUID, id_: UUID) -> DraftRow | None:
    """A draft of the company, or None."""
    async with database.transaction(company) as connection:
        return await _one(connection, _FIND, {"company": company, "id": id_})


async def seen(
    database: Database,
    company: UUID,
    id_: UUID,
    expected: int | None,
    *,
    author: str | None = None,
) -> DraftRow:
    """A draft that can still be changed, in the version that the person has seen.

    Raises:
        Refused: NOT_FOUND, VERSION_CONFLICT, DRAFT_CLOSED.
    """
    async with database.transaction(company) as connection:
        return await _locked(connection, company, id_, expected, author)


async def _locked(
    connection: AsyncConnection,
    company: UUID,
    id_: UUID,
    expected: int | None,
    author: str | None = None,
) -> DraftRow:
    """A draft to be changed; of others than its author, if one is given, it is not there."""
    found = await _one(connection, f"{_FIND} for update", {"company": company, "id": id_})
    if found is None or author not in {None, found.created_by}:
        raise Refused(NotFound(path=("draft",), kind="draft", reference=str(id_)))
    if found.status == POSTED:
        document = await _number(connection, found)
        raise Refused(DraftClosed(path=("draft",), document=document))
    if expected is not None and expected != found.version:
        raise Refused(
            VersionConflict(
                path=("expectedVersion",),
                expected=expected,
                current=found.version,
                kind="draft",
                company=str(company),
                id=str(id_),
            )
        )
    return found


async def _number(connection: AsyncConnection, posted: DraftRow) -> str:
    """The number of the document that was posted from a draft."""
    cursor = await connection.execute(
        "select number from document where company_id = %s and id = %s",
        (posted.company_id, posted.document_id),
    )
    row = await cursor.fetchone()
    assert row is not None, "it was posted"
    return row[0]


def _params(company: UUID, id_: UUID, given: Content, by: str) -> dict[str, Any]:
    return {
        "company": company, "id": id_, "document": given.document_id, "kind": given.kind,
        "content": Jsonb(given.content), "note": given.note, "keeps_note": given.keeps_note,
        "by": by,
    }  # fmt: skip


async def _one(connection: AsyncConnection, query: str, params: dict[str, Any]) -> DraftRow | None:
    async with connection.cursor(row_factory=args_row(DraftRow)) as cursor:
        await cursor.execute(query.encode(), params)
        return await cursor.fetchone()
