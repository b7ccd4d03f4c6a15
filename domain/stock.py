"""The stock side of a decision: when movements count, what they are given, what they come to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from decimal import Decimal
from uuid import UUID

from domain.company import AdjustmentDating
from domain.costing.fold import Findings, Fold, PoolFacts
from domain.costing.linked.outcome import LinkedValue
from domain.costing.method import PoolState
from domain.costing.replay import Missing, Settlement, settle
from domain.costing.timeline import MethodChange
from domain.documents.causes import Causes
from domain.documents.parts.cost_orders import Spread
from domain.facts import CompanyFacts
from domain.lookup import LookUp
from domain.money import MAX_AMOUNT, ZERO, round_to, share, split
from domain.movements import (
    UNRECORDED,
    Contra,
    CostEntry,
    EntryKind,
    Given,
    Leg,
    Movement,
    Nature,
    Pool,
    PostingKey,
    UnitCost,
)
from domain.serials import counted_as_gone
from domain.stock_refusals import insufficient, rate_missing, refuse_empty, refuse_impossible


@dataclass(frozen=True, slots=True)
class Valued:
    """A document's movements as they are to be recorded, and every cost entry that follows.

    `causes`, where it is given, is the document with amounts that only valuing could tell. `cards`
    are items that have come to another cost in force (flow CARRIED).
    """

    movements: tuple[Movement, ...]
    posting_time: time
    settlement: Settlement | None
    costs: tuple[CostEntry, ...]
    linked: LinkedValue | None = None
    causes: Causes | None = None
    cards: Mapping[UUID, UnitCost | None] = field(default_factory=dict[UUID, UnitCost | None])


def pools_of(*prepared: Causes) -> dict[Pool, Decimal]:
    """The pools that prepared documents touch, and how much they take out of each in all.

    Goods given back may come from any layer, so that all of them are needed.
    """
    needed: dict[Pool, Decimal] = {}
    for causes in prepared:
        for movement in (*causes.movements, *causes.voided):
            pool = movement.pool
            needed[pool] = needed.get(pool, ZERO) + _taken_out(movement)
        for one in causes.regiven:
            needed.setdefault(one.pool, ZERO)
    return needed


def _taken_out(movement: Movement) -> Decimal:
    if movement.voids is not None:
        return ZERO
    if movement.returns is not None:
        return MAX_AMOUNT
    return -movement.quantity if movement.quantity < 0 else ZERO


def value_stock(causes: Causes, pools: Mapping[Pool, PoolFacts], look: LookUp) -> Valued | Missing:
    """Settle what the document moves.

    Raises:
        Refused: stock would go below zero, or goods would come in at no known cost.
    """
    stamped, posting_time = _stamped(causes, pools)
    if isinstance(stamped, Missing):
        return stamped
    if not stamped and not causes.regiven:
        return Valued((), posting_time, None, ())
    pools = _under_methods(causes, pools, posting_time)
    priced = _priced(causes, stamped, pools, look)
    look.refuse_if_any()
    movements = _with_later_counts(causes, priced, pools)
    if isinstance(movements, Missing):
        return movements
    outcome = _settled(causes, movements, pools)
    if isinstance(outcome, Missing):
        return outcome
    if causes.spread:
        movements = dearer(causes, movements, outcome)
        outcome = _settled(causes, movements, pools)
        if isinstance(outcome, Missing):
            return outcome
    for shortage in outcome.shortages:
        look.refuse(insufficient(causes, shortage))
    for movement in movements:
        refuse_impossible(causes, movement, outcome, look)
    refuse_empty(causes, movements, outcome, look)
    look.refuse_if_any()
    recorded = (*_counted(movements, outcome), *_corrections(causes, outcome, len(movements)))
    return Valued(recorded, posting_time, outcome, tuple(_costs(causes, movements, outcome)))


def _with_later_counts(
    causes: Causes, movements: tuple[Movement, ...], pools: Mapping[Pool, PoolFacts]
) -> tuple[Movement, ...] | Missing:
    """The movements with what later counts of serial numbers say of those that they move."""
    gone = counted_as_gone(causes, movements)
    if not gone:
        return movements
    tried = _settled(causes, (*movements, *gone), pools)
    if isinstance(tried, Missing):
        return tried
    found = (one for one in gone if tried.quantities[one.id])
    return (
        *movements,
        *(
            replace(one, key=one.key._replace(ordinal=ordinal))
            for ordinal, one in enumerate(found, start=len(movements))
        ),
    )


def _under_methods(
    causes: Causes, pools: Mapping[Pool, PoolFacts], posting_time: time
) -> Mapping[Pool, PoolFacts]:
    """The pools as they are to be folded: with a new change of method, or without one undone."""
    if not causes.methods:
        return pools
    changed = {one.item: one for one in causes.methods}
    key = PostingKey(causes.posting_date, posting_time, UNRECORDED, 0)
    under: dict[Pool, PoolFacts] = {}
    for pool, facts in pools.items():
        one = changed.get(pool.item)
        if one is None:
            under[pool] = facts
            continue
        changes = (*facts.changes, MethodChange(key, one.before, one.after))
        if causes.cancels is not None:
            changes = facts.changes[:-1]
        under[pool] = replace(facts, method=one.after, changes=changes)
    return under


def _settled(
    causes: Causes, movements: Sequence[Movement], pools: Mapping[Pool, PoolFacts]
) -> Settlement | Missing:
    added = [movement for movement in movements if movement.voids is None]
    digits = causes.facts.company.digits
    return settle(pools, added, causes.voided, digits, causes.regiven)


# -- when it counts ---------------------------------------------------------------------------


def _stamped(
    causes: Causes, pools: Mapping[Pool, PoolFacts]
) -> tuple[tuple[Movement, ...] | Missing, time]:
    """Movements with their posting time: after everything recorded on that date unless given."""
    if causes.posting_time is not None or not causes.movements:
        return tuple(causes.movements), causes.posting_time or time.min
    latest = causes.not_before
    day_end = PostingKey(causes.posting_date, time.max, UNRECORDED - 1, 0)
    missing: dict[Pool, PostingKey] = {}
    for pool in {movement.pool for movement in causes.movements}:
        known = pools.get(pool)
        if known is None or (known.folded_to is not None and known.folded_to > day_end):
            missing[pool] = day_end
            continue
        counts = (
            one.key
            for one in causes.facts.serial_counts
            if (one.item, one.warehouse) == (pool.item, pool.warehouse)
        )
        for key in (known.folded_to, *(one.key for one in known.history), *counts):
            if key is not None and key.posting_date == causes.posting_date:
                latest = max(latest, key.posting_time)
    if missing:
        return Missing(missing), latest
    if latest == time.min:
        return tuple(causes.movements), latest
    return tuple(_at(movement, latest) for movement in causes.movements), latest


def _at(movement: Movement, posting_time: time) -> Movement:
    return replace(movement, key=movement.key._replace(posting_time=posting_time))


def adjusts_on(causes: Causes, movement: Movement) -> date:
    """When an entry on a movement counts: as the movement, or later where the company says so.

    An adjustment of an earlier document is dated in its own period. A company that dates in the
    FIRST_OPEN_PERIOD has it on the date of the document that causes it, if that is later, so that
    reports of past months do not change. A closed day gives way to the first open day in both.
    """
    company = causes.facts.company
    own = movement.key.posting_date
    if (
        company.settings.adjustment_dating is AdjustmentDating.FIRST_OPEN_PERIOD
        and movement.document != causes.document.id
    ):
        own = max(own, causes.posting_date)
    return counts_on(company, own)


def counts_on(company: CompanyFacts, posting_date: date) -> date:
    """The date itself, or the first open day where it is closed."""
    closed = company.closed_through
    if closed is not None and posting_date <= closed:
        return closed + timedelta(days=1)
    return posting_date


# -- what it is given ---------------------------------------------------------------------------


def _priced(
    causes: Causes,
    movements: Sequence[Movement],
    pools: Mapping[Pool, PoolFacts],
    look: LookUp,
) -> tuple[Movement, ...]:
    """Receipts without a price come in at the last known cost of the item in that warehouse."""
    if not causes.unpriced:
        return tuple(movements)
    return tuple(
        _at_known_cost(causes, movement, pools, look)
        if movement.id in causes.unpriced
        else movement
        for movement in movements
    )


def _at_known_cost(
    causes: Causes, movement: Movement, pools: Mapping[Pool, PoolFacts], look: LookUp
) -> Movement:
    state = _state_before(movement, pools[movement.pool], causes.facts.company.digits)
    is_known = bool(state.last_quantity and state.last_value)
    if not is_known and movement.id in causes.may_be_free:
        return movement
    if not is_known:
        look.refuse(rate_missing(causes, movement))
        return movement
    exact = share(state.last_value, movement.quantity, state.last_quantity)
    amount = round_to(exact, causes.facts.company.digits)
    contra = Contra(movement.contra) if movement.contra else None
    given = (Given(EntryKind.DIRECT, amount, contra), *movement.given)
    return replace(movement, given=given)


def _state_before(movement: Movement, facts: PoolFacts, digits: int) -> PoolState:
    """The pool as it is when the movement comes: after the history that is dated before it."""
    earlier = tuple(one for one in facts.history if one.key < movement.key)
    fold = Fold(replace(facts, history=earlier), [], digits, Findings())
    while fold.next_key is not None:
        fold.advance()
    return fold.result().state


def dearer(
    causes: Causes, movements: Sequence[Movement], first: Settlement
) -> tuple[Movement, ...]:
    """Spread additional costs over what comes in, by what it comes in at without them."""
    more: dict[UUID, list[Given]] = {}
    for one in causes.spread:
        for id_, given in _shares(causes, one, first):
            more.setdefault(id_, []).append(given)
    return tuple(
        replace(movement, given=(*movement.given, *more[movement.id]))
        if movement.id in more
        else movement
        for movement in movements
    )


def _shares(causes: Causes, spread: Spread, first: Settlement) -> Iterable[tuple[UUID, Given]]:
    weights = [first.costs[id_] for id_ in spread.movements]
    if not any(weights):
        quantity_of = {movement.id: movement.quantity for movement in causes.movements}
        weights = [quantity_of[id_] for id_ in spread.movements]
    parts = split(spread.amount, weights, causes.facts.company.digits)
    contra = Contra(spread.account, cost_center=spread.cost_center)
    for id_, part in zip(spread.movements, parts, strict=True):
        if part:
            yield id_, Given(EntryKind.CHARGE, part, contra)


# -- what it comes to ---------------------------------------------------------------------------


def _counted(movements: Iterable[Movement], settlement: Settlement) -> Iterable[Movement]:
    """The movements; those of counts with the quantity that makes them true."""
    for movement in movements:
        quantity = settlement.quantities.get(movement.id) if movement.counted else None
        if quantity is None:
            yield movement
        else:
            leg = Leg.IN if quantity >= 0 else Leg.OUT
            yield replace(movement, quantity=quantity, leg=leg)


def _corrections(causes: Causes, settlement: Settlement, first: int) -> Iterable[Movement]:
    """Movements that keep earlier counts true now that something was posted before them."""
    for ordinal, correction in enumerate(settlement.corrections, start=first):
        count = correction.movement
        yield Movement(
            id=causes.facts.new_id(),
            key=count.key._replace(seq=UNRECORDED, ordinal=ordinal),
            pool=count.pool,
            quantity=correction.quantity,
            nature=Nature.COUNT,
            leg=Leg.IN if correction.quantity > 0 else Leg.OUT,
            document=count.document,
            line=count.line,
            corrects=count.id,
        )


def _costs(
    causes: Causes, movements: Iterable[Movement], settlement: Settlement
) -> Iterable[CostEntry]:
    """What documents gave, and what costing derived from it."""
    given_to = [movement for movement in movements if movement.voids is None]
    for movement in (*given_to, *settlement.regiven):
        for given in movement.given:
            if given.amount:
                yield CostEntry(
                    id=causes.facts.new_id(),
                    movement=movement,
                    because=causes.document.id,
                    kind=given.kind,
                    posting_date=adjusts_on(causes, movement),
                    amount=given.amount,
                    contra=given.contra,
                )
    for delta in settlement.deltas:
        yield CostEntry(
            id=causes.facts.new_id(),
            movement=delta.movement,
            because=causes.document.id,
            kind=delta.kind,
            posting_date=adjusts_on(causes, delta.movement),
            amount=delta.amount,
        )
