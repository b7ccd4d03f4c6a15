"""The stock ledger: movements in the order in which they count, with the balance after each."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from domain.money import DISPLAY_DIGITS, ZERO, divide, plain, round_to
from persistence.paging import Ordering, Page, both_ways
from persistence.reports.query import compose, conditions, fetch_page
from persistence.reports.scope import Scope
from persistence.reports.trees import BELOW_WAREHOUSE, WITHIN_WAREHOUSES

ORDERING = Ordering(
    name="stockLedger",
    columns=("posting_date", "posting_time", "seq", "ordinal"),
    attributes=("posting_date", "posting_time", "seq", "ordinal"),
    types=(date, time, int, int),
)
"""Posting order: date, time, then as recorded."""

ORDERS = both_ways(ORDERING.name, POSTING=ORDERING)


@dataclass(frozen=True, slots=True, kw_only=True)
class StockLedgerRow:
    """One movement: signed quantity in the item's unit, cost in company currency.

    `cost` is the sum of its cost entries as far as the report knows them. The balance after it
    is that of its item and warehouse, over all movements before it in posting order that are
    not cancelled; `is_cancelled` marks a movement whose document was cancelled and the mirror
    that undid it: the two add nothing.
    """

    company_id: UUID
    id: UUID
    document_id: UUID
    document_kind: str
    document_number: str
    line_id: UUID | None
    party_id: UUID | None
    item_id: UUID
    item_sku: str
    warehouse_id: UUID
    warehouse_code: str
    nature: str
    leg: str
    posting_date: date
    posting_time: time
    recorded_at: datetime
    seq: int
    ordinal: int
    quantity: Decimal
    cost: Decimal
    quantity_after: Decimal
    value_after: Decimal
    unit_cost_after: Decimal | None
    is_cancelled: bool
    lot_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StockLedgerFilter:
    """Which movements; null = any. A warehouse stands for all below it, dates are inclusive."""

    item_id: UUID | None = None
    warehouse_id: UUID | None = None
    from_date: date | None = None
    document_id: UUID | None = None
    include_cancelled: bool = False


@dataclass(slots=True)
class Balances:
    """What is in each bin after the last row that was read, walking through the ledger.

    Whoever reads all of it page by page keeps them, so that no page adds up what came before it.
    `last` is the key of that row; None before the first.
    """

    last: tuple[Any, ...] | None = None
    of_bins: dict[tuple[UUID, UUID], tuple[Decimal, Decimal]] = field(
        default_factory=dict[tuple[UUID, UUID], tuple[Decimal, Decimal]]
    )

    def goes_on(self, page: Page, which: StockLedgerFilter) -> bool:
        """Whether the page follows, and no movement of its bins was left out before it."""
        return (
            page.after == self.last
            and page.ordering == ORDERS["POSTING_ASC"]
            and page.before is None
            and not page.backward
            and which.from_date is None
            and which.document_id is None
        )

    def after(self, row: StockLedgerRow, digits: int) -> StockLedgerRow:
        """The row with the balance after it, which is the bin's from now on."""
        key = (row.item_id, row.warehouse_id)
        quantity, value = self.of_bins.get(key, (ZERO, ZERO))
        if not row.is_cancelled:
            quantity, value = quantity + row.quantity, value + row.cost
            self.of_bins[key] = quantity, value
        unit_cost = plain(round_to(divide(value, quantity), DISPLAY_DIGITS)) if quantity else None
        return replace(
            row,
            quantity_after=plain(quantity),
            value_after=round_to(value, digits),
            unit_cost_after=unit_cost,
        )


