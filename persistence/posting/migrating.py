"""The state of a periodic company on the day of its migration, read under the company's lock."""

from datetime import date
from typing import Any

from psycopg import AsyncConnection

from domain.documents.document import DocumentKind
from domain.facts import BinValue, CompanyFacts, MigrationFacts, PendingLine
from domain.migration import LISTED_DOCUMENTS
from domain.movements import NO_LOT, Pool

# In the order of all locks: lines that wait for their bill, then the counter. Whoever posts waits
# for the counter last: while it is held, nothing else is recorded.
_LOCK_OPEN_LINES = """
select 1 from billing_state
 where company_id = %(company)s and amount <> billed_amount + returned_amount + cleared_amount
 order by line_id for update
"""
_LOCK = "select 1 from company_counter where company_id = %(company)s for update"
_BINS = """
with moved as (
    select item_id, warehouse_id, coalesce(lot_id, %(no_lot)s) as lot_id,
           sum(quantity) as quantity,
           (array_agg(id order by posting_date desc, posting_time desc, seq desc,
                                  ordinal desc))[1] as last_id
      from movement
     where company_id = %(company)s and posting_date <= %(as_of)s
     group by 1, 2, 3
), worth as (
    select movement.item_id, movement.warehouse_id, coalesce(lot_id, %(no_lot)s) as lot_id,
           sum(actual) as value
      from cost_entry
      join movement on movement.company_id = %(company)s and movement.id = movement_id
     where cost_entry.company_id = %(company)s and cost_entry.posting_date <= %(as_of)s
     group by 1, 2, 3
)
select moved.item_id, moved.warehouse_id, moved.lot_id, item.sku, moved.quantity,
       coalesce(worth.value, 0), last.id, last.document_id
  from moved
  left join worth using (item_id, warehouse_id, lot_id)
  join item on item.company_id = %(company)s and item.id = moved.item_id
  join movement last on last.company_id = %(company)s and last.id = moved.last_id
 where moved.quantity <> 0 or worth.value <> 0
 order by item.sku, moved.warehouse_id, moved.lot_id
"""
_LEDGER = """
select account_id, sum(amount) from journal_line
 where company_id = %(company)s and posting_date <= %(as_of)s group by account_id
"""
_PENDING = """
select b.line_id, d.id, d.number,
       sum(case when b.kind = 'RECEIVED' then b.amount else -b.amount end) as open_amount
  from billing_entry b
  join document_line l on l.company_id = b.company_id and l.id = b.line_id
  join document d on d.company_id = l.company_id and d.id = l.document_id
  join item i on i.company_id = l.company_id and i.id = l.item_id
 where b.company_id = %(company)s and b.posting_date <= %(as_of)s and d.kind = %(kind)s
   and i.is_stock_item and not d.update_stock
 group by 1, 2, 3, l.line_no
having sum(case when b.kind = 'RECEIVED' then b.amount else -b.amount end) <> 0
 order by d.number, l.line_no, b.line_id
"""
_LATER = """
select count(*), (array_agg(d.number order by d.posting_date, d.seq))[1:%(listed)s]
  from document d
 where d.company_id = %(company)s and d.posting_date > %(as_of)s and d.cancels_id is null
   and not exists (select 1 from voiding v
                    where v.company_id = d.company_id and v.document_id = d.id)
"""


async def migration_facts(
    connection: AsyncConnection, company: CompanyFacts, as_of: date
) -> MigrationFacts:
    """Everything that the plan of a migration depends on; nothing can be posted meanwhile."""
    params: dict[str, Any] = {"company": company.id, "as_of": as_of, "listed": LISTED_DOCUMENTS}
    params["no_lot"] = NO_LOT
    receipts = {**params, "kind": DocumentKind.PURCHASE_RECEIPT.value}
    invoices = {**params, "kind": DocumentKind.PURCHASE_INVOICE.value}
    await connection.execute(_LOCK_OPEN_LINES, params)
    await connection.execute(_LOCK, params)
    # These read the whole company. Right after a bulk load there are no statistics yet, and nested
    # loops planned for one row take minutes for a thousand.
    async with connection.pipeline():
        await connection.execute("set local enable_nestloop = off")
        bins = await connection.execute(_BINS, params)
        ledger = await connection.execute(_LEDGER, params)
        received = await connection.execute(_PENDING, receipts)
        billed = await connection.execute(_PENDING, invoices)
        later = await connection.execute(_LATER, params)
        await connection.execute("set local enable_nestloop = on")
        later_row: Any = await later.fetchone()
        return MigrationFacts(
            bins=tuple(BinValue(Pool(*row[:3]), *row[3:]) for row in await bins.fetchall()),
            ledger=dict(await ledger.fetchall()),
            received_not_billed=tuple(PendingLine(*row) for row in await received.fetchall()),
            billed_not_received=tuple(
                PendingLine(line, document, number, -amount)
                for line, document, number, amount in await billed.fetchall()
            ),
            later=tuple(later_row[1] or ()),
            later_count=later_row[0],
        )
