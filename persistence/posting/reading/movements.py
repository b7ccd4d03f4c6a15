"""Recorded movements, with what is recorded of them: a document's, some by id, pools' later ones.

A late fact is folded in before thousands. Read in two round trips, whatever their number: the
movements, with what all of them have; then what few of them have (sources, dependants, returns,
corrections) and their recorded costs, each by one statement for all. What one movement after the
other shares (pool, document, party) is one object, so that it need not be compared afterwards
number by number.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection, AsyncCursor

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
from persistence.arrays import ids
from persistence.in_step import InStep
from persistence.posting.reading.known_costs import NO_COSTS, Costs, KnownCosts


def _columns(line: str = "m.line_id", more: str = "") -> str:
    return f"""
select m.id, m.posting_date, m.posting_time, m.seq, m.ordinal, m.quantity, m.nature, m.leg,
       m.document_id, m.party_id, m.cost_center_id, m.contra_account_id, m.returns_id, {line},
       m.counted_quantity, m.counted_rate, m.counted_value{more}
  from movement m
 where m.company_id = %(company)s"""  # noqa: S608 - constant names


# What was recorded before the flow was opened belongs to another; what opens it comes in.
_LATER = f"""{_columns("case when m.nature = 'COUNT' then m.line_id end")}
   and m.item_id = %(item)s and m.warehouse_id = %(warehouse)s
   and m.lot_id is not distinct from nullif(%(lot)s, '00000000-0000-0000-0000-000000000000'::uuid)
   and (m.posting_date, m.posting_time, m.seq, m.ordinal)
     > (%(date)s, %(time)s, %(seq)s, %(ordinal)s)
   and (m.seq > (select c.flow_since from company c where c.id = %(company)s)
        or m.seq = (select c.flow_since from company c where c.id = %(company)s) and m.leg = 'IN')
   and m.voids_id is null and m.corrects_id is null
   and not exists (select 1 from voiding v
                    where v.company_id = m.company_id and v.document_id = m.document_id)
 order by m.posting_date, m.posting_time, m.seq, m.ordinal
"""  # noqa: S608 - constant names
_ANY = _columns(more=", m.corrects_id, m.voids_id is not null, m.item_id, m.warehouse_id, m.lot_id")
_OF_DOCUMENT = f"{_ANY} and m.document_id = %(document)s order by m.seq, m.ordinal".encode()
_BY_ID = f"{_ANY} and m.id = any(%(movements)s::uuid[])".encode()
_OF_HISTORY = (None, False)
"""What the movements of a pool's history say of correcting and voiding others: they do neither."""

