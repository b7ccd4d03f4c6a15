"""Reading pools for a decision: locked at their end to append, or from before a late fact.

Appending takes two statements in one round trip: lock the bins in key order, then read the
layers that the issues may reach (a statement of its own, because what a lock waited for is
only visible to the next one). A late fact reads the snapshot before it and what came later.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection, AsyncCursor

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
from persistence.posting.arrays import ids

LAYERS_AT_FIRST = 8
"""Open layers read per pool with the lock; more are fetched only where an issue reaches on."""

STATE_COLUMNS = (
    "quantity, value, movements, received, received_value, issued, first_layer, next_layer,"
    " top_layer, top_left, last_quantity, last_value"
)
_STATE_WIDTH = 12
_TOP = 8

_POOLS = """
       unnest(%(items)s::uuid[], %(warehouses)s::uuid[], %(lots)s::uuid[])
         as u (item_id, warehouse_id, lot_id)
"""
"""Each pool once: joined as they are, without looking for the same one twice."""

_LOCK = f"""
select b.item_id, b.warehouse_id, b.lot_id, {STATE_COLUMNS},
       b.last_date, b.last_time, b.last_seq, b.last_ordinal
  from {_POOLS}
  join bin b on b.company_id = %(company)s and b.item_id = u.item_id
   and b.warehouse_id = u.warehouse_id and b.lot_id = u.lot_id
 order by b.item_id, b.warehouse_id, b.lot_id
"""  # noqa: S608 - constant column names
_LOCK_KEPT = f"{_LOCK} for update of b".encode()
_LAYERS = f"""
select l.item_id, l.warehouse_id, l.lot_id, l.no, l.movement_id, l.quantity, l.value,
       l.quantity_before, l.value_before, l.below, l.below_left
  from {_POOLS}
  join bin b on b.company_id = %(company)s and b.item_id = u.item_id
   and b.warehouse_id = u.warehouse_id and b.lot_id = u.lot_id and b.top_layer is null
  cross join lateral (
    select * from layer l
     where l.company_id = b.company_id and l.item_id = b.item_id
       and l.warehouse_id = b.warehouse_id and l.lot_id = b.lot_id and l.no >= b.first_layer
     order by l.no
     limit %(limit)s) l
 order by l.item_id, l.warehouse_id, l.lot_id, l.no
"""  # noqa: S608 - constant names
# A stack is walked from its top until what is taken out is covered: one layer more than that.
STACK = """
with recursive stack as (
  select l.*, u.wanted - u.top_left as wanted
    from unnest(%(items)s::uuid[], %(warehouses)s::uuid[], %(lots)s::uuid[], %(tops)s::integer[],
                %(lefts)s::numeric[], %(wanted)s::numeric[])
         as u (item_id, warehouse_id, lot_id, top_layer, top_left, wanted)
    join layer l on l.company_id = %(company)s and l.item_id = u.item_id
     and l.warehouse_id = u.warehouse_id and l.lot_id = u.lot_id and l.no = u.top_layer
  union all
  select l.*, s.wanted - s.below_left
    from stack s
    join layer l on l.company_id = s.company_id and l.item_id = s.item_id
     and l.warehouse_id = s.warehouse_id and l.lot_id = s.lot_id and l.no = s.below
   where s.wanted >= 0)
select item_id, warehouse_id, lot_id, no, movement_id, quantity, value, quantity_before,
       value_before, below, below_left
  from stack
"""
_MAKE_BINS = """
insert into bin (company_id, item_id, warehouse_id, lot_id, movements, first_layer, next_layer,
                 last_seq, last_ordinal)
select %(company)s, i, w, l, 0, 0, 0, 0, 0
  from unnest(%(items)s::uuid[], %(warehouses)s::uuid[], %(lots)s::uuid[]) as u (i, w, l)
 order by i, w, l
