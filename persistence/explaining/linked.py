"""Reading what the LINKED flow knew of a movement: its links then, and for averages their pool.

A derived cost may wait to be adjusted: what it consists of is what was known when it was last
worked out, not what is known now. An average is read from its beginning, up to the sequence asked
for.
"""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from domain.costing.linked.facts import LinkedMovement, LinkedStory
from domain.costing.linked.node import BILLED, Node
from domain.costing.linked.periods import Averaging
from domain.explain.parts import FIRST
from domain.explain.story import Story
from domain.money import ONE, ZERO
from domain.movements import EntryKind, Movement
from persistence.explaining.facts import movement_known, told
from persistence.in_step import InStep
from persistence.posting.book import Book
from persistence.posting.reading import linked_statements as sql
from persistence.posting.reading.linked import linked_movement

_POOL = """
select m.id from movement m
 where m.company_id = %(company)s and m.item_id = %(item)s
   and (%(warehouse)s::uuid is null or m.warehouse_id = %(warehouse)s)
   and m.seq <= %(known)s and m.voids_id is null
   and not exists (select from voiding v where v.company_id = m.company_id
                      and v.document_id = m.document_id and v.seq <= %(known)s)
"""

# When a movement counts follows from all that its cost comes from, in whichever pools that is.
_BEHIND = """
with recursive behind (id) as (
  select unnest(%(movements)s::uuid[])
  union
  select x.id
    from behind
    cross join lateral (
      select a.increase_id as id from application a
       where a.company_id = %(company)s and a.decrease_id = behind.id and a.seq <= %(known)s
      union all
      select s.source_id from movement_source s
       where s.company_id = %(company)s and s.movement_id = behind.id) x)
select id from behind
"""


class LinkedStories:
    """Stories of one company's movements; see `persistence.explaining.explain.Stories`."""

    def __init__(self, books: InStep, book: Book) -> None:
        """Within one transaction; `book` has the company's settings."""
        self._books = books
        self._settings = book.company.settings
        self._method = book.costing_method.value

    async def story(
        self, movement: UUID, known: int, *, with_pool: bool, as_then: bool
    ) -> Story | None:
        """A movement as it was known at a sequence; None: there is none (or none yet).

        `as_then`: with all that was known then, whether its cost had been worked out by it or not.
        """
        found = await told(self._books, movement, known)
        if found is None:
            return None
        worked_out = found.seq if as_then else _last(found, FIRST, found.movement.key.seq)
        then = await movement_known(self._books, movement, worked_out)
        found = replace(
            found,
            movement=replace(found.movement, sources=then.sources, counted=None),
            worked_out=worked_out,
            billed=_billed(found),
        )
        if not with_pool or found.movement.voids is not None:
            return found
        return replace(
            found,
            linked=await self._linked(found.movement, worked_out),
            used_up=await self._used_up(found),
        )

    async def earlier(self, story: Story) -> Story:
        """Nothing is earlier: links and averages are read from their beginning."""
        return story

    async def _used_up(self, found: Story) -> LinkedStory | None:
        """What had been taken of a receipt when its left-over cents were last settled."""
        seq = _last(found, (EntryKind.ROUNDING,), 0)
        if not seq:
            return None
        own = await self._movements([found.movement.id], seq)
        return LinkedStory(seq=seq, movements=own)

    async def _linked(self, movement: Movement, known: int) -> LinkedStory:
        own = await self._movements([movement.id], known)
        node = Node.of(own[movement.id])
        ids = {one.increase for one in node.links}
        pool: list[UUID] = []
        if node.is_average:
            average = Averaging.at(self._settings, known).pool_of(movement.pool)
            pool = await self._ids(
                _POOL,
                item=average.item,
                warehouse=average.warehouse,
                known=known,
            )
            ids |= set(await self._ids(_BEHIND, movements=[movement.id, *pool], known=known))
        return LinkedStory(
            seq=known,
            movements={**own, **await self._movements(ids - own.keys(), known)},
            pool=frozenset(pool),
            settings=self._settings,
        )

    async def _ids(self, query: str, **values: object) -> list[UUID]:
        return [row[0] for row in await self._books.rows(query, **values)]

    async def _movements(self, ids: Iterable[UUID], known: int) -> dict[UUID, LinkedMovement]:
        rows = await self._books.rows(sql.MOVEMENTS_KNOWN, movements=list(ids), known=known)
        return {row[0]: linked_movement(row, row[33] or self._method) for row in rows}


def _last(found: Story, kinds: tuple[EntryKind, ...], otherwise: int) -> int:
    """When an entry of these kinds was last written by which a cost was worked out."""
    worked_out = (one for one in found.entries if one.kind in kinds and not one.makes_actual)
    return max((one.seq for one in worked_out), default=otherwise)


def _billed(found: Story) -> tuple[Decimal, Decimal]:
    """How much of a movement is invoiced: what is never billed is so when posted."""
    whole = abs(found.movement.quantity)
    if found.movement.nature not in BILLED:
        return ONE, ONE
    part = sum((one.invoiced for one in found.entries), ZERO)
    return (part, whole) if part < whole else (ONE, ONE)
