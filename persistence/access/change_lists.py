"""Reading who changed what somebody may do: filtered, in keyset pages, one statement each."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from persistence.database import Database
from persistence.logs import orders_of, page_of_log
from persistence.paging import Page


class AccessChangeRow(NamedTuple):
    """A change; what does not go with its action is None."""

    id: UUID
    action: str
    principal_name: str
    company_code: str | None
    role: str | None
    warehouses: list[str] | None
    key_prefix: str | None
    scopes: list[str] | None
    is_operator: bool | None
    recorded_at: datetime
    recorded_by: str


class AccessChangesWanted(NamedTuple):
    """Which changes; None does not filter. `recorded_from` is the first moment, `to` the last."""

    company: str | None = None
    principal: str | None = None
    by: str | None = None
    recorded_from: datetime | None = None
    recorded_to: datetime | None = None


ORDERS = orders_of("accessChanges")

_QUERY = """
select t.id, t.action, p.name, c.code, t.details ->> 'role', t.details -> 'warehouses',
       t.details ->> 'prefix', t.details -> 'scopes', (t.details ->> 'operator')::boolean,
       t.recorded_at, t.recorded_by
  from access_change t
  join principal p on p.id = t.principal_id
  left join company c on c.id = (t.details ->> 'company')::uuid
 where true
"""
_FILTERS = {
    "company": "t.details ->> 'company' = %(company)s",
    "principal": "p.name = %(principal)s",
}


async def page_of_access_changes(
    database: Database, page: Page, wanted: AccessChangesWanted
) -> list[AccessChangeRow]:
    """One row more than the page, in its order."""
    return await page_of_log(
        database, None, AccessChangeRow, _QUERY, _FILTERS, page, wanted._asdict()
    )
