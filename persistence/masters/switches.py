"""The switches of a company, and what turning them leaves to be done."""

from collections.abc import Mapping
from dataclasses import replace

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.account_search import TABLES
from domain.accounts import Role
from domain.company import CompanySettings, Scheme, pending_defaults_of
from domain.costing.linked.periods import Averaging
from domain.errors import DefaultAccountMissing, Refused
from domain.links import turned
from domain.naming import camel
from domain.switches import roles_of_switches
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


_NAMED_BY_A_RULE = """
select distinct a.role from posting_rule_account a
  join posting_rule r on r.company_id = a.company_id and r.id = a.rule_id
 where a.company_id = :company
"""
_FILLED = "select role from account_role where company_id = :company"


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


async def lacking(session: AsyncSession, company: Company) -> Mapping[Role, str]:
    """Each role that a switch needs and nothing names an account for, and that switch."""
    scheme = Scheme(company.scheme)
    needed = roles_of_switches(scheme, CompanySettings.of(company.settings))
    if not needed:
        return needed
    filled = set((await run(session, _FILLED, company=company.id)).scalars())
    filled |= set(pending_defaults_of(company.settings))
    by_rule = set((await run(session, _NAMED_BY_A_RULE, company=company.id)).scalars())
    filled |= by_rule & set(TABLES[scheme])
    return {role: switch for role, switch in needed.items() if role not in filled}


async def refuse_switches_without_accounts(
    session: AsyncSession, company: Company, before: Mapping[Role, str]
) -> None:
    """Refuse a change after which a switch lacks an account that it did not lack before.

    Raises:
        Refused: DEFAULT_ACCOUNT_MISSING for each role.
    """
    after = await lacking(session, company)
    refused = [
        DefaultAccountMissing(path=("settings", camel(switch)), role=role.value)
        for role, switch in after.items()
        if role not in before
    ]
    if refused:
        raise Refused(*refused)
