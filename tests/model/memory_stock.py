"""The books in memory, their stock: bins with layers and snapshots, movements and costs.

It gives pools as the database does: at their end with only the first open layers, or from a
snapshot before a late fact; and it forgets and replaces caches as the writing statement does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time
from decimal import Decimal
from uuid import UUID

from domain.costing.method import Layer, PoolState
from domain.costing.replay import PoolFacts
from domain.costing.timeline import MethodChange
from domain.decide import CostRecord, Decision
from domain.documents.causes import Causes
from domain.money import MAX_AMOUNT, ZERO
from domain.movements import (
    BASE_KINDS,
    GIVEN_KINDS,
    UNRECORDED,
    Contra,
    EntryKind,
    Movement,
    Pool,
    PostingKey,
)
from domain.recorded import GivenElsewhere, PostedCost
from domain.records import BillingRecord
from domain.stock import pools_of
from tests.model.below_zero import BelowZero
from tests.model.memory_masters import ITEM_IDS
from tests.model.operations import ALL_ITEMS

_FIRST = PostingKey(date.min, time.min, -1, -1)
_GIVEN = {kind.value for kind in GIVEN_KINDS}
_BASE = {kind.value for kind in BASE_KINDS}


@dataclass(slots=True)
class Costs:
    """The sums of what is recorded on a movement, and its entries."""

    given: Decimal = ZERO
    base: Decimal | None = None
    difference: Decimal = ZERO
    true_up: Decimal = ZERO
    entries: list[PostedCost] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        return self.of_goods + self.true_up

    @property
    def of_goods(self) -> Decimal:
        """Without what they trued up of goods that had left before them."""
        return self.given + (self.base or ZERO) + self.difference


@dataclass(slots=True)
class StoredPool:
    """A bin with its layers and snapshots."""

    state: PoolState = field(default_factory=PoolState)
    last: PostingKey | None = None
    layers: dict[int, Layer] = field(default_factory=dict)
    snapshots: dict[PostingKey, PoolState] = field(default_factory=dict)
    movements: list[UUID] = field(default_factory=list)

    @property
    def has_moved(self) -> bool:
        """Whether anything ever moved here, cancelled or not."""
        return bool(self.movements)


@dataclass(slots=True)
class Kept:
    """A recorded document: what it caused, and what later ones made of it."""

    decision: Decision
    seq: int
    void: bool = False
    journal: dict[tuple[date, UUID, UUID | None, UUID | None], Decimal] = field(
        default_factory=dict
    )
    held: dict[tuple[date, UUID, UUID | None, UUID | None], Decimal] = field(default_factory=dict)
    billing: list[BillingRecord] = field(default_factory=list)


class MemoryStock:
    """Keeps what moves, and what it costs."""

    def __init__(self, layers_at_first: int) -> None:
        self.layers_at_first = layers_at_first
        self.below_zero = BelowZero()
        self.documents: dict[UUID, Kept] = {}
        self.pools: dict[Pool, StoredPool] = {}
        self.movements: dict[UUID, Movement] = {}
        self.costs: dict[UUID, Costs] = {}
        self.takers: dict[UUID, list[UUID]] = {}
        self.corrections: dict[UUID, list[Movement]] = {}
        self.moved: dict[UUID, list[UUID]] = {}
        self.gifts: dict[UUID, list[GivenElsewhere]] = {}
        self.seq = 0

    def _changes(self, name: str) -> tuple[MethodChange, ...]:
        return tuple(
            MethodChange(
                PostingKey(
                    kept.decision.causes.posting_date, kept.decision.posting_time, kept.seq, 0
                ),
                one.before,
                one.after,
            )
            for kept in self.documents.values()
            if not kept.void and kept.decision.causes.cancels is None
            for one in kept.decision.causes.methods
            if one.item == ITEM_IDS[name]
        )

    def _method(self, name: str) -> str:
        changes = self._changes(name)
        return changes[-1].after if changes else ALL_ITEMS.get(name, "FIFO")

    def _pools(self, causes: Causes, also: dict[Pool, PostingKey]) -> dict[Pool, PoolFacts]:
        requested = pools_of(causes)
        found: dict[Pool, PoolFacts] = {}
        for pool in {*requested, *also}:
            stored = self.pools.setdefault(pool, StoredPool())
            key = also.get(pool)
            if key is None or stored.last is None or stored.last < key:
                found[pool] = self._at_end(pool, stored, requested.get(pool, ZERO))
            else:
                found[pool] = self._from_before(pool, stored, key)
        return found

    def _at_end(self, pool: Pool, stored: StoredPool, requested: Decimal) -> PoolFacts:
        """The state with the first open layers, or all of them where an issue may reach on."""
        state = stored.state
        if state.top_layer is not None:
            return self._pool_facts(pool, state, _stack(stored, state, requested), stored.last, ())
        layers = [stored.layers[no] for no in sorted(stored.layers) if no >= state.first_layer]
        first = layers[: self.layers_at_first]
        if first:
            reach = first[-1].quantity_before + first[-1].quantity
            if first[-1].no + 1 < state.next_layer and reach < state.issued + requested:
                first = layers
        return self._pool_facts(pool, state, first, stored.last, ())

    def _from_before(self, pool: Pool, stored: StoredPool, key: PostingKey) -> PoolFacts:
        known = max((at for at in stored.snapshots if at < key), default=None)
        state = stored.snapshots[known] if known else PoolState()
        layers = [
            stored.layers[no]
            for no in range(state.first_layer, state.next_layer)
            if no in stored.layers
        ]
        if state.top_layer is not None:
            layers = _stack(stored, state, MAX_AMOUNT)
        history = [
            self._movement(id_)
            for id_ in stored.movements
            if self.movements[id_].key > (known or _FIRST)
            and not self.documents[self.movements[id_].document].void
        ]
        history.sort(key=lambda movement: movement.key)
        return self._pool_facts(pool, state, layers, known, history)

    def _pool_facts(
        self,
        pool: Pool,
        state: PoolState,
        layers: Sequence[Layer],
        folded_to: PostingKey | None,
        history: Sequence[Movement],
    ) -> PoolFacts:
        name = next(name for name, id_ in ITEM_IDS.items() if id_ == pool.item)
        return PoolFacts(
            pool=pool,
            method=self._method(name),
            changes=self._changes(name),
            allow_negative=self.below_zero.may(name),
            state=state,
            layers=tuple(layers),
            folded_to=folded_to,
            history=tuple(history),
        )

    def _movement(self, id_: UUID) -> Movement:
        movement, costs = self.movements[id_], self.costs[id_]
        takers = [self.movements[taker] for taker in self.takers.get(id_, ())]
        corrected = sum((one.quantity for one in self.corrections.get(id_, ())), ZERO)
        returns = movement.returns
        if returns is not None:
            returns = replace(returns, cost=self.costs[returns.movement].of_goods)
        return replace(
            movement,
            quantity=movement.quantity + corrected,
            returns=returns,
            given_recorded=costs.given,
            base_recorded=costs.base,
            difference_recorded=costs.difference,
            true_up_recorded=costs.true_up,
            sources=tuple(replace(s, cost=self.costs[s.movement].total) for s in movement.sources),
            dependants=tuple(
                (taker.pool, taker.key)
                for taker in takers
                if not self.documents[taker.document].void
            ),
        )

    def _keep_movement(self, movement: Movement) -> None:
        key = movement.key._replace(seq=self.seq)
        self.movements[movement.id] = replace(movement, key=key, given=())
        self.costs[movement.id] = Costs()
        self.moved.setdefault(movement.document, []).append(movement.id)
        if movement.corrects is not None and movement.voids is None:
            self.corrections.setdefault(movement.corrects, []).append(movement)
        elif movement.voids is None:
            self.pools[movement.pool].movements.append(movement.id)
        origins = {source.movement for source in movement.sources}
        if movement.returns is not None:
            origins.add(movement.returns.movement)
        for origin in origins:
            self.takers.setdefault(origin, []).append(movement.id)

    def _keep_cost(self, record: CostRecord) -> None:
        costs = self.costs[record.movement_id]
        if record.kind in _GIVEN:
            costs.given += record.actual
            if record.document_id != record.because_id:
                movement = self.movements[record.movement_id]
                contra = Contra(record.contra_account_id) if record.contra_account_id else None
                gift = GivenElsewhere(
                    movement.id, movement.pool, movement.key, record.kind, record.actual, contra
                )
                self.gifts.setdefault(record.because_id, []).append(gift)
        elif record.kind in _BASE:
            costs.base = (costs.base or ZERO) + record.actual
        elif record.kind == EntryKind.NEGATIVE_STOCK:
            costs.true_up += record.actual
        else:
            costs.difference += record.actual
        costs.entries.append(
            PostedCost(
                record.movement_id, record.kind, record.actual, record.posting_date,
                record.stock_account_id, record.contra_account_id,
            )
        )  # fmt: skip

    def _keep_pools(self, decision: Decision) -> None:
        for result in decision.settlement.pools if decision.settlement else ():
            stored = self.pools[result.pool]
            if result.replayed_from is not None:
                key, state = result.replayed_from
                for known in [at for at in stored.snapshots if at > (key or _FIRST)]:
                    del stored.snapshots[known]
                for no in [no for no in stored.layers if no >= state.next_layer]:
                    del stored.layers[no]
            for layer in result.new_layers:
                assert layer.no not in stored.layers, "a layer's number is given twice"
                stored.layers[layer.no] = layer
            for key, state in result.snapshots:
                at = self._recorded_key(key)
                assert at not in stored.snapshots, "two snapshots at one place"
                stored.snapshots[at] = state
            stored.state = result.state
            stored.last = self._recorded_key(result.last_key) if result.last_key else None

    def _recorded_key(self, key: PostingKey) -> PostingKey:
        return key._replace(seq=self.seq) if key.seq >= UNRECORDED else key


def _stack(stored: StoredPool, state: PoolState, wanted: Decimal) -> list[Layer]:
    """The layers from the top down until the quantity wanted is covered, and one more."""
    layers: list[Layer] = []
    no, left = state.top_layer, state.top_left
    while no is not None and wanted >= 0:
        layers.append(stored.layers[no])
        wanted -= left
        no, left = layers[-1].below, layers[-1].below_left
    return layers
