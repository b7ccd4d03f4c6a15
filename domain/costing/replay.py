"""Settling: how new, voided and changed movements change what others cost (flow REPLAY).

Every pool that is touched is folded again in posting order from the state before the first
change. All pools advance together by posting key, so a transfer's cost is final before the
movement that takes it over is reached, and each movement is visited at most once. Where the cost
of a movement differs from what is recorded on it, one entry is appended; nothing is rewritten.

A pool that a changed cost reaches but that was not given (or not from early enough) is named in
`Missing`: the caller loads it and settles again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from heapq import heapify, heappop, heapreplace
from uuid import UUID

from domain.costing.fifo import Fifo
from domain.costing.method import NOTHING_YET, Layer, PoolState, Valuation
from domain.costing.moving_average import MovingAverage
from domain.money import ZERO, multiply, round_to
from domain.movements import UNRECORDED, EntryKind, Movement, Pool, PostingKey, Source

SNAPSHOT_EVERY = 64
"""A pool's state is kept after every so many movements, so that a late fact replays from nearby."""

METHODS: dict[str, type[Fifo] | type[MovingAverage]] = {
    "FIFO": Fifo,
    "MOVING_AVERAGE": MovingAverage,
}
"""The methods of the REPLAY flow: one file and one line each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolFacts:
    """A pool as the books know it: its state after `folded_to`, and what came later.

    `history` are all movements after `folded_to` in posting order, without those that an earlier
    cancellation voided. Appending needs no history: then `folded_to` is the pool's last movement.
    `layers` are those of the state that are not used up (or enough of them for what is issued).
    """

    pool: Pool
    method: str
    allow_negative: bool = False
    state: PoolState = NOTHING_YET
    layers: tuple[Layer, ...] = ()
    folded_to: PostingKey | None = None
    history: tuple[Movement, ...] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """Pools that must be given from before the key named, to decide at all."""

    pools: Mapping[Pool, PostingKey]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolResult:
    """A pool after settling: the new state, and what of its caches is to be replaced.

    `replayed_from` is the state that the fold began with where history was folded again: layers
    from its `next_layer` on and snapshots after its key are superseded.
    """

    pool: Pool
    state: PoolState
    last_key: PostingKey | None
    new_layers: tuple[Layer, ...]
    snapshots: tuple[tuple[PostingKey, PoolState], ...]
    replayed_from: tuple[PostingKey | None, PoolState] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What settling came to. `costs` and `balances` hold every movement visited."""

    deltas: tuple[Delta, ...]
    shortages: tuple[Shortage, ...]
    pools: tuple[PoolResult, ...]
    costs: Mapping[UUID, Decimal]
    balances: Mapping[UUID, PoolState]


def settle(
    pools: Mapping[Pool, PoolFacts],
    added: Sequence[Movement],
    voided: Sequence[Movement],
    digits: int,
    changed: Mapping[UUID, Movement] | None = None,
) -> Settlement | Missing:
    """Value everything that `added`, `voided` and `changed` movements touch.

    `voided` are recorded movements that a cancellation takes out of the order; `changed` are
    recorded movements with newly given cost, by id. `digits` are the currency's.
    """
    changed = changed or {}
    starts = _first_changes([*added, *voided, *changed.values()])
    missing = {pool: key for pool, key in starts.items() if not _covers(pools.get(pool), key)}
    if missing:
        return Missing(missing)
    folds = {
        pool: _Fold(
            pools[pool],
            [m for m in added if m.pool == pool],
            {m.id for m in voided if m.pool == pool},
            changed,
            digits,
        )
        for pool in starts
    }
    return _Settling(pools, folds).run()


def _first_changes(movements: Iterable[Movement]) -> dict[Pool, PostingKey]:
    starts: dict[Pool, PostingKey] = {}
    for movement in movements:
        known = starts.get(movement.pool)
        if known is None or movement.key < known:
            starts[movement.pool] = movement.key
    return starts


