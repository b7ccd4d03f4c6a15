"""Reading the log of changes of masters: filtered, in keyset pages, one statement each."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from domain.master_changes import MasterKind
from persistence.database import Database
from persistence.logs import orders_of, page_of_log
from persistence.paging import Page


class MasterChangeRow(NamedTuple):
    """A change of a master; `fields` as the table `master_change` has them."""

    company_id: UUID
    id: UUID
    kind: str
    record_id: UUID
    action: str
    code: str | None
    version: int | None
    fields: dict[str, dict[str, Any]]
    document_id: UUID | None
    recorded_at: datetime
    recorded_by: str | None


class ChangesWanted(NamedTuple):
    """Which changes; None does not filter. `recorded_from` is the first moment, `to` the last."""

    kind: MasterKind | None = None
    record: UUID | None = None
    field: str | None = None
    by: str | None = None
    recorded_from: datetime | None = None
    recorded_to: datetime | None = None


ORDERS = orders_of("masterChanges")

# What a party is called is read, not kept: it may be a person's name.
_QUERY = """
select t.company_id, t.id, t.kind, t.record_id, t.action, coalesce(t.code, p.code), t.version,
       t.fields, t.document_id, t.recorded_at, t.recorded_by
  from master_change t
  left join party p
    on t.kind = 'PARTY' and p.company_id = %(company)s and p.id = t.record_id
 where t.company_id = %(company)s
"""
_FILTERS = {
    "kind": "t.kind = %(kind)s",
    "record": "t.record_id = %(record)s",
    "field": "jsonb_exists(t.fields, %(field)s)",
}


async def page_of_changes(
    database: Database, company_id: UUID, page: Page, wanted: ChangesWanted
) -> list[MasterChangeRow]:
    """One row more than the page, in its order."""
    values = {**wanted._asdict(), "company": company_id}
    return await page_of_log(database, company_id, MasterChangeRow, _QUERY, _FILTERS, page, values)
