"""What goods came in at by their documents, where a cost in force was carried (flow CARRIED).

There receipts come in at the cost in force, and what they were bought at is a variance. The price
is that of the receipt's line; of what was billed that of the bill, less what the supplier credited
of it; of a shipment that was closed its share of the charges besides. A line's price is spread over
its movements by quantity.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from uuid import UUID

from psycopg import AsyncConnection

# Each recording belongs to the flow that the next migration left, or to that of now. A migration
# that was cancelled opened none.
ERAS = """
    select d.seq, past.content ->> 'flow' as flow
      from document d
      left join migration_past past
        on past.company_id = d.company_id and past.migration_id = d.id and past.kind = 'company'
     where d.company_id = %(company)s and d.kind = 'MIGRATION'
       and not exists (select from voiding v where v.company_id = d.company_id
                          and v.document_id = d.id)
    union all
    select 9223372036854775807, flow from company where id = %(company)s
"""
"""Rows of (seq, flow): what was recorded up to there, since the row before, is of that flow; null:
the migration kept no record of it."""

# Bills count where the goods or they themselves were of the flow CARRIED: else they gave the goods
# their price.
_PRICES = f"""
with era as materialized ({ERAS}), live as not materialized (
    select d.*, (select flow from era where era.seq >= d.seq order by era.seq limit 1) as flow
      from document d
     where d.company_id = %(company)s
       and (%(as_of)s::date is null or d.posting_date <= %(as_of)s)
       and not exists (select from voiding v where v.company_id = d.company_id
                          and v.document_id = d.id)
), credited as (
    select c.against_line_id as line_id, sum(c.amount * d.exchange_rate) as amount
      from live d
      join document_line c on c.company_id = d.company_id and c.document_id = d.id
     where d.kind = 'CREDIT_NOTE' and d.purpose = 'OVERCHARGE' and c.item_id = any(%(items)s)
     group by 1
), came as (
    select m.line_id, m.id as movement_id, m.quantity, d.flow, l.order_code, l.order_line,
           l.quantity as line_quantity,
           l.amount * d.exchange_rate - coalesce(credited.amount, 0) as amount,
           sum(m.quantity) over (partition by m.line_id) as whole
      from live d
      join document_line l on l.company_id = d.company_id and l.document_id = d.id
      join movement m on m.company_id = l.company_id and m.line_id = l.id
       and m.document_id = l.document_id and m.nature = 'PURCHASE' and m.quantity > 0
      left join credited on credited.line_id = l.id
     where l.item_id = any(%(items)s) and l.quantity <> 0
), billed as (
    select b.line_id, sum(b.quantity) as quantity, sum(b.quantity * price.per_unit) as amount
      from (select distinct line_id, flow, order_code, order_line from came) line
      join billing_entry b on b.company_id = %(company)s and b.line_id = line.line_id
       and b.kind = 'BILLED'
      join live bill on bill.id = b.document_id and bill.kind = 'PURCHASE_INVOICE'
       and bill.id <> (select document_id from document_line
                        where company_id = %(company)s and id = line.line_id)
     cross join lateral (
           select sum(x.amount * bill.exchange_rate - coalesce(credited.amount, 0))
                      / sum(x.quantity) as per_unit
             from document_line x
             left join credited on credited.line_id = x.id
            where x.company_id = %(company)s and x.document_id = bill.id and x.quantity <> 0
              and (x.against_line_id = line.line_id
                   or (x.order_code, x.order_line) = (line.order_code, line.order_line))) price
     where 'CARRIED' in (line.flow, bill.flow)
     group by 1
), landed as (
    select c.against_line_id as line_id, sum(c.amount) as amount, sum(c.quantity) as quantity
      from live d
      join document_line c on c.company_id = d.company_id and c.document_id = d.id
     where d.kind = 'SHIPMENT_CLOSING' and c.item_id = any(%(items)s)
     group by 1
)
select came.movement_id, came.flow,
       came.quantity / came.whole
         * (came.amount * (1 - coalesce(landed.quantity, billed.quantity, 0) / line_quantity)
            + coalesce(landed.amount, billed.amount, 0)) as price,
       came.quantity / came.whole
         * (coalesce(billed.amount, 0)
            - came.amount * coalesce(billed.quantity, 0) / line_quantity) as difference
  from came
  left join billed using (line_id)
  left join landed using (line_id)
"""  # noqa: S608 - constant pieces


async def carried_prices(
    connection: AsyncConnection, params: Mapping[str, object]
) -> tuple[Mapping[UUID, Decimal], Mapping[UUID, Decimal]]:
    """What was paid for goods, exact, by movement; of `company`, `items` and `as_of`.

    First the prices of those received while a cost was carried; then, of the others, by how much
    bills recorded while one was carried differ from the receipt's price. Nothing of a company that
    never carried a cost.
    """
    cursor = await connection.execute(_PRICES.encode(), params)
    rows: Iterable[tuple[UUID, str | None, Decimal, Decimal]] = await cursor.fetchall()
    prices: dict[UUID, Decimal] = {}
    differences: dict[UUID, Decimal] = {}
    for movement, flow, price, difference in rows:
        if flow == "CARRIED":
            prices[movement] = price
        elif difference:
            differences[movement] = difference
    return prices, differences
