"""A pool's past: its last snapshot before a late fact, and the movements that came later."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from domain.costing.fold import PoolFacts
from domain.costing.method import Layer, PoolState
from domain.facts import ItemFacts
from domain.money import MAX_AMOUNT, ONE
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
from persistence.in_step import InStep
from persistence.posting.reading.pool_history import COST_PARTS, history_after
from persistence.posting.reading.pools import (
    STACK,
    STATE_COLUMNS,
    STATE_WIDTH,
    stacks_of,
    without_history,
)

BEGINNING = PostingKey(date.min, time.min, -1, -1)
"""Before every movement."""

_SNAPSHOT = f"""
select {STATE_COLUMNS}, posting_date, posting_time, seq, ordinal
  from bin_snapshot
 where company_id = %(company)s and item_id = %(item)s and warehouse_id = %(warehouse)s
   and lot_id = %(lot)s
   and (posting_date, posting_time, seq, ordinal) < (%(date)s, %(time)s, %(seq)s, %(ordinal)s)
 order by posting_date desc, posting_time desc, seq desc, ordinal desc
 limit 1
"""  # noqa: S608 - constant column names
_OPEN_LAYERS = """
select no, movement_id, quantity, value, quantity_before, value_before, below, below_left
  from layer
 where company_id = %(company)s and item_id = %(item)s and warehouse_id = %(warehouse)s
   and lot_id = %(lot)s
   and no >= %(first)s and no < %(next)s
 order by no
"""
MOVEMENT_COLUMNS = """
       m.id, m.posting_date, m.posting_time, m.seq, m.ordinal, m.item_id, m.warehouse_id,
       m.lot_id, m.quantity + k.corrected, m.nature, m.leg, m.document_id, m.line_id, m.party_id,
       m.cost_center_id, m.contra_account_id, m.returns_id, r.quantity, r.cost, m.corrects_id,
       m.nature = 'COUNT' and m.corrects_id is null and m.voids_id is null,
       m.counted_quantity, m.counted_rate, c.given, c.base, c.difference, c.true_up,
       s.sources, d.dependants, m.counted_value
"""
# The limit keeps what a movement returns a look-up of its own: joined, a planner that knows nothing
# of the tables yet compares every movement with every other.
MOVEMENT_FACTS = f"""
  cross join lateral (
    select coalesce(sum(k.quantity), 0) as corrected from movement k
     where m.nature = 'COUNT' and k.company_id = m.company_id and k.corrects_id = m.id) k
  left join lateral (
    select o.quantity, (select coalesce(sum(e.actual), 0) from cost_entry e
                         where e.company_id = o.company_id and e.movement_id = o.id) as cost
      from movement o
     where o.company_id = m.company_id and o.id = m.returns_id limit 1) r on true
  cross join lateral (
    select {COST_PARTS}
      from cost_entry
     where company_id = m.company_id and movement_id = m.id) c
  cross join lateral (
    select array_agg(array[s.source_id::text, s.fraction::text,
                           (select coalesce(sum(e.actual), 0)::text from cost_entry e
                             where e.company_id = s.company_id and e.movement_id = s.source_id)])
           as sources
      from movement_source s
     where s.company_id = m.company_id and s.movement_id = m.id) s
  cross join lateral (
    select jsonb_agg(jsonb_build_array(t.item_id, t.warehouse_id, t.lot_id, t.posting_date,
                                       t.posting_time, t.seq, t.ordinal)) as dependants
      from (select s.movement_id from movement_source s
             where s.company_id = m.company_id and s.source_id = m.id
             union
            select t.id from movement t
             where t.company_id = m.company_id and t.returns_id = m.id) s
      join movement t on t.company_id = m.company_id and t.id = s.movement_id
     where t.voids_id is null
       and not exists (select 1 from voiding v
                        where v.company_id = t.company_id and v.document_id = t.document_id)) d
"""  # noqa: S608 - constant text


async def from_before(
    connection: AsyncConnection, company: UUID, pool: Pool, key: PostingKey, item: ItemFacts
) -> PoolFacts:
    """A (locked) pool from the last snapshot before `key`, with all that came after it."""
    books = InStep(connection, company)
    facts = await books.alone(snapshot_before(books, pool, key, item))
    after = place_of(pool, facts.folded_to or BEGINNING)
    return replace(facts, history=await history_after(connection, company, pool, after))


def place_of(pool: Pool, key: PostingKey) -> dict[str, Any]:
    """A place in a pool's posting order as values of a statement."""
    return {
        "item": pool.item,
        "warehouse": pool.warehouse,
        "lot": pool.lot,
        "date": key.posting_date,
        "time": key.posting_time,
        "seq": key.seq,
        "ordinal": key.ordinal,
    }


async def snapshot_before(books: InStep, pool: Pool, key: PostingKey, item: ItemFacts) -> PoolFacts:
    """A pool as its last snapshot before `key` has it, with its layers and without history."""
    place = place_of(pool, key)
    row = await books.row(_SNAPSHOT, **place)
    if row is None:
        return without_history(pool, item)
    state, folded_to = PoolState(*row[:STATE_WIDTH]), PostingKey(*row[STATE_WIDTH:])
    if state.top_layer is not None:
        whole = {pool: (state.top_layer, state.top_left, MAX_AMOUNT)}
        layers = [Layer(*row[3:]) for row in await books.rows(STACK, **stacks_of(whole))]
    else:
        ends = {"first": state.first_layer, "next": state.next_layer}
        layers = [Layer(*layer) for layer in await books.rows(_OPEN_LAYERS, **place, **ends)]
    return replace(
        without_history(pool, item), state=state, layers=tuple(layers), folded_to=folded_to
    )


def movement_from(row: Sequence[Any]) -> Movement:
    """A recorded movement from `MOVEMENT_COLUMNS`."""
    returns = None if row[16] is None else Returned(row[16], row[17], row[18])
    return Movement(
        id=row[0],
        key=PostingKey(*row[1:5]),
        pool=Pool(row[5], row[6], row[7] or NO_LOT),
        quantity=row[8],
        nature=Nature(row[9]),
        leg=Leg(row[10]),
        document=row[11],
        line=row[12],
        party=row[13],
        cost_center=row[14],
        contra=row[15],
        returns=returns,
        corrects=row[19],
        counted=Assertion(row[21], row[22], row[29]) if row[20] else None,
        given_recorded=row[23],
        base_recorded=row[24],
        difference_recorded=row[25],
        true_up_recorded=row[26],
        sources=tuple(
            Source(UUID(source), ONE if fraction == "1" else Decimal(fraction), Decimal(cost))
            for source, fraction, cost in row[27] or ()
        ),
        dependants=tuple(_place(place) for place in row[28] or ()),
    )


def _place(place: Sequence[Any]) -> tuple[Pool, PostingKey]:
    """Where a dependant stands: its pool and its key."""
    item, warehouse, lot, posting_date, posting_time, seq, ordinal = place
    pool = Pool(UUID(item), UUID(warehouse), UUID(lot) if lot else NO_LOT)
    day, moment = date.fromisoformat(posting_date), time.fromisoformat(posting_time)
    return pool, PostingKey(day, moment, seq, ordinal)
