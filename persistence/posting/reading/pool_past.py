"""Pools' past: their last snapshots before a late fact, and the movements that came later."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from domain.costing.fold import PoolFacts
from domain.costing.method import Layer, PoolState
from domain.facts import ItemFacts
from domain.money import MAX_AMOUNT
from domain.movements import (
    Pool,
    PostingKey,
)
from persistence.in_step import InStep
from persistence.posting.reading.known_costs import KnownCosts
from persistence.posting.reading.movements import history_after
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


async def from_before(
    connection: AsyncConnection,
    company: UUID,
    keys: Mapping[Pool, PostingKey],
    items: Mapping[UUID, ItemFacts],
    known: KnownCosts | None = None,
) -> dict[Pool, PoolFacts]:
    """Pools, each from its last snapshot before a key, with all that came after it.

    However many there are, they are read in as many round trips as one. A document that is late,
    or cancelled, is so in every pool that it moves.
    """
    books = InStep(connection, company)
    found = await books.together(
        snapshot_before(books, pool, key, items[pool.item]) for pool, key in keys.items()
    )
    states = {facts.pool: facts for facts in found if facts is not None}
    places = {pool: place_of(pool, one.folded_to or BEGINNING) for pool, one in states.items()}
    later = await history_after(connection, company, places, known)
    return {pool: replace(facts, history=later[pool]) for pool, facts in states.items()}


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
