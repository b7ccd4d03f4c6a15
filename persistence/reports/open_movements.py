"""Open movements (flow LINKED): receipts not used up, issues that no receipt covers yet."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from psycopg import AsyncConnection

from persistence.paging import Ordering, Page, both_ways
from persistence.reports.query import compose, conditions, fetch_page
from persistence.reports.scope import Scope
from persistence.reports.trees import BELOW_WAREHOUSE

ORDERING = Ordering(
    name="openMovements",
    columns=("m.posting_date", "m.seq", "m.ordinal"),
    attributes=("posting_date", "seq", "ordinal"),
    types=(date, int, int),
)
"""The oldest first."""

ORDERS = both_ways(ORDERING.name, POSTING_DATE=ORDERING)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenMovementRow:
    """A movement with what no link covers: signed, in the item's unit."""

    company_id: UUID
    id: UUID
    seq: int
    ordinal: int
    document_id: UUID
    line_id: UUID | None
    posting_date: date
    item_id: UUID
    warehouse_id: UUID
    quantity: Decimal
    remaining: Decimal


_PAGE = """
select m.company_id, m.id, m.seq, m.ordinal, m.document_id, m.line_id, m.posting_date, m.item_id,
       m.warehouse_id, trim_scale(m.quantity) as quantity, trim_scale(rest.remaining) as remaining
  from movement m
  cross join lateral (
    select m.quantity
           - coalesce(sum(a.quantity) filter (where a.increase_id = m.id), 0)
           + coalesce(sum(a.quantity) filter (where a.decrease_id = m.id), 0) as remaining
      from (select * from application where company_id = m.company_id and increase_id = m.id
            union all
            select * from application where company_id = m.company_id and decrease_id = m.id) a
     where a.seq <= %(seq)s) rest
 where m.company_id = %(company)s and m.seq <= %(seq)s and rest.remaining <> 0
   and (select flow from company where id = %(company)s) = 'LINKED'
   and m.voids_id is null
   and not exists (select from voiding v where v.company_id = m.company_id
                      and v.document_id = m.document_id and v.seq <= %(seq)s)
   and (not %(uncovered)s or rest.remaining < 0)
   /*filters*/ /*after*/
 order by /*order*/ /*limit*/
"""
_FILTERS = {
    "item": "m.item_id = %(item)s",
    "warehouse": f"m.warehouse_id in {BELOW_WAREHOUSE}",
    "as_of": "m.posting_date <= %(as_of)s",
}


async def open_movements(
    connection: AsyncConnection,
    scope: Scope,
    page: Page,
    item_id: UUID | None,
    warehouse_id: UUID | None,
    *,
    uncovered: bool,
) -> list[OpenMovementRow]:
    """One page of them, as read with `page.fetch`; `uncovered`: only issues without a receipt."""
    values = scope.values(item=item_id, warehouse=warehouse_id, uncovered=uncovered)
    sql = compose(_PAGE, filters=conditions(values, _FILTERS))
    return await fetch_page(connection, OpenMovementRow, sql, values, page)
