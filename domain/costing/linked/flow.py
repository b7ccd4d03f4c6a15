"""A document's movements valued in the LINKED flow: stamped, linked, settled, and dated.

What the script does around it: `value_linked` answers `MissingLinked` until everything that it
needs is given, then a `LinkedValue` with what to append and what to keep in caches.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from decimal import Decimal
from uuid import UUID

from domain.costing.linked.amounts import at_card_cost
from domain.costing.linked.counting import difference, left_at, pool_at, revalued, revalued_average
from domain.costing.linked.entering import entered
from domain.costing.linked.facts import (
    AveragePool,
    BinTotals,
    ItemState,
    Link,
    LinkedFacts,
    LinkedMovement,
    MissingLinked,
)
from domain.costing.linked.linking import Linker, take
from domain.costing.linked.node import STANDARD, Node
from domain.costing.linked.periods import Averaging
from domain.costing.linked.settling import Settling, card_cost_of
from domain.documents.document import Causes, RevaluationOrder
from domain.errors import InsufficientStock, ReceiptUsed
from domain.lookup import LookUp
from domain.money import ZERO, split
from domain.movements import (
    Contra,
    EntryKind,
    Given,
    Movement,
    Nature,
    Pool,
    PostingKey,
    UnitCost,
)


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


def value_linked(causes: Causes, facts: LinkedFacts, look: LookUp) -> LinkedValue | MissingLinked:
    """Value what a document moves and gives.

    Raises:
        Refused: stock would go below zero, or a receipt to be undone has been used.
    """
    missing = _first_missing(causes, facts)
    if missing is not None:
        return missing
    return _Valuing(causes, facts, look).run()


def linked_items(causes: Causes) -> set[UUID]:
    """The items that a document moves, gives cost to or adjusts: they are locked first."""
    pools = {one.pool for one in (*causes.movements, *causes.voided)}
    pools |= {one.pool for one in causes.regiven}
    pools |= {pool for one in causes.revaluations for pool in one.pools}
    return {pool.item for pool in pools} | causes.adjusted_items


def _first_missing(causes: Causes, facts: LinkedFacts) -> MissingLinked | None:
    """What a document's own movements need, before anything else is known."""
    pools = {one.pool for one in (*causes.movements, *causes.voided)}
    pools |= {one.pool for one in causes.regiven}
    revalued_pools = {pool for one in causes.revaluations for pool in one.pools}
    movements = {one.movement for one in causes.regiven} | {one.id for one in causes.voided}
    for one in causes.movements:
        movements |= {source.movement for source in one.sources}
        if one.returns is not None and not one.returns.is_earlier:
            movements.add(one.returns.movement)
    movements -= {one.id for one in causes.movements}
    movements |= facts.dirty
    items = linked_items(causes)
    absent = MissingLinked(
        items=frozenset(items - facts.items.keys()),
        pools=frozenset(pools - facts.open.keys()),
        left=frozenset(revalued_pools - facts.left.keys()),
        movements=frozenset(movements - facts.movements.keys()),
    )
    return absent if absent != MissingLinked() else None


