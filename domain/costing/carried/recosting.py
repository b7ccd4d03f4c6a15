"""Changes of cost in the CARRIED flow: what is on hand of an item comes to another cost in force.

Each makes a movement of no quantity in each of the item's bins. Further cost of earlier goods is
recorded on them, and changes the average where there is one.
"""

from uuid import UUID

from domain.costing.carried.costs import AVERAGE, Amounts, kept, part_on_hand
from domain.costing.carried.work import Work
from domain.documents.parts.cost_orders import Regrouping, Repricing, Spread
from domain.money import ONE, ZERO, split
from domain.movements import (
    UNRECORDED,
    Contra,
    EntryKind,
    Given,
    Leg,
    Movement,
    Nature,
    Pool,
    PostingKey,
    UnitCost,
)


def recost(
    work: Work,
    item: UUID,
    cost: UnitCost | None,
    kind: EntryKind,
    contra: Contra | None = None,
    line: UUID | None = None,
) -> None:
    """Another cost comes into force: what is on hand in each bin comes to it.

    Without one (`cost` None) only the bins follow that are not worth the cost in force.
    """
    if cost is not None:
        work.bins.recost(item, cost)
    pools = work.bins.pools(item)
    off = [one for one in pools if work.bins.target(one)]
    filled = [one for one in pools if one in off or work.bins.of(one).quantity]
    for pool in off if cost is None else filled or pools[:1]:
        change = work.bins.target(pool)
        given = (Given(kind, change, contra),) if change else ()
        work.keep(_change(work, pool, line), Amounts(given), ZERO)


def _change(work: Work, pool: Pool, line: UUID | None) -> Movement:
    """A movement of no quantity, to carry a change of cost."""
    party = work.causes.party
    return Movement(
        id=work.causes.facts.new_id(),
        key=PostingKey(work.causes.posting_date, work.time, UNRECORDED, 0),
        pool=pool,
        quantity=ZERO,
        nature=Nature.COST,
        leg=Leg.IN,
        document=work.causes.document.id,
        line=line,
        party=party.id if party else None,
    )


def change_standards(work: Work) -> None:
    """New standard costs; a cancellation brings the earlier ones into force again."""
    for one in work.causes.standards:
        if work.causes.cancels is not None and work.is_averaged(one.item):
            continue  # the average goes on without what the change had made of it
        line = next((x for x in work.causes.lines if x.item_id == one.item), None)
        contra = Contra(line.account_id) if line and line.account_id else None
        after = UnitCost(one.after, ONE) if one.after is not None else None
        recost(work, one.item, after, EntryKind.REVALUATION, contra, line.id if line else None)


def reprice(work: Work, one: Repricing) -> None:
    """Goods cost something else than they came in at; weighted averages take up their part."""
    if work.method(one.item) != AVERAGE:
        return
    held = work.bins.quantity(one.item)
    cost = None if one.is_credit else UnitCost(one.billed, one.quantity)
    if held > 0:
        part = part_on_hand(one.difference, one.quantity, held, work.digits)
        if one.is_credit:  # goods are never worth less than nothing: the rest is a variance
            worth = sum((work.bins.of(x).value for x in work.bins.pools(one.item)), ZERO)
            part = max(part, -worth)
        cost = work.bins.averaged(one.item, ZERO, part)
    if cost is not None and (one.difference or held <= 0):
        recost(work, one.item, cost, EntryKind.PRICE, one.contra, one.line)


def regroup(work: Work, one: Regrouping) -> None:
    """What a bin is worth leaves one stock account and comes to another."""
    value = work.bins.of(one.pool).value
    leaves = Given(EntryKind.REVALUATION, -value, stock=one.before)
    comes = Given(EntryKind.REVALUATION, value, stock=one.after)
    work.keep(_change(work, one.pool, one.line), Amounts((leaves, comes)), ZERO)


def spread(work: Work, one: Spread) -> None:
    """Additional costs of what comes in: a difference at standard cost, else averaged in."""
    weights = [work.costs[id_] for id_ in one.movements]
    by_id = {movement.id: movement for movement in work.movements}
    if not any(weights):
        weights = [by_id[id_].quantity for id_ in one.movements]
    for id_, part in zip(one.movements, split(one.amount, weights, work.digits), strict=True):
        charge = Given(EntryKind.CHARGE, part, Contra(one.account))
        _give(work, by_id[id_], (charge,))


def regive(work: Work) -> None:
    """Further cost of earlier goods; a cancellation takes it back as it was given."""
    for one in work.causes.regiven:
        _give(work, work.facts.movements[one.movement], one.given)


def _give(work: Work, movement: Movement, given: tuple[Given, ...]) -> None:
    item = movement.pool.item
    if work.causes.cancels is not None:
        entries, taken = given, sum((one.amount for one in given), ZERO)
    else:
        held = work.bins.quantity(item)
        method = work.method(item)
        entries, taken = kept(given, movement.quantity, held, method, work.digits)
    for one in entries:
        work.enter(movement, one.kind, one.amount, one.contra)
    added = sum((one.amount for one in entries), ZERO)
    work.bins.add_value(movement.pool, added)
    if movement.document == work.causes.document.id:
        work.costs[movement.id] += added
    if not taken:
        return
    average = work.bins.averaged(item, ZERO, taken) if work.is_averaged(item) else None
    kind = EntryKind.DIFFERENCE if average is None else EntryKind.ADJUSTMENT
    recost(work, item, average, kind, line=movement.line)
