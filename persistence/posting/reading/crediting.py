"""What a credit note refers to: invoices with what was credited of them, goods that went back.

The documents are locked by their ids before they are read, so that two credit notes, or a credit
note and a cancellation, cannot both take what is left.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from domain.documents.needs import Needs
from domain.invoiced import (
    CreditFacts,
    InvoicedCharge,
    InvoicedLine,
    InvoicedTax,
    InvoiceFacts,
    ReturnedLine,
)
from domain.references import Ref
from persistence.posting.reading import references

_LOCK = """
select pg_advisory_xact_lock(hashtextextended(id::text, 0))
  from (select unnest(%(documents)s::uuid[]) as id order by 1) as credited
"""
_DOCUMENTS_OF_LINES = """
select distinct document_id from document_line
 where company_id = %(company)s and id = any(%(lines)s) order by 1
"""
LIVE = """
not exists (select from voiding v where v.company_id = credit.company_id
                                    and v.document_id = credit.id)
"""
# What takes back the debt of invoice d: credit notes, and returns of what it had moved itself. A
# return of several invoices says which share is whose; of one, the rest belongs to that.
CREDITS = f"""
select credit.id, credit.kind, credit.content -> 'beside' is not null as is_of_several,
       credit.content -> 'beside' -> d.id::text as share,
       case when credit.content -> 'beside' is null then credit.freight
            else coalesce((credit.content -> 'beside' -> d.id::text ->> 'freight')::numeric, 0)
        end as freight,
       case when credit.kind = 'CREDIT_NOTE' then credit.net_total else own.net end as net,
       case when credit.kind = 'CREDIT_NOTE' then credit.grand_total
            when credit.content -> 'beside' is not null then own.net + own.taxes
                 + coalesce((credit.content -> 'beside' -> d.id::text ->> 'amount')::numeric, 0)
            else own.net + own.taxes + credit.grand_total - credit.net_total
                 - (select coalesce(sum(t.amount), 0) from document_line_tax t
                     where t.company_id = credit.company_id and t.document_id = credit.id)
        end as total
  from (select l.document_id, sum(l.amount) as net,
               sum((select coalesce(sum(t.amount), 0) from document_line_tax t
                     where t.company_id = l.company_id and t.line_id = l.id)) as taxes
          from document_line l
         where l.company_id = d.company_id
           and (l.against_id = d.id or l.against_line_id in (
                select o.id from document_line o
                 where o.company_id = d.company_id and o.document_id = d.id))
         group by l.document_id) own
  join document credit on credit.company_id = d.company_id and credit.id = own.document_id
 where credit.kind in ('CREDIT_NOTE', 'SALES_RETURN', 'PURCHASE_RETURN') and {LIVE}
"""  # noqa: S608 - constant pieces
_INVOICES = f"""
select d.id, d.kind, d.number, d.posting_date, d.party_id, coalesce(p.code, ''), d.currency,
       d.exchange_rate, d.net_total, d.charges_total, d.taxes_total, d.freight, d.grand_total,
       exists (select from voiding v where v.company_id = d.company_id and v.document_id = d.id),
       credited.net, credited.total, credited.freights
  from document d
  left join party p on p.company_id = d.company_id and p.id = d.party_id
  cross join lateral (
       select coalesce(sum(c.net), 0) as net, coalesce(sum(c.total), 0) as total,
              coalesce(array_agg(c.freight), '{{}}') as freights
         from ({CREDITS}) c) credited
 where d.company_id = %(company)s and d.id = any(%(documents)s)
"""  # noqa: S608 - constant pieces
_CHARGES = f"""
select d.id, c.account_id, c.cost_center_id, array_agg(c.amount),
       array(select k.amount
               from ({CREDITS}) credit
               join document_charge k on k.company_id = d.company_id and k.document_id = credit.id
              where k.account_id = c.account_id
                and k.cost_center_id is not distinct from c.cost_center_id)
  from document d
  join document_charge c on c.company_id = d.company_id and c.document_id = d.id
 where d.company_id = %(company)s and d.id = any(%(documents)s) and c.category <> 'VALUATION'
 group by d.company_id, d.id, c.account_id, c.cost_center_id
 order by d.id, min(c.charge_no)
