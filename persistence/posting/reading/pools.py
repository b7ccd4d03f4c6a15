"""Reading pools for a decision: locked at their end, to append.

Appending takes two statements in one round trip: lock the bins in key order, then read the
layers that the issues may reach (a statement of its own, because what a lock waited for is
only visible to the next one). A late fact reads what came before it (`pool_past`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from operator import attrgetter
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from domain.costing.fold import PoolFacts
from domain.costing.method import Layer, PoolState
from domain.facts import ItemFacts
from domain.movements import (
    Pool,
    PostingKey,
)
from persistence.arrays import ids
from persistence.round_trip import Answer, RoundTrip, Statement

LAYERS_AT_FIRST = 8
"""Open layers read per pool with the lock; more are fetched only where an issue reaches on."""

STATE_COLUMNS = (
    "quantity, value, movements, received, received_value, issued, first_layer, next_layer,"
    " top_layer, top_left, last_quantity, last_value"
)
STATE_WIDTH = 12
_TOP = 8
_NUMBER = attrgetter("no")

_POOLS = """
       unnest(%(items)s::uuid[], %(warehouses)s::uuid[], %(lots)s::uuid[]) with ordinality
         as u (item_id, warehouse_id, lot_id, place)
"""
"""Each pool once: joined as they are, without looking for the same one twice. Rows say by its
place, from 1, which pool they are of: making three ids anew of each row and looking for the pool
by them would take longer than what the row says."""

_LOCK = f"""
select u.place, {STATE_COLUMNS}, b.last_date, b.last_time, b.last_seq, b.last_ordinal
  from {_POOLS}
  join bin b on b.company_id = %(company)s and b.item_id = u.item_id
   and b.warehouse_id = u.warehouse_id and b.lot_id = u.lot_id
 order by u.place
"""  # noqa: S608 - constant column names
_READ = Statement.of(_LOCK)
_LOCK_KEPT = Statement.of(f"{_LOCK} for update of b")
_LAYERS = Statement.of(f"""
select u.place, l.no, l.movement_id, l.quantity, l.value, l.quantity_before, l.value_before,
       l.below, l.below_left
  from {_POOLS}
  join bin b on b.company_id = %(company)s and b.item_id = u.item_id
   and b.warehouse_id = u.warehouse_id and b.lot_id = u.lot_id and b.top_layer is null
  cross join lateral (
    select * from layer l
     where l.company_id = b.company_id and l.item_id = b.item_id
       and l.warehouse_id = b.warehouse_id and l.lot_id = b.lot_id and l.no >= b.first_layer
     order by l.no
     limit %(limit)s) l
""")  # noqa: S608 - constant names
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
    async with RoundTrip(connection) as trip:
        asked = ask(trip, company, requested, keep=keep)
    return await answered(connection, asked, items)


@dataclass(frozen=True, slots=True)
class Asked:
    """Pools that are being locked and read: the statements are sent, the answers on their way."""

    pools: Sequence[Pool]
    requested: Mapping[Pool, Decimal]
    keep: bool
    params: dict[str, Any]
    bins: Answer
    layers: Answer


@dataclass(slots=True)
class _Read:
    """A pool's bin as it was read (its state and last key; None: there is none) and its layers."""

    pool: Pool
    row: Sequence[Any] | None = None
    layers: list[Layer] = field(default_factory=list)


def ask(trip: RoundTrip, company: UUID, requested: Mapping[Pool, Decimal], *, keep: bool) -> Asked:
    """The statements of `lock`, in a round trip with others; `answered` reads them."""
    pools = sorted(requested, key=_in_key_order)
    params: dict[str, Any] = {
        "company": company,
        "items": ids([pool.item for pool in pools]),
        "warehouses": ids([pool.warehouse for pool in pools]),
        "lots": ids([pool.lot for pool in pools]),
        "limit": LAYERS_AT_FIRST,
    }
    return Asked(pools, requested, keep, params, *_send(trip, params, keep=keep))


def _in_key_order(pool: Pool) -> tuple[int, int, int]:
    """Sorts pools as the database does, without comparing ids: that is two calls each time."""
    return (pool.item.int, pool.warehouse.int, pool.lot.int)


