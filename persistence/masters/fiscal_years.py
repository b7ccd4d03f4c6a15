"""Fiscal years: they open themselves on the first posting; here they are opened ahead of it."""

from datetime import UTC, date, datetime
from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession
from uuid_utils.compat import uuid7

from domain.company import MOST_DAYS_AHEAD
from domain.periods import fiscal_year_of, latest_day, refuse_ahead, refuse_long_ago
from domain.references import Ref
from persistence.database import Database
from persistence.masters.lookups import find_company
from persistence.masters.store import Outcome, lock_company, writing
from persistence.tables import FiscalYear


async def open_year(database: Database, company: Ref, day: date) -> Outcome:
    """Open the fiscal year of a day; nothing happens when it is open already (replayed).

    Raises:
        Refused: NOT_FOUND; POSTING_DATE_AHEAD for more than a hundred years ahead, INVALID_VALUE
            for more than a hundred years ago: a year that is open lets those around it open
            themselves.
    """
    now = datetime.now(UTC)
    refuse_ahead(("date",), day, latest_day(now, MOST_DAYS_AHEAD))
    refuse_long_ago(("date",), day, now, MOST_DAYS_AHEAD)
    owner = await find_company(database, company)
    year = fiscal_year_of(day, owner.fiscal_year_start_month)
    async with writing(database, owner.id) as session:
        await lock_company(session, owner.id)
        existing = await _by_code(session, owner.id, year.code)
        if existing is not None:
            return Outcome(owner.id, existing.id, replayed=True)
        record = FiscalYear(
            company_id=owner.id,
            id=uuid7(),
            code=year.code,
            start_date=year.start_date,
            end_date=year.end_date,
        )
        session.add(record)
    return Outcome(owner.id, record.id)


async def _by_code(session: AsyncSession, company_id: UUID, code: str) -> FiscalYear | None:
    found = await session.exec(
        select(FiscalYear).where(FiscalYear.company_id == company_id, FiscalYear.code == code)
    )
    return found.first()
