"""The flow REPLAY explained: the pool is folded again, and asked what it holds before and after."""

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from domain.costing.fold import Findings, Fold
from domain.costing.method import Held, Holding
from domain.costing.timeline import method_at
from domain.explain.nodes import NodeKind, Part
from domain.explain.parts import (
    Earlier,
    came_in,
    count,
    given,
    gone,
    is_priced,
    is_worth_nothing,
    sources,
    went_back,
)
from domain.explain.story import Story
from domain.money import ZERO, quantum

_KINDS = {
    Held.LAYER: NodeKind.LAYER,
    Held.AVERAGE: NodeKind.AVERAGE,
    Held.OWED: NodeKind.PROVISIONAL,
}


class _Balances(NamedTuple):
    """What the pool held before the movement and after it.

    `of_before` are movements whose name two layers have: their own, and all that lay there when
    another method began just before them, in a bin that had nothing on that day yet.
    """

    before: tuple[Holding, ...]
    after: tuple[Holding, ...]
    of_before: frozenset[UUID] = frozenset()
    newest_first: bool = False


class Replay:
    """See `domain.explain.parts.Explains`."""

    def took(self, story: Story, digits: int) -> tuple[Part, ...] | Earlier:
        """What there was before the movement and is not any more, and the other way round."""
        balances = _around(story, digits)
        if isinstance(balances, Earlier):
            return balances
        if story.movement.counted is not None:
            return tuple(_counted(story, balances))
        before = _parts(story, balances, balances.before)
        after = _parts(story, balances, balances.after)
        return _as_it_came_in(story, tuple(_moved(before, after)), digits)

    def derived(self, story: Story, digits: int) -> tuple[Part, ...] | Earlier:
        """What an increase took over; a decrease or a count is derived as a whole."""
        return sources(story) if is_priced(story.movement) else self.took(story, digits)

    def before(self, story: Story, digits: int) -> tuple[Part, ...] | Earlier:
        """The balance before the movement."""
        balances = _around(story, digits)
        if isinstance(balances, Earlier):
            return balances
        return tuple(_parts(story, balances, balances.before).values())

    def averaged(self, story: Story, digits: int) -> tuple[Part, ...] | Earlier:
        """The balance before its last receipt, and that receipt."""
        before = self.before(story, digits)
        if isinstance(before, Earlier):
            return before
        movement = story.movement
        if (counted := count(story, self, digits)) is not None:
            return counted
        mixed = tuple(part for part in before if part.kind is not NodeKind.PROVISIONAL)
        if not is_priced(movement):
            return mixed
        amount = sum((part.amount for part in came_in(story)), ZERO)
        return (*mixed, Part(NodeKind.RECEIPT, movement.id, story.seq, amount, movement.quantity))

    def settled(self, story: Story, digits: int) -> tuple[Part, ...] | Earlier:
        """What was owed at a provisional cost, taken back, and what that really cost.

        Of a decrease: what it took, less what its document gave.
        """
        if not is_priced(story.movement):
            took = self.took(story, digits)
            undone = [part._replace(amount=-part.amount) for part in given(story)]
            return took if isinstance(took, Earlier) else (*took, *undone)
        balances = _around(story, digits, needs_average=False)
        if isinstance(balances, Earlier):
            return balances
        if not _owed(balances.before):
            too_much = came_in(story) if is_worth_nothing(story) else ()
            return tuple(gone(part) for part in too_much)
        movement = story.movement
        (then, owed_then), (now, owed_now) = (
            _sum(_owed(side)) for side in (balances.before, balances.after)
        )
        came = sum((part.amount for part in came_in(story)), ZERO)
        kept, _ = _sum(one for one in balances.after if one.held is not Held.OWED)
        covered = owed_now - owed_then
        return (
            Part(NodeKind.PROVISIONAL, movement.id, story.seq, now - then, covered),
            Part(NodeKind.COVERED, movement.id, story.seq, kept - came, -covered),
        )


