"""A recorded document with everything that it caused: what cancelling it needs to know."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from domain.documents.document import DocumentKind
from domain.movements import NO_LOT, Contra, Pool, PostingKey
from domain.recorded import (
    ChangedGroup,
    ChangedMethod,
    ChangedStandard,
    Dependent,
    DocumentFacts,
    GivenElsewhere,
    PostedBilling,
    PostedCost,
    PostedLine,
    PostedParty,
)
from persistence.posting.reading.crediting import lock_documents
from persistence.posting.reading.movements import movements_of

_LOCK_LINES = """
select 1 from billing_state
 where company_id = %(company)s and line_id in (
       select id from document_line
        where company_id = %(company)s and document_id = %(document)s
       union
       select line_id from billing_entry
        where company_id = %(company)s and document_id = %(document)s)
 order by line_id for update
"""
# What comes first (a receipt, a delivery) is billed at most for what came; a bill that came first
# may wait for its goods again. Goods that came for what a credit note had left of their price cost
# that.
_BILLED_AGAIN = """
select o.number
  from (select e.line_id, -sum(e.quantity) as quantity
          from billing_entry e
         where e.company_id = %(company)s and e.document_id = %(document)s and e.kind = 'BILLED'
         group by 1 having sum(e.quantity) < 0) credited
  join billing_state b on b.company_id = %(company)s and b.line_id = credited.line_id
  join document d on d.company_id = b.company_id and d.id = b.document_id
  join billing_entry e on e.company_id = b.company_id and e.line_id = b.line_id
  join document o on o.company_id = e.company_id and o.id = e.document_id
  join document own on own.company_id = %(company)s and own.id = %(document)s
 where d.kind in ('PURCHASE_RECEIPT', 'DELIVERY_NOTE')
   and b.billed_quantity + credited.quantity + b.cleared_quantity > b.quantity
   and e.kind in ('BILLED', 'CLEARED') and e.quantity > 0
   and o.seq > own.seq and o.kind <> %(cancellation)s
   and not exists (select 1 from voiding v
                    where v.company_id = o.company_id and v.document_id = o.id)
union
select o.number
  from (select e.line_id
          from billing_entry e
         where e.company_id = %(company)s and e.document_id = %(document)s and e.kind = 'BILLED'
         group by 1 having sum(e.quantity) = 0 and sum(e.amount) < 0) cheaper
  join billing_entry e on e.company_id = %(company)s and e.line_id = cheaper.line_id
  join document o on o.company_id = e.company_id and o.id = e.document_id
  join document own on own.company_id = %(company)s and own.id = %(document)s
 where e.kind in ('RECEIVED', 'CLEARED') and e.quantity <> 0
   and o.seq > own.seq and o.kind <> %(cancellation)s
   and not exists (select 1 from voiding v
                    where v.company_id = o.company_id and v.document_id = o.id)
 order by 1
"""
_LOCK_OWN_ITEM = """
select 1 from open_item where company_id = %(company)s and document_id = %(document)s for update
"""
_HEAD = """
select d.kind, d.number, d.posting_date, d.posting_time, d.party_id, d.currency,
       exists (select 1 from voiding v where v.company_id = d.company_id and v.document_id = d.id),
       d.content -> 'paid' is not null
  from document d
 where d.company_id = %(company)s and d.id = %(document)s
"""
# A revaluation refers to it until it takes itself back.
_DEPENDENTS = """
select distinct o.number, case when o.kind = %(revaluation)s then o.posting_date + 1 end
  from document o
 where o.company_id = %(company)s and o.kind <> %(cancellation)s and o.id <> %(document)s
   and not exists (select 1 from voiding v
                    where v.company_id = o.company_id and v.document_id = o.id)
   and o.id in (
        select l.document_id from document_line own
          join document_line l
            on l.company_id = own.company_id and l.against_line_id = own.id
         where own.company_id = %(company)s and own.document_id = %(document)s
        union all
        select l.document_id from document_line own
          join document_line l
            on l.company_id = own.company_id and l.returned_line_id = own.id
         where own.company_id = %(company)s and own.document_id = %(document)s
        union all
        select l.document_id from document_line l
         where l.company_id = %(company)s and l.against_id = %(document)s
        union all
        select p.document_id from party_entry p
         where p.company_id = %(company)s and p.against_id = %(document)s
        union all
        select m.document_id from method_change c
          join movement m on m.company_id = c.company_id and m.item_id = c.item_id
         where c.company_id = %(company)s and c.document_id = %(document)s and m.seq > c.seq
           and m.voids_id is null and m.corrects_id is null
        union all
        select b.document_id from document_line own
          join billing_entry b
            on b.company_id = own.company_id and b.line_id = own.id
         where own.company_id = %(company)s and own.document_id = %(document)s
           and b.document_id <> %(document)s
        union all
        select later.document_id from item_group_change c
          join item_group_change later
            on later.company_id = c.company_id and later.item_id = c.item_id
         where c.company_id = %(company)s and c.document_id = %(document)s
           and later.seq > c.seq
        union all
        select later.document_id from standard_cost_change c
          join standard_cost_change later
            on later.company_id = c.company_id and later.item_id = c.item_id
         where c.company_id = %(company)s and c.document_id = %(document)s
           and later.seq > c.seq
        union all
        select later.document_id from method_change c
          join method_change later
            on later.company_id = c.company_id and later.item_id = c.item_id
         where c.company_id = %(company)s and c.document_id = %(document)s
           and later.seq > c.seq)
 order by 1
