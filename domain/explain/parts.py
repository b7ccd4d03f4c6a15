"""What a figure consists of, one step down. One function a kind of figure, all of them pure.

A flow of costing says what a movement took and what it brought (`Explains`); everything else is
the same for all flows.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol
from uuid import UUID

from domain.explain.nodes import NodeKind, Part
from domain.explain.story import Recorded, Story
from domain.money import RATE_DIGITS, ZERO, multiply, round_to, share
from domain.movements import EntryKind, Movement


class Earlier(NamedTuple):
    """The pool must be given from earlier on: what set its average is not among the facts."""


class Explains(Protocol):
    """How a flow of costing explains a movement; a new flow implements just this."""

    def took(self, story: Story, digits: int) -> tuple[Part, ...] | Earlier:
        """What the movement changed of the balance: layers, average, provisional cost."""
        ...

    def before(self, story: Story, digits: int) -> tuple[Part, ...] | Earlier:
        """What the balance before the movement consisted of."""
        ...

    def settled(self, story: Story, digits: int) -> tuple[Part, ...] | Earlier:
        """By what an increase's cost differs from what it came in at, other than by rounding."""
        ...


def is_priced(movement: Movement) -> bool:
    """Whether documents or sources say what it costs; an issue or a count just costs."""
    return movement.counted is None and movement.quantity > 0


# -- what came in -------------------------------------------------------------------------------


def came_in(story: Story) -> tuple[Part, ...]:
    """What documents gave an increase, and what it took over from its sources."""
    return (*_given(story), *sources(story))


def _given(story: Story) -> Iterable[Part]:
    for entry in story.entries:
        if entry.is_given:
            yield _entry(entry)


def _entry(entry: Recorded) -> Part:
    return Part(entry.shown_as, entry.id, entry.seq, entry.amount)


def sources(story: Story) -> tuple[Part, ...]:
    """The movements whose cost it took over: a transfer, what was consumed, what came back."""
    movement = story.movement
    return tuple(
        Part(
            _source_kind(story, one.movement),
            one.movement,
            story.seq,
            -multiply(one.cost, one.fraction),
        )
        for one in movement.sources
    )


def _source_kind(story: Story, source: UUID) -> NodeKind:
    if story.movement.returns is not None:
        return NodeKind.RETURN
    return NodeKind.TRANSFER if source in story.other_legs else NodeKind.CONSUMPTION


# -- costs and entries --------------------------------------------------------------------------


def cost(story: Story, flow: Explains, digits: int) -> tuple[Part, ...] | Earlier:
    """What the cost of a movement consists of now (at the story's sequence)."""
    movement = story.movement
    if movement.voids is not None or movement.corrects is not None:
        return tuple(_entry(entry) for entry in story.entries)
    if is_priced(movement):
        derived = (
            _entry(entry)
            for entry in story.entries
            if not entry.is_given and entry.kind not in _FIRST
        )
        return (*came_in(story), *derived)
    return flow.took(story, digits)


_FIRST = (EntryKind.ISSUE, EntryKind.ADJUSTMENT)


def entry(
    one: Recorded, after: Story, before: Story | None, flow: Explains, digits: int
) -> tuple[Part, ...] | Earlier:
    """What a derived cost entry consists of: what its movement came to, less what before.

    `after` is the movement when the entry was written, `before` just before that (None: it did not
    exist yet).
    """
    if after.movement.voids is not None:
        return _mirrored(one, after)
    now = _component(one.kind, after, flow, digits)
    if isinstance(now, Earlier) or before is None:
        return now
    then = _component(one.kind, before, flow, digits)
    if isinstance(then, Earlier):
        return then
    return tuple(_difference(now, then))


def _mirrored(one: Recorded, story: Story) -> tuple[Part, ...]:
    """The entry that a mirrored one undoes: they were written in the same order."""
    place = [entry.id for entry in story.entries].index(one.id)
    original = story.mirrors[place]
    return (Part(NodeKind.CANCELLATION, original.id, original.seq, -original.amount),)