class _Valuing:
    """One document on its way; everything it changes is its own."""

    def __init__(self, causes: Causes, facts: LinkedFacts, look: LookUp) -> None:
        self._causes = causes
        self._facts = facts
        self._look = look
        self._company = causes.facts.company
        self._digits = self._company.digits
        self._linker = Linker(causes.facts.new_id)
        self._nodes = {id_: Node.of(one) for id_, one in facts.movements.items()}
        self._new: list[Node] = []
        self._start: set[UUID] = set()
        self._averaging = Averaging.of(self._company.settings)
        self._adjusts = self._company.settings.adjusts_at_once or causes.adjusts_costs
        self._time = _posting_time(causes, facts)

    def run(self) -> LinkedValue | MissingLinked:
        self._void()
        mirrors = [one for one in self._causes.movements if one.voids is not None]
        for movement in self._split(self._prepared()):
            self._add(movement)
        missing = self._regive()
        self._look.refuse_if_any()
        if missing is not None:
            return missing
        self._start |= self._facts.dirty if self._causes.adjusts_costs else frozenset()
        settling = Settling(
            self._nodes, self._facts.averages, self._averaging, self._digits, adjust=self._adjusts
        )
        settling.run(sorted(self._start, key=lambda id_: id_.int))
        if settling.missing or settling.missing_averages:
            return MissingLinked(
                movements=frozenset(settling.missing), averages=settling.missing_averages
            )
        others = {
            one.movement.pool.item for one in self._nodes.values() if one.touched
        } - self._facts.items.keys()
        if others:
            return MissingLinked(items=frozenset(others))
        return self._value(settling, mirrors)

    # -- cancelling -----------------------------------------------------------------------------

    def _void(self) -> None:
        """Take back what the cancelled movements took; what they brought in must be unused."""
        for movement in self._causes.voided:
            node = self._nodes[movement.id]
            node.is_void = True
            links = [one for one in node.links if one.quantity]
            if movement.quantity > 0 and node.open != movement.quantity:
                self._refuse_used(node)
            if movement.quantity < 0:
                for link in links:
                    self._linker.undo(node, self._nodes.get(link.increase), link)
                    self._start.add(link.increase)
            node.open = ZERO
            if node.is_average:
                self._start.add(node.id)

    def _refuse_used(self, node: Node) -> None:
        item = self._causes.facts.items_by_id[node.movement.pool.item].sku
        warehouse = self._company.warehouses[node.movement.pool.warehouse].code
        self._look.refuse(
            ReceiptUsed(
                path=self._causes.paths.get(node.id, ()),
                item=item,
                warehouse=warehouse,
                received=node.quantity,
                left=node.open,
            )
        )

    # -- movements ------------------------------------------------------------------------------

    def _prepared(self) -> Iterable[Movement]:
        """The document's movements with their time and the item's card cost; counts as found."""
        for one in self._causes.movements:
            if one.voids is not None:
                continue
            card = self._card(one.pool.item)
            key = one.key._replace(posting_time=self._time)
            movement = replace(one, key=key, card=card)
            if one.counted is not None:
                method = self._method(one.pool.item)
                found = difference(movement, self._facts, method, card, self._digits)
                if found is None:
                    continue
                movement = found
            elif self._comes_at_card_cost(one):
                movement = replace(movement, given=_at_card(movement, card, self._digits))
            yield movement

    def _comes_at_card_cost(self, movement: Movement) -> bool:
        """Goods received without a rate, and goods sold that come back without their sale."""
        if movement.id in self._causes.unpriced:
            return True
        came_back = movement.nature is Nature.SALE and movement.quantity > 0
        return came_back and not movement.sources and not movement.given

    def _card(self, item: UUID) -> UnitCost | None:
        facts = self._causes.facts.items_by_id[item]
        if facts.costing_method == STANDARD and facts.standard_cost is not None:
            return UnitCost(facts.standard_cost, Decimal(1))
        state = self._facts.items[item]
        if state.card is not None:
            return state.card
        return UnitCost(facts.unit_cost, Decimal(1)) if facts.unit_cost else None

    def _split(self, movements: Iterable[Movement]) -> Iterable[Movement]:
        """Transfers as pairs of legs, one pair for each receipt taken: layers keep their cost."""
        moves = list(movements)
        arriving = {
            one.sources[0].movement: one
            for one in moves
            if one.nature is Nature.TRANSFER and one.quantity > 0
        }
        reserved: dict[UUID, Decimal] = {}
        ordinal = 0
        for one in moves:
            if one.nature is Nature.TRANSFER and one.quantity > 0:
                continue
            target = arriving.get(one.id)
            pairs = [(one, target)] if target is None else self._pairs(one, target, reserved)
            for leg in (leg for pair in pairs for leg in pair if leg is not None):
                yield replace(leg, key=leg.key._replace(ordinal=ordinal))
                ordinal += 1

    def _pairs(
        self, leaving: Movement, arriving: Movement, reserved: dict[UUID, Decimal]
    ) -> Iterable[tuple[Movement, Movement]]:
        method = self._method(leaving.pool.item)
        receipts = self._open_increases(leaving.pool, reserved)
        parts = take(-leaving.quantity, method, receipts)
        shares = [part.quantity for part in parts]
        left = -leaving.quantity
        for index, part in enumerate(parts):
            left -= part.quantity
            if part.increase is not None:
                known = reserved.get(part.increase.id, ZERO)
                reserved[part.increase.id] = known + part.quantity
            first = index == 0
            out_id = leaving.id if first else self._causes.facts.new_id()
            in_id = arriving.id if first else self._causes.facts.new_id()
            self._causes.paths.setdefault(out_id, self._causes.paths.get(leaving.id, ()))
            source = replace(arriving.sources[0], movement=out_id)
            given = tuple(_part_of(one, shares, index, self._digits) for one in arriving.given)
            yield (
                replace(leaving, id=out_id, quantity=-part.quantity),
                replace(arriving, id=in_id, quantity=part.quantity, sources=(source,), given=given),
            )

    def _open_increases(self, pool: Pool, reserved: Mapping[UUID, Decimal]) -> list[Node]:
        """Copies of what is open, less what earlier legs of this document will take."""
        nodes = [self._nodes[id_] for id_ in self._facts.open[pool]]
        return [
            replace(node, open=node.open - reserved.get(node.id, ZERO))
            for node in nodes
            if node.open > 0 and not node.is_void
        ]

    def _method(self, item: UUID) -> str:
        return self._causes.facts.items_by_id[item].costing_method

    def _add(self, movement: Movement) -> None:
        """A new movement: its cost as it enters, its links."""
        node = Node.of(
            LinkedMovement(
                movement=movement,
                method=self._method(movement.pool.item),
                valuation_date=movement.key.posting_date,
                open=movement.quantity,
            ),
            is_new=True,
        )
        self._nodes[movement.id] = node
        self._new.append(node)
        self._start.add(movement.id)
        for source in movement.sources:
            self._nodes[source.movement].new_feeds.append(movement.id)
        for given in movement.given:
            self._give(node, given)
        if movement.quantity > 0:
            self._cover(node)
        else:
            self._take(node)

    def _give(self, node: Node, given: Given) -> None:
        item = self._causes.facts.items_by_id[node.movement.pool.item]
        for one in entered(node, given, item, self._digits):
            node.give(one, self._causes.posting_date, self._causes.document.id)

    def _open(self, pool: Pool) -> list[Node]:
        """What is open in a pool, in posting order, this document's own movements included."""
        ids = dict.fromkeys(self._facts.open[pool])
        ids.update((one.id, None) for one in self._new if one.movement.pool == pool)
        ids.update(
            (id_, None)
            for id_, one in self._nodes.items()
            if one.open and one.movement.pool == pool and one.new_links
        )
        nodes = [self._nodes[id_] for id_ in ids]
        return sorted((one for one in nodes if not one.is_void), key=lambda one: one.movement.key)

    def _cover(self, node: Node) -> None:
        waiting = [one for one in self._open(node.movement.pool) if one.open < 0]
        if waiting:
            covered = self._linker.cover(node, waiting, self._upstream(node))
            self._start.update(one.id for one in covered)

    def _upstream(self, node: Node) -> frozenset[UUID]:
        """All that an increase takes its cost from, by this document's own links too."""
        found: set[UUID] = set()
        waiting = [source.movement for source in node.movement.sources]
        while waiting:
            start = waiting.pop()
            for id_ in self._facts.upstream.get(start, {start}) - found:
                found.add(id_)
                if id_ in self._nodes:
                    waiting += self._nodes[id_].new_origins
        return frozenset(found)

    def _take(self, node: Node) -> None:
        movement = node.movement
        named = movement.returns is not None and not movement.returns.is_earlier
        if named and movement.returns is not None and movement.nature is Nature.PURCHASE:
            receipts = [self._nodes[movement.returns.movement]]
        else:
            receipts = [one for one in self._open(movement.pool) if one.open > 0]
        held = sum((one.open for one in receipts), ZERO)
        self._linker.take(node, receipts)
        if node.open < 0 and not self._may_go_below(node):
            self._refuse_short(node, held)

    def _may_go_below(self, node: Node) -> bool:
        """Never in a transfer, nor of a receipt that is named; else as item and company say."""
        if node.movement.nature is Nature.TRANSFER or node.movement.returns is not None:
            return False
        return self._causes.facts.items_by_id[node.movement.pool.item].allow_negative

    def _refuse_short(self, node: Node, held: Decimal) -> None:
        movement = node.movement
        self._look.refuse(
            InsufficientStock(
                path=self._causes.paths.get(movement.id, ()),
                item=self._causes.facts.items_by_id[movement.pool.item].sku,
                warehouse=self._company.warehouses[movement.pool.warehouse].code,
                available=held,
                requested=-movement.quantity,
                posting_date=movement.key.posting_date.isoformat(),
            )
        )

    # -- costs given to recorded movements --------------------------------------------------------

    def _regive(self) -> MissingLinked | None:
        cancelled = self._causes.cancels
        for one in self._causes.regiven:
            node = self._nodes[one.movement]
            self._start.add(node.id)
            for given in one.given:
                if cancelled is not None:
                    node.take_back(given, cancelled.id)
                else:
                    self._give(node, given)
        return self._revalue()

    def _revalue(self) -> MissingLinked | None:
        """Revaluations: what is left of each receipt at the date comes to the new unit cost."""
        absent: dict[AveragePool, date] = {}
        for order in self._causes.revaluations:
            for node, given in self._changes(order, absent):
                self._start.add(node.id)
                node.give(given, self._causes.posting_date, self._causes.document.id)
        return MissingLinked(averages=absent) if absent else None

    def _changes(
        self, order: RevaluationOrder, absent: dict[AveragePool, date]
    ) -> list[tuple[Node, Given]]:
        day, contra = self._causes.posting_date, Contra(order.contra) if order.contra else None
        nodes = [self._nodes[id_] for pool in order.pools for id_ in self._facts.left[pool]]
        if order.receipt is not None or not any(node.is_average for node in nodes):
            named = [one for one in nodes if order.receipt in {None, one.movement.line}]
            return revalued(named, _cost_of(order, named, day), day, contra, self._digits)
        changes: list[tuple[Node, Given]] = []
        for pool in sorted({self._averaging.pool_of(one.movement.pool) for one in nodes}, key=str):
            facts = self._facts.averages.get(pool)
            start = self._averaging.start_of(day)
            if facts is None or facts.since > start:
                absent[pool] = start
                continue
            inside = [one for one in nodes if self._averaging.pool_of(one.movement.pool) == pool]
            cost = _cost_of(order, inside, day)
            worth = pool_at(facts, self._nodes, day)
            changes += revalued_average(inside, worth, cost, day, contra, self._digits)
        return changes

    # -- what it came to --------------------------------------------------------------------------

    def _value(self, settling: Settling, mirrors: Sequence[Movement]) -> LinkedValue:
        nodes = sorted(
            (one for one in self._nodes.values() if one.has_changed),
            key=lambda one: one.movement.key,
        )
        roundings: dict[UUID, Decimal] = {}
        for node in nodes:
            if node.is_void or node.quantity <= 0:
                continue
            if self._adjusts:
                rest = settling.left_over(node) - node.facts.rounding
                if rest:
                    roundings[node.id] = rest
            elif (node.is_used_up or node.facts.rounding) and not node.is_average:
                settling.dirty.add(node.id)
        removed = self._facts.dirty if self._causes.adjusts_costs else frozenset[UUID]()
        return LinkedValue(
            movements=(*(one.movement for one in self._new), *self._mirrored(mirrors)),
            posting_time=self._time,
            nodes=tuple(nodes),
            roundings=roundings,
            links=tuple(self._linker.links),
            states=tuple(
                LinkedState(movement=one.movement, open=one.open, valuation_date=one.valuation_date)
                for one in nodes
                if not one.is_void and _state_changed(one)
            ),
            voided=tuple(one.id for one in self._causes.voided),
            bins=self._bins(nodes, roundings, mirrors),
            items=self._items(nodes, roundings),
            dirty_added=frozenset(settling.dirty),
            dirty_removed=removed - settling.dirty,
            item_of={id_: self._nodes[id_].movement.pool.item for id_ in settling.dirty},
        )

    def _mirrored(self, mirrors: Sequence[Movement]) -> Iterable[Movement]:
        return (replace(one, card=None) for one in mirrors)

    def _bins(
        self, nodes: Sequence[Node], roundings: Mapping[UUID, Decimal], mirrors: Sequence[Movement]
    ) -> dict[Pool, BinTotals]:
        bins: dict[Pool, BinTotals] = {}

        def add(pool: Pool, quantity: Decimal, value: Decimal, key: PostingKey | None) -> None:
            known = bins.get(pool) or self._facts.bins.get(pool) or BinTotals()
            last = max([one for one in (known.last_key, key) if one is not None], default=None)
            count = known.movements + (key is not None)
            bins[pool] = BinTotals(known.quantity + quantity, known.value + value, count, last)

        for node in nodes:
            change = _change(node) + roundings.get(node.id, ZERO)
            moved = node.quantity if node.is_new else ZERO
            if change or moved:
                add(node.movement.pool, moved, change, node.movement.key if node.is_new else None)
        for mirror in mirrors:
            voided = self._nodes[mirror.voids] if mirror.voids else None
            value = -voided.facts.recorded if voided else ZERO
            add(mirror.pool, mirror.quantity, value, mirror.key)
        return bins

    def _items(
        self, nodes: Sequence[Node], roundings: Mapping[UUID, Decimal]
    ) -> dict[UUID, ItemState]:
        """The items' cost in force: by invoices, and by what there is once costs are adjusted."""
        states: dict[UUID, ItemState] = {}
        for node in nodes:
            item = node.movement.pool.item
            state = states.get(item) or self._facts.items[item]
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
        if self._adjusts:
            for item, state in states.items():
                card = card_cost_of(state.quantity, state.value) or state.card
                states[item] = state._replace(card=card)
        return states


