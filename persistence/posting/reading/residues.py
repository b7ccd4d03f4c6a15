"""What documents left on accrual accounts that no receipt or invoice line explains.

Whoever writes a residue off holds the company's counter from here on, so that nobody else does
meanwhile; that is the last of all locks, and a clearing takes no others after it.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from domain.accounts import Role
from domain.open_lines import ResidueFacts
from domain.references import Ref
from persistence.moved_goods import moved_goods
from persistence.posting.reading.references import document_ids

_LOCK_LINES = """
select 1 from billing_state where company_id = %(company)s and document_id = any(%(documents)s)
 order by line_id for update
"""
_LOCK = "select 1 from company_counter where company_id = %(company)s for update"
_DOCUMENTS = """
select d.id, d.number, d.posting_date,
       exists (select from voiding v where v.company_id = d.company_id and v.document_id = d.id),
       exists (select from document_line l
                 join document c on c.company_id = l.company_id and c.id = l.document_id
                where l.company_id = d.company_id and l.against_id = d.id
                  and c.kind = 'ACCRUAL_CLEARING'
                  and not exists (select from voiding v
                                   where v.company_id = c.company_id and v.document_id = c.id))
  from document d
 where d.company_id = %(company)s and d.id = any(%(documents)s)
"""
# As the report's residues are (persistence/reports/accruals.py), of these documents alone.
_LEFT_OVER = f"""
with event as (
    select e.document_id, e.account_id,
           case when e.kind = 'RECEIVED' then e.amount else -e.amount end as pending
      from billing_entry e
      join document_line l on l.company_id = e.company_id and l.id = e.line_id
      join document o on o.company_id = l.company_id and o.id = l.document_id
     where e.company_id = %(company)s and e.document_id = any(%(documents)s)
       and e.account_id is not null
       and (o.kind = 'PURCHASE_RECEIPT'
            or o.kind = 'PURCHASE_INVOICE' and not {moved_goods("o", "l.id")})
), accrual as (
    select account_id from billing_entry
     where company_id = %(company)s and account_id is not null
    union
    select account_id from account_role where company_id = %(company)s and role = %(role)s
)
select document_id, account_id, sum(amount)
  from (select entry.because_id as document_id, line.account_id, -line.amount as amount
          from journal_entry entry
          join journal_line line
            on line.company_id = entry.company_id and line.journal_entry_id = entry.id
         where entry.company_id = %(company)s and entry.because_id = any(%(documents)s)
           and line.account_id in (select account_id from accrual)
        union all
        select document_id, account_id, -pending from event) part
 group by 1, 2
having sum(amount) <> 0
 order by 1, 2
"""  # noqa: S608 - constant names


async def residues(
    connection: AsyncConnection, company: UUID, refs: Iterable[Ref]
) -> dict[UUID, ResidueFacts]:
    """The residues of the documents named, by document; nothing can be posted meanwhile."""
    documents = await document_ids(connection, company, refs)
    if not documents:
        return {}
    params: dict[str, Any] = {
        "company": company,
        "documents": documents,
        "role": Role.STOCK_RECEIVED_NOT_BILLED.value,
    }
    await connection.execute(_LOCK_LINES, params)
    await connection.execute(_LOCK, params)
    async with connection.pipeline():
        heads = await connection.execute(_DOCUMENTS, params)
        left_over = await connection.execute(_LEFT_OVER, params)
        head_rows = await heads.fetchall()
        amounts: dict[UUID, list[tuple[UUID, Any]]] = {}
        for document, account, amount in await left_over.fetchall():
            amounts.setdefault(document, []).append((account, amount))
    return {
        id_: ResidueFacts(
            document=id_,
            number=number,
            posting_date=posting_date,
            is_void=is_void,
            amounts=() if is_cleared else tuple(amounts.get(id_, ())),
        )
        for id_, number, posting_date, is_void, is_cleared in head_rows
    }
