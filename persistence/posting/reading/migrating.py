"""The state of a company on the day of its migration, read under the company's lock."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from domain.documents.document import DocumentKind
from domain.facts import CompanyFacts
from domain.migrating.checks import LISTED_DOCUMENTS
from domain.migrating.facts import BinValue, ExpectedCost, MigrationFacts, PendingLine
from domain.money import ZERO
from domain.movements import NO_LOT, Pool
from persistence.moved_goods import moved_goods
from persistence.reports.posted_stock import is_unposted

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
           sum(actual + expected) as value
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
 where moved.quantity <> 0 or worth.value <> 0 or %(posts)s
 order by item.sku, moved.warehouse_id, moved.lot_id
"""
# One pass over each ledger: a planner that knows nothing of new tables joins them row by row.
_POSTED = """
select m.item_id, m.warehouse_id, coalesce(m.lot_id, %(no_lot)s), stood.account_id,
       sum(stood.actual)
  from (
    select movement_id, stock_account_id as account_id, actual from cost_entry
     where company_id = %(company)s and stock_account_id is not null
       and posting_date <= %(as_of)s
    union all
    select cost.movement_id, batch.stock_account_id, batch.actual
      from cost_posting batch
      join cost_entry cost on cost.company_id = %(company)s and cost.id = batch.cost_entry_id
     where batch.company_id = %(company)s and batch.stock_account_id is not null
       and batch.posting_date <= %(as_of)s) stood
  join movement m on m.company_id = %(company)s and m.id = stood.movement_id
 group by 1, 2, 3, 4
having sum(stood.actual) <> 0
 order by 4
"""
_EXPECTED = """
select m.item_id, m.warehouse_id, coalesce(m.lot_id, %(no_lot)s), m.id, m.document_id,
       stood.interim_account_id, stood.interim_contra_account_id, sum(stood.expected),
       sum(stood.interim)
  from (
    select movement_id, expected, interim, interim_account_id, interim_contra_account_id
      from cost_entry
     where company_id = %(company)s and posting_date <= %(as_of)s
       and (expected <> 0 or interim <> 0)
    union all
    select cost.movement_id, 0, batch.interim, batch.interim_account_id,
           batch.interim_contra_account_id
      from cost_posting batch
      join cost_entry cost on cost.company_id = %(company)s and cost.id = batch.cost_entry_id
     where batch.company_id = %(company)s and batch.posting_date <= %(as_of)s
       and batch.interim <> 0) stood
  join movement m on m.company_id = %(company)s and m.id = stood.movement_id
 group by m.company_id, m.id, 6, 7
 order by m.seq, m.ordinal, 6, 7
"""
_UNADJUSTED = """
select coalesce(array_agg(sku order by sku), '{}') from item
 where company_id = %(company)s
   and id in (select item_id from cost_dirty where company_id = %(company)s)
"""
# What a batch has still to post.
_UNPOSTED = f"""
select count(*) from cost_entry e
  join company c on c.id = e.company_id
 where e.company_id = %(company)s and c.scheme = 'CONTINENTAL' and {is_unposted("e")}
"""  # noqa: S608 - constant pieces
_SERIAL_ITEMS = """
select coalesce(array_agg(id), '{}') from (
  select l.item_id as id from lot l
    join item i on i.company_id = l.company_id and i.id = l.item_id
    join company c on c.id = l.company_id
   where l.company_id = %(company)s
     and coalesce(i.costing_method, c.costing_method) = 'SPECIFIC'
   group by 1 having bool_and(l.kind = 'SERIAL')) s
"""
_OPEN_SHIPMENTS = """
select coalesce(array_agg(distinct l.shipment order by l.shipment), '{}')
  from document_line l
  join billing_state b on b.company_id = l.company_id and b.line_id = l.id
 where l.company_id = %(company)s and l.shipment is not null and not b.is_void
   and (b.billed_quantity <> 0 or b.billed_amount + b.cleared_amount <> 0)
   and (select scheme from company where id = %(company)s) = 'BY_LEVEL'
   and not exists (
       select from document_line closing
         join document d on d.company_id = closing.company_id and d.id = closing.document_id
        where closing.company_id = l.company_id and closing.shipment = l.shipment
          and d.kind = 'SHIPMENT_CLOSING'
          and not exists (select from voiding v
                           where v.company_id = d.company_id and v.document_id = d.id))
"""
_DRAFTS = """
select count(*) from draft where company_id = %(company)s and status in ('OPEN', 'PENDING')
"""
_LEDGER = """
select account_id, sum(amount) from journal_line
 where company_id = %(company)s and posting_date <= %(as_of)s group by account_id
"""
_PENDING = f"""
with open_line as materialized (
    select line_id, account_id,
           sum(case when kind = 'RECEIVED' then amount else -amount end) as amount
      from billing_entry
     where company_id = %(company)s and posting_date <= %(as_of)s
     group by 1, 2
    having sum(case when kind = 'RECEIVED' then amount else -amount end) <> 0
)
select o.line_id, d.id, d.number, o.amount, o.account_id
  from open_line o
  cross join lateral (
    select * from document_line l
     where l.company_id = %(company)s and l.id = o.line_id limit 1) l
  cross join lateral (
    select * from document d
     where d.company_id = %(company)s and d.id = l.document_id limit 1) d
  cross join lateral (
    select * from item i where i.company_id = %(company)s and i.id = l.item_id limit 1) i
 where d.kind = %(kind)s and i.is_stock_item and not {moved_goods("d", "l.id")}
 order by d.number, l.line_no, o.line_id, o.account_id
"""  # noqa: S608 - constant names
# A document and what cancels it as of its own day are nothing. A journal of before that takes back
# afterwards what it posted to stock would part an account from the stock that it then stands for.
_LATER = """
with of_stock as (
    select e.document_id from journal_entry e
      join journal_line l on l.company_id = e.company_id and l.journal_entry_id = e.id
      join account a on a.company_id = l.company_id and a.id = l.account_id
     where e.company_id = %(company)s and e.posting_date > %(as_of)s and a.type = 'STOCK'
)
select count(*), (array_agg(d.number order by d.posting_date, d.seq))[1:%(listed)s]
  from document d
  left join voiding v on v.company_id = d.company_id and v.document_id = d.id
  left join document other
    on other.company_id = d.company_id and other.id = coalesce(v.by_id, d.cancels_id)
 where d.company_id = %(company)s
   and (d.posting_date > %(as_of)s and d.posting_date is distinct from other.posting_date
        or d.posting_date <= %(as_of)s and other.id is null and d.content ? 'reverse_on'
           and d.id in (select document_id from of_stock))
"""


