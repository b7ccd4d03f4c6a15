"""Lines whose goods are given back, or get further cost, with their movements as they are now."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from domain.company import CostingMethod
from domain.facts import CompanyFacts, OriginalLine, OriginalMovement
from domain.money import ZERO
from domain.movements import NO_LOT, Pool, PostingKey
from persistence.posting.reading.references import ITEM_COLUMNS, item_facts

_LINES = f"""
select l.id, d.id, d.kind, d.number, l.line_no, d.posting_date, d.party_id, p.code, l.quantity,
       coalesce(l.rate, 0), l.amount, d.currency, d.exchange_rate, b.account_id, b.quantity,
       b.amount,
       i.weight, i.volume,
       exists (select 1 from voiding v where v.company_id = d.company_id and v.document_id = d.id),
       l.account_id,
       coalesce(o.account_id, case d.kind when 'PURCHASE_INVOICE' then p.payable_account_id
                                          when 'SALES_INVOICE' then p.receivable_account_id end),
       l.cost_center_id, coalesce(o.amount <> 0, false), l.amount,
       (select coalesce(sum(r.amount), 0)
          from document_line r
          join document rd on rd.company_id = r.company_id and rd.id = r.document_id
         where r.company_id = l.company_id and r.against_line_id = l.id
           and rd.kind in ('PURCHASE_RETURN', 'SALES_RETURN')
           and not exists (select 1 from voiding v where v.company_id = rd.company_id
                                                     and v.document_id = rd.id)),
       l.uom, l.uom_factor, d.purpose,
       {ITEM_COLUMNS}
  from document_line l
  join document d on d.company_id = l.company_id and d.id = l.document_id
  join item i on i.company_id = l.company_id and i.id = l.item_id
  left join party p on p.company_id = d.company_id and p.id = d.party_id
  left join billing_state b on b.company_id = l.company_id and b.line_id = l.id
  left join open_item o on o.company_id = d.company_id and o.document_id = d.id
 where l.company_id = %(company)s
   and (l.id = any(%(lines)s) or l.document_id = any(%(documents)s))
   and (i.is_stock_item or l.id = any(%(lines)s))
 order by d.seq, l.line_no
"""  # noqa: S608 - constant column names
_MOVEMENTS = """
select m.line_id, m.id, m.item_id, m.warehouse_id, m.lot_id, m.posting_date, m.posting_time, m.seq,
       m.ordinal, m.leg, m.quantity,
       (select coalesce(sum(e.actual), 0) from cost_entry e
         where e.company_id = m.company_id and e.movement_id = m.id
           and e.kind <> 'NEGATIVE_STOCK'),
       (select coalesce(sum(abs(r.quantity)), 0) from movement r
         where r.company_id = m.company_id and r.returns_id = m.id and r.voids_id is null
           and not exists (select 1 from voiding v where v.company_id = r.company_id
                                                     and v.document_id = r.document_id)),
       (select coalesce(sum(e.expected), 0) from cost_entry e
         where e.company_id = m.company_id and e.movement_id = m.id),
       exists (select from movement_source s
                where s.company_id = m.company_id and s.movement_id = m.id),
       (select k.open_quantity from linked_movement k
         where k.company_id = m.company_id and k.movement_id = m.id),
       m.contra_account_id
  from movement m
 where m.company_id = %(company)s and m.document_id = any(%(documents)s)
   and m.voids_id is null and m.corrects_id is null
 order by m.ordinal
"""


async def original_lines(
    connection: AsyncConnection,
    company: CompanyFacts,
    method: CostingMethod,
    lines: Iterable[UUID],
    documents: Iterable[UUID],
) -> dict[UUID, OriginalLine]:
    """The lines named, services too, and all stock lines of the documents named, by id."""
    params = {"company": company.id, "lines": list(lines), "documents": list(documents)}
    cursor = await connection.execute(_LINES.encode(), params)
    rows = await cursor.fetchall()
    params["documents"] = list({row[1] for row in rows})
    cursor = await connection.execute(_MOVEMENTS, params)
    movements: dict[UUID, list[OriginalMovement]] = {}
    for row in await cursor.fetchall():
        movements.setdefault(row[0], []).append(_movement(row))
    return {row[0]: _line(row, company, method, tuple(movements.get(row[0], ()))) for row in rows}


def _movement(row: Sequence[Any]) -> OriginalMovement:
    return OriginalMovement(
        id=row[1],
        pool=Pool(row[2], row[3], row[4] or NO_LOT),
        key=PostingKey(*row[5:9]),
        leg=row[9],
        quantity=row[10],
        cost=row[11],
        returned=row[12],
        expected=row[13],
        takes_over=row[14],
        open=row[15] or ZERO,
        contra=row[16],
    )


def _line(
    row: Sequence[Any],
    company: CompanyFacts,
    method: CostingMethod,
    movements: tuple[OriginalMovement, ...],
) -> OriginalLine:
    return OriginalLine(
        id=row[0],
        document=row[1],
        kind=row[2],
        number=row[3],
        line_no=row[4],
        posting_date=row[5],
        party=row[6],
        party_code=row[7] or "",
        item=item_facts(row[28:], company, method),
        quantity=row[8],
        rate=row[9],
        amount=row[15] if row[15] is not None else row[10],
        currency=row[11],
        exchange_rate=row[12],
        account=row[13],
        billing=row[14] if row[14] is not None else row[8],
        weight=row[16],
        volume=row[17],
        is_void=row[18],
        movements=movements,
        booked_to=row[19],
        control=row[20],
        cost_center=row[21],
        is_owed=row[22],
        net_amount=row[23],
        returned_net=row[24],
        uom=row[25],
        uom_factor=row[26],
        purpose=row[27],
    )