on conflict do nothing
"""


async def lock(
    connection: AsyncConnection,
    company: UUID,
    requested: Mapping[Pool, Decimal],
    items: Mapping[UUID, ItemFacts],
    *,
    keep: bool = True,
) -> dict[Pool, PoolFacts]:
    """The pools at their end, locked until the transaction ends (unless `keep` is False).

    `requested` says how much is taken out of each. Bins that do not exist yet are made.
    """
    async with connection.pipeline():
        asked = await ask(connection, company, requested, keep=keep)
    return await answered(connection, asked, items)


@dataclass(frozen=True, slots=True)
class Asked:
    """Pools that are being locked and read: the statements are sent, the answers on their way."""

    requested: Mapping[Pool, Decimal]
    keep: bool
    params: dict[str, Any]
    bins: AsyncCursor
    layers: AsyncCursor


async def ask(
    connection: AsyncConnection, company: UUID, requested: Mapping[Pool, Decimal], *, keep: bool
) -> Asked:
    """Send the statements of `lock`, within a pipeline, with others; `answered` reads them."""
    pools = sorted(requested)
    params: dict[str, Any] = {
        "company": company,
        "items": ids(pool.item for pool in pools),
        "warehouses": ids(pool.warehouse for pool in pools),
        "lots": ids(pool.lot for pool in pools),
        "limit": LAYERS_AT_FIRST,
    }
    return Asked(requested, keep, params, *await _send(connection, params, keep=keep))


async def answered(
    connection: AsyncConnection, asked: Asked, items: Mapping[UUID, ItemFacts]
) -> dict[Pool, PoolFacts]:
    """The pools of `lock`, after the pipeline; what is missing is made, or read in full."""
    requested, keep, params = asked.requested, asked.keep, asked.params
    bins, layers = await _received(asked.bins, asked.layers)
    if keep and len(bins) < len(requested):
        await connection.execute(_MAKE_BINS, params)
        bins, layers = await _read_bins(connection, params, keep=keep)
    if any(_falls_short(bins[pool], layers.get(pool, []), requested[pool]) for pool in bins):
        params["limit"] = None
        bins, layers = await _read_bins(connection, params, keep=keep)
    tops = {pool: row for pool, row in bins.items() if row[_TOP] is not None}
    if tops:
        wanted = {pool: (row[_TOP], row[_TOP + 1], requested[pool]) for pool, row in tops.items()}
        layers |= await _read_stacks(connection, params["company"], wanted)
    return {
        pool: _pool(pool, bins.get(pool), layers.get(pool, ()), items[pool.item])
        for pool in requested
    }


async def _read_stacks(
    connection: AsyncConnection,
    company: UUID,
    stacks: Mapping[Pool, tuple[int, Decimal, Decimal]],
) -> dict[Pool, list[Layer]]:
    """The layers of stacks from (top, left of it) down until the quantity wanted is covered."""
    cursor = await connection.execute(STACK, {"company": company, **_stacks(stacks)})
    layers: dict[Pool, list[Layer]] = {}
    for row in await cursor.fetchall():
        layers.setdefault(Pool(*row[:3]), []).append(Layer(*row[3:]))
    return layers


def _stacks(stacks: Mapping[Pool, tuple[int, Decimal, Decimal]]) -> dict[str, list[Any]]:
    return {
        "items": [pool.item for pool in stacks],
        "warehouses": [pool.warehouse for pool in stacks],
        "lots": [pool.lot for pool in stacks],
        "tops": [top for top, _, _ in stacks.values()],
        "lefts": [left for _, left, _ in stacks.values()],
        "wanted": [wanted for _, _, wanted in stacks.values()],
    }


async def _read_bins(
    connection: AsyncConnection, params: dict[str, Any], *, keep: bool
) -> tuple[dict[Pool, tuple[Any, ...]], dict[Pool, list[Layer]]]:
    async with connection.pipeline():
        bins, layers = await _send(connection, params, keep=keep)
    return await _received(bins, layers)


async def _send(
    connection: AsyncConnection, params: dict[str, Any], *, keep: bool
) -> tuple[AsyncCursor, AsyncCursor]:
    bins = await connection.execute(_LOCK_KEPT if keep else _LOCK.encode(), params)
    return bins, await connection.execute(_LAYERS.encode(), params)


async def _received(
    bins: AsyncCursor, layers: AsyncCursor
) -> tuple[dict[Pool, tuple[Any, ...]], dict[Pool, list[Layer]]]:
    found = {Pool(*row[:3]): row[3:] for row in await bins.fetchall()}
    found_layers: dict[Pool, list[Layer]] = {}
    for row in await layers.fetchall():
        found_layers.setdefault(Pool(*row[:3]), []).append(Layer(*row[3:]))
    return found, found_layers


def _falls_short(row: tuple[Any, ...], layers: Sequence[Layer], requested: Decimal) -> bool:
    """Whether an issue may reach beyond the layers that were read."""
    if not layers:
        return False
    last = layers[-1]
    return last.no + 1 < row[7] and last.quantity_before + last.quantity < row[5] + requested


def _facts(pool: Pool, item: ItemFacts) -> PoolFacts:
    """A pool before its first movement, with what its item says."""
    return PoolFacts(
        pool=pool,
        method=item.costing_method,
        changes=item.method_changes,
        allow_negative=item.allow_negative,
    )


def _pool(
    pool: Pool, row: tuple[Any, ...] | None, layers: Sequence[Layer], item: ItemFacts
) -> PoolFacts:
    if row is None:
        return _facts(pool, item)
    last = row[_STATE_WIDTH:]
    return PoolFacts(
        pool=pool,
        method=item.costing_method,
        changes=item.method_changes,
        allow_negative=item.allow_negative,
        state=PoolState(*row[:_STATE_WIDTH]),
        layers=tuple(layers),
        folded_to=PostingKey(*last) if last[0] is not None else None,
    )


BEGINNING = PostingKey(date.min, time.min, -1, -1)
"""Before every movement."""

# -- from before a late fact ------------------------------------------------------------------

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
MOVEMENT_FACTS = """
  cross join lateral (
    select coalesce(sum(k.quantity), 0) as corrected from movement k
     where m.nature = 'COUNT' and k.company_id = m.company_id and k.corrects_id = m.id) k
  left join lateral (
    select o.quantity, (select coalesce(sum(e.actual), 0) from cost_entry e
                         where e.company_id = o.company_id and e.movement_id = o.id) as cost
      from movement o
     where o.company_id = m.company_id and o.id = m.returns_id limit 1) r on true
  cross join lateral (
    select coalesce(sum(actual) filter (
                    where kind not in ('ISSUE', 'ADJUSTMENT', 'DIFFERENCE', 'ROUNDING',
                                       'NEGATIVE_STOCK')), 0) as given,
           sum(actual) filter (where kind in ('ISSUE', 'ADJUSTMENT')) as base,
           coalesce(sum(actual) filter (where kind in ('DIFFERENCE', 'ROUNDING')), 0) as difference,
           coalesce(sum(actual) filter (where kind = 'NEGATIVE_STOCK'), 0) as true_up
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
"""
# What was recorded before the flow was opened belongs to another; what opens it comes in.
_HISTORY = f"""
select {MOVEMENT_COLUMNS}
  from movement m {MOVEMENT_FACTS}
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
"""  # noqa: S608 - constant column names


async def from_before(
    connection: AsyncConnection, company: UUID, pool: Pool, key: PostingKey, item: ItemFacts
) -> PoolFacts:
    """A (locked) pool from the last snapshot before `key`, with all that came after it."""
    books = InStep(connection, company)
    return await books.alone(_from_before(books, pool, key, item))


async def _from_before(books: InStep, pool: Pool, key: PostingKey, item: ItemFacts) -> PoolFacts:
    facts = await snapshot_before(books, pool, key, item)
    rows = await books.rows(_HISTORY, **place_of(pool, facts.folded_to or BEGINNING))
    return replace(facts, history=tuple(movement_from(row) for row in rows))


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
        return _facts(pool, item)
    state, folded_to = PoolState(*row[:_STATE_WIDTH]), PostingKey(*row[_STATE_WIDTH:])
    if state.top_layer is not None:
        whole = {pool: (state.top_layer, state.top_left, MAX_AMOUNT)}
        layers = [Layer(*row[3:]) for row in await books.rows(STACK, **_stacks(whole))]
    else:
        ends = {"first": state.first_layer, "next": state.next_layer}
        layers = [Layer(*layer) for layer in await books.rows(_OPEN_LAYERS, **place, **ends)]
    return replace(_facts(pool, item), state=state, layers=tuple(layers), folded_to=folded_to)


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
