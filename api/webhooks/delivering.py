"""Delivering webhooks: one process of all sends, each webhook's changes in the feed's order.

The process that holds an advisory lock of the database is the one; when it ends, or loses its
connection, another takes over. What was sent without being noted is sent again, under the same
webhook-id: at least once, never skipped.
"""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpcore2
import orjson
import psycopg
import structlog
from psycopg import AsyncConnection
from psycopg_pool import PoolTimeout

from api.webhooks.outgoing import Sender, TargetRefusedError, headers, reason_against
from persistence import webhooks
from persistence.database import Database
from persistence.webhooks import Result, Sending

log = structlog.get_logger("perpetuo.webhooks")

LOCK = 0x7065727065747500
"""The advisory lock of the process that sends."""

EVERY_SECONDS = 1.0
FIRST_RETRY_SECONDS = 5.0
LONGEST_RETRY_SECONDS = 6 * 3600.0
GIVE_UP_AFTER = timedelta(days=5)
_AT_ONCE = 16
_IN_A_ROW = 100


class Deliveries:
    """The sender of one process; it stands by while another process leads."""

    def __init__(
        self, database: Database, *, allow_private: bool, every: float = EVERY_SECONDS
    ) -> None:
        """Nothing is sent before `run`."""
        self._database = database
        self._sender = Sender(allow_private=allow_private)
        self._every = every
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._sending: dict[UUID, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Lead or stand by until cancelled."""
        try:
            while True:
                try:
                    await self._lead()
                except (psycopg.Error, PoolTimeout) as fault:
                    log.warning("webhooks_interrupted", fault=repr(fault))
                await asyncio.sleep(self._every)
        finally:
            await self._sender.close()

    async def _lead(self) -> None:
        """Send while the lock is ours."""
        async with self._database.pool.connection() as connection:
            if not await _try_lock(connection):
                return
            try:
                while True:
                    await self._send_due()
                    await asyncio.sleep(self._every)
                    await _still_there(connection)
            finally:
                await self._stop_sending()
                if not connection.broken:
                    await connection.execute("select pg_advisory_unlock(%s)", (LOCK,))
                    await connection.commit()

    async def _send_due(self) -> None:
        """Begin with every webhook that has something to be sent, unless it is being sent to."""
        for company, one in await webhooks.due(self._database):
            if one not in self._sending:
                self._sending[one] = asyncio.create_task(self._send_all(company, one))
        for one, task in list(self._sending.items()):
            if task.done():
                del self._sending[one]
                if fault := task.exception():
                    # It is tried again in a second; what others wait for goes on meanwhile.
                    log.error("webhook_interrupted", webhook=str(one), exc_info=fault)

    async def _stop_sending(self) -> None:
        for task in self._sending.values():
            task.cancel()
        await asyncio.gather(*self._sending.values(), return_exceptions=True)
        self._sending.clear()

    async def _send_all(self, company: UUID, webhook: UUID) -> None:
        async with self._places:
            for _ in range(_IN_A_ROW):
                sending = await webhooks.next_sending(self._database, company, webhook)
                if sending is None:
                    return
                result = await self._attempt(sending)
                await webhooks.settle(self._database, sending, result)
                if result.error is not None:
                    return

    async def _attempt(self, sending: Sending) -> Result:
        # Addresses kept by an earlier release may be ones that nothing can be sent to.
        reason = reason_against(sending.url, allow_private=True)
        if reason is not None:
            return Result(None, reason, _again_in(sending))
        body = message(sending)
        sent = headers(sending.secret, str(sending.delivery_id), int(time.time()), body)
        status: int | None = None
        try:
            status = await self._sender.post(sending.url, sent, body)
        except TargetRefusedError:
            error = "private_address"
        except (httpcore2.TimeoutException, TimeoutError):
            error = "timeout"
        except (httpcore2.NetworkError, httpcore2.ProtocolError, OSError) as fault:
            error = type(fault).__name__
        else:
            error = None if 200 <= status < 300 else f"status {status}"
        if error is None:
            return Result(status, None)
        return Result(status, error, _again_in(sending))


async def _try_lock(connection: AsyncConnection) -> bool:
    cursor = await connection.execute("select pg_try_advisory_lock(%s)", (LOCK,))
    row = await cursor.fetchone()
    await connection.commit()  # the lock belongs to the session
    return bool(row and row[0])


async def _still_there(connection: AsyncConnection) -> None:
    await connection.execute("select 1")
    await connection.commit()


def again_in(attempts: int, since: datetime | None, now: datetime) -> float | None:
    """Seconds until the next attempt, doubling; None once it has failed for days.

    Args:
        attempts: how many have failed before this one.
        since: when the first of them did.
        now: when this one has.
    """
    if since is not None and now - since > GIVE_UP_AFTER:
        return None
    return min(FIRST_RETRY_SECONDS * 2.0 ** min(attempts, 30), LONGEST_RETRY_SECONDS)


def _again_in(sending: Sending) -> float | None:
    return again_in(sending.attempts, sending.failing_since, datetime.now(UTC))


def message(sending: Sending) -> bytes:
    """What is sent: the same bytes for each attempt."""
    return orjson.dumps(
        {
            "type": "document.recorded",
            "timestamp": sending.recorded_at,
            "data": {
                "company": {"id": sending.company_id, "code": sending.company_code},
                "sequence": sending.seq,
                "kind": sending.kind,
                "documentId": sending.document_id,
                "number": sending.number,
                "recordedBy": sending.recorded_by,
            },
        }
    )