def _part_of(given: Given, shares: list[Decimal], index: int, digits: int) -> Given:
    """What of a transfer's additional cost falls to one of its layers, by quantity."""
    return replace(given, amount=split(given.amount, shares, digits)[index])


def _cost_of(order: RevaluationOrder, receipts: Sequence[Node], day: date) -> UnitCost:
    """What a unit comes to: as said, or as the value in all says of what is left."""
    if order.value is None:
        return UnitCost(order.unit_cost or ZERO, Decimal(1))
    return UnitCost(order.value, sum((left_at(one, day) for one in receipts), ZERO))


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


def _at_card(movement: Movement, card: UnitCost | None, digits: int) -> tuple[Given, ...]:
    amount = at_card_cost(movement.quantity, card, digits)
    contra = Contra(movement.contra) if movement.contra else None
    return (Given(EntryKind.DIRECT, amount, contra), *movement.given) if amount else movement.given


def _posting_time(causes: Causes, facts: LinkedFacts) -> time:
    """After what is recorded on that date in the pools, unless the document says when."""
    if causes.posting_time is not None:
        return causes.posting_time
    keys = [facts.bins[one.pool].last_key for one in causes.movements if one.pool in facts.bins]
    times = [key.posting_time for key in keys if key and key.posting_date == causes.posting_date]
    return max(times, default=time.min)