async def migration_facts(
    connection: AsyncConnection, company: CompanyFacts, as_of: date
) -> MigrationFacts:
    """Everything that the plan of a migration depends on; nothing can be posted meanwhile."""
    params: dict[str, Any] = {"company": company.id, "as_of": as_of, "listed": LISTED_DOCUMENTS}
    params |= {"no_lot": NO_LOT, "posts": company.posts_stock}
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
        posted = await connection.execute(_POSTED, params)
        expected = await connection.execute(_EXPECTED, params)
        unadjusted: Any = await (await connection.execute(_UNADJUSTED, params)).fetchone()
        unposted: Any = await (await connection.execute(_UNPOSTED.encode(), params)).fetchone()
        drafts: Any = await (await connection.execute(_DRAFTS, params)).fetchone()
        shipments: Any = await (await connection.execute(_OPEN_SHIPMENTS, params)).fetchone()
        serial: Any = await (await connection.execute(_SERIAL_ITEMS, params)).fetchone()
        await connection.execute("set local enable_nestloop = on")
        later_row: Any = await later.fetchone()
        return MigrationFacts(
            bins=_bins(await bins.fetchall(), await posted.fetchall()),
            ledger=dict(await ledger.fetchall()),
            received_not_billed=tuple(PendingLine(*row) for row in await received.fetchall()),
            billed_not_received=tuple(
                PendingLine(line, document, number, -amount, account)
                for line, document, number, amount, account in await billed.fetchall()
            ),
            later=tuple(later_row[1] or ()),
            later_count=later_row[0],
            expected=_expected(await expected.fetchall()),
            unadjusted=tuple(unadjusted[0]),
            unposted=unposted[0],
            drafts=drafts[0],
            serial_items=frozenset(serial[0]),
            open_shipments=tuple(shipments[0]),
        )


_Rows = Sequence[Sequence[Any]]


def _bins(rows: _Rows, posted: _Rows) -> tuple[BinValue, ...]:
    """The bins that hold something, or that left something on a stock account."""
    stood: dict[Pool, list[tuple[UUID, Decimal]]] = {}
    for row in posted:
        stood.setdefault(Pool(*row[:3]), []).append((row[3], row[4]))
    bins: list[BinValue] = []
    for row in rows:
        pool = Pool(*row[:3])
        sku, quantity, value, movement, document = row[3:]
        there = tuple(stood.get(pool, ()))
        bins.append(BinValue(pool, sku, quantity, value, movement, document, there))
    return tuple(one for one in bins if one.quantity or one.value or one.posted)


def _expected(rows: _Rows) -> tuple[ExpectedCost, ...]:
    """What is expected of each movement, and where it stands: sums that are not zero."""
    found: dict[UUID, ExpectedCost] = {}
    for row in rows:
        known = found.get(row[3], ExpectedCost(Pool(*row[:3]), row[3], row[4], ZERO))
        interim = known.interim + (((row[5], row[6], row[8]),) if row[5] and row[8] else ())
        found[row[3]] = known._replace(amount=known.amount + row[7], interim=interim)
    return tuple(one for one in found.values() if one.amount or one.interim)