def _component(
    kind: EntryKind, story: Story, flow: Explains, digits: int
) -> tuple[Part, ...] | Earlier:
    """The part of a movement's cost that entries of a kind keep up to date."""
    if is_priced(story.movement):
        return sources(story) if kind in _FIRST else flow.settled(story, digits)
    took = flow.took(story, digits)
    if isinstance(took, Earlier) or kind in _FIRST:
        return took
    undone = [part._replace(amount=-part.amount) for part in _given(story)]
    return (*took, *undone)


def _difference(now: Sequence[Part], then: Sequence[Part]) -> Iterable[Part]:
    """What is there now and was not, what was there and is not, and what costs something else."""
    earlier = {(part.kind, part.id): part for part in then}
    for part in now:
        old = earlier.pop((part.kind, part.id), None)
        if old is None:
            yield part
        elif part.quantity == old.quantity and part.kind in _KEPT:
            if part.amount != old.amount:
                change = part.amount - old.amount
                yield Part(NodeKind.CHANGE, part.id, part.seq, change, part.quantity)
        elif part.kind in _KEPT and _costs_the_same(part, old):
            yield _plus(part, _gone(old))
        elif (part.quantity, part.amount) != (old.quantity, old.amount):
            yield part
            yield _gone(old)
    for old in earlier.values():
        yield _gone(old)


_KEPT = frozenset({NodeKind.LAYER, NodeKind.TRANSFER, NodeKind.CONSUMPTION, NodeKind.RETURN})


def _costs_the_same(one: Part, other: Part) -> bool:
    """Whether a unit of both costs the same, but for the noise of divisions."""
    if not one.quantity or not other.quantity:
        return False
    per_unit = share(other.amount, one.quantity, other.quantity)
    return round_to(per_unit - one.amount, RATE_DIGITS) == 0


def _plus(one: Part, other: Part) -> Part:
    quantity = (one.quantity or ZERO) + (other.quantity or ZERO)
    return one._replace(amount=one.amount + other.amount, quantity=quantity)


def _gone(part: Part) -> Part:
    quantity = -part.quantity if part.quantity is not None else None
    return part._replace(amount=-part.amount, quantity=quantity)


def change(story: Story) -> tuple[Part, ...]:
    """What was recorded on a movement at just the story's sequence, of what it passes on."""
    passes_on = (*_FIRST, *_ROUNDED) if not is_priced(story.movement) else _FIRST
    return tuple(
        _entry(entry)
        for entry in story.entries
        if entry.seq == story.seq and (entry.is_given or entry.kind in passes_on)
    )


_ROUNDED = (EntryKind.DIFFERENCE, EntryKind.ROUNDING, EntryKind.NEGATIVE_STOCK)


def count(story: Story, flow: Explains, digits: int) -> tuple[Part, ...] | Earlier | None:
    """What a count said there was; None where the movement is none, or said nothing."""
    counted = story.movement.counted
    if counted is None or counted.is_empty:
        return None
    took = flow.took(story, digits)
    if isinstance(took, Earlier):
        return took
    return tuple(part for part in took if part.kind is NodeKind.COUNT)


def average(story: Story, flow: Explains, digits: int) -> tuple[Part, ...] | Earlier:
    """What an average was mixed of: the balance before its last receipt, and that receipt."""
    before = flow.before(story, digits)
    if isinstance(before, Earlier):
        return before
    movement = story.movement
    if (counted := count(story, flow, digits)) is not None:
        return counted
    mixed = tuple(part for part in before if part.kind is not NodeKind.PROVISIONAL)
    if not is_priced(movement):
        return mixed
    amount = sum((part.amount for part in came_in(story)), ZERO)
    return (*mixed, Part(NodeKind.RECEIPT, movement.id, story.seq, amount, movement.quantity))
