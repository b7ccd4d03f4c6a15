"""What a figure consists of, one step down. One function a kind of figure, all of them pure.

A flow of costing says what a movement took and what it brought (`Explains`); everything else is
the same for all flows.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple, Protocol
from uuid import UUID

from domain.explain.nodes import NodeKind, Part
from domain.explain.story import Recorded, Story
from domain.money import RATE_DIGITS, ZERO, multiply, round_to, share
from domain.movements import EntryKind, Movement, Nature


class Earlier(NamedTuple):
    """The pool must be given from earlier on: what set its average is not among the facts."""


class Explains(Protocol):
    """How a flow of costing explains a movement; a new flow implements just this."""

    def took(self, story: Story, digits: int) -> tuple[Part, ...] | Earlier:
        """All that a decrease or a count costs: layers, average, provisional cost."""
        ...

    def derived(self, story: Story, digits: int) -> tuple[Part, ...] | Earlier:
        """What costing made of a movement, first and later: what it took, or took over."""
        ...

    def before(self, story: Story, digits: int) -> tuple[Part, ...] | Earlier:
        """What the balance before the movement consisted of."""
        ...

    def averaged(self, story: Story, digits: int) -> tuple[Part, ...] | Earlier:
        """What the average that the movement set, or took, was mixed of."""
        ...

    def settled(self, story: Story, digits: int) -> tuple[Part, ...] | Earlier:
        """By what a movement's cost differs from what it was given and took, named differences."""
        ...


def is_priced(movement: Movement) -> bool:
    """Whether documents or sources say what it costs; an issue or a count just costs."""
    return movement.counted is None and movement.quantity > 0


# -- what came in -------------------------------------------------------------------------------


def came_in(story: Story) -> tuple[Part, ...]:
    """What documents gave all of an increase, and what it took over from its sources."""
    return (*given_to_all(story), *sources(story))


def is_worth_nothing(story: Story) -> bool:
    """Whether a product's scrap was said to be dearer than what was consumed for both."""
    movement = story.movement
    is_product = movement.nature is Nature.MAKING and bool(movement.sources)
    return is_product and sum((part.amount for part in came_in(story)), ZERO) < 0


def brought(story: Story) -> tuple[Part, ...]:
    """What each unit of an increase brings along."""
    return () if is_worth_nothing(story) else came_in(story)


def went_back(story: Story) -> Part | None:
    """What goods that are given back had come in at; None where the movement gives back none."""
    returned, quantity = story.movement.returns, story.movement.quantity
    if returned is None:
        return None
    amount = share(returned.cost, quantity, returned.quantity)
    return Part(NodeKind.LAYER, returned.movement, story.seq, amount, quantity)


def given(story: Story) -> tuple[Part, ...]:
    """What documents gave a movement."""
    return tuple(entry_parts(one for one in story.entries if one.is_given))


def given_to_all(story: Story) -> tuple[Part, ...]:
    """What documents gave all that came in by a movement, and not just the rest that was left."""
    entries = (one for one in story.entries if one.is_given and not one.is_for_the_rest)
    return tuple(entry_parts(entries))


def entry_parts(entries: Iterable[Recorded]) -> Iterable[Part]:
    """Cost entries as parts: actual cost, and what is expected and not invoiced yet."""
    for one in entries:
        if one.amount:
            yield Part(one.shown_as, one.id, one.seq, one.amount)
        if one.expected:
            yield Part(one.expected_as, one.id, one.seq, one.expected)


