"""Stock ageing: how long what is there has been there, by item and intervals of days.

Whatever the costing method, the oldest goods are taken to have left first, so that those that are
there are the last that came: bought, found, made, or given back by nobody knows whom. Goods that
only moved between warehouses of the report, or that customers gave back, are as old as they were.
(The field's rule: ageing by a queue of quantities, first in, first out.) An age has the part of its
item's value that it has of the quantity.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

from psycopg import AsyncConnection

from domain.ageing import Interval
from persistence.paging import Ordering, Page, both_ways
from persistence.reports.query import compose, conditions, fetch_one, fetch_page
from persistence.reports.scope import Scope
from persistence.reports.stock_balance import StockFilter, facts_of, values_of
from persistence.reports.trees import BELOW_WAREHOUSE, WITHIN_WAREHOUSES

ORDERING = Ordering(
    name="stockAgeing", columns=("item.sku",), attributes=("item_sku",), types=(str,)
)
"""By SKU."""

ORDERS = both_ways(
    ORDERING.name,
    ITEM=ORDERING,
    VALUE=ORDERING.led_by("round(balance.value, %(digits)s)", "value", Decimal),
)


@dataclass(frozen=True, slots=True)
class StockAge:
    """What has been there for so many days; `quantity` is None of unlike items together."""

    from_day: int
    to_day: int | None
    quantity: Decimal | None
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class StockAgeingRow:
    """An item: quantities in its unit, values in company currency, a part for each interval.

    `average_age` is in days, weighted by quantity; `oldest_on` the day on which the oldest came.
    """

    company_id: UUID
    item_id: UUID
    item_sku: str
    quantity: Decimal
    value: Decimal
    average_age: Decimal
    oldest_on: date
    first_days: list[int]
    quantities: list[Decimal]
    values: list[Decimal]

    @property
    def buckets(self) -> list[StockAge]:
        """Interval by interval."""
        return [
            StockAge(first, last, quantity, value)
            for (first, last), quantity, value in zip(
                _intervals(self.first_days), self.quantities, self.values, strict=True
            )
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class StockAgeingTotals:
    """The whole filter, in company currency."""

    value: Decimal
    first_days: list[int]
    values: list[Decimal]

    @property
    def buckets(self) -> list[StockAge]:
        """Interval by interval."""
        return [
            StockAge(first, last, None, value)
            for (first, last), value in zip(_intervals(self.first_days), self.values, strict=True)
        ]


def _intervals(first_days: Sequence[int]) -> list[tuple[int, int | None]]:
    ends = [*(first - 1 for first in first_days[1:]), None]
    return list(zip(first_days, ends, strict=True))


# Item by item, each thing looked up by its key, so that no planner without statistics compares
# all with all. What was dated after the day of the report is not older yet than what came on it.
_AGES = """
with there as materialized (/*places*/), stock as materialized (
    select item.company_id, item.id as item_id, item.sku as item_sku, balance.quantity,
           round(balance.value, %(digits)s) as value, row_number() over (order by /*order*/) as nth
      from (select item_id, sum(quantity) as quantity, sum(value) as value
              from (/*facts*/) fact group by item_id) balance
      join item on item.company_id = %(company)s and item.id = balance.item_id
     where balance.quantity > 0 /*after*/ order by /*order*/ /*limit*/
), summed as (
    select stock.*, aged.*
      from stock
     cross join lateral (
           select min(came.posting_date) as oldest_on,
                  round(sum(came.quantity * greatest(came.age, 0)) / stock.quantity, 1)
                      as average_age /*sums*/
             from (select posting_date,
                          coalesce(%(as_of)s::date, current_date) - posting_date as age,
                          least(quantity, stock.quantity - (until - quantity)) as quantity
                     from (/*came*/) came
                    where until - quantity < stock.quantity) came) aged
)
"""
_PLACES = "select id from warehouse where company_id = %(company)s /*among*/"
_CAME = """
select live.posting_date, net.quantity,
       sum(net.quantity) over (order by live.posting_date desc, live.posting_time desc,
                                        live.seq desc, live.ordinal desc) as until
  from movement live
 cross join lateral (
       select live.quantity + coalesce(sum(later.quantity), 0) as quantity
         from movement later
        where later.company_id = %(company)s and later.corrects_id = live.id
          and later.voids_id is null and later.seq <= %(seq)s) net
 where live.company_id = %(company)s and live.item_id = stock.item_id
   and net.quantity > 0 and live.corrects_id is null and live.voids_id is null
   and live.seq <= %(seq)s /*dated*/ /*there*/
   and not exists (select from voiding
                    where voiding.company_id = %(company)s
                      and voiding.document_id = live.document_id and voiding.seq <= %(seq)s)
   and not exists (select from movement_source of
                     join movement source on source.company_id = %(company)s
                                         and source.id = of.source_id
                    where of.company_id = %(company)s and of.movement_id = live.id
                      and source.item_id = live.item_id /*from_there*/)