_COSTS = b"""
select movement_id,
       sum(actual) filter (where kind not in ('ISSUE', 'ADJUSTMENT', 'DIFFERENCE', 'ROUNDING',
                                              'NEGATIVE_STOCK')) as given,
       sum(actual) filter (where kind in ('ISSUE', 'ADJUSTMENT')) as base,
       sum(actual) filter (where kind in ('DIFFERENCE', 'ROUNDING')) as difference,
       sum(actual) filter (where kind = 'NEGATIVE_STOCK') as true_up
  from cost_entry
 where company_id = %(company)s and movement_id = any(%(movements)s::uuid[])
 group by movement_id
"""
_SOURCES = b"""
select s.movement_id, s.source_id, s.fraction,
       (select coalesce(sum(e.actual), 0) from cost_entry e
         where e.company_id = s.company_id and e.movement_id = s.source_id),
       coalesce(s.before, 0)
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
                           where e.company_id = o.company_id and e.movement_id = o.id
                             and e.kind <> 'NEGATIVE_STOCK')
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
_NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class _Beside:
    """What is known of movements besides their own rows, by movement.

    All have costs, so these are by the number that an id is: to hash and compare numbers calls no
    function of Python's.
    """

    costs: Mapping[int, Costs]
    corrected: Mapping[UUID, Decimal]
    returned: Mapping[UUID, Returned]
    sources: dict[UUID, tuple[Source, ...]] = field(default_factory=dict[UUID, tuple[Source, ...]])
    dependants: dict[UUID, tuple[tuple[Pool, PostingKey], ...]] = field(
        default_factory=dict[UUID, tuple[tuple[Pool, PostingKey], ...]]
    )


async def history_after(
    connection: AsyncConnection,
    company: UUID,
    places: Mapping[Pool, Mapping[str, Any]],
    known: KnownCosts | None = None,
) -> dict[Pool, tuple[Movement, ...]]:
    """Pools' movements, each after a place, as `PoolFacts.history` wants them.

    Args:
        connection: in a transaction that has locked the pools.
        company: whose books.
        places: after which of them (`pool_past.place_of`), by pool.
        known: recorded costs that need not be read, and what is read is added to.
    """
    books = InStep(connection, company)
    found = await books.together(books.rows(_LATER, **place) for place in places.values())
    rows = [own or [] for own in found]
    beside = await _beside(connection, company, list(chain.from_iterable(rows)), known)
    return {
        pool: tuple(_movements(own, beside, pool)) for pool, own in zip(places, rows, strict=True)
    }


async def movements_of(
    connection: AsyncConnection, company: UUID, document: UUID
) -> tuple[Movement, ...]:
    """All movements of a document, in its order."""
    return await _found(connection, _OF_DOCUMENT, company=company, document=document)


async def movements_by_id(
    connection: AsyncConnection, company: UUID, wanted: Collection[UUID]
) -> dict[UUID, Movement]:
    """Movements by their ids; what is not there is left out."""
    found = await _found(connection, _BY_ID, company=company, movements=ids(wanted))
    return {one.id: one for one in found}


async def _found(
    connection: AsyncConnection, query: bytes, *, company: UUID, **values: Any
) -> tuple[Movement, ...]:
    cursor = await connection.execute(query, {"company": company, **values})
    rows = await cursor.fetchall()
    return tuple(_movements(rows, await _beside(connection, company, rows)))


async def _beside(
    connection: AsyncConnection,
    company: UUID,
    rows: Sequence[Sequence[Any]],
    known: KnownCosts | None = None,
) -> _Beside:
    wanted = [row[0] for row in rows]
    costly = wanted if known is None else known.unknown(wanted)
    counts = [row[0] for row in rows if row[6] == "COUNT"]
    returned = [row[12] for row in rows if row[12]]
    asked: list[AsyncCursor | None] = []
    async with connection.pipeline():
        for query, about in (
            (_COSTS, costly), (_CORRECTED, counts), (_RETURNED, returned),
            (_SOURCES, wanted), (_DEPENDANTS, wanted),
        ):  # fmt: skip
            values = {"company": company, "movements": ids(about)}
            asked.append(await connection.execute(query, values) if about else None)
    costs, corrected, back, sources, dependants = [
        await one.fetchall() if one else [] for one in asked
    ]
    read = {row[0].int: row[1:] for row in costs}
    if known is not None:
        known.keep(costly, read)
    found = _Beside(
        read if known is None else known,
        dict(corrected),
        {id_: Returned(id_, quantity, cost) for id_, quantity, cost in back},
    )
    for id_, *source in sources:
        found.sources[id_] = (*found.sources.get(id_, ()), Source(*source))
    for id_, item, warehouse, lot, *key in dependants:
        place = (Pool(item, warehouse, lot or NO_LOT), PostingKey(*key))
        found.dependants[id_] = (*found.dependants.get(id_, ()), place)
    return found


def _movements(
    rows: Iterable[Sequence[Any]], beside: _Beside, pool: Pool | None = None
) -> Iterable[Movement]:
    """The movements of rows; without `pool` each row has its own, and what it corrects or voids."""
    costs, sources, dependants = beside.costs, beside.sources, beside.dependants
    last_document = last_party = _NOBODY
    for row in rows:
        id_, nature, document, party = row[0], row[6], row[8], row[9]
        if document.int != last_document.int:
            last_document = document
        if party is not None and party.int != last_party.int:
            last_party = party
        given, base, difference, true_up = costs.get(id_.int, NO_COSTS)
        is_count = nature == "COUNT"
        corrects, voids = _OF_HISTORY if pool else row[17:19]
        yield Movement(
            id=id_,
            key=PostingKey(*row[1:5]),
            pool=pool or Pool(row[19], row[20], row[21] or NO_LOT),
            quantity=row[5] + beside.corrected.get(id_, ZERO) if is_count else row[5],
            nature=_NATURES[nature],
            leg=_LEGS[row[7]],
            document=last_document,
            line=row[13],
            party=party and last_party,
            cost_center=row[10],
            contra=row[11],
            returns=beside.returned[row[12]] if row[12] else None,
            corrects=corrects,
            counted=Assertion(*row[14:17]) if is_count and not corrects and not voids else None,
            given_recorded=given or ZERO,
            base_recorded=base,
            difference_recorded=difference or ZERO,
            true_up_recorded=true_up or ZERO,
            sources=sources.get(id_, ()) if sources else (),
            dependants=dependants.get(id_, ()) if dependants else (),
        )
