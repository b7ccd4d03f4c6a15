"""What came later in a pool, for a late fact to be folded in before it: thousands of movements.

Read in two round trips: the movements, with what all of them have; then what few of them have
(sources, dependants, returns, corrections) and their recorded costs, each by one statement for all.
What one movement after the other shares (pool, document, party) is one object, so that it need not
be compared afterwards number by number.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from domain.money import ZERO
from domain.movements import (
    NO_LOT,
    Assertion,
    Leg,
    Movement,
    Nature,
    Pool,
    PostingKey,
    Returned,
    Source,
)
from persistence.posting.writing.arrays import ids

# What was recorded before the flow was opened belongs to another; what opens it comes in.
_MOVEMENTS = b"""
select m.id, m.posting_date, m.posting_time, m.seq, m.ordinal, m.quantity, m.nature, m.leg,
       m.document_id, m.party_id, m.cost_center_id, m.contra_account_id, m.returns_id,
       case when m.nature = 'COUNT' then m.line_id end,
       m.counted_quantity, m.counted_rate, m.counted_value
  from movement m
 where m.company_id = %(company)s and m.item_id = %(item)s and m.warehouse_id = %(warehouse)s
   and m.lot_id is not distinct from nullif(%(lot)s, '00000000-0000-0000-0000-000000000000'::uuid)
   and (m.posting_date, m.posting_time, m.seq, m.ordinal)
     > (%(date)s, %(time)s, %(seq)s, %(ordinal)s)
   and (m.seq > (select c.flow_since from company c where c.id = %(company)s)
        or m.seq = (select c.flow_since from company c where c.id = %(company)s) and m.leg = 'IN')
   and m.voids_id is null and m.corrects_id is null
   and not exists (select 1 from voiding v
                    where v.company_id = m.company_id and v.document_id = m.document_id)
 order by m.posting_date, m.posting_time, m.seq, m.ordinal
"""
COST_PARTS = """
       coalesce(sum(actual) filter (
                where kind not in ('ISSUE', 'ADJUSTMENT', 'DIFFERENCE', 'ROUNDING',
                                   'NEGATIVE_STOCK')), 0) as given,
       sum(actual) filter (where kind in ('ISSUE', 'ADJUSTMENT')) as base,
       coalesce(sum(actual) filter (where kind in ('DIFFERENCE', 'ROUNDING')), 0) as difference,
       coalesce(sum(actual) filter (where kind = 'NEGATIVE_STOCK'), 0) as true_up
"""
"""What is recorded of a movement's cost, by whether a document gave it or valuing it did."""

_COSTS = f"""
select movement_id, {COST_PARTS}
  from cost_entry
 where company_id = %(company)s and movement_id = any(%(movements)s::uuid[])
 group by movement_id
""".encode()  # noqa: S608 - constant text
_SOURCES = b"""
select s.movement_id, s.source_id, s.fraction,
       (select coalesce(sum(e.actual), 0) from cost_entry e
         where e.company_id = s.company_id and e.movement_id = s.source_id)
  from movement_source s
 where s.company_id = %(company)s and s.movement_id = any(%(movements)s::uuid[])
"""
_DEPENDANTS = b"""
select s.on_id, t.item_id, t.warehouse_id, t.lot_id, t.posting_date, t.posting_time, t.seq,
       t.ordinal
  from (select source_id as on_id, movement_id from movement_source
         where company_id = %(company)s and source_id = any(%(movements)s::uuid[])
         union
        select returns_id, id from movement
         where company_id = %(company)s and returns_id = any(%(movements)s::uuid[])) s
  join movement t on t.company_id = %(company)s and t.id = s.movement_id
 where t.voids_id is null
   and not exists (select 1 from voiding v
                    where v.company_id = t.company_id and v.document_id = t.document_id)
"""
_RETURNED = b"""
select o.id, o.quantity, (select coalesce(sum(e.actual), 0) from cost_entry e
                           where e.company_id = o.company_id and e.movement_id = o.id)
  from movement o
 where o.company_id = %(company)s and o.id = any(%(movements)s::uuid[])
"""
_CORRECTED = b"""
select corrects_id, sum(quantity)
  from movement
 where company_id = %(company)s and nature = 'COUNT' and corrects_id = any(%(movements)s::uuid[])
 group by corrects_id
"""
_NATURES = {one.value: one for one in Nature}
_LEGS = {one.value: one for one in Leg}
_NO_COSTS = (ZERO, None, ZERO, ZERO)


