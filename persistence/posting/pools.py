"""Reading pools for a decision: locked at their end to append, or from before a late fact.

Appending takes two statements in one round trip: lock the bins in key order, then read the
layers that the issues may reach (a statement of its own, because what a lock waited for is
only visible to the next one). A late fact reads the snapshot before it and what came later.
"""

from collections.abc import Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from domain.costing.method import Layer, PoolState
from domain.costing.replay import PoolFacts
from domain.facts import ItemFacts
from domain.money import ONE
from domain.movements import Leg, Movement, Nature, Pool, PostingKey, Source

LAYERS_AT_FIRST = 8
"""Open layers read per pool with the lock; more are fetched only where an issue reaches on."""

STATE_COLUMNS = (
    "quantity, value, movements, received, received_value, issued, first_layer, next_layer,"
    " top_layer, top_left, last_quantity, last_value"
)
_STATE_WIDTH = 12

_LOCK = f"""
select b.item_id, b.warehouse_id, {STATE_COLUMNS},
       b.last_date, b.last_time, b.last_seq, b.last_ordinal
  from bin b
 where b.company_id = %(company)s
   and (b.item_id, b.warehouse_id) in
       (select * from unnest(%(items)s::uuid[], %(warehouses)s::uuid[]))
 order by b.item_id, b.warehouse_id
"""  # noqa: S608 - constant column names
_LAYERS = """
select l.item_id, l.warehouse_id, l.no, l.movement_id, l.quantity, l.value, l.quantity_before,
       l.value_before, l.below, l.below_left
  from bin b
  cross join lateral (
    select * from layer l
     where l.company_id = b.company_id and l.item_id = b.item_id
       and l.warehouse_id = b.warehouse_id and l.no >= b.first_layer
     order by l.no
     limit %(limit)s) l
 where b.company_id = %(company)s
   and (b.item_id, b.warehouse_id) in
       (select * from unnest(%(items)s::uuid[], %(warehouses)s::uuid[]))
 order by l.item_id, l.warehouse_id, l.no
"""
_MAKE_BINS = """
insert into bin (company_id, item_id, warehouse_id, movements, first_layer, next_layer, last_seq,
                 last_ordinal)
select %(company)s, i, w, 0, 0, 0, 0, 0
  from unnest(%(items)s::uuid[], %(warehouses)s::uuid[]) as u (i, w)
 order by i, w
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
    pools = sorted(requested)
    params: dict[str, Any] = {
        "company": company,
        "items": [pool.item for pool in pools],
        "warehouses": [pool.warehouse for pool in pools],
        "limit": LAYERS_AT_FIRST,
    }
    bins, layers = await _read_bins(connection, params, keep=keep)
    if keep and len(bins) < len(pools):
        await connection.execute(_MAKE_BINS, params)
        bins, layers = await _read_bins(connection, params, keep=keep)
    if any(_falls_short(bins[pool], layers.get(pool, []), requested[pool]) for pool in bins):
        params["limit"] = None
        bins, layers = await _read_bins(connection, params, keep=keep)
    return {
        pool: _pool(pool, bins.get(pool), layers.get(pool, ()), items[pool.item]) for pool in pools
    }


async def _read_bins(
    connection: AsyncConnection, params: dict[str, Any], *, keep: bool
) -> tuple[dict[Pool, tuple[Any, ...]], dict[Pool, list[Layer]]]:
    query = _LOCK + (" for update" if keep else "")
    async with connection.pipeline():
        bin_cursor = await connection.execute(query.encode(), params)
        layer_cursor = await connection.execute(_LAYERS, params)
        bin_rows = await bin_cursor.fetchall()
        layer_rows = await layer_cursor.fetchall()
    layers: dict[Pool, list[Layer]] = {}
    for row in layer_rows:
        layers.setdefault(Pool(row[0], row[1]), []).append(Layer(*row[2:]))
    return {Pool(row[0], row[1]): row[2:] for row in bin_rows}, layers


def _falls_short(row: tuple[Any, ...], layers: Sequence[Layer], requested: Decimal) -> bool:
    """Whether an issue may reach beyond the layers that were read."""
    if not layers:
        return False
    last = layers[-1]
    return last.no + 1 < row[7] and last.quantity_before + last.quantity < row[5] + requested


def _pool(
    pool: Pool, row: tuple[Any, ...] | None, layers: Sequence[Layer], item: ItemFacts
) -> PoolFacts:
    if row is None:
        return PoolFacts(pool=pool, method=item.costing_method, allow_negative=item.allow_negative)
    last = row[_STATE_WIDTH:]
    return PoolFacts(
        pool=pool,
        method=item.costing_method,
        allow_negative=item.allow_negative,
        state=PoolState(*row[:_STATE_WIDTH]),
        layers=tuple(layers),
        folded_to=PostingKey(*last) if last[0] is not None else None,
    )


# -- from before a late fact ------------------------------------------------------------------

_SNAPSHOT = f"""
select {STATE_COLUMNS}, posting_date, posting_time, seq, ordinal
  from bin_snapshot
 where company_id = %(company)s and item_id = %(item)s and warehouse_id = %(warehouse)s
   and (posting_date, posting_time, seq, ordinal) < (%(date)s, %(time)s, %(seq)s, %(ordinal)s)
 order by posting_date desc, posting_time desc, seq desc, ordinal desc
 limit 1
