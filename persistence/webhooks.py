"""Webhooks in the database: making and changing them, what is to be sent next, what became of it.

Changes are sent in the order of the feed, one after the other: the head of the queue is settled
before the next one is looked at. `position` moves in the same transaction as the delivery's row.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import args_row
from uuid_utils.compat import uuid7

from domain.errors import NotFound, Refused, VersionConflict
from persistence.database import Database
from persistence.masters.change_log import logging
from persistence.paging import Ordering, Page, both_ways

_WEBHOOKS = Ordering("webhooks", ("created_at", "id"), ("created_at", "id"), (datetime, UUID))
_DELIVERIES = Ordering("webhookDeliveries", ("seq", "id"), ("seq", "id"), (int, UUID))

ORDERS = both_ways("webhooks", CREATED=_WEBHOOKS)
DELIVERY_ORDERS = both_ways("webhookDeliveries", SEQUENCE=_DELIVERIES)


class WebhookRow(NamedTuple):
    """A webhook without its secret."""

    company_id: UUID
    id: UUID
    url: str
    kinds: list[str] | None
    description: str | None
    state: str
    position: int
    attempts: int
    next_attempt_at: datetime
    failing_since: datetime | None
    created_by: str | None
    created_at: datetime
    version: int


class DeliveryRow(NamedTuple):
    """What became of one change at one webhook."""

    company_id: UUID
    id: UUID
    webhook_id: UUID
    seq: int
    state: str
    attempts: int
    status_code: int | None
    error: str | None
    attempted_at: datetime | None
    created_at: datetime


class Sending(NamedTuple):
    """A change that is to be sent now, with all that its message says."""

    company_id: UUID
    company_code: str
    webhook_id: UUID
    url: str
    secret: str
    attempts: int
    failing_since: datetime | None
    delivery_id: UUID
    redelivery: bool
    seq: int
    kind: str
    document_id: UUID
    number: str
    recorded_at: datetime
    recorded_by: str | None


class Result(NamedTuple):
    """What an attempt came to: no error, or why not and when to try again (None: never)."""

    status_code: int | None
    error: str | None
    again_in_seconds: float | None = None


_WEBHOOK = ", ".join(WebhookRow._fields)
_DELIVERY = ", ".join(DeliveryRow._fields)
_INSERT = f"""
insert into webhook (company_id, id, url, secret, kinds, description, position, created_by)
select %(company)s, %(id)s, %(url)s, %(secret)s, %(kinds)s, %(description)s, n.seq, %(by)s
  from company_counter n where n.company_id = %(company)s
on conflict do nothing
returning {_WEBHOOK}
"""  # noqa: S608 - constant column names
_UPDATE = f"""
update webhook
   set url = %(url)s, kinds = %(kinds)s, description = %(description)s, state = %(state)s,
       attempts = case when %(restart)s then 0 else attempts end,
       failing_since = case when %(restart)s then null else failing_since end,
       next_attempt_at = case when %(restart)s then clock_timestamp() else next_attempt_at end,
       version = version + 1
 where company_id = %(company)s and id = %(id)s
returning {_WEBHOOK}
"""  # noqa: S608 - constant column names
_REDELIVER = f"""
update webhook_delivery set state = 'PENDING'
 where company_id = %(company)s and id = %(id)s and state in ('DELIVERED', 'DEAD', 'PENDING')
returning {_DELIVERY}
"""  # noqa: S608 - constant column names
_DUE = "select company_id, webhook_id from webhooks_due()"
_NEXT = """
select w.company_id, k.code, w.id, w.url, w.secret, w.attempts, w.failing_since,
       coalesce(d.id, %(new_id)s), d.state is not distinct from 'PENDING', c.seq, c.kind,
       c.id, c.number, c.recorded_at, c.recorded_by
  from webhook w
  join company k on k.id = w.company_id
  join document c on c.company_id = w.company_id
  left join webhook_delivery d
    on d.company_id = w.company_id and d.webhook_id = w.id and d.seq = c.seq
 where w.company_id = %(company)s and w.id = %(webhook)s
   and (d.state = 'PENDING'
        or w.state = 'ACTIVE' and w.next_attempt_at <= clock_timestamp() and c.seq > w.position
           and (w.kinds is null or c.kind = any(w.kinds)))
 order by d.state is not distinct from 'PENDING' desc, c.seq
 limit 1