def _covers(facts: PoolFacts | None, key: PostingKey) -> bool:
    """Whether the facts begin before `key`, so that a movement there can still be folded in."""
    return facts is not None and (facts.folded_to is None or facts.folded_to < key)


class _Settling:
    """All folds of one settlement, advancing together by posting key."""

    def __init__(self, pools: Mapping[Pool, PoolFacts], folds: dict[Pool, "_Fold"]) -> None:
        self._pools = pools
        self._folds = folds
        self._costs: dict[UUID, Decimal] = {}
        self._deltas: list[Delta] = []
        self._missing: dict[Pool, PostingKey] = {}
        self._opened: list[_Fold] = []

    def run(self) -> Settlement | Missing:
        queue = [(fold.next_key(), pool) for pool, fold in self._folds.items() if fold.waiting]
        heapify(queue)
        while queue:
            _, pool = queue[0]
            fold = self._folds[pool]
            self._visit(fold)
            if fold.waiting:
                heapreplace(queue, (fold.next_key(), pool))
            else:
                heappop(queue)
            if self._opened:
                queue.extend((fold.next_key(), fold.facts.pool) for fold in self._opened)
                heapify(queue)
                self._opened.clear()
        return Missing(self._missing) if self._missing else self._settlement()

    def _visit(self, fold: "_Fold") -> None:
        movement = fold.advance(self._costs)
        if movement is None:
            return
        before = _recorded(movement)
        after = self._costs[movement.id]
        self._deltas.extend(fold.deltas)
        if after != before:
            for pool, key in movement.dependants:
                self._reach(pool, key)

    def _reach(self, pool: Pool, key: PostingKey) -> None:
        """A changed cost travels on to another pool: fold that one too, from before `key`."""
        if pool in self._folds:
            if self._folds[pool].passed(key):
                self._miss(pool, key)
            return
        facts = self._pools.get(pool)
        if facts is None or not _covers(facts, key):
            self._miss(pool, key)
            return
        fold = _Fold(facts, [], set(), {}, next(iter(self._folds.values())).digits)
        self._folds[pool] = fold
        if fold.waiting:
            self._opened.append(fold)

    def _miss(self, pool: Pool, key: PostingKey) -> None:
        known = self._missing.get(pool)
        if known is None or key < known:
            self._missing[pool] = key

    def _settlement(self) -> Settlement:
        folds = list(self._folds.values())
        return Settlement(
            deltas=tuple(self._deltas),
            shortages=tuple(fold.shortage for fold in folds if fold.shortage is not None),
            pools=tuple(fold.result() for fold in folds),
            costs=self._costs,
            balances={id_: state for fold in folds for id_, state in fold.balances.items()},
        )


