"""Closed periods: the last closed day of a company, and the record of who moved it and when."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession
from uuid_utils.compat import uuid7

from domain.errors import PeriodAlreadyClosed, PeriodNotClosed, Refused
from domain.masters import Change
from persistence.database import Database
from persistence.masters.lookups import find_company
from persistence.masters.store import Outcome, apply, hold_postings, locked, run, writing
from persistence.tables import Company


@dataclass(frozen=True, slots=True, kw_only=True)
class Mover:
    """Who moves the closed day, and why."""

    name: str
    reason: str | None = None


async def close(database: Database, change: Change, through: date, by: Mover) -> Outcome:
    """Close all days up to and with `through`.

    Raises:
        Refused: NOT_FOUND, VERSION_CONFLICT, PERIOD_ALREADY_CLOSED.
    """
    row = await find_company(database, change.company)
    async with writing(database, row.id) as session:
        await hold_postings(session, row.id)
        company = await locked(session, Company, row.id, change)
        closed = company.frozen_through
        if closed is not None and through <= closed:
            raise Refused(PeriodAlreadyClosed(path=("through",), closed_through=closed.isoformat()))
        await note_closed_through(session, company, through, by)
        apply(company, {"frozen_through": through})
    return Outcome(row.id, row.id)


async def reopen(database: Database, change: Change, from_: date | None, by: Mover) -> Outcome:
    """Open all days from `from_` on, or all there are.

    Raises:
        Refused: NOT_FOUND, VERSION_CONFLICT, PERIOD_NOT_CLOSED.
    """
    row = await find_company(database, change.company)
    async with writing(database, row.id) as session:
        await hold_postings(session, row.id)
        company = await locked(session, Company, row.id, change)
        closed = company.frozen_through
        if closed is None or (from_ is not None and from_ > closed):
            known = closed.isoformat() if closed else None
            raise Refused(PeriodNotClosed(path=("from",), closed_through=known))
        last = None if from_ is None or from_ == date.min else from_ - timedelta(days=1)
        await note_closed_through(session, company, last, by)
        apply(company, {"frozen_through": last})
    return Outcome(row.id, row.id)


async def note_closed_through(
    session: AsyncSession, company: Company, through: date | None, by: Mover
) -> None:
    """Record that the company's last closed day is about to be `through` (None: no day is)."""
    if through == company.frozen_through:
        return
    # By hand, so that the database says when.
    await run(
        session,
        "insert into period_change (company_id, id, closed_through_before, closed_through, reason,"
        " recorded_by) values (:company, :id, :before, :through, :reason, :by)",
        company=company.id,
        id=uuid7(),
        before=company.frozen_through,
        through=through,
        reason=by.reason,
        by=by.name,
    )
