"""What a movement costs in the CARRIED flow, and what of that is a difference.

Goods come and go at the cost in force. Where a document says another cost (what an invoice that
receives charges, what goods given back had cost when they went, what a product was made of), that
is kept as what it is, and the rest is a difference of the movement. An item at weighted average
takes such a cost into its average instead.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from domain.company import CostingMethod
from domain.money import ZERO, round_to, share
from domain.movements import Contra, EntryKind, Given, Movement, Nature

AVERAGE = CostingMethod.WEIGHTED_AVERAGE
_AT_COST_IN_FORCE = frozenset({Nature.STOCK, Nature.COUNT})


@dataclass(frozen=True, slots=True)
class Amounts:
    """What a movement gets: costs of documents, and what costing derives from them."""

    given: tuple[Given, ...] = ()
    derived: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """All of it."""
        return sum((one.amount for one in self.given), self.derived)


def first_cost(
    movement: Movement,
    target: Decimal,
    costs: Mapping[UUID, Decimal],
    digits: int,
    *,
    is_unpriced: bool,
) -> Amounts:
    """What a movement gets whose bin changes by `target` at the cost in force.

    `costs` are those of the document's own movements so far.
    """
    if is_unpriced or _comes_at_cost_in_force(movement):
        return _at_cost_in_force(movement, target)
    if movement.sources:
        return Amounts(movement.given, -_taken_over(movement, costs, digits))
    if movement.given:
        return Amounts(movement.given)
    return Amounts(derived=target)


def _comes_at_cost_in_force(movement: Movement) -> bool:
    """Goods found, counted or taken back without their original; whatever was said they cost."""
    if movement.quantity <= 0 or movement.sources:
        return False
    return movement.nature in _AT_COST_IN_FORCE or movement.nature is Nature.SALE


def _at_cost_in_force(movement: Movement, target: Decimal) -> Amounts:
    others = tuple(one for one in movement.given if one.kind is not EntryKind.DIRECT)
    contra = Contra(movement.contra) if movement.contra else None
    direct = (Given(EntryKind.DIRECT, target, contra),) if target else ()
    return Amounts((*direct, *others))


def _taken_over(movement: Movement, costs: Mapping[UUID, Decimal], digits: int) -> Decimal:
    """What its sources cost: of the other leg, of what was consumed, of what went out before."""
    total = ZERO
    for source in movement.sources:
        total += source.part_of(costs.get(source.movement, source.cost), digits)
    return total


def difference_kind(movement: Movement) -> EntryKind:
    """What the rest is: cents between the bins of a transfer, else a difference."""
    return EntryKind.ROUNDING if movement.nature is Nature.TRANSFER else EntryKind.DIFFERENCE


def is_averaged_in(movement: Movement, method: str) -> bool:
    """Whether an item takes the movement's own cost into its average."""
    return method == AVERAGE and movement.quantity > 0 and movement.nature is not Nature.TRANSFER


def kept(
    given: Iterable[Given], quantity: Decimal, on_hand: Decimal, method: str, digits: int
) -> tuple[tuple[Given, ...], Decimal]:
    """Further cost of earlier goods, and how much of it their item takes into its average.

    Of an item at standard cost none: all of it is a variance, at once. At weighted average what
    belongs to goods that are no longer on hand.
    """
    entries: list[Given] = []
    taken = ZERO
    for one in given:
        entries.append(one)
        part = ZERO
        if method == AVERAGE:
            part = part_on_hand(one.amount, quantity, on_hand, digits)
        taken += part
        if one.amount != part:
            entries.append(Given(EntryKind.VARIANCE, part - one.amount))
    return tuple(entries), taken


def part_on_hand(amount: Decimal, quantity: Decimal, on_hand: Decimal, digits: int) -> Decimal:
    """The part of an amount for a quantity that belongs to what is still on hand of it."""
    left = min(max(on_hand, ZERO), quantity)
    return round_to(share(amount, left, quantity), digits) if quantity else ZERO