_STOCK_LEDGER = """
with known as not materialized (
    select movement.*,
           (voids_id is not null or exists (
               select from voiding where voiding.company_id = %(company)s
                  and voiding.document_id = movement.document_id and voiding.seq <= %(seq)s)
           ) as is_cancelled
      from movement
     where movement.company_id = %(company)s and movement.seq <= %(seq)s /*dated*/
), page as (
    select * from known
     where (%(include_cancelled)s or not is_cancelled) /*filters*/ /*after*/
     order by /*order*/ /*limit*/
), /*running*/
select running.company_id, running.id, running.document_id,
       document.kind as document_kind, document.number as document_number,
       running.line_id, running.party_id,
       running.item_id, item.sku as item_sku,
       running.warehouse_id, warehouse.code as warehouse_code,
       running.nature, running.leg, running.posting_date, running.posting_time,
       document.recorded_at, running.seq, running.ordinal,
       trim_scale(running.quantity) as quantity,
       round(running.cost, %(digits)s) as cost,
       trim_scale(quantity_after) as quantity_after,
       round(value_after, %(digits)s) as value_after,
       trim_scale(round(value_after / nullif(quantity_after, 0), %(display)s)) as unit_cost_after,
       running.is_cancelled, running.lot_id
  from running
  join document on document.company_id = %(company)s and document.id = running.document_id
  join item on item.company_id = %(company)s and item.id = running.item_id
  join warehouse on warehouse.company_id = %(company)s and warehouse.id = running.warehouse_id
 where running.is_shown
 order by /*order*/
"""

# The page is chosen first; then the bins it touches are summed up to its end, because a filter
# may show any few of a bin's movements and the balance after each must still count them all. Which
# of them the page has is asked of a hash: a join would compare each with each where the planner
# cannot know how many there are.
_SUMMED = """costed as materialized (
    select known.*, known.id in (select id from page) as is_shown, /*cost*/ as cost
      from known
      join (select distinct item_id, warehouse_id from page) touched using (item_id, warehouse_id)
     where (posting_date, posting_time, seq, ordinal) <= (
           select posting_date, posting_time, seq, ordinal from page
            order by posting_date desc, posting_time desc, seq desc, ordinal desc limit 1)
), running as (
    select *,
           sum(case when is_cancelled then 0 else quantity end) over bin as quantity_after,
           sum(case when is_cancelled then 0 else cost end) over bin as value_after
      from costed
    window bin as (partition by item_id, warehouse_id
                   order by posting_date, posting_time, seq, ordinal)
)"""

# The balances are those of whoever walks through the ledger (`Balances`).
_WALKED = """running as (
    select known.*, true as is_shown, /*cost*/ as cost,
           0::numeric as quantity_after, 0::numeric as value_after
      from page as known
)"""

_COST = """(
               select coalesce(sum(actual + expected), 0) from cost_entry
                where cost_entry.company_id = %(company)s
                  and cost_entry.movement_id = known.id and seq <= %(seq)s /*dated*/
           )"""


async def stock_ledger(
    connection: AsyncConnection,
    scope: Scope,
    page: Page,
    which: StockLedgerFilter | None = None,
    balances: Balances | None = None,
) -> list[StockLedgerRow]:
    """One page of movements, as read with `page.fetch`.

    `balances` are those of whoever reads page after page; they move on to the end of this one.

    `scope.as_of` is the last posting date; cost entries dated later are left out as well, so
    that the last balance of a bin is the one of `stock_balance` as of the same day.
    """
    which = which or StockLedgerFilter()
    values = scope.values(
        item=which.item_id,
        warehouse=which.warehouse_id,
        from_date=which.from_date,
        document=which.document_id,
        include_cancelled=which.include_cancelled,
        display=DISPLAY_DIGITS,
    )
    filters = conditions(
        values,
        {
            "item": "item_id = %(item)s",
            "warehouse": f"warehouse_id in {BELOW_WAREHOUSE}",
            "within": f"warehouse_id in {WITHIN_WAREHOUSES}",
            "from_date": "posting_date >= %(from_date)s",
            "document": "document_id = %(document)s",
        },
    )
    dated = conditions(values, {"as_of": "posting_date <= %(as_of)s"})
    walks = balances is not None and balances.goes_on(page, which)
    running = compose(_WALKED if walks else _SUMMED, cost=_COST)
    sql = compose(_STOCK_LEDGER, running=running, filters=filters, dated=dated)
    rows = await fetch_page(connection, StockLedgerRow, sql, values, page)
    if balances is None or not walks:
        return rows
    shown = [balances.after(row, scope.digits) for row in rows[: page.limit]]
    balances.last = page.ordering.key(shown[-1]) if shown else balances.last
    return shown + rows[page.limit :]
