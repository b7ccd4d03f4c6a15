"""The log of changes of masters, written in the transaction that makes them.

Sessions of masters are listened to (`persistence.masters.store.writing`): whatever they flush is
logged. Who changes masters otherwise, as documents do, has what was there before compared with what
is after (`logging`).
"""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from psycopg import AsyncConnection, sql
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from sqlalchemy import event, inspect
from sqlmodel.ext.asyncio.session import AsyncSession
from uuid_utils.compat import uuid7

from domain.master_changes import (
    FieldChange,
    MasterChange,
    Reference,
    State,
    change_of,
    without_shifts,
)
from persistence.masters.states import KINDS, PARTS, Row, logged_columns, state_of
from persistence.tables import metadata

_APPEND = """
insert into master_change (company_id, id, kind, record_id, action, code, version, fields,
                           document_id, recorded_by)
select %(company)s, r.id, r.kind, r.record_id, r.action, r.code, r.version, r.fields,
       %(document)s, %(by)s
  from jsonb_to_recordset(%(changes)s) as r (id uuid, kind text, record_id uuid, action text,
                                             code text, version integer, fields jsonb)
"""

_ROWS = sql.SQL(
    "select {columns} from {table} where {of_company} = %(company)s"
    " and (%(ids)s::uuid[] is null or id = any(%(ids)s::uuid[])) order by id"
)
_CODES = sql.SQL(
    "select id, {code} from {table} where company_id = %(company)s and id = any({ids})"
)


@dataclass(slots=True)
class _Record:
    """A record by its row and parts, as they were and as they are; None = it was or is not there.

    `is_read` says whether anything is known of the row itself, and not of parts only.
    """

    was: Row | None = None
    now: Row | None = None
    is_read: bool = False
    parts_were: dict[str, object] = field(default_factory=dict[str, object])
    parts_are: dict[str, object] = field(default_factory=dict[str, object])


Records = dict[tuple[str, UUID], _Record]
"""By table and id."""


class SessionLog:
    """What a session of masters changes, from now on."""

    def __init__(self, session: AsyncSession) -> None:
        """Listen to the session, which is used for one transaction."""
        self._were: dict[tuple[str, tuple[Any, ...]], Row | None] = {}
        self._are: dict[tuple[str, tuple[Any, ...]], Any] = {}
        event.listen(session.sync_session, "before_flush", self._note)

    def _note(self, session: Any, _context: object, _instances: object) -> None:
        for record in session.new:
            self._keep(record, None, record)
        for record in session.dirty:
            if session.is_modified(record):
                self._keep(record, _as_it_was(record), record)
        for record in session.deleted:
            self._keep(record, _as_it_was(record), None)

    def _keep(self, record: Any, was: Row | None, now: Any) -> None:
        key = (
            record.__tablename__,
            tuple(inspect(record).mapper.primary_key_from_instance(record)),
        )
        self._were.setdefault(key, was)
        self._are[key] = now

    async def append(self, connection: AsyncConnection, company_id: UUID, by: str) -> None:
        """Log what was flushed, on the session's own connection."""
        records: Records = {}
        for (table, key), was in self._were.items():
            left = self._are[table, key]
            now = None if left is None else _as_it_is(left)
            if table in PARTS:
                _add_part(records, table, was, now)
            else:
                found = records.setdefault((table, key[-1]), _Record())
                found.was, found.now, found.is_read = was, now, True
        for (table, id_), record in records.items():
            if not record.is_read:
                rows = await _rows(connection, company_id, table, [id_])
                record.was = record.now = rows.get(id_)
        await append(connection, company_id, _changes(records), by)


def _as_it_is(record: Any) -> Row:
    columns = _columns(record)
    return {column: getattr(record, name) for column, name in columns.items()}


def _as_it_was(record: Any) -> Row:
    """The row as it was read; what was not changed is as it is."""
    history = inspect(record).attrs
    row = dict(_as_it_is(record))
    for column, name in _columns(record).items():
        _, _, before = history[name].history
        if before:
            row[column] = before[0]
    return row


def _columns(record: Any) -> dict[str, str]:
    """The columns of a record, with its attributes; not the moment that the database gives it."""
    mapped = inspect(record).mapper.column_attrs
    return {one.columns[0].name: one.key for one in mapped if one.columns[0].name != "created_at"}


def _add_part(records: Records, table: str, was: Row | None, now: Row | None) -> None:
    """Put a part's row where it belongs."""
    for row, is_now in ((was, False), (now, True)):
        if row is not None:
            part = PARTS[table](row)
            owner = records.setdefault((part.table, part.record_id), _Record())
            (owner.parts_are if is_now else owner.parts_were)[part.field] = part.value


