"""Reading what the books knew at a sequence: movements, cost entries, and pools before them.

Posting reads the books as they are; explaining reads them as they were when a figure was written,
so every sum here stops at a sequence. A pool begins from the last snapshot that was already true
then: before everything that was recorded, changed or cancelled since.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from domain.costing.fold import PoolFacts
from domain.costing.timeline import MethodChange
from domain.explain.story import Recorded, Story
from domain.facts import ItemFacts
from domain.movements import (
    NO_LOT,
    Assertion,
    EntryKind,
    Leg,
    Movement,
    Nature,
    Pool,
    PostingKey,
    Returned,
)
from persistence.in_step import InStep
from persistence.posting.reading.pool_past import BEGINNING, place_of, snapshot_before
from persistence.posting.reading.sources import sources_of

_MOVEMENTS = """
select m.id, m.posting_date, m.posting_time, m.seq, m.ordinal, m.item_id, m.warehouse_id,
       m.lot_id, m.quantity, m.nature, m.leg, m.document_id, m.line_id, m.returns_id, r.quantity,
       r.cost, m.voids_id, m.corrects_id,
       m.nature = 'COUNT' and m.corrects_id is null and m.voids_id is null,
       m.counted_quantity, m.counted_rate, m.counted_value, c.given, s.sources,
       (select v.seq from voiding v
         where v.company_id = m.company_id and v.document_id = m.document_id)
  from movement m
  left join lateral (
    select o.quantity, (select coalesce(sum(e.actual + e.expected), 0) from cost_entry e
                         where e.company_id = o.company_id and e.movement_id = o.id
                           and e.seq <= %(known)s and e.kind <> 'NEGATIVE_STOCK') as cost
      from movement o
     where o.company_id = m.company_id and o.id = m.returns_id limit 1) r on true
  cross join lateral (
    select coalesce(sum(actual), 0) as given from cost_entry e
     where e.company_id = m.company_id and e.movement_id = m.id and e.seq <= %(known)s
       and e.kind not in ('ISSUE', 'ADJUSTMENT', 'DIFFERENCE', 'ROUNDING', 'NEGATIVE_STOCK')) c
  cross join lateral (
    select array_agg(array[s.source_id::text, s.fraction::text, s.before::text,
                           (select coalesce(sum(e.actual + e.expected), 0)::text
                              from cost_entry e
                             where e.company_id = s.company_id and e.movement_id = s.source_id
                               and e.seq <= %(known)s),
                           (o.document_id = m.document_id and o.line_id = m.line_id)::text])
           as sources
      from movement_source s
      join movement o on o.company_id = s.company_id and o.id = s.source_id
     where s.company_id = m.company_id and s.movement_id = m.id) s
 where m.company_id = %(company)s
"""
_ONE = _MOVEMENTS + " and m.id = %(movement)s"
# What was recorded before the flow was opened belongs to another; what opens it comes in.
_OF_POOL = """
   and m.item_id = %(item)s and m.warehouse_id = %(warehouse)s
   and m.lot_id is not distinct from nullif(%(lot)s, '00000000-0000-0000-0000-000000000000'::uuid)
   and (m.seq > (select c.flow_since from company c where c.id = %(company)s)
        or m.seq = (select c.flow_since from company c where c.id = %(company)s) and m.leg = 'IN')
"""
_KEY = "(m.posting_date, m.posting_time, m.seq, m.ordinal)"
_HISTORY = f"""{_MOVEMENTS} {_OF_POOL}
   and {_KEY} > (%(date)s, %(time)s, %(seq)s, %(ordinal)s)
   and {_KEY} <= (%(to_date)s, %(to_time)s, %(to_seq)s, %(to_ordinal)s)
   and m.seq <= %(known)s and m.voids_id is null and m.corrects_id is null
   and not exists (select from voiding v
                    where v.company_id = m.company_id and v.document_id = m.document_id
                      and v.seq <= %(known)s)
 order by m.posting_date, m.posting_time, m.seq, m.ordinal
