"""A document's movements as they enter the LINKED flow: stamped, split by layers, linked.

Counts become the receipt or issue that they come to, transfers one pair of legs for each receipt
that they take; a receipt covers what waits, a decrease takes what there is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from domain.costing.linked.amounts import at_card_cost
from domain.costing.linked.counting import difference
from domain.costing.linked.facts import LinkedMovement
from domain.costing.linked.linking import take
from domain.costing.linked.node import STANDARD, Node
from domain.costing.linked.work import Work
from domain.errors import InsufficientStock, ReceiptShort
from domain.money import ZERO, split
from domain.movements import Contra, EntryKind, Given, Movement, Nature, Pool, UnitCost


def prepared(work: Work) -> Iterable[Movement]:
    """The document's movements with their time and the item's card cost; counts as found."""
    for one in work.causes.movements:
        if one.voids is not None:
            continue
        card = _card(work, one.pool.item)
        key = one.key._replace(posting_time=work.time)
        movement = replace(one, key=key, card=card)
        if one.counted is not None:
            method = work.method(one.pool.item)
            found = difference(movement, work.facts, method, card, work.digits)
            if found is None:
                continue
            movement = found
        elif _comes_at_card_cost(work, one):
            movement = replace(movement, given=_at_card(movement, card, work.digits))
        yield movement


def _comes_at_card_cost(work: Work, movement: Movement) -> bool:
    """Goods received without a rate, and goods sold that come back without their sale."""
    if movement.id in work.causes.unpriced:
        return True
    came_back = movement.nature is Nature.SALE and movement.quantity > 0
    return came_back and not movement.sources and not movement.given


def _card(work: Work, item: UUID) -> UnitCost | None:
    facts = work.causes.facts.items_by_id[item]
    if facts.costing_method == STANDARD and facts.standard_cost is not None:
        return UnitCost(facts.standard_cost, Decimal(1))
    state = work.facts.items[item]
    if state.card is not None:
        return state.card
    return UnitCost(facts.unit_cost, Decimal(1)) if facts.unit_cost else None


def by_layers(work: Work, movements: Iterable[Movement]) -> Iterable[Movement]:
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
        pairs = [(one, target)] if target is None else _pairs(work, one, target, reserved)
        for leg in (leg for pair in pairs for leg in pair if leg is not None):
            yield replace(leg, key=leg.key._replace(ordinal=ordinal))
            ordinal += 1


def _pairs(
    work: Work, leaving: Movement, arriving: Movement, reserved: dict[UUID, Decimal]
) -> Iterable[tuple[Movement, Movement]]:
    method = work.method(leaving.pool.item)
    receipts = _open_increases(work, leaving, reserved)
    parts = take(-leaving.quantity, method, receipts)
    shares = [part.quantity for part in parts]
    for index, part in enumerate(parts):
        if part.increase is not None:
            known = reserved.get(part.increase.id, ZERO)
            reserved[part.increase.id] = known + part.quantity
        first = index == 0
        out_id = leaving.id if first else work.causes.facts.new_id()
        in_id = arriving.id if first else work.causes.facts.new_id()
        work.causes.paths.setdefault(out_id, work.causes.paths.get(leaving.id, ()))
        source = replace(arriving.sources[0], movement=out_id)
        given = tuple(_part_of(one, shares, index, work.digits) for one in arriving.given)
        yield (
            replace(leaving, id=out_id, quantity=-part.quantity),
            replace(arriving, id=in_id, quantity=part.quantity, sources=(source,), given=given),
        )


def _open_increases(work: Work, leaving: Movement, reserved: Mapping[UUID, Decimal]) -> list[Node]:
    """Copies of what it may take, less what earlier legs of this document will take."""
    named = leaving.takes_only
    ids = work.facts.open[leaving.pool] if named is None else (named,)
    nodes = [work.nodes[id_] for id_ in ids]
    return [
        replace(node, open=node.open - reserved.get(node.id, ZERO))
        for node in nodes
        if node.open > 0 and not node.is_void
    ]


def add(work: Work, movement: Movement) -> None:
    """A new movement: its cost as it enters, its links."""
    node = Node.of(
        LinkedMovement(
            movement=movement,
            method=work.method(movement.pool.item),
            valuation_date=movement.key.posting_date,
            open=movement.quantity,
        ),
        is_new=True,
    )
    work.nodes[movement.id] = node
    work.new.append(node)
    work.open(node)
    work.start.add(movement.id)
    for source in movement.sources:
        work.nodes[source.movement].new_feeds.append(movement.id)
    for given in movement.given:
        work.give(node, given)
    if movement.quantity > 0:
        _cover(work, node)
    else:
        _take(work, node)


def _open(work: Work, pool: Pool) -> list[Node]:
    """What is open in a pool, in posting order, this document's own movements included."""
    nodes = {id_: work.nodes[id_] for id_ in work.facts.open[pool]}
    nodes |= {one.id: one for one in work.opened.get(pool, ())}
    open_now = (one for one in nodes.values() if one.open and not one.is_void)
    return sorted(open_now, key=lambda one: one.movement.key)


