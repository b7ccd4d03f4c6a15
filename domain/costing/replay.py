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
from heapq import heapify, heappop, heappush, heapreplace
from uuid import UUID

from domain.costing.fold import Correction, Delta, Findings, Fold, PoolFacts, PoolResult, Shortage
from domain.costing.method import Balance
from domain.money import ZERO
from domain.movements import Given, Movement, Pool, PostingKey


@dataclass(frozen=True, slots=True)
class Missing:
    """Pools that must be given from before the key named, to decide at all."""

    pools: Mapping[Pool, PostingKey]


@dataclass(frozen=True, slots=True)
class Regiven:
    """A recorded movement to which a document gives further cost (landed cost, invoice price)."""

    movement: UUID
    pool: Pool
    key: PostingKey
    given: tuple[Given, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What settling came to. `costs` and `balances` hold every movement visited (`Findings`).

    `quantities` are what new counts come to, `corrections` what recorded ones change by,
    `regiven` the movements that were given further cost, `costless` the counts that found goods
    at no known cost.
    """

    pools: tuple[PoolResult, ...]
    costs: Mapping[UUID, Decimal]
    balances: Mapping[UUID, Balance]
    deltas: Sequence[Delta] = ()
    shortages: tuple[Shortage, ...] = ()
    quantities: Mapping[UUID, Decimal] = field(default_factory=dict[UUID, Decimal])
    corrections: Sequence[Correction] = ()
    regiven: Sequence[Movement] = ()
    costless: frozenset[UUID] = frozenset()


def settle(
    pools: Mapping[Pool, PoolFacts],
    added: Sequence[Movement],
    voided: Sequence[Movement],
    digits: int,
    regiven: Sequence[Regiven] = (),
) -> Settlement | Missing:
    """Value everything that `added`, `voided` and `regiven` movements touch.

    `voided` are recorded movements that a cancellation takes out of the order. `digits` are the
    currency's.
    """
    given = _given_to(regiven)
    without = frozenset(one.id for one in voided)
    found = Findings()
    missing: dict[Pool, PostingKey] = {}
    folds: dict[Pool, Fold] = {}
    for pool, touched in _touched(added, voided, regiven).items():
        facts = pools.get(pool)
        if facts is None or not _covers(facts, touched.first):
            missing[pool] = touched.first
        else:
            folds[pool] = Fold(facts, touched.added, digits, found, voided=without, regiven=given)
    if missing:
        return Missing(missing)
    return _Settling(pools, folds, given, digits, found).run()


@dataclass(slots=True)
class _Touched:
    """A pool that something changes: where the first change is, and what is added."""

    first: PostingKey
    added: list[Movement] = field(default_factory=list[Movement])


def _touched(
    added: Iterable[Movement], voided: Iterable[Movement], regiven: Iterable[Regiven]
) -> dict[Pool, _Touched]:
    pools: dict[Pool, _Touched] = {}
    for one in added:
        _at(pools, one).added.append(one)
    for one in voided:
        if one.corrects is None:
            _at(pools, one)
    for one in regiven:
        _at(pools, one)
    return pools


def _at(pools: dict[Pool, _Touched], change: Movement | Regiven) -> _Touched:
    known = pools.get(change.pool)
    if known is None:
        known = pools[change.pool] = _Touched(change.key)
    elif change.key < known.first:
        known.first = change.key
    return known


def _given_to(regiven: Iterable[Regiven]) -> dict[UUID, tuple[Given, ...]]:
    """What each movement is given, added up: a document may give to one of them several times."""
    given: dict[UUID, tuple[Given, ...]] = {}
    for one in regiven:
        given[one.movement] = given.get(one.movement, ()) + one.given
    return given


def _covers(facts: PoolFacts, key: PostingKey) -> bool:
    """Whether the facts begin before `key`, so that a movement there can still be folded in."""
    return facts.folded_to is None or facts.folded_to < key


class _Settling:
    """All folds of one settlement, advancing together by posting key."""

    def __init__(
        self,
        pools: Mapping[Pool, PoolFacts],
        folds: dict[Pool, Fold],
        given: Mapping[UUID, tuple[Given, ...]],
        digits: int,
        found: Findings,
    ) -> None:
        self._pools = pools
        self._folds = folds
        self._given = given
        self._digits = digits
        self._found = found
        self._regiven: list[Movement] = []
        self._missing: dict[Pool, PostingKey] = {}
        self._opened: list[Fold] = []

    def run(self) -> Settlement | Missing:
        queue = [
            (fold.next_key, pool, fold)
            for pool, fold in self._folds.items()
            if fold.next_key is not None
        ]
        heapify(queue)
        while queue:
            _, pool, fold = queue[0]
            self._visit(fold)
            # By itself a pool needs no queue: thousands of its movements may come one by one.
            while len(queue) == 1 and fold.next_key is not None and not self._opened:
                self._visit(fold)
            if fold.next_key is not None:
                heapreplace(queue, (fold.next_key, pool, fold))
            else:
                heappop(queue)
            for one in self._opened:
                if one.next_key is not None:
                    heappush(queue, (one.next_key, one.facts.pool, one))
            self._opened.clear()
        return Missing(self._missing) if self._missing else self._settlement()

    def _visit(self, fold: Fold) -> None:
        movement = fold.advance()
        if movement is None:
            return
        if self._given and movement.id in self._given:
            self._regiven.append(movement)
        if movement.dependants and self._found.costs[movement.id] != _recorded(movement):
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
        fold = Fold(facts, [], self._digits, self._found, regiven=self._given)
        self._folds[pool] = fold
        self._opened.append(fold)

    def _miss(self, pool: Pool, key: PostingKey) -> None:
        known = self._missing.get(pool)
        if known is None or key < known:
            self._missing[pool] = key

    def _settlement(self) -> Settlement:
        found, folds = self._found, self._folds.values()
        return Settlement(
            pools=tuple(fold.result() for fold in folds),
            costs=found.costs,
            balances=found.balances,
            deltas=found.deltas,
            shortages=tuple(fold.shortage for fold in folds if fold.shortage is not None),
            quantities=found.quantities,
            corrections=found.corrections,
            regiven=self._regiven,
            costless=frozenset(found.costless),
        )


def _recorded(movement: Movement) -> Decimal:
    """What its goods cost according to the books, as `Findings` has it: without the true-up."""
    base = movement.base_recorded or ZERO
    return movement.given_recorded + base + movement.difference_recorded
