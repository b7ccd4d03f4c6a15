"""The switches of a company, and what turning them leaves to be done."""

from collections.abc import Mapping
from dataclasses import replace

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.company import CompanySettings
from domain.costing.linked.periods import Averaging
from domain.links import turned
from persistence.masters.store import run
from persistence.tables import Company

# Costs are adjusted by a run of their own: as after any change of what goods have cost.
_AVERAGE_ANEW = """
insert into cost_dirty (company_id, item_id, movement_id)
select l.company_id, l.item_id, l.movement_id from linked_movement l
  join item i on i.company_id = l.company_id and i.id = l.item_id
  join company c on c.id = l.company_id
 where l.company_id = :company and c.flow = 'LINKED'
   and coalesce(i.costing_method, c.costing_method) = 'AVERAGE_PERIOD'
on conflict do nothing
"""


_LAST_RECORDED = "select seq from company_counter where company_id = :company"


async def turn(session: AsyncSession, company: Company, switches: Mapping[str, object]) -> None:
    """Set switches; another way to average makes costs wait, and is what was not so before."""
    before = CompanySettings.of(company.settings)
    now = CompanySettings.of(turned(company.settings, switches))
    if Averaging.of(now) != Averaging.of(before):
        seq = (await run(session, _LAST_RECORDED, company=company.id)).scalar_one()
        former = (*before.former_averages, Averaging.of(before).until(seq))
        now = replace(now, former_averages=former)
        await run(session, _AVERAGE_ANEW, company=company.id)
    company.settings = {**company.settings, **now.stored()}
