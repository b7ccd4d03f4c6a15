"""Opening a node: from what the books knew to the subjects of its children."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from uuid import UUID

from domain.explain.nodes import (
    CAME_IN,
    COSTS,
    NodeKind,
    Part,
    Subject,
    UnexplainedError,
    scaled,
)
from domain.explain.parts import (
    Earlier,
    Explains,
    brought,
    change,
    cost,
    count,
    difference,
    entry,
    entry_parts,
    is_priced,
    of_each,
    went_back,
)
from domain.explain.story import Recorded, Story
from domain.money import ZERO, quantum, share


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What opening a subject needs: its movement then; also before, for a cost entry or a change.

    A change of what documents gave is told by that: it needs no story of before.
    """

    story: Story
    before: Story | None = None
    entry: Recorded | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedCostEntry:
    """A cost entry as an account heard of it: signed as the journal line.

    `amount` is actual cost, `interim` cost that was not invoiced yet; `quantity` is its movement's,
    and `cost_center` too, unless the account's side of it has one of its own.
    """

    entry: Recorded
    amount: Decimal
    interim: Decimal = ZERO
    quantity: Decimal
    cost_center: UUID | None


def opened(
    subject: Subject, known: Known, flow: Explains, digits: int
) -> tuple[Subject, ...] | Earlier:
    """What the subject consists of, in whole cents that add up to its amount; () where it ends.

    Raises:
        UnexplainedError: a recorded cost is not what the facts of then come to (a fault).
    """
    if known.entry is not None:
        one, is_expected = known.entry, subject.kind is NodeKind.EXPECTED_ISSUE
        parts = entry(one, known.story, known.before, flow, digits, expected=is_expected)
        recorded = one.expected if is_expected else one.amount
        return _all_of(subject, parts, recorded, digits)
    if subject.kind in COSTS:
        parts = cost(known.story, flow, digits)
        return _all_of(subject, parts, known.story.cost, digits)
    if subject.kind is NodeKind.BALANCE:
        parts = flow.before(known.story, digits)
        return parts if isinstance(parts, Earlier) else _share(subject, parts, digits, beyond=True)
    if subject.kind is NodeKind.CHANGE:
        return _changed(subject, known, flow, digits)
    return _held(subject, known.story, flow, digits)


def opened_as_recorded(
    subject: Subject, known: Known, flow: Explains, digits: int
) -> tuple[Subject, ...] | Earlier:
    """What a subject of an earlier flow of costs consists of: what is recorded.

    A migration has closed that flow, so that its costs are not worked out again: what it made of a
    movement ends as RECORDED. What mirrors an entry and what documents gave is as in any flow.
    """
    story = known.story
    if known.entry is not None and story.movement.voids is None:
        amount = known.entry.amount
        if subject.kind is NodeKind.EXPECTED_ISSUE:
            amount = known.entry.expected
        part = Part(NodeKind.RECORDED, story.movement.id, known.entry.seq, amount)
        return _all_of(subject, (part,), amount, digits)
    if known.entry is not None or subject.kind is NodeKind.CHANGE:
        return opened(subject, known, flow, digits)
    if subject.kind in COSTS:
        return _all_of(subject, tuple(entry_parts(story.entries)), story.cost, digits)
    if subject.kind in CAME_IN and is_priced(story.movement):
        return _share(subject, brought(story), digits, beyond=True)
    part = Part(NodeKind.RECORDED, story.movement.id, story.seq, subject.amount, subject.quantity)
    return _share(subject, (part,), digits)


def _all_of(
    subject: Subject, parts: tuple[Part, ...] | Earlier, recorded: Decimal, digits: int
) -> tuple[Subject, ...] | Earlier:
    """Parts of what is recorded: but for cents they must add up to that."""
    if isinstance(parts, Earlier):
        return parts
    if _is_off(recorded, parts, digits):
        off = recorded - _total(parts)
        raise UnexplainedError(f"{subject}: of {recorded}, {off} is not explained")
    return scaled(subject, parts, recorded, digits)


def _is_off(recorded: Decimal, parts: Sequence[Part], digits: int) -> bool:
    """Whether parts miss what is recorded by more than their cents."""
    return abs(recorded - _total(parts)) > quantum(digits) * (len(parts) + 2)


def _share(
    subject: Subject, parts: Sequence[Part], digits: int, *, beyond: bool = False
) -> tuple[Subject, ...]:
    return scaled(subject, parts, _total(parts), digits, beyond=beyond)


def _changed(
    subject: Subject, known: Known, flow: Explains, digits: int
) -> tuple[Subject, ...] | Earlier:
    story = known.story
    parts = change(story, subject.since)
    if subject.quantity is None or _fits(subject, _total(parts), story.movement.quantity, digits):
        return _share(subject, parts, digits)
    if known.before is None:
        return ()
    return _held_otherwise(subject, subject.quantity, story, known.before, flow, digits)