@dataclass(frozen=True, slots=True)
class _Beside:
    """What is known of movements besides their own rows, by movement."""

    costs: Mapping[UUID, tuple[Decimal, Decimal | None, Decimal, Decimal]]
    corrected: Mapping[UUID, Decimal]
    returned: Mapping[UUID, Returned]
    sources: dict[UUID, tuple[Source, ...]] = field(default_factory=dict[UUID, tuple[Source, ...]])
    dependants: dict[UUID, tuple[tuple[Pool, PostingKey], ...]] = field(
        default_factory=dict[UUID, tuple[tuple[Pool, PostingKey], ...]]
    )


async def history_after(
    connection: AsyncConnection, company: UUID, pool: Pool, place: Mapping[str, Any]
) -> tuple[Movement, ...]:
    """A pool's movements after a place (`pool_past.place_of`), as `PoolFacts.history` wants them.

    Args:
        connection: in a transaction that has locked the pool.
        company: whose books.
        pool: which movements.
        place: after which of them.
    """
    cursor = await connection.execute(_MOVEMENTS, {"company": company, **place})
    rows = await cursor.fetchall()
    return tuple(_movements(pool, rows, await _beside(connection, company, rows)))


async def _beside(
    connection: AsyncConnection, company: UUID, rows: Sequence[Sequence[Any]]
) -> _Beside:
    wanted = {"company": company, "movements": ids(row[0] for row in rows)}
    counts = {"company": company, "movements": ids(row[0] for row in rows if row[6] == "COUNT")}
    returned = {"company": company, "movements": ids(row[12] for row in rows if row[12])}
    async with connection.pipeline():
        asked = [
            await connection.execute(query, values)
            for query, values in (
                (_COSTS, wanted), (_CORRECTED, counts), (_RETURNED, returned),
                (_SOURCES, wanted), (_DEPENDANTS, wanted),
            )
        ]  # fmt: skip
    costs, corrected, back, sources, dependants = [await one.fetchall() for one in asked]
    found = _Beside(
        {row[0]: row[1:] for row in costs},
        dict(corrected),
        {id_: Returned(id_, quantity, cost) for id_, quantity, cost in back},
    )
    for id_, *source in sources:
        found.sources[id_] = (*found.sources.get(id_, ()), Source(*source))
    for id_, item, warehouse, lot, *key in dependants:
        place = (Pool(item, warehouse, lot or NO_LOT), PostingKey(*key))
        found.dependants[id_] = (*found.dependants.get(id_, ()), place)
    return found


def _movements(pool: Pool, rows: Iterable[Sequence[Any]], beside: _Beside) -> Iterable[Movement]:
    costs, sources, dependants = beside.costs, beside.sources, beside.dependants
    last_document: UUID | None = None
    last_party: UUID | None = None
    for row in rows:
        id_, nature = row[0], row[6]
        last_document = row[8] if row[8] != last_document else last_document
        last_party = row[9] if row[9] != last_party else last_party
        given, base, difference, true_up = costs.get(id_, _NO_COSTS)
        is_count = nature == "COUNT"
        yield Movement(
            id=id_,
            key=PostingKey(*row[1:5]),
            pool=pool,
            quantity=row[5] + beside.corrected.get(id_, ZERO) if is_count else row[5],
            nature=_NATURES[nature],
            leg=_LEGS[row[7]],
            document=last_document or row[8],
            line=row[13],
            party=last_party,
            cost_center=row[10],
            contra=row[11],
            returns=beside.returned[row[12]] if row[12] else None,
            counted=Assertion(*row[14:]) if is_count else None,
            given_recorded=given,
            base_recorded=base,
            difference_recorded=difference,
            true_up_recorded=true_up,
            sources=sources.get(id_, ()) if sources else (),
            dependants=dependants.get(id_, ()) if dependants else (),
        )
