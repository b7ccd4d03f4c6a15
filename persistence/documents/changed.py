"""Which earlier documents a document changed, and what they cost before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID

from psycopg import AsyncConnection

from persistence.reports.query import Amounts, fetch_amounts

Moment: TypeAlias = tuple[UUID, int]
"""A document, and the sequence of the recording before which it is looked at; 0: now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """By how much `because_id` changed what `document_id` costs, net over its movements.

    In company currency, signed as costs: positive where more value came into stock.
    """

    company_id: UUID
    because_id: UUID
    document_id: UUID
    change: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class CostRow:
    """What a document's movements cost before a recording, net, in company currency."""

    document_id: UUID
    seq: int
    cost: Decimal


_CHANGES = """
select entry.company_id, entry.because_id, entry.document_id,
       sum(entry.actual + entry.expected) as change, company.currency
  from cost_entry entry
  join company on company.id = entry.company_id
 where entry.company_id = %(company)s and entry.because_id = any(%(ids)s)
   and entry.document_id <> entry.because_id
 group by entry.company_id, entry.because_id, entry.document_id, company.currency
"""
_COSTS = """
select asked.document_id, asked.seq, sum(entry.actual + entry.expected) as cost, company.currency
  from unnest(%(ids)s::uuid[], %(seqs)s::bigint[]) asked (document_id, seq)
  join movement on movement.company_id = %(company)s and movement.document_id = asked.document_id
  join cost_entry entry
    on entry.company_id = movement.company_id and entry.movement_id = movement.id
   and (asked.seq = 0 or entry.seq < asked.seq)
  join company on company.id = entry.company_id
 group by asked.document_id, asked.seq, company.currency
"""
_CHANGE_AMOUNTS: Amounts = {"change": "currency"}


async def changes_because_of(
    connection: AsyncConnection, company_id: UUID, document_ids: Sequence[UUID]
) -> list[ChangeRow]:
    """The other documents whose cost these documents changed, in any order."""
    values = {"company": company_id, "ids": list(document_ids)}
    return await fetch_amounts(connection, ChangeRow, _CHANGES, values, _CHANGE_AMOUNTS)


async def costs_before(
    connection: AsyncConnection, company_id: UUID, asked: Sequence[Moment]
) -> dict[Moment, Decimal]:
    """What documents cost before a recording each; those that cost nothing yet are left out."""
    ids, seqs = zip(*asked, strict=True)
    values = {"company": company_id, "ids": list(ids), "seqs": list(seqs)}
    rows = await fetch_amounts(connection, CostRow, _COSTS, values, {"cost": "currency"})
    return {(row.document_id, row.seq): row.cost for row in rows}
