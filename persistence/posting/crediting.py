"""What a credit note refers to: invoices with what was credited of them, goods that went back.

The documents are locked by their ids before they are read, so that two credit notes, or a credit
note and a cancellation, cannot both take what is left.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from domain.documents.document import Needs
from domain.invoiced import CreditFacts, InvoicedCharge, InvoicedLine, InvoiceFacts, ReturnedLine
from persistence.posting import references

_LOCK = """
select pg_advisory_xact_lock(hashtextextended(id::text, 0))
  from (select unnest(%(documents)s::uuid[]) as id order by 1) as credited
"""
_DOCUMENTS_OF_LINES = """
select distinct document_id from document_line
 where company_id = %(company)s and id = any(%(lines)s) order by 1
"""
_LIVE = """
not exists (select from voiding v where v.company_id = credit.company_id
                                    and v.document_id = credit.id)
"""
# Credit notes and, where an invoice had moved the goods, returns: both take back the debt.
_INVOICES = f"""
select d.id, d.kind, d.number, d.posting_date, d.party_id, coalesce(p.code, ''), d.currency,
       d.exchange_rate, d.net_total, d.charges_total, d.taxes_total, d.freight, d.grand_total,
       exists (select from voiding v where v.company_id = d.company_id and v.document_id = d.id),
       coalesce(noted.net, 0) + returned.amount, coalesce(noted.total, 0) + returned.amount
  from document d
  left join party p on p.company_id = d.company_id and p.id = d.party_id
  left join lateral (
       select sum(credit.net_total) as net, sum(credit.grand_total) as total
         from document credit
        where credit.company_id = d.company_id and credit.kind = 'CREDIT_NOTE' and {_LIVE}
          and credit.id in (select l.document_id from document_line l
                             where l.company_id = d.company_id and l.against_id = d.id)) noted
    on true
  cross join lateral (
       select coalesce(sum(l.amount), 0) as amount
         from document_line own
         join document_line l on l.company_id = own.company_id and l.against_line_id = own.id
         join document credit on credit.company_id = l.company_id and credit.id = l.document_id
        where own.company_id = d.company_id and own.document_id = d.id
          and credit.kind in ('SALES_RETURN', 'PURCHASE_RETURN') and {_LIVE}) returned
 where d.company_id = %(company)s and d.id = any(%(documents)s)
"""  # noqa: S608 - constant pieces
_CHARGES = f"""
select c.document_id, c.account_id, c.cost_center_id, sum(c.amount),
       (select coalesce(sum(k.amount), 0)
          from document credit
          join document_charge k on k.company_id = credit.company_id and k.document_id = credit.id
         where credit.company_id = c.company_id and credit.kind = 'CREDIT_NOTE' and {_LIVE}
           and k.account_id = c.account_id
           and k.cost_center_id is not distinct from c.cost_center_id
           and credit.id in (select l.document_id from document_line l
                              where l.company_id = c.company_id
                                and l.against_id = c.document_id))
  from document_charge c
 where c.company_id = %(company)s and c.document_id = any(%(documents)s)
   and c.category <> 'VALUATION'
 group by c.company_id, c.document_id, c.account_id, c.cost_center_id
 order by c.document_id, min(c.charge_no)
"""  # noqa: S608 - constant pieces
_LINES = f"""
select l.id, l.document_id, l.line_no, l.item_id, l.quantity, coalesce(l.rate, 0), l.amount,
       l.account_id, l.cost_center_id, l.against_line_id,
       coalesce(taken.quantity, 0), coalesce(taken.amount, 0),
       exists (select from movement m where m.company_id = l.company_id
                                        and m.document_id = l.document_id and m.line_id = l.id
                                        and m.quantity <> 0),
       l.shipment, l.order_code, l.order_line
  from document_line l
  left join lateral (
       select sum(c.quantity) filter (where credit.purpose is distinct from 'OVERCHARGE')
                  as quantity,
              sum(c.amount) as amount
         from document_line c
         join document credit on credit.company_id = c.company_id and credit.id = c.document_id
        where c.company_id = l.company_id and c.against_line_id = l.id and {_LIVE}
          and credit.kind in ('CREDIT_NOTE', 'SALES_RETURN', 'PURCHASE_RETURN')) taken on true
 where l.company_id = %(company)s and l.id = any(%(lines)s)
 order by l.document_id, l.line_no