def sources(story: Story) -> tuple[Part, ...]:
    """The movements whose cost it took over: a transfer, what was consumed, what came back."""
    movement = story.movement
    return tuple(
        Part(
            _source_kind(story, one.movement),
            one.movement,
            story.worked_out,
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
        return tuple(entry_parts(story.entries))
    if not is_priced(movement):
        return flow.took(story, digits)
    derived = flow.derived(story, digits)
    if isinstance(derived, Earlier):
        return derived
    return (*given(story), *derived, *differences(story))


def differences(story: Story) -> tuple[Part, ...]:
    """The entries of a movement that costing named: differences, left-over cents."""
    named = (one for one in story.entries if not one.is_given and one.kind not in FIRST)
    return tuple(entry_parts(named))


FIRST = (EntryKind.ISSUE, EntryKind.ADJUSTMENT)
"""First costs and later adjustments of them."""


def entry(
    one: Recorded,
    after: Story,
    before: Story | None,
    flow: Explains,
    digits: int,
    *,
    expected: bool = False,
) -> tuple[Part, ...] | Earlier:
    """What a derived cost entry consists of: what its movement came to, less what before.

    `after` is the movement when the entry was written, `before` just before that (None: it did not
    exist yet). `expected`: the part of the entry that is not invoiced yet.
    """
    if after.movement.voids is not None:
        return _mirrored(one, after, expected=expected)
    if one.makes_actual and is_priced(after.movement) and not after.movement.sources:
        return _was_expected(after, one.expected if expected else one.amount)
    now = _component(one.kind, after, flow, digits, expected=expected)
    if isinstance(now, Earlier) or before is None:
        return now
    then = _component(one.kind, before, flow, digits, expected=expected)
    if isinstance(then, Earlier):
        return then
    return tuple(difference(now, then))


def _mirrored(one: Recorded, story: Story, *, expected: bool) -> tuple[Part, ...]:
    """The entry that a mirrored one undoes: they were written in the same order."""
    place = [entry.id for entry in story.entries].index(one.id)
    original = story.mirrors[place]
    if expected:
        kind = original.expected_as
        return (Part(kind, original.id, original.seq, -original.expected),)
    return (Part(NodeKind.CANCELLATION, original.id, original.seq, -original.amount),)


def _was_expected(story: Story, amount: Decimal) -> tuple[Part, ...]:
    """What a receipt was expected to cost, and is actual since nobody will bill it."""
    given_first = next(
        (entry for entry in story.entries if entry.is_given and entry.expected), None
    )
    if given_first is None:
        return ()
    return (Part(NodeKind.EXPECTED, given_first.id, given_first.seq, amount),)


def _component(
    kind: EntryKind, story: Story, flow: Explains, digits: int, *, expected: bool
) -> tuple[Part, ...] | Earlier:
    """The part of a movement's cost that entries of a kind keep up to date."""
    if kind not in FIRST:
        return flow.settled(story, digits)
    derived = flow.derived(story, digits)
    if isinstance(derived, Earlier):
        return derived
    part, whole = story.billed
    part = whole - part if expected else part
    return derived if part == whole else tuple(of_each(derived, part, whole)) if part else ()


def of_each(parts: Iterable[Part], part: Decimal, whole: Decimal) -> Iterable[Part]:
    """So much of all of them: `part` of `whole`."""
    for one in parts:
        quantity = share(one.quantity, part, whole) if one.quantity else one.quantity
        yield one._replace(amount=share(one.amount, part, whole), quantity=quantity)


def difference(now: Sequence[Part], then: Sequence[Part]) -> Iterable[Part]:
    """What is there now and was not, what was there and is not, and what costs something else."""
    earlier = {(part.kind, part.id): part for part in then}
    for part in now:
        old = earlier.pop((part.kind, part.id), None)
        if old is None:
            yield part
        elif part.quantity == old.quantity and part.kind in _KEPT:
            if part.amount != old.amount:
                change = part.amount - old.amount
                yield Part(NodeKind.CHANGE, part.id, part.seq, change, part.quantity, old.seq)
        elif part.kind in _KEPT and _costs_the_same(part, old):
            yield _plus(part, gone(old))
        elif (part.quantity, part.amount) != (old.quantity, old.amount):
            yield part
            yield gone(old)
    for old in earlier.values():
        yield gone(old)


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


def gone(part: Part) -> Part:
    """The same, taken back."""
    quantity = -part.quantity if part.quantity is not None else None
    return part._replace(amount=-part.amount, quantity=quantity)


def change(story: Story, since: int) -> tuple[Part, ...]:
    """What was recorded on a movement after a sequence, of what it passes on with each unit."""
    passes_on = FIRST
    if not is_priced(story.movement) or _was_worth_nothing(story, since):
        passes_on = (*FIRST, *_ROUNDED)
    return tuple(
        entry_parts(
            entry
            for entry in story.entries
            if since < entry.seq and not entry.is_for_the_rest
            and (entry.is_given or entry.kind in passes_on)
        )
    )  # fmt: skip


def _was_worth_nothing(story: Story, since: int) -> bool:
    """Whether a product was once worth nothing because of its scrap, then or now."""
    if story.movement.nature is not Nature.MAKING:
        return False
    came = [
        one
        for one in story.entries
        if (one.is_given and not one.is_for_the_rest) or one.kind in FIRST
    ]
    then = sum((one.amount for one in came if one.seq <= since), ZERO)
    return then < 0 or sum((one.amount for one in came), ZERO) < 0


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
