"""Goods that come, go or are counted in the CARRIED flow, and mirrors of those that did."""

from dataclasses import replace

from domain.costing.carried.costs import first_cost, is_averaged_in
from domain.costing.carried.facts import Later
from domain.costing.carried.recosting import recost
from domain.costing.carried.work import Work
from domain.errors import InsufficientStock, NothingToRevalue
from domain.money import ONE, ZERO, share
from domain.movements import Contra, EntryKind, Leg, Movement, Nature, UnitCost


def move(work: Work, movement: Movement) -> None:
    """Goods come or go at the cost in force; what they were to cost besides is a difference."""
    item, pool = movement.pool.item, movement.pool
    _first_card(work, movement)
    refuse_short(work, movement)
    target = work.bins.target(pool, movement.quantity)
    is_unpriced = movement.id in work.causes.unpriced
    amounts = first_cost(movement, target, work.costs, work.digits, is_unpriced=is_unpriced)
    if amounts.total != target and is_averaged_in(movement, work.method(item)):
        average = work.bins.averaged(item, movement.quantity, amounts.total)
        if average is not None:
            work.keep(movement, amounts, ZERO)
            recost(work, item, average, EntryKind.ADJUSTMENT, line=movement.line)
            return
    work.keep(movement, amounts, target - amounts.total)


def _first_card(work: Work, movement: Movement) -> None:
    """An item whose cost nobody has said yet: its card, or the first goods to come, say it."""
    item = movement.pool.item
    if work.bins.has_card(item):
        return
    facts = work.causes.facts.items_by_id[item]
    known = facts.standard_cost if facts.standard_cost is not None else facts.unit_cost
    given = sum((one.amount for one in movement.given), ZERO)
    if known is not None:
        work.bins.recost(item, UnitCost(known, ONE))
    elif given > 0 and movement.quantity > 0:
        work.bins.recost(item, UnitCost(given, movement.quantity))


def refuse_short(work: Work, movement: Movement) -> None:
    """Goods that are not there, now or at any time since the document's date, may not go."""
    if movement.quantity >= 0:
        return
    item = work.causes.facts.items_by_id[movement.pool.item]
    later = work.facts.later.get(movement.pool, Later())
    held = work.bins.of(movement.pool).quantity
    there = held - max(later.most, ZERO)
    if item.allow_negative and movement.nature is not Nature.TRANSFER:
        return
    if there + movement.quantity < 0:
        work.look.refuse(
            InsufficientStock(
                path=work.causes.paths.get(movement.id, ()),
                item=item.sku,
                warehouse=work.causes.facts.company.warehouses[movement.pool.warehouse].code,
                available=max(there, ZERO),
                requested=-movement.quantity,
                posting_date=work.causes.posting_date.isoformat(),
            )
        )


def count(work: Work, movement: Movement) -> None:
    """A count as the receipt or issue that it comes to; a cost that it says comes in force."""
    counted = movement.counted
    if counted is None:
        return
    pool = movement.pool
    there = work.bins.of(pool).quantity - work.facts.later.get(pool, Later()).moved
    change = ZERO if counted.quantity is None else counted.quantity - there
    has_card = work.bins.has_card(pool.item)
    if counted.unit_cost is not None and not has_card:
        work.bins.recost(pool.item, UnitCost(counted.unit_cost, ONE))
    if change:
        leg = Leg.IN if change > 0 else Leg.OUT
        move(work, replace(movement, quantity=change, leg=leg))
    if counted.quantity is None and movement.id in work.causes.revalued and there <= 0:
        _refuse_nothing(work, movement)
    if counted.quantity is None and (cost := _asserted(work, movement)) is not None:
        contra = Contra(movement.contra) if movement.contra else None
        recost(work, pool.item, cost, EntryKind.REVALUATION, contra, movement.line)


def _asserted(work: Work, movement: Movement) -> UnitCost | None:
    counted = movement.counted
    if counted is None or counted.is_empty:
        return None
    if counted.unit_cost is not None:
        return UnitCost(counted.unit_cost, ONE)
    held = work.bins.of(movement.pool).quantity
    return UnitCost(counted.value, held) if counted.value is not None and held > 0 else None


def _refuse_nothing(work: Work, movement: Movement) -> None:
    work.look.refuse(
        NothingToRevalue(
            path=work.causes.paths[movement.id][:-1],
            item=work.causes.facts.items_by_id[movement.pool.item].sku,
            warehouse=work.causes.facts.company.warehouses[movement.pool.warehouse].code,
        )
    )


def mirror(work: Work, mirror: Movement) -> None:
    """The mirror of a movement takes back its cost, which `decide` mirrors entry by entry."""
    cancelled = work.causes.cancels
    if cancelled is None:
        return
    item = mirror.pool.item
    card, held = work.bins.card(item), work.bins.quantity(item)
    work.worth_before.setdefault(item, share(card.value, held, card.quantity))
    refuse_short(work, mirror)
    cost = -sum((c.amount for c in cancelled.costs if c.movement == mirror.voids), ZERO)
    work.taken_back[item] = work.taken_back.get(item, ZERO) + cost
    key = mirror.key._replace(ordinal=len(work.movements))
    made = replace(mirror, key=key, card=card)
    work.movements.append(made)
    work.costs[made.id] = cost
    work.bins.put(made.pool, made.quantity, cost, made.key)
    work.balances[made.id] = work.bins.of(made.pool)


def follow_mirrors(work: Work) -> None:
    """What the cost in force makes of the bins that mirrors have left: a difference.

    An item at weighted average takes what went, or came back, out of its average instead.
    """
    for item, cost in work.taken_back.items():
        if not any(work.bins.target(pool) for pool in work.bins.pools(item)):
            continue
        held, worth = work.bins.quantity(item), work.worth_before[item] + cost
        if work.is_averaged(item) and held > 0 and worth >= 0:
            recost(work, item, UnitCost(worth, held), EntryKind.ADJUSTMENT)
        else:
            recost(work, item, None, EntryKind.DIFFERENCE)
