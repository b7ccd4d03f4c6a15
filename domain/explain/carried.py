"""The flow CARRIED explained: goods at the cost in force, and what differs from that, by name.

Nothing is decided again later: what costing made of a movement is what it made when it was
recorded. A change of the cost in force is, bin by bin, what there is at the new cost less what it
was worth.
"""

from collections.abc import Iterable
from decimal import Decimal

from domain.costing.carried.facts import CarriedStory
from domain.explain.nodes import NodeKind, Part
from domain.explain.parts import FIRST, Earlier, differences, entry_parts, given, sources
from domain.explain.story import Story
from domain.money import ZERO, share
from domain.movements import Nature


class Carried:
    """See `domain.explain.parts.Explains`."""

    def took(self, story: Story, digits: int) -> tuple[Part, ...] | Earlier:
        """What documents gave it, what it took, and what differs from both."""
        return (*given(story), *self.derived(story, digits), *differences(story))

    def derived(self, story: Story, digits: int) -> tuple[Part, ...]:
        """Goods at the cost in force, or what they took over from others."""
        del digits
        if all(one.kind not in FIRST for one in story.entries):
            return ()
        if story.movement.nature is Nature.COST:
            return tuple(_recosted(story))
        return sources(story) or tuple(_in_force(story, story.movement.quantity))

    def before(self, story: Story, digits: int) -> tuple[Part, ...] | Earlier:
        """What the bin was worth: what it held before the document, and what that moved."""
        del digits
        known = _carried(story)
        worth = known.worth - sum((cost for _, _, cost in known.own), ZERO)
        held = known.held - sum((quantity for _, quantity, _ in known.own), ZERO)
        own = (Part(NodeKind.COST, id_, story.seq, cost, q) for id_, q, cost in known.own)
        return (Part(NodeKind.IN_FORCE, story.movement.id, story.seq, worth, held), *own)

    def averaged(self, story: Story, digits: int) -> tuple[Part, ...] | Earlier:
        """The balance that a receipt was averaged with: no average is a balance of its own here."""
        return self.before(story, digits)

    def settled(self, story: Story, digits: int) -> tuple[Part, ...] | Earlier:
        """What the goods are worth at the cost in force, less what they were given and took."""
        del digits
        movement = story.movement
        if movement.nature is Nature.COST:
            return tuple(_recosted(story))
        undone = (part._replace(amount=-part.amount) for part in _came_with(story))
        return (*_in_force(story, movement.quantity), *undone)


def _came_with(story: Story) -> Iterable[Part]:
    """What a movement was given and took as it was made: its move was charged after that."""
    movement = story.movement
    return entry_parts(
        one
        for one in story.entries
        if one.seq == movement.key.seq
        and (one.kind in FIRST or (one.is_given and movement.nature is not Nature.TRANSFER))
    )


def _carried(story: Story) -> CarriedStory:
    assert story.carried is not None, "the cost in force is needed to say what a movement took"
    return story.carried


def _in_force(story: Story, quantity: Decimal) -> Iterable[Part]:
    card = _carried(story).card
    if card is not None and card.quantity:
        cost = share(card.value, quantity, card.quantity)
        yield Part(NodeKind.IN_FORCE, story.movement.id, story.seq, cost, quantity)


def _recosted(story: Story) -> Iterable[Part]:
    """What a bin holds at the new cost in force, less what it was worth."""
    known = _carried(story)
    yield from _in_force(story, known.held)
    if known.worth or known.held:
        yield Part(NodeKind.BALANCE, story.movement.id, story.seq, -known.worth, -known.held)
