"""`perpetuo fold`: the ledger's sums brought up to date, or made anew."""

import asyncio
from collections.abc import Callable
from uuid import UUID

from api.commands.check import companies_of
from persistence.database import Database
from persistence.ledger_sums import fold as fold_step
from persistence.ledger_sums import forget


def fold(
    database_url: str, company: str | None, *, anew: bool, on_stage: Callable[[str], None]
) -> None:
    """Fold the ledger of a company, by code or id, or of all.

    Raises:
        CommandError: there is no such company.
    """
    asyncio.run(_fold(database_url, company, anew, on_stage))


async def _fold(
    database_url: str, company: str | None, anew: bool, on_stage: Callable[[str], None]
) -> None:
    database = await Database.open(database_url, most_connections=1)
    try:
        for company_id, code in await companies_of(database, company):
            if anew:
                await forget(database, company_id)
            await _catch_up(database, company_id, code, on_stage)
    finally:
        await database.close()


async def _catch_up(
    database: Database, company_id: UUID, code: str, on_stage: Callable[[str], None]
) -> None:
    while True:
        done = await fold_step(database, company_id)
        if done is None:  # a server is at it
            await asyncio.sleep(0.1)
            continue
        on_stage(f"{code}: {done.folded:,} of {done.recorded:,} recordings folded")
        if done.folded == done.recorded:
            return
