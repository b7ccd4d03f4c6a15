"""Reading what the CARRIED flow knew of a movement: the cost in force, and its bin before it."""

from dataclasses import replace
from uuid import UUID

from domain.costing.carried.facts import CarriedStory
from domain.explain.story import Story
from domain.money import ZERO
from domain.movements import UnitCost
from persistence.explaining.facts import movement_known, told
from persistence.in_step import InStep

# Whatever was recorded in the bin before the movement: earlier ones, and earlier ones of its own
# document, whose entries were made before its own. What a cancellation mirrors comes first, though
# its entries are made last.
_BEFORE = """
with own as (
  select m.*, (select min(e.id::text)::uuid from cost_entry e
                where e.company_id = m.company_id and e.movement_id = m.id and e.seq = m.seq)
         as first_entry
    from movement m where m.company_id = %(company)s and m.id = %(movement)s)
select own.card_value, own.card_quantity, b.id, b.quantity, b.seq = own.seq,
       (select coalesce(sum(e.actual + e.expected), 0) from cost_entry e
         where e.company_id = b.company_id and e.movement_id = b.id
           and (e.seq < own.seq
                or e.seq = own.seq and (own.first_entry is null or e.id < own.first_entry
                                        or b.seq = own.seq and b.voids_id is not null)))
  from own
  left join movement b on b.company_id = own.company_id and b.item_id = own.item_id
       and b.warehouse_id = own.warehouse_id and b.lot_id is not distinct from own.lot_id
       and (b.seq, b.ordinal) < (own.seq, own.ordinal)
"""


class CarriedStories:
    """Stories of one company's movements; see `persistence.explaining.explain.Stories`."""

    def __init__(self, books: InStep) -> None:
        """Within one transaction."""
        self._books = books

    async def story(
        self, movement: UUID, known: int, *, with_pool: bool, as_then: bool
    ) -> Story | None:
        """A movement as it was known at a sequence; what it took over is as of its recording."""
        del as_then  # nothing waits to be adjusted
        found = await told(self._books, movement, known)
        if found is None:
            return None
        first = found.movement.key.seq
        then = await movement_known(self._books, movement, first)
        found = replace(
            found,
            movement=replace(found.movement, sources=then.sources, counted=None),
            worked_out=first,
        )
        if not with_pool or found.movement.voids is not None:
            return found
        return replace(found, carried=await self._carried(movement))

    async def earlier(self, story: Story) -> Story:
        """Nothing is earlier: the bin is read from its beginning."""
        return story

    async def _carried(self, movement: UUID) -> CarriedStory:
        rows = await self._books.rows(_BEFORE, movement=movement)
        value, quantity = rows[0][:2]
        bin_ = [row[2:] for row in rows if row[2] is not None]
        return CarriedStory(
            card=UnitCost(value, quantity) if value is not None else None,
            held=sum((one[1] for one in bin_), ZERO),
            worth=sum((one[3] for one in bin_), ZERO),
            own=tuple((one[0], one[1], one[3]) for one in bin_ if one[2]),
        )