"""  # noqa: S608 - constant pieces
_RETURNS = f"""
select l.id, d.id, d.kind, d.number, d.posting_date, d.party_id, l.item_id, l.quantity, l.rate,
       d.currency, d.exchange_rate, l.against_line_id,
       coalesce(origin.kind in ('PURCHASE_INVOICE', 'SALES_INVOICE'), d.credits_itself),
       exists (select from voiding v where v.company_id = d.company_id and v.document_id = d.id),
       (select coalesce(sum(c.quantity), 0)
          from document_line c
          join document credit on credit.company_id = c.company_id and credit.id = c.document_id
         where c.company_id = l.company_id and c.returned_line_id = l.id and {_LIVE})
  from document_line l
  join lateral (
       select h.*, exists (select from party_entry p
                            where p.company_id = h.company_id and p.document_id = h.id
                              and p.against_id is null) as credits_itself
         from document h
        where h.company_id = l.company_id and h.id = l.document_id) d on true
  left join document_line of_line
    on of_line.company_id = l.company_id and of_line.id = l.against_line_id
  left join document origin
    on origin.company_id = l.company_id and origin.id = of_line.document_id
 where l.company_id = %(company)s and l.id = any(%(lines)s)
   and d.kind in ('SALES_RETURN', 'PURCHASE_RETURN')
"""  # noqa: S608 - constant pieces
_INVOICE_FIELDS = (
    "id", "kind", "number", "posting_date", "party", "party_code", "currency", "exchange_rate",
    "net_total", "charges_total", "taxes_total", "freight", "grand_total", "is_void",
    "credited_net", "credited_total",
)  # fmt: skip
_LINE_FIELDS = (
    "id", "document", "line_no", "item", "quantity", "rate", "amount", "account", "cost_center",
    "bills", "credited_quantity", "credited_amount", "moves_goods", "shipment", "order_code",
    "order_line",
)  # fmt: skip
_RETURN_FIELDS = (
    "id", "document", "kind", "number", "posting_date", "party", "item", "quantity", "rate",
    "currency", "exchange_rate", "returns", "is_credited", "is_void", "credited_quantity",
)  # fmt: skip


async def lock_documents(
    connection: AsyncConnection, company: UUID, documents: Iterable[UUID]
) -> None:
    """Let no other credit note or cancellation of these documents be decided meanwhile."""
    del company  # ids are unique over all companies
    await connection.execute(_LOCK, {"documents": sorted(set(documents))})


async def credit_facts(connection: AsyncConnection, company: UUID, needs: Needs) -> CreditFacts:
    """The invoices, their lines and the return lines that a credit note names, as they are now."""
    invoice_lines = references.ids_of(needs.invoice_lines)
    return_lines = references.ids_of(needs.return_lines)
    params: dict[str, Any] = {"company": company, "lines": [*invoice_lines, *return_lines]}
    cursor = await connection.execute(_DOCUMENTS_OF_LINES, params)
    named = await references.document_ids(connection, company, needs.invoices)
    documents = sorted({*named, *(row[0] for row in await cursor.fetchall())})
    await lock_documents(connection, company, documents)
    params["documents"] = documents
    async with connection.pipeline():
        cursors = [
            await connection.execute(query.encode(), {**params, "lines": lines})
            for query, lines in (
                (_INVOICES, []), (_CHARGES, []), (_LINES, invoice_lines), (_RETURNS, return_lines),
            )
        ]  # fmt: skip
        invoices, charges, lines, returns = [await one.fetchall() for one in cursors]
    charged: dict[UUID, list[InvoicedCharge]] = {}
    for document, account, center, amount, credited in charges:
        charge = InvoicedCharge(
            account=account, cost_center=center, amount=amount, credited=credited
        )
        charged.setdefault(document, []).append(charge)
    return CreditFacts(
        invoices={
            row[0]: InvoiceFacts(
                **dict(zip(_INVOICE_FIELDS, row, strict=True)),
                charges=tuple(charged.get(row[0], ())),
            )
            for row in invoices
        },
        lines={row[0]: InvoicedLine(**dict(zip(_LINE_FIELDS, row, strict=True))) for row in lines},
        returns={
            row[0]: ReturnedLine(**dict(zip(_RETURN_FIELDS, row, strict=True))) for row in returns
        },
    )
