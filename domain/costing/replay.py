"""Settling: how new, voided and changed movements change what others cost (flow REPLAY).

Every pool that is touched is folded again in posting order from the state before the first
change. All pools advance together by posting key, so a transfer's cost is final before the
movement that takes it over is reached, and each movement is visited at most once. Where the cost
of a movement differs from what is recorded on it, one entry is appended; nothing is rewritten.

A pool that a changed cost reaches but that was not given (or not from early enough) is named in
`Missing`: the caller loads it and settles again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from heapq import heapify, heappop, heapreplace
from typing import TypeVar
from uuid import UUID

from domain.costing.fold import Correction, Delta, Fold, PoolFacts, PoolResult, Shortage
from domain.costing.method import Balance
from domain.money import ZERO
from domain.movements import Given, Movement, Pool, PostingKey

_Value = TypeVar("_Value")


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
    """What settling came to. `costs` and `balances` hold every movement visited.

    `quantities` are what new counts come to, `corrections` what recorded ones change by,
    `regiven` the movements that were given further cost, `costless` the counts that found goods
    at no known cost.
    """

    deltas: tuple[Delta, ...]
    shortages: tuple[Shortage, ...]
    pools: tuple[PoolResult, ...]
    costs: Mapping[UUID, Decimal]
    balances: Mapping[UUID, Balance]
    quantities: Mapping[UUID, Decimal]
    corrections: tuple[Correction, ...]
    regiven: tuple[Movement, ...]
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
    starts = _first_changes(
        [
            *((one.pool, one.key) for one in added),
            *((one.pool, one.key) for one in voided if one.corrects is None),
            *((one.pool, one.key) for one in regiven),
        ]
    )
    given = _given_to(regiven)
    of_pool = _by_pool(added)
    without = {one.id for one in voided}
    missing: dict[Pool, PostingKey] = {}
    folds: dict[Pool, Fold] = {}
    for pool, key in starts.items():
        facts = pools.get(pool)
        if facts is None or not _covers(facts, key):
            missing[pool] = key
        else:
            folds[pool] = Fold(facts, of_pool.get(pool, []), without, given, digits)
    if missing:
        return Missing(missing)
    return _Settling(pools, folds, given, digits).run()


def _first_changes(places: Iterable[tuple[Pool, PostingKey]]) -> dict[Pool, PostingKey]:
    starts: dict[Pool, PostingKey] = {}
    for pool, key in places:
        if key < starts.setdefault(pool, key):
            starts[pool] = key
    return starts


def _by_pool(movements: Iterable[Movement]) -> dict[Pool, list[Movement]]:
    found: dict[Pool, list[Movement]] = {}
    for movement in movements:
        found.setdefault(movement.pool, []).append(movement)
    return found


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
    ) -> None:
        self._pools = pools
        self._folds = folds
        self._given = given
        self._digits = digits
        self._costs: dict[UUID, Decimal] = {}
        self._deltas: list[Delta] = []
        self._regiven: list[Movement] = []
        self._missing: dict[Pool, PostingKey] = {}
        self._opened: list[Fold] = []

    def run(self) -> Settlement | Missing:
        queue = [
            (fold.next_key(), pool, fold) for pool, fold in self._folds.items() if fold.waiting
        ]
        heapify(queue)
        while queue:
            _, pool, fold = queue[0]
            self._visit(fold)
            # By itself a pool needs no queue: thousands of its movements may come one by one.
            while len(queue) == 1 and fold.waiting and not self._opened:
                self._visit(fold)
            if fold.waiting:
                heapreplace(queue, (fold.next_key(), pool, fold))
            else:
                heappop(queue)
            if self._opened:
                queue.extend((one.next_key(), one.facts.pool, one) for one in self._opened)
                heapify(queue)
                self._opened.clear()
        return Missing(self._missing) if self._missing else self._settlement()

    def _visit(self, fold: Fold) -> None:
        movement = fold.advance(self._costs)
        if movement is None:
            return
        if self._given and movement.id in self._given:
            self._regiven.append(movement)
        self._deltas.extend(fold.deltas)
        if movement.dependants and self._costs[movement.id] != _recorded(movement):
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
        fold = Fold(facts, [], set(), self._given, self._digits)
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
            balances=_joined([fold.balances for fold in folds]),
            quantities=_joined([fold.quantities for fold in folds]),
            corrections=tuple(one for fold in folds for one in fold.corrections),
            regiven=tuple(self._regiven),
            costless=frozenset[UUID]().union(*[fold.costless for fold in folds]),
        )


def _joined(maps: Iterable[Mapping[UUID, _Value]]) -> dict[UUID, _Value]:
    """All of them in one, without hashing their keys again."""
    joined: dict[UUID, _Value] = {}
    for one in maps:
        joined.update(one)
    return joined


def _recorded(movement: Movement) -> Decimal:
    base = movement.base_recorded or ZERO
    derived = base + movement.difference_recorded + movement.true_up_recorded
    return movement.given_recorded + derived