async def answered(
    connection: AsyncConnection, asked: Asked, items: Mapping[UUID, ItemFacts]
) -> dict[Pool, PoolFacts]:
    """The pools of `lock`, after the round trip; what is missing is made, or read in full."""
    pools, requested, keep, params = asked.pools, asked.requested, asked.keep, asked.params
    read = _received(pools, asked.bins, asked.layers)
    if keep and any(one.row is None for one in read):
        await connection.execute(_MAKE_BINS, params)
        read = await _read_bins(connection, pools, params, keep=keep)
    if any(_falls_short(one, requested) for one in read):
        params["limit"] = None
        read = await _read_bins(connection, pools, params, keep=keep)
    stacks = {
        one.pool: (one.row[_TOP], one.row[_TOP + 1], requested[one.pool])
        for one in read
        if one.row is not None and one.row[_TOP] is not None
    }
    if stacks:
        found = await _read_stacks(connection, params["company"], stacks)
        for one in read:
            one.layers = found.get(one.pool, one.layers)
    return {one.pool: _pool(one, items[one.pool.item]) for one in read}


async def _read_stacks(
    connection: AsyncConnection,
    company: UUID,
    stacks: Mapping[Pool, tuple[int, Decimal, Decimal]],
) -> dict[Pool, list[Layer]]:
    """The layers of stacks from (top, left of it) down until the quantity wanted is covered."""
    cursor = await connection.execute(STACK, {"company": company, **stacks_of(stacks)})
    layers: dict[Pool, list[Layer]] = {}
    for row in await cursor.fetchall():
        layers.setdefault(Pool(*row[:3]), []).append(Layer(*row[3:]))
    return layers


def stacks_of(stacks: Mapping[Pool, tuple[int, Decimal, Decimal]]) -> dict[str, list[Any]]:
    """The values of `STACK`: of each pool its top layer, what is left of it, and what is needed."""
    return {
        "items": [pool.item for pool in stacks],
        "warehouses": [pool.warehouse for pool in stacks],
        "lots": [pool.lot for pool in stacks],
        "tops": [top for top, _, _ in stacks.values()],
        "lefts": [left for _, left, _ in stacks.values()],
        "wanted": [wanted for _, _, wanted in stacks.values()],
    }


async def _read_bins(
    connection: AsyncConnection, pools: Sequence[Pool], params: dict[str, Any], *, keep: bool
) -> list[_Read]:
    async with RoundTrip(connection) as trip:
        bins, layers = _send(trip, params, keep=keep)
    return _received(pools, bins, layers)


def _send(trip: RoundTrip, params: dict[str, Any], *, keep: bool) -> tuple[Answer, Answer]:
    return trip.ask(_LOCK_KEPT if keep else _READ, params), trip.ask(_LAYERS, params)


def _received(pools: Sequence[Pool], bins: Answer, layers: Answer) -> list[_Read]:
    """What the books have of each pool, in the order in which they were asked for."""
    read = [_Read(pool) for pool in pools]
    for place, *row in bins.rows:
        read[place - 1].row = row
    for place, *row in layers.rows:
        read[place - 1].layers.append(Layer(*row))
    for one in read:
        one.layers.sort(key=_NUMBER)  # the database would set up a sort of its own
    return read


def _falls_short(read: _Read, requested: Mapping[Pool, Decimal]) -> bool:
    """Whether an issue may reach beyond the layers that were read."""
    row, layers = read.row, read.layers
    if row is None or not layers or layers[-1].no + 1 >= row[7]:
        return False
    last = layers[-1]
    return last.quantity_before + last.quantity < row[5] + requested[read.pool]


def without_history(pool: Pool, item: ItemFacts) -> PoolFacts:
    """A pool before its first movement, with what its item says."""
    return PoolFacts(
        pool=pool,
        method=item.costing_method,
        changes=item.method_changes,
        allow_negative=item.allow_negative,
    )


def _pool(read: _Read, item: ItemFacts) -> PoolFacts:
    row = read.row
    if row is None:
        return without_history(read.pool, item)
    last = row[STATE_WIDTH:]
    return PoolFacts(
        pool=read.pool,
        method=item.costing_method,
        changes=item.method_changes,
        allow_negative=item.allow_negative,
        state=PoolState(*row[:STATE_WIDTH]),
        layers=tuple(read.layers),
        folded_to=PostingKey(*last) if last[0] is not None else None,
    )
