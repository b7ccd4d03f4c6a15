"""What valuing a document in the LINKED flow came to: facts to append, caches as they then are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from decimal import Decimal
from uuid import UUID

from domain.costing.linked.facts import BinTotals, ItemState, Link
from domain.costing.linked.node import Node
from domain.costing.linked.settling import Settling, card_cost_of
from domain.costing.linked.work import Work
from domain.money import ZERO
from domain.movements import EntryKind, Movement, Nature, Pool, PostingKey, UnitCost


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedState:
    """The cache row of a movement: what is open of it, and the date from which it is valued."""

    movement: Movement
    open: Decimal
    valuation_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedValue:
    """What valuing came to: facts to append, and caches as they then are."""

    movements: tuple[Movement, ...]
    posting_time: time
    nodes: tuple[Node, ...]
    roundings: Mapping[UUID, Decimal]
    links: tuple[Link, ...]
    states: tuple[LinkedState, ...]
    voided: tuple[UUID, ...]
    bins: Mapping[Pool, BinTotals]
    items: Mapping[UUID, ItemState]
    dirty_added: frozenset[UUID]
    dirty_removed: frozenset[UUID]
    item_of: Mapping[UUID, UUID]

    def dirty_rows(self) -> Iterable[tuple[UUID, UUID]]:
        """(item, movement) of the costs to be worked out again."""
        return ((self.item_of[id_], id_) for id_ in sorted(self.dirty_added))


def outcome(work: Work, settling: Settling, mirrors: Sequence[Movement]) -> LinkedValue:
    """What has changed, once every cost is settled; `mirrors` undo the cancelled movements."""
    nodes = sorted(
        (one for one in work.nodes.values() if one.has_changed),
        key=lambda one: one.movement.key,
    )
    roundings: dict[UUID, Decimal] = {}
    for node in nodes:
        if node.is_void or node.quantity <= 0:
            continue
        if work.adjusts:
            rest = settling.left_over(node) - node.facts.rounding
            if rest:
                roundings[node.id] = rest
        elif (node.is_used_up or node.facts.rounding) and not node.is_average:
            settling.dirty.add(node.id)
    removed = work.facts.dirty if work.causes.adjusts_costs else frozenset[UUID]()
    return LinkedValue(
        movements=(
            *(one.movement for one in work.new),
            *(replace(one, card=None) for one in mirrors),
        ),
        posting_time=work.time,
        nodes=tuple(nodes),
        roundings=roundings,
        links=tuple(work.linker.links),
        states=tuple(
            LinkedState(movement=one.movement, open=one.open, valuation_date=one.valuation_date)
            for one in nodes
            if not one.is_void and _state_changed(one)
        ),
        voided=tuple(one.id for one in work.causes.voided),
        bins=_bins(work, nodes, roundings, mirrors),
        items=_items(work, nodes, roundings),
        dirty_added=frozenset(settling.dirty),
        dirty_removed=removed - settling.dirty,
        item_of={id_: work.nodes[id_].movement.pool.item for id_ in settling.dirty},
    )


def _bins(
    work: Work,
    nodes: Sequence[Node],
    roundings: Mapping[UUID, Decimal],
    mirrors: Sequence[Movement],
) -> dict[Pool, BinTotals]:
    bins: dict[Pool, BinTotals] = {}

    def add(pool: Pool, quantity: Decimal, value: Decimal, key: PostingKey | None) -> None:
        known = bins.get(pool) or work.facts.bins.get(pool) or BinTotals()
        last = max([one for one in (known.last_key, key) if one is not None], default=None)
        count = known.movements + (key is not None)
        bins[pool] = BinTotals(known.quantity + quantity, known.value + value, count, last)

    for node in nodes:
        change = _change(node) + roundings.get(node.id, ZERO)
        moved = node.quantity if node.is_new else ZERO
        if change or moved:
            add(node.movement.pool, moved, change, node.movement.key if node.is_new else None)
    for mirror in mirrors:
        voided = work.nodes[mirror.voids] if mirror.voids else None
        value = -voided.facts.recorded if voided else ZERO
        add(mirror.pool, mirror.quantity, value, mirror.key)
    return bins


def _items(
    work: Work, nodes: Sequence[Node], roundings: Mapping[UUID, Decimal]
) -> dict[UUID, ItemState]:
    """The items' cost in force: by invoices, and by what there is once costs are adjusted."""
    states: dict[UUID, ItemState] = {}
    for node in nodes:
        item = node.movement.pool.item
        state = states.get(item) or work.facts.items[item]
        invoiced = any(one.kind is EntryKind.DIRECT and one.invoiced > 0 for one in node.given)
        card = state.card
        if node.movement.nature is Nature.PURCHASE and node.quantity > 0 and invoiced:
            if not state.is_invoiced or state.quantity <= 0:
                card = UnitCost(node.cost, node.quantity)
            state = state._replace(is_invoiced=True)
        moved = node.quantity if node.is_new else -node.quantity if node.is_void else ZERO
        value = -node.facts.recorded if node.is_void else _change(node)
        states[item] = state._replace(
            card=card,
            quantity=state.quantity + moved,
            value=state.value + value + roundings.get(node.id, ZERO),
        )
    if work.adjusts:
        for item, state in states.items():
            card = card_cost_of(state.quantity, state.value) or state.card
            states[item] = state._replace(card=card)
    return states


def _change(node: Node) -> Decimal:
    """By how much the movement's cost grows with this document, left-over cents apart."""
    if node.is_void:
        return ZERO
    return node.cost - (node.facts.recorded - node.facts.rounding)


def _state_changed(node: Node) -> bool:
    return (
        node.is_new
        or node.open != node.facts.open
        or node.valuation_date != node.facts.valuation_date
    )
