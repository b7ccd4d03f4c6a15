"""Folding the ledger in the background of a server: a little at a time, and never all of a core."""

import asyncio
import time
from uuid import UUID

import psycopg
import structlog
from psycopg_pool import PoolTimeout

from persistence import ledger_sums
from persistence.database import Database

log = structlog.get_logger("perpetuo.folding")

EVERY_SECONDS = 1.0
ENOUGH = 100
"""Recordings worth folding; fewer are read from the ledger by reports, which takes as little."""

_LOOKS_APART = 50
"""A look takes longer with more companies: then they are looked at less often, a 50th of a core."""

_STEPS_IN_A_ROW = 10


class Folding:
    """The folding of one process. Several take turns: a company's fold is locked while it moves."""

    def __init__(
        self, database: Database, *, every: float = EVERY_SECONDS, enough: int = ENOUGH
    ) -> None:
        """Nothing is folded before `run`."""
        self._database = database
        self._every = every
        self._enough = enough

    async def run(self) -> None:
        """Fold until cancelled."""
        while True:
            looked = 0.0
            try:
                looked = await self.sweep()
            except (psycopg.Error, PoolTimeout) as fault:
                log.warning("folding_interrupted", fault=repr(fault))
            await asyncio.sleep(max(self._every, _LOOKS_APART * looked))

    async def sweep(self) -> float:
        """Fold once wherever enough has been recorded; how many seconds it took to look for it."""
        began = time.monotonic()
        found = await ledger_sums.behind(self._database, self._enough)
        looked = time.monotonic() - began
        for company in found:
            await self._catch_up(company.company_id)
        return looked

    async def _catch_up(self, company_id: UUID) -> None:
        """Some steps; after each a rest as long as it took, which leaves the machine to others."""
        for _ in range(_STEPS_IN_A_ROW):
            began = time.monotonic()
            done = await ledger_sums.fold(self._database, company_id)
            if done is None or done.recorded - done.folded < self._enough:
                return
            await asyncio.sleep(time.monotonic() - began)