def _changes(records: Records) -> Iterator[MasterChange]:
    """What became of the records, in their order."""
    states = {
        key: (_state(key[0], one.was, one.parts_were), _state(key[0], one.now, one.parts_are))
        for key, one in records.items()
    }
    rules = {key[1]: both for key, both in states.items() if key[0] == "posting_rule"}
    for id_, both in without_shifts(rules).items():
        states["posting_rule", id_] = both
    for (table, id_), (before, after) in states.items():
        change = change_of(KINDS[table], id_, before, after)
        if change is not None:
            yield change


def _state(table: str, row: Row | None, parts: Mapping[str, object]) -> State | None:
    return None if row is None else state_of(table, row, parts)


# -- what is not changed in a session: by documents, and webhooks ----------------------------


@asynccontextmanager
async def logging(
    connection: AsyncConnection,
    company_id: UUID,
    by: str | None,
    document_id: UUID | None = None,
    **wanted: Sequence[UUID] | None,
) -> AsyncIterator[None]:
    """Log what becomes of records meanwhile: by table, of these ids; None = all of the company."""
    before = await _seen(connection, company_id, wanted)
    yield
    changes = _changes_between(before, await _seen(connection, company_id, wanted))
    await append(connection, company_id, changes, by, document_id)


async def _seen(
    connection: AsyncConnection, company_id: UUID, wanted: Mapping[str, Sequence[UUID] | None]
) -> Records:
    records: Records = {}
    for table, ids in wanted.items():
        for id_, row in (await _rows(connection, company_id, table, ids)).items():
            records[table, id_] = _Record(was=row, now=row)
    return records


def _changes_between(before: Records, after: Records) -> Iterator[MasterChange]:
    """What has become of records that were `seen` twice."""
    for key in dict.fromkeys((*before, *after)):
        was, now = before.get(key), after.get(key)
        yield from _changes({key: _Record(was=was and was.now, now=now and now.now)})


async def _rows(
    connection: AsyncConnection, company_id: UUID, table: str, ids: Sequence[UUID] | None
) -> dict[UUID, Row]:
    of_company = "id" if table == "company" else "company_id"
    query = _ROWS.format(
        columns=sql.SQL(", ").join(map(sql.Identifier, _read_columns(table))),
        table=sql.Identifier(table),
        of_company=sql.Identifier(of_company),
    )
    params = {"company": company_id, "ids": None if ids is None else list(ids)}
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(query, params)
        return {row["id"]: row for row in await cursor.fetchall()}


def _read_columns(table: str) -> list[str]:
    has_version = "version" in metadata.tables[table].columns
    return ["id", *logged_columns(table), *(["version"] if has_version else [])]


# -- writing ----------------------------------------------------------------------------------


async def append(
    connection: AsyncConnection,
    company_id: UUID,
    changes: Iterable[MasterChange],
    by: str | None,
    document_id: UUID | None = None,
) -> None:
    """Append changes to the company's log, in the transaction that makes them."""
    made = list(changes)
    if not made:
        return
    codes = await _codes(connection, company_id, made)
    rows = [
        {
            "id": str(uuid7()),
            "kind": one.kind.value,
            "record_id": str(one.record_id),
            "action": one.action.value,
            "code": one.code,
            "version": one.version,
            "fields": {name: _kept(change, codes) for name, change in one.fields.items()},
        }
        for one in made
    ]
    params = {"company": company_id, "document": document_id, "by": by, "changes": Jsonb(rows)}
    await connection.execute(_APPEND, params)


async def _codes(
    connection: AsyncConnection, company_id: UUID, changes: Sequence[MasterChange]
) -> dict[UUID, str]:
    """What the records are called that the changed fields refer to."""
    named: dict[str, set[UUID]] = {}
    for one in changes:
        for value in (each for change in one.fields.values() for each in change or ()):
            if isinstance(value, Reference):
                named.setdefault(value.table, set()).add(value.id)
    if not named:
        return {}
    query = sql.SQL(" union all ").join(
        _CODES.format(
            code=sql.Identifier("sku" if table == "item" else "code"),
            table=sql.Identifier(table),
            ids=sql.Placeholder(table),
        )
        for table in named
    )
    params = {table: list(ids) for table, ids in named.items()}
    found = await connection.execute(query, {"company": company_id, **params})
    return dict(await found.fetchall())


def _kept(change: FieldChange | None, codes: Mapping[UUID, str]) -> dict[str, object]:
    """A field's change as JSON; without values where they are not kept."""
    if change is None:
        return {}
    return {"before": as_json(change.before, codes), "after": as_json(change.after, codes)}


def as_json(value: object, codes: Mapping[UUID, str]) -> object:
    """A value as the API prints it: exact numbers and days as text."""
    if isinstance(value, Reference):
        return {"id": str(value.id), "code": codes.get(value.id)}
    if isinstance(value, Decimal):
        return format(value or abs(value), "f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [as_json(one, codes) for one in cast("Sequence[object]", value)]
    if isinstance(value, dict):
        return {key: as_json(one, codes) for key, one in cast("dict[str, object]", value).items()}
    return value