"""
_SKIP = """
update webhook w set position = n.seq
  from company_counter n
 where n.company_id = w.company_id and w.company_id = %(company)s and w.id = %(webhook)s
   and w.state = 'ACTIVE' and w.position < n.seq
   and not exists (select from document c
                    where c.company_id = w.company_id and c.seq > w.position and c.seq <= n.seq
                      and (w.kinds is null or c.kind = any(w.kinds)))
"""
_KEEP_DELIVERY = """
insert into webhook_delivery as d (company_id, id, webhook_id, seq, state, attempts, status_code,
                                   error, attempted_at)
values (%(company)s, %(delivery)s, %(webhook)s, %(seq)s, %(state)s, 1, %(status)s, %(error)s,
        clock_timestamp())
on conflict (company_id, webhook_id, seq) do update
   set state = excluded.state, attempts = d.attempts + 1, status_code = excluded.status_code,
       error = excluded.error, attempted_at = excluded.attempted_at
"""
_DONE = """
update webhook set position = greatest(position, %(seq)s), attempts = 0, failing_since = null
 where company_id = %(company)s and id = %(webhook)s
"""
_FAILED = """
update webhook
   set attempts = attempts + 1, failing_since = coalesce(failing_since, clock_timestamp()),
       next_attempt_at = clock_timestamp() + make_interval(secs => %(again)s),
       state = case when %(dead)s then 'DEAD' else state end
 where company_id = %(company)s and id = %(webhook)s