"""
_FIRST_CHANGED = f"""
select m.posting_date, m.posting_time, m.seq, m.ordinal
  from movement m
 where m.company_id = %(company)s {_OF_POOL}
   and {_KEY} < (%(date)s, %(time)s, %(seq)s, %(ordinal)s)
   and (m.seq > %(known)s
        or exists (select from cost_entry e where e.company_id = m.company_id
                      and e.movement_id = m.id and e.seq > %(known)s)
        or exists (select from voiding v where v.company_id = m.company_id
                      and v.document_id = m.document_id and v.seq > %(known)s))
 order by m.posting_date, m.posting_time, m.seq, m.ordinal
 limit 1
"""  # noqa: S608 - constant column names
# What the snapshot follows may itself have set the average, so its own place counts too.
_LAST_INCREASE = f"""
select m.posting_date, m.posting_time, m.seq, m.ordinal
  from movement m
 where m.company_id = %(company)s {_OF_POOL}
   and {_KEY} <= (%(date)s, %(time)s, %(seq)s, %(ordinal)s)
   and (m.quantity > 0 or m.nature = 'COUNT')
   and m.seq <= %(known)s and m.voids_id is null and m.corrects_id is null
   and not exists (select from voiding v
                    where v.company_id = m.company_id and v.document_id = m.document_id
                      and v.seq <= %(known)s)
 order by m.posting_date desc, m.posting_time desc, m.seq desc, m.ordinal desc
 limit 1
"""  # noqa: S608 - constant column names
COST_COLUMNS = """e.id, e.movement_id, e.kind, e.actual, e.seq, e.document_id, e.because_id,
       e.expected, e.interim, e.invoiced_quantity,
       e.kind = 'REVALUATION' and e.covered_quantity is not null"""
_ENTRIES = f"""
select {COST_COLUMNS}
  from cost_entry e
 where e.company_id = %(company)s and e.movement_id = any(%(movements)s) and e.seq <= %(known)s
 order by e.seq, e.id
"""  # noqa: S608 - constant column names
_ITEM = """
select i.sku, i.name, coalesce(i.costing_method, company.costing_method)
  from item i join company on company.id = i.company_id
 where i.company_id = %(company)s and i.id = %(item)s
"""
_METHODS = """
select c.posting_date, c.posting_time, c.seq, c.method_before, c.method_after,
       (select v.seq from voiding v
         where v.company_id = c.company_id and v.document_id = c.document_id)
  from method_change c
 where c.company_id = %(company)s and c.item_id = %(item)s
 order by c.seq
"""


class ReplayStories:
    """Stories of one company's movements; see `persistence.explaining.explain.Stories`."""

    def __init__(self, books: InStep) -> None:
        """Within one transaction."""
        self._books = books

    async def story(
        self, movement: UUID, known: int, *, with_pool: bool, as_then: bool
    ) -> Story | None:
        """A movement as it was known at a sequence, with its pool from the last snapshot before."""
        del as_then  # nothing waits to be adjusted
        found = await told(self._books, movement, known)
        if found is None or not with_pool:
            return found
        if found.movement.voids is not None or found.movement.corrects is not None:
            return found
        pool = await pool_of(self._books, found, found.movement.key)
        return replace(found, pool=pool)

    async def earlier(self, story: Story) -> Story:
        """With its pool from before the movement that set the average, where there is any."""
        if story.pool is None or story.pool.folded_to is None:
            return story
        return await earlier(self._books, story)


async def movement_known(books: InStep, movement: UUID, known: int) -> Movement:
    """A movement with what its sources cost as it was known at a sequence."""
    row = await books.row(_ONE, movement=movement, known=known)
    assert row is not None, f"there is no movement {movement}"
    return _movement(row)