"""
_PAGE = (
    _AGES
    + """
select company_id, item_id, item_sku, trim_scale(quantity) as quantity, value, average_age,
       oldest_on, %(first_days)s::int[] as first_days, /*quantities*/ as quantities,
       /*values*/ as values
  from summed order by nth
"""
)
_TOTALS = (
    _AGES
    + """
select coalesce(sum(value), 0) as value, %(first_days)s::int[] as first_days,
       /*totals*/ as values
  from summed
"""
)


async def stock_ageing(
    connection: AsyncConnection,
    scope: Scope,
    page: Page,
    which: StockFilter,
    intervals: Sequence[Interval],
) -> list[StockAgeingRow]:
    """One page of items of which something is there, as read with `page.fetch`."""
    sql, values = _statement(_PAGE, scope, which, intervals)
    return await fetch_page(connection, StockAgeingRow, sql, values, page)


async def stock_ageing_totals(
    connection: AsyncConnection, scope: Scope, which: StockFilter, intervals: Sequence[Interval]
) -> StockAgeingTotals:
    """The totals of the whole filter, whatever page is shown."""
    template = compose(_TOTALS, after="", order="item.sku", limit="")
    sql, values = _statement(template, scope, which, intervals)
    return await fetch_one(connection, StockAgeingTotals, sql, values)


def _statement(
    template: str, scope: Scope, which: StockFilter, intervals: Sequence[Interval]
) -> tuple[str, dict[str, object]]:
    first_days = [one.first_day for one in intervals]
    values = values_of(scope, which) | {"first_days": first_days}
    ends = ["0", *(f"until_{place}" for place in range(len(first_days) - 1)), "quantity"]
    parts = [f"({end} - {begin})" for begin, end in pairwise(ends)]
    shares = [f"({_worth(end)} - {_worth(begin)})" for begin, end in pairwise(ends)]
    among = _among(values)
    sql = compose(
        template,
        came=_CAME,
        places=compose(_PLACES, among=among),
        facts=facts_of(scope, values),
        dated=conditions(values, {"as_of": "live.posting_date <= %(as_of)s"}),
        there="and live.warehouse_id in (select id from there)" if among else "",
        from_there="and source.warehouse_id in (select id from there)" if among else "",
        sums="".join(_sum_until(place) for place in range(len(first_days) - 1)),
        quantities=f"array[{', '.join(f'trim_scale{part}' for part in parts)}]",
        values=f"array[{', '.join(shares)}]",
        totals=f"array[{', '.join(f'coalesce(sum{share}, 0)' for share in shares)}]",
    )
    return sql, values


def _among(values: dict[str, object]) -> str:
    """Where the report looks: in a warehouse and those below it, or in some that a role may see."""
    return conditions(
        values, {"warehouse": f"id in {BELOW_WAREHOUSE}", "within": f"id in {WITHIN_WAREHOUSES}"}
    )


def _sum_until(place: int) -> str:
    """SQL of the quantity up to the end of an interval, as one more column."""
    return (
        ", coalesce(sum(came.quantity) filter (where greatest(width_bucket(came.age,"
        f" %(first_days)s::int[]) - 1, 0) <= {place}), 0) as until_{place}"
    )


def _worth(quantity: str) -> str:
    """SQL of the value of a quantity: differences of what is rounded add up to the whole."""
    return f"round(value * {quantity} / quantity, %(digits)s)"