"""  # noqa: S608 - constant pieces
# What of a document's tax no line has is of its freight.
_OF_FREIGHT = """
select t.document_id, t.tax_id, t.account_id,
       t.base - coalesce(sum(l.base), 0) as base, t.amount - coalesce(sum(l.amount), 0) as amount
  from document_tax t
  left join document_line_tax l
    on l.company_id = t.company_id and l.document_id = t.document_id and l.tax_id = t.tax_id
 where t.company_id = d.company_id and t.document_id = {document}
 group by t.document_id, t.tax_id, t.account_id, t.base, t.amount
"""
_FREIGHT_TAXES = f"""
select d.id, own.tax_id, own.account_id, own.base, own.amount, coalesce(sum(credited.base), 0),
       coalesce(sum(credited.amount), 0)
  from document d
  cross join lateral ({_OF_FREIGHT.format(document="d.id")}) own
  left join lateral (
       select f.base, f.amount
         from ({CREDITS}) c
        cross join lateral ({_OF_FREIGHT.format(document="c.id")}) f
        where f.tax_id = own.tax_id and not c.is_of_several
        union all
       select (c.share -> 'taxes' -> own.tax_id::text ->> 'base')::numeric,
              (c.share -> 'taxes' -> own.tax_id::text ->> 'amount')::numeric
         from ({CREDITS}) c
        where c.is_of_several) credited on true
 where d.company_id = %(company)s and d.id = any(%(documents)s) and d.freight <> 0
 group by d.id, own.tax_id, own.account_id, own.base, own.amount
"""  # noqa: S608 - constant pieces


def taken_of_tax(column: str) -> str:
    """SQL: what credit `c` of invoice `d` took back of tax `t`: its `base` or its `amount`."""
    return f"""
case when not c.is_of_several
     then coalesce((select x.{column} from document_tax x
                     where x.company_id = d.company_id
                       and x.document_id = c.id and x.tax_id = t.tax_id), 0)
     else coalesce((c.share -> 'taxes' -> t.tax_id::text ->> '{column}')::numeric, 0)
          + (select coalesce(sum(k.{column}), 0)
               from document_line_tax k
               join document_line l
                 on l.company_id = k.company_id and l.id = k.line_id
               join document_line o
                 on o.company_id = l.company_id and o.id = l.against_line_id
              where k.company_id = d.company_id and k.document_id = c.id
                and k.tax_id = t.tax_id and o.document_id = d.id)
end"""  # noqa: S608 - constant pieces


# What the invoice charged of each tax, and what each credit took back of it.
_TAXES = f"""
select d.id, t.tax_id, t.amount, array(select {taken_of_tax("amount")} from ({CREDITS}) c)
  from document d
  join document_tax t on t.company_id = d.company_id and t.document_id = d.id
 where d.company_id = %(company)s and d.id = any(%(documents)s)
"""  # noqa: S608 - constant pieces
_LINE_TAXES = f"""
select t.line_id, t.tax_id, d.account_id, t.base, t.amount, coalesce(sum(k.base), 0),
       coalesce(sum(k.amount), 0)
  from document_line_tax t
  join document_tax d
    on d.company_id = t.company_id and d.document_id = t.document_id and d.tax_id = t.tax_id
  left join (document_line c
        join document credit on credit.company_id = c.company_id and credit.id = c.document_id
         and credit.kind in ('CREDIT_NOTE', 'SALES_RETURN', 'PURCHASE_RETURN') and {LIVE}
        join document_line_tax k on k.company_id = c.company_id and k.line_id = c.id)
    on c.company_id = t.company_id and c.against_line_id = t.line_id and k.tax_id = t.tax_id
 where t.company_id = %(company)s and t.line_id = any(%(lines)s)
 group by t.line_id, t.tax_id, d.account_id, t.base, t.amount
 order by t.line_id, t.tax_id