async def told(books: InStep, movement: UUID, known: int) -> Story | None:
    """A movement and its entries as they were known at a sequence; None: there is none (yet).

    A cancelled movement is told as it was before it was cancelled.
    """
    row = await books.row(_ONE, movement=movement, known=known)
    if row is None or row[3] > known:
        return None
    voided = row[24]
    if voided is not None and voided <= known:
        known = voided - 1
        row = await books.row(_ONE, movement=movement, known=known)
        assert row is not None
    found = _movement(row)
    movements = [movement] if found.voids is None else [movement, found.voids]
    rows = await books.rows(_ENTRIES, movements=movements, known=known)
    entries = [recorded(entry) for entry in rows]
    return Story(
        movement=found,
        seq=known,
        worked_out=known,
        entries=tuple(entry for entry in entries if entry.movement == movement),
        other_legs=frozenset(UUID(one[0]) for one in row[23] or () if one[4] == "true"),
        mirrors=tuple(entry for entry in entries if entry.movement == found.voids),
    )


async def earlier(books: InStep, told: Story) -> Story:
    """The story with its pool from before the movement that set the average, or from its start."""
    pool = told.pool
    assert pool is not None
    assert pool.folded_to is not None, "nothing is earlier than the beginning"
    place = place_of(pool.pool, pool.folded_to)
    row = await books.row(_LAST_INCREASE, **place, known=told.seq)
    key = PostingKey(*row) if row is not None else BEGINNING
    return replace(told, pool=await pool_of(books, told, key))


async def pool_of(books: InStep, told: Story, start: PostingKey) -> PoolFacts:
    """The movement's pool as it was known: from a snapshot before `start` up to the movement."""
    movement, known = told.movement, told.seq
    item = await _item_as_of(books, movement.pool.item, known)
    row = await books.row(_FIRST_CHANGED, **place_of(movement.pool, start), known=known)
    changed = [PostingKey(*row)] if row is not None else []
    facts = await snapshot_before(books, movement.pool, min([start, *changed, *item[1]]), item[0])
    to = movement.key
    rows = await books.rows(
        _HISTORY,
        **place_of(movement.pool, facts.folded_to or BEGINNING),
        to_date=to.posting_date,
        to_time=to.posting_time,
        to_seq=to.seq,
        to_ordinal=to.ordinal,
        known=known,
    )
    history = tuple(_movement(each) for each in rows)
    return replace(facts, history=history, allow_negative=True)


async def _item_as_of(books: InStep, item: UUID, known: int) -> tuple[ItemFacts, list[PostingKey]]:
    """The item under the methods that were in force then, and where others are in force now."""
    row = await books.row(_ITEM, item=item)
    assert row is not None, f"item {item} has movements and is not there"
    rows = await books.rows(_METHODS, item=item)
    then: list[MethodChange] = []
    since: list[PostingKey] = []
    for day, moment, seq, before, after, voided in rows:
        change = MethodChange(PostingKey(day, moment, seq, 0), before, after)
        if seq <= known and (voided is None or voided > known):
            then.append(change)
        if seq > known or (voided is not None and voided > known):
            since.append(change.key)
    method = row[2]
    if rows:
        method = then[-1].after if then else rows[0][3]
    facts = ItemFacts(item, row[0], row[1], method, method_changes=tuple(then))
    return facts, since


def _movement(row: Sequence[Any]) -> Movement:
    return Movement(
        id=row[0],
        key=PostingKey(*row[1:5]),
        pool=Pool(row[5], row[6], row[7] or NO_LOT),
        quantity=row[8],
        nature=Nature(row[9]),
        leg=Leg(row[10]),
        document=row[11],
        line=row[12],
        returns=None if row[13] is None else Returned(row[13], row[14], row[15]),
        voids=row[16],
        corrects=row[17],
        counted=Assertion(row[19], row[20], row[21]) if row[18] else None,
        given_recorded=row[22],
        sources=sources_of([one[:4] for one in row[23] or ()]),
    )


def recorded(row: Sequence[Any]) -> Recorded:
    """A cost entry, its columns in the order of `COST_COLUMNS`."""
    return Recorded(
        id=row[0],
        movement=row[1],
        kind=EntryKind(row[2]),
        amount=row[3],
        seq=row[4],
        document=row[5],
        because=row[6],
        expected=row[7],
        interim=row[8],
        invoiced=row[9],
        is_for_the_rest=row[10],
    )
