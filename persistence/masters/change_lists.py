"""Reading the log of changes of masters: filtered, in keyset pages, one statement each."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from domain.master_changes import MasterKind
from persistence.database import Database
from persistence.masters.lookups import rows
from persistence.paging import Ordering, Page, both_ways


class MasterChangeRow(NamedTuple):
    """A change of a master; `fields` as the table `master_change` has them."""

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


ORDERS = both_ways(
    "masterChanges",
    RECORDED=Ordering(
        "masterChanges", ("t.recorded_at", "t.id"), ("recorded_at", "id"), (datetime, UUID)
    ),
)

# What a party is called is read, not kept: it may be a person's name.
_QUERY = """
select t.id, t.kind, t.record_id, t.action, coalesce(t.code, p.code), t.version, t.fields,
       t.document_id, t.recorded_at, t.recorded_by
  from master_change t
  left join party p
    on t.kind = 'PARTY' and p.company_id = %(company)s and p.id = t.record_id
 where t.company_id = %(company)s
"""
_CONDITIONS = {
    "kind": "t.kind = %(kind)s",
    "record": "t.record_id = %(record)s",
    "field": "jsonb_exists(t.fields, %(field)s)",
    "by": "t.recorded_by = %(by)s",
    "recorded_from": "t.recorded_at >= %(recorded_from)s",
    "recorded_to": "t.recorded_at <= %(recorded_to)s",
}


async def page_of_changes(
    database: Database, company_id: UUID, page: Page, wanted: ChangesWanted
) -> list[MasterChangeRow]:
    """One row more than the page, in its order."""
    given = {
        name: value.replace("\0", "") if isinstance(value, str) else value
        for name, value in wanted._asdict().items()
        if value is not None
    }
    conditions = "".join(f" and {_CONDITIONS[name]}" for name in given)
    query = f"{_QUERY}{conditions} and {page.where} order by {page.order_by} limit {page.fetch}"
    params = {**page.params, **given, "company": company_id}
    return await rows(database, company_id, MasterChangeRow, query, params)
