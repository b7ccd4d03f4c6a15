"""Folding one pool: its movements in posting order, from a known state on.

The running value is rounded to the currency after each movement, and a movement costs the change
of it. What the books have recorded on a movement so far is compared with that; the difference is
a delta to append.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from operator import attrgetter
from uuid import UUID

from domain.costing.fifo import Fifo
from domain.costing.lifo import Lifo
from domain.costing.method import (
    NOTHING_YET,
    Balance,
    Holding,
    Layer,
    PoolState,
    Valuation,
)
from domain.costing.moving_average import MovingAverage
from domain.costing.timeline import MethodChange, method_at
from domain.money import ZERO, multiply, round_to, share
from domain.movements import (
    Assertion,
    EntryKind,
    Given,
    Movement,
    Nature,
    Pool,
    PostingKey,
)
from domain.values import quickly_made

SNAPSHOT_EVERY = 64
"""A pool's state is kept after every so many movements, so that a late fact replays from nearby."""

METHODS: Mapping[str, type[Fifo] | type[Lifo] | type[MovingAverage]] = {
    "FIFO": Fifo,
    "LIFO": Lifo,
    "MOVING_AVERAGE": MovingAverage,
    "BATCH": MovingAverage,
    "SERIAL": MovingAverage,
}
"""The methods of the REPLAY flow, one line each; a serial number is an average of one."""


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class PoolFacts:
    """A pool as the books know it: its state after `folded_to`, and what came later.

    `history` are all movements after `folded_to` in posting order, without those that an earlier
    cancellation voided and those that only correct a count. Appending needs no history: then
    `folded_to` is the pool's last movement.
    `layers` are those of the state that are not used up (or enough of them for what is issued).
    `method` is the item's now, `changes` say what it was before.
    """

    pool: Pool
    method: str
    allow_negative: bool = False
    state: PoolState = NOTHING_YET
    layers: tuple[Layer, ...] = ()
    folded_to: PostingKey | None = None
    history: tuple[Movement, ...] = ()
    changes: tuple[MethodChange, ...] = ()


@quickly_made
@dataclass(frozen=True, slots=True)
class Delta:
    """A derived amount to append to a movement."""

    movement: Movement
    kind: EntryKind
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Shortage:
    """A balance that would go below zero because of `movement`, at it or at a later one."""

    movement: Movement
    at: PostingKey
    requested: Decimal
    available: Decimal


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class PoolResult:
    """A pool after settling: the new state, and what of its caches is to be replaced.

    `replayed_from` is the state that the fold began with where history was folded again: layers
    from its `next_layer` on and snapshots after its key are superseded. `layers` are those by which
    a fold can go on from the new state.
    """

    pool: Pool
    state: PoolState
    last_key: PostingKey | None
    new_layers: tuple[Layer, ...]
    snapshots: tuple[tuple[PostingKey, PoolState], ...]
    replayed_from: tuple[PostingKey | None, PoolState] | None
    layers: tuple[Layer, ...] = ()


@dataclass(frozen=True, slots=True)
class Correction:
    """By how much the quantity of a recorded count changes, so that what it says stays true."""

    movement: Movement
    quantity: Decimal


@dataclass(slots=True)
class Findings:
    """What the folds of one settlement find out; they fill it together, movement by movement.

    `costs` and `balances` are of every movement visited, `quantities` what new counts come to,
    `costless` the counts that found goods at no known cost. A cost is that of the movement's own
    goods, by which others go who take them over or give them back: what it trues up of goods that
    had left before it is on it too, and not in it.
    """

    costs: dict[UUID, Decimal] = field(default_factory=dict[UUID, Decimal])
    balances: dict[UUID, Balance] = field(default_factory=dict[UUID, Balance])
    deltas: list[Delta] = field(default_factory=list[Delta])
    quantities: dict[UUID, Decimal] = field(default_factory=dict[UUID, Decimal])
    corrections: list[Correction] = field(default_factory=list[Correction])
    costless: set[UUID] = field(default_factory=set[UUID])


_NONE_GIVEN: Mapping[UUID, tuple[Given, ...]] = {}