"""  # noqa: S608 - constant pieces
_LINES = f"""
select l.id, l.document_id, l.line_no, l.item_id, l.quantity, coalesce(l.rate, 0), l.amount,
       l.account_id, l.cost_center_id, l.against_line_id,
       coalesce(taken.quantity, 0), coalesce(taken.amount, 0), coalesce(taken.overcharged, 0),
       exists (select from movement m where m.company_id = l.company_id
                                        and m.document_id = l.document_id and m.line_id = l.id
                                        and m.quantity <> 0),
       l.shipment, l.order_code, l.order_line, l.list_rate, l.discount_percent,
       coalesce(taken.amounts, '{{}}'),
       array(select c.id from document_line c
               join document came on came.company_id = c.company_id and came.id = c.document_id
              where c.company_id = l.company_id and c.against_line_id = l.id
                and came.kind = 'PURCHASE_RECEIPT'
                and not exists (select from voiding v where v.company_id = came.company_id
                                                        and v.document_id = came.id)
              order by came.seq, c.line_no),
       l.uom, l.uom_factor
  from document_line l
  left join lateral (
       select sum(c.quantity) filter (where credit.purpose is distinct from 'OVERCHARGE')
                  as quantity,
              sum(c.amount) as amount,
              sum(c.amount) filter (where credit.purpose = 'OVERCHARGE') as overcharged,
              array_agg(c.amount) as amounts
         from document_line c
         join document credit on credit.company_id = c.company_id and credit.id = c.document_id
        where c.company_id = l.company_id and c.against_line_id = l.id and {LIVE}
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
         where c.company_id = l.company_id and c.returned_line_id = l.id and {LIVE}),
       l.uom, l.uom_factor
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
    "credited_net", "credited_total", "credited_freights",
)  # fmt: skip
_LINE_FIELDS = (
    "id", "document", "line_no", "item", "quantity", "rate", "amount", "account", "cost_center",
    "bills", "credited_quantity", "credited_amount", "overcharged", "moves_goods", "shipment",
    "order_code", "order_line", "list_rate", "discount_percent", "credited_amounts", "arrived",
    "uom", "uom_factor",
)  # fmt: skip
_CHARGE_FIELDS = ("account", "cost_center", "amounts", "credited_amounts")
_TAX_FIELDS = ("tax", "account", "base", "amount", "credited_base", "credited_amount")
_RETURN_FIELDS = (
    "id", "document", "kind", "number", "posting_date", "party", "item", "quantity", "rate",
    "currency", "exchange_rate", "returns", "is_credited", "is_void", "credited_quantity",
    "uom", "uom_factor",
)  # fmt: skip


async def lock_documents(
    connection: AsyncConnection, company: UUID, documents: Iterable[UUID]
) -> None:
    """Let no other credit note or cancellation of these documents be decided meanwhile."""
    del company  # ids are unique over all companies
    await connection.execute(_LOCK, {"documents": sorted(set(documents))})


async def lock_documents_of(
    connection: AsyncConnection, company: UUID, lines: Iterable[Ref]
) -> None:
    """The same for the documents of lines that are given back."""
    params = {"company": company, "lines": references.ids_of(lines)}
    cursor = await connection.execute(_DOCUMENTS_OF_LINES, params)
    await lock_documents(connection, company, [row[0] for row in await cursor.fetchall()])


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
                (_LINE_TAXES, invoice_lines), (_FREIGHT_TAXES, []), (_TAXES, []),
            )
        ]  # fmt: skip
        found = [await one.fetchall() for one in cursors]
    invoices, charges, lines, returns, line_taxes, freight_taxes, taxes = found
    charged: dict[UUID, list[InvoicedCharge]] = {}
    for document, *fields in charges:
        charge = InvoicedCharge(**dict(zip(_CHARGE_FIELDS, fields, strict=True)))
        charged.setdefault(document, []).append(charge)
    taxed, of_freight = _taxes(line_taxes), _taxes(freight_taxes)
    return CreditFacts(
        invoices={
            row[0]: InvoiceFacts(
                **dict(zip(_INVOICE_FIELDS, row, strict=True)),
                charges=tuple(charged.get(row[0], ())),
                freight_taxes=tuple(of_freight.get(row[0], ())),
                taxes={tax: (amount, back) for of, tax, amount, back in taxes if of == row[0]},
            )
            for row in invoices
        },
        lines={
            row[0]: InvoicedLine(
                **dict(zip(_LINE_FIELDS, row, strict=True)), taxes=tuple(taxed.get(row[0], ()))
            )
            for row in lines
        },
        returns={
            row[0]: ReturnedLine(**dict(zip(_RETURN_FIELDS, row, strict=True))) for row in returns
        },
    )


def _taxes(rows: Iterable[Sequence[Any]]) -> dict[UUID, list[InvoicedTax]]:
    """Taxes by what they were charged on."""
    found: dict[UUID, list[InvoicedTax]] = {}
    for of, *fields in rows:
        tax = InvoicedTax(**dict(zip(_TAX_FIELDS, fields, strict=True)))
        found.setdefault(of, []).append(tax)
    return found
