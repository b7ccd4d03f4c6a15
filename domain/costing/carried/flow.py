"""A document valued in the CARRIED flow: its movements, its changes of cost, one after the other.

All is decided as recorded; nothing earlier is decided again. Entries count on the document's date.
A change of an item's cost in force makes a movement of no quantity in each of its bins.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import time
from decimal import Decimal
from uuid import UUID

from domain.costing.carried.bins import Bins
from domain.costing.carried.costs import (
    AVERAGE,
    Amounts,
    difference_kind,
    first_cost,
    is_averaged_in,
    kept,
    part_on_hand,
)
from domain.costing.carried.facts import CarriedFacts, Later
from domain.costing.linked.facts import BinTotals
from domain.documents.document import Causes, Regrouping, Repricing, RevaluationOrder, Spread
from domain.errors import InsufficientStock, NothingToRevalue
from domain.lookup import LookUp
from domain.money import ONE, ZERO, share, split
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


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedValue:
    """What valuing came to. `costs` are those of the document's own movements."""

    movements: tuple[Movement, ...]
    posting_time: time
    entries: tuple[CostEntry, ...]
    costs: Mapping[UUID, Decimal]
    balances: Mapping[UUID, BinTotals]
    bins: Mapping[Pool, BinTotals]
    cards: Mapping[UUID, UnitCost | None]


def carried_items(causes: Causes) -> set[UUID]:
    """The items that a document moves, gives cost to or changes the cost of: they are locked."""
    pools = {one.pool for one in (*causes.movements, *causes.voided, *causes.regiven)}
    pools |= {pool for one in causes.revaluations for pool in one.pools}
    pools |= {one.pool for one in causes.regroupings}
    others = {one.item for one in (*causes.standards, *causes.repricings)}
    return {pool.item for pool in pools} | others


def value_carried(causes: Causes, facts: CarriedFacts, look: LookUp) -> CarriedValue:
    """Value what a document moves and gives.

    Raises:
        Refused: stock would go below zero, or there is nothing to be revalued.
    """
    return _Valuing(causes, facts, look).run()