"""
_COSTS = """
select e.movement_id, e.kind, e.actual, e.posting_date,
       coalesce(e.stock_account_id, p.stock_account_id),
       coalesce(e.contra_account_id, p.contra_account_id), e.expected, e.interim,
       e.invoiced_quantity, e.covered_quantity,
       coalesce(e.interim_account_id, p.interim_account_id),
       coalesce(e.interim_contra_account_id, p.interim_contra_account_id),
       e.contra_cost_center_id
  from cost_entry e
  join movement m on m.company_id = e.company_id and m.id = e.movement_id
  left join cost_posting p on p.company_id = e.company_id and p.cost_entry_id = e.id
 where m.company_id = %(company)s and m.document_id = %(document)s
 order by e.seq, e.id
"""
_JOURNAL = """
select l.posting_date, l.account_id, sum(l.amount), l.cost_center_id, l.party_id,
       sum(l.currency_amount)
  from journal_entry e
  join journal_line l on l.company_id = e.company_id and l.journal_entry_id = e.id
 where e.company_id = %(company)s and e.document_id = %(document)s
 group by 1, 2, 4, 5
having sum(l.amount) <> 0 or sum(l.currency_amount) <> 0
"""
# What was cancelled since has given back all that it cost, whoever had given it.
_GAVE = """
select e.movement_id, m.item_id, m.warehouse_id, m.lot_id, m.posting_date, m.posting_time, m.seq,
       m.ordinal, e.kind, e.actual, e.contra_account_id, e.expected, e.invoiced_quantity,
       e.covered_quantity, e.contra_cost_center_id
  from cost_entry e
  join movement m on m.company_id = e.company_id and m.id = e.movement_id
 where e.company_id = %(company)s and e.because_id = %(document)s and e.document_id <> e.because_id
   and (e.kind in ('DIRECT', 'CHARGE', 'OVERHEAD', 'PRICE', 'VARIANCE', 'REVALUATION')
        or e.kind = 'ISSUE' and e.invoiced_quantity <> 0)
   and not exists (select from voiding v where v.company_id = m.company_id
                                           and v.document_id = m.document_id)
 order by e.id
"""
_BILLING = """
select line_id, kind, quantity, amount, account_id from billing_entry
 where company_id = %(company)s and document_id = %(document)s order by id
"""
_METHODS = """
select item_id, method_before, method_after from method_change
 where company_id = %(company)s and document_id = %(document)s
"""
_GROUPS = """
select item_id, group_before, group_after from item_group_change
 where company_id = %(company)s and document_id = %(document)s
"""
_STANDARDS = """
select item_id, cost_before, cost_after from standard_cost_change
 where company_id = %(company)s and document_id = %(document)s
"""
_PARTIES = """
select party_id, account_id, amount, currency, currency_amount, against_id, posting_date
  from party_entry
 where company_id = %(company)s and document_id = %(document)s order by id
"""


async def recorded_document(
    connection: AsyncConnection, company: UUID, document: UUID
) -> DocumentFacts:
    """The document, its lines, those it bills and its invoice locked against other documents."""
    params: dict[str, Any] = {
        "company": company,
        "document": document,
        "cancellation": DocumentKind.CANCELLATION.value,
        "revaluation": DocumentKind.EXCHANGE_REVALUATION.value,
    }
    async with connection.pipeline():
        await lock_documents(connection, company, [document])
        await connection.execute(_LOCK_LINES, params)
        await connection.execute(_LOCK_OWN_ITEM, params)
        head_cursor = await connection.execute(_HEAD, params)
        rest = [
            await connection.execute(query.encode(), params)
            for query in (
                _COSTS,
                _JOURNAL,
                _BILLING,
                _PARTIES,
                _GAVE,
                _METHODS,
                _STANDARDS,
                _GROUPS,
                _BILLED_AGAIN,
                _DEPENDENTS,
            )
        ]
        head: Any = await head_cursor.fetchone()
        found = [await cursor.fetchall() for cursor in rest]
    costs, journal, billing, parties, gave, methods, standards, groups, again, dependents = found
    return DocumentFacts(
        id=document,
        kind=head[0],
        number=head[1],
        posting_date=head[2],
        posting_time=head[3],
        party=head[4],
        currency=head[5],
        is_void=head[6],
        dependents=tuple(Dependent(*row) for row in dependents),
        moved_money=head[7],
        billed_again=tuple(row[0] for row in again),
        movements=await movements_of(connection, company, document),
        costs=tuple(PostedCost(*row) for row in costs),
        journal=tuple(PostedLine(*row) for row in journal),
        billing=tuple(PostedBilling(*row) for row in billing),
        parties=tuple(PostedParty(*row) for row in parties),
        gave=tuple(_given(row) for row in gave),
        methods=tuple(ChangedMethod(*row) for row in methods),
        standards=tuple(ChangedStandard(*row) for row in standards),
        groups=tuple(ChangedGroup(*row) for row in groups),
    )


def _given(row: Sequence[Any]) -> GivenElsewhere:
    return GivenElsewhere(
        movement=row[0],
        pool=Pool(row[1], row[2], row[3] or NO_LOT),
        key=PostingKey(*row[4:8]),
        kind=row[8],
        amount=row[9],
        contra=Contra(row[10], cost_center=row[14]) if row[10] else None,
        expected=row[11],
        invoiced=row[12],
        covered=row[13],
    )