"""  # noqa: S608 - constant column names
_OPEN_LAYERS = """
select no, movement_id, quantity, value, quantity_before, value_before, below, below_left
  from layer
 where company_id = %(company)s and item_id = %(item)s and warehouse_id = %(warehouse)s
   and no >= %(first)s and no < %(next)s
 order by no
"""
MOVEMENT_COLUMNS = """
       m.id, m.posting_date, m.posting_time, m.seq, m.ordinal, m.item_id, m.warehouse_id,
       m.quantity, m.nature, m.leg, m.document_id, m.line_id, m.party_id, m.cost_center_id,
       m.contra_account_id, m.returns_id, c.given, c.base, c.difference, s.sources, d.dependants
"""
MOVEMENT_FACTS = """
  cross join lateral (
    select coalesce(sum(actual) filter (where kind not in
                    ('ISSUE', 'ADJUSTMENT', 'DIFFERENCE', 'ROUNDING')), 0) as given,
           sum(actual) filter (where kind in ('ISSUE', 'ADJUSTMENT')) as base,
           coalesce(sum(actual) filter (where kind in ('DIFFERENCE', 'ROUNDING')), 0) as difference
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
    select jsonb_agg(jsonb_build_array(t.item_id, t.warehouse_id, t.posting_date, t.posting_time,
                                       t.seq, t.ordinal)) as dependants
      from movement_source s
      join movement t on t.company_id = s.company_id and t.id = s.movement_id
     where s.company_id = m.company_id and s.source_id = m.id
       and not exists (select 1 from voiding v
                        where v.company_id = t.company_id and v.document_id = t.document_id)) d
"""
_HISTORY = f"""
select {MOVEMENT_COLUMNS}
  from movement m {MOVEMENT_FACTS}
 where m.company_id = %(company)s and m.item_id = %(item)s and m.warehouse_id = %(warehouse)s
   and (m.posting_date, m.posting_time, m.seq, m.ordinal)
     > (%(date)s, %(time)s, %(seq)s, %(ordinal)s)
   and m.voids_id is null
   and not exists (select 1 from voiding v
                    where v.company_id = m.company_id and v.document_id = m.document_id)
 order by m.posting_date, m.posting_time, m.seq, m.ordinal
"""  # noqa: S608 - constant column names


async def from_before(
    connection: AsyncConnection, company: UUID, pool: Pool, key: PostingKey, item: ItemFacts
) -> PoolFacts:
    """A (locked) pool from the last snapshot before `key`, with all that came after it."""
    params: dict[str, Any] = {
        "company": company,
        "item": pool.item,
        "warehouse": pool.warehouse,
        "date": key.posting_date,
        "time": key.posting_time,
        "seq": key.seq,
        "ordinal": key.ordinal,
    }
    cursor = await connection.execute(_SNAPSHOT, params)
    row = await cursor.fetchone()
    state, folded_to = PoolState(), None
    if row is not None:
        state, folded_to = PoolState(*row[:_STATE_WIDTH]), PostingKey(*row[_STATE_WIDTH:])
    params.update({"first": state.first_layer, "next": state.next_layer})
    after = folded_to or _BEGINNING
    params.update({"date": after[0], "time": after[1], "seq": after[2], "ordinal": after[3]})
    async with connection.pipeline():
        layer_cursor = await connection.execute(_OPEN_LAYERS, params)
        history_cursor = await connection.execute(_HISTORY.encode(), params)
        layers = [Layer(*layer) for layer in await layer_cursor.fetchall()]
        history = [movement_from(row) for row in await history_cursor.fetchall()]
    return PoolFacts(
        pool=pool,
        method=item.costing_method,
        allow_negative=item.allow_negative,
        state=state,
        layers=tuple(layers),
        folded_to=folded_to,
        history=tuple(history),
    )


def movement_from(row: Sequence[Any]) -> Movement:
    """A recorded movement from `MOVEMENT_COLUMNS`."""
    return Movement(
        id=row[0],
        key=PostingKey(*row[1:5]),
        pool=Pool(row[5], row[6]),
        quantity=row[7],
        nature=Nature(row[8]),
        leg=Leg(row[9]),
        document=row[10],
        line=row[11],
        party=row[12],
        cost_center=row[13],
        contra=row[14],
        returns=row[15],
        given_recorded=row[16],
        base_recorded=row[17],
        difference_recorded=row[18],
        sources=tuple(
            Source(UUID(source), ONE if fraction == "1" else Decimal(fraction), Decimal(cost))
            for source, fraction, cost in row[19] or ()
        ),
        dependants=tuple(
            (Pool(UUID(item), UUID(warehouse)), _key(date_, time_, seq, ordinal))
            for item, warehouse, date_, time_, seq, ordinal in row[20] or ()
        ),
    )


_BEGINNING = PostingKey(date.min, time.min, -1, -1)


def _key(posting_date: str, posting_time: str, seq: int, ordinal: int) -> PostingKey:
    return PostingKey(
        date.fromisoformat(posting_date), time.fromisoformat(posting_time), seq, ordinal
    )