"""


async def create(
    database: Database, company: UUID, id_: UUID, given: dict[str, Any]
) -> WebhookRow | None:
    """Keep a new webhook, for everything recorded from now on; None when its id is known."""
    async with (
        database.transaction(company) as connection,
        logging(connection, company, database.principal, webhook=[id_]),
    ):
        return await _webhook(connection, _INSERT, {"company": company, "id": id_, **given})


async def update(
    database: Database, company: UUID, id_: UUID, expected: int | None, changes: dict[str, Any]
) -> WebhookRow:
    """Change what was given; one that is active again begins where it had stopped.

    Raises:
        Refused: NOT_FOUND, VERSION_CONFLICT.
    """
    async with (
        database.transaction(company) as connection,
        logging(connection, company, database.principal, webhook=[id_]),
    ):
        now = await _locked(connection, company, id_, expected)
        params = {
            "company": company, "id": id_, "url": now.url, "kinds": now.kinds,
            "description": now.description, "state": now.state, **changes,
        }  # fmt: skip
        params["restart"] = params["state"] == "ACTIVE"
        changed = await _webhook(connection, _UPDATE, params)
    assert changed is not None, "it is locked"
    return changed


async def delete(database: Database, company: UUID, id_: UUID, expected: int | None) -> None:
    """Forget a webhook with its deliveries.

    Raises:
        Refused: NOT_FOUND, VERSION_CONFLICT.
    """
    async with (
        database.transaction(company) as connection,
        logging(connection, company, database.principal, webhook=[id_]),
    ):
        await _locked(connection, company, id_, expected)
        await connection.execute(
            "delete from webhook where company_id = %s and id = %s", (company, id_)
        )


async def redeliver(database: Database, company: UUID, delivery: UUID) -> DeliveryRow:
    """Let a change be sent once more, before whatever else waits.

    Raises:
        Refused: NOT_FOUND, also for one that is being tried anyway.
    """
    params = {"company": company, "id": delivery}
    async with (
        database.transaction(company) as connection,
        connection.cursor(row_factory=args_row(DeliveryRow)) as cursor,
    ):
        await cursor.execute(_REDELIVER.encode(), params)
        found = await cursor.fetchone()
    if found is None:
        reference = str(delivery)
        raise Refused(NotFound(path=("delivery",), kind="webhook_delivery", reference=reference))
    return found


async def page_of_webhooks(database: Database, company: UUID, page: Page) -> list[WebhookRow]:
    """One row more than the page."""
    query = (
        f"select {_WEBHOOK} from webhook where company_id = %(company)s and {page.where}"  # noqa: S608
        f" order by {page.order_by} limit %(fetch)s"
    )
    return await _rows(database, company, WebhookRow, query, {**page.params, "fetch": page.fetch})


async def page_of_deliveries(
    database: Database, company: UUID, page: Page, webhook: UUID, states: Sequence[str] | None
) -> list[DeliveryRow]:
    """One row more than the page, newest first."""
    query = (
        f"select {_DELIVERY} from webhook_delivery where company_id = %(company)s"  # noqa: S608
        " and webhook_id = %(webhook)s and (%(states)s::text[] is null or state = any(%(states)s))"
        f" and {page.where} order by {page.order_by} limit %(fetch)s"
    )
    params = {**page.params, "webhook": webhook, "states": states, "fetch": page.fetch}
    return await _rows(database, company, DeliveryRow, query, params)


# -- for the sender ---------------------------------------------------------------------------


async def due(database: Database) -> list[tuple[UUID, UUID]]:
    """(company, webhook) of all that have something to be sent now."""
    async with database.transaction(None) as connection:
        cursor = await connection.execute(_DUE)
        rows: list[Any] = await cursor.fetchall()
    return [(row[0], row[1]) for row in rows]


async def next_sending(database: Database, company: UUID, webhook: UUID) -> Sending | None:
    """What is to be sent next; when there is nothing, what nobody asked for is passed over."""
    params = {"company": company, "webhook": webhook, "new_id": uuid7()}
    async with (
        database.transaction(company) as connection,
        connection.cursor(row_factory=args_row(Sending)) as cursor,
    ):
        await cursor.execute(_NEXT, params)
        found = await cursor.fetchone()
        if found is None:
            await connection.execute(_SKIP, params)
        return found


async def settle(database: Database, sending: Sending, result: Result) -> None:
    """Note what an attempt came to, and go on or wait."""
    dead = result.error is not None and result.again_in_seconds is None
    failed = "DEAD" if dead or sending.redelivery else "FAILING"
    params = {
        "company": sending.company_id, "webhook": sending.webhook_id, "seq": sending.seq,
        "delivery": sending.delivery_id, "status": result.status_code, "error": result.error,
        "state": "DELIVERED" if result.error is None else failed,
        "again": result.again_in_seconds or 0, "dead": dead,
    }  # fmt: skip
    async with database.transaction(sending.company_id) as connection:
        await connection.execute(_KEEP_DELIVERY, params)
        if sending.redelivery:
            return
        await connection.execute(_DONE if result.error is None else _FAILED, params)


async def _locked(
    connection: AsyncConnection, company: UUID, id_: UUID, expected: int | None
) -> WebhookRow:
    query = (
        f"select {_WEBHOOK} from webhook where company_id = %(company)s and id = %(id)s for update"  # noqa: S608
    )
    found = await _webhook(connection, query, {"company": company, "id": id_})
    if found is None:
        raise Refused(NotFound(path=("webhook",), kind="webhook", reference=str(id_)))
    if expected is not None and expected != found.version:
        raise Refused(
            VersionConflict(path=("expectedVersion",), expected=expected, current=found.version)
        )
    return found


async def _webhook(
    connection: AsyncConnection, query: str, params: dict[str, Any]
) -> WebhookRow | None:
    async with connection.cursor(row_factory=args_row(WebhookRow)) as cursor:
        await cursor.execute(query.encode(), params)
        return await cursor.fetchone()


async def _rows(
    database: Database, company: UUID, kind: Any, query: str, params: dict[str, Any]
) -> list[Any]:
    async with (
        database.transaction(company) as connection,
        connection.cursor(row_factory=args_row(kind)) as cursor,
    ):
        await cursor.execute(query.encode(), {**params, "company": company})
        return await cursor.fetchall()