def _held_otherwise(
    subject: Subject, quantity: Decimal, now: Story, before: Story, flow: Explains, digits: int
) -> tuple[Subject, ...] | Earlier:
    """A layer that is what lay there, by a count, another method or a return: that is another now.

    Of all that it may be and may have been before, what comes nearest to the change; where a count
    says no more than that the unit cost stays, the balance that it stays that of.
    """
    found: list[tuple[Part, ...]] = []
    sides = [list(_taken_over(subject, quantity, story, flow, digits)) for story in (now, before)]
    for part, other in product(*(reversed(side) for side in sides)):
        if isinstance(part, Earlier):
            return part
        if isinstance(other, Earlier):
            return other
        found.append(tuple(difference(part, other)))
    nearest = min(found, key=lambda one: abs(subject.amount - _total(one)), default=())
    if not nearest or _is_off(subject.amount, nearest, digits):
        return ()
    return scaled(subject, nearest, subject.amount, digits)


def _taken_over(
    subject: Subject, quantity: Decimal, story: Story, flow: Explains, digits: int
) -> Iterator[tuple[Part, ...] | Earlier]:
    """All that so many units of what the movement left may consist of."""
    for parts in _candidates(subject, story, flow, digits):
        if isinstance(parts, Earlier):
            yield parts
        elif whole := sum((one.quantity or ZERO for one in parts), ZERO):
            yield tuple(of_each(parts, quantity, whole))


def _held(
    subject: Subject, story: Story, flow: Explains, digits: int
) -> tuple[Subject, ...] | Earlier:
    """Goods that a movement brought in, or the average it set, as the pool held them.

    A layer may also be what a count said, or all that lay there when another method began: then it
    is what the balance was; or what of it goods left that were given back and were not there any
    more.
    """
    movement = story.movement
    for parts in _candidates(subject, story, flow, digits):
        if isinstance(parts, Earlier):
            return parts
        quantity = movement.quantity
        if subject.kind not in CAME_IN or not is_priced(movement):
            quantity = sum((part.quantity or ZERO for part in parts), ZERO)
        if parts and _fits(subject, _total(parts), quantity, digits):
            return _share(subject, parts, digits, beyond=True)
    return ()


def _candidates(
    subject: Subject, story: Story, flow: Explains, digits: int
) -> Iterator[tuple[Part, ...] | Earlier]:
    if subject.kind is NodeKind.AVERAGE:
        yield flow.averaged(story, digits)
    elif is_priced(story.movement):
        yield brought(story)
    elif (counted := count(story, flow, digits)) is not None:
        yield counted
    before = flow.before(story, digits)
    if (back := went_back(story)) is not None and not isinstance(before, Earlier):
        yield (*before, back)
    yield before


def _fits(subject: Subject, whole: Decimal, quantity: Decimal, digits: int) -> bool:
    """Whether so much of it at its unit cost is what the subject says."""
    if not quantity or subject.quantity is None:
        return False
    expected = share(whole, subject.quantity, quantity)
    return abs(subject.amount - expected) <= quantum(digits)


def _total(parts: Iterable[Part]) -> Decimal:
    return sum((part.amount for part in parts), ZERO)


def of_line(
    line_no: int, lines: Mapping[int, UUID | None], posted: Iterable[PostedCostEntry]
) -> list[PostedCostEntry]:
    """Which of an account's cost entries a line is made of.

    An entry has a line per cost center and party on an account (`lines`: their numbers, with the
    cost center). A cost goes to the line of its movement's cost center, without one to the first
    line that no movement names: the company's default, or none.
    """
    posted = list(posted)
    named = {one.cost_center for one in posted} - {None}
    others = [no for no, center in lines.items() if center not in named] or list(lines)
    home = {center: no for no, center in reversed([*lines.items()]) if center in named}
    return [one for one in posted if home.get(one.cost_center, others[0]) == line_no]


def line(subject: Subject, posted: Iterable[PostedCostEntry]) -> tuple[Subject, ...]:
    """A journal line: the cost entries that its account heard of, and what is the document's own.

    `subject` has the line's amount, debit positive.
    """
    parts = [part for one in posted for part in _heard(one)]
    rest = subject.amount - sum((part.amount for part in parts), ZERO)
    if rest:
        parts.append(Subject(NodeKind.DOCUMENT, subject.id, subject.seq, rest, line=subject.line))
    return tuple(parts)


def _heard(one: PostedCostEntry) -> Iterable[Subject]:
    """What an account heard of an entry: actual cost, and what was expected of it.

    What an entry posts to interim accounts beyond what it expects itself makes up for earlier ones,
    from when the company did not post expected cost.
    """
    entry = one.entry
    if one.amount:
        yield Subject(entry.shown_as, entry.id, entry.seq, one.amount)
    if not one.interim:
        return
    expected = entry.expected if one.interim == entry.interim else -entry.expected
    if expected:
        yield Subject(entry.expected_as, entry.id, entry.seq, expected)
    if one.interim != expected:
        yield Subject(NodeKind.INTERIM, entry.id, entry.seq, one.interim - expected)