def _owed(side: Iterable[Holding]) -> list[Holding]:
    return [one for one in side if one.held is Held.OWED]


def _sum(side: Iterable[Holding]) -> tuple[Decimal, Decimal]:
    """Value and quantity."""
    value = quantity = ZERO
    for one in side:
        value, quantity = value + one.value, quantity + one.quantity
    return value, quantity


def _around(story: Story, digits: int, *, needs_average: bool = True) -> _Balances | Earlier:
    """What the pool held before the movement, and after it."""
    pool, movement = story.pool, story.movement
    assert pool is not None, "a pool is needed to say what a movement took"
    fold = Fold(pool, [], digits, Findings())
    while fold.next_key is not None and fold.next_key < movement.key:
        fold.advance()
    before = tuple(fold.holdings())
    fold.advance()
    after = tuple(fold.holdings())
    unknown = any(one.held is Held.AVERAGE and one.movement is None for one in before)
    if needs_average and unknown and pool.folded_to is not None:
        return Earlier()
    named = [Counter(one.movement for one in side if one.movement) for side in (before, after)]
    twice = frozenset(id_ for side in named for id_, times in side.items() if times > 1)
    method = method_at(pool.method, pool.changes, movement.key) if twice else ""
    return _Balances(before, after, twice, newest_first=method == "LIFO")


def _parts(
    story: Story, balances: _Balances, holdings: Sequence[Holding]
) -> dict[tuple[NodeKind, UUID], Part]:
    """Holdings by what they are; layers of one movement are added up."""
    parts: dict[tuple[NodeKind, UUID], Part] = {}
    for place, (_, movement, quantity, value) in enumerate(holdings):
        key = (_kind_of(place, holdings, balances), movement or story.movement.id)
        known = parts.get(key)
        if known is None or known.quantity is None:
            parts[key] = Part(*key, story.seq, value, quantity)
        else:
            more, worth = known.quantity + quantity, known.amount + value
            parts[key] = known._replace(amount=worth, quantity=more)
    return parts


def _kind_of(place: int, holdings: Sequence[Holding], balances: _Balances) -> NodeKind:
    """What a holding is: of two layers of one name the older is the balance before its movement.

    Under FIFO that is there as long as both are, under LIFO it is what is left of the two.
    """
    held, name, _, _ = holdings[place]
    if name in balances.of_before:
        places = [at for at, one in enumerate(holdings) if one.movement == name]
        older = places[-1] if balances.newest_first else places[0]
        if place == older and (len(places) > 1 or balances.newest_first):
            return NodeKind.BALANCE
    return _KINDS[held]


def _moved(
    before: dict[tuple[NodeKind, UUID], Part], after: dict[tuple[NodeKind, UUID], Part]
) -> Iterable[Part]:
    for key, part in before.items():
        left = after.get(key)
        amount = (left.amount if left else ZERO) - part.amount
        quantity = ((left.quantity if left else None) or ZERO) - (part.quantity or ZERO)
        if amount or quantity:
            yield part._replace(amount=amount, quantity=quantity)
    for key, part in after.items():
        if key not in before:
            yield part


def _as_it_came_in(story: Story, parts: tuple[Part, ...], digits: int) -> tuple[Part, ...]:
    """Of goods that are not there any more the rest gives up what they had come in at."""
    back = went_back(story)
    if back is None or all(part.id != story.movement.id for part in parts):
        return parts
    taken = sum((part.amount for part in parts), ZERO)
    return (back,) if abs(back.amount - taken) <= quantum(digits) else parts


def _counted(story: Story, balances: _Balances) -> Iterable[Part]:
    """What was counted, less what there was."""
    movement = story.movement
    for kind, sign, side in (
        (NodeKind.COUNT, 1, balances.after),
        (NodeKind.BALANCE, -1, balances.before),
    ):
        value, quantity = _sum(side)
        yield Part(kind, movement.id, story.seq, sign * value, sign * quantity)
