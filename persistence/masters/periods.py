"""Closed periods: the last closed day of a company, and the record of who moved it and when."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from sqlmodel.ext.asyncio.session import AsyncSession
from uuid_utils.compat import uuid7

from domain.company import MOST_DAYS_AHEAD, CompanySettings, Flow
from domain.errors import (
    CostsNotAdjusted,
    NegativeInventoryInPeriod,
    PeriodAlreadyClosed,
    PeriodNotClosed,
    Refused,
)
from domain.masters import Change
from domain.periods import latest_day, refuse_ahead
from persistence.database import Database
from persistence.masters.lookups import find_company
from persistence.masters.store import Outcome, apply, hold_postings, locked, run, writing
from persistence.tables import Company


@dataclass(frozen=True, slots=True, kw_only=True)
class Mover:
    """Who moves the closed day, and why."""

    name: str | None
    reason: str | None = None


class Closing(StrEnum):
    """What is closed: all postings, or those that move or value stock."""

    LEDGER = "LEDGER"
    INVENTORY = "INVENTORY"


_COLUMNS = {Closing.LEDGER: "frozen_through", Closing.INVENTORY: "inventory_closed_through"}
"""Where a company keeps its last closed day."""

# Goods that no receipt covers: by links, or (by replay) a bin below zero at the end of a day.
_UNCOVERED = """
select distinct d.number from linked_movement l
  join movement m on m.company_id = l.company_id and m.id = l.movement_id
  join document d on d.company_id = m.company_id and d.id = m.document_id
 where l.company_id = :company and l.open_quantity < 0 and m.posting_date <= :through
 order by 1 limit 10
"""
_BELOW_ZERO = """
select distinct i.sku from (
    select item_id, warehouse_id, lot_id, posting_date,
           sum(sum(quantity)) over (partition by item_id, warehouse_id, lot_id
                                    order by posting_date) as balance,
           lead(posting_date) over (partition by item_id, warehouse_id, lot_id
                                    order by posting_date) as until
      from movement where company_id = :company and posting_date <= :through
     group by item_id, warehouse_id, lot_id, posting_date) b
  join item i on i.company_id = :company and i.id = b.item_id
 where b.balance < 0 and b.until is null
 order by 1 limit 10
"""
_NOT_ADJUSTED = """
select distinct i.sku from cost_dirty c
  join movement m on m.company_id = c.company_id and m.id = c.movement_id
  join item i on i.company_id = c.company_id and i.id = c.item_id
 where c.company_id = :company and m.posting_date <= :through
 order by 1 limit 10
"""


async def close(
    database: Database, change: Change, through: date, by: Mover, what: Closing = Closing.LEDGER
) -> Outcome:
    """Close all days up to and with `through`.

    Raises:
        Refused: NOT_FOUND, VERSION_CONFLICT, PERIOD_ALREADY_CLOSED, POSTING_DATE_AHEAD; for
            inventory also NEGATIVE_INVENTORY_IN_PERIOD, COSTS_NOT_ADJUSTED.
    """
    row = await find_company(database, change.company)
    async with writing(database, row.id) as session:
        await hold_postings(session, row.id)
        company = await locked(session, Company, row.id, change)
        refuse_closing_ahead(company, through, ("through",))
        closed: date | None = getattr(company, _COLUMNS[what])
        if closed is not None and through <= closed:
            raise Refused(PeriodAlreadyClosed(path=("through",), closed_through=closed.isoformat()))
        if what is Closing.INVENTORY:
            await _refuse_unfinished(session, company, through)
        await note_closed_through(session, company, through, by, what)
        apply(company, {_COLUMNS[what]: through})
    return Outcome(row.id, row.id)


def refuse_closing_ahead(company: Company, through: date, path: tuple[str, ...]) -> None:
    """No day is closed that no document could be dated on yet: it would be a slip.

    A company that lets documents be dated on any day closes at most a hundred years ahead.

    Raises:
        Refused: POSTING_DATE_AHEAD.
    """
    days = CompanySettings.of(company.settings).posting_days_ahead
    latest = latest_day(datetime.now(UTC), MOST_DAYS_AHEAD if days is None else days)
    refuse_ahead(path, through, latest)


async def _refuse_unfinished(session: AsyncSession, company: Company, through: date) -> None:
    """An inventory period closes only with everything covered and all costs adjusted."""
    values = {"company": company.id, "through": through}
    uncovered = _UNCOVERED if company.flow == Flow.LINKED else _BELOW_ZERO
    found = tuple((await run(session, uncovered, **values)).scalars())
    if found:
        raise Refused(NegativeInventoryInPeriod(path=("through",), documents=found))
    found = tuple((await run(session, _NOT_ADJUSTED, **values)).scalars())
    if found:
        raise Refused(CostsNotAdjusted(path=("through",), items=found))


async def reopen(
    database: Database,
    change: Change,
    from_: date | None,
    by: Mover,
    what: Closing = Closing.LEDGER,
) -> Outcome:
    """Open all days from `from_` on, or all there are.

    Raises:
        Refused: NOT_FOUND, VERSION_CONFLICT, PERIOD_NOT_CLOSED.
    """
    row = await find_company(database, change.company)
    async with writing(database, row.id) as session:
        await hold_postings(session, row.id)
        company = await locked(session, Company, row.id, change)
        closed: date | None = getattr(company, _COLUMNS[what])
        if closed is None or (from_ is not None and from_ > closed):
            known = closed.isoformat() if closed else None
            raise Refused(PeriodNotClosed(path=("from",), closed_through=known))
        last = None if from_ is None or from_ == date.min else from_ - timedelta(days=1)
        await note_closed_through(session, company, last, by, what)
        apply(company, {_COLUMNS[what]: last})
    return Outcome(row.id, row.id)


async def note_closed_through(
    session: AsyncSession,
    company: Company,
    through: date | None,
    by: Mover,
    what: Closing = Closing.LEDGER,
) -> None:
    """Record that the company's last closed day is about to be `through` (None: no day is)."""
    before: date | None = getattr(company, _COLUMNS[what])
    if through == before:
        return
    # By hand, so that the database says when.
    await run(
        session,
        "insert into period_change (company_id, id, kind, closed_through_before, closed_through,"
        " reason, recorded_by) values (:company, :id, :kind, :before, :through, :reason, :by)",
        company=company.id,
        id=uuid7(),
        kind=what.value,
        before=before,
        through=through,
        reason=by.reason,
        by=by.name,
    )