class _Valuing:
    """One document on its way; everything it changes is its own."""

    def __init__(self, causes: Causes, facts: CarriedFacts, look: LookUp) -> None:
        self._causes = causes
        self._facts = facts
        self._look = look
        self._digits = causes.facts.company.digits
        self._bins = Bins(facts.items, self._digits)
        self._time = _posting_time(causes, facts)
        self._movements: list[Movement] = []
        self._entries: list[CostEntry] = []
        self._costs: dict[UUID, Decimal] = {}
        self._balances: dict[UUID, BinTotals] = {}
        self._worth_before: dict[UUID, Decimal] = {}
        self._taken_back: dict[UUID, Decimal] = {}

    def run(self) -> CarriedValue:
        for movement in self._causes.movements:
            if movement.voids is not None:
                self._mirror(movement)
            elif movement.counted is not None:
                self._count(movement)
            else:
                self._move(movement)
        for one in self._causes.spread:
            self._spread(one)
        self._regive()
        for order in self._causes.revaluations:
            self._revalue(order)
        for one in self._causes.repricings:
            self._reprice(one)
        for one in self._causes.regroupings:
            self._regroup(one)
        self._change_standards()
        self._follow_mirrors()
        self._look.refuse_if_any()
        return CarriedValue(
            movements=tuple(self._movements),
            posting_time=self._time,
            entries=tuple(self._entries),
            costs=self._costs,
            balances=self._balances,
            bins=self._bins.totals(),
            cards=self._bins.cards(),
        )

    def _method(self, item: UUID) -> str:
        return self._causes.facts.items_by_id[item].costing_method

    # -- movements --------------------------------------------------------------------------------

    def _move(self, movement: Movement) -> None:
        """Goods come or go at the cost in force; what they were to cost besides is a difference."""
        item, pool = movement.pool.item, movement.pool
        self._first_card(movement)
        self._refuse_short(movement)
        target = self._bins.target(pool, movement.quantity)
        is_unpriced = movement.id in self._causes.unpriced
        amounts = first_cost(movement, target, self._costs, self._digits, is_unpriced=is_unpriced)
        if amounts.total != target and is_averaged_in(movement, self._method(item)):
            average = self._bins.averaged(item, movement.quantity, amounts.total)
            if average is not None:
                self._keep(movement, amounts, ZERO)
                self._recost(item, average, EntryKind.ADJUSTMENT, line=movement.line)
                return
        self._keep(movement, amounts, target - amounts.total)

    def _first_card(self, movement: Movement) -> None:
        """An item whose cost nobody has said yet: its card, or the first goods to come, say it."""
        item = movement.pool.item
        if self._bins.has_card(item):
            return
        facts = self._causes.facts.items_by_id[item]
        known = facts.standard_cost if facts.standard_cost is not None else facts.unit_cost
        given = sum((one.amount for one in movement.given), ZERO)
        if known is not None:
            self._bins.recost(item, UnitCost(known, ONE))
        elif given > 0 and movement.quantity > 0:
            self._bins.recost(item, UnitCost(given, movement.quantity))

    def _keep(self, movement: Movement, amounts: Amounts, difference: Decimal) -> None:
        """Record a movement with its entries."""
        made = replace(
            movement,
            key=movement.key._replace(posting_time=self._time, ordinal=len(self._movements)),
            card=self._bins.card(movement.pool.item),
            given=amounts.given,
        )
        self._movements.append(made)
        for one in amounts.given:
            self._enter(made, one.kind, one.amount, one.contra, one.stock)
        self._enter(made, EntryKind.ISSUE, amounts.derived)
        self._enter(made, difference_kind(made), difference)
        cost = amounts.total + difference
        self._costs[made.id] = cost
        self._bins.put(made.pool, made.quantity, cost, made.key)
        self._balances[made.id] = self._bins.of(made.pool)

    def _enter(
        self,
        movement: Movement,
        kind: EntryKind,
        amount: Decimal,
        contra: Contra | None = None,
        stock: UUID | None = None,
    ) -> None:
        if amount:
            self._entries.append(
                CostEntry(
                    id=self._causes.facts.new_id(),
                    movement=movement,
                    because=self._causes.document.id,
                    kind=kind,
                    posting_date=self._causes.posting_date,
                    amount=amount,
                    contra=contra,
                    stock=stock,
                )
            )

    def _refuse_short(self, movement: Movement) -> None:
        """Goods that are not there, now or at any time since the document's date, may not go."""
        if movement.quantity >= 0:
            return
        item = self._causes.facts.items_by_id[movement.pool.item]
        later = self._facts.later.get(movement.pool, Later())
        held = self._bins.of(movement.pool).quantity
        there = held - max(later.most, ZERO)
        if item.allow_negative and movement.nature is not Nature.TRANSFER:
            return
        if there + movement.quantity < 0:
            self._look.refuse(
                InsufficientStock(
                    path=self._causes.paths.get(movement.id, ()),
                    item=item.sku,
                    warehouse=self._causes.facts.company.warehouses[movement.pool.warehouse].code,
                    available=max(there, ZERO),
                    requested=-movement.quantity,
                    posting_date=self._causes.posting_date.isoformat(),
                )
            )

    # -- counts -----------------------------------------------------------------------------------

    def _count(self, movement: Movement) -> None:
        """A count as the receipt or issue that it comes to; a cost that it says comes in force."""
        counted = movement.counted
        if counted is None:
            return
        pool = movement.pool
        there = self._bins.of(pool).quantity - self._facts.later.get(pool, Later()).moved
        change = ZERO if counted.quantity is None else counted.quantity - there
        has_card = self._bins.has_card(pool.item)
        if counted.unit_cost is not None and not has_card:
            self._bins.recost(pool.item, UnitCost(counted.unit_cost, ONE))
        if change:
            leg = Leg.IN if change > 0 else Leg.OUT
            self._move(replace(movement, quantity=change, leg=leg))
        if counted.quantity is None and movement.id in self._causes.revalued and there <= 0:
            self._refuse_nothing(movement)
        if counted.quantity is None and (cost := self._asserted(movement)) is not None:
            contra = Contra(movement.contra) if movement.contra else None
            self._recost(pool.item, cost, EntryKind.REVALUATION, contra, movement.line)

    def _asserted(self, movement: Movement) -> UnitCost | None:
        counted = movement.counted
        if counted is None or counted.is_empty:
            return None
        if counted.unit_cost is not None:
            return UnitCost(counted.unit_cost, ONE)
        held = self._bins.of(movement.pool).quantity
        return UnitCost(counted.value, held) if counted.value is not None and held > 0 else None

    def _refuse_nothing(self, movement: Movement) -> None:
        self._look.refuse(
            NothingToRevalue(
                path=self._causes.paths[movement.id][:-1],
                item=self._causes.facts.items_by_id[movement.pool.item].sku,
                warehouse=self._causes.facts.company.warehouses[movement.pool.warehouse].code,
            )
        )

    # -- changes of cost --------------------------------------------------------------------------

    def _recost(
        self,
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
            self._bins.recost(item, cost)
        pools = self._bins.pools(item)
        off = [one for one in pools if self._bins.target(one)]
        filled = [one for one in pools if one in off or self._bins.of(one).quantity]
        for pool in off if cost is None else filled or pools[:1]:
            change = self._bins.target(pool)
            given = (Given(kind, change, contra),) if change else ()
            self._keep(self._change(pool, line), Amounts(given), ZERO)

    def _change_standards(self) -> None:
        """New standard costs; a cancellation brings the earlier ones into force again."""
        for one in self._causes.standards:
            if self._causes.cancels is not None and self._is_averaged(one.item):
                continue  # the average goes on without what the change had made of it
            line = next((x for x in self._causes.lines if x.item_id == one.item), None)
            contra = Contra(line.account_id) if line and line.account_id else None
            after = UnitCost(one.after, ONE) if one.after is not None else None
            self._recost(one.item, after, EntryKind.REVALUATION, contra, line.id if line else None)

    def _change(self, pool: Pool, line: UUID | None) -> Movement:
        """A movement of no quantity, to carry a change of cost."""
        party = self._causes.party
        return Movement(
            id=self._causes.facts.new_id(),
            key=PostingKey(self._causes.posting_date, self._time, UNRECORDED, 0),
            pool=pool,
            quantity=ZERO,
            nature=Nature.COST,
            leg=Leg.IN,
            document=self._causes.document.id,
            line=line,
            party=party.id if party else None,
        )

    def _revalue(self, order: RevaluationOrder) -> None:
        """What is on hand of an item comes to a new cost, in all of its bins."""
        contra = Contra(order.contra) if order.contra else None
        for item in sorted({pool.item for pool in order.pools}):
            held = self._bins.quantity(item)
            cost = UnitCost(order.unit_cost, ONE) if order.unit_cost is not None else None
            if order.value is not None and held > 0:
                cost = UnitCost(order.value, held)
            self._recost(item, cost, EntryKind.REVALUATION, contra)

    def _reprice(self, one: Repricing) -> None:
        """Goods cost something else than they came in at; weighted averages take up their part."""
        if self._method(one.item) != AVERAGE:
            return
        held = self._bins.quantity(one.item)
        cost = None if one.is_credit else UnitCost(one.billed, one.quantity)
        if held > 0:
            part = part_on_hand(one.difference, one.quantity, held, self._digits)
            if one.is_credit:  # goods are never worth less than nothing: the rest is a variance
                worth = sum((self._bins.of(x).value for x in self._bins.pools(one.item)), ZERO)
                part = max(part, -worth)
            cost = self._bins.averaged(one.item, ZERO, part)
        if cost is not None and (one.difference or held <= 0):
            self._recost(one.item, cost, EntryKind.PRICE, one.contra, one.line)

    def _regroup(self, one: Regrouping) -> None:
        """What a bin is worth leaves one stock account and comes to another."""
        value = self._bins.of(one.pool).value
        leaves = Given(EntryKind.REVALUATION, -value, stock=one.before)
        comes = Given(EntryKind.REVALUATION, value, stock=one.after)
        self._keep(self._change(one.pool, one.line), Amounts((leaves, comes)), ZERO)

    def _spread(self, one: Spread) -> None:
        """Additional costs of what comes in: a difference at standard cost, else averaged in."""
        weights = [self._costs[id_] for id_ in one.movements]
        by_id = {movement.id: movement for movement in self._movements}
        if not any(weights):
            weights = [by_id[id_].quantity for id_ in one.movements]
        for id_, part in zip(one.movements, split(one.amount, weights, self._digits), strict=True):
            charge = Given(EntryKind.CHARGE, part, Contra(one.account))
            self._give(by_id[id_], (charge,))

    def _regive(self) -> None:
        """Further cost of earlier goods; a cancellation takes it back as it was given."""
        for one in self._causes.regiven:
            self._give(self._facts.movements[one.movement], one.given)

    def _give(self, movement: Movement, given: tuple[Given, ...]) -> None:
        item = movement.pool.item
        if self._causes.cancels is not None:
            entries, taken = given, sum((one.amount for one in given), ZERO)
        else:
            held = self._bins.quantity(item)
            method = self._method(item)
            entries, taken = kept(given, movement.quantity, held, method, self._digits)
        for one in entries:
            self._enter(movement, one.kind, one.amount, one.contra)
        added = sum((one.amount for one in entries), ZERO)
        self._bins.add_value(movement.pool, added)
        if movement.document == self._causes.document.id:
            self._costs[movement.id] += added
        if not taken:
            return
        average = self._bins.averaged(item, ZERO, taken) if self._is_averaged(item) else None
        kind = EntryKind.DIFFERENCE if average is None else EntryKind.ADJUSTMENT
        self._recost(item, average, kind, line=movement.line)

    def _is_averaged(self, item: UUID) -> bool:
        return self._method(item) == AVERAGE

    # -- cancelling -------------------------------------------------------------------------------

    def _mirror(self, mirror: Movement) -> None:
        """The mirror of a movement takes back its cost, which `decide` mirrors entry by entry."""
        cancelled = self._causes.cancels
        if cancelled is None:
            return
        item = mirror.pool.item
        card, held = self._bins.card(item), self._bins.quantity(item)
        self._worth_before.setdefault(item, share(card.value, held, card.quantity))
        self._refuse_short(mirror)
        cost = -sum((c.amount for c in cancelled.costs if c.movement == mirror.voids), ZERO)
        self._taken_back[item] = self._taken_back.get(item, ZERO) + cost
        key = mirror.key._replace(ordinal=len(self._movements))
        made = replace(mirror, key=key, card=card)
        self._movements.append(made)
        self._costs[made.id] = cost
        self._bins.put(made.pool, made.quantity, cost, made.key)
        self._balances[made.id] = self._bins.of(made.pool)

    def _follow_mirrors(self) -> None:
        """What the cost in force makes of the bins that mirrors have left: a difference.

        An item at weighted average takes what went, or came back, out of its average instead.
        """
        for item, cost in self._taken_back.items():
            if not any(self._bins.target(pool) for pool in self._bins.pools(item)):
                continue
            held, worth = self._bins.quantity(item), self._worth_before[item] + cost
            if self._is_averaged(item) and held > 0 and worth >= 0:
                self._recost(item, UnitCost(worth, held), EntryKind.ADJUSTMENT)
            else:
                self._recost(item, None, EntryKind.DIFFERENCE)


def _posting_time(causes: Causes, facts: CarriedFacts) -> time:
    """After what is recorded on that date in the bins, unless the document says when."""
    if causes.posting_time is not None:
        return causes.posting_time
    keys = [
        facts.items[one.pool.item].bins[one.pool].last_key
        for one in causes.movements
        if one.pool in facts.items[one.pool.item].bins
    ]
    times = [key.posting_time for key in keys if key and key.posting_date == causes.posting_date]
    return max(times, default=time.min)