def _cover(work: Work, node: Node) -> None:
    """Let a receipt cover what waits.

    What comes back covers nothing of the document that it gives back of: that is cancelled after
    it, and neither could be any more.
    """
    sources = (work.nodes.get(one.movement) for one in node.movement.sources)
    undone_after = {one.movement.document for one in sources if one is not None}
    waiting = [
        one
        for one in _open(work, node.movement.pool)
        if one.open < 0 and one.movement.document not in undone_after
    ]
    if waiting:
        covered = work.linker.cover(node, waiting, _upstream(work, node))
        work.start.update(one.id for one in covered)


def _upstream(work: Work, node: Node) -> frozenset[UUID]:
    """All that an increase takes its cost from, by this document's own links too."""
    found: set[UUID] = set()
    waiting = [source.movement for source in node.movement.sources]
    while waiting:
        start = waiting.pop()
        for id_ in work.facts.upstream.get(start, {start}) - found:
            found.add(id_)
            if id_ in work.nodes:
                waiting += work.nodes[id_].new_origins
    return frozenset(found)


def _take(work: Work, node: Node) -> None:
    movement = node.movement
    named = movement.takes_only
    if named is not None:
        receipts = [work.nodes[named]]
    else:
        receipts = [one for one in _open(work, movement.pool) if one.open > 0]
    held = sum((one.open for one in receipts), ZERO)
    work.linker.take(node, receipts)
    if node.open < 0 and not _may_go_below(work, node):
        _refuse_short(work, node, held)


def _may_go_below(work: Work, node: Node) -> bool:
    """Never in a transfer, nor of a receipt that is named; else as item and company say."""
    if node.movement.nature is Nature.TRANSFER or node.movement.returns is not None:
        return False
    return work.causes.facts.items_by_id[node.movement.pool.item].allow_negative


def _refuse_short(work: Work, node: Node, held: Decimal) -> None:
    movement, path = node.movement, work.causes.paths.get(node.id, ())
    item = work.causes.facts.items_by_id[movement.pool.item].sku
    warehouse = work.company.warehouses[movement.pool.warehouse].code
    if any(line.id == movement.line and line.takes_line_id for line in work.causes.lines):
        work.look.refuse(
            ReceiptShort(
                path=(*path[:-1], "takesFrom"),
                item=item,
                warehouse=warehouse,
                left=held,
                requested=-movement.quantity,
            )
        )
        return
    work.look.refuse(
        InsufficientStock(
            path=path,
            item=item,
            warehouse=warehouse,
            available=held,
            requested=-movement.quantity,
            posting_date=movement.key.posting_date.isoformat(),
        )
    )


def _part_of(given: Given, shares: list[Decimal], index: int, digits: int) -> Given:
    """What of a transfer's additional cost falls to one of its layers, by quantity."""
    return replace(given, amount=split(given.amount, shares, digits)[index])


def _at_card(movement: Movement, card: UnitCost | None, digits: int) -> tuple[Given, ...]:
    amount = at_card_cost(movement.quantity, card, digits)
    contra = Contra(movement.contra) if movement.contra else None
    return (Given(EntryKind.DIRECT, amount, contra), *movement.given) if amount else movement.given
