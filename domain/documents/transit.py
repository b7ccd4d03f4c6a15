"""Goods on their way: sent into a transit warehouse by one stock entry, received by others.

What is received leaves the transit warehouse as goods of just that sending: never more than was
sent, in as many parts as it takes, and at what it costs, also when that changes later.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from domain.documents.document import Causes, Document, DocumentKind, line_paths
from domain.documents.goods import read_pool
from domain.documents.lots import LotLine
from domain.documents.returns import check_later, is_named, original_of, take
from domain.errors import InvalidValue, ItemMismatch, ReceivedExceedsSent, Required
from domain.facts import ItemFacts, OriginalLine, OriginalMovement
from domain.lookup import LookUp, Path
from domain.money import ONE, ZERO
from domain.movements import Nature, Pool, Returned, Source
from domain.references import Ref

_SENDING = frozenset({DocumentKind.STOCK_ENTRY.value})


class TransitLine(LotLine, Protocol):
    """A line of a stock entry, as far as goods on their way need it."""

    @property
    def item(self) -> Ref:
        """The item."""
        ...

    @property
    def quantity(self) -> Decimal:
        """In the item's unit."""
        ...

    @property
    def warehouse(self) -> Ref | None:
        """Where goods leave; the sent line says it where they are received."""
        ...

    @property
    def to_warehouse(self) -> Ref | None:
        """Where they go."""
        ...

    @property
    def sent_line(self) -> Ref | None:
        """The line that sent them."""
        ...

    @property
    def cost_center(self) -> Ref | None:
        """Of its profit and loss postings."""
        ...

    @property
    def description(self) -> str | None:
        """Free text."""
        ...


def transit_pool(look: LookUp, item: ItemFacts, named: Ref | None, path: Path) -> Pool | None:
    """Where goods are while they are on their way: the one named, or the only one there is."""
    at = (*path, "toWarehouse")
    if named is None:
        roads = [
            one.id
            for one in look.company.warehouses.values()
            if one.is_transit and one.is_active and not one.is_group
        ]
        if len(roads) != 1:
            look.refuse(Required(path=at))
            return None
        named = Ref("warehouse", "id", str(roads[0]))
    pool = read_pool(look, item, named, path, "toWarehouse")
    if pool is not None and not look.company.warehouses[pool.warehouse].is_transit:
        look.refuse(InvalidValue(path=at, reason="no_transit_warehouse"))
    return pool


def receive(
    causes: Causes, look: LookUp, document: Document, lines: Sequence[TransitLine]
) -> list[UUID]:
    """Let goods arrive that earlier entries sent; returns the movements that come in."""
    incoming: list[UUID] = []
    received: dict[UUID, Decimal] = {}
    for index, path in line_paths(len(lines)):
        line = lines[index]
        item = look.stock_item(line.item, (*path, "item"))
        center = look.cost_center(line.cost_center, (*path, "costCenter"))
        look.positive(line.quantity, (*path, "quantity"))
        if line.warehouse is not None:
            look.refuse(InvalidValue(path=(*path, "warehouse"), reason="sent_line_says"))
        sent = _sent(look, line, (*path, "sentLine"))
        if item is None or sent is None:
            continue
        if sent.item.id != item.id:
            expected = sent.item.sku
            look.refuse(ItemMismatch(path=(*path, "sentLine"), expected=expected, given=item.sku))
        check_later(look, document, sent)
        target = read_pool(look, item, line.to_warehouse, path, "toWarehouse")
        parts = _parts(causes, look, line, sent, received, path)
        if target is None:
            continue
        record = causes.new_line(
            item_id=item.id,
            warehouse_id=parts[0][0].pool.warehouse if parts else None,
            to_warehouse_id=target.warehouse,
            quantity=line.quantity,
            against_line_id=sent.id,
            cost_center_id=center.id if center else None,
            description=line.description,
        )
        for movement, quantity in parts:
            if movement.pool.warehouse == target.warehouse:
                look.refuse(InvalidValue(path=(*path, "toWarehouse"), reason="same_warehouse"))
            leaving = causes.move(
                movement.pool,
                -quantity,
                Nature.TRANSFER,
                record,
                returns=Returned(movement.id, movement.quantity, movement.cost),
            )
            arriving = causes.move(
                target._replace(lot=movement.pool.lot),
                quantity,
                Nature.TRANSFER,
                record,
                sources=(Source(leaving.id, ONE),),
            )
            incoming.append(arriving.id)
    return incoming


def _sent(look: LookUp, line: TransitLine, path: Path) -> OriginalLine | None:
    if line.sent_line is None:
        look.refuse(Required(path=path))
        return None
    sent = original_of(look, line.sent_line, path, _SENDING)
    if sent is not None and not _on_the_road(look, sent):
        look.refuse(InvalidValue(path=path, reason="not_in_transit"))
        return None
    return sent


def _on_the_road(look: LookUp, sent: OriginalLine) -> list[OriginalMovement]:
    """The movements of a line that brought goods into a transit warehouse."""
    roads = look.company.warehouses
    return [
        one for one in sent.movements if one.leg == "IN" and roads[one.pool.warehouse].is_transit
    ]


def _parts(
    causes: Causes,
    look: LookUp,
    line: TransitLine,
    sent: OriginalLine,
    received: dict[UUID, Decimal],
    path: Path,
) -> list[tuple[OriginalMovement, Decimal]]:
    candidates = [one for one in _on_the_road(look, sent) if is_named(causes, sent, line, one)]
    parts = take(candidates, line.quantity, received)
    found = sum((quantity for _, quantity in parts), ZERO)
    if found < line.quantity:
        look.refuse(
            ReceivedExceedsSent(path=(*path, "quantity"), in_transit=found, requested=line.quantity)
        )
    return parts