class Fold:
    """One pool on its way through its movements; mutable, and gone when the settling is over.

    `next_key` is where the movement stands that is folded in next; None: there is none left.
    """

    __slots__ = (
        "_at", "_cause", "_changes", "_count", "_digits", "_found", "_last_key", "_new", "_owed",
        "_recorded", "_regiven", "_sequence", "_snapshots", "_valuation", "_value", "_voided",
        "facts", "next_key", "shortage",
    )  # fmt: skip

    def __init__(
        self,
        facts: PoolFacts,
        added: list[Movement],
        digits: int,
        found: Findings,
        *,
        voided: frozenset[UUID] = frozenset(),
        regiven: Mapping[UUID, tuple[Given, ...]] = _NONE_GIVEN,
    ) -> None:
        """Start from the facts' state.

        Args:
            facts: the pool as the books know it.
            added: its movements that are being decided, in posting order.
            digits: the currency's.
            found: takes what is found out.
            voided: the movements of its history that a cancellation takes out.
            regiven: what those that are given further cost are given in all.
        """
        self.facts = facts
        self.shortage: Shortage | None = None
        self._digits = digits
        self._found = found
        self._voided = voided
        self._regiven = regiven
        self._sequence = added
        self._new: set[UUID] | None = None
        if facts.history:
            self._sequence = sorted([*facts.history, *added], key=attrgetter("key"))
            self._new = {movement.id for movement in added}
        self._at = 0
        self.next_key = self._sequence[0].key if self._sequence else None
        method = method_at(facts.method, facts.changes, facts.folded_to)
        state = facts.state
        self._valuation: Valuation = METHODS[method](state, facts.layers)
        self._changes = [
            one for one in facts.changes if facts.folded_to is None or one.key > facts.folded_to
        ]
        self._value = state.value
        self._recorded = state.quantity
        self._count = state.movements
        self._last_key = facts.folded_to
        self._owed = False
        self._cause: Movement | None = None
        self._snapshots: list[tuple[PostingKey, PoolState]] = []

    def passed(self, key: PostingKey) -> bool:
        """Whether a movement at `key` has been folded already (or lies before this fold)."""
        return self._last_key is not None and key <= self._last_key

    def advance(self) -> Movement | None:
        """Fold the next movement in; None when it is one that is being voided."""
        movement = self._sequence[self._at]
        self._at += 1
        self.next_key = self._sequence[self._at].key if self._at < len(self._sequence) else None
        is_new = self._is_new(movement)
        if not is_new:
            self._recorded += movement.quantity
        if self._voided and movement.id in self._voided:
            self._cause = movement
            self._note_shortage(movement)
            return None
        # Only now: the state ends at the last movement that counts, and is under the method there.
        while self._changes and self._changes[0].key <= movement.key:
            self._come_under(self._changes.pop(0).after, movement.id)
        if self._regiven and movement.id in self._regiven:
            movement = replace(movement, given=self._regiven[movement.id])
        if is_new:
            self._cause = movement
        costs = self._found.costs
        incoming = taken_over(movement, costs, self._digits) if movement.sources else ZERO
        cost = self._fold(movement, incoming)
        self._note_shortage(movement)
        costs[movement.id] = cost - self._derive(movement, cost, incoming)
        return movement

    def _is_new(self, movement: Movement) -> bool:
        """Whether it is being decided; all of them are where there is no history."""
        return self._new is None or movement.id in self._new

    def _come_under(self, method: str, movement: UUID) -> None:
        """Go on by another method: what there is becomes one layer at its value, which stays.

        The layer names the first movement after the change, for want of one that brought it in.
        """
        old = self._valuation
        state = old.state(self._value, self._count)
        kept = PoolState(
            quantity=state.quantity,
            next_layer=state.next_layer,
            last_quantity=state.last_quantity,
            last_value=state.last_value,
        )
        self._valuation = METHODS[method](kept, ())
        self._valuation.new_layers.extend(old.new_layers)
        if state.quantity > 0:
            self._valuation.count(movement, state.quantity, old.exact_value())

    def _fold(self, movement: Movement, incoming: Decimal) -> Decimal:
        found, valuation = self._found, self._valuation
        self._owed = valuation.quantity < 0
        if movement.counted is not None:
            self._count_goods(movement, movement.counted)
        elif movement.quantity > 0:
            cost = movement.given_total + incoming
            # A product is worth no less than nothing, however dear its scrap was said to be.
            if cost < 0 and movement.nature is Nature.MAKING and movement.sources:
                cost = ZERO
            valuation.receive(movement.id, movement.quantity, cost)
        elif movement.returns is not None:
            returned = movement.returns
            cost = found.costs.get(returned.movement, returned.cost)
            valuation.give_back(movement.id, -movement.quantity, returned.quantity, cost)
        else:
            valuation.issue(-movement.quantity)
        before = self._value
        self._value = round_to(valuation.exact_value(), self._digits)
        self._count += 1
        self._last_key = movement.key
        found.balances[movement.id] = Balance(valuation.quantity, self._value)
        if self._count % SNAPSHOT_EVERY == 0:
            self._snapshots.append((movement.key, valuation.state(self._value, self._count)))
        return self._value - before

    def _count_goods(self, movement: Movement, counted: Assertion) -> None:
        """Make what was counted true, whatever there was before."""
        found = self._found
        if counted.is_empty:
            found.quantities.update({movement.id: ZERO} if self._is_new(movement) else {})
            return
        state = self._valuation.state(self._value, self._count)
        quantity = state.quantity if counted.quantity is None else counted.quantity
        if counted.value is not None:
            value = counted.value if quantity > 0 else ZERO
        elif counted.unit_cost is not None:
            value = multiply(quantity, counted.unit_cost)
        elif state.quantity > 0:
            value = share(self._valuation.exact_value(), quantity, state.quantity)
        elif state.last_quantity:
            value = share(state.last_value, quantity, state.last_quantity)
        else:
            value = ZERO
            found.costless.update({movement.id} if quantity > 0 else ())
        change = quantity - state.quantity
        if self._is_new(movement):
            found.quantities[movement.id] = change
        elif change != movement.quantity:
            found.corrections.append(Correction(movement, change - movement.quantity))
        self._valuation.count(movement.id, quantity, value)

    def _derive(self, movement: Movement, cost: Decimal, incoming: Decimal) -> Decimal:
        """Split the cost into what documents gave, the first cost, and the difference.

        Where goods were owed, the difference is that to the cost at which they had left: what the
        movement trues up, which is returned.
        """
        if _is_priced(movement):
            base, difference = incoming, cost - movement.given_total - incoming
        else:
            base, difference = cost, ZERO
        true_up = ZERO
        if self._owed and movement.quantity > 0:
            difference, true_up = ZERO, difference
        first = movement.base_recorded is None
        base -= movement.base_recorded or ZERO
        difference -= movement.difference_recorded
        more = true_up - movement.true_up_recorded
        deltas = self._found.deltas
        if base:
            kind = EntryKind.ISSUE if first else EntryKind.ADJUSTMENT
            deltas.append(Delta(movement, kind, base))
        if difference:
            deltas.append(Delta(movement, EntryKind.DIFFERENCE, difference))
        if more:
            deltas.append(Delta(movement, EntryKind.NEGATIVE_STOCK, more))
        return true_up

    def _note_shortage(self, movement: Movement) -> None:
        """A balance below zero is a shortage if it is lower than it was without us."""
        quantity = self._valuation.quantity
        shift = quantity - self._recorded
        if quantity >= 0 or shift >= 0 or self.facts.allow_negative:
            return
        available = quantity - shift
        if self.shortage is None or available < self.shortage.available:
            cause = self._cause or movement
            at = self.shortage.at if self.shortage else movement.key
            self.shortage = Shortage(cause, at, -shift, available)

    def holdings(self) -> list[Holding]:
        """What the balance consists of where the fold stands now."""
        return self._valuation.holdings()

    def result(self) -> PoolResult:
        """The pool as it is now."""
        replayed = (self.facts.folded_to, self.facts.state) if self.facts.history else None
        return PoolResult(
            pool=self.facts.pool,
            state=self._valuation.state(self._value, self._count),
            last_key=self._last_key,
            new_layers=tuple(self._valuation.new_layers),
            snapshots=tuple(self._snapshots),
            replayed_from=replayed,
            layers=self._valuation.known_layers(),
        )


def _is_priced(movement: Movement) -> bool:
    """Whether documents or sources say what it should cost; an issue or a count just costs."""
    if movement.counted is not None:
        return False
    if movement.quantity > 0:
        return True
    return movement.nature is Nature.PURCHASE  # goods that go back to their supplier


def taken_over(movement: Movement, costs: Mapping[UUID, Decimal], digits: int) -> Decimal:
    """What the movement takes over from its sources, in whole cents."""
    if not movement.sources:
        return ZERO
    return sum(
        (
            -source.part_of(costs.get(source.movement, source.cost), digits)
            for source in movement.sources
        ),
        ZERO,
    )
