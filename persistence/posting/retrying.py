"""Trying a posting again: while others are in its way, or it must lock more first."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import psycopg
import structlog
from psycopg_pool import PoolTimeout

from domain.errors import Refused, SystemBusy
from persistence.measures import POSTING_RETRIES
from persistence.passing import is_passing
from persistence.posting.attempt import Attempt
from persistence.posting.book import StaleMastersError

log = structlog.get_logger("perpetuo.posting")

ATTEMPTS = 8
"""How often a posting is tried when others are in its way."""

PATIENCE = 2
"""How often it is tried among the others. From then on it has the company's postings to itself, and
nobody changes masters meanwhile: whoever is always overtaken would else never get through."""

ROUNDS = 64
"""How often a decision may name further pools; each round adds at least one."""

_Result = TypeVar("_Result")


class BeginAgain(Exception):  # noqa: N818 - control flow of posting
    """The decision needs more pools: lock them in order, from the start."""


async def persistently(
    post: Callable[[], Awaitable[_Result]], attempt: Attempt | None = None
) -> _Result:
    """Post, again and again while others are in the way or more must be locked first.

    `attempt` is what `post` tries, if it is a single document that may be posted alone.

    Raises:
        Refused: TRY_AGAIN, when they are in the way for too long.
    """
    rounds = tries = 0
    while True:
        try:
            return await post()
        except BeginAgain:
            rounds += 1
            if rounds > ROUNDS:
                raise
            POSTING_RETRIES.labels("MoreToLock").inc()
        except (
            StaleMastersError,
            psycopg.errors.UniqueViolation,
            psycopg.OperationalError,
        ) as hindrance:
            if isinstance(hindrance, psycopg.OperationalError) and not is_passing(hindrance):
                raise  # it would be refused for ever, as what is beyond a limit of the server
            POSTING_RETRIES.labels(type(hindrance).__name__).inc()
            tries += 1
            if tries >= ATTEMPTS or isinstance(hindrance, PoolTimeout):  # that has waited for long
                log.warning("try_again", operation="posting", fault=repr(hindrance))
                raise Refused(SystemBusy()) from None
            if attempt is not None and tries >= PATIENCE:
                attempt.alone = True
            await asyncio.sleep(0.005 * 2**tries)
