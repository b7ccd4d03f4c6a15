"""What a discount that lowers taxes refers to: those of the bill, and what was taken back of them.

Read after the open items are locked: what else credits or discounts the bill has to wait.
"""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from domain.discounts import DiscountedBill, DiscountedTax, adjusts_taxes
from domain.facts import CompanyFacts
from domain.open_lines import OpenItemFacts
from domain.references import Ref
from persistence.posting.reading.crediting import CREDITS, LIVE, taken_of_tax

# Discounts that lowered taxes: those whose lines have any, be they nothing.
_DISCOUNTS = f"""
select line.id, coalesce(line.currency_amount, line.amount) as amount
  from document_line line
  join document credit on credit.company_id = line.company_id and credit.id = line.document_id
 where line.company_id = d.company_id and line.against_id = d.id
   and credit.kind in ('PAYMENT', 'ALLOCATION') and {LIVE}
   and exists (select from document_line_tax k
                where k.company_id = line.company_id and k.line_id = line.id)
"""  # noqa: S608 - constant pieces
_BILLS = f"""
select d.id, d.grand_total, coalesce((select sum(c.total) from ({CREDITS}) c), 0),
       coalesce((select sum(one.amount) from ({_DISCOUNTS}) one), 0),
       t.tax_id, t.account_id, t.base, t.amount,
       array(select {taken_of_tax("amount")} from ({CREDITS}) c),
       coalesce((select sum({taken_of_tax("base")}) from ({CREDITS}) c), 0),
       lowered.amount, lowered.base
  from document d
  join document_tax t on t.company_id = d.company_id and t.document_id = d.id
  join tax on tax.company_id = d.company_id and tax.id = t.tax_id
  cross join lateral (
       select coalesce(sum(k.amount), 0) as amount, coalesce(sum(k.base), 0) as base
         from ({_DISCOUNTS}) one
         join document_line_tax k on k.company_id = d.company_id and k.line_id = one.id
        where k.tax_id = t.tax_id) lowered
 where d.company_id = %(company)s and d.id = any(%(documents)s)
 order by d.id, tax.position, tax.code
"""  # noqa: S608 - constant pieces
_OF_A_BILL = 4
"""How many columns are the bill's; the others are of one of its taxes."""


async def discounted_bills(
    connection: AsyncConnection,
    company: CompanyFacts,
    discounts: Iterable[tuple[Ref, bool | None]],
    open_items: Sequence[OpenItemFacts],
) -> dict[UUID, DiscountedBill]:
    """The bills with taxes that these discounts lower; nothing is read where they do not."""
    usual = company.settings.adjust_for_payment_discount
    named = [ref for ref, given in discounts if adjusts_taxes(given, of_company=usual)]
    documents = {
        one.document for one in open_items for ref in named if ref.names(one.document, one.number)
    }
    if not documents:
        return {}
    params = {"company": company.id, "documents": sorted(documents)}
    cursor = await connection.execute(_BILLS.encode(), params)
    names = [one.name for one in fields(DiscountedTax)]
    bills: dict[UUID, tuple[Sequence[Any], list[DiscountedTax]]] = {}
    for row in await cursor.fetchall():
        tax = DiscountedTax(**dict(zip(names, row[_OF_A_BILL:], strict=True)))
        bills.setdefault(row[0], (row[:_OF_A_BILL], []))[1].append(tax)
    return {
        id_: DiscountedBill(
            document=id_, total=total, credited=credited, discounted=discounted, taxes=tuple(taxes)
        )
        for id_, ((_, total, credited, discounted), taxes) in bills.items()
    }