@dataclass(slots=True)
class _Fold:
    """One pool on its way through its movements."""

    facts: PoolFacts
    added: list[Movement]
    voided: set[UUID]
    changed: Mapping[UUID, Movement]
    digits: int
    shortage: Shortage | None = None
    deltas: list[Delta] = field(default_factory=list)
    balances: dict[UUID, PoolState] = field(default_factory=dict)
    _sequence: list[Movement] = field(default_factory=list)
    _at: int = 0
    _valuation: Valuation = field(init=False)
    _value: Decimal = ZERO
    _count: int = 0
    _shift: Decimal = ZERO
    _last_key: PostingKey | None = None
    _last_added: Movement | None = None
    _snapshots: list[tuple[PostingKey, PoolState]] = field(default_factory=list)

    def __post_init__(self) -> None:
        facts = self.facts
        self._sequence = (
            sorted([*facts.history, *self.added], key=lambda m: m.key)
            if facts.history
            else self.added
        )
        self._valuation = METHODS[facts.method](facts.state, facts.layers)
        self._value = facts.state.value
        self._count = facts.state.movements
        self._last_key = facts.folded_to

    @property
    def waiting(self) -> bool:
        return self._at < len(self._sequence)

    def next_key(self) -> PostingKey:
        return self._sequence[self._at].key

    def passed(self, key: PostingKey) -> bool:
        """Whether a movement at `key` has been folded already (or lies before this fold)."""
        return self._last_key is not None and key <= self._last_key

    def advance(self, costs: dict[UUID, Decimal]) -> Movement | None:
        """Fold the next movement in; None when it is one that is being voided."""
        movement = self._sequence[self._at]
        self._at += 1
        self.deltas.clear()
        if movement.id in self.voided:
            self._shift -= movement.quantity
            self._last_added = movement
            self._note_shortage(movement, self._valuation.quantity)
            return None
        movement = self.changed.get(movement.id, movement)
        self._watch_balance(movement)
        incoming = _incoming(movement, costs, self.digits)
        cost = self._fold(movement, movement.given_total + incoming)
        costs[movement.id] = cost
        self._derive(movement, cost, incoming)
        return movement

    def _fold(self, movement: Movement, incoming: Decimal) -> Decimal:
        valuation = self._valuation
        if movement.quantity > 0:
            valuation.receive(movement.id, movement.quantity, incoming)
        else:
            valuation.issue(-movement.quantity)
        before = self._value
        self._value = round_to(valuation.exact_value(), self.digits)
        self._count += 1
        self._last_key = movement.key
        state = valuation.state(self._value, self._count)
        self.balances[movement.id] = state
        if self._count % SNAPSHOT_EVERY == 0:
            self._snapshots.append((movement.key, state))
        return self._value - before

    def _derive(self, movement: Movement, cost: Decimal, incoming: Decimal) -> None:
        """Split the cost into what documents gave, the first cost, and the difference."""
        given = movement.given_total
        if movement.quantity < 0 and not movement.given and not movement.given_recorded:
            base, difference = cost, ZERO
        else:
            base, difference = incoming, cost - given - incoming
        first = movement.base_recorded is None
        base -= movement.base_recorded or ZERO
        difference -= movement.difference_recorded
        if base:
            kind = EntryKind.ISSUE if first else EntryKind.ADJUSTMENT
            self.deltas.append(Delta(movement, kind, base))
        if difference:
            self.deltas.append(Delta(movement, EntryKind.DIFFERENCE, difference))

    def _watch_balance(self, movement: Movement) -> None:
        """Remember the worst balance below zero that this settlement causes."""
        if movement.key.seq >= UNRECORDED:
            self._shift += movement.quantity
            self._last_added = movement
        self._note_shortage(movement, self._valuation.quantity + movement.quantity)

    def _note_shortage(self, movement: Movement, quantity: Decimal) -> None:
        """A balance of `quantity` at `movement` is a shortage if it was less low without us."""
        if quantity >= 0 or self._shift >= 0 or self.facts.allow_negative:
            return
        available = quantity - self._shift
        if self.shortage is None or available < self.shortage.available:
            cause = self._last_added or movement
            at = self.shortage.at if self.shortage else movement.key
            self.shortage = Shortage(cause, at, -self._shift, available)

    def result(self) -> PoolResult:
        replayed = (self.facts.folded_to, self.facts.state) if self.facts.history else None
        return PoolResult(
            pool=self.facts.pool,
            state=self._valuation.state(self._value, self._count),
            last_key=self._last_key,
            new_layers=tuple(self._valuation.new_layers),
            snapshots=tuple(self._snapshots),
            replayed_from=replayed,
        )


def _recorded(movement: Movement) -> Decimal:
    base = movement.base_recorded or ZERO
    return movement.given_recorded + base + movement.difference_recorded


def _incoming(movement: Movement, costs: Mapping[UUID, Decimal], digits: int) -> Decimal:
    """What the movement takes over from its sources, in whole cents."""
    return sum(
        (-_fraction(source, costs.get(source.movement, source.cost), digits)
         for source in movement.sources),
        ZERO,
    )  # fmt: skip


def _fraction(source: Source, cost: Decimal, digits: int) -> Decimal:
    return cost if source.fraction == 1 else round_to(multiply(cost, source.fraction), digits)
